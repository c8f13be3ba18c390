#include "c_type.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)
#define SAFE_MAX     INT64_C(9007199254740991)

/* clang-format off */
static const c_kind kinds[IDL_KINDS] = {
	/*                  cell            kind        ops        put            read         format      param */
	[IDL_BOOL]      = { "bool",        "BOOL",     "bool",    "bool",        NULL,        NULL,       "bool " },
	[IDL_INT8]      = { "int8_t",      "INT8",     "int8",    "i64",         NULL,        NULL,       "int8_t " },
	[IDL_INT16]     = { "int16_t",     "INT16",    "int16",   "i64",         NULL,        NULL,       "int16_t " },
	[IDL_INT32]     = { "int32_t",     "INT32",    "int32",   "i64",         NULL,        NULL,       "int32_t " },
	[IDL_UINT8]     = { "uint8_t",     "UINT8",    "uint8",   "u64",         NULL,        NULL,       "uint8_t " },
	[IDL_UINT16]    = { "uint16_t",    "UINT16",   "uint16",  "u64",         NULL,        NULL,       "uint16_t " },
	[IDL_UINT32]    = { "uint32_t",    "UINT32",   "uint32",  "u64",         NULL,        NULL,       "uint32_t " },
	[IDL_SAFEINT]   = { "int64_t",     "SAFEINT",  "safeint", "i64",         "i64",       NULL,       "int64_t " },
	[IDL_INT64]     = { "int64_t",     "INT64",    "int64",   "i64_quoted",  "i64_quoted", NULL,      "int64_t " },
	[IDL_UINT64]    = { "uint64_t",    "UINT64",   "uint64",  "u64_quoted",  "u64_quoted", NULL,      "uint64_t " },
	[IDL_FLOAT32]   = { "float",       "FLOAT32",  "float32", "f32",         "f32",       NULL,       "float " },
	[IDL_FLOAT64]   = { "double",      "FLOAT64",  "float64", "f64",         "f64",       NULL,       "double " },
	[IDL_STRING]    = { "sync_str",    "STRING",   "string",  "str",         "string",    NULL,       "const char *" },
	[IDL_BYTES]     = { "sync_bytes",  "BYTES",    "bytes",   NULL,          "bytes",     NULL,       "const void *" },
	[IDL_TIMESTAMP] = { "int64_t",     "SAFEINT",  "safeint", "i64",         "i64",       NULL,       "int64_t " },
	[IDL_UUID]      = { "sync_str",    "STRING",   "string",  "str",         NULL,        "UUID",     "const char *" },
	[IDL_EMAIL]     = { "sync_str",    "STRING",   "string",  "str",         NULL,        "EMAIL",    "const char *" },
	[IDL_URI]       = { "sync_str",    "STRING",   "string",  "str",         NULL,        "URI",      "const char *" },
	[IDL_DATE]      = { "sync_str",    "STRING",   "string",  "str",         NULL,        "DATE",     "const char *" },
	[IDL_DATETIME]  = { "sync_str",    "STRING",   "string",  "str",         NULL,        "DATETIME", "const char *" },
	[IDL_IPV4]      = { "sync_str",    "STRING",   "string",  "str",         NULL,        "IPV4",     "const char *" },
	[IDL_IPV6]      = { "sync_str",    "STRING",   "string",  "str",         NULL,        "IPV6",     "const char *" },
	[IDL_HOSTNAME]  = { "sync_str",    "STRING",   "string",  "str",         NULL,        "HOSTNAME", "const char *" },
	[IDL_SLUG]      = { "sync_str",    "STRING",   "string",  "str",         NULL,        "SLUG",     "const char *" },
	[IDL_JSON]      = { "const struct cJSON *", "JSON", "json", "json",      NULL,        NULL,       "const struct cJSON *" },
	[IDL_ENUM]      = { NULL,          "ENUM",     "enum",    NULL,          NULL,        NULL,       NULL },
	[IDL_STRUCT]    = { NULL,          "STRUCT",   NULL,      NULL,          NULL,        NULL,       NULL },
	[IDL_UNION]     = { NULL,          "UNION",    NULL,      NULL,          NULL,        NULL,       NULL },
	[IDL_LIST]      = { NULL,          "LIST",     "list",    NULL,          NULL,        NULL,       NULL },
	[IDL_MAP]       = { NULL,          "MAP",      "map",     NULL,          NULL,        NULL,       NULL },
	[IDL_SET]       = { NULL,          "SET",      "set",     NULL,          NULL,        NULL,       NULL },
	[IDL_TABLE]     = { NULL,          "TABLE",    "table",   NULL,          NULL,        NULL,       NULL },
	[IDL_COUNTER]   = { "int64_t",     "COUNTER",  "counter", "i64",         "i64",       NULL,       "int64_t " },
	[IDL_TEXT]      = { "sync_text",   "TEXT",     "text",    NULL,          NULL,        NULL,       "const char *" },
};
static const c_kind number_int64  = { "int64_t",  "SAFEINT",  "safeint",  "i64", "i64", NULL, "int64_t " };
static const c_kind number_uint64 = { "uint64_t", "SAFEUINT", "safeuint", "u64", "u64", NULL, "uint64_t " };
static const c_kind inline_string = { "char", "INLINE_STRING", "inline_string", NULL, NULL, NULL, "const char *" };
static const c_kind inline_list   = { NULL, "INLINE_LIST", "inline_list", NULL, NULL, NULL, NULL };
/* clang-format on */

