#include "ts_shape.h"

#include <string.h>

#include "jcs.h"
#include "value.h"

/* The structs and unions that a model's shapes refer to, in the order of their first use. */
typedef struct shapes {
	ts_backend *ts;
	const plan_struct **structs;
	const plan_union **unions;
	size_t struct_count, union_count;
} shapes;

/* ---- names ---- */

/* Two packages may have a type of one name: then its number tells them apart. */
static const char *struct_name(const shapes *all, const plan_struct *s)
{
	for (size_t i = 0; i < all->struct_count && all->structs[i] != s; i++) {
		if (strcmp(all->structs[i]->name, s->name) == 0)
			return view_format(all->ts->pool, "%s:%zu", s->name, s->number);
	}
	return s->name;
}

static const char *union_name(const shapes *all, const plan_union *u)
{
	for (size_t i = 0; i < all->union_count && all->unions[i] != u; i++) {
		if (strcmp(all->unions[i]->name, u->name) == 0)
			return view_format(all->ts->pool, "union %s:%zu", u->name, u->number);
	}
	return view_format(all->ts->pool, "union %s", u->name);
}

static void use_struct(shapes *all, const plan_struct *s)
{
	for (size_t i = 0; i < all->struct_count; i++) {
		if (all->structs[i] == s)
			return;
	}
	all->structs[all->struct_count++] = s;
}

static void use_union(shapes *all, const plan_union *u)
{
	for (size_t i = 0; i < all->union_count; i++) {
		if (all->unions[i] == u)
			return;
	}
	all->unions[all->union_count++] = u;
}

/* ---- shapes ---- */

static const char *leaf(const plan_type *type)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
		return value_is_digits(type) ? "int64" : NULL;
	case IDL_GROUP_COUNTER:
		return "counter";
	case IDL_GROUP_TEXT:
		return "text";
	case IDL_GROUP_BYTES:
		return "bytes";
	default:
		return NULL;
	}
}

static void reference(buf *b, const char *name)
{
	buf_text(b, "{ ref: ");
	jcs_string(b, name, strlen(name));
	buf_text(b, " }");
}

static void spell(shapes *all, buf *b, const plan_type *type)
{
	if (type->elem) {
		const plan_struct *element = type->elem->structure;
		buf_text(b, type->kind == IDL_LIST  ? "{ list: "
			    : type->kind == IDL_SET ? "{ set: "
						    : "{ map: ");
		spell(all, b, type->elem);
		if (type->kind == IDL_LIST && element && element->key) {
			buf_text(b, ", key: ");
			jcs_string(b, element->key->json, strlen(element->key->json));
		}
		buf_text(b, " }");
	} else if (type->structure) {
		use_struct(all, type->structure);
		reference(b, struct_name(all, type->structure));
	} else if (type->tagged) {
		use_union(all, type->tagged);
		reference(b, union_name(all, type->tagged));
	} else {
		const char *name = leaf(type);
		idl_group group = idl_kind_info[type->kind].group;
		all->ts->texts |= group == IDL_GROUP_TEXT;
		all->ts->bytes |= group == IDL_GROUP_BYTES;
		buf_printf(b, "\"%s\"", name ? name : "json");
	}
}

static bool is_json(const plan_type *type)
{
	return !type->elem && !type->structure && !type->tagged && !leaf(type);
}

static void members(shapes *all, buf *b, const plan_struct *s)
{
	bool first = true;
	buf_text(b, "{ struct: {");
	for (size_t i = 0; i < s->field_count; i++) {
		const plan_field *f = &s->fields[i];
		bool checked = f->merge == IDL_MERGE_CHECKED;
		if (f->local || (is_json(f->type) && !checked))
			continue;
		buf_text(b, first ? " " : ", ");
		first = false;
		jcs_string(b, f->json, strlen(f->json));
		buf_text(b, f->atomic ? ": { whole: " : ": ");
		all->ts->checked |= checked;
		buf_text(b, checked ? "{ checked: " : "");
		spell(all, b, f->type);
		buf_text(b, checked ? " }" : "");
		buf_text(b, f->atomic ? " }" : "");
	}
	buf_text(b, first ? "} }" : " } }");
}

static void tags(shapes *all, buf *b, const plan_union *u)
{
	buf_text(b, "{ union: {");
	for (size_t i = 0; i < u->count; i++) {
		buf_text(b, i ? ", " : " ");
		jcs_string(b, u->tags[i].json, strlen(u->tags[i].json));
		buf_text(b, ": ");
		spell(all, b, u->tags[i].type);
	}
	buf_text(b, " } }");
}

