/*
 * Powers of ten in 128 bits, rounded up: 10^k = power × 2^(pow10_log2(k) - 127), power in
 * [2^127, 2^128). Exact for k in 0..55; elsewhere too large by less than one unit.
 * The table is made at build time by pow10_gen.c.
 */
#ifndef SYNC_POW10_H
#define SYNC_POW10_H

#include "wide.h"

enum { POW10_MIN = -342, POW10_MAX = 324, POW10_EXACT_MAX = 55 };

extern const wide sync_pow10_table[POW10_MAX - POW10_MIN + 1];

/* Logarithms rounded down; right for |k| up to 1233 and |e| up to 1650. */
static inline int pow10_log2(int k)
{
	return (int)((int32_t)k * 1741647 >> 19);
}

static inline int pow2_log10(int e)
{
	return (int)((int32_t)e * 1262611 >> 22);
}

/* Of three quarters of 2^e. */
static inline int pow2_log10_three_quarters(int e)
{
	return (int)(((int32_t)e * 1262611 - 524031) >> 22);
}

#endif
