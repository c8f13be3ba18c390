/*
 * How the texts that a commit changes were edited, where that is known: what two texts differ in
 * does not say it
 * ("aa" may have got its second letter in front or behind), and others' edits are moved by it.
 */
#ifndef SYNCGEN_TRACK_TEXT_H
#define SYNCGEN_TRACK_TEXT_H

#include "text_shift.h"
#include "track.h"

struct sync_text_note {
	const sync_node *node;
	uint32_t field;
	text_shift shift; /* from the committed text to the present one */
};

/* Field `field` of the struct at `node`, a text, is going to be edited so. Without memory it is not
 * known. */
void sync_track_note_edit(sync_track *track, const sync_node *node, unsigned field,
			  const text_shift *edit);

/* How the text of a FIELD change, which was and is one, was edited; borrowed until the next change.
 * NULL: that is not known. */
const text_shift *sync_track_edit_of(const sync_track *track, const sync_change *change);

/* At the end of a commit. */
void sync_track_forget_edits(sync_track *track);

#endif
