/*
 * The texts of a trail: each edit as the one stretch in which the text differs, a ring of them for
 * all texts of a document, by revision, in which each knows the one before it of the same text.
 * From it follows how a text of an earlier revision became the present one.
 *
 *   zeroed, `floor` set → sync_trail_text_put() for each edit in the order of revisions →
 * …_release()
 *
 * Edits are numbered from 1. Who has a text keeps the number of its newest edit, 0 at first.
 */
#ifndef SYNCGEN_TRAIL_TEXT_H
#define SYNCGEN_TRAIL_TEXT_H

#include "text_shift.h"
#include "text_unit.h"
#include "track.h"

struct text_edit {
	uint64_t revision;
	uint64_t older; /* number of the one before it of the same text; 0, or one that is gone:
			   none */
	uint32_t at, gone,
		came; /* units; gone UINT32_MAX: there was no text in front of it, or none behind */
};

typedef struct trail_texts {
	struct text_edit *ring;
	size_t first, count, room;
	uint64_t dropped; /* so many went; the number of the first that is kept is one more */
	uint64_t floor;	  /* the oldest revision from which it leads on */
} trail_texts;

void sync_trail_text_release(trail_texts *texts);

/* What a pending change of a text field was; *newest: of that text. At most `limit` edits are kept;
 * without memory, none. */
void sync_trail_text_put(trail_texts *texts, const sync_track *track, const sync_change *change,
			 uint64_t revision, size_t limit, uint64_t *newest);

/* Appends to a clear shift how a text came from `since` to `until`. STALE: it is not known, or it
 * was no text all the time. NOMEM. */
sync_status sync_trail_text_shift(const trail_texts *texts, uint64_t newest, uint64_t since,
				  uint64_t until, text_shift *shift);

/* The revision of its last edit below `revision`; 0: none is known. */
uint64_t sync_trail_text_last(const trail_texts *texts, uint64_t newest, uint64_t revision);

#endif
