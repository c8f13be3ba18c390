#include "parse.h"

#include "build.h"
#include "lexer.h"
#include "names.h"
#include "parser.h"
#include "source.h"

#include <string.h>

enum {
	DEEPEST = 64, /* brackets inside brackets; far below the stack of the parser */
	STUCK = 100,  /* repairs without a token in between: never, but a loop would be worse */
	ENOUGH = 1000 /* errors after which a file is no schema */
};

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
	lex_token last;             /* what was fed before `now` */
	size_t brackets;            /* ( [ < open in the member that is being read */
	size_t bodies;              /* { of bodies open */
	bool in_literal;            /* between { and } of a default */
	idl_span opened;            /* the { of the declaration that is being read */
	bool give_up;
	bool moved;    /* a token went by since the last recovery */
	unsigned idle; /* steps since a token went by */
	bool naming;         /* the word of a declaration went by, its name comes */
	idl_token decl_name; /* of the declaration that is being read */
	idl_name **lost;
} parse;

static idl_span span_of(const parse *p, lex_token token)
{
	return (idl_span){p->build.file->source, token.begin, token.end};
}

static const char *text_of(const parse *p, lex_token token)
{
	return p->build.file->source->text + token.begin;
}

/* ---- tokens ---- */

static bool is_word(int code)
{
	switch (code) {
	case TOK_ID:
	case TOK_PACKAGE:
	case TOK_IMPORT:
	case TOK_AS:
	case TOK_OPTION:
	case TOK_CONST:
	case TOK_OPEN:
	case TOK_ENUM:
	case TOK_STRUCT:
	case TOK_UNION:
	case TOK_MODEL:
	case TOK_ERROR:
	case TOK_ACTION:
	case TOK_TASK:
	case TOK_EVENT:
	case TOK_PRESENCE:
	case TOK_RESERVED:
	case TOK_THROWS:
	case TOK_PROGRESS:
	case TOK_TRUE:
	case TOK_FALSE:
	case TOK_NULL:
		return true;
	default:
		return false;
	}
}

/* The first character counts; what the lexer took with it is noise. */
static void bad_character(parse *p, lex_token token)
{
	const char *text = text_of(p, token);
	idl_span span = span_of(p, token);
	unsigned char c = (unsigned char)*text;
	size_t length = idl_utf8_length(text, text + (token.end - token.begin));
	span.end = span.begin + length;
	if (c < 0x20 || c == 0x7F) {
		diag_add(p->build.diags, DIAG_E0004, span, "unexpected control character 0x%02X", c);
		return;
	}
	diag *d = diag_add(p->build.diags, DIAG_E0004, span, "unexpected character '%.*s'", (int)length,
	                   text);
	if (c == '#')
		diag_help(d, "comments begin with //");
}

/* 'text' and the quotes of word processors, which take three bytes. */
static void bad_quotes(parse *p, lex_token token)
{
	const char *text = text_of(p, token);
	size_t quote = *text == '\'' ? 1 : 3;
	diag *d = diag_add(p->build.diags, DIAG_E0005, span_of(p, token),
	                   "strings are written in plain double quotes");
	diag_help(d, "write \"%.*s\"", (int)(token.end - token.begin - 2 * quote), text + quote);
}

/* Remembers where the doc comment of the next token is. */
static void doc_line(parse *p, lex_token token)
{
	if (!token.first_on_line) {
		diag *d = diag_add(p->build.diags, DIAG_W0702, span_of(p, token),
		                   "a doc comment stands above what it describes");
		diag_help(d, "use // for a remark at the end of a line");
		return;
	}
	if (!p->next_doc.source)
		p->next_doc = span_of(p, token);
	p->next_doc.end = token.end;
}

