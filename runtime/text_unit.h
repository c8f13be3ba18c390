/*
 * Places in a text, counted in the code units of UTF-16 as browsers do: a character takes one, or
 * two where it lies beyond U+FFFF. The bytes are valid UTF-8.
 */
#ifndef SYNCGEN_TEXT_UNIT_H
#define SYNCGEN_TEXT_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many units the bytes take. */
size_t sync_text_units(const char *bytes, size_t length);

/* Where `units` more end, from the character at `at` on; NULL: the text ends before, or that is
 * inside of a character. */
const char *sync_text_go(const char *at, const char *end, uint64_t units);

/* The one stretch in which two texts differ. It begins and ends between characters of both. */
typedef struct sync_text_stretch {
	size_t byte, byte_gone, byte_came; /* at, of the first, of the second */
	uint32_t at, gone, came;	   /* the same in units */
} sync_text_stretch;

/* False: they are equal. */
bool sync_text_compare(const char *before, size_t before_length, const char *after,
		       size_t after_length, sync_text_stretch *stretch);

#endif
