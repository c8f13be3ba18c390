/*
 * The front end: what is wrong with a file is said exactly, what is right is resolved.
 *
 * Every schema of tests/bad carries what is expected of it as a comment on the line that is blamed:
 *
 *   body: Strng;  // error: E0201 unknown type 'Strng'
 *
 * Several on one line follow each other. Nothing may be missing and nothing may be extra, imported
 * files included.
 */
#include <CUnit/CUnit.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/diag.h"
#include "idl/dump.h"
#include "idl/idl.h"
#include "idl/source.h"
#include "tests/unit/row.h"

int test_idl(void);

/* ---- tests/bad ---- */

enum { PATH = 1024 };

/* "error: E0201 unknown type 'Strng'" of a diagnostic. */
static void describe(const diag *d, char *out, size_t size)
{
	snprintf(out, size, "%s: %s %s", d->warning ? "warning" : "error", diag_code_name(d->code),
		 d->message);
}

/* The next expectation behind `at` on its line, without the blanks at its end; NULL: no more. */
static const char *expectation(const char *at, const char *end, size_t *length)
{
	static const char *const marks[] = { "  // error: ", "  // warning: " };
	const char *found = NULL;
	for (; at < end && !found; at++) {
		for (size_t i = 0; i < 2; i++)
			if (strncmp(at, marks[i], strlen(marks[i])) == 0)
				found = at + 5;
	}
	if (!found)
		return NULL;
	const char *stop = found;
	while (stop < end && strncmp(stop, "  // ", 5) != 0)
		stop++;
	*length = (size_t)(stop - found);
	return found;
}

static const diag *reported_at(const diag_list *list, const idl_source *source, size_t line,
			       const char *text, size_t length)
{
	for (const diag *d = diag_first(list); d; d = d->next) {
		char described[PATH];
		if (d->span.source != source ||
		    idl_source_position(source, d->span.begin).line != line)
			continue;
		describe(d, described, sizeof(described));
		if (strlen(described) == length && strncmp(described, text, length) == 0)
			return d;
	}
	return NULL;
}

/* Are all expectations of a source met? Counts them. */
static size_t check_source(const idl_source *source, const diag_list *list)
{
	size_t count = 0;
	for (size_t line = 1; line <= source->line_count; line++) {
		idl_text text = idl_source_line(source, line);
		const char *end = text.at + text.length;
		size_t length;
		for (const char *at = text.at; (at = expectation(at, end, &length)); at += length) {
			char name[PATH];
			snprintf(name, sizeof(name), "%s:%zu: %.*s", source->path, line,
				 (int)length, at);
			ROW(name, reported_at(list, source, line, at, length) != NULL);
			count++;
		}
	}
	return count;
}

static bool expected(const diag *d)
{
	char described[PATH];
	if (!d->span.source)
		return false;
	describe(d, described, sizeof(described));
	idl_position at = idl_source_position(d->span.source, d->span.begin);
	idl_text line = idl_source_line(d->span.source, at.line);
	char *copy = malloc(line.length + 1);
	CU_ASSERT_FATAL(copy != NULL);
	memcpy(copy, line.at, line.length);
	copy[line.length] = '\0';
	bool found = strstr(copy, described) != NULL;
	free(copy);
	return found;
}

static void check_bad(const char *path)
{
	idl_options options = { .paths = &path, .path_count = 1, .max_errors = 1000 };
	idl_result result;
	idl_load(&options, &result);
	size_t count = 0;
	for (const idl_file *file = result.files; file; file = file->next)
		count += check_source(file->source, result.diags);
	ROW(path, count > 0);
	for (const diag *d = diag_first(result.diags); d; d = d->next) {
		char name[2 * PATH];
		describe(d, name + snprintf(name, PATH, "%s: unexpected ", path), PATH);
		ROW(name, expected(d));
	}
	idl_release(&result);
}

static int is_schema(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".sync") == 0;
}

