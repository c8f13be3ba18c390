/* Constants and defaults. */
#include "check.h"

#include "base64.h"
#include "bounds.h"
#include "scope.h"
#include "source.h"

#include <syncgen/json.h>

#include <inttypes.h>
#include <string.h>

#define SAFE INT64_C(9007199254740991)

/* ---- constants ---- */

/* The next constant in a chain of names; NULL when there is none, reported unless silent. */
static idl_decl *follow(check *c, idl_file *file, idl_value *value)
{
	scope_answer answer = scope_find(file, value->text.at);
	if (answer.decl && answer.decl->kind == IDL_DECL_CONST)
		return answer.decl;
	if (answer.decl) {
		diag *d =
			diag_add(c->diags, DIAG_E0208, value->span, "'%s' is a %s, not a constant",
				 value->text.at, idl_decl_kind_name(answer.decl->kind));
		diag_note(d, answer.decl->span, "declared here");
	} else if (!answer.silent) {
		diag *d = diag_add(c->diags, DIAG_E0208, value->span, "unknown constant '%s'",
				   value->text.at);
		const char *near =
			scope_suggest(c, file, value->text.at, 1u << IDL_DECL_CONST, false);
		if (near)
			diag_help(d, "did you mean '%s'?", near);
	}
	return NULL;
}

static void take(idl_value *to, const idl_value *from)
{
	idl_span span = to->span;
	*to = *from;
	to->span = span;
}

/*
 * Constants that name constants form chains. The chain is walked forward, each one marked with its
 * predecessor, until a value or a marked one is found, and back, handing the value over.
 */
static void resolve(check *c, idl_decl *decl)
{
	static char start; /* only its address: the mark of the first */
	idl_decl *at = decl;
	at->mark = &start;
	while (at->as.constant.value.kind == IDL_VALUE_NAME) {
		idl_value *value = &at->as.constant.value;
		idl_decl *next = follow(c, (idl_file *)(uintptr_t)at->file, value);
		if (next && !next->mark) {
			next->mark = at;
			at = next;
			continue;
		}
		if (next) {
			diag *d = diag_add(c->diags, DIAG_E0407, at->span,
					   "constant '%s' depends on itself", at->name);
			diag_note(d, next->span, "through '%s'", next->name);
		}
		value->kind = IDL_VALUE_BAD;
	}
	while (at != decl) {
		idl_decl *before = at->mark;
		at->mark = NULL;
		take(&before->as.constant.value, &at->as.constant.value);
		at = before;
	}
	decl->mark = NULL;
}

void check_constant(check *c, idl_value *value)
{
	if (value->kind != IDL_VALUE_NAME)
		return;
	idl_decl *decl = follow(c, c->file, value);
	if (!decl) {
		value->kind = IDL_VALUE_BAD;
		return;
	}
	resolve(c, decl);
	take(value, &decl->as.constant.value);
}

static void check_const_decl(check *c, idl_decl *decl)
{
	idl_value *value = &decl->as.constant.value;
	resolve(c, decl);
	if (value->kind == IDL_VALUE_NULL || value->kind == IDL_VALUE_EMPTY) {
		diag_add(c->diags, DIAG_E0403, value->span,
			 "a constant is a number, a string, true or false");
		value->kind = IDL_VALUE_BAD;
	}
}

/* ---- defaults ---- */

static const char *type_text(const idl_type *type)
{
	return type->decl		? type->decl->name
	       : type->kind == IDL_LIST ? "a list"
					: idl_kind_info[type->kind].spelling;
}

static void mismatch(check *c, const idl_type *type, const idl_value *value, const char *wanted)
{
	diag_add(c->diags, DIAG_E0403, value->span, "the default of '%s' is %s", type_text(type),
		 wanted);
}

