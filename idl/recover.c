#include "recover.h"

#include "names.h"
#include "scope.h"

#include <string.h>

/* ---- messages ---- */

static const char *spelling(int code)
{
	switch (code) {
	case TOK_SEMI:
		return "';'";
	case TOK_COMMA:
		return "','";
	case TOK_COLON:
		return "':'";
	case TOK_QUESTION:
		return "'?'";
	case TOK_EQ:
		return "'='";
	case TOK_AT:
		return "'@'";
	case TOK_DOTDOT:
		return "'..'";
	case TOK_LPAREN:
		return "'('";
	case TOK_RPAREN:
		return "')'";
	case TOK_RBRACKET:
		return "']'";
	case TOK_LBRACE:
		return "'{'";
	case TOK_RBRACE:
		return "'}'";
	case TOK_GT:
		return "'>'";
	case TOK_ENUM:
		return "'enum'";
	case TOK_NULL:
		return "'null'";
	case TOK_STRING:
		return "a string";
	case TOK_INT:
		return "a number";
	case TOK_ID:
		return "a name";
	default:
		return "";
	}
}

/* What could stand here, in words; "" when it is too much to say. */
static const char *expected(parse *p)
{
	static const int marks[] = { TOK_ID,	 TOK_STRING, TOK_INT,	   TOK_ENUM,
				     TOK_NULL,	 TOK_COLON,  TOK_QUESTION, TOK_COMMA,
				     TOK_EQ,	 TOK_LPAREN, TOK_DOTDOT,   TOK_RPAREN,
				     TOK_LBRACE, TOK_RBRACE, TOK_RBRACKET, TOK_GT };
	const idl_parser *parser = p->parser;
	if (parser_accepts_word(parser, TOK_STRUCT))
		return "a declaration";
	if (parser_accepts_word(parser, TOK_PRESENCE))
		return "a member or '}'";
	if (parser_accepts_word(parser, TOK_TRUE))
		return "a value";
	if (parser_accepts(parser, TOK_SEMI))
		return "';'";
	if (parser_accepts(parser, TOK_ID) && parser_accepts(parser, TOK_LBRACKET))
		return "a type";
	const char *found[sizeof marks / sizeof *marks];
	size_t count = 0;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		bool word = marks[i] == TOK_ENUM || marks[i] == TOK_NULL;
		if (word ? parser_accepts_word(parser, marks[i]) : parser_accepts(parser, marks[i]))
			found[count++] = spelling(marks[i]);
	}
	const char *text = "";
	for (size_t i = 0; i < count && count <= 6; i++)
		text = idl_arena_printf(p->build.arena, "%s%s%s", text,
					i == 0		? ""
					: i + 1 < count ? ", "
							: " or ",
					found[i]);
	return text;
}

/* Words of other languages, and what is meant here. */
static const char *foreign_word(const char *word, bool inside)
{
	static const char *const outside[][2] = {
		{ "class", "struct" },	    { "include", "import" }, { "interface", "struct" },
		{ "let", "const" },	    { "message", "struct" }, { "module", "package" },
		{ "namespace", "package" }, { "oneof", "union" },    { "record", "struct" },
		{ "service", "model" },	    { "type", "struct" },    { "var", "const" },
	};
	static const char *const members[][2] = {
		{ "func", "action" },	  { "function", "action" }, { "method", "action" },
		{ "mutation", "action" }, { "rpc", "action" },
	};
	size_t count = inside ? sizeof members / sizeof *members : sizeof outside / sizeof *outside;
	for (size_t i = 0; i < count; i++) {
		const char *const *row = inside ? members[i] : outside[i];
		if (strcmp(row[0], word) == 0)
			return row[1];
	}
	return NULL;
}

static const char *suggest_word(const parse *p, lex_token token)
{
	static const char *const outside[] = { "package", "import", "option", "const", "open",
					       "enum",	  "struct", "union",  "model", "error" };
	static const char *const inside[] = { "action", "task", "event", "presence", "reserved" };
	const char *word =
		idl_arena_copy(p->build.arena, parse_text(p, token), token.end - token.begin);
	const char *near = foreign_word(word, p->bodies);
	if (!near)
		near = p->bodies ? names_nearest_of(word, inside, 5)
				 : names_nearest_of(word, outside, 10);
	return near && strcmp(near, word) != 0 ? near : NULL;
}

