/* Diagnostics for people. */
#include "diag.h"
#include "source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A line longer than this is shown in part, around the caret. */
enum { SHOWN = 160 };

#define BOLD	"\033[1m"
#define RED	"\033[1;31m"
#define MAGENTA "\033[1;35m"
#define CYAN	"\033[1;36m"
#define GREEN	"\033[1;32m"
#define RESET	"\033[0m"

bool diag_wants_colour(FILE *out)
{
	const char *term = getenv("TERM");
	const char *no = getenv("NO_COLOR");
	return isatty(fileno(out)) && (!no || !*no) && term && strcmp(term, "dumb") != 0;
}

/* Columns of a terminal: 0 for combining marks, 2 for the wide blocks of East Asia and emoji. */
static int width(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		int columns;
	} blocks[] = {
		{ 0x0300, 0x036F, 0 },	 { 0x0483, 0x0489, 0 },	  { 0x0591, 0x05BD, 0 },
		{ 0x064B, 0x065F, 0 },	 { 0x1100, 0x115F, 2 },	  { 0x1AB0, 0x1AFF, 0 },
		{ 0x200B, 0x200F, 0 },	 { 0x202A, 0x202E, 0 },	  { 0x20D0, 0x20FF, 0 },
		{ 0x2E80, 0x303E, 2 },	 { 0x3041, 0xA4CF, 2 },	  { 0xAC00, 0xD7A3, 2 },
		{ 0xF900, 0xFAFF, 2 },	 { 0xFE00, 0xFE0F, 0 },	  { 0xFE20, 0xFE2F, 0 },
		{ 0xFE30, 0xFE6F, 2 },	 { 0xFF00, 0xFF60, 2 },	  { 0xFFE0, 0xFFE6, 2 },
		{ 0x1F300, 0x1F64F, 2 }, { 0x1F680, 0x1F6FF, 2 }, { 0x1F900, 0x1F9FF, 2 },
		{ 0x20000, 0x3FFFD, 2 },
	};
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (c >= blocks[i].from && c <= blocks[i].to)
			return blocks[i].columns;
	return 1;
}

/* Bidirectional controls can make a line read as something it is not; so can terminal escapes. */
static bool harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* One character of a source line; answers its length. `mark` is what stands for it below. */
static size_t character(const char *at, const char *end, char mark, FILE *out)
{
	size_t length = idl_utf8_length(at, end);
	bool fine = length && !harmful(idl_utf8_decode(at));
	int columns = fine ? width(idl_utf8_decode(at)) : 1;
	if (*at == '\t') {
		fputc(mark ? mark == ' ' ? '\t' : mark : '\t', out);
		return 1;
	}
	if (mark)
		for (int i = 0; i < columns; i++)
			fputc(mark, out);
	else if (fine)
		fwrite(at, 1, length, out);
	else
		fputc('?', out);
	return length ? length : 1;
}

static const char *character_start(const char *at, const char *line)
{
	while (at > line && ((unsigned char)*at & 0xC0) == 0x80)
		at--;
	return at;
}

/* The source line and, below, the caret with the help behind it. */
static void excerpt(idl_span span, const char *help, bool colour, FILE *out)
{
	size_t number = idl_source_position(span.source, span.begin).line;
	idl_text line = idl_source_line(span.source, number);
	const char *end = line.at + line.length;
	const char *begin = line.at;
	const char *from = span.source->text + span.begin;
	if (from > end)
		from = end;
	const char *to = span.source->text + span.end;
	if (to > end)
		to = end;
	if (line.length > SHOWN) {
		if (from - begin > SHOWN / 2)
			begin = character_start(from - SHOWN / 2, line.at);
		if (end - begin > SHOWN)
			end = character_start(begin + SHOWN, line.at);
		if (to > end)
			to = end;
	}
	const char *before = begin > line.at ? "..." : "";
	fprintf(out, "%4zu | %s", number, before);
	for (const char *c = begin; c < end;)
		c += character(c, end, 0, out);
	fprintf(out, "%s\n     | %s", end < line.at + line.length ? "..." : "",
		*before ? "   " : "");
	for (const char *c = begin; c < from;)
		c += character(c, end, ' ', out);
	fputs(colour ? GREEN : "", out);
	if (from >= to) {
		fputc('^', out);
	} else {
		size_t first = idl_utf8_length(from, end);
		bool wide = first && width(idl_utf8_decode(from)) == 2;
		fputs(wide ? "^~" : "^", out);
		for (const char *c = from + (first ? first : 1); c < to;)
			c += character(c, end, '~', out);
	}
	fputs(colour ? RESET : "", out);
	if (help)
		fprintf(out, " help: %s", help);
	fputc('\n', out);
}

typedef struct {
	const char *name, *colour;
} kind;

static void heading(const char *path, idl_span span, kind what, const char *message, bool colour,
		    FILE *out)
{
	fputs(colour ? BOLD : "", out);
	for (const char *c = span.source ? span.source->path : path; c && *c; c++)
		fputc((unsigned char)*c < 0x20 || *c == 0x7F ? '?' : *c, out);
	if (span.source) {
		idl_position at = idl_source_position(span.source, span.begin);
		fprintf(out, ":%zu:%zu", at.line, at.column);
	}
	fprintf(out, ": %s%s:%s %s%s", colour ? what.colour : "", what.name,
		colour ? RESET BOLD : "", message, colour ? RESET : "");
}

static void render(const diag *d, bool colour, FILE *out)
{
	heading(d->path, d->span,
		d->warning ? (kind){ "warning", MAGENTA } : (kind){ "error", RED }, d->message,
		colour, out);
	fprintf(out, " [%s]\n", diag_code_name(d->code));
	if (d->span.source)
		excerpt(d->span, d->help, colour, out);
	else if (d->help)
		fprintf(out, "     | help: %s\n", d->help);
	for (const diag_related *note = d->notes; note; note = note->next) {
		heading(NULL, note->span, (kind){ "note", CYAN }, note->message, colour, out);
		fputc('\n', out);
		if (note->span.source)
			excerpt(note->span, NULL, colour, out);
	}
}

void diag_render_text(const diag_list *list, FILE *out, bool colour)
{
	size_t left = diag_shown(list);
	size_t errors = diag_errors(list);
	for (const diag *d = diag_first(list); d && left; d = d->next, left--) {
		render(d, colour, out);
		errors -= !d->warning;
	}
	if (errors)
		fprintf(out, "and %zu more error%s\n", errors, errors == 1 ? "" : "s");
}
