#include <CUnit/CUnit.h>

#include "board.h"
#include "row.h"
#include "seed.h"

#include <string.h>

#include <syncgen/alloc.h>

#include "../../runtime/edits.h"

/* ---- array operations worked out from the log --------------------------------------------- */

/* A list of numbers, changed at random; the edits applied to what it was give what it is. */
struct model {
	int32_t items[64];
	size_t len;
};

static void model_insert(struct model *model, size_t at, int32_t value)
{
	memmove(model->items + at + 1, model->items + at, (model->len - at) * sizeof(value));
	model->items[at] = value;
	model->len++;
}

static int32_t model_remove(struct model *model, size_t at)
{
	int32_t value = model->items[at];
	model->len--;
	memmove(model->items + at, model->items + at + 1, (model->len - at) * sizeof(value));
	return value;
}

static void apply(struct model *model, const sync_edit *edit, const sync_list *list)
{
	const int32_t *items = list->items;
	for (uint32_t i = 0; i < edit->count; i++) {
		if (edit->op == SYNC_EDIT_REMOVE)
			model_remove(model, edit->at + edit->count - 1 - i);
		else if (edit->op == SYNC_EDIT_ADD)
			model_insert(model, edit->at + i, items[edit->from + i]);
		else if (edit->op == SYNC_EDIT_MOVE)
			model_insert(model, edit->at, model_remove(model, edit->from));
		else
			model->items[edit->at + i] = items[edit->at + i];
	}
}

static void change(seed *random, sync_list *list, int32_t *next)
{
	size_t n = list->len;
	switch (seed_below(random, 5)) {
	case 0:
	case 1:
		++*next;
		if (n < 30)
			sync_list_insert_cell(list, &int_type, (size_t)seed_below(random, n + 1),
					      next);
		break;
	case 2:
		if (n)
			sync_list_remove(list, &int_type, (size_t)seed_below(random, n), 1);
		break;
	case 3:
		if (n)
			sync_list_move(list, &int_type, (size_t)seed_below(random, n),
				       (size_t)seed_below(random, n));
		break;
	default:
		++*next;
		if (n)
			sync_list_set_cell(list, &int_type, (size_t)seed_below(random, n), next);
		break;
	}
}

/* The edits of one commit: right, and no more than there were changes. */
static bool play(seed *random, sync_track *track, sync_list *list, int32_t *next)
{
	struct model model;
	model.len = list->len;
	memcpy(model.items, list->items, list->len * sizeof(*model.items));
	size_t changes = 1 + (size_t)seed_below(random, 12);
	for (size_t i = 0; i < changes; i++)
		change(random, list, next);
	sync_edits edits = { NULL, 0, false };
	if (track->len && sync_edits_make(track, 0, list->len, &edits) != SYNC_OK)
		return false;
	size_t operations = 0;
	for (size_t i = 0; i < edits.len; i++) {
		apply(&model, &edits.items[i], list);
		operations += edits.items[i].count;
	}
	sync_free(edits.items);
	sync_track_commit(track);
	return model.len == list->len && operations <= changes &&
	       memcmp(model.items, list->items, list->len * sizeof(*model.items)) == 0;
}

static void test_edits(void)
{
	seed random = seed_start("edits");
	Board board;
	sync_error error;
	board_type.ops->init(&board_type, &board);
	CU_ASSERT_FATAL(
		board_parse(&board_type, &board, "{\"grid\":[[1,2,3,4,5,6,7,8,9]]}", &error));
	sync_track *track = sync_track_new(&board_type, &board);
	sync_list *list = ((sync_list **)board.grid.items)[0];
	int32_t next = 100;
	bool right = true;
	for (long i = 0; right && i < seed_rounds(20000); i++)
		right = play(&random, track, list, &next);
	CU_ASSERT(right);
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
}

/* ---- looking ------------------------------------------------------------------------------ */

static void test_index_by_hint(void)
{
	Board board;
	board_type.ops->init(&board_type, &board);
	Card *cards[200];
	for (size_t i = 0; i < 200; i++)
		cards[i] = sync_list_insert(&board.cards, &card_type, i % 3 ? i / 2 : 0);
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < 200; i++) {
			size_t at = sync_list_index(&board.cards, &cards[i]->node_);
			CU_ASSERT_FATAL(at < 200);
			CU_ASSERT(((Card **)board.cards.items)[at] == cards[i]);
			CU_ASSERT(cards[i]->node_.slot == at);
		}
	}
	Card stranger;
	card_type.ops->init(&card_type, &stranger);
	CU_ASSERT(sync_list_index(&board.cards, &stranger.node_) == SIZE_MAX);
	sync_list empty = { .len = 0 };
	CU_ASSERT(sync_list_index(&empty, &stranger.node_) == SIZE_MAX);
	board_type.ops->release(&board_type, &board);
}