static void bad(void)
{
	struct dirent **entries;
	/* Paths are part of messages, so they are relative. */
	int here = open(".", O_RDONLY);
	CU_ASSERT_FATAL(here >= 0 && chdir(TEST_TOP "/tests/bad") == 0);
	int count = scandir(".", &entries, is_schema, alphasort);
	CU_ASSERT_FATAL(count > 10);
	for (int i = 0; i < count; i++) {
		if (strcmp(entries[i]->d_name, "seven_other.sync") != 0)
			check_bad(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	CU_ASSERT_EQUAL(fchdir(here), 0);
	close(here);
}

static void seven_mistakes_are_seven_errors(void)
{
	static const char *const codes[] = { "E0603", "E0201", "E0203", "E0101",
					     "E0401", "E0402", "E0501" };
	const char *path = TEST_TOP "/tests/bad/seven.sync";
	idl_options options = { .paths = &path, .path_count = 1 };
	idl_result result;
	idl_load(&options, &result);
	CU_ASSERT_EQUAL(result.errors, 7);
	CU_ASSERT_EQUAL(result.warnings, 0);
	const diag *d = diag_first(result.diags);
	for (size_t i = 0; i < 7 && d; i++, d = d->next)
		ROW(codes[i], strcmp(diag_code_name(d->code), codes[i]) == 0);
	idl_release(&result);
}

/* ---- texts in memory ---- */

/* The codes of what is reported, separated by blanks. */
static const char *codes_of(const char *text, size_t length)
{
	static char codes[PATH];
	idl_options options = { .max_errors = 1000 };
	idl_result result;
	idl_load_text("test.sync", text, length, &options, &result);
	char *at = codes;
	*at = '\0';
	for (const diag *d = diag_first(result.diags); d && at < codes + PATH - 8; d = d->next)
		at += snprintf(at, 8, "%s%s", at > codes ? " " : "", diag_code_name(d->code));
	idl_release(&result);
	return codes;
}

static void strange_texts(void)
{
	static const struct {
		const char *name, *text;
		size_t length;
		const char *codes;
	} rows[] = {
#define ROW_OF(name, text, codes) { name, text, sizeof(text) - 1, codes }
		ROW_OF("empty", "", ""),
		ROW_OF("blanks", " \t\r\n\n", ""),
		ROW_OF("byte order mark", "\xEF\xBB\xBFstruct A { a: bool; }", ""),
		ROW_OF("CR LF", "struct A {\r\n  a: bool;\r\n}\r\n", ""),
		ROW_OF("UTF-16", "\xFF\xFEs\0t\0", "E0003"),
		ROW_OF("NUL", "struct A { a: bool; }\0", "E0003"),
		ROW_OF("NUL in a string", "struct A { a: string = \"\0\"; }", "E0003"),
		ROW_OF("Latin-1", "// caf\xE9\n", "E0003"),
		ROW_OF("overlong", "// \xC0\x80\n", "E0003"),
		ROW_OF("surrogate", "// \xED\xA0\x80\n", "E0003"),
		ROW_OF("cut off", "// \xE2\x82", "E0003"),
		ROW_OF("ELF",
		       "\x7F"
		       "ELF\x02\x01\x01\0\0\0",
		       "E0003"),
		ROW_OF("UTF-8 in comments", "// \xE2\x82\xAC\n", ""),
		ROW_OF("no line end", "struct A { a: bool; }//", ""),
		ROW_OF("only a brace", "}", "E0102"),
		ROW_OF("only braces", "}}}}", "E0102"),
		ROW_OF("half a word", "struc", "E0102"),
		ROW_OF("half a struct", "struct A {", "E0103"),
		ROW_OF("half a field", "struct A { a:", "E0102 E0103"),
		ROW_OF("half a comment", "struct A { a: bool; /*", "E0005"),
		ROW_OF("half a string", "import \"", "E0005"),
		ROW_OF("a string without end and ;", "struct A { a: string = \"x;\n b: bool; }",
		       "E0005"),
		ROW_OF("a backslash at the end", "import \"\\", "E0005"),
		ROW_OF("words as names",
		       "struct model { type: bool; error: bool; null: bool; import: bool; }\n"
		       "enum E { true, false, null, open }\n"
		       "struct D { a: E = true; b: E = null; c: E = open; }",
		       ""),
		ROW_OF("empty statements", "struct A { ; a: bool;; };;", ""),
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *codes = codes_of(rows[i].text, rows[i].length);
		if (!ROW(rows[i].name, strcmp(codes, rows[i].codes) == 0))
			printf("  got '%s'\n", codes);
	}
}

/* No limit but the one on nesting, and nothing is quadratic: each takes no time. */
static void long_texts(void)
{
	static const struct {
		const char *name, *head, *unit, *tail;
		const char *codes;
	} rows[] = {
		{ "brackets", "struct A { a: ", "[", "", "E0104" },
		{ "braces", "", "{", "", "E0102" },
		{ "parentheses", "struct A ", "(", "", "E0102" },
		{ "angles", "struct A { a: ", "map<", "", "E0104" },
		{ "comments", "", "/* */", "", "" },
		{ "docs", "", "/// a\n", "struct A { }", "" },
		{ "a path", "package a", ".a", ";", "E0102" },
		{ "nulls", "struct A { a: bool", " | null", "; }", "" },
		{ "a reserved list", "struct A { reserved a", ", a", "; }", "" },
		{ "one string", "struct A { a: string(..2000000) = \"", "abc", "\"; }", "" },
		{ "semicolons", "", ";", "", "" },
	};
	enum { TIMES = 100000 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t head = strlen(rows[i].head), unit = strlen(rows[i].unit);
		size_t length = head + unit * TIMES + strlen(rows[i].tail);
		char *text = malloc(length + 1), *at = text + head;
		CU_ASSERT_FATAL(text != NULL);
		memcpy(text, rows[i].head, head);
		for (int n = 0; n < TIMES; n++, at += unit)
			memcpy(at, rows[i].unit, unit);
		memcpy(at, rows[i].tail, strlen(rows[i].tail) + 1);
		const char *codes = codes_of(text, length);
		if (!ROW(rows[i].name, strcmp(codes, rows[i].codes) == 0))
			printf("  got '%.60s'\n", codes);
		free(text);
	}
}

/* ---- files ---- */

static void expect_path(const char *name, const char *path, const char *code)
{
	idl_options options = { .paths = &path, .path_count = 1 };
	idl_result result;
	idl_load(&options, &result);
	const diag *d = diag_first(result.diags);
	ROW(name, d && strcmp(diag_code_name(d->code), code) == 0);
	ROW(name, result.io_failed);
	ROW(name, result.errors == 1 && !result.roots[0]);
	idl_release(&result);
}

static void unreadable_files(void)
{
	char folder[] = "/tmp/syncgen-idl-XXXXXX", path[PATH];
	CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
	expect_path("a folder", folder, "E0001");
	snprintf(path, sizeof(path), "%s/missing.sync", folder);
	expect_path("missing", path, "E0001");
	expect_path("an empty path", "", "E0001");
	expect_path("endless", "/dev/zero", "E0002");
	snprintf(path, sizeof(path), "%s/large.sync", folder);
	int fd = open(path, O_CREAT | O_WRONLY, 0000);
	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(ftruncate(fd, 100 << 20), 0);
	if (geteuid() != 0)
		expect_path("no permission", path, "E0001");
	CU_ASSERT_EQUAL(fchmod(fd, 0600), 0);
	expect_path("100 MB", path, "E0002");
	close(fd);
	unlink(path);
	rmdir(folder);
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[2 * PATH];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	CU_ASSERT_FATAL(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void remove_file(const char *folder, const char *name)
{
	char path[2 * PATH];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

/* main imports left and right, both import base: read once, found beside the importer and by -I. */
static void a_diamond_is_read_once(void)
{
	char folder[] = "/tmp/syncgen-idl-XXXXXX", path[PATH], sub[PATH];
	CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
	snprintf(sub, sizeof(sub), "%s/lib", folder);
	CU_ASSERT_FATAL(mkdir(sub, 0700) == 0);
	write_file(folder, "main.sync",
		   "import \"left.sync\"; import \"right.sync\";\n"
		   "struct M { l: left.L; r: right.R; }");
	write_file(folder, "left.sync",
		   "package left; import \"base.sync\"; struct L { b: base.B; }");
	write_file(folder, "right.sync",
		   "package right; import \"./../x/../base.sync\" as b; struct R { b: b.B; }");
	write_file(sub, "base.sync", "package deep.base; struct B { a: bool; }");
	snprintf(path, sizeof(path), "%s/main.sync", folder);
	const char *paths[] = { path }, *folders[] = { sub };
	idl_options options = {
		.paths = paths, .path_count = 1, .folders = folders, .folder_count = 1
	};
	idl_result result;
	idl_load(&options, &result);
	CU_ASSERT_EQUAL(result.errors, 1); /* x/../ leads out of the folder of -I */
	idl_release(&result);
	write_file(folder, "right.sync",
		   "package right; import \"./base.sync\" as b; struct R { b: b.B; }");
	idl_load(&options, &result);
	CU_ASSERT_EQUAL(result.errors + result.warnings, 0);
	size_t files = 0;
	for (const idl_file *file = result.files; file; file = file->next)
		files++;
	CU_ASSERT_EQUAL(files, 4);
	CU_ASSERT_STRING_EQUAL(result.files->import_path, "base.sync");
	CU_ASSERT(!result.files->root && result.roots[0]->root);
	idl_release(&result);
	remove_file(sub, "base.sync");
	remove_file(folder, "main.sync");
	remove_file(folder, "left.sync");
	remove_file(folder, "right.sync");
	rmdir(sub);
	rmdir(folder);
}

/* ---- renderers ---- */

typedef void render(const diag_list *list, FILE *out);

static void as_text(const diag_list *list, FILE *out)
{
	diag_render_text(list, out, false);
}

static void expect_rendered(const char *name, const char *text, render *how,
			    const char *expected_text)
{
	idl_options options = { 0 };
	idl_result result;
	char *out = NULL;
	size_t size;
	FILE *stream = open_memstream(&out, &size);
	CU_ASSERT_FATAL(stream != NULL);
	idl_load_text("a.sync", text, strlen(text), &options, &result);
	how(result.diags, stream);
	fclose(stream);
	if (!ROW(name, strcmp(out, expected_text) == 0))
		printf("%s", out);
	free(out);
	idl_release(&result);
}

static void rendered(void)
{
	expect_rendered("help", "struct A {\n  body: Strng;\n}\n", as_text,
			"a.sync:2:9: error: unknown type 'Strng' [E0201]\n"
			"   2 |   body: Strng;\n"
			"     |         ^~~~~ help: did you mean 'string'?\n");
	expect_rendered("tabs", "struct A {\n\ta:\tStrng;\n}\n", as_text,
			"a.sync:2:5: error: unknown type 'Strng' [E0201]\n"
			"   2 | \ta:\tStrng;\n"
			"     | \t  \t^~~~~ help: did you mean 'string'?\n");
	expect_rendered("UTF-8", "struct A { /* \xC3\xA4\xE6\xBC\xA2 */ a: Strng; }", as_text,
			"a.sync:1:24: error: unknown type 'Strng' [E0201]\n"
			"   1 | struct A { /* \xC3\xA4\xE6\xBC\xA2 */ a: Strng; }\n"
			"     |                         ^~~~~ help: did you mean 'string'?\n");
	expect_rendered("escapes", "struct A { a: \x1B[31mbool; }", as_text,
			"a.sync:1:15: error: unexpected control character 0x1B [E0004]\n"
			"   1 | struct A { a: ?[31mbool; }\n"
			"     |               ^\n"
			"a.sync:1:17: error: unexpected '31mbool', expected a type [E0102]\n"
			"   1 | struct A { a: ?[31mbool; }\n"
			"     |                 ^~~~~~~\n");
	expect_rendered("note", "struct A { a: bool;\n a: bool; }", as_text,
			"a.sync:2:2: error: duplicate field 'a' [E0203]\n"
			"   2 |  a: bool; }\n"
			"     |  ^\n"
			"a.sync:1:12: note: first declared here\n"
			"   1 | struct A { a: bool;\n"
			"     |            ^\n");
	expect_rendered(
		"json", "struct A { a: Strng; }", diag_render_json,
		"[\n{\"file\":\"a.sync\",\"line\":1,\"column\":15,\"endLine\":1,"
		"\"endColumn\":20,\"severity\":\"error\",\"code\":\"E0201\","
		"\"message\":\"unknown type 'Strng'\",\"help\":\"did you mean 'string'?\"}\n]\n");
	expect_rendered("nothing as json", "", diag_render_json, "[]\n");
}

static void at_most_twenty(void)
{
	char text[4096] = "struct A {";
	for (int i = 0; i < 25; i++)
		snprintf(text + strlen(text), 64, "a%d: Nope%d;\n", i, i);
	strcat(text, "}");
	idl_options options = { 0 };
	idl_result result;
	idl_load_text("a.sync", text, strlen(text), &options, &result);
	CU_ASSERT_EQUAL(result.errors, 25);
	CU_ASSERT_EQUAL(diag_shown(result.diags), 20);
	char *out = NULL;
	size_t size;
	FILE *stream = open_memstream(&out, &size);
	diag_render_text(result.diags, stream, false);
	fclose(stream);
	CU_ASSERT(strstr(out, "\nand 5 more errors\n") != NULL);
	free(out);
	idl_release(&result);
}

/* ---- the tree ---- */

static void expect_dump(const char *name, const char *text, const char *line)
{
	idl_options options = { 0 };
	idl_result result;
	char *out = NULL;
	size_t size;
	FILE *stream = open_memstream(&out, &size);
	CU_ASSERT_FATAL(stream != NULL);
	idl_load_text("a.sync", text, strlen(text), &options, &result);
	ROW(name, result.errors == 0);
	idl_dump(result.roots[0], stream);
	fclose(stream);
	if (!ROW(name, strstr(out, line) != NULL))
		printf("%s", out);
	free(out);
	idl_release(&result);
}

static void resolved(void)
{
	static const char *const rows[][2] = {
		{ "struct A { a: uint8(1..) = 0x10; }", " a: uint8(1..) = 16\n" },
		{ "struct A { a: uint64 = 18446744073709551615; }", " = 18446744073709551615\n" },
		{ "struct A { a: int64 = -9223372036854775808; }", " = -9223372036854775808\n" },
		{ "struct A { a: float64(-1..1) = 0.1; }",
		  " a: float64(-1..1) = 0.10000000000000001\n" },
		{ "const N = M; const M = 4; struct A { a: [string(..N)](..M); }",
		  " a: [string(..4)](..4)\n" },
		{ "struct A { a: string = \"\\u0000x\"; }", " = \"\\x00x\"\n" },
		{ "struct A { a: bytes = \"AAEC\"; }", " = \"\\x00\\x01\\x02\"\n" },
		{ "struct A { a?: [A] | null; }", " a: [struct A] | null optional\n" },
		{ "struct A { a?: A; }", " a: struct A optional boxed\n" },
		{ "struct A { a: A | null; }", " a: struct A | null boxed\n" },
		{ "struct A { b?: B; } struct B { a: A; }", " b: struct B optional boxed\n" },
		{ "struct A { b?: B; } struct B { a: bool; }", " b: struct B optional\n" },
		{ "struct A { b?: B; } struct B { a: [A]; }", " b: struct B optional\n" },
		{ "union U { a: A; } struct A { u?: U; }", " u: union U optional boxed\n" },
		{ "struct A { a: map<A>; }", "struct A recursive\n" },
		{ "option json_case = camel; struct A { my_field: bool; }",
		  " my_field json=\"myField\"" },
		{ "option json_case = snake; struct A { HTTPServer2: bool; }",
		  " HTTPServer2 json=\"http_server2\"" },
		{ "option json_case = kebab; enum E { InProgress }",
		  " InProgress json=\"in-progress\"" },
		{ "option json_case = upper; enum E { inProgress }",
		  " inProgress json=\"IN_PROGRESS\"" },
		{ "option json_case = pascal; enum E { _in_x }", " _in_x json=\"_InX\"" },
		{ "option json_case = camel; struct A { a_b: bool @json(\"a_b\"); }",
		  " a_b: bool\n" },
		{ "/// one\n///  two \n// not\n/// three\nstruct A { }",
		  "doc=\"one\\x0a two\\x0athree\"" },
		{ "struct A { a: int64 @json(number); }", " a: int64 as number\n" },
		{ "model M { a: int32 @rate(20/s); }", " rate=20/1000ms" },
		{ "struct R { id: uuid @key; } model M { t: table<R> @retain(30d); }",
		  " retain=2592000000ms" },
		{ "model M(id: uuid) @key(\"M/{id}/x\") { }",
		  "  key-part \"M/\"\n  key-part {id}\n  key-part \"/x\"\n" },
		{ "model M(a: uuid, b: int32) { }", "model M key=\"M/{a}/{b}\"\n" },
		{ "model M { action a() -> bool | null @role(x, y); }", "action a role(x y)" },
		{ "enum E { a, b } struct A { e: E = b; }", " e: enum E = b\n" },
		{ "struct A { a: bool @was(\"x\") @was(\"y\") @since(2) @deprecated; }",
		  " deprecated=\"\" was=\"x\" was=\"y\" since=2" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect_dump(rows[i][0], rows[i][0], rows[i][1]);
}

int test_idl(void)
{
	CU_pSuite suite = CU_add_suite("idl", NULL, NULL);
	return !suite || !CU_ADD_TEST(suite, bad) ||
	       !CU_ADD_TEST(suite, seven_mistakes_are_seven_errors) ||
	       !CU_ADD_TEST(suite, strange_texts) || !CU_ADD_TEST(suite, long_texts) ||
	       !CU_ADD_TEST(suite, unreadable_files) ||
	       !CU_ADD_TEST(suite, a_diamond_is_read_once) || !CU_ADD_TEST(suite, rendered) ||
	       !CU_ADD_TEST(suite, at_most_twenty) || !CU_ADD_TEST(suite, resolved);
}
