/* Files, declarations and their members. */
#include "build.h"

#include "names.h"
#include "ring.h"

#include <string.h>

RING(idl_name)
RING(idl_attr)
RING(idl_throw)

static idl_span between(idl_span first, idl_span last)
{
	return (idl_span){ first.source, first.begin, last.end };
}

void build_overflow(idl_build *b)
{
	b->overflow = true;
}

idl_token build_no_token(void)
{
	return (idl_token){ 0 };
}

/* Each step copies what stands before, so the length has a limit. */
enum { LONGEST_PATH = 255 };

idl_token build_path(idl_build *b, idl_token left, idl_token right)
{
	if (left.broken || strlen(left.text) + strlen(right.text) >= LONGEST_PATH) {
		if (!left.broken)
			diag_add(b->diags, DIAG_E0102, left.span, "this name is longer than %d",
				 LONGEST_PATH);
		left.broken = true;
		return left;
	}
	left.text = idl_arena_printf(b->arena, "%s.%s", left.text, right.text);
	left.span = between(left.span, right.span);
	return left;
}

/* ---- the file ---- */

void build_package(idl_build *b, idl_token keyword, idl_token path)
{
	if (b->package_span.source) {
		diag *d = diag_add(b->diags, DIAG_E0604, path.span, "a file has one package");
		diag_note(d, b->package_span, "the first is here");
		return;
	}
	b->package_span = path.span;
	b->file->package = path.text;
	b->file->doc = keyword.doc;
}

void build_import(idl_build *b, idl_token path, const idl_token *alias)
{
	const idl_value *text = build_string(b, path);
	if (text->kind == IDL_VALUE_BAD)
		return;
	idl_import *import = idl_arena_alloc(b->arena, sizeof *import);
	import->path = text->text.at;
	import->alias = alias ? alias->text : NULL;
	import->span = path.span;
	if (b->last_import)
		b->last_import->next = import;
	else
		b->file->imports = import;
	b->last_import = import;
}

static bool first_time(idl_build *b, idl_span *seen, idl_token name)
{
	if (!seen->source) {
		*seen = name.span;
		return true;
	}
	diag *d = diag_add(b->diags, DIAG_E0604, name.span, "option '%s' is set twice", name.text);
	diag_note(d, *seen, "the first is here");
	return false;
}

static bool is_identifier(const char *text)
{
	for (const char *c = text; *c; c++) {
		bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
		if (!letter && (c == text || *c < '0' || *c > '9'))
			return false;
	}
	return true;
}

static void set_prefix(idl_build *b, const idl_value *value)
{
	bool text = value->kind == IDL_VALUE_STRING || value->kind == IDL_VALUE_NAME;
	if (!text || !*value->text.at || !is_identifier(value->text.at)) {
		diag_add(b->diags, DIAG_E0211, value->span,
			 "'c_prefix' is the beginning of a C name, such as \"People\"");
		return;
	}
	b->file->c_prefix = value->text.at;
}

static void set_case(idl_build *b, const idl_value *value)
{
	static const char *const cases[] = {
		[IDL_CASE_KEEP] = "keep",     [IDL_CASE_CAMEL] = "camel",
		[IDL_CASE_PASCAL] = "pascal", [IDL_CASE_SNAKE] = "snake",
		[IDL_CASE_KEBAB] = "kebab",   [IDL_CASE_UPPER] = "upper",
	};
	size_t count = sizeof cases / sizeof *cases;
	bool text = value->kind == IDL_VALUE_STRING || value->kind == IDL_VALUE_NAME;
	for (size_t i = 0; text && i < count; i++) {
		if (strcmp(cases[i], value->text.at) == 0) {
			b->file->json_case = (idl_json_case)i;
			return;
		}
	}
	diag *d = diag_add(b->diags, DIAG_E0211, value->span,
			   "'json_case' is keep, camel, pascal, snake, kebab or upper");
	const char *near = text ? names_nearest_of(value->text.at, cases, count) : NULL;
	if (near)
		diag_help(d, "did you mean '%s'?", near);
}

void build_option(idl_build *b, idl_token name, idl_value *value)
{
	static const char *const options[] = { "c_prefix", "json_case" };
	if (strcmp(name.text, "c_prefix") == 0) {
		if (first_time(b, &b->prefix_span, name))
			set_prefix(b, value);
	} else if (strcmp(name.text, "json_case") == 0) {
		if (first_time(b, &b->case_span, name))
			set_case(b, value);
	} else {
		diag *d =
			diag_add(b->diags, DIAG_E0211, name.span, "unknown option '%s'", name.text);
		const char *near = names_nearest_of(name.text, options, 2);
		if (near)
			diag_help(d, "did you mean '%s'?", near);
	}
}

/* ---- declarations ---- */

