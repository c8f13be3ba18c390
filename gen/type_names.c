#include "type_names.h"

#include <string.h>

struct type_names {
	idl_arena *arena;
	names_reserved *reserved;
	names *scope;
	plan_reach reach;
	const char **structs, **unions, **enums; /* by number; NULL: not named for this file */
};

type_names *type_names_new(const plan *p, idl_arena *arena, names_reserved *reserved)
{
	type_names *t = idl_arena_alloc(arena, sizeof(*t));
	t->arena = arena;
	t->reserved = reserved;
	t->structs = idl_arena_array(arena, p->struct_count + 1, sizeof(const char *));
	t->unions = idl_arena_array(arena, p->union_count + 1, sizeof(const char *));
	t->enums = idl_arena_array(arena, p->enum_count + 1, sizeof(const char *));
	plan_reach_init(&t->reach, p, arena);
	return t;
}

const char *type_names_struct(const type_names *t, const plan_struct *s)
{
	return t->structs[s->number];
}

const char *type_names_enum(const type_names *t, const plan_enum *e)
{
	return t->enums[e->number];
}

const char *type_names_union(const type_names *t, const plan_union *u)
{
	return t->unions[u->number];
}

const plan_reach *type_names_reach(const type_names *t)
{
	return &t->reach;
}

names *type_names_scope(const type_names *t)
{
	return t->scope;
}

/* ---- what there is to name ---- */

static void forget(type_names *t)
{
	for (size_t i = 0; i < t->reach.struct_count; i++)
		t->structs[t->reach.structs[i]->number] = NULL;
	for (size_t i = 0; i < t->reach.union_count; i++)
		t->unions[t->reach.unions[i]->number] = NULL;
	for (size_t i = 0; i < t->reach.enum_count; i++)
		t->enums[t->reach.enums[i]->number] = NULL;
	plan_reach_clear(&t->reach);
}

static void reach_file(type_names *t, const plan_file *file)
{
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *it = &file->items[i];
		if (it->kind == PLAN_ITEM_ENUM)
			plan_reach_enum(&t->reach, it->as.enumeration);
		else if (it->kind == PLAN_ITEM_STRUCT)
			plan_reach_struct(&t->reach, it->as.structure);
		else if (it->kind == PLAN_ITEM_UNION)
			plan_reach_union(&t->reach, it->as.tagged);
		else if (it->kind == PLAN_ITEM_MODEL)
			plan_reach_model(&t->reach, it->as.model);
	}
}

/* ---- naming, in rounds: what keeps its name before what does not ---- */

static bool declared(const plan_struct *s)
{
	return s->origin == PLAN_STRUCT || s->origin == PLAN_ERROR || s->origin == PLAN_STATE;
}

static const char *derived(const type_names *t, const plan_struct *s)
{
	const char *model = s->model->name;
	switch (s->origin) {
	case PLAN_KEY:
		return idl_arena_printf(t->arena, "%sKey", model);
	case PLAN_ARGS:
		return idl_arena_printf(t->arena, "%s%sArgs", model,
					names_pascal(t->arena, s->name));
	case PLAN_EVENT:
		return idl_arena_printf(t->arena, "%s%sEvent", model,
					names_pascal(t->arena, s->name));
	default:
		return idl_arena_printf(t->arena, "%sPresence", model);
	}
}

static void keep(type_names *t, const char **slot, const char *name)
{
	if (!*slot && names_claim(t->scope, name))
		*slot = name;
}

static void keep_declared(type_names *t, const plan_file *file, bool own)
{
	for (size_t i = 0; i < t->reach.struct_count; i++) {
		const plan_struct *s = t->reach.structs[i];
		if (declared(s) && (s->file == file) == own)
			keep(t, &t->structs[s->number], s->name);
	}
	for (size_t i = 0; i < t->reach.union_count; i++) {
		const plan_union *u = t->reach.unions[i];
		if ((u->file == file) == own)
			keep(t, &t->unions[u->number], u->name);
	}
	for (size_t i = 0; i < t->reach.enum_count; i++) {
		const plan_enum *e = t->reach.enums[i];
		if ((e->file == file) == own)
			keep(t, &t->enums[e->number], e->name);
	}
}

/* "my-notes" → "MyNotes", "2d" → "_2d" */
static const char *prefix_of(const type_names *t, const plan_file *file)
{
	char *word = idl_arena_copy(t->arena, file->base, strlen(file->base));
	for (char *c = word; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *c))
			*c = '_';
	}
	const char *prefix = names_pascal(t->arena, word);
	bool digit = *prefix >= '0' && *prefix <= '9';
	return digit ? idl_arena_printf(t->arena, "_%s", prefix) : prefix;
}

static void change(type_names *t, const char **slot, const char *name, const plan_file *file,
		   const plan_file *owner)
{
	if (*slot)
		return;
	if (owner != file)
		name = idl_arena_printf(t->arena, "%s%s", prefix_of(t, owner), name);
	*slot = names_take(t->scope, name);
}

static void change_rest(type_names *t, const plan_file *file)
{
	for (size_t i = 0; i < t->reach.enum_count; i++) {
		const plan_enum *e = t->reach.enums[i];
		change(t, &t->enums[e->number], e->name, file, e->file);
	}
	for (size_t i = 0; i < t->reach.union_count; i++) {
		const plan_union *u = t->reach.unions[i];
		change(t, &t->unions[u->number], u->name, file, u->file);
	}
	for (size_t i = 0; i < t->reach.struct_count; i++) {
		const plan_struct *s = t->reach.structs[i];
		change(t, &t->structs[s->number], declared(s) ? s->name : derived(t, s), file,
		       s->file);
	}
}

void type_names_enter(type_names *t, const plan_file *file)
{
	forget(t);
	t->scope = names_new(t->arena, t->reserved, NULL, 0);
	reach_file(t, file);
	keep_declared(t, file, true);
	keep_declared(t, file, false);
	change_rest(t, file);
}
