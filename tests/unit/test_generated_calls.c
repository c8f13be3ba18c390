/* What the compiler made of every.sync: the calls that change values. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "every.h"
#include "every_text.h"
#include "suite.h"

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
	CU_ASSERT_TRUE(every_prints_as(
		&leaves_type, &all.leaves,
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
	CU_ASSERT_TRUE(every_prints_as(
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
	CU_ASSERT_TRUE(every_prints_as(&optionals_type, &o,
				       "{\"b\":null,\"c\":null,\"f\":null,\"k\":[\"k\"]}"));
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

/* ---- memory ---- */

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

int test_generated_calls(void)
{
	static const CU_TestInfo tests[] = {
		{ "setters", test_setters },
		{ "tracked", test_tracked },
		{ "container calls", test_container_calls },
		{ "absent containers", test_absent_containers },
		{ "a plain list", test_plain_list },
		{ "failing setters", test_failing_setters },
		CU_TEST_INFO_NULL,
	};
	return suite_add("generated_calls", tests);
}
