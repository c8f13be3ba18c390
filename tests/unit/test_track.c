#include <CUnit/CUnit.h>

#include "fault.h"
#include "row.h"
#include "script.h"

#include <stddef.h>
#include <string.h>

#include <syncgen/alloc.h>

static const uint64_t everything = ~(uint64_t)SYNC_SEE_LOCAL;

/* ---- property: ops turn before into after; undoing gives before --------------------------- */

static struct cJSON *tree_of(const char *json)
{
	struct cJSON *tree = NULL;
	sync_reader reader;
	CU_ASSERT(sync_reader_init(&reader, json, strlen(json), NULL) &&
		  sync_read_json(&reader, &tree));
	return tree;
}

static bool patch_gives(const char *before, const sync_buf *ops, const char *after)
{
	struct cJSON *tree = tree_of(before), *wanted = tree_of(after);
	sync_error error;
	sync_status status = sync_json_patch(&tree, ops->data, ops->len, &error);
	bool ok = status == SYNC_OK && sync_json_equal(tree, wanted);
	if (!ok)
		printf("before %s\nops %.*s\nafter %s\n%s at %s: %s\n", before, (int)ops->len,
		       ops->data, after, sync_status_name(status), error.pointer, error.message);
	sync_json_free(tree);
	sync_json_free(wanted);
	return ok;
}

static char *json_for(const Board *board, uint64_t sees)
{
	sync_writer writer;
	sync_writer_init(&writer);
	writer.sees = sees;
	board_type.ops->write(&board_type, &writer, board);
	CU_ASSERT_FATAL(sync_buf_cstr(&writer.out) != NULL);
	return writer.out.data;
}

/* No two cards have the same id, found by looking at each pair. */
static bool ids_differ(const sync_list *cards)
{
	Card *const *items = cards->items;
	for (size_t i = 0; i < cards->len; i++) {
		for (size_t k = 0; k < i; k++) {
			if (sync_str_equal(items[i]->id, items[k]->id))
				return false;
		}
	}
	return true;
}

static bool ids_found(const sync_list *cards)
{
	Card *const *items = cards->items;
	for (size_t i = 0; i < cards->len; i++) {
		if (sync_list_find(cards, &card_type, &items[i]->id) != i ||
		    sync_list_find_string(cards, &card_type, items[i]->id,
					  sync_str_len(items[i]->id)) != i)
			return false;
	}
	return sync_list_find_string(cards, &card_type, "no such id", 10) == SIZE_MAX;
}

/* One commit or rollback of a few steps. False: something is wrong. */
static bool play_commit(seed *random, Board *board, sync_track *track)
{
	uint64_t sees = seed_below(random, 2) ? everything : SYNC_SEE_PUBLIC;
	char *before = json_for(board, ~(uint64_t)0), *seen = json_for(board, sees);
	size_t steps = (size_t)seed_below(random, seed_below(random, 4) ? 4 : 40);
	for (size_t i = 0; i <= steps; i++)
		script_step(random, board);
	bool ok = true;
	sync_buf ops = { 0 };
	sync_error error = { .code = SYNC_OK };
	bool commit = seed_below(random, 5) && sync_track_check(track, &error) == SYNC_OK;
	bool unique = ids_differ(&board->cards);
	if (commit) {
		CU_ASSERT(unique && ids_found(&board->cards));
		ok = sync_track_ops(track, sees, &ops) == SYNC_OK;
		char *after = json_for(board, sees);
		ok = ok && patch_gives(seen, &ops, after);
		sync_free(after);
		sync_track_commit(track);
	} else {
		sync_track_rollback(track);
		char *after = json_for(board, ~(uint64_t)0);
		ok = strcmp(before, after) == 0;
		if (!ok)
			printf("before %s\nundone %s\n", before, after);
		sync_free(after);
	}
	if (error.code == SYNC_INVALID && strncmp(error.pointer, "/cards/", 7) == 0 &&
	    strncmp(error.message, "the same", 8) == 0)
		CU_ASSERT(!unique);
	CU_ASSERT(ids_found(&board->cards));
	const char *wrong = script_audit(&board_type, board);
	if (wrong)
		printf("audit: %s\n", wrong);
	sync_buf_release(&ops);
	sync_free(before);
	sync_free(seen);
	return ok && !wrong && !sync_track_pending(track);
}

