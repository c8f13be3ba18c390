/*
 * Decimal digits of integers: written two at a time, read eight at a time.
 */
#ifndef SYNC_DIGITS_H
#define SYNC_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

extern const char sync_digit_pairs[200];

static inline unsigned digits_count(uint64_t value)
{
	unsigned count = 1;
	for (; value >= 10000; value /= 10000)
		count += 4;
	return count + (value >= 10) + (value >= 100) + (value >= 1000);
}

static inline void digits_put_pair(char *to, uint32_t below_100)
{
	memcpy(to, sync_digit_pairs + 2 * below_100, 2);
}

static inline void digits_put_8(char *to, uint32_t value)
{
	uint32_t high = value / 10000, low = value % 10000;
	digits_put_pair(to, high / 100);
	digits_put_pair(to + 2, high % 100);
	digits_put_pair(to + 4, low / 100);
	digits_put_pair(to + 6, low % 100);
}

/* Writes exactly `count` digits, what digits_count says or more (then with zeros in front). */
static inline void digits_put(char *to, uint64_t value, unsigned count)
{
	for (; count >= 8; count -= 8) {
		uint64_t rest = value / 100000000;
		digits_put_8(to + count - 8, (uint32_t)(value - rest * 100000000));
		value = rest;
	}
	uint32_t small = (uint32_t)value;
	for (; count >= 2; count -= 2) {
		digits_put_pair(to + count - 2, small % 100);
		small /= 100;
	}
	if (count)
		to[0] = (char)('0' + small);
}

/* Eight bytes, the first in the lowest bits. */
static inline uint64_t digits_load_8(const char *at)
{
	uint64_t word = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&word, at, sizeof(word));
#else
	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)(unsigned char)at[i] << 8 * i;
#endif
	return word;
}

/* '0' to '9' are 0x30 to 0x39: those and no others have 3 above with and without 6 added. */
static inline bool digits_are_8(uint64_t word)
{
	const uint64_t high = 0xf0f0f0f0f0f0f0f0u;
	return ((word & high) | ((word + 0x0606060606060606u) & high) >> 4) == 0x3333333333333333u;
}

/* Neighbours are joined: to pairs, to fours, to eight. */
static inline uint32_t digits_value_8(uint64_t word)
{
	word = (word & 0x0f0f0f0f0f0f0f0fu) * (10 * 0x100 + 1) >> 8;
	word = (word & 0x00ff00ff00ff00ffu) * (100 * 0x10000 + 1) >> 16;
	return (uint32_t)((word & 0x0000ffff0000ffffu) * (10000 * 0x100000000u + 1) >> 32);
}

/* Appends to *value the digits from `at` on; behind the last. May overflow. */
static inline const char *digits_read(const char *at, const char *end, uint64_t *value)
{
	uint64_t sum = *value;
	while (end - at >= 8) {
		uint64_t word = digits_load_8(at);
		if (!digits_are_8(word))
			break;
		sum = sum * 100000000 + digits_value_8(word);
		at += 8;
	}
	for (; at < end && *at >= '0' && *at <= '9'; at++)
		sum = sum * 10 + (uint64_t)(*at - '0');
	*value = sum;
	return at;
}

#endif
