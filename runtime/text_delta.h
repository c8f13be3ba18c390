/*
 * Edits of a text: [5, "ab", -2] keeps five units, inserts, deletes two, and keeps the rest. Units
 * are those of UTF-16, as browsers count; an edit inside of a surrogate pair is INVALID.
 */
#ifndef SYNCGEN_TEXT_DELTA_H
#define SYNCGEN_TEXT_DELTA_H

#include <syncgen/json.h>

/* Appends the text after the edit. `delta`: JSON whose grammar was checked. */
sync_status sync_text_delta(sync_str text, const char *delta, size_t length, sync_buf *out,
			    sync_error *error);

#endif
