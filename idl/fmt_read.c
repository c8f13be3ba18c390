/* Tokens to rows. The text parses, so what follows what is known. */
#include "fmt_layout.h"

#include "parse.h"

#include <stdbool.h>
#include <string.h>

enum { LINE = 100, STEP = 2 };

typedef struct {
	idl_arena *arena;
	const char *text;
	lex_token *items; /* tokens and comments, ended by LEX_END */
	bool *blank;	  /* an empty line stands before */
	size_t count, at;
	fmt_row *first, *last;
	size_t indent;
} reader;

static bool is_comment(int code)
{
	return code == LEX_COMMENT || code == LEX_DOC;
}

/* ---- tokens ---- */

static bool empty_line_between(const char *from, const char *to)
{
	const char *line = memchr(from, '\n', (size_t)(to - from));
	return line && memchr(line + 1, '\n', (size_t)(to - line - 1));
}

/* A ';' that ends nothing: behind another, or behind the '}' of a body. */
static bool is_stray(const int *codes)
{
	bool literal = codes[1] == TOK_RBRACE && codes[2] == TOK_LBRACE && codes[3] == TOK_EQ;
	return codes[0] == TOK_SEMI &&
	       (!codes[1] || codes[1] == TOK_SEMI || (codes[1] == TOK_RBRACE && !literal));
}

static void collect(reader *r)
{
	lexer lex;
	lexer_init(&lex, r->text);
	int codes[4] = { 0 }; /* the latest first */
	size_t room = 256, end = 0;
	r->items = idl_arena_array(r->arena, room, sizeof *r->items);
	for (lex_token token = { .code = -1 }; token.code != LEX_END;) {
		token = lexer_next(&lex);
		if (!is_comment(token.code)) {
			int before[4] = { token.code, codes[0], codes[1], codes[2] };
			if (is_stray(before))
				continue;
			memcpy(codes, before, sizeof codes);
		}
		if (r->count == room) {
			lex_token *larger = idl_arena_array(r->arena, room * 2, sizeof *larger);
			memcpy(larger, r->items, room * sizeof *larger);
			r->items = larger;
			room *= 2;
		}
		r->items[r->count++] = token;
	}
	r->blank = idl_arena_array(r->arena, r->count, sizeof *r->blank);
	for (size_t i = 0; i < r->count; i++) {
		r->blank[i] = i && empty_line_between(r->text + end, r->text + r->items[i].begin);
		end = r->items[i].end;
	}
}

static lex_token *now(const reader *r)
{
	return &r->items[r->at];
}

/* The code of the n-th token from here, comments not counted. */
static int peek(const reader *r, size_t n)
{
	for (size_t i = r->at; i < r->count; i++)
		if (!is_comment(r->items[i].code) && n-- == 0)
			return r->items[i].code;
	return LEX_END;
}

/* ---- text ---- */

static void put_token(const reader *r, fmt_buffer *out, const lex_token *token)
{
	const char *text = r->text + token->begin;
	size_t length = token->end - token->begin;
	if (!is_comment(token->code)) {
		fmt_put(out, text, length);
		return;
	}
	/* Blanks at the end of each line of a comment go. */
	const char *end = text + length;
	while (text < end) {
		const char *line = memchr(text, '\n', (size_t)(end - text));
		const char *stop = line ? line : end;
		const char *next = line ? line + 1 : end;
		while (stop > text && strchr(" \t\r", stop[-1]))
			stop--;
		fmt_put(out, text, (size_t)(stop - text));
		if (line)
			fmt_puts(out, "\n");
		text = next;
	}
}

/* Is there a blank between two tokens of a line? */
static bool gap(int left, int right)
{
	switch (right) {
	case TOK_SEMI:
	case TOK_COMMA:
	case TOK_COLON:
	case TOK_QUESTION:
	case TOK_RPAREN:
	case TOK_RBRACKET:
	case TOK_GT:
	case TOK_LT:
	case TOK_LPAREN:
	case TOK_DOT:
	case TOK_DOTDOT:
		return false;
	default:
		break;
	}
	switch (left) {
	case TOK_LPAREN:
	case TOK_LBRACKET:
	case TOK_LT:
	case TOK_AT:
	case TOK_DOT:
	case TOK_DOTDOT:
		return false;
	default:
		return left && !(left == TOK_LBRACE && right == TOK_RBRACE);
	}
}

