/* The tasks that were started here: said again on each connection, until each has had its outcome.
 */
#include "broken.h"
#include "client_core.h"

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>

static void free_task(sync_client_task *task)
{
	if (!task)
		return;
	sync_free(task->name);
	sync_free(task->args);
	client_spans_release(&task->bytes);
	sync_free(task);
}

void tasks_free(sync_client_task *tasks)
{
	for (sync_client_task *next; tasks; tasks = next) {
		next = tasks->next;
		free_task(tasks);
	}
}

/* ---- for the application ---- */

static sync_client_task *new_task(sync_replica *replica, const char *name,
				  const sync_client_task_request *request)
{
	sync_client_task *task = sync_calloc(1, sizeof *task);
	if (!task)
		return NULL;
	task->replica = replica;
	task->request = *request;
	task->name = sync_alloc_text(name);
	task->args = request->args ? sync_alloc(request->length + 1) : sync_alloc_text("{}");
	client_uuid(replica->client, task->id);
	if (task->args && request->args) {
		memcpy(task->args, request->args, request->length);
		task->args[request->length] = '\0';
	}
	if (task->name && task->args &&
	    replica_find_bytes(replica, name, task->args, &task->bytes) == SYNC_OK)
		return task;
	free_task(task);
	return NULL;
}

sync_client_task *sync_replica_start(sync_replica *replica, const char *name,
				     const sync_client_task_request *request, sync_error *error)
{
	static const sync_client_task_request nothing = { 0 };
	request = request ? request : &nothing;
	if (replica_check_call(replica, name, true, request->args, request->length, error) !=
	    SYNC_OK)
		return NULL;
	sync_client_task *task = new_task(replica, name, request);
	if (!task) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	task->owed = replica->state == REPLICA_LIVE;
	sync_client_task **end = &replica->tasks;
	while (*end)
		end = &(*end)->next;
	return *end = task;
}

sync_client_task *sync_replica_start_typed(sync_replica *replica, const char *name,
					   const void *args,
					   const sync_client_task_request *request,
					   sync_error *error)
{
	sync_buf text = { 0 };
	sync_client_task_request with = request ? *request : (sync_client_task_request){ 0 };
	sync_client_task *task = NULL;
	if (replica_write_args(replica, name, args, &text, error) == SYNC_OK) {
		with.args = text.data;
		with.length = text.len;
		task = sync_replica_start(replica, name, &with, error);
	}
	sync_buf_release(&text);
	return task;
}

/* One that was never said is over by itself, at the next turn. */
static bool withdrawn(const sync_client_task *task)
{
	return task->cancel && !task->said;
}

void sync_client_task_cancel(sync_client_task *task)
{
	if (task->cancel)
		return;
	task->cancel = true;
	task->cancel_owed = task->said && task->replica->state == REPLICA_LIVE;
	if (withdrawn(task))
		task->owed = false;
}

const char *sync_client_task_id(const sync_client_task *task)
{
	return task->id;
}

/* ---- outcomes ---- */

static void call_back(void *arg, const sync_reply *reply)
{
	sync_client_task *task = arg;
	task->request.done(task->request.arg, task, reply);
}

static void end_task(sync_client_task *task, sync_reply *reply)
{
	sync_replica *replica = task->replica;
	sync_client_task **at = &replica->tasks;
	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	if (task->request.done && !replica->closing)
		replica_reply(replica, task->name, reply, call_back, task);
	free_task(task);
}

static void fail(sync_client_task *task, const sync_error *error)
{
	sync_reply reply = { .status = error->code, .error = *error };
	end_task(task, &reply);
}

static void cancelled(sync_client_task *task)
{
	sync_error error;
	sync_error_set(&error, SYNC_GONE, "the task was cancelled");
	fail(task, &error);
}

bool tasks_wait(const sync_replica *replica)
{
	for (const sync_client_task *at = replica->tasks; at; at = at->next)
		if (withdrawn(at))
			return true;
	return false;
}

void tasks_look(sync_replica *replica)
{
	for (sync_client_task *at = replica->tasks; at; at = at->next) {
		if (!withdrawn(at))
			continue;
		cancelled(at);
		at = replica->tasks; /* it may have changed */
		if (!at)
			return;
	}
}

void tasks_give_up(sync_replica *replica, const sync_error *error)
{
	/* Those that are started by the callbacks are of the next life. */
	sync_client_task *last = replica->tasks;
	while (last && last->next)
		last = last->next;
	for (bool more = last; more;) {
		more = replica->tasks != last;
		fail(replica->tasks, error);
	}
}

/* ---- saying ---- */

void tasks_reset(sync_replica *replica)
{
	for (sync_client_task *at = replica->tasks; at; at = at->next)
		at->owed = at->cancel_owed = false;
}

