/*
 * Structs, and what unions share with them.
 */
#ifndef GEN_C_STRUCT_H
#define GEN_C_STRUCT_H

#include "c_cell.h"

/* One row of a table of sync_field. has, null: members, or NULL. init: a function, or NULL. */
void c_bind_row(c_file *f, view *row, const plan_field *field, const char *holder_type,
		const char *member, const char *has, const char *null, const char *init);

/* c_write.c: binds `steps`, the statements that write a struct, and `late`, whether they begin with
 * commas. */
void c_bind_write(c_file *f, view *v, const plan_struct *s);

#endif
