/* Defaults as C. */
#include <stdio.h>
#include <string.h>

#include "c_cell.h"
#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

static void line(view *v, const char *list, const char *text)
{
	view_text(view_add(v, list), "line", text);
}

static const char *enum_value(const c_file *f, const plan_enum *e, const idl_value *value)
{
	size_t at = value && value->value ? value->value->position : 0;
	return f->names->enums[e->number].values[at];
}

/* A constant for what is a number. */
static const char *number(c_file *f, const plan_type *type, const idl_value *value)
{
	if (!value)
		return idl_kind_info[type->kind].group == IDL_GROUP_BOOL ? "false" : "0";
	double real = value->kind == IDL_VALUE_FLOAT  ? value->f
		      : value->kind == IDL_VALUE_UINT ? (double)value->u
						      : (double)value->i;
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_BOOL:
		return value->b ? "true" : "false";
	case IDL_GROUP_FLOAT:
		return type->kind == IDL_FLOAT32 ? c_float(f->pool, (float)real)
						 : c_double(f->pool, real);
	case IDL_GROUP_UINT:
		return c_uint(f->pool,
			      value->kind == IDL_VALUE_UINT ? value->u : (uint64_t)value->i);
	default:
		return c_int(f->pool, value->i);
	}
}

static void init_inline_string(c_file *f, view *v, const char *list, const idl_value *value,
			       c_place at)
{
	if (!value || !value->text.length) {
		line(v, list, JOIN(f, c_at(f, at.address), " = 0"));
		line(v, list, JOIN(f, at.value, "[0] = '\\0'"));
		return;
	}
	const char *text = c_string(f->pool, value->text.at, value->text.length);
	line(v, list, view_format(f->pool, "%s = %zu", c_at(f, at.address), value->text.length));
	line(v, list, JOIN(f, "memcpy(", at.value, ", ", text, ", sizeof(", text, "))"));
}

static void init_string(c_file *f, view *v, const char *list, const plan_type *type,
			const idl_value *value, c_place at, const char *constant)
{
	const char *member = type->kind == IDL_TEXT ? JOIN(f, at.value, ".value") : at.value;
	if (!value || !value->text.length) {
		line(v, list, JOIN(f, member, " = SYNC_STR_EMPTY"));
		return;
	}
	const char *text = c_string(f->pool, value->text.at, value->text.length);
	view *c = view_add(v, "constants");
	view_text(c, "constant", constant);
	view_text(c, "text", text);
	line(v, list, JOIN(f, member, " = ", constant, ".bytes"));
}

static void init_bytes(c_file *f, view *v, const char *list, const idl_value *value, c_place at,
		       const char *constant)
{
	bool given = value && value->text.length;
	if (given) {
		view *c = view_add(v, "byte_constants");
		char *bytes = view_room(f->pool, 8 * value->text.length + 1), *end = bytes;
		for (size_t i = 0; i < value->text.length; i++) {
			const char *joint = !i ? "" : i % 16 ? ", " : ",\n\t";
			end += sprintf(end, "%s%u", joint, (unsigned char)value->text.at[i]);
		}
		view_text(c, "constant", constant);
		view_text(c, "bytes", bytes);
		view_number(c, "length", value->text.length);
	}
	line(v, list,
	     JOIN(f, at.value, ".data = ", given ? JOIN(f, constant, ".at.bytes") : "NULL"));
	line(v, list,
	     JOIN(f, at.value,
		  ".len = ", given ? JOIN(f, "sizeof(", constant, ".at.bytes)") : "0"));
}

void c_bind_init(c_file *f, view *v, const char *list, const plan_field *field, c_place at,
		 const char *constant)
{
	const plan_type *type = field->type;
	const idl_value *value = field->first;
	if (value && (value->kind == IDL_VALUE_NULL || value->kind == IDL_VALUE_EMPTY))
		value = NULL;
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_STRING:
		if (type->inlined) {
			init_inline_string(f, v, list, value, at);
			break;
		}
		/* fall through */
	case IDL_GROUP_TEXT:
		init_string(f, v, list, type, value, at, constant);
		break;
	case IDL_GROUP_BYTES:
		init_bytes(f, v, list, value, at, constant);
		break;
	case IDL_GROUP_JSON:
		line(v, list, JOIN(f, at.value, " = NULL"));
		break;
	case IDL_GROUP_ENUM: {
		const char *constant_name = enum_value(f, type->enumeration, value);
		bool open = type->enumeration->open;
		line(v, list, JOIN(f, at.value, open ? ".value = " : " = ", constant_name));
		if (open)
			line(v, list, JOIN(f, at.value, ".unknown = NULL"));
		break;
	}
	case IDL_GROUP_STRUCT:
	case IDL_GROUP_UNION: {
		const char *stem = type->kind == IDL_STRUCT
					   ? f->names->structs[type->structure->number].stem
					   : f->names->unions[type->tagged->number].stem;
		line(v, list, JOIN(f, stem, "_init(", at.address, ")"));
		break;
	}
	case IDL_GROUP_LIST:
	case IDL_GROUP_MAP:
	case IDL_GROUP_SET:
	case IDL_GROUP_TABLE:
		line(v, list,
		     JOIN(f, "sync_ops_", c_kind_of(type)->ops, ".init(", c_type(f, type), ", ",
			  at.address, ")"));
		break;
	default:
		line(v, list, JOIN(f, at.value, " = ", number(f, type, value)));
		break;
	}
}
