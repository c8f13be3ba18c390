/*
 * What happened to one list in a commit, as the fewest array operations: from its entries in the
 * log to removals from the end, then additions and moves from the front, then replacements. What
 * was added and removed again leaves no trace, a new element that was moved is added where it
 * ended, a new one in the place of a removed one replaces it.
 */
#ifndef SYNC_EDITS_H
#define SYNC_EDITS_H

#include "track.h"

enum sync_edit_op {
	SYNC_EDIT_REMOVE, /* at + count - 1, …, at */
	SYNC_EDIT_ADD,	/* at, at + 1, …: the values that are there in the end, from `from` on */
	SYNC_EDIT_MOVE, /* from, to `at` */
	SYNC_EDIT_REPLACE, /* at, at + 1, … with the values there */
	SYNC_EDIT_CELL	   /* at, if it differs from what change number `from` keeps */
};

typedef struct sync_edit {
	enum sync_edit_op op;
	uint32_t at, count, from;
} sync_edit;

typedef struct sync_edits {
	sync_edit *items; /* owned */
	size_t len;
	bool complex; /* not worked out: cheaper to send the list */
} sync_edits;

/* `first`: number of the list's first entry in the log. NOMEM. Release with
 * sync_free(edits->items). */
sync_status sync_edits_make(const sync_track *track, size_t first, size_t length,
			    sync_edits *edits);

#endif
