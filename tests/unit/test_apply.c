/* Typed patches: every operation on every kind of place, refusals, limits. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/patch.h>

#include "apply_row.h"
#include "board.h"
#include "fault.h"
#include "row.h"
#include "vary.h"

int test_apply(void);

/* ---- what works --------------------------------------------------------------------------- */

static void operations(void)
{
	static const struct apply_row rows[] = {
		{ "none", "{}", "", "{}", 0, NULL, NULL },
		{ "replace a leaf", "{}", REPLACE("/count", "5"), "{\"count\":5}", 0, NULL, NULL },
		{ "1.0 is an integer", "{}", REPLACE("/count", "1.0"), "{\"count\":1}", 0, NULL,
		  NULL },
		{ "add on a leaf replaces", "{}", ADD("/count", "5"), "{\"count\":5}", 0, NULL,
		  NULL },
		{ "add an absent one", "{}", ADD("/note", "\"n\""), "{\"note\":\"n\"}", 0, NULL,
		  NULL },
		{ "replace a present one", "{\"note\":\"a\"}", REPLACE("/note", "\"b\""),
		  "{\"note\":\"b\"}", 0, NULL, NULL },
		{ "remove it", "{\"note\":\"a\"}", REMOVE("/note"), "{}", 0, NULL, NULL },
		{ "null", "{\"both\":\"a\"}", REPLACE("/both", "null"), "{\"both\":null}", 0, NULL,
		  NULL },
		{ "replace null", "{\"both\":null}", REPLACE("/both", "\"x\""), "{\"both\":\"x\"}",
		  0, NULL, NULL },
		{ "remove null", "{\"both\":null}", REMOVE("/both"), "{}", 0, NULL, NULL },
		{ "null becomes a struct", "{\"owner\":null}", REPLACE("/owner", "{\"age\":3}"),
		  "{\"owner\":{\"age\":3}}", 0, NULL, NULL },
		{ "a struct becomes null", "{\"owner\":{\"age\":3}}", REPLACE("/owner", "null"),
		  "{\"owner\":null}", 0, NULL, NULL },
		{ "add a struct", "{}", ADD("/extra", "{\"name\":\"n\"}"),
		  "{\"extra\":{\"name\":\"n\"}}", 0, NULL, NULL },
		{ "add a struct over one", "{\"extra\":{\"name\":\"n\",\"age\":4}}",
		  ADD("/extra", "{\"name\":\"m\"}"), "{\"extra\":{\"name\":\"m\"}}", 0, NULL,
		  NULL },
		{ "inside a struct", "{}", REPLACE("/lead/age", "9"), "{\"lead\":{\"age\":9}}", 0,
		  NULL, NULL },
		{ "boxed", "{}",
		  ADD("/tree", "{\"name\":\"t\"}") "," ADD("/tree/left", "{\"name\":\"l\"}"),
		  "{\"tree\":{\"name\":\"t\",\"left\":{\"name\":\"l\"}}}", 0, NULL, NULL },
		{ "boxed, gone", "{\"tree\":{\"left\":{\"left\":{\"name\":\"x\"}}}}",
		  REMOVE("/tree/left/left"), "{\"tree\":{\"left\":{}}}", 0, NULL, NULL },
		{ "atomic", "{}", REPLACE("/spot", "{\"x\":1,\"y\":2}") "," REPLACE("/spot/x", "3"),
		  "{\"spot\":{\"x\":3,\"y\":2}}", 0, NULL, NULL },
		{ "the whole", "{\"count\":3,\"note\":\"n\"}", REPLACE("", "{\"level\":\"high\"}"),
		  "{\"level\":\"high\"}", 0, NULL, NULL },

		{ "list: add", CARDS(CARD("a")), ADD("/cards/0", CARD("b")),
		  CARDS(CARD("b") "," CARD("a")), 0, NULL, NULL },
		{ "list: add at the end", CARDS(CARD("a")), ADD("/cards/1", CARD("b")),
		  CARDS(CARD("a") "," CARD("b")), 0, NULL, NULL },
		{ "list: -", CARDS(CARD("a")), ADD("/cards/-", CARD("b")),
		  CARDS(CARD("a") "," CARD("b")), 0, NULL, NULL },
		{ "list: replace", CARDS(CARD("a") "," CARD("b")), REPLACE("/cards/1", CARD("c")),
		  CARDS(CARD("a") "," CARD("c")), 0, NULL, NULL },
		{ "list: remove", CARDS(CARD("a") "," CARD("b")), REMOVE("/cards/0"),
		  CARDS(CARD("b")), 0, NULL, NULL },
		{ "list: inside", CARDS(CARD("a")),
		  REPLACE("/cards/0/done", "true") "," ADD("/cards/0/due", "7") "," ADD(
			  "/cards/0/labels/-", "\"l\""),
		  "{\"cards\":[{\"id\":\"a\",\"done\":true,\"due\":7,\"labels\":[\"l\"]}]}", 0,
		  NULL, NULL },
		{ "list: move on", CARDS(CARD("a") "," CARD("b") "," CARD("c")),
		  MOVE("/cards/0", "/cards/2"), CARDS(CARD("b") "," CARD("c") "," CARD("a")), 0,
		  NULL, NULL },
		{ "list: move to the end", CARDS(CARD("a") "," CARD("b") "," CARD("c")),
		  MOVE("/cards/0", "/cards/-"), CARDS(CARD("b") "," CARD("c") "," CARD("a")), 0,
		  NULL, NULL },
		{ "list: move to itself", CARDS(CARD("a") "," CARD("b")),
		  MOVE("/cards/1", "/cards/1"), CARDS(CARD("a") "," CARD("b")), 0, NULL, NULL },
		{ "list: copy", CARDS(CARD("a")),
		  COPY("/cards/0", "/cards/0") "," REPLACE("/cards/0/id", "\"b\""),
		  CARDS(CARD("b") "," CARD("a")), 0, NULL, NULL },
		{ "list: replaced whole", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("b") "," CARD("c") "]"),
		  CARDS(CARD("b") "," CARD("c")), 0, NULL, NULL },
		{ "move between lists", "{\"cards\":[{\"id\":\"a\",\"text\":\"t\"}]}",
		  MOVE("/cards/0", "/lead/cards/0"),
		  "{\"lead\":{\"cards\":[{\"id\":\"a\",\"text\":\"t\"}]}}", 0, NULL, NULL },
		{ "words", "{\"words\":[\"a\",\"b\"]}",
		  REPLACE("/words/0", "\"x\"") "," ADD("/words/1", "\"y\"") "," REMOVE(
			  "/words/2") "," MOVE("/words/1", "/words/0"),
		  "{\"words\":[\"y\",\"x\"]}", 0, NULL, NULL },
		{ "list of lists", "{\"grid\":[[1,2],[3]]}",
		  ADD("/grid/1/0", "9") "," MOVE("/grid/0", "/grid/1") "," REPLACE("/grid/1/1",
										   "7"),
		  "{\"grid\":[[9,3],[1,7]]}", 0, NULL, NULL },
		{ "in place", "{\"small\":[1,2,3]}",
		  ADD("/small/0", "9") "," REPLACE("/small/1", "8") "," REMOVE("/small/2") "," MOVE(
			  "/small/0", "/small/2"),
		  "{\"small\":[8,3,9]}", 0, NULL, NULL },
		{ "set", "{\"tags\":[\"a\",\"b\"]}",
		  ADD("/tags/-", "\"c\"") "," REMOVE("/tags/0") "," REPLACE("/tags/0", "\"d\""),
		  "{\"tags\":[\"c\",\"d\"]}", 0, NULL, NULL },
		{ "map", "{\"scores\":{\"a\":1,\"b\":2}}",
		  ADD("/scores/c", "3") "," REMOVE("/scores/a") "," REPLACE("/scores/b", "5"),
		  "{\"scores\":{\"b\":5,\"c\":3}}", 0, NULL, NULL },
		{ "map: keys that are escaped", "{}",
		  ADD("/scores/a~1b~0", "1") "," ADD("/scores/", "2") "," ADD("/scores/-", "3"),
		  "{\"scores\":{\"a/b~\":1,\"\":2,\"-\":3}}", 0, NULL, NULL },
		{ "map: a number is a key", "{}",
		  ADD("/scores/0", "1") "," ADD("/scores/18446744073709551616", "2"),
		  "{\"scores\":{\"0\":1,\"18446744073709551616\":2}}", 0, NULL, NULL },
		{ "map of structs", "{\"people\":{\"p\":{\"age\":1}}}",
		  ADD("/people/q", "{\"age\":2}") "," REPLACE("/people/p/age", "3") "," MOVE(
			  "/people/q", "/people/r") "," COPY("/people/r", "/people/s"),
		  "{\"people\":{\"p\":{\"age\":3},\"r\":{\"age\":2},\"s\":{\"age\":2}}}", 0, NULL,
		  NULL },
		{ "table", "{}",
		  ADD(ROWS "/k", "{\"id\":\"k\",\"text\":\"t\"}") "," REPLACE(ROWS "/k/done",
									      "true"),
		  "{\"a/b~c\\\"d\":{\"k\":{\"id\":\"k\",\"text\":\"t\",\"done\":true}}}", 0, NULL,
		  NULL },
		{ "union inside", "{\"shape\":{\"type\":\"point\",\"x\":1}}",
		  REPLACE("/shape/y", "2"), "{\"shape\":{\"type\":\"point\",\"x\":1,\"y\":2}}", 0,
		  NULL, NULL },
		{ "union whole", "{\"shape\":{\"type\":\"point\",\"x\":1}}",
		  REPLACE("/shape", "{\"type\":\"card\",\"id\":\"i\"}"),
		  "{\"shape\":{\"type\":\"card\",\"id\":\"i\"}}", 0, NULL, NULL },
		{ "json: whole", "{}", REPLACE("/free", "{\"a\":[1]}"), "{\"free\":{\"a\":[1]}}", 0,
		  NULL, NULL },
		{ "json: inside", "{\"free\":{\"a\":[1,2]}}",
		  ADD("/free/a/-", "3") "," REMOVE("/free/a/0") "," MOVE(
			  "/free/a/0", "/free/b") "," COPY("/free/b",
							   "/free/a/-") "," TEST("/free/a/1", "2"),
		  "{\"free\":{\"a\":[3,2],\"b\":2}}", 0, NULL, NULL },
		{ "json: in and out", "{\"free\":{\"a\":7,\"b\":{\"age\":4}}}",
		  MOVE("/free/a", "/count") "," COPY("/free/b", "/lead") "," COPY(
			  "/count", "/free/c") "," MOVE("/lead/age", "/free/d"),
		  NULL, SYNC_INVALID, "/free/d", "operation 3: cannot be absent" },
		{ "json: null", "{\"free\":[1]}",
		  REPLACE("/free", "null") "," TEST("/free", "null") "," ADD("/free", "{}") "," ADD(
			  "/free/x", "null"),
		  "{\"free\":{\"x\":null}}", 0, NULL, NULL },
		{ "escaped in JSON", "{}",
		  "{\"\\u006fp\":\"add\",\"p\\u0061th\":\"\\/note\",\"value\":\"x\"}",
		  "{\"note\":\"x\"}", 0, NULL, NULL },
		{ "members of other standards", "{}",
		  "{\"meta\":{},\"value\":3,\"path\":\"/count\",\"op\":\"replace\"}",
		  "{\"count\":3}", 0, NULL, NULL },
		{ "text and counter", "{}", REPLACE("/body", "\"t\"") "," REPLACE("/views", "5"),
		  "{\"body\":\"t\",\"views\":5}", 0, NULL, NULL },
	};
	RUN(&board_type, rows, NULL);
}

