#include "fmt.h"

#include "fmt_layout.h"
#include "load.h"
#include "source.h"

#include <string.h>

/* The next token that is none of the ';' the layout drops, and no comment; or a comment. */
static lex_token next(lexer *lex, bool comments)
{
	for (;;) {
		lex_token token = lexer_next(lex);
		bool comment = token.code == LEX_COMMENT || token.code == LEX_DOC;
		if (token.code == LEX_END || (comment == comments && token.code != TOK_SEMI))
			return token;
	}
}

static size_t trimmed(const char *text, lex_token token)
{
	size_t end = token.end;
	while (end > token.begin && strchr(" \t\r", text[end - 1]))
		end--;
	return end - token.begin;
}

/* Do both texts consist of the same tokens, or the same comments? Block comments are compared by
 * their first line, the blanks at line ends of the others may go. */
static bool same(const char *a, const char *b, bool comments)
{
	lexer la, lb;
	lexer_init(&la, a);
	lexer_init(&lb, b);
	for (;;) {
		lex_token x = next(&la, comments), y = next(&lb, comments);
		if (x.code != y.code)
			return false;
		if (x.code == LEX_END)
			return true;
		size_t m = trimmed(a, x), n = trimmed(b, y);
		if (comments) {
			m = strcspn(a + x.begin, "\n") < m ? strcspn(a + x.begin, " \t\r\n") : m;
			n = strcspn(b + y.begin, "\n") < n ? strcspn(b + y.begin, " \t\r\n") : n;
		}
		if (m != n || memcmp(a + x.begin, b + y.begin, m) != 0)
			return false;
	}
}

static void layout(const idl_file *file, check *c, fmt_result *result)
{
	fmt_buffer out = { .arena = c->arena };
	result->before = (idl_text){ file->source->text, file->source->length };
	if (diag_errors(c->diags)) {
		result->failed = true;
		return;
	}
	fmt_put(&out, "", 0);
	fmt_rows(fmt_read(file->source->text, c->arena), &out);
	if (!same(file->source->text, out.at, false) || !same(file->source->text, out.at, true)) {
		diag_add_path(c->diags, DIAG_E0001, file->path,
			      "cannot be formatted without changing what it says");
		result->failed = true;
		return;
	}
	result->after = (idl_text){ out.at, out.length };
	result->changed = out.length != result->before.length ||
			  memcmp(out.at, result->before.at, out.length) != 0;
}

/* text NULL: read the path. Out of memory comes back through the guard. */
static bool guarded(check *c, const char *text, size_t length, fmt_result *result)
{
	jmp_buf guard;
	if (setjmp(guard))
		return false;
	idl_arena_guard(c->arena, &guard);
	c->diags = diag_list_new(c->arena, 0);
	idl_options options = { 0 };
	loader *l = loader_new(c, &options);
	loader_no_imports(l);
	idl_file *file =
		text ? loader_text(l, result->path, text, length) : loader_root(l, result->path);
	result->io_failed = loader_failed(l);
	result->failed = !file;
	if (file)
		layout(file, c, result);
	diag_list_finish(c->diags);
	idl_arena_guard(c->arena, NULL);
	return true;
}

static void run(const char *path, const char *text, size_t length, fmt_result *result)
{
	*result = (fmt_result){ .arena = idl_arena_new(), .path = path };
	check c = { .arena = result->arena };
	if (!result->arena || !guarded(&c, text, length, result)) {
		idl_arena_free(result->arena);
		*result = (fmt_result){ .path = path, .failed = true, .io_failed = true };
		return;
	}
	result->diags = c.diags;
}

void fmt_load(const char *path, fmt_result *result)
{
	run(path, NULL, 0, result);
}

void fmt_text(const char *path, const char *text, size_t length, fmt_result *result)
{
	run(path, text, length, result);
}

void fmt_release(fmt_result *result)
{
	idl_arena_free(result->arena);
	*result = (fmt_result){ 0 };
}
