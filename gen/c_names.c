#include "c_names.h"

#include <string.h>

/* What a stem makes: the functions and objects of a type, of a model, of a file. Those that end in an
 * underscore are static. Sorted. */
static const char *const verbs[] = {
	"apply",       "assign",    "begin_",  "calls_",   "change_",   "change_run_", "compute_",
	"copy",        "copy_",     "diff",    "edit",     "equal",     "equal_",      "events_",
	"field_",      "from_json", "from_name", "get",    "init",      "init_",       "json_schema",
	"key_",        "keys_",     "name",    "ops_",     "read",      "read_",       "read_by_",
	"read_in",     "release",   "release_", "required_", "roles_",  "schema_",     "slot_",
	"throw",       "thrown",    "to_json", "type",     "validate",  "validate_",   "write",
	"write_",      NULL
};

typedef struct naming {
	const plan *plan;
	idl_arena *arena;
	c_names *out;
	names *scope; /* of the file at hand */
	const char *prefix;
} naming;

bool c_is_container(const plan_type *type)
{
	return type->kind == IDL_LIST || type->kind == IDL_MAP || type->kind == IDL_SET ||
	       type->kind == IDL_TABLE;
}

bool c_is_node(const plan_type *type)
{
	return type->kind == IDL_STRUCT || type->kind == IDL_UNION || c_is_container(type);
}

static const char *join(const naming *n, const char *a, const char *b, const char *c)
{
	size_t of_a = strlen(a), of_b = strlen(b), of_c = strlen(c);
	char *text = idl_arena_alloc(n->arena, of_a + of_b + of_c + 1);
	memcpy(text, a, of_a);
	memcpy(text + of_a, b, of_b);
	memcpy(text + of_a + of_b, c, of_c);
	return text;
}

