/* Internal to ts*.c: the back end at work on one file. */
#ifndef GEN_TS_BACKEND_H
#define GEN_TS_BACKEND_H

#include "buf.h"
#include "ts.h"
#include "type_names.h"

/* What a file takes from another one. */
typedef struct ts_import {
	struct ts_import *next;
	const char *name;  /* exported there */
	const char *local; /* what it is called here */
	bool value;	   /* a function, not a type */
} ts_import;

struct ts_backend {
	const plan *plan;
	tmpl_set *templates;
	view_pool *pool;
	idl_arena *arena;
	type_names *names;
	const plan_file *file;
	/* By number: the name a type was exported under, by the file that declares it; the function
	 * that makes one, in its file and in this one. NULL: not known yet, not imported yet. */
	const char **structs, **unions, **enums;
	const char **makers, **local_makers;
	const char **consts;			       /* of this file, in order */
	bool *used_structs, *used_unions, *used_enums; /* imported by this file */
	ts_import **imports;			       /* by number of the file */
	bool texts, bytes,
		checked; /* a model of this file has some: clients import what handles them */
	buf scratch;
};

/* ---- ts_spell.c: finished strings, in the pool ---- */

/* `note`, `"not-e"`: a member's name, quoted when it has to be. */
const char *ts_member(ts_backend *ts, const char *json);

/* A string literal. */
const char *ts_string(ts_backend *ts, const char *text);

/* A comment block with its line feed, or ""; `indent` stands before each line. */
const char *ts_comment(ts_backend *ts, const char *indent, const char *doc, const char *deprecated);

/* "Note[]", "Priority | null": notes what has to be imported. */
const char *ts_type(ts_backend *ts, const plan_type *type, bool nullable);

/* The value a field has in a new struct: its default, or what is nearest to nothing. */
const char *ts_initial(ts_backend *ts, const plan_field *field);

/* What a struct is called here, imported if it has to be. */
const char *ts_struct_name(ts_backend *ts, const plan_struct *s);

/* What has been written to ts->scratch, kept in the pool. */
const char *ts_keep(ts_backend *ts);

/* ---- ts_model.c ---- */

void ts_render_model(ts_backend *ts, const plan_model *m, buf *out);

/* ---- ts.c ---- */

/* Renders the interface of a struct; `input`: members with a default may be left out. */
void ts_render_struct(ts_backend *ts, const plan_struct *s, const char *doc, bool input, buf *out);

/* Identifiers that cannot name a type or a function of an output. */
bool ts_reserved(const char *name);

#endif
