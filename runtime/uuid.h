/*
 * A UUID is 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4), of any version and variant.
 */
#ifndef SYNC_UUID_H
#define SYNC_UUID_H

#include "scan.h"

enum { UUID_LENGTH = 36 };

#ifdef __SSE2__
/* The 16 bytes at `at`: hyphens where `hyphens` has a bit, hexadecimal digits elsewhere? */
static inline bool uuid_block(const char *at, uint32_t hyphens)
{
	__m128i x = scan_load(at), lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
	__m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
				       _mm_cmplt_epi8(lower, _mm_set1_epi8('f' + 1)));
	__m128i digit = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('0' - 1)),
				      _mm_cmplt_epi8(x, _mm_set1_epi8('9' + 1)));
	__m128i hyphen = _mm_cmpeq_epi8(x, _mm_set1_epi8('-'));
	uint32_t found = (uint32_t)_mm_movemask_epi8(hyphen);
	uint32_t hex = (uint32_t)_mm_movemask_epi8(_mm_or_si128(letter, digit));
	return found == hyphens && hex == (0xffff & ~hyphens);
}

/* Are the UUID_LENGTH bytes one? */
static inline bool uuid_is(const char *bytes)
{
	return uuid_block(bytes, 1u << 8 | 1u << 13) && uuid_block(bytes + 16, 1u << 2 | 1u << 7) &&
	       uuid_block(bytes + 20, 1u << 3);
}
#else
static inline bool uuid_is(const char *bytes)
{
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		char c = bytes[i], lower = (char)(c | 0x20);
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		bool hex = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
		if (hyphen ? c != '-' : !hex)
			return false;
	}
	return true;
}
#endif

#endif