/* `: T`, `=> T`, `returns T` */
static bool gives_result(const parse *p)
{
	size_t length = p->now.end - p->now.begin;
	return p->now.code == TOK_COLON || p->now.code == TOK_EQ ||
	       (length == strlen("returns") &&
		memcmp(parse_text(p, p->now), "returns", length) == 0);
}

static void unexpected(parse *p)
{
	idl_span span = parse_span(p, p->now);
	const char *what = expected(p);
	const char *comma = *what ? ", expected " : "";
	if (p->now.code == LEX_END) {
		diag_add(p->build.diags, DIAG_E0102, span, "unexpected end of the file%s%s", comma,
			 what);
		return;
	}
	int length = (int)(p->now.end - p->now.begin);
	diag *d = parse_code(p->now) == TOK_STRING
			  ? diag_add(p->build.diags, DIAG_E0102, span, "unexpected string%s%s",
				     comma, what)
			  : diag_add(p->build.diags, DIAG_E0102, span, "unexpected '%.*s'%s%s",
				     length, parse_text(p, p->now), comma, what);
	const char *word =
		parse_is_word(p->now.code) && !p->bodies ? suggest_word(p, p->now) : NULL;
	if (word)
		diag_help(d, "did you mean '%s'?", word);
	else if (parser_accepts(p->parser, TOK_ARROW) && gives_result(p))
		diag_help(d, "what a call gives stands behind '->'");
	else if (p->now.code == TOK_QUESTION && p->bodies)
		diag_help(d, "what may be absent has the '?' behind its name: 'name?: T'");
}

static void missing(parse *p, int code)
{
	idl_span span = parse_span(p, p->last);
	span.begin = span.end;
	if (p->last.code == LEX_BAD_STRING)
		return; /* the string has swallowed it */
	diag_add(p->build.diags, DIAG_E0101, span, "missing %s", spelling(code));
}

/* ---- recovery ---- */

/* Do `now` and `next` begin a declaration? Nothing in a body looks like it. */
static bool begins_declaration(const parse *p)
{
	int next = parse_code(p->next);
	if (parse_is_declaration(p->now.code) || p->now.code == TOK_PACKAGE ||
	    p->now.code == TOK_OPTION)
		return parse_is_word(next);
	if (p->now.code == TOK_OPEN)
		return next == TOK_ENUM;
	return p->now.code == TOK_IMPORT && next == TOK_STRING;
}

static bool begins_member(const parse *p)
{
	int now = p->now.code, next = parse_code(p->next);
	if (parse_is_word(now) && (next == TOK_COLON || next == TOK_QUESTION))
		return true;
	if (now == TOK_ACTION || now == TOK_TASK || now == TOK_EVENT)
		return parse_is_word(next);
	if (now == TOK_RESERVED)
		return parse_is_word(next) || next == TOK_STRING;
	return now == TOK_PRESENCE && next == TOK_LBRACE;
}

/* A declaration begins, or the file ends, inside a body. */
bool recover_body(parse *p)
{
	bool end = p->now.code == LEX_END;
	if ((!p->bodies && !end) || p->in_literal || !parser_accepts(p->parser, TOK_RBRACE))
		return false;
	if (!end && (!p->now.first_on_line || !begins_declaration(p) ||
		     parser_accepts_word(p->parser, p->now.code)))
		return false;
	idl_span span = parse_span(p, p->last);
	span.begin = span.end;
	if (p->last.code != LEX_BAD_STRING) { /* which may have swallowed it */
		diag *d = diag_add(p->build.diags, DIAG_E0103, span, "missing '}'");
		diag_note(d, p->opened, "to close this");
	}
	parse_feed_virtual(p, TOK_RBRACE);
	return true;
}

/* The ';' that a new line implies. */
static bool end_statement(parse *p)
{
	int now = parse_code(p->now);
	bool likely =
		p->now.first_on_line || now == TOK_RBRACE || now == LEX_END || begins_member(p);
	if (!likely || !parser_accepts(p->parser, TOK_SEMI))
		return false;
	/* Between members a ';' is always right and never missing. */
	if (now == LEX_END ? parser_accepts(p->parser, TOK_RBRACE)
			   : !parser_accepts_two(p->parser, TOK_SEMI, now))
		return false;
	missing(p, TOK_SEMI);
	parse_feed_virtual(p, TOK_SEMI);
	return true;
}

