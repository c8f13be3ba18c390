/* How often a peer may call what has an @rate. */
#include <CUnit/CUnit.h>

#include "../../runtime/session_core.h"
#include "fault.h"
#include "row.h"

static const sync_call_info knock = { .name = "knock", .rate_count = 3, .rate_ms = 1000 };
static const sync_call_info hourly = { .name = "hourly", .rate_count = 1, .rate_ms = 3600000 };
static const sync_call_info often = { .name = "often", .rate_count = 5000, .rate_ms = 1000 };
static const sync_call_info free_call = { .name = "free" };

/* At that time: how long it has to wait, 0: it may. */
static const struct {
	const char *name;
	uint64_t at;
	const sync_call_info *info;
	uint64_t wait;
} rows[] = {
	{ "first", 1000, &knock, 0 },
	{ "second at once", 1000, &knock, 0 },
	{ "third at once", 1000, &knock, 0 },
	{ "a fourth", 1000, &knock, 334 },
	{ "another call has a count of its own", 1000, &hourly, 0 },
	{ "once in an hour", 1001, &hourly, 3599999 },
	{ "without a rate", 1001, &free_call, 0 },
	{ "too early still", 1333, &knock, 1 },
	{ "a third of the time later", 1334, &knock, 0 },
	{ "only one", 1334, &knock, 333 },
	{ "after a long time not more than at first", 90000, &knock, 0 },
	{ "the second", 90000, &knock, 0 },
	{ "the third", 90000, &knock, 0 },
	{ "not the fourth", 90000, &knock, 334 },
	{ "a clock that stands still", 90000, &knock, 334 },
	{ "the hour is over", 3601000, &hourly, 0 },
};

static void so_often(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t wait = 0;
		sync_error error;
		sync_hub_poll(hub, rows[i].at);
		sync_status status = sync_session_may_call(session, rows[i].info, &wait, &error);
		ROW(rows[i].name, status == (rows[i].wait ? SYNC_RATE : SYNC_OK));
		if (!ROW(rows[i].name, wait == rows[i].wait))
			printf("  %llu\n", (unsigned long long)wait);
	}
	sync_session_free(session);
	sync_hub_free(hub);
}

/* More of them than milliseconds: each second as many, spread over it. */
static void very_often(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	unsigned done = 0;
	uint64_t wait;
	sync_error error;
	for (uint64_t now = 1000; now < 11000; now++) {
		sync_hub_poll(hub, now);
		for (int i = 0; i < 20; i++)
			done += sync_session_may_call(session, &often, &wait, &error) == SYNC_OK;
	}
	CU_ASSERT(done >= 10 * 5000 && done <= 11 * 5000);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void out_of_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		uint64_t wait;
		sync_error error;
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_session *session =
			hub ? sync_session_new(
				      hub,
				      &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE })
			    : NULL;
		if (session) {
			sync_session_may_call(session, &knock, &wait, &error);
			sync_session_may_call(session, &hourly, &wait, &error);
		}
		sync_session_free(session);
		sync_hub_free(hub);
	}
	CU_ASSERT_EQUAL(fault_alive(), 0);
	fault_end();
}

int test_rate(void)
{
	CU_pSuite suite = CU_add_suite("rate", NULL, NULL);
	return !suite || !CU_add_test(suite, "so often", so_often) ||
	       !CU_add_test(suite, "very often", very_often) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
