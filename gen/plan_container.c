/* Containers: one for each element type that a file and its imports use. */
#include "plan_build.h"

#include <string.h>

struct container_slot {
	container_slot *next; /* same hash, in order of making */
	plan_container *container;
};

/* What makes two uses the same container. */
typedef struct {
	idl_kind kind, elem_kind;
	bool json_number;
	const void *refers; /* the declaration or container of the element, or NULL */
	uint64_t inline_max;
} identity;

static const void *refers_to(const plan_type *type)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_ENUM:
		return type->enumeration;
	case IDL_GROUP_STRUCT:
		return type->structure;
	case IDL_GROUP_UNION:
		return type->tagged;
	case IDL_GROUP_LIST:
	case IDL_GROUP_MAP:
	case IDL_GROUP_SET:
	case IDL_GROUP_TABLE:
		return type->container;
	default:
		return NULL;
	}
}

static identity identify(idl_kind kind, const plan_type *elem, uint64_t inline_max)
{
	return (identity){ .kind = kind,
			   .elem_kind = elem->kind,
			   .json_number = elem->json_number,
			   .refers = refers_to(elem),
			   .inline_max = inline_max };
}

static bool same(const identity *a, const identity *b)
{
	return a->kind == b->kind && a->elem_kind == b->elem_kind &&
	       a->json_number == b->json_number && a->refers == b->refers &&
	       a->inline_max == b->inline_max;
}

static size_t hash(const identity *id)
{
	uint64_t mixed = (uint64_t)(uintptr_t)id->refers;
	mixed = (mixed ^ (uint64_t)id->kind) * 0x9e3779b97f4a7c15u;
	mixed = (mixed ^ (mixed >> 29) ^ (uint64_t)id->elem_kind) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 32) ^ id->inline_max ^ id->json_number) * 0x94d049bb133111ebu;
	return (size_t)(mixed >> 20);
}

static identity identity_of(const plan_container *c)
{
	return identify(c->kind, c->elem, c->inline_max);
}

static void grow_table(plan_builder *b)
{
	size_t count = b->slot_count ? b->slot_count * 2 : 64;
	container_slot **slots = idl_arena_array(b->arena, count, sizeof(*slots));
	container_slot **ends = idl_arena_array(b->arena, count, sizeof(*ends));
	for (size_t i = 0; i < b->container_count; i++) {
		identity id = identity_of(b->containers[i]);
		size_t at = hash(&id) & (count - 1);
		container_slot *slot = idl_arena_alloc(b->arena, sizeof(*slot));
		slot->container = b->containers[i];
		if (ends[at])
			ends[at]->next = slot;
		else
			slots[at] = slot;
		ends[at] = slot;
	}
	b->slots = slots;
	b->slot_count = count;
}

static void remember(plan_builder *b, plan_container *made)
{
	if (b->container_count == b->container_room) {
		size_t room = b->container_room ? b->container_room * 2 : 64;
		plan_container **all = idl_arena_array(b->arena, room, sizeof(*all));
		if (b->container_count)
			memcpy(all, b->containers, b->container_count * sizeof(*all));
		b->containers = all;
		b->container_room = room;
	}
	made->number = b->container_count;
	b->containers[b->container_count++] = made;
}

bool plan_imports(const plan_builder *b, const plan_file *file, const plan_file *other)
{
	const uint64_t *row = b->closures + file->number * b->closure_words;
	return (row[other->number / 64] >> (other->number % 64)) & 1;
}

const plan_container *plan_container_of(plan_builder *b, const plan_file *file,
					const plan_type *use)
{
	if (b->container_count >= b->slot_count)
		grow_table(b);
	identity id = identify(use->kind, use->elem, use->inlined ? use->max : 0);
	container_slot **at = &b->slots[hash(&id) & (b->slot_count - 1)];
	for (; *at; at = &(*at)->next) {
		identity known = identity_of((*at)->container);
		const plan_file *owner = (*at)->container->file;
		if (same(&known, &id) && (owner == file || plan_imports(b, file, owner)))
			return (*at)->container;
	}
	plan_container *made = idl_arena_alloc(b->arena, sizeof(*made));
	*made = (plan_container){
		.kind = use->kind, .elem = use->elem, .inline_max = id.inline_max, .file = file
	};
	remember(b, made);
	*at = idl_arena_alloc(b->arena, sizeof(**at));
	(*at)->container = made;
	return made;
}
