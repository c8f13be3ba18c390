/*
 * Numbers nobody repeats by accident: epochs and identifiers. Not for secrets.
 *
 * A state seeded by the caller makes a test or a simulation repeatable; a zero seed asks the
 * kernel.
 */
#ifndef SYNCGEN_RANDOM_H
#define SYNCGEN_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sync_random {
	uint64_t state;
} sync_random;

void sync_random_seed(sync_random *random, uint64_t seed);

/* Never 0. */
uint64_t sync_random_next(sync_random *random);

/* Fit for secrets: from the system. False: it has none. */
bool sync_random_secret(void *bytes, size_t count);

#endif
