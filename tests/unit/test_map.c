#include <CUnit/CUnit.h>

#include "board.h"
#include "row.h"
#include "seed.h"

#include "../../runtime/index.h"

#include <string.h>

#include <syncgen/alloc.h>

/* ---- the index ---------------------------------------------------------------------------- */

/* Against an array that is searched from end to end: few hashes, so that they meet. */
static void test_index_is_a_multimap(void)
{
	seed random = seed_start("index");
	struct sync_index *index = NULL;
	struct {
		uint64_t hash;
		uintptr_t ref;
	} shadow[300];
	size_t count = 0;
	for (long step = 0; step < seed_rounds(20000); step++) {
		if (count < 300 && seed_below(&random, 5) < 3) {
			CU_ASSERT_FATAL(sync_index_reserve(&index, count + 1));
			shadow[count].hash = seed_below(&random, 40) * 0x100000001;
			shadow[count].ref = (uintptr_t)step + 1;
			sync_index_add(index, shadow[count].hash, shadow[count].ref);
			count++;
		} else if (count) {
			size_t at = (size_t)seed_below(&random, count);
			sync_index_remove(index, shadow[at].hash, shadow[at].ref);
			shadow[at] = shadow[--count];
		}
		if (!count)
			continue;
		size_t at = (size_t)seed_below(&random, count), cursor = 0;
		uintptr_t ref;
		do
			ref = sync_index_next(index, shadow[at].hash, &cursor);
		while (ref && ref != shadow[at].ref);
		CU_ASSERT(ref == shadow[at].ref && index->used == count);
	}
	sync_index_free(index);
}

static void test_hash_is_keyed(void)
{
	/* SipHash-1-3 of nothing and of eight bytes under the key 00 01 … 0f; set back to a random
	 * key afterwards. */
	uint64_t empty, eight;
	sync_hash_seed(0x0706050403020100, 0x0f0e0d0c0b0a0908);
	empty = sync_hash("", 0);
	eight = sync_hash("\0\1\2\3\4\5\6\7", 8);
	CU_ASSERT(empty == 0xabac0158050fc4dc);
	sync_hash_seed(1, 2);
	CU_ASSERT(sync_hash("", 0) != empty);
	CU_ASSERT(sync_hash("\0\1\2\3\4\5\6\7", 8) != eight);
	CU_ASSERT(sync_hash("\0", 1) != sync_hash("\0\0", 2));
}

/* ---- maps --------------------------------------------------------------------------------- */

static void test_large_map(void)
{
	enum { MANY = 2000 };
	Board board;
	board_type.ops->init(&board_type, &board);
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	char key[16];
	for (int32_t i = 0; i < MANY; i++) {
		int32_t value = i % 100;
		size_t length = (size_t)snprintf(key, sizeof(key), "k%d", (int)i);
		CU_ASSERT(sync_map_put(&board.scores, elem, key, length, &value) == SYNC_OK);
	}
	for (int32_t i = 0; i < MANY; i += 2) {
		size_t length = (size_t)snprintf(key, sizeof(key), "k%d", (int)i);
		CU_ASSERT(sync_map_drop(&board.scores, elem, key, length) == SYNC_OK);
	}
	bool right = true;
	for (int32_t i = 0; i < MANY; i++) {
		size_t length = (size_t)snprintf(key, sizeof(key), "k%d", (int)i);
		const int32_t *value = sync_map_get(&board.scores, key, length);
		right = right && (i % 2 ? value && *value == i % 100 : !value);
	}
	CU_ASSERT(right && board.scores.list.len == MANY / 2);
	CU_ASSERT(sync_map_clear(&board.scores, elem) == SYNC_OK);
	CU_ASSERT(sync_map_get(&board.scores, "k1", 2) == NULL && board.scores.list.len == 0);
	board_type.ops->release(&board_type, &board);
}

