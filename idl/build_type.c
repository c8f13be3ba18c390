/* Types, bounds and literals as written. */
#include "build.h"

#include "ring.h"
#include "source.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

RING(idl_attr)
RING(idl_arg)

static idl_span between(idl_span first, idl_span last)
{
	return (idl_span){ first.source, first.begin, last.end };
}

static idl_type *make(idl_build *b, idl_span span, const char *name, idl_span name_span,
		      idl_type *element, idl_bounds *bounds)
{
	struct {
		idl_type type;
		idl_written written;
	} *both = idl_arena_alloc(b->arena, sizeof *both);
	both->written.name = name;
	both->written.name_span = name_span;
	both->written.bounds = bounds;
	both->written.outer_span = bounds ? between(span, bounds->span) : span;
	both->type.span = span;
	both->type.element = element;
	both->type.written = &both->written;
	return &both->type;
}

idl_type *build_named(idl_build *b, idl_token path, idl_type *element, idl_bounds *bounds)
{
	return make(b, path.span, path.text, path.span, element, bounds);
}

idl_type *build_generic(idl_build *b, idl_token path, idl_type *element, idl_token close,
			idl_bounds *bounds)
{
	return make(b, between(path.span, close.span), path.text, path.span, element, bounds);
}

idl_type *build_pair(idl_build *b, idl_token path, idl_type *key, idl_type *element,
		     idl_token close, idl_bounds *bounds)
{
	diag *d =
		diag_add(b->diags, DIAG_E0106, key->span, "'%s' has one type argument", path.text);
	if (strcmp(path.text, "map") == 0)
		diag_help(d, "keys of a map are strings: write 'map<T>'");
	return build_generic(b, path, element, close, bounds);
}

idl_type *build_list(idl_build *b, idl_token open, idl_type *element, idl_token close,
		     idl_bounds *bounds)
{
	return make(b, between(open.span, close.span), NULL, open.span, element, bounds);
}

idl_type *build_brackets(idl_build *b, idl_token path, idl_token close)
{
	idl_span span = between(path.span, close.span);
	diag *d =
		diag_add(b->diags, DIAG_E0106, span, "a list is written with the brackets around");
	diag_help(d, "write '[%s]'", path.text);
	return make(b, span, NULL, span, build_named(b, path, NULL, NULL), NULL);
}

idl_type *build_nullable(idl_build *b, idl_type *type, idl_token pipe, idl_token null)
{
	(void)b;
	(void)pipe;
	idl_written *written = (idl_written *)(uintptr_t)type->written;
	type->nullable = true;
	written->null_span = null.span;
	written->outer_span = between(written->outer_span, null.span);
	return type;
}

idl_bounds *build_bounds(idl_build *b, idl_token open, idl_value *low, idl_value *high,
			 idl_token close)
{
	idl_bounds *bounds = idl_arena_alloc(b->arena, sizeof *bounds);
	*bounds = (idl_bounds){ low, high, between(open.span, close.span) };
	return bounds;
}

idl_bounds *build_bounds_single(idl_build *b, idl_token open, idl_value *only, idl_token close)
{
	idl_span span = only->span;
	int length = (int)(span.end - span.begin);
	const char *text = span.source->text + span.begin;
	diag *d = diag_add(b->diags, DIAG_E0106, span, "is this the least, the most, or both?");
	diag_help(d, "write '(..%.*s)' for at most or '(%.*s..%.*s)' for exactly", length, text,
		  length, text, length, text);
	only->kind = IDL_VALUE_BAD;
	return build_bounds(b, open, NULL, only, close);
}

/* ---- literals ---- */

static idl_value *value(idl_build *b, idl_value_kind kind, idl_span span)
{
	idl_value *v = idl_arena_alloc(b->arena, sizeof *v);
	v->kind = kind;
	v->span = span;
	return v;
}

static bool leading_zero(const char *digits)
{
	return digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
}

