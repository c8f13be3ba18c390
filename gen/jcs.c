#include "jcs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAFE ((int64_t)9007199254740991)

static void escape(buf *b, unsigned char c)
{
	static const char short_forms[] = "\b\b\t\t\n\n\f\f\r\r\"\"\\\\";
	static const char letters[] = "bbttnnffrr\"\"\\\\";
	const char *at = c ? strchr(short_forms, c) : NULL;
	if (at)
		buf_printf(b, "\\%c", letters[at - short_forms]);
	else
		buf_printf(b, "\\u%04x", c);
}

void jcs_string(buf *b, const char *text, size_t length)
{
	size_t plain = 0;
	buf_char(b, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, text + plain, i - plain);
		escape(b, c);
		plain = i + 1;
	}
	buf_add(b, text + plain, length - plain);
	buf_char(b, '"');
}

/* Digits without point and trailing zeros, and n such that the value is 0.DIGITS * 10^n. */
static int shortest(double number, char digits[24])
{
	char text[40];
	int precision = 0;
	do
		snprintf(text, sizeof(text), "%.*e", precision, number);
	while (strtod(text, NULL) != number && ++precision < 17);
	size_t count = 0;
	const char *at = text;
	for (; *at && *at != 'e'; at++) {
		if (*at != '.')
			digits[count++] = *at;
	}
	while (count > 1 && digits[count - 1] == '0')
		count--;
	digits[count] = '\0';
	return atoi(at + 1) + 1;
}

static void zeros(buf *b, int count)
{
	while (count-- > 0)
		buf_char(b, '0');
}

/* Number::toString of ECMAScript. */
void jcs_double(buf *b, double number)
{
	char digits[24];
	if (number == 0) {
		buf_char(b, '0');
		return;
	}
	if (number < 0) {
		buf_char(b, '-');
		number = -number;
	}
	int point = shortest(number, digits);
	int count = (int)strlen(digits);
	if (count <= point && point <= 21) {
		buf_text(b, digits);
		zeros(b, point - count);
	} else if (0 < point && point <= 21) {
		buf_add(b, digits, (size_t)point);
		buf_printf(b, ".%s", digits + point);
	} else if (-6 < point && point <= 0) {
		buf_text(b, "0.");
		zeros(b, -point);
		buf_text(b, digits);
	} else {
		buf_char(b, digits[0]);
		if (count > 1)
			buf_printf(b, ".%s", digits + 1);
		buf_printf(b, "e%c%d", point > 0 ? '+' : '-', abs(point - 1));
	}
}

void jcs_int(buf *b, int64_t number)
{
	bool safe = -SAFE <= number && number <= SAFE;
	buf_printf(b, safe ? "%" PRId64 : "\"%" PRId64 "\"", number);
}

void jcs_uint(buf *b, uint64_t number)
{
	bool safe = number <= (uint64_t)SAFE;
	buf_printf(b, safe ? "%" PRIu64 : "\"%" PRIu64 "\"", number);
}

/* UTF-8 orders as code points do. UTF-16 differs in one place: characters above U+FFFF (lead bytes
 * F0 and more) are surrogates there, D800 to DFFF, before U+E000 to U+FFFF (lead bytes EE and EF).
 */
static int utf16_rank(unsigned char c)
{
	if (c >= 0xf0)
		return c - 0x02;
	return c >= 0xee ? c + 0x10 : c;
}

int jcs_compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return utf16_rank((unsigned char)*a) - utf16_rank((unsigned char)*b);
}
