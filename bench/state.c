#include "state.h"

#include <stdio.h>
#include <stdlib.h>

void must(sync_status status, const char *what)
{
	if (status == SYNC_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, sync_status_text(status));
	exit(1);
}

void load_board(const char *folder, const char *name, Board *board)
{
	size_t length;
	char *text = bench_load(folder, name, &length);
	sync_error error;
	board_init(board);
	must(board_from_json(board, text, length, &error), name);
	free(text);
}

void load_live_board(const char *folder, const char *name, live_board *live)
{
	load_board(folder, name, &live->board);
	live->track = sync_track_new(&board_type, &live->board);
	must(live->track ? SYNC_OK : SYNC_NOMEM, name);
	live->doc = board_edit(&live->board);
}

void commit(sync_track *track, sync_buf *out)
{
	must(sync_track_check(track, NULL), "check");
	must(sync_track_ops(track, SYNC_SEE_PUBLIC, out), "ops");
	sync_track_commit(track);
	bench_kept += out->len;
}
