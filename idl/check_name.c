/* Names of members: JSON names, duplicates, reserved names; and names that meet in one output. */
#include "check.h"

#include <ctype.h>
#include <string.h>

/* ---- json_case ---- */

/* Words begin behind '_', at a capital behind a small letter or digit, and at the last capital of
 * several before a small letter: "HTTPServer" is HTTP Server. */
static bool begins_word(const char *name, const char *at)
{
	if (at == name || at[-1] == '_')
		return true;
	if (!isupper((unsigned char)*at))
		return false;
	return !isupper((unsigned char)at[-1]) || islower((unsigned char)at[1]);
}

static const char *in_case(check *c, const char *name, idl_json_case to)
{
	if (to == IDL_CASE_KEEP)
		return name;
	char *copy = idl_arena_alloc(c->arena, 2 * strlen(name) + 1), *out = copy;
	const char *at = name;
	for (; *at == '_'; at++)
		*out++ = '_';
	const char *first = out;
	for (; *at; at++) {
		bool word = begins_word(name, at);
		if (*at == '_')
			continue;
		if (word && out > first && (to == IDL_CASE_SNAKE || to == IDL_CASE_UPPER))
			*out++ = '_';
		if (word && out > first && to == IDL_CASE_KEBAB)
			*out++ = '-';
		bool capital =
			to == IDL_CASE_UPPER ||
			(word && (to == IDL_CASE_PASCAL || (to == IDL_CASE_CAMEL && out > first)));
		*out++ =
			(char)(capital ? toupper((unsigned char)*at) : tolower((unsigned char)*at));
	}
	return copy;
}

/* ---- one set of members ---- */

/* What the checks need of a field, call or value. */
typedef struct {
	const char *name, *json;
	idl_span span;
	const idl_attr *attrs;
} member;

typedef struct {
	check *c;
	const char *what; /* "field", "value" */
	names by_name, by_json;
	names reserved, reserved_json; /* idl_name; a quoted one is a JSON name only */
} members;

static void reserve(members *set, const idl_name *list)
{
	for (; list; list = list->next) {
		void *item = (void *)(uintptr_t)list;
		if (!list->quoted)
			names_put(&set->reserved, set->c->arena, list->text, item);
		names_put(&set->reserved_json, set->c->arena, list->text, item);
	}
}

static idl_span json_span(const member *m)
{
	for (const idl_attr *attr = m->attrs; attr; attr = attr->next)
		if (attr->id == IDL_ATTR_JSON && attr->args && attr->args->kind == IDL_ARG_STRING)
			return attr->args->span;
	return m->span;
}

static void check_reserved(members *set, const member *m)
{
	const idl_name *name = names_get(&set->reserved, m->name);
	bool by_name = name != NULL;
	if (!by_name)
		name = names_get(&set->reserved_json, m->json);
	if (!name)
		return;
	diag *d = diag_add(set->c->diags, DIAG_E0204, by_name ? m->span : json_span(m),
			   "'%s' is reserved", name->text);
	diag_note(d, name->span, "reserved here");
}

/* Gives the member its JSON name and a place among its siblings. */
static const char *add(members *set, const char *name, const char *json, idl_span span,
		       const idl_attr *attrs)
{
	check *c = set->c;
	bool given = json != name;
	member *m = idl_arena_alloc(c->arena, sizeof *m);
	if (!given)
		json = in_case(c, name, c->file->json_case);
	*m = (member){ name, json, span, attrs };
	if (strcmp(name, "__proto__") == 0 || strcmp(json, "__proto__") == 0) {
		diag_add(c->diags, DIAG_E0206, given ? json_span(m) : span,
			 "'__proto__' cannot be a name");
		return json;
	}
	const member *first = names_put(&set->by_name, c->arena, name, m);
	if (first) {
		diag *d =
			diag_add(c->diags, DIAG_E0203, span, "duplicate %s '%s'", set->what, name);
		diag_note(d, first->span, "first declared here");
		return json;
	}
	first = names_put(&set->by_json, c->arena, json, m);
	if (first) {
		diag *d = diag_add(c->diags, DIAG_E0205, json_span(m),
				   "'%s' and '%s' have the same JSON name \"%s\"", first->name,
				   name, json);
		diag_note(d, first->span, "the first is here");
	}
	check_reserved(set, m);
	return json;
}