static void tests(void)
{
	static const struct apply_row rows[] = {
		{ "leaf", "{\"count\":1}", TEST("/count", "1.0"), "{\"count\":1}", 0, NULL, NULL },
		{ "string with U+0000", "{\"body\":\"a\\u0000b\"}", TEST("/body", "\"a\\u0000b\""),
		  "{\"body\":\"a\\u0000b\"}", 0, NULL, NULL },
		{ "string that differs after U+0000", "{\"body\":\"a\\u0000b\"}",
		  TEST("/body", "\"a\\u0000c\""), NULL, SYNC_CONFLICT, "/body",
		  "operation 0: the test failed" },
		{ "order of members", "{\"spot\":{\"x\":1,\"y\":2}}",
		  TEST("/spot", "{\"y\":2,\"x\":1}"), "{\"spot\":{\"x\":1,\"y\":2}}", 0, NULL,
		  NULL },
		{ "a member too many", "{}", TEST("/spot", "{\"y\":0,\"x\":0,\"z\":0}"), NULL,
		  SYNC_CONFLICT, NULL, NULL },
		{ "a member too few", "{}", TEST("/spot", "{\"y\":0}"), NULL, SYNC_CONFLICT, NULL,
		  NULL },
		{ "absent", "{}", TEST("/note", "null"), NULL, SYNC_NOT_FOUND, "/note", NULL },
		{ "null", "{\"both\":null}", TEST("/both", "null"), "{\"both\":null}", 0, NULL,
		  NULL },
		{ "wrong type", "{}", TEST("/count", "\"0\""), NULL, SYNC_CONFLICT, NULL, NULL },
		{ "type of a union", "{\"shape\":{\"type\":\"point\"}}",
		  TEST("/shape/type", "\"point\""), "{\"shape\":{\"type\":\"point\"}}", 0, NULL,
		  NULL },
		{ "what was changed before", "{}", REPLACE("/count", "2") "," TEST("/count", "2"),
		  "{\"count\":2}", 0, NULL, NULL },
		{ "undoes what was before it", "{}", REPLACE("/count", "2") "," TEST("/count", "3"),
		  NULL, SYNC_CONFLICT, "/count", "operation 1: the test failed" },
	};
	RUN(&board_type, rows, NULL);
}

