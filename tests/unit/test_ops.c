#include <CUnit/CUnit.h>

#include "board.h"
#include "fault.h"
#include "row.h"

#include <string.h>

#include <syncgen/alloc.h>

/* A row: JSON into a fresh value of a field's type; out comes the same, or other JSON, or an error.
 */
static const struct {
	const char *name;
	unsigned field; /* of the board, for its type */
	const char *in, *out;
	const char *pointer, *message; /* instead of out */
} rows[] = {
	{ "bool", BOARD_DONE, "true", "true", NULL, NULL },
	{ "int8", BOARD_I8, "-128", "-128", NULL, NULL },
	{ "int16", BOARD_I16, "32767", "32767", NULL, NULL },
	{ "uint8", BOARD_U8, "255", "255", NULL, NULL },
	{ "uint16", BOARD_U16, "65535", "65535", NULL, NULL },
	{ "uint32", BOARD_U32, "4294967295", "4294967295", NULL, NULL },
	{ "an integer with a fraction of nothing", BOARD_I16, "1.0", "1", NULL, NULL },
	{ "int64", BOARD_BIG, "\"-9223372036854775808\"", "\"-9223372036854775808\"", NULL, NULL },
	{ "uint64", BOARD_UBIG, "\"18446744073709551615\"", "\"18446744073709551615\"", NULL,
	  NULL },
	{ "safeint", BOARD_SAFE, "-9007199254740991", "-9007199254740991", NULL, NULL },
	{ "safeuint", BOARD_USAFE, "9007199254740991", "9007199254740991", NULL, NULL },
	{ "counter", BOARD_VIEWS, "12", "12", NULL, NULL },
	{ "float64", BOARD_RATIO, "0.1", "0.1", NULL, NULL },
	{ "float32", BOARD_RATIO32, "0", "0", NULL, NULL },
	{ "enum", BOARD_LEVEL, "\"high\"", "\"high\"", NULL, NULL },
	{ "enum, no such name", BOARD_LEVEL, "\"up\"", NULL, "", "'up' is no level" },
	{ "open enum", BOARD_MOOD, "\"sad\"", "\"sad\"", NULL, NULL },
	{ "open enum, unknown", BOARD_MOOD, "\"a\\\"b\"", "\"a\\\"b\"", NULL, NULL },
	{ "string", BOARD_TITLE, "\"\\u0000ä\"", "\"\\u0000ä\"", NULL, NULL },
	{ "inline string", BOARD_CODE, "\"ab\\n\"", "\"ab\\n\"", NULL, NULL },
	{ "inline string, too long", BOARD_CODE, "\"äaaaaaaaaaa\"", NULL, "", NULL },
	{ "text", BOARD_BODY, "\"t\"", "\"t\"", NULL, NULL },
	{ "bytes", BOARD_DATA, "\"AAEC\"", "\"AAEC\"", NULL, NULL },
	{ "json", BOARD_FREE, "{\"a\":[1,null]}", "{\"a\":[1,null]}", NULL, NULL },
	{ "inline list", BOARD_SMALL, "[1,2,3]", "[1,2,3]", NULL, NULL },
	{ "inline list, too long", BOARD_SMALL, "[1,2,3,4,5,6,7,8,9]", NULL, "",
	  "must be at most 8 elements, is 9 or more" },
	{ "inline list, bad element", BOARD_SMALL, "[1,256]", NULL, "/1", NULL },
	{ "list of lists", BOARD_GRID, "[[1],[],[2,3]]", "[[1],[],[2,3]]", NULL, NULL },
	{ "list of lists, bad cell", BOARD_GRID, "[[1],[2,true]]", NULL, "/1/1", NULL },
	{ "list of strings", BOARD_WORDS, "[\"a\",\"\"]", "[\"a\",\"\"]", NULL, NULL },
	{ "list of structs with the same key", BOARD_CARDS, "[{\"id\":\"a\"},{\"id\":\"a\"}]", NULL,
	  "/1", "the same id as element 0" },
	{ "set", BOARD_TAGS, "[\"b\",\"a\"]", "[\"b\",\"a\"]", NULL, NULL },
	{ "set, twice", BOARD_TAGS, "[\"b\",\"b\"]", NULL, "/1", "is in the set already" },
	{ "large set, twice", BOARD_NUMBERS, "[1,2,3,4,5,6,7,8,9,10,11,12,3]", NULL, "/12",
	  "is in the set already" },
	{ "map", BOARD_SCORES, "{\"b\":1,\"\":2,\"a/b\":-3}", "{\"b\":1,\"\":2,\"a/b\":-3}", NULL,
	  NULL },
	{ "map, a key twice", BOARD_SCORES, "{\"b/c\":1,\"b/c\":2}", NULL, "/b~1c",
	  "the member comes twice at byte 15" },
	{ "map, bad value", BOARD_SCORES, "{\"b/c\":101}", NULL, "/b~1c", NULL },
	{ "table, another key", BOARD_ROWS, "{\"k\":{\"id\":\"x\"}}", NULL, "/k",
	  "the row's key is not the one it stands under" },
	{ "table", BOARD_ROWS, "{\"k\":{\"id\":\"k\"}}",
	  "{\"k\":{\"id\":\"k\",\"text\":\"\",\"done\":false,\"at\":{\"x\":0,\"y\":0},\"labels\":[]"
	  "}}",
	  NULL, NULL },
	{ "union", BOARD_SHAPE, "{\"type\":\"point\",\"x\":1,\"y\":2}",
	  "{\"type\":\"point\",\"x\":1,\"y\":2}", NULL, NULL },
	{ "an array for a map", BOARD_SCORES, "[]", NULL, "", NULL },
};

