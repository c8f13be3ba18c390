/*
 * Keys of models: the template and its parameters, and templates that could give the same key.
 *
 * A value of a parameter is percent-encoded, so it is never empty and holds no '/'. Which bytes it
 * can hold follows from its type; two templates meet when some text fits both.
 */
#include "check.h"

#include <string.h>

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

/* The bytes of the template at `offset`; the quotes and escapes make it exact only for plain text. */
static idl_span within(idl_span span, size_t offset, size_t length)
{
	idl_span inner = {span.source, span.begin + 1 + offset, span.begin + 1 + offset + length};
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

static bool parse_param(check *c, idl_model *model, parts *list, names *params, idl_span span,
                        const char *open, const char *close)
{
	size_t length = (size_t)(close - open - 1);
	const char *name = idl_arena_copy(c->arena, open + 1, length);
	idl_span inner = within(span, (size_t)(open + 1 - model->key), length);
	const idl_field *param = names_get(params, name);
	if (!param) {
		unknown_param(c, model, inner, name);
		return false;
	}
	for (const idl_key_part *part = list->first; part; part = part->next) {
		if (part->param == param) {
			diag_add(c->diags, DIAG_E0510, inner, "'{%s}' is there twice", name);
			return false;
		}
	}
	if (list->last && list->last->param) {
		diag_add(c->diags, DIAG_E0510, inner, "a separator is needed between two parameters");
		return false;
	}
	add_part(c, list, NULL, 0, param);
	return true;
}

/* Literals and {names} in turn; every parameter once. */
static void parse_template(check *c, idl_decl *decl, idl_span span)
{
	idl_model *model = &decl->as.model;
	parts list = {0};
	names params = {0};
	for (idl_field *param = model->params.first; param; param = param->next)
		names_put(&params, c->arena, param->name, param);
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
		if (!parse_param(c, model, &list, &params, span, at, close))
			return;
		at = close + 1;
	}
	for (idl_field *param = model->params.first; param; param = param->next) {
		const idl_key_part *part = list.first;
		while (part && part->param != param)
			part = part->next;
		if (part)
			continue;
		diag *d = diag_add(c->diags, DIAG_E0510, span, "the key lacks parameter '%s'", param->name);
		diag_note(d, param->span, "declared here");
		return;
	}
	model->key_parts = list.first;
}

/* Without @key: the name, and the parameters behind it. */
static void default_template(check *c, idl_decl *decl)
{
	idl_model *model = &decl->as.model;
	parts list = {0};
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
	bool has_params;
} pattern;

static pattern pattern_of(check *c, const idl_decl *decl)
{
	const idl_model *model = &decl->as.model;
	const idl_attr *attr = idl_attr_find(decl->attrs, IDL_ATTR_KEY);
	pattern p = {.decl = decl, .span = attr && attr->args ? attr->args->span : decl->span};
	size_t room = 0;
	for (const idl_key_part *part = model->key_parts; part; part = part->next)
		room += part->literal ? strlen(part->literal) : 1;
	p.stops = idl_arena_array(c->arena, room + 1, sizeof *p.stops);
	for (const idl_key_part *part = model->key_parts; part; part = part->next) {
		p.has_params |= part->param != NULL;
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
			bool from = above[j - 1] || (y->param && above[j]) || (x->param && row[j - 1]);
			row[j] = from && compatible(x, y);
		}
		bool *spare = above;
		above = row;
		row = spare;
	}
	return above[b->count] && a->count;
}

static void report_meeting(check *c, const pattern *first, const pattern *second)
{
	diag *d = diag_add(c->diags, DIAG_E0511, second->span,
	                   "keys of '%s' and '%s' can be the same text", first->decl->name,
	                   second->decl->name);
	diag_note(d, first->span, "the other is here");
}

/* Fixed keys are looked up; only those with parameters are compared one by one. */
static void check_meetings(check *c, pattern *patterns, size_t count)
{
	names fixed = {0};
	for (size_t i = 0; i < count; i++) {
		pattern *first = NULL;
		if (!patterns[i].has_params)
			first = names_put(&fixed, c->arena, patterns[i].decl->as.model.key, &patterns[i]);
		for (size_t j = 0; j < count && !first; j++)
			if (j != i && patterns[j].has_params && (j < i || !patterns[i].has_params) &&
			    meet(c, &patterns[j], &patterns[i])) {
				first = &patterns[j];
				break;
			}
		if (!first)
			continue;
		if (first < &patterns[i])
			report_meeting(c, first, &patterns[i]);
		else
			report_meeting(c, &patterns[i], first);
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
			if (decl->as.model.key)
				parse_template(c, decl, attr->args->span);
			else
				default_template(c, decl);
			count += decl->as.model.key_parts != NULL;
		}
	pattern *patterns = idl_arena_array(c->arena, count + 1, sizeof *patterns);
	count = 0;
	for (idl_file *file = files; file; file = file->next)
		for (idl_decl *decl = file->decls; decl; decl = decl->next)
			if (decl->kind == IDL_DECL_MODEL && decl->as.model.key_parts)
				patterns[count++] = pattern_of(c, decl);
	check_meetings(c, patterns, count);
}
