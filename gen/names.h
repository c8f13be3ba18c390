/*
 * Names that compile: what the schema calls a thing, unless the target language has another use for
 * that name or something else has it already.
 *
 * The rule: a name that is not free gets an underscore at its end; when that is not free either,
 * then
 * `_2` instead, `_3`, … . What needs no change is named before what does, what the schema names
 * before what the compiler adds. JSON names never change.
 *
 * A name is free in a scope when the scope's language does not reserve it and neither the scope nor
 * one of those around it has given it away.
 */
#ifndef GEN_NAMES_H
#define GEN_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "../idl/arena.h"

typedef struct names names;
typedef bool names_reserved(const char *name);

/* `outer`: `outer_count` scopes whose names are not free here either; copied. */
names *names_new(idl_arena *arena, names_reserved *reserved, names *const *outer,
		 size_t outer_count);

/* Gives the name away if it is free. */
bool names_claim(names *scope, const char *name);
bool names_free(const names *scope, const char *name);

/*
 * Families: names of the form STEM_VERB, for all of a few dozen verbs (sorted, up to a NULL,
 * borrowed) and many stems, given away together at the price of one. False: one of them is not
 * free.
 */
void names_set_verbs(names *scope, const char *const *verbs);
bool names_claim_stem(names *scope, const char *stem);

/* From here on something else is reserved. */
void names_reserve(names *scope, names_reserved *reserved);

/* The name by the rule, given away. In the arena. */
const char *names_take(names *scope, const char *wanted);

/* The same for stem_verb_noun and a tail; without the underscore when the noun is "". */
const char *names_take_joined(names *scope, const char *stem, const char *verb, const char *noun,
			      const char *tail);

/* The n-th thing the rule tries: 0 the name itself, 1 `name_`, 2 `name_2`, … */
const char *names_variant(idl_arena *arena, const char *wanted, unsigned n);

/* ---- spelling ---- */

/* HTTPServer, httpServer, http_server → http_server / HTTP_SERVER / HttpServer. */
const char *names_snake(idl_arena *arena, const char *name);
const char *names_upper(idl_arena *arena, const char *name);
const char *names_pascal(idl_arena *arena, const char *name);

/* ---- C and C++ ---- */

/* Keywords of C11, C23 and C++20 and macros of the standard headers, of POSIX and of gcc: what
 * cannot be a member either. Names of the runtime. */
bool names_reserved_c(const char *name);
/* The same and what the libraries have at file scope: types, functions. */
bool names_reserved_c_file(const char *name);
/* The names of the runtime and of what it is linked to alone: for what has an underscore and a verb
 * in it. */
bool names_reserved_c_runtime(const char *name);

#endif