static bool is_line_comment(const reader *r, const lex_token *token)
{
	return is_comment(token->code) && r->text[token->begin + 1] == '/';
}

/* A statement while it is put together; `left` is the code of the last token. */
typedef struct {
	fmt_buffer text;
	int left;
	bool broken;   /* over several lines */
	bool breaking; /* a new line begins before the next token */
	size_t hang;   /* its depth below the statement */
} piece;

enum { HANG = 2 };

static void line_break(const reader *r, piece *p)
{
	fmt_puts(&p->text, "\n");
	fmt_fill(&p->text, ' ', r->indent + p->hang * STEP);
	p->left = 0;
	p->broken = true;
	p->breaking = false;
}

/* Moves the token at hand into the piece. */
static void take(reader *r, piece *p)
{
	lex_token *token = now(r);
	bool comment = is_comment(token->code);
	if (p->breaking || (comment && token->first_on_line && p->left))
		line_break(r, p);
	if (p->left && (comment || p->left == LEX_COMMENT || gap(p->left, token->code)))
		fmt_puts(&p->text, " ");
	put_token(r, &p->text, token);
	p->left = comment ? LEX_COMMENT : token->code;
	if (comment && memchr(r->text + token->begin, '\n', token->end - token->begin))
		p->broken = true;
	if (is_line_comment(r, token))
		p->breaking = p->broken = true;
	r->at++;
}

/* The text, on a new line when what follows would be part of a comment. */
static const char *end_of(const reader *r, piece *p)
{
	if (p->breaking)
		line_break(r, p);
	fmt_put(&p->text, "", 0);
	return p->text.at;
}

/* ---- rows ---- */

static fmt_row *add_row(reader *r, fmt_kind kind)
{
	fmt_row *row = idl_arena_alloc(r->arena, sizeof *row);
	row->kind = kind;
	row->indent = r->indent;
	row->end = "";
	if (r->last)
		r->last->next = row;
	else
		r->first = row;
	r->last = row;
	return row;
}

static fmt_row *add_text(reader *r, fmt_kind kind, const char *text)
{
	fmt_row *row = add_row(r, kind);
	row->cells[0] = text;
	return row;
}

/* An empty line of the text stays one, except behind '{' and before '}'. */
static void keep_blank(reader *r, bool first)
{
	if (r->blank[r->at] && !first && r->last && now(r)->code != TOK_RBRACE &&
	    now(r)->code != LEX_END)
		add_row(r, FMT_BLANK);
}

/* Remarks behind a statement, on its line. */
static void take_remarks(reader *r, fmt_row *row)
{
	piece p = { .text = { .arena = r->arena }, .hang = HANG };
	while (is_comment(now(r)->code) && !now(r)->first_on_line) {
		if (p.left)
			fmt_puts(&p.text, " ");
		put_token(r, &p.text, now(r));
		p.left = LEX_COMMENT;
		r->at++;
	}
	if (p.left)
		row->comment = end_of(r, &p);
}

static void take_comment(reader *r)
{
	piece p = { .text = { .arena = r->arena }, .hang = HANG };
	put_token(r, &p.text, now(r));
	r->at++;
	add_text(r, FMT_COMMENT, end_of(r, &p));
}

/* ---- statements ---- */