const c_kind *c_kind_of(const plan_type *type)
{
	if (type->json_number)
		return type->kind == IDL_UINT64 ? &number_uint64 : &number_int64;
	if (type->inlined)
		return type->kind == IDL_LIST ? &inline_list : &inline_string;
	return &kinds[type->kind];
}

const char *c_cell_type(const c_file *f, const plan_type *type)
{
	switch (type->kind) {
	case IDL_ENUM:
		return type->enumeration->open ? "sync_open_enum"
					       : f->names->enums[type->enumeration->number].type;
	case IDL_STRUCT:
		return f->names->structs[type->structure->number].type;
	case IDL_UNION:
		return f->names->unions[type->tagged->number].type;
	case IDL_LIST:
	case IDL_MAP:
	case IDL_SET:
	case IDL_TABLE:
		return f->names->containers[type->container->number].type;
	default:
		return c_kind_of(type)->cell;
	}
}

const char *c_hidden_type(const c_file *f, const plan_type *type, bool hidden)
{
	const char *name = c_cell_type(f, type);
	return hidden ? JOIN(f, type->enumeration ? "enum " : "struct ", name) : name;
}

uint64_t c_inline_room(const plan_type *type)
{
	/* A code point takes at most four bytes; a multiple of four keeps the next member close. */
	return (4 * type->max + 1 + 3) & ~(uint64_t)3;
}

/* ---- ranges ---- */

static void limits_of(const plan_type *type, int64_t *low, int64_t *high)
{
	unsigned bits = idl_kind_info[type->kind].bits;
	switch (type->kind) {
	case IDL_UINT8:
	case IDL_UINT16:
	case IDL_UINT32:
		*low = 0;
		*high = (INT64_C(1) << bits) - 1;
		break;
	case IDL_INT8:
	case IDL_INT16:
	case IDL_INT32:
		*high = (INT64_C(1) << (bits - 1)) - 1;
		*low = -*high - 1;
		break;
	case IDL_INT64:
		*low = type->json_number ? -SAFE_MAX : INT64_MIN;
		*high = type->json_number ? SAFE_MAX : INT64_MAX;
		break;
	default:
		*low = -SAFE_MAX;
		*high = SAFE_MAX;
		break;
	}
}

/* Where the plan has a range. Unsigned ones but uint64 are kept as signed here. */
static void range_of(const plan_type *type, int64_t *low, int64_t *high)
{
	limits_of(type, low, high);
	if (idl_kind_info[type->kind].group == IDL_GROUP_INT) {
		*low = type->low.i;
		*high = type->high.i;
	} else if (idl_kind_info[type->kind].group == IDL_GROUP_UINT) {
		*low = (int64_t)type->low.u;
		*high = (int64_t)type->high.u;
	}
}

bool c_range(c_file *f, const plan_type *type, const char **low, const char **high)
{
	int64_t from, to;
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_INT:
	case IDL_GROUP_UINT:
	case IDL_GROUP_TIME:
	case IDL_GROUP_COUNTER:
		if (type->kind == IDL_UINT64) {
			*low = c_uint(f->pool, type->low.u);
			*high = c_uint(f->pool, type->high.u);
			return true;
		}
		range_of(type, &from, &to);
		*low = c_int(f->pool, from);
		*high = c_int(f->pool, to);
		return true;
	case IDL_GROUP_FLOAT:
		if (type->kind == IDL_FLOAT32) {
			*low = c_float(f->pool, (float)type->low.f);
			*high = c_float(f->pool, (float)type->high.f);
		} else {
			*low = c_double(f->pool, type->low.f);
			*high = c_double(f->pool, type->high.f);
		}
		return true;
	default:
		return false;
	}
}

bool c_range_ends(c_file *f, const plan_type *type, const char **low, const char **high)
{
	int64_t from, to, least = INT64_MIN, most = INT64_MAX;
	if (!c_range(f, type, low, high))
		return false;
	if (idl_kind_info[type->kind].group == IDL_GROUP_FLOAT)
		return true;
	if (type->kind == IDL_UINT64) {
		*low = type->low.u ? *low : NULL;
		*high = type->high.u < UINT64_MAX ? *high : NULL;
		return *low || *high;
	}
	if (idl_kind_info[type->kind].bits < 54)
		limits_of(type, &least, &most);
	range_of(type, &from, &to);
	*low = from > least ? *low : NULL;
	*high = to < most ? *high : NULL;
	return *low || *high;
}