static void test_find_by_key(void)
{
	Board board;
	sync_error error;
	board_type.ops->init(&board_type, &board);
	CU_ASSERT_FATAL(board_parse(&board_type, &board,
				    "{\"cards\":[{\"id\":\"a\"},{\"id\":\"b\"}]}", &error));
	sync_str key = sync_str_new("b", 1);
	CU_ASSERT(sync_list_find(&board.cards, &card_type, &key) == 1);
	CU_ASSERT(sync_list_find_string(&board.cards, &card_type, "b", 1) == 1);
	CU_ASSERT(sync_list_find_string(&board.cards, &card_type, "c", 1) == SIZE_MAX);
	sync_str_free(key);
	board_type.ops->release(&board_type, &board);
}

/* A copy of an element of the list itself, which moves while it is inserted. */
static void test_insert_own_element(void)
{
	Board board;
	board_type.ops->init(&board_type, &board);
	sync_str word = sync_str_new("word", 4);
	sync_list_insert_cell(&board.words, &word_type, 0, &word);
	sync_str_free(word);
	for (size_t i = 0; i < 40; i++)
		sync_list_insert_cell(&board.words, &word_type, 0, board.words.items);
	CU_ASSERT(board.words.len == 41);
	CU_ASSERT(strcmp(((sync_str *)board.words.items)[40], "word") == 0);
	board_type.ops->release(&board_type, &board);
}

static void test_missing_positions(void)
{
	int32_t value = 1;
	sync_list *none = NULL;
	CU_ASSERT(sync_list_insert(none, &card_type, 0) == NULL);
	CU_ASSERT(sync_list_edit(none, &card_type, 0) == NULL);
	CU_ASSERT(sync_list_insert_cell(none, &int_type, 0, &value) == SYNC_NOMEM);
	CU_ASSERT(sync_list_remove(none, &int_type, 0, 1) == SYNC_NOMEM);
	sync_list list = { .len = 0 };
	CU_ASSERT(sync_list_insert_cell(&list, &int_type, 1, &value) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_list_set_cell(&list, &int_type, 0, &value) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_list_remove(&list, &int_type, 0, 1) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_list_remove(&list, &int_type, SIZE_MAX, 2) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_list_remove(&list, &int_type, 0, 0) == SYNC_OK);
	CU_ASSERT(sync_list_move(&list, &int_type, 0, 0) == SYNC_NOT_FOUND);
	Inline8 full = { .len = 8 };
	sync_inline_list *small = (sync_inline_list *)(void *)&full;
	uint8_t byte = 1;
	const sync_type *type = board_field[BOARD_SMALL].type;
	CU_ASSERT(sync_inline_insert(small, type, 8, &byte) == SYNC_TOO_BIG);
	CU_ASSERT(sync_inline_insert(small, type, 9, &byte) == SYNC_NOT_FOUND);
	CU_ASSERT(sync_inline_remove(small, type, 7, 2) == SYNC_NOT_FOUND);
}

/* ---- sets --------------------------------------------------------------------------------- */

static void test_large_set(void)
{
	Board board;
	board_type.ops->init(&board_type, &board);
	bool in[64] = { false };
	seed random = seed_start("set");
	for (long i = 0; i < seed_rounds(5000); i++) {
		int32_t value = (int32_t)seed_below(&random, 64);
		CU_ASSERT(sync_set_has(&board.numbers, &int_type, &value) == in[value]);
		if (seed_below(&random, 2)) {
			CU_ASSERT(sync_set_add(&board.numbers, &int_type, &value) == SYNC_OK);
			in[value] = true;
		} else {
			CU_ASSERT((sync_set_drop(&board.numbers, &int_type, &value) == SYNC_OK) ==
				  in[value]);
			in[value] = false;
		}
	}
	size_t count = 0;
	for (size_t i = 0; i < 64; i++)
		count += in[i];
	CU_ASSERT(board.numbers.list.len == count);
	board_type.ops->release(&board_type, &board);
}

int test_list(void)
{
	board_setup();
	CU_pSuite suite = CU_add_suite("list", NULL, NULL);
	if (!suite || !CU_add_test(suite, "edits", test_edits) ||
	    !CU_add_test(suite, "index by hint", test_index_by_hint) ||
	    !CU_add_test(suite, "find by key", test_find_by_key) ||
	    !CU_add_test(suite, "insert own element", test_insert_own_element) ||
	    !CU_add_test(suite, "missing positions", test_missing_positions) ||
	    !CU_add_test(suite, "large set", test_large_set))
		return 1;
	return 0;
}
