/*
 * Internal to c*.c: what the parts of the C back end share.
 */
#ifndef GEN_C_GEN_H
#define GEN_C_GEN_H

#include "c.h"
#include "c_names.h"

/* One output file while it is being made. */
typedef struct c_file {
	const plan_file *plan;
	const plan *whole;
	const c_names *names;
	names *scope; /* of the file: for names of constants inside the .c */
	idl_arena *arena;
	tmpl_set *templates;
	view_pool *pool;
	struct c_types *types; /* descriptions so far, see c_type.h */
	bool has_schema;       /* embedded: models point at it */
	buf header;	       /* the .h */
	buf entries;	       /* structs of map entries: after everything they hold */
	buf tables;	       /* the .c: descriptions of types */
	buf body;	       /* the .c: all the rest */
} c_file;

/* c_render.c: renders "c/NAME.h" into the header and "c/NAME.c" into the source. */
void c_render(c_file *f, const char *name, const view *v);

/* c_roles.c: the bits of a reader who may see a field, or of those who may write it or call. */
const char *c_roles(c_file *f, plan_roles roles, bool local);

/* c_enum.c … : one item each. */
void c_emit_enum(c_file *f, const plan_enum *e);
void c_emit_struct(c_file *f, const plan_struct *s);
void c_emit_union(c_file *f, const plan_union *u);
void c_emit_container(c_file *f, const plan_container *c);
void c_emit_model(c_file *f, const plan_model *m);

/* c_field.c: the calls that change field `i`. */
void c_emit_field(c_file *f, const plan_struct *s, const plan_field *field);
/* … and a container by its own handle; `self`: its description. */
void c_emit_container_calls(c_file *f, const plan_container *c, const char *self);

#endif