/* Large enough for an index of its keys. */
static void fill_cards(sync_list *cards)
{
	for (size_t i = 0; i < 80; i++) {
		char id[24];
		Card *card = sync_list_insert(cards, &card_type, cards->len);
		size_t length = (size_t)snprintf(id, sizeof(id), "c%zu", i);
		if (card)
			sync_set_string(&card->node_, &card_field[CARD_ID], CARD_ID, id, length);
	}
}

static bool play_board(uint64_t state)
{
	seed random = { state };
	Board board;
	bool ok = true;
	board_type.ops->init(&board_type, &board);
	if (state % 2)
		fill_cards(&board.cards);
	sync_track *track = sync_track_new(&board_type, &board);
	for (int i = 0; ok && i < 30; i++)
		ok = play_commit(&random, &board, track);
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
	return ok;
}

static void test_random_scripts(void)
{
	seed first = seed_start("track");
	long rounds = seed_rounds(200);
	for (long i = 0; i < rounds; i++) {
		if (play_board(first.state + (uint64_t)i))
			continue;
		printf("SEED=%llu\n", (unsigned long long)(first.state + (uint64_t)i));
		CU_FAIL("a random script");
		break;
	}
}

/* ---- each allocation fails in turn -------------------------------------------------------- */

/* The end of a commit during which an allocation may have failed: all of it, or nothing. Comparing
 * needs memory too; when that was what failed there is nothing to compare, or it is compared again.
 */
static void end_commit(Board *board, sync_track *track, const char *before)
{
	sync_buf ops = { 0 };
	sync_error error;
	bool ok = sync_track_check(track, &error) == SYNC_OK &&
		  sync_track_ops(track, everything, &ops) == SYNC_OK;
	if (ok)
		sync_track_commit(track);
	else
		sync_track_rollback(track);
	CU_ASSERT(script_audit(&board_type, board) == NULL && ids_found(&board->cards));
	char *after = board_json(&board_type, board);
	if (before && after && !ok)
		CU_ASSERT(strcmp(before, after) == 0);
	struct cJSON *tree = NULL, *wanted = NULL;
	sync_reader was, is;
	if (before && after && ok && sync_reader_init(&was, before, strlen(before), NULL) &&
	    sync_read_json(&was, &tree) && sync_reader_init(&is, after, strlen(after), NULL) &&
	    sync_read_json(&is, &wanted) &&
	    sync_json_patch(&tree, ops.data, ops.len, &error) == SYNC_OK)
		CU_ASSERT(sync_json_equal(tree, wanted) || sync_json_equal(tree, wanted));
	sync_json_free(tree);
	sync_json_free(wanted);
	sync_free(after);
	sync_buf_release(&ops);
}

static void play_failing(uint64_t state)
{
	seed random = { state };
	Board board;
	board_type.ops->init(&board_type, &board);
	if (state % 2)
		fill_cards(&board.cards);
	sync_track *track = sync_track_new(&board_type, &board);
	for (int i = 0; track && i < (state % 2 ? 1 : 4); i++) {
		char *before = board_json(&board_type, &board);
		for (int k = 0; k < 12; k++)
			script_step(&random, &board);
		end_commit(&board, track, before);
		sync_free(before);
	}
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
}

static void test_failed_allocations(void)
{
	long rounds = seed_rounds(4);
	for (long s = 0; s < rounds; s++) {
		/* Filling the list is not what is tested. */
		for (long n = s % 2 ? 170 : 1; fault_next(n); n++) {
			play_failing((uint64_t)s + 76);
			CU_ASSERT(fault_alive() == 0);
		}
		fault_end();
	}
}

/* ---- rows: a change, and the patch it gives ----------------------------------------------- */

#define START                                                                                      \
	"{\"title\":\"T\",\"cards\":[{\"id\":\"a\",\"text\":\"A\"},{\"id\":\"b\"},{\"id\":\"c\"}]" \
	","                                                                                        \
	"\"lead\":{\"name\":\"L\"},\"grid\":[[1,2,3],[4]],\"scores\":{\"x\":1,\"y/z\":2},"         \
	"\"small\":[1,2,3],\"tree\":{\"name\":\"root\"}}"

