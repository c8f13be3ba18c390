/*
 * Decimal to binary. Three ways, each exact where it answers:
 *
 *  1. Small numbers: one multiplication or division of two exact doubles rounds once (Clinger).
 *  2. The mantissa times a 128-bit power of ten bounds the value within 2^-64 of itself; nearly
 *     always both bounds round the same way (Eisel and Lemire).
 *  3. Long arithmetic, number_exact.c.
 */
#include <float.h>
#include <string.h>

#include "number.h"
#include "pow10.h"

static const float_shape shape64 = { 53, -1074, 11 }, shape32 = { 24, -149, 8 };

/* The value is mantissa × 2^exponent rounded down; rounded to nearest if `certain`. */
typedef struct approximation {
	uint64_t mantissa;
	int exponent;
	bool up;      /* nearest is mantissa + 1 */
	bool certain; /* `up` is known */
} approximation;

/* mantissa × 10^exponent, mantissa not 0, exponent within the table. */
static approximation approximate(uint64_t mantissa, int exponent, const float_shape *shape)
{
	wide power = sync_pow10_table[exponent - POW10_MIN];
	bool exact = exponent >= 0 && exponent <= POW10_EXACT_MAX;
	if (!exact && power.low-- == 0) /* now rounded down */
		power.high--;
	unsigned zeros = wide_leading_zeros(mantissa);
	mantissa <<= zeros;
	wide upper = wide_multiply(mantissa, power.high),
	     lower = wide_multiply(mantissa, power.low);
	uint64_t high = upper.high, middle = upper.low + lower.high, low = lower.low;
	high += middle < lower.high;
	int top = (int)(high >> 63);
	if (!top) {
		high = high << 1 | middle >> 63;
		middle = middle << 1 | low >> 63;
		low <<= 1;
	}
	/* The value is high.middle × 2^binary, too small by less than two units of `middle`. */
	int binary = pow10_log2(exponent) - (int)zeros + top, shift = 64 - shape->precision;
	if (binary + shift < shape->min_exponent)
		shift = shape->min_exponent - binary;
	approximation result = { 0, shape->min_exponent, false, true };
	if (shift > 64)
		return result;
	uint64_t half = (uint64_t)1 << (shift - 1), rest = high & (half | (half - 1));
	result.mantissa = shift < 64 ? high >> shift : 0;
	result.exponent = binary + shift;
	if (rest == half && !middle && !low && exact)
		result.up = result.mantissa & 1;
	else
		result.up = rest >= half;
	result.certain = exact || rest != half - 1 || middle < UINT64_MAX - 1;
	return result;
}

static uint64_t assemble(const approximation *from, bool up, const float_shape *shape)
{
	uint64_t hidden = (uint64_t)1 << (shape->precision - 1), bits = from->mantissa;
	if (from->mantissa >= hidden)
		bits += (uint64_t)(from->exponent - shape->min_exponent) << (shape->precision - 1);
	/* A carry out of the mantissa counts the exponent up, as it should. */
	return bits + up;
}

/* The bits of the nearest value; infinity's or more: out of range. */
static uint64_t nearest(const decimal *number, const float_shape *shape)
{
	uint64_t infinity = (((uint64_t)1 << shape->exponent_bits) - 1) << (shape->precision - 1);
	if (!number->mantissa || number->exponent < POW10_MIN)
		return 0;
	if (number->exponent > DBL_MAX_10_EXP)
		return infinity;
	int exponent = (int)number->exponent;
	approximation low = approximate(number->mantissa, exponent, shape);
	if (low.certain && !number->cut)
		return assemble(&low, low.up, shape);
	if (low.certain) {
		approximation high = approximate(number->mantissa + 1, exponent, shape);
		uint64_t bits = assemble(&low, low.up, shape);
		if (high.certain && bits == assemble(&high, high.up, shape))
			return bits;
	}
	bool up = sync_number_rounds_up(number, low.mantissa, low.exponent);
	return assemble(&low, up, shape);
}

bool sync_number_f64(const decimal *number, double *value)
{
#if FLT_EVAL_METHOD == 0
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,	 1e4,  1e5,  1e6,  1e7,
					 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	if (number->mantissa <= (uint64_t)1 << 53 && number->exponent >= -22 &&
	    number->exponent <= 22 && !number->cut) {
		double exact = (double)number->mantissa;
		if (number->exponent < 0)
			exact /= powers[-number->exponent];
		else
			exact *= powers[number->exponent];
		*value = number->negative ? -exact : exact;
		return true;
	}
#endif
	uint64_t bits = nearest(number, &shape64);
	if (bits >= (uint64_t)0x7ff << 52)
		return false;
	bits |= (uint64_t)number->negative << 63;
	memcpy(value, &bits, sizeof(bits));
	return true;
}

bool sync_number_f32(const decimal *number, float *value)
{
	uint64_t wide_bits = nearest(number, &shape32);
	if (wide_bits >= (uint64_t)0xff << 23)
		return false;
	uint32_t bits = (uint32_t)wide_bits | (uint32_t)number->negative << 31;
	memcpy(value, &bits, sizeof(bits));
	return true;
}
