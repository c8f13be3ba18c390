/*
 * What breaks clients of an earlier version.
 *
 * The first table is the one of the language's reference, each line of it both ways: a struct S
 * changes, and is used in state, in parameters, and in state that clients write. The others are
 * about what is around structs.
 */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/breaking_judge.h"
#include "idl/arena.h"
#include "tests/unit/row.h"

int test_breaking(void);

enum { TEXT = 4096 };

/* ---- two texts, judged ---- */

static bool load(const char *text, const char *name, idl_result *result)
{
	idl_options options = { .max_errors = 1000 };
	idl_load_text("test.sync", text, strlen(text), &options, result);
	if (result->errors > 0) {
		printf("row '%s': '%s' has errors:\n", name, text);
		diag_render_text(result->diags, stdout, false);
	}
	return result->errors == 0;
}

static const char *codes(const diag_list *diags)
{
	static char text[TEXT];
	char *at = text;
	*at = '\0';
	for (const diag *d = diag_first(diags); d && at < text + TEXT - 8; d = d->next)
		at += snprintf(at, 8, "%s%s", at > text ? " " : "", diag_code_name(d->code));
	return text;
}

/* The codes reported, in the order of the file, those of removals last. */
static const char *judged(const char *name, const char *was_text, const char *now_text)
{
	idl_result was, now;
	const char *answer = "errors";
	bool fine = load(was_text, name, &was);
	if (load(now_text, name, &now) && fine) {
		diag_list *diags = diag_list_new(now.arena, 1000);
		judge *j = judge_new(now.arena);
		judge_trees(j, &was, &now);
		judge_report(j, diags);
		breaking_verdict expected = diag_errors(diags)	   ? BREAKING_BREAKS
					    : diag_warnings(diags) ? BREAKING_WARNS
								   : BREAKING_FINE;
		ROW(name, judge_verdict(j) == expected);
		answer = codes(diags);
	}
	idl_release(&was);
	idl_release(&now);
	return answer;
}

static void expect(const char *name, const char *was, const char *now, const char *expected)
{
	const char *got = judged(name, was, now);
	if (!ROW(name, strcmp(got, expected) == 0))
		printf("  expected '%s', got '%s'\n", expected, got);
}

/* ---- every cell of the table ---- */

