/* Canonical JSON against the samples of RFC 8785, SHA-256 against those of FIPS 180. */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include "gen/jcs.h"
#include "gen/sha256.h"
#include "row.h"

/* Appendix B. */
static void numbers(void)
{
	static const struct {
		uint64_t bits;
		const char *text;
	} rows[] = {
		{ 0x0000000000000000, "0" },
		{ 0x8000000000000000, "0" },
		{ 0x0000000000000001, "5e-324" },
		{ 0x8000000000000001, "-5e-324" },
		{ 0x7fefffffffffffff, "1.7976931348623157e+308" },
		{ 0xffefffffffffffff, "-1.7976931348623157e+308" },
		{ 0x4340000000000000, "9007199254740992" },
		{ 0xc340000000000000, "-9007199254740992" },
		{ 0x4430000000000000, "295147905179352830000" },
		{ 0x44b52d02c7e14af5, "9.999999999999997e+22" },
		{ 0x44b52d02c7e14af6, "1e+23" },
		{ 0x44b52d02c7e14af7, "1.0000000000000001e+23" },
		{ 0x444b1ae4d6e2ef4e, "999999999999999700000" },
		{ 0x444b1ae4d6e2ef4f, "999999999999999900000" },
		{ 0x444b1ae4d6e2ef50, "1e+21" },
		{ 0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7" },
		{ 0x3eb0c6f7a0b5ed8d, "0.000001" },
		{ 0x41b3de4355555553, "333333333.3333332" },
		{ 0x41b3de4355555557, "333333333.33333343" },
		{ 0xbecbf647612f3696, "-0.0000033333333333333333" },
		{ 0x43143ff3c1cb0959, "1424953923781206.2" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double number;
		memcpy(&number, &rows[i].bits, sizeof(number));
		buf b = { 0 };
		jcs_double(&b, number);
		if (!ROW(rows[i].text, strcmp(b.at, rows[i].text) == 0))
			printf("    got %s\n", b.at);
		buf_release(&b);
	}
}

static void whole_numbers(void)
{
	static const struct {
		int64_t number;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ -1, "-1" },
		{ 9007199254740991, "9007199254740991" },
		{ -9007199254740991, "-9007199254740991" },
		{ 9007199254740992, "\"9007199254740992\"" },
		{ INT64_MIN, "\"-9223372036854775808\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf b = { 0 };
		jcs_int(&b, rows[i].number);
		ROW(rows[i].text, strcmp(b.at, rows[i].text) == 0);
		buf_clear(&b);
		jcs_uint(&b, (uint64_t)rows[i].number);
		ROW(rows[i].text, rows[i].number < 0 || strcmp(b.at, rows[i].text) == 0);
		buf_release(&b);
	}
}

static void strings(void)
{
	static const struct {
		const char *name;
		struct {
			const char *at;
			size_t length;
		} text;
		const char *json;
	} rows[] = {
		{ "plain", { "abc", 3 }, "\"abc\"" },
		{ "quote and backslash", { "\"\\", 2 }, "\"\\\"\\\\\"" },
		{ "short forms", { "\b\t\n\f\r", 5 }, "\"\\b\\t\\n\\f\\r\"" },
		{ "other controls", { "\x01\x1f\x7f", 3 }, "\"\\u0001\\u001f\x7f\"" },
		{ "U+0000", { "a\0b", 3 }, "\"a\\u0000b\"" },
		{ "no others",
		  { "/\xE2\x82\xAC\xE2\x80\xA8", 7 },
		  "\"/\xE2\x82\xAC\xE2\x80\xA8\"" },
		{ "empty", { "", 0 }, "\"\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf b = { 0 };
		jcs_string(&b, rows[i].text.at, rows[i].text.length);
		ROW(rows[i].name, strcmp(b.at, rows[i].json) == 0);
		buf_release(&b);
	}
}

/* 3.2.3: the names of the sample, in the order it gives. */
static void order(void)
{
	static const char *const sorted[] = { "",
					      "\r",
					      "1",
					      "1a",
					      "\xC2\x80",
					      "\xC3\xB6",
					      "\xE2\x82\xAC",
					      "\xF0\x9F\x98\x80",
					      "\xEF\xAC\xB3" };
	size_t count = sizeof(sorted) / sizeof(sorted[0]);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int answer = jcs_compare(sorted[i], sorted[j]);
			ROW(sorted[i], i < j ? answer < 0 : i > j ? answer > 0 : answer == 0);
		}
	}
}

static void sha256(void)
{
	static const struct {
		const char *name, *text;
		size_t times;
		const char *hex;
	} rows[] = {
		{ "empty", "", 1,
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "abc", 1,
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "a million", "aaaaaaaaaa", 100000,
		  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char hex[65];
		buf b = { 0 };
		for (size_t n = 0; n < rows[i].times; n++)
			buf_text(&b, rows[i].text);
		sha256_hex(b.at, b.length, hex);
		ROW(rows[i].name, strcmp(hex, rows[i].hex) == 0);
		buf_release(&b);
	}
}

int test_jcs(void);
int test_jcs(void)
{
	CU_pSuite suite = CU_add_suite("jcs", NULL, NULL);
	return !(suite && CU_add_test(suite, "numbers", numbers) &&
		 CU_add_test(suite, "whole numbers", whole_numbers) &&
		 CU_add_test(suite, "strings", strings) && CU_add_test(suite, "order", order) &&
		 CU_add_test(suite, "sha256", sha256));
}
