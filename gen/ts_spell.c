#include "ts_backend.h"

#include <inttypes.h>
#include <string.h>

#include "jcs.h"
#include "value.h"

const char *ts_keep(ts_backend *ts)
{
	size_t length = ts->scratch.length;
	char *kept = view_room(ts->pool, length + 1);
	if (length)
		memcpy(kept, ts->scratch.at, length);
	kept[length] = '\0';
	buf_clear(&ts->scratch);
	return kept;
}

/* ---- names and strings ---- */

static bool is_identifier(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
	static const char digits[] = "0123456789";
	if (!text[0] || !strchr(letters, text[0]))
		return false;
	for (; *text; text++) {
		if (!strchr(letters, *text) && !strchr(digits, *text))
			return false;
	}
	return true;
}

const char *ts_string(ts_backend *ts, const char *text)
{
	jcs_string(&ts->scratch, text, strlen(text));
	return ts_keep(ts);
}

const char *ts_member(ts_backend *ts, const char *json)
{
	return is_identifier(json) ? json : ts_string(ts, json);
}

/* ---- comments ---- */

/* The text of a comment cannot end it: a slash behind a star gets a backslash in between. */
static void comment_line(buf *b, const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '/' && i > 0 && line[i - 1] == '*')
			buf_char(b, '\\');
		buf_char(b, line[i]);
	}
}

static void comment_lines(buf *b, const char *indent, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, "\r\n");
		buf_printf(b, "%s *%s", indent, length ? " " : "");
		comment_line(b, text, length);
		buf_char(b, '\n');
		text += length;
		if (!*text)
			return;
		text += text[0] == '\r' && text[1] == '\n' ? 2 : 1;
	}
}

static void deprecation(buf *b, const char *text)
{
	buf_printf(b, " @deprecated%s", text[0] ? " " : "");
	comment_line(b, text, strcspn(text, "\r\n"));
}

const char *ts_comment(ts_backend *ts, const char *indent, const char *doc, const char *deprecated)
{
	buf *b = &ts->scratch;
	if (!doc && !deprecated)
		return "";
	if (doc && !deprecated && !strpbrk(doc, "\r\n")) {
		buf_printf(b, "%s/** ", indent);
		comment_line(b, doc, strlen(doc));
		buf_text(b, " */\n");
		return ts_keep(ts);
	}
	if (!doc) {
		buf_printf(b, "%s/**", indent);
		deprecation(b, deprecated);
		buf_text(b, " */\n");
		return ts_keep(ts);
	}
	buf_printf(b, "%s/**\n", indent);
	comment_lines(b, indent, doc);
	if (deprecated) {
		buf_printf(b, "%s *", indent);
		deprecation(b, deprecated);
		buf_char(b, '\n');
	}
	buf_printf(b, "%s */\n", indent);
	return ts_keep(ts);
}

/* ---- what comes from other files ---- */

static const char *take_import(ts_backend *ts, const plan_file *from, const char *name,
			       const char *local, bool value)
{
	ts_import *i = idl_arena_alloc(ts->arena, sizeof(*i));
	*i = (ts_import){ .name = name, .local = local, .value = value };
	ts_import **at = &ts->imports[from->number];
	while (*at)
		at = &(*at)->next;
	*at = i;
	return local;
}

static const char *named(ts_backend *ts, const plan_file *from, const char *exported,
			 const char *local, bool *used)
{
	if (from != ts->file && !*used) {
		*used = true;
		take_import(ts, from, exported, local, false);
	}
	return local;
}

const char *ts_struct_name(ts_backend *ts, const plan_struct *s)
{
	return named(ts, s->file, ts->structs[s->number], type_names_struct(ts->names, s),
		     &ts->used_structs[s->number]);
}

static const char *union_name(ts_backend *ts, const plan_union *u)
{
	return named(ts, u->file, ts->unions[u->number], type_names_union(ts->names, u),
		     &ts->used_unions[u->number]);
}

static const char *enum_name(ts_backend *ts, const plan_enum *e)
{
	return named(ts, e->file, ts->enums[e->number], type_names_enum(ts->names, e),
		     &ts->used_enums[e->number]);
}

static const char *maker(ts_backend *ts, const plan_struct *s)
{
	const char **local = &ts->local_makers[s->number];
	if (!*local && s->file == ts->file)
		*local = ts->makers[s->number];
	else if (!*local)
		*local = take_import(ts, s->file, ts->makers[s->number],
				     names_take(type_names_scope(ts->names), ts->makers[s->number]),
				     true);
	return *local;
}

