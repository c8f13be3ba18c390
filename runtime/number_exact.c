/*
 * The last way of number_read.c: compares the decimal number with the middle between two
 * neighbours in whole numbers as long as they have to be.
 */
#include "number.h"

/* A middle between two doubles has at most 767 significant digits; behind those, all that matters
 * is whether anything but zeros follows. */
enum { DIGITS_MAX = 768 };

/* Both sides stay below 10^769 × 2^1075 or 10^1094 × 2^54: 3,690 bits. */
enum { LIMBS = 120 };

typedef struct big {
	uint32_t limb[LIMBS]; /* the least first */
	int count;
} big;

static void multiply_add(big *number, uint32_t by, uint32_t more)
{
	uint64_t carry = more;
	for (int i = 0; i < number->count; i++) {
		carry += (uint64_t)number->limb[i] * by;
		number->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry && number->count < LIMBS)
		number->limb[number->count++] = (uint32_t)carry;
}

static void multiply_power(big *number, uint32_t base, int64_t exponent)
{
	for (; exponent > 0; exponent--)
		multiply_add(number, base, 0);
}

static void shift_left(big *number, int64_t by)
{
	for (; by >= 16; by -= 16)
		multiply_add(number, 1u << 16, 0);
	multiply_add(number, 1u << by, 0);
}

static int compare(const big *a, const big *b)
{
	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (int i = a->count - 1; i >= 0; i--) {
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	}
	return 0;
}

/* All significant digits; returns the power of ten of the last. */
static int64_t digits_of(const decimal *number, big *out)
{
	int64_t exponent = number->written;
	int count = 0;
	bool point = false, rest = false;
	out->count = 0;
	for (const char *at = number->digits; at < number->digits_end; at++) {
		if (*at == '.') {
			point = true;
			continue;
		}
		uint32_t digit = (uint32_t)(*at - '0');
		exponent -= point;
		if (count == DIGITS_MAX) {
			rest = rest || digit;
			exponent++;
			continue;
		}
		count += count || digit;
		multiply_add(out, 10, digit);
	}
	if (rest) {
		multiply_add(out, 10, 1);
		exponent--;
	}
	return exponent;
}

bool sync_number_rounds_up(const decimal *number, uint64_t mantissa, int exponent)
{
	big left, right = { { 0 }, 0 };
	int64_t ten = digits_of(number, &left);
	uint64_t middle = 2 * mantissa + 1;
	int two = exponent - 1;
	multiply_add(&right, 1, (uint32_t)(middle >> 32));
	shift_left(&right, 32);
	multiply_add(&right, 1, (uint32_t)middle);
	multiply_power(&left, 10, ten);
	multiply_power(&right, 10, -ten);
	shift_left(&left, two < 0 ? -two : 0);
	shift_left(&right, two > 0 ? two : 0);
	int order = compare(&left, &right);
	return order > 0 || (order == 0 && (mantissa & 1));
}
