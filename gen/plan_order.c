/*
 * Emission order of a file: enums, then everything else so that what is held by value stands before
 * its holder, close to the order of the file.
 *
 * A depth-first walk over "holds by value", which has no cycles once `check` has refused infinite
 * sizes. A list of T holds no T by value, only its place, so T may come later. The walk keeps its
 * own stack: a chain of structs may be as long as a file allows.
 */
#include "plan_build.h"

typedef struct {
	const plan_struct *structure; /* one of the two */
	const plan_union *tagged;
	size_t next; /* field or tag to look at */
} frame;

typedef struct {
	plan_builder *b;
	plan_file *file;
	plan_item *items;
	size_t count, room;
	bool *seen_structs, *seen_unions, *seen_containers;
	frame *stack;
	size_t depth, stack_room;
	unsigned containers;
} order;

static void add_item(order *o, plan_item item)
{
	if (o->count == o->room) {
		size_t room = o->room ? o->room * 2 : 32;
		plan_item *items = idl_arena_array(o->b->arena, room, sizeof(*items));
		for (size_t i = 0; i < o->count; i++)
			items[i] = o->items[i];
		o->items = items;
		o->room = room;
	}
	o->items[o->count++] = item;
}

static void push(order *o, frame f)
{
	if (o->depth == o->stack_room) {
		size_t room = o->stack_room ? o->stack_room * 2 : 64;
		frame *stack = idl_arena_array(o->b->arena, room, sizeof(*stack));
		for (size_t i = 0; i < o->depth; i++)
			stack[i] = o->stack[i];
		o->stack = stack;
		o->stack_room = room;
	}
	o->stack[o->depth++] = f;
}

static void enter_struct(order *o, const plan_struct *s)
{
	if (s->file != o->file || o->seen_structs[s->number])
		return;
	o->seen_structs[s->number] = true;
	push(o, (frame){ .structure = s });
}

static void enter_union(order *o, const plan_union *u)
{
	if (u->file != o->file || o->seen_unions[u->number])
		return;
	o->seen_unions[u->number] = true;
	push(o, (frame){ .tagged = u });
}

/* Inner ones first; as deep as types nest, which the parser bounds. */
static void emit_container(order *o, const plan_container *c)
{
	if (c->elem->container)
		emit_container(o, c->elem->container);
	if (c->file != o->file || o->seen_containers[c->number])
		return;
	o->seen_containers[c->number] = true;
	o->b->containers[c->number]->position = o->containers++;
	add_item(o, (plan_item){ .kind = PLAN_ITEM_CONTAINER, .as.container = c });
}

/* What must stand before somebody who holds a value of the type. */
static void enter_type(order *o, const plan_type *type, bool boxed)
{
	if (type->container)
		emit_container(o, type->container);
	else if (type->structure && !boxed)
		enter_struct(o, type->structure);
	else if (type->tagged && !boxed)
		enter_union(o, type->tagged);
}

static void leave(order *o, const frame *f)
{
	if (f->structure)
		add_item(o, (plan_item){ .kind = PLAN_ITEM_STRUCT, .as.structure = f->structure });
	else
		add_item(o, (plan_item){ .kind = PLAN_ITEM_UNION, .as.tagged = f->tagged });
}

static void walk(order *o)
{
	while (o->depth > 0) {
		frame *f = &o->stack[o->depth - 1];
		size_t count = f->structure ? f->structure->field_count : f->tagged->count;
		const plan_field *fields = f->structure ? f->structure->fields : f->tagged->tags;
		if (f->next < count) {
			const plan_field *field = &fields[f->next++];
			enter_type(o, field->type, field->boxed); /* may move the stack */
			continue;
		}
		frame done = *f;
		o->depth--;
		leave(o, &done);
	}
}

static void emit_struct(order *o, const plan_struct *s)
{
	if (!s)
		return;
	enter_struct(o, s);
	walk(o);
}

static void emit_calls(order *o, const plan_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		emit_struct(o, calls[i].params);
		if (calls[i].result)
			enter_type(o, calls[i].result, false);
		if (calls[i].progress)
			enter_type(o, calls[i].progress, false);
		walk(o);
	}
}

static void emit_model(order *o, const plan_model *m)
{
	emit_struct(o, m->params);
	emit_struct(o, m->state);
	emit_calls(o, m->actions, m->action_count);
	emit_calls(o, m->tasks, m->task_count);
	emit_calls(o, m->events, m->event_count);
	for (size_t i = 0; i < m->task_count; i++) {
		for (size_t j = 0; j < m->tasks[i].throw_count; j++)
			emit_struct(o, m->tasks[i].throws[j]);
	}
	for (size_t i = 0; i < m->action_count; i++) {
		for (size_t j = 0; j < m->actions[i].throw_count; j++)
			emit_struct(o, m->actions[i].throws[j]);
	}
	emit_struct(o, m->presence);
	add_item(o, (plan_item){ .kind = PLAN_ITEM_MODEL, .as.model = m });
}

static void emit_decl(order *o, const idl_decl *d)
{
	switch (d->kind) {
	case IDL_DECL_STRUCT:
	case IDL_DECL_ERROR:
		emit_struct(o, d->mark);
		break;
	case IDL_DECL_UNION:
		enter_union(o, d->mark);
		walk(o);
		break;
	case IDL_DECL_MODEL:
		emit_model(o, d->mark);
		break;
	case IDL_DECL_ENUM:
	case IDL_DECL_CONST:
		break;
	}
}

void plan_order_file(plan_builder *b, plan_file *file)
{
	/* Marks for the whole plan are made once: numbers of other files are never looked at. */
	if (!b->seen_structs) {
		b->seen_structs = idl_arena_array(b->arena, b->struct_count + 1, sizeof(bool));
		b->seen_unions = idl_arena_array(b->arena, b->union_count + 1, sizeof(bool));
		b->seen_containers =
			idl_arena_array(b->arena, b->container_count + 1, sizeof(bool));
	}
	order o = { .b = b,
		    .file = file,
		    .seen_structs = b->seen_structs,
		    .seen_unions = b->seen_unions,
		    .seen_containers = b->seen_containers };
	for (const idl_decl *d = file->tree->decls; d; d = d->next) {
		if (d->kind == IDL_DECL_ENUM)
			add_item(&o,
				 (plan_item){ .kind = PLAN_ITEM_ENUM, .as.enumeration = d->mark });
	}
	for (const idl_decl *d = file->tree->decls; d; d = d->next)
		emit_decl(&o, d);
	file->items = o.items;
	file->item_count = o.count;
}
