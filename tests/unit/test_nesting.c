#include <CUnit/CUnit.h>

#include <syncgen/json.h>

#include "outcome.h"
#include "seed.h"

/* Sums an array of integers; -1 on error. */
static int64_t sum(sync_reader *reader)
{
	int64_t total = 0, one;
	bool first = true;
	int more;
	if (!sync_read_array(reader))
		return -1;
	for (size_t i = 0; (more = sync_read_element(reader, &first)) > 0; i++) {
		if (!sync_read_i64(reader, &one, 0, 1000)) {
			sync_read_in_index(reader, i);
			return -1;
		}
		total += one;
	}
	return more < 0 ? -1 : total;
}

static void arrays(void)
{
	static const struct {
		const char *text;
		int64_t sum;
		const char *error, *pointer;
	} rows[] = {
		{ "[]", 0, "", "" },
		{ " [ ] ", 0, "", "" },
		{ "[1,2,3]", 6, "", "" },
		{ " [ 1 , 2 ] ", 3, "", "" },
		{ "[1,]", -1, "parse: expected a number, found ']' at byte 3", "/1" },
		{ "[,1]", -1, "parse: expected a number, found ',' at byte 1", "/0" },
		{ "[1 2]", -1, "parse: expected ',' or ']', found '2' at byte 3", "" },
		{ "[1", -1, "parse: the text ends, expected ',' or ']' at byte 2", "" },
		{ "[1,\"x\"]", -1, "invalid: expected a number, found a string", "/1" },
		{ "[1]]", 1, "parse: expected the end, found ']' at byte 3", "" },
		{ "{}", -1, "invalid: expected an array, found an object", "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		int64_t total = sum(&reader);
		ROW(rows[i].text, total == rows[i].sum);
		check_outcome(rows[i].text, &reader, total >= 0, rows[i].error);
		ROW(rows[i].text, strcmp(reader.error.pointer, rows[i].pointer) == 0);
	}
}

static void maps(void)
{
	static const struct {
		const char *text, *keys, *error;
	} rows[] = {
		{ "{}", "", "" },
		{ "{\"a\":1,\"\":2}", "a,,", "" },
		{ " { \"a\\n\" : 1 , \"b\" : 2 } ", "a\n,b,", "" },
		{ "{\"a\":1,}", "a,", "parse: expected the name of a member, found '}' at byte 7" },
		{ "{,}", "", "parse: expected the name of a member, found ',' at byte 1" },
		{ "{\"a\" 1}", "", "parse: expected ':', found '1' at byte 5" },
		{ "{\"a\":1 \"b\":2}", "a,", "parse: expected ',' or '}', found '\"' at byte 7" },
		{ "{a:1}", "", "parse: expected the name of a member, found 'a' at byte 1" },
		{ "{1:1}", "", "parse: expected the name of a member, found '1' at byte 1" },
		{ "{\"a\":1", "a,", "parse: the text ends, expected ',' or '}' at byte 6" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_buf keys = { 0 };
		sync_str key;
		bool first = true;
		int64_t value;
		int more = -1;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		if (sync_read_object(&reader)) {
			while ((more = sync_read_entry(&reader, &first, &key)) > 0) {
				sync_buf_put(&keys, key, sync_str_len(key));
				sync_buf_byte(&keys, ',');
				sync_str_free(key);
				if (!sync_read_i64(&reader, &value, 0, 9))
					break;
			}
		}
		check_outcome(rows[i].text, &reader, more == 0, rows[i].error);
		ROW(rows[i].text, strcmp(sync_buf_cstr(&keys), rows[i].keys) == 0);
		sync_buf_release(&keys);
	}
}

static void limits(void)
{
	sync_limits small = { .bytes = 20, .depth = 2, .elements = 3 };
	static const struct {
		const char *text, *error;
	} rows[] = {
		{ "[[1],2]", "" },
		{ "[[[]]]", "too_big: nested too deep" },
		{ "[{\"a\":[]}]", "too_big: nested too deep" },
		{ "[[],[],[]]", "" },
		{ "[1,2,3,4]", "too_big: too many values" },
		{ "{\"a\":1,\"b\":2,\"c\":3}", "" },
		{ "[{\"a\":1,\"b\":2,\"c\":3}]", "too_big: 21 bytes, more than 20" },
		{ "[{\"a\":1,\"b\":2,\"\":3}]", "too_big: too many values" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), &small);
		bool read = reader.error.code == SYNC_OK && sync_read_skip(&reader, NULL, NULL);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
	}
	/* The default depth, and one that asks for more than there is. */
	char deep[2 * SYNC_DEPTH_MAX + 4];
	static const unsigned depths[] = { 64, SYNC_DEPTH_MAX };
	sync_limits wide = { .bytes = sizeof(deep), .depth = UINT32_MAX, .elements = SIZE_MAX };
	for (int i = 0; i < 2; i++) {
		unsigned depth = depths[i];
		sync_reader reader;
		memset(deep, '[', depth);
		memset(deep + depth, ']', depth);
		sync_reader_init(&reader, deep, 2 * (size_t)depth, i ? &wide : NULL);
		CU_ASSERT(sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader));
		memset(deep, '[', depth + 1);
		memset(deep + depth + 1, ']', depth + 1);
		sync_reader_init(&reader, deep, 2 * (size_t)depth + 2, i ? &wide : NULL);
		check_outcome("deep", &reader, sync_read_skip(&reader, NULL, NULL),
			      "too_big: nested too deep");
	}
}

