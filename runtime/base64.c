#include "base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void sync_base64_encode(char *to, const void *data, size_t length)
{
	const uint8_t *from = data;
	for (; length >= 3; length -= 3, from += 3, to += 4) {
		uint32_t group = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
		to[0] = alphabet[group >> 18];
		to[1] = alphabet[group >> 12 & 63];
		to[2] = alphabet[group >> 6 & 63];
		to[3] = alphabet[group & 63];
	}
	if (!length)
		return;
	uint32_t group = (uint32_t)from[0] << 16 | (length > 1 ? (uint32_t)from[1] << 8 : 0);
	to[0] = alphabet[group >> 18];
	to[1] = alphabet[group >> 12 & 63];
	to[2] = length > 1 ? alphabet[group >> 6 & 63] : '=';
	to[3] = '=';
}

bool sync_base64_size(const char *text, size_t length, size_t *size)
{
	*size = 0;
	if (length % 4)
		return false;
	if (!length)
		return true;
	*size = length / 4 * 3 - (text[length - 1] == '=') -
		(text[length - 1] == '=' && text[length - 2] == '=');
	return true;
}

/* Six bits and one more for each letter; 0 for what is none. */
#define UPPER(c, at) [c] = (at) + 1
#define ROW(c, at)   UPPER(c, at), UPPER(c + 1, at + 1), UPPER(c + 2, at + 2)
#define ROW12(c, at) ROW(c, at), ROW(c + 3, at + 3), ROW(c + 6, at + 6), ROW(c + 9, at + 9)
#define ROW26(c, at)                                                                               \
	ROW12(c, at), ROW12(c + 12, at + 12), UPPER(c + 24, at + 24), UPPER(c + 25, at + 25)

static const uint8_t sextets[256] = {
	ROW26('A', 0), ROW26('a', 26), ROW('0', 52),   ROW('3', 55),
	ROW('6', 58),  UPPER('9', 61), UPPER('+', 62), UPPER('/', 63),
};

/* Four letters at `text`, of which `used` count; the rest is padding. False: not valid. */
static bool decode_group(const char *text, unsigned used, uint32_t *group)
{
	*group = 0;
	for (unsigned i = 0; i < 4; i++) {
		unsigned value = i < used ? sextets[(unsigned char)text[i]] : 1;
		if (!value)
			return false;
		*group = *group << 6 | (value - 1);
	}
	return true;
}

bool sync_base64_decode(void *to, const char *text, size_t length)
{
	uint8_t *out = to;
	size_t size;
	uint32_t group;
	if (!sync_base64_size(text, length, &size))
		return false;
	for (; size >= 3; size -= 3, text += 4, out += 3) {
		if (!decode_group(text, 4, &group))
			return false;
		out[0] = (uint8_t)(group >> 16);
		out[1] = (uint8_t)(group >> 8);
		out[2] = (uint8_t)group;
	}
	if (!size)
		return true;
	/* Bits behind the last byte must be zero: a second text for the same bytes is refused. */
	if (!decode_group(text, (unsigned)size + 1, &group) ||
	    group & (size == 1 ? 0xffffu : 0xffu))
		return false;
	out[0] = (uint8_t)(group >> 16);
	if (size == 2)
		out[1] = (uint8_t)(group >> 8);
	return true;
}