/* ---- types ---- */

static const char *scalar(const plan_type *type)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_BOOL:
		return "boolean";
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
		return value_is_digits(type) ? "bigint" : "number";
	case IDL_GROUP_FLOAT:
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		return "number";
	case IDL_GROUP_STRING:
	case IDL_GROUP_TEXT:
		return "string";
	case IDL_GROUP_BYTES:
		return "Uint8Array";
	default:
		return "unknown";
	}
}

static void spell(ts_backend *ts, buf *b, const plan_type *type)
{
	if (type->kind == IDL_MAP || type->kind == IDL_TABLE) {
		buf_text(b, "Record<string, ");
		spell(ts, b, type->elem);
		buf_char(b, '>');
	} else if (type->elem) {
		spell(ts, b, type->elem);
		buf_text(b, "[]");
	} else if (type->enumeration) {
		buf_text(b, enum_name(ts, type->enumeration));
	} else if (type->structure) {
		buf_text(b, ts_struct_name(ts, type->structure));
	} else if (type->tagged) {
		buf_text(b, union_name(ts, type->tagged));
	} else {
		buf_text(b, scalar(type));
	}
}

const char *ts_type(ts_backend *ts, const plan_type *type, bool nullable)
{
	spell(ts, &ts->scratch, type);
	if (nullable && type->kind != IDL_JSON)
		buf_text(&ts->scratch, " | null");
	return ts_keep(ts);
}

/* ---- values ---- */

static void bytes(buf *b, idl_text text)
{
	if (text.length == 0) {
		buf_text(b, "new Uint8Array(0)");
		return;
	}
	buf_text(b, "Uint8Array.of(");
	for (size_t i = 0; i < text.length; i++)
		buf_printf(b, "%s%u", i ? ", " : "", (unsigned)(unsigned char)text.at[i]);
	buf_char(b, ')');
}

static void bigint(buf *b, const idl_value *value)
{
	if (value->kind == IDL_VALUE_UINT)
		buf_printf(b, "%" PRIu64 "n", value->u);
	else
		buf_printf(b, "%" PRId64 "n", value->i);
}

static void declared(buf *b, const plan_type *type, const idl_value *value)
{
	if (value->kind == IDL_VALUE_STRING && type->kind == IDL_BYTES)
		bytes(b, value->text);
	else if (value->kind != IDL_VALUE_NULL && value_is_digits(type))
		bigint(b, value);
	else
		value_json(b, type, value);
}

static void first_tag(ts_backend *ts, buf *b, const plan_union *u)
{
	buf_text(b, "{ type: ");
	jcs_string(b, u->tags[0].json, strlen(u->tags[0].json));
	buf_printf(b, ", ...%s() }", maker(ts, u->tags[0].type->structure));
}

static void empty(ts_backend *ts, buf *b, const plan_type *type)
{
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_BOOL:
		buf_text(b, "false");
		break;
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
	case IDL_GROUP_FLOAT:
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		buf_text(b, value_is_digits(type) ? "0n" : "0");
		break;
	case IDL_GROUP_STRING:
	case IDL_GROUP_TEXT:
		buf_text(b, "\"\"");
		break;
	case IDL_GROUP_BYTES:
		buf_text(b, "new Uint8Array(0)");
		break;
	case IDL_GROUP_ENUM:
		jcs_string(b, type->enumeration->values[0].json,
			   strlen(type->enumeration->values[0].json));
		break;
	case IDL_GROUP_STRUCT:
		buf_printf(b, "%s()", maker(ts, type->structure));
		break;
	case IDL_GROUP_UNION:
		first_tag(ts, b, type->tagged);
		break;
	case IDL_GROUP_LIST:
	case IDL_GROUP_SET:
		buf_text(b, "[]");
		break;
	case IDL_GROUP_MAP:
	case IDL_GROUP_TABLE:
		buf_text(b, "{}");
		break;
	case IDL_GROUP_JSON:
	case IDL_GROUP_BAD:
		buf_text(b, "null");
		break;
	}
}

const char *ts_initial(ts_backend *ts, const plan_field *field)
{
	if (field->first)
		declared(&ts->scratch, field->type, field->first);
	else if (field->nullable)
		buf_text(&ts->scratch, "null");
	else
		empty(ts, &ts->scratch, field->type);
	return ts_keep(ts);
}
