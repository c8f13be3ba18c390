#include "script.h"

#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define NODE(value)  (&(value)->node_)

static const char *const words[] = {
	"",	 "a",	   "b",	  "ab", "a/b", "~", "x~1y",
	"\"q\"", "line\n", "ä€😀", "0",	"1",   "-", "a longer one that is not in the log itself"
};

static const char *word(seed *random)
{
	return words[seed_below(random, COUNT(words))];
}

static size_t below(seed *random, size_t bound)
{
	return bound ? (size_t)seed_below(random, bound) : 0;
}

/* ---- structs ------------------------------------------------------------------------------ */

static void set_text(sync_node *node, const sync_field *fields, unsigned index, const char *text)
{
	sync_set_string(node, &fields[index], index, text, strlen(text));
}

static void set_number(sync_node *node, const sync_field *fields, unsigned index, int64_t number)
{
	int8_t i8 = (int8_t)number;
	int16_t i16 = (int16_t)number;
	int32_t i32 = (int32_t)number;
	float f32 = (float)number / 4;
	double f64 = (double)number / 8;
	bool yes = number & 1;
	const void *value = &number;
	switch ((sync_kind)fields[index].type->kind) {
	case SYNC_KIND_BOOL:
		value = &yes;
		break;
	case SYNC_KIND_INT8:
	case SYNC_KIND_UINT8:
		value = &i8;
		break;
	case SYNC_KIND_INT16:
	case SYNC_KIND_UINT16:
		value = &i16;
		break;
	case SYNC_KIND_INT32:
	case SYNC_KIND_UINT32:
		value = &i32;
		break;
	case SYNC_KIND_FLOAT32:
		value = &f32;
		break;
	case SYNC_KIND_FLOAT64:
		value = &f64;
		break;
	default:
		break;
	}
	sync_set_leaf(node, &fields[index], index, value);
}

static void change_point(seed *random, Point *point)
{
	unsigned index = (unsigned)below(random, 2);
	if (point)
		set_number(NODE(point), point_field, index, (int64_t)below(random, 4));
}

static void change_labels(seed *random, Card *card)
{
	sync_list *labels = &card->labels;
	const sync_type *elem = card_field[CARD_LABELS].type->elem;
	sync_str label = sync_str_new("label", 5 - below(random, 3));
	if (!label)
		return;
	switch (below(random, 5)) {
	case 0:
	case 1:
		sync_list_insert_cell(labels, elem, below(random, labels->len + 1), &label);
		break;
	case 2:
		sync_list_set_cell(labels, elem, below(random, labels->len), &label);
		break;
	case 3:
		sync_list_remove(labels, elem, below(random, labels->len), 1);
		break;
	default:
		sync_list_move(labels, elem, below(random, labels->len),
			       below(random, labels->len));
		break;
	}
	sync_str_free(label);
}

static void change_card(seed *random, Card *card)
{
	if (!card)
		return;
	sync_node *node = NODE(card);
	switch (below(random, 7)) {
	case 0:
		set_text(node, card_field, CARD_ID, word(random));
		break;
	case 1:
		set_text(node, card_field, CARD_TEXT, word(random));
		break;
	case 2:
		set_number(node, card_field, CARD_DONE, (int64_t)below(random, 2));
		break;
	case 3:
		set_number(node, card_field, CARD_DUE, (int64_t)below(random, 3));
		break;
	case 4:
		sync_set_absent(node, &card_field[CARD_DUE], CARD_DUE);
		break;
	case 5:
		change_point(random, below(random, 4) ? &card->at
						      : sync_reset_field(node, &card_field[CARD_AT],
									 CARD_AT));
		break;
	default:
		change_labels(random, card);
		break;
	}
}

/* ---- lists of nodes ----------------------------------------------------------------------- */

static void *change_nodes(seed *random, sync_list *list, const sync_type *elem)
{
	size_t at = below(random, list->len), to = below(random, list->len);
	switch (below(random, 8)) {
	case 0:
		return sync_list_insert(list, elem, below(random, list->len + 1));
	case 1:
		return sync_list_insert(list, elem, list->len);
	case 2:
		return sync_list_insert(list, elem, 0);
	case 3:
		sync_list_remove(list, elem, at, 1);
		return NULL;
	case 4:
		if (below(random, 4) == 0)
			sync_list_remove(list, elem, at, list->len - at);
		return NULL;
	case 5:
		sync_list_move(list, elem, at, to);
		return NULL;
	case 6:
		return at < list->len ? sync_list_reset(list, elem, at) : NULL;
	default:
		return sync_list_edit(list, elem, at);
	}
}

