/*
 * What was wrong, collected: nothing is printed where it is found.
 *
 *   diag *d = diag_add(list, DIAG_E0203, field->span, "duplicate field '%s'", field->name);
 *   diag_note(d, first->span, "first declared here");
 *   diag_help(d, "did you mean '%s'?", name);
 *
 * Messages and their copies live in the arena of the list. A second message with the same code at
 * the same place is dropped, so that a check which runs twice says it once.
 */
#ifndef IDL_DIAG_H
#define IDL_DIAG_H

#include "arena.h"
#include "ast.h"
#include "codes.h"

#include <stdio.h>

typedef enum {
#define X(code, summary, text, wrong, right) DIAG_##code,
	IDL_CODES(X)
#undef X
		DIAG_CODES
} diag_code;

typedef struct diag_related diag_related;
struct diag_related {
	diag_related *next; /* or NULL */
	idl_span span;
	const char *message;
};

typedef struct diag diag;
struct diag {
	diag *next; /* or NULL; sorted after diag_list_finish() */
	diag_code code;
	bool warning;
	idl_span span;	  /* source NULL: concerns no place, only `path` */
	const char *path; /* when there is no source */
	const char *message;
	const char *help;    /* or NULL */
	diag_related *notes; /* or NULL */
	diag_related *last_note;
	size_t order; /* found as the n-th */
	idl_arena *arena;
};

typedef struct diag_list diag_list;

/* At most `max` errors are rendered (0: 20). Kept are a few more than that; all are counted. */
diag_list *diag_list_new(idl_arena *arena, size_t max);

/* An error, or a warning when the code begins with W. Never NULL. */
diag *diag_add(diag_list *list, diag_code code, idl_span span, const char *format, ...)
	IDL_PRINTF(4, 5);

/* The same about a path that could not become a source. */
diag *diag_add_path(diag_list *list, diag_code code, const char *path, const char *format, ...)
	IDL_PRINTF(4, 5);

void diag_note(diag *d, idl_span span, const char *format, ...) IDL_PRINTF(3, 4);
void diag_help(diag *d, const char *format, ...) IDL_PRINTF(2, 3);

/* Sorts by file, place and order of finding. */
void diag_list_finish(diag_list *list);

size_t diag_errors(const diag_list *list);
size_t diag_warnings(const diag_list *list);

/* The first of those that were kept, or NULL; how many of them are to be shown. */
const diag *diag_first(const diag_list *list);
size_t diag_shown(const diag_list *list);

/* "E0201" */
const char *diag_code_name(diag_code code);

/* For people: source line, caret, help, notes. Colours when `colour`. */
void diag_render_text(const diag_list *list, FILE *out, bool colour);

/* A terminal that wants colours: not NO_COLOR, not TERM=dumb. */
bool diag_wants_colour(FILE *out);

/* An array of {file, line, column, endLine, endColumn, severity, code, message, help?, notes?}. */
void diag_render_json(const diag_list *list, FILE *out);

/* SARIF 2.1.0 (OASIS), columns in code points. */
void diag_render_sarif(const diag_list *list, FILE *out);

#endif
