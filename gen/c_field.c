/*
 * The calls that change a field, and those that change a container by its own handle. One pair of
 * templates a kind of call; here is decided which, and how an element is given.
 */
#include "c_cell.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

static void bind_calls(view *v, const char *const *calls)
{
	static const char *const verbs[] = {
		[C_SET] = "fn_set",	  [C_SET_N] = "fn_set_n",   [C_SET_NAME] = "fn_set_name",
		[C_CLEAR] = "fn_clear",	  [C_UNSET] = "fn_unset",   [C_NULLIFY] = "fn_nullify",
		[C_EDIT] = "fn_edit",	  [C_RESET] = "fn_reset",   [C_PUSH] = "fn_push",
		[C_INSERT] = "fn_insert", [C_REMOVE] = "fn_remove", [C_MOVE] = "fn_move",
		[C_ASSIGN] = "fn_assign", [C_FIND] = "fn_find",	    [C_ADD] = "fn_add",
		[C_DROP] = "fn_drop",	  [C_HAS] = "fn_has",	    [C_GET] = "fn_get",
		[C_PUT] = "fn_put",	  [C_AT] = "fn_at",	    [C_SPLICE] = "fn_splice",
	};
	for (unsigned i = 0; i < C_VERB_COUNT; i++)
		view_text(v, verbs[i], calls[i]);
}

static const char *handle_of(const c_file *f, const plan_type *type)
{
	switch (type->kind) {
	case IDL_STRUCT:
		return f->names->structs[type->structure->number].doc;
	case IDL_UNION:
		return f->names->unions[type->tagged->number].doc;
	default:
		return f->names->containers[type->container->number].doc;
	}
}

/* ---- how an element is given ---- */

/* Binds `param` (what a caller passes), `cell_line` (a cell made of it, or ""), `arg` and `how`
 * (what the runtime's call gets, and which). */
static void bind_element(c_file *f, view *v, const plan_type *elem)
{
	idl_group group = idl_kind_info[elem->kind].group;
	const char *how = "", *param = "", *line = "", *arg = "&value";
	if (group == IDL_GROUP_STRING || group == IDL_GROUP_TEXT) {
		how = "_bytes";
		param = "const char *value";
		arg = "value, strlen(value)";
	} else if (group == IDL_GROUP_BYTES) {
		how = "_bytes";
		param = "const void *data, size_t length";
		arg = "data, length";
	} else if (group == IDL_GROUP_ENUM) {
		param = JOIN(f, f->names->enums[elem->enumeration->number].type, " value");
		if (elem->enumeration->open) {
			line = "sync_open_enum cell = { (int32_t)value, NULL }";
			arg = "&cell";
		}
	} else if (!c_is_node(elem)) {
		param = JOIN(f, c_kind_of(elem)->param, "value");
	}
	view_text(v, "param", param);
	view_text(v, "cell_line", line);
	view_text(v, "arg", arg);
	view_text(v, "how", how);
	view_text(v, "list_how", *how ? how : "_cell");
}

/* What a lookup in a map gives. */
static void bind_lookup(c_file *f, view *v, const plan_type *elem)
{
	idl_group group = idl_kind_info[elem->kind].group;
	bool string = group == IDL_GROUP_STRING;
	const char *type = string ? "char" : c_cell_type(f, elem);
	bool json = elem->kind == IDL_JSON;
	view_flag(v, "gives_string", string);
	view_text(v, "gives", json ? "const struct cJSON *const *" : JOIN(f, "const ", type, " *"));
}

/* Looking for the element with a @key. */
static void bind_key(c_file *f, view *v, const plan_type *elem)
{
	const plan_field *key = elem->kind == IDL_STRUCT ? elem->structure->key : NULL;
	bool string = key && idl_kind_info[key->type->kind].group == IDL_GROUP_STRING;
	const char *param = "";
	if (key && string)
		param = "const char *key";
	else if (key && key->type->kind == IDL_ENUM)
		param = JOIN(f, f->names->enums[key->type->enumeration->number].type, " key");
	else if (key)
		param = JOIN(f, c_kind_of(key->type)->param, "key");
	view_text(v, "key_param", param);
	view_flag(v, "key_string", string);
}

static const char *container_piece(const plan_type *elem, idl_kind kind, bool inlined)
{
	bool node = c_is_node(elem);
	switch (kind) {
	case IDL_LIST:
		return inlined ? "list_inline" : node ? "list_nodes" : "list_cells";
	case IDL_SET:
		return "set_cells";
	default:
		return node ? "map_nodes" : "map_cells";
	}
}

static const char *runtime_type(idl_kind kind, bool inlined)
{
	if (inlined)
		return "sync_inline_list";
	return kind == IDL_LIST ? "sync_list" : kind == IDL_SET ? "sync_set" : "sync_map";
}

