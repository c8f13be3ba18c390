/* Typed patches: every operation on every kind of place, refusals, rights, tolerance, limits. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/patch.h>

#include "board.h"
#include "fault.h"
#include "row.h"
#include "vary.h"

int test_apply(void);

#define ADD(path, value)     "{\"op\":\"add\",\"path\":\"" path "\",\"value\":" value "}"
#define REPLACE(path, value) "{\"op\":\"replace\",\"path\":\"" path "\",\"value\":" value "}"
#define REMOVE(path)	     "{\"op\":\"remove\",\"path\":\"" path "\"}"
#define TEST(path, value)    "{\"op\":\"test\",\"path\":\"" path "\",\"value\":" value "}"
#define MOVE(from, path)     "{\"op\":\"move\",\"from\":\"" from "\",\"path\":\"" path "\"}"
#define COPY(from, path)     "{\"op\":\"copy\",\"from\":\"" from "\",\"path\":\"" path "\"}"

static void *parsed(const sync_type *type, const char *json)
{
	sync_error error;
	void *value = sync_box_new(type);
	if (!board_parse(type, value, json, &error))
		printf("FAILED %s: %s: %s\n", json, error.pointer, error.message);
	return value;
}

/* One patch; on success `after` as JSON of a board, on failure code, pointer and message. */
struct row {
	const char *name, *before, *ops, *after;
	sync_status status;
	const char *pointer, *message;
};

static void run_row(const sync_type *type, const struct row *row, const sync_apply_options *options)
{
	void *value = parsed(type, row->before);
	char *was = board_json(type, value), *is;
	size_t length = strlen(row->ops);
	char *ops = malloc(length + 3);
	sync_error error = { 0 };
	bool good;
	snprintf(ops, length + 3, "[%s]", row->ops);
	sync_status status = sync_apply(type, value, ops, length + 2, options, &error);
	is = board_json(type, value);
	if (row->after) {
		void *after = parsed(type, row->after);
		good = status == SYNC_OK && type->ops->equal(type, value, after);
		sync_box_free(type, after);
	} else {
		good = status == row->status && error.code == status && strcmp(was, is) == 0 &&
		       (!row->pointer || strcmp(error.pointer, row->pointer) == 0) &&
		       (!row->message || strcmp(error.message, row->message) == 0);
	}
	if (!ROW(row->name, good))
		printf("       %s '%s' %s\n       %s\n", sync_status_name(status), error.pointer,
		       error.message, is);
	free(ops);
	sync_free(was);
	sync_free(is);
	sync_box_free(type, value);
}

#define RUN(type, rows, options)                                                                   \
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)                                  \
	run_row(type, &rows[i], options)

#define CARD(id)   "{\"id\":\"" id "\"}"
#define CARDS(ids) "{\"cards\":[" ids "]}"
#define ROWS	   "/a~1b~0c\\\"d"

/* ---- what works --------------------------------------------------------------------------- */

