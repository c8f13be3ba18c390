/* Types: names to declarations, and whether the type may stand where it stands. */
#include "check.h"

#include "bounds.h"
#include "scope.h"

#include <string.h>

#define FIELDS	    (PLACE_MODEL_FIELD | PLACE_STRUCT_FIELD)
#define GROUP(name) (1u << IDL_GROUP_##name)
#define SCALARS                                                                                    \
	(GROUP(BOOL) | GROUP(INT) | GROUP(UINT) | GROUP(FLOAT) | GROUP(STRING) | GROUP(TIME) |     \
	 GROUP(ENUM))
#define KEYS (GROUP(INT) | GROUP(UINT) | GROUP(STRING) | GROUP(ENUM))

typedef struct {
	place where;
	const idl_type *container; /* whose element this is, or NULL */
	bool json_number;	   /* of the field */
	bool *json_number_used;
} context;

static bool in_group(const idl_type *type, unsigned groups)
{
	return type->kind == IDL_KIND_BAD || (groups & 1u << check_group(type));
}

/* ---- names ---- */

/* What people from elsewhere write. */
static const char *foreign(const char *name)
{
	static const char *const words[][2] = {
		{ "number", "float64" }, { "float", "float32" },    { "double", "float64" },
		{ "int", "int32" },	 { "integer", "int32" },    { "long", "int64" },
		{ "uint", "uint32" },	 { "boolean", "bool" },	    { "str", "string" },
		{ "Date", "timestamp" }, { "any", "json" },	    { "unknown", "json" },
		{ "object", "json" },	 { "Uint8Array", "bytes" }, { "array", "[T]" },
		{ "i8", "int8" },	 { "i16", "int16" },	    { "i32", "int32" },
		{ "i64", "int64" },	 { "u8", "uint8" },	    { "u16", "uint16" },
		{ "u32", "uint32" },	 { "u64", "uint64" },	    { "f32", "float32" },
		{ "f64", "float64" },	 { "Record", "map<T>" },    { "Array", "[T]" },
		{ "List", "[T]" },	 { "list", "[T]" },	    { "vector", "[T]" },
		{ "dict", "map<T>" },	 { "Int", "int32" },	    { "Float", "float64" },
		{ "ID", "uuid" },	 { "char", "string" },	    { "unsigned", "uint32" },
		{ "short", "int16" },	 { "byte", "uint8" },	    { "DateTime", "datetime" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	return NULL;
}

static void report_unknown(check *c, const idl_written *written)
{
	unsigned kinds = 1u << IDL_DECL_ENUM | 1u << IDL_DECL_STRUCT | 1u << IDL_DECL_UNION;
	diag *d = diag_add(c->diags, DIAG_E0201, written->name_span, "unknown type '%s'",
			   written->name);
	const char *near = foreign(written->name);
	bool nothing = strcmp(written->name, "void") == 0;
	if (!near && !nothing)
		near = scope_suggest(c, c->file, written->name, kinds, true);
	if (nothing)
		diag_help(d, "a call without a result has no '->'");
	else if (near)
		diag_help(d, "did you mean '%s'?", near);
}

static idl_kind kind_of_decl(check *c, const idl_decl *decl, const idl_written *written)
{
	switch (decl->kind) {
	case IDL_DECL_ENUM:
		return IDL_ENUM;
	case IDL_DECL_STRUCT:
		return IDL_STRUCT;
	case IDL_DECL_UNION:
		return IDL_UNION;
	case IDL_DECL_MODEL:
	case IDL_DECL_ERROR:
	case IDL_DECL_CONST:
		break;
	}
	diag *d = diag_add(c->diags, DIAG_E0301, written->name_span, "'%s' is %s %s, not a type",
			   written->name, decl->kind == IDL_DECL_ERROR ? "an" : "a",
			   idl_decl_kind_name(decl->kind));
	diag_note(d, decl->span, "declared here");
	return IDL_KIND_BAD;
}

static void name_to_kind(check *c, idl_type *type)
{
	const idl_written *written = idl_type_written(type);
	if (!written->name) {
		type->kind = IDL_LIST;
		return;
	}
	type->kind = scope_builtin(written->name);
	if (type->kind)
		return;
	scope_answer answer = scope_find(c->file, written->name);
	if (answer.other) {
		diag *d = diag_add(c->diags, DIAG_E0604, written->name_span,
				   "'%s' could mean two types", written->name);
		diag_note(d, answer.decl->span, "this one");
		diag_note(d, answer.other->span, "and this one");
		diag_help(d, "tell the imports apart with 'as'");
	} else if (answer.decl) {
		type->kind = kind_of_decl(c, answer.decl, written);
		type->decl = type->kind ? answer.decl : NULL;
	} else if (!answer.silent) {
		report_unknown(c, written);
	}
}

static void check_arguments(check *c, idl_type *type)
{
	const idl_written *written = idl_type_written(type);
	bool takes = type->kind == IDL_LIST || type->kind == IDL_MAP || type->kind == IDL_SET ||
		     type->kind == IDL_TABLE;
	if (type->kind == IDL_KIND_BAD || takes == (type->element != NULL))
		return;
	diag *d = diag_add(c->diags, DIAG_E0302, type->span,
			   takes ? "'%s' needs a type argument" : "'%s' has no type arguments",
			   written->name);
	if (takes)
		diag_help(d, "write '%s<T>'", written->name);
	type->kind = IDL_KIND_BAD;
}

/* ---- places ---- */

static void check_null(check *c, idl_type *type, const context *at)
{
	const unsigned never = PLACE_TAG | PLACE_MODEL_PARAM | PLACE_PROGRESS;
	if (!type->nullable || (!at->container && !(at->where & never)))
		return;
	const char *what = at->container		 ? "an element"
			   : at->where == PLACE_TAG	 ? "a tag of a union"
			   : at->where == PLACE_PROGRESS ? "progress"
							 : "a parameter of a model";
	diag *d = diag_add(c->diags, DIAG_E0303, idl_type_written(type)->null_span,
			   "%s cannot be null", what);
	if (at->container)
		diag_help(d, "wrap the element in a struct with a nullable field");
	type->nullable = false;
}

/* Tables, texts and counters are live: parts of a document, not values that are passed. */
static void check_live(check *c, idl_type *type, const context *at)
{
	bool live = type->kind == IDL_TABLE || type->kind == IDL_TEXT || type->kind == IDL_COUNTER;
	bool field = at->where & FIELDS;
	if (!live || (field && !at->container))
		return;
	if (field && type->kind == IDL_COUNTER && at->container->kind == IDL_MAP)
		return;
	diag *d = diag_add(c->diags, DIAG_E0307, type->span,
			   "'%s' can only be the type of a field of a model or struct",
			   idl_kind_info[type->kind].spelling);
	diag_help(d, "use '%s' here",
		  type->kind == IDL_TABLE  ? "[T]"
		  : type->kind == IDL_TEXT ? "string"
					   : "safeint");
	type->kind = IDL_KIND_BAD;
}

static void check_place(check *c, idl_type *type, const context *at)
{
	check_null(c, type, at);
	check_live(c, type, at);
	if (at->container && at->container->kind == IDL_SET && !in_group(type, SCALARS)) {
		diag_add(c->diags, DIAG_E0304, type->span, "a set holds scalars only");
		type->kind = IDL_KIND_BAD;
	}
	if (at->container && at->container->kind == IDL_TABLE && !in_group(type, GROUP(STRUCT))) {
		diag_add(c->diags, DIAG_E0305, type->span,
			 "rows of a table are structs with a @key");
		type->kind = IDL_KIND_BAD;
	}
	if (at->where == PLACE_TAG && !in_group(type, GROUP(STRUCT))) {
		diag_add(c->diags, DIAG_E0308, type->span, "a tag of a union needs a struct");
		type->kind = IDL_KIND_BAD;
	}
	if (at->where == PLACE_MODEL_PARAM && !in_group(type, KEYS)) {
		diag *d = diag_add(c->diags, DIAG_E0307, type->span,
				   "this type cannot be a parameter of a model");
		diag_help(d, "parameters of a model are strings, integers or enums");
		type->kind = IDL_KIND_BAD;
	}
}

/* Depth is limited by the parser. */
static void check_type(check *c, idl_type *type, const context *at)
{
	name_to_kind(c, type);
	check_arguments(c, type);
	check_place(c, type, at);
	if (at->json_number && (type->kind == IDL_INT64 || type->kind == IDL_UINT64)) {
		type->json_number = true;
		*at->json_number_used = true;
	}
	check_bounds(c, type, idl_type_written(type)->bounds);
	if (!type->element)
		return;
	context inner = *at;
	inner.container = type;
	check_type(c, type->element, &inner);
	if (type->element->kind == IDL_KIND_BAD)
		type->kind = IDL_KIND_BAD;
}

/* ---- whoever has a type ---- */

static const idl_attr *json_number(const idl_attr *attrs)
{
	for (; attrs; attrs = attrs->next)
		if (attrs->id == IDL_ATTR_JSON && attrs->args && attrs->args->kind == IDL_ARG_NAME)
			return attrs;
	return NULL;
}

static void check_whole(check *c, idl_type *type, place where, const idl_attr *attrs)
{
	const idl_attr *number = json_number(attrs);
	bool used = false;
	context at = { .where = where, .json_number = number != NULL, .json_number_used = &used };
	check_type(c, type, &at);
	if (number && !used && type->kind != IDL_KIND_BAD)
		diag_add(c->diags, DIAG_E0506, number->span,
			 "@json(number) is for int64 and uint64");
}

static void check_field(check *c, idl_field *field, place where, idl_decl *decl)
{
	(void)decl;
	if (field->optional && where == PLACE_MODEL_PARAM) {
		diag_add(c->diags, DIAG_E0303, field->span,
			 "a parameter of a model cannot be absent");
		field->optional = false;
	}
	check_whole(c, field->type, where, field->attrs);
}

static void check_throws(check *c, idl_call *call)
{
	names seen = { 0 };
	for (idl_throw *item = call->throws; item; item = item->next) {
		scope_answer answer = scope_find(c->file, item->name);
		call->throw_count++;
		if (answer.decl && answer.decl->kind == IDL_DECL_ERROR) {
			item->error = answer.decl;
		} else if (answer.decl) {
			diag *d = diag_add(c->diags, DIAG_E0209, item->span,
					   "'%s' is a %s, not an error", item->name,
					   idl_decl_kind_name(answer.decl->kind));
			diag_note(d, answer.decl->span, "declared here");
		} else if (!answer.silent) {
			diag *d = diag_add(c->diags, DIAG_E0209, item->span, "unknown error '%s'",
					   item->name);
			const char *near =
				scope_suggest(c, c->file, item->name, 1u << IDL_DECL_ERROR, false);
			if (near)
				diag_help(d, "did you mean '%s'?", near);
		}
		const idl_throw *first = names_put(&seen, c->arena, item->name, item);
		if (first) {
			diag *d = diag_add(c->diags, DIAG_E0203, item->span, "'%s' is thrown twice",
					   item->name);
			diag_note(d, first->span, "the first is here");
		}
	}
}

static void check_call(check *c, idl_call *call, place where, idl_decl *decl)
{
	(void)where;
	(void)decl;
	check_throws(c, call);
	if (call->result)
		check_whole(c, call->result, PLACE_RESULT, call->attrs);
	else if (json_number(call->attrs))
		diag_add(c->diags, DIAG_E0506, json_number(call->attrs)->span,
			 "@json(number) is for results of int64 and uint64");
	if (call->progress)
		check_whole(c, call->progress, PLACE_PROGRESS, NULL);
}

void check_types(check *c, idl_decl *decl)
{
	if (decl->kind == IDL_DECL_ENUM && !decl->as.enumeration.count)
		diag_add(c->diags, DIAG_E0309, decl->span, "enum '%s' has no values", decl->name);
	if (decl->kind == IDL_DECL_UNION && !decl->as.tagged.tags.count)
		diag_add(c->diags, DIAG_E0309, decl->span, "union '%s' has no tags", decl->name);
	check_each_field(c, decl, check_field);
	check_each_call(c, decl, check_call);
}
