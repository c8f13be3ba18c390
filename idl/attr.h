/*
 * Attributes in two halves: which there are, where they may stand and what they take
 * (attr_rule.c), and what they set in the tree (attr_apply.c).
 */
#ifndef IDL_ATTR_H
#define IDL_ATTR_H

#include "check.h"

/* The attributes as written, cut off with an error where there are too many. */
const idl_attr *attr_limited(check *c, const idl_attr *attrs);

/* May it be used? Reports when not. */
bool attr_usable(check *c, const idl_attr *attrs, const idl_attr *attr, place where);

/* The argument of @merge, IDL_MERGE_LAST when it is none. */
idl_merge attr_merge(const idl_attr *attr);

/* Each takes an attribute that is usable there. */
void attr_apply_to_field(check *c, idl_field *field, const idl_attr *attr);
void attr_apply_to_call(check *c, idl_call *call, const idl_attr *attr);
void attr_apply_to_model(idl_model *model, const idl_attr *attr);

/* Those that everything with a name may have. */
void attr_apply_to_name(check *c, idl_evolution *evolution, const char **json,
			const idl_attr *attr);

#endif