/* "name:" | "type = default" | "@attributes"; one cell when it has to break. */
static void take_field(reader *r)
{
	piece p[3] = { { .text = { .arena = r->arena } },
		       { .text = { .arena = r->arena } },
		       { .text = { .arena = r->arena } } };
	size_t cell = 0, depth = 0, start = r->at;
	while (now(r)->code != TOK_SEMI) {
		int code = now(r)->code;
		depth += code == TOK_LPAREN;
		depth -= code == TOK_RPAREN;
		if (code == TOK_AT && !depth)
			cell = 2;
		take(r, &p[cell]);
		if (cell == 0 && code == TOK_COLON)
			cell = 1;
	}
	if (p[0].broken || p[1].broken || p[2].broken) {
		piece whole = { .text = { .arena = r->arena }, .hang = HANG };
		r->at = start;
		while (now(r)->code != TOK_SEMI)
			take(r, &whole);
		add_text(r, FMT_OTHER, end_of(r, &whole))->end = ";";
	} else {
		fmt_row *row = add_row(r, FMT_FIELD);
		row->cells[0] = end_of(r, &p[0]);
		row->cells[1] = end_of(r, &p[1]);
		row->cells[2] = p[2].text.length ? end_of(r, &p[2]) : NULL;
		row->end = ";";
	}
	r->at++;
	take_remarks(r, r->last);
}

/* The parameters of a call, each on its line when `split`. */
static void take_call_text(reader *r, piece *p, bool split)
{
	size_t depth = 0;
	bool params = true;
	while (now(r)->code != TOK_SEMI) {
		int code = now(r)->code;
		bool opens = params && code == TOK_LPAREN && !depth;
		bool closes = params && code == TOK_RPAREN && depth == 1;
		bool inside = params && depth && !closes;
		depth += code == TOK_LPAREN;
		depth -= code == TOK_RPAREN;
		params &= !closes;
		p->hang = closes ? 0 : inside && split ? 1 : HANG;
		p->breaking |= closes && split;
		take(r, p);
		bool next = opens || (inside && depth == 1 && code == TOK_COMMA);
		bool remark = is_comment(now(r)->code) && !now(r)->first_on_line;
		p->breaking |= split && (next || p->left == LEX_COMMENT) && !remark;
	}
	p->hang = 0;
}

static bool params_on_lines(const reader *r)
{
	size_t i = r->at;
	while (r->items[i].code != TOK_LPAREN)
		i++;
	return r->items[i + 1].first_on_line && r->items[i + 1].code != TOK_RPAREN;
}

static void take_call(reader *r)
{
	piece word = { .text = { .arena = r->arena }, .hang = HANG }, rest = word;
	size_t start = r->at;
	bool split = params_on_lines(r);
	bool empty = peek(r, 3) == TOK_RPAREN;
	take(r, &word);
	if (!split) {
		take_call_text(r, &rest, false);
		if (word.broken || rest.broken ||
		    r->indent + word.text.length + 2 + rest.text.length > LINE)
			split = !empty;
	}
	if (split) {
		piece whole = { .text = { .arena = r->arena }, .hang = HANG };
		r->at = start;
		take_call_text(r, &whole, true);
		add_text(r, FMT_OTHER, end_of(r, &whole))->end = ";";
	} else {
		fmt_row *row = add_row(r, FMT_CALL);
		row->cells[0] = end_of(r, &word);
		row->cells[1] = end_of(r, &rest);
		row->end = ";";
	}
	r->at++;
	take_remarks(r, r->last);
}

static void take_plain(reader *r)
{
	piece p = { .text = { .arena = r->arena }, .hang = HANG };
	while (now(r)->code != TOK_SEMI)
		take(r, &p);
	add_text(r, FMT_OTHER, end_of(r, &p))->end = ";";
	r->at++;
	take_remarks(r, r->last);
}

static void take_value(reader *r)
{
	piece name = { .text = { .arena = r->arena }, .hang = HANG }, attrs = name;
	size_t depth = 0;
	take(r, &name);
	while (depth || (now(r)->code != TOK_COMMA && now(r)->code != TOK_RBRACE)) {
		depth += now(r)->code == TOK_LPAREN;
		depth -= now(r)->code == TOK_RPAREN;
		if (is_comment(now(r)->code) && peek(r, 0) == TOK_RBRACE)
			break; /* belongs to the end of the list */
		take(r, &attrs);
	}
	fmt_row *row = add_row(r, name.broken || attrs.broken ? FMT_OTHER : FMT_VALUE);
	row->cells[0] = end_of(r, &name);
	row->cells[1] = attrs.text.length ? end_of(r, &attrs) : NULL;
	if (row->kind == FMT_OTHER && row->cells[1])
		row->cells[0] = idl_arena_printf(r->arena, "%s %s", row->cells[0], row->cells[1]);
	if (now(r)->code == TOK_COMMA) {
		row->end = ",";
		r->at++;
	}
	take_remarks(r, row);
}

