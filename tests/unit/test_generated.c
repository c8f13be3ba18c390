/* What the compiler made of every.sync, as a program uses it. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "every.h"
#include "wire/board.h"
#include "row.h"

/* ---- help ---- */

/* Text of a value; to be freed. */
static char *text_of(const sync_type *type, const void *value)
{
	sync_buf out = { 0 };
	sync_to_json(type, value, &out);
	const char *text = sync_buf_cstr(&out);
	char *copy = text ? malloc(out.len + 1) : NULL;
	if (copy)
		memcpy(copy, text, out.len + 1);
	sync_buf_release(&out);
	return copy;
}

static bool prints_as(const sync_type *type, const void *value, const char *expected)
{
	char *text = text_of(type, value);
	bool same = text && strcmp(text, expected) == 0;
	if (!same)
		printf("got      %s\nexpected %s\n", text ? text : "nothing", expected);
	free(text);
	return same;
}

static sync_status read_as(const sync_type *type, void *value, const char *json, sync_error *error)
{
	return sync_from_json(type, value, json, strlen(json), error);
}

/* ---- defaults ---- */

#define HEAD_NUMBERS                                                                               \
	"{\"a\":true,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":\"0\",\"j\":"   \
	"\"0\","                                                                                   \
	"\"k\":0,\"l\":0,\"m\":0,\"n\":0,\"o\":0,\"p\":-5,\"q\":1,\"r\":\"-9223372036854775808\"," \
	"\"s\":\"18446744073709551615\",\"t\":0.1,\"u\":0,\"v\":3}"

static const struct {
	const char *name;
	const sync_type *type;
	const char *json;
} defaults[] = {
	{ "numbers", &numbers_type, HEAD_NUMBERS },
	{ "formats", &formats_type,
	  "{\"a\":\"00000000-0000-0000-0000-000000000000\",\"b\":\"a@b.example\","
	  "\"c\":\"https://example.org/\",\"d\":\"2024-02-29\",\"e\":\"2024-02-29T12:00:00Z\","
	  "\"f\":\"127.0.0.1\",\"g\":\"::1\",\"h\":\"example.org\",\"i\":\"a-b\",\"j\":\"AQI=\"}" },
	{ "leaves", &leaves_type,
	  "{\"text\":\"say \\\"hi\\\"\\n?\?/ \\\\\",\"more\":\"\",\"data\":\"\",\"any\":null,"
	  "\"level\":\"high\",\"kind\":\"fancy\",\"odd \\\"name\\\"/~\":\"\",\"counter\":0}" },
	{ "optionals", &optionals_type, "{\"b\":null,\"f\":null}" },
	{ "small", &small_type, "{\"code\":\"ab\",\"rgb\":[]}" },
	{ "shape", &shape_type, "{\"type\":\"circle\",\"r\":0}" },
	{ "tree", &tree_type, "{\"name\":\"\",\"right\":null,\"children\":[],\"named\":{}}" },
	{ "row", &row_type, "{\"id\":\"\",\"text\":\"new\",\"count\":0}" },
	{ "nothing", &nothing_type, "{}" },
	{ "arguments", &all_list_args_type, "{\"most\":0}" },
};

static void test_defaults(void)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		void *value = sync_box_new(defaults[i].type);
		ROW(defaults[i].name,
		    value && prints_as(defaults[i].type, value, defaults[i].json));
		sync_box_free(defaults[i].type, value);
	}
}

