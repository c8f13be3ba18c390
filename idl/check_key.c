/*
 * Keys of models: the template and its parameters, and templates that could give the same key.
 *
 * A value of a parameter is percent-encoded, so it is never empty and holds no '/'. Which bytes it
 * can hold follows from its type; two templates meet when some text fits both.
 */
#include "check.h"
#include "source.h"

#include <stdlib.h>
#include <string.h>

/* More is a mistake; and each is compared with the others. */
enum { MOST_PARAMS = 16 };

/* ---- the template ---- */

typedef struct {
	idl_key_part *first, *last;
} parts;

static idl_key_part *add_part(check *c, parts *list, const char *literal, size_t length,
			      const idl_field *param)
{
	idl_key_part *part = idl_arena_alloc(c->arena, sizeof *part);
	part->literal = param ? NULL : idl_arena_copy(c->arena, literal, length);
	part->param = param;
	if (list->last)
		list->last->next = part;
	else
		list->first = part;
	list->last = part;
	return part;
}

/* The bytes of the template at `offset`; the quotes and escapes make it exact only for plain text.
 */
static idl_span within(idl_span span, size_t offset, size_t length)
{
	idl_span inner = { span.source, span.begin + 1 + offset, span.begin + 1 + offset + length };
	return inner.end < span.end ? inner : span;
}

static void unknown_param(check *c, const idl_model *model, idl_span span, const char *name)
{
	diag *d = diag_add(c->diags, DIAG_E0510, span, "the model has no parameter '%s'", name);
	nearest n;
	nearest_init(&n, name);
	for (const idl_field *param = model->params.first; param; param = param->next)
		nearest_offer(&n, param->name);
	if (n.best)
		diag_help(d, "did you mean '%s'?", n.best);
}

/* {name}, which stands at `span`. */
static bool parse_param(check *c, const idl_model *model, parts *list, idl_span span,
			const char *name)
{
	const idl_field *param = model->params.first;
	while (param && strcmp(param->name, name) != 0)
		param = param->next;
	if (!param) {
		unknown_param(c, model, span, name);
		return false;
	}
	for (const idl_key_part *part = list->first; part; part = part->next) {
		if (part->param == param) {
			diag_add(c->diags, DIAG_E0510, span, "'{%s}' is there twice", name);
			return false;
		}
	}
	if (list->last && list->last->param) {
		diag_add(c->diags, DIAG_E0510, span,
			 "a separator is needed between two parameters");
		return false;
	}
	add_part(c, list, NULL, 0, param);
	return true;
}

/* Literals and {names} in turn; every parameter once. */
static void parse_template(check *c, idl_decl *decl, idl_span span)
{
	idl_model *model = &decl->as.model;
	parts list = { 0 };
	for (const char *at = model->key; *at;) {
		size_t length = strcspn(at, "{}");
		if (length)
			add_part(c, &list, at, length, NULL);
		at += length;
		if (!*at)
			break;
		const char *close = *at == '{' ? strchr(at, '}') : NULL;
		if (!close) {
			diag_add(c->diags, DIAG_E0510, within(span, (size_t)(at - model->key), 1),
				 "braces in a key come in pairs");
			return;
		}
		length = (size_t)(close - at - 1);
		if (!parse_param(c, model, &list,
				 within(span, (size_t)(at + 1 - model->key), length),
				 idl_arena_copy(c->arena, at + 1, length)))
			return;
		at = close + 1;
	}
	for (idl_field *param = model->params.first; param; param = param->next) {
		const idl_key_part *part = list.first;
		while (part && part->param != param)
			part = part->next;
		if (part)
			continue;
		diag *d = diag_add(c->diags, DIAG_E0510, span, "the key lacks parameter '%s'",
				   param->name);
		diag_note(d, param->span, "declared here");
		return;
	}
	model->key_parts = list.first;
}

/* Without @key: the name, and the parameters behind it. */
static void default_template(check *c, idl_decl *decl)
{
	idl_model *model = &decl->as.model;
	parts list = { 0 };
	const char *key = decl->name;
	add_part(c, &list, key, strlen(key), NULL);
	for (const idl_field *param = model->params.first; param; param = param->next) {
		key = idl_arena_printf(c->arena, "%s/{%s}", key, param->name);
		if (list.last->param)
			add_part(c, &list, "/", 1, NULL);
		else
			list.last->literal = idl_arena_printf(c->arena, "%s/", list.last->literal);
		add_part(c, &list, NULL, 0, param);
	}
	model->key = key;
	model->key_parts = list.first;
}

/* ---- templates that meet ---- */

/* A template as steps: a byte, or one or more bytes of a set. */
typedef struct {
	const idl_field *param; /* or NULL */
	char byte;
} stop;

typedef struct {
	const idl_decl *decl;
	idl_span span;
	stop *stops;
	size_t count;
	size_t order; /* among all models */
} pattern;

static pattern pattern_of(check *c, const idl_decl *decl)
{
	const idl_model *model = &decl->as.model;
	const idl_attr *attr = idl_attr_find(decl->attrs, IDL_ATTR_KEY);
	pattern p = { .decl = decl, .span = attr && attr->args ? attr->args->span : decl->span };
	size_t room = 0;
	for (const idl_key_part *part = model->key_parts; part; part = part->next)
		room += part->literal ? strlen(part->literal) : 1;
	p.stops = idl_arena_array(c->arena, room + 1, sizeof *p.stops);
	for (const idl_key_part *part = model->key_parts; part; part = part->next) {
		if (part->param)
			p.stops[p.count++].param = part->param;
		for (const char *at = part->literal; at && *at; at++)
			p.stops[p.count++].byte = *at;
	}
	return p;
}