static void operations(void)
{
	static const struct row rows[] = {
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
	static const struct row rows[] = {
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
	static const struct row rows[] = {
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
	Board *board = parsed(&board_type, "{\"count\":1}");
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
	Board *board = parsed(&board_type, CARDS(CARD("a") "," CARD("b") "," CARD("c")));
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

/* ---- rights ------------------------------------------------------------------------------- */

/* The board with rights on some of its fields, and on a field of its cards. */
static sync_field rights_field[BOARD_FIELDS], rights_card_field[6];
static sync_type rights_type, rights_card, rights_list;

static void grant(unsigned index, uint64_t writers)
{
	rights_field[index].flags |= SYNC_FIELD_WRITE;
	rights_field[index].writers = writers;
}

static void make_rights(void)
{
	memcpy(rights_field, board_field, sizeof(rights_field));
	memcpy(rights_card_field, card_field, sizeof(rights_card_field));
	rights_type = board_type;
	rights_type.fields = rights_field;
	rights_card = card_type;
	rights_card.fields = rights_card_field;
	rights_list = card_list_type;
	rights_list.elem = &rights_card;
	grant(BOARD_TITLE, SYNC_SEE_PUBLIC);
	grant(BOARD_NOTE, SYNC_SEE_ROLE_0 << 1);
	grant(BOARD_WORDS, SYNC_SEE_PUBLIC);
	grant(BOARD_FREE, SYNC_SEE_PUBLIC);
	grant(BOARD_LEAD, SYNC_SEE_PUBLIC);
	grant(BOARD_SECRET, BOARD_ROLE);
	grant(BOARD_PEOPLE, SYNC_SEE_PUBLIC);
	grant(BOARD_SCORES, SYNC_SEE_PUBLIC);
	/* Cards as a whole are the server's; one of their fields is not. */
	rights_field[BOARD_CARDS].type = &rights_list;
	rights_card_field[CARD_DONE].flags |= SYNC_FIELD_WRITE;
	rights_card_field[CARD_DONE].writers = SYNC_SEE_PUBLIC;
	grant(BOARD_BIG, SYNC_SEE_PUBLIC);
	rights_field[BOARD_BIG].flags |= SYNC_FIELD_CONST;
	grant(BOARD_SAFE, SYNC_SEE_PUBLIC);
	rights_field[BOARD_SAFE].flags |= SYNC_FIELD_COMPUTED;
}

static void rights(void)
{
	static const struct row rows[] = {
		{ "writable", "{}", REPLACE("/title", "\"t\""), "{\"title\":\"t\"}", 0, NULL,
		  NULL },
		{ "covered", "{}", REPLACE("/lead/age", "3") "," ADD("/lead/cards/-", CARD("x")),
		  "{\"lead\":{\"age\":3,\"cards\":[{\"id\":\"x\"}]}}", 0, NULL, NULL },
		{ "covered: in a list", "{}", ADD("/words/-", "\"w\""), "{\"words\":[\"w\"]}", 0,
		  NULL, NULL },
		{ "covered: in a map", "{}", ADD("/people/p", "{}") "," ADD("/people/p/age", "1"),
		  "{\"people\":{\"p\":{\"age\":1}}}", 0, NULL, NULL },
		{ "covered: in json", "{\"free\":{}}", ADD("/free/x", "1"), "{\"free\":{\"x\":1}}",
		  0, NULL, NULL },
		{ "not writable", "{}", REPLACE("/count", "3"), NULL, SYNC_READONLY, "/count",
		  "operation 0: only the server writes this" },
		{ "not in this role", "{}", ADD("/note", "\"n\""), NULL, SYNC_READONLY, "/note",
		  NULL },
		{ "constant", "{}", REPLACE("/big", "\"3\""), NULL, SYNC_READONLY, "/big", NULL },
		{ "computed", "{}", REPLACE("/safe", "3"), NULL, SYNC_READONLY, "/safe", NULL },
		{ "hidden", "{}", REPLACE("/secret", "\"x\""), NULL, SYNC_NOT_FOUND, "/secret",
		  "operation 0: there is no such thing" },
		{ "hidden: like one that is not there", "{}", REPLACE("/sceret", "\"x\""), NULL,
		  SYNC_NOT_FOUND, "/sceret", "operation 0: there is no such thing" },
		{ "hidden: test", "{\"secret\":\"s\"}", TEST("/secret", "\"s\""), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "hidden: copy", "{\"secret\":\"s\"}", COPY("/secret", "/title"), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "hidden: move", "{\"secret\":\"s\"}", MOVE("/secret", "/title"), NULL,
		  SYNC_NOT_FOUND, NULL, NULL },
		{ "only part of it", CARDS(CARD("a")), REPLACE("/cards/0/done", "true"),
		  "{\"cards\":[{\"id\":\"a\",\"done\":true}]}", 0, NULL, NULL },
		{ "not the rest of it", CARDS(CARD("a")), REPLACE("/cards/0/text", "\"x\""), NULL,
		  SYNC_READONLY, NULL, NULL },
		{ "not a new one", "{}", ADD("/cards/0", CARD("a")), NULL, SYNC_READONLY, NULL,
		  NULL },
		{ "not its removal", CARDS(CARD("a")), REMOVE("/cards/0"), NULL, SYNC_READONLY,
		  NULL, NULL },
		{ "not its place", CARDS(CARD("a") "," CARD("b")), MOVE("/cards/0", "/cards/1"),
		  NULL, SYNC_READONLY, NULL, NULL },
		{ "given again whole, changed where allowed", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") ",{\"id\":\"b\",\"done\":true}]"),
		  "{\"cards\":[{\"id\":\"a\"},{\"id\":\"b\",\"done\":true}]}", 0, NULL, NULL },
		{ "given again whole, changed where not", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") ",{\"id\":\"b\",\"text\":\"x\"}]"), NULL,
		  SYNC_READONLY, NULL, NULL },
		{ "given again whole, one less", CARDS(CARD("a") "," CARD("b")),
		  REPLACE("/cards", "[" CARD("a") "]"), NULL, SYNC_READONLY, NULL, NULL },
		{ "move from what is not writable", "{\"note\":\"n\"}", MOVE("/note", "/title"),
		  NULL, SYNC_READONLY, NULL, NULL },
	};
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	RUN(&rights_type, rows, &client);
}

static void rights_of_roles(void)
{
	static const struct row rows[] = {
		{ "seen and written", "{}", REPLACE("/secret", "\"x\"") "," ADD("/note", "\"n\""),
		  "{\"secret\":\"x\",\"note\":\"n\"}", 0, NULL, NULL },
		{ "constant all the same", "{}", REPLACE("/big", "\"3\""), NULL, SYNC_READONLY,
		  "/big", NULL },
	};
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC | BOARD_ROLE |
							    SYNC_SEE_ROLE_0 << 1 };
	RUN(&rights_type, rows, &client);
}

/* A client gives the whole state back: what it does not see or may not set stays as it is. */
static void whole_state_from_a_client(void)
{
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	Board *board = parsed(&rights_type, "{\"title\":\"a\",\"secret\":\"s\",\"safe\":4}");
	sync_writer writer;
	sync_buf ops = { 0 };
	sync_error error;
	sync_str_assign(&board->cache, "kept");
	sync_writer_init(&writer);
	writer.sees = SYNC_SEE_PUBLIC;
	rights_type.ops->write(&rights_type, &writer, board);
	char *title = strstr(sync_buf_cstr(&writer.out), "\"title\":\"a\"");
	CU_ASSERT_FATAL(title != NULL);
	title[9] = 'b';
	SYNC_BUF_LITERAL(&ops, "[{\"op\":\"replace\",\"path\":\"\",\"value\":");
	sync_buf_put(&ops, writer.out.data, writer.out.len);
	SYNC_BUF_LITERAL(&ops, "}]");
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, ops.data, ops.len, &client, &error),
			SYNC_OK);
	CU_ASSERT_STRING_EQUAL(board->title, "b");
	CU_ASSERT_STRING_EQUAL(board->secret, "s");
	CU_ASSERT_STRING_EQUAL(board->cache, "kept");
	CU_ASSERT_EQUAL(board->safe, 4);
	sync_buf_release(&writer.out);
	sync_buf_release(&ops);
	sync_box_free(&rights_type, board);
}

/* What is hidden does not come to light in a json value, and cannot be set in a new value either.
 */
static void hidden_fields_stay_hidden(void)
{
	static const sync_apply_options client = { .flags = SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	const char *copy = "[" COPY("", "/free/x") "]";
	const char *set = "[" ADD("/lead/cards/0", "{\"id\":\"a\",\"text\":\"x\"}") "]";
	Board *board = parsed(&rights_type, "{\"secret\":\"hush\",\"free\":{}}");
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, copy, strlen(copy), &client, NULL),
			SYNC_OK);
	char *json = board_json(board_field[BOARD_FREE].type, &board->free);
	CU_ASSERT(strstr(json, "title") && !strstr(json, "hush"));
	sync_free(json);
	CU_ASSERT_EQUAL(sync_apply(&rights_type, board, set, strlen(set), &client, NULL), SYNC_OK);
	sync_box_free(&rights_type, board);
}

