/* Which calls there are for a member or a container. */
#include "c_names.h"

bool c_is_container(const plan_type *type)
{
	return type->kind == IDL_LIST || type->kind == IDL_MAP || type->kind == IDL_SET ||
	       type->kind == IDL_TABLE;
}

bool c_is_node(const plan_type *type)
{
	return type->kind == IDL_STRUCT || type->kind == IDL_UNION || c_is_container(type);
}

#define CALL(id) ((uint32_t)1 << C_##id)

uint32_t c_container_calls(const plan_type *elem, idl_kind kind)
{
	bool node = c_is_node(elem);
	switch (kind) {
	case IDL_LIST:
		return CALL(PUSH) | CALL(INSERT) | CALL(REMOVE) | CALL(MOVE) | CALL(CLEAR) |
		       CALL(ASSIGN) | (node ? CALL(EDIT) : CALL(SET)) | CALL(AT) |
		       (elem->kind == IDL_STRUCT && elem->structure->key ? CALL(FIND) : 0);
	case IDL_SET:
		return CALL(ADD) | CALL(DROP) | CALL(HAS) | CALL(CLEAR) | CALL(ASSIGN) | CALL(AT);
	default: /* maps and tables */
		return CALL(GET) | CALL(DROP) | CALL(CLEAR) | CALL(ASSIGN) | CALL(AT) |
		       (node ? CALL(EDIT) : CALL(PUT));
	}
}

uint32_t c_field_calls(const plan_field *field)
{
	const plan_type *type = field->type;
	uint32_t nothing =
		(field->optional ? CALL(CLEAR) : 0) | (field->nullable ? CALL(NULLIFY) : 0);
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_STRING:
		return CALL(SET) | CALL(SET_N) | nothing;
	case IDL_GROUP_TEXT:
		return CALL(SET) | CALL(SET_N) | CALL(SPLICE) | nothing;
	case IDL_GROUP_ENUM:
		return CALL(SET) | (type->enumeration->open ? CALL(SET_NAME) : 0) | nothing;
	case IDL_GROUP_COUNTER:
		return CALL(SET) | CALL(ADD) | nothing;
	case IDL_GROUP_STRUCT:
	case IDL_GROUP_UNION:
		return CALL(EDIT) | CALL(RESET) | CALL(SET) | nothing;
	case IDL_GROUP_LIST:
	case IDL_GROUP_MAP:
	case IDL_GROUP_SET:
	case IDL_GROUP_TABLE:
		/* To empty it and to make it absent are two things. */
		return c_container_calls(type->elem, type->kind) |
		       (field->optional ? CALL(UNSET) : 0) | (field->nullable ? CALL(NULLIFY) : 0);
	default:
		return CALL(SET) | nothing;
	}
}
