/* Which member of the earlier version became which of the later one. */
#include "breaking_compare.h"

#include <string.h>

/* ---- lists ---- */

static members room_for(judge *j, size_t count)
{
	return (members){ .list = idl_arena_array(j->arena, count + 1, sizeof(member)) };
}

members members_of_fields(judge *j, const idl_fields *fields)
{
	members m = room_for(j, fields->count);
	for (const idl_field *f = fields->first; f; f = f->next) {
		if (f->local)
			continue;
		m.list[m.count++] = (member){ .json = f->json,
					      .name = f->name,
					      .evolution = &f->evolution,
					      .span = f->span,
					      .type = f->type,
					      .node = f };
	}
	return m;
}

members members_of_values(judge *j, const idl_enum *enumeration)
{
	members m = room_for(j, enumeration->count);
	for (const idl_enum_value *v = enumeration->first; v; v = v->next)
		m.list[m.count++] = (member){ .json = v->json,
					      .name = v->name,
					      .evolution = &v->evolution,
					      .span = v->span,
					      .node = v };
	return m;
}

static void add_calls(members *m, const idl_calls *calls)
{
	for (const idl_call *c = calls->first; c; c = c->next)
		m->list[m->count++] = (member){ .json = c->json,
						.name = c->name,
						.evolution = &c->evolution,
						.span = c->span,
						.node = c };
}

members members_of_calls(judge *j, const idl_model *model)
{
	members m = room_for(j, model->actions.count + model->tasks.count + model->events.count);
	add_calls(&m, &model->actions);
	add_calls(&m, &model->tasks);
	add_calls(&m, &model->events);
	return m;
}

members members_of_throws(judge *j, const idl_call *call)
{
	members m = room_for(j, call->throw_count);
	for (const idl_throw *t = call->throws; t; t = t->next)
		m.list[m.count++] = (member){ .json = t->error->json,
					      .name = t->error->name,
					      .evolution = &t->error->evolution,
					      .span = t->span,
					      .node = t->error };
	return m;
}

/* ---- twins ---- */

static bool join(member *was, member *now, bool renamed)
{
	if (!was || was->twin || now->twin)
		return false;
	was->twin = now;
	now->twin = was;
	was->renamed = now->renamed = renamed;
	return true;
}

static void match_was(member *now, const names *by_json, const names *by_name)
{
	for (const idl_name *old = now->evolution->was; old && !now->twin; old = old->next) {
		if (!join(names_get(by_json, old->text), now, false))
			join(names_get(by_name, old->text), now, false);
	}
}

bool member_reserved(const member *m, const idl_name *reserved)
{
	for (; reserved; reserved = reserved->next) {
		if (strcmp(reserved->text, m->json) == 0 ||
		    (!reserved->quoted && strcmp(reserved->text, m->name) == 0))
			return true;
	}
	return false;
}

/* The same type in the same place, and nobody said that the old one was to go. */
static bool looks_renamed(const member *was, const member *now, const idl_name *reserved)
{
	return was->type && was->type->kind == now->type->kind && !was->evolution->deprecated &&
	       !member_reserved(was, reserved);
}

/* By eye: the name in the file is the same, or all but the name. */
static void match_renamed(members *was, members *now, const names *by_name,
			  const idl_name *reserved)
{
	for (size_t i = 0; i < now->count; i++) {
		member *m = &now->list[i], *old = names_get(by_name, m->name);
		if (m->twin)
			continue;
		if (!join(old, m, true) && i < was->count &&
		    looks_renamed(&was->list[i], m, reserved))
			join(&was->list[i], m, true);
	}
}

void members_match(judge *j, members *was, members *now, const idl_name *reserved)
{
	names by_json = { 0 }, by_name = { 0 };
	for (size_t i = 0; i < was->count; i++) {
		names_put(&by_json, j->arena, was->list[i].json, &was->list[i]);
		names_put(&by_name, j->arena, was->list[i].name, &was->list[i]);
	}
	for (size_t i = 0; i < now->count; i++)
		join(names_get(&by_json, now->list[i].json), &now->list[i], false);
	for (size_t i = 0; i < now->count; i++)
		match_was(&now->list[i], &by_json, &by_name);
	match_renamed(was, now, &by_name, reserved);
}
