#include "json.h"

#include <string.h>

static Board board;
static char *text;
static size_t text_length;
static sync_buf out;

bool json_set_up(const char *folder)
{
	if (text)
		return true;
	text = bench_load(folder, "board.json", &text_length);
	load_board(folder, "board.json", &board);
	return true;
}

void json_print(void)
{
	sync_buf_clear(&out);
	must(board_to_json(&board, &out), "print");
	bench_kept += out.len;
}

static bool is_text(const sync_buf *printed)
{
	return printed->len == text_length && memcmp(printed->data, text, text_length) == 0;
}

void json_check_print(void)
{
	json_print();
	bench_answer(is_text(&out), out.len);
}

/* From nothing to a value and back to nothing, as a parser of a tree is used. */
void json_read(void)
{
	Board read;
	sync_error error;
	board_init(&read);
	must(board_from_json(&read, text, text_length, &error), "read");
	bench_kept += read.notes.len;
	board_release(&read);
}

/* What was read prints as it was; what breaks a constraint is refused. */
void json_check_read(void)
{
	static const char bad[] = "{\"title\":\"\",\"notes\":[]}";
	Board read;
	sync_error error;
	board_init(&read);
	bool refused = board_from_json(&read, bad, sizeof bad - 1, &error) != SYNC_OK;
	must(board_from_json(&read, text, text_length, &error), "read");
	sync_buf_clear(&out);
	must(board_to_json(&read, &out), "print");
	bench_answer(refused && is_text(&out), text_length);
	board_release(&read);
}
