/* Formatting: nothing is lost, and doing it again changes nothing. */
#include <CUnit/CUnit.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "idl/fmt.h"
#include "tests/unit/row.h"

int test_fmt(void);

static void expect(const char *name, const char *text, const char *wanted)
{
	fmt_result once, twice;
	fmt_text("a.sync", text, strlen(text), &once);
	if (!ROW(name, !once.failed && strcmp(once.after.at, wanted) == 0)) {
		printf("%s", once.failed ? "failed\n" : once.after.at);
		diag_render_text(once.diags, stdout, false);
	}
	if (!once.failed) {
		fmt_text("a.sync", once.after.at, once.after.length, &twice);
		if (!ROW(name, !twice.failed && !twice.changed))
			fmt_diff(&twice, stdout);
		fmt_release(&twice);
	}
	fmt_release(&once);
}

static void layout(void)
{
	static const char *const rows[][3] = {
		{ "empty", "", "" },
		{ "blanks only", " \n\t\n", "" },
		{ "one line stays", "struct A{a:bool;b?:string(1 .. 5);}",
		  "struct A { a: bool; b?: string(1..5); }\n" },
		{ "lines stay", "struct A {\na:bool; b:bool; }",
		  "struct A {\n  a: bool;\n  b: bool;\n}\n" },
		{ "empty body", "struct A {\n}\nerror B ;", "struct A {}\nerror B;\n" },
		{ "columns of fields",
		  "struct A {\n  a: bool;\n  long_name?: int32(0..5) = 3 @write(x,y) @since( 2 );\n"
		  "  b: string @local;\n}",
		  "struct A {\n  a:          bool;\n"
		  "  long_name?: int32(0..5) = 3 @write(x, y) @since(2);\n"
		  "  b:          string          @local;\n}\n" },
		{ "an empty line ends the columns",
		  "struct A {\n\n\n  a: bool;\n\n\n\n  long: bool;\n\n}",
		  "struct A {\n  a: bool;\n\n  long: bool;\n}\n" },
		{ "words of calls",
		  "model M {\n  action a( );\n  task b(x:bool)->bool|null throws E,F;\n  event "
		  "c();\n"
		  "  presence{a:bool;}\n  action: bool;\n}",
		  "model M {\n  action a();\n  task   b(x: bool) -> bool | null throws E, F;\n"
		  "  event  c();\n  presence { a: bool; }\n  action: bool;\n}\n" },
		{ "parameters on lines",
		  "model M {\n  action a(\n x: bool, y: bool = true) -> bool;\n}",
		  "model M {\n  action a(\n    x: bool,\n    y: bool = true\n  ) -> bool;\n}\n" },
		{ "a long call",
		  "model M {\n  action do_something_long(the_first_parameter: string(..1000), "
		  "the_second_parameter: string(..1000));\n}",
		  "model M {\n  action do_something_long(\n    the_first_parameter: "
		  "string(..1000),\n"
		  "    the_second_parameter: string(..1000)\n  );\n}\n" },
		{ "values", "open  enum E{a,b@json( \"B\" ),c}\nenum F {\na, bb @json(\"x\"),\n}",
		  "open enum E { a, b @json(\"B\"), c }\nenum F {\n  a,\n  bb @json(\"x\"),\n}\n" },
		{ "the head of a file",
		  "package a . b;;\nimport \"x.sync\" as  y ;option json_case=camel; const N=-1;",
		  "package a.b;\nimport \"x.sync\" as y;\noption json_case = camel;\n"
		  "const N = -1;\n" },
		{ "defaults",
		  "struct A {\na: [bool]=[ ];\nb: map<bool>={ };\nc: "
		  "[map<[bool]>](..5)|null=null;\n}",
		  "struct A {\n  a: [bool] = [];\n  b: map<bool> = {};\n"
		  "  c: [map<[bool]>](..5) | null = null;\n}\n" },
		{ "a model with a key", "model M(id:uuid)@key(\"M/{id}\")@ttl( 5m ){}",
		  "model M(id: uuid) @key(\"M/{id}\") @ttl(5m) {}\n" },
		{ "reserved", "struct A {\n  reserved a,\"b\" ;\n}",
		  "struct A {\n  reserved a, \"b\";\n}\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(rows[i][0], rows[i][1], rows[i][2]);
}

static void comments_survive(void)
{
	static const char *const rows[][3] = {
		{ "alone", "// a  \n\n\n//b\n", "// a\n\n//b\n" },
		{ "behind", "struct A { // a\n  a: bool; // b\n  bb: bool;// c\n} // d",
		  "struct A {                          // a\n  a:  bool;                         "
		  "// b\n"
		  "  bb: bool;                         // c\n}                                   "
		  "// d\n" },
		{ "doc", "/// a\nstruct A {\n/// b\n a: bool;\n}",
		  "/// a\nstruct A {\n  /// b\n  a: bool;\n}\n" },
		{ "before the brace", "struct A {\n  a: bool;\n  // last\n}",
		  "struct A {\n  a: bool;\n  // last\n}\n" },
		{ "a block", "/* a\n   b  \n */\nstruct A { }", "/* a\n   b\n */\nstruct A {}\n" },
		{ "inside a field", "struct A {\n  a: /* x */ bool;\n}",
		  "struct A {\n  a: /* x */ bool;\n}\n" },
		{ "a line inside a field", "struct A {\n  a: bool // why\n  ;\n}",
		  "struct A {\n  a: bool // why\n      ;\n}\n" },
		{ "among parameters",
		  "model M {\n  action a(\n    // first\n    a: bool, // why\n    b: bool // end\n"
		  "    // last\n  );\n}",
		  "model M {\n  action a(\n    // first\n    a: bool, // why\n    b: bool // end\n"
		  "    // last\n  );\n}\n" },
		{ "among values", "enum E {\n  a, // x\n  // y\n  b // z\n  // end\n}",
		  "enum E {\n  a,                                // x\n  // y\n"
		  "  b                                 // z\n  // end\n}\n" },
		{ "in a head", "struct A // why\n{ a: bool; }",
		  "struct A // why\n    {\n  a: bool;\n}\n" },
		{ "only one in an empty body", "struct A {\n  // nothing\n}",
		  "struct A {\n  // nothing\n}\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(rows[i][0], rows[i][1], rows[i][2]);
}

/* Broken files are left alone. */
static void broken(void)
{
	static const char *const rows[] = { "struct A {", "struct A { a: bool }", "\xFF", "a: b;" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fmt_result result;
		fmt_text("a.sync", rows[i], strlen(rows[i]), &result);
		ROW(rows[i], result.failed && !result.changed && diag_errors(result.diags) > 0);
		fmt_release(&result);
	}
}

/* What is only unknown can be formatted: no import is read. */
static void unknown_names(void)
{
	expect("unknown names", "import \"nowhere.sync\";\nstruct A { a: Nope @nope; }",
	       "import \"nowhere.sync\";\nstruct A { a: Nope @nope; }\n");
}

static void diff(void)
{
	const char *text =
		"struct A {\n  a: bool;\n  b: bool;\n  c: bool;\n  d: bool;\n  e:bool;\n}";
	fmt_result result;
	char *out = NULL;
	size_t size;
	FILE *stream = open_memstream(&out, &size);
	CU_ASSERT_FATAL(stream != NULL);
	fmt_text("a.sync", text, strlen(text), &result);
	fmt_diff(&result, stream);
	fclose(stream);
	CU_ASSERT_STRING_EQUAL(out, "--- a.sync\n+++ a.sync\n@@ -3,5 +3,5 @@\n   b: bool;\n"
				    "   c: bool;\n   d: bool;\n-  e:bool;\n-}\n"
				    "\\ No newline at end of file\n+  e: bool;\n+}\n");
	free(out);
	fmt_release(&result);
}

static void each_file(const char *folder, unsigned *count)
{
	char path[2048];
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		const char *dot = strrchr(entry->d_name, '.');
		fmt_result once, twice;
		if (!dot || strcmp(dot, ".sync") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fmt_load(path, &once);
		ROW(path, !once.failed);
		fmt_text(path, once.after.at, once.after.length, &twice);
		ROW(path, !twice.failed && !twice.changed);
		fmt_release(&twice);
		fmt_release(&once);
		++*count;
	}
	if (dir)
		closedir(dir);
}

/* Every schema of the tree: formatting twice is formatting once. */
static void idempotent(void)
{
	unsigned count = 0;
	each_file(TEST_TOP "/tests/models", &count);
	each_file(TEST_TOP "/tests/unit", &count);
	each_file(TEST_TOP "/examples/notes", &count);
	CU_ASSERT(count > 5);
}

int test_fmt(void)
{
	CU_pSuite suite = CU_add_suite("fmt", NULL, NULL);
	return !suite || !CU_ADD_TEST(suite, layout) || !CU_ADD_TEST(suite, comments_survive) ||
	       !CU_ADD_TEST(suite, broken) || !CU_ADD_TEST(suite, unknown_names) ||
	       !CU_ADD_TEST(suite, diff) || !CU_ADD_TEST(suite, idempotent);
}
