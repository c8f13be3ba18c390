/*
 * What the grammar calls: makes the nodes of the tree, unresolved.
 *
 * Reports what can be seen while reading (escapes, numbers, members where none belong); names and
 * types are the business of `check`. Everything lives in the arena.
 */
#ifndef IDL_BUILD_H
#define IDL_BUILD_H

#include "arena.h"
#include "ast.h"
#include "diag.h"

/* A token as the parser holds it. */
typedef struct {
	idl_span span;
	const char *text; /* of names and words; else NULL */
	const char *doc;  /* the doc comment before it, or NULL */
	bool broken;	  /* a string that the lexer has reported */
} idl_token;

/* (low..high); an end that was left out is NULL. */
typedef struct {
	idl_value *low, *high;
	idl_span span;
} idl_bounds;

/* idl_type.written: what stood in the file. */
typedef struct {
	const char *name; /* "string", "people.User"; NULL for [T] */
	idl_span name_span;
	idl_bounds *bounds;  /* or NULL */
	idl_span null_span;  /* of `null`; when nullable */
	idl_span outer_span; /* with bounds and `| null` */
} idl_written;

/* A body or a list of parameters while it is read. */
typedef struct {
	idl_fields fields;
	idl_field *last_field;
	idl_calls calls[3]; /* by idl_call_kind */
	idl_call *last_call[3];
	idl_name *reserved;
	bool has_presence;
	idl_span presence_span;
	const char *presence_doc;
	idl_fields presence;
	idl_name *presence_reserved;
} idl_members;

typedef struct {
	idl_enum_value *first, *last;
	size_t count;
} idl_values;

typedef struct {
	idl_arena *arena;
	diag_list *diags;
	idl_file *file;
	idl_decl *last_decl;
	idl_import *last_import;
	idl_values *values;			       /* of the enum that is being read */
	idl_span package_span, prefix_span, case_span; /* source NULL: not seen yet */
	bool overflow;				       /* the parser gave up: nested too deep */
} idl_build;

static inline const idl_written *idl_type_written(const idl_type *type)
{
	return type->written;
}

void build_package(idl_build *b, idl_token keyword, idl_token path);
void build_import(idl_build *b, idl_token path, const idl_token *alias);
void build_option(idl_build *b, idl_token name, idl_value *value);
void build_declare(idl_build *b, idl_decl *decl);
void build_overflow(idl_build *b);

idl_decl *build_const(idl_build *b, idl_token keyword, idl_token name, idl_value *value);
idl_decl *build_enum(idl_build *b, idl_token keyword, bool open, idl_token name, idl_attr *attrs,
		     idl_values *values);
idl_decl *build_struct(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		       idl_members *members);
idl_decl *build_union(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		      idl_members *members);
idl_decl *build_error(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		      idl_members *members); /* members may be NULL */
idl_decl *build_model(idl_build *b, idl_token keyword, idl_token name, idl_members *params,
		      idl_attr *attrs, idl_members *members); /* params may be NULL */

idl_values *build_values(idl_build *b);
/* values NULL: of the enum that is being read. */
idl_values *build_value(idl_build *b, idl_values *values, idl_token name, idl_attr *attrs);

idl_members *build_members(idl_build *b);
idl_members *build_member_field(idl_build *b, idl_members *members, idl_field *field);
idl_members *build_member_call(idl_build *b, idl_members *members, idl_call *call);
idl_members *build_member_presence(idl_build *b, idl_members *members, idl_token keyword,
				   idl_members *body);
idl_members *build_member_reserved(idl_build *b, idl_members *members, idl_token keyword,
				   idl_name *list);

idl_name *build_name(idl_build *b, idl_token token);
idl_name *build_name_add(idl_name *list, idl_name *name);

idl_token build_no_token(void);
idl_token build_path(idl_build *b, idl_token left, idl_token right);
/* A span that is not there (build_no_token) has no source. */
idl_field *build_field(idl_build *b, idl_token name, idl_token optional, idl_type *type,
		       idl_value *value, idl_attr *attrs);

idl_call *build_call(idl_build *b, idl_call_kind kind, idl_token keyword, idl_token name,
		     idl_members *params);
idl_call *build_call_result(idl_build *b, idl_call *call, idl_token arrow, idl_type *type);
idl_call *build_call_progress(idl_build *b, idl_call *call, idl_token keyword, idl_type *type);
idl_call *build_call_throws(idl_build *b, idl_call *call, idl_token keyword, idl_throw *list);
idl_call *build_call_attr(idl_call *call, idl_attr *attr);
idl_throw *build_throw(idl_build *b, idl_token path);
idl_throw *build_throw_add(idl_throw *list, idl_throw *item);

idl_type *build_named(idl_build *b, idl_token path, idl_type *element, idl_bounds *bounds);
idl_type *build_generic(idl_build *b, idl_token path, idl_type *element, idl_token close,
			idl_bounds *bounds);
idl_type *build_pair(idl_build *b, idl_token path, idl_type *key, idl_type *element,
		     idl_token close, idl_bounds *bounds);
idl_type *build_list(idl_build *b, idl_token open, idl_type *element, idl_token close,
		     idl_bounds *bounds);
idl_type *build_brackets(idl_build *b, idl_token path, idl_token close);
idl_type *build_nullable(idl_build *b, idl_type *type, idl_token pipe, idl_token null);

/* low or high may be NULL. */
idl_bounds *build_bounds(idl_build *b, idl_token open, idl_value *low, idl_value *high,
			 idl_token close);
idl_bounds *build_bounds_single(idl_build *b, idl_token open, idl_value *only, idl_token close);

idl_value *build_int(idl_build *b, idl_token token);
idl_value *build_float(idl_build *b, idl_token token);
idl_value *build_string(idl_build *b, idl_token token);
idl_value *build_bool(idl_build *b, idl_token token, bool value);
idl_value *build_null(idl_build *b, idl_token token);
idl_value *build_empty(idl_build *b, idl_token open, idl_token close, bool object);
idl_value *build_reference(idl_build *b, idl_token path); /* IDL_VALUE_NAME */

idl_attr *build_attr(idl_build *b, idl_token at, idl_token name, idl_arg *args);
idl_attr *build_attr_add(idl_attr *list, idl_attr *attr);
idl_arg *build_arg(idl_build *b, idl_arg_kind kind, idl_token token);
idl_arg *build_arg_add(idl_arg *list, idl_arg *arg);

#endif
