#include "jsonschema.h"

#include <string.h>

#include "jsonschema_type.h"
#include "value.h"

struct jsonschema {
	schema_writer writer;
	json_node *defs;
	const plan_model *first; /* whose state is the root; or NULL */
};

/* Every definition name is a plain JSON string: nothing is reserved. */
static bool reserves_nothing(const char *name)
{
	(void)name;
	return false;
}

jsonschema *jsonschema_new(const plan *p, idl_arena *arena)
{
	jsonschema *s = idl_arena_alloc(arena, sizeof(*s));
	s->writer.names = type_names_new(p, arena, reserves_nothing);
	return s;
}

/* ---- fields ---- */

/* What a client reads but may not write: the state's fields without @write, and what the server
 * fills in wherever it stands. */
static bool read_only(const plan_field *f)
{
	bool of_state = f->holder && f->holder->origin == PLAN_STATE;
	return (of_state && !f->writable) || f->computed || f->created || f->updated;
}

static void field(jsonschema *s, json_node *properties, const plan_field *f)
{
	schema_writer *w = &s->writer;
	json_node *into = json_object(&w->tree, properties, f->json);
	schema_notes(w, into, f->doc, f->deprecated);
	schema_type(w, into, f->type, f->nullable);
	if (f->value) {
		buf_clear(&w->scratch);
		value_json(&w->scratch, f->type, f->value);
		json_raw(&w->tree, into, "default", w->scratch.at);
	}
	if (read_only(f))
		json_flag(&w->tree, into, "readOnly", true);
}

/* `required` of the fields, behind `first`, if that is not NULL. */
static void required(jsonschema *s, json_node *into, const plan_struct *of, const char *first)
{
	json_tree *t = &s->writer.tree;
	json_node *list = json_array(t, into, "required");
	if (first)
		json_text(t, list, NULL, first);
	for (size_t i = 0; i < of->field_count; i++) {
		if (of->fields[i].required && of->fields[i].readers.all)
			json_text(t, list, NULL, of->fields[i].json);
	}
	if (json_empty(list))
		json_remove(into, "required");
}

static void fields(jsonschema *s, json_node *properties, const plan_struct *of)
{
	for (size_t i = 0; i < of->field_count; i++) {
		if (!of->fields[i].local)
			field(s, properties, &of->fields[i]);
	}
}

/* ---- types ---- */

static void enumeration(jsonschema *s, const plan_enum *e)
{
	schema_writer *w = &s->writer;
	json_node *into = json_object(&w->tree, s->defs, type_names_enum(w->names, e));
	schema_notes(w, into, e->doc, e->deprecated);
	json_text(&w->tree, into, "type", "string");
	/* An open enum takes names it does not know. */
	json_node *list = json_array(&w->tree, into, e->open ? "examples" : "enum");
	for (size_t i = 0; i < e->count; i++)
		json_text(&w->tree, list, NULL, e->values[i].json);
	if (e->open)
		json_raw(&w->tree, into, "maxLength", "256");
}

static void object(jsonschema *s, json_node *into, const plan_struct *of, const char *doc)
{
	schema_writer *w = &s->writer;
	schema_notes(w, into, doc, of->deprecated);
	json_text(&w->tree, into, "type", "object");
	json_node *properties = json_object(&w->tree, into, "properties");
	fields(s, properties, of);
	required(s, into, of, NULL);
	if (of->closed)
		json_flag(&w->tree, into, "additionalProperties", false);
}

static void structure(jsonschema *s, const plan_struct *of, const char *doc)
{
	schema_writer *w = &s->writer;
	object(s, json_object(&w->tree, s->defs, type_names_struct(w->names, of)), of, doc);
}

/* A tag's struct is spelled out beside "type": `allOf` would not go with @closed, and readers of
 * schemas tell the alternatives apart by the constant. */
static void tag(jsonschema *s, json_node *alternatives, const plan_field *of)
{
	schema_writer *w = &s->writer;
	const plan_struct *inside = of->type->structure;
	json_node *into = json_object(&w->tree, alternatives, NULL);
	schema_notes(w, into, of->doc ? of->doc : inside->doc, of->deprecated);
	json_text(&w->tree, into, "type", "object");
	json_node *properties = json_object(&w->tree, into, "properties");
	json_node *type = json_object(&w->tree, properties, "type");
	json_text(&w->tree, type, "type", "string");
	json_text(&w->tree, type, "const", of->json);
	fields(s, properties, inside);
	required(s, into, inside, "type");
	if (inside->closed)
		json_flag(&w->tree, into, "additionalProperties", false);
}

