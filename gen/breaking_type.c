/* Types in use: kinds, encodings, constraints. */
#include "breaking_compare.h"

#include <inttypes.h>
#include <string.h>

/* ---- constraints ---- */

static void low_end(shift *c, bool higher, bool lower)
{
	c->tighter |= higher;
	c->looser |= lower;
}

static shift lengths(const idl_type *was, const idl_type *now)
{
	shift c = { 0 };
	low_end(&c, now->min > was->min, now->min < was->min);
	low_end(&c, now->max<was->max, now->max> was->max);
	return c;
}

#define ENDS(c, was, now, of)                                                                      \
	low_end(&(c), (now)->low.of > (was)->low.of, (now)->low.of < (was)->low.of);               \
	low_end(&(c), (now)->high.of<(was)->high.of, (now)->high.of>(was)->high.of)

static shift ranges(const idl_type *was, const idl_type *now)
{
	shift c = { 0 };
	switch (idl_kind_info[now->kind].group) {
	case IDL_GROUP_UINT:
		ENDS(c, was, now, u);
		break;
	case IDL_GROUP_FLOAT:
		ENDS(c, was, now, f);
		break;
	default:
		ENDS(c, was, now, i);
		break;
	}
	return c;
}

/* "1..80" */
static const char *bounds_text(idl_arena *arena, const idl_type *type)
{
	const idl_kind_row *row = &idl_kind_info[type->kind];
	if (row->argument == IDL_ARGUMENT_LENGTH && type->max == UINT64_MAX)
		return idl_arena_printf(arena, "%" PRIu64 "..", type->min);
	if (row->argument == IDL_ARGUMENT_LENGTH)
		return idl_arena_printf(arena, "%" PRIu64 "..%" PRIu64, type->min, type->max);
	if (row->group == IDL_GROUP_UINT)
		return idl_arena_printf(arena, "%" PRIu64 "..%" PRIu64, type->low.u, type->high.u);
	if (row->group == IDL_GROUP_FLOAT)
		return idl_arena_printf(arena, "%g..%g", type->low.f, type->high.f);
	return idl_arena_printf(arena, "%" PRId64 "..%" PRId64, type->low.i, type->high.i);
}

void report_moved(judge *j, shift c, unsigned flow, const site *at, const char *detail)
{
	if (c.tighter)
		report(j, CHANGE_TIGHTENED, flow, at, detail);
	if (c.looser)
		report(j, CHANGE_LOOSENED, flow, at, detail);
}

static void judge_bounds(judge *j, const site *at, const idl_type *was, const idl_type *now,
			 unsigned flow)
{
	shift c = { 0 };
	if (idl_kind_info[now->kind].argument == IDL_ARGUMENT_LENGTH)
		c = lengths(was, now);
	else if (idl_kind_info[now->kind].argument == IDL_ARGUMENT_RANGE)
		c = ranges(was, now);
	if (!c.tighter && !c.looser)
		return;
	report_moved(j, c, flow, at,
		     became(j, bounds_text(j->arena, was), bounds_text(j->arena, now)));
}

/* ---- types ---- */

static const char *type_name(const idl_type *type)
{
	if (type->decl)
		return type->decl->name;
	return type->kind == IDL_LIST ? "a list" : idl_kind_info[type->kind].spelling;
}

/* One level. False: what is inside cannot be compared. */
static bool judge_level(judge *j, const site *at, const idl_type *was, const idl_type *now,
			unsigned flow)
{
	if (was->kind != now->kind) {
		report(j, CHANGE_TYPE, flow, at, became(j, type_name(was), type_name(now)));
		return false;
	}
	if (was->json_number != now->json_number) {
		report(j, CHANGE_TYPE, flow, at,
		       now->json_number ? "digits in a JSON string became a JSON number"
					: "a JSON number became digits in a JSON string");
		return false;
	}
	judge_bounds(j, at, was, now, flow);
	return true;
}

void judge_type(judge *j, const site *at, const idl_type *was, const idl_type *now, unsigned flow)
{
	site here = *at;
	for (;; was = was->element, now = now->element) {
		here.was = was->span;
		here.now = now->span;
		if (!judge_level(j, &here, was, now, flow))
			return;
		if (was->decl)
			judge_pair(j, &here, was->decl, now->decl, flow);
		if (!was->element)
			return;
		here.name = idl_arena_printf(j->arena, "%s[]", here.name);
	}
}
