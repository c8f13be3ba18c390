/* Names of types. */
#include <string.h>

#include "c_naming.h"

const char *c_join(const naming *n, const char *a, const char *b, const char *c)
{
	size_t of_a = strlen(a), of_b = strlen(b), of_c = strlen(c);
	char *text = idl_arena_alloc(n->arena, of_a + of_b + of_c + 1);
	memcpy(text, a, of_a);
	memcpy(text + of_a, b, of_b);
	memcpy(text + of_a + of_b, c, of_c);
	return text;
}

/* ---- types ---- */

static const char *struct_wanted(const naming *n, const plan_struct *s)
{
	const char *model = s->model ? c_join(n, n->prefix, s->model->name, "") : "";
	switch (s->origin) {
	case PLAN_KEY:
		return c_join(n, model, "Key", "");
	case PLAN_PRESENCE:
		return c_join(n, model, "Presence", "");
	case PLAN_ARGS:
		return c_join(n, model, names_pascal(n->arena, s->call->name), "Args");
	case PLAN_EVENT:
		return c_join(n, model, names_pascal(n->arena, s->call->name), "");
	default:
		return c_join(n, n->prefix, s->name, "");
	}
}

static bool is_declared(const plan_struct *s)
{
	return s->origin == PLAN_STRUCT || s->origin == PLAN_ERROR || s->origin == PLAN_STATE;
}

/* Types the schema names; `taking` false: those that are free as they are. */
static void name_declared(naming *n, const plan_file *file, bool taking)
{
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		const char **name = NULL, *wanted = NULL;
		switch (item->kind) {
		case PLAN_ITEM_ENUM:
			name = &n->out->enums[item->as.enumeration->number].type;
			wanted = c_join(n, n->prefix, item->as.enumeration->name, "");
			break;
		case PLAN_ITEM_UNION:
			name = &n->out->unions[item->as.tagged->number].type;
			wanted = c_join(n, n->prefix, item->as.tagged->name, "");
			break;
		case PLAN_ITEM_STRUCT:
			if (!is_declared(item->as.structure))
				continue;
			name = &n->out->structs[item->as.structure->number].type;
			wanted = struct_wanted(n, item->as.structure);
			break;
		default:
			continue;
		}
		if (!taking)
			*name = names_claim(n->scope, wanted) ? wanted : NULL;
		else if (!*name)
			*name = names_take(n->scope, wanted);
	}
}

static const char *elem_name(const naming *n, const plan_type *elem)
{
	static const char *const leaves[IDL_KINDS] = {
		[IDL_BOOL] = "Bool",	 [IDL_INT8] = "Int8",	      [IDL_INT16] = "Int16",
		[IDL_INT32] = "Int32",	 [IDL_UINT8] = "Uint8",	      [IDL_UINT16] = "Uint16",
		[IDL_UINT32] = "Uint32", [IDL_SAFEINT] = "Safeint",   [IDL_INT64] = "Int64",
		[IDL_UINT64] = "Uint64", [IDL_FLOAT32] = "Float32",   [IDL_FLOAT64] = "Float64",
		[IDL_STRING] = "String", [IDL_BYTES] = "Bytes",	      [IDL_TIMESTAMP] = "Timestamp",
		[IDL_UUID] = "Uuid",	 [IDL_EMAIL] = "Email",	      [IDL_URI] = "Uri",
		[IDL_DATE] = "Date",	 [IDL_DATETIME] = "Datetime", [IDL_IPV4] = "Ipv4",
		[IDL_IPV6] = "Ipv6",	 [IDL_HOSTNAME] = "Hostname", [IDL_SLUG] = "Slug",
		[IDL_JSON] = "Json",	 [IDL_COUNTER] = "Counter",   [IDL_TEXT] = "Text",
	};
	switch (elem->kind) {
	case IDL_ENUM:
		return n->out->enums[elem->enumeration->number].type;
	case IDL_STRUCT:
		return n->out->structs[elem->structure->number].type;
	case IDL_UNION:
		return n->out->unions[elem->tagged->number].type;
	case IDL_LIST:
	case IDL_MAP:
	case IDL_SET:
	case IDL_TABLE:
		return n->out->containers[elem->container->number].type;
	default:
		return elem->json_number ? c_join(n, leaves[elem->kind], "Number", "")
					 : leaves[elem->kind];
	}
}

static const plan_file *home(const plan_type *elem)
{
	switch (elem->kind) {
	case IDL_ENUM:
		return elem->enumeration->file;
	case IDL_STRUCT:
		return elem->structure->file;
	case IDL_UNION:
		return elem->tagged->file;
	case IDL_LIST:
	case IDL_MAP:
	case IDL_SET:
	case IDL_TABLE:
		return elem->container->file;
	default:
		return NULL;
	}
}

/* NoteList. Two files that do not know of each other may both have a list of strings or of an
 * imported struct: those are named after their file as well. */
static void name_container(naming *n, const plan_container *c)
{
	c_container_names *out = &n->out->containers[c->number];
	const char *elem = elem_name(n, c->elem), *file = "", *kind = "Map";
	if (c->kind == IDL_LIST)
		kind = c->inline_max ? idl_arena_printf(n->arena, "Array%llu",
							(unsigned long long)c->inline_max)
				     : "List";
	else if (c->kind == IDL_SET)
		kind = "Set";
	else if (c->kind == IDL_TABLE)
		kind = "Table";
	if (home(c->elem) != c->file)
		file = names_pascal(n->arena, n->out->stems[c->file->number]);
	out->type = names_take(n->scope, c_join(n, file, elem, kind));
	out->doc = names_take(n->scope, c_join(n, out->type, "Doc", ""));
	if (c->kind == IDL_MAP || c->kind == IDL_TABLE)
		out->entry = names_take(
			n->scope, c_join(n, file, elem, c->kind == IDL_MAP ? "Entry" : "Row"));
}

void c_name_types(naming *n, const plan_file *file)
{
	name_declared(n, file, false);
	name_declared(n, file, true);
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		if (item->kind == PLAN_ITEM_STRUCT) {
			c_struct_names *s = &n->out->structs[item->as.structure->number];
			if (!s->type)
				s->type =
					names_take(n->scope, struct_wanted(n, item->as.structure));
			s->doc = names_take(n->scope, c_join(n, s->type, "Doc", ""));
		} else if (item->kind == PLAN_ITEM_UNION) {
			c_union_names *u = &n->out->unions[item->as.tagged->number];
			u->doc = names_take(n->scope, c_join(n, u->type, "Doc", ""));
			u->tag_type = names_take(n->scope, c_join(n, u->type, "Tag", ""));
		}
	}
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind == PLAN_ITEM_CONTAINER)
			name_container(n, file->items[i].as.container);
	}
}
