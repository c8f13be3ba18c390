/* `syncgen --dump=ast`: the checked tree as text, for people and for tests. */
#ifndef IDL_DUMP_H
#define IDL_DUMP_H

#include "ast.h"

#include <stdio.h>

/* What stands in the file, resolved; imports by path only. Paths are those of the command line, so
 * the text is the same in every run. */
void idl_dump(const idl_file *file, FILE *out);

#endif
