/* What the schema of a peer means to a model. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/model.h>

#include "notebook.h"
#include "tests/unit/row.h"

int test_verdict(void);

static void a_model_without_history(void)
{
	CU_ASSERT_PTR_NULL(notebook_model.history);
	CU_ASSERT_EQUAL(notebook_model.history_count, 0);
	CU_ASSERT_EQUAL(sync_model_verdict(&notebook_model, notebook_model.hash),
			SYNC_VERDICT_SAME);
	CU_ASSERT_EQUAL(sync_model_verdict(&notebook_model, "aa"), SYNC_VERDICT_UNKNOWN);
}

static void a_model_with_history(void)
{
	static const sync_verdict history[] = {
		{ "aa", SYNC_VERDICT_COMPATIBLE },
		{ "bb", SYNC_VERDICT_INCOMPATIBLE },
	};
	static const struct {
		const char *hash;
		sync_verdict_code code;
		const char *name;
	} rows[] = {
		{ "cc", SYNC_VERDICT_SAME, "same" },
		{ "aa", SYNC_VERDICT_COMPATIBLE, "compatible" },
		{ "bb", SYNC_VERDICT_INCOMPATIBLE, "incompatible" },
		{ "dd", SYNC_VERDICT_UNKNOWN, "unknown" },
		{ "a", SYNC_VERDICT_UNKNOWN, "unknown" },
		{ "AA", SYNC_VERDICT_UNKNOWN, "unknown" },
		{ "", SYNC_VERDICT_UNKNOWN, "unknown" },
		{ NULL, SYNC_VERDICT_UNKNOWN, "unknown" },
	};
	sync_model model = notebook_model;
	model.hash = "cc";
	model.history = history;
	model.history_count = 2;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *name = rows[i].hash ? rows[i].hash : "no hash";
		sync_verdict_code code = sync_model_verdict(&model, rows[i].hash);
		ROW(name, code == rows[i].code);
		ROW(name, strcmp(sync_verdict_name(code), rows[i].name) == 0);
	}
	CU_ASSERT_STRING_EQUAL(sync_verdict_name(SYNC_VERDICT_COUNT), "unknown");
}

int test_verdict(void)
{
	CU_pSuite suite = CU_add_suite("verdict", NULL, NULL);
	return !suite || !CU_ADD_TEST(suite, a_model_without_history) ||
	       !CU_ADD_TEST(suite, a_model_with_history);
}