/* The next token that is one. A run of characters that are none is one error. */
static lex_token scan(parse *p)
{
	bool reported = false;
	for (;;) {
		lex_token token = lexer_next(&p->lex);
		idl_span span = span_of(p, token);
		switch (token.code) {
		case LEX_BAD_CHARACTER:
			if (!reported)
				bad_character(p, token);
			reported = true;
			continue;
		case LEX_BAD_COMMENT:
			span.end = span.begin + 2;
			diag_add(p->build.diags, DIAG_E0005, span, "this comment does not end");
			p->give_up = true;
			continue;
		case LEX_BAD_STRING:
			diag_add(p->build.diags, DIAG_E0005, span, "this string does not end on its line");
			return token;
		case LEX_BAD_QUOTES:
			bad_quotes(p, token);
			return token;
		case LEX_BAD_NUMBER:
			diag_add(p->build.diags, DIAG_E0007, span, "'%.*s' is neither a number nor a name",
			         (int)(token.end - token.begin), text_of(p, token));
			token.code = TOK_INT;
			return token;
		case LEX_DOC:
			doc_line(p, token);
			continue;
		case LEX_COMMENT:
			continue;
		default:
			return token;
		}
	}
}


/* The text of /// lines: slashes, one blank and blanks at the end go; other comments too. */
static const char *doc_text(parse *p, idl_span doc)
{
	const char *text = doc.source->text + doc.begin, *end = doc.source->text + doc.end;
	char *copy = idl_arena_alloc(p->build.arena, doc.end - doc.begin + 1), *out = copy;
	while (text < end) {
		const char *line = text + strspn(text, " \t");
		text = memchr(text, '\n', (size_t)(end - text));
		const char *stop = text ? text : end;
		text = text ? text + 1 : end;
		if (strncmp(line, "///", 3) != 0 || line[3] == '/')
			continue;
		line += 3;
		line += line < stop && *line == ' ';
		while (stop > line && strchr(" \t\r", stop[-1]))
			stop--;
		if (out > copy)
			*out++ = '\n';
		memcpy(out, line, (size_t)(stop - line));
		out += stop - line;
	}
	return copy;
}

static void advance(parse *p)
{
	p->last = p->now;
	p->now = p->next;
	p->now_doc = p->next_doc;
	p->next_doc = (idl_span){0};
	p->next = scan(p);
	p->moved = true;
	p->idle = 0;
	bool closes = p->next.code == TOK_RBRACE || p->next.code == TOK_RPAREN || p->next.code == LEX_END;
	if (p->next_doc.source && closes) {
		diag_add(p->build.diags, DIAG_W0702, p->next_doc, "this doc comment describes nothing");
		p->next_doc = (idl_span){0};
	}
}

/* The code as the grammar knows it. */
static int code_of(lex_token token)
{
	bool broken = token.code == LEX_BAD_STRING || token.code == LEX_BAD_QUOTES;
	return broken ? TOK_STRING : token.code;
}

static idl_token value_of(parse *p, lex_token token)
{
	idl_token value = {.span = span_of(p, token)};
	if (is_word(token.code))
		value.text = idl_arena_copy(p->build.arena, text_of(p, token), token.end - token.begin);
	value.broken = token.code != code_of(token);
	return value;
}

static bool is_declaration(int code)
{
	return code == TOK_CONST || code == TOK_ENUM || code == TOK_STRUCT || code == TOK_UNION ||
	       code == TOK_MODEL || code == TOK_ERROR;
}

/* ---- feeding ---- */

/* Something that is not in the text, as if it stood behind the last token. */
static void feed_virtual(parse *p, int code)
{
	idl_token token = {.span = span_of(p, p->last)};
	token.span.begin = token.span.end;
	parser_feed(p->parser, code, token);
	if (code == TOK_RBRACE && p->bodies)
		p->bodies--;
	if (code == TOK_SEMI || code == TOK_COMMA)
		p->brackets = 0;
	if (code == TOK_RPAREN || code == TOK_RBRACKET || code == TOK_GT)
		p->brackets -= p->brackets > 0;
}

