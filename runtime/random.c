#include "random.h"

#include <sys/random.h>
#include <time.h>

void sync_random_seed(sync_random *random, uint64_t seed)
{
	random->state = seed;
	if (seed)
		return;
	if (getrandom(&random->state, sizeof random->state, GRND_NONBLOCK) ==
	    (ssize_t)sizeof random->state)
		return;
	/* Early in the boot of a machine without entropy: time and address differ from run to run.
	 */
	struct timespec now = { 0, 0 };
	clock_gettime(CLOCK_REALTIME, &now);
	random->state =
		(uint64_t)now.tv_sec << 30 ^ (uint64_t)now.tv_nsec ^ (uint64_t)(uintptr_t)random;
}

/* A Weyl sequence through a mixing function: every state once before it repeats. */
uint64_t sync_random_next(sync_random *random)
{
	uint64_t value;
	do {
		value = random->state += 0x9e3779b97f4a7c15u;
		value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
		value = (value ^ value >> 27) * 0x94d049bb133111ebu;
		value ^= value >> 31;
	} while (!value);
	return value;
}

bool sync_random_secret(void *bytes, size_t count)
{
	return getrandom(bytes, count, 0) == (ssize_t)count;
}