/* ---- what does not ------------------------------------------------------------------------ */

static void refusals(void)
{
	static const struct apply_row rows[] = {
		{ "no such member", "{}", ADD("/nothing", "1"), NULL, SYNC_NOT_FOUND, "/nothing",
		  "operation 0: there is no such thing" },
		{ "below a leaf", "{}", ADD("/count/x", "1"), NULL, SYNC_NOT_FOUND, "/count/x",
		  NULL },
		{ "below what is absent", "{}", REPLACE("/extra/age", "1"), NULL, SYNC_NOT_FOUND,
		  "/extra/age", NULL },
		{ "below null", "{\"owner\":null}", REPLACE("/owner/age", "1"), NULL,
		  SYNC_NOT_FOUND, "/owner/age", NULL },
		{ "replace of what is absent", "{}", REPLACE("/note", "\"n\""), NULL,
		  SYNC_NOT_FOUND, "/note", NULL },
		{ "remove of what is absent", "{}", REMOVE("/note"), NULL, SYNC_NOT_FOUND, "/note",
		  NULL },
		{ "remove of what must be", "{}", REMOVE("/count"), NULL, SYNC_INVALID, "/count",
		  "operation 0: cannot be absent" },
		{ "remove of all", "{}", REMOVE(""), NULL, SYNC_INVALID, "",
		  "operation 0: cannot be removed" },
		{ "null where it cannot be", "{}", REPLACE("/count", "null"), NULL, SYNC_INVALID,
		  "/count", NULL },
		{ "local", "{}", REPLACE("/cache", "\"x\""), NULL, SYNC_NOT_FOUND, "/cache", NULL },
		{ "range", "{}", REPLACE("/done", "true") "," REPLACE("/count", "101"), NULL,
		  SYNC_INVALID, "/count", NULL },
		{ "type", "{}", REPLACE("/count", "\"1\""), NULL, SYNC_INVALID, "/count",
		  "operation 0: expected a number, found a string" },
		{ "length", "{}", ADD("/note", "\"\""), NULL, SYNC_INVALID, "/note", NULL },
		{ "enum", "{}", REPLACE("/level", "\"huge\""), NULL, SYNC_INVALID, "/level", NULL },
		{ "deep inside a value", "{}",
		  ADD("/people/p", "{\"cards\":[{\"id\":\"a\"},{\"id\":\"b\",\"due\":\"x\"}]}"),
		  NULL, SYNC_INVALID, "/people/p/cards/1/due", NULL },
		{ "index past the end", CARDS(CARD("a")), ADD("/cards/2", CARD("b")), NULL,
		  SYNC_NOT_FOUND, "/cards/2", NULL },
		{ "index of 18446744073709551616", CARDS(CARD("a")),
		  REMOVE("/cards/18446744073709551616"), NULL, SYNC_NOT_FOUND, NULL, NULL },
		{ "index with a leading zero", CARDS(CARD("a")), REMOVE("/cards/00"), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "remove of the end", CARDS(CARD("a")), REMOVE("/cards/-"), NULL, SYNC_NOT_FOUND,
		  NULL, NULL },
		{ "move past the end", CARDS(CARD("a") "," CARD("b")), MOVE("/cards/0", "/cards/2"),
		  NULL, SYNC_NOT_FOUND, NULL, NULL },
		{ "move of nothing", CARDS(CARD("a")), MOVE("/cards/1", "/cards/0"), NULL,
		  SYNC_NOT_FOUND, NULL, "operation 0: nothing there to move" },
		{ "copy of nothing", "{}", COPY("/note", "/title"), NULL, SYNC_NOT_FOUND, NULL,
		  "operation 0: nothing there to copy" },
		{ "move into itself", "{\"tree\":{\"left\":{}}}",
		  MOVE("/tree/left", "/tree/left/left"), NULL, SYNC_INVALID, NULL,
		  "operation 0: moved into itself" },
		{ "move of what must be", "{}", MOVE("/title", "/note"), NULL, SYNC_INVALID, NULL,
		  "operation 0: cannot be absent" },
		{ "copy of another type", "{}", COPY("/lead", "/count"), NULL, SYNC_INVALID,
		  "/count", NULL },
		{ "the same key twice", CARDS(CARD("a")), ADD("/cards/-", CARD("a")), NULL,
		  SYNC_INVALID, NULL, NULL },
		{ "the same in a set", "{\"tags\":[\"a\"]}", ADD("/tags/-", "\"a\""), NULL,
		  SYNC_CONFLICT, NULL, "operation 0: is in the set already" },
		{ "replaced in a set by what it has", "{\"tags\":[\"a\",\"b\"]}",
		  REPLACE("/tags/0", "\"b\""), NULL, SYNC_CONFLICT, NULL, NULL },
		{ "more than fit in place", "{\"small\":[1,2,3,4,5,6,7,8]}", ADD("/small/-", "9"),
		  NULL, SYNC_INVALID, "/small/-", "operation 0: must be at most 8 elements" },
		{ "more labels than allowed",
		  "{\"cards\":[{\"id\":\"a\",\"labels\":[\"1\",\"2\",\"3\","
		  "\"4\",\"5\"]}]}",
		  ADD("/cards/0/labels/0", "\"6\""), NULL, SYNC_INVALID, NULL, NULL },
		{ "a row under another key", "{}", ADD(ROWS "/k", CARD("j")), NULL, SYNC_INVALID,
		  NULL, NULL },
		{ "a row's key", "{\"a/b~c\\\"d\":{\"k\":{\"id\":\"k\"}}}",
		  REPLACE(ROWS "/k/id", "\"j\""), NULL, SYNC_INVALID, NULL, NULL },
		{ "a new row's key", "{}",
		  ADD(ROWS "/k", CARD("k")) "," REPLACE(ROWS "/k/id", "\"j\""), NULL, SYNC_INVALID,
		  NULL, NULL },
		{ "type of a union alone", "{}", REPLACE("/shape/type", "\"card\""), NULL,
		  SYNC_INVALID, "/shape/type",
		  "operation 0: the type changes with the whole value" },
		{ "of another alternative", "{\"shape\":{\"type\":\"point\"}}",
		  REPLACE("/shape/text", "\"x\""), NULL, SYNC_NOT_FOUND, NULL, NULL },
		{ "json: nothing there", "{\"free\":{}}", REMOVE("/free/a"), NULL, SYNC_NOT_FOUND,
		  "/free/a", NULL },
		{ "json: U+0000", "{\"free\":{}}", ADD("/free/a", "[\"\\u0000\"]"), NULL,
		  SYNC_INVALID, "/free/a/0", "operation 0: U+0000 in a json value" },
		{ "member twice", "{}",
		  "{\"op\":\"remove\",\"op\":\"add\",\"path\":\"/count\",\"value\":1}", NULL,
		  SYNC_INVALID, "", NULL },
		{ "value's member twice", "{}", REPLACE("/spot", "{\"x\":1,\"x\":2}"), NULL,
		  SYNC_INVALID, "/spot/x", NULL },
		{ "not a pointer", "{}", REPLACE("count", "1"), NULL, SYNC_INVALID, "", NULL },
		{ "no JSON", "{}", REPLACE("/count", "1") ",x", NULL, SYNC_PARSE, "", NULL },
		{ "inc is not ours yet", "{}", "{\"op\":\"inc\",\"path\":\"/views\",\"by\":1}",
		  NULL, SYNC_INVALID, "", NULL },
	};
	RUN(&board_type, rows, NULL);
}

