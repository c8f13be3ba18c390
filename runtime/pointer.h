/*
 * JSON Pointers (RFC 6901): text to segments.
 *
 * Bounded: POINTER_SEGMENTS segments, POINTER_BYTES bytes. A pointer owns its unescaped text and
 * borrows the text it was parsed from for `raw`.
 */
#ifndef POINTER_H
#define POINTER_H

#include <syncgen/status.h>

enum { POINTER_SEGMENTS = 64, POINTER_BYTES = 4096 };

struct segment {
	const char *bytes; /* unescaped; may hold U+0000; not NUL-terminated */
	size_t length;
	const char *raw; /* as it stood in the text, without the slash in front */
	size_t raw_length;
};

struct pointer {
	size_t count;
	bool certain; /* it was given step by step: no key in it can have come unescaped */
	struct segment segments[POINTER_SEGMENTS];
	char bytes[POINTER_BYTES];
};

/*
 * `lenient`: a "~" that escapes nothing stands for itself (some clients do not escape). The text is
 * UTF-8 already. PARSE: not a pointer; TOO_BIG.
 */
sync_status sync_pointer_parse(struct pointer *pointer, const char *text, size_t length,
			       bool lenient);

/* Array positions. POINTER_END is "-". */
#define POINTER_END SIZE_MAX

/* RFC 6901 section 4: digits without leading zeros, or "-". One too large for a size_t is
 * POINTER_END - 1, beyond any array. False: not a position. */
bool sync_segment_index(const struct segment *segment, size_t *index);

bool sync_segment_is(const struct segment *segment, const char *bytes, size_t length);

/* Does `inner` lie below `outer`? Not when they are the same. */
bool sync_pointer_below(const struct pointer *inner, const struct pointer *outer);
bool sync_pointer_same(const struct pointer *a, const struct pointer *b);

#endif
