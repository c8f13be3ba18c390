/* The pass over attributes; what they ask of types is in check_rule.c. */
#include "attr.h"

/* A row has one identity. */
static void note_key(check *c, const idl_field *field, idl_struct *structure)
{
	if (!structure->key) {
		structure->key = field;
		return;
	}
	diag *d = diag_add(c->diags, DIAG_E0508, check_attr_span(field->attrs, IDL_ATTR_KEY),
			   "a struct has one @key");
	diag_note(d, check_attr_span(structure->key->attrs, IDL_ATTR_KEY), "the first is here");
}

static void check_field(check *c, idl_field *field, place where, idl_decl *decl)
{
	for (const idl_attr *attr = attr_limited(c, field->attrs); attr; attr = attr->next)
		if (attr_usable(c, field->attrs, attr, where))
			attr_apply_to_field(c, field, attr);
	if (field->key && where == PLACE_STRUCT_FIELD)
		note_key(c, field, &decl->as.structure);
}

static void check_call(check *c, idl_call *call, place where, idl_decl *decl)
{
	(void)decl;
	for (const idl_attr *attr = attr_limited(c, call->attrs); attr; attr = attr->next)
		if (attr_usable(c, call->attrs, attr, where))
			attr_apply_to_call(c, call, attr);
}

static place place_of(idl_decl_kind kind)
{
	switch (kind) {
	case IDL_DECL_ENUM:
		return PLACE_ENUM;
	case IDL_DECL_STRUCT:
		return PLACE_STRUCT;
	case IDL_DECL_UNION:
		return PLACE_UNION;
	case IDL_DECL_MODEL:
		return PLACE_MODEL;
	case IDL_DECL_ERROR:
	case IDL_DECL_CONST: /* has no attributes */
		break;
	}
	return PLACE_ERROR;
}

void check_attributes(check *c, idl_decl *decl)
{
	for (const idl_attr *attr = attr_limited(c, decl->attrs); attr; attr = attr->next) {
		if (!attr_usable(c, decl->attrs, attr, place_of(decl->kind)))
			continue;
		if (decl->kind == IDL_DECL_MODEL)
			attr_apply_to_model(&decl->as.model, attr);
		if (decl->kind == IDL_DECL_STRUCT && attr->id == IDL_ATTR_CLOSED)
			decl->as.structure.closed = true;
		attr_apply_to_name(c, &decl->evolution, &decl->json, attr);
	}
	if (decl->kind == IDL_DECL_ENUM)
		for (idl_enum_value *value = decl->as.enumeration.first; value; value = value->next)
			for (const idl_attr *attr = attr_limited(c, value->attrs); attr;
			     attr = attr->next)
				if (attr_usable(c, value->attrs, attr, PLACE_VALUE))
					attr_apply_to_name(c, &value->evolution, &value->json,
							   attr);
	check_each_field(c, decl, check_field);
	check_each_call(c, decl, check_call);
}
