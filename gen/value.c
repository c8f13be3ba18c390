#include "value.h"

#include <inttypes.h>
#include <string.h>

#include "jcs.h"

bool value_is_digits(const plan_type *type)
{
	return (type->kind == IDL_INT64 || type->kind == IDL_UINT64) && !type->json_number;
}

void value_base64(buf *b, idl_text bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < bytes.length; i += 3) {
		size_t left = bytes.length - i;
		uint32_t three = (uint32_t)(unsigned char)bytes.at[i] << 16;
		if (left > 1)
			three |= (uint32_t)(unsigned char)bytes.at[i + 1] << 8;
		if (left > 2)
			three |= (unsigned char)bytes.at[i + 2];
		buf_char(b, digits[three >> 18]);
		buf_char(b, digits[three >> 12 & 63]);
		buf_char(b, left > 1 ? digits[three >> 6 & 63] : '=');
		buf_char(b, left > 2 ? digits[three & 63] : '=');
	}
}

static void string_json(buf *b, const plan_type *type, idl_text text)
{
	if (type->kind != IDL_BYTES) {
		jcs_string(b, text.at, text.length);
		return;
	}
	buf_char(b, '"');
	value_base64(b, text);
	buf_char(b, '"');
}

void value_json(buf *b, const plan_type *type, const idl_value *value)
{
	bool digits = value_is_digits(type);
	switch (value->kind) {
	case IDL_VALUE_BOOL:
		buf_text(b, value->b ? "true" : "false");
		break;
	case IDL_VALUE_INT:
		if (digits)
			buf_printf(b, "\"%" PRId64 "\"", value->i);
		else
			jcs_int(b, value->i);
		break;
	case IDL_VALUE_UINT:
		if (digits)
			buf_printf(b, "\"%" PRIu64 "\"", value->u);
		else
			jcs_uint(b, value->u);
		break;
	case IDL_VALUE_FLOAT:
		jcs_double(b, value->f);
		break;
	case IDL_VALUE_STRING:
		string_json(b, type, value->text);
		break;
	case IDL_VALUE_ENUM:
		jcs_string(b, value->value->json, strlen(value->value->json));
		break;
	case IDL_VALUE_EMPTY:
		buf_text(b, value->object ? "{}" : "[]");
		break;
	default:
		buf_text(b, "null");
		break;
	}
}

void value_const_json(buf *b, const idl_value *value)
{
	static const plan_type any = { .kind = IDL_JSON };
	value_json(b, &any, value);
}
