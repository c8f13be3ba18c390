/* Names that compile. */
#include <CUnit/CUnit.h>

#include <string.h>

#include "gen/names.h"
#include "row.h"

/* ---- the rule ---- */

static const struct {
	const char *name;
	const char *wanted[6], *given[6];
} rows[] = {
	{ "free ones stay", { "a", "b", "Class" }, { "a", "b", "Class" } },
	{ "keywords of C", { "int", "register", "_Bool" }, { "int_", "register_", "_Bool_" } },
	{ "keywords of C++", { "class", "new", "co_await" }, { "class_", "new_", "co_await_" } },
	{ "types of members",
	  { "bool", "int64_t", "size_t" },
	  { "bool_", "int64_t_", "size_t_" } },
	{ "macros",
	  { "linux", "errno", "stdin", "NULL", "EOF", "major" },
	  { "linux_", "errno_", "stdin_", "NULL_", "EOF_", "major_" } },
	{ "families of macros",
	  { "EINVAL", "SIGTERM", "ENEMY" },
	  { "EINVAL_", "SIGTERM_", "ENEMY" } },
	{ "taken", { "a", "a", "a", "a" }, { "a", "a_", "a_2", "a_3" } },
	{ "what the rule makes can be taken too",
	  { "class_", "class", "class" },
	  { "class_", "class_2", "class_3" } },
	{ "no two underscores in a row", { "x_", "x_" }, { "x_", "x_2" } },
	{ "the runtime's",
	  { "sync", "sync_buf", "SYNC_OK", "syncs" },
	  { "sync_2", "sync_buf_2", "SYNC_OK_2", "syncs" } },
	{ "not at file scope only",
	  { "signal", "free", "FILE" },
	  { "signal", "free", "FILE" } },
};

static void test_rule(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		idl_arena *arena = idl_arena_new();
		names *scope = names_new(arena, names_reserved_c, NULL, 0);
		for (size_t k = 0; k < 6 && rows[i].wanted[k]; k++) {
			const char *given = names_take(scope, rows[i].wanted[k]);
			if (!ROW(rows[i].name, strcmp(given, rows[i].given[k]) == 0))
				printf("\tgot %s\n", given);
			ROW(rows[i].name, !names_claim(scope, given));
		}
		idl_arena_free(arena);
	}
}

static void test_scopes(void)
{
	idl_arena *arena = idl_arena_new();
	names *outer = names_new(arena, names_reserved_c_file, NULL, 0);
	names *inner = names_new(arena, names_reserved_c_file, &outer, 1);
	names *other = names_new(arena, names_reserved_c_file, NULL, 0);
	CU_ASSERT_STRING_EQUAL(names_take(outer, "note_init"), "note_init");
	CU_ASSERT_STRING_EQUAL(names_take(inner, "note_init"), "note_init_");
	CU_ASSERT_STRING_EQUAL(names_take(other, "note_init"), "note_init");
	CU_ASSERT_STRING_EQUAL(names_take(inner, "signal"), "signal_");
	CU_ASSERT_FALSE(names_free(inner, "size_t"));
	idl_arena_free(arena);
}

