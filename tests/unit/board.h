/*
 * A model with a field of every kind, laid out as the compiler lays out its own. Its structs and
 * unions are walked by description here, where generated ones are straight lines: the tests of
 * tracking need any correct ones, and these are one page.
 */
#ifndef TEST_BOARD_H
#define TEST_BOARD_H

#include <syncgen/map.h>
#include <syncgen/text.h>
#include <syncgen/value.h>

typedef struct Point {
	sync_node node_;
	uint64_t marks_[1];
	int32_t x, y;
} Point;

typedef struct Card {
	sync_node node_;
	uint64_t marks_[1];
	sync_str id, text;
	bool done, has_due;
	int64_t due;
	Point at;
	sync_list labels; /* of strings */
} Card;

typedef struct Person {
	sync_node node_;
	uint64_t marks_[1];
	sync_str name;
	uint8_t age;
	sync_list cards;
	struct sync_index *cards_index_; /* part of the list: its elements have a @key */
} Person;

typedef struct Shape {
	sync_node node_;
	int32_t tag;
	union {
		Point point;
		Card card;
	} as;
} Shape;

typedef struct Tree {
	sync_node node_;
	uint64_t marks_[1];
	sync_str name;
	bool has_left, null_right;
	struct Tree *left, *right; /* left?: Tree, right: Tree | null */
	sync_list children;
} Tree;

typedef struct Inline8 {
	sync_node node_;
	size_t len;
	uint8_t items[8];
} Inline8;

typedef struct Code {
	uint32_t length;
	char bytes[12];
} Code;

typedef struct Board {
	sync_node node_;
	uint64_t marks_[1];
	sync_str title;
	bool done;
	int32_t level, count;
	int8_t i8;
	int16_t i16;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	int64_t big, safe, views;
	uint64_t ubig, usafe;
	float ratio32;
	double ratio;
	bool has_note, has_extra, has_both, null_both, null_owner, has_tree;
	sync_str note, both, secret, cache;
	sync_open_enum mood;
	Code code;
	sync_bytes data;
	struct cJSON *free;
	sync_text body;
	Person owner, extra, lead;
	Point spot;
	Tree *tree;
	Inline8 small;
	Shape shape;
	sync_list cards;
	struct sync_index *cards_index_; /* part of the list */
	sync_list grid, words, shapes;
	sync_set tags, numbers;
	sync_map people, scores, rows;
} Board;

/* Numbers of the fields. */
enum { POINT_X, POINT_Y };
enum { CARD_ID, CARD_TEXT, CARD_DONE, CARD_DUE, CARD_AT, CARD_LABELS };
enum { PERSON_NAME, PERSON_AGE, PERSON_CARDS };
enum { TREE_NAME, TREE_LEFT, TREE_RIGHT, TREE_CHILDREN };
enum { SHAPE_POINT, SHAPE_CARD };
enum {
	BOARD_TITLE,
	BOARD_DONE,
	BOARD_LEVEL,
	BOARD_COUNT,
	BOARD_I8,
	BOARD_I16,
	BOARD_U8,
	BOARD_U16,
	BOARD_U32,
	BOARD_BIG,
	BOARD_SAFE,
	BOARD_VIEWS,
	BOARD_UBIG,
	BOARD_USAFE,
	BOARD_RATIO32,
	BOARD_RATIO,
	BOARD_NOTE,
	BOARD_BOTH,
	BOARD_SECRET,
	BOARD_CACHE,
	BOARD_MOOD,
	BOARD_CODE,
	BOARD_DATA,
	BOARD_FREE,
	BOARD_BODY,
	BOARD_OWNER,
	BOARD_EXTRA,
	BOARD_LEAD,
	BOARD_SPOT,
	BOARD_TREE,
	BOARD_SMALL,
	BOARD_SHAPE,
	BOARD_CARDS,
	BOARD_GRID,
	BOARD_WORDS,
	BOARD_SHAPES,
	BOARD_TAGS,
	BOARD_NUMBERS,
	BOARD_PEOPLE,
	BOARD_SCORES,
	BOARD_ROWS,
	BOARD_FIELDS
};

/* Generated models in the same program have types of these names. */
#define point_type board_point_type
#define shape_type board_shape_type
#define tree_type  board_tree_type

extern const sync_type point_type, card_type, person_type, shape_type, tree_type, board_type;
extern const sync_type card_list_type, grid_row_type, int_type, word_type;
extern const sync_field point_field[], card_field[], person_field[], tree_field[], board_field[];

#define BOARD_ROLE (SYNC_SEE_ROLE_0 << 0) /* who may see `secret` */

/* Fills the tables that a compiler would have computed; call it first, any number of times. */
void board_setup(void);

/* The value as JSON that a viewer with every role sees, NUL-terminated, or NULL. Free with
 * sync_free. */
char *board_json(const sync_type *type, const void *value);

/* Reads JSON into an initialised value. */
bool board_parse(const sync_type *type, void *value, const char *json, sync_error *error);

#endif
