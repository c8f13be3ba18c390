#include <inttypes.h>
#include <string.h>

#include "c_struct.h"
#include "c_text.h"

#define JOIN(f, ...) view_join((f)->pool, __VA_ARGS__, NULL)

typedef struct making {
	c_file *f;
	view *v;
	const plan_model *m;
	const c_struct_names *state;
	const c_model_names *called;
} making;

static const char *quoted(c_file *f, const char *text)
{
	return text ? c_string(f->pool, text, strlen(text)) : "NULL";
}

/* ---- calls ---- */

static bool is_among(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, list[i]) == 0)
			return true;
	}
	return false;
}

/* Is a type called like a member of the handlers, which hides it from C++ there? */
static bool is_hidden(const making *m, const char *type)
{
	return is_among(type, m->called->actions, m->m->action_count) ||
	       is_among(type, m->called->tasks, m->m->task_count) ||
	       strcmp(type, m->called->compute) == 0;
}

static const char *in_handlers(const making *m, const char *type)
{
	return is_hidden(m, type) ? JOIN(m->f, "struct ", type) : type;
}

static const char *call_flags(c_file *f, const plan_call *call)
{
	const char *flags = call->kind == IDL_TASK ? "SYNC_CALL_TASK" : "";
	if (call->idempotent)
		flags = JOIN(f, flags, *flags ? " | " : "", "SYNC_CALL_IDEMPOTENT");
	if (call->single)
		flags = JOIN(f, flags, *flags ? " | " : "", "SYNC_CALL_SINGLE");
	return *flags ? flags : "0";
}

/* A pointer to a cell that is only read: a cell that is a pointer is constant itself. */
static const char *read_only(c_file *f, const plan_type *type)
{
	const char *cell = c_cell_type(f, type);
	return cell[strlen(cell) - 1] == '*' ? JOIN(f, cell, "const *")
					     : JOIN(f, "const ", cell, " *");
}

/* What a call gives back: where its cell lies in which storage. */
static void bind_result(making *m, view *v, const plan_call *call, const char *storage)
{
	c_file *f = m->f;
	const char *cell = call->result ? c_cell_type(f, call->result) : "";
	const char *space = *cell && cell[strlen(cell) - 1] == '*' ? "" : " ";
	view_text(v, "storage", storage);
	view_text(v, "result_member", JOIN(f, cell, space, "value"));
	view_text(v, "reply_type",
		  storage ? JOIN(f, storage, " *")
		  : *cell ? JOIN(f, cell, space, "*")
			  : "");
	view_text(v, "handler_reply",
		  storage ? JOIN(f, in_handlers(m, storage), " *")
		  : *cell ? JOIN(f, c_hidden_type(f, call->result, is_hidden(m, cell)), space, "*")
			  : "");
	view_text(v, "value_type",
		  storage	 ? JOIN(f, "const ", storage, " *")
		  : call->result ? read_only(f, call->result)
				 : "");
	view_text(v, "result_type", call->result ? c_type(f, call->result) : "");
	view_text(v, "result_size", storage ? storage : cell);
}

static void bind_throws(making *m, view *v, const plan_call *call)
{
	view_list(v, "throws");
	for (size_t i = 0; i < call->throw_count; i++) {
		const char *stem = m->f->names->structs[call->throws[i]->number].stem;
		view_text(view_add(v, "throws"), "thrown", JOIN(m->f, stem, "_thrown"));
	}
}

/* The names of what belongs to a call. */
struct called {
	const char *member;  /* of the handlers */
	const char *storage; /* of its result, or NULL */
	const char *ask, *ask_with, *value;
	/* Of tasks. */
	const char *progress, *finish, *work_progress, *work_finish;
};

