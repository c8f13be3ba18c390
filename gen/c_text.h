/*
 * Literals and comments of C, safe for C++, for trigraphs and for whatever a schema says.
 */
#ifndef GEN_C_TEXT_H
#define GEN_C_TEXT_H

#include "../idl/ast.h"
#include "view.h"

/* "…" with its quotes; one literal, however long. */
const char *c_string(view_pool *pool, const char *bytes, size_t length);

/* The same at `at`, which has room for 4 * length + 2; returns its end. No NUL is added. */
char *c_string_to(char *at, const char *bytes, size_t length);

/* A doc comment whose lines begin with `indent`, line feed at its end; "" when there is nothing to
 * say. deprecated: NULL, or a text that may be empty. */
const char *c_comment(view_pool *pool, const char *indent, const char *doc, const char *deprecated);

/* One line of it for use inside a comment. */
const char *c_comment_text(view_pool *pool, const char *text);

/* Constants of the widest types; INT64_MIN has no literal of its own. */
const char *c_int(view_pool *pool, int64_t value);
const char *c_uint(view_pool *pool, uint64_t value);
/* The shortest decimal form that reads back as the same. */
const char *c_double(view_pool *pool, double value);
const char *c_real(view_pool *pool, double value); /* digits, where nobody includes <float.h> */
const char *c_float(view_pool *pool, float value);

#endif
