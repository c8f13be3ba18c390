#include "digits.h"
#include "number.h"

enum { DIGITS_MAX = 19 };
#define EXPONENT_MAX ((int64_t)1 << 60) /* beyond any text that fits into memory */

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static const char *scan_exponent(const char *at, const char *end, int64_t *exponent)
{
	bool negative = false;
	int64_t value = 0;
	if (at < end && (*at == '+' || *at == '-'))
		negative = *at++ == '-';
	if (at == end || !is_digit(*at))
		return NULL;
	for (; at < end && is_digit(*at); at++) {
		if (value < EXPONENT_MAX / 10)
			value = value * 10 + (*at - '0');
	}
	*exponent = negative ? -value : value;
	return at;
}

/* The digits again, where there are more than a mantissa holds: without leading zeros. */
static void scan_long(decimal *number, int64_t after_point)
{
	int64_t count = 0, kept = 0;
	const char *at = number->digits;
	number->mantissa = 0;
	for (; at < number->digits_end; at++) {
		if (!is_digit(*at) || (!count && *at == '0'))
			continue;
		count++;
		if (count <= DIGITS_MAX) {
			number->mantissa = number->mantissa * 10 + (uint64_t)(*at - '0');
			kept++;
		} else if (*at != '0') {
			number->cut = true;
		}
	}
	number->exponent += count - kept - after_point;
}

const char *sync_number_scan(const char *at, const char *end, decimal *number)
{
	number->negative = at < end && *at == '-';
	at += number->negative;
	number->digits = at;
	number->exponent = 0;
	number->cut = false;
	if (at == end || !is_digit(*at))
		return NULL;
	/* May overflow; then scan_long does it again. */
	uint64_t mantissa = (uint64_t)(*at++ - '0');
	if (mantissa)
		at = digits_read(at, end, &mantissa);
	ptrdiff_t count = at - number->digits, after_point = 0;
	number->plain = true;
	if (at < end && *at == '.') {
		const char *point = ++at;
		at = digits_read(at, end, &mantissa);
		after_point = at - point;
		if (!after_point)
			return NULL;
		count += after_point;
		number->plain = false;
	}
	number->digits_end = at;
	if (at < end && (*at == 'e' || *at == 'E')) {
		at = scan_exponent(at + 1, end, &number->exponent);
		if (!at)
			return NULL;
		number->plain = false;
	}
	number->written = number->exponent;
	number->mantissa = mantissa;
	if (count > DIGITS_MAX)
		scan_long(number, after_point);
	else
		number->exponent -= after_point;
	return at;
}

/* value × 10 + digit; false: does not fit. */
static bool append_digit(uint64_t *value, unsigned digit)
{
	if (*value > (UINT64_MAX - digit) / 10)
		return false;
	*value = *value * 10 + digit;
	return true;
}

integer_kind sync_number_integer(const decimal *number, uint64_t *magnitude)
{
	*magnitude = number->mantissa;
	if (!number->mantissa || (!number->cut && !number->exponent))
		return INTEGER_FITS;
	/* What counts is the power of ten of the last digit that is not 0. */
	const char *last = number->digits_end;
	int64_t exponent = number->written;
	for (const char *at = last; at > number->digits; at--) {
		if (at[-1] == '.')
			exponent -= last - at;
	}
	for (; last[-1] == '0' || last[-1] == '.'; last--)
		exponent += last[-1] == '0';
	if (exponent < 0)
		return NOT_AN_INTEGER;
	uint64_t value = 0;
	for (const char *at = number->digits; at < last; at++) {
		if (*at != '.' && !append_digit(&value, (unsigned)(*at - '0')))
			return INTEGER_TOO_LARGE;
	}
	for (; exponent; exponent--) {
		if (!append_digit(&value, 0))
			return INTEGER_TOO_LARGE;
	}
	*magnitude = value;
	return INTEGER_FITS;
}
