/*
 * Expressions of C that handle one cell: a field, an element, an alternative.
 */
#ifndef GEN_C_CELL_H
#define GEN_C_CELL_H

#include "c_type.h"

/* Where a cell is: as an lvalue and as a pointer. */
typedef struct c_place {
	const char *value, *address;
} c_place;

/* The cell of a field of *holder ("n", "a", "to"); a box is followed. */
c_place c_field_place(c_file *f, const plan_field *field, const char *holder);

/* What a pointer points at, without a needless `*&`. */
const char *c_at(c_file *f, const char *address);

/* Does a value of it own memory, or hold nodes? */
bool c_owns(const plan_type *type);

/* Statements without their semicolon. */
const char *c_put(c_file *f, const plan_type *type, c_place at);     /* to `b` and `w` */
const char *c_release(c_file *f, const plan_type *type, c_place at); /* NULL: nothing to do */

/* Expressions. */
const char *c_equal(c_file *f, const plan_type *type, c_place a, c_place b);
/* sync_status; only for what owns memory. */
const char *c_copy(c_file *f, const plan_type *type, c_place to, c_place from);
/* True when it was read. `after` is set to a statement that must follow, or "": numbers narrower
 * than what the reader gives go through `i` or `u`, unless `direct`. */
const char *c_read(c_file *f, const plan_type *type, c_place at, bool direct, const char **after);
/* True when one of its constraints does not hold, `error` then says which; NULL: every value is
 * fine. */
const char *c_fails(c_file *f, const plan_type *type, c_place at);
/* True when `value` is outside its range; NULL: there is none. */
const char *c_out_of_range(c_file *f, const plan_type *type, const char *value);

/* ---- c_value.c: defaults ---- */

/* The statements that make a cell of a field: with its declared default, else its type's. Storage
 * that must stand in front of the functions is added to v's list "constants", the statements to its
 * list `list`, under "line". */
void c_bind_init(c_file *f, view *v, const char *list, const plan_field *field, c_place at,
		 const char *constant);

#endif
