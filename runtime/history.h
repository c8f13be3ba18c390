/*
 * The operations of the last commits of a document, side by side: what a session that is behind by
 * a few revisions needs is one range of these bytes, whatever the number of commits in it.
 *
 * Bounded by bytes and by count: the oldest go first. Who is older than that takes a snapshot.
 */
#ifndef SYNCGEN_HISTORY_H
#define SYNCGEN_HISTORY_H

#include <syncgen/buf.h>

enum { SYNC_HISTORY_COMMITS = 256 };

typedef struct sync_history {
	sync_buf bytes;			   /* operations, each commit's with a comma in front */
	size_t start;			   /* bytes in front of it are forgotten */
	size_t ends[SYNC_HISTORY_COMMITS]; /* ring: where a commit ends in `bytes` */
	size_t first, count;
	uint64_t base; /* revision before the oldest commit kept */
} sync_history;

void sync_history_release(sync_history *history);

/* Forgets all; the next commit leads from `revision` to `revision` + 1. */
void sync_history_reset(sync_history *history, uint64_t revision);

/* Appends a commit, given its operations as a JSON array. NOMEM: not done.
 * `limit`: the bytes worth keeping. */
sync_status sync_history_push(sync_history *history, const char *ops, size_t length, size_t limit);

/* Takes the newest commit back. */
void sync_history_pop(sync_history *history);

/* The operations that lead from one revision to a later one, separated by commas, without brackets;
 * false when that is not known any more. Borrowed until the next call that changes the history. */
bool sync_history_range(const sync_history *history, uint64_t from, uint64_t to, const char **bytes,
			size_t *length);

#endif
