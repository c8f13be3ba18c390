/*
 * Prints the rows of the table of pow10.h. Runs on the build machine; long arithmetic in the most
 * plain way, because it runs once.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "pow10.h"

enum { LIMBS = 40 }; /* 5^342 has 795 bits, and a bit of room is needed; 32 bits each */

typedef struct big {
	uint32_t limb[LIMBS]; /* the least first */
} big;

static void multiply(big *number, uint32_t by)
{
	uint64_t carry = 0;
	for (int i = 0; i < LIMBS; i++) {
		carry += (uint64_t)number->limb[i] * by;
		number->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static int compare(const big *a, const big *b)
{
	for (int i = LIMBS - 1; i >= 0; i--) {
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	}
	return 0;
}

static void subtract(big *from, const big *number)
{
	int64_t borrow = 0;
	for (int i = 0; i < LIMBS; i++) {
		borrow += (int64_t)from->limb[i] - number->limb[i];
		from->limb[i] = (uint32_t)borrow;
		borrow = borrow < 0 ? -1 : 0;
	}
}

static int bits(const big *number)
{
	int i = LIMBS * 32 - 1;
	while (i >= 0 && !(number->limb[i / 32] >> i % 32 & 1))
		i--;
	return i + 1;
}

static bool bit(const big *number, int i)
{
	return i >= 0 && (number->limb[i / 32] >> i % 32 & 1);
}

static void append(wide *number, bool one)
{
	number->high = number->high << 1 | number->low >> 63;
	number->low = number->low << 1 | one;
}

static void increment(wide *number)
{
	if (++number->low == 0)
		number->high++;
}

/* Powers of two only move the exponent: 5^k has the digits of 10^k. */
static big power_of_five(int k)
{
	big five = { { 1 } };
	for (; k > 0; k--)
		multiply(&five, 5);
	return five;
}

static wide positive(int k)
{
	big five = power_of_five(k);
	int length = bits(&five);
	wide power = { 0, 0 };
	bool rest = false;
	for (int i = 1; i <= 128; i++)
		append(&power, bit(&five, length - i));
	for (int i = 129; i <= length; i++)
		rest = rest || bit(&five, length - i);
	if (rest)
		increment(&power);
	return power;
}

/* 128 bits of 1 / 5^-k by long division; never exact. */
static wide negative(int k)
{
	big five = power_of_five(-k), rest = { { 0 } };
	wide power = { 0, 0 };
	int length = bits(&five);
	rest.limb[(length - 1) / 32] = (uint32_t)1 << (length - 1) % 32;
	for (int i = 0; i < 128; i++) {
		multiply(&rest, 2);
		bool one = compare(&rest, &five) >= 0;
		if (one)
			subtract(&rest, &five);
		append(&power, one);
	}
	increment(&power);
	return power;
}

int main(void)
{
	for (int k = POW10_MIN; k <= POW10_MAX; k++) {
		wide power = k < 0 ? negative(k) : positive(k);
		printf("{ 0x%016" PRIx64 "u, 0x%016" PRIx64 "u }, /* %d */\n", power.high,
		       power.low, k);
	}
	return 0;
}
