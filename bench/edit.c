/*
 * W1 to W3: tracked changes, each with the patch that goes out.
 */
#include "edit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static live_board small, large;
static sync_buf out;

/* ---- W1: two fields of one note ---- */

bool edit_set_up_small(const char *folder)
{
	if (!small.track)
		load_live_board(folder, "board.json", &small);
	return true;
}

bool edit_set_up_large(const char *folder)
{
	if (!large.track)
		load_live_board(folder, "board100k.json", &large);
	return true;
}

static void change(live_board *live)
{
	size_t at = live->board.notes.len / 2;
	NoteDoc *it = board_edit_notes(live->doc, at);
	const Note *now = note_get(it);
	must(note_set_done(it, !now->done), "done");
	must(note_set_priority(it, now->priority == PRIORITY_HIGH ? PRIORITY_LOW : PRIORITY_HIGH),
	     "priority");
	sync_buf_clear(&out);
	commit(live->track, &out);
}

static void check_change(live_board *live)
{
	change(live);
	const char *patch = sync_buf_cstr(&out);
	bench_answer_patches(&patch, 1);
}

void edit_change_small(void)
{
	change(&small);
}
void edit_change_large(void)
{
	change(&large);
}
void edit_check_change_small(void)
{
	check_change(&small);
}
void edit_check_change_large(void)
{
	check_change(&large);
}

/* ---- W2: insert at the head, delete in the middle, move ---- */

static Note inserted;
static live_board small_list, large_list;

static void load_inserted(const char *folder)
{
	size_t length;
	char *text = bench_load(folder, "inserted.json", &length);
	sync_error error;
	note_init(&inserted);
	must(note_from_json(&inserted, text, length, &error), "inserted.json");
}

bool edit_set_up_small_list(const char *folder)
{
	load_inserted(folder);
	load_live_board(folder, "board.json", &small_list);
	return true;
}

bool edit_set_up_large_list(const char *folder)
{
	load_inserted(folder);
	load_live_board(folder, "board100k.json", &large_list);
	return true;
}

/* The same note under another id at every turn, as data.mjs numbers them. */
static void insert(live_board *live)
{
	char id[37];
	memcpy(id, inserted.id, sizeof id);
	unsigned number = 1000000 + live->turn++;
	for (int i = 35; i >= 24; i--, number >>= 4)
		id[i] = "0123456789abcdef"[number & 15];
	NoteDoc *it = board_insert_notes(live->doc, 0);
	must(note_set_id_n(it, id, 36), "id");
	must(note_set_text_n(it, inserted.text, sync_str_len(inserted.text)), "text");
	must(note_set_done(it, inserted.done), "done");
	must(note_set_priority(it, inserted.priority), "priority");
	must(note_set_created(it, inserted.created), "created");
}

static void edit_list(live_board *live, sync_buf patches[3])
{
	insert(live);
	commit(live->track, &patches[0]);
	must(board_remove_notes(live->doc, live->board.notes.len / 2), "remove");
	commit(live->track, &patches[1]);
	must(board_move_notes(live->doc, live->board.notes.len / 2, 10), "move");
	commit(live->track, &patches[2]);
}

static sync_buf patches[3];

static void clear_patches(void)
{
	for (int i = 0; i < 3; i++)
		sync_buf_clear(&patches[i]);
}

static void answer_patches(void)
{
	const char *texts[3];
	for (int i = 0; i < 3; i++)
		texts[i] = sync_buf_cstr(&patches[i]);
	bench_answer_patches(texts, 3);
}

void edit_list_small(void)
{
	clear_patches();
	edit_list(&small_list, patches);
}
void edit_list_large(void)
{
	clear_patches();
	edit_list(&large_list, patches);
}
void edit_check_list_small(void)
{
	edit_list_small();
	answer_patches();
}
void edit_check_list_large(void)
{
	edit_list_large();
	answer_patches();
}

/* ---- W3: all 64 numbers ---- */

static Gauges gauges;
static sync_track *gauges_track;
static double gauges_turn;

bool edit_set_up_gauges(const char *folder)
{
	size_t length;
	char *text = bench_load(folder, "gauges.json", &length);
	sync_error error;
	gauges_init(&gauges);
	must(gauges_from_json(&gauges, text, length, &error), "gauges.json");
	gauges_track = sync_track_new(&gauges_type, &gauges);
	return gauges_track != NULL;
}

#define ROW(X, d) X(d##0) X(d##1) X(d##2) X(d##3) X(d##4) X(d##5) X(d##6) X(d##7) X(d##8) X(d##9)
#define ALL(X)	  ROW(X, 0) ROW(X, 1) ROW(X, 2) ROW(X, 3) ROW(X, 4) ROW(X, 5) X(60) X(61) X(62) X(63)

void edit_gauges(void)
{
	GaugesDoc *doc = gauges_edit(&gauges);
	double i = 0, turn = ++gauges_turn;
#define X(number) must(gauges_set_g##number(doc, sqrt(i++ * 1000 + turn + 0.5)), "gauge");
	ALL(X)
#undef X
	sync_buf_clear(&out);
	commit(gauges_track, &out);
}

void edit_check_gauges(void)
{
	edit_gauges();
	const char *patch = sync_buf_cstr(&out);
	bench_answer_patches(&patch, 1);
}