/* What was pending goes too: the tracker is as after the last commit. */
static void failure_takes_pending_changes_along(void)
{
	Board *board = apply_parsed(&board_type, "{\"count\":1}");
	sync_track *track = sync_track_new(&board_type, board);
	const char *ops = "[" REPLACE("/title", "\"x\"") "," REPLACE("/count", "1000") "]";
	int32_t two = 2;
	CU_ASSERT_EQUAL(sync_set_leaf(&board->node_, &board_field[BOARD_COUNT], BOARD_COUNT, &two),
			SYNC_OK);
	CU_ASSERT_EQUAL(sync_track_apply(track, ops, strlen(ops), NULL, NULL), SYNC_INVALID);
	CU_ASSERT_EQUAL(board->count, 1);
	CU_ASSERT_STRING_EQUAL(board->title, "Board");
	CU_ASSERT(!sync_track_pending(track));
	sync_track_free(track);
	sync_box_free(&board_type, board);
}

/* Replacing a whole list by what is mostly the same sends little, and keeps the elements. */
static void whole_values_touch_little(void)
{
	Board *board = apply_parsed(&board_type, CARDS(CARD("a") "," CARD("b") "," CARD("c")));
	sync_track *track = sync_track_new(&board_type, board);
	const char *ops = "[" REPLACE("/cards", "[" CARD("a") ",{\"id\":\"b\",\"done\":true}]") "]";
	const void *b = ((void **)board->cards.items)[1];
	sync_buf out = { 0 };
	CU_ASSERT_EQUAL(sync_track_apply(track, ops, strlen(ops), NULL, NULL), SYNC_OK);
	CU_ASSERT_PTR_EQUAL(((void **)board->cards.items)[1], b);
	CU_ASSERT_EQUAL(sync_track_ops(track, SYNC_SEE_PUBLIC, &out), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&out),
			       "[" REMOVE("/cards/2") "," REPLACE("/cards/1/done", "true") "]");
	sync_buf_release(&out);
	sync_track_free(track);
	sync_box_free(&board_type, board);
}