/* The ',' between values of an enum on lines of their own. */
static bool end_value(parse *p)
{
	if (!p->now.first_on_line || !parser_accepts(p->parser, TOK_RBRACE) ||
	    !parser_accepts_two(p->parser, TOK_COMMA, parse_code(p->now)))
		return false;
	missing(p, TOK_COMMA);
	parse_feed_virtual(p, TOK_COMMA);
	return true;
}

/* Parameters that are not closed before the next member or '}'. */
static bool end_params(parse *p)
{
	if ((!p->now.first_on_line && p->now.code != TOK_RBRACE) ||
	    !parser_accepts_three(p->parser, TOK_RPAREN, TOK_SEMI, parse_code(p->now)))
		return false;
	missing(p, TOK_RPAREN);
	parse_feed_virtual(p, TOK_RPAREN);
	return true;
}

/* A copy of the lexer looks one token further. */
static int code_after_next(const parse *p)
{
	lexer lex = p->lex;
	lex_token token;
	do
		token = lexer_next(&lex);
	while (token.code == LEX_COMMENT || token.code == LEX_DOC);
	/* What is no token fits nowhere. */
	return parse_code(token) >= LEX_COMMENT ? TOK_BAD : parse_code(token);
}

/* ',' for ';' and the reverse. */
static bool exchange(parse *p)
{
	int other = p->now.code == TOK_COMMA ? TOK_SEMI : p->now.code == TOK_SEMI ? TOK_COMMA : 0;
	bool value = parser_accepts(p->parser, TOK_RBRACE); /* of an enum */
	int next = parse_code(p->next);
	if (!other || !parser_accepts_two(p->parser, other, next))
		return false;
	if (!value && !parser_accepts_three(p->parser, other, next, code_after_next(p)))
		return false;
	/* At the end of a line a ';' is right and a bracket is missing; but not among enum values.
	 */
	if (other == TOK_COMMA && p->next.first_on_line && !value)
		return false;
	diag_add(p->build.diags, DIAG_E0101, parse_span(p, p->now), "this is %s, expected %s",
		 spelling(p->now.code), spelling(other));
	p->now.code = other;
	parse_feed(p);
	return true;
}

/* One mark that makes sense of the next two tokens. */
static bool insert(parse *p)
{
	static const int marks[] = { TOK_COMMA, TOK_COLON, TOK_RPAREN, TOK_RBRACKET, TOK_GT };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!parser_accepts_three(p->parser, marks[i], parse_code(p->now),
					  parse_code(p->next)))
			continue;
		missing(p, marks[i]);
		parse_feed_virtual(p, marks[i]);
		return true;
	}
	return false;
}

/* `optional a: T`, as other languages have it. */
static const char *modifier(const char *word)
{
	static const char *const words[][2] = {
		{ "const", "write '@const' behind the type" },
		{ "optional", "what may be absent has a '?' behind its name: 'name?: T'" },
		{ "private", "who may read a field is said by '@read'" },
		{ "public", "fields are public without '@read'" },
		{ "readonly", "only fields with '@write' are written by clients" },
		{ "repeated", "a list is written 'name: [T]'" },
		{ "required", "fields are required without a '?'" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], word) == 0)
			return words[i][1];
	return NULL;
}

static const char *word_of(const parse *p, lex_token token)
{
	return idl_arena_copy(p->build.arena, parse_text(p, token), token.end - token.begin);
}

/* `string a;`: a type stands where the name does. */
static bool is_swapped(const parse *p, const char *type, const char *name)
{
	int next = parse_code(p->next);
	bool capital = *type >= 'A' && *type <= 'Z' && !(*name >= 'A' && *name <= 'Z');
	bool ends = next == TOK_SEMI || next == TOK_COMMA || next == TOK_RPAREN || next == TOK_EQ;
	return ends && (capital || scope_builtin(type)) && !scope_builtin(name);
}