union cell {
	Board board;
	void *align;
};

static void check_copy(const char *name, const sync_type *type, const void *cell, const char *json)
{
	static union cell other;
	sync_error error;
	if (!ROW(name, type->ops->copy(type, &other, cell) == SYNC_OK))
		return;
	char *again = board_json(type, &other);
	ROW(name, type->ops->equal(type, &other, cell) && strcmp(again, json) == 0);
	ROW(name, type->ops->validate(type, &other, &error));
	sync_free(again);
	type->ops->release(type, &other);
	type->ops->init(type, &other);
	char *empty = board_json(type, &other);
	ROW(name, strcmp(empty, json) == 0 || !type->ops->equal(type, &other, cell));
	sync_free(empty);
	type->ops->release(type, &other);
}

static void test_read_and_write(void)
{
	static union cell cell;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *name = rows[i].name;
		const sync_type *type = board_field[rows[i].field].type;
		sync_error error;
		type->ops->init(type, &cell);
		bool ok = board_parse(type, &cell, rows[i].in, &error);
		char *is = board_json(type, &cell);
		if (rows[i].out) {
			if (!ROW(name, ok && strcmp(is, rows[i].out) == 0))
				printf("is %s (%s)\n", is, error.message);
			check_copy(name, type, &cell, rows[i].out);
		} else if (!ROW(name, !ok && strcmp(error.pointer, rows[i].pointer) == 0 &&
					      (!rows[i].message ||
					       strcmp(error.message, rows[i].message) == 0))) {
			printf("'%s': %s\n", error.pointer, error.message);
		}
		sync_free(is);
		type->ops->release(type, &cell);
	}
}

static void test_ops_of_every_kind(void)
{
	for (int kind = SYNC_KIND_BOOL; kind <= SYNC_KIND_TABLE; kind++) {
		bool generated = kind == SYNC_KIND_STRUCT || kind == SYNC_KIND_UNION;
		CU_ASSERT((sync_ops_of((sync_kind)kind) == NULL) == generated);
	}
}

/* ---- constraints, on values that were not read -------------------------------------------- */

static void test_validate(void)
{
	sync_error error;
	int32_t number = 101;
	const sync_type *percent = board_field[BOARD_COUNT].type;
	CU_ASSERT(!percent->ops->validate(percent, &number, &error));
	CU_ASSERT_STRING_EQUAL(error.message, "must be -100 to 100, is 101");
	double zero = 0, infinite = 1 / zero, nan = zero / zero;
	const sync_type *real = board_field[BOARD_RATIO].type;
	CU_ASSERT(real->ops->validate(real, &zero, &error));
	CU_ASSERT(!real->ops->validate(real, &infinite, &error));
	CU_ASSERT(!real->ops->validate(real, &nan, &error));
	CU_ASSERT_STRING_EQUAL(error.message, "must be finite");
	int32_t level = 3;
	const sync_type *levels = board_field[BOARD_LEVEL].type;
	CU_ASSERT(!levels->ops->validate(levels, &level, &error));
	sync_str title = SYNC_STR_EMPTY;
	const sync_type *titles = board_field[BOARD_TITLE].type;
	CU_ASSERT(!titles->ops->validate(titles, &title, &error));
	CU_ASSERT_STRING_EQUAL(error.message, "must be 1 to 80 characters, is 0");
	double minus = -0.0;
	CU_ASSERT(real->ops->equal(real, &zero, &minus));
}

/* ---- each allocation fails in turn -------------------------------------------------------- */

#define WHOLE                                                                                      \
	"{\"title\":\"T\",\"mood\":\"new\",\"data\":\"AAEC\",\"free\":{\"a\":1},\"note\":\"n\","   \
	"\"cards\":[{\"id\":\"a\",\"labels\":[\"x\"]},{\"id\":\"b\"}],\"grid\":[[1],[2]],"         \
	"\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\"],"                 \
	"\"people\":{\"p\":{\"name\":\"P\",\"cards\":[{\"id\":\"c\"}]}},\"scores\":{\"s\":1},"     \
	"\"shape\":{\"type\":\"card\",\"id\":\"s\"},\"shapes\":[{\"type\":\"card\",\"id\":\"t\"}]" \
	","                                                                                        \
	"\"tree\":{\"name\":\"r\",\"left\":{\"name\":\"l\"},\"children\":[{\"name\":\"c\"}]}}"

static void read_and_copy(void)
{
	static Board board, copy;
	board_type.ops->init(&board_type, &board);
	sync_error error;
	if (board_parse(&board_type, &board, WHOLE, &error)) {
		if (board_type.ops->copy(&board_type, &copy, &board) == SYNC_OK)
			board_type.ops->release(&board_type, &copy);
	} else {
		CU_ASSERT(error.code == SYNC_NOMEM);
	}
	board_type.ops->release(&board_type, &board);
}

static void test_failed_allocations(void)
{
	long n = 1;
	for (; fault_next(n); n++) {
		read_and_copy();
		CU_ASSERT(fault_alive() == 0);
	}
	fault_end();
	CU_ASSERT(n > 50);
}

int test_ops(void)
{
	board_setup();
	CU_pSuite suite = CU_add_suite("ops", NULL, NULL);
	if (!suite || !CU_add_test(suite, "read and write", test_read_and_write) ||
	    !CU_add_test(suite, "ops of every kind", test_ops_of_every_kind) ||
	    !CU_add_test(suite, "validate", test_validate) ||
	    !CU_add_test(suite, "failed allocations", test_failed_allocations))
		return 1;
	return 0;
}