/* ---- bodies ---- */

/* Where the body that opens at `open` closes; 0 when it cannot stand on one line. */
static size_t one_line_end(const reader *r, size_t open)
{
	size_t depth = 0;
	for (size_t i = open; i < r->count; i++) {
		const lex_token *token = &r->items[i];
		if (is_comment(token->code) || (i > open && token->first_on_line))
			return 0;
		depth += token->code == TOK_LBRACE;
		depth -= token->code == TOK_RBRACE;
		if (!depth)
			return i;
	}
	return 0;
}

static bool at_body(const reader *r, const piece *p)
{
	return now(r)->code == TOK_LBRACE && p->left != TOK_EQ;
}

static void take_body(reader *r, bool is_enum);

/* A head and its body, on one line when it was and fits. */
static void take_declaration(reader *r, bool is_enum)
{
	piece head = { .text = { .arena = r->arena }, .hang = HANG };
	while (!at_body(r, &head) && now(r)->code != TOK_SEMI)
		take(r, &head);
	if (now(r)->code == TOK_SEMI) { /* error Full; */
		add_text(r, FMT_OTHER, end_of(r, &head))->end = ";";
		r->at++;
		take_remarks(r, r->last);
		return;
	}
	size_t open = r->at,
	       end = r->items[open + 1].code == TOK_RBRACE ? open + 1 : one_line_end(r, open);
	if (end && !head.broken) {
		piece whole = { .text = { .arena = r->arena }, .left = head.left };
		fmt_puts(&whole.text, end_of(r, &head));
		while (r->at <= end)
			take(r, &whole);
		if (r->indent + whole.text.length <= LINE || end == open + 1) {
			take_remarks(r, add_text(r, FMT_OTHER, end_of(r, &whole)));
			return;
		}
		r->at = open;
	}
	take(r, &head);
	take_remarks(r, add_text(r, FMT_OTHER, end_of(r, &head)));
	r->indent += STEP;
	take_body(r, is_enum);
	r->indent -= STEP;
	r->at++;
	take_remarks(r, add_text(r, FMT_OTHER, "}"));
}

static bool is_mark(int code)
{
	return code == TOK_COLON || code == TOK_QUESTION;
}

static void take_member(reader *r)
{
	int code = now(r)->code, next = peek(r, 1);
	if ((code == TOK_ACTION || code == TOK_TASK || code == TOK_EVENT) && !is_mark(next))
		take_call(r);
	else if (code == TOK_PRESENCE && !is_mark(next))
		take_declaration(r, false);
	else if (code == TOK_RESERVED && !is_mark(next))
		take_plain(r);
	else
		take_field(r);
}

static void take_body(reader *r, bool is_enum)
{
	for (bool first = true; now(r)->code != TOK_RBRACE; first = false) {
		keep_blank(r, first);
		if (is_comment(now(r)->code))
			take_comment(r);
		else if (is_enum)
			take_value(r);
		else
			take_member(r);
	}
}

fmt_row *fmt_read(const char *text, idl_arena *arena)
{
	reader r = { .arena = arena, .text = text };
	collect(&r);
	while (now(&r)->code != LEX_END) {
		int code = now(&r)->code;
		keep_blank(&r, !r.last);
		if (is_comment(code))
			take_comment(&r);
		else if (code == TOK_PACKAGE || code == TOK_IMPORT || code == TOK_OPTION ||
			 code == TOK_CONST)
			take_plain(&r);
		else
			take_declaration(&r, code == TOK_ENUM || code == TOK_OPEN);
	}
	return r.first;
}