/* ---- calls ---- */

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
	uint32_t nothing = (field->optional ? CALL(CLEAR) : 0) | (field->nullable ? CALL(NULLIFY) : 0);
	switch (idl_kind_info[type->kind].group) {
	case IDL_GROUP_STRING:
	case IDL_GROUP_TEXT:
		return CALL(SET) | CALL(SET_N) | nothing;
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

static void name_calls(naming *n, const char **calls, uint32_t which, const char *stem,
                       const char *noun)
{
	static const char *const texts[] = {
#define X(id, text) text,
		C_VERBS(X)
#undef X
	};
	for (unsigned verb = 0; verb < C_VERB_COUNT; verb++) {
		if (!(which >> verb & 1))
			continue;
		const char *tail = verb == C_SET_N ? "_n" : verb == C_SET_NAME ? "_name" : "";
		calls[verb] = names_take_joined(n->scope, stem, texts[verb], noun, tail);
	}
}

/* ---- stems ---- */

/* More is appended to a stem, so the variant with the bare underscore is left out. */
static const char *take_stem(naming *n, const char *wanted)
{
	const char *stem = wanted;
	for (unsigned i = 2; !names_claim_stem(n->scope, stem); i++)
		stem = names_variant(n->arena, wanted, i);
	return stem;
}

/* ---- types ---- */

static const char *struct_wanted(const naming *n, const plan_struct *s)
{
	const char *model = s->model ? join(n, n->prefix, s->model->name, "") : "";
	switch (s->origin) {
	case PLAN_KEY:
		return join(n, model, "Key", "");
	case PLAN_PRESENCE:
		return join(n, model, "Presence", "");
	case PLAN_ARGS:
		return join(n, model, names_pascal(n->arena, s->call->name), "Args");
	case PLAN_EVENT:
		return join(n, model, names_pascal(n->arena, s->call->name), "");
	default:
		return join(n, n->prefix, s->name, "");
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
			wanted = join(n, n->prefix, item->as.enumeration->name, "");
			break;
		case PLAN_ITEM_UNION:
			name = &n->out->unions[item->as.tagged->number].type;
			wanted = join(n, n->prefix, item->as.tagged->name, "");
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
		[IDL_BOOL] = "Bool",         [IDL_INT8] = "Int8",     [IDL_INT16] = "Int16",
		[IDL_INT32] = "Int32",       [IDL_UINT8] = "Uint8",   [IDL_UINT16] = "Uint16",
		[IDL_UINT32] = "Uint32",     [IDL_SAFEINT] = "Safeint", [IDL_INT64] = "Int64",
		[IDL_UINT64] = "Uint64",     [IDL_FLOAT32] = "Float32", [IDL_FLOAT64] = "Float64",
		[IDL_STRING] = "String",     [IDL_BYTES] = "Bytes",   [IDL_TIMESTAMP] = "Timestamp",
		[IDL_UUID] = "Uuid",         [IDL_EMAIL] = "Email",   [IDL_URI] = "Uri",
		[IDL_DATE] = "Date",         [IDL_DATETIME] = "Datetime", [IDL_IPV4] = "Ipv4",
		[IDL_IPV6] = "Ipv6",         [IDL_HOSTNAME] = "Hostname", [IDL_SLUG] = "Slug",
		[IDL_JSON] = "Json",         [IDL_COUNTER] = "Counter", [IDL_TEXT] = "Text",
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
		return elem->json_number ? join(n, leaves[elem->kind], "Number", "") :
		                           leaves[elem->kind];
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

/* NoteList. Two files that do not know of each other may both have a list of strings or of an imported
 * struct: those are named after their file as well. */
static void name_container(naming *n, const plan_container *c)
{
	c_container_names *out = &n->out->containers[c->number];
	const char *elem = elem_name(n, c->elem), *file = "", *kind = "Map";
	if (c->kind == IDL_LIST)
		kind = c->inline_max ? idl_arena_printf(n->arena, "Array%llu",
		                                        (unsigned long long)c->inline_max) :
		                       "List";
	else if (c->kind == IDL_SET)
		kind = "Set";
	else if (c->kind == IDL_TABLE)
		kind = "Table";
	if (home(c->elem) != c->file)
		file = names_pascal(n->arena, n->out->stems[c->file->number]);
	out->type = names_take(n->scope, join(n, file, elem, kind));
	out->doc = names_take(n->scope, join(n, out->type, "Doc", ""));
	if (c->kind == IDL_MAP || c->kind == IDL_TABLE)
		out->entry = names_take(n->scope,
		                        join(n, file, elem, c->kind == IDL_MAP ? "Entry" : "Row"));
}

static void name_types(naming *n, const plan_file *file)
{
	name_declared(n, file, false);
	name_declared(n, file, true);
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		if (item->kind == PLAN_ITEM_STRUCT) {
			c_struct_names *s = &n->out->structs[item->as.structure->number];
			if (!s->type)
				s->type = names_take(n->scope, struct_wanted(n, item->as.structure));
			s->doc = names_take(n->scope, join(n, s->type, "Doc", ""));
		} else if (item->kind == PLAN_ITEM_UNION) {
			c_union_names *u = &n->out->unions[item->as.tagged->number];
			u->doc = names_take(n->scope, join(n, u->type, "Doc", ""));
			u->tag_type = names_take(n->scope, join(n, u->type, "Tag", ""));
		}
	}
	for (size_t i = 0; i < file->item_count; i++) {
		if (file->items[i].kind == PLAN_ITEM_CONTAINER)
			name_container(n, file->items[i].as.container);
	}
}

static void name_stems(naming *n, const plan_file *file)
{
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		const char **stem = NULL, *type = NULL;
		if (item->kind == PLAN_ITEM_STRUCT) {
			c_struct_names *s = &n->out->structs[item->as.structure->number];
			stem = &s->stem;
			type = s->type;
		} else if (item->kind == PLAN_ITEM_UNION) {
			c_union_names *u = &n->out->unions[item->as.tagged->number];
			stem = &u->stem;
			type = u->type;
		} else if (item->kind == PLAN_ITEM_ENUM) {
			c_enum_names *e = &n->out->enums[item->as.enumeration->number];
			stem = &e->stem;
			type = e->type;
		} else if (item->kind == PLAN_ITEM_CONTAINER) {
			c_container_names *c = &n->out->containers[item->as.container->number];
			stem = &c->stem;
			type = c->type;
		}
		if (stem)
			*stem = take_stem(n, names_snake(n->arena, type));
	}
}

/* ---- constants, members, calls ---- */

static const char **new_list(naming *n, size_t count)
{
	return idl_arena_array(n->arena, count + 1, sizeof(const char *));
}

static void name_enum(naming *n, const plan_enum *e)
{
	c_enum_names *out = &n->out->enums[e->number];
	const char *type = names_upper(n->arena, out->type);
	out->values = new_list(n, e->count);
	for (size_t i = 0; i < e->count; i++) {
		const char *value = names_upper(n->arena, e->values[i].name);
		out->values[i] = names_take(n->scope, join(n, type, "_", value));
	}
}

static void name_tags(naming *n, const plan_union *u)
{
	c_union_names *out = &n->out->unions[u->number];
	const char *type = names_upper(n->arena, out->type);
	out->tags = new_list(n, u->count);
	for (size_t i = 0; i < u->count; i++) {
		const char *name = names_upper(n->arena, u->tags[i].name);
		out->tags[i] = names_take(n->scope, join(n, type, "_", name));
	}
}

static void name_union(naming *n, const plan_union *u)
{
	c_union_names *out = &n->out->unions[u->number];
	names *members = names_new(n->arena, names_reserved_c, NULL, 0);
	out->members = new_list(n, u->count);
	out->edit = new_list(n, u->count);
	out->set = new_list(n, u->count);
	for (size_t i = 0; i < u->count; i++) {
		const char *name = u->tags[i].name;
		out->members[i] = names_claim(members, name) ? name : NULL;
		out->edit[i] = names_take(n->scope, join(n, out->stem, "_edit_", name));
		out->set[i] = names_take(n->scope, join(n, out->stem, "_set_", name));
	}
	for (size_t i = 0; i < u->count; i++) {
		if (!out->members[i])
			out->members[i] = names_take(members, u->tags[i].name);
	}
}

static void name_struct(naming *n, const plan_struct *s)
{
	c_struct_names *out = &n->out->structs[s->number];
	names *members = names_new(n->arena, names_reserved_c, NULL, 0);
	names_claim(members, "node_");
	names_claim(members, "marks_");
	out->fields = idl_arena_array(n->arena, s->field_count + 1, sizeof(*out->fields));
	for (size_t i = 0; i < s->field_count; i++) {
		const char *name = s->fields[i].name;
		out->fields[i].name = names_claim(members, name) ? name : NULL;
	}
	for (size_t i = 0; i < s->field_count; i++) {
		const plan_field *field = &s->fields[i];
		c_field_names *f = &out->fields[i];
		if (!f->name)
			f->name = names_take(members, field->name);
		if (field->optional)
			f->has = names_take(members, join(n, "has_", field->name, ""));
		if (field->nullable)
			f->null = names_take(members, join(n, "null_", field->name, ""));
		if (field->type->inlined && !c_is_container(field->type))
			f->length = names_take(members, join(n, field->name, "_len", ""));
		name_calls(n, f->calls, c_field_calls(field), out->stem, field->name);
	}
}

/* What the whole file has: the schema's text, the roles. */
static void name_file(naming *n, const plan_file *file)
{
	c_names *out = n->out;
	const char *upper = names_upper(n->arena, out->stems[file->number]);
	out->guards[file->number] = names_take(n->scope, join(n, upper, "_SYNC_H", ""));
	const char **roles = idl_arena_array(n->arena, file->role_count + 1, sizeof(*roles));
	for (size_t i = 0; i < file->role_count; i++)
		roles[i] = names_take(n->scope, join(n, upper, "_ROLE_",
		                                     names_upper(n->arena, file->roles[i])));
	out->roles[file->number] = roles;
}

/* ---- models ---- */

static const char **name_members(naming *n, names *members, const plan_call *calls, size_t count)
{
	const char **out = idl_arena_array(n->arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = names_claim(members, calls[i].name) ? calls[i].name : NULL;
	for (size_t i = 0; i < count; i++) {
		if (!out[i])
			out[i] = names_take(members, calls[i].name);
	}
	return out;
}

static const char **name_results(naming *n, const plan_call *calls, size_t count,
                                 const char *type)
{
	const char **out = new_list(n, count);
	for (size_t i = 0; i < count; i++) {
		const char *name = join(n, type, names_pascal(n->arena, calls[i].name), "Result");
		if (calls[i].result && calls[i].result_nullable)
			out[i] = names_take(n->scope, name);
	}
	return out;
}

/* What a model has beside functions. */
static void name_model_types(naming *n, const plan_model *m)
{
	c_model_names *out = idl_arena_alloc(n->arena, sizeof(*out));
	const char *type = n->out->structs[m->state->number].type;
	n->out->models[m->state->number] = out;
	out->hash = names_take(n->scope, join(n, names_upper(n->arena, type), "_SCHEMA_HASH", ""));
	out->action_results = name_results(n, m->actions, m->action_count, type);
	out->task_results = name_results(n, m->tasks, m->task_count, type);
}

static void name_model(naming *n, const plan_model *m)
{
	c_model_names *out = n->out->models[m->state->number];
	const char *stem = n->out->structs[m->state->number].stem;
	names *members = names_new(n->arena, names_reserved_c, NULL, 0);
	out->actions = name_members(n, members, m->actions, m->action_count);
	out->tasks = name_members(n, members, m->tasks, m->task_count);
	out->compute = names_take(members, "compute");
	out->handlers = names_take(n->scope, join(n, stem, "_handlers", ""));
	out->table = names_take(n->scope, join(n, stem, "_model", ""));
	out->add_to = names_take(n->scope, join(n, stem, "_add_to", ""));
	out->serve = names_take(n->scope, join(n, stem, "_serve", ""));
	out->update = names_take(n->scope, join(n, stem, "_update", ""));
	out->state = names_take(n->scope, join(n, stem, "_state", ""));
	out->emits = idl_arena_array(n->arena, m->event_count + 1, sizeof(*out->emits));
	for (size_t i = 0; i < m->event_count; i++)
		out->emits[i] = names_take(n->scope, join(n, stem, "_emit_", m->events[i].name));
}

/* ---- files ---- */

/* Parameters and locals of generated functions must not be hidden by a type or a function. */
static bool reserved_in_file(const char *name)
{
	static const char *const locals[] = { "a",     "arg",     "args",   "at",      "b",    "before",
					      "after", "bytes",   "by",     "call",    "case", "cell",
					      "count", "data",    "doc",    "error",   "f",    "from",
					      "handlers", "hub",  "i",      "it",      "json", "key",
					      "keys",  "length",  "list",   "n",       "ok",   "ops",
					      "out",   "r",       "reader", "reply",   "result", "run",
					      "seen",  "server",  "start",  "state",   "status", "tag",
					      "task",  "to",      "type",   "u",       "value", "w",
					      "writer", "context", "change", "node", NULL };
	for (size_t i = 0; locals[i] && name[0] >= 'a'; i++) {
		if (strcmp(locals[i], name) == 0)
			return true;
	}
	return names_reserved_c_file(name);
}

/* "my-notes 2" → my_notes_2; with the file's prefix. */
static const char *file_stem(const naming *n, const plan_file *file)
{
	const char *base = names_snake(n->arena, file->base);
	char *stem = idl_arena_printf(n->arena, "%s%s%s", names_snake(n->arena, file->c_prefix),
	                              base[0] >= '0' && base[0] <= '9' && !*file->c_prefix ? "f" : "",
	                              base);
	size_t at = 0;
	for (size_t i = 0; stem[i]; i++) {
		bool fits = (stem[i] >= 'a' && stem[i] <= 'z') || (stem[i] >= '0' && stem[i] <= '9');
		if (fits)
			stem[at++] = stem[i];
		else if (at && stem[at - 1] != '_')
			stem[at++] = '_';
	}
	while (at && stem[at - 1] == '_')
		at--;
	stem[at] = '\0';
	return at ? stem : "file";
}

/* The scopes of all files that are imported, however far. */
static void add_imports(naming *n, const plan_file *file, bool *seen, names **scopes, size_t *count)
{
	for (size_t i = 0; i < file->import_count; i++) {
		const plan_file *import = file->imports[i];
		if (seen[import->number])
			continue;
		seen[import->number] = true;
		scopes[(*count)++] = n->out->scopes[import->number];
		add_imports(n, import, seen, scopes, count);
	}
}

static void open_scope(naming *n, const plan_file *file)
{
	size_t all = n->plan->file_count, count = 0;
	bool *seen = idl_arena_array(n->arena, all, sizeof(*seen));
	names **scopes = idl_arena_array(n->arena, all, sizeof(names *));
	add_imports(n, file, seen, scopes, &count);
	n->scope = names_new(n->arena, reserved_in_file, scopes, count);
	names_set_verbs(n->scope, verbs);
	n->out->scopes[file->number] = n->scope;
	n->prefix = file->c_prefix;
	n->out->stems[file->number] = file_stem(n, file);
}

/* Types and constants. */
static void name_what_is_no_function(naming *n, const plan_file *file)
{
	name_types(n, file);
	name_file(n, file);
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		if (item->kind == PLAN_ITEM_ENUM)
			name_enum(n, item->as.enumeration);
		else if (item->kind == PLAN_ITEM_UNION)
			name_tags(n, item->as.tagged);
		else if (item->kind == PLAN_ITEM_MODEL)
			name_model_types(n, item->as.model);
	}
}

static void name_container_calls(naming *n, const plan_container *c)
{
	c_container_names *out = &n->out->containers[c->number];
	uint32_t calls = c_container_calls(c->elem, c->kind) & ~(CALL(AT) | CALL(ASSIGN));
	name_calls(n, out->calls, calls, out->stem, "");
}

static void name_functions(naming *n, const plan_file *file)
{
	name_stems(n, file);
	/* A type of the file's name has it already: their verbs are not the same. */
	names_claim_stem(n->scope, n->out->stems[file->number]);
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		if (item->kind == PLAN_ITEM_UNION)
			name_union(n, item->as.tagged);
		else if (item->kind == PLAN_ITEM_STRUCT)
			name_struct(n, item->as.structure);
		else if (item->kind == PLAN_ITEM_CONTAINER)
			name_container_calls(n, item->as.container);
		else if (item->kind == PLAN_ITEM_MODEL)
			name_model(n, item->as.model);
	}
}