static const struct cell {
	const char *name, *was, *now;
	const char *state, *params, *written;
} cells[] = {
#define FIELDS(name, was, now, state, params, written)                                             \
	{                                                                                          \
		name, "struct S { a: bool = false; " was " }",                                     \
			"struct S { a: bool = false; " now " }", state, params, written            \
	}
	FIELDS("nothing", "b: bool;", "b: bool;", "", "", ""),

	FIELDS("remove a field", "b: bool;", "", "E0801", "W0801", "E0801"),
	FIELDS("remove one deprecated before", "b: bool @deprecated(\"no\");", "", "", "W0801",
	       "W0801"),
	FIELDS("remove and reserve", "b: bool;", "reserved b;", "E0801", "W0801", "E0801"),
	FIELDS("remove what may be absent", "b?: bool;", "", "E0801", "W0801", "E0801"),

	FIELDS("rename", "b: bool;", "c: bool;", "E0802", "E0802", "E0802"),
	FIELDS("rename with a default", "b: bool = true;", "c: bool = true;", "E0802", "E0802",
	       "E0802"),
	FIELDS("rename with @was", "b: bool;", "c: bool @was(\"b\");", "", "", ""),
	FIELDS("rename on the wire", "b: bool;", "b: bool @json(\"c\");", "E0802", "E0802",
	       "E0802"),
	FIELDS("rename on the wire with @was", "b: bool;", "b: bool @json(\"c\") @was(\"b\");", "",
	       "", ""),
	FIELDS("rename in C alone", "b: bool;", "c: bool @json(\"b\");", "", "", ""),
	FIELDS("rename twice", "b: bool;", "d: bool @was(\"c\") @was(\"b\");", "", "", ""),
	FIELDS("rename and change", "b: bool;", "c: string @was(\"b\");", "E0810", "E0810",
	       "E0810"),
	FIELDS("swap two", "b: bool; c: bool;", "c: bool; b: bool;", "", "", ""),
	FIELDS("replace what was deprecated", "b: bool @deprecated(\"c\");", "c?: bool;", "",
	       "W0801", "W0801"),
	FIELDS("replace what is reserved", "b: bool;", "reserved b; c?: bool;", "E0801", "W0801",
	       "E0801"),

	FIELDS("add without default", "", "b: bool;", "W0803", "E0803", "E0803"),
	FIELDS("add with default", "", "b: bool = true;", "", "", ""),
	FIELDS("add what may be absent", "", "b?: bool;", "", "", ""),
	FIELDS("add what may be null", "", "b: bool | null;", "W0803", "E0803", "E0803"),
	FIELDS("add @local", "", "b: bool @local;", "", "", ""),
	FIELDS("make @local", "b: bool;", "b: bool @local;", "E0801", "W0801", "E0801"),
	FIELDS("add @updated", "", "b: timestamp @updated;", "W0803", "", "W0803"),

	FIELDS("absent to required", "b?: bool;", "b: bool;", "", "E0804", "E0804"),
	FIELDS("absent to default", "b?: bool;", "b: bool = true;", "", "", ""),
	FIELDS("default to required", "b: bool = true;", "b: bool;", "", "E0804", "E0804"),
	FIELDS("null to required", "b: bool | null;", "b: bool;", "", "E0804", "E0804"),
	FIELDS("required to absent", "b: bool;", "b?: bool;", "E0805", "", "E0805"),
	FIELDS("required to null", "b: bool;", "b: bool | null;", "E0805", "", "E0805"),
	FIELDS("absent to null", "b?: bool;", "b: bool | null;", "E0805", "E0804", "E0804 E0805"),
	FIELDS("another default", "b: bool = true;", "b: bool = false;", "", "", ""),

#define TIGHTER(name, was, now) FIELDS(name, was, now, "", "E0806", "E0806")
#define LOOSER(name, was, now)	FIELDS(name, was, now, "W0807", "", "W0807")
	TIGHTER("a shorter string", "b: string(..9);", "b: string(..8);"),
	TIGHTER("a string that may not be empty", "b: string;", "b: string(1..);"),
	TIGHTER("a bound on a string", "b: string;", "b: string(..80);"),
	TIGHTER("a smaller range", "b: int32(0..9);", "b: int32(0..8);"),
	TIGHTER("a smaller range of unsigned", "b: uint32;", "b: uint32(..8);"),
	TIGHTER("a smaller range of float64", "b: float64;", "b: float64(0..1);"),
	TIGHTER("fewer elements", "b: [bool](..9);", "b: [bool](..8);"),
	TIGHTER("narrower elements", "b: [int32];", "b: [int32(0..)];"),
	TIGHTER("a narrower map", "b: map<string>(..9);", "b: map<string>(..8);"),
	TIGHTER("narrower bytes", "b: bytes(..9);", "b: bytes(..8);"),
	LOOSER("a longer string", "b: string(..8);", "b: string(..9);"),
	LOOSER("no bound on a string", "b: string(..80);", "b: string;"),
	LOOSER("a larger range", "b: int32(0..8);", "b: int32(0..9);"),
	LOOSER("a larger range of float32", "b: float32(0..1);", "b: float32(0..);"),
	LOOSER("more elements", "b: [bool](..8);", "b: [bool](..9);"),
	LOOSER("elements of elements", "b: [[int32(0..)]];", "b: [[int32]];"),
	FIELDS("another range", "b: int32(0..9);", "b: int32(1..10);", "W0807", "E0806",
	       "E0806 W0807"),
	FIELDS("a bound by another name", "b: string(..65536);", "b: string;", "", "", ""),

#define TYPES(name, was, now) FIELDS(name, was, now, "E0810", "E0810", "E0810")
	TYPES("change type", "b: bool;", "b: string;"),
	TYPES("change width", "b: int32;", "b: int16;"),
	TYPES("change format", "b: string;", "b: email;"),
	TYPES("change JSON encoding", "b: int64;", "b: int64 @json(number);"),
	TYPES("change JSON encoding of elements", "b: [uint64] @json(number);", "b: [uint64];"),
	TYPES("change container kind", "b: [string];", "b: set<string>;"),
	TYPES("one to many", "b: string;", "b: [string];"),
	TYPES("change elements", "b: [bool];", "b: [string];"),
	TYPES("change elements of a map", "b: map<bool>;", "b: map<string>;"),
	FIELDS("held in place", "b: string(..9);", "b: string(..9) @inline;", "", "", ""),

#define DECLS(name, was, now, state, params, written)                                              \
	{                                                                                          \
		name, was, now, state, params, written                                             \
	}
	DECLS("add an enum value", "enum E { x } struct S { e: E; }",
	      "enum E { x, y } struct S { e: E; }", "E0808", "", "E0808"),
	DECLS("add a value to an open enum", "open enum E { x } struct S { e: E; }",
	      "open enum E { x, y } struct S { e: E; }", "", "", ""),
	DECLS("open an enum and add a value", "enum E { x } struct S { e: E; }",
	      "open enum E { x, y } struct S { e: E; }", "W0807 E0808", "", "W0807 E0808"),
	DECLS("remove an enum value", "enum E { x, y } struct S { e: E; }",
	      "enum E { x } struct S { e: E; }", "", "E0809", "E0809"),
	DECLS("rename an enum value", "enum E { x } struct S { e: E; }",
	      "enum E { y } struct S { e: E; }", "E0808", "E0809", "E0808 E0809"),
	DECLS("rename an enum value with @was", "enum E { x } struct S { e: E; }",
	      "enum E { y @was(\"x\") } struct S { e: E; }", "", "", ""),
	DECLS("change the order of values", "enum E { x, y } struct S { e: E; }",
	      "enum E { y, x } struct S { e: E; }", "", "", ""),
	DECLS("close an enum", "open enum E { x } struct S { e: E; }",
	      "enum E { x } struct S { e: E; }", "", "E0806", "E0806"),
	DECLS("rename an enum", "enum E { x } struct S { e: E; }",
	      "enum F { x } struct S { e: F; }", "", "", ""),
	DECLS("another enum", "enum E { x } struct S { e: E; }", "enum F { z } struct S { e: F; }",
	      "E0808", "E0809", "E0808 E0809"),
	DECLS("an enum becomes a string", "enum E { x } struct S { e: E; }",
	      "struct S { e: string; }", "E0810", "E0810", "E0810"),

	DECLS("add a tag", "struct A { } union U { a: A; } struct S { u: U; }",
	      "struct A { } union U { a: A; b: A; } struct S { u: U; }", "E0808", "", "E0808"),
	DECLS("remove a tag", "struct A { } union U { a: A; b: A; } struct S { u: U; }",
	      "struct A { } union U { a: A; } struct S { u: U; }", "", "E0809", "E0809"),
	DECLS("inside a tag", "struct A { x: bool; } union U { a: A; } struct S { u: U; }",
	      "struct A { x?: bool; } union U { a: A; } struct S { u: U; }", "E0805", "", "E0805"),

	DECLS("change @key", "struct A { i: uuid @key; j: uuid; } struct S { t: table<A>; }",
	      "struct A { i: uuid; j: uuid @key; } struct S { t: table<A>; }", "E0811", "E0811",
	      "E0811"),
	DECLS("take @key away", "struct A { i: uuid @key; } struct S { t: [A]; }",
	      "struct A { i: uuid; } struct S { t: [A]; }", "E0811", "E0811", "E0811"),
	DECLS("rename @key with @was", "struct A { i: uuid @key; } struct S { t: [A]; }",
	      "struct A { k: uuid @key @was(\"i\"); } struct S { t: [A]; }", "", "", ""),
	DECLS("a table becomes a list", "struct A { i: uuid @key; } struct S { t: table<A>; }",
	      "struct A { i: uuid @key; } struct S { t: [A]; }", "E0810", "E0810", "E0810"),

	DECLS("rename a struct", "struct A { x: bool; } struct S { a: A; }",
	      "struct B { x: bool; } struct S { a: B; }", "", "", ""),
	DECLS("another struct", "struct A { x: bool; } struct S { a: A; }",
	      "struct B { x: int8; } struct S { a: B; }", "E0810", "E0810", "E0810"),
	DECLS("recursion", "struct S { x: bool; s: [S]; o?: S; }",
	      "struct S { x: int8; s: [S]; o?: S; }", "E0810", "E0810", "E0810"),
	DECLS("two structs for one", "struct A { x: bool; o?: A; } struct S { a: A; }",
	      "struct A { x: bool; o?: B; } struct B { x: int8; o?: A; } struct S { a: A; }",
	      "E0810", "E0810", "E0810"),

	DECLS("add to a @closed struct", "struct S @closed { a: bool; }",
	      "struct S @closed { a: bool; b?: bool; }", "E0817", "", "E0817"),
	DECLS("remove from a @closed struct", "struct S @closed { a: bool; b: bool @deprecated; }",
	      "struct S @closed { a: bool; }", "", "E0817 W0801", "E0817 W0801"),
	DECLS("close a struct", "struct S { a: bool; }", "struct S @closed { a: bool; }", "",
	      "E0806", "E0806"),
	DECLS("no longer @closed", "struct S @closed { a: bool; }", "struct S { a: bool; }",
	      "W0807", "", "W0807"),

	FIELDS("a reserved name comes back", "reserved b;", "b?: bool;", "E0818", "E0818", "E0818"),
	FIELDS("a reserved JSON name comes back", "reserved \"b\";", "c?: bool @json(\"b\");",
	       "E0818", "E0818", "E0818"),
	FIELDS("a reserved name is free", "reserved b, c;", "reserved b;", "W0821", "W0821",
	       "W0821"),
	FIELDS("@read", "b: bool;", "b: bool @read(admin);", "E0805", "", "E0805"),
};

