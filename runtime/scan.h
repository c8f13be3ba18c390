/*
 * Sixteen bytes at a time: where plain text ends. SSE2 where the compiler targets it, eight bytes
 * in a word elsewhere. Nothing is read outside at..end.
 */
#ifndef SYNC_SCAN_H
#define SYNC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

typedef __m128i scan_block;
typedef uint32_t scan_marks;
enum { SCAN_BLOCK = 16 };

static inline scan_block scan_load(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline void scan_store(char *at, scan_block block)
{
	_mm_storeu_si128((__m128i *)(void *)at, block);
}

/* Not 0 where a byte is a quote, a backslash, a control character or not ASCII. One bit a byte. */
static inline scan_marks scan_not_plain(scan_block x)
{
	/* Signed: bytes from 0x80 are below the space too. */
	__m128i low = _mm_cmplt_epi8(x, _mm_set1_epi8(' '));
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i escape = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape)));
}

/* The same, but all but ASCII counts as plain: what needs no escape in JSON. */
static inline scan_marks scan_to_escape(scan_block x)
{
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
	__m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
	__m128i escape = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, escape)));
}

static inline scan_marks scan_not_ascii(scan_block x)
{
	return (uint32_t)_mm_movemask_epi8(x);
}

/* The place of the first byte marked; `marks` is not 0. */
static inline unsigned scan_first(scan_marks marks)
{
	return (unsigned)__builtin_ctz(marks);
}

#else

typedef uint64_t scan_block;
typedef uint64_t scan_marks;
enum { SCAN_BLOCK = 8 };

#define SCAN_ONES (~(uint64_t)0 / 255)
#define SCAN_HIGH (SCAN_ONES * 0x80)

static inline scan_block scan_load(const char *at)
{
	uint64_t word = 0;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&word, at, sizeof(word));
#else
	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)(unsigned char)at[i] << 8 * i;
#endif
	return word;
}

static inline void scan_store(char *at, scan_block block)
{
	for (unsigned i = 0; i < 8; i++)
		at[i] = (char)(unsigned char)(block >> 8 * i);
}

/* 0x80 in each byte of x that is zero. */
static inline uint64_t scan_zero(uint64_t x)
{
	return ~(((x & ~SCAN_HIGH) + ~SCAN_HIGH) | x | ~SCAN_HIGH);
}

static inline scan_marks scan_to_escape(scan_block x)
{
	return scan_zero(x ^ SCAN_ONES * '"') | scan_zero(x ^ SCAN_ONES * '\\') |
	       scan_zero(x & SCAN_ONES * 0xe0);
}

static inline scan_marks scan_not_ascii(scan_block x)
{
	return x & SCAN_HIGH;
}

static inline scan_marks scan_not_plain(scan_block x)
{
	return scan_to_escape(x) | scan_not_ascii(x);
}

static inline unsigned scan_first(scan_marks marks)
{
	unsigned place = 0;
	while (!(marks & 0xff)) {
		marks >>= 8;
		place++;
	}
	return place;
}
#endif

static inline bool scan_is_plain(char byte)
{
	unsigned char c = (unsigned char)byte;
	return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
}

/* The first byte that is not plain ASCII, or `end`. */
static inline const char *scan_plain(const char *at, const char *end)
{
	while (end - at >= SCAN_BLOCK) {
		scan_marks marks = scan_not_plain(scan_load(at));
		if (marks)
			return at + scan_first(marks);
		at += SCAN_BLOCK;
	}
	while (at < end && scan_is_plain(*at))
		at++;
	return at;
}

static inline uint64_t scan_load_8(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint32_t scan_load_4(const char *at)
{
	uint32_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

/* Are so many bytes equal? Two overlapping words, for the lengths that names mostly have. */
static inline bool scan_same(const char *a, const char *b, size_t length)
{
	if (length < 4 || length > 16)
		return memcmp(a, b, length) == 0;
	size_t last = length < 8 ? length - 4 : length - 8;
	if (length < 8)
		return ((scan_load_4(a) ^ scan_load_4(b)) |
			(scan_load_4(a + last) ^ scan_load_4(b + last))) == 0;
	return ((scan_load_8(a) ^ scan_load_8(b)) |
		(scan_load_8(a + last) ^ scan_load_8(b + last))) == 0;
}

/* Less than a block of bytes: two overlapping words. */
static inline void scan_copy_short(char *to, const char *from, size_t length)
{
	if (length >= 8) {
		uint64_t first = scan_load_8(from), last = scan_load_8(from + length - 8);
		memcpy(to, &first, sizeof(first));
		memcpy(to + length - 8, &last, sizeof(last));
	} else if (length >= 4) {
		uint32_t first = scan_load_4(from), last = scan_load_4(from + length - 4);
		memcpy(to, &first, sizeof(first));
		memcpy(to + length - 4, &last, sizeof(last));
	} else {
		while (length--)
			to[length] = from[length];
	}
}

/* As memcpy, without a call for what strings mostly are. */
static inline void scan_copy(char *to, const char *from, size_t length)
{
	if (length < SCAN_BLOCK) {
		scan_copy_short(to, from, length);
		return;
	}
	if (length > 8 * SCAN_BLOCK) {
		memcpy(to, from, length);
		return;
	}
	const char *last = from + length - SCAN_BLOCK;
	scan_block rest = scan_load(last);
	char *behind = to + length - SCAN_BLOCK;
	for (; from < last; from += SCAN_BLOCK, to += SCAN_BLOCK)
		scan_store(to, scan_load(from));
	scan_store(behind, rest);
}

#endif