/* Both read as a field without ':' until here. */
static bool foreign_member(parse *p)
{
	if (!p->bodies || !parse_is_word(p->last.code) || !parse_is_word(p->now.code) ||
	    !parser_accepts(p->parser, TOK_QUESTION))
		return false;
	const char *last = word_of(p, p->last), *now = word_of(p, p->now);
	const char *help = modifier(last);
	int next = parse_code(p->next);
	if (help && (next == TOK_COLON || next == TOK_QUESTION || parse_is_word(next))) {
		diag *d = diag_add(p->build.diags, DIAG_E0106, parse_span(p, p->last),
				   "'%s' does not belong in front of a field", last);
		diag_help(d, "%s", help);
		return true;
	}
	if (!is_swapped(p, last, now))
		return false;
	idl_span span = parse_span(p, p->last);
	span.end = parse_span(p, p->now).end;
	diag *d = diag_add(p->build.diags, DIAG_E0106, span, "the name stands before the type");
	diag_help(d, "write '%s: %s'", now, last);
	return true;
}

/* `acton go();` reads as a field without ':' until here. */
static bool misspelt_word(parse *p)
{
	if (!p->bodies || p->last.code != TOK_ID ||
	    (!parse_is_word(p->now.code) && p->now.code != TOK_LBRACE) ||
	    !parser_accepts(p->parser, TOK_QUESTION))
		return false;
	const char *word = suggest_word(p, p->last);
	if (!word)
		return false;
	diag *d = diag_add(p->build.diags, DIAG_E0102, parse_span(p, p->last), "unexpected '%.*s'",
			   (int)(p->last.end - p->last.begin), parse_text(p, p->last));
	diag_help(d, "did you mean '%s'?", word);
	return true;
}

static void lose(parse *p, idl_token name)
{
	if (!name.text)
		return;
	idl_name *lost = idl_arena_alloc(p->build.arena, sizeof *lost);
	*lost = (idl_name){ .next = *p->lost, .text = name.text, .span = name.span };
	*p->lost = lost;
}

/* Drops what belongs to the broken member, declaration or value. */
static void skip(parse *p, int separator)
{
	size_t braces = p->in_literal;
	size_t brackets = p->brackets;
	p->in_literal = false;
	for (;; parse_advance(p)) {
		int code = p->now.code;
		if (code == LEX_END)
			return;
		if (!braces) {
			bool ends_line = p->next.first_on_line || p->next.code == TOK_RBRACE ||
					 p->next.code == LEX_END;
			bool ends = code == TOK_SEMI || code == separator;
			if (ends && (!brackets || ends_line)) {
				parse_advance(p);
				return;
			}
			if (code == TOK_RBRACE && p->bodies)
				return;
			if (p->now.first_on_line && p->moved &&
			    (p->bodies ? begins_member(p) || begins_declaration(p)
				       : begins_declaration(p)))
				return;
		}
		if (code == TOK_LPAREN || code == TOK_LBRACKET)
			brackets++;
		if (code == TOK_RPAREN || code == TOK_RBRACKET)
			brackets -= brackets > 0;
		if (code == TOK_LBRACE)
			braces++;
		if (code == TOK_RBRACE && braces <= 1) {
			do
				parse_advance(p);
			while (p->now.code == TOK_RBRACE && !p->bodies);
			return;
		}
		braces -= code == TOK_RBRACE;
	}
}

static void resume(parse *p)
{
	if (!p->moved) /* the last recovery ended where it began: go on, whatever it is */
		parse_advance(p);
	bool declaration = !p->bodies;
	if (declaration) {
		lose(p, p->decl_name);
		if (p->now.code == TOK_ID && parse_is_word(p->next.code))
			lose(p, parse_value(p, p->next));
		p->decl_name = (idl_token){ 0 };
		p->naming = false;
	}
	idl_token here = { .span = parse_span(p, p->now) };
	parser_feed(p->parser, TOK_BAD, here);
	int separator = parser_accepts(p->parser, TOK_SEMI) ? TOK_SEMI : TOK_COMMA;
	skip(p, separator);
	parse_feed_virtual(p, separator);
	p->brackets = 0;
	p->moved = false;
}

void recover(parse *p)
{
	if (end_statement(p) || end_value(p) || end_params(p) || exchange(p))
		return;
	if (foreign_member(p) || misspelt_word(p)) {
		resume(p);
		return;
	}
	if (insert(p))
		return;
	unexpected(p);
	resume(p);
}