static void use(char *text, const char *decls, const char *model)
{
	snprintf(text, TEXT, "%s\n%s", decls, model);
}

static void each_cell(void)
{
	static const struct {
		const char *name, *model;
		size_t expected;
	} uses[] = {
		{ "state", "model M { s: S; }", offsetof(struct cell, state) },
		{ "a list in state", "model M { s: [S]; }", offsetof(struct cell, state) },
		{ "a result", "model M { action go() -> S; }", offsetof(struct cell, state) },
		{ "progress", "model M { task go() progress S; }", offsetof(struct cell, state) },
		{ "an event", "model M { event go(s: S); }", offsetof(struct cell, state) },
		{ "an error", "error E_ { s: S; } model M { action go() throws E_; }",
		  offsetof(struct cell, state) },
		{ "parameters", "model M { action go(s: S); }", offsetof(struct cell, params) },
		{ "parameters of a task", "model M { task go(s: [S]); }",
		  offsetof(struct cell, params) },
		{ "@write", "model M { s: S @write; }", offsetof(struct cell, written) },
		{ "@write of a role", "model M { s: [S] @write(editor); }",
		  offsetof(struct cell, written) },
		{ "presence", "model M { presence { s: S; } }", offsetof(struct cell, written) },
		{ "both", "model M { s: S; action go(s: S); }", offsetof(struct cell, written) },
		{ "both, of files that import it", "", offsetof(struct cell, written) },
	};
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		for (size_t k = 0; k < sizeof(uses) / sizeof(*uses); k++) {
			char name[256], was[TEXT], now[TEXT];
			const char *const *expected =
				(const char *const *)(const void *)((const char *)&cells[i] +
								    uses[k].expected);
			snprintf(name, sizeof(name), "%s, %s", cells[i].name, uses[k].name);
			use(was, cells[i].was, uses[k].model);
			use(now, cells[i].now, uses[k].model);
			expect(name, was, now, *expected);
		}
	}
}

