/* The plan and the schema hash, from schemas in a line each. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/hash.h"
#include "gen/plan.h"
#include "gen/plan_reach.h"
#include "idl/diag.h"
#include "row.h"

typedef struct {
	idl_result tree;
	const plan *plan;
} loaded;

static bool load(loaded *l, const char *text)
{
	idl_options options = { 0 };
	idl_load_text("test.sync", text, strlen(text), &options, &l->tree);
	l->plan = NULL;
	if (l->tree.errors > 0)
		diag_render_text(l->tree.diags, stdout, false);
	else
		l->plan = plan_build(&l->tree, l->tree.arena);
	return l->plan != NULL;
}

static const plan_file *file_of(const loaded *l)
{
	return l->plan->files[l->plan->file_count - 1];
}

static const plan_model *model_of(const loaded *l)
{
	const plan_file *file = file_of(l);
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind == PLAN_ITEM_MODEL)
			return file->items[i].as.model;
	}
	return NULL;
}

static const plan_struct *struct_of(const loaded *l, const char *name)
{
	const plan_file *file = file_of(l);
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *it = &file->items[i];
		if (it->kind == PLAN_ITEM_STRUCT && strcmp(it->as.structure->name, name) == 0)
			return it->as.structure;
	}
	return NULL;
}

/* ---- order ---- */

/* "enum E, struct A, list, state M, model M" */
static void items_text(const plan_file *file, char *text, size_t size)
{
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < file->item_count && at < size; i++) {
		const plan_item *it = &file->items[i];
		const char *name = "[]";
		if (it->kind == PLAN_ITEM_ENUM)
			name = it->as.enumeration->name;
		else if (it->kind == PLAN_ITEM_STRUCT)
			name = it->as.structure->name;
		else if (it->kind == PLAN_ITEM_UNION)
			name = it->as.tagged->name;
		else if (it->kind == PLAN_ITEM_MODEL)
			name = "model";
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? " " : "", name);
	}
}