static void name_card(seed *random, Card *card)
{
	char id[24];
	snprintf(id, sizeof(id), "c%llu", (unsigned long long)seed_below(random, 100000));
	if (card && !sync_str_len(card->id))
		set_text(NODE(card), card_field, CARD_ID, id);
}

static void change_cards(seed *random, sync_list *cards)
{
	Card *card = change_nodes(random, cards, &card_type);
	name_card(random, card);
	if (below(random, 2))
		change_card(random, card);
}

static void change_person(seed *random, Person *person)
{
	if (!person)
		return;
	switch (below(random, 4)) {
	case 0:
		set_text(NODE(person), person_field, PERSON_NAME, word(random));
		break;
	case 1:
		set_number(NODE(person), person_field, PERSON_AGE, (int64_t)below(random, 5));
		break;
	case 2:
		if (below(random, 4) == 0)
			sync_reset_field(NODE(person), &person_field[PERSON_CARDS], PERSON_CARDS);
		break;
	default:
		change_cards(random, &person->cards);
		break;
	}
}

static void change_tree(seed *random, Tree *tree, int depth)
{
	if (!tree || depth > 6)
		return;
	unsigned side = below(random, 2) ? TREE_LEFT : TREE_RIGHT;
	const sync_field *field = &tree_field[side];
	switch (below(random, 6)) {
	case 0:
		set_text(NODE(tree), tree_field, TREE_NAME, word(random));
		break;
	case 1:
		change_tree(random, sync_reset_field(NODE(tree), field, side), depth + 1);
		break;
	case 2:
		if (side == TREE_LEFT)
			sync_set_absent(NODE(tree), field, side);
		else
			sync_set_null(NODE(tree), field, side);
		break;
	case 3:
		change_tree(random, change_nodes(random, &tree->children, &tree_type), depth + 1);
		break;
	default:
		change_tree(random, sync_edit_field(NODE(tree), field, side), depth + 1);
		break;
	}
}

static void change_shape(seed *random, Shape *shape)
{
	if (!shape)
		return;
	unsigned tag = (unsigned)below(random, 2);
	void *arm = below(random, 6)
			    ? sync_edit_union(NODE(shape), &shape_type,
					      below(random, 3) ? (unsigned)shape->tag : tag)
			    : sync_reset_union(NODE(shape), &shape_type, tag);
	if (shape->tag == SHAPE_CARD)
		change_card(random, arm);
	else
		change_point(random, arm);
}

/* ---- cells -------------------------------------------------------------------------------- */

static void change_numbers(seed *random, sync_list *list, const sync_type *elem)
{
	int32_t value = (int32_t)below(random, 5);
	size_t at = below(random, list->len);
	switch (below(random, 6)) {
	case 0:
	case 1:
		sync_list_insert_cell(list, elem, below(random, list->len + 1), &value);
		break;
	case 2:
	case 3:
		sync_list_set_cell(list, elem, at, &value);
		break;
	case 4:
		sync_list_remove(list, elem, at, below(random, 3));
		break;
	default:
		sync_list_move(list, elem, at, below(random, list->len));
		break;
	}
}

static void change_words(seed *random, sync_list *list)
{
	const char *text = word(random);
	sync_str value = sync_str_new(text, strlen(text));
	size_t at = below(random, list->len);
	if (!value)
		return;
	switch (below(random, 5)) {
	case 0:
		sync_list_insert_cell(list, &word_type, at, &value);
		break;
	case 1:
		sync_list_insert_cell(list, &word_type, list->len, &value);
		break;
	case 2:
		sync_list_set_cell(list, &word_type, at, &value);
		break;
	case 3:
		sync_list_remove(list, &word_type, at, 1);
		break;
	default:
		sync_list_move(list, &word_type, at, below(random, list->len));
		break;
	}
	sync_str_free(value);
}

static void change_small(seed *random, Inline8 *small)
{
	sync_inline_list *list = (sync_inline_list *)(void *)small;
	const sync_type *type = board_field[BOARD_SMALL].type;
	uint8_t value = (uint8_t)below(random, 4);
	size_t at = below(random, small->len);
	switch (below(random, 5)) {
	case 0:
		if (small->len < 8)
			sync_inline_insert(list, type, below(random, small->len + 1), &value);
		break;
	case 1:
		sync_inline_set(list, type, at, &value);
		break;
	case 2:
		sync_inline_remove(list, type, at, 1);
		break;
	case 3:
		sync_inline_move(list, type, at, below(random, small->len));
		break;
	default:
		break;
	}
}

