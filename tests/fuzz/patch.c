/*
 * Patches on json values and on typed ones. The input is one byte of options, a document, a NUL,
 * and the operations. What must hold: a patch that fails leaves every byte as it was; one that
 * succeeds leaves a value whose JSON reads back as the same, and the operations sent for it make
 * the same of a replica; and its author, who applied the same to what he sees, sees what it now is,
 * unless he is to be told.
 */
#include <stdint.h>
#include <stdlib.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

/* The library's own tests are linked as a whole; here one file of them is wanted. */
#include "tests/unit/board.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void print(sync_buf *out, const struct cJSON *value)
{
	out->len = 0;
	sync_put_json(out, value);
	must(out->status == SYNC_OK);
}

static void patch_plain(const char *doc, size_t doc_length, const char *ops, size_t length)
{
	struct cJSON *value = NULL, *again = NULL;
	sync_buf before = { 0 }, after = { 0 };
	sync_reader reader;
	sync_error error;
	if (sync_reader_init(&reader, doc, doc_length, NULL) && sync_read_json(&reader, &value)) {
		print(&before, value);
		sync_status status = sync_json_patch(&value, ops, length, &error);
		print(&after, value);
		if (status != SYNC_OK)
			must(error.code == status && after.len == before.len &&
			     memcmp(after.data, before.data, after.len) == 0);
		must(sync_reader_init(&reader, after.data, after.len, NULL) &&
		     sync_read_json(&reader, &again) && sync_json_equal(value, again));
	}
	sync_json_free(value);
	sync_json_free(again);
	sync_buf_release(&before);
	sync_buf_release(&after);
}

static void check_same(const void *a, const void *b)
{
	char *left = board_json(&board_type, a), *right = board_json(&board_type, b);
	must(left && right && strcmp(left, right) == 0);
	sync_free(left);
	sync_free(right);
}

static void check_success(sync_track *track, void *board, void *replica)
{
	sync_buf ops = { 0 };
	char *json = board_json(&board_type, board);
	void *back = sync_box_new(&board_type);
	must(json && back && board_parse(&board_type, back, json, NULL));
	must(sync_track_ops(track, ~(uint64_t)SYNC_SEE_LOCAL, &ops) == SYNC_OK);
	must(sync_apply(&board_type, replica, ops.data, ops.len, NULL, NULL) == SYNC_OK);
	must(board_type.ops->equal(&board_type, board, replica));
	must(board_type.ops->equal(&board_type, board, back));
	sync_box_free(&board_type, back);
	sync_buf_release(&ops);
	sync_free(json);
}

/* What somebody sees of a board; NULL: nothing that could be compared. */
static struct cJSON *seen(const void *board, uint64_t sees)
{
	struct cJSON *value = NULL;
	sync_reader reader;
	sync_writer writer;
	sync_writer_init(&writer);
	writer.sees = sees;
	board_type.ops->write(&board_type, &writer, board);
	must(writer.out.status == SYNC_OK);
	if (!sync_reader_init(&reader, writer.out.data, writer.out.len, NULL) ||
	    !sync_read_json(&reader, &value)) {
		sync_json_free(value);
		value = NULL;
	}
	sync_buf_release(&writer.out);
	return value;
}

static void check_author(struct cJSON **shown, const void *board, uint64_t sees, const char *ops,
			 size_t length)
{
	struct cJSON *now = seen(board, sees);
	if (*shown && now && sync_json_patch(shown, ops, length, NULL) == SYNC_OK)
		must(sync_json_equal(*shown, now));
	sync_json_free(now);
}

static void patch_board(const char *doc, size_t doc_length, const char *ops, size_t length,
			unsigned flags)
{
	sync_apply_options options = { .flags = flags & 3, .roles = SYNC_SEE_PUBLIC };
	void *board = sync_box_new(&board_type), *replica;
	sync_track *track;
	sync_reader reader;
	board_setup();
	if (flags & 4)
		options.roles |= BOARD_ROLE;
	if (!sync_reader_init(&reader, doc, doc_length, NULL) ||
	    !board_type.ops->read(&board_type, &reader, board)) {
		sync_box_free(&board_type, board);
		return;
	}
	bool inexact = false;
	uint64_t sees = flags & 2 ? options.roles : ~(uint64_t)SYNC_SEE_LOCAL;
	struct cJSON *shown = seen(board, sees);
	options.inexact = &inexact;
	replica = sync_box_copy(&board_type, board);
	track = sync_track_new(&board_type, board);
	if (sync_track_apply(track, ops, length, &options, NULL) == SYNC_OK &&
	    sync_track_check(track, NULL) == SYNC_OK) {
		check_success(track, board, replica);
		if (!inexact)
			check_author(&shown, board, sees, ops, length);
		sync_track_commit(track);
	} else {
		sync_track_rollback(track);
		check_same(board, replica);
	}
	sync_json_free(shown);
	sync_track_free(track);
	sync_box_free(&board_type, board);
	sync_box_free(&board_type, replica);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data + 1, 0, size - 1) : NULL;
	if (!end)
		return 0;
	const char *doc = (const char *)data + 1, *ops = (const char *)end + 1;
	size_t doc_length = (size_t)(end - data - 1), length = size - doc_length - 2;
	if (data[0] & 8)
		patch_plain(doc, doc_length, ops, length);
	else
		patch_board(doc, doc_length, ops, length, data[0]);
	return 0;
}
