#include <CUnit/CUnit.h>

#include <syncgen/json.h>

#include "row.h"

static void put_strings(void)
{
	static const struct {
		const char *name, *bytes;
		size_t length;
		const char *text;
	} rows[] = {
		{ "empty", "", 0, "\"\"" },
		{ "plain", "plain", 5, "\"plain\"" },
		{ "quote, backslash", "\"\\/", 3, "\"\\\"\\\\/\"" },
		{ "short escapes", "\b\t\n\f\r", 5, "\"\\b\\t\\n\\f\\r\"" },
		{ "other controls", "\0\x01\v\x1f\x7f", 5, "\"\\u0000\\u0001\\u000b\\u001f\x7f\"" },
		{ "not ASCII", "\xc3\xa4\xf0\x9f\x98\x80", 6, "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
	};
	sync_buf buf = { 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_buf_clear(&buf);
		sync_put_string(&buf, rows[i].bytes, rows[i].length);
		ROW(rows[i].name, strcmp(sync_buf_cstr(&buf), rows[i].text) == 0);
	}
	sync_buf_clear(&buf);
	sync_put_str(&buf, NULL);
	sync_put_str(&buf, SYNC_STR_EMPTY);
	sync_put_bool(&buf, true);
	sync_put_bool(&buf, false);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "\"\"\"\"truefalse");
	sync_buf_release(&buf);
}

/* A byte to escape at each place of strings of each length, around the width of a block. */
static void escapes_anywhere(void)
{
	static const char specials[] = { '"', '\\', '\n', 1, 0 };
	sync_buf buf = { 0 };
	for (size_t length = 1; length <= 50; length++) {
		for (size_t at = 0; at < length; at++) {
			char bytes[50], scratch[50];
			const char *back;
			size_t back_length;
			sync_reader reader;
			memset(bytes, 'x', sizeof(bytes));
			bytes[at] = specials[(length + at) % 5];
			bytes[at / 2] = specials[at % 5];
			sync_buf_clear(&buf);
			sync_put_string(&buf, bytes, length);
			bool same = sync_reader_init(&reader, buf.data, buf.len, NULL) &&
				    sync_read_slice(&reader, &back, &back_length, scratch, 50) &&
				    back_length == length && memcmp(back, bytes, length) == 0;
			if (!same)
				CU_FAIL("a string does not read back");
		}
	}
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	sync_buf_release(&buf);
}

/* Whatever fits a limit exactly is written, a byte less is an error. */
static void limit_is_exact(void)
{
	sync_buf buf = { .limit = 12 };
	sync_put_string(&buf, "ab\nc", 4);
	sync_put_u64(&buf, 12345);
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "\"ab\\nc\"12345");
	sync_buf_clear(&buf);
	sync_put_string(&buf, "0123456789", 10);
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	sync_buf_clear(&buf);
	sync_put_base64(&buf, "0123456", 7);
	CU_ASSERT_EQUAL(buf.status, SYNC_TOO_BIG);
	sync_buf_release(&buf);
}

static void base64(void)
{
	static const struct {
		const char *text;
		int length; /* -1: refused */
		const char *bytes;
	} rows[] = {
		{ "", 0, "" },
		{ "Zg==", 1, "f" },
		{ "Zm8=", 2, "fo" },
		{ "Zm9v", 3, "foo" },
		{ "Zm9vYg==", 4, "foob" },
		{ "Zm9vYmE=", 5, "fooba" },
		{ "Zm9vYmFy", 6, "foobar" },
		{ "+/+/", 3, "\xfb\xff\xbf" },
		{ "AAAA", 3, "\0\0\0" },
		{ "Zg", -1, NULL },
		{ "Zg=", -1, NULL },
		{ "Zh==", -1, NULL }, /* bits behind the data */
		{ "Zm9=", -1, NULL },
		{ "Z===", -1, NULL },
		{ "====", -1, NULL },
		{ "Zg==Zg==", -1, NULL },
		{ "Zm9v ", -1, NULL },
		{ "Zm-_", -1, NULL },
		{ "Zm9\xc3\xa4", -1, NULL },
		{ "Q=Q=", -1, NULL },
	};
	sync_buf buf = { 0 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_bytes bytes = { 0 };
		sync_buf_clear(&buf);
		sync_put_string(&buf, rows[i].text, strlen(rows[i].text));
		sync_reader_init(&reader, buf.data, buf.len, NULL);
		bool read = sync_read_bytes(&reader, &bytes, 0, 100);
		ROW(rows[i].text, read == (rows[i].length >= 0));
		if (read) {
			ROW(rows[i].text, bytes.len == (size_t)rows[i].length);
			ROW(rows[i].text,
			    !bytes.len || !memcmp(bytes.data, rows[i].bytes, bytes.len));
			sync_buf written = { 0 };
			sync_put_base64(&written, bytes.data, bytes.len);
			ROW(rows[i].text,
			    written.len == buf.len && memcmp(written.data, buf.data, buf.len) == 0);
			sync_buf_release(&written);
		} else {
			ROW(rows[i].text, reader.error.code == SYNC_INVALID);
		}
		sync_bytes_free(&bytes);
	}
	sync_buf_release(&buf);
	/* Some encoders escape the slash. */
	sync_reader reader;
	sync_bytes bytes = { 0 };
	sync_reader_init(&reader, "\"+\\/\\u002b/\"", 12, NULL);
	CU_ASSERT(sync_read_bytes(&reader, &bytes, 3, 3) && bytes.len == 3);
	CU_ASSERT(bytes.len == 3 && memcmp(bytes.data, "\xfb\xff\xbf", 3) == 0);
	sync_reader_init(&reader, "\"AAAA\"", 6, NULL);
	CU_ASSERT(!sync_read_bytes(&reader, &bytes, 0, 2));
	CU_ASSERT_EQUAL(bytes.len, 3); /* untouched */
	sync_bytes_free(&bytes);
}

int test_writer(void)
{
	CU_pSuite suite = CU_add_suite("writer", NULL, NULL);
	if (!suite || !CU_add_test(suite, "put strings", put_strings) ||
	    !CU_add_test(suite, "escapes anywhere", escapes_anywhere) ||
	    !CU_add_test(suite, "limit is exact", limit_is_exact) ||
	    !CU_add_test(suite, "base64", base64))
		return -1;
	return 0;
}
