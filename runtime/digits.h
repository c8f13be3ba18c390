/*
 * Decimal digits of integers, two at a time.
 */
#ifndef SYNC_DIGITS_H
#define SYNC_DIGITS_H

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

#endif
