/* Following references: a worklist, so that neither depth nor cycles matter. */
#include "plan_reach.h"

#include "plan_build.h"

void plan_reach_init(plan_reach *reach, const plan *p, idl_arena *arena)
{
	*reach = (plan_reach){ .round = 1 };
	size_t structs = p->struct_count + 1, unions = p->union_count + 1;
	size_t enums = p->enum_count + 1;
	reach->structs = idl_arena_array(arena, structs, sizeof(const plan_struct *));
	reach->unions = idl_arena_array(arena, unions, sizeof(const plan_union *));
	reach->enums = idl_arena_array(arena, enums, sizeof(const plan_enum *));
	reach->seen_structs = idl_arena_array(arena, structs, sizeof(unsigned));
	reach->seen_unions = idl_arena_array(arena, unions, sizeof(unsigned));
	reach->seen_enums = idl_arena_array(arena, enums, sizeof(unsigned));
}

void plan_reach_clear(plan_reach *reach)
{
	reach->round++;
	reach->struct_count = reach->enum_count = reach->union_count = 0;
}

/* ---- the worklist: what stands in the arrays behind the two `done` marks ---- */

static void add_struct(plan_reach *reach, const plan_struct *s)
{
	if (reach->seen_structs[s->number] == reach->round)
		return;
	reach->seen_structs[s->number] = reach->round;
	reach->structs[reach->struct_count++] = s;
}

static void add_union(plan_reach *reach, const plan_union *u)
{
	if (reach->seen_unions[u->number] == reach->round)
		return;
	reach->seen_unions[u->number] = reach->round;
	reach->unions[reach->union_count++] = u;
}

static void add_enum(plan_reach *reach, const plan_enum *e)
{
	if (reach->seen_enums[e->number] == reach->round)
		return;
	reach->seen_enums[e->number] = reach->round;
	reach->enums[reach->enum_count++] = e;
}

static void add_type(plan_reach *reach, const plan_type *type)
{
	while (type->elem)
		type = type->elem;
	if (type->enumeration)
		add_enum(reach, type->enumeration);
	else if (type->structure)
		add_struct(reach, type->structure);
	else if (type->tagged)
		add_union(reach, type->tagged);
}

static void add_fields(plan_reach *reach, const plan_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_type(reach, fields[i].type);
}

static void follow(plan_reach *reach, size_t structs, size_t unions)
{
	while (structs < reach->struct_count || unions < reach->union_count) {
		if (structs < reach->struct_count) {
			const plan_struct *s = reach->structs[structs++];
			add_fields(reach, s->fields, s->field_count);
		} else {
			const plan_union *u = reach->unions[unions++];
			add_fields(reach, u->tags, u->count);
		}
	}
}

/* ---- entrances ---- */

void plan_reach_enum(plan_reach *reach, const plan_enum *enumeration)
{
	add_enum(reach, enumeration);
}

void plan_reach_struct(plan_reach *reach, const plan_struct *structure)
{
	size_t structs = reach->struct_count, unions = reach->union_count;
	add_struct(reach, structure);
	follow(reach, structs, unions);
}

void plan_reach_union(plan_reach *reach, const plan_union *tagged)
{
	size_t structs = reach->struct_count, unions = reach->union_count;
	add_union(reach, tagged);
	follow(reach, structs, unions);
}

static void add_calls(plan_reach *reach, const plan_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_struct(reach, calls[i].params);
		if (calls[i].result)
			add_type(reach, calls[i].result);
		if (calls[i].progress)
			add_type(reach, calls[i].progress);
		for (size_t j = 0; j < calls[i].throw_count; j++)
			add_struct(reach, calls[i].throws[j]);
	}
}

void plan_reach_model(plan_reach *reach, const plan_model *m)
{
	size_t structs = reach->struct_count, unions = reach->union_count;
	add_struct(reach, m->state);
	if (m->params)
		add_struct(reach, m->params);
	if (m->presence)
		add_struct(reach, m->presence);
	add_calls(reach, m->actions, m->action_count);
	add_calls(reach, m->tasks, m->task_count);
	add_calls(reach, m->events, m->event_count);
	follow(reach, structs, unions);
}

/* ---- tracked ---- */

static bool lends(const plan_file *file)
{
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind == PLAN_ITEM_MODEL)
			return false;
	}
	return true;
}