/* ---- round trips ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *json, *out; /* out NULL: the same */
} trips[] = {
	{ "defaults come back", &numbers_type, HEAD_NUMBERS, NULL },
	{ "every absent one there", &optionals_type,
	  "{\"a\":1,\"b\":2,\"c\":\"x\",\"d\":{\"x\":1,\"y\":2},\"e\":[\"q\"],\"f\":{\"k\":1},"
	  "\"g\":{\"type\":\"the "
	  "square\",\"side\":2},\"h\":\"low\",\"i\":\"AQI=\",\"j\":{\"z\":[1]},"
	  "\"k\":[\"s\"],\"l\":{\"code\":\"\",\"rgb\":[1,2,3]},\"m\":[{\"id\":\"r\",\"text\":\"\","
	  "\"count\":1,\"at\":{\"x\":0,\"y\":5}}],\"n\":\"inline\"}",
	  NULL },
	{ "every nullable one null", &optionals_type,
	  "{\"b\":null,\"c\":null,\"f\":null,\"l\":null}", NULL },
	{ "any order, unknown ones ignored", &point_type, "{\"z\":[{}],\"y\":1,\"x\":2}",
	  "{\"x\":2,\"y\":1}" },
	{ "a default stays", &point_type, "{\"x\":2}", "{\"x\":2,\"y\":5}" },
	{ "whole numbers in any form", &point_type, "{\"x\":1e2,\"y\":2.0}",
	  "{\"x\":100,\"y\":2}" },
	{ "boxes", &tree_type,
	  "{\"name\":\"a\",\"left\":{\"name\":\"b\",\"right\":null,\"children\":[],\"named\":{}},"
	  "\"right\":{\"name\":\"c\",\"right\":null,\"children\":[{\"name\":\"d\",\"right\":null,"
	  "\"children\":[],\"named\":{}}],\"named\":{\"k\":{\"name\":\"e\",\"right\":null,"
	  "\"children\":[],\"named\":{}}}},\"children\":[],\"named\":{}}",
	  NULL },
	{ "the tag first", &shape_type, "{\"type\":\"circle\",\"r\":1.5}", NULL },
	{ "the tag last", &shape_type, "{\"r\":1.5,\"type\":\"circle\"}",
	  "{\"type\":\"circle\",\"r\":1.5}" },
	{ "an alternative without members", &shape_type, "{\"type\":\"none\"}", NULL },
	{ "containers", &containers_type,
	  "{\"rows\":[{\"id\":\"a\",\"text\":\"t\",\"count\":1}],\"numbers\":[1,2],"
	  "\"strings\":[\"s\",\"\"],\"blobs\":[\"AQI=\",\"\"],\"values\":[1,null,{\"a\":[]}],"
	  "\"kinds\":[\"plain\",\"from the future\"],\"levels\":[\"low\",\"mid-level\"],"
	  "\"shapes\":[{\"type\":\"none\"},{\"type\":\"circle\",\"r\":2}],\"grid\":[[1],[],[2,3]],"
	  "\"lists\":{\"a\":[\"x\"],\"b\":[]},\"counts\":{\"z\":1,\"a\":2},\"names\":{\"n\":\"m\"},"
	  "\"points\":{\"p\":{\"x\":1,\"y\":2}},\"tags\":[\"t\"],\"ids\":[3,1],"
	  "\"table\":{\"k\":{\"id\":\"k\",\"text\":\"\",\"count\":0}},\"by_id\":[{\"id\":7,"
	  "\"text\":\"\"}],\"levelled\":{\"q\":\"high\"},\"times\":[0.5,1e+21]}",
	  NULL },
	{ "zeros inside strings", &leaves_type,
	  "{\"text\":\"a\\u0000b\",\"more\":\"\",\"data\":\"\",\"any\":null,\"level\":\"low\","
	  "\"kind\":\"new kind\",\"odd \\\"name\\\"/~\":\"\",\"counter\":-1}",
	  NULL },
};

static void test_round_trips(void)
{
	for (size_t i = 0; i < sizeof(trips) / sizeof(*trips); i++) {
		const sync_type *type = trips[i].type;
		const char *out = trips[i].out ? trips[i].out : trips[i].json;
		void *value = sync_box_new(type);
		sync_error error = { .code = SYNC_OK };
		sync_status status = read_as(type, value, trips[i].json, &error);
		if (status != SYNC_OK)
			printf("%s: %s\n", error.pointer, error.message);
		ROW(trips[i].name, status == SYNC_OK && prints_as(type, value, out));
		void *copy = sync_box_copy(type, value);
		ROW(trips[i].name,
		    copy && type->ops->equal(type, value, copy) && prints_as(type, copy, out));
		ROW(trips[i].name, copy && type->ops->validate(type, copy, &error));
		sync_box_free(type, copy);
		sync_box_free(type, value);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *json;
	sync_status code;
	const char *pointer;
} refused[] = {
	{ "a missing member", &point_type, "{\"y\":1}", SYNC_INVALID, "" },
	{ "twice the same", &point_type, "{\"x\":1,\"x\":1}", SYNC_INVALID, "/x" },
	{ "below the range", &point_type, "{\"x\":-1001}", SYNC_INVALID, "/x" },
	{ "above the range", &point_type, "{\"x\":1001}", SYNC_INVALID, "/x" },
	{ "a fraction", &point_type, "{\"x\":1.5}", SYNC_INVALID, "/x" },
	{ "not an object", &point_type, "[]", SYNC_INVALID, "" },
	{ "not JSON", &point_type, "{\"x\":}", SYNC_PARSE, "/x" },
	{ "more behind it", &point_type, "{\"x\":1} 2", SYNC_PARSE, "" },
	{ "too long a string", &row_type, "{\"id\":\"123456789012345678901\",\"count\":1}",
	  SYNC_INVALID, "/id" },
	{ "no such name", &leaves_type, "{\"level\":\"mid\",\"text\":\"a\"}", SYNC_INVALID,
	  "/level" },
	{ "not a form", &formats_type, "{\"f\":\"1.2.3\"}", SYNC_INVALID, "/f" },
	{ "deep inside", &containers_type, "{\"rows\":[{\"id\":\"a\",\"count\":-1}]}", SYNC_INVALID,
	  "/rows/0/count" },
	{ "in a map", &containers_type, "{\"counts\":{\"a/b\":\"x\"}}", SYNC_INVALID,
	  "/counts/a~1b" },
	{ "too many", &containers_type, "{\"numbers\":[1,2,3,4,5,6]}", SYNC_INVALID, "/numbers" },
	{ "no such alternative", &shape_type, "{\"type\":\"triangle\"}", SYNC_INVALID, "/type" },
	{ "no tag", &shape_type, "{\"r\":1}", SYNC_INVALID, "" },
	{ "unknown in a closed one", &shape_type, "{\"type\":\"circle\",\"r\":1,\"s\":1}",
	  SYNC_INVALID, "/s" },
	{ "the tag alone in a closed one", &circle_type, "{\"type\":\"circle\",\"r\":1}",
	  SYNC_INVALID, "/type" },
	{ "null where there is none", &point_type, "{\"x\":null}", SYNC_INVALID, "/x" },
	{ "too much for an inline string", &small_type, "{\"code\":\"abcde\",\"rgb\":[]}",
	  SYNC_INVALID, "/code" },
	{ "too many for an inline list", &small_type, "{\"rgb\":[1,2,3,4]}", SYNC_INVALID, "/rgb" },
	{ "past 2^53", &numbers_type, "{\"h\":9007199254740992}", SYNC_INVALID, "/h" },
	{ "past 2^64", &numbers_type, "{\"j\":\"18446744073709551616\"}", SYNC_INVALID, "/j" },
	{ "a local member is unknown, not set", &circle_type, "{\"r\":101}", SYNC_INVALID, "/r" },
};

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const sync_type *type = refused[i].type;
		void *value = sync_box_new(type);
		char *before = text_of(type, value);
		sync_error error = { .code = SYNC_OK };
		sync_status status = read_as(type, value, refused[i].json, &error);
		bool right = status == refused[i].code && error.code == status &&
			     strcmp(error.pointer, refused[i].pointer) == 0;
		if (!right)
			printf("%s at '%s': %s\n", sync_status_name(status), error.pointer,
			       error.message);
		ROW(refused[i].name, right);
		ROW(refused[i].name, before && prints_as(type, value, before));
		free(before);
		sync_box_free(type, value);
	}
}