/* ---- models and calls ---- */

static void models(void)
{
	static const struct {
		const char *name, *was, *now, *codes;
	} rows[] = {
		{ "the same", "model M { a: bool; }", "model M { a: bool; }", "" },
		{ "order", "model M { a: bool; action x(); action y(); }",
		  "model M { action y(); action x(); a: bool; }", "" },
		{ "add a model", "model M { }", "model M { } model N { }", "" },
		{ "remove a model", "model M { } model N { }", "model M { }", "E0816" },
		{ "remove a deprecated model", "model M { } model N @deprecated { }", "model M { }",
		  "" },
		{ "rename a model", "model M @key(\"K\") { }", "model N @key(\"K\") { }", "E0816" },
		{ "rename a model with @was", "model M @key(\"K\") { a: bool; }",
		  "model N @key(\"K\") @was(\"M\") { a?: bool; }", "E0805" },
		{ "another package", "package a; model M { a: bool; }",
		  "package b; model M { a?: bool; }", "E0805" },
		{ "model key", "model M @key(\"M\") { }", "model M @key(\"N\") { }", "E0815" },
		{ "no model key", "model M @key(\"K\") { }", "model M { }", "E0815" },
		{ "the key there is without one", "model M { }", "model M @key(\"M\") { }", "" },
		{ "names in a key", "model M(a: uuid) @key(\"M/{a}\") { }",
		  "model M(b: uuid) @key(\"M/{b}\") { }", "" },
		{ "types in a key", "model M(a: uuid) @key(\"M/{a}\") { }",
		  "model M(a: string) @key(\"M/{a}\") { }", "E0810" },
		{ "constraints in a key", "model M(a: string(..9)) @key(\"M/{a}\") { }",
		  "model M(a: string(..8)) @key(\"M/{a}\") { }", "E0806" },
		{ "another parameter in a key", "model M(a: uuid) @key(\"M/{a}\") { }",
		  "model M(a: uuid, b: uuid) @key(\"M/{a}/{b}\") { }", "E0815" },

		{ "add an action", "model M { }", "model M { action go(a: bool); }", "" },
		{ "remove an action", "model M { action go(); }", "model M { }", "E0816" },
		{ "remove a deprecated action", "model M { action go() @deprecated; }",
		  "model M { }", "" },
		{ "remove an event", "model M { event go(); }", "model M { }", "E0816" },
		{ "rename an action", "model M { action go(); }", "model M { action run(); }",
		  "E0816" },
		{ "rename an action on the wire", "model M { action go(); }",
		  "model M { action go() @json(\"GO\"); }", "E0802" },
		{ "rename an action with @was", "model M { action go(a: bool); }",
		  "model M { action run(a: int8) @was(\"go\"); }", "E0810" },
		{ "action to task", "model M { action go(); }", "model M { task go(); }", "E0814" },
		{ "task to action", "model M { task go(); }", "model M { action go(); }", "E0814" },
		{ "action to event", "model M { action go(); }", "model M { event go(); }",
		  "E0814" },
		{ "change a result", "model M { action go() -> bool; }",
		  "model M { action go() -> int8; }", "E0810" },
		{ "add a result", "model M { action go(); }", "model M { action go() -> int8; }",
		  "E0812" },
		{ "remove a result", "model M { task go() -> int8; }", "model M { task go(); }",
		  "E0812" },
		{ "a result that may be null", "model M { action go() -> int8; }",
		  "model M { action go() -> int8 | null; }", "E0805" },
		{ "a result that may not be null", "model M { action go() -> int8 | null; }",
		  "model M { action go() -> int8; }", "" },
		{ "change progress", "model M { task go() progress int8; }",
		  "model M { task go() progress string; }", "E0810" },
		{ "remove progress", "model M { task go() progress int8; }",
		  "model M { task go(); }", "E0812" },
		{ "add an error", "error E { } model M { action go(); }",
		  "error E { } model M { action go() throws E; }", "E0813" },
		{ "remove an error", "error E { } model M { action go() throws E; }",
		  "error E { } model M { action go(); }", "E0813" },
		{ "rename an error", "error E { } model M { action go() throws E; }",
		  "error F { } model M { action go() throws F; }", "E0813" },
		{ "rename an error in C alone", "error E { } model M { action go() throws E; }",
		  "error F @json(\"E\") { } model M { action go() throws F; }", "" },
		{ "change an error", "error E { a: bool; } model M { action go() throws E; }",
		  "error E { a?: bool; } model M { action go() throws E; }", "E0805" },
		{ "fewer callers", "model M { action go(); }", "model M { action go() @role(a); }",
		  "W0820" },
		{ "other callers", "model M { action go() @role(a, b); }",
		  "model M { action go() @role(b, c); }", "W0820" },
		{ "more callers", "model M { action go() @role(a); }",
		  "model M { action go() @role(a, b); }", "" },
		{ "all callers", "model M { action go() @role(a); }", "model M { action go(); }",
		  "" },

		{ "remove a parameter", "model M { action go(a: bool, b: int8); }",
		  "model M { action go(a: bool); }", "W0801" },
		{ "add a parameter", "model M { action go(); }", "model M { action go(a: bool); }",
		  "E0803" },
		{ "add a parameter with default", "model M { action go(); }",
		  "model M { action go(a: bool = true); }", "" },
		{ "rename a parameter", "model M { action go(a: bool = true); }",
		  "model M { action go(b: bool = true); }", "E0802" },
		{ "parameters of an event", "model M { event go(a: bool); }",
		  "model M { event go(a?: bool); }", "E0805" },

		{ "no @write", "model M { a: bool @write; }", "model M { a: bool; }", "W0820" },
		{ "@write of fewer", "model M { a: bool @write; }",
		  "model M { a: bool @write(r); }", "W0820" },
		{ "@write", "model M { a: bool; }", "model M { a: bool @write; }", "" },
		{ "@write and tighter", "model M { a: string; }",
		  "model M { a: string(..9) @write; }", "" },
		{ "@read of fewer", "model M { a: bool @read(r, s); }",
		  "model M { a: bool @read(s); }", "W0820" },
		{ "@read of all", "model M { a: bool @read(r); }", "model M { a: bool; }", "" },
		{ "a @write field of a struct", "struct S { a: string @write; } model M { s: S; }",
		  "struct S { a: string(..9) @write; } model M { s: S; }", "E0806" },
		{ "@write means nothing in a result",
		  "struct S { a: string @write; } model M { action go() -> S; }",
		  "struct S { a: string(..9) @write; } model M { action go() -> S; }", "" },
		{ "a result that is state too",
		  "struct S { a: string @write; } model M { action go() -> S; s: S; }",
		  "struct S { a: string(..9) @write; } model M { action go() -> S; s: S; }",
		  "E0806" },
		{ "remove @computed", "model M { a: bool @computed; }", "model M { }", "E0801" },

		{ "add presence", "model M { }", "model M { presence { a: bool; } }", "" },
		{ "remove presence", "model M { presence { a: bool; } }", "model M { }", "E0816" },
		{ "no @running", "model M @running(\"r\") { }", "model M { }", "E0801" },
		{ "another @running", "model M @running(\"r\") { }", "model M @running(\"s\") { }",
		  "E0802" },
		{ "what is not on the wire", "model M @ttl(5m) { a: bool; }",
		  "model M @persist { a: bool @volatile; }", "" },

		{ "a struct that no model uses", "struct S { a: bool; } model M { }",
		  "struct S { a: int8; } model M { }", "E0810" },
		{ "a type that is gone", "struct S { a: bool; }", "", "" },
		{ "a constant",
		  "const N = 9; struct S { a: string(..N); } model M { s: S @write; }",
		  "const N = 8; struct S { a: string(..N); } model M { s: S @write; }", "E0806" },
		{ "a constant that is not used", "const N = 9;", "const N = 8;", "" },
		{ "json_case", "model M { a_b: bool; }",
		  "option json_case = camel; model M { a_b: bool; }", "E0802" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		expect(rows[i].name, rows[i].was, rows[i].now, rows[i].codes);
}

/* ---- places and words ---- */

static void messages(void)
{
	static const char was_text[] = "enum P { low }\n"
				       "struct Note { text: string(..80); due: bool; p: P; }\n"
				       "model Notes { lists: map<[Note]>; }\n";
	static const char now_text[] = "enum P { low, high }\n"
				       "struct Line { text: string(..90); p: P; }\n"
				       "model Notes { lists: map<[Line]>; }\n";
	static const char *const expected[] = {
		"value 'Notes.lists[][].p.high' is new; earlier clients do not know it",
		("field 'Notes.lists[][].text' takes more: 0..80 became 0..90; "
		 "earlier clients may refuse it"),
		"field 'Notes.lists[][].due' is gone; earlier clients read it",
	};
	idl_result was, now;
	idl_options behind = { .sources_before = 1 };
	idl_load_text("old.sync", was_text, strlen(was_text), &behind, &was);
	CU_ASSERT_FATAL(was.errors == 0 && load(now_text, "messages", &now));
	diag_list *diags = diag_list_new(now.arena, 0);
	judge *j = judge_new(now.arena);
	judge_trees(j, &was, &now);
	judge_report(j, diags);
	diag_list_finish(diags);
	const diag *d = diag_first(diags);
	for (size_t i = 0; i < 3 && d; i++, d = d->next) {
		if (!ROW(expected[i], strcmp(d->message, expected[i]) == 0))
			printf("  got '%s'\n", d->message);
		const idl_source *place = i < 2 ? now.files->source : was.files->source;
		ROW(expected[i], d->span.source == place);
		ROW(expected[i], d->notes && d->notes->span.source != place);
	}
	CU_ASSERT(!d && diag_errors(diags) == 2 && diag_warnings(diags) == 1);
	idl_release(&was);
	idl_release(&now);
}

/* ---- size ---- */

/* A chain of structs, each holding the next, the last one its first again. */
static char *chain(size_t count, const char *last)
{
	char *text = malloc(count * 64 + 256), *at = text;
	CU_ASSERT_FATAL(text != NULL);
	at += sprintf(at, "model M { s?: S0; action go(s: S0); }\n");
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "struct S%zu { n?: S%zu; %s }\n", i, (i + 1) % count,
			      i + 1 == count ? last : "");
	return text;
}

static void long_chains(void)
{
	char *was = chain(20000, "a: bool;"), *now = chain(20000, "a: int8;");
	expect("a long chain", was, now, "E0810");
	free(now);
	/* Two circles of 300 and 301 make 90,300 pairs; each S299 meets each S300. */
	char *other = chain(300, "a: bool;");
	now = chain(301, "a: bool;");
	const char *got = judged("circles of two lengths", other, now);
	CU_ASSERT(strlen(got) > 1000);
	free(other);
	free(was);
	free(now);
}

int test_breaking(void)
{
	CU_pSuite suite = CU_add_suite("breaking", NULL, NULL);
	return !suite || !CU_ADD_TEST(suite, each_cell) || !CU_ADD_TEST(suite, models) ||
	       !CU_ADD_TEST(suite, messages) || !CU_ADD_TEST(suite, long_chains);
}
