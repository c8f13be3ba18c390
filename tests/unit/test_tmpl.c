/* The template engine. */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include "gen/tmpl.h"
#include "row.h"

/* What all rows see: name, empty, yes, no, none, list of {n, odd, inner of {name}}. */
static view *world(view_pool *pool)
{
	view *v = view_new(pool);
	view_text(v, "name", "World");
	view_text(v, "empty", NULL);
	view_flag(v, "yes", true);
	view_flag(v, "no", false);
	view_list(v, "none");
	for (unsigned i = 1; i <= 3; i++) {
		view *item = view_add(v, "list");
		view_number(item, "n", i);
		view_flag(item, "odd", i % 2 == 1);
		view_text(view_add(item, "inner"), "name", view_format(pool, "<%u>", i));
	}
	return v;
}

static const struct {
	const char *name, *text, *out, *error;
} rows[] = {
	{ "text", "a { b } {c}\n", "a { b } {c}\n", NULL },
	{ "a name", "Hello, {{name}}!", "Hello, World!", NULL },
	{ "braces around", "{{{name}}} { {{name}} }", "{World} { World }", NULL },
	{ "a loop", "{{#list}}{{n}},{{/list}}", "1,2,3,", NULL },
	{ "an outer name in a loop", "{{#list}}{{n}}{{name}} {{/list}}", "1World 2World 3World ",
	  NULL },
	{ "an inner name hides", "{{#list}}{{#inner}}{{name}}{{n}}{{/inner}}{{/list}}{{name}}",
	  "<1>1<2>2<3>3World", NULL },
	{ "an empty loop", "[{{#none}}x{{/none}}]", "[]", NULL },
	{ "first and last", "{{#list}}{{^first}}, {{/first}}{{n}}{{?last}}.{{/last}}{{/list}}",
	  "1, 2, 3.", NULL },
	{ "a condition", "{{?yes}}a{{/yes}}{{?no}}b{{/no}}{{^no}}c{{/no}}{{^yes}}d{{/yes}}", "ac",
	  NULL },
	{ "otherwise", "{{?no}}a{{:}}b{{/no}}{{?yes}}c{{:}}d{{/yes}}{{^yes}}e{{:}}f{{/yes}}", "bcf",
	  NULL },
	{ "otherwise, nested", "{{?no}}{{?yes}}a{{:}}b{{/yes}}{{:}}{{?no}}c{{:}}d{{/no}}{{/no}}",
	  "d", NULL },
	{ "texts and lists as conditions",
	  "{{?name}}a{{/name}}{{?empty}}b{{/empty}}{{?list}}c{{/list}}{{?none}}d{{/none}}", "ac",
	  NULL },
	{ "a flag in a loop", "{{#list}}{{?odd}}{{n}}{{:}}-{{/odd}}{{/list}}", "1-3", NULL },
	{ "a tag alone on its line", "a\n\t{{#list}}\n\t{{n}}\n\t{{/list}}\nb\n",
	  "a\n\t1\n\t2\n\t3\nb\n", NULL },
	{ "a name alone keeps its line", "a\n  {{empty}}\nb\n", "a\n  \nb\n", NULL },
	{ "two tags on a line are not alone", "{{?yes}} {{/yes}}\n", " \n", NULL },
	{ "a remark", "a{{! nothing {{ here }}b\n{{! gone }}\nc", "ab\nc", NULL },
	{ "an empty template", "", "", NULL },

	{ "an unknown name", "a\nb {{nmae}}", NULL, "t.tmpl:2: unknown name 'nmae'" },
	{ "unknown in a condition", "{{?nmae}}{{/nmae}}", NULL, "t.tmpl:1: unknown name 'nmae'" },
	{ "unknown in a loop", "\n\n{{#list}}{{x}}{{/list}}", NULL, "t.tmpl:3: unknown name 'x'" },
	{ "an unknown list", "{{#nmae}}{{/nmae}}", NULL, "t.tmpl:1: unknown name 'nmae'" },
	{ "first outside of a loop", "{{?first}}{{/first}}", NULL,
	  "t.tmpl:1: unknown name 'first'" },
	{ "a list as a text", "{{list}}", NULL, "t.tmpl:1: not a text: 'list'" },
	{ "a flag as a text", "{{yes}}", NULL, "t.tmpl:1: not a text: 'yes'" },
	{ "a text as a list", "{{#name}}{{/name}}", NULL, "t.tmpl:1: not a list: 'name'" },
	{ "never closed", "a\n{{?yes}}\n{{?no}}{{/no}}", NULL, "t.tmpl:2: never closed: 'yes'" },
	{ "never opened", "{{/yes}}", NULL, "t.tmpl:1: nothing is open for 'yes'" },
	{ "crossed", "{{?yes}}{{#list}}{{/yes}}{{/list}}", NULL,
	  "t.tmpl:1: another block is open: 'list'" },
	{ "otherwise in a loop", "{{#list}}{{:}}{{/list}}", NULL,
	  "t.tmpl:1: no condition is open for ':'" },
	{ "otherwise twice", "{{?yes}}{{:}}{{:}}{{/yes}}", NULL,
	  "t.tmpl:1: no condition is open for ':'" },
	{ "half a tag", "a\nb {{name", NULL, "t.tmpl:2: never closed: '{{name'" },
	{ "an expression", "{{name + 1}}", NULL, "t.tmpl:1: not a tag: 'name + 1'" },
	{ "an empty tag", "{{}}", NULL, "t.tmpl:1: not a tag: ''" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		idl_arena *arena = idl_arena_new();
		view_pool *pool = view_pool_new(arena);
		tmpl_set *set = tmpl_set_new(arena, pool, NULL);
		buf out = { 0 };
		tmpl_render_text(set, "t", rows[i].text, world(pool), &out);
		const char *error = tmpl_set_error(set);
		if (error && (!rows[i].error || strcmp(error, rows[i].error) != 0))
			printf("%s\n", error);
		ROW(rows[i].name,
		    rows[i].error ? error && strcmp(error, rows[i].error) == 0 : !error);
		if (rows[i].out)
			ROW(rows[i].name, strcmp(out.at ? out.at : "", rows[i].out) == 0);
		buf_release(&out);
		idl_arena_free(arena);
	}
}

