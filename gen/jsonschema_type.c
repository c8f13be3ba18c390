#include "jsonschema_type.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jcs.h"
#include "value.h"

#define SAFE "9007199254740991"

/* ---- small pieces ---- */

static void number(schema_writer *w, json_node *into, const char *name, uint64_t value)
{
	buf_clear(&w->scratch);
	buf_printf(&w->scratch, "%" PRIu64, value);
	json_raw(&w->tree, into, name, w->scratch.at);
}

static void type_name(schema_writer *w, json_node *into, const char *type, bool nullable)
{
	if (!nullable) {
		json_text(&w->tree, into, "type", type);
		return;
	}
	json_node *both = json_array(&w->tree, into, "type");
	json_text(&w->tree, both, NULL, type);
	json_text(&w->tree, both, NULL, "null");
}

void schema_ref(schema_writer *w, json_node *into, const char *name)
{
	buf_clear(&w->scratch);
	buf_printf(&w->scratch, "#/$defs/%s", name);
	json_text(&w->tree, into, "$ref", w->scratch.at);
}

static void reference(schema_writer *w, json_node *into, const char *name, bool nullable)
{
	if (!nullable) {
		schema_ref(w, into, name);
		return;
	}
	json_node *either = json_array(&w->tree, into, "anyOf");
	schema_ref(w, json_object(&w->tree, either, NULL), name);
	json_text(&w->tree, json_object(&w->tree, either, NULL), "type", "null");
}

void schema_notes(schema_writer *w, json_node *into, const char *doc, const char *deprecated)
{
	bool says = deprecated && deprecated[0];
	buf_clear(&w->scratch);
	buf_printf(&w->scratch, "%s%s%s%s", doc ? doc : "", doc && says ? "\n\n" : "",
		   says ? "Deprecated: " : "", says ? deprecated : "");
	if (w->scratch.length > 0)
		json_text(&w->tree, into, "description", w->scratch.at);
	if (deprecated)
		json_flag(&w->tree, into, "deprecated", true);
}

/* ---- numbers ---- */

static void whole(schema_writer *w, json_node *into, const plan_type *type)
{
	bool is_signed = idl_kind_info[type->kind].group == IDL_GROUP_INT;
	buf_clear(&w->scratch);
	if (is_signed)
		buf_printf(&w->scratch, "%" PRId64, type->low.i);
	else
		buf_printf(&w->scratch, "%" PRIu64, type->low.u);
	json_raw(&w->tree, into, "minimum", w->scratch.at);
	buf_clear(&w->scratch);
	if (is_signed)
		buf_printf(&w->scratch, "%" PRId64, type->high.i);
	else
		buf_printf(&w->scratch, "%" PRIu64, type->high.u);
	json_raw(&w->tree, into, "maximum", w->scratch.at);
}

/* A float32 is written with the digits that tell it from other ones. What they say as a float64 may lie
 * a little beyond the number itself. */
static double as_written(double number)
{
	char text[32];
	for (int digits = 1; digits <= FLT_DECIMAL_DIG; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, (double)(float)number);
		if (strtof(text, NULL) == (float)number)
			break;
	}
	return strtod(text, NULL);
}

static void fraction(schema_writer *w, json_node *into, const char *name, double end)
{
	if (!isfinite(end) || fabs(end) >= DBL_MAX)
		return;
	buf_clear(&w->scratch);
	jcs_double(&w->scratch, end);
	json_raw(&w->tree, into, name, w->scratch.at);
}

static void integer(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	if (value_is_digits(type)) {
		type_name(w, into, "string", nullable);
		json_text(&w->tree, into, "pattern",
			  type->kind == IDL_INT64 ? "^-?(0|[1-9][0-9]{0,18})$"
						  : "^(-?0|[1-9][0-9]{0,19})$");
		return;
	}
	type_name(w, into, "integer", nullable);
	whole(w, into, type);
}

static void safe_integer(schema_writer *w, json_node *into, bool nullable)
{
	type_name(w, into, "integer", nullable);
	json_raw(&w->tree, into, "minimum", "-" SAFE);
	json_raw(&w->tree, into, "maximum", SAFE);
}

