/* Is it an attribute, may it stand here, are its arguments right. */
#include "attr.h"

#include <string.h>

#define FIELDS	(PLACE_MODEL_FIELD | PLACE_STRUCT_FIELD)
#define MEMBERS (FIELDS | PLACE_ERROR_FIELD | PLACE_PRESENCE_FIELD | PLACE_PARAM)
#define CALLS	(PLACE_ACTION | PLACE_TASK)
#define DECLS	(PLACE_ENUM | PLACE_STRUCT | PLACE_UNION | PLACE_MODEL | PLACE_ERROR)
#define NAMED	(MEMBERS | PLACE_TAG | PLACE_VALUE | CALLS | PLACE_EVENT)

typedef enum {
	TAKES_NOTHING,
	TAKES_ROLES, /* none or names */
	TAKES_NOTE,  /* none or a string */
	TAKES_STRING,
	TAKES_DURATION,
	TAKES_RATE,
	TAKES_MERGE,
	TAKES_VERSION,
	TAKES_JSON, /* a string or number */
	TAKES_KEY   /* nothing on a field, a string on a model */
} takes;

typedef struct {
	unsigned places;
	takes takes;
	const char *where; /* "belongs on …" */
} rule;

static const rule rules[IDL_ATTR_COUNT] = {
	[IDL_ATTR_WRITE] = { FIELDS, TAKES_ROLES, "a field of a model or struct" },
	[IDL_ATTR_READ] = { FIELDS, TAKES_ROLES, "a field of a model or struct" },
	[IDL_ATTR_LOCAL] = { FIELDS, TAKES_NOTHING, "a field of a model or struct" },
	[IDL_ATTR_COMPUTED] = { FIELDS, TAKES_NOTHING, "a field of a model or struct" },
	[IDL_ATTR_CONST] = { FIELDS, TAKES_NOTHING, "a field of a model or struct" },
	[IDL_ATTR_VOLATILE] = { FIELDS, TAKES_NOTHING, "a field of a model or struct" },
	[IDL_ATTR_INLINE] = { MEMBERS, TAKES_NOTHING, "a field or parameter" },
	[IDL_ATTR_ATOMIC] = { FIELDS, TAKES_NOTHING, "a field of a model or struct" },
	[IDL_ATTR_CREATED] = { PLACE_STRUCT_FIELD, TAKES_NOTHING, "a field of a struct" },
	[IDL_ATTR_UPDATED] = { PLACE_STRUCT_FIELD, TAKES_NOTHING, "a field of a struct" },
	[IDL_ATTR_RETAIN] = { FIELDS, TAKES_DURATION, "a table" },
	[IDL_ATTR_INDEX] = { PLACE_STRUCT_FIELD, TAKES_NOTHING, "a field of a struct" },
	[IDL_ATTR_KEY] = { PLACE_STRUCT_FIELD | PLACE_MODEL, TAKES_KEY,
			   "a field of a struct, or a model" },
	[IDL_ATTR_MERGE] = { FIELDS, TAKES_MERGE, "a field of a model or struct" },
	[IDL_ATTR_RATE] = { FIELDS | CALLS, TAKES_RATE, "a field, action or task" },
	[IDL_ATTR_JSON] = { NAMED | PLACE_ERROR, TAKES_JSON, "something with a name on the wire" },
	[IDL_ATTR_PATTERN] = { MEMBERS, TAKES_STRING, "a field or parameter" },
	[IDL_ATTR_DEPRECATED] = { NAMED | DECLS, TAKES_NOTE,
				  "anything but a parameter of a model" },
	[IDL_ATTR_WAS] = { NAMED | DECLS, TAKES_STRING, "anything but a parameter of a model" },
	[IDL_ATTR_SINCE] = { NAMED | DECLS, TAKES_VERSION, "anything but a parameter of a model" },
	[IDL_ATTR_ROLE] = { CALLS, TAKES_ROLES, "an action or task" },
	[IDL_ATTR_IDEMPOTENT] = { CALLS, TAKES_NOTHING, "an action or task" },
	[IDL_ATTR_TIMEOUT] = { CALLS, TAKES_DURATION, "an action or task" },
	[IDL_ATTR_SINGLE] = { PLACE_TASK, TAKES_NOTHING, "a task" },
	[IDL_ATTR_TTL] = { PLACE_MODEL, TAKES_DURATION, "a model" },
	[IDL_ATTR_PERSIST] = { PLACE_MODEL, TAKES_NOTHING, "a model" },
	[IDL_ATTR_TOPIC] = { PLACE_MODEL, TAKES_STRING, "a model" },
	[IDL_ATTR_RUNNING] = { PLACE_MODEL, TAKES_STRING, "a model" },
	[IDL_ATTR_SESSION] = { PLACE_MODEL, TAKES_NOTHING, "a model" },
	[IDL_ATTR_CLOSED] = { PLACE_STRUCT, TAKES_NOTHING, "a struct" },
};

