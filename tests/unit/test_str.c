#include <CUnit/CUnit.h>

#include <syncgen/json.h>

#include "fault.h"
#include "row.h"

static const SYNC_STR_STORAGE("My Notes \xc3\xa4") stored = SYNC_STR_INIT("My Notes \xc3\xa4");

static void empty(void)
{
	sync_str string = sync_str_new("", 0);
	CU_ASSERT_PTR_EQUAL(string, SYNC_STR_EMPTY);
	CU_ASSERT_EQUAL(sync_str_len(string), 0);
	CU_ASSERT_EQUAL(sync_str_points(string), 0);
	sync_str_free(string);
	sync_str_free(NULL);
	CU_ASSERT_EQUAL(sync_str_len(NULL), 0);
	CU_ASSERT_EQUAL(sync_str_points(NULL), 0);
	CU_ASSERT(sync_str_equal(NULL, SYNC_STR_EMPTY));
}

static void static_storage(void)
{
	sync_str string = stored.bytes;
	CU_ASSERT_EQUAL(sync_str_len(string), 11);
	CU_ASSERT_EQUAL(sync_str_points(string), 10);
	CU_ASSERT_EQUAL(sync_str_points(string), 10);
	sync_str_free(string);
	CU_ASSERT_EQUAL(sync_str_assign(&string, "other"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(string, "other");
	CU_ASSERT_STRING_EQUAL(stored.bytes, "My Notes \xc3\xa4");
	sync_str_free(string);
}

static void assign(void)
{
	sync_str string = NULL;
	CU_ASSERT_EQUAL(sync_str_assign(&string, "h\xc3\xa9llo"), SYNC_OK);
	CU_ASSERT_EQUAL(sync_str_len(string), 6);
	CU_ASSERT_EQUAL(sync_str_points(string), 5);
	CU_ASSERT_EQUAL(sync_str_assign(&string, "bad \xc3"), SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(string, "h\xc3\xa9llo");
	/* out of itself */
	CU_ASSERT_EQUAL(sync_str_assign_n(&string, string + 3, 3), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(string, "llo");
	CU_ASSERT_EQUAL(sync_str_assign_n(&string, "a\0b", 3), SYNC_OK);
	CU_ASSERT_EQUAL(sync_str_len(string), 3);
	CU_ASSERT(memcmp(string, "a\0b", 4) == 0);
	CU_ASSERT_EQUAL(sync_str_assign(&string, NULL), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(string, "");
	sync_str_free(string);
	char *made = sync_str_alloc(2);
	CU_ASSERT_PTR_NOT_NULL_FATAL(made);
	memcpy(made, "\xc3\xa4", 2);
	CU_ASSERT_EQUAL(sync_str_points(made), 1);
	sync_str other = sync_str_new("\xc3\xa4", 2);
	CU_ASSERT(sync_str_equal(made, other));
	CU_ASSERT(!sync_str_equal(made, NULL));
	sync_str_free(other);
	sync_str_free(made);
}

static void utf8(void)
{
	static const struct {
		const char *bytes;
		bool valid;
		size_t points;
	} rows[] = {
		{ "", true, 0 },
		{ "plain", true, 5 },
		{ "\x7f", true, 1 },
		{ "\xc2\x80\xdf\xbf", true, 2 },
		{ "\xe0\xa0\x80\xef\xbf\xbf", true, 2 },
		{ "\xed\x9f\xbf\xee\x80\x80", true, 2 },
		{ "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", true, 2 },
		{ "sixteen bytes of ASCII and \xe2\x82\xac and then sixteen and more", true, 54 },
		{ "\x80", false, 0 },
		{ "\xbf", false, 0 },
		{ "\xc0\x80", false, 0 },
		{ "\xc1\xbf", false, 0 },
		{ "\xc2", false, 0 },
		{ "\xc2\xc0", false, 0 },
		{ "\xe0\x9f\xbf", false, 0 },
		{ "\xe1\x80", false, 0 },
		{ "\xed\xa0\x80", false, 0 },
		{ "\xed\xbf\xbf", false, 0 },
		{ "\xf0\x8f\xbf\xbf", false, 0 },
		{ "\xf0\x90\x80", false, 0 },
		{ "\xf4\x90\x80\x80", false, 0 },
		{ "\xf5\x80\x80\x80", false, 0 },
		{ "\xff", false, 0 },
		{ "sixteen bytes and then wrong \xc3 in the middle of it all", false, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t points = 77;
		bool valid = sync_utf8_check(rows[i].bytes, strlen(rows[i].bytes), &points);
		ROW(rows[i].bytes, valid == rows[i].valid);
		ROW(rows[i].bytes, !valid || points == rows[i].points);
	}
	CU_ASSERT(sync_utf8_check(NULL, 0, NULL));
}

static void bytes(void)
{
	sync_bytes a = { 0 }, b = { 0 };
	CU_ASSERT(sync_bytes_equal(&a, &b));
	CU_ASSERT_EQUAL(sync_bytes_assign(&a, "\0\1\2", 3), SYNC_OK);
	CU_ASSERT(!sync_bytes_equal(&a, &b));
	CU_ASSERT_EQUAL(sync_bytes_assign(&b, a.data, 3), SYNC_OK);
	CU_ASSERT(sync_bytes_equal(&a, &b));
	CU_ASSERT_EQUAL(sync_bytes_assign(&b, NULL, 0), SYNC_OK);
	CU_ASSERT_PTR_NULL(b.data);
	sync_bytes_free(&a);
	CU_ASSERT_EQUAL(a.len, 0);
}

static void without_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_str string = NULL, other = sync_str_new("new", 3);
		sync_bytes data = { 0 };
		sync_status status = sync_str_assign(&string, "assigned");
		CU_ASSERT(status == SYNC_OK || (status == SYNC_NOMEM && !string));
		status = sync_bytes_assign(&data, "data", 4);
		CU_ASSERT(status == SYNC_OK || (status == SYNC_NOMEM && !data.data && !data.len));
		char *made = sync_str_alloc(10);
		sync_str_free(made);
		sync_str_free(other);
		sync_str_free(string);
		sync_bytes_free(&data);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_str(void)
{
	CU_pSuite suite = CU_add_suite("str", NULL, NULL);
	if (!suite || !CU_add_test(suite, "empty", empty) ||
	    !CU_add_test(suite, "static storage", static_storage) ||
	    !CU_add_test(suite, "assign", assign) || !CU_add_test(suite, "UTF-8", utf8) ||
	    !CU_add_test(suite, "bytes", bytes) ||
	    !CU_add_test(suite, "without memory", without_memory))
		return -1;
	return 0;
}