/* What percent-encoding leaves (RFC 3986 section 2.3), narrowed by the type. */
static bool can_hold(const idl_field *param, char byte)
{
	bool digit = byte >= '0' && byte <= '9';
	bool hex = digit || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
	switch (param->type->kind) {
	case IDL_UUID:
		return hex || byte == '-';
	case IDL_INT8:
	case IDL_INT16:
	case IDL_INT32:
	case IDL_INT64:
	case IDL_SAFEINT:
		return digit || byte == '-';
	case IDL_UINT8:
	case IDL_UINT16:
	case IDL_UINT32:
	case IDL_UINT64:
		return digit;
	default:
		return byte != '/';
	}
}

static bool compatible(const stop *a, const stop *b)
{
	if (!a->param && !b->param)
		return a->byte == b->byte;
	if (a->param && b->param)
		return true; /* all sets have digits in common */
	return a->param ? can_hold(a->param, b->byte) : can_hold(b->param, a->byte);
}

/*
 * Is there a text that fits both? reach[i][j]: some text ends inside or behind stop i of one and
 * stop j of the other. Row by row, as templates are short.
 */
static bool meet(check *c, const pattern *a, const pattern *b)
{
	bool *above = idl_arena_alloc(c->arena, b->count + 1);
	bool *row = idl_arena_alloc(c->arena, b->count + 1);
	above[0] = true;
	for (size_t i = 1; i <= a->count; i++) {
		row[0] = false;
		for (size_t j = 1; j <= b->count; j++) {
			const stop *x = &a->stops[i - 1], *y = &b->stops[j - 1];
			/* one more byte: both step on, or one stays in its parameter */
			bool from =
				above[j - 1] || (y->param && above[j]) || (x->param && row[j - 1]);
			row[j] = from && compatible(x, y);
		}
		bool *spare = above;
		above = row;
		row = spare;
	}
	return above[b->count] && a->count;
}

static void report_meeting(check *c, const pattern *a, const pattern *b)
{
	bool in_order = a->span.source == b->span.source
				? a->span.begin < b->span.begin
				: a->span.source->number < b->span.source->number;
	const pattern *first = in_order ? a : b, *second = in_order ? b : a;
	diag *d = diag_add(c->diags, DIAG_E0511, second->span,
			   "keys of '%s' and '%s' can be the same text", first->decl->name,
			   second->decl->name);
	diag_note(d, first->span, "the other is here");
}

/* How far the bytes before the first parameter are the same; -1 and 1 as strcmp() where not. */
static int compare_prefix(const pattern *a, const pattern *b)
{
	for (size_t i = 0;; i++) {
		bool a_ends = i == a->count || a->stops[i].param;
		bool b_ends = i == b->count || b->stops[i].param;
		if (a_ends || b_ends)
			return 0;
		if (a->stops[i].byte != b->stops[i].byte)
			return (unsigned char)a->stops[i].byte < (unsigned char)b->stops[i].byte
				       ? -1
				       : 1;
	}
}

static size_t prefix_length(const pattern *p)
{
	size_t length = 0;
	while (length < p->count && !p->stops[length].param)
		length++;
	return length;
}

static int by_prefix(const void *one, const void *other)
{
	const pattern *a = one, *b = other;
	int order = compare_prefix(a, b);
	size_t m = prefix_length(a), n = prefix_length(b);
	if (order)
		return order;
	if (m != n)
		return m < n ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* In the order of their prefixes, those that can meet a template stand right behind it. */
static void check_meetings(check *c, pattern *patterns, size_t count)
{
	qsort(patterns, count, sizeof *patterns, by_prefix);
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count && !compare_prefix(&patterns[i], &patterns[j]);
		     j++)
			if (meet(c, &patterns[i], &patterns[j])) {
				report_meeting(c, &patterns[i], &patterns[j]);
				break;
			}
}

void check_keys(check *c, idl_file *files)
{
	size_t count = 0;
	for (idl_file *file = files; file; file = file->next)
		for (idl_decl *decl = file->decls; decl; decl = decl->next) {
			if (decl->kind != IDL_DECL_MODEL)
				continue;
			const idl_attr *attr = idl_attr_find(decl->attrs, IDL_ATTR_KEY);
			if (decl->as.model.params.count > MOST_PARAMS)
				diag_add(c->diags, DIAG_E0510, decl->span,
					 "a model has at most %d parameters", MOST_PARAMS);
			else if (decl->as.model.key)
				parse_template(c, decl, attr->args->span);
			else
				default_template(c, decl);
			count += decl->as.model.key_parts != NULL;
		}
	pattern *patterns = idl_arena_array(c->arena, count + 1, sizeof *patterns);
	count = 0;
	for (idl_file *file = files; file; file = file->next)
		for (idl_decl *decl = file->decls; decl; decl = decl->next)
			if (decl->kind == IDL_DECL_MODEL && decl->as.model.key_parts) {
				patterns[count] = pattern_of(c, decl);
				patterns[count].order = count;
				count++;
			}
	check_meetings(c, patterns, count);
}
