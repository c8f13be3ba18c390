#include "property.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/patch.h>

#include "board.h"
#include "vary.h"

static bool same_json(const sync_type *type, const void *a, const void *b)
{
	char *left = board_json(type, a), *right = board_json(type, b);
	bool same = left && right && strcmp(left, right) == 0;
	sync_free(left);
	sync_free(right);
	return same;
}

static void complain(const char *what, uint64_t number, const sync_buf *ops,
		     const sync_error *error)
{
	printf("FAILED %s: SEED=%llu: %s %s\n%.*s\n", what, (unsigned long long)number,
	       error ? error->pointer : "", error ? error->message : "", (int)ops->len, ops->data);
}

/* Two values that have something in common, or not. */
static void random_pair(const sync_type *type, seed *dice, void **a, void **b)
{
	*a = sync_box_new(type);
	CU_ASSERT(vary(type, *a, dice, 60));
	*b = sync_box_copy(type, *a);
	CU_ASSERT(
		vary(type, *b, dice, seed_below(dice, 8) ? 1 + (unsigned)seed_below(dice, 6) : 60));
}

static size_t replace_length(const sync_type *type, const void *after)
{
	char *json = board_json(type, after);
	size_t length = strlen("[{\"op\":\"replace\",\"path\":\"\",\"value\":}]") + strlen(json);
	sync_free(json);
	return length;
}

void property_diff(const sync_type *type, uint64_t number, const void *a, const void *b)
{
	void *copy = sync_box_copy(type, a);
	sync_buf ops = { 0 };
	sync_error error;
	bool ok;
	CU_ASSERT_EQUAL(sync_diff(type, a, b, &ops), SYNC_OK);
	ok = sync_apply(type, copy, ops.data, ops.len, NULL, &error) == SYNC_OK;
	if (!ok)
		complain("apply", number, &ops, &error);
	CU_ASSERT(ok);
	ok = type->ops->equal(type, copy, b);
	if (!ok)
		complain("apply(a, diff(a, b)) = b", number, &ops, NULL);
	CU_ASSERT(ok);
	CU_ASSERT(ops.len <= replace_length(type, b));
	sync_buf_release(&ops);
	sync_box_free(type, copy);
}

/* Any JSON Patch library applies it: here our own, to the plain JSON. */
static void check_plain(const sync_type *type, uint64_t number, const void *a, const void *b)
{
	char *json = board_json(type, a);
	struct cJSON *plain = NULL;
	sync_buf ops = { 0 }, text = { 0 };
	sync_reader reader;
	sync_error error = { 0 };
	void *back = sync_box_new(type);
	bool ok;
	CU_ASSERT(sync_reader_init(&reader, json, strlen(json), NULL) &&
		  sync_read_json(&reader, &plain));
	sync_diff(type, a, b, &ops);
	ok = sync_json_patch(&plain, ops.data, ops.len, &error) == SYNC_OK;
	sync_put_json(&text, plain);
	ok = ok && board_parse(type, back, sync_buf_cstr(&text), &error) &&
	     type->ops->equal(type, back, b);
	if (!ok)
		complain("as plain JSON", number, &ops, &error);
	CU_ASSERT(ok);
	sync_box_free(type, back);
	sync_json_free(plain);
	sync_buf_release(&ops);
	sync_buf_release(&text);
	sync_free(json);
}

static void check_assign(const sync_type *type, uint64_t number, const void *a, const void *b)
{
	void *target = sync_box_copy(type, a), *replica = sync_box_copy(type, a);
	sync_track *track = sync_track_new(type, target);
	sync_buf ops = { 0 };
	sync_error error;
	bool ok;
	CU_ASSERT_EQUAL(sync_assign(type, target, b), SYNC_OK);
	CU_ASSERT(type->ops->equal(type, target, b));
	ok = sync_track_check(track, &error) == SYNC_OK;
	if (!ok)
		complain("assign: check", number, &ops, &error);
	CU_ASSERT(ok);
	CU_ASSERT_EQUAL(sync_track_ops(track, ~(uint64_t)0 & ~(uint64_t)SYNC_SEE_LOCAL, &ops),
			SYNC_OK);
	ok = sync_apply(type, replica, ops.data, ops.len, NULL, &error) == SYNC_OK &&
	     type->ops->equal(type, replica, b);
	if (!ok)
		complain("assign: ops", number, &ops, &error);
	CU_ASSERT(ok);
	sync_track_rollback(track);
	CU_ASSERT(same_json(type, target, a));
	sync_track_free(track);
	sync_buf_release(&ops);
	sync_box_free(type, target);
	sync_box_free(type, replica);
}

static long rounds(long standard)
{
	const char *seeds = getenv("SEEDS");
	return seeds ? atol(seeds) : seed_rounds(standard);
}

void property_of(const sync_type *type)
{
	seed dice = seed_start(type->name);
	for (long n = rounds(200); n > 0; n--) {
		uint64_t number = dice.state;
		void *a, *b;
		random_pair(type, &dice, &a, &b);
		property_diff(type, number, a, b);
		check_plain(type, number, a, b);
		check_assign(type, number, a, b);
		sync_box_free(type, a);
		sync_box_free(type, b);
	}
}