/* ---- tolerance ---------------------------------------------------------------------------- */

static void tolerance(void)
{
	static const struct row rows[] = {
		{ "replace without value removes", "{\"note\":\"n\"}",
		  "{\"op\":\"replace\",\"path\":\"/note\"}", "{}", 0, NULL, NULL },
		{ "/ is the root", "{\"count\":3}", REPLACE("/", "{\"count\":4}"), "{\"count\":4}",
		  0, NULL, NULL },
		{ "remove of what is absent", "{}",
		  REMOVE("/note") "," REMOVE("/scores/x") "," REMOVE("/extra/age"), "{}", 0, NULL,
		  NULL },
		{ "replace of what is absent", "{}",
		  REPLACE("/note", "\"n\"") "," REPLACE("/scores/x", "1"),
		  "{\"note\":\"n\",\"scores\":{\"x\":1}}", 0, NULL, NULL },
		{ "length",
		  "{\"words\":[\"a\",\"b\",\"c\"],\"small\":[1,2,3],\"tags\":[\"a\",\"b\"]}",
		  REPLACE("/words/length", "1") "," REPLACE("/small/length",
							    "0") "," REPLACE("/tags/length", "1"),
		  "{\"words\":[\"a\"],\"tags\":[\"a\"]}", 0, NULL, NULL },
		{ "length cannot grow", "{\"words\":[\"a\"]}", REPLACE("/words/length", "2"), NULL,
		  SYNC_INVALID, NULL, NULL },
		{ "push as an index", "{\"words\":[\"a\"]}", ADD("/words/1", "\"b\""),
		  "{\"words\":[\"a\",\"b\"]}", 0, NULL, NULL },
		{ "unescaped member", "{}", ADD("/a/b~c\\\"d/k", CARD("k")),
		  "{\"a/b~c\\\"d\":{\"k\":{\"id\":\"k\"}}}", 0, NULL, NULL },
		{ "unescaped key of a leaf", "{\"scores\":{\"a/b\":1}}",
		  REPLACE("/scores/a/b", "2") "," ADD("/scores/c/d~e", "3"),
		  "{\"scores\":{\"a/b\":2,\"c/d~e\":3}}", 0, NULL, NULL },
		{ "unescaped key of a struct", "{\"people\":{\"a/b\":{},\"a\":{}}}",
		  REPLACE("/people/a/b/age", "2") "," REPLACE("/people/a/age", "3") "," ADD(
			  "/people/c/d", "{\"age\":4}"),
		  "{\"people\":{\"a/b\":{\"age\":2},\"a\":{\"age\":3},\"c/d\":{\"age\":4}}}", 0,
		  NULL, NULL },
		{ "unescaped key of a leaf beside a shorter one",
		  "{\"scores\":{\"a\":1,\"a/b\":1}}",
		  REPLACE("/scores/a/b", "2") "," REPLACE("/scores/a", "3") "," ADD("/scores/a/c",
										    "4"),
		  "{\"scores\":{\"a\":3,\"a/b\":2,\"a/c\":4}}", 0, NULL, NULL },
		{ "unescaped key of a struct, alone", "{\"people\":{\"a/b\":{}}}",
		  REPLACE("/people/a/b/age", "2") "," ADD("/people/c/d", "{\"age\":4}"),
		  "{\"people\":{\"a/b\":{\"age\":2},\"c/d\":{\"age\":4}}}", 0, NULL, NULL },
		{ "escaped ones too", "{\"scores\":{\"a/b\":1}}", REPLACE("/scores/a~1b", "2"),
		  "{\"scores\":{\"a/b\":2}}", 0, NULL, NULL },
		{ "json", "{\"free\":{\"a\":1}}",
		  "{\"op\":\"replace\",\"path\":\"/free/a\"}," REPLACE("/free/b",
								       "1") "," REMOVE("/free/c"),
		  "{\"free\":{\"b\":1}}", 0, NULL, NULL },
		{ "json: length", "{\"free\":{\"a\":[1,2,3],\"o\":{}}}",
		  REPLACE("/free/a/length", "1") "," REPLACE("/free/o/length", "5"),
		  "{\"free\":{\"a\":[1],\"o\":{\"length\":5}}}", 0, NULL, NULL },
		{ "json: length cannot grow", "{\"free\":[]}", REPLACE("/free/length", "1"), NULL,
		  SYNC_INVALID, NULL, NULL },
		{ "paths that are arrays", "{\"words\":[\"a\"],\"scores\":{\"a/b~\":1}}",
		  "{\"op\":\"add\",\"path\":[\"words\",1],\"value\":\"b\"},"
		  "{\"path\":[\"scores\",\"a/b~\"],\"value\":2,\"op\":\"replace\"},"
		  "{\"op\":\"replace\",\"path\":[ \"count\" ],\"value\":3},"
		  "{\"op\":\"replace\",\"path\":[\"free\"],\"value\":[{}]},"
		  "{\"op\":\"add\",\"path\":[\"free\",0,\"x\"],\"value\":1},"
		  "{\"op\":\"move\",\"from\":[\"words\",0],\"path\":[\"words\",\"-\"]}",
		  "{\"words\":[\"b\",\"a\"],\"scores\":{\"a/"
		  "b~\":2},\"count\":3,\"free\":[{\"x\":1}]}",
		  0, NULL, NULL },
		{ "a step is one key", "{\"scores\":{\"a/b\":1}}",
		  "{\"op\":\"replace\",\"path\":[\"scores\",\"a\",\"b\"],\"value\":2}", NULL,
		  SYNC_NOT_FOUND, "/scores/a/b", NULL },
		{ "an array without steps is the root", "{\"count\":3}",
		  "{\"op\":\"replace\",\"path\":[],\"value\":{\"count\":4}}", "{\"count\":4}", 0,
		  NULL, NULL },
		{ "steps that are none", "{\"words\":[\"a\"]}",
		  "{\"op\":\"replace\",\"path\":[\"words\",null],\"value\":\"b\"}", NULL,
		  SYNC_NOT_FOUND, "/words/null", NULL },
		{ "steps that lead nowhere", "{\"words\":[\"a\"]}",
		  "{\"op\":\"replace\",\"path\":[\"words\",[0]],\"value\":\"b\"}", NULL,
		  SYNC_NOT_FOUND, "/words/[0]", NULL },
		{ "what is wrong stays wrong", "{}", REPLACE("/count", "1000"), NULL, SYNC_INVALID,
		  NULL, NULL },
	};
	static const sync_apply_options tolerant = { .flags = SYNC_APPLY_TOLERANT };
	RUN(&board_type, rows, &tolerant);
}