static Board *the_board;
static sync_track *the_track;

static Card *card_at(size_t at)
{
	return ((Card **)the_board->cards.items)[at];
}

static void set_string(sync_node *node, const sync_field *field, unsigned index, const char *text)
{
	sync_set_string(node, &field[index], index, text, strlen(text));
}

static void no_change(void)
{
}

static void two_fields(void)
{
	bool done = true;
	set_string(&card_at(1)->node_, card_field, CARD_TEXT, "new \"text\"");
	sync_set_leaf(&card_at(1)->node_, &card_field[CARD_DONE], CARD_DONE, &done);
}

static void there_and_back(void)
{
	set_string(&the_board->node_, board_field, BOARD_TITLE, "other");
	set_string(&the_board->node_, board_field, BOARD_TITLE, "T");
}

static void insert_and_fill(void)
{
	Card *card = sync_list_insert(&the_board->cards, &card_type, 1);
	set_string(&card->node_, card_field, CARD_ID, "n");
}

static void insert_and_remove(void)
{
	sync_list_insert(&the_board->cards, &card_type, 1);
	sync_list_remove(&the_board->cards, &card_type, 1, 1);
}

static void insert_and_move(void)
{
	Card *card = sync_list_insert(&the_board->cards, &card_type, 0);
	set_string(&card->node_, card_field, CARD_ID, "n");
	sync_list_move(&the_board->cards, &card_type, 0, 3);
}

static void reset_element(void)
{
	Card *card = sync_list_reset(&the_board->cards, &card_type, 1);
	set_string(&card->node_, card_field, CARD_ID, "r");
}

static void move_card(void)
{
	sync_list_move(&the_board->cards, &card_type, 0, 2);
}

static void remove_two(void)
{
	sync_list_remove(&the_board->cards, &card_type, 0, 2);
}

static void change_then_remove(void)
{
	set_string(&card_at(0)->node_, card_field, CARD_TEXT, "never seen");
	sync_list_remove(&the_board->cards, &card_type, 0, 1);
}

static void set_map(void)
{
	int32_t value = 5;
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	sync_map_put(&the_board->scores, elem, "y/z", 3, &value);
	sync_map_put(&the_board->scores, elem, "new~", 4, &value);
	sync_map_drop(&the_board->scores, elem, "x", 1);
}

static void drop_and_put_again(void)
{
	int32_t value = 1;
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	sync_map_drop(&the_board->scores, elem, "x", 1);
	sync_map_put(&the_board->scores, elem, "x", 1, &value);
}

static void atomic_point(void)
{
	int32_t value = 7;
	sync_set_leaf(&the_board->spot.node_, &point_field[POINT_X], POINT_X, &value);
}

static void optional_fields(void)
{
	set_string(&the_board->node_, board_field, BOARD_NOTE, "N");
	sync_set_null(&the_board->node_, &board_field[BOARD_OWNER], BOARD_OWNER);
	sync_edit_field(&the_board->node_, &board_field[BOARD_EXTRA], BOARD_EXTRA);
	sync_set_absent(&the_board->node_, &board_field[BOARD_TREE], BOARD_TREE);
}

static void hidden_fields(void)
{
	set_string(&the_board->node_, board_field, BOARD_SECRET, "s");
	set_string(&the_board->node_, board_field, BOARD_CACHE, "c");
}

static void cells(void)
{
	sync_list *row = ((sync_list **)the_board->grid.items)[0];
	for (int32_t i = 10; i < 13; i++)
		sync_list_set_cell(row, &int_type, 2, &i);
}

static void whole_is_shorter(void)
{
	sync_list *row = ((sync_list **)the_board->grid.items)[0];
	int32_t value = 9;
	for (size_t i = 0; i < 3; i++)
		sync_list_set_cell(row, &int_type, i, &value);
}

