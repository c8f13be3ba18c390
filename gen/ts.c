#include "ts_backend.h"

#include <inttypes.h>
#include <string.h>

#include "value.h"

ts_backend *ts_backend_new(const plan *p, tmpl_set *templates, idl_arena *arena)
{
	ts_backend *ts = idl_arena_alloc(arena, sizeof(*ts));
	size_t structs = p->struct_count + 1, unions = p->union_count + 1,
	       enums = p->enum_count + 1;
	ts->plan = p;
	ts->templates = templates;
	ts->pool = tmpl_set_pool(templates);
	ts->arena = arena;
	ts->names = type_names_new(p, arena, ts_reserved);
	ts->structs = idl_arena_array(arena, structs, sizeof(const char *));
	ts->unions = idl_arena_array(arena, unions, sizeof(const char *));
	ts->enums = idl_arena_array(arena, enums, sizeof(const char *));
	ts->makers = idl_arena_array(arena, structs, sizeof(const char *));
	ts->local_makers = idl_arena_array(arena, structs, sizeof(const char *));
	ts->used_structs = idl_arena_array(arena, structs, sizeof(bool));
	ts->used_unions = idl_arena_array(arena, unions, sizeof(bool));
	ts->used_enums = idl_arena_array(arena, enums, sizeof(bool));
	ts->imports = idl_arena_array(arena, p->file_count + 1, sizeof(ts_import *));
	return ts;
}

/* ---- names of this file's own ---- */

/* Structs that a program makes itself get a function for it. */
static bool has_maker(const plan_struct *s)
{
	return s->origin == PLAN_STRUCT || s->origin == PLAN_STATE;
}

static void export_names(ts_backend *ts)
{
	for (size_t i = 0; i < ts->file->item_count; i++) {
		const plan_item *it = &ts->file->items[i];
		if (it->kind == PLAN_ITEM_ENUM) {
			const plan_enum *e = it->as.enumeration;
			ts->enums[e->number] = type_names_enum(ts->names, e);
		} else if (it->kind == PLAN_ITEM_UNION) {
			const plan_union *u = it->as.tagged;
			ts->unions[u->number] = type_names_union(ts->names, u);
		} else if (it->kind == PLAN_ITEM_STRUCT) {
			const plan_struct *s = it->as.structure;
			const char *name = type_names_struct(ts->names, s);
			ts->structs[s->number] = name;
			if (has_maker(s))
				ts->makers[s->number] =
					names_take(type_names_scope(ts->names),
						   idl_arena_printf(ts->arena, "new%s", name));
		}
	}
}

/* Behind all types: what those are called does not follow from constants. */
static void name_consts(ts_backend *ts)
{
	ts->consts = idl_arena_array(ts->arena, ts->file->const_count + 1, sizeof(const char *));
	for (size_t i = 0; i < ts->file->const_count; i++)
		ts->consts[i] = names_take(type_names_scope(ts->names), ts->file->consts[i].name);
}

/* What was imported counts for one file only. */
static void forget_imports(ts_backend *ts)
{
	const plan_reach *reach = type_names_reach(ts->names);
	for (size_t i = 0; i < reach->struct_count; i++) {
		ts->used_structs[reach->structs[i]->number] = false;
		ts->local_makers[reach->structs[i]->number] = NULL;
	}
	for (size_t i = 0; i < reach->union_count; i++)
		ts->used_unions[reach->unions[i]->number] = false;
	for (size_t i = 0; i < reach->enum_count; i++)
		ts->used_enums[reach->enums[i]->number] = false;
	for (size_t i = 0; i < ts->plan->file_count; i++)
		ts->imports[i] = NULL;
	ts->texts = ts->bytes = ts->checked = false;
}

/* ---- constants ---- */

/* A number beyond 2^53-1 would not be what the schema says: a bigint is. */
static const char *const_text(ts_backend *ts, const idl_value *value)
{
	const int64_t safe = ((int64_t)1 << 53) - 1;
	if (value->kind == IDL_VALUE_UINT)
		buf_printf(&ts->scratch, "%" PRIu64 "n", value->u);
	else if (value->kind == IDL_VALUE_INT && (value->i > safe || value->i < -safe))
		buf_printf(&ts->scratch, "%" PRId64 "n", value->i);
	else
		value_const_json(&ts->scratch, value);
	return ts_keep(ts);
}

