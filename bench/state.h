/*
 * The documents of the bench as generated types, loaded once and shared by the works.
 */
#ifndef BENCH_STATE_H
#define BENCH_STATE_H

#include "board.h"
#include "gauges.h"

#include "worker.h"

/* A board that a tracker watches. */
typedef struct live_board {
	Board board;
	sync_track *track;
	BoardDoc *doc;
	unsigned turn; /* of W2 */
} live_board;

/* All stop the program when a file cannot be read or is not what it should be. */
void load_board(const char *folder, const char *name, Board *board);
void load_live_board(const char *folder, const char *name, live_board *live);

/* Checks what is pending, appends its patch to `out`, commits: the whole way of a change. */
void commit(sync_track *track, sync_buf *out);

/* Stops the program when a call of the runtime failed. */
void must(sync_status status, const char *what);

#endif
