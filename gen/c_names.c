#include "c_naming.h"

#include <string.h>

/* What a stem makes: the functions and objects of a type, of a model, of a file. Those that end in
 * an underscore are static. Sorted. */
static const char *const verbs[] = { "apply",	    "assign",	 "begin_",   "calls_",	"change_",
				     "change_run_", "compute_",	 "copy",     "copy_",	"diff",
				     "edit",	    "equal",	 "equal_",   "events_", "field_",
				     "from_json",   "from_name", "get",	     "init",	"init_",
				     "json_schema", "key_",	 "keys_",    "name",	"ops_",
				     "read",	    "read_",	 "read_by_", "read_in", "release",
				     "release_",    "required_", "roles_",   "schema_", "slot_",
				     "throw",	    "thrown",	 "to_json",  "type",	"validate",
				     "validate_",   "write",	 "write_",   NULL };

/* ---- calls ---- */

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
		out->values[i] = names_take(n->scope, c_join(n, type, "_", value));
	}
}

static void name_tags(naming *n, const plan_union *u)
{
	c_union_names *out = &n->out->unions[u->number];
	const char *type = names_upper(n->arena, out->type);
	out->tags = new_list(n, u->count);
	for (size_t i = 0; i < u->count; i++) {
		const char *name = names_upper(n->arena, u->tags[i].name);
		out->tags[i] = names_take(n->scope, c_join(n, type, "_", name));
	}
}

/* A type that is declared here; NULL: one of the language or of the runtime. */
static const char *declared_type(const naming *n, const plan_type *type)
{
	if (type->container)
		return n->out->containers[type->container->number].type;
	if (type->structure)
		return n->out->structs[type->structure->number].type;
	if (type->tagged)
		return n->out->unions[type->tagged->number].type;
	bool closed = type->enumeration && !type->enumeration->open;
	return closed ? n->out->enums[type->enumeration->number].type : NULL;
}

static bool is_hidden(const naming *n, const names *members, const plan_type *type)
{
	const char *name = declared_type(n, type);
	return name && !names_free(members, name);
}

static void name_union(naming *n, const plan_union *u)
{
	c_union_names *out = &n->out->unions[u->number];
	names *members = names_new(n->arena, names_reserved_c, NULL, 0);
	out->hidden = idl_arena_array(n->arena, u->count + 1, sizeof(*out->hidden));
	out->members = new_list(n, u->count);
	out->edit = new_list(n, u->count);
	out->set = new_list(n, u->count);
	for (size_t i = 0; i < u->count; i++) {
		const char *name = u->tags[i].name;
		out->members[i] = names_claim(members, name) ? name : NULL;
		out->edit[i] = names_take(n->scope, c_join(n, out->stem, "_edit_", name));
		out->set[i] = names_take(n->scope, c_join(n, out->stem, "_set_", name));
	}
	for (size_t i = 0; i < u->count; i++) {
		if (!out->members[i])
			out->members[i] = names_take(members, u->tags[i].name);
	}
	names_claim(members, "as");
	names_claim(members, "node_");
	for (size_t i = 0; i < u->count; i++)
		out->hidden[i] = is_hidden(n, members, u->tags[i].type);
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
			f->has = names_take(members, c_join(n, "has_", field->name, ""));
		if (field->nullable)
			f->null = names_take(members, c_join(n, "null_", field->name, ""));
		if (field->type->inlined && !c_is_container(field->type))
			f->length = names_take(members, c_join(n, field->name, "_len", ""));
		name_calls(n, f->calls, c_field_calls(field), out->stem, field->name);
	}
	for (size_t i = 0; i < s->field_count; i++)
		out->fields[i].hidden = is_hidden(n, members, s->fields[i].type);
}

/* What the whole file has: the schema's text, the roles. */
static void name_file(naming *n, const plan_file *file)
{
	c_names *out = n->out;
	const char *upper = names_upper(n->arena, out->stems[file->number]);
	out->guards[file->number] = names_take(n->scope, c_join(n, upper, "_SYNC_H", ""));
	const char **roles = idl_arena_array(n->arena, file->role_count + 1, sizeof(*roles));
	for (size_t i = 0; i < file->role_count; i++)
		roles[i] = names_take(n->scope, c_join(n, upper, "_ROLE_",
						       names_upper(n->arena, file->roles[i])));
	out->roles[file->number] = roles;
}