static idl_decl *declaration(idl_build *b, idl_decl_kind kind, idl_token keyword, idl_token name,
			     idl_attr *attrs)
{
	idl_decl *decl = idl_arena_alloc(b->arena, sizeof *decl);
	decl->kind = kind;
	decl->name = decl->json = name.text;
	decl->doc = keyword.doc;
	decl->span = name.span;
	decl->file = b->file;
	decl->attrs = idl_attr_ring_open(attrs);
	return decl;
}

void build_declare(idl_build *b, idl_decl *decl)
{
	if (b->last_decl)
		b->last_decl->next = decl;
	else
		b->file->decls = decl;
	b->last_decl = decl;
	decl->position = (unsigned)b->file->decl_count++;
}

idl_decl *build_const(idl_build *b, idl_token keyword, idl_token name, idl_value *value)
{
	idl_decl *decl = declaration(b, IDL_DECL_CONST, keyword, name, NULL);
	decl->as.constant.value = *value;
	return decl;
}

idl_decl *build_enum(idl_build *b, idl_token keyword, bool open, idl_token name, idl_attr *attrs,
		     idl_values *values)
{
	idl_decl *decl = declaration(b, IDL_DECL_ENUM, keyword, name, attrs);
	decl->as.enumeration.open = open;
	decl->as.enumeration.first = values->first;
	decl->as.enumeration.count = values->count;
	return decl;
}

idl_values *build_values(idl_build *b)
{
	b->values = idl_arena_alloc(b->arena, sizeof *b->values);
	return b->values;
}

idl_values *build_value(idl_build *b, idl_values *values, idl_token name, idl_attr *attrs)
{
	idl_enum_value *value = idl_arena_alloc(b->arena, sizeof *value);
	if (!values)
		values = b->values;
	value->name = value->json = name.text;
	value->doc = name.doc;
	value->span = name.span;
	value->attrs = idl_attr_ring_open(attrs);
	value->position = (unsigned)values->count++;
	if (values->last)
		values->last->next = value;
	else
		values->first = value;
	values->last = value;
	return values;
}

/* Structs, unions, errors and presence hold fields only. */
static void fields_only(idl_build *b, const idl_members *members, const char *what)
{
	static const char *const kinds[] = { "an action", "a task", "an event" };
	for (int kind = 0; kind < 3; kind++)
		for (const idl_call *call = members->calls[kind].first; call; call = call->next)
			diag_add(b->diags, DIAG_E0105, call->span,
				 "%s belongs to a model, not to %s", kinds[kind], what);
	if (members->has_presence)
		diag_add(b->diags, DIAG_E0105, members->presence_span,
			 "presence belongs to a model, not to %s", what);
}

idl_decl *build_struct(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		       idl_members *members)
{
	idl_decl *decl = declaration(b, IDL_DECL_STRUCT, keyword, name, attrs);
	fields_only(b, members, "a struct");
	decl->as.structure.fields = members->fields;
	decl->as.structure.reserved = members->reserved;
	return decl;
}

idl_decl *build_error(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		      idl_members *members)
{
	idl_decl *decl = declaration(b, IDL_DECL_ERROR, keyword, name, attrs);
	if (!members)
		return decl;
	fields_only(b, members, "an error");
	decl->as.structure.fields = members->fields;
	decl->as.structure.reserved = members->reserved;
	return decl;
}

idl_decl *build_union(idl_build *b, idl_token keyword, idl_token name, idl_attr *attrs,
		      idl_members *members)
{
	idl_decl *decl = declaration(b, IDL_DECL_UNION, keyword, name, attrs);
	fields_only(b, members, "a union");
	for (idl_field *tag = members->fields.first; tag; tag = tag->next) {
		if (tag->optional)
			diag_add(b->diags, DIAG_E0108, tag->span,
				 "a tag of a union cannot be optional");
		if (tag->value)
			diag_add(b->diags, DIAG_E0404, tag->value->span,
				 "a tag of a union has no default");
		tag->optional = false;
		tag->value = NULL;
	}
	decl->as.tagged.tags = members->fields;
	decl->as.tagged.reserved = members->reserved;
	return decl;
}

idl_decl *build_model(idl_build *b, idl_token keyword, idl_token name, idl_members *params,
		      idl_attr *attrs, idl_members *members)
{
	idl_decl *decl = declaration(b, IDL_DECL_MODEL, keyword, name, attrs);
	idl_model *model = &decl->as.model;
	if (params)
		model->params = params->fields;
	model->fields = members->fields;
	model->reserved = members->reserved;
	model->actions = members->calls[IDL_ACTION];
	model->tasks = members->calls[IDL_TASK];
	model->events = members->calls[IDL_EVENT];
	model->has_presence = members->has_presence;
	model->presence = members->presence;
	model->presence_reserved = members->presence_reserved;
	model->presence_doc = members->presence_doc;
	return decl;
}

/* ---- members ---- */

idl_members *build_members(idl_build *b)
{
	return idl_arena_alloc(b->arena, sizeof(idl_members));
}

