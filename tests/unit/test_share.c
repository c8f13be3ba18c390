#include <CUnit/CUnit.h>

#include <string.h>

#include "../../runtime/share.h"
#include "row.h"

int test_share(void);

enum { FEW = 3, S = 1000 };

/* What it had, and how it counts so many seconds later. */
static const struct {
	const char *name;
	uint64_t us;
	unsigned seconds, level;
} levels[] = {
	{ "nothing", 0, 0, 0 },
	{ "little", SYNC_SHARE_LITTLE_US - 1, 0, 0 },
	{ "more", SYNC_SHARE_LITTLE_US, 0, 1 },
	{ "twice as much", 2 * SYNC_SHARE_LITTLE_US, 0, 2 },
	{ "a second later", 2 * SYNC_SHARE_LITTLE_US, 1, 1 },
	{ "forgotten", 2 * SYNC_SHARE_LITTLE_US, 2, 0 },
	{ "very much", (uint64_t)SYNC_SHARE_LITTLE_US << 20, 0, SYNC_SHARE_LEVELS - 1 },
	{ "more than can be counted", UINT64_MAX, 0, SYNC_SHARE_LEVELS - 1 },
	{ "after a day", UINT64_MAX, 86400, 0 },
};

static void what_it_had(void)
{
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		sync_share share = { 0 };
		uint64_t now = (uint64_t)7 * S;
		sync_share_spend(&share, now, levels[i].us / 2);
		sync_share_spend(&share, now, levels[i].us - levels[i].us / 2);
		ROW(levels[i].name,
		    sync_share_level(&share, now + levels[i].seconds * S) == levels[i].level);
	}
}

/* Who is served when: of `had` us each, put in the order a, b, c. */
static const struct {
	const char *name;
	uint64_t had[FEW];
	const char *order;
} turns[] = {
	{ "equals, as they asked", { 0, 0, 0 }, "abc" },
	{ "who had little first", { 9000, 0, 3000 }, "bca" },
	{ "about as much is as much", { 2100, 2000, 2900 }, "abc" },
};

static void whose_turn_it_is(void)
{
	for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
		sync_turns queue;
		sync_share shares[FEW] = { 0 };
		char order[FEW + 1] = "";
		sync_turns_init(&queue);
		for (unsigned k = 0; k < FEW; k++) {
			sync_share_spend(&shares[k], S, turns[i].had[k]);
			sync_turns_put(&queue, &shares[k], S);
		}
		for (unsigned k = 0; k < FEW; k++)
			order[k] = (char)('a' + (sync_turns_take(&queue) - shares));
		ROW(turns[i].name, strcmp(order, turns[i].order) == 0);
		CU_ASSERT_PTR_NULL(sync_turns_take(&queue));
	}
}

static unsigned visited;

static void count(sync_share *share)
{
	visited += share != NULL;
}

static void nobody_waits_for_ever(void)
{
	sync_turns queue;
	sync_share greedy = { 0 }, modest = { 0 };
	unsigned waited = 0;
	sync_turns_init(&queue);
	sync_share_spend(&greedy, 0, 1000000);
	sync_turns_put(&queue, &greedy, 0);
	while (sync_share_waits(&greedy) && waited < 1000) {
		waited++;
		if (!sync_share_waits(&modest))
			sync_turns_put(&queue, &modest, 0);
		sync_turns_take(&queue);
	}
	CU_ASSERT_EQUAL(waited, SYNC_SHARE_GREEDY_EVERY);
	CU_ASSERT(sync_turns_each(&queue, count));
	CU_ASSERT_EQUAL(visited, 1);
	sync_share_leave(&modest);
	sync_share_leave(&modest);
	CU_ASSERT_FALSE(sync_turns_each(&queue, count));
	CU_ASSERT_PTR_NULL(sync_turns_take(&queue));
}

int test_share(void)
{
	CU_pSuite suite = CU_add_suite("share", NULL, NULL);
	return !suite || !CU_add_test(suite, "what it had", what_it_had) ||
	       !CU_add_test(suite, "whose turn it is", whose_turn_it_is) ||
	       !CU_add_test(suite, "nobody waits for ever", nobody_waits_for_ever);
}