static void tagged(jsonschema *s, const plan_union *u)
{
	schema_writer *w = &s->writer;
	json_node *into = json_object(&w->tree, s->defs, type_names_union(w->names, u));
	schema_notes(w, into, u->doc, u->deprecated);
	json_node *alternatives = json_array(&w->tree, into, "oneOf");
	for (size_t i = 0; i < u->count; i++)
		tag(s, alternatives, &u->tags[i]);
}

/* ---- calls: tables from name to something, as type generators like them ---- */

typedef enum { TABLE_PARAMS, TABLE_RESULTS, TABLE_PROGRESS } table_kind;

static void entry(jsonschema *s, json_node *properties, const plan_call *c, table_kind kind)
{
	schema_writer *w = &s->writer;
	json_node *into = json_object(&w->tree, properties, c->json);
	schema_notes(w, into, kind == TABLE_PARAMS ? c->doc : NULL, c->deprecated);
	const plan_type *type = kind == TABLE_RESULTS ? c->result : c->progress;
	if (kind == TABLE_PARAMS && c->params->field_count > 0)
		schema_ref(w, into, type_names_struct(w->names, c->params));
	else if (kind != TABLE_PARAMS && type)
		schema_type(w, into, type, kind == TABLE_RESULTS && c->result_nullable);
	else
		json_text(&w->tree, into, "type", "null");
}

/* A definition named after the model: "Notes" + "ActionsKeys". */
static json_node *model_def(jsonschema *s, const plan_model *m, const char *suffix)
{
	schema_writer *w = &s->writer;
	buf_clear(&w->scratch);
	buf_printf(&w->scratch, "%s%s", m->name, suffix);
	if (w->scratch.failed) {
		w->tree.failed = true;
		return NULL;
	}
	const char *name = names_take(type_names_scope(w->names), w->scratch.at);
	return json_object(&w->tree, s->defs, name);
}

static void table(jsonschema *s, const plan_model *m, const char *suffix, table_kind kind,
		  const plan_call *calls, size_t count)
{
	json_tree *t = &s->writer.tree;
	json_node *into = model_def(s, m, suffix);
	json_text(t, into, "type", "object");
	json_node *properties = json_object(t, into, "properties");
	json_node *list = json_array(t, into, "required");
	for (size_t i = 0; i < count; i++) {
		entry(s, properties, &calls[i], kind);
		json_text(t, list, NULL, calls[i].json);
	}
	if (count == 0)
		json_remove(into, "required");
	json_flag(t, into, "additionalProperties", false);
}

static void keys(jsonschema *s, const plan_model *m, const char *suffix, const plan_call *calls,
		 size_t count)
{
	json_tree *t = &s->writer.tree;
	json_node *into = model_def(s, m, suffix);
	if (count == 0) { /* an empty enum is refused by some validators */
		json_object(t, into, "not");
		return;
	}
	json_text(t, into, "type", "string");
	json_node *list = json_array(t, into, "enum");
	for (size_t i = 0; i < count; i++)
		json_text(t, list, NULL, calls[i].json);
}

static void params(jsonschema *s, const plan_call *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (calls[i].params->field_count > 0)
			structure(s, calls[i].params, calls[i].doc);
	}
}

