/* What attributes ask of types and of each other; rows of tables; structs in unions. */
#include "check.h"

#include <string.h>

#define GROUP(name) (1u << IDL_GROUP_##name)
#define ORDERED	    (GROUP(INT) | GROUP(UINT) | GROUP(FLOAT) | GROUP(TIME))
#define SCALARS	    (ORDERED | GROUP(BOOL) | GROUP(STRING) | GROUP(ENUM))
#define KEYS	    (GROUP(INT) | GROUP(UINT) | GROUP(STRING) | GROUP(ENUM))
#define COMPOUNDS   (GROUP(STRUCT) | GROUP(UNION) | GROUP(LIST) | GROUP(SET) | GROUP(MAP))
#define PLAIN	    (SCALARS | GROUP(BYTES) | GROUP(JSON))

/* What is held in place costs its upper bound in every value. */
enum { INLINE_MAX = 65536 };

static bool in_group(const idl_type *type, unsigned groups)
{
	return groups & 1u << check_group(type);
}

static void misfit(check *c, const idl_field *field, idl_attr_id id, const char *message)
{
	const idl_attr *attr = idl_attr_find(field->attrs, id);
	diag_add(c->diags, DIAG_E0506, attr->span, "@%s %s", attr->name, message);
}

/* Items of an @inline list are moved as bytes, so they own nothing. */
static bool owns(const idl_type *type)
{
	if (type->decl && type->decl->kind == IDL_DECL_ENUM)
		return type->decl->as.enumeration.open;
	return !in_group(type, ORDERED | GROUP(BOOL));
}

static void not_yet(check *c, const idl_field *field, const char *what)
{
	diag_add(c->diags, DIAG_E0507, check_attr_span(field->attrs, IDL_ATTR_INLINE),
		 "@inline %s is not supported yet", what);
}

static void check_inline(check *c, const idl_field *field)
{
	const idl_type *type = field->type;
	bool fixed = check_group(type) == IDL_GROUP_STRING &&
		     idl_kind_info[type->kind].argument == IDL_ARGUMENT_NONE;
	if (!in_group(type, GROUP(STRING) | GROUP(BYTES) | GROUP(LIST)))
		misfit(c, field, IDL_ATTR_INLINE, "is for strings, bytes and lists");
	else if (!fixed && !type->has_max)
		misfit(c, field, IDL_ATTR_INLINE, "needs a declared upper bound");
	else if (type->max > INLINE_MAX)
		misfit(c, field, IDL_ATTR_INLINE, "holds at most 65536");
	else if (in_group(type, GROUP(BYTES)))
		not_yet(c, field, "on bytes");
	else if (type->kind == IDL_LIST && type->element->kind != IDL_KIND_BAD &&
		 owns(type->element))
		not_yet(c, field, "on a list of anything but numbers, bools and closed enums");
}

static void check_merge(check *c, const idl_field *field)
{
	bool order = field->merge == IDL_MERGE_MAX || field->merge == IDL_MERGE_MIN;
	if (order && !in_group(field->type, ORDERED))
		misfit(c, field, IDL_ATTR_MERGE, "max and min are for numbers and timestamps");
	else if (!order && !field->atomic && !in_group(field->type, PLAIN))
		misfit(c, field, IDL_ATTR_MERGE,
		       in_group(field->type, COMPOUNDS) ? "needs @atomic on this type"
							: "has no meaning on this type");
}

static void check_key(check *c, const idl_field *field)
{
	idl_span span = check_attr_span(field->attrs, IDL_ATTR_KEY);
	if (!in_group(field->type, KEYS))
		diag_add(c->diags, DIAG_E0509, span, "a @key is a string, an integer or an enum");
	else if (field->optional || field->type->nullable)
		diag_add(c->diags, DIAG_E0509, span, "a @key is always present and never null");
}

