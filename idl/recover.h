/*
 * What parse.c and recover.c share: the state of one parse. parse.c feeds the tokens; recover.c
 * decides what to do with one that does not fit.
 */
#ifndef IDL_RECOVER_H
#define IDL_RECOVER_H

#include "build.h"
#include "lexer.h"
#include "parser.h"

/*
 * The token in hand is `now`; `next` is one further, because two tokens tell a member or a
 * declaration from anything else.
 */
typedef struct {
	idl_build build;
	idl_parser *parser;
	lexer lex;
	lex_token now, next;
	idl_span now_doc, next_doc; /* the lines of /// before them; or no source */
	lex_token last;		    /* what was fed before `now` */
	size_t brackets;	    /* ( [ < open in the member that is being read */
	size_t bodies;		    /* { of bodies open */
	bool in_literal;	    /* between { and } of a default */
	idl_span opened;	    /* the { of the declaration that is being read */
	bool give_up;
	bool moved;	     /* a token went by since the last recovery */
	unsigned idle;	     /* steps since a token went by */
	bool naming;	     /* the word of a declaration went by, its name comes */
	idl_token decl_name; /* of the declaration that is being read */
	idl_name **lost;
} parse;

/* ---- parse.c ---- */

idl_span parse_span(const parse *p, lex_token token);
const char *parse_text(const parse *p, lex_token token);

/* A name or a word that can be one. */
bool parse_is_word(int code);
/* A word that begins a declaration. */
bool parse_is_declaration(int code);
/* The code as the grammar knows it: a broken string is a string. */
int parse_code(lex_token token);
idl_token parse_value(parse *p, lex_token token);

/* Lets the token in hand go by. */
void parse_advance(parse *p);
/* Gives it to the parser, which accepts it, and lets it go by. */
void parse_feed(parse *p);
/* Something that is not in the text, as if it stood behind the last token. */
void parse_feed_virtual(parse *p, int code);

/* ---- recover.c ---- */

/* The '}' of a body is missing before the token in hand: reported and fed. */
bool recover_body(parse *p);

/* The token in hand does not fit. Reports one error, and mends the text or drops some of it. */
void recover(parse *p);

#endif
