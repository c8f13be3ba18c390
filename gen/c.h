/*
 * The C back end: a file of the plan becomes STEM.h and STEM.c.
 *
 *   c_backend *c = c_backend_new(plan, templates, arena);
 *   for (…each root file…)
 *           c_backend_emit(c, file, schema, out);
 *   if (tmpl_set_error(templates)) …
 *
 * Nothing can fail but templates and memory: mistakes of templates are remembered by the set,
 * running out of memory goes to the arena's guard or is remembered by `out`.
 *
 * Inside, a file is a noun: c_names (what everything is called), c_text (literals and comments),
 * c_type (cells and their descriptions), c_value (defaults), c_cell (the statements that handle one
 * cell), c_enum, c_struct, c_field (setters), c_container, c_union, c_model, c_file. They fill
 * views; templates/c says how those look.
 */
#ifndef GEN_C_H
#define GEN_C_H

#include "output.h"
#include "plan.h"
#include "tmpl.h"

typedef struct c_backend c_backend;

/* Names everything in the plan. Lives in the arena, borrows the rest. */
c_backend *c_backend_new(const plan *plan, tmpl_set *templates, idl_arena *arena);

/* `schema`: the text of the file's JSON Schema, to be embedded; NULL: not. */
void c_backend_emit(c_backend *c, const plan_file *file, const char *schema, output *out);

#endif
