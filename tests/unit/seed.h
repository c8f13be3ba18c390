/*
 * Random numbers that repeat: a test that draws them prints its seed once, and SEED=n in the
 * environment chooses it.
 */
#ifndef TEST_SEED_H
#define TEST_SEED_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct seed {
	uint64_t state;
} seed;

static inline uint64_t seed_next(seed *from)
{
	/* splitmix64 */
	uint64_t z = from->state += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline uint64_t seed_below(seed *from, uint64_t bound)
{
	return seed_next(from) % bound;
}

static inline seed seed_start(const char *test)
{
	const char *chosen = getenv("SEED");
	seed first = { chosen ? strtoull(chosen, NULL, 10) : 20240817 };
	printf("%s: SEED=%llu\n", test, (unsigned long long)first.state);
	return first;
}

/* How often to repeat: fewer under valgrind, which is slow. */
static inline long seed_rounds(long rounds)
{
	return getenv("VALGRIND") ? rounds / 50 + 1 : rounds;
}

#endif