static const char *const spellings[IDL_ATTR_COUNT] = { [IDL_ATTR_UNKNOWN] = "",
#define X(id, spelling) [IDL_ATTR_##id] = spelling,
						       IDL_ATTRS(X)
#undef X
};

static const char *const merges[] = {
	[IDL_MERGE_LAST] = "last",   [IDL_MERGE_MAX] = "max",	      [IDL_MERGE_MIN] = "min",
	[IDL_MERGE_FIRST] = "first", [IDL_MERGE_CHECKED] = "checked",
};

/* ---- arguments ---- */

static const char *takes_text(takes t, place where)
{
	switch (t) {
	case TAKES_NOTHING:
		return "takes no argument";
	case TAKES_ROLES:
		return "takes names of roles: (editor, admin)";
	case TAKES_NOTE:
		return "takes a text, or nothing";
	case TAKES_STRING:
		return "takes one text in quotes";
	case TAKES_DURATION:
		return "takes a duration above zero, such as 30s, 5m or 30d";
	case TAKES_RATE:
		return "takes a rate above zero, such as 20/s";
	case TAKES_MERGE:
		return "takes max, min, first or checked";
	case TAKES_VERSION:
		return "takes a version number from 1";
	case TAKES_JSON:
		return "takes a name in quotes, or number";
	case TAKES_KEY:
		return where == PLACE_MODEL ? "takes a template in quotes, such as \"ROOM/{id}\""
					    : "takes no argument on a field";
	}
	return "";
}

static bool is_one(const idl_attr *attr, idl_arg_kind kind)
{
	return attr->args && !attr->args->next && attr->args->kind == kind;
}

static bool has_nul(idl_text text)
{
	return memchr(text.at, '\0', text.length) != NULL;
}

static bool is_text(const idl_attr *attr)
{
	return is_one(attr, IDL_ARG_STRING) && attr->args->text.length &&
	       !has_nul(attr->args->text);
}

static bool are_roles(const idl_attr *attr)
{
	for (const idl_arg *arg = attr->args; arg; arg = arg->next)
		if (arg->kind != IDL_ARG_NAME || strchr(arg->text.at, '.'))
			return false;
	return true;
}

idl_merge attr_merge(const idl_attr *attr)
{
	if (!is_one(attr, IDL_ARG_NAME))
		return IDL_MERGE_LAST;
	for (int i = IDL_MERGE_MAX; i <= IDL_MERGE_CHECKED; i++)
		if (strcmp(merges[i], attr->args->text.at) == 0)
			return (idl_merge)i;
	return IDL_MERGE_LAST;
}

static bool is_json(const idl_attr *attr)
{
	if (is_one(attr, IDL_ARG_NAME))
		return strcmp(attr->args->text.at, "number") == 0;
	return is_text(attr);
}

static bool arguments_fit(const idl_attr *attr, place where)
{
	const idl_arg *arg = attr->args;
	switch (rules[attr->id].takes) {
	case TAKES_NOTHING:
		return !attr->args;
	case TAKES_ROLES:
		return are_roles(attr);
	case TAKES_NOTE:
		return !attr->args || (is_one(attr, IDL_ARG_STRING) && !has_nul(arg->text));
	case TAKES_STRING:
		return is_text(attr);
	case TAKES_DURATION:
		return is_one(attr, IDL_ARG_DURATION) && arg->number;
	case TAKES_RATE:
		return is_one(attr, IDL_ARG_RATE) && arg->number && arg->number <= UINT32_MAX;
	case TAKES_MERGE:
		return attr_merge(attr) != IDL_MERGE_LAST;
	case TAKES_VERSION:
		return is_one(attr, IDL_ARG_INT) && !arg->negative && arg->number &&
		       arg->number <= UINT32_MAX;
	case TAKES_JSON:
		return is_json(attr);
	case TAKES_KEY:
		return where == PLACE_MODEL ? is_text(attr) : !attr->args;
	}
	return false;
}