static void count_brackets(parse *p, int code)
{
	switch (code) {
	case TOK_LPAREN:
	case TOK_LBRACKET:
	case TOK_LT:
		p->brackets++;
		break;
	case TOK_RPAREN:
	case TOK_RBRACKET:
	case TOK_GT:
		p->brackets -= p->brackets > 0;
		break;
	case TOK_SEMI:
		p->brackets = 0;
		break;
	case TOK_LBRACE:
		p->in_literal = parser_accepts_word(p->parser, TOK_TRUE);
		if (p->in_literal)
			break;
		if (!p->bodies++)
			p->opened = span_of(p, p->now);
		break;
	case TOK_RBRACE:
		if (!p->in_literal)
			p->bodies -= p->bodies > 0;
		p->in_literal = false;
		break;
	default:
		break;
	}
}

/* Where the name of a declaration is, in case the rest of it cannot be kept. */
static void watch_name(parse *p, const idl_token *token)
{
	if (p->bodies)
		return;
	if (p->naming && token->text)
		p->decl_name = *token;
	bool begins = !p->naming && is_declaration(p->now.code);
	if (begins)
		p->decl_name = (idl_token){0};
	p->naming = begins;
}

static void feed(parse *p)
{
	idl_token token = value_of(p, p->now);
	if (p->now_doc.source)
		token.doc = doc_text(p, p->now_doc);
	count_brackets(p, p->now.code);
	watch_name(p, &token);
	if (p->brackets > DEEPEST) {
		diag_add(p->build.diags, DIAG_E0104, token.span, "nested more than %d deep", DEEPEST);
		p->give_up = true;
		return;
	}
	parser_feed(p->parser, code_of(p->now), token);
	advance(p);
}

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
	static const int marks[] = {TOK_ID,     TOK_STRING,   TOK_INT,    TOK_ENUM,  TOK_NULL,
	                            TOK_COLON,  TOK_QUESTION, TOK_COMMA,  TOK_EQ,    TOK_LPAREN,
	                            TOK_DOTDOT, TOK_RPAREN,   TOK_LBRACE, TOK_RBRACE, TOK_RBRACKET,
	                            TOK_GT};
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
		                        i == 0          ? ""
		                        : i + 1 < count ? ", "
		                                        : " or ",
		                        found[i]);
	return text;
}

static const char *suggest_word(const parse *p, lex_token token)
{
	static const char *const outside[] = {"package", "import", "option", "const", "open",
	                                      "enum",    "struct", "union",  "model", "error"};
	static const char *const inside[] = {"action", "task", "event", "presence", "reserved"};
	const char *word = idl_arena_copy(p->build.arena, text_of(p, token), token.end - token.begin);
	return p->bodies ? names_nearest_of(word, inside, 5) : names_nearest_of(word, outside, 10);
}

static void unexpected(parse *p)
{
	idl_span span = span_of(p, p->now);
	const char *what = expected(p);
	const char *comma = *what ? ", expected " : "";
	if (p->now.code == LEX_END) {
		diag_add(p->build.diags, DIAG_E0102, span, "unexpected end of the file%s%s", comma, what);
		return;
	}
	int length = (int)(p->now.end - p->now.begin);
	diag *d = code_of(p->now) == TOK_STRING
	                  ? diag_add(p->build.diags, DIAG_E0102, span, "unexpected string%s%s", comma,
	                             what)
	                  : diag_add(p->build.diags, DIAG_E0102, span, "unexpected '%.*s'%s%s", length,
	                             text_of(p, p->now), comma, what);
	const char *word = is_word(p->now.code) && !p->bodies ? suggest_word(p, p->now) : NULL;
	if (word)
		diag_help(d, "did you mean '%s'?", word);
}

static void missing(parse *p, int code)
{
	idl_span span = span_of(p, p->last);
	span.begin = span.end;
	if (p->last.code == LEX_BAD_STRING)
		return; /* the string has swallowed it */
	diag_add(p->build.diags, DIAG_E0101, span, "missing %s", spelling(code));
}

/* ---- recovery ---- */

/* Do `now` and `next` begin a declaration? Nothing in a body looks like it. */
static bool begins_declaration(const parse *p)
{
	int next = code_of(p->next);
	if (is_declaration(p->now.code) || p->now.code == TOK_PACKAGE || p->now.code == TOK_OPTION)
		return is_word(next);
	if (p->now.code == TOK_OPEN)
		return next == TOK_ENUM;
	return p->now.code == TOK_IMPORT && next == TOK_STRING;
}

