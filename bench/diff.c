#include "diff.h"

/* The board before, and after each of the three edits of W2. */
typedef struct stages {
	Board at[4];
} stages;

static stages small, large;
static Board before, after;
static sync_buf patches[3];

static void insert(const char *folder, BoardDoc *doc)
{
	size_t length;
	char *text = bench_load(folder, "inserted.json", &length);
	sync_error error;
	Note note;
	note_init(&note);
	must(note_from_json(&note, text, length, &error), "inserted.json");
	must(note_assign(board_insert_notes(doc, 0), &note), "insert");
	note_release(&note);
}

static void make_stages(const char *folder, const char *name, stages *s)
{
	load_board(folder, name, &s->at[0]);
	for (int i = 1; i < 4; i++) {
		Board *board = &s->at[i];
		must(board_copy(board, &s->at[i - 1]), "copy");
		BoardDoc *doc = board_edit(board);
		if (i == 1)
			insert(folder, doc);
		else if (i == 2)
			must(board_remove_notes(doc, board->notes.len / 2), "remove");
		else
			must(board_move_notes(doc, board->notes.len / 2, 10), "move");
	}
}

static void diff_stages(const stages *s)
{
	for (int i = 0; i < 3; i++) {
		sync_buf_clear(&patches[i]);
		must(board_diff(&s->at[i], &s->at[i + 1], &patches[i]), "diff");
		bench_kept += patches[i].len;
	}
}

static void answer(size_t count)
{
	const char *texts[3];
	for (size_t i = 0; i < count; i++)
		texts[i] = sync_buf_cstr(&patches[i]);
	bench_answer_patches(texts, count);
}

bool diff_set_up_small(const char *folder)
{
	make_stages(folder, "board.json", &small);
	return true;
}
bool diff_set_up_large(const char *folder)
{
	make_stages(folder, "board100k.json", &large);
	return true;
}
void diff_list_small(void)
{
	diff_stages(&small);
}
void diff_list_large(void)
{
	diff_stages(&large);
}
void diff_check_list_small(void)
{
	diff_list_small();
	answer(3);
}
void diff_check_list_large(void)
{
	diff_list_large();
	answer(3);
}

bool diff_set_up_change(const char *folder)
{
	load_board(folder, "board.json", &before);
	must(board_copy(&after, &before), "copy");
	NoteDoc *it = board_edit_notes(board_edit(&after), after.notes.len / 2);
	const Note *note = note_get(it);
	must(note_set_done(it, !note->done), "done");
	must(note_set_priority(it, note->priority == PRIORITY_HIGH ? PRIORITY_LOW : PRIORITY_HIGH),
	     "priority");
	return true;
}
void diff_change(void)
{
	sync_buf_clear(&patches[0]);
	must(board_diff(&before, &after, &patches[0]), "diff");
	bench_kept += patches[0].len;
}
void diff_check_change(void)
{
	diff_change();
	answer(1);
}