/* Names of one form, given away together. */
static void test_stems(void)
{
	static const char *const verbs[] = { "equal", "init", "init_", "read_by_", NULL };
	idl_arena *arena = idl_arena_new();
	names *outer = names_new(arena, names_reserved_c_runtime, NULL, 0);
	names_set_verbs(outer, verbs);
	names *scope = names_new(arena, names_reserved_c_runtime, &outer, 1);
	names_set_verbs(scope, verbs);
	CU_ASSERT_TRUE(names_claim(scope, "memo_init"));
	CU_ASSERT_FALSE(names_claim_stem(scope, "memo"));
	CU_ASSERT_TRUE(names_claim_stem(scope, "note_set"));
	CU_ASSERT_FALSE(names_claim_stem(scope, "note_set"));
	CU_ASSERT_TRUE(names_claim_stem(scope, "note"));
	CU_ASSERT_STRING_EQUAL(names_take(scope, "note_set_init"), "note_set_init_2");
	CU_ASSERT_STRING_EQUAL(names_take(scope, "note_set_read_by_"), "note_set_read_by_2");
	CU_ASSERT_STRING_EQUAL(names_take(scope, "note_set_initial"), "note_set_initial");
	CU_ASSERT_STRING_EQUAL(names_take_joined(scope, "note", "set", "equal", ""),
			       "note_set_equal_");
	CU_ASSERT_STRING_EQUAL(names_take_joined(scope, "list", "push", "", "_n"), "list_push_n");
	/* The runtime's stem gives way, and comes to an end. */
	CU_ASSERT_FALSE(names_claim_stem(scope, "sync"));
	CU_ASSERT_FALSE(names_claim_stem(scope, "sync_buf"));
	CU_ASSERT_TRUE(names_claim_stem(scope, "sync_2"));
	/* A struct Sem made sem_init(), and libuv's semaphores called it. */
	CU_ASSERT_FALSE(names_claim_stem(scope, "sem"));
	CU_ASSERT_FALSE(names_claim_stem(scope, "pthread_mutex"));
	CU_ASSERT_TRUE(names_claim_stem(scope, "pthread_mutex_2"));
	CU_ASSERT_TRUE(names_claim_stem(scope, "semantics"));
	/* What is around counts. */
	CU_ASSERT_TRUE(names_claim_stem(outer, "people"));
	CU_ASSERT_FALSE(names_claim_stem(scope, "people"));
	CU_ASSERT_STRING_EQUAL(names_take(scope, "people_equal"), "people_equal_");
	idl_arena_free(arena);
}

/* A scope keeps its names however many they are. */
static void test_many(void)
{
	idl_arena *arena = idl_arena_new();
	names *scope = names_new(arena, NULL, NULL, 0);
	for (int i = 0; i < 5000; i++)
		CU_ASSERT_TRUE(names_claim(scope, idl_arena_printf(arena, "n%d", i)));
	for (int i = 0; i < 5000; i++)
		CU_ASSERT_FALSE(names_claim(scope, idl_arena_printf(arena, "n%d", i)));
	idl_arena_free(arena);
}

/* ---- spelling ---- */

static const struct {
	const char *name, *snake, *upper, *pascal;
} spellings[] = {
	{ "Note", "note", "NOTE", "Note" },
	{ "NoteList", "note_list", "NOTE_LIST", "NoteList" },
	{ "HTTPServer", "http_server", "HTTP_SERVER", "HTTPServer" },
	{ "importProgress", "import_progress", "IMPORT_PROGRESS", "ImportProgress" },
	{ "import_progress", "import_progress", "IMPORT_PROGRESS", "ImportProgress" },
	{ "V2", "v2", "V2", "V2" },
	{ "Uint32List", "uint32_list", "UINT32_LIST", "Uint32List" },
	{ "A", "a", "A", "A" },
	{ "aB", "a_b", "A_B", "AB" },
	{ "x_1_2", "x_1_2", "X_1_2", "X1_2" },
	{ "already_", "already_", "ALREADY_", "Already" },
};

static void test_spelling(void)
{
	idl_arena *arena = idl_arena_new();
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		const char *name = spellings[i].name;
		ROW(name, strcmp(names_snake(arena, name), spellings[i].snake) == 0);
		ROW(name, strcmp(names_upper(arena, name), spellings[i].upper) == 0);
		ROW(name, strcmp(names_pascal(arena, name), spellings[i].pascal) == 0);
	}
	idl_arena_free(arena);
}

int test_names(void)
{
	CU_pSuite suite = CU_add_suite("names", NULL, NULL);
	return !suite || !CU_add_test(suite, "rule", test_rule) ||
	       !CU_add_test(suite, "scopes", test_scopes) ||
	       !CU_add_test(suite, "stems", test_stems) || !CU_add_test(suite, "many", test_many) ||
	       !CU_add_test(suite, "spelling", test_spelling);
}
