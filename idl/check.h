/*
 * Everything that can be wrong with a file that parses; resolves the tree in place.
 *
 * Passes, over all files before the next begins, so that each may rely on the one before:
 *
 *   scope        which names there are
 *   attributes   what stands behind @, each in its place, into members of the nodes
 *   types        names to declarations, bounds to numbers
 *   names        JSON names, duplicates, reserved names
 *   values       constants and defaults
 *   rules        what attributes ask of types; tables, unions
 *   sizes        infinite structs, boxed fields
 *   keys         templates of models
 *
 * A type that is already known to be bad (IDL_KIND_BAD) is silent from then on. Every pass is
 * linear in the size of the files.
 */
#ifndef IDL_CHECK_H
#define IDL_CHECK_H

#include "arena.h"
#include "ast.h"
#include "build.h"
#include "diag.h"
#include "names.h"

typedef struct {
	idl_arena *arena;
	diag_list *diags;
	idl_file *file; /* that is being checked */
	names roles;	/* of all files; the items are the places of their first */
} check;

/* Where a type or an attribute stands. */
typedef enum {
	PLACE_MODEL_FIELD = 1 << 0,
	PLACE_STRUCT_FIELD = 1 << 1,
	PLACE_ERROR_FIELD = 1 << 2,
	PLACE_PRESENCE_FIELD = 1 << 3,
	PLACE_TAG = 1 << 4,
	PLACE_PARAM = 1 << 5,
	PLACE_MODEL_PARAM = 1 << 6,
	PLACE_RESULT = 1 << 7,
	PLACE_PROGRESS = 1 << 8,
	PLACE_VALUE = 1 << 9,
	PLACE_ACTION = 1 << 10,
	PLACE_TASK = 1 << 11,
	PLACE_EVENT = 1 << 12,
	PLACE_ENUM = 1 << 13,
	PLACE_STRUCT = 1 << 14,
	PLACE_UNION = 1 << 15,
	PLACE_MODEL = 1 << 16,
	PLACE_ERROR = 1 << 17
} place;

/* Calls `each` for every field, parameter and tag of a declaration, with its place. */
typedef void check_field_fn(check *c, idl_field *field, place where, idl_decl *decl);
void check_each_field(check *c, idl_decl *decl, check_field_fn *each);

typedef void check_call_fn(check *c, idl_call *call, place where, idl_decl *decl);
void check_each_call(check *c, idl_decl *decl, check_call_fn *each);

void check_files(check *c, idl_file *files, idl_file **roots, size_t root_count);

/* ---- the passes, each for one declaration ---- */

void check_attributes(check *c, idl_decl *decl); /* check_attr.c */
void check_types(check *c, idl_decl *decl);	 /* check_type.c */
void check_names(check *c, idl_decl *decl);	 /* check_name.c */
void check_values(check *c, idl_decl *decl);	 /* check_value.c */
void check_rules(check *c, idl_decl *decl);	 /* check_rule.c */

/* ---- the passes over all files ---- */

void check_sizes(check *c, idl_file *files);			   /* check_size.c */
void check_keys(check *c, idl_file *files);			   /* check_key.c */
void check_outputs(check *c, idl_file **roots, size_t root_count); /* check_name.c */

/* ---- shared ---- */

/* Turns a name into the value of a constant, in place; IDL_VALUE_BAD after reporting. */
void check_constant(check *c, idl_value *value); /* check_value.c */

static inline idl_group check_group(const idl_type *type)
{
	return idl_kind_info[type->kind].group;
}

static inline idl_span check_attr_span(const idl_attr *attrs, idl_attr_id id)
{
	return idl_attr_find(attrs, id)->span;
}

#endif
