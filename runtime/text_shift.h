/*
 * Edits of a text as values: how one made beside another is to be done behind it. Operational
 * transformation as in runtime/ts/src/text.ts, part for part: both ends must come to the same text.
 *
 *   zeroed → sync_shift_read(), or sync_shift_add() for each part → transform, compose, write →
 * sync_shift_release()
 *
 * What is kept at the end is not said. Out of memory is remembered, as in a buffer.
 */
#ifndef SYNCGEN_TEXT_SHIFT_H
#define SYNCGEN_TEXT_SHIFT_H

#include <syncgen/json.h>

enum text_verb { TEXT_KEEP, TEXT_DROP, TEXT_PUT };

typedef struct text_part {
	enum text_verb verb;
	uint32_t units;	  /* of UTF-16 */
	const char *json; /* PUT: what is inside of the quotes, borrowed; NULL: it is not known */
	size_t json_length;
} text_part;

typedef struct text_shift {
	text_part *parts; /* owned */
	size_t count, room;
	sync_status status;
} text_shift;

void sync_shift_release(text_shift *shift);
void sync_shift_clear(text_shift *shift); /* room stays */

/* Appends a part; of no units: nothing. Neighbours of one kind become one where they can. */
void sync_shift_add(text_shift *shift, text_part part);

/* The parts of a delta: JSON whose grammar was checked, and which stays where it is. INVALID,
 * NOMEM. */
sync_status sync_shift_read(text_shift *shift, const char *delta, size_t length);
/* Appends it as a delta; what is put is known. */
void sync_shift_write(const text_shift *shift, sync_buf *out);

/* Appends `second` as it must be when `first`, made beside it, has been done. Where both put
 * something at one place, that of `first` stands in front if `before`. */
void sync_shift_transform(const text_shift *second, const text_shift *first, bool before,
			  text_shift *out);
/* Appends what does `first` and then `second`. */
void sync_shift_compose(const text_shift *first, const text_shift *second, text_shift *out);
/* An edit, and the text that it led to. Borrowed. */
typedef struct text_shifted {
	const text_shift *shift;
	const char *text;
	size_t length;
} text_shifted;

/* Two edits of one text, of which `whole` holds what `part` does, and more: appends what leads from
 * the text after `part` to that after `whole`. What it puts is not known. */
void sync_shift_rest(text_shifted whole, text_shifted part, text_shift *out);
/* Appends what undoes it; nothing of what it puts is known. */
void sync_shift_invert(const text_shift *shift, text_shift *out);

#endif
