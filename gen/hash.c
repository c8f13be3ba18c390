#include "hash.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "jcs.h"
#include "sha256.h"
#include "value.h"

typedef enum { REF_STRUCT, REF_UNION, REF_ENUM } ref_kind;

/* One of "types". */
typedef struct {
	ref_kind kind;
	const plan_struct *structure;
	const plan_union *tagged;
	const plan_enum *enumeration;
} ref;

struct hasher {
	idl_arena *arena;
	buf out;
	ref *refs; /* room for all types of the plan */
	size_t ref_count;
	size_t *structs, *unions, *enums; /* 1 + REF by number; 0: not met yet */
	const void **sorted;		  /* scratch, room for the members of one type */
	size_t sorted_room;
};

hasher *hash_new(const plan *p, idl_arena *arena)
{
	hasher *h = idl_arena_alloc(arena, sizeof(*h));
	size_t all = p->struct_count + p->union_count + p->enum_count;
	h->arena = arena;
	h->refs = idl_arena_array(arena, all + 1, sizeof(*h->refs));
	h->structs = idl_arena_array(arena, p->struct_count + 1, sizeof(size_t));
	h->unions = idl_arena_array(arena, p->union_count + 1, sizeof(size_t));
	h->enums = idl_arena_array(arena, p->enum_count + 1, sizeof(size_t));
	return h;
}

void hash_release(hasher *h)
{
	buf_release(&h->out);
}

/* ---- references ---- */

static size_t number_ref(hasher *h, size_t *known, ref r)
{
	if (*known == 0) {
		h->refs[h->ref_count++] = r;
		*known = h->ref_count;
	}
	return *known - 1;
}

static size_t ref_struct(hasher *h, const plan_struct *s)
{
	return number_ref(h, &h->structs[s->number], (ref){ .kind = REF_STRUCT, .structure = s });
}

static size_t ref_union(hasher *h, const plan_union *u)
{
	return number_ref(h, &h->unions[u->number], (ref){ .kind = REF_UNION, .tagged = u });
}

static size_t ref_enum(hasher *h, const plan_enum *e)
{
	return number_ref(h, &h->enums[e->number], (ref){ .kind = REF_ENUM, .enumeration = e });
}

static void forget_refs(hasher *h)
{
	for (size_t i = 0; i < h->ref_count; i++) {
		const ref *r = &h->refs[i];
		if (r->kind == REF_STRUCT)
			h->structs[r->structure->number] = 0;
		else if (r->kind == REF_UNION)
			h->unions[r->tagged->number] = 0;
		else
			h->enums[r->enumeration->number] = 0;
	}
	h->ref_count = 0;
}

/* ---- members: commas and names ---- */

/* `,"name":` or `"name":`, the first one straight after the brace. */
static void name(hasher *h, const char *text)
{
	if (h->out.length > 0 && h->out.at[h->out.length - 1] != '{')
		buf_char(&h->out, ',');
	jcs_string(&h->out, text, strlen(text));
	buf_char(&h->out, ':');
}

static void comma(hasher *h, size_t index)
{
	if (index > 0)
		buf_char(&h->out, ',');
}

static void flag(hasher *h, const char *text, bool set)
{
	if (!set)
		return;
	name(h, text);
	buf_text(&h->out, "true");
}

static void ref_member(hasher *h, const char *text, size_t number)
{
	name(h, text);
	buf_printf(&h->out, "%zu", number);
}

static const void **scratch(hasher *h, size_t count)
{
	if (count > h->sorted_room) {
		h->sorted_room = count * 2;
		h->sorted = idl_arena_array(h->arena, h->sorted_room, sizeof(const void *));
	}
	return h->sorted;
}

/* ---- types in use ---- */

static void bound(hasher *h, const char *text, const plan_type *type, idl_number number)
{
	name(h, text);
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_UINT:
		jcs_uint(&h->out, number.u);
		break;
	case IDL_GROUP_FLOAT:
		jcs_double(&h->out, number.f);
		break;
	default:
		jcs_int(&h->out, number.i);
		break;
	}
}

