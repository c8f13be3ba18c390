#include "bounds.h"

#include <float.h>
#include <inttypes.h>

/* Lengths are held in 32 bits by everything behind the compiler. */
#define LONGEST INT32_MAX
#define SAFE	INT64_C(9007199254740991)

/* ---- lengths ---- */

static bool length_of(check *c, idl_value *value, uint64_t *length)
{
	check_constant(c, value);
	if (value->kind == IDL_VALUE_BAD)
		return false;
	if (value->kind == IDL_VALUE_STRING || value->kind == IDL_VALUE_BOOL) {
		diag_add(c->diags, DIAG_E0409, value->span, "a length is a whole number");
		return false;
	}
	if (value->kind != IDL_VALUE_INT || value->i < 0 || value->i > LONGEST) {
		diag_add(c->diags, DIAG_E0406, value->span,
			 "a length is a whole number from 0 to %" PRId32, LONGEST);
		return false;
	}
	*length = (uint64_t)value->i;
	return true;
}

static void check_length(check *c, idl_type *type, const idl_bounds *bounds)
{
	if (bounds->low)
		type->has_min = length_of(c, bounds->low, &type->min);
	if (bounds->high)
		type->has_max = length_of(c, bounds->high, &type->max);
	if (type->min <= type->max)
		return;
	diag *d = diag_add(c->diags, DIAG_E0405, bounds->span,
			   "the lower bound is above the upper one");
	if (!type->has_max)
		diag_help(d, "without an upper bound it is %" PRIu64, type->max);
	type->min = 0;
	type->has_min = false;
}

/* ---- ranges ---- */

static void limits(idl_type *type)
{
	unsigned bits = idl_kind_info[type->kind].bits;
	switch (check_group(type)) {
	case IDL_GROUP_INT:
		type->high.i = bits == 54 ? SAFE : INT64_MAX >> (64 - bits);
		type->low.i = bits == 54 ? -SAFE : -type->high.i - 1;
		if (type->json_number) {
			type->high.i = SAFE;
			type->low.i = -SAFE;
		}
		break;
	case IDL_GROUP_UINT:
		type->high.u = type->json_number ? (uint64_t)SAFE : UINT64_MAX >> (64 - bits);
		break;
	case IDL_GROUP_FLOAT:
		type->high.f = bits == 32 ? (double)FLT_MAX : DBL_MAX;
		type->low.f = -type->high.f;
		break;
	default:
		break;
	}
}

bool bounds_hold(const idl_type *type, const idl_value *value)
{
	switch (check_group(type)) {
	case IDL_GROUP_INT:
		return value->kind == IDL_VALUE_INT && value->i >= type->low.i &&
		       value->i <= type->high.i;
	case IDL_GROUP_UINT:
		if (value->kind == IDL_VALUE_INT && value->i < 0)
			return false;
		return value->kind != IDL_VALUE_FLOAT && value->u >= type->low.u &&
		       value->u <= type->high.u;
	case IDL_GROUP_FLOAT:
		return value->f >= type->low.f && value->f <= type->high.f;
	default:
		return true;
	}
}

static const char *number_text(check *c, const idl_type *type, idl_number number)
{
	switch (check_group(type)) {
	case IDL_GROUP_INT:
		return idl_arena_printf(c->arena, "%" PRId64, number.i);
	case IDL_GROUP_UINT:
		return idl_arena_printf(c->arena, "%" PRIu64, number.u);
	default:
		return idl_arena_printf(c->arena, "%.15g", number.f);
	}
}

const char *bounds_text(check *c, const idl_type *type)
{
	if (idl_kind_info[type->kind].argument == IDL_ARGUMENT_RANGE)
		return idl_arena_printf(c->arena, "%s..%s", number_text(c, type, type->low),
					number_text(c, type, type->high));
	if (type->has_min)
		return idl_arena_printf(c->arena, "%" PRIu64 "..%" PRIu64, type->min, type->max);
	return idl_arena_printf(c->arena, "..%" PRIu64, type->max);
}

static bool end_of(check *c, const idl_type *type, idl_value *value, idl_number *end)
{
	const char *name = idl_kind_info[type->kind].spelling;
	idl_group group = check_group(type);
	check_constant(c, value);
	if (value->kind == IDL_VALUE_BAD)
		return false;
	if (value->kind != IDL_VALUE_INT && value->kind != IDL_VALUE_UINT &&
	    value->kind != IDL_VALUE_FLOAT) {
		diag_add(c->diags, DIAG_E0409, value->span, "a bound of %s is a number", name);
		return false;
	}
	if (value->kind == IDL_VALUE_FLOAT && group != IDL_GROUP_FLOAT) {
		diag_add(c->diags, DIAG_E0406, value->span, "a bound of %s is a whole number",
			 name);
		return false;
	}
	if (!bounds_hold(type, value)) {
		diag_add(c->diags, DIAG_E0406, value->span, "this is outside of %s (%s)", name,
			 bounds_text(c, type));
		return false;
	}
	if (group == IDL_GROUP_INT)
		end->i = value->i;
	else if (group == IDL_GROUP_UINT)
		end->u = value->u;
	else
		end->f = value->f;
	return true;
}

static bool upside_down(const idl_type *type)
{
	switch (check_group(type)) {
	case IDL_GROUP_INT:
		return type->low.i > type->high.i;
	case IDL_GROUP_UINT:
		return type->low.u > type->high.u;
	default:
		return type->low.f > type->high.f;
	}
}

static void check_range(check *c, idl_type *type, const idl_bounds *bounds)
{
	idl_type whole = *type; /* both ends are compared with the type, not with each other */
	if (bounds->low)
		type->has_min = end_of(c, &whole, bounds->low, &type->low);
	if (bounds->high)
		type->has_max = end_of(c, &whole, bounds->high, &type->high);
	if (!upside_down(type))
		return;
	diag_add(c->diags, DIAG_E0405, bounds->span, "the lower bound is above the upper one");
	type->low = whole.low;
	type->high = whole.high;
	type->has_min = type->has_max = false;
}

void check_bounds(check *c, idl_type *type, const idl_bounds *bounds)
{
	if (type->kind == IDL_KIND_BAD)
		return;
	const idl_kind_row *row = &idl_kind_info[type->kind];
	type->max = row->limit ? row->limit : UINT64_MAX;
	limits(type);
	if (!bounds)
		return;
	if (row->argument == IDL_ARGUMENT_LENGTH) {
		check_length(c, type, bounds);
	} else if (row->argument == IDL_ARGUMENT_RANGE) {
		check_range(c, type, bounds);
	} else {
		const char *name = type->decl ? type->decl->name : row->spelling;
		diag_add(c->diags, DIAG_E0408, bounds->span, "'%s' has no bounds", name);
	}
}
