#include "parse.h"

#include "recover.h"
#include "source.h"

#include <string.h>

enum {
	DEEPEST = 64, /* brackets inside brackets; far below the stack of the parser */
	STUCK = 100,  /* repairs without a token in between: never, but a loop would be worse */
	ENOUGH = 1000 /* errors after which a file is no schema */
};

idl_span parse_span(const parse *p, lex_token token)
{
	return (idl_span){ p->build.file->source, token.begin, token.end };
}

const char *parse_text(const parse *p, lex_token token)
{
	return p->build.file->source->text + token.begin;
}

/* ---- tokens ---- */

bool parse_is_word(int code)
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
	const char *text = parse_text(p, token);
	idl_span span = parse_span(p, token);
	unsigned char c = (unsigned char)*text;
	size_t length = idl_utf8_length(text, text + (token.end - token.begin));
	span.end = span.begin + length;
	if (c < 0x20 || c == 0x7F) {
		diag_add(p->build.diags, DIAG_E0004, span, "unexpected control character 0x%02X",
			 c);
		return;
	}
	diag *d = diag_add(p->build.diags, DIAG_E0004, span, "unexpected character '%.*s'",
			   (int)length, text);
	if (c == '#')
		diag_help(d, "comments begin with //");
}

/* 'text' and the quotes of word processors, which take three bytes. */
static void bad_quotes(parse *p, lex_token token)
{
	const char *text = parse_text(p, token);
	size_t quote = *text == '\'' ? 1 : 3;
	diag *d = diag_add(p->build.diags, DIAG_E0005, parse_span(p, token),
			   "strings are written in plain double quotes");
	diag_help(d, "write \"%.*s\"", (int)(token.end - token.begin - 2 * quote), text + quote);
}

/* Remembers where the doc comment of the next token is. */
static void doc_line(parse *p, lex_token token)
{
	if (!token.first_on_line) {
		diag *d = diag_add(p->build.diags, DIAG_W0702, parse_span(p, token),
				   "a doc comment stands above what it describes");
		diag_help(d, "use // for a remark at the end of a line");
		return;
	}
	if (!p->next_doc.source)
		p->next_doc = parse_span(p, token);
	p->next_doc.end = token.end;
}

/* The next token that is one. A run of characters that are none is one error. */
static lex_token scan(parse *p)
{
	bool reported = false;
	for (;;) {
		lex_token token = lexer_next(&p->lex);
		idl_span span = parse_span(p, token);
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
			diag_add(p->build.diags, DIAG_E0005, span,
				 "this string does not end on its line");
			return token;
		case LEX_BAD_QUOTES:
			bad_quotes(p, token);
			return token;
		case LEX_BAD_NUMBER:
			diag_add(p->build.diags, DIAG_E0007, span,
				 "'%.*s' is neither a number nor a name",
				 (int)(token.end - token.begin), parse_text(p, token));
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

void parse_advance(parse *p)
{
	p->last = p->now;
	p->now = p->next;
	p->now_doc = p->next_doc;
	p->next_doc = (idl_span){ 0 };
	p->next = scan(p);
	p->moved = true;
	p->idle = 0;
	bool closes =
		p->next.code == TOK_RBRACE || p->next.code == TOK_RPAREN || p->next.code == LEX_END;
	if (p->next_doc.source && closes) {
		diag_add(p->build.diags, DIAG_W0702, p->next_doc,
			 "this doc comment describes nothing");
		p->next_doc = (idl_span){ 0 };
	}
}

int parse_code(lex_token token)
{
	bool broken = token.code == LEX_BAD_STRING || token.code == LEX_BAD_QUOTES;
	return broken ? TOK_STRING : token.code;
}

idl_token parse_value(parse *p, lex_token token)
{
	idl_token value = { .span = parse_span(p, token) };
	if (parse_is_word(token.code))
		value.text = idl_arena_copy(p->build.arena, parse_text(p, token),
					    token.end - token.begin);
	value.broken = token.code != parse_code(token);
	return value;
}

bool parse_is_declaration(int code)
{
	return code == TOK_CONST || code == TOK_ENUM || code == TOK_STRUCT || code == TOK_UNION ||
	       code == TOK_MODEL || code == TOK_ERROR;
}

/* ---- feeding ---- */

void parse_feed_virtual(parse *p, int code)
{
	idl_token token = { .span = parse_span(p, p->last) };
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
			p->opened = parse_span(p, p->now);
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
	bool begins = !p->naming && parse_is_declaration(p->now.code);
	if (begins)
		p->decl_name = (idl_token){ 0 };
	p->naming = begins;
}

void parse_feed(parse *p)
{
	idl_token token = parse_value(p, p->now);
	if (p->now_doc.source)
		token.doc = doc_text(p, p->now_doc);
	count_brackets(p, p->now.code);
	watch_name(p, &token);
	if (p->brackets > DEEPEST) {
		diag_add(p->build.diags, DIAG_E0104, token.span, "nested more than %d deep",
			 DEEPEST);
		p->give_up = true;
		return;
	}
	parser_feed(p->parser, parse_code(p->now), token);
	parse_advance(p);
}

static void step(parse *p)
{
	int code = parse_code(p->now);
	if (recover_body(p))
		return;
	if (code != LEX_END && parser_accepts(p->parser, code))
		parse_feed(p);
	else
		recover(p);
}

void idl_parse(idl_file *file, idl_name **lost, idl_arena *arena, diag_list *diags)
{
	parse p = { .build = { .arena = arena, .diags = diags, .file = file },
		    .lost = lost,
		    .moved = true };
	p.parser = parser_new(&p.build);
	lexer_init(&p.lex, file->source->text);
	p.last = (lex_token){ .code = TOK_SEMI };
	p.next = scan(&p);
	parse_advance(&p);
	p.last = (lex_token){ .code = TOK_SEMI };
	while (!p.give_up && !p.build.overflow) {
		p.give_up |= diag_errors(diags) > ENOUGH || p.idle++ > STUCK;
		if (p.now.code == LEX_END && parser_accepts(p.parser, LEX_END))
			break;
		step(&p);
	}
	file->incomplete = p.give_up || p.build.overflow;
	parser_feed(p.parser, LEX_END, build_no_token());
}
