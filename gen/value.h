/* A default as it stands on the wire. */
#ifndef GEN_VALUE_H
#define GEN_VALUE_H

#include "buf.h"
#include "plan.h"

/* Canonical JSON of `value`, a default of a field of that type. */
void value_json(buf *b, const plan_type *type, const idl_value *value);

/* The same of a constant. An integer beyond 2^53-1 is a string of digits, as an int64 is. */
void value_const_json(buf *b, const idl_value *value);

/* RFC 4648, section 4, without quotes. */
void value_base64(buf *b, idl_text bytes);

/* Whether JSON numbers of the type are strings of digits: int64 and uint64 without @json(number).
 */
bool value_is_digits(const plan_type *type);

#endif
