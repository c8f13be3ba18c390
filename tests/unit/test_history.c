#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include "../../runtime/history.h"
#include "fault.h"
#include "row.h"

static sync_status push(sync_history *history, unsigned n, size_t limit)
{
	char ops[64];
	snprintf(ops, sizeof ops, "[{%u}]", n);
	return sync_history_push(history, ops, strlen(ops), limit);
}

/* What leads from `from` to `to`, when commit n is "{n}". */
static bool leads(const sync_history *history, unsigned from, unsigned to)
{
	char want[8192] = "";
	const char *bytes;
	size_t length, used = 0;
	for (unsigned n = from + 1; n <= to; n++)
		used += (size_t)snprintf(want + used, sizeof want - used, "%s{%u}",
					 n == from + 1 ? "" : ",", n);
	return sync_history_range(history, from, to, &bytes, &length) && length == used &&
	       memcmp(bytes, want, length) == 0;
}

static bool knows(const sync_history *history, unsigned from, unsigned to)
{
	const char *bytes;
	size_t length;
	return sync_history_range(history, from, to, &bytes, &length);
}

static void ranges(void)
{
	sync_history history = { 0 };
	for (unsigned n = 1; n <= 20; n++) {
		CU_ASSERT_EQUAL(push(&history, n, 4096), SYNC_OK);
		for (unsigned from = 0; from < n; from++)
			CU_ASSERT(leads(&history, from, n));
	}
	CU_ASSERT(leads(&history, 3, 4));
	CU_ASSERT(!knows(&history, 4, 4));
	CU_ASSERT(!knows(&history, 5, 4));
	CU_ASSERT(!knows(&history, 4, 21));
	sync_history_pop(&history);
	CU_ASSERT(!knows(&history, 4, 20));
	CU_ASSERT(leads(&history, 4, 19));
	CU_ASSERT_EQUAL(push(&history, 20, 4096), SYNC_OK);
	CU_ASSERT(leads(&history, 0, 20));
	sync_history_release(&history);
}

static void bounded_by_count(void)
{
	sync_history history = { 0 };
	sync_history_reset(&history, 0);
	for (unsigned n = 1; n <= 1000; n++)
		CU_ASSERT_EQUAL(push(&history, n, SIZE_MAX), SYNC_OK);
	CU_ASSERT(!knows(&history, 1000 - SYNC_HISTORY_COMMITS - 1, 1000));
	CU_ASSERT(leads(&history, 1000 - SYNC_HISTORY_COMMITS, 1000));
	CU_ASSERT(history.bytes.cap < 16384);
	sync_history_release(&history);
}

static void bounded_by_bytes(void)
{
	sync_history history = { 0 };
	sync_history_reset(&history, 10);
	for (unsigned n = 11; n <= 99; n++) {
		CU_ASSERT_EQUAL(push(&history, n, 20), SYNC_OK);
		CU_ASSERT(history.bytes.len - history.start <= 20);
		CU_ASSERT(leads(&history, n - 1, n));
	}
	CU_ASSERT(leads(&history, 95, 99)); /* four of five bytes each */
	CU_ASSERT(!knows(&history, 94, 99));
	CU_ASSERT(history.bytes.cap < 1024);
	/* One that is longer than the limit is kept: it may still be the shortest there is. */
	CU_ASSERT_EQUAL(push(&history, 100, 1), SYNC_OK);
	CU_ASSERT(leads(&history, 99, 100));
	sync_history_release(&history);
}

static void reset_starts_anew(void)
{
	sync_history history = { 0 };
	CU_ASSERT_EQUAL(push(&history, 1, 4096), SYNC_OK);
	sync_history_reset(&history, 41);
	CU_ASSERT(!knows(&history, 0, 1));
	CU_ASSERT(!knows(&history, 41, 42));
	CU_ASSERT_EQUAL(push(&history, 42, 4096), SYNC_OK);
	CU_ASSERT(leads(&history, 41, 42));
	sync_history_release(&history);
}

static void out_of_memory(void)
{
	long alive = 0;
	for (long n = 1; fault_next(n); n++) {
		sync_history history = { 0 };
		unsigned done = 0;
		for (unsigned i = 0; i < 100; i++)
			done += push(&history, done + 1, 4096) == SYNC_OK;
		CU_ASSERT(done >= 99);
		CU_ASSERT(leads(&history, 0, done));
		sync_history_release(&history);
		alive = fault_alive();
		CU_ASSERT_EQUAL(alive, 0);
	}
	fault_end();
}

int test_history(void);
int test_history(void)
{
	CU_pSuite suite = CU_add_suite("history", NULL, NULL);
	return !suite || !CU_add_test(suite, "ranges", ranges) ||
	       !CU_add_test(suite, "bounded by count", bounded_by_count) ||
	       !CU_add_test(suite, "bounded by bytes", bounded_by_bytes) ||
	       !CU_add_test(suite, "reset starts anew", reset_starts_anew) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
