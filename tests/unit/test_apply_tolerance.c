/* Patches as other libraries write them, and whether their author has what came of them. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

#include "apply_row.h"
#include "board.h"
#include "row.h"

int test_apply_tolerance(void);

static void tolerance(void)
{
	static const struct apply_row rows[] = {
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
	Board *board = apply_parsed(&board_type, "{}");
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
	{ "in front of a set", "{\"tags\":[\"a\"]}", ADD("/tags/0", "\"b\""), true },
	{ "in place of the last of a set", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags/1", "\"c\""),
	  true },
	{ "in place of the first of a set", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags/0", "\"c\""),
	  true },
	{ "a set that Immer turned", "{\"tags\":[\"a\",\"b\",\"c\"]}",
	  REPLACE("/tags/0", "\"c\"") "," REPLACE("/tags/2", "\"a\""), true },
	{ "the first of a set, as Immer says it", "{\"tags\":[\"a\",\"b\",\"c\"]}",
	  REPLACE("/tags/0", "\"b\"") "," REPLACE("/tags/1", "\"c\"") "," REMOVE("/tags/2"), true },
	{ "in front of a set, as Immer says it", "{\"tags\":[\"a\",\"b\"]}",
	  REPLACE("/tags/0", "\"c\"") "," REPLACE("/tags/1", "\"a\"") "," ADD("/tags/2", "\"b\""),
	  true },
	{ "out of a set", "{\"tags\":[\"a\",\"b\"]}", REMOVE("/tags/0"), true },
	{ "a set in another order", "{\"tags\":[\"a\",\"b\"]}", REPLACE("/tags", "[\"b\",\"a\"]"),
	  true },
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
		Board *board = apply_parsed(&board_type, authors[i].before);
		int length = snprintf(ops, sizeof ops, "[%s]", authors[i].ops);
		sync_status status =
			sync_apply(&board_type, board, ops, (size_t)length, &options, &error);
		if (!ROW(authors[i].name, status == SYNC_OK))
			printf("%s at %s\n", error.message, error.pointer);
		ROW(authors[i].name, inexact == !authors[i].exact);
		sync_box_free(&board_type, board);
	}
}

int test_apply_tolerance(void)
{
	CU_pSuite suite = CU_add_suite("apply tolerance property", NULL, NULL);
	board_setup();
	return !suite || !CU_add_test(suite, "tolerance", tolerance) ||
	       !CU_add_test(suite, "too_many_steps", too_many_steps) ||
	       !CU_add_test(suite, "what_authors_have", what_authors_have);
}
