/*
 * The layout itself: rows with cells, lined up where rows belong together.
 */
#ifndef IDL_FMT_LAYOUT_H
#define IDL_FMT_LAYOUT_H

#include "arena.h"
#include "lexer.h"

/* Growing text in an arena. */
typedef struct {
	idl_arena *arena;
	char *at;
	size_t length, room;
} fmt_buffer;

void fmt_put(fmt_buffer *buffer, const char *bytes, size_t length);
void fmt_puts(fmt_buffer *buffer, const char *text);
void fmt_fill(fmt_buffer *buffer, char c, size_t count);

typedef enum {
	FMT_BLANK,
	FMT_COMMENT, /* alone on its line: cell 0 */
	FMT_FIELD,   /* "name:", type and default, attributes, "" */
	FMT_CALL,    /* "action", the rest */
	FMT_VALUE,   /* name of an enum value, attributes */
	FMT_OTHER    /* cell 0 */
} fmt_kind;

typedef struct fmt_row fmt_row;
struct fmt_row {
	fmt_row *next;
	fmt_kind kind;
	size_t indent;	      /* columns */
	const char *cells[3]; /* or NULL */
	const char *end;      /* ";", ",", "" */
	const char *comment;  /* behind it; or NULL */
};

/* Prints the rows: columns of a run of rows without a blank one between are lined up. */
void fmt_rows(const fmt_row *rows, fmt_buffer *out);

/* Makes the rows of a text that is known to parse. */
fmt_row *fmt_read(const char *text, idl_arena *arena);

#endif