static void check_number(check *c, const idl_type *type, idl_value *value)
{
	idl_group group = check_group(type);
	bool whole = value->kind == IDL_VALUE_INT || value->kind == IDL_VALUE_UINT;
	if (!whole && (value->kind != IDL_VALUE_FLOAT || group != IDL_GROUP_FLOAT)) {
		mismatch(c, type, value, group == IDL_GROUP_FLOAT ? "a number" : "a whole number");
		return;
	}
	if (!bounds_hold(type, value)) {
		diag_add(c->diags, DIAG_E0401, value->span, "the default is outside of %s",
			 bounds_text(c, type));
		return;
	}
	value->kind = group == IDL_GROUP_FLOAT	? IDL_VALUE_FLOAT
		      : group == IDL_GROUP_UINT ? IDL_VALUE_UINT
						: IDL_VALUE_INT;
}

/* timestamp, counter */
static void check_safe(check *c, const idl_type *type, const idl_value *value)
{
	if (value->kind != IDL_VALUE_INT && value->kind != IDL_VALUE_UINT)
		mismatch(c, type, value, "a whole number");
	else if (value->kind == IDL_VALUE_UINT || value->i < -SAFE || value->i > SAFE)
		diag_add(c->diags, DIAG_E0401, value->span, "the default is beyond 2^53-1");
}

static sync_format format_of(idl_kind kind)
{
	switch (kind) {
	case IDL_UUID:
		return SYNC_FORMAT_UUID;
	case IDL_EMAIL:
		return SYNC_FORMAT_EMAIL;
	case IDL_URI:
		return SYNC_FORMAT_URI;
	case IDL_DATE:
		return SYNC_FORMAT_DATE;
	case IDL_DATETIME:
		return SYNC_FORMAT_DATETIME;
	case IDL_IPV4:
		return SYNC_FORMAT_IPV4;
	case IDL_IPV6:
		return SYNC_FORMAT_IPV6;
	case IDL_HOSTNAME:
		return SYNC_FORMAT_HOSTNAME;
	case IDL_SLUG:
		return SYNC_FORMAT_SLUG;
	default:
		return SYNC_FORMAT_NONE;
	}
}

static void check_length(check *c, const idl_type *type, const idl_value *value, size_t length)
{
	if (length < type->min || length > type->max)
		diag_add(c->diags, DIAG_E0401, value->span,
			 "the default has length %zu, outside of %s", length, bounds_text(c, type));
}

static void check_string(check *c, const idl_type *type, const idl_value *value)
{
	sync_format format = format_of(type->kind);
	if (value->kind != IDL_VALUE_STRING)
		mismatch(c, type, value, "a text in quotes");
	else if (format && !sync_format_check(format, value->text.at, value->text.length))
		diag_add(c->diags, DIAG_E0401, value->span, "the default is no valid %s",
			 idl_kind_info[type->kind].spelling);
	else
		check_length(c, type, value, idl_utf8_count(value->text));
}

static void check_bytes(check *c, const idl_type *type, idl_value *value)
{
	size_t size;
	if (value->kind != IDL_VALUE_STRING) {
		mismatch(c, type, value, "base64 in quotes");
		return;
	}
	char *bytes = idl_arena_alloc(c->arena, value->text.length + 1);
	if (!sync_base64_size(value->text.at, value->text.length, &size) ||
	    !sync_base64_decode(bytes, value->text.at, value->text.length)) {
		diag_add(c->diags, DIAG_E0401, value->span, "the default is no valid base64");
		return;
	}
	value->text = (idl_text){ bytes, size };
	check_length(c, type, value, size);
}