static void reach_state_or_lent(plan_reach *reach, const plan_item *item, bool lent)
{
	if (item->kind == PLAN_ITEM_MODEL)
		plan_reach_struct(reach, item->as.model->state);
	else if (lent && item->kind == PLAN_ITEM_STRUCT &&
		 item->as.structure->origin == PLAN_STRUCT)
		plan_reach_struct(reach, item->as.structure);
	else if (lent && item->kind == PLAN_ITEM_UNION)
		plan_reach_union(reach, item->as.tagged);
}

void plan_track(plan_builder *b)
{
	plan_reach_init(&b->reach, b->result, b->arena);
	for (size_t i = 0; i < b->result->file_count; i++) {
		bool lent = lends(&b->files[i]);
		for (size_t j = 0; j < b->files[i].item_count; j++)
			reach_state_or_lent(&b->reach, &b->files[i].items[j], lent);
	}
	for (size_t i = 0; i < b->reach.struct_count; i++)
		b->structs[b->reach.structs[i]->number].tracked = true;
	for (size_t i = 0; i < b->reach.union_count; i++)
		b->unions[b->reach.unions[i]->number].tracked = true;
}

/* ---- features ---- */

static uint64_t when(bool asked, enum plan_feature feature)
{
	return asked ? (uint64_t)1 << feature : 0;
}

static uint64_t field_features(const plan_field *f)
{
	return when(f->writable && f->writers.all, PLAN_FEATURE_WRITE) |
	       when(f->writable && !f->writers.all, PLAN_FEATURE_WRITE_ROLE) |
	       when(!f->readers.all, PLAN_FEATURE_READ) | when(f->local, PLAN_FEATURE_LOCAL) |
	       when(f->computed, PLAN_FEATURE_COMPUTED) | when(f->constant, PLAN_FEATURE_CONST) |
	       when(f->is_volatile, PLAN_FEATURE_VOLATILE) |
	       when(f->type->inlined, PLAN_FEATURE_INLINE) | when(f->atomic, PLAN_FEATURE_ATOMIC) |
	       when(f->created, PLAN_FEATURE_CREATED) | when(f->updated, PLAN_FEATURE_UPDATED) |
	       when(f->retain_ms > 0, PLAN_FEATURE_RETAIN) | when(f->index, PLAN_FEATURE_INDEX) |
	       when(f->merge != IDL_MERGE_LAST, PLAN_FEATURE_MERGE) |
	       when(f->rate.per_ms > 0, PLAN_FEATURE_RATE);
}

static uint64_t call_features(const plan_call *calls, size_t count)
{
	uint64_t features = 0;
	for (size_t i = 0; i < count; i++) {
		const plan_call *c = &calls[i];
		features |= when(!c->roles.all, PLAN_FEATURE_ROLE) |
			    when(c->rate.per_ms > 0, PLAN_FEATURE_CALL_RATE) |
			    when(c->idempotent, PLAN_FEATURE_IDEMPOTENT) |
			    when(c->timeout_ms > 0, PLAN_FEATURE_TIMEOUT) |
			    when(c->single, PLAN_FEATURE_SINGLE) |
			    when(c->progress != NULL, PLAN_FEATURE_PROGRESS) |
			    when(c->throw_count > 0, PLAN_FEATURE_THROWS);
	}
	return features;
}

void plan_find_features(plan_builder *b, plan_model *m)
{
	m->features = call_features(m->actions, m->action_count) |
		      call_features(m->tasks, m->task_count) |
		      when(m->params != NULL, PLAN_FEATURE_KEY_PARAMS) |
		      when(m->ttl_ms > 0, PLAN_FEATURE_TTL) |
		      when(m->persist, PLAN_FEATURE_PERSIST) |
		      when(m->topic != NULL, PLAN_FEATURE_TOPIC) |
		      when(m->running != NULL, PLAN_FEATURE_RUNNING) |
		      when(m->session, PLAN_FEATURE_SESSION) |
		      when(m->presence != NULL, PLAN_FEATURE_PRESENCE);
	plan_reach_clear(&b->reach);
	plan_reach_model(&b->reach, m);
	for (size_t i = 0; i < b->reach.struct_count; i++) {
		const plan_struct *s = b->reach.structs[i];
		for (size_t j = 0; j < s->field_count; j++)
			m->features |= field_features(&s->fields[j]);
	}
	m->has_computed = (m->features >> PLAN_FEATURE_COMPUTED) & 1;
}
