/*
 * Which names a file can see: its own declarations, those of imports of the same package, and
 * with a qualifier those of all its imports. Imports of imports are not seen.
 *
 * The qualifier of an import is its alias, or its package, or the last part of its package, or the
 * base name of the file.
 */
#ifndef IDL_SCOPE_H
#define IDL_SCOPE_H

#include "check.h"

typedef struct scope scope;

/* Gives file->scope. `lost` are names whose declarations could not be kept. */
void scope_new(check *c, idl_file *file, idl_name *lost);

/* Declares the names of the file; reports duplicates and refused names. */
void scope_fill(check *c, idl_file *file);

/* Connects it with its imports, once all files are filled. */
void scope_link(check *c, idl_file *file);

/* Reports what is not used. */
void scope_finish(check *c, idl_file *file);

typedef struct {
	idl_decl *decl;	 /* or NULL */
	idl_decl *other; /* that the name could as well mean, or NULL */
	bool silent;	 /* NULL, and the reason is reported elsewhere */
} scope_answer;

scope_answer scope_find(idl_file *file, const char *name);

/* The nearest name of one of these kinds (bits 1 << idl_decl_kind), or NULL; also types of the
 * language when `builtin`. Qualified as it has to be written. */
const char *scope_suggest(check *c, idl_file *file, const char *name, unsigned kinds, bool builtin);

/* The kind of a type of the language, IDL_KIND_BAD if it is none. */
idl_kind scope_builtin(const char *name);

#endif
