#include <inttypes.h>
#include <string.h>

#include "c_gen.h"
#include "c_text.h"
#include "c_type.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

struct c_backend {
	const plan *whole;
	const c_names *names;
	tmpl_set *templates;
	idl_arena *arena;
};

c_backend *c_backend_new(const plan *whole, tmpl_set *templates, idl_arena *arena)
{
	c_backend *c = idl_arena_alloc(arena, sizeof(*c));
	c->whole = whole;
	c->templates = templates;
	c->arena = arena;
	c->names = c_names_build(whole, arena);
	return c;
}

/* ---- head and foot ---- */

/* From the folder of `from` to that of `to`: "../common/people". */
static const char *relative(c_file *f, const char *from, const char *to)
{
	size_t same = 0;
	for (size_t i = 0; from[i] && from[i] == to[i]; i++) {
		if (from[i] == '/')
			same = i + 1;
	}
	const char *up = "";
	for (const char *at = from + same; (at = strchr(at, '/')) != NULL; at++)
		up = JOIN(f, up, "../");
	return JOIN(f, up, to + same);
}

static void bind_forward(c_file *f, view *v)
{
	view_list(v, "types");
	for (size_t i = 0; i < f->plan->item_count; i++) {
		const plan_item *item = &f->plan->items[i];
		const char *type = NULL, *doc = NULL, *entry = NULL;
		if (item->kind == PLAN_ITEM_STRUCT) {
			type = f->names->structs[item->as.structure->number].type;
			doc = f->names->structs[item->as.structure->number].doc;
		} else if (item->kind == PLAN_ITEM_UNION) {
			type = f->names->unions[item->as.tagged->number].type;
			doc = f->names->unions[item->as.tagged->number].doc;
		} else if (item->kind == PLAN_ITEM_CONTAINER) {
			type = f->names->containers[item->as.container->number].type;
			doc = f->names->containers[item->as.container->number].doc;
			entry = f->names->containers[item->as.container->number].entry;
		} else {
			continue;
		}
		view *row = view_add(v, "types");
		view_text(row, "type", type);
		view_text(row, "doc_type", doc);
		view_text(row, "entry", entry);
	}
}

/* Names and no macros: a macro would reach into members and parameters of the same name. */
static void bind_const(c_file *f, view *v, const plan_const *one)
{
	const idl_value *value = one->value;
	const char *type = "char ", *text = "";
	bool small =
		value->kind == IDL_VALUE_INT && value->i <= INT32_MAX && value->i >= -INT32_MAX;
	view_flag(v, "small", small);
	view_flag(v, "array", value->kind == IDL_VALUE_STRING);
	switch (value->kind) {
	case IDL_VALUE_BOOL:
		type = "bool ";
		text = value->b ? "true" : "false";
		break;
	case IDL_VALUE_INT:
		type = "int64_t ";
		text = c_int(f->pool, value->i);
		break;
	case IDL_VALUE_UINT:
		type = "uint64_t ";
		text = c_uint(f->pool, value->u);
		break;
	case IDL_VALUE_FLOAT:
		type = "double ";
		text = c_real(f->pool, value->f);
		break;
	default:
		text = c_string(f->pool, value->text.at, value->text.length);
	}
	view_text(v, "type", type);
	view_text(v, "value", text);
	view_text(v, "comment", c_comment(f->pool, "", one->doc, NULL));
}

static void bind_consts(c_file *f, view *v)
{
	const plan_file *file = f->plan;
	view_list(v, "consts");
	for (size_t i = 0; i < file->const_count; i++) {
		view *row = view_add(v, "consts");
		view_text(row, "name", f->names->consts[file->number][i]);
		bind_const(f, row, &file->consts[i]);
	}
}

/* FNV-1a of the roles that a file names and of their numbers; 0: it names none. */
static uint32_t roles_stamp(const plan_file *file)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < file->role_count; i++) {
		if (!(file->used_roles >> i & 1))
			continue;
		h = (h ^ (uint32_t)i) * 16777619u;
		for (const char *at = file->roles[i]; *at; at++)
			h = (h ^ (unsigned char)*at) * 16777619u;
	}
	return file->used_roles ? h | 1 : 0;
}

/* Another run may have made an imported file anew, with other numbers for its roles: what one role
 * may see, another would. */
static void bind_roles_stamps(c_file *f, view *v)
{
	const plan_file *file = f->plan;
	view_text(v, "roles_stamp", view_format(f->pool, "%" PRIu32, roles_stamp(file)));
	view_flag(v, "stamped", file->used_roles != 0);
	view_list(v, "stamps");
	for (size_t i = 0; i < file->import_count; i++) {
		const plan_file *import = file->imports[i];
		if (!import->used_roles)
			continue;
		view *row = view_add(v, "stamps");
		view_text(row, "guard", f->names->guards[import->number]);
		view_text(row, "roles_stamp",
			  view_format(f->pool, "%" PRIu32, roles_stamp(import)));
	}
}

