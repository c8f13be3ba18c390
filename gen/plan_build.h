/*
 * Internal to plan*.c: the plan while it is being built, when it is not constant yet.
 *
 * Steps, each in a file of its own: plan.c declares, plan_fill.c fills, plan_container.c
 * finds containers, plan_order.c puts items in order, plan_reach.c follows references. None can
 * fail; memory that runs out jumps back to plan_build().
 */
#ifndef GEN_PLAN_BUILD_H
#define GEN_PLAN_BUILD_H

#include "../idl/arena.h"
#include "plan.h"
#include "plan_reach.h"

typedef struct container_slot container_slot;

typedef struct plan_builder {
	idl_arena *arena;
	plan *result;
	plan_file *files;
	plan_enum *enums;
	plan_struct *structs;
	plan_union *unions;
	size_t enum_count, struct_count, union_count; /* so far; positions by `number` */
	plan_container **containers;		      /* room for container_room */
	size_t container_count, container_room;
	container_slot **slots; /* hash table: a power of two */
	size_t slot_count;
	uint64_t *closures; /* file_count rows of closure_words: what each file imports, however far
			     */
	size_t closure_words;
	const char **roles;
	size_t role_count;
	uint64_t used_roles; /* by the file that is being filled */
	plan_reach reach;
	bool *seen_structs, *seen_unions, *seen_containers; /* of plan_order_file() */
} plan_builder;

/* plan.c: the next of b->structs, of which there are enough. */
plan_struct *plan_new_struct(plan_builder *b, plan_origin origin, const plan_file *file);

/* plan_fill.c: everything of the file but `items` and what follows from references. Files that it
 * imports were filled before. */
void plan_fill_file(plan_builder *b, plan_file *file);

/* plan_container.c: the container of a use in `file`. */
const plan_container *plan_container_of(plan_builder *b, const plan_file *file,
					const plan_type *use);
bool plan_imports(const plan_builder *b, const plan_file *file, const plan_file *other);

/* plan_order.c: fills file->items. */
void plan_order_file(plan_builder *b, plan_file *file);

/* plan_reach.c: fills `tracked` everywhere, then `features` and has_computed of a model. */
void plan_track(plan_builder *b);
void plan_find_features(plan_builder *b, plan_model *m);

#endif