static void add_fields(members *set, const idl_fields *fields)
{
	for (idl_field *field = fields->first; field; field = field->next)
		field->json = add(set, field->name, field->json, field->span, field->attrs);
}

static void check_fields(check *c, const char *what, const idl_fields *fields,
			 const idl_name *reserved)
{
	members set = { .c = c, .what = what };
	reserve(&set, reserved);
	add_fields(&set, fields);
}

/* ---- calls ---- */

static void check_params(check *c, const idl_call *call)
{
	check_fields(c, "parameter", &call->params, NULL);
	for (const idl_field *param = call->params.first; param; param = param->next)
		if (strcmp(param->json, "type") == 0)
			diag_add(c->diags, DIAG_W0703, param->span,
				 "a parameter \"type\" cannot be sent by ws-sync clients");
}

static void add_calls(members *set, const char *what, const idl_calls *calls)
{
	set->what = what;
	for (idl_call *call = calls->first; call; call = call->next) {
		call->json = add(set, call->name, call->json, call->span, call->attrs);
		check_params(set->c, call);
	}
}

/* A field's name out of a JSON name: what C cannot spell becomes '_'. */
static const char *field_name(check *c, const char *json)
{
	size_t length = strlen(json);
	char *name = idl_arena_alloc(c->arena, length + 2);
	size_t at = 0;
	if (length == 0 || (*json >= '0' && *json <= '9'))
		name[at++] = '_';
	for (; *json; json++) {
		bool spelled = (*json >= 'a' && *json <= 'z') || (*json >= 'A' && *json <= 'Z') ||
			       (*json >= '0' && *json <= '9');
		name[at++] = spelled ? *json : '_';
	}
	name[at] = '\0';
	return name;
}

static idl_type *list_of_names(check *c, idl_span span)
{
	enum { TASKS_MOST = 65536, NAME_MOST = 65536 };
	idl_type *name = idl_arena_alloc(c->arena, sizeof *name);
	idl_type *list = idl_arena_alloc(c->arena, sizeof *list);
	*name = (idl_type){ .kind = IDL_STRING, .span = span, .max = NAME_MOST };
	*list = (idl_type){ .kind = IDL_LIST, .span = span, .max = TASKS_MOST, .element = name };
	return list;
}

/* @running: one more field of the state, which the runtime fills. */
static void append_running(check *c, idl_model *model, idl_span span)
{
	idl_field **end = &model->fields.first;
	idl_field *field = idl_arena_alloc(c->arena, sizeof *field);
	*field = (idl_field){ .name = field_name(c, model->running),
			      .json = model->running,
			      .doc = "The names of the tasks that are running.",
			      .span = span,
			      .type = list_of_names(c, span),
			      .is_volatile = true,
			      .position = (unsigned)model->fields.count++ };
	while (*end)
		end = &(*end)->next;
	*end = field;
}

static void check_model(check *c, idl_decl *decl)
{
	idl_model *model = &decl->as.model;
	members fields = { .c = c, .what = "field" };
	reserve(&fields, model->reserved);
	add_fields(&fields, &model->fields);
	const idl_attr *running =
		model->running ? idl_attr_find(decl->attrs, IDL_ATTR_RUNNING) : NULL;
	const member *taken = running ? names_get(&fields.by_json, model->running) : NULL;
	if (taken) {
		diag *d = diag_add(c->diags, DIAG_E0205, running->args->span,
				   "field '%s' has the JSON name \"%s\"", taken->name,
				   model->running);
		diag_note(d, taken->span, "declared here");
	} else if (running && strcmp(model->running, "__proto__") == 0) {
		diag_add(c->diags, DIAG_E0206, running->args->span, "'__proto__' cannot be a name");
	} else if (running) {
		check_reserved(&fields, &(member){ model->running, model->running,
						   running->args->span, NULL });
		append_running(c, model, running->args->span);
	}
	members calls = { .c = c };
	add_calls(&calls, "action", &model->actions);
	add_calls(&calls, "task", &model->tasks);
	add_calls(&calls, "event", &model->events);
	check_fields(c, "parameter", &model->params, NULL);
	check_fields(c, "field", &model->presence, model->presence_reserved);
}