idl_members *build_member_field(idl_build *b, idl_members *members, idl_field *field)
{
	(void)b;
	field->position = (unsigned)members->fields.count++;
	if (members->last_field)
		members->last_field->next = field;
	else
		members->fields.first = field;
	members->last_field = field;
	return members;
}

idl_members *build_member_call(idl_build *b, idl_members *members, idl_call *call)
{
	(void)b;
	int kind = (int)call->kind;
	call->attrs = idl_attr_ring_open((idl_attr *)(uintptr_t)call->attrs);
	call->throws = idl_throw_ring_open(call->throws);
	call->position = (unsigned)members->calls[kind].count++;
	if (members->last_call[kind])
		members->last_call[kind]->next = call;
	else
		members->calls[kind].first = call;
	members->last_call[kind] = call;
	return members;
}

idl_members *build_member_presence(idl_build *b, idl_members *members, idl_token keyword,
				   idl_members *body)
{
	if (members->has_presence) {
		diag *d = diag_add(b->diags, DIAG_E0203, keyword.span, "a model has one presence");
		diag_note(d, members->presence_span, "the first is here");
		return members;
	}
	fields_only(b, body, "presence");
	members->has_presence = true;
	members->presence_span = keyword.span;
	members->presence_doc = keyword.doc;
	members->presence = body->fields;
	members->presence_reserved = body->reserved;
	return members;
}

idl_members *build_member_reserved(idl_build *b, idl_members *members, idl_token keyword,
				   idl_name *list)
{
	(void)b;
	(void)keyword;
	idl_name *last = list;
	idl_name *first = idl_name_ring_open(list);
	last->next = members->reserved;
	members->reserved = first;
	return members;
}

idl_name *build_name(idl_build *b, idl_token token)
{
	idl_name *name = idl_arena_alloc(b->arena, sizeof *name);
	name->quoted = !token.text;
	name->text = token.text ? token.text : build_string(b, token)->text.at;
	name->span = token.span;
	return idl_name_ring_add(NULL, name);
}

idl_name *build_name_add(idl_name *list, idl_name *name)
{
	return idl_name_ring_add(list, name);
}

idl_field *build_field(idl_build *b, idl_token name, idl_token optional, idl_type *type,
		       idl_value *value, idl_attr *attrs)
{
	idl_field *field = idl_arena_alloc(b->arena, sizeof *field);
	field->name = field->json = name.text;
	field->doc = name.doc;
	field->span = name.span;
	field->type = type;
	field->optional = optional.span.source != NULL;
	field->value = value;
	field->attrs = idl_attr_ring_open(attrs);
	return field;
}

/* ---- calls ---- */

idl_call *build_call(idl_build *b, idl_call_kind kind, idl_token keyword, idl_token name,
		     idl_members *params)
{
	idl_call *call = idl_arena_alloc(b->arena, sizeof *call);
	call->kind = kind;
	call->name = call->json = name.text;
	call->doc = keyword.doc;
	call->span = name.span;
	call->params = params->fields;
	return call;
}

idl_call *build_call_result(idl_build *b, idl_call *call, idl_token arrow, idl_type *type)
{
	if (call->kind == IDL_EVENT)
		diag_add(b->diags, DIAG_E0107, arrow.span, "an event has no result");
	else if (call->result)
		diag_add(b->diags, DIAG_E0107, arrow.span, "a second result");
	else
		call->result = type;
	return call;
}

idl_call *build_call_progress(idl_build *b, idl_call *call, idl_token keyword, idl_type *type)
{
	if (call->kind != IDL_TASK)
		diag_add(b->diags, DIAG_E0107, keyword.span, "only a task reports progress");
	else if (call->progress)
		diag_add(b->diags, DIAG_E0107, keyword.span, "a second progress");
	else
		call->progress = type;
	return call;
}

idl_call *build_call_throws(idl_build *b, idl_call *call, idl_token keyword, idl_throw *list)
{
	if (call->kind == IDL_EVENT)
		diag_add(b->diags, DIAG_E0107, keyword.span, "an event throws nothing");
	else if (call->throws)
		diag_add(b->diags, DIAG_E0107, keyword.span,
			 "a second 'throws': separate errors by ','");
	else
		call->throws = list;
	return call;
}

idl_call *build_call_attr(idl_call *call, idl_attr *attr)
{
	call->attrs = idl_attr_ring_add((idl_attr *)(uintptr_t)call->attrs, attr);
	return call;
}

idl_throw *build_throw(idl_build *b, idl_token path)
{
	idl_throw *item = idl_arena_alloc(b->arena, sizeof *item);
	item->name = path.text;
	item->span = path.span;
	return idl_throw_ring_add(NULL, item);
}

idl_throw *build_throw_add(idl_throw *list, idl_throw *item)
{
	return idl_throw_ring_add(list, item);
}
