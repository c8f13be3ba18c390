/* What parentheses behind a type mean: lengths and ranges. */
#ifndef IDL_BOUNDS_H
#define IDL_BOUNDS_H

#include "check.h"

/* Fills min, max, low, high; bounds may be NULL. A type that is BAD is left alone. */
void check_bounds(check *c, idl_type *type, const idl_bounds *bounds);

/* Is the number, of a type with a range, inside it? The value is INT, UINT or FLOAT. */
bool bounds_hold(const idl_type *type, const idl_value *value);

/* The range or lengths of a type, for messages: "1..500". */
const char *bounds_text(check *c, const idl_type *type);

#endif
