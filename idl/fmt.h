/*
 * `syncgen fmt`: the one way a file is laid out.
 *
 * Works on the tokens and comments of a file that parses: it decides about blanks and line ends
 * only. The result is read back and compared token by token before anybody sees it, and
 * formatting it again changes nothing. The rules are in docs/language.md.
 *
 *   fmt_result result;
 *   fmt_load(path, &result);
 *   if (!result.failed && result.changed) …write result.after…
 *   fmt_release(&result);
 */
#ifndef IDL_FMT_H
#define IDL_FMT_H

#include "arena.h"
#include "ast.h"
#include "diag.h"

typedef struct {
	idl_arena *arena;	/* owns all of the below */
	const diag_list *diags; /* NULL when memory ran out */
	const char *path;
	idl_text before, after; /* after is empty when it failed */
	bool failed;		/* the file does not parse, or could not be read */
	bool io_failed;		/* the latter */
	bool changed;
} fmt_result;

void fmt_load(const char *path, fmt_result *result); /* "-" is standard input */
void fmt_text(const char *path, const char *text, size_t length, fmt_result *result);

/* A unified diff from before to after; nothing when they are equal. */
void fmt_diff(const fmt_result *result, FILE *out);

void fmt_release(fmt_result *result);

#endif