/* All leaves of the one element there is. */
static void whole_of_one_is_shorter(void)
{
	bool done = true;
	sync_list *cards = &the_board->lead.cards;
	Card *card = sync_list_insert(cards, &card_type, 0);
	sync_track_commit(the_track);
	set_string(&card->node_, card_field, CARD_ID, "i");
	set_string(&card->node_, card_field, CARD_TEXT, "t");
	sync_set_leaf(&card->node_, &card_field[CARD_DONE], CARD_DONE, &done);
}

static void new_union(void)
{
	Card *card = sync_edit_union(&the_board->shape.node_, &shape_type, SHAPE_CARD);
	set_string(&card->node_, card_field, CARD_ID, "u");
}

static void same_arm(void)
{
	int32_t y = 3;
	Point *point = sync_edit_union(&the_board->shape.node_, &shape_type, SHAPE_POINT);
	sync_set_leaf(&point->node_, &point_field[POINT_Y], POINT_Y, &y);
}

#define CARD(id)                                                                                   \
	"{\"id\":\"" id "\",\"text\":\"\",\"done\":false,\"at\":{\"x\":0,\"y\":0},\"labels\":[]"

static const struct {
	const char *name;
	void (*change)(void);
	const char *ops;
	uint64_t sees;
} patches[] = {
	{ "nothing", no_change, "[]", 0 },
	{ "two fields of one element", two_fields,
	  "[{\"op\":\"replace\",\"path\":\"/cards/1/text\",\"value\":\"new \\\"text\\\"\"},"
	  "{\"op\":\"replace\",\"path\":\"/cards/1/done\",\"value\":true}]",
	  0 },
	{ "set back to its original", there_and_back, "[]", 0 },
	{ "a new element has its final value", insert_and_fill,
	  "[{\"op\":\"add\",\"path\":\"/cards/1\",\"value\":" CARD("n") "}}]", 0 },
	{ "added and removed", insert_and_remove, "[]", 0 },
	{ "added and moved", insert_and_move,
	  "[{\"op\":\"add\",\"path\":\"/cards/3\",\"value\":" CARD("n") "}}]", 0 },
	{ "a new one in place of one", reset_element,
	  "[{\"op\":\"replace\",\"path\":\"/cards/1\",\"value\":" CARD("r") "}}]", 0 },
	{ "moved", move_card, "[{\"op\":\"move\",\"from\":\"/cards/0\",\"path\":\"/cards/2\"}]",
	  0 },
	{ "removed from the end", remove_two,
	  "[{\"op\":\"remove\",\"path\":\"/cards/1\"},{\"op\":\"remove\",\"path\":\"/cards/0\"}]",
	  0 },
	{ "changed and removed", change_then_remove, "[{\"op\":\"remove\",\"path\":\"/cards/0\"}]",
	  0 },
	{ "a map shorter as a whole", set_map,
	  "[{\"op\":\"replace\",\"path\":\"/scores\",\"value\":{\"y/z\":5,\"new~\":5}}]", 0 },
	{ "dropped and put again", drop_and_put_again, "[]", 0 },
	{ "atomic", atomic_point,
	  "[{\"op\":\"replace\",\"path\":\"/spot\",\"value\":{\"x\":7,\"y\":0}}]", 0 },
	{ "absent, null, present", optional_fields,
	  "[{\"op\":\"add\",\"path\":\"/note\",\"value\":\"N\"},"
	  "{\"op\":\"add\",\"path\":\"/extra\",\"value\":{\"name\":\"\",\"age\":0,\"cards\":[]}},"
	  "{\"op\":\"remove\",\"path\":\"/tree\"}]",
	  0 },
	{ "what the reader may not see", hidden_fields, "[]", SYNC_SEE_PUBLIC },
	{ "what the reader may see", hidden_fields,
	  "[{\"op\":\"replace\",\"path\":\"/secret\",\"value\":\"s\"}]", BOARD_ROLE },
	{ "one cell three times", cells,
	  "[{\"op\":\"replace\",\"path\":\"/grid/0/2\",\"value\":12}]", 0 },
	{ "a list shorter as a whole", whole_is_shorter,
	  "[{\"op\":\"replace\",\"path\":\"/grid/0\",\"value\":[9,9,9]}]", 0 },
	{ "an element shorter as a whole", whole_of_one_is_shorter,
	  "[{\"op\":\"replace\",\"path\":\"/lead/cards\",\"value\":[{\"id\":\"i\",\"text\":\"t\","
	  "\"done\":true,\"at\":{\"x\":0,\"y\":0},\"labels\":[]}]}]",
	  0 },
	{ "another alternative", new_union,
	  "[{\"op\":\"replace\",\"path\":\"/shape\",\"value\":{\"type\":\"card\",\"id\":\"u\","
	  "\"text\":\"\",\"done\":false,\"at\":{\"x\":0,\"y\":0},\"labels\":[]}}]",
	  0 },
	{ "inside an alternative", same_arm,
	  "[{\"op\":\"replace\",\"path\":\"/shape/y\",\"value\":3}]", 0 },
};

