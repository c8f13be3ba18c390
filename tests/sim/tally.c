#include "tally.h"

#include <stdio.h>

static uint64_t counts[TALLIES];

static const char *const texts[] = {
#define X(name, text) text,
	TALLY_TABLE(X)
#undef X
};

void tally(enum tally what)
{
	counts[what]++;
}

unsigned tally_report(void)
{
	unsigned never = 0;
	printf("note: simulated");
	for (size_t i = 0; i < TALLIES; i++)
		printf("%s %llu %s", i ? "," : ":", (unsigned long long)counts[i], texts[i]);
	printf("\n");
	for (size_t i = 0; i < TALLIES; i++) {
		if (counts[i])
			continue;
		printf("FAILED the panel: it has no %s\n", texts[i]);
		never++;
	}
	return never;
}