static bool begins_member(const parse *p)
{
	int now = p->now.code, next = code_of(p->next);
	if (is_word(now) && (next == TOK_COLON || next == TOK_QUESTION))
		return true;
	if (now == TOK_ACTION || now == TOK_TASK || now == TOK_EVENT)
		return is_word(next);
	if (now == TOK_RESERVED)
		return is_word(next) || next == TOK_STRING;
	return now == TOK_PRESENCE && next == TOK_LBRACE;
}

/* A declaration begins, or the file ends, inside a body: its '}' is missing. */
static bool close_body(parse *p)
{
	bool end = p->now.code == LEX_END;
	if ((!p->bodies && !end) || p->in_literal || !parser_accepts(p->parser, TOK_RBRACE))
		return false;
	if (!end && (!p->now.first_on_line || !begins_declaration(p) ||
	             parser_accepts_word(p->parser, p->now.code)))
		return false;
	idl_span span = span_of(p, p->last);
	span.begin = span.end;
	if (p->last.code != LEX_BAD_STRING) { /* which may have swallowed it */
		diag *d = diag_add(p->build.diags, DIAG_E0103, span, "missing '}'");
		diag_note(d, p->opened, "to close this");
	}
	feed_virtual(p, TOK_RBRACE);
	return true;
}

/* The ';' that a new line implies. */
static bool end_statement(parse *p)
{
	int now = code_of(p->now);
	bool likely = p->now.first_on_line || now == TOK_RBRACE || now == LEX_END || begins_member(p);
	if (!likely || !parser_accepts(p->parser, TOK_SEMI))
		return false;
	/* Between members a ';' is always right and never missing. */
	if (now == LEX_END ? parser_accepts(p->parser, TOK_RBRACE)
	                   : !parser_accepts_two(p->parser, TOK_SEMI, now))
		return false;
	missing(p, TOK_SEMI);
	feed_virtual(p, TOK_SEMI);
	return true;
}

/* The ',' between values of an enum on lines of their own. */
static bool end_value(parse *p)
{
	if (!p->now.first_on_line || !parser_accepts(p->parser, TOK_RBRACE) ||
	    !parser_accepts_two(p->parser, TOK_COMMA, code_of(p->now)))
		return false;
	missing(p, TOK_COMMA);
	feed_virtual(p, TOK_COMMA);
	return true;
}

/* Parameters that are not closed before the next member or '}'. */
static bool end_params(parse *p)
{
	if ((!p->now.first_on_line && p->now.code != TOK_RBRACE) ||
	    !parser_accepts_three(p->parser, TOK_RPAREN, TOK_SEMI, code_of(p->now)))
		return false;
	missing(p, TOK_RPAREN);
	feed_virtual(p, TOK_RPAREN);
	return true;
}

/* ',' for ';' and the reverse. */
static bool exchange(parse *p)
{
	int other = p->now.code == TOK_COMMA  ? TOK_SEMI
	            : p->now.code == TOK_SEMI ? TOK_COMMA
	                                      : 0;
	if (!other || !parser_accepts_two(p->parser, other, code_of(p->next)))
		return false;
	/* At the end of a line a ';' is right and a bracket is missing; but not among enum values. */
	if (other == TOK_COMMA && p->next.first_on_line && !parser_accepts(p->parser, TOK_RBRACE))
		return false;
	diag_add(p->build.diags, DIAG_E0101, span_of(p, p->now), "this is %s, expected %s",
	         spelling(p->now.code), spelling(other));
	p->now.code = other;
	feed(p);
	return true;
}

/* One mark that makes sense of the next two tokens. */
static bool insert(parse *p)
{
	static const int marks[] = {TOK_COMMA, TOK_COLON, TOK_RPAREN, TOK_RBRACKET, TOK_GT};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!parser_accepts_three(p->parser, marks[i], code_of(p->now), code_of(p->next)))
			continue;
		missing(p, marks[i]);
		feed_virtual(p, marks[i]);
		return true;
	}
	return false;
}

