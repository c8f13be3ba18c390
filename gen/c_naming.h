/*
 * Internal to c_names*.c: the names while they are being given.
 */
#ifndef GEN_C_NAMING_H
#define GEN_C_NAMING_H

#include "c_names.h"

typedef struct naming {
	const plan *plan;
	idl_arena *arena;
	c_names *out;
	names *scope; /* of the file at hand */
	const char *prefix;
} naming;

/* Three strings in a row, in the arena. */
const char *c_join(const naming *n, const char *a, const char *b, const char *c);

/* c_names_type.c: all types of a file, their handles, tags and containers. */
void c_name_types(naming *n, const plan_file *file);

#endif
