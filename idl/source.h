/*
 * One text that was read: its bytes, and where its lines are.
 *
 * A source that was read without error is valid UTF-8 without U+0000 and ends in a NUL that does
 * not count, so that the lexer needs no end pointer.
 */
#ifndef IDL_SOURCE_H
#define IDL_SOURCE_H

#include "arena.h"
#include "ast.h"

typedef struct diag_list diag_list;

struct idl_source {
	const char *path; /* as diagnostics show it */
	const char *text;
	size_t length;
	size_t number; /* in the order they were opened: diagnostics are sorted by it */
	size_t *lines; /* where each line starts */
	size_t line_count;
};

/* 1-based; columns count code points, a tab is one. */
typedef struct {
	size_t line, column;
} idl_position;

/*
 * Make a source of bytes, which must outlive the arena's use of it and end in NUL. What is wrong
 * with the text (not UTF-8, U+0000) is reported and makes the answer false.
 */
bool idl_source_init(idl_source *source, idl_arena *arena, diag_list *diags);

idl_position idl_source_position(const idl_source *source, size_t offset);

/* The line (from 1) without its end. */
idl_text idl_source_line(const idl_source *source, size_t line);

/* Length of the UTF-8 character at `at`, 0 if it is not valid; never reads past `end`. */
size_t idl_utf8_length(const char *at, const char *end);

/* The character at `at`, which must be valid. */
uint32_t idl_utf8_decode(const char *at);

/* How many code points. */
size_t idl_utf8_count(idl_text text);

#endif
