/*
 * Structs, and what unions share with them.
 */
#ifndef GEN_C_STRUCT_H
#define GEN_C_STRUCT_H

#include "c_cell.h"

/* Where a field is in C. */
typedef struct {
	const char *holder; /* the type that has it */
	const char *member;
	const char *has, *null; /* members beside it, or NULL */
	const char *init;	/* a function, or NULL */
} c_location;

/* One row of a table of sync_field. */
void c_bind_row(c_file *f, view *row, const plan_field *field, c_location at);

/* c_write.c: binds `steps`, the statements that write a struct, and `late`, whether they begin with
 * commas. */
void c_bind_write(c_file *f, view *v, const plan_struct *s);

#endif
