/*
 * All that a model refers to, however far: its own structs, and the enums, structs, unions and
 * errors behind their fields.
 */
#ifndef GEN_PLAN_REACH_H
#define GEN_PLAN_REACH_H

#include "../idl/arena.h"
#include "plan.h"

typedef struct {
	const plan_struct **structs; /* the model's own ones too, the state first */
	const plan_enum **enums;
	const plan_union **unions;
	size_t struct_count, enum_count, union_count;
	/* internal: what was seen in which round */
	unsigned *seen_structs, *seen_enums, *seen_unions, round;
} plan_reach;

/* Room for everything in the plan. */
void plan_reach_init(plan_reach *reach, const plan *p, idl_arena *arena);

/* Start over with nothing. */
void plan_reach_clear(plan_reach *reach);

/* Adds what is not there yet, and all behind it. */
void plan_reach_struct(plan_reach *reach, const plan_struct *structure);
void plan_reach_enum(plan_reach *reach, const plan_enum *enumeration);
void plan_reach_union(plan_reach *reach, const plan_union *tagged);
void plan_reach_model(plan_reach *reach, const plan_model *model);

#endif