static void test_too_deep(void)
{
	idl_arena *arena = idl_arena_new();
	view_pool *pool = view_pool_new(arena);
	tmpl_set *set = tmpl_set_new(arena, pool, NULL);
	buf text = { 0 }, out = { 0 };
	for (int i = 0; i < 100; i++)
		buf_text(&text, "{{?yes}}");
	tmpl_render_text(set, "t", text.at, world(pool), &out);
	CU_ASSERT_PTR_NOT_NULL(tmpl_set_error(set));
	buf_release(&text);
	buf_release(&out);
	idl_arena_free(arena);
}

/* A pool gives its memory out again, and names survive. */
static void test_pool(void)
{
	idl_arena *arena = idl_arena_new();
	view_pool *pool = view_pool_new(arena);
	tmpl_set *set = tmpl_set_new(arena, pool, NULL);
	char *first = NULL;
	for (int i = 0; i < 50; i++) {
		buf out = { 0 };
		view_pool_clear(pool);
		char *room = view_room(pool, 300 * 1024); /* larger than a block */
		first = first ? first : room;
		CU_ASSERT_PTR_EQUAL(room, first);
		view *v = view_new(pool);
		for (int k = 0; k < 1000; k++)
			view_number(view_add(v, "items"), "n", (uint64_t)k);
		tmpl_render_text(set, "t", "{{#items}}{{?last}}{{n}}{{/last}}{{/items}}", v, &out);
		CU_ASSERT_STRING_EQUAL(out.at, "999");
		buf_release(&out);
	}
	CU_ASSERT_STRING_EQUAL(view_join(pool, "a", "", "b", NULL), "ab");
	idl_arena_free(arena);
}

/* Every embedded template is well formed: its mistakes show when it is compiled. */
static void test_embedded(void)
{
	size_t count = 0;
	for (const tmpl_source *s = tmpl_sources; s->name; s++, count++) {
		idl_arena *arena = idl_arena_new();
		view_pool *pool = view_pool_new(arena);
		tmpl_set *set = tmpl_set_new(arena, pool, NULL);
		buf out = { 0 };
		tmpl_render(set, s->name, view_new(pool), &out);
		const char *error = tmpl_set_error(set);
		ROW(s->name, !error || strstr(error, ": unknown name '"));
		buf_release(&out);
		idl_arena_free(arena);
	}
	CU_ASSERT_TRUE(count > 10);
}

/* A file of the folder stands in for the embedded one of its name; the others stay. */
static void test_overlay(void)
{
	const char *base = getenv("TMPDIR");
	char folder[256], path[300], command[600];
	snprintf(folder, sizeof(folder), "%s/syncgen-test-XXXXXX", base ? base : P_tmpdir);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(command, sizeof(command), "mkdir '%s/c'", folder);
	CU_ASSERT_EQUAL_FATAL(system(command), 0);
	snprintf(path, sizeof(path), "%s/c/entry.h.tmpl", folder);
	FILE *file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("mine: {{entry}}\n", file);
	fclose(file);

	idl_arena *arena = idl_arena_new();
	view_pool *pool = view_pool_new(arena);
	tmpl_set *set = tmpl_set_new(arena, pool, folder);
	view *v = view_new(pool);
	buf out = { 0 };
	view_text(v, "entry", "E");
	tmpl_render(set, "c/entry.h", v, &out);
	CU_ASSERT_STRING_EQUAL(out.at, "mine: E\n");
	tmpl_render(set, "c/file_end.h", v, &out);
	CU_ASSERT_PTR_NULL(tmpl_set_error(set));
	CU_ASSERT_PTR_NOT_NULL(strstr(out.at, "#endif"));
	tmpl_render(set, "c/there_is_none", v, &out);
	CU_ASSERT_PTR_NOT_NULL(tmpl_set_error(set));
	buf_release(&out);
	idl_arena_free(arena);
	remove(path);
	snprintf(command, sizeof(command), "rmdir '%s/c' '%s'", folder, folder);
	CU_ASSERT_EQUAL(system(command), 0);
}

int test_tmpl(void)
{
	CU_pSuite suite = CU_add_suite("tmpl", NULL, NULL);
	return !suite || !CU_add_test(suite, "rows", test_rows) ||
	       !CU_add_test(suite, "too deep", test_too_deep) ||
	       !CU_add_test(suite, "pool", test_pool) ||
	       !CU_add_test(suite, "embedded", test_embedded) ||
	       !CU_add_test(suite, "overlay", test_overlay);
}
