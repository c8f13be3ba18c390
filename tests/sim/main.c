/*
 * Plays worlds: world.h tells what is simulated, property.h what must hold.
 *
 *   sim
 *   sim_breakable switches    each switch of runtime/broken.h breaks what its property says
 *
 * SEED=n plays that world and tells all about it when it fails; SEEDS=n that many, with a line
 * about every thousand. TRACE=1 tells everything. Neither: the panel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../runtime/broken.h"
#include "panel.h"
#include "world.h"

enum { PANEL = 200, PANEL_FIRST = 1, PROGRESS = 1000, INVARIANTS = 10 };

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tell(uint64_t number, enum property wrong, const char *detail)
{
	printf("FAILED %s: %s: make sim SEED=%llu %s\n", property_text(wrong), detail,
	       (unsigned long long)number, panel_choice());
}

/* So many fail, of `*count` that are played; a few failures are enough. */
static unsigned play_all(uint64_t first, uint64_t *played, bool tracing)
{
	uint64_t count = *played;
	double start = seconds();
	size_t mutations = 0;
	unsigned failed = 0;
	char detail[200];
	for (uint64_t i = 0; i < count && failed < 5; i++) {
		enum property wrong = world_play(first + i, tracing, &mutations, detail);
		*played = i + 1;
		if (wrong) {
			tell(first + i, wrong, detail);
			failed++;
		}
		if ((i + 1) % PROGRESS == 0 || (i + 1 == count && count > PANEL))
			printf("%llu seeds, %zu mutations, %.0f s\n", (unsigned long long)i + 1,
			       mutations, seconds() - start);
	}
	return failed;
}

static uint64_t number_in(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* ---- switches ---- */

/* Of the runtime that can be broken; the other one does not ask. */
enum sync_broken_switch sync_broken;

static const char *const names[] = { "",
#define X(name, text, invariant) #name ": " text,
				     SYNC_BROKEN_TABLE(X)
#undef X
};

static const enum property broken[] = {
	[SYNC_BROKEN_STREAM] = PROPERTY_ORDER,	  [SYNC_BROKEN_APART] = PROPERTY_TOGETHER,
	[SYNC_BROKEN_UNCHECKED] = PROPERTY_VALID, [SYNC_BROKEN_EARLY] = PROPERTY_DURABLE,
	[SYNC_BROKEN_ANSWERS] = PROPERTY_ONCE,	  [SYNC_BROKEN_EPOCH] = PROPERTY_EPOCH,
	[SYNC_BROKEN_NUMBER] = PROPERTY_REST,	  [SYNC_BROKEN_PARTIAL] = PROPERTY_SHOWN,
	[SYNC_BROKEN_QUEUE] = PROPERTY_SLOW,	  [SYNC_BROKEN_RIGHTS] = PROPERTY_HIDDEN,
	[SYNC_BROKEN_AGAIN] = PROPERTY_ONE_PUSH,  [SYNC_BROKEN_HASTY] = PROPERTY_RESUME,
	[SYNC_BROKEN_FROZEN] = PROPERTY_PENDING,  [SYNC_BROKEN_BEHIND] = PROPERTY_SHOWN,
	[SYNC_BROKEN_MERGE] = PROPERTY_MERGED,	  [SYNC_BROKEN_TWICE] = PROPERTY_ERRAND,
	[SYNC_BROKEN_REPLACED] = PROPERTY_TOLD,	  [SYNC_BROKEN_SOON] = PROPERTY_TOLD,
	[SYNC_BROKEN_BESIDE] = PROPERTY_ALONE,	  [SYNC_BROKEN_TIMELESS] = PROPERTY_IN_TIME,
	[SYNC_BROKEN_LINGER] = PROPERTY_PRESENT,  [SYNC_BROKEN_UNSEEN] = PROPERTY_PRESENT,
	[SYNC_BROKEN_CURT] = PROPERTY_DRAINED,	  [SYNC_BROKEN_PUSHY] = PROPERTY_STAYS_AWAY,
};

/* The simulator can see: some world of the panel fails, by the very property. */
static bool is_seen(enum sync_broken_switch which)
{
	size_t mutations = 0;
	char detail[200];
	sync_broken = which;
	for (uint64_t i = 0; i < PANEL; i++)
		if (world_play(PANEL_FIRST + i, false, &mutations, detail) == broken[which])
			return true;
	return false;
}

/* Each invariant has a switch whose property is one of that invariant. How many have none. */
static unsigned check_table(void)
{
	static const unsigned of_switch[] = { 0,
#define X(name, text, invariant) invariant,
					      SYNC_BROKEN_TABLE(X)
#undef X
	};
	static const unsigned of_property[] = { 0,
#define X(name, text, invariant) invariant,
						PROPERTY_TABLE(X)
#undef X
	};
	bool broken_by_one[INVARIANTS + 1] = { false };
	unsigned failed = 0;
	for (unsigned i = 1; i < SYNC_BROKEN_COUNT; i++)
		broken_by_one[of_switch[i]] |= of_switch[i] == of_property[broken[i]];
	for (unsigned i = 1; i <= INVARIANTS; i++) {
		failed += !broken_by_one[i];
		if (!broken_by_one[i])
			printf("FAILED invariant %u: no switch with a property of it\n", i);
	}
	return failed;
}

static int try_switches(void)
{
	unsigned passed = 0, failed = check_table();
	for (enum sync_broken_switch which = 1; which < SYNC_BROKEN_COUNT; which++) {
		bool seen = is_seen(which);
		passed += seen;
		failed += !seen;
		if (!seen)
			printf("FAILED %s: nobody sees that this is broken: %s\n", names[which],
			       property_text(broken[which]));
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "switches") == 0)
		return try_switches();
	setvbuf(stdout, NULL, _IOLBF, 0);
	uint64_t one = number_in("SEED", 0);
	uint64_t count = number_in("SEEDS", one ? 1 : PANEL);
	unsigned failed = play_all(one ? one : PANEL_FIRST, &count, number_in("TRACE", 0));
	unsigned passed = (unsigned)count - failed;
	if (!one && count == PANEL) {
		unsigned never = tally_report();
		passed += TALLIES - never;
		failed += never;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