/* Attributes that contradict each other, with the reason. */
static const struct {
	idl_attr_id one, other;
	const char *why;
} conflicts[] = {
	{ IDL_ATTR_LOCAL, IDL_ATTR_WRITE, "no client sees a @local field" },
	{ IDL_ATTR_LOCAL, IDL_ATTR_READ, "no client sees a @local field" },
	{ IDL_ATTR_LOCAL, IDL_ATTR_RATE, "no client sees a @local field" },
	{ IDL_ATTR_LOCAL, IDL_ATTR_MERGE, "no client writes a @local field" },
	{ IDL_ATTR_LOCAL, IDL_ATTR_KEY, "a @key is the name of its row on the wire" },
	{ IDL_ATTR_COMPUTED, IDL_ATTR_WRITE, "a @computed field is written by its function" },
	{ IDL_ATTR_COMPUTED, IDL_ATTR_CONST, "a @computed field changes" },
	{ IDL_ATTR_COMPUTED, IDL_ATTR_MERGE, "a @computed field is written by its function" },
	{ IDL_ATTR_COMPUTED, IDL_ATTR_KEY, "a @key identifies its row" },
	{ IDL_ATTR_CONST, IDL_ATTR_WRITE, "a @const field is fixed" },
	{ IDL_ATTR_CONST, IDL_ATTR_MERGE, "a @const field is fixed" },
	{ IDL_ATTR_CONST, IDL_ATTR_RATE, "a @const field is fixed" },
	{ IDL_ATTR_CREATED, IDL_ATTR_UPDATED, "a field is one of them" },
	{ IDL_ATTR_CREATED, IDL_ATTR_WRITE, "the store keeps it" },
	{ IDL_ATTR_UPDATED, IDL_ATTR_WRITE, "the store keeps it" },
	{ IDL_ATTR_CREATED, IDL_ATTR_COMPUTED, "the store keeps it" },
	{ IDL_ATTR_UPDATED, IDL_ATTR_COMPUTED, "the store keeps it" },
	{ IDL_ATTR_RATE, IDL_ATTR_WRITE, "@rate is for fields that the server writes" },
	{ IDL_ATTR_KEY, IDL_ATTR_READ, "who sees a row sees its key" },
};

static void check_conflicts(check *c, const idl_field *field)
{
	if (!field->attrs || !field->attrs->next)
		return;
	for (size_t i = 0; i < sizeof conflicts / sizeof *conflicts; i++) {
		const idl_attr *a = idl_attr_find(field->attrs, conflicts[i].one);
		const idl_attr *b = idl_attr_find(field->attrs, conflicts[i].other);
		if (!a || !b)
			continue;
		const idl_attr *later = a->span.begin > b->span.begin ? a : b;
		diag *d = diag_add(c->diags, DIAG_E0505, later->span, "@%s and @%s: %s", a->name,
				   b->name, conflicts[i].why);
		diag_note(d, later == a ? b->span : a->span, "the other is here");
	}
}

static void check_row(check *c, const idl_type *type)
{
	const idl_decl *row = type->element->decl;
	if (row->as.structure.key)
		return;
	diag *d = diag_add(c->diags, DIAG_E0305, type->element->span,
			   "rows of a table need a @key, struct '%s' has none", row->name);
	diag_note(d, row->span, "declared here");
}

static void check_types_of(check *c, const idl_field *field)
{
	const idl_type *type = field->type;
	if (field->inlined)
		check_inline(c, field);
	if (field->atomic && !in_group(type, COMPOUNDS))
		misfit(c, field, IDL_ATTR_ATOMIC, "is for structs, unions, lists, sets and maps");
	bool stamp = check_group(type) == IDL_GROUP_TIME && !field->optional && !type->nullable;
	if (field->created && !stamp)
		misfit(c, field, IDL_ATTR_CREATED, "is for a timestamp");
	if (field->updated && !stamp)
		misfit(c, field, IDL_ATTR_UPDATED, "is for a timestamp");
	if (field->retain_ms && type->kind != IDL_TABLE)
		misfit(c, field, IDL_ATTR_RETAIN, "is for a table");
	if (field->index && !in_group(type, SCALARS))
		misfit(c, field, IDL_ATTR_INDEX, "is for scalars");
	if (field->merge)
		check_merge(c, field);
	if (type->kind == IDL_TABLE)
		check_row(c, type);
}

static void check_field(check *c, idl_field *field, place where, idl_decl *decl)
{
	(void)where;
	(void)decl;
	check_conflicts(c, field);
	if (field->type->kind == IDL_KIND_BAD)
		return;
	check_types_of(c, field);
	if (field->key)
		check_key(c, field);
}

/* The tag is the member "type" beside the members of the struct. */
static void check_union(check *c, const idl_decl *decl)
{
	for (const idl_field *tag = decl->as.tagged.tags.first; tag; tag = tag->next) {
		if (tag->type->kind == IDL_KIND_BAD)
			continue;
		const idl_field *f = tag->type->decl->as.structure.type;
		if (!f)
			continue;
		diag *d = diag_add(c->diags, DIAG_E0207, f->span,
				   "a member \"type\" beside the tag of union '%s'", decl->name);
		diag_note(d, tag->span, "the union holds it here");
		diag_help(d, "give it another name with @json");
	}
}

void check_rules(check *c, idl_decl *decl)
{
	check_each_field(c, decl, check_field);
	if (decl->kind == IDL_DECL_UNION)
		check_union(c, decl);
}