static void bind_container(c_file *f, view *v, const plan_type *elem, idl_kind kind, bool inlined)
{
	bind_element(f, v, elem);
	bind_lookup(f, v, elem);
	bind_key(f, v, elem);
	view_text(v, "elem", c_type(f, elem));
	view_text(v, "edit_type", c_is_node(elem) ? handle_of(f, elem) : "");
	view_text(v, "runtime", runtime_type(kind, inlined));
}

void c_emit_container_calls(c_file *f, const plan_container *c, const char *self)
{
	const c_container_names *called = &f->names->containers[c->number];
	view *v = view_new(f->pool);
	bind_calls(v, called->calls);
	bind_container(f, v, c->elem, c->kind, c->inline_max > 0);
	const char *runtime = runtime_type(c->kind, c->inline_max > 0);
	view_text(v, "type", called->type);
	view_text(v, "doc_type", called->doc);
	view_text(v, "self", self);
	view_text(v, "list", JOIN(f, "(", runtime, " *)(void *)doc"));
	view_text(v, "const_list", JOIN(f, "(const ", runtime, " *)(const void *)value"));
	view_text(v, "const_set", JOIN(f, "(const ", runtime, " *)(const void *)set"));
	view_text(v, "absent", "");
	view_text(v, "absent_value", "");
	view_text(v, "absent_set", "");
	view_text(v, "container", called->type);
	c_render(f, container_piece(c->elem, c->kind, c->inline_max > 0), v);
}

/* ---- fields ---- */

static void bind_field(c_file *f, view *v, const plan_struct *s, const plan_field *field)
{
	const c_struct_names *called = &f->names->structs[s->number];
	const c_field_names *names_of = &called->fields[field->position];
	bind_calls(v, names_of->calls);
	view_text(v, "type", called->type);
	view_text(v, "doc_type", called->doc);
	view_text(v, "name", names_of->name);
	view_text(
		v, "row",
		JOIN(f, "&", called->stem, "_field_[", view_digits(f->pool, field->position), "]"));
	view_number(v, "index", field->position);
	view_flag(v, "direct", !field->optional && !field->nullable);
}

static const char *absent(c_file *f, const char *holder, const c_field_names *called)
{
	const char *has = called->has ? JOIN(f, "!", holder, "->", called->has) : "";
	const char *null = called->null ? JOIN(f, holder, "->", called->null) : "";
	return JOIN(f, has, *has && *null ? " || " : "", null);
}

static void emit_container_field(c_file *f, view *v, const plan_struct *s, const plan_field *field)
{
	const plan_type *type = field->type;
	const c_struct_names *called = &f->names->structs[s->number];
	const c_field_names *names_of = &called->fields[field->position];
	const char *runtime = runtime_type(type->kind, type->inlined);
	const char *got = JOIN(f, called->stem, "_get(doc)");
	bind_container(f, v, type->elem, type->kind, type->inlined);
	view_text(v, "container", c_cell_type(f, type));
	view_text(v, "self", c_type(f, type));
	view_text(v, "list", JOIN(f, names_of->calls[C_AT], "(doc)"));
	view_text(v, "const_list",
		  JOIN(f, "(const ", runtime, " *)(const void *)&value->", names_of->name));
	view_text(v, "const_set",
		  JOIN(f, "(const ", runtime, " *)(const void *)&set->", names_of->name));
	view_text(v, "absent", absent(f, got, names_of));
	view_text(v, "absent_set", absent(f, "set", names_of));
	view_text(v, "absent_value", absent(f, "value", names_of));
	tmpl_render(f->templates, "c/container_at.c", v, &f->body);
	c_render(f, container_piece(type->elem, type->kind, type->inlined), v);
}

static const char *leaf_piece(const plan_type *type)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_STRING:
		return "field_string";
	case IDL_GROUP_TEXT:
		return "field_text";
	case IDL_GROUP_BYTES:
		return "field_bytes";
	case IDL_GROUP_JSON:
		return "field_json";
	case IDL_GROUP_ENUM:
		return type->enumeration->open ? "field_open_enum" : "field_number";
	case IDL_GROUP_COUNTER:
		return "field_counter";
	default:
		return "field_number";
	}
}

void c_emit_field(c_file *f, const plan_struct *s, const plan_field *field)
{
	const plan_type *type = field->type;
	view *v = view_new(f->pool);
	bind_field(f, v, s, field);
	view_flag(v, "optional", field->optional);
	view_flag(v, "nullable", field->nullable);
	if (c_is_container(type)) {
		emit_container_field(f, v, s, field);
	} else if (c_is_node(type)) {
		view_text(v, "value_type", c_cell_type(f, type));
		view_text(v, "value_doc", handle_of(f, type));
		view_text(v, "self", c_type(f, type));
		view_flag(v, "boxed", field->boxed);
		c_render(f, "field_struct", v);
	} else {
		const char *outside = c_out_of_range(f, type, "value");
		bind_element(f, v, type);
		view_text(v, "outside", outside);
		c_render(f, leaf_piece(type), v);
	}
	if (field->optional || field->nullable)
		c_render(f, "field_nothing", v);
}