static void test_patches(void)
{
	for (size_t i = 0; i < sizeof(patches) / sizeof(*patches); i++) {
		Board board;
		sync_error error;
		board_type.ops->init(&board_type, &board);
		CU_ASSERT_FATAL(board_parse(&board_type, &board, START, &error));
		sync_track *track = sync_track_new(&board_type, &board);
		the_board = &board;
		the_track = track;
		patches[i].change();
		sync_buf ops = { 0 };
		uint64_t sees = patches[i].sees ? patches[i].sees : everything;
		ROW(patches[i].name, sync_track_ops(track, sees, &ops) == SYNC_OK);
		const char *is = sync_buf_cstr(&ops);
		if (!ROW(patches[i].name, strcmp(is, patches[i].ops) == 0))
			printf("is  %s\nnot %s\n", is, patches[i].ops);
		sync_buf_release(&ops);
		sync_track_free(track);
		board_type.ops->release(&board_type, &board);
	}
}

/* ---- rows: a change that is refused ------------------------------------------------------- */

static void title_too_long(void)
{
	char text[94];
	memset(text, 'x', 93);
	text[93] = '\0';
	set_string(&the_board->node_, board_field, BOARD_TITLE, text);
}

static void not_utf8(void)
{
	set_string(&card_at(2)->node_, card_field, CARD_TEXT, "\xff");
}

static void number_out_of_range(void)
{
	int32_t value = 101;
	sync_set_leaf(&the_board->node_, &board_field[BOARD_COUNT], BOARD_COUNT, &value);
}

static void same_key_twice(void)
{
	Card *card = sync_list_insert(&the_board->cards, &card_type, 3);
	set_string(&card->node_, card_field, CARD_ID, "b");
}

static void key_changed_to_another(void)
{
	set_string(&card_at(0)->node_, card_field, CARD_ID, "c");
}

static void list_too_long(void)
{
	sync_str label = sync_str_new("l", 1);
	for (size_t i = 0; i < 6; i++)
		sync_list_insert_cell(&card_at(0)->labels, &word_type, i, &label);
	sync_str_free(label);
}

static void value_of_a_key_out_of_range(void)
{
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	int32_t value = 101;
	sync_map_put(&the_board->scores, elem, "y/z", 3, &value);
}

static void key_not_utf8(void)
{
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	int32_t value = 1;
	sync_map_put(&the_board->scores, elem, "\xff", 1, &value);
}

static void row_key_changed(void)
{
	Card *row = sync_map_edit(&the_board->rows, &card_type, "k/1", 3);
	set_string(&row->node_, card_field, CARD_ID, "other");
}

static void too_deep(void)
{
	Tree *tree = the_board->tree;
	for (int i = 0; i < 70 && tree; i++)
		tree = sync_edit_field(&tree->node_, &tree_field[TREE_LEFT], TREE_LEFT);
}

static void inserted_too_far(void)
{
	set_string(sync_list_insert(&the_board->cards, &card_type, 4), card_field, CARD_ID, "x");
}

static void missing_is_only_returned(void)
{
	CU_ASSERT(sync_list_remove(&the_board->cards, &card_type, 3, 1) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_list_move(&the_board->cards, &card_type, 0, 3) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_map_drop(&the_board->rows, &card_type, "no", 2) == SYNC_NOT_FOUND);
}

static void first_one_stays(void)
{
	number_out_of_range();
	title_too_long();
}