static void change_sets(seed *random, Board *board)
{
	int32_t number = (int32_t)below(random, 40);
	const sync_type *elem = board_field[BOARD_NUMBERS].type->elem;
	if (below(random, 3))
		sync_set_add(&board->numbers, elem, &number);
	else
		sync_set_drop(&board->numbers, elem, &number);
	const char *text = word(random);
	sync_str tag = sync_str_new(text, strlen(text));
	if (tag && below(random, 2))
		sync_set_add(&board->tags, &word_type, &tag);
	else if (tag)
		sync_set_drop(&board->tags, &word_type, &tag);
	sync_str_free(tag);
}

/* ---- maps --------------------------------------------------------------------------------- */

static void change_maps(seed *random, Board *board)
{
	const char *key = word(random);
	size_t length = strlen(key);
	int32_t score = (int32_t)below(random, 4);
	const sync_type *score_type = board_field[BOARD_SCORES].type->elem;
	switch (below(random, 10)) {
	case 0:
	case 1:
		change_person(random, sync_map_edit(&board->people, &person_type, key, length));
		break;
	case 2:
		sync_map_drop(&board->people, &person_type, key, length);
		break;
	case 3:
	case 4:
		sync_map_put(&board->scores, score_type, key, length, &score);
		break;
	case 5:
		sync_map_drop(&board->scores, score_type, key, length);
		break;
	case 6:
		if (below(random, 10) == 0)
			sync_map_clear(&board->scores, score_type);
		break;
	case 7:
		sync_map_drop(&board->rows, &card_type, key, length);
		break;
	default: {
		Card *row = sync_map_edit(&board->rows, &card_type, key, length);
		if (row && below(random, 20))
			set_text(NODE(row), card_field, CARD_TEXT, word(random));
		else
			change_card(random, row);
		break;
	}
	}
}

/* ---- the board's own fields --------------------------------------------------------------- */

static void change_leaf(seed *random, Board *board)
{
	static const unsigned numbers[] = { BOARD_DONE,	 BOARD_COUNT, BOARD_I8,	    BOARD_I16,
					    BOARD_U8,	 BOARD_U16,   BOARD_U32,    BOARD_BIG,
					    BOARD_SAFE,	 BOARD_UBIG,  BOARD_USAFE,  BOARD_RATIO,
					    BOARD_VIEWS, BOARD_LEVEL, BOARD_RATIO32 };
	static const unsigned texts[] = { BOARD_NOTE, BOARD_BOTH, BOARD_SECRET, BOARD_CACHE,
					  BOARD_BODY, BOARD_CODE, BOARD_TITLE };
	unsigned index = numbers[below(random, COUNT(numbers))];
	int32_t level = (int32_t)below(random, 3);
	if (index == BOARD_LEVEL)
		sync_set_leaf(NODE(board), &board_field[index], index, &level);
	else
		set_number(NODE(board), board_field, index, (int64_t)below(random, 5));
	index = texts[below(random, COUNT(texts))];
	const char *text = word(random);
	if ((index != BOARD_NOTE && index != BOARD_TITLE) || *text)
		if (index != BOARD_CODE || strlen(text) <= 10)
			set_text(NODE(board), board_field, index, text);
}

static void change_owned(seed *random, Board *board)
{
	const char *text = word(random);
	sync_open_enum mood = { (int32_t)below(random, 3) - 1, NULL };
	if (mood.value < 0)
		mood.unknown = sync_str_new(text, strlen(text));
	if (mood.value >= 0 || mood.unknown)
		sync_set_leaf(NODE(board), &board_field[BOARD_MOOD], BOARD_MOOD, &mood);
	sync_str_free(mood.unknown);
	sync_set_bytes(NODE(board), &board_field[BOARD_DATA], BOARD_DATA, text, strlen(text));
	static const char *const values[] = { "null", "1", "[1,2,{}]", "{\"a\":[true]}", "\"x\"" };
	const char *json = values[below(random, COUNT(values))];
	struct cJSON *value = NULL;
	sync_reader reader;
	if (sync_reader_init(&reader, json, strlen(json), NULL) && sync_read_json(&reader, &value))
		sync_set_leaf(NODE(board), &board_field[BOARD_FREE], BOARD_FREE, &value);
	sync_json_free(value);
	sync_add_counter(NODE(board), &board_field[BOARD_VIEWS], BOARD_VIEWS,
			 (int64_t)below(random, 3) - 1);
}