static void model(jsonschema *s, const plan_model *m)
{
	schema_writer *w = &s->writer;
	if (m == s->first) /* type generators do not follow a $ref at the root, so it goes the other
			      way */
		json_text(&w->tree,
			  json_object(&w->tree, s->defs, type_names_struct(w->names, m->state)),
			  "$ref", "#");
	else
		structure(s, m->state, m->doc);
	if (m->params)
		structure(s, m->params, NULL);
	if (m->presence)
		structure(s, m->presence, m->presence->doc);
	params(s, m->actions, m->action_count);
	params(s, m->tasks, m->task_count);
	params(s, m->events, m->event_count);
	keys(s, m, "ActionsKeys", m->actions, m->action_count);
	table(s, m, "ActionsParams", TABLE_PARAMS, m->actions, m->action_count);
	table(s, m, "ActionsResults", TABLE_RESULTS, m->actions, m->action_count);
	keys(s, m, "TasksKeys", m->tasks, m->task_count);
	table(s, m, "TasksParams", TABLE_PARAMS, m->tasks, m->task_count);
	table(s, m, "TasksProgress", TABLE_PROGRESS, m->tasks, m->task_count);
	table(s, m, "TasksResults", TABLE_RESULTS, m->tasks, m->task_count);
	keys(s, m, "EventsKeys", m->events, m->event_count);
	table(s, m, "EventsParams", TABLE_PARAMS, m->events, m->event_count);
}

/* ---- the document ---- */

static void item(jsonschema *s, const plan_item *it)
{
	switch (it->kind) {
	case PLAN_ITEM_ENUM:
		enumeration(s, it->as.enumeration);
		break;
	case PLAN_ITEM_STRUCT:
		if (it->as.structure->origin == PLAN_STRUCT ||
		    it->as.structure->origin == PLAN_ERROR)
			structure(s, it->as.structure, it->as.structure->doc);
		break;
	case PLAN_ITEM_UNION:
		tagged(s, it->as.tagged);
		break;
	case PLAN_ITEM_MODEL:
		model(s, it->as.model);
		break;
	case PLAN_ITEM_CONTAINER:
		break;
	}
}

/* A schema that takes the constant alone. */
static void constant(jsonschema *s, const plan_const *one)
{
	schema_writer *w = &s->writer;
	const char *name = names_take(type_names_scope(w->names), one->name);
	json_node *into = json_object(&w->tree, s->defs, name);
	schema_notes(w, into, one->doc, NULL);
	buf_clear(&w->scratch);
	value_const_json(&w->scratch, one->value);
	json_raw(&w->tree, into, "const", w->scratch.at);
}

/* What the file uses of others. */
static void imported(jsonschema *s, const plan_file *file)
{
	const plan_reach *reach = type_names_reach(s->writer.names);
	for (size_t i = 0; i < reach->enum_count; i++) {
		if (reach->enums[i]->file != file)
			enumeration(s, reach->enums[i]);
	}
	for (size_t i = 0; i < reach->struct_count; i++) {
		if (reach->structs[i]->file != file)
			structure(s, reach->structs[i], reach->structs[i]->doc);
	}
	for (size_t i = 0; i < reach->union_count; i++) {
		if (reach->unions[i]->file != file)
			tagged(s, reach->unions[i]);
	}
}

static const plan_model *first_model(const plan_file *file)
{
	const plan_model *first = NULL;
	for (size_t i = 0; i < file->item_count && !first; i++) {
		if (file->items[i].kind == PLAN_ITEM_MODEL)
			first = file->items[i].as.model;
	}
	return first;
}

static void head(jsonschema *s, json_node *root, const plan_file *file)
{
	schema_writer *w = &s->writer;
	const plan_model *m = s->first;
	json_text(&w->tree, root, "$schema", "https://json-schema.org/draft/2020-12/schema");
	buf_clear(&w->scratch);
	buf_printf(&w->scratch, "%s.schema.json", file->stem);
	json_text(&w->tree, root, "$id", w->scratch.at);
	json_text(&w->tree, root, "title", m ? m->name : file->base);
	if (m)
		object(s, root, m->state, m->doc ? m->doc : file->doc);
	else
		schema_notes(w, root, file->doc, NULL);
}

void jsonschema_print(jsonschema *s, const plan_file *file, buf *out)
{
	schema_writer *w = &s->writer;
	w->tree = (json_tree){ 0 };
	type_names_enter(w->names, file);
	s->first = first_model(file);
	json_node *root = json_object(&w->tree, NULL, NULL);
	head(s, root, file);
	s->defs = json_object(&w->tree, root, "$defs");
	for (size_t i = 0; i < file->item_count; i++)
		item(s, &file->items[i]);
	imported(s, file);
	for (size_t i = 0; i < file->const_count; i++)
		constant(s, &file->consts[i]);
	json_print(&w->tree, root, out);
	json_free(root);
	buf_release(&w->scratch);
}
