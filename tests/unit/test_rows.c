/* Lists that are held in place each have the description of their own elements. */
#include <CUnit/CUnit.h>

#include "rows.h"

int test_rows(void);

static void test_alone(void)
{
	struct {
		RowsBoolArray5 flags;
		uint64_t behind;
	} first = { .behind = UINT64_MAX };
	RowsInt64Array5 longs;
	RowsInt16Array3 shorts;
	rows_bool_array5_init(&first.flags);
	rows_int64_array5_init(&longs);
	rows_int16_array3_init(&shorts);
	CU_ASSERT_EQUAL(first.behind, UINT64_MAX);
	CU_ASSERT_EQUAL(rows_int64_array5_push(rows_int64_array5_edit(&longs), 1), SYNC_OK);
	CU_ASSERT_EQUAL(rows_int64_array5_push(rows_int64_array5_edit(&longs), INT64_MIN), SYNC_OK);
	CU_ASSERT_EQUAL(longs.items[0], 1);
	CU_ASSERT_EQUAL(longs.items[1], INT64_MIN);
	CU_ASSERT_EQUAL(rows_int16_array3_push(rows_int16_array3_edit(&shorts), 258), SYNC_OK);
	CU_ASSERT_EQUAL(shorts.items[0], 258);
	rows_int16_array3_release(&shorts);
	rows_int64_array5_release(&longs);
	rows_bool_array5_release(&first.flags);
}

int test_rows(void)
{
	CU_pSuite suite = CU_add_suite("rows", NULL, NULL);
	return !suite || !CU_add_test(suite, "alone", test_alone);
}
