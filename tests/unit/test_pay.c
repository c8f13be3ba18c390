/* What clients pay for work that their patches make, and programs do not. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/patch.h>

#include "../../runtime/tree.h"
#include "apply_row.h"
#include "row.h"
#include "wire/board.h"

int test_pay(void);

enum { COUNT = 200, TEXT = 8000, LITTLE = 1000 };

static const struct pay_row {
	const char *name, *ops;
	bool anybody; /* pays: what is copied takes memory */
} rows[] = {
	{ "a set is emptied", REPLACE("/tags", "[]"), false },
	{ "a list is emptied", REPLACE("/notes", "[]"), false },
	{ "five are taken out of a set, by position",
	  REMOVE("/tags/0") "," REMOVE("/tags/0") "," REMOVE("/tags/0") "," REMOVE(
		  "/tags/0") "," REMOVE("/tags/0"),
	  false },
	{ "one is taken out of a set by value",
	  "{\"op\":\"remove\",\"path\":\"/tags/0\",\"value\":\"e7\"}," REMOVE("/tags/0") "," REMOVE(
		  "/tags/0") "," REMOVE("/tags/0"),
	  false },
	{ "one of a set becomes another, often",
	  REPLACE("/tags/0", "\"a\"") "," REPLACE("/tags/0", "\"b\"") "," REPLACE("/tags/0",
										  "\"c\""),
	  false },
	{ "five are put in front of a list",
	  ADD("/notes/0", "\"a\"") "," ADD("/notes/0", "\"b\"") "," ADD(
		  "/notes/0", "\"c\"") "," ADD("/notes/0", "\"d\""),
	  false },
	{ "four of a list move",
	  MOVE("/notes/0", "/notes/9") "," MOVE("/notes/0", "/notes/9") "," MOVE(
		  "/notes/0", "/notes/9") "," MOVE("/notes/9", "/notes/0"),
	  false },
	{ "a long text is edited", "{\"op\":\"text\",\"path\":\"/body\",\"delta\":[\"x\"]}",
	  false },
	{ "a list is copied", COPY("/notes", "/notes"), true },
	{ "a long text is copied", COPY("/body", "/body"), true },
	{ "a list is tested", TEST("/notes", "[]"), true },
};

/* A board with COUNT elements in its lists, and a long text. */
static void *full_board(void)
{
	sync_buf json = { 0 };
	static const char *const lists[] = { "{\"notes\":[", "],\"tags\":[" };
	for (int list = 0; list < 2; list++) {
		sync_buf_put(&json, lists[list], strlen(lists[list]));
		for (int i = 0; i < COUNT; i++) {
			char item[16];
			int length = snprintf(item, sizeof item, "%s\"e%d\"", i ? "," : "", i);
			sync_buf_put(&json, item, (size_t)length);
		}
	}
	SYNC_BUF_LITERAL(
		&json,
		"],\"cards\":[],\"counts\":{},\"views\":0,\"log\":[],\"open\":0,\"body\":\"");
	for (int i = 0; i < TEXT; i++)
		sync_buf_byte(&json, 'x');
	SYNC_BUF_LITERAL(&json, "\"}");
	sync_buf_byte(&json, '\0');
	void *board = apply_parsed(&wire_board_type, json.data);
	sync_buf_release(&json);
	return board;
}

/* What is left of `bytes`; *status: how it went. */
static size_t left_of(const struct pay_row *row, unsigned flags, size_t bytes, sync_status *status)
{
	struct tree_budget budget = { (size_t)1 << 22, bytes };
	const sync_apply_options options = { .flags = flags | SYNC_APPLY_EXTENDED,
					     .roles = SYNC_SEE_PUBLIC,
					     .budget = &budget };
	char ops[1024];
	int length = snprintf(ops, sizeof ops, "[%s]", row->ops);
	void *board = full_board(), *before = full_board();
	*status = sync_apply(&wire_board_type, board, ops, (size_t)length, &options, NULL);
	if (*status == SYNC_TOO_BIG)
		ROW(row->name, wire_board_type.ops->equal(&wire_board_type, board, before));
	sync_box_free(&wire_board_type, board);
	sync_box_free(&wire_board_type, before);
	return budget.bytes;
}

static void who_pays(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct pay_row *row = &rows[i];
		bool test = strstr(row->ops, "test") != NULL;
		sync_status client, program, rich;
		size_t left = left_of(row, SYNC_APPLY_CLIENT, LITTLE, &client);
		left_of(row, 0, LITTLE, &program);
		left_of(row, SYNC_APPLY_CLIENT, (size_t)1 << 24, &rich);
		bool good = client == SYNC_TOO_BIG && !left &&
			    program == (row->anybody ? SYNC_TOO_BIG : SYNC_OK) &&
			    rich == (test ? SYNC_CONFLICT : SYNC_OK);
		if (!ROW(row->name, good))
			printf("       client %s, program %s, with enough %s\n",
			       sync_status_name(client), sync_status_name(program),
			       sync_status_name(rich));
	}
}

int test_pay(void)
{
	CU_pSuite suite = CU_add_suite("pay", NULL, NULL);
	return !suite || !CU_add_test(suite, "who pays", who_pays);
}