static void render_consts(ts_backend *ts, buf *out)
{
	for (size_t i = 0; i < ts->file->const_count; i++) {
		const plan_const *one = &ts->file->consts[i];
		view *v = view_new(ts->pool);
		view_text(v, "doc", ts_comment(ts, "", one->doc, NULL));
		view_text(v, "name", ts->consts[i]);
		view_text(v, "value", const_text(ts, one->value));
		tmpl_render(ts->templates, "ts/const.ts", v, out);
		view_pool_clear(ts->pool);
	}
}

/* ---- types ---- */

static void render_enum(ts_backend *ts, const plan_enum *e, buf *out)
{
	view *v = view_new(ts->pool);
	const char *name = type_names_enum(ts->names, e);
	view_text(v, "doc", ts_comment(ts, "", e->doc, e->deprecated));
	view_text(v, "name", name);
	view_text(v, "list",
		  names_take(type_names_scope(ts->names),
			     idl_arena_printf(ts->arena, "%sValues", name)));
	view_flag(v, "open", e->open);
	view_list(v, "values");
	for (size_t i = 0; i < e->count; i++) {
		view *value = view_add(v, "values");
		view_text(value, "doc",
			  ts_comment(ts, "  ", e->values[i].doc, e->values[i].deprecated));
		view_text(value, "value", ts_string(ts, e->values[i].json));
	}
	tmpl_render(ts->templates, "ts/enum.ts", v, out);
}

static void add_member(ts_backend *ts, view *v, const plan_field *f, bool input)
{
	view *member = view_add(v, "fields");
	bool optional = f->optional || !f->readers.all || (input && f->value);
	view_text(member, "doc", ts_comment(ts, "  ", f->doc, f->deprecated));
	view_text(member, "member", ts_member(ts, f->json));
	view_text(member, "mark", optional ? "?" : "");
	view_text(member, "type", ts_type(ts, f->type, f->nullable));
}

static bool starts_with(const plan_field *f)
{
	return !f->local && !f->optional && f->readers.all;
}

static void add_initial(view *v, const char *member, const char *value)
{
	view *initial = view_add(v, "initial");
	view_text(initial, "member", member);
	view_text(initial, "value", value);
}

static void add_initials(ts_backend *ts, view *v, const plan_struct *s)
{
	view_list(v, "initial");
	view_flag(v, "maker", has_maker(s));
	if (!has_maker(s))
		return;
	view_text(v, "make", ts->makers[s->number]);
	for (size_t i = 0; i < s->field_count; i++) {
		const plan_field *f = &s->fields[i];
		if (starts_with(f))
			add_initial(v, ts_member(ts, f->json), ts_initial(ts, f));
	}
}

void ts_render_struct(ts_backend *ts, const plan_struct *s, const char *doc, bool input, buf *out)
{
	view *v = view_new(ts->pool);
	view_text(v, "doc", ts_comment(ts, "", doc, s->deprecated));
	view_text(v, "name", type_names_struct(ts->names, s));
	/* An interface without members would take any object as parameters. */
	view_flag(v, "nothing", input && s->field_count == 0);
	view_list(v, "fields");
	for (size_t i = 0; i < s->field_count; i++) {
		if (!s->fields[i].local)
			add_member(ts, v, &s->fields[i], input);
	}
	add_initials(ts, v, s);
	tmpl_render(ts->templates, "ts/struct.ts", v, out);
}

static void render_union(ts_backend *ts, const plan_union *u, buf *out)
{
	view *v = view_new(ts->pool);
	view_text(v, "doc", ts_comment(ts, "", u->doc, u->deprecated));
	view_text(v, "name", type_names_union(ts->names, u));
	view_list(v, "tags");
	for (size_t i = 0; i < u->count; i++) {
		view *tag = view_add(v, "tags");
		view_text(tag, "doc", ts_comment(ts, "  ", u->tags[i].doc, u->tags[i].deprecated));
		view_text(tag, "tag", ts_string(ts, u->tags[i].json));
		view_text(tag, "type", ts_type(ts, u->tags[i].type, false));
	}
	tmpl_render(ts->templates, "ts/union.ts", v, out);
}