static void check_enum(check *c, idl_enum *enumeration)
{
	members set = { .c = c, .what = "value" };
	names *by_name = idl_arena_alloc(c->arena, sizeof *by_name);
	for (idl_enum_value *value = enumeration->first; value; value = value->next) {
		value->json = add(&set, value->name, value->json, value->span, value->attrs);
		names_put(by_name, c->arena, value->name, value);
	}
	enumeration->by_name = by_name;
}

static void check_struct(check *c, idl_struct *structure)
{
	check_fields(c, "field", &structure->fields, structure->reserved);
	for (const idl_field *field = structure->fields.first; field; field = field->next)
		if (strcmp(field->json, "type") == 0)
			structure->type = field;
}

void check_names(check *c, idl_decl *decl)
{
	switch (decl->kind) {
	case IDL_DECL_ENUM:
		check_enum(c, &decl->as.enumeration);
		break;
	case IDL_DECL_STRUCT:
	case IDL_DECL_ERROR:
		check_struct(c, &decl->as.structure);
		break;
	case IDL_DECL_UNION:
		check_fields(c, "tag", &decl->as.tagged.tags, decl->as.tagged.reserved);
		break;
	case IDL_DECL_MODEL:
		check_model(c, decl);
		break;
	case IDL_DECL_CONST:
		break;
	}
}

/* ---- outputs ---- */

/* Constants are not in the outputs. */
static void add_output(check *c, names *seen, idl_file *file)
{
	for (idl_decl *decl = file->decls; decl; decl = decl->next) {
		if (decl->kind == IDL_DECL_CONST)
			continue;
		const char *name = idl_arena_printf(c->arena, "%s%s", file->c_prefix, decl->name);
		const idl_decl *first = names_put(seen, c->arena, name, decl);
		if (!first || first->file == file) /* in one file: reported as a duplicate */
			continue;
		diag *d = diag_add(c->diags, DIAG_E0210, decl->span,
				   "'%s' is declared in two files of one output", name);
		diag_note(d, first->span, "the other is here");
		diag_help(d, "give one of the files a prefix: option c_prefix = \"...\";");
	}
}

/* Breadth first, so that the first of two is the one that is imported first. */
static void add_reachable(check *c, names *seen, idl_file *root)
{
	static char visited;
	idl_file **queue = idl_arena_alloc(c->arena, sizeof(idl_file *));
	size_t count = 0, room = 1;
	queue[count++] = root;
	root->mark = &visited;
	for (size_t at = 0; at < count; at++) {
		add_output(c, seen, queue[at]);
		for (idl_import *import = queue[at]->imports; import; import = import->next) {
			if (!import->file || import->file->mark)
				continue;
			if (count == room) {
				idl_file **larger =
					idl_arena_array(c->arena, room * 2, sizeof *larger);
				memcpy(larger, queue, count * sizeof *queue);
				queue = larger;
				room *= 2;
			}
			import->file->mark = &visited;
			queue[count++] = import->file;
		}
	}
}

static void unmark(idl_file *file)
{
	/* Marked files form a connected set; each is cleared once. */
	file->mark = NULL;
	for (idl_import *import = file->imports; import; import = import->next)
		if (import->file && import->file->mark)
			unmark(import->file);
}

void check_outputs(check *c, idl_file **roots, size_t root_count)
{
	for (size_t i = 0; i < root_count; i++) {
		if (!roots[i])
			continue;
		names seen = { 0 };
		add_reachable(c, &seen, roots[i]);
		unmark(roots[i]);
	}
}
