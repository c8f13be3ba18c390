/*
 * The cell of a type, and its description for the runtime (a sync_type).
 *
 * One row in c_type.c says how a kind is spelled in C; descriptions with the same constraints are
 * shared within a file: `string_1_500_type_`.
 */
#ifndef GEN_C_TYPE_H
#define GEN_C_TYPE_H

#include "c_gen.h"

/* How a kind of leaf is spelled. */
typedef struct c_kind {
	const char *cell;   /* C type of the cell */
	const char *kind;   /* SYNC_KIND_… */
	const char *ops;    /* sync_ops_… */
	const char *put;    /* sync_put_…(b, value) */
	const char *read;   /* sync_read_…(r, &cell, low, high) where it takes a range; or NULL */
	const char *format; /* SYNC_FORMAT_…; or NULL */
	const char *param;  /* the type of a value given to a setter, with its space */
} c_kind;

const c_kind *c_kind_of(const plan_type *type);

/* "uint32_t", "sync_str", "Note", "NoteList": the type of a cell that is not inline. */
const char *c_cell_type(const c_file *f, const plan_type *type);

/* The same with `struct` or `enum` in front, where a member of that name hides it from C++. */
const char *c_hidden_type(const c_file *f, const plan_type *type, bool hidden);

/* "&note_type", "&string_1_500_type_": the description, made when there is none. */
const char *c_type(c_file *f, const plan_type *type);
/* The same without the constraints of this use: for what changes a container by its own handle. */
const char *c_type_wide(c_file *f, const plan_type *type);

/* The bounds of a number as C constants; false: it is none. */
bool c_range(c_file *f, const plan_type *type, const char **low, const char **high);
/* The same, NULL for an end where the C type ends too; false: every value of the C type is fine. */
bool c_range_ends(c_file *f, const plan_type *type, const char **low, const char **high);

/* Room of an @inline string: its bytes with the NUL. */
uint64_t c_inline_room(const plan_type *type);

struct c_types *c_types_new(idl_arena *arena);

#endif