static bool has_bound(const plan_type *type, double end)
{
	idl_group group = idl_kind_info[type->kind].group;
	bool finite = end - end == 0;
	return idl_kind_info[type->kind].argument == IDL_ARGUMENT_RANGE &&
	       (group != IDL_GROUP_FLOAT || finite);
}

static void use(hasher *h, const plan_type *type)
{
	buf *b = &h->out;
	buf_char(b, '{');
	if (type->structure || type->tagged || type->enumeration) {
		ref_member(h, "ref",
			   type->structure ? ref_struct(h, type->structure)
			   : type->tagged  ? ref_union(h, type->tagged)
					   : ref_enum(h, type->enumeration));
		buf_char(b, '}');
		return;
	}
	const idl_kind_row *row = &idl_kind_info[type->kind];
	if (has_bound(type, type->high.f))
		bound(h, "high", type, type->high);
	if (type->json_number) {
		name(h, "json");
		buf_text(b, "\"number\"");
	}
	name(h, "kind");
	jcs_string(b, row->spelling, strlen(row->spelling));
	if (has_bound(type, type->low.f))
		bound(h, "low", type, type->low);
	if (row->argument == IDL_ARGUMENT_LENGTH) {
		if (type->max != UINT64_MAX) {
			name(h, "max");
			jcs_uint(b, type->max);
		}
		name(h, "min");
		jcs_uint(b, type->min);
	}
	if (type->elem) {
		name(h, "of");
		use(h, type->elem); /* as deep as types nest, which the parser bounds */
	}
	buf_char(b, '}');
}

/* ---- declarations ---- */

static int compare_names(const void *a, const void *b)
{
	return jcs_compare(*(const char *const *)a, *(const char *const *)b);
}

static void names_array(hasher *h, const char **names, size_t count)
{
	qsort(names, count, sizeof(*names), compare_names);
	buf_char(&h->out, '[');
	for (size_t i = 0; i < count; i++) {
		comma(h, i);
		jcs_string(&h->out, names[i], strlen(names[i]));
	}
	buf_char(&h->out, ']');
}

static void roles(hasher *h, const char *text, const plan_file *file, plan_roles r)
{
	const char *names[IDL_MAX_ROLES];
	size_t count = 0;
	for (size_t i = 0; i < IDL_MAX_ROLES && i < file->role_count; i++) {
		if (r.numbers >> i & 1)
			names[count++] = file->roles[i];
	}
	name(h, text);
	names_array(h, names, count);
}

static void field(hasher *h, const plan_file *file, const plan_field *f)
{
	buf_char(&h->out, '{');
	if (f->value) {
		name(h, "default");
		value_json(&h->out, f->type, f->value);
	}
	flag(h, "key", f->key);
	flag(h, "null", f->nullable);
	flag(h, "optional", f->optional);
	if (!f->readers.all)
		roles(h, "read", file, f->readers);
	name(h, "type");
	use(h, f->type);
	if (f->writable && !f->writers.all)
		roles(h, "write", file, f->writers);
	else
		flag(h, "write", f->writable);
	buf_char(&h->out, '}');
}

static int compare_fields(const void *a, const void *b)
{
	const plan_field *const *left = a, *const *right = b;
	return jcs_compare((*left)->json, (*right)->json);
}

/* The fields that exist on a wire, by name. */
static size_t sort_fields(hasher *h, const plan_field *fields, size_t count)
{
	const void **sorted = scratch(h, count);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (!fields[i].local)
			sorted[kept++] = &fields[i];
	}
	if (kept > 0)
		qsort(sorted, kept, sizeof(*sorted), compare_fields);
	return kept;
}

static void structure(hasher *h, const plan_struct *s)
{
	size_t count = sort_fields(h, s->fields, s->field_count);
	flag(h, "closed", s->closed);
	name(h, "fields");
	buf_char(&h->out, '{');
	for (size_t i = 0; i < count; i++) {
		const plan_field *f = h->sorted[i];
		name(h, f->json);
		field(h, s->file, f);
	}
	buf_char(&h->out, '}');
}