static void render_item(ts_backend *ts, const plan_item *it, buf *out)
{
	switch (it->kind) {
	case PLAN_ITEM_ENUM:
		render_enum(ts, it->as.enumeration, out);
		break;
	case PLAN_ITEM_STRUCT: {
		const plan_struct *s = it->as.structure;
		bool input = s->origin == PLAN_ARGS || s->origin == PLAN_KEY;
		ts_render_struct(ts, s, s->doc, input, out);
		break;
	}
	case PLAN_ITEM_UNION:
		render_union(ts, it->as.tagged, out);
		break;
	case PLAN_ITEM_MODEL:
		ts_render_model(ts, it->as.model, out);
		break;
	case PLAN_ITEM_CONTAINER:
		break;
	}
	view_pool_clear(ts->pool);
}

/* ---- the file ---- */

/* "../common/people.js" from "rooms/notes" to "common/people". */
static const char *import_path(ts_backend *ts, const plan_file *to)
{
	const char *from = ts->file->stem, *path = to->stem;
	size_t shared = 0;
	for (size_t i = 0; from[i] && from[i] == path[i]; i++) {
		if (from[i] == '/')
			shared = i + 1;
	}
	buf *b = &ts->scratch;
	size_t ups = 0;
	for (const char *at = from + shared; *at; at++)
		ups += *at == '/';
	if (ups == 0)
		buf_text(b, "./");
	while (ups-- > 0)
		buf_text(b, "../");
	buf_printf(b, "%s.js", path + shared);
	return ts_string(ts, ts_keep(ts));
}

static void add_imports(ts_backend *ts, view *v)
{
	view_list(v, "imports");
	for (size_t i = 0; i < ts->plan->file_count; i++) {
		if (!ts->imports[i])
			continue;
		view *import = view_add(v, "imports");
		bool values = false;
		view_text(import, "from", import_path(ts, ts->plan->files[i]));
		for (const ts_import *name = ts->imports[i]; name; name = name->next) {
			view *one = view_add(import, "names");
			bool same = strcmp(name->name, name->local) == 0;
			view_text(one, "name", name->name);
			view_text(one, "as", same ? "" : " as ");
			view_text(one, "local", same ? "" : name->local);
			view_flag(one, "type", !name->value);
			values |= name->value;
		}
		view_flag(import, "values", values);
	}
}

static void render_head(ts_backend *ts, buf *out)
{
	view *v = view_new(ts->pool);
	view_text(v, "source", ts->file->source);
	view_text(v, "doc", ts_comment(ts, "", ts->file->doc, NULL));
	view_flag(v, "empty", ts->file->item_count == 0 && ts->file->const_count == 0);
	view_flag(v, "texts", ts->texts);
	view_flag(v, "bytes", ts->bytes);
	view_flag(v, "checked", ts->checked);
	view_flag(v, "modules", ts->texts || ts->bytes || ts->checked);
	add_imports(ts, v);
	tmpl_render(ts->templates, "ts/head.ts", v, out);
	view_pool_clear(ts->pool);
}

void ts_backend_emit(ts_backend *ts, const plan_file *file, output *out)
{
	buf head = { 0 }, body = { 0 };
	ts->file = file;
	type_names_enter(ts->names, file);
	export_names(ts);
	name_consts(ts);
	render_consts(ts, &body);
	for (size_t i = 0; i < file->item_count; i++)
		render_item(ts, &file->items[i], &body);
	render_head(ts, &head); /* last: it imports what the body turned out to use */
	if (body.at)
		buf_add(&head, body.at, body.length);
	if (head.failed || body.failed || ts->scratch.failed)
		output_fail(out);
	else
		output_add(out, idl_arena_printf(ts->arena, "%s.ts", file->stem), head.at,
			   head.length);
	forget_imports(ts);
	buf_release(&head);
	buf_release(&body);
	buf_release(&ts->scratch);
}