static void order(void)
{
	static const struct {
		const char *name, *schema, *items;
	} rows[] = {
		{ "as written", "struct A { x: bool; } struct B { a: A; }", "A B" },
		{ "held by value comes first", "struct B { a: A; } struct A { x: bool; }", "A B" },
		{ "absent but by value", "struct B { a?: A; } struct A { x: bool; }", "A B" },
		{ "a chain backwards", "struct A { b: B; } struct B { c: C; } struct C { }",
		  "C B A" },
		{ "a list comes before its holder", "struct A { b: [B]; } struct B { }", "[] A B" },
		{ "a list of itself", "struct A { a: [A]; }", "[] A" },
		{ "recursion by absence", "struct A { a?: A; }", "A" },
		{ "two that hold each other", "struct A { b?: B; } struct B { a: [A]; }",
		  "[] B A" },
		{ "each in the other's pointer", "struct A { b?: B; } struct B { a?: A; }", "A B" },
		{ "lists of lists", "struct A { a: [[[bool]]]; }", "[] [] [] A" },
		{ "one list for all uses",
		  "struct A { a: [bool](..3); b: [bool]; } struct B { c: [bool]; }", "[] A B" },
		{ "a list and a set", "struct A { a: [bool]; b: set<bool>; c: map<bool>; }",
		  "[] [] [] A" },
		{ "inline lists by their room",
		  "struct A { a: [int8](..3) @inline; b: [int8](..4) @inline; c: [int8](1..3) "
		  "@inline; }",
		  "[] [] A" },
		{ "numbers as strings and as numbers",
		  "struct A { a: [int64]; b: [int64] @json(number); c: [int64](..2); }",
		  "[] [] A" },
		{ "a union before its holder", "struct A { u: U; } union U { b: B; } struct B { }",
		  "B U A" },
		{ "enums first", "struct A { e: E; } enum E { x }", "E A" },
		{ "a model last",
		  "model M { a: A; action go(b: B) -> [C]; } struct A { } struct B { } struct C { "
		  "}",
		  "A M B go [] model C" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loaded l;
		char text[256] = "";
		if (ROW(rows[i].name, load(&l, rows[i].schema)))
			items_text(file_of(&l), text, sizeof(text));
		if (!ROW(rows[i].name, strcmp(text, rows[i].items) == 0))
			printf("    got '%s', wanted '%s'\n", text, rows[i].items);
		idl_release(&l.tree);
	}
}

/* A chain as long as a file allows is no recursion of ours. */
static void long_chain(void)
{
	enum { LINKS = 50000 };
	char *text = malloc((size_t)LINKS * 40), *at = text;
	for (int i = 0; i < LINKS; i++)
		at += sprintf(at, "struct S%d { s: S%d; }\n", i, i + 1);
	sprintf(at, "struct S%d { }", LINKS);
	loaded l;
	if (ROW("loads", load(&l, text))) {
		const plan_file *file = file_of(&l);
		CU_ASSERT_EQUAL(file->item_count, LINKS + 1);
		CU_ASSERT_STRING_EQUAL(file->items[0].as.structure->name, "S50000");
	}
	idl_release(&l.tree);
	free(text);
}

/* ---- what is decided about fields, structs, models ---- */

static void required(void)
{
	static const struct {
		const char *name, *field;
		bool required;
	} rows[] = {
		{ "plain", "f: bool;", true },
		{ "a default", "f: bool = true;", false },
		{ "may be absent", "f?: bool;", false },
		{ "may be null", "f: bool | null;", true },
		{ "null by default", "f: bool | null = null;", false },
		{ "a list", "f: [bool];", true },
		{ "local", "f: bool @local;", false },
		{ "computed", "f: bool @computed;", false },
		{ "created", "f: timestamp @created;", false },
		{ "written by clients", "f: bool @write;", true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loaded l;
		char schema[128];
		bool row = strstr(rows[i].field, "@created") != NULL;
		snprintf(schema, sizeof(schema),
			 row ? "struct R { k: uuid @key; %s } model M { t: table<R>; }"
			     : "model M { %s }",
			 rows[i].field);
		if (ROW(rows[i].name, load(&l, schema))) {
			const plan_struct *s = row ? struct_of(&l, "R") : model_of(&l)->state;
			ROW(rows[i].name,
			    s->fields[s->field_count - 1].required == rows[i].required);
		}
		idl_release(&l.tree);
	}
}

static void tracked(void)
{
	static const struct {
		const char *name, *schema;
		bool tracked; /* struct T */
	} rows[] = {
		{ "in a state", "struct T { } model M { t: T; }", true },
		{ "in a list in a struct in a state",
		  "struct T { } struct U { t: [T]; } model M { u: U; }", true },
		{ "in a union in a state", "struct T { } union U { t: T; } model M { u: [U]; }",
		  true },
		{ "only a parameter", "struct T { } model M { action go(t: T); }", false },
		{ "only a result", "struct T { } model M { action go() -> T; }", false },
		{ "in a file without models", "struct T { }", true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loaded l;
		if (ROW(rows[i].name, load(&l, rows[i].schema)))
			ROW(rows[i].name, struct_of(&l, "T")->tracked == rows[i].tracked);
		idl_release(&l.tree);
	}
}

#define BIT(name) ((uint64_t)1 << PLAN_FEATURE_##name)

static void features(void)
{
	static const struct {
		const char *name, *schema;
		uint64_t features;
	} rows[] = {
		{ "none", "model M { a: bool; }", 0 },
		{ "write", "model M { a: bool @write; }", BIT(WRITE) },
		{ "write by role", "model M { a: bool @write(boss); }", BIT(WRITE_ROLE) },
		{ "read", "model M { a: bool @read(boss); }", BIT(READ) },
		{ "in a struct, however far",
		  "struct S { a: bool @volatile; } struct T { s: [S]; } model M { t: T; }",
		  BIT(VOLATILE) },
		{ "inline", "model M { a: string(..9) @inline; }", BIT(INLINE) },
		{ "computed", "model M { a: bool @computed; }", BIT(COMPUTED) },
		{ "merge", "model M { a: int8 @write @merge(max); }", BIT(WRITE) | BIT(MERGE) },
		{ "role of a call", "model M { action go() @role(boss); }", BIT(ROLE) },
		{ "rate of a call", "model M { action go() @rate(5/s); }", BIT(CALL_RATE) },
		{ "key, ttl, persist", "model M(id: uuid) @key(\"M/{id}\") @ttl(5m) @persist { }",
		  BIT(KEY_PARAMS) | BIT(TTL) | BIT(PERSIST) },
		{ "presence", "model M { presence { a: bool; } }", BIT(PRESENCE) },
		{ "task", "struct P { } model M { task go() progress P; }", BIT(PROGRESS) },
		{ "throws", "error E { } model M { action go() throws E; }", BIT(THROWS) },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loaded l;
		if (ROW(rows[i].name, load(&l, rows[i].schema)))
			ROW(rows[i].name, model_of(&l)->features == rows[i].features);
		idl_release(&l.tree);
	}
}

/* ---- hash ---- */

#define BASE                                                                                       \
	"enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; e: E; "     \
	"action go(n: int32); }"

static void hash(void)
{
	static const struct {
		const char *name, *schema;
		bool same;
	} rows[] = {
		{ "itself", BASE, true },
		{ "comments",
		  "/// d\nenum E { x, y } struct S { /// d\n a: bool; b: string(..9) = \"q\"; } // "
		  "c\n"
		  "model M { s: S; e: E; action go(n: int32); }",
		  true },
		{ "order of fields",
		  "enum E { x, y } struct S { b: string(..9) = \"q\"; a: bool; } model M { e: E; "
		  "s: S; action go(n: int32); }",
		  true },
		{ "order of declarations and values",
		  "model M { s: S; e: E; action go(n: int32); } struct S { a: bool; b: string(..9) "
		  "= \"q\"; } enum E { y, x }",
		  true },
		{ "names of types",
		  "enum F { x, y } struct T { a: bool; b: string(..9) = \"q\"; } model M { s: T; "
		  "e: F; action go(n: int32); }",
		  true },
		{ "a C name with the old JSON name",
		  "enum E { x, y } struct S { aa: bool @json(\"a\"); b: string(..9) = \"q\"; } "
		  "model M { s: S; e: E; action go(n: int32); }",
		  true },
		{ "a local field",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; l: bool @local; action go(n: int32); }",
		  true },
		{ "a type that is not used", BASE " struct Unused { }", true },
		{ "the limits of a type, spelled out",
		  "enum E { x, y } struct S { a: bool; b: string(0..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32(-2147483648..)); }",
		  true },
		{ "name of a field",
		  "enum E { x, y } struct S { c: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "type of a field",
		  "enum E { x, y } struct S { a: int8; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "a constraint",
		  "enum E { x, y } struct S { a: bool; b: string(..8) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "a default",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"r\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "absence",
		  "enum E { x, y } struct S { a?: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "null",
		  "enum E { x, y } struct S { a: bool | null; b: string(..9) = \"q\"; } model M { "
		  "s: S; e: E; action go(n: int32); }",
		  false },
		{ "a right",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E @write; action go(n: int32); }",
		  false },
		{ "a value",
		  "enum E { x, z } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int32); }",
		  false },
		{ "open",
		  "open enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: "
		  "S; e: E; action go(n: int32); }",
		  false },
		{ "a parameter",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; action go(n: int16); }",
		  false },
		{ "an action that became a task",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M { s: S; "
		  "e: E; task go(n: int32); }",
		  false },
		{ "the key",
		  "enum E { x, y } struct S { a: bool; b: string(..9) = \"q\"; } model M "
		  "@key(\"K\") { s: S; e: E; action go(n: int32); }",
		  false },
	};
	loaded base;
	CU_ASSERT_FATAL(load(&base, BASE));
	CU_ASSERT_EQUAL(strlen(model_of(&base)->hash), 64);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		loaded l;
		if (ROW(rows[i].name, load(&l, rows[i].schema)))
			ROW(rows[i].name, (strcmp(model_of(&l)->hash, model_of(&base)->hash) ==
					   0) == rows[i].same);
		idl_release(&l.tree);
	}
	idl_release(&base.tree);
}

