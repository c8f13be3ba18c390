/*
 * A row of a table: a failing one prints its name.
 */
#ifndef TEST_ROW_H
#define TEST_ROW_H

#include <CUnit/CUnit.h>

#include <stdbool.h>
#include <stdio.h>

/* One assertion about the row `name`. */
#define ROW(name, condition) row_check((condition), #condition, (name), __FILE__, __LINE__)

static inline bool row_check(bool holds, const char *what, const char *name, const char *file,
			     int line)
{
	if (!holds)
		printf("FAILED %s:%d: row '%s': %s\n", file, line, name, what);
	CU_ASSERT(holds);
	return holds;
}

#endif
