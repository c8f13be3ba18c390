/* A transaction that changes something inside an alternative of a union, and then the alternative:
 * what was changed first lies where the other's members lie when it is committed. */
#include <CUnit/CUnit.h>

#include <string.h>

#include "arms.h"
#include "tests/unit/row.h"

int test_arms(void);

/* Bytes that are no pointer. */
static void fill(FlatDoc *flat)
{
	flat_set_a(flat, 2);
	flat_set_b(flat, 2);
	flat_set_c(flat, 2);
	flat_set_d(flat, 2);
	flat_set_e(flat, 2);
	flat_set_f(flat, 2);
	flat_set_g(flat, 2);
	flat_set_h(flat, 2);
}

static void box(BoxedDoc *boxed)
{
	boxed_reset_left(boxed_reset_left(boxed));
	boxes_reset_b(boxed_reset_inner(boxed));
}

static sync_status start(ArmsDoc *doc, void *arg)
{
	(void)arg;
	box(arm_edit_boxed(arms_edit_arm(doc)));
	box(arm_edit_boxed(holder_edit_arm(arms_edit_maybe(doc))));
	box(arm_edit_boxed(arms_push_arms(doc)));
	box(arm_edit_boxed(holder_push_arms(arms_edit_maybe(doc))));
	return SYNC_OK;
}

/* Changed inside, then another alternative. */
static sync_status turn(ArmDoc *arm)
{
	box(arm_edit_boxed(arm));
	boxed_clear_left(arm_edit_boxed(arm));
	box(arm_edit_boxed(arm));
	fill(arm_edit_flat(arm));
	return SYNC_OK;
}

static sync_status turn_one(ArmsDoc *doc, void *arg)
{
	(void)arg;
	return turn(arms_edit_arm(doc));
}

static sync_status turn_element(ArmsDoc *doc, void *arg)
{
	(void)arg;
	turn(arms_edit_arms(doc, 0));
	return turn(holder_edit_arms(arms_edit_maybe(doc), 0));
}

/* The union goes with what holds it, and its fresh successor turns. */
static sync_status turn_holder(ArmsDoc *doc, void *arg)
{
	(void)arg;
	box(arm_edit_boxed(holder_edit_arm(arms_edit_maybe(doc))));
	fill(arm_edit_flat(holder_edit_arm(arms_reset_maybe(doc))));
	return SYNC_OK;
}

static sync_status turn_twice(ArmsDoc *doc, void *arg)
{
	turn_one(doc, arg);
	boxes_reset_a(arm_edit_boxes(arms_edit_arm(doc)));
	return turn_one(doc, arg);
}

static sync_status turn_and_fail(ArmsDoc *doc, void *arg)
{
	turn_one(doc, arg);
	turn_element(doc, arg);
	turn_holder(doc, arg);
	return SYNC_CONFLICT;
}

static const struct {
	const char *name;
	sync_status (*change)(ArmsDoc *doc, void *arg);
	sync_status status;
} rows[] = {
	{ "one", turn_one, SYNC_OK },
	{ "element", turn_element, SYNC_OK },
	{ "holder", turn_holder, SYNC_OK },
	{ "twice", turn_twice, SYNC_OK },
	{ "failed", turn_and_fail, SYNC_CONFLICT },
};

static void change_inside_then_alternative(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_hub *hub = sync_hub_new(NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(hub);
		ROW(rows[i].name, arms_add_to(hub, NULL, NULL, NULL) == SYNC_OK);
		sync_doc *doc = sync_hub_doc(hub, "ARMS");
		Arms before, after;
		ROW(rows[i].name, arms_update(doc, start, NULL, NULL) == SYNC_OK);
		ROW(rows[i].name, arms_copy(&before, arms_state(doc)) == SYNC_OK);
		ROW(rows[i].name, arms_update(doc, rows[i].change, NULL, NULL) == rows[i].status);
		ROW(rows[i].name,
		    arms_equal(&before, arms_state(doc)) == (rows[i].status != SYNC_OK));
		/* It goes on. */
		ROW(rows[i].name, arms_copy(&after, arms_state(doc)) == SYNC_OK);
		ROW(rows[i].name, arms_update(doc, turn_and_fail, NULL, NULL) == SYNC_CONFLICT);
		ROW(rows[i].name, arms_equal(&after, arms_state(doc)));
		ROW(rows[i].name, arms_update(doc, start, NULL, NULL) == SYNC_OK);
		ROW(rows[i].name, arms_update(doc, turn_holder, NULL, NULL) == SYNC_OK);
		arms_release(&before);
		arms_release(&after);
		sync_hub_free(hub);
	}
}

int test_arms(void)
{
	CU_pSuite suite = CU_add_suite("arms", NULL, NULL);
	if (!suite || !CU_add_test(suite, "changed inside, then another alternative",
				   change_inside_then_alternative))
		return 1;
	return 0;
}
