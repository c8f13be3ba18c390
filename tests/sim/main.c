/*
 * Plays worlds. README.md tells what is simulated.
 *
 *   sim [NAME OF A SWITCH]...
 *
 * SEED=n plays that world and tells all about it when it fails; SEEDS=n that many, with a line
 * about every thousand. TRACE=1 tells everything. Neither: the panel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "world.h"

enum { PANEL = 150, PANEL_FIRST = 1, PROGRESS = 1000 };

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void tell(uint64_t number, enum property wrong, const char *detail)
{
	printf("FAILED %s: %s: make sim SEED=%llu\n", property_text(wrong), detail,
	       (unsigned long long)number);
}

static unsigned play_all(uint64_t first, uint64_t count, bool tracing)
{
	double start = seconds();
	size_t mutations = 0;
	unsigned failed = 0;
	char detail[200];
	for (uint64_t i = 0; i < count && failed < 5; i++) {
		enum property wrong = world_play(first + i, tracing, &mutations, detail);
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

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	uint64_t one = number_in("SEED", 0);
	uint64_t count = number_in("SEEDS", one ? 1 : PANEL);
	unsigned failed = play_all(one ? one : PANEL_FIRST, count, number_in("TRACE", 0));
	printf("%u passed, %u failed\n", (unsigned)count - failed, failed);
	return failed != 0;
}