/* The digits of an INT token; false when they do not fit or begin with a needless zero. */
static bool whole(idl_build *b, idl_span span, bool *negative, uint64_t *number)
{
	const char *text = span.source->text + span.begin;
	*negative = *text == '-';
	text += *negative;
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	*number = 0;
	if (!hex && leading_zero(text)) {
		diag *d = diag_add(b->diags, DIAG_E0007, span, "a number has no leading zeros");
		diag_help(d, "0x marks hexadecimal; there is no octal");
		return false;
	}
	errno = 0;
	*number = strtoull(text, NULL, hex ? 16 : 10);
	if (errno || (*negative && *number > (uint64_t)INT64_MAX + 1)) {
		errno = 0;
		diag_add(b->diags, DIAG_E0007, span, "the number does not fit 64 bits");
		return false;
	}
	return true;
}

idl_value *build_int(idl_build *b, idl_token token)
{
	idl_value *v = value(b, IDL_VALUE_INT, token.span);
	bool negative;
	uint64_t number;
	if (!whole(b, token.span, &negative, &number)) {
		v->kind = IDL_VALUE_BAD;
		return v;
	}
	if (!negative && number > INT64_MAX)
		v->kind = IDL_VALUE_UINT;
	v->u = negative ? 0 : number;
	v->i = negative ? (int64_t)(0 - number) : number > INT64_MAX ? INT64_MAX : (int64_t)number;
	v->f = negative ? -(double)number : (double)number;
	return v;
}

idl_value *build_float(idl_build *b, idl_token token)
{
	idl_value *v = value(b, IDL_VALUE_FLOAT, token.span);
	const char *text = token.span.source->text + token.span.begin;
	v->f = strtod(text, NULL);
	if (leading_zero(text + (*text == '-'))) {
		diag_add(b->diags, DIAG_E0007, token.span, "a number has no leading zeros");
		v->kind = IDL_VALUE_BAD;
	} else if (v->f - v->f != 0) {
		diag_add(b->diags, DIAG_E0007, token.span, "the number does not fit a float64");
		v->kind = IDL_VALUE_BAD;
	}
	return v;
}

idl_value *build_bool(idl_build *b, idl_token token, bool truth)
{
	idl_value *v = value(b, IDL_VALUE_BOOL, token.span);
	v->b = truth;
	v->text = (idl_text){ truth ? "true" : "false", truth ? 4 : 5 };
	return v;
}

idl_value *build_null(idl_build *b, idl_token token)
{
	idl_value *v = value(b, IDL_VALUE_NULL, token.span);
	v->text = (idl_text){ "null", 4 };
	return v;
}

idl_value *build_empty(idl_build *b, idl_token open, idl_token close, bool object)
{
	idl_value *v = value(b, IDL_VALUE_EMPTY, between(open.span, close.span));
	v->object = object;
	return v;
}

idl_value *build_reference(idl_build *b, idl_token path)
{
	idl_value *v = value(b, IDL_VALUE_NAME, path.span);
	v->text = (idl_text){ path.text, strlen(path.text) };
	return v;
}

static int hex4(const char *at)
{
	int point = 0;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;
		if (digit < 0)
			return -1;
		point = point * 16 + digit;
	}
	return point;
}

/* One escape behind the backslash. Answers how many bytes it is long, 0 when it is bad. */
static size_t escape(const char *at, const char *end, char *out, size_t *written)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *known = at < end ? strchr(from, *at) : NULL;
	*written = 1;
	if (known && *at) {
		*out = to[known - from];
		return 1;
	}
	if (end - at < 5 || *at != 'u')
		return 0;
	int point = hex4(at + 1);
	if (point < 0 || (point >= 0xDC00 && point <= 0xDFFF))
		return 0;
	if (point < 0xD800 || point > 0xDBFF) {
		*written = utf8_put(out, (uint32_t)point);
		return 5;
	}
	int low = end - at >= 11 && at[5] == '\\' && at[6] == 'u' ? hex4(at + 7) : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	uint32_t whole_point =
		0x10000u + ((uint32_t)point - 0xD800u) * 0x400u + ((uint32_t)low - 0xDC00u);
	*written = utf8_put(out, whole_point);
	return 11;
}