/* A path that is an array is as long as one that is not. */
static void too_many_steps(void)
{
	static const sync_apply_options tolerant = { .flags = SYNC_APPLY_TOLERANT };
	static char ops[12000];
	Board *board = parsed(&board_type, "{}");
	for (size_t step = 1; step <= 5000; step += step < 10 ? 1 : 1000) {
		int length = snprintf(ops, sizeof ops, "[{\"op\":\"add\",\"path\":[\"%*s\"",
				      (int)step, "");
		for (size_t i = 0; i < step && i < 80; i++)
			length += snprintf(ops + length, sizeof ops - (size_t)length, ",\"~~//\"");
		length += snprintf(ops + length, sizeof ops - (size_t)length, "],\"value\":1}]");
		sync_status status =
			sync_apply(&board_type, board, ops, (size_t)length, &tolerant, NULL);
		CU_ASSERT(status == (step < 80 ? SYNC_NOT_FOUND : SYNC_TOO_BIG));
	}
	sync_box_free(&board_type, board);
}

/* Has the author of a patch what it made of the value? */
static const struct {
	const char *name, *before, *ops;
	bool exact;
} authors[] = {
	{ "nothing", "{}", "", true },
	{ "a number", "{}", REPLACE("/count", "3"), true },
	{ "a number in other words", "{}", REPLACE("/count", "3.0"), true },
	{ "a text in other words", "{}", ADD("/words/0", "\"\\u00e9\\/\""), true },
	{ "a member twice", "{}", REPLACE("/count", "3") "," REPLACE("/count", "4"), true },
	{ "back again", "{\"count\":3}", REPLACE("/count", "4") "," REPLACE("/count", "3"), true },
	{ "what Immer says to take the first away", "{\"words\":[\"a\",\"b\",\"c\"]}",
	  REPLACE("/words/0", "\"b\"") "," REPLACE("/words/1", "\"c\"") "," REMOVE("/words/2"),
	  true },
	{ "the same with a length", "{\"words\":[\"a\",\"b\"]}",
	  REPLACE("/words/0", "\"b\"") "," REPLACE("/words/length", "1"), true },
	{ "a struct", "{}", ADD("/cards/0", CARD("a")), false }, /* defaults are filled in */
	{ "a whole struct", "{}",
	  ADD("/cards/0", "{\"id\":\"a\",\"text\":\"t\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
			  "\"labels\":[]}"),
	  true },
	{ "a member that nobody knows", "{}",
	  ADD("/cards/0", "{\"id\":\"a\",\"text\":\"t\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
			  "\"labels\":[],\"z\":1}"),
	  false },
	{ "at the end of a set", "{\"tags\":[\"a\"]}", ADD("/tags/1", "\"b\""), true },
	{ "in front of a set", "{\"tags\":[\"a\"]}", ADD("/tags/0", "\"b\""), false },
	{ "in place of the last of a set", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags/1", "\"c\""),
	  true },
	{ "in place of the first of a set", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags/0", "\"c\""),
	  false },
	{ "out of a set", "{\"tags\":[\"a\",\"b\"]}", REMOVE("/tags/0"), true },
	{ "a set in another order", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags", "[\"b\",\"a\"]"),
	  false },
	{ "a set that grows", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags", "[\"a\",\"b\",\"c\"]"),
	  true },
	{ "a map in another order", "{\"scores\":{\"a\":1,\"b\":2}}",
	  REPLACE("/scores", "{\"b\":2,\"a\":1}"), true },
	{ "a hole", "{\"words\":[\"a\",\"b\"]}", "{\"op\":\"replace\",\"path\":\"/words/0\"}",
	  false },
	{ "a key that may be meant in two ways", "{}", ADD("/scores/a~1b", "1"), false },
	{ "a key that may not", "{}",
	  "{\"op\":\"add\",\"path\":[\"scores\",\"a/b~1\"],\"value\":1}", true },
	{ "a key that is joined", "{\"scores\":{\"a\":1}}", ADD("/scores/a/b", "1"), true },
	{ "a json value", "{\"free\":{}}", ADD("/free/a", "[1,2]") "," REMOVE("/free/a/0"), true },
};