static view *file_view(c_file *f, const char *schema)
{
	const plan_file *file = f->plan;
	view *v = view_new(f->pool);
	bool models = false;
	for (size_t i = 0; i < file->item_count; i++)
		models |= file->items[i].kind == PLAN_ITEM_MODEL;
	view_text(v, "source", c_comment_text(f->pool, file->source));
	view_text(v, "base", file->base);
	view_text(v, "stem", f->names->stems[file->number]);
	view_text(v, "guard", f->names->guards[file->number]);
	view_text(v, "comment", c_comment(f->pool, "", file->doc, NULL));
	view_flag(v, "models", models);
	view_flag(v, "schema", schema != NULL);
	view_list(v, "imports");
	for (size_t i = 0; i < file->import_count; i++)
		view_text(view_add(v, "imports"), "path",
			  relative(f, file->stem, file->imports[i]->stem));
	view_list(v, "roles");
	for (size_t i = 0; i < file->role_count; i++) {
		view *role = view_add(v, "roles");
		view_text(role, "role", f->names->roles[file->number][i]);
		view_text(role, "text", c_string(f->pool, file->roles[i], strlen(file->roles[i])));
		view_number(role, "number", i);
	}
	bind_roles_stamps(f, v);
	bind_consts(f, v);
	bind_forward(f, v);
	return v;
}

/* The schema's text, a line a literal. */
static view *schema_view(c_file *f, const char *schema)
{
	view *v = view_new(f->pool);
	/* A byte becomes two at most, but for control characters, which JSON text does not hold. */
	char *text = view_room(f->pool, 6 * strlen(schema) + 8), *at = text;
	view_text(v, "stem", f->names->stems[f->plan->number]);
	while (*schema) {
		size_t length = strcspn(schema, "\n");
		length += schema[length] == '\n';
		*at++ = '\t';
		at = c_string_to(at, schema, length);
		*at++ = '\n';
		schema += length;
	}
	*at = '\0';
	if (at > text)
		at[-1] = ';';
	view_text(v, "text", text);
	return v;
}

/* ---- items ---- */

static void emit_item(c_file *f, const plan_item *item)
{
	switch (item->kind) {
	case PLAN_ITEM_ENUM:
		c_emit_enum(f, item->as.enumeration);
		break;
	case PLAN_ITEM_STRUCT:
		c_emit_struct(f, item->as.structure);
		break;
	case PLAN_ITEM_UNION:
		c_emit_union(f, item->as.tagged);
		break;
	case PLAN_ITEM_CONTAINER:
		c_emit_container(f, item->as.container);
		break;
	case PLAN_ITEM_MODEL:
		c_emit_model(f, item->as.model);
		break;
	}
}

/* Models come after the entries: their calls may give a map back. */
static void emit_items(c_file *f, const char *schema)
{
	const plan_file *file = f->plan;
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind == PLAN_ITEM_MODEL)
			continue;
		emit_item(f, &file->items[i]);
		view_pool_clear(f->pool);
	}
	if (f->entries.length) {
		buf_text(&f->header, "\n/* ---- entries of maps and tables ---- */\n");
		buf_add(&f->header, f->entries.at, f->entries.length);
	}
	if (schema) {
		tmpl_render(f->templates, "c/schema.c", schema_view(f, schema), &f->body);
		view_pool_clear(f->pool);
	}
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind != PLAN_ITEM_MODEL)
			continue;
		emit_item(f, &file->items[i]);
		view_pool_clear(f->pool);
	}
}

/* The beginning of the .c is known last, and its body is large. */
static void put_in_front(buf *body, const buf *head)
{
	size_t length = body->length;
	buf_add(body, head->at, head->length);
	if (body->failed || !head->length)
		return;
	memmove(body->at + head->length, body->at, length);
	memcpy(body->at, head->at, head->length);
}

void c_backend_emit(c_backend *c, const plan_file *file, const char *schema, output *out)
{
	c_file f = { .plan = file,
		     .whole = c->whole,
		     .names = c->names,
		     .scope = c->names->scopes[file->number],
		     .arena = c->arena,
		     .templates = c->templates,
		     .pool = tmpl_set_pool(c->templates),
		     .has_schema = schema != NULL,
		     .types = c_types_new(c->arena) };
	buf head = { 0 };
	view_pool_clear(f.pool);
	tmpl_render(f.templates, "c/file.h", file_view(&f, schema), &f.header);
	view_pool_clear(f.pool);
	emit_items(&f, schema);
	view *v = file_view(&f, schema);
	tmpl_render(f.templates, "c/file_end.h", v, &f.header);
	tmpl_render(f.templates, "c/file.c", v, &head);
	buf_add(&head, f.tables.at, f.tables.length);
	put_in_front(&f.body, &head);
	if (head.failed || f.tables.failed || f.entries.failed)
		output_fail(out);
	output_take(out, JOIN(&f, file->stem, ".h"), &f.header);
	output_take(out, JOIN(&f, file->stem, ".c"), &f.body);
	buf_release(&f.entries);
	buf_release(&f.tables);
	buf_release(&head);
}