static void tagged(hasher *h, const plan_union *u)
{
	size_t count = sort_fields(h, u->tags, u->count);
	name(h, "tags");
	buf_char(&h->out, '{');
	for (size_t i = 0; i < count; i++) {
		const plan_field *tag = h->sorted[i];
		name(h, tag->json);
		use(h, tag->type);
	}
	buf_char(&h->out, '}');
}

static void enumeration(hasher *h, const plan_enum *e)
{
	const char **names = idl_arena_array(h->arena, e->count, sizeof(const char *));
	for (size_t i = 0; i < e->count; i++)
		names[i] = e->values[i].json;
	flag(h, "open", e->open);
	name(h, "values");
	names_array(h, names, e->count);
}

static void declaration(hasher *h, const ref *r)
{
	buf_char(&h->out, '{');
	if (r->kind == REF_STRUCT)
		structure(h, r->structure);
	else if (r->kind == REF_UNION)
		tagged(h, r->tagged);
	else
		enumeration(h, r->enumeration);
	buf_char(&h->out, '}');
}

/* ---- the model ---- */

static int compare_throws(const void *a, const void *b)
{
	const plan_struct *const *left = a, *const *right = b;
	return jcs_compare((*left)->json, (*right)->json);
}

static void throws(hasher *h, const plan_call *c)
{
	const plan_struct **sorted =
		idl_arena_array(h->arena, c->throw_count, sizeof(const plan_struct *));
	memcpy(sorted, c->throws, c->throw_count * sizeof(*sorted));
	qsort(sorted, c->throw_count, sizeof(*sorted), compare_throws);
	name(h, "throws");
	buf_char(&h->out, '{');
	for (size_t i = 0; i < c->throw_count; i++)
		ref_member(h, sorted[i]->json, ref_struct(h, sorted[i]));
	buf_char(&h->out, '}');
}

static void call(hasher *h, const plan_call *c)
{
	buf_char(&h->out, '{');
	ref_member(h, "args", ref_struct(h, c->params));
	flag(h, "null", c->result_nullable);
	if (c->progress) {
		name(h, "progress");
		use(h, c->progress);
	}
	if (c->result) {
		name(h, "result");
		use(h, c->result);
	}
	if (!c->roles.all)
		roles(h, "roles", c->model->file, c->roles);
	if (c->throw_count > 0)
		throws(h, c);
	buf_char(&h->out, '}');
}

static int compare_calls(const void *a, const void *b)
{
	const plan_call *const *left = a, *const *right = b;
	return jcs_compare((*left)->json, (*right)->json);
}

static void calls(hasher *h, const char *text, const plan_call *list, size_t count)
{
	const void **sorted = scratch(h, count);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &list[i];
	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), compare_calls);
	name(h, text);
	buf_char(&h->out, '{');
	for (size_t i = 0; i < count; i++) {
		const plan_call *c = h->sorted[i];
		name(h, c->json);
		call(h, c);
	}
	buf_char(&h->out, '}');
}

static void text_member(hasher *h, const char *text, const char *value)
{
	name(h, text);
	jcs_string(&h->out, value, strlen(value));
}

const char *hash_text(hasher *h, const plan_model *m)
{
	buf_clear(&h->out);
	forget_refs(h);
	buf_text(&h->out, "{\"model\":{");
	calls(h, "actions", m->actions, m->action_count);
	calls(h, "events", m->events, m->event_count);
	text_member(h, "key", m->key);
	text_member(h, "name", m->name);
	if (m->params)
		ref_member(h, "params", ref_struct(h, m->params));
	if (m->presence)
		ref_member(h, "presence", ref_struct(h, m->presence));
	if (m->running)
		text_member(h, "running", m->running);
	ref_member(h, "state", ref_struct(h, m->state));
	calls(h, "tasks", m->tasks, m->task_count);
	buf_text(&h->out, "},\"types\":[");
	for (size_t i = 0; i < h->ref_count; i++) {
		comma(h, i);
		declaration(h, &h->refs[i]);
	}
	buf_text(&h->out, "],\"v\":1}");
	return h->out.at;
}

bool hash_model(hasher *h, const plan_model *model, char hex[65])
{
	hash_text(h, model);
	sha256_hex(h->out.at, h->out.length, hex);
	return !h->out.failed;
}