static void bind_call(making *m, const plan_call *call, const struct called *called)
{
	c_file *f = m->f;
	const c_struct_names *params = &f->names->structs[call->params->number];
	view *v = view_add(m->v, "calls");
	bool task = call->kind == IDL_TASK;
	view_text(v, "comment", c_comment(f->pool, "\t", call->doc, call->deprecated));
	view_text(v, "comment_call", c_comment(f->pool, "", call->doc, call->deprecated));
	view_flag(v, "action", !task);
	view_text(v, "fn_call", called->ask);
	view_text(v, "fn_with", called->ask_with);
	view_text(v, "fn_result", called->value);
	view_text(v, "member", called->member);
	view_text(v, "dispatch", names_take(f->scope, JOIN(f, params->stem, "_dispatch_")));
	view_text(v, "result_name", names_take(f->scope, JOIN(f, params->stem, "_result_")));
	view_text(v, "throws_name", names_take(f->scope, JOIN(f, params->stem, "_throws_")));
	view_text(v, "run_type", task ? "sync_task" : "sync_call");
	view_text(v, "run", task ? "task" : "call");
	view_text(v, "params", params->type);
	view_text(v, "handler_params", in_handlers(m, params->type));
	view_text(v, "params_stem", params->stem);
	view_text(v, "json", quoted(f, call->json));
	view_text(v, "flags", call_flags(f, call));
	view_text(v, "progress", call->progress ? c_type(f, call->progress) : "NULL");
	view_text(v, "progress_type", call->progress ? read_only(f, call->progress) : "");
	view_text(v, "fn_progress", called->progress);
	view_text(v, "fn_finish", called->finish);
	view_text(v, "fn_work_progress", called->work_progress);
	view_text(v, "fn_work_finish", called->work_finish);
	view_text(v, "roles", c_roles(f, call->roles, false));
	view_number(v, "rate_count", call->rate.count);
	view_number(v, "rate_ms", call->rate.per_ms);
	view_number(v, "timeout_ms", call->timeout_ms);
	bind_result(m, v, call, called->storage);
	bind_throws(m, v, call);
}

static void bind_event(making *m, const plan_call *event, const char *emit)
{
	c_file *f = m->f;
	const c_struct_names *params = &f->names->structs[event->params->number];
	view *v = view_add(m->v, "events");
	view_text(v, "comment", c_comment(f->pool, "", event->doc, event->deprecated));
	view_text(v, "json", quoted(f, event->json));
	view_text(v, "emit", emit);
	view_text(v, "params", params->type);
	view_text(v, "params_stem", params->stem);
	view_number(v, "index", event->position);
}

/* ---- the table ---- */

static const char *features(c_file *f, uint64_t bits)
{
	static const char *const texts[] = {
#define X(name) #name,
		PLAN_FEATURES(X)
#undef X
	};
	const char *text = "";
	for (unsigned i = 0; i < PLAN_FEATURE_COUNT; i++) {
		if (bits >> i & 1)
			text = JOIN(f, text, *text ? " |\n\t" : "", "SYNC_FEATURE(", texts[i], ")");
	}
	return *text ? text : "0";
}

static const char *type_or_null(c_file *f, const plan_struct *s)
{
	return s ? JOIN(f, "&", f->names->structs[s->number].stem, "_type") : "NULL";
}

/* The key as the runtime has it: parameters under their JSON names, as in the type of the key. */
static const char *key_template(c_file *f, const plan_model *model)
{
	const char *text = "";
	for (const char *at = model->key; *at;) {
		size_t length =
			model->params && *at == '{' ? strcspn(at, "}") + 1 : strcspn(at, "{");
		const char *piece = view_format(f->pool, "%.*s", (int)length, at);
		for (size_t i = 0; *at == '{' && i < model->params->field_count; i++) {
			const plan_field *param = &model->params->fields[i];
			if (strlen(param->name) + 2 == length &&
			    strncmp(param->name, at + 1, length - 2) == 0)
				piece = JOIN(f, "{", param->json, "}");
		}
		text = JOIN(f, text, piece);
		at += length;
	}
	return text;
}

