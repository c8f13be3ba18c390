/*
 * Binary to decimal: integers, and the shortest digits that read back as the same floating-point
 * value, closest to it among those of the same length (Raffaello Giulietti, The Schubfach way to
 * render doubles, 2020), in the form of ECMAScript (RFC 8785 section 3.2.2.3).
 */
#include <math.h>
#include <string.h>

#include "digits.h"
#include "number.h"
#include "pow10.h"

#define TEN(a) #a "0" #a "1" #a "2" #a "3" #a "4" #a "5" #a "6" #a "7" #a "8" #a "9"
const char sync_digit_pairs[200] = { TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8)
					     TEN(9) };

/* Below 10000: positions in lists, sizes. */
static size_t put_small(char *to, uint32_t value)
{
	char *at = to;
	uint32_t high = value / 100;
	if (high >= 10) {
		digits_put_pair(at, high);
		at += 2;
	} else if (high) {
		*at++ = (char)('0' + high);
	} else if (value < 10) {
		*at = (char)('0' + value);
		return 1;
	}
	digits_put_pair(at, value - high * 100);
	return (size_t)(at - to) + 2;
}

size_t sync_number_put_u64(char *to, uint64_t value)
{
	const uint64_t part = 100000000;
	size_t count;
	if (value < 10000)
		return put_small(to, (uint32_t)value);
	if (value < part)
		return digits_put_short(to, (uint32_t)value);
	uint64_t high = value / part, low = value - high * part;
	if (high < part) {
		count = digits_put_short(to, (uint32_t)high);
	} else {
		count = digits_put_short(to, (uint32_t)(high / part));
		digits_store_8(to + count, digits_spread_8((uint32_t)(high % part)));
		count += 8;
	}
	digits_store_8(to + count, digits_spread_8((uint32_t)low));
	return count + 8;
}

size_t sync_number_put_i64(char *to, int64_t value)
{
	if (value >= 0)
		return sync_number_put_u64(to, (uint64_t)value);
	*to = '-';
	return 1 + sync_number_put_u64(to + 1, 0 - (uint64_t)value);
}

/* digits × 10^exponent */
typedef struct shortest {
	uint64_t digits;
	int exponent;
} shortest;

/* power × number, the top 64 bits, the last of which is set if anything but zeros is behind it.
 * So comparisons with even numbers come out as for the whole product. */
static uint64_t multiply_odd(wide power, uint64_t number)
{
	wide low = wide_multiply(power.low, number), high = wide_multiply(power.high, number);
	uint64_t middle = high.low + low.high;
	return (high.high + (middle < high.low)) | (middle > 1);
}

/* Of mantissa × 2^exponent. `uneven`: the neighbour below is half as far as the one above. */
static shortest shorten(uint64_t mantissa, int exponent, bool uneven)
{
	int k = uneven ? pow2_log10_three_quarters(exponent) : pow2_log10(exponent);
	int shift = exponent + pow10_log2(-k) + 1;
	wide power = sync_pow10_table[-k - POW10_MIN];
	/* Four times the value and the borders of its interval, × 10^-k. */
	uint64_t lower = multiply_odd(power, (4 * mantissa - 2 + uneven) << shift);
	uint64_t value = multiply_odd(power, 4 * mantissa << shift);
	uint64_t upper = multiply_odd(power, (4 * mantissa + 2) << shift);
	/* Borders round to the even mantissa. */
	lower += mantissa & 1;
	upper -= mantissa & 1;
	uint64_t s = value / 4;
	if (s >= 10) {
		uint64_t tens = s / 10;
		bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
		if (below != above)
			return (shortest){ tens + above, k + 1 };
	}
	bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
	if (below != above)
		return (shortest){ s + above, k };
	uint64_t middle = 4 * s + 2;
	return (shortest){ s + (value > middle || (value == middle && (s & 1))), k };
}

static void drop_zeros(shortest *number)
{
	if (number->digits % 100000000 == 0) {
		number->digits /= 100000000;
		number->exponent += 8;
	}
	while (number->digits % 10 == 0) {
		number->digits /= 10;
		number->exponent++;
	}
}

static size_t put_exponent(char *to, int exponent)
{
	to[0] = 'e';
	to[1] = exponent < 0 ? '-' : '+';
	return 2 + sync_number_put_u64(to + 2, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

/* Number::toString of ECMA-262; n is the place of the point counted from the first digit. */
static size_t put_shortest(char *to, shortest number)
{
	drop_zeros(&number);
	unsigned count = digits_count(number.digits);
	int n = (int)count + number.exponent;
	if (number.exponent >= 0 && n <= 21) {
		digits_put(to, number.digits, count);
		memset(to + count, '0', (size_t)number.exponent);
		return (size_t)n;
	}
	if (0 < n && n <= 21) {
		digits_put(to + 1, number.digits, count);
		memmove(to, to + 1, (size_t)n);
		to[n] = '.';
		return count + 1;
	}
	if (-6 < n && n <= 0) {
		memcpy(to, "0.00000", 7);
		digits_put(to + 2 - n, number.digits, count);
		return count + (size_t)(2 - n);
	}
	digits_put(to + 1, number.digits, count);
	to[0] = to[1];
	to[1] = '.';
	size_t length = count > 1 ? count + 1 : 1;
	return length + put_exponent(to + length, n - 1);
}

static bool is_small_integer(double value)
{
	return value > -9007199254740992.0 && value < 9007199254740992.0 &&
	       value == (double)(int64_t)value;
}

size_t sync_number_put_f64(char *to, double value)
{
	if (is_small_integer(value)) /* -0 too: 0 */
		return sync_number_put_i64(to, (int64_t)value);
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	size_t sign = bits >> 63;
	uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
	int biased = (int)(bits >> 52 & 0x7ff);
	to[0] = '-';
	if (!biased)
		return sign + put_shortest(to + sign, shorten(fraction, -1074, false));
	return sign + put_shortest(to + sign, shorten(fraction | (uint64_t)1 << 52, biased - 1075,
						      !fraction && biased > 1));
}

size_t sync_number_put_f32(char *to, float value)
{
	if (is_small_integer((double)value) && fabsf(value) < 16777216.0f)
		return sync_number_put_i64(to, (int64_t)value);
	uint32_t bits;
	memcpy(&bits, &value, sizeof(bits));
	size_t sign = bits >> 31;
	uint32_t fraction = bits & ((1u << 23) - 1);
	int biased = (int)(bits >> 23 & 0xff);
	to[0] = '-';
	if (!biased)
		return sign + put_shortest(to + sign, shorten(fraction, -149, false));
	return sign + put_shortest(to + sign, shorten(fraction | 1u << 23, biased - 150,
						      !fraction && biased > 1));
}