/* ---- limits ------------------------------------------------------------------------------- */

static sync_status repeated(Board *board, const char *op, int times,
			    const sync_apply_options *options)
{
	sync_buf ops = { 0 };
	for (int i = 0; i < times; i++) {
		sync_buf_byte(&ops, i ? ',' : '[');
		sync_buf_put(&ops, op, strlen(op));
	}
	sync_buf_byte(&ops, ']');
	sync_status status = sync_apply(&board_type, board, ops.data, ops.len, options, NULL);
	sync_buf_release(&ops);
	return status;
}

static void limits(void)
{
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	static const sync_apply_options few = { .max_ops = 3 };
	Board *board =
		apply_parsed(&board_type, "{\"free\":{\"a\":[\"some text to copy\"]},\"tree\":{}}");
	char *before = board_json(&board_type, board);
	CU_ASSERT_EQUAL(repeated(board, TEST("/count", "0"), 3, &few), SYNC_OK);
	CU_ASSERT_EQUAL(repeated(board, TEST("/count", "0"), 4, &few), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(repeated(board, TEST("/count", "0"), 4096, &client), SYNC_OK);
	CU_ASSERT_EQUAL(repeated(board, TEST("/count", "0"), 4097, &client), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(repeated(board, TEST("/count", "0"), 5000, NULL), SYNC_OK);
	/* each doubles what is there */
	CU_ASSERT_EQUAL(repeated(board, COPY("/free", "/free/b"), 80, NULL), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(repeated(board, COPY("/free/a", "/free/a/-"), 40, NULL), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(repeated(board, COPY("/tree", "/tree/children/-"), 40, NULL), SYNC_TOO_BIG);
	/* each makes it deeper */
	CU_ASSERT_EQUAL(
		repeated(board, ADD("/extra", "{}") "," COPY("/tree", "/tree/left"), 100, NULL),
		SYNC_TOO_BIG);
	char *after = board_json(&board_type, board);
	CU_ASSERT_STRING_EQUAL(before, after);
	sync_free(before);
	sync_free(after);
	sync_box_free(&board_type, board);
}

/* ---- memory, random ----------------------------------------------------------------------- */

static const char every_kind[] =
	"[" ADD("/cards/0", "{\"id\":\"n\",\"labels\":[\"a\",\"b\"]}") "," MOVE(
		"/cards/0",
		"/cards/1") "," COPY("/cards/0",
				     "/lead/cards/0") "," REPLACE("/free",
								  "{\"x\":[1]}") "," ADD("/free/y",
											 "[2]") "," MOVE("/free/y",
													 "/free/x/0") "," ADD("/tree", "{\"name\":\"t\"}") "," REPLACE("/shape", "{\"type\":\"card\",\"id\":\"q\"}") "," ADD("/scores/s", "4") "," ADD("/people/p", "{\"name\":\"n\"}") "," REPLACE("/people/p", "{\"age\":3}") "," ADD(ROWS
																																									"/k",
																																									CARD("k")) "," ADD("/tags/-",
																																											   "\"t\"") "," ADD("/note",
																																													    "\"n\"") "," TEST("/cards",
																																															      "[{\"id\":\"a\",\"text\":\"\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
																																															      "\"labels\":[]},{\"id\":\"n\",\"text\":\"\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
																																															      "\"labels\":[\"a\",\"b\"]}]") "," REPLACE("/cards",
																																																					"[" CARD(
																																																						"n") "]") "]";

static void failing_allocations(void)
{
	Board *board = apply_parsed(&board_type, CARDS(CARD("a")));
	char *before = board_json(&board_type, board);
	sync_status status = SYNC_OK;
	for (long n = 1; fault_next(n); n++) {
		sync_error error;
		void *copy = sync_box_copy(&board_type, board);
		status = SYNC_NOMEM;
		if (copy) {
			status = sync_apply(&board_type, copy, every_kind, strlen(every_kind), NULL,
					    &error);
			CU_ASSERT(status == SYNC_OK || status == SYNC_NOMEM);
			CU_ASSERT_EQUAL(status, error.code);
			if (status != SYNC_OK)
				CU_ASSERT(board_type.ops->equal(&board_type, copy, board));
		}
		sync_box_free(&board_type, copy);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	CU_ASSERT_EQUAL(status, SYNC_OK);
	char *after = board_json(&board_type, board);
	CU_ASSERT_STRING_EQUAL(before, after);
	sync_free(before);
	sync_free(after);
	sync_box_free(&board_type, board);
}

/* Random good patches with a bad end leave every byte as it was. */
static void failed_patches(void)
{
	seed dice = seed_start("apply");
	for (long n = seed_rounds(200); n > 0; n--) {
		uint64_t number = dice.state;
		void *a = sync_box_new(&board_type), *b;
		sync_buf ops = { 0 };
		CU_ASSERT(vary(&board_type, a, &dice, 40));
		b = sync_box_copy(&board_type, a);
		CU_ASSERT(vary(&board_type, b, &dice, 20));
		CU_ASSERT_EQUAL(sync_diff(&board_type, a, b, &ops), SYNC_OK);
		ops.len--;
		if (ops.len > 1)
			sync_buf_byte(&ops, ',');
		SYNC_BUF_LITERAL(&ops, TEST("/i8", "1000") "]");
		char *before = board_json(&board_type, a), *after;
		CU_ASSERT_EQUAL(sync_apply(&board_type, a, ops.data, ops.len, NULL, NULL),
				SYNC_CONFLICT);
		after = board_json(&board_type, a);
		if (strcmp(before, after) != 0)
			printf("FAILED SEED=%llu\n%.*s\n", (unsigned long long)number, (int)ops.len,
			       ops.data);
		CU_ASSERT_STRING_EQUAL(before, after);
		sync_free(before);
		sync_free(after);
		sync_buf_release(&ops);
		sync_box_free(&board_type, a);
		sync_box_free(&board_type, b);
	}
}

int test_apply(void)
{
	CU_pSuite suite = CU_add_suite("apply property", NULL, NULL);
	board_setup();
	return !suite || !CU_add_test(suite, "operations", operations) ||
	       !CU_add_test(suite, "tests", tests) || !CU_add_test(suite, "refusals", refusals) ||
	       !CU_add_test(suite, "failure_takes_pending_changes_along",
			    failure_takes_pending_changes_along) ||
	       !CU_add_test(suite, "whole_values_touch_little", whole_values_touch_little) ||
	       !CU_add_test(suite, "limits", limits) ||
	       !CU_add_test(suite, "failing_allocations", failing_allocations) ||
	       !CU_add_test(suite, "failed_patches", failed_patches);
}