/* `acton go();` reads as a field without ':' until here. */
static bool misspelt_word(parse *p)
{
	if (!p->bodies || p->last.code != TOK_ID || (!is_word(p->now.code) && p->now.code != TOK_LBRACE) ||
	    !parser_accepts(p->parser, TOK_QUESTION))
		return false;
	const char *word = suggest_word(p, p->last);
	if (!word)
		return false;
	diag *d = diag_add(p->build.diags, DIAG_E0102, span_of(p, p->last), "unexpected '%.*s'",
	                   (int)(p->last.end - p->last.begin), text_of(p, p->last));
	diag_help(d, "did you mean '%s'?", word);
	return true;
}

static void lose(parse *p, idl_token name)
{
	if (!name.text)
		return;
	idl_name *lost = idl_arena_alloc(p->build.arena, sizeof *lost);
	*lost = (idl_name){.next = *p->lost, .text = name.text, .span = name.span};
	*p->lost = lost;
}

/* Drops what belongs to the broken member, declaration or value. */
static void skip(parse *p, int separator)
{
	size_t braces = p->in_literal;
	size_t brackets = p->brackets;
	p->in_literal = false;
	for (;; advance(p)) {
		int code = p->now.code;
		if (code == LEX_END)
			return;
		if (!braces) {
			bool ends_line = p->next.first_on_line || p->next.code == TOK_RBRACE ||
			                 p->next.code == LEX_END;
			bool ends = code == TOK_SEMI || code == separator;
			if (ends && (!brackets || ends_line)) {
				advance(p);
				return;
			}
			if (code == TOK_RBRACE && p->bodies)
				return;
			if (p->now.first_on_line && p->moved &&
			    (p->bodies ? begins_member(p) || begins_declaration(p) : begins_declaration(p)))
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
				advance(p);
			while (p->now.code == TOK_RBRACE && !p->bodies);
			return;
		}
		braces -= code == TOK_RBRACE;
	}
}

static void recover(parse *p)
{
	if (!p->moved) /* the last recovery ended where it began: go on, whatever it is */
		advance(p);
	bool declaration = !p->bodies;
	if (declaration) {
		lose(p, p->decl_name);
		if (p->now.code == TOK_ID && is_word(p->next.code))
			lose(p, value_of(p, p->next));
		p->decl_name = (idl_token){0};
		p->naming = false;
	}
	idl_token here = {.span = span_of(p, p->now)};
	parser_feed(p->parser, TOK_BAD, here);
	int separator = parser_accepts(p->parser, TOK_SEMI) ? TOK_SEMI : TOK_COMMA;
	skip(p, separator);
	feed_virtual(p, separator);
	p->brackets = 0;
	p->moved = false;
}

static void step(parse *p)
{
	int code = code_of(p->now);
	if (close_body(p))
		return;
	if (code != LEX_END && parser_accepts(p->parser, code)) {
		feed(p);
		return;
	}
	if (end_statement(p) || end_value(p) || end_params(p) || exchange(p))
		return;
	if (misspelt_word(p)) {
		recover(p);
		return;
	}
	if (insert(p))
		return;
	unexpected(p);
	recover(p);
}

void idl_parse(idl_file *file, idl_name **lost, idl_arena *arena, diag_list *diags)
{
	parse p = {.build = {.arena = arena, .diags = diags, .file = file}, .lost = lost, .moved = true};
	p.parser = parser_new(&p.build);
	lexer_init(&p.lex, file->source->text);
	p.last = (lex_token){.code = TOK_SEMI};
	p.next = scan(&p);
	advance(&p);
	p.last = (lex_token){.code = TOK_SEMI};
	while (!p.give_up && !p.build.overflow) {
		p.give_up |= diag_errors(diags) > ENOUGH || p.idle++ > STUCK;
		if (p.now.code == LEX_END && parser_accepts(p.parser, LEX_END))
			break;
		step(&p);
	}
	file->incomplete = p.give_up || p.build.overflow;
	parser_feed(p.parser, LEX_END, build_no_token());
}
