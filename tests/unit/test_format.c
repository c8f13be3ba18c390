#include <CUnit/CUnit.h>

#include <syncgen/json.h>

#include "row.h"

#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

static void formats(void)
{
	static const struct {
		sync_format format;
		bool valid;
		const char *text;
	} rows[] = {
		{ SYNC_FORMAT_NONE, true, "" },
		{ SYNC_FORMAT_NONE, true, "anything" },

		{ SYNC_FORMAT_UUID, true, "2eb8aa08-AA98-11ea-b4aa-73b441d16380" },
		{ SYNC_FORMAT_UUID, false, "" },
		{ SYNC_FORMAT_UUID, false, "2eb8aa08-aa98-11ea-b4aa-73b441d1638" },
		{ SYNC_FORMAT_UUID, false, "2eb8aa08-aa98-11ea-b4aa-73b441d163800" },
		{ SYNC_FORMAT_UUID, false, "2eb8aa080aa98-11ea-b4aa-73b441d16380" },
		{ SYNC_FORMAT_UUID, false, "2eb8aa08-aa98-11ea-b4aa-73b441d1638g" },
		{ SYNC_FORMAT_UUID, false, "`eb8aa08-aa98-11ea-b4aa-73b441d16380" },
		{ SYNC_FORMAT_UUID, false, "/eb8aa08-aa98-11ea-b4aa-73b441d16380" },
		{ SYNC_FORMAT_UUID, false, ":eb8aa08-aa98-11ea-b4aa-73b441d16380" },
		{ SYNC_FORMAT_UUID, false, "2eb8aa08-aa98-11ea-b4aa-73-441d16380" },

		{ SYNC_FORMAT_EMAIL, true, "a@b" },
		{ SYNC_FORMAT_EMAIL, true, "!#$%&'*+/=?^_`{|}~-@example.com" },
		{ SYNC_FORMAT_EMAIL, true, "\"a\\\"@b\\\\\"@example.com" },
		{ SYNC_FORMAT_EMAIL, true, "a@[IPv6:1::2]" },
		{ SYNC_FORMAT_EMAIL, true, "a@[ipV6:1::2]" },
		{ SYNC_FORMAT_EMAIL, false, "a@[IPv6:1:2]" },
		{ SYNC_FORMAT_EMAIL, false, "a@[IPv:1.2.3.4]" },
		{ SYNC_FORMAT_EMAIL, false, "a@[1.2.3.4" },
		{ SYNC_FORMAT_EMAIL, false, "a@[]" },
		{ SYNC_FORMAT_EMAIL, false, "a@[other:tag]" },
		{ SYNC_FORMAT_EMAIL, false, "\"a\"b@example.com" },
		{ SYNC_FORMAT_EMAIL, false, "a@b@c" },
		{ SYNC_FORMAT_EMAIL, false, "@" },
		{ SYNC_FORMAT_EMAIL, false, "a@b." },
		{ SYNC_FORMAT_EMAIL, false, "a@-b" },
		{ SYNC_FORMAT_EMAIL, false, "\xc3\xa4@example.com" },
		{ SYNC_FORMAT_EMAIL, true, X60 "xxxx@b" },
		{ SYNC_FORMAT_EMAIL, false, X60 "xxxxx@b" },
		{ SYNC_FORMAT_EMAIL, false, X60 "@" X60 "." X60 "." X60 "." X10 "x" },

		{ SYNC_FORMAT_URI, true, "a:" },
		{ SYNC_FORMAT_URI, true, "A+-.1:b" },
		{ SYNC_FORMAT_URI, true, "http://a:80/?q#f" },
		{ SYNC_FORMAT_URI, true, "http://a:/" },
		{ SYNC_FORMAT_URI, true, "file:///etc/x" },
		{ SYNC_FORMAT_URI, true, "http://[::1]:80" },
		{ SYNC_FORMAT_URI, true, "http://u@[v1.x:y]/" },
		{ SYNC_FORMAT_URI, true, "a:/" },
		{ SYNC_FORMAT_URI, false, "http://[:::1]" },
		{ SYNC_FORMAT_URI, false, "http://[v1]" },
		{ SYNC_FORMAT_URI, false, "http://[1.2.3.4]" },
		{ SYNC_FORMAT_URI, false, "http://[::1]x" },
		{ SYNC_FORMAT_URI, false, "http://[::1" },
		{ SYNC_FORMAT_URI, false, "http://a#b#c" },
		{ SYNC_FORMAT_URI, false, "a:b%2" },
		{ SYNC_FORMAT_URI, false, "a" },
		{ SYNC_FORMAT_URI, false, ":" },
		{ SYNC_FORMAT_URI, false, "" },

		{ SYNC_FORMAT_DATE, true, "2000-02-29" },
		{ SYNC_FORMAT_DATE, false, "1900-02-29" },
		{ SYNC_FORMAT_DATE, false, "2000-2-29" },

		{ SYNC_FORMAT_DATETIME, true, "2000-02-29T00:00:00Z" },
		{ SYNC_FORMAT_DATETIME, true, "2000-02-29t00:00:00.1-23:59" },
		{ SYNC_FORMAT_DATETIME, true, "2017-01-01T08:59:60+09:00" },
		{ SYNC_FORMAT_DATETIME, true, "2017-01-01T00:29:60.5+00:30" },
		{ SYNC_FORMAT_DATETIME, false, "2017-01-01T08:59:60+08:00" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29 00:00:00Z" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00:00" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00:00.Z" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00:00.1" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00:00+0000" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00:00+24:00" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T00:00Z" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-30T00:00:00Z" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29" },
		{ SYNC_FORMAT_DATETIME, false, "2000-02-29T" },

		{ SYNC_FORMAT_IPV4, true, "0.10.200.255" },
		{ SYNC_FORMAT_IPV4, false, "1.2.3.04" },
		{ SYNC_FORMAT_IPV4, false, "1.2.3.260" },

		{ SYNC_FORMAT_IPV6, true, "::" },
		{ SYNC_FORMAT_IPV6, true, "1:2:3:4:5:6:7::" },
		{ SYNC_FORMAT_IPV6, true, "::2:3:4:5:6:7:8" },
		{ SYNC_FORMAT_IPV6, true, "1:2:3:4:5:6:1.2.3.4" },
		{ SYNC_FORMAT_IPV6, false, "1:2:3:4:5:6:7:1.2.3.4" },
		{ SYNC_FORMAT_IPV6, false, "1:2:3:4:5:6:7:8::" },
		{ SYNC_FORMAT_IPV6, false, "1::2::3" },

		{ SYNC_FORMAT_HOSTNAME, true, "a.b-c.1" },
		{ SYNC_FORMAT_HOSTNAME, true, "xn--nxasmq6b" },
		{ SYNC_FORMAT_HOSTNAME, true, X60 "xxx." X60 "xxx." X60 "xxx." X60 "x" },
		{ SYNC_FORMAT_HOSTNAME, false, X60 "xxx." X60 "xxx." X60 "xxx." X60 "xx" },
		{ SYNC_FORMAT_HOSTNAME, false, X60 "xxxx.x" },
		{ SYNC_FORMAT_HOSTNAME, false, "a..b" },
		{ SYNC_FORMAT_HOSTNAME, false, "a-.b" },

		{ SYNC_FORMAT_SLUG, true, "a" },
		{ SYNC_FORMAT_SLUG, true, "my-first-post-2" },
		{ SYNC_FORMAT_SLUG, false, "" },
		{ SYNC_FORMAT_SLUG, false, "My-post" },
		{ SYNC_FORMAT_SLUG, false, "my--post" },
		{ SYNC_FORMAT_SLUG, false, "-a" },
		{ SYNC_FORMAT_SLUG, false, "a-" },
		{ SYNC_FORMAT_SLUG, false, "a b" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		/* Without a NUL behind it. */
		char exact[400];
		size_t length = strlen(rows[i].text);
		memset(exact, '1', sizeof(exact));
		memcpy(exact, rows[i].text, length);
		ROW(rows[i].text,
		    sync_format_check(rows[i].format, exact, length) == rows[i].valid);
		/* A NUL and anything behind it never match. */
		exact[length] = '\0';
		ROW(rows[i].text, rows[i].format == SYNC_FORMAT_NONE ||
					  !sync_format_check(rows[i].format, exact, length + 2));
	}
}

static void names(void)
{
	CU_ASSERT_STRING_EQUAL(sync_format_name(SYNC_FORMAT_UUID), "uuid");
	CU_ASSERT_STRING_EQUAL(sync_format_name(SYNC_FORMAT_SLUG), "slug");
	CU_ASSERT_STRING_EQUAL(sync_format_name((sync_format)99), "?");
	CU_ASSERT(!sync_format_check((sync_format)99, "a", 1));
}

int test_format(void)
{
	CU_pSuite suite = CU_add_suite("format", NULL, NULL);
	if (!suite || !CU_add_test(suite, "formats", formats) ||
	    !CU_add_test(suite, "names", names))
		return -1;
	return 0;
}
