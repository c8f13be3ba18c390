/* What is written about the language is true: the reference and `syncgen explain`. */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include "idl/diag.h"
#include "idl/explain.h"
#include "idl/fmt.h"
#include "idl/idl.h"
#include "tests/unit/row.h"

int test_language(void);

/* The codes of what is reported, separated by blanks. */
static const char *codes_of(const char *text, size_t length)
{
	static char codes[256];
	idl_options options = { 0 };
	idl_result result;
	idl_load_text("test.sync", text, length, &options, &result);
	char *at = codes;
	*at = '\0';
	for (const diag *d = diag_first(result.diags); d && at < codes + sizeof(codes) - 8;
	     d = d->next)
		at += snprintf(at, 8, "%s%s", at > codes ? " " : "", diag_code_name(d->code));
	idl_release(&result);
	return codes;
}

/* What `syncgen explain` calls wrong is wrong in that way alone; what it calls right is right. */
static void explained_examples(void)
{
	static const struct {
		const char *code, *wrong, *right;
	} rows[] = {
#define X(code, summary, text, wrong, right) { #code, wrong, right },
		IDL_CODES(X)
#undef X
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (*rows[i].wrong)
			ROW(rows[i].code, strcmp(codes_of(rows[i].wrong, strlen(rows[i].wrong)),
						 rows[i].code) == 0);
		ROW(rows[i].code, !*codes_of(rows[i].right, strlen(rows[i].right)));
	}
}

static void explain(void)
{
	FILE *nowhere = fopen("/dev/null", "w");
	CU_ASSERT_FATAL(nowhere != NULL);
	CU_ASSERT(explain_print("E0201", nowhere));
	CU_ASSERT(explain_print("w0701", nowhere));
	CU_ASSERT(!explain_print("E9999", nowhere));
	CU_ASSERT(!explain_print("", nowhere));
	fclose(nowhere);
}

/* The whole of docs/language.md, to be freed. */
static char *reference(void)
{
	FILE *file = fopen(TEST_TOP "/docs/language.md", "r");
	CU_ASSERT_FATAL(file != NULL);
	char *text = calloc(1, 1 << 20);
	CU_ASSERT_FATAL(text != NULL);
	CU_ASSERT(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

static void every_code_is_in_the_reference(void)
{
	char *text = reference(), row[512];
	for (int code = 0; code < DIAG_CODES; code++) {
		snprintf(row, sizeof(row), "\n| %s | %s |\n", diag_code_name((diag_code)code),
			 explain_summary((diag_code)code));
		ROW(row, strstr(text, row) != NULL);
	}
	free(text);
}

static void every_type_and_attribute_is_in_the_reference(void)
{
	static const char *const types[] = {
#define X(kind, spelling, group, bits, argument, limit) spelling,
		IDL_TYPES(X)
#undef X
	};
	static const char *const attributes[] = {
#define X(id, spelling) "`@" spelling,
		IDL_ATTRS(X)
#undef X
	};
	char *text = reference();
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		ROW(types[i], strstr(text, types[i]) != NULL);
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		ROW(attributes[i], strstr(text, attributes[i]) != NULL);
	free(text);
}

/* Examples marked as schemas compile, and are laid out as `syncgen fmt` does it. */
static void examples_of_the_reference(void)
{
	char *text = reference();
	unsigned count = 0;
	for (char *at = text; (at = strstr(at, "```sync\n")); count++) {
		at += strlen("```sync\n");
		char *end = strstr(at, "```");
		CU_ASSERT_FATAL(end != NULL);
		char name[64];
		snprintf(name, sizeof(name), "%.60s", at);
		ROW(name, !*codes_of(at, (size_t)(end - at)));
		fmt_result result;
		fmt_text("language.md", at, (size_t)(end - at), &result);
		if (!ROW(name, !result.failed && !result.changed))
			fmt_diff(&result, stdout);
		fmt_release(&result);
		at = end + 3;
	}
	CU_ASSERT(count >= 3);
	free(text);
}

int test_language(void)
{
	CU_pSuite suite = CU_add_suite("language", NULL, NULL);
	return !suite || !CU_ADD_TEST(suite, explained_examples) || !CU_ADD_TEST(suite, explain) ||
	       !CU_ADD_TEST(suite, every_code_is_in_the_reference) ||
	       !CU_ADD_TEST(suite, every_type_and_attribute_is_in_the_reference) ||
	       !CU_ADD_TEST(suite, examples_of_the_reference);
}