/* ---- descriptions ---- */

/* What a description says, so that equal ones are found. */
typedef struct known {
	struct known *next;
	const char *key, *name;
} known;

/* A use that was asked for lately: each field asks several times. */
typedef struct recent {
	const plan_type *type;
	const char *text;
} recent;

enum { RECENT = 256 };

struct c_types {
	known **slots;
	size_t count, slot_count; /* a power of two */
	recent recent[RECENT];
};

struct c_types *c_types_new(idl_arena *arena)
{
	struct c_types *types = idl_arena_alloc(arena, sizeof(*types));
	types->slot_count = 512;
	types->slots = idl_arena_array(arena, types->slot_count, sizeof(known *));
	return types;
}

static known **slot_of(struct c_types *types, const char *key)
{
	uint32_t h = 2166136261u;
	for (const char *at = key; *at; at++)
		h = (h ^ (unsigned char)*at) * 16777619u;
	known **slot = &types->slots[(h ^ h >> 15) & (types->slot_count - 1)];
	while (*slot && strcmp((*slot)->key, key) != 0)
		slot = &(*slot)->next;
	return slot;
}

static void grow(c_file *f)
{
	struct c_types *types = f->types;
	known **old = types->slots;
	size_t count = types->slot_count;
	types->slot_count *= 8;
	types->slots = idl_arena_array(f->arena, types->slot_count, sizeof(known *));
	for (size_t i = 0; i < count; i++) {
		for (known *k = old[i], *next; k; k = next) {
			next = k->next;
			k->next = NULL;
			*slot_of(types, k->key) = k;
		}
	}
}

/* "(1..500)", "(..20)", "" */
static const char *length_text(c_file *f, const plan_type *type, bool wide)
{
	uint64_t limit = idl_kind_info[type->kind].limit;
	if (wide || (!type->min && (type->max == limit || type->max > INT64_MAX)))
		return "";
	if (!type->min)
		return JOIN(f, "(..", view_digits(f->pool, type->max), ")");
	return JOIN(f, "(", view_digits(f->pool, type->min), "..", view_digits(f->pool, type->max),
		    ")");
}

static const char *range_text(c_file *f, const plan_type *type, bool wide)
{
	if (wide)
		return "";
	if (idl_kind_info[type->kind].group == IDL_GROUP_FLOAT) {
		if (type->low.f <= -FLT_MAX && type->high.f >= FLT_MAX)
			return "";
		return view_format(f->pool, "(%.17g..%.17g)", type->low.f, type->high.f);
	}
	if (type->kind == IDL_UINT64)
		return type->low.u == 0 && type->high.u == UINT64_MAX
			       ? ""
			       : view_format(f->pool, "(%" PRIu64 "..%" PRIu64 ")", type->low.u,
					     type->high.u);
	int64_t low, high, least, most;
	limits_of(type, &least, &most);
	range_of(type, &low, &high);
	if (low == least && high == most)
		return "";
	return view_format(f->pool, "(%" PRId64 "..%" PRId64 ")", low, high);
}

/* As the schema spells it. */
static const char *spelling(c_file *f, const plan_type *type, bool wide)
{
	const char *name = idl_kind_info[type->kind].spelling;
	switch (type->kind) {
	case IDL_ENUM:
		return type->enumeration->name;
	case IDL_STRUCT:
		return f->names->structs[type->structure->number].type;
	case IDL_UNION:
		return type->tagged->name;
	case IDL_LIST:
		return view_join(f->pool, "[", spelling(f, type->elem, false), "]",
				 length_text(f, type, wide), NULL);
	case IDL_MAP:
	case IDL_SET:
	case IDL_TABLE:
		return view_join(f->pool, name, "<", spelling(f, type->elem, false), ">",
				 length_text(f, type, wide), NULL);
	default:
		break;
	}
	switch (idl_kind_info[type->kind].argument) {
	case IDL_ARGUMENT_LENGTH:
		return view_join(f->pool, name, length_text(f, type, wide), NULL);
	case IDL_ARGUMENT_RANGE:
		return view_join(f->pool, name, range_text(f, type, wide), NULL);
	default:
		return name;
	}
}

