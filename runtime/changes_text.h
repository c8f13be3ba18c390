/*
 * Patches that say a changed text as an edit of what it was, beyond RFC 6902.
 */
#ifndef SYNC_CHANGES_TEXT_H
#define SYNC_CHANGES_TEXT_H

#include <syncgen/track.h>

#include "text_shift.h"

/* Texts that are to be sent as edits, {"op":"text"}. */
struct sync_text_source {
	/* How a text became what it is since the revision that is asked about; NULL: the log keeps
	 * what it was. Not OK: it is sent as a whole. */
	sync_status (*since)(void *arg, const sync_node *node, unsigned field, text_shift *shift);
	void *arg;
	bool said; /* set: there was one */
};

/* sync_track_ops(); `texts` NULL: RFC 6902 alone. */
sync_status sync_track_edits(sync_track *track, uint64_t sees, struct sync_text_source *texts,
			     sync_buf *out);

#endif
