/*
 * Runs every suite of tests/unit and tests/conformance, or those whose name holds an argument.
 *
 *   build/tests/unit [PART OF A SUITE'S NAME]...
 *
 * The list is made from the names of the files: test_buf.c has `int test_buf(void)`, which
 * registers its suite. Failed rows are named on standard output; the last line is "N passed, N
 * failed", in assertions.
 */
#include <CUnit/Basic.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>

#define SUITE(name) int name(void);
#include "suites.inc"
#undef SUITE

static const struct {
	const char *name;
	int (*add)(void);
} suites[] = {
#define SUITE(name) { #name, name },
#include "suites.inc"
#undef SUITE
};

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strstr(name, argv[i]))
			return true;
	}
	return argc < 2;
}

/* A suite that registers no test would pass in silence. */
static unsigned add_suites(int argc, char **argv)
{
	unsigned broken = 0;
	for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
		if (!wanted(suites[i].name, argc, argv))
			continue;
		unsigned before = CU_get_registry()->uiNumberOfTests;
		if (suites[i].add() == 0 && CU_get_registry()->uiNumberOfTests > before)
			continue;
		printf("FAILED %s: registers no test\n", suites[i].name);
		broken++;
	}
	return broken;
}

static void show_failures(void)
{
	for (CU_pFailureRecord at = CU_get_failure_list(); at; at = at->pNext)
		printf("FAILED %s: %s: %s:%u: %s\n", at->pSuite ? at->pSuite->pName : "?",
		       at->pTest ? at->pTest->pName : "?", at->strFileName ? at->strFileName : "?",
		       at->uiLineNumber, at->strCondition ? at->strCondition : "?");
}

int main(int argc, char **argv)
{
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Valgrind is to see every block. */
	if (getenv("VALGRIND"))
		sync_allocator_set(NULL);
	unsigned failed = add_suites(argc, argv);
	CU_run_all_tests();
	show_failures();
	/* A suite whose set-up fails has no failed assertion. */
	failed += CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	printf("%u passed, %u failed\n", CU_get_number_of_successes(), failed);
	CU_cleanup_registry();
	return failed != 0;
}