/* "[Note](..1000)" → list_note_1000_type_ */
static const char *constant_name(c_file *f, const plan_type *type, const char *spelled)
{
	const char *kind = c_is_container(type) && type->kind == IDL_LIST ? "list_" : "";
	const char *low = names_snake(f->arena, spelled);
	char *name = view_room(f->pool, strlen(low) + 16);
	size_t at = (size_t)sprintf(name, "%s%s", kind, type->inlined ? "inline_" : "");
	for (; *low; low++) {
		bool fits = (*low >= 'a' && *low <= 'z') || (*low >= '0' && *low <= '9');
		if (fits)
			name[at++] = *low;
		else if (at && name[at - 1] != '_')
			name[at++] = '_';
		if (*low == '-')
			name[at++] = 'm'; /* minus */
	}
	while (at && name[at - 1] == '_')
		at--;
	name[at] = '\0';
	return names_take(f->scope, view_join(f->pool, name, type->json_number ? "_number" : "",
					      "_type_", NULL));
}

static const char *elem_of(c_file *f, const plan_type *type)
{
	return type->elem ? c_type(f, type->elem) : "NULL";
}

static void emit(c_file *f, const plan_type *type, const char *name, const char *spelled, bool wide)
{
	const c_kind *kind = c_kind_of(type);
	const char *low = "0", *high = "0";
	bool length = idl_kind_info[type->kind].argument == IDL_ARGUMENT_LENGTH || type->elem ||
		      idl_kind_info[type->kind].group == IDL_GROUP_STRING;
	bool ranged = c_range(f, type, &low, &high);
	bool whole64 = type->kind == IDL_UINT64;
	bool floats = idl_kind_info[type->kind].group == IDL_GROUP_FLOAT;
	if (length) {
		uint64_t most = wide ? idl_kind_info[type->kind].limit : type->max;
		if (most > INT64_MAX || !most)
			most = wide || most ? INT64_MAX : most;
		low = c_int(f->pool, wide ? 0 : (int64_t)type->min);
		high = c_int(f->pool, (int64_t)most);
	}
	bool signed_range = length || (ranged && !whole64 && !floats);
	view *v = view_new(f->pool);
	view_text(v, "name", name);
	view_text(v, "spelled", c_string(f->pool, spelled, strlen(spelled)));
	view_text(v, "ops", kind->ops);
	view_text(v, "kind", kind->kind);
	if (type->inlined && !c_is_container(type))
		view_text(v, "size", view_format(f->pool, "%" PRIu64, 4 + c_inline_room(type)));
	else
		view_text(v, "size",
			  view_join(f->pool, "sizeof(", c_cell_type(f, type), ")", NULL));
	const char *format = kinds[type->kind].format; /* in place or not */
	view_text(v, "format", format ? view_join(f->pool, "SYNC_FORMAT_", format, NULL) : "0");
	view_text(v, "min", signed_range ? low : "0");
	view_text(v, "max", signed_range ? high : "0");
	view_text(v, "umin", whole64 ? low : "0");
	view_text(v, "umax", whole64 ? high : "0");
	view_text(v, "fmin", floats ? low : "0");
	view_text(v, "fmax", floats ? high : "0");
	view_text(v, "elem", elem_of(f, type));
	tmpl_render(f->templates, "c/type.c", v, &f->tables);
}

/* The name of a description, made when there is none. */
static const char *describe(c_file *f, const plan_type *type, bool wide)
{
	const char *spelled = spelling(f, type, wide);
	/* The C type of an element is not always in the spelling: equal names of two packages. */
	const char *key = JOIN(f, spelled, type->inlined ? " inline " : " ",
			       type->json_number ? "number " : "", c_cell_type(f, type));
	known **slot = slot_of(f->types, key);
	if (*slot)
		return (*slot)->name;
	if (type->elem)
		c_type(f, type->elem); /* stands in front */
	if (f->types->count++ >= f->types->slot_count)
		grow(f);
	known *k = idl_arena_alloc(f->arena, sizeof(*k));
	k->key = idl_arena_copy(f->arena, key, strlen(key));
	k->name = constant_name(f, type, spelled);
	*slot_of(f->types, key) = k;
	emit(f, type, k->name, spelled, wide);
	return k->name;
}

const char *c_type(c_file *f, const plan_type *type)
{
	switch (type->kind) {
	case IDL_ENUM:
		return JOIN(f, "&", f->names->enums[type->enumeration->number].stem, "_type");
	case IDL_STRUCT:
		return JOIN(f, "&", f->names->structs[type->structure->number].stem, "_type");
	case IDL_UNION:
		return JOIN(f, "&", f->names->unions[type->tagged->number].stem, "_type");
	default:
		break;
	}
	uintptr_t address = (uintptr_t)type;
	recent *last = &f->types->recent[(address >> 4 ^ address >> 12) % RECENT];
	if (last->type != type) {
		last->text = describe(f, type, false);
		last->type = type;
	}
	return JOIN(f, "&", last->text);
}

const char *c_type_wide(c_file *f, const plan_type *type)
{
	return JOIN(f, "&", describe(f, type, true));
}