static void bind_table(making *m)
{
	c_file *f = m->f;
	const plan_model *model = m->m;
	const char *flags = JOIN(f, model->session ? "SYNC_MODEL_SESSION" : "",
				 model->session && model->persist ? " | " : "",
				 model->persist ? "SYNC_MODEL_PERSIST" : "");
	view_text(m->v, "model_flags", *flags ? flags : "0");
	view_text(m->v, "spelled", quoted(f, model->name));
	view_text(m->v, "key", quoted(f, key_template(f, model)));
	view_text(m->v, "hash", quoted(f, model->hash));
	view_text(m->v, "features", features(f, model->features));
	view_text(m->v, "key_type", type_or_null(f, model->params));
	view_text(m->v, "presence", type_or_null(f, model->presence));
	view_number(m->v, "call_count", model->action_count + model->task_count);
	view_number(m->v, "event_count", model->event_count);
	view_number(m->v, "ttl_ms", model->ttl_ms);
	view_text(m->v, "topic", quoted(f, model->topic));
	view_text(m->v, "running", quoted(f, model->running));
	view_flag(m->v, "has_computed", model->has_computed);
	view_number(m->v, "role_count", f->plan->role_count);
}

static void bind_history(making *m)
{
	c_file *f = m->f;
	view_list(m->v, "history");
	for (size_t i = 0; i < m->m->history->count; i++) {
		const plan_version *version = &m->m->history->versions[i];
		view *v = view_add(m->v, "history");
		view_text(v, "earlier", quoted(f, version->hash));
		view_text(v, "verdict", version->compatible ? "COMPATIBLE" : "INCOMPATIBLE");
	}
	view_text(m->v, "history_name", names_take(f->scope, JOIN(f, m->state->stem, "_history_")));
	view_number(m->v, "history_count", m->m->history->count);
}

void c_emit_model(c_file *f, const plan_model *model)
{
	making m = { .f = f,
		     .v = view_new(f->pool),
		     .m = model,
		     .state = &f->names->structs[model->state->number],
		     .called = f->names->models[model->state->number] };
	view *v = m.v;
	view_text(v, "type", m.state->type);
	view_text(v, "doc_type", m.state->doc);
	view_text(v, "handler_doc", in_handlers(&m, m.state->doc));
	view_text(v, "stem", m.state->stem);
	view_text(v, "comment", c_comment(f->pool, "", model->doc, model->deprecated));
	view_text(v, "handlers", m.called->handlers);
	view_text(v, "compute", m.called->compute);
	view_text(v, "table", m.called->table);
	view_text(v, "add_to", m.called->add_to);
	view_text(v, "serve", m.called->serve);
	view_text(v, "update", m.called->update);
	view_text(v, "state", m.called->state);
	view_text(v, "hash_name", m.called->hash);
	view_text(v, "file_stem", f->names->stems[f->plan->number]);
	view_flag(v, "schema", f->has_schema);
	view_flag(v, "roles", f->plan->role_count > 0);
	bind_table(&m);
	bind_history(&m);
	view_list(v, "calls");
	view_list(v, "events");
	const c_model_names *given = m.called;
	for (size_t i = 0; i < model->action_count; i++)
		bind_call(&m, &model->actions[i],
			  &(struct called){ .member = given->actions[i],
					    .storage = given->action_results[i],
					    .ask = given->asks[i],
					    .ask_with = given->asks_with[i],
					    .value = given->action_values[i] });
	for (size_t i = 0; i < model->task_count; i++)
		bind_call(&m, &model->tasks[i],
			  &(struct called){ .member = given->tasks[i],
					    .storage = given->task_results[i],
					    .ask = given->starts[i],
					    .value = given->task_values[i],
					    .progress = given->progress[i],
					    .finish = given->finish[i],
					    .work_progress = given->work_progress[i],
					    .work_finish = given->work_finish[i] });
	for (size_t i = 0; i < model->event_count; i++)
		bind_event(&m, &model->events[i], m.called->emits[i]);
	view_text(v, "open", given->open);
	view_text(v, "shown", given->shown);
	view_text(v, "change", given->change);
	c_render(f, "model", v);
	c_render(f, "client", v);
}