/* ---- strings ---- */

static const char *format_of(idl_kind kind)
{
	switch (kind) {
	case IDL_UUID:
		return "uuid";
	case IDL_EMAIL:
		return "email";
	case IDL_URI:
		return "uri";
	case IDL_DATE:
		return "date";
	case IDL_DATETIME:
		return "date-time";
	case IDL_IPV4:
		return "ipv4";
	case IDL_IPV6:
		return "ipv6";
	case IDL_HOSTNAME:
		return "hostname";
	default:
		return NULL;
	}
}

static void length(schema_writer *w, json_node *into, const plan_type *type, const char *least,
		   const char *most)
{
	if (type->min > 0)
		number(w, into, least, type->min);
	if (type->max != UINT64_MAX)
		number(w, into, most, type->max);
}

static void string(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	type_name(w, into, "string", nullable);
	const char *format = format_of(type->kind);
	if (format)
		json_text(&w->tree, into, "format", format);
	if (type->kind == IDL_SLUG)
		json_text(&w->tree, into, "pattern", "^[a-z0-9]+(-[a-z0-9]+)*$");
	length(w, into, type, "minLength", "maxLength");
}

/* Of n bytes. */
static uint64_t base64_length(uint64_t n)
{
	return n > UINT64_MAX / 4 ? UINT64_MAX : (n / 3 + (n % 3 ? 1 : 0)) * 4;
}

static void bytes(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	type_name(w, into, "string", nullable);
	json_text(&w->tree, into, "contentEncoding", "base64");
	json_text(&w->tree, into, "pattern",
		  "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$");
	plan_type text = { .min = base64_length(type->min), .max = base64_length(type->max) };
	length(w, into, &text, "minLength", "maxLength");
}

/* ---- containers ---- */

static void elements(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	type_name(w, into, "array", nullable);
	schema_type(w, json_object(&w->tree, into, "items"), type->elem, false);
	length(w, into, type, "minItems", "maxItems");
	if (type->kind == IDL_SET)
		json_flag(&w->tree, into, "uniqueItems", true);
}

static void entries(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	type_name(w, into, "object", nullable);
	schema_type(w, json_object(&w->tree, into, "additionalProperties"), type->elem, false);
	length(w, into, type, "minProperties", "maxProperties");
}

/* ---- all of them ---- */

void schema_type(schema_writer *w, json_node *into, const plan_type *type, bool nullable)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_BOOL:
		type_name(w, into, "boolean", nullable);
		break;
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
		integer(w, into, type, nullable);
		break;
	case IDL_GROUP_FLOAT:
		type_name(w, into, "number", nullable);
		if (type->kind == IDL_FLOAT32) {
			fraction(w, into, "minimum", as_written(type->low.f));
			fraction(w, into, "maximum", as_written(type->high.f));
			break;
		}
		fraction(w, into, "minimum", type->low.f);
		fraction(w, into, "maximum", type->high.f);
		break;
	case IDL_GROUP_STRING:
	case IDL_GROUP_TEXT:
		string(w, into, type, nullable);
		break;
	case IDL_GROUP_BYTES:
		bytes(w, into, type, nullable);
		break;
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		safe_integer(w, into, nullable);
		break;
	case IDL_GROUP_ENUM:
		reference(w, into, type_names_enum(w->names, type->enumeration), nullable);
		break;
	case IDL_GROUP_STRUCT:
		reference(w, into, type_names_struct(w->names, type->structure), nullable);
		break;
	case IDL_GROUP_UNION:
		reference(w, into, type_names_union(w->names, type->tagged), nullable);
		break;
	case IDL_GROUP_LIST:
	case IDL_GROUP_SET:
		elements(w, into, type, nullable);
		break;
	case IDL_GROUP_MAP:
	case IDL_GROUP_TABLE:
		entries(w, into, type, nullable);
		break;
	case IDL_GROUP_JSON: /* any value */
	case IDL_GROUP_BAD:
		break;
	}
}
