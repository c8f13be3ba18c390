/* A model in TypeScript: maps from the names of its calls to their types, and a constant that says
 * what the model is. */
#include "ts_backend.h"

#include <string.h>

#include "ts_shape.h"

/* ---- calls ---- */

static const char *errors(ts_backend *ts, const plan_call *c)
{
	if (c->throw_count == 0)
		return "never";
	const char *all = "";
	for (size_t i = 0; i < c->throw_count; i++) {
		const plan_struct *error = c->throws[i];
		all = view_join(ts->pool, all, i ? " | " : "",
				"{ name: ", ts_string(ts, error->json),
				"; args: ", ts_struct_name(ts, error), " }", NULL);
	}
	return all;
}

static void add_calls(ts_backend *ts, view *v, const char *list, const plan_call *calls,
		      size_t count)
{
	view_list(v, list);
	for (size_t i = 0; i < count; i++) {
		const plan_call *c = &calls[i];
		view *call = view_add(v, list);
		view_text(call, "doc", ts_comment(ts, "  ", c->doc, c->deprecated));
		view_text(call, "member", ts_member(ts, c->json));
		view_text(call, "string", ts_string(ts, c->json));
		view_text(call, "args", type_names_struct(ts->names, c->params));
		view_text(call, "result",
			  c->result ? ts_type(ts, c->result, c->result_nullable) : "void");
		view_text(call, "progress",
			  c->progress ? ts_type(ts, c->progress, false) : "never");
		view_text(call, "error", errors(ts, c));
	}
}

/* ---- the key ---- */

static const plan_field *parameter(const plan_model *m, const char *name, size_t length)
{
	for (size_t i = 0; i < m->params->field_count; i++) {
		const plan_field *f = &m->params->fields[i];
		if (strlen(f->name) == length && memcmp(f->name, name, length) == 0)
			return f;
	}
	return NULL; /* `check` has seen to it that there is one */
}

static void key_literal(view *part, ts_backend *ts, const char *text, size_t length)
{
	buf_add(&ts->scratch, text, length);
	view_text(part, "value", ts_string(ts, ts_keep(ts)));
}

static void key_parameter(view *part, ts_backend *ts, const plan_field *f)
{
	buf_printf(&ts->scratch, "encodeURIComponent(String(params[");
	const char *begin = ts_keep(ts);
	view_text(part, "value", view_join(ts->pool, begin, ts_string(ts, f->json), "]))", NULL));
}

/* "ROOM/{id}" → "ROOM/" + encodeURIComponent(…) */
static void add_key_parts(ts_backend *ts, view *v, const plan_model *m)
{
	const char *at = m->key;
	view_list(v, "parts");
	while (m->params && *at) {
		size_t length = strcspn(at, "{");
		if (length > 0) {
			key_literal(view_add(v, "parts"), ts, at, length);
			at += length;
			continue;
		}
		length = strcspn(at, "}");
		const plan_field *f = parameter(m, at + 1, length - 1);
		if (f)
			key_parameter(view_add(v, "parts"), ts, f);
		at += length + (at[length] == '}');
	}
}

/* ---- the model ---- */

static const char *take(ts_backend *ts, const char *model, const char *suffix)
{
	return names_take(type_names_scope(ts->names),
			  idl_arena_printf(ts->arena, "%s%s", model, suffix));
}

static void add_names(ts_backend *ts, view *v, const char *model)
{
	static const char *const suffixes[][2] = { { "actions_type", "Actions" },
						   { "tasks_type", "Tasks" },
						   { "events_type", "Events" },
						   { "types", "Types" } };
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		view_text(v, suffixes[i][0], take(ts, model, suffixes[i][1]));
	char *key = idl_arena_printf(ts->arena, "%sKey", model);
	if (key[0] >= 'A' && key[0] <= 'Z')
		key[0] = (char)(key[0] + ('a' - 'A'));
	view_text(v, "key_function", names_take(type_names_scope(ts->names), key));
}

static void add_writable(ts_backend *ts, view *v, const plan_model *m)
{
	view_list(v, "writable");
	for (size_t i = 0; i < m->state->field_count; i++) {
		const plan_field *f = &m->state->fields[i];
		if (f->writable && !f->local)
			view_text(view_add(v, "writable"), "string", ts_string(ts, f->json));
	}
}

void ts_render_model(ts_backend *ts, const plan_model *m, buf *out)
{
	view *v = view_new(ts->pool);
	const char *name = type_names_struct(ts->names, m->state);
	view_text(v, "name", name);
	view_text(v, "doc", ts_comment(ts, "", m->doc, m->deprecated));
	view_text(v, "string", ts_string(ts, m->name));
	view_text(v, "key", ts_string(ts, m->key));
	view_text(v, "hash", ts_string(ts, m->hash));
	view_text(v, "params", m->params ? type_names_struct(ts->names, m->params) : "undefined");
	view_flag(v, "with_params", m->params != NULL);
	view_text(v, "presence", m->presence ? type_names_struct(ts->names, m->presence) : "never");
	add_names(ts, v, m->name);
	add_key_parts(ts, v, m);
	add_calls(ts, v, "actions", m->actions, m->action_count);
	add_calls(ts, v, "tasks", m->tasks, m->task_count);
	add_calls(ts, v, "events", m->events, m->event_count);
	add_writable(ts, v, m);
	view_text(v, "maker", ts->makers[m->state->number]);
	ts_shape_model(ts, v, m);
	tmpl_render(ts->templates, "ts/model.ts", v, out);
}
