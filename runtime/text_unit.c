#include "text_unit.h"

#include <string.h>

enum { WORD = sizeof(uint64_t), BLOCK = 4 * WORD };

static const uint64_t high_bits = 0x8080808080808080u, low_bits = 0x0101010101010101u;

static uint64_t word_at(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

/* One for each first byte, one more for those of four bytes. */
static unsigned units_of(uint64_t word)
{
	if (!(word & high_bits))
		return WORD;
	uint64_t first = (~word >> 7 | word >> 6) & low_bits;
	uint64_t long_one = word >> 7 & word >> 6 & word >> 5 & word >> 4 & low_bits;
	return (unsigned)(((first + long_one) * low_bits) >> 56);
}

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* So many bytes that are ASCII, from `at` on. */
static bool are_ascii(const char *at)
{
	return !((word_at(at) | word_at(at + WORD) | word_at(at + 2 * WORD) |
		  word_at(at + 3 * WORD)) &
		 high_bits);
}

size_t sync_text_units(const char *bytes, size_t length)
{
	size_t units = 0, i = 0;
	for (; i + BLOCK <= length; i += BLOCK) {
		if (are_ascii(bytes + i)) {
			units += BLOCK;
			continue;
		}
		for (size_t w = 0; w < BLOCK; w += WORD)
			units += units_of(word_at(bytes + i + w));
	}
	for (; i < length; i++)
		units += (size_t)!continues(bytes[i]) + ((unsigned char)bytes[i] >= 0xf0);
	return units;
}

const char *sync_text_go(const char *at, const char *end, uint64_t units)
{
	while (end - at >= WORD) {
		bool block = end - at >= BLOCK && units > BLOCK && are_ascii(at);
		unsigned more = block ? BLOCK : units_of(word_at(at));
		if (more >= units)
			break;
		units -= more;
		at += block ? BLOCK : WORD;
	}
	while (at < end && continues(*at)) /* the last word ended inside of it: it is counted */
		at++;
	while (units && at < end) {
		unsigned char first = (unsigned char)*at;
		unsigned bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
		unsigned takes = bytes == 4 ? 2 : 1;
		if (takes > units)
			return NULL;
		units -= takes;
		at += bytes;
	}
	return units ? NULL : at;
}

/* ---- what differs ---- */

static size_t common_start(const char *a, const char *b, size_t most)
{
	size_t i = 0;
	while (i + 256 <= most && memcmp(a + i, b + i, 256) == 0)
		i += 256;
	while (i + WORD <= most && word_at(a + i) == word_at(b + i))
		i += WORD;
	while (i < most && a[i] == b[i])
		i++;
	return i;
}

/* The same backwards, from the ends. */
static size_t common_end(const char *a, const char *b, size_t most)
{
	size_t i = 0;
	while (i + 256 <= most && memcmp(a - i - 256, b - i - 256, 256) == 0)
		i += 256;
	while (i + WORD <= most && word_at(a - i - WORD) == word_at(b - i - WORD))
		i += WORD;
	while (i < most && a[-(ptrdiff_t)i - 1] == b[-(ptrdiff_t)i - 1])
		i++;
	return i;
}

bool sync_text_compare(const char *before, size_t before_length, const char *after,
		       size_t after_length, sync_text_stretch *stretch)
{
	size_t most = before_length < after_length ? before_length : after_length;
	size_t start = common_start(before, after, most);
	if (start == before_length && start == after_length)
		return false;
	while (start && ((start < before_length && continues(before[start])) ||
			 (start < after_length && continues(after[start]))))
		start--;
	size_t same = common_end(before + before_length, after + after_length, most - start);
	while (same && continues(before[before_length - same]))
		same--;
	stretch->byte = start;
	stretch->byte_gone = before_length - same - start;
	stretch->byte_came = after_length - same - start;
	stretch->at = (uint32_t)sync_text_units(before, start);
	stretch->gone = (uint32_t)sync_text_units(before + start, stretch->byte_gone);
	stretch->came = (uint32_t)sync_text_units(after + start, stretch->byte_came);
	return true;
}
