/*
 * Decimal digits of integers: written two at a time, read eight at a time.
 */
#ifndef SYNC_DIGITS_H
#define SYNC_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
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

/*
 * The eight digits of a number below 10^8 as values, one a byte, the first in the lowest bits. Halves are parted
 * side by side: eight, fours, pairs. The factors are 2^20 / 100 and 2^10 / 10, rounded up; quotient and rest,
 * q | (x - 100 q) << 16, are (x << 16) - q (100 × 2^16 - 1).
 */
static inline uint64_t digits_spread_8(uint32_t value)
{
	uint32_t high = value / 10000;
	uint64_t fours = high | (uint64_t)(value - high * 10000) << 32;
	uint64_t hundreds = fours * 10486 >> 20 & 0x0000007f0000007fu;
	uint64_t pairs = (fours << 16) - hundreds * (100 * 0x10000 - 1);
	uint64_t tens = pairs * 103 >> 10 & 0x000f000f000f000fu;
	return (pairs << 8) - tens * (10 * 0x100 - 1);
}

static inline void digits_store_8(char *to, uint64_t digits)
{
	digits |= 0x3030303030303030u;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(to, &digits, sizeof(digits));
#else
	for (unsigned i = 0; i < 8; i++)
		to[i] = (char)(digits >> 8 * i);
#endif
}

/* A number below 10^8, not 0, without zeros in front: how many digits. Writes eight bytes. */
static inline unsigned digits_put_short(char *to, uint32_t value)
{
	uint64_t digits = digits_spread_8(value);
#ifdef __GNUC__
	unsigned zeros = (unsigned)__builtin_ctzll(digits) / 8;
#else
	unsigned zeros = 0;
	while (!(digits >> 8 * zeros & 0xff))
		zeros++;
#endif
	digits_store_8(to, digits >> 8 * zeros);
	return 8 - zeros;
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

/* How many of the eight bytes are digits before the first that is none. */
static inline unsigned digits_ahead(uint64_t word)
{
	const uint64_t high = 0x8080808080808080u;
	uint64_t value = word ^ 0x3030303030303030u; /* 0 to 9: below 0x80 with 0x76 added */
	uint64_t others = (((value & ~high) + 0x7676767676767676u) | value) & high;
#ifdef __GNUC__
	return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
#else
	unsigned count = 0;
	for (; count < 8 && !(others & 0x80); others >>= 8)
		count++;
	return count;
#endif
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
	static const uint32_t powers[] = { 1,	   10,	    100,      1000,	10000,
					   100000, 1000000, 10000000, 100000000 };
	uint64_t sum = *value;
	while (end - at >= 8) {
		uint64_t word = digits_load_8(at);
		unsigned count = digits_ahead(word);
		/* Bytes of 0 in front are digits of no value. */
		if (count)
			sum = sum * powers[count] + digits_value_8(word << (64 - 8 * count));
		at += count;
		if (count < 8) {
			*value = sum;
			return at;
		}
	}
	for (; at < end && *at >= '0' && *at <= '9'; at++)
		sum = sum * 10 + (uint64_t)(*at - '0');
	*value = sum;
	return at;
}

/* The common number: digits and nothing else. Behind it, and its value, which may have overflowed
 * from 20 digits on; NULL: not so, or not a number. */
static inline const char *digits_integer(const char *at, const char *end, uint64_t *value)
{
	*value = 0;
	const char *last = digits_read(at, end, value);
	if (last == at || (*at == '0' && last - at > 1) ||
	    (last < end && (*last == '.' || *last == 'e' || *last == 'E')))
		return NULL;
	return last;
}

#endif
