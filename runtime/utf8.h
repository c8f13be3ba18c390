/*
 * UTF-8 one character at a time (RFC 3629).
 */
#ifndef SYNC_UTF8_H
#define SYNC_UTF8_H

#include <stdint.h>

/*
 * The length of the valid sequence at `at`, which is not ASCII; 0: there is none. Table 3-7 of the
 * Unicode standard: the second byte is what excludes surrogates and overlong forms.
 */
static inline unsigned utf8_sequence(const char *at, const char *end)
{
	const unsigned char *s = (const unsigned char *)at;
	unsigned char c = s[0], low = 0x80, high = 0xbf;
	unsigned length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (c < 0xc2 || c > 0xf4 || end - at < (long)length)
		return 0;
	if (c == 0xe0)
		low = 0xa0;
	else if (c == 0xed)
		high = 0x9f;
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (unsigned i = 2; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

/* Writes a code point that is no surrogate; at most 4 bytes, the number is returned. */
static inline unsigned utf8_put(char *to, uint32_t point)
{
	if (point < 0x80) {
		to[0] = (char)point;
		return 1;
	}
	unsigned length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (unsigned i = length - 1; i; i--) {
		to[i] = (char)(unsigned char)(0x80 | (point & 0x3f));
		point >>= 6;
	}
	to[0] = (char)(unsigned char)((0xf0u << (4 - length) & 0xf0u) | point);
	return length;
}

#endif