/* ---- calls ---- */

/* Is its JSON the same in TypeScript? `seen`: structs and unions on the way here. */
static bool plain(const shapes *all, const plan_type *type, bool *structs, bool *unions);

static bool plain_fields(const shapes *all, const plan_struct *s, bool *structs, bool *unions)
{
	if (structs[s->number])
		return true;
	structs[s->number] = true;
	for (size_t i = 0; i < s->field_count; i++) {
		if (!plain(all, s->fields[i].type, structs, unions))
			return false;
	}
	return true;
}

static bool plain(const shapes *all, const plan_type *type, bool *structs, bool *unions)
{
	if (type->kind == IDL_MAP || type->kind == IDL_TABLE)
		return false;
	if (type->elem)
		return plain(all, type->elem, structs, unions);
	if (type->structure)
		return plain_fields(all, type->structure, structs, unions);
	if (type->tagged && !unions[type->tagged->number]) {
		unions[type->tagged->number] = true;
		for (size_t i = 0; i < type->tagged->count; i++) {
			if (!plain(all, type->tagged->tags[i].type, structs, unions))
				return false;
		}
	}
	return type->kind != IDL_BYTES && !value_is_digits(type);
}

static bool is_plain(const shapes *all, const plan_type *type, const plan_struct *s)
{
	ts_backend *ts = all->ts;
	bool *structs = idl_arena_array(ts->arena, ts->plan->struct_count + 1, sizeof(*structs));
	bool *unions = idl_arena_array(ts->arena, ts->plan->union_count + 1, sizeof(*unions));
	return s ? plain_fields(all, s, structs, unions) : plain(all, type, structs, unions);
}

/* "args: …, " when there is something to say. */
static void add_part(shapes *all, buf *b, const char *name, const plan_type *type,
		     const plan_struct *s)
{
	if ((!type && !s) || is_plain(all, type, s))
		return;
	buf_printf(b, "%s%s: ", b->length ? ", " : "", name);
	if (s)
		members(all, b, s);
	else
		spell(all, b, type);
}

static void add_call(shapes *all, view *v, const char *json, const plan_struct *args,
		     const plan_type *result, const plan_type *progress)
{
	buf *b = &all->ts->scratch;
	add_part(all, b, "args", NULL, args);
	add_part(all, b, "result", result, NULL);
	add_part(all, b, "progress", progress, NULL);
	if (b->length == 0)
		return;
	const char *parts = ts_keep(all->ts);
	view *call = view_add(v, "calls");
	view_text(call, "member", ts_string(all->ts, json));
	view_text(call, "parts", parts);
}

static void add_calls(shapes *all, view *v, const plan_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_call(all, v, calls[i].json, calls[i].params, calls[i].result,
			 calls[i].progress);
}

/* ---- the model ---- */

static void add_shape(shapes *all, view *v, const char *name, const char *shape)
{
	view *one = view_add(v, "shapes");
	view_text(one, "name", ts_string(all->ts, name));
	view_text(one, "shape", shape);
}

/* Spelling one may find others: both lists grow while they are walked. */
static void add_shapes(shapes *all, view *v)
{
	buf *b = &all->ts->scratch;
	size_t structs = 0, unions = 0;
	while (structs < all->struct_count || unions < all->union_count) {
		if (structs < all->struct_count) {
			const plan_struct *s = all->structs[structs++];
			members(all, b, s);
			add_shape(all, v, struct_name(all, s), ts_keep(all->ts));
		} else {
			const plan_union *u = all->unions[unions++];
			tags(all, b, u);
			add_shape(all, v, union_name(all, u), ts_keep(all->ts));
		}
	}
}

void ts_shape_model(ts_backend *ts, view *v, const plan_model *m)
{
	shapes all = { .ts = ts };
	all.structs = idl_arena_array(ts->arena, ts->plan->struct_count + 1, sizeof(*all.structs));
	all.unions = idl_arena_array(ts->arena, ts->plan->union_count + 1, sizeof(*all.unions));
	members(&all, &ts->scratch, m->state);
	view_text(v, "shape", ts_keep(ts));
	view_list(v, "calls");
	add_calls(&all, v, m->actions, m->action_count);
	add_calls(&all, v, m->tasks, m->task_count);
	add_calls(&all, v, m->events, m->event_count);
	if (m->presence)
		add_call(&all, v, "", m->presence, NULL, NULL);
	view_list(v, "shapes");
	add_shapes(&all, v);
}