static void name_consts(naming *n, const plan_file *file)
{
	const char **out = new_list(n, file->const_count);
	size_t length = strlen(n->prefix);
	const char *joint = length && n->prefix[length - 1] != '_' ? "_" : "";
	const char *prefix = names_upper(n->arena, n->prefix);
	for (size_t i = 0; i < file->const_count; i++)
		out[i] = names_take(n->scope, c_join(n, prefix, joint, file->consts[i].name));
	n->out->consts[file->number] = out;
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

static const char **name_results(naming *n, const plan_call *calls, size_t count, const char *type)
{
	const char **out = new_list(n, count);
	for (size_t i = 0; i < count; i++) {
		const char *name = c_join(n, type, names_pascal(n->arena, calls[i].name), "Result");
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
	out->hash =
		names_take(n->scope, c_join(n, names_upper(n->arena, type), "_SCHEMA_HASH", ""));
	out->action_results = name_results(n, m->actions, m->action_count, type);
	out->task_results = name_results(n, m->tasks, m->task_count, type);
}

/* A function for each call: notes, _call_, add. */
static const char **name_each(naming *n, const char *stem, const char *what, const plan_call *calls,
			      size_t count, const char *tail)
{
	const char **out = idl_arena_array(n->arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++)
		out[i] = names_take(n->scope,
				    c_join(n, stem, what, c_join(n, calls[i].name, tail, "")));
	return out;
}

static void name_model(naming *n, const plan_model *m)
{
	c_model_names *out = n->out->models[m->state->number];
	const char *stem = n->out->structs[m->state->number].stem;
	names *members = names_new(n->arena, names_reserved_c, NULL, 0);
	out->actions = name_members(n, members, m->actions, m->action_count);
	out->tasks = name_members(n, members, m->tasks, m->task_count);
	out->compute = names_take(members, "compute");
	out->handlers = names_take(n->scope, c_join(n, stem, "_handlers", ""));
	out->table = names_take(n->scope, c_join(n, stem, "_model", ""));
	out->add_to = names_take(n->scope, c_join(n, stem, "_add_to", ""));
	out->serve = names_take(n->scope, c_join(n, stem, "_serve", ""));
	out->update = names_take(n->scope, c_join(n, stem, "_update", ""));
	out->state = names_take(n->scope, c_join(n, stem, "_state", ""));
	out->open = names_take(n->scope, c_join(n, stem, "_open", ""));
	out->shown = names_take(n->scope, c_join(n, stem, "_shown", ""));
	out->change = names_take(n->scope, c_join(n, stem, "_change", ""));
	out->asks = name_each(n, stem, "_call_", m->actions, m->action_count, "");
	out->asks_with = name_each(n, stem, "_call_", m->actions, m->action_count, "_with");
	out->starts = name_each(n, stem, "_start_", m->tasks, m->task_count, "");
	out->action_values = name_each(n, stem, "_result_", m->actions, m->action_count, "");
	out->task_values = name_each(n, stem, "_result_", m->tasks, m->task_count, "");
	out->progress = name_each(n, stem, "_progress_", m->tasks, m->task_count, "");
	out->finish = name_each(n, stem, "_finish_", m->tasks, m->task_count, "");
	out->work_progress = name_each(n, stem, "_work_progress_", m->tasks, m->task_count, "");
	out->work_finish = name_each(n, stem, "_work_finish_", m->tasks, m->task_count, "");
	out->emits = idl_arena_array(n->arena, m->event_count + 1, sizeof(*out->emits));
	for (size_t i = 0; i < m->event_count; i++)
		out->emits[i] = names_take(n->scope, c_join(n, stem, "_emit_", m->events[i].name));
}

/* ---- files ---- */

/* Parameters and locals of generated functions must not be hidden by a type or a function. */
static bool reserved_in_file(const char *name)
{
	static const char *const locals[] = {
		"a",	  "arg",     "args",	 "at",	 "b",	   "before",  "after",	 "bytes",
		"by",	  "call",    "case",	 "cell", "count",  "data",    "doc",	 "error",
		"f",	  "from",    "handlers", "hub",	 "i",	   "it",      "json",	 "key",
		"keys",	  "length",  "list",	 "n",	 "ok",	   "ops",     "out",	 "r",
		"reader", "reply",   "result",	 "run",	 "seen",   "server",  "start",	 "state",
		"status", "tag",     "task",	 "to",	 "type",   "u",	      "value",	 "w",
		"writer", "context", "change",	 "node", "client", "replica", "request", "options",
		"done",	  "with",    "progress", "work", NULL
	};
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
	char *stem = idl_arena_printf(
		n->arena, "%s%s%s", names_snake(n->arena, file->c_prefix),
		base[0] >= '0' && base[0] <= '9' && !*file->c_prefix ? "f" : "", base);
	size_t at = 0;
	for (size_t i = 0; stem[i]; i++) {
		bool fits =
			(stem[i] >= 'a' && stem[i] <= 'z') || (stem[i] >= '0' && stem[i] <= '9');
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
	c_name_types(n, file);
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
	name_consts(n, file);
}

static void name_container_calls(naming *n, const plan_container *c)
{
	c_container_names *out = &n->out->containers[c->number];
	uint32_t beside = (uint32_t)1 << C_AT | (uint32_t)1 << C_ASSIGN;
	uint32_t calls = c_container_calls(c->elem, c->kind) & ~beside;
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
	out->containers =
		idl_arena_array(arena, whole->container_count + 1, sizeof(*out->containers));
	out->models = idl_arena_array(arena, whole->struct_count + 1, sizeof(c_model_names *));
	out->scopes = idl_arena_array(arena, whole->file_count + 1, sizeof(names *));
	out->stems = idl_arena_array(arena, whole->file_count + 1, sizeof(const char *));
	out->guards = idl_arena_array(arena, whole->file_count + 1, sizeof(const char *));
	out->roles = idl_arena_array(arena, whole->file_count + 1, sizeof(const char **));
	out->consts = idl_arena_array(arena, whole->file_count + 1, sizeof(const char **));
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
