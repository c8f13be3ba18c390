/*
 * 128 bits, also where the compiler has no such type.
 */
#ifndef SYNC_WIDE_H
#define SYNC_WIDE_H

#include <stdint.h>

typedef struct wide {
	uint64_t high, low;
} wide;

static inline wide wide_multiply(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ typedef unsigned __int128 native;
	native product = (native)a * b;
	return (wide){ (uint64_t)(product >> 64), (uint64_t)product };
#else
	uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32);
	uint64_t middle = a0 * b1 + (uint32_t)cross;
	return (wide){ a1 * b1 + (cross >> 32) + (middle >> 32), middle << 32 | (uint32_t)low };
#endif
}

static inline unsigned wide_leading_zeros(uint64_t not_zero)
{
#ifdef __GNUC__
	return (unsigned)__builtin_clzll(not_zero);
#else
	unsigned count = 0;
	for (; !(not_zero >> 63); not_zero <<= 1)
		count++;
	return count;
#endif
}

#endif
