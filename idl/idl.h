/*
 * The front end: `.sync` text in, checked tree and diagnostics out. This header is its table of
 * contents; ast.h is the tree, diag.h what was wrong with it.
 *
 *   idl_options options = {.paths = &path, .path_count = 1};
 *   idl_result result;
 *   idl_load(&options, &result);
 *   if (result.errors == 0) …build the plan from result.files…
 *   diag_render_text(result.diags, stderr, colour);
 *   idl_release(&result);
 *
 * Nothing is printed and nothing is global: two loads do not know of each other.
 */
#ifndef IDL_IDL_H
#define IDL_IDL_H

#include "ast.h"

typedef struct idl_arena idl_arena; /* arena.h */
typedef struct diag_list diag_list; /* diag.h */

typedef struct {
	const char *const *paths; /* "-" is standard input */
	size_t path_count;
	const char *const
		*folders; /* -I, searched in order after the folder of the importing file */
	size_t folder_count;
	const char *prefix;    /* --prefix: stands for `option c_prefix` of the roots; or NULL */
	size_t max_file_bytes; /* 0: IDL_MAX_FILE_BYTES */
	size_t max_errors;     /* 0: 20; what is beyond is counted, not kept */
	size_t sources_before; /* numbers of sources begin behind it: for diagnostics on several loads */
} idl_options;

/* A limit so that a wrong path (a disk image, /dev/zero) is an error and not a hang. */
#define IDL_MAX_FILE_BYTES ((size_t)16 << 20)

typedef struct {
	idl_arena *arena; /* owns all of the below */
	const diag_list *diags;
	idl_file *files;  /* all that were read, chained by `next`, imports before importers */
	idl_file **roots; /* one per path, in their order; NULL where reading failed */
	size_t root_count;
	size_t errors, warnings; /* all of them, also those beyond max_errors */
	bool io_failed;		 /* a file could not be read: exit status 3 instead of 1 */
} idl_result;

/*
 * Read, parse and check the files and what they import. Always fills *result and always needs
 * idl_release() after it. The tree is complete only when result->errors is 0. When memory runs out
 * result->errors is not 0 and result->io_failed is set.
 */
void idl_load(const idl_options *options, idl_result *result);

/* The same for one text in memory; imports are looked up as if it stood at `path`. */
void idl_load_text(const char *path, const char *text, size_t length, const idl_options *options,
		   idl_result *result);

/* For `syncgen check`: is there any error? Fills and needs release as idl_load() does. */
bool idl_check_only(const idl_options *options, idl_result *result);

void idl_release(idl_result *result);

#endif
