/*
 * The difference of two texts as an edit, where nobody knows how one became the other.
 */
#ifndef SYNCGEN_TEXT_DIFF_H
#define SYNCGEN_TEXT_DIFF_H

#include "text_shift.h"

/*
 * Appends the shortest edit that leads from one text to the other, by characters (E. Myers, "An
 * O(ND) difference algorithm and its variations", 1986); where that has more than a few hundred
 * parts, one stretch. What it puts is not known. Both are UTF-8.
 */
void sync_text_diff(const char *before, size_t before_length, const char *after,
		    size_t after_length, text_shift *out);

#endif
