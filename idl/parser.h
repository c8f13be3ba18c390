/*
 * The generated parser as `parse` uses it: feed a token, ask what could come next.
 *
 * The answers come from running the tables on a copy of the stack, so asking changes nothing.
 */
#ifndef IDL_PARSER_H
#define IDL_PARSER_H

#include "build.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct idl_parser idl_parser;

idl_parser *parser_new(idl_build *b); /* in the arena of the builder */

/* Code 0 ends the text. A token that cannot stand here (TOK_BAD never can) starts recovery: the
 * parser goes back to where a member, declaration or value may stand and drops the token. */
void parser_feed(idl_parser *parser, int code, idl_token token);

bool parser_accepts(const idl_parser *parser, int code);
bool parser_accepts_two(const idl_parser *parser, int first, int second);
bool parser_accepts_three(const idl_parser *parser, int first, int second, int third);

/* As a word of the language, not as a name. */
bool parser_accepts_word(const idl_parser *parser, int code);

#endif