void tasks_live(sync_replica *replica)
{
	for (sync_client_task *at = replica->tasks; at; at = at->next) {
		at->owed = !withdrawn(at);
		at->cancel_owed = at->owed && at->cancel;
	}
}

static sync_client_task *speaker(const sync_replica *replica)
{
	sync_client_task *at = replica->tasks;
	while (at && !at->owed && !at->cancel_owed)
		at = at->next;
	return at;
}

bool tasks_speak(const sync_replica *replica)
{
	return replica->state == REPLICA_LIVE && !replica->closing && speaker(replica);
}

/* May it have begun, where nobody knows of it any more? */
static bool may_have_begun(const sync_client_task *task)
{
	if (SYNC_BROKEN(TWICE))
		return task->running;
	const sync_client *client = task->replica->client;
	return task->running || (task->said && (task->life != client->lives ||
						client->now - task->said_at >= CLIENT_OUTCOME_MS));
}

const char *tasks_say(sync_replica *replica, client_apart *apart, sync_buf *out)
{
	sync_client_task *task = speaker(replica);
	SYNC_BUF_LITERAL(out, ",\"id\":");
	sync_put_string(out, task->id, strlen(task->id));
	if (!task->owed) {
		task->cancel_owed = false;
		return "cancel";
	}
	bool again = may_have_begun(task);
	if (!task->said) {
		task->life = replica->client->lives;
		task->said_at = replica->client->now;
	}
	task->owed = false;
	task->said = true;
	SYNC_BUF_LITERAL(out, ",\"name\":");
	sync_put_string(out, task->name, strlen(task->name));
	SYNC_BUF_LITERAL(out, ",\"args\":");
	client_apart_put(apart, task->args, &task->bytes, out);
	if (again)
		SYNC_BUF_LITERAL(out, ",\"again\":true");
	return "task";
}

/* ---- hearing ---- */

static void progress(sync_client_task *task, const client_object *frame)
{
	sync_replica *replica = task->replica;
	const sync_model *model = replica->options.model;
	const sync_call_info *info =
		model ? sync_model_call(model, task->name, strlen(task->name)) : NULL;
	const char *text = frame->raw[CLIENT_PROGRESS].at;
	size_t length = frame->raw[CLIENT_PROGRESS].length;
	if (!length || !task->request.progress || replica->closing)
		return;
	void *value = client_value_read(info ? info->progress : NULL, text, length);
	task->request.progress(task->request.arg, task, text, length, value);
	client_value_drop(info ? info->progress : NULL, value);
}

static bool failed(sync_client_task *task, const client_object *frame, sync_error *error)
{
	client_object why;
	sync_reply reply = { 0 };
	if (!client_inside(frame, CLIENT_ERROR, &why, error))
		return false;
	char *name = client_text_copy(&why, CLIENT_NAME),
	     *args = client_json_copy(&why, CLIENT_ARGS);
	client_error(&why, &reply.error);
	if (name)
		sync_error_set(&reply.error, SYNC_CONFLICT, "%.150s", name);
	reply.status = reply.error.code;
	reply.thrown = name;
	reply.args = args;
	end_task(task, &reply);
	sync_free(name);
	sync_free(args);
	return true;
}

static sync_client_task *find(const sync_replica *replica, const char *id)
{
	sync_client_task *at = replica->tasks;
	while (at && strcmp(at->id, id) != 0)
		at = at->next;
	return at;
}

bool tasks_hear(sync_replica *replica, const client_object *frame, sync_error *error)
{
	char id[CLIENT_NAME_SIZE], state[CLIENT_NAME_SIZE];
	if (!client_text(frame, CLIENT_ID, false, id, sizeof id, error) ||
	    !client_text(frame, CLIENT_STATE, false, state, sizeof state, error))
		return false;
	sync_client_task *task = find(replica, id);
	if (!task)
		return true;
	if (strcmp(state, "running") == 0) {
		task->running = true;
		progress(task, frame);
	} else if (strcmp(state, "done") == 0) {
		sync_reply reply = { .value = frame->raw[CLIENT_VALUE].at,
				     .length = frame->raw[CLIENT_VALUE].length };
		client_bins_mean(&replica->client->bins, &reply.value, &reply.length);
		end_task(task, &reply);
	} else if (strcmp(state, "cancelled") == 0) {
		cancelled(task);
	} else if (strcmp(state, "failed") == 0) {
		return failed(task, frame, error);
	}
	return true; /* a state of a later version */
}

void tasks_refused(sync_replica *replica, const char *id, const sync_error *told)
{
	sync_client_task *task = find(replica, id);
	/* It crossed the end of a join: it is said again in the next one. */
	bool again = told->code == SYNC_NOT_FOUND && replica->state != REPLICA_LIVE;
	if (task && !again)
		fail(task, told);
}
