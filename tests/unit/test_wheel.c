#include <CUnit/CUnit.h>

#include "../../runtime/wheel.h"
#include "row.h"

struct item {
	sync_wheel_entry entry; /* first */
	unsigned due;
};

static void count(sync_wheel_entry *entry, void *arg)
{
	((struct item *)(void *)entry)->due++;
	++*(unsigned *)arg;
}

/* After `ticks`, or as late as the wheel is round. */
static const struct {
	const char *name;
	uint64_t set, due_after;
} waits[] = {
	{ "none is one", 0, 1 },
	{ "one", 1, 1 },
	{ "ten", 10, 10 },
	{ "all but one slot", SYNC_WHEEL_SLOTS - 1, SYNC_WHEEL_SLOTS - 1 },
	{ "longer than round is early", 1000, SYNC_WHEEL_SLOTS - 1 },
};

static void due_in_time(void)
{
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		sync_wheel wheel;
		struct item item = { 0 };
		unsigned total = 0;
		sync_wheel_init(&wheel);
		for (int turn = 0; turn < 3; turn++) {
			sync_wheel_set(&wheel, &item.entry, waits[i].set);
			for (uint64_t t = 1; t < waits[i].due_after; t++)
				sync_wheel_tick(&wheel, count, &total);
			ROW(waits[i].name, total == (unsigned)turn);
			sync_wheel_tick(&wheel, count, &total);
			ROW(waits[i].name, total == (unsigned)turn + 1);
		}
	}
}

static void cleared_is_not_due(void)
{
	sync_wheel wheel;
	struct item items[3] = { 0 };
	unsigned total = 0;
	sync_wheel_init(&wheel);
	for (int i = 0; i < 3; i++)
		sync_wheel_set(&wheel, &items[i].entry, 5);
	sync_wheel_clear(&items[1].entry);
	sync_wheel_clear(&items[1].entry);
	for (int t = 0; t < 10; t++)
		sync_wheel_tick(&wheel, count, &total);
	CU_ASSERT_EQUAL(total, 2);
	CU_ASSERT_EQUAL(items[1].due, 0);
}

static void clear_it(sync_wheel_entry *entry, void *arg)
{
	++*(unsigned *)arg;
	sync_wheel_clear(entry);
}

static void each_may_clear(void)
{
	sync_wheel wheel;
	struct item items[20] = { 0 };
	unsigned total = 0;
	sync_wheel_init(&wheel);
	for (unsigned i = 0; i < 20; i++)
		sync_wheel_set(&wheel, &items[i].entry, i % 3);
	sync_wheel_each(&wheel, clear_it, &total);
	CU_ASSERT_EQUAL(total, 20);
	sync_wheel_each(&wheel, clear_it, &total);
	CU_ASSERT_EQUAL(total, 20);
}

int test_wheel(void);
int test_wheel(void)
{
	CU_pSuite suite = CU_add_suite("wheel", NULL, NULL);
	return !suite || !CU_add_test(suite, "due in time", due_in_time) ||
	       !CU_add_test(suite, "what was cleared is not due", cleared_is_not_due) ||
	       !CU_add_test(suite, "each may clear", each_may_clear);
}