const c_names *c_names_build(const plan *whole, idl_arena *arena)
{
	c_names *out = idl_arena_alloc(arena, sizeof(*out));
	naming n = { .plan = whole, .arena = arena, .out = out };
	out->structs = idl_arena_array(arena, whole->struct_count + 1, sizeof(*out->structs));
	out->unions = idl_arena_array(arena, whole->union_count + 1, sizeof(*out->unions));
	out->enums = idl_arena_array(arena, whole->enum_count + 1, sizeof(*out->enums));
	out->containers = idl_arena_array(arena, whole->container_count + 1, sizeof(*out->containers));
	out->models = idl_arena_array(arena, whole->struct_count + 1, sizeof(c_model_names *));
	out->scopes = idl_arena_array(arena, whole->file_count + 1, sizeof(names *));
	out->stems = idl_arena_array(arena, whole->file_count + 1, sizeof(const char *));
	out->guards = idl_arena_array(arena, whole->file_count + 1, sizeof(const char *));
	out->roles = idl_arena_array(arena, whole->file_count + 1, sizeof(const char **));
	for (size_t i = 0; i < whole->file_count; i++) {
		const plan_file *file = whole->files[i];
		open_scope(&n, file);
		name_what_is_no_function(&n, file);
		/* No word of C or its libraries looks like a function made here. */
		names_reserve(n.scope, names_reserved_c_runtime);
		name_functions(&n, file);
	}
	return out;
}