static void test_handles(void)
{
	int32_t value = 1;
	const sync_type *elem = board_field[BOARD_SCORES].type->elem;
	CU_ASSERT(sync_map_edit(NULL, &card_type, "a", 1) == NULL);
	CU_ASSERT(sync_map_put(NULL, elem, "a", 1, &value) == SYNC_NOMEM);
	CU_ASSERT(sync_map_drop(NULL, elem, "a", 1) == SYNC_NOMEM);
	CU_ASSERT(sync_map_clear(NULL, elem) == SYNC_NOMEM);
	CU_ASSERT(sync_set_add(NULL, &int_type, &value) == SYNC_NOMEM);
	Board board;
	board_type.ops->init(&board_type, &board);
	Card *row = sync_map_edit(&board.rows, &card_type, "a", 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT(strcmp(row->id, "a") == 0);
	CU_ASSERT(sync_map_edit(&board.rows, &card_type, "a", 1) == row);
	CU_ASSERT(sync_map_get(&board.rows, "a", 1) == row);
	CU_ASSERT(sync_map_put(&board.scores, elem, "\xff", 1, &value) == SYNC_INVALID);
	value = 1000;
	CU_ASSERT(sync_map_put(&board.scores, elem, "a", 1, &value) == SYNC_INVALID);
	CU_ASSERT(sync_map_drop(&board.scores, elem, "a", 1) == SYNC_NOT_FOUND);
	board_type.ops->release(&board_type, &board);
}

/* A client put "__proto__" into a map of tags, and fast-json-patch in every other client threw. */
static void test_no_key_is_a_prototype(void)
{
	static const char json[] = "{\"__proto__\":5}";
	int32_t value = 5;
	const sync_type *scores = board_field[BOARD_SCORES].type;
	Board board;
	board_type.ops->init(&board_type, &board);
	CU_ASSERT(sync_map_put(&board.scores, scores->elem, "__proto__", 9, &value) ==
		  SYNC_INVALID);
	CU_ASSERT(sync_map_put(&board.scores, scores->elem, "__proto_", 8, &value) == SYNC_OK);
	CU_ASSERT(sync_map_edit(&board.rows, &card_type, "__proto__", 9) == NULL);
	sync_map_clear(&board.scores, scores->elem);
	sync_reader reader;
	sync_reader_init(&reader, json, sizeof(json) - 1, NULL);
	CU_ASSERT_FALSE(scores->ops->read(scores, &reader, &board.scores));
	CU_ASSERT(reader.error.code == SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(reader.error.pointer, "/__proto__");
	board_type.ops->release(&board_type, &board);
}

/* ---- keys of rows ------------------------------------------------------------------------- */

typedef struct Row {
	sync_node node_;
	uint64_t marks_[1];
	int16_t id;
} Row;

static void test_row_keys_are_numbers_too(void)
{
	static sync_key key[] = { { "\"id\":", "id", 5, 2 } };
	static const uint16_t slots[] = { 1, 1 };
	static const uint64_t required[1];
	static const sync_keys keys = { key, slots, 1, 1, required, false };
	sync_type id = *board_field[BOARD_I16].type;
	id.min = -10;
	id.max = 1000;
	sync_field field = board_field[BOARD_I16];
	field.type = &id;
	field.name = "id";
	field.offset = offsetof(Row, id);
	sync_type row = point_type;
	row.size = sizeof(Row);
	row.fields = &field;
	row.keys = &keys;
	row.count = 1;
	row.key = 0;
	sync_type table = *board_field[BOARD_ROWS].type;
	table.elem = &row;
	sync_map map;
	table.ops->init(&table, &map);
	static const struct {
		const char *key;
		bool fits;
	} tries[] = { { "7", true },	{ "-7", true }, { "07", false }, { "1001", false },
		      { "7 ", false },	{ "", false },	{ "x", false },	 { "1.0", false },
		      { "1e2", false }, { "-0", false } };
	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		Row *made = sync_map_edit(&map, &row, tries[i].key, strlen(tries[i].key));
		ROW(tries[i].key, (made != NULL) == tries[i].fits);
		ROW(tries[i].key, !made || made->id == atoi(tries[i].key));
	}
	CU_ASSERT(map.list.len == 2);
	table.ops->release(&table, &map);
}

int test_map(void)
{
	board_setup();
	CU_pSuite suite = CU_add_suite("map", NULL, NULL);
	if (!suite || !CU_add_test(suite, "index is a multimap", test_index_is_a_multimap) ||
	    !CU_add_test(suite, "hash is keyed", test_hash_is_keyed) ||
	    !CU_add_test(suite, "large map", test_large_map) ||
	    !CU_add_test(suite, "handles", test_handles) ||
	    !CU_add_test(suite, "no key is a prototype", test_no_key_is_a_prototype) ||
	    !CU_add_test(suite, "row keys are numbers too", test_row_keys_are_numbers_too))
		return 1;
	return 0;
}