static const struct {
	const char *name;
	void (*change)(void);
	sync_status code;
	const char *pointer, *message;
} refusals[] = {
	{ "length", title_too_long, SYNC_INVALID, "/title", "must be 1 to 80 characters, is 93" },
	{ "UTF-8", not_utf8, SYNC_INVALID, "/cards/2/text", "not valid UTF-8" },
	{ "range", number_out_of_range, SYNC_INVALID, "/count", "must be -100 to 100, is 101" },
	{ "key twice", same_key_twice, SYNC_INVALID, "/cards/3", "the same id as element 1" },
	{ "key changed", key_changed_to_another, SYNC_INVALID, "/cards/2",
	  "the same id as element 0" },
	{ "list length", list_too_long, SYNC_INVALID, "/cards/0/labels",
	  "must be at most 5 elements, is 6" },
	{ "value of a key", value_of_a_key_out_of_range, SYNC_INVALID, "/scores/y~1z",
	  "must be -100 to 100, is 101" },
	{ "key that is not UTF-8", key_not_utf8, SYNC_INVALID, "/scores",
	  "key '' is not valid UTF-8" },
	{ "key of a row", row_key_changed, SYNC_INVALID, "/a~1b~0c\"d/k~11/id",
	  "the row's key is not the one it stands under" },
	{ "too deep", too_deep, SYNC_TOO_BIG, "/tree/left", "nested more than 64 deep" },
	{ "past the end", inserted_too_far, SYNC_NOT_FOUND, "/cards", "no position 4 among 3" },
	{ "only returned", missing_is_only_returned, SYNC_OK, "", "" },
	{ "the first stays", first_one_stays, SYNC_INVALID, "/count",
	  "must be -100 to 100, is 101" },
};

static void test_refusals(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		Board board;
		sync_error error;
		memset(&error, 0, sizeof(error));
		board_type.ops->init(&board_type, &board);
		CU_ASSERT_FATAL(board_parse(&board_type, &board, START, &error));
		sync_track *track = sync_track_new(&board_type, &board);
		the_board = &board;
		char *before = board_json(&board_type, &board);
		refusals[i].change();
		memset(&error, 0, sizeof(error));
		bool ok = ROW(refusals[i].name,
			      sync_track_check(track, &error) == refusals[i].code) &&
			  ROW(refusals[i].name, strcmp(error.pointer, refusals[i].pointer) == 0) &&
			  ROW(refusals[i].name, strcmp(error.message, refusals[i].message) == 0);
		if (!ok)
			printf("%s at '%s': %s\n", sync_status_name(error.code), error.pointer,
			       error.message);
		sync_track_rollback(track);
		char *after = board_json(&board_type, &board);
		ROW(refusals[i].name, strcmp(before, after) == 0);
		ROW(refusals[i].name, sync_track_check(track, &error) == SYNC_OK);
		sync_free(before);
		sync_free(after);
		sync_track_free(track);
		board_type.ops->release(&board_type, &board);
	}
}

/* An element keeps its address from its insertion to its removal, through moves and rollbacks. */
static void test_addresses_stay(void)
{
	Board board;
	sync_error error;
	board_type.ops->init(&board_type, &board);
	CU_ASSERT_FATAL(board_parse(&board_type, &board, START, &error));
	sync_track *track = sync_track_new(&board_type, &board);
	the_board = &board;
	Card *second = card_at(1);
	sync_list_move(&board.cards, &card_type, 1, 0);
	CU_ASSERT(card_at(0) == second);
	sync_list_remove(&board.cards, &card_type, 0, 3);
	sync_track_rollback(track);
	CU_ASSERT(card_at(1) == second);
	CU_ASSERT(sync_list_index(&board.cards, &second->node_) == 1);
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
}

int test_track(void)
{
	board_setup();
	CU_pSuite suite = CU_add_suite("track", NULL, NULL);
	if (!suite || !CU_add_test(suite, "patches", test_patches) ||
	    !CU_add_test(suite, "refusals", test_refusals) ||
	    !CU_add_test(suite, "addresses stay", test_addresses_stay) ||
	    !CU_add_test(suite, "random scripts", test_random_scripts) ||
	    !CU_add_test(suite, "failed allocations", test_failed_allocations))
		return 1;
	return 0;
}
