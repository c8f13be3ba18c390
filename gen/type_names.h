/*
 * What types are called in an output that is not C: one file of the plan at a time, with all that
 * it refers to. Declared names stay as they are; what a model brings along is named after it:
 *
 *   model Notes                     Notes
 *   its key's parameters            NotesKey
 *   parameters of its call `add`    NotesAddArgs
 *   its event `saved`               NotesSavedEvent
 *   its presence                    NotesPresence
 *
 * The file's own declarations come first, then those of imports, then what models bring along; who
 * finds a name taken or reserved is renamed by the rule of names.h, an import after its file.
 */
#ifndef GEN_TYPE_NAMES_H
#define GEN_TYPE_NAMES_H

#include "names.h"
#include "plan.h"
#include "plan_reach.h"

typedef struct type_names type_names;

/* Lives in the arena, serves one file after the other. `reserved` as for names_new(). */
type_names *type_names_new(const plan *p, idl_arena *arena, names_reserved *reserved);

/* Names everything anew for this file. */
void type_names_enter(type_names *t, const plan_file *file);

/* Of what the current file declares or refers to. */
const char *type_names_struct(const type_names *t, const plan_struct *s);
const char *type_names_enum(const type_names *t, const plan_enum *e);
const char *type_names_union(const type_names *t, const plan_union *u);

/* All that the current file declares or refers to, and the names given away so far: for further
 * ones, that end in a suffix of the back end. */
const plan_reach *type_names_reach(const type_names *t);
names *type_names_scope(const type_names *t);

#endif