static void what_authors_have(void)
{
	for (size_t i = 0; i < sizeof authors / sizeof *authors; i++) {
		bool inexact = false;
		char ops[1024];
		sync_error error;
		sync_apply_options options = { .flags = SYNC_APPLY_TOLERANT, .inexact = &inexact };
		Board *board = parsed(&board_type, authors[i].before);
		int length = snprintf(ops, sizeof ops, "[%s]", authors[i].ops);
		sync_status status =
			sync_apply(&board_type, board, ops, (size_t)length, &options, &error);
		if (!ROW(authors[i].name, status == SYNC_OK))
			printf("%s at %s\n", error.message, error.pointer);
		ROW(authors[i].name, inexact == !authors[i].exact);
		sync_box_free(&board_type, board);
	}
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
		parsed(&board_type, "{\"free\":{\"a\":[\"some text to copy\"]},\"tree\":{}}");
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
	Board *board = parsed(&board_type, CARDS(CARD("a")));
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
	make_rights();
	return !suite || !CU_add_test(suite, "operations", operations) ||
	       !CU_add_test(suite, "tests", tests) || !CU_add_test(suite, "refusals", refusals) ||
	       !CU_add_test(suite, "failure_takes_pending_changes_along",
			    failure_takes_pending_changes_along) ||
	       !CU_add_test(suite, "whole_values_touch_little", whole_values_touch_little) ||
	       !CU_add_test(suite, "rights", rights) ||
	       !CU_add_test(suite, "rights_of_roles", rights_of_roles) ||
	       !CU_add_test(suite, "whole_state_from_a_client", whole_state_from_a_client) ||
	       !CU_add_test(suite, "hidden_fields_stay_hidden", hidden_fields_stay_hidden) ||
	       !CU_add_test(suite, "tolerance", tolerance) ||
	       !CU_add_test(suite, "too_many_steps", too_many_steps) ||
	       !CU_add_test(suite, "what_authors_have", what_authors_have) ||
	       !CU_add_test(suite, "limits", limits) ||
	       !CU_add_test(suite, "failing_allocations", failing_allocations) ||
	       !CU_add_test(suite, "failed_patches", failed_patches);
}
