/*
 * Files: reads the roots and what they import, parses each once.
 */
#ifndef IDL_LOAD_H
#define IDL_LOAD_H

#include "check.h"
#include "idl.h"

/* Where a file came from while files are read. */
typedef struct loader loader;

loader *loader_new(check *c, const idl_options *options);

/* Only the roots are read: for who formats them. */
void loader_no_imports(loader *l);

/* Each answers NULL after reporting why the file cannot be read. */
idl_file *loader_root(loader *l, const char *path);
idl_file *loader_text(loader *l, const char *path, const char *text, size_t length);

/* All files, imports before importers. */
idl_file *loader_files(const loader *l);

/* Was there a file that could not be read? */
bool loader_failed(const loader *l);

#endif
