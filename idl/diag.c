#include "diag.h"

#include "source.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 1000 };

struct diag_list {
	idl_arena *arena;
	diag *first, *last;
	size_t kept, max, errors, warnings;
	diag spare; /* what is beyond KEPT goes here */
};

static const char *const names[DIAG_CODES] = {
#define X(code, summary, text, wrong, right) [DIAG_##code] = #code,
	IDL_CODES(X)
#undef X
};

const char *diag_code_name(diag_code code)
{
	return names[code];
}

diag_list *diag_list_new(idl_arena *arena, size_t max)
{
	diag_list *list = idl_arena_alloc(arena, sizeof *list);
	list->arena = arena;
	list->max = max ? max : 20;
	list->spare.arena = arena;
	return list;
}

/* Names and paths come from files we do not trust: no control characters to a terminal. */
static const char *cleaned(char *text)
{
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
	return text;
}

static bool same_place(idl_span a, idl_span b)
{
	return a.source && a.source == b.source && a.begin == b.begin;
}

static diag *add(diag_list *list, diag_code code, idl_span span, const char *path,
		 const char *format, va_list args)
{
	bool warning = names[code][0] == 'W';
	if (list->last && list->last->code == code && same_place(list->last->span, span)) {
		list->spare = (diag){ .arena = list->arena };
		return &list->spare;
	}
	if (warning)
		list->warnings++;
	else
		list->errors++;
	if (list->kept >= KEPT) {
		list->spare = (diag){ .arena = list->arena };
		return &list->spare;
	}
	diag *d = idl_arena_alloc(list->arena, sizeof *d);
	*d = (diag){ .code = code, .warning = warning, .span = span, .arena = list->arena };
	d->path = path ? cleaned(idl_arena_copy(list->arena, path, strlen(path))) : NULL;
	d->message = cleaned(idl_arena_vprintf(list->arena, format, args));
	d->order = list->kept++;
	if (list->last)
		list->last->next = d;
	else
		list->first = d;
	list->last = d;
	return d;
}

diag *diag_add(diag_list *list, diag_code code, idl_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	diag *d = add(list, code, span, NULL, format, args);
	va_end(args);
	return d;
}

diag *diag_add_path(diag_list *list, diag_code code, const char *path, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	diag *d = add(list, code, (idl_span){ 0 }, path, format, args);
	va_end(args);
	return d;
}

void diag_note(diag *d, idl_span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	diag_related *note = idl_arena_alloc(d->arena, sizeof *note);
	note->span = span;
	note->message = cleaned(idl_arena_vprintf(d->arena, format, args));
	va_end(args);
	if (d->last_note)
		d->last_note->next = note;
	else
		d->notes = note;
	d->last_note = note;
}

void diag_help(diag *d, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	d->help = cleaned(idl_arena_vprintf(d->arena, format, args));
	va_end(args);
}

static int compare(const void *a, const void *b)
{
	const diag *x = *(const diag *const *)a, *y = *(const diag *const *)b;
	size_t xs = x->span.source ? x->span.source->number : 0;
	size_t ys = y->span.source ? y->span.source->number : 0;
	if (xs != ys)
		return xs < ys ? -1 : 1;
	if (x->span.begin != y->span.begin)
		return x->span.begin < y->span.begin ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void diag_list_finish(diag_list *list)
{
	if (list->kept < 2)
		return;
	diag **sorted = idl_arena_array(list->arena, list->kept, sizeof(diag *));
	size_t count = 0;
	for (diag *d = list->first; d; d = d->next)
		sorted[count++] = d;
	qsort(sorted, count, sizeof *sorted, compare);
	for (size_t i = 0; i + 1 < count; i++)
		sorted[i]->next = sorted[i + 1];
	sorted[count - 1]->next = NULL;
	list->first = sorted[0];
	list->last = sorted[count - 1];
}

size_t diag_errors(const diag_list *list)
{
	return list->errors;
}

size_t diag_warnings(const diag_list *list)
{
	return list->warnings;
}

const diag *diag_first(const diag_list *list)
{
	return list->first;
}

size_t diag_shown(const diag_list *list)
{
	return list->kept < list->max ? list->kept : list->max;
}
