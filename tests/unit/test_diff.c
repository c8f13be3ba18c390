/* diff and assign: what they write down, and that it is enough. */
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

int test_diff(void);

static void *parsed(const sync_type *type, const char *json)
{
	sync_error error;
	void *value = sync_box_new(type);
	if (!board_parse(type, value, json, &error))
		printf("FAILED %s: %s: %s\n", json, error.pointer, error.message);
	return value;
}

/* ---- rows --------------------------------------------------------------------------------- */

#define CARDS(ids) "{\"cards\":[" ids "]}"
#define C(id)	   "{\"id\":\"" id "\",\"text\":\"some text that is worth keeping\"}"

static void written(void)
{
	static const struct {
		const char *name, *before, *after, *ops;
	} rows[] = {
		{ "nothing", "{}", "{}", "[]" },
		{ "leaf", "{}", "{\"count\":7}",
		  "[{\"op\":\"replace\",\"path\":\"/count\",\"value\":7}]" },
		{ "present", "{}", "{\"note\":\"n\"}",
		  "[{\"op\":\"add\",\"path\":\"/note\",\"value\":\"n\"}]" },
		{ "absent", "{\"note\":\"n\"}", "{}", "[{\"op\":\"remove\",\"path\":\"/note\"}]" },
		{ "to null", "{\"both\":\"x\"}", "{\"both\":null}",
		  "[{\"op\":\"replace\",\"path\":\"/both\",\"value\":null}]" },
		{ "absent to null", "{}", "{\"both\":null}",
		  "[{\"op\":\"add\",\"path\":\"/both\",\"value\":null}]" },
		{ "null to absent", "{\"both\":null}", "{}",
		  "[{\"op\":\"remove\",\"path\":\"/both\"}]" },
		{ "from null", "{\"owner\":null}", "{\"owner\":{\"name\":\"n\"}}",
		  "[{\"op\":\"replace\",\"path\":\"/owner\","
		  "\"value\":{\"name\":\"n\",\"age\":0,\"cards\":[]}}]" },
		{ "inside", "{\"lead\":{\"age\":1}}", "{\"lead\":{\"age\":2}}",
		  "[{\"op\":\"replace\",\"path\":\"/lead/age\",\"value\":2}]" },
		{ "atomic", "{\"spot\":{\"x\":1,\"y\":2}}", "{\"spot\":{\"x\":1,\"y\":3}}",
		  "[{\"op\":\"replace\",\"path\":\"/spot\",\"value\":{\"x\":1,\"y\":3}}]" },
		{ "local is left out", "{\"cache\":\"a\"}", "{\"cache\":\"b\"}", "[]" },
		{ "open enum", "{\"mood\":\"glad\"}", "{\"mood\":\"new\"}",
		  "[{\"op\":\"replace\",\"path\":\"/mood\",\"value\":\"new\"}]" },
		{ "union inside", "{\"shape\":{\"type\":\"point\",\"x\":1}}",
		  "{\"shape\":{\"type\":\"point\",\"x\":2}}",
		  "[{\"op\":\"replace\",\"path\":\"/shape/x\",\"value\":2}]" },
		{ "union tag", "{\"shape\":{\"type\":\"card\",\"id\":\"c\"}}",
		  "{\"shape\":{\"type\":\"point\",\"x\":2}}",
		  "[{\"op\":\"replace\",\"path\":\"/shape\","
		  "\"value\":{\"type\":\"point\",\"x\":2,\"y\":0}}]" },
		{ "insert at the head", CARDS(C("b") "," C("c")),
		  CARDS(C("a") "," C("b") "," C("c")),
		  "[{\"op\":\"add\",\"path\":\"/cards/0\",\"value\":{\"id\":\"a\",\"text\":\"some "
		  "text that is worth keeping\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
		  "\"labels\":[]}}]" },
		{ "delete in the middle", CARDS(C("a") "," C("b") "," C("c")),
		  CARDS(C("a") "," C("c")), "[{\"op\":\"remove\",\"path\":\"/cards/1\"}]" },
		{ "move to the end", CARDS(C("a") "," C("b") "," C("c") "," C("d")),
		  CARDS(C("b") "," C("c") "," C("d") "," C("a")),
		  "[{\"op\":\"move\",\"path\":\"/cards/3\",\"from\":\"/cards/0\"}]" },
		{ "move to the front", CARDS(C("a") "," C("b") "," C("c") "," C("d")),
		  CARDS(C("d") "," C("a") "," C("b") "," C("c")),
		  "[{\"op\":\"move\",\"path\":\"/cards/0\",\"from\":\"/cards/3\"}]" },
		{ "remove from the end, then add, then replace",
		  CARDS(C("a") "," C("b") "," C("c") "," C("d")),
		  CARDS(C("x") ","
			       "{\"id\":\"b\",\"text\":\"other\"}"),
		  "[{\"op\":\"replace\",\"path\":\"/"
		  "cards\",\"value\":[{\"id\":\"x\",\"text\":\"some "
		  "text that is worth keeping\",\"done\":false,\"at\":{\"x\":0,\"y\":0},"
		  "\"labels\":[]},{\"id\":\"b\",\"text\":\"other\",\"done\":false,\"at\":{\"x\":0,"
		  "\"y\":0},\"labels\":[]}]}]" },
		{ "words: ends are trimmed", "{\"words\":[\"one\",\"two\",\"three\"]}",
		  "{\"words\":[\"one\",\"2\",\"three\"]}",
		  "[{\"op\":\"replace\",\"path\":\"/words/1\",\"value\":\"2\"}]" },
		{ "words: two far apart",
		  "{\"words\":[\"aaaaaaaaaa\",\"bbbbbbbbbbb\",\"cccccccccc\",\"dddddddddd\","
		  "\"eeeeeeeeee\",\"ffffffffff\",\"gggggggggg\",\"hhhhhhhhhhhh\"]}",
		  "{\"words\":[\"bbbbbbbbbbb\",\"cccccccccc\",\"dddddddddd\","
		  "\"eeeeeeeeee\",\"ffffffffff\",\"gggggggggg\",\"hhhhhhhhhhhh\",\"i\"]}",
		  "[{\"op\":\"remove\",\"path\":\"/words/0\"},"
		  "{\"op\":\"add\",\"path\":\"/words/7\",\"value\":\"i\"}]" },
		{ "in place of many", "{\"small\":[1,2,3,4,5]}", "{\"small\":[5,4,3,2,1]}",
		  "[{\"op\":\"replace\",\"path\":\"/small\",\"value\":[5,4,3,2,1]}]" },
		{ "set", "{\"tags\":[\"some tag\",\"another tag\",\"third\"]}",
		  "{\"tags\":[\"third\",\"some tag\",\"new\"]}",
		  "[{\"op\":\"replace\",\"path\":\"/tags\","
		  "\"value\":[\"third\",\"some tag\",\"new\"]}]" },
		{ "set: one more", "{\"numbers\":[3,1,2]}", "{\"numbers\":[1,2,3,4]}",
		  "[{\"op\":\"add\",\"path\":\"/numbers/3\",\"value\":4}]" },
		{ "map: escaped key", "{\"scores\":{\"a/b~\\\"\":1,\"x\":2}}",
		  "{\"scores\":{\"x\":2,\"a/b~\\\"\":9}}",
		  "[{\"op\":\"replace\",\"path\":\"/scores/a~1b~0\\\"\",\"value\":9}]" },
		{ "map: gone and new",
		  "{\"scores\":{\"only\":1,\"a\":1,\"b\":2,\"c\":3,\"d\":4,"
		  "\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13}}",
		  "{\"scores\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,"
		  "\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,\"n\":1}}",
		  "[{\"op\":\"remove\",\"path\":\"/scores/only\"},"
		  "{\"op\":\"add\",\"path\":\"/scores/n\",\"value\":1}]" },
		{ "table", "{\"a/b~c\\\"d\":{\"k\":{\"id\":\"k\"}}}",
		  "{\"a/b~c\\\"d\":{\"k\":{\"id\":\"k\",\"done\":true}}}",
		  "[{\"op\":\"replace\",\"path\":\"/a~1b~0c\\\"d/k/done\",\"value\":true}]" },
		{ "json: inside",
		  "{\"free\":{\"a\":{\"b\":[1,2,3]},\"long\":\"a long string here\"}}",
		  "{\"free\":{\"a\":{\"b\":[1,5,3]},\"long\":\"a long string here\"}}",
		  "[{\"op\":\"replace\",\"path\":\"/free/a/b/1\",\"value\":5}]" },
		{ "json: whole", "{\"free\":{\"a\":1,\"b\":2}}", "{\"free\":{\"c\":1}}",
		  "[{\"op\":\"replace\",\"path\":\"/free\",\"value\":{\"c\":1}}]" },
		{ "json: null", "{\"free\":[1]}", "{\"free\":null}",
		  "[{\"op\":\"replace\",\"path\":\"/free\",\"value\":null}]" },
		{ "boxed", "{\"tree\":{\"name\":\"t\"}}", "{\"tree\":{\"name\":\"u\"}}",
		  "[{\"op\":\"replace\",\"path\":\"/tree/name\",\"value\":\"u\"}]" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *before = parsed(&board_type, rows[i].before);
		void *after = parsed(&board_type, rows[i].after);
		sync_buf ops = { 0 };
		CU_ASSERT_EQUAL(sync_diff(&board_type, before, after, &ops), SYNC_OK);
		if (!ROW(rows[i].name, ops.len == strlen(rows[i].ops) &&
					       memcmp(ops.data, rows[i].ops, ops.len) == 0))
			printf("       %.*s\n", (int)ops.len, ops.data);
		sync_buf_release(&ops);
		sync_box_free(&board_type, before);
		sync_box_free(&board_type, after);
	}
}

/* ---- identity, memory --------------------------------------------------------------------- */

static void assign_keeps_addresses(void)
{
	Board *target = parsed(&board_type, CARDS(C("a") "," C("b") "," C("c") "," C("d")));
	Board *value =
		parsed(&board_type,
		       CARDS(C("d") "," C("x") "," C("b") ","
							  "{\"id\":\"a\",\"text\":\"other\"}"));
	Card *const *cards = target->cards.items;
	const Card *a = cards[0], *b = cards[1], *d = cards[3];
	CU_ASSERT_EQUAL(sync_assign(&board_type, target, value), SYNC_OK);
	cards = target->cards.items;
	CU_ASSERT_EQUAL_FATAL(target->cards.len, 4);
	CU_ASSERT_PTR_EQUAL(cards[0], d);
	CU_ASSERT_PTR_EQUAL(cards[2], b);
	CU_ASSERT_PTR_EQUAL(cards[3], a);
	CU_ASSERT_STRING_EQUAL(cards[3]->text, "other");
	sync_box_free(&board_type, target);
	sync_box_free(&board_type, value);
}

/* Local fields are the program's own: assigned, though never sent. */
static void assign_takes_local_fields(void)
{
	Board *target = parsed(&board_type, "{}"), *value = parsed(&board_type, "{}");
	CU_ASSERT_EQUAL(sync_str_assign(&value->cache, "kept"), SYNC_OK);
	CU_ASSERT_EQUAL(sync_assign(&board_type, target, value), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(target->cache, "kept");
	sync_box_free(&board_type, target);
	sync_box_free(&board_type, value);
}

static void failing_allocations(void)
{
	seed dice = { 7 };
	void *a, *b;
	a = sync_box_new(&board_type);
	CU_ASSERT(vary(&board_type, a, &dice, 60));
	b = sync_box_copy(&board_type, a);
	CU_ASSERT(vary(&board_type, b, &dice, 40));
	sync_status status = SYNC_OK;
	for (long n = 1; fault_next(n); n++) {
		sync_buf ops = { 0 };
		status = sync_diff(&board_type, a, b, &ops);
		CU_ASSERT(status == SYNC_OK || (status == SYNC_NOMEM && ops.len == 0));
		sync_buf_release(&ops);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	CU_ASSERT_EQUAL(status, SYNC_OK);
	sync_track *track = sync_track_new(&board_type, a);
	char *before = board_json(&board_type, a);
	for (long n = 1; fault_next(n); n++) {
		status = sync_assign(&board_type, a, b);
		CU_ASSERT(status == SYNC_OK || status == SYNC_NOMEM);
		if (status == SYNC_OK)
			CU_ASSERT(board_type.ops->equal(&board_type, a, b));
		sync_track_rollback(track);
	}
	fault_end();
	char *after = board_json(&board_type, a);
	CU_ASSERT_STRING_EQUAL(before, after);
	sync_free(before);
	sync_free(after);
	sync_track_free(track);
	sync_box_free(&board_type, a);
	sync_box_free(&board_type, b);
}

int test_diff(void)
{
	CU_pSuite suite = CU_add_suite("diff", NULL, NULL);
	board_setup();
	return !suite || !CU_add_test(suite, "written", written) ||
	       !CU_add_test(suite, "assign_keeps_addresses", assign_keeps_addresses) ||
	       !CU_add_test(suite, "assign_takes_local_fields", assign_takes_local_fields) ||
	       !CU_add_test(suite, "failing_allocations", failing_allocations);
}
