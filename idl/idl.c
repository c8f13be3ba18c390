#include "idl.h"

#include "check.h"
#include "diag.h"
#include "load.h"

#include <string.h>

typedef struct {
	const char *path, *text; /* of idl_load_text; or NULL */
	size_t length;
} memory;

static void run(check *c, const idl_options *options, const memory *text, idl_result *result)
{
	loader *l = loader_new(c, options);
	result->root_count = text ? 1 : options->path_count;
	result->roots = idl_arena_array(c->arena, result->root_count + 1, sizeof *result->roots);
	if (text)
		result->roots[0] = loader_text(l, text->path, text->text, text->length);
	else
		for (size_t i = 0; i < options->path_count; i++)
			result->roots[i] = loader_root(l, options->paths[i]);
	result->files = loader_files(l);
	result->io_failed = loader_failed(l);
	check_files(c, result->files, result->roots, result->root_count);
}

/* Out of memory comes back through the guard; nothing of the run is used then. */
static bool guarded(check *c, const idl_options *options, const memory *text, idl_result *result)
{
	jmp_buf guard;
	if (setjmp(guard))
		return false;
	idl_arena_guard(c->arena, &guard);
	c->diags = diag_list_new(c->arena, options->max_errors);
	run(c, options, text, result);
	diag_list_finish(c->diags);
	idl_arena_guard(c->arena, NULL);
	return true;
}

static void load(const idl_options *options, const memory *text, idl_result *result)
{
	*result = (idl_result){ .arena = idl_arena_new() };
	check c = { .arena = result->arena };
	if (!result->arena || !guarded(&c, options, text, result)) {
		idl_arena_free(result->arena);
		*result = (idl_result){ .errors = 1, .io_failed = true };
		return;
	}
	result->diags = c.diags;
	result->errors = diag_errors(c.diags);
	result->warnings = diag_warnings(c.diags);
}

void idl_load(const idl_options *options, idl_result *result)
{
	load(options, NULL, result);
}

void idl_load_text(const char *path, const char *text, size_t length, const idl_options *options,
		   idl_result *result)
{
	memory m = { path, text, length };
	load(options, &m, result);
}

bool idl_check_only(const idl_options *options, idl_result *result)
{
	idl_load(options, result);
	return result->errors == 0;
}

void idl_release(idl_result *result)
{
	idl_arena_free(result->arena);
	*result = (idl_result){ 0 };
}