/* ---- setters ---- */

static bool ops_are(sync_track *track, const char *expected)
{
	sync_buf out = { 0 };
	sync_status status = sync_track_ops(track, SYNC_SEE_PUBLIC, &out);
	const char *text = sync_buf_cstr(&out);
	bool same = status == SYNC_OK && text && strcmp(text, expected) == 0;
	if (!same)
		printf("got      %s\nexpected %s\n", text ? text : "nothing", expected);
	sync_buf_release(&out);
	return same;
}

static void test_setters(void)
{
	All all;
	all_init(&all);
	AllDoc *doc = all_edit(&all);
	NumbersDoc *numbers = all_edit_numbers(doc);
	CU_ASSERT_EQUAL(numbers_set_b(numbers, -128), SYNC_OK);
	CU_ASSERT_EQUAL(numbers_set_j(numbers, UINT64_MAX), SYNC_OK);
	CU_ASSERT_EQUAL(numbers_set_p(numbers, 6), SYNC_INVALID);
	CU_ASSERT_EQUAL(numbers_set_q(numbers, 0), SYNC_INVALID);
	CU_ASSERT_EQUAL(numbers_set_t(numbers, 2e300), SYNC_INVALID);
	CU_ASSERT_EQUAL(numbers_null_v(numbers), SYNC_OK);
	CU_ASSERT_TRUE(all.numbers.null_v);
	CU_ASSERT_EQUAL(numbers_set_v(numbers, 7), SYNC_OK);
	CU_ASSERT_TRUE(!all.numbers.null_v && all.numbers.v == 7);
	CU_ASSERT_EQUAL(leaves_set_text(all_edit_leaves(doc), "hello"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(all.leaves.text, "hello");
	CU_ASSERT_EQUAL(leaves_set_text(all_edit_leaves(doc), ""), SYNC_INVALID);
	CU_ASSERT_EQUAL(leaves_set_text(all_edit_leaves(doc), "\xff"), SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(all.leaves.text, "hello");
	CU_ASSERT_EQUAL(leaves_set_more(all_edit_leaves(doc), "more"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(sync_text_str(&all.leaves.more), "more");
	CU_ASSERT_EQUAL(leaves_set_data(all_edit_leaves(doc), "\1\2", 2), SYNC_OK);
	CU_ASSERT_EQUAL(leaves_set_level(all_edit_leaves(doc), LEVEL_MID), SYNC_OK);
	CU_ASSERT_EQUAL(leaves_set_level(all_edit_leaves(doc), (Level)3), SYNC_INVALID);
	CU_ASSERT_EQUAL(leaves_set_kind(all_edit_leaves(doc), KIND_PLAIN), SYNC_OK);
	CU_ASSERT_EQUAL(leaves_set_kind_name(all_edit_leaves(doc), "other"), SYNC_OK);
	CU_ASSERT_EQUAL(leaves_add_counter(all_edit_leaves(doc), INT64_MAX), SYNC_OK);
	CU_ASSERT_TRUE(all.leaves.counter == INT64_C(9007199254740991));
	CU_ASSERT_TRUE(
		prints_as(&leaves_type, &all.leaves,
			  "{\"text\":\"hello\",\"more\":\"more\",\"data\":\"AQI=\",\"any\":null,"
			  "\"level\":\"mid-level\",\"kind\":\"other\","
			  "\"odd \\\"name\\\"/~\":\"\",\"counter\":9007199254740991}"));
	CU_ASSERT_EQUAL(formats_set_j(all_edit_formats(doc), "\1", 1), SYNC_OK);
	CU_ASSERT_EQUAL(all.formats.j.len, 1);
	CU_ASSERT_EQUAL(small_set_code(all_edit_small(doc), "cd"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(all.small.code, "cd");
	CU_ASSERT_EQUAL(small_push_rgb(all_edit_small(doc), 9), SYNC_OK);
	CU_ASSERT_TRUE(all.small.rgb.len == 1 && all.small.rgb.items[0] == 9);
	CU_ASSERT_EQUAL(wide_set_f64(all_edit_wide(doc), true), SYNC_OK);
	CU_ASSERT_EQUAL(wide_set_f66(all_edit_wide(doc), 3), SYNC_OK);
	CU_ASSERT_TRUE(all.wide.f64 && all.wide.has_f66);
	/* A chain that failed in its middle says so at its end. */
	CU_ASSERT_EQUAL(point_set_x(row_edit_at(NULL), 1), SYNC_NOMEM);
	CU_ASSERT_PTR_NULL(all_edit_numbers(NULL));
	CU_ASSERT_EQUAL(small_assign(all_edit_small(doc), small_get(NULL)), SYNC_NOMEM);
	CU_ASSERT_EQUAL(small_assign(NULL, &all.small), SYNC_NOMEM);
	all_release(&all);
}

static void test_tracked(void)
{
	All all;
	all_init(&all);
	AllDoc *doc = all_edit(&all);
	sync_track *track = sync_track_new(&all_type, &all);
	CU_ASSERT_PTR_NOT_NULL_FATAL(track);
	CU_ASSERT_EQUAL(numbers_set_b(all_edit_numbers(doc), 5), SYNC_OK);
	CU_ASSERT_EQUAL(wide_set_f65(all_edit_wide(doc), "w"), SYNC_OK);
	CU_ASSERT_TRUE(ops_are(track,
			       "[{\"op\":\"replace\",\"path\":\"/numbers/b\",\"value\":5},"
			       "{\"op\":\"replace\",\"path\":\"/wide/f65\",\"value\":\"w\"}]"));
	sync_track_rollback(track);
	CU_ASSERT_TRUE(all.numbers.b == 0 && strcmp(all.wide.f65, "") == 0);

	/* Set back: nothing is sent. */
	numbers_set_b(all_edit_numbers(doc), 5);
	numbers_set_b(all_edit_numbers(doc), 0);
	CU_ASSERT_TRUE(ops_are(track, "[]"));
	sync_track_commit(track);

	/* Absent, there, absent. */
	point_set_x(optionals_edit_d(all_edit_optionals(doc)), 3);
	CU_ASSERT_TRUE(all.optionals.has_d);
	CU_ASSERT_TRUE(ops_are(track, "[{\"op\":\"add\",\"path\":\"/optionals/d\","
				      "\"value\":{\"x\":3,\"y\":5}}]"));
	sync_track_commit(track);
	CU_ASSERT_EQUAL(optionals_clear_d(all_edit_optionals(doc)), SYNC_OK);
	CU_ASSERT_TRUE(ops_are(track, "[{\"op\":\"remove\",\"path\":\"/optionals/d\"}]"));
	sync_track_commit(track);

	/* What only some may see is not sent to all. */
	all_set_secret(doc, "s");
	all_set_cache(doc, "c");
	CU_ASSERT_TRUE(ops_are(track, "[]"));
	sync_track_rollback(track);

	/* An alternative. */
	square_set_side(shape_edit_square(all_edit_shape(doc)), 4);
	CU_ASSERT_EQUAL(all.shape.type, SHAPE_SQUARE);
	CU_ASSERT_TRUE(ops_are(track, "[{\"op\":\"replace\",\"path\":\"/shape\",\"value\":"
				      "{\"type\":\"the square\",\"side\":4}}]"));
	sync_track_rollback(track);
	CU_ASSERT_EQUAL(all.shape.type, SHAPE_CIRCLE);

	/* A box in a box. */
	tree_set_name(tree_edit_left(tree_edit_left(all_edit_tree(doc))), "deep");
	CU_ASSERT_TRUE(all.tree.has_left && all.tree.left->has_left);
	sync_track_commit(track);
	tree_set_name(tree_edit_left(tree_edit_left(all_edit_tree(doc))), "deeper");
	CU_ASSERT_TRUE(ops_are(track, "[{\"op\":\"replace\",\"path\":\"/tree/left/left/name\","
				      "\"value\":\"deeper\"}]"));
	sync_track_commit(track);

	/* A refused change is remembered. */
	numbers_set_p(all_edit_numbers(doc), 100);
	sync_error error;
	CU_ASSERT_EQUAL(sync_track_check(track, &error), SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(error.pointer, "/numbers/p");
	sync_track_free(track);
	all_release(&all);
}

/* ---- containers ---- */

/* Containers by their own handles, maps, sets, a table. */
static void fill_the_rest(ContainersDoc *doc)
{
	EveryInt32ListDoc *line = containers_push_grid(doc);
	CU_ASSERT_EQUAL(every_int32_list_push(line, 1), SYNC_OK);
	CU_ASSERT_EQUAL(every_int32_list_push(line, 2), SYNC_OK);
	CU_ASSERT_EQUAL(every_string_list_push(containers_edit_lists(doc, "l"), "x"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_put_counts(doc, "a", 1), SYNC_OK);
	CU_ASSERT_EQUAL(containers_put_names(doc, "n", "m"), SYNC_OK);
	CU_ASSERT_EQUAL(point_set_x(containers_edit_points(doc, "p"), 4), SYNC_OK);
	CU_ASSERT_EQUAL(containers_add_tags(doc, "t"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_add_tags(doc, "t"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_add_ids(doc, 5), SYNC_OK);
	CU_ASSERT_EQUAL(row_set_text(containers_edit_table(doc, "k"), "row"), SYNC_OK);
	CU_ASSERT_EQUAL(numbered_set_id(containers_push_by_id(doc), 7), SYNC_OK);
	CU_ASSERT_EQUAL(containers_put_levelled(doc, "q", LEVEL_HIGH), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_times(doc, 1.5), SYNC_OK);
}

static void test_container_calls(void)
{
	Containers c;
	containers_init(&c);
	ContainersDoc *doc = containers_edit(&c);
	RowDoc *row = containers_push_rows(doc);
	CU_ASSERT_EQUAL(row_set_id(row, "b"), SYNC_OK);
	CU_ASSERT_EQUAL(row_set_id(containers_insert_rows(doc, 0), "a"), SYNC_OK);
	CU_ASSERT_PTR_NULL(containers_insert_rows(doc, 3));
	CU_ASSERT_EQUAL(containers_find_rows(&c, "b"), 1);
	CU_ASSERT_EQUAL(containers_find_rows(&c, "c"), SIZE_MAX);
	CU_ASSERT_EQUAL(containers_move_rows(doc, 0, 1), SYNC_OK);
	CU_ASSERT_PTR_EQUAL(containers_edit_rows(doc, 0), row);
	CU_ASSERT_EQUAL(containers_remove_rows(doc, 2), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(containers_push_numbers(doc, 1), SYNC_OK);
	CU_ASSERT_EQUAL(containers_insert_numbers(doc, 0, 2), SYNC_OK);
	CU_ASSERT_EQUAL(containers_set_numbers(doc, 1, 3), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_strings(doc, "x"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_strings(doc, "\xff"), SYNC_INVALID);
	CU_ASSERT_EQUAL(containers_set_strings(doc, 0, "y"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_blobs(doc, "\1", 1), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_values(doc, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_kinds(doc, KIND_FANCY), SYNC_OK);
	CU_ASSERT_EQUAL(containers_push_levels(doc, LEVEL_LOW), SYNC_OK);
	CU_ASSERT_PTR_NOT_NULL(shape_edit_none(containers_push_shapes(doc)));
	fill_the_rest(doc);
	CU_ASSERT_TRUE(prints_as(
		&containers_type, &c,
		"{\"rows\":[{\"id\":\"b\",\"text\":\"new\",\"count\":0},{\"id\":\"a\",\"text\":"
		"\"new\","
		"\"count\":0}],\"numbers\":[2,3],\"strings\":[\"y\"],\"blobs\":[\"AQ==\"],"
		"\"values\":[null],\"kinds\":[\"fancy\"],\"levels\":[\"low\"],"
		"\"shapes\":[{\"type\":\"none\"}],\"grid\":[[1,2]],\"lists\":{\"l\":[\"x\"]},"
		"\"counts\":{\"a\":1},\"names\":{\"n\":\"m\"},\"points\":{\"p\":{\"x\":4,\"y\":5}},"
		"\"tags\":[\"t\"],\"ids\":[5],\"table\":{\"k\":{\"id\":\"k\",\"text\":\"row\","
		"\"count\":0}},\"by_id\":[{\"id\":7,\"text\":\"\"}],\"levelled\":{\"q\":\"high\"},"
		"\"times\":[1.5]}"));
	CU_ASSERT_EQUAL(*containers_get_counts(&c, "a"), 1);
	CU_ASSERT_PTR_NULL(containers_get_counts(&c, "b"));
	CU_ASSERT_STRING_EQUAL(containers_get_names(&c, "n"), "m");
	CU_ASSERT_EQUAL(containers_get_points(&c, "p")->x, 4);
	CU_ASSERT_STRING_EQUAL(containers_get_table(&c, "k")->text, "row");
	CU_ASSERT_TRUE(containers_has_tags(&c, "t") && !containers_has_tags(&c, "u"));
	CU_ASSERT_TRUE(containers_has_ids(&c, 5) && !containers_has_ids(&c, 6));
	CU_ASSERT_EQUAL(containers_find_by_id(&c, 7), 0);
	CU_ASSERT_EQUAL(containers_drop_counts(doc, "b"), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(containers_drop_counts(doc, "a"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_drop_tags(doc, "t"), SYNC_OK);
	CU_ASSERT_EQUAL(containers_clear_ids(doc), SYNC_OK);
	CU_ASSERT_EQUAL(containers_clear_rows(doc), SYNC_OK);
	CU_ASSERT_EQUAL(containers_clear_table(doc), SYNC_OK);
	CU_ASSERT_TRUE(!c.counts.len && !c.tags.len && !c.ids.len && !c.rows.len && !c.table.len);
	containers_release(&c);
}

static void test_absent_containers(void)
{
	Optionals o;
	optionals_init(&o);
	OptionalsDoc *doc = optionals_edit(&o);
	CU_ASSERT_EQUAL(optionals_remove_e(doc, 0), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(optionals_clear_e(doc), SYNC_OK);
	CU_ASSERT_PTR_NULL(optionals_get_f(&o, "k"));
	CU_ASSERT_FALSE(optionals_has_k(&o, "k"));
	CU_ASSERT_FALSE(o.has_e || o.has_k || !o.null_f);
	CU_ASSERT_EQUAL(optionals_push_e(doc, "x"), SYNC_OK);
	CU_ASSERT_EQUAL(optionals_put_f(doc, "k", 1), SYNC_OK);
	CU_ASSERT_EQUAL(optionals_add_k(doc, "k"), SYNC_OK);
	CU_ASSERT_TRUE(o.has_e && o.has_k && !o.null_f);
	CU_ASSERT_EQUAL(optionals_unset_e(doc), SYNC_OK);
	CU_ASSERT_EQUAL(optionals_null_f(doc), SYNC_OK);
	CU_ASSERT_EQUAL(optionals_set_c(doc, "c"), SYNC_OK);
	CU_ASSERT_EQUAL(optionals_null_c(doc), SYNC_OK);
	CU_ASSERT_TRUE(
		prints_as(&optionals_type, &o, "{\"b\":null,\"c\":null,\"f\":null,\"k\":[\"k\"]}"));
	CU_ASSERT_EQUAL(optionals_clear_c(doc), SYNC_OK);
	CU_ASSERT_FALSE(o.has_c);
	optionals_release(&o);
}

/* A list as an action gives it back. */
static void test_plain_list(void)
{
	RowList list;
	row_list_init(&list);
	CU_ASSERT_EQUAL(row_set_id(row_list_push(row_list_edit(&list)), "a"), SYNC_OK);
	CU_ASSERT_EQUAL(row_set_id(row_list_push(row_list_edit(&list)), "b"), SYNC_OK);
	CU_ASSERT_EQUAL(row_list_find(&list, "b"), 1);
	CU_ASSERT_EQUAL(row_list_remove(row_list_edit(&list), 0), SYNC_OK);
	CU_ASSERT_TRUE(list.len == 1 && strcmp(list.items[0]->id, "b") == 0);
	row_list_release(&list);
}

/* ---- differences ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *before, *after;
} differences[] = {
	{ "nothing", &point_type, "{\"x\":1}", "{\"x\":1}" },
	{ "a number", &point_type, "{\"x\":1}", "{\"x\":2}" },
	{ "absent to there", &optionals_type, "{\"b\":1,\"f\":null}",
	  "{\"a\":1,\"b\":null,\"d\":{\"x\":1},\"e\":[\"z\"],\"f\":{\"q\":1}}" },
	{ "another alternative", &shape_type, "{\"type\":\"circle\",\"r\":1}",
	  "{\"type\":\"the square\",\"side\":1}" },
	{ "boxes", &tree_type, "{\"name\":\"a\",\"right\":null,\"children\":[],\"named\":{}}",
	  "{\"name\":\"a\",\"left\":{\"name\":\"b\",\"right\":null,\"children\":[],\"named\":{}},"
	  "\"right\":{\"name\":\"c\",\"right\":null,\"children\":[],\"named\":{}},\"children\":[],"
	  "\"named\":{}}" },
};

static void test_differences(void)
{
	for (size_t i = 0; i < 2 * sizeof(differences) / sizeof(*differences); i++) {
		const sync_type *type = differences[i / 2].type;
		const char *json[2] = { differences[i / 2].before, differences[i / 2].after };
		void *before = sync_box_new(type), *after = sync_box_new(type);
		sync_error error = { .code = SYNC_OK };
		CU_ASSERT_EQUAL(read_as(type, before, json[i % 2], &error), SYNC_OK);
		CU_ASSERT_EQUAL(read_as(type, after, json[1 - i % 2], &error), SYNC_OK);
		void *copy = sync_box_copy(type, before);
		sync_buf ops = { 0 };
		CU_ASSERT_EQUAL(sync_diff(type, before, after, &ops), SYNC_OK);
		sync_status status = sync_apply(type, before, ops.data, ops.len, NULL, &error);
		if (status != SYNC_OK)
			printf("%.*s: %s\n", (int)ops.len, ops.data, error.message);
		ROW(differences[i / 2].name,
		    status == SYNC_OK && type->ops->equal(type, before, after));
		ROW(differences[i / 2].name, copy && sync_assign(type, copy, after) == SYNC_OK &&
						     type->ops->equal(type, copy, after));
		sync_buf_release(&ops);
		sync_box_free(type, copy);
		sync_box_free(type, before);
		sync_box_free(type, after);
	}
}

/* Values of Optionals that differ from {"b":1,"f":{}} and from each other in one member. */
static const char *const unequal[] = {
	"{\"b\":1,\"f\":{}}",
	"{\"b\":null,\"f\":{}}",
	"{\"b\":2,\"f\":{}}",
	"{\"b\":1,\"f\":null}",
	"{\"b\":1,\"f\":{\"k\":1}}",
	"{\"a\":0,\"b\":1,\"f\":{}}",
	"{\"b\":1,\"c\":null,\"f\":{}}",
	"{\"b\":1,\"c\":\"\",\"f\":{}}",
	"{\"b\":1,\"d\":{\"x\":0},\"f\":{}}",
	"{\"b\":1,\"e\":[],\"f\":{}}",
	"{\"b\":1,\"f\":{},\"g\":{\"type\":\"none\"}}",
	"{\"b\":1,\"f\":{},\"h\":\"low\"}",
	"{\"b\":1,\"f\":{},\"i\":\"\"}",
	"{\"b\":1,\"f\":{},\"j\":null}",
	"{\"b\":1,\"f\":{},\"k\":[]}",
	"{\"b\":1,\"f\":{},\"l\":null}",
	"{\"b\":1,\"f\":{},\"m\":[]}",
	"{\"b\":1,\"f\":{},\"n\":\"\"}",
	"{\"b\":1,\"f\":{},\"n\":\"x\"}",
};

static void test_unequal(void)
{
	for (size_t i = 0; i < sizeof(unequal) / sizeof(*unequal); i++) {
		for (size_t k = 0; k < sizeof(unequal) / sizeof(*unequal); k++) {
			Optionals a, b;
			optionals_init(&a);
			optionals_init(&b);
			CU_ASSERT_EQUAL(read_as(&optionals_type, &a, unequal[i], NULL), SYNC_OK);
			CU_ASSERT_EQUAL(read_as(&optionals_type, &b, unequal[k], NULL), SYNC_OK);
			ROW(unequal[k], optionals_equal(&a, &b) == (i == k));
			optionals_release(&a);
			optionals_release(&b);
		}
	}
}

/* ---- names, roles, the model ---- */

static void test_names_of_values(void)
{
	Level level;
	CU_ASSERT_STRING_EQUAL(level_name(LEVEL_MID), "mid-level");
	CU_ASSERT_PTR_NULL(level_name((Level)3));
	CU_ASSERT_TRUE(level_from_name("high", &level) && level == LEVEL_HIGH);
	CU_ASSERT_FALSE(level_from_name("mid", &level));
	CU_ASSERT_FALSE(level_from_name("", &level));
}

static bool writes_for(uint64_t sees, const char *part)
{
	All all;
	sync_writer writer;
	all_init(&all);
	all_set_secret(all_edit(&all), "hush");
	all_set_cache(all_edit(&all), "mine");
	sync_writer_init(&writer);
	writer.sees = sees;
	all_write(&writer, &all);
	const char *text = sync_buf_cstr(&writer.out);
	bool found = text && strstr(text, part);
	sync_buf_release(&writer.out);
	all_release(&all);
	return found;
}

static void test_who_sees(void)
{
	CU_ASSERT_FALSE(writes_for(SYNC_SEE_PUBLIC, "secret"));
	CU_ASSERT_TRUE(writes_for(SYNC_SEE_PUBLIC | EVERY_ROLE_ADMIN, "\"secret\":\"hush\""));
	CU_ASSERT_FALSE(writes_for(~(uint64_t)SYNC_SEE_LOCAL, "cache"));
	CU_ASSERT_TRUE(writes_for(~(uint64_t)0, "\"cache\":\"mine\""));
}

static sync_status on_find(sync_call *call, AllDoc *doc, const AllFindArgs *args,
			   AllFindResult *reply)
{
	(void)call;
	(void)doc;
	reply->null_value = false;
	return row_set_id(row_edit(&reply->value), args->id);
}

static void test_dispatch(void)
{
	const sync_call_info *find = sync_model_call(&all_model, "find", 4);
	CU_ASSERT_PTR_NOT_NULL_FATAL(find);
	CU_ASSERT_EQUAL(all_model.call_count, 5);
	CU_ASSERT_EQUAL(all_model.event_count, 1);
	CU_ASSERT_STRING_EQUAL(all_model.hash, ALL_SCHEMA_HASH);
	CU_ASSERT_PTR_NOT_NULL_FATAL(all_model.json_schema);
	CU_ASSERT_PTR_NOT_NULL(strstr(every_json_schema(), "\"$schema\""));
	CU_ASSERT_PTR_EQUAL(find->throws[0], &full_thrown);
	CU_ASSERT_STRING_EQUAL(find->throws[1]->name, "not-there");
	CU_ASSERT_PTR_NULL(find->throws[2]);

	All all;
	AllFindArgs args;
	AllFindResult reply;
	all_handlers handlers;
	memset(&handlers, 0, sizeof(handlers));
	all_init(&all);
	all_find_args_init(&args);
	row_init(&reply.value);
	all_find_args_set_id(all_find_args_edit(&args), "q");
	CU_ASSERT_EQUAL(find->dispatch(NULL, &handlers, &all, &args, &reply), SYNC_UNSUPPORTED);
	CU_ASSERT_EQUAL(find->dispatch(NULL, NULL, &all, &args, &reply), SYNC_UNSUPPORTED);
	handlers.find = on_find;
	CU_ASSERT_EQUAL(find->dispatch(NULL, &handlers, &all, &args, &reply), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(reply.value.id, "q");
	CU_ASSERT_EQUAL(find->result->offset, offsetof(AllFindResult, value));
	CU_ASSERT_EQUAL(find->result->null, offsetof(AllFindResult, null_value));
	row_release(&reply.value);
	all_find_args_release(&args);
	all_release(&all);
}

/* ---- memory ---- */

/* Everything that allocates, on one value; true when all of it worked. */
static bool use_all(const sync_type *type, const char *json)
{
	void *value = sync_box_new(type);
	if (!value)
		return false;
	char *before = text_of(type, value);
	sync_error error = { .code = SYNC_OK };
	sync_buf ops = { 0 };
	sync_status status = read_as(type, value, json, &error);
	void *copy = NULL;
	if (status == SYNC_NOMEM && before)
		CU_ASSERT_TRUE(prints_as(type, value, before));
	if (status == SYNC_OK)
		copy = sync_box_copy(type, value);
	void *fresh = copy ? sync_box_new(type) : NULL;
	bool fine = fresh && sync_assign(type, fresh, copy) == SYNC_OK;
	if (fine)
		CU_ASSERT_TRUE(type->ops->equal(type, fresh, copy));
	sync_box_free(type, fresh);
	fresh = fine ? sync_box_new(type) : NULL;
	fine = fresh && sync_diff(type, fresh, copy, &ops) == SYNC_OK &&
	       sync_apply(type, fresh, ops.data, ops.len, NULL, &error) == SYNC_OK;
	if (fine)
		CU_ASSERT_TRUE(type->ops->equal(type, fresh, copy));
	sync_buf_release(&ops);
	sync_box_free(type, fresh);
	sync_box_free(type, copy);
	sync_box_free(type, value);
	free(before);
	return fine;
}

static void test_failing_allocations(void)
{
	for (size_t i = 0; i < sizeof(trips) / sizeof(*trips); i++) {
		bool fine = false;
		for (long n = 1; fault_next(n); n++) {
			fine = use_all(trips[i].type, trips[i].json);
			ROW(trips[i].name, fault_alive() == 0);
		}
		fault_end();
		ROW(trips[i].name, fine);
	}
}

/* A setter that fails leaves what was there. */
static void test_failing_setters(void)
{
	for (long n = 1; fault_next(n); n++) {
		All all;
		all_init(&all);
		AllDoc *doc = all_edit(&all);
		sync_track *track = sync_track_new(&all_type, &all);
		sync_status status =
			track ? leaves_set_text(all_edit_leaves(doc), "long enough a text")
			      : SYNC_NOMEM;
		if (status == SYNC_OK)
			status = row_set_id(containers_push_rows(all_edit_containers(doc)), "id");
		if (status == SYNC_OK)
			status = containers_put_names(all_edit_containers(doc), "n", "m");
		if (status == SYNC_OK)
			status = tree_set_name(tree_edit_left(all_edit_tree(doc)), "t");
		CU_ASSERT_TRUE(status == SYNC_OK || status == SYNC_NOMEM);
		if (track && status == SYNC_NOMEM)
			CU_ASSERT_EQUAL(sync_track_check(track, NULL), SYNC_NOMEM);
		sync_track_free(track);
		CU_ASSERT_STRING_EQUAL(all.leaves.text, "say \"hi\"\n?\?/ \\");
		CU_ASSERT_TRUE(!all.containers.rows.len && !all.containers.names.len &&
			       !all.tree.has_left);
		all_release(&all);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

static void test_constants(void)
{
	static const char greeting[] = "he said \"hi\"\0?\?/ \xc3\xbc";
	char room[SAME]; /* an array of that size, and a case */
	CU_ASSERT_EQUAL(sizeof room, 7);
	switch (7) {
	case MOST:
		break;
	default:
		CU_FAIL("another number");
	}
	CU_ASSERT(BELOW == -2147483647 && LEAST == -INT64_C(2147483648));
	CU_ASSERT(WIDE == INT64_C(9007199254740993) && WIDEST == UINT64_MAX);
	CU_ASSERT(HALF * 2 >= 1 && HALF * 2 <= 1);
	CU_ASSERT(WHOLE / 2 > 2 && LARGEST >= 1.7976931348623157e308);
	CU_ASSERT_EQUAL(WIRE_MOST_NOTES, 1000); /* behind the prefix */
	CU_ASSERT(!NO && text_size == 3);
	CU_ASSERT_FATAL(sizeof GREETING == sizeof greeting);
	CU_ASSERT(memcmp(GREETING, greeting, sizeof greeting) == 0);
}

int test_generated(void)
{
	CU_pSuite suite = CU_add_suite("generated", NULL, NULL);
	return !suite || !CU_add_test(suite, "constants", test_constants) ||
	       !CU_add_test(suite, "defaults", test_defaults) ||
	       !CU_add_test(suite, "round trips", test_round_trips) ||
	       !CU_add_test(suite, "refused", test_refused) ||
	       !CU_add_test(suite, "setters", test_setters) ||
	       !CU_add_test(suite, "tracked", test_tracked) ||
	       !CU_add_test(suite, "container calls", test_container_calls) ||
	       !CU_add_test(suite, "absent containers", test_absent_containers) ||
	       !CU_add_test(suite, "a plain list", test_plain_list) ||
	       !CU_add_test(suite, "differences", test_differences) ||
	       !CU_add_test(suite, "unequal", test_unequal) ||
	       !CU_add_test(suite, "names of values", test_names_of_values) ||
	       !CU_add_test(suite, "who sees what", test_who_sees) ||
	       !CU_add_test(suite, "dispatch", test_dispatch) ||
	       !CU_add_test(suite, "failing allocations", test_failing_allocations) ||
	       !CU_add_test(suite, "failing setters", test_failing_setters);
}
