#include <CUnit/CUnit.h>

#include <stdint.h>

#include <syncgen/alloc.h>
#include <syncgen/buf.h>

#include "fault.h"

static void grows(void)
{
	sync_buf buf = { 0 };
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "");
	for (int i = 0; i < 100000; i++)
		sync_buf_byte(&buf, (char)('a' + i % 26));
	sync_buf_put(&buf, NULL, 0);
	SYNC_BUF_LITERAL(&buf, "end");
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	CU_ASSERT_EQUAL(buf.len, 100003);
	CU_ASSERT_EQUAL(buf.data[27], 'b');
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf) + 100000, "end");
	CU_ASSERT_EQUAL(buf.len, 100003);
	sync_buf_clear(&buf);
	CU_ASSERT_EQUAL(buf.len, 0);
	CU_ASSERT(buf.cap >= 100003);
	sync_buf_release(&buf);
	CU_ASSERT_PTR_NULL(buf.data);
}

static void limit(void)
{
	sync_buf buf = { .limit = 10 };
	SYNC_BUF_LITERAL(&buf, "0123456789");
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "0123456789");
	CU_ASSERT_EQUAL(buf.limit, 10);
	sync_buf_byte(&buf, 'x');
	CU_ASSERT_EQUAL(buf.status, SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(buf.len, 10);
	sync_buf_clear(&buf);
	SYNC_BUF_LITERAL(&buf, "9876543210");
	CU_ASSERT_EQUAL(buf.status, SYNC_OK);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "9876543210");
	sync_buf_release(&buf);
}

static void sizes_do_not_wrap(void)
{
	sync_buf buf = { 0 };
	sync_buf_byte(&buf, 'x');
	CU_ASSERT_PTR_NULL(sync_buf_room(&buf, SIZE_MAX));
	CU_ASSERT_EQUAL(buf.status, SYNC_TOO_BIG);
	sync_buf_clear(&buf);
	CU_ASSERT_PTR_NULL(sync_buf_room(&buf, SIZE_MAX / 2 + 1));
	CU_ASSERT_EQUAL(buf.status, SYNC_TOO_BIG);
	sync_buf_release(&buf);
	CU_ASSERT_PTR_NULL(sync_calloc(SIZE_MAX / 2, 3));
}

/* Nothing is written after a failure, even what would fit. */
static void error_sticks(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_buf buf = { 0 };
		size_t written = 0;
		while (written < 4000 && buf.status == SYNC_OK) {
			sync_buf_put(&buf, "twelve bytes", 12);
			written += buf.status == SYNC_OK ? 12 : 0;
		}
		CU_ASSERT_EQUAL(buf.len, written);
		sync_buf_byte(&buf, 'x');
		if (buf.status != SYNC_OK) {
			CU_ASSERT_EQUAL(buf.status, SYNC_NOMEM);
			CU_ASSERT_EQUAL(buf.len, written);
			CU_ASSERT_PTR_NULL(sync_buf_cstr(&buf));
			CU_ASSERT(!written || memcmp(buf.data, "twelve bytes", 12) == 0);
			sync_buf_clear(&buf);
			SYNC_BUF_LITERAL(&buf, "again");
			CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "again");
		}
		sync_buf_release(&buf);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_buf(void)
{
	CU_pSuite suite = CU_add_suite("buf", NULL, NULL);
	if (!suite || !CU_add_test(suite, "grows", grows) || !CU_add_test(suite, "limit", limit) ||
	    !CU_add_test(suite, "sizes do not wrap", sizes_do_not_wrap) ||
	    !CU_add_test(suite, "error sticks", error_sticks))
		return -1;
	return 0;
}
