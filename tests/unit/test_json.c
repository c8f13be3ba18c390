#include <CUnit/CUnit.h>

#include <float.h>
#include <math.h>

#include <syncgen/json.h>

#include "fault.h"
#include "outcome.h"
#include "suite.h"

static void strings(void)
{
	static const struct {
		const char *text, *value;
		size_t length, points;
		const char *error;
	} rows[] = {
		{ "\"\"", "", 0, 0, "" },
		{ " \t\r\n\"plain\" ", "plain", 5, 5, "" },
		{ "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
		  "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, 3, "" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8, 8, "" },
		{ "\"\\u00e4\\u20AC\\ud83d\\ude00\"", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, 3,
		  "" },
		{ "\"a\\u0000b\"", "a\0b", 3, 3, "" },
		{ "\"sixteen bytes or more \\n and again sixteen or more\"",
		  "sixteen bytes or more \n and again sixteen or more", 49, 49, "" },
		{ "\"\\ud83d\"", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"\\ude00\"", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"\\ud83d\\u0041\"", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"x\\ud83dx\"", NULL, 0, 0, "parse: not a valid escape at byte 2" },
		{ "\"\\u12g4\"", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"\\x\"", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"\\", NULL, 0, 0, "parse: not a valid escape at byte 1" },
		{ "\"tab\t\"", NULL, 0, 0, "parse: a control character inside a string at byte 4" },
		{ "\"\xff\"", NULL, 0, 0, "parse: not valid UTF-8 at byte 1" },
		{ "\"\xed\xa0\x80\"", NULL, 0, 0, "parse: not valid UTF-8 at byte 1" },
		{ "\"\xc3", NULL, 0, 0, "parse: not valid UTF-8 at byte 1" },
		{ "\"open", NULL, 0, 0, "parse: the text ends inside a string at byte 5" },
		{ "", NULL, 0, 0, "parse: the text ends, expected a string at byte 0" },
		{ "12", NULL, 0, 0, "invalid: expected a string, found a number" },
		{ "null", NULL, 0, 0, "invalid: expected a string, found null" },
		{ "[", NULL, 0, 0, "invalid: expected a string, found an array" },
		{ "}", NULL, 0, 0, "parse: expected a string, found '}' at byte 0" },
		{ "\x01", NULL, 0, 0, "parse: expected a string, found byte 0x01 at byte 0" },
		{ "\"a\" x", NULL, 0, 0, "parse: expected the end, found 'x' at byte 4" },
		{ "\"a\" 1", NULL, 0, 0, "parse: expected the end, found '1' at byte 4" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_str value = sync_str_new("before", 6);
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_string(&reader, &value, 0, 100);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		if (read && rows[i].value) {
			ROW(rows[i].text, sync_str_len(value) == rows[i].length);
			ROW(rows[i].text, memcmp(value, rows[i].value, rows[i].length + 1) == 0);
			ROW(rows[i].text, sync_str_points(value) == rows[i].points);
		} else if (!read) {
			ROW(rows[i].text, strcmp(value, "before") == 0);
		}
		sync_str_free(value);
	}
}

static void string_lengths(void)
{
	sync_reader reader;
	sync_str value = NULL;
	const char *text = "\"\\u00e4\xc3\xb6u\""; /* 3 characters, 5 bytes */
	sync_reader_init(&reader, text, strlen(text), NULL);
	CU_ASSERT(sync_read_string(&reader, &value, 3, 3));
	sync_reader_init(&reader, text, strlen(text), NULL);
	check_outcome("too long", &reader, sync_read_string(&reader, &value, 0, 2),
		      "invalid: 3 characters, at most 2 allowed");
	sync_reader_init(&reader, text, strlen(text), NULL);
	check_outcome("too short", &reader, sync_read_string(&reader, &value, 4, 9),
		      "invalid: 3 characters, at least 4 needed");
	sync_str_free(value);

	char scratch[8];
	const char *bytes;
	size_t length;
	sync_reader_init(&reader, text, strlen(text), NULL);
	CU_ASSERT(sync_read_slice(&reader, &bytes, &length, scratch, 5));
	CU_ASSERT_EQUAL(length, 5);
	CU_ASSERT_PTR_EQUAL(bytes, scratch);
	sync_reader_init(&reader, text, strlen(text), NULL);
	check_outcome("slice too long", &reader,
		      sync_read_slice(&reader, &bytes, &length, scratch, 4),
		      "invalid: 5 bytes, at most 4 allowed");
	sync_reader_init(&reader, "\"plain\"", 7, NULL);
	CU_ASSERT(sync_read_slice(&reader, &bytes, &length, scratch, 5));
	CU_ASSERT_PTR_EQUAL(bytes, reader.begin + 1);
}

static void words(void)
{
	static const struct {
		const char *text;
		bool value;
		const char *error;
	} rows[] = {
		{ "true", true, "" },
		{ " false ", false, "" },
		{ "tru", false, "parse: expected true or false at byte 0" },
		{ "falsy", false, "parse: expected true or false at byte 0" },
		{ "True", false, "parse: expected a bool, found 'T' at byte 0" },
		{ "1", false, "invalid: expected a bool, found a number" },
		{ "truex", true, "parse: expected the end, found 'x' at byte 4" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		bool value = !rows[i].value;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_bool(&reader, &value);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, !read || value == rows[i].value);
	}
	sync_reader reader;
	sync_reader_init(&reader, " null", 5, NULL);
	CU_ASSERT_EQUAL(sync_read_peek(&reader), 'n');
	CU_ASSERT(sync_read_null(&reader) && sync_read_end(&reader));
	CU_ASSERT_EQUAL(sync_read_peek(&reader), '\0');
	sync_reader_init(&reader, "nul", 3, NULL);
	CU_ASSERT(!sync_read_null(&reader));
	CU_ASSERT_EQUAL(reader.error.code, SYNC_OK);
	sync_reader_init(&reader, "-1", 2, NULL);
	CU_ASSERT_EQUAL(sync_read_peek(&reader), '-');
	sync_reader_init(&reader, ",", 1, NULL);
	CU_ASSERT_EQUAL(sync_read_peek(&reader), '\0');
}

static void signed_integers(void)
{
	static const struct {
		const char *text;
		int64_t min, max, value;
		const char *error;
	} rows[] = {
		{ "0", -5, 5, 0, "" },
		{ "-0", -5, 5, 0, "" },
		{ "-5", -5, 5, -5, "" },
		{ "5.0", -5, 5, 5, "" },
		{ "0.5e1", -5, 5, 5, "" },
		{ "6", -5, 5, 0, "invalid: out of range: must be -5 to 5" },
		{ "-6", -5, 5, 0, "invalid: out of range: must be -5 to 5" },
		{ "1.5", -5, 5, 0, "invalid: expected an integer, found a fraction" },
		{ "9007199254740993", INT64_MIN, INT64_MAX, 9007199254740993, "" },
		{ "9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, "" },
		{ "-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, "" },
		{ "9223372036854775808", INT64_MIN, INT64_MAX, 0,
		  "invalid: out of range: must be -9223372036854775808 to 9223372036854775807" },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX, 0,
		  "invalid: out of range: must be -9223372036854775808 to 9223372036854775807" },
		{ "99999999999999999999", INT64_MIN, INT64_MAX, 0,
		  "invalid: out of range: does not fit 64 bits" },
		{ "123456789012345678", INT64_MIN, INT64_MAX, 123456789012345678, "" },
		{ "1234567890123456789", INT64_MIN, INT64_MAX, 1234567890123456789, "" },
		{ "12345678", INT64_MIN, INT64_MAX, 12345678, "" },
		{ "123456781234567 ", INT64_MIN, INT64_MAX, 123456781234567, "" },
		{ "01", -5, 5, 0, "parse: expected the end, found '1' at byte 1" },
		{ "-", -5, 5, 0, "parse: not a valid number at byte 0" },
		{ "1.", -5, 5, 0, "parse: not a valid number at byte 0" },
		{ "1e", -5, 5, 0, "parse: not a valid number at byte 0" },
		{ "+1", -5, 5, 0, "parse: expected a number, found '+' at byte 0" },
		{ "\"1\"", -5, 5, 0, "invalid: expected a number, found a string" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		int64_t value = 77;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_i64(&reader, &value, rows[i].min, rows[i].max);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, value == (read ? rows[i].value : 77) || rows[i].error[0]);
	}
}

static void unsigned_integers(void)
{
	static const struct {
		const char *text;
		uint64_t max, value;
		const char *error;
	} rows[] = {
		{ "-0", 9, 0, "" },
		{ "9", 9, 9, "" },
		{ "10", 9, 0, "invalid: out of range: must be 0 to 9" },
		{ "-1", 9, 0, "invalid: out of range: must be 0 to 9" },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, "" },
		{ "18446744073709551616", UINT64_MAX, 0,
		  "invalid: out of range: does not fit 64 bits" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		uint64_t value = 77;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_u64(&reader, &value, 0, rows[i].max);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, !read || value == rows[i].value);
	}
}

static void quoted_integers(void)
{
	static const struct {
		const char *text;
		int64_t value;
		const char *error;
	} rows[] = {
		{ "\"0\"", 0, "" },
		{ "\"-9223372036854775808\"", INT64_MIN, "" },
		{ "\"9223372036854775807\"", INT64_MAX, "" },
		{ "\"\\u0031\\u0032\"", 12, "" },
		{ "\"9223372036854775808\"", 0,
		  "invalid: out of range: must be -9223372036854775808 to 9223372036854775807" },
		{ "\"18446744073709551616\"", 0, "invalid: out of range: does not fit 64 bits" },
		{ "\"\"", 0, "invalid: not an integer in decimal digits" },
		{ "\"01\"", 0, "invalid: not an integer in decimal digits" },
		{ "\"+1\"", 0, "invalid: not an integer in decimal digits" },
		{ "\"1.0\"", 0, "invalid: not an integer in decimal digits" },
		{ "\"1e2\"", 0, "invalid: not an integer in decimal digits" },
		{ "\" 1\"", 0, "invalid: not an integer in decimal digits" },
		{ "\"1 \"", 0, "invalid: not an integer in decimal digits" },
		{ "\"0x1\"", 0, "invalid: not an integer in decimal digits" },
		{ "1", 0, "invalid: expected a string, found a number" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		int64_t value = 77;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_i64_quoted(&reader, &value, INT64_MIN, INT64_MAX);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, !read || value == rows[i].value);
	}
	sync_reader reader;
	uint64_t value;
	sync_reader_init(&reader, "\"18446744073709551615\"", 22, NULL);
	CU_ASSERT(sync_read_u64_quoted(&reader, &value, 0, UINT64_MAX) && value == UINT64_MAX);
	sync_reader_init(&reader, "\"-1\"", 4, NULL);
	CU_ASSERT(!sync_read_u64_quoted(&reader, &value, 0, UINT64_MAX));
}

static void floats(void)
{
	static const struct {
		const char *text;
		double min, max, value;
		const char *error;
	} rows[] = {
		{ "1.5", -2, 2, 1.5, "" },
		{ "-0", -2, 2, -0.0, "" },
		{ "-0.0", -2, 2, -0.0, "" },
		{ "2e0", -2, 2, 2, "" },
		{ "2.5", -2, 2, 0, "invalid: out of range: must be -2 to 2" },
		{ "2.5", -INFINITY, 2, 0, "invalid: out of range" },
		{ "1e400", -DBL_MAX, DBL_MAX, 0,
		  "invalid: out of range: does not fit a 64-bit float" },
		{ "1e-400", -DBL_MAX, DBL_MAX, 0, "" },
		{ "NaN", -2, 2, 0, "parse: expected a number, found 'N' at byte 0" },
		{ "1.e1", -2, 2, 0, "parse: not a valid number at byte 0" },
		{ "null", -2, 2, 0, "invalid: expected a number, found null" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		double value = 77;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_f64(&reader, &value, rows[i].min, rows[i].max);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, !read || (value <= rows[i].value && value >= rows[i].value));
		ROW(rows[i].text, !read || !signbit(value) == !signbit(rows[i].value));
	}
	sync_reader reader;
	float small;
	sync_reader_init(&reader, "0.1", 3, NULL);
	CU_ASSERT(sync_read_f32(&reader, &small, -1, 1) && small >= 0.1f && small <= 0.1f);
	sync_reader_init(&reader, "1e39", 4, NULL);
	check_outcome("1e39", &reader, sync_read_f32(&reader, &small, -INFINITY, INFINITY),
		      "invalid: out of range: does not fit a 32-bit float");
	sync_reader_init(&reader, "2", 1, NULL);
	check_outcome("2", &reader, sync_read_f32(&reader, &small, -1, 1),
		      "invalid: out of range: must be -1 to 1");
}

static void without_memory(void)
{
	static const char text[] = "{\"key\":\"value\",\"\\n\":\"Zm9v\",\"other\":\"Zm\\/v\"}";
	for (long n = 1; fault_next(n); n++) {
		sync_reader reader;
		sync_buf buf = { 0 };
		sync_str key = NULL, value = sync_str_new("old", 3);
		sync_bytes bytes = { 0 };
		bool first = true;
		sync_reader_init(&reader, text, sizeof(text) - 1, NULL);
		bool read = sync_read_object(&reader);
		for (int i = 0; read && i < 3; i++) {
			read = sync_read_entry(&reader, &first, &key) > 0;
			if (!read)
				break;
			sync_str_free(key);
			read = i ? sync_read_bytes(&reader, &bytes, 0, 100)
				 : sync_read_string(&reader, &value, 0, 100);
		}
		CU_ASSERT(read || reader.error.code == SYNC_NOMEM);
		sync_put_string(&buf, "x\ny", 3);
		sync_put_base64(&buf, "x", 1);
		sync_put_f64(&buf, 0.1);
		CU_ASSERT(buf.status == SYNC_NOMEM || buf.len == 15);
		sync_str_free(value);
		sync_bytes_free(&bytes);
		sync_buf_release(&buf);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_json(void)
{
	static const CU_TestInfo tests[] = {
		{ "strings", strings },
		{ "string lengths", string_lengths },
		{ "words", words },
		{ "signed integers", signed_integers },
		{ "unsigned integers", unsigned_integers },
		{ "quoted integers", quoted_integers },
		{ "floats", floats },
		{ "without memory", without_memory },
		CU_TEST_INFO_NULL,
	};
	return suite_add("json", tests);
}