static void report_arguments(check *c, const idl_attr *attr, place where)
{
	idl_span span = attr->args ? attr->args->span : attr->span;
	takes t = rules[attr->id].takes;
	diag *d = diag_add(c->diags, DIAG_E0503, span, "@%s %s", attr->name, takes_text(t, where));
	if (t == TAKES_MERGE && is_one(attr, IDL_ARG_NAME)) {
		const char *near =
			names_nearest_of(attr->args->text.at, merges + 1, IDL_MERGE_CHECKED);
		if (near)
			diag_help(d, "did you mean '%s'?", near);
	} else if ((t == TAKES_STRING || t == TAKES_JSON) && is_one(attr, IDL_ARG_NAME)) {
		diag_help(d, "write \"%s\"", attr->args->text.at);
	}
}

/* ---- one attribute ---- */

static const char *place_text(place where)
{
	switch (where) {
	case PLACE_MODEL_FIELD:
		return "a field of a model";
	case PLACE_STRUCT_FIELD:
		return "a field of a struct";
	case PLACE_ERROR_FIELD:
		return "a field of an error";
	case PLACE_PRESENCE_FIELD:
		return "a field of presence";
	case PLACE_TAG:
		return "a tag of a union";
	case PLACE_PARAM:
		return "a parameter";
	case PLACE_MODEL_PARAM:
		return "a parameter of a model";
	case PLACE_VALUE:
		return "a value of an enum";
	case PLACE_ACTION:
		return "an action";
	case PLACE_TASK:
		return "a task";
	case PLACE_EVENT:
		return "an event";
	case PLACE_ENUM:
		return "an enum";
	case PLACE_STRUCT:
		return "a struct";
	case PLACE_UNION:
		return "a union";
	case PLACE_MODEL:
		return "a model";
	case PLACE_ERROR:
		return "an error";
	case PLACE_RESULT:
	case PLACE_PROGRESS:
		break;
	}
	return "this";
}

static void report_unknown(check *c, const idl_attr *attr, place where)
{
	diag *d = diag_add(c->diags, DIAG_E0501, attr->span, "unknown attribute '@%s'", attr->name);
	/* Those that may stand here first, so that they win among equals. */
	nearest n;
	nearest_init(&n, attr->name);
	for (int here = 1; here >= 0; here--)
		for (int id = 1; id < IDL_ATTR_COUNT; id++)
			if (((rules[id].places & where) != 0) == here)
				nearest_offer(&n, spellings[id]);
	if (n.best)
		diag_help(d, "did you mean '@%s'?", n.best);
}

/* Duplicates are looked for one by one, so there is a limit. */
enum { MOST = 64 };

const idl_attr *attr_limited(check *c, const idl_attr *attrs)
{
	size_t count = 0;
	for (const idl_attr *attr = attrs; attr; attr = attr->next) {
		if (++count < MOST || !attr->next)
			continue;
		diag_add(c->diags, DIAG_E0504, attr->next->span, "more than %d attributes", MOST);
		((idl_attr *)(uintptr_t)attr)->next = NULL;
	}
	return attrs;
}

/* Two @json are fine when one is a name and one says number; @was may be repeated. */
static const idl_attr *given_before(const idl_attr *attrs, const idl_attr *attr)
{
	if (attr->id == IDL_ATTR_WAS)
		return NULL;
	for (const idl_attr *a = attrs; a != attr; a = a->next) {
		bool same = a->id == attr->id;
		if (same && attr->id == IDL_ATTR_JSON && a->args && attr->args)
			same = a->args->kind == attr->args->kind;
		if (same)
			return a;
	}
	return NULL;
}

bool attr_usable(check *c, const idl_attr *attrs, const idl_attr *attr, place where)
{
	if (attr->id == IDL_ATTR_UNKNOWN) {
		report_unknown(c, attr, where);
		return false;
	}
	if (!(rules[attr->id].places & where)) {
		diag *d = diag_add(c->diags, DIAG_E0502, attr->span, "@%s does not belong on %s",
				   attr->name, place_text(where));
		diag_help(d, "it belongs on %s", rules[attr->id].where);
		return false;
	}
	const idl_attr *first = given_before(attrs, attr);
	if (first) {
		diag *d = diag_add(c->diags, DIAG_E0504, attr->span, "@%s is given twice",
				   attr->name);
		diag_note(d, first->span, "the first is here");
		return false;
	}
	if (!arguments_fit(attr, where)) {
		report_arguments(c, attr, where);
		return false;
	}
	if (attr->id == IDL_ATTR_PATTERN) {
		diag_add(c->diags, DIAG_E0507, attr->span, "@pattern is not supported yet");
		return false;
	}
	return true;
}