/* normal, Priority.normal, true as a name */
static void check_enum(check *c, const idl_type *type, idl_value *value)
{
	const idl_enum *enumeration = &type->decl->as.enumeration;
	const char *name = value->text.at ? value->text.at : "";
	bool is_name = value->kind == IDL_VALUE_NAME || value->kind == IDL_VALUE_BOOL ||
		       value->kind == IDL_VALUE_NULL;
	const char *dot = strrchr(name, '.');
	if (is_name && dot &&
	    scope_find(c->file, idl_arena_copy(c->arena, name, (size_t)(dot - name))).decl ==
		    type->decl)
		name = dot + 1;
	const idl_enum_value *found = names_get(enumeration->by_name, name);
	if (is_name && found) {
		value->kind = IDL_VALUE_ENUM;
		value->value = found;
		return;
	}
	if (!is_name) {
		diag *d = diag_add(c->diags, DIAG_E0403, value->span,
				   "the default of '%s' is one of its values", type_text(type));
		if (found && value->kind == IDL_VALUE_STRING)
			diag_help(d, "write %s without quotes", name);
		return;
	}
	diag *d = diag_add(c->diags, DIAG_E0402, value->span, "unknown value '%s' of enum '%s'",
			   name, type->decl->name);
	nearest n;
	nearest_init(&n, name);
	for (const idl_enum_value *v = enumeration->first; v && diag_errors(c->diags) <= 20;
	     v = v->next)
		nearest_offer(&n, v->name);
	if (n.best)
		diag_help(d, "did you mean '%s'?", n.best);
}

static void check_empty(check *c, const idl_type *type, const idl_value *value)
{
	bool object = type->kind == IDL_MAP;
	if (value->kind != IDL_VALUE_EMPTY || value->object != object)
		mismatch(c, type, value, object ? "{}" : "[]");
	else if (type->min)
		diag_add(c->diags, DIAG_E0401, value->span,
			 "the default has length 0, outside of %s", bounds_text(c, type));
}

static void check_bool(check *c, const idl_type *type, const idl_value *value)
{
	if (value->kind != IDL_VALUE_BOOL)
		mismatch(c, type, value, "true or false");
}

static void no_default(check *c, const idl_type *type, const idl_value *value)
{
	diag *d = diag_add(c->diags, DIAG_E0404, value->span, "'%s' cannot have a default",
			   type_text(type));
	if (type->nullable)
		diag_help(d, "it is nullable: null can be the default");
}

static void check_default(check *c, const idl_type *type, idl_value *value)
{
	if (value->kind == IDL_VALUE_NULL && type->nullable)
		return;
	idl_group group = check_group(type);
	if (group != IDL_GROUP_ENUM)
		check_constant(c, value);
	if (value->kind == IDL_VALUE_BAD)
		return;
	switch (group) {
	case IDL_GROUP_BOOL:
		check_bool(c, type, value);
		break;
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
	case IDL_GROUP_FLOAT:
		check_number(c, type, value);
		break;
	case IDL_GROUP_STRING:
		check_string(c, type, value);
		break;
	case IDL_GROUP_BYTES:
		check_bytes(c, type, value);
		break;
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		check_safe(c, type, value);
		break;
	case IDL_GROUP_ENUM:
		check_enum(c, type, value);
		break;
	case IDL_GROUP_LIST:
	case IDL_GROUP_SET:
	case IDL_GROUP_MAP:
		check_empty(c, type, value);
		break;
	case IDL_GROUP_STRUCT:
	case IDL_GROUP_UNION:
	case IDL_GROUP_TABLE:
	case IDL_GROUP_TEXT:
		no_default(c, type, value);
		break;
	case IDL_GROUP_JSON:
		/* A tree in C's constant storage could be neither freed nor changed in place. */
		if (value->kind != IDL_VALUE_NULL)
			diag_add(c->diags, DIAG_E0507, value->span,
				 "a default of 'json' other than null is not supported yet");
		break;
	case IDL_GROUP_BAD:
		break;
	}
}

static void check_field(check *c, idl_field *field, place where, idl_decl *decl)
{
	(void)decl;
	if (!field->value)
		return;
	if (where == PLACE_MODEL_PARAM) {
		diag_add(c->diags, DIAG_E0404, field->value->span,
			 "a parameter of a model has no default");
		return;
	}
	if (field->type->kind != IDL_KIND_BAD)
		check_default(c, field->type, (idl_value *)(uintptr_t)field->value);
}

void check_values(check *c, idl_decl *decl)
{
	if (decl->kind == IDL_DECL_CONST)
		check_const_decl(c, decl);
	check_each_field(c, decl, check_field);
}