idl_value *build_string(idl_build *b, idl_token token)
{
	idl_value *v = value(b, IDL_VALUE_STRING, token.span);
	const char *begin = token.span.source->text;
	const char *at = begin + token.span.begin + 1;
	const char *end = begin + token.span.end;
	if (token.broken) {
		v->kind = IDL_VALUE_BAD;
		v->text.at = "";
		return v;
	}
	end--;
	char *out = idl_arena_alloc(b->arena, (size_t)(end - at) + 1);
	v->text.at = out;
	while (at < end) {
		size_t written = 1;
		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		size_t length = escape(at + 1, end, out, &written);
		if (!length) {
			size_t offset = (size_t)(at - begin);
			size_t width = at + 1 < end ? 1 + idl_utf8_length(at + 1, end) : 1;
			idl_span span = { token.span.source, offset, offset + width };
			diag *d = diag_add(b->diags, DIAG_E0006, span, "unknown escape");
			diag_help(d, "a backslash is written '\\\\'");
			v->kind = IDL_VALUE_BAD;
			break;
		}
		at += 1 + length;
		out += written;
	}
	v->text.length = (size_t)(out - v->text.at);
	return v;
}

/* ---- attributes ---- */

static const struct {
	const char *unit;
	uint64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

static uint64_t unit_ms(const char *text, size_t length)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (strlen(units[i].unit) == length && memcmp(units[i].unit, text, length) == 0)
			return units[i].ms;
	return 0;
}

/* 5m, 20/s */
static void timed(idl_build *b, idl_arg *arg)
{
	const char *text = arg->span.source->text + arg->span.begin;
	const char *end = arg->span.source->text + arg->span.end;
	char *unit;
	errno = 0;
	arg->number = strtoull(text, &unit, 10);
	bool rate = *unit == '/';
	unit += rate;
	uint64_t ms = unit_ms(unit, (size_t)(end - unit));
	if (!ms) {
		diag *d = diag_add(b->diags, DIAG_E0007, arg->span, "unknown unit of time '%.*s'",
				   (int)(end - unit), unit);
		diag_help(d, "units are ms, s, m, h, d");
		arg->number = ms = 1;
	} else if (errno || leading_zero(text) || (!rate && arg->number > INT64_MAX / ms)) {
		diag_add(b->diags, DIAG_E0007, arg->span, "not a number that can be used here");
		arg->number = 1;
	}
	errno = 0;
	if (rate)
		arg->per_ms = ms;
	else
		arg->number *= ms;
}

idl_arg *build_arg(idl_build *b, idl_arg_kind kind, idl_token token)
{
	idl_arg *arg = idl_arena_alloc(b->arena, sizeof *arg);
	arg->kind = kind;
	arg->span = token.span;
	if (kind == IDL_ARG_STRING)
		arg->text = build_string(b, token)->text;
	else if (kind == IDL_ARG_NAME)
		arg->text = (idl_text){ token.text, strlen(token.text) };
	else if (kind == IDL_ARG_INT)
		whole(b, token.span, &arg->negative, &arg->number);
	else if (kind == IDL_ARG_DURATION || kind == IDL_ARG_RATE)
		timed(b, arg);
	return idl_arg_ring_add(NULL, arg);
}

idl_arg *build_arg_add(idl_arg *list, idl_arg *arg)
{
	return idl_arg_ring_add(list, arg);
}

idl_attr *build_attr(idl_build *b, idl_token at, idl_token name, idl_arg *args)
{
	static const struct {
		const char *spelling;
		idl_attr_id id;
	} known[] = {
#define X(id, spelling) { spelling, IDL_ATTR_##id },
		IDL_ATTRS(X)
#undef X
	};
	idl_attr *attr = idl_arena_alloc(b->arena, sizeof *attr);
	attr->name = name.text;
	attr->span = between(at.span, name.span);
	attr->args = idl_arg_ring_open(args);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].spelling, name.text) == 0)
			attr->id = known[i].id;
	return attr;
}

idl_attr *build_attr_add(idl_attr *list, idl_attr *attr)
{
	return idl_attr_ring_add(list, attr);
}
