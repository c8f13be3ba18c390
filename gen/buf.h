/*
 * Text that grows.
 *
 *   buf out = {0};
 *   buf_text(&out, "int ");
 *   buf_printf(&out, "%s;\n", name);
 *   output_add(outputs, "x.h", out.at, out.length);
 *   buf_release(&out);
 *
 * Running out of memory is remembered in `failed`; what comes after does nothing, so it is checked
 * once, at the end.
 */
#ifndef GEN_BUF_H
#define GEN_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__GNUC__)
#define BUF_PRINTF(text, args) __attribute__((format(printf, text, args)))
#else
#define BUF_PRINTF(text, args)
#endif

typedef struct {
	char *at; /* ends in NUL once something was added; else NULL */
	size_t length, room;
	bool failed;
} buf;

void buf_add(buf *b, const char *bytes, size_t length);
void buf_text(buf *b, const char *text);
void buf_char(buf *b, char c);
void buf_printf(buf *b, const char *format, ...) BUF_PRINTF(2, 3);

/* Back to empty, room kept. */
void buf_clear(buf *b);

/* Gives the memory back; the buf is empty and can be used again. */
void buf_release(buf *b);

#endif