/* The text behind the hash, to the byte: it is a promise to other implementations. */
static void hash_is_canonical(void)
{
	loaded l;
	CU_ASSERT_FATAL(
		load(&l, "enum E { b, a } model M { z: E = a @write; "
			 "f: float64(0..0.1) @json(\"\xC2\xB5\"); i: int64 = -9007199254740993; "
			 "action go() -> uint8 | null; }"));
	hasher *h = hash_new(l.plan, l.tree.arena);
	CU_ASSERT_STRING_EQUAL(
		hash_text(h, model_of(&l)),
		"{\"model\":{\"actions\":{\"go\":{\"args\":0,\"null\":true,\"result\":{\"high\":"
		"255,"
		"\"kind\":\"uint8\",\"low\":0}}},\"events\":{},\"key\":\"M\",\"name\":\"M\","
		"\"state\":1,"
		"\"tasks\":{}},\"types\":[{\"fields\":{}},{\"fields\":{\"i\":{\"default\":"
		"\"-9007199254740993\",\"type\":{\"high\":\"9223372036854775807\",\"kind\":"
		"\"int64\","
		"\"low\":\"-9223372036854775808\"}},\"z\":{\"default\":\"a\",\"type\":{\"ref\":2},"
		"\"write\":true},\"\xC2\xB5\":{\"type\":{\"high\":0.1,\"kind\":\"float64\",\"low\":"
		"0}}}},"
		"{\"values\":[\"a\",\"b\"]}],\"v\":1}");
	hash_release(h);
	idl_release(&l.tree);
}

int test_plan(void);
int test_plan(void)
{
	CU_pSuite suite = CU_add_suite("plan", NULL, NULL);
	return !(suite && CU_add_test(suite, "order", order) &&
		 CU_add_test(suite, "a long chain", long_chain) &&
		 CU_add_test(suite, "required", required) &&
		 CU_add_test(suite, "tracked", tracked) &&
		 CU_add_test(suite, "features", features) && CU_add_test(suite, "hash", hash) &&
		 CU_add_test(suite, "hash is canonical", hash_is_canonical));
}