static void skip(void)
{
	static const struct {
		const char *text, *raw, *error;
	} rows[] = {
		{ " 12 ", "12", "" },
		{ " {\"a\":[1,{},\"x\",null],\"a\":true} ", "{\"a\":[1,{},\"x\",null],\"a\":true}",
		  "" },
		{ "[1e999,-0]", "[1e999,-0]", "" },
		{ "[[[]],[[{}]],{\"a\":{\"b\":[]}}]", "[[[]],[[{}]],{\"a\":{\"b\":[]}}]", "" },
		{ "[1}", NULL, "parse: expected ',' or ']', found '}' at byte 2" },
		{ "{\"a\":1]", NULL, "parse: expected ',' or '}', found ']' at byte 6" },
		{ "[{]}", NULL, "parse: expected the name of a member, found ']' at byte 2" },
		{ "[1,]", NULL, "parse: expected a value, found ']' at byte 3" },
		{ "nulL", NULL, "parse: expected null at byte 0" },
		{ "tru", NULL, "parse: expected true at byte 0" },
		{ "[-]", NULL, "parse: not a valid number at byte 1" },
		{ "\xef\xbb\xbf{}", NULL, "parse: expected a value, found byte 0xef at byte 0" },
		{ "", NULL, "parse: the text ends, expected a value at byte 0" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		const char *raw = NULL;
		size_t length = 0;
		sync_reader_init(&reader, rows[i].text, strlen(rows[i].text), NULL);
		bool read = sync_read_skip(&reader, &raw, &length);
		check_outcome(rows[i].text, &reader, read, rows[i].error);
		ROW(rows[i].text, !read || (length == strlen(rows[i].raw) &&
					    memcmp(raw, rows[i].raw, length) == 0));
	}
}

/* Each prefix of a valid text fails, each changed byte reads or fails: nothing else happens. */
static void damaged(void)
{
	static const char text[] = "{\"a\":[1,-2.5e3,true,false,null],\"b\\u00e4\\ud83d\\ude00\":"
				   "{\"c\":\"\xc3\xa4\xe2\x82\xac, and a longer text here\"}}";
	size_t length = sizeof(text) - 1;
	seed random = seed_start("json damaged");
	for (size_t cut = 0; cut < length; cut++) {
		sync_reader reader;
		char *copy = malloc(cut + 1);
		CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
		/* At the very end of a block, so that sanitizers see a byte too many. */
		memcpy(copy + 1, text, cut);
		sync_reader_init(&reader, copy + 1, cut, NULL);
		CU_ASSERT(!sync_read_skip(&reader, NULL, NULL));
		free(copy);
	}
	for (long i = seed_rounds(20000); i > 0; i--) {
		sync_reader reader;
		char changed[sizeof(text)];
		memcpy(changed, text, sizeof(text));
		for (uint64_t n = 1 + seed_below(&random, 3); n; n--)
			changed[seed_below(&random, length)] = (char)seed_next(&random);
		sync_reader_init(&reader, changed, length, NULL);
		bool read = sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader);
		if (!read &&
		    !ROW(changed, reader.error.code != SYNC_OK &&
					  sync_utf8_check(reader.error.message,
							  strlen(reader.error.message), NULL)))
			break;
	}
}

int test_nesting(void)
{
	CU_pSuite suite = CU_add_suite("nesting", NULL, NULL);
	if (!suite || !CU_add_test(suite, "arrays", arrays) || !CU_add_test(suite, "maps", maps) ||
	    !CU_add_test(suite, "limits", limits) || !CU_add_test(suite, "skip", skip) ||
	    !CU_add_test(suite, "damaged", damaged))
		return -1;
	return 0;
}
