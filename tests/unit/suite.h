/*
 * A suite as a table of its tests, which ends with CU_TEST_INFO_NULL.
 */
#ifndef TEST_SUITE_H
#define TEST_SUITE_H

#include <CUnit/CUnit.h>

/* 0, or not: it could not be registered. */
static inline int suite_add(const char *name, const CU_TestInfo *tests)
{
	CU_pSuite suite = CU_add_suite(name, NULL, NULL);
	if (!suite)
		return 1;
	for (; tests->pName; tests++)
		if (!CU_add_test(suite, tests->pName, tests->pTestFunc))
			return 1;
	return 0;
}

#endif
