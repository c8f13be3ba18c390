/*
 * Text to tree: feeds the tokens of a source to the parser and recovers from errors, so that one
 * run finds all of them.
 */
#ifndef IDL_PARSE_H
#define IDL_PARSE_H

#include "arena.h"
#include "ast.h"
#include "diag.h"

/*
 * Fills file->package, imports, decls and options from file->source. Names of declarations that
 * were too broken to keep are in `lost`, so that nobody complains that they are unknown.
 */
void idl_parse(idl_file *file, idl_name **lost, idl_arena *arena, diag_list *diags);

#endif