static void change_presence(seed *random, Board *board)
{
	static const unsigned absent[] = { BOARD_NOTE, BOARD_BOTH, BOARD_EXTRA, BOARD_TREE };
	unsigned index = absent[below(random, COUNT(absent))];
	if (below(random, 2))
		sync_set_absent(NODE(board), &board_field[index], index);
	index = below(random, 2) ? BOARD_BOTH : BOARD_OWNER;
	if (below(random, 2))
		sync_set_null(NODE(board), &board_field[index], index);
}

static void change_embedded(seed *random, Board *board)
{
	static const unsigned people[] = { BOARD_OWNER, BOARD_EXTRA, BOARD_LEAD };
	unsigned index = people[below(random, COUNT(people))];
	const sync_field *field = &board_field[index];
	change_person(random, below(random, 6) ? sync_edit_field(NODE(board), field, index)
					       : sync_reset_field(NODE(board), field, index));
}

void script_step(seed *random, Board *board)
{
	switch (below(random, 14)) {
	case 0:
		change_leaf(random, board);
		break;
	case 1:
		change_owned(random, board);
		break;
	case 2:
		change_presence(random, board);
		break;
	case 3:
		change_embedded(random, board);
		break;
	case 4:
		change_point(random, &board->spot);
		break;
	case 5:
		change_tree(random,
			    sync_edit_field(NODE(board), &board_field[BOARD_TREE], BOARD_TREE), 0);
		break;
	case 6:
		change_small(random, &board->small);
		break;
	case 7:
		change_shape(random, &board->shape);
		break;
	case 8:
		change_cards(random, &board->cards);
		break;
	case 9: {
		sync_list *row = change_nodes(random, &board->grid, &grid_row_type);
		if (row)
			change_numbers(random, row, grid_row_type.elem);
		break;
	}
	case 10:
		change_words(random, &board->words);
		break;
	case 11:
		change_shape(random, change_nodes(random, &board->shapes, &shape_type));
		break;
	case 12:
		change_sets(random, board);
		break;
	default:
		change_maps(random, board);
		break;
	}
}

/* ---- audit -------------------------------------------------------------------------------- */

static const char *audit(const sync_type *type, const void *cell, const sync_node *up, long slot);

static const char *audit_fields(const sync_type *type, const void *base)
{
	const sync_node *node = base;
	if (*(const uint64_t *)(const void *)(node + 1))
		return "a mark";
	const char *wrong = NULL;
	for (uint32_t i = 0; !wrong && i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		const void *cell = sync_field_cell(field, base);
		if (cell && sync_kind_is_node((sync_kind)field->type->kind))
			wrong = audit(field->type, cell, node, (long)i);
	}
	return wrong;
}

static const char *audit_items(const sync_type *type, const sync_list *list)
{
	bool map = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	bool nodes = sync_kind_is_node((sync_kind)type->elem->kind);
	const char *wrong = NULL;
	for (size_t i = 0; !wrong && (map || nodes) && i < list->len; i++) {
		const sync_node *item = ((const sync_node *const *)list->items)[i];
		if (map && (item->up != &list->node || item->state != SYNC_NODE_WATCHED))
			return "an entry";
		if (!map)
			wrong = audit(type->elem, item, &list->node, -1);
		else if (nodes)
			wrong = audit(type->elem, (const char *)item + SYNC_ENTRY_VALUE, item,
				      type->kind == SYNC_KIND_TABLE ? type->elem->key : 0);
	}
	return wrong;
}

static const char *audit(const sync_type *type, const void *cell, const sync_node *up, long slot)
{
	const sync_node *node = cell;
	uint32_t state = node->state & ~(uint32_t)(SYNC_NODE_TABLE | SYNC_NODE_ROW |
						   SYNC_NODE_ROOT | SYNC_NODE_KEYED);
	if (state != SYNC_NODE_WATCHED)
		return type->name;
	if (up && (node->up != up || (slot >= 0 && node->slot != (uint32_t)slot)))
		return "a node hung elsewhere";
	if (type->kind == SYNC_KIND_STRUCT)
		return audit_fields(type, cell);
	if (type->kind == SYNC_KIND_UNION) {
		uint32_t tag = (uint32_t)((const sync_union *)cell)->tag;
		const sync_field *arm = &type->fields[tag];
		return audit(arm->type, (const char *)cell + arm->offset, node, (long)tag);
	}
	return type->kind == SYNC_KIND_INLINE_LIST ? NULL : audit_items(type, cell);
}

const char *script_audit(const sync_type *type, const void *value)
{
	return audit(type, value, NULL, 0);
}
