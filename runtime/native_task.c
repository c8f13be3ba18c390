/* task, cancel: long-running calls of a client, told of on whichever connection asked last. */
#include "session_native.h"

static sync_status read_id(const native_frame *frame, char *id, sync_error *error)
{
	if (native_text(&frame->object, NATIVE_ID, false, id, SYNC_TASK_ID_SIZE, error) && *id)
		return SYNC_OK;
	if (error->code == SYNC_OK)
		sync_error_set(error, SYNC_INVALID, "a task has an id");
	return error->code;
}

static void refuse_role(const sync_call_info *info, sync_error *error)
{
	sync_error_set(error, SYNC_FORBIDDEN, "%s takes a role that the client does not have",
		       info->name);
}

static const sync_call_info *find_info(const native_frame *frame, const sync_join *join,
				       sync_error *error)
{
	const sync_model *model = join->watch.doc->model;
	char name[NATIVE_KEY_SIZE];
	if (!native_text(&frame->object, NATIVE_NAME, false, name, sizeof name, error))
		return NULL;
	const sync_call_info *info = sync_model_call(model, name, strlen(name));
	if (!info || !(info->flags & SYNC_CALL_TASK)) {
		sync_error_set(error, SYNC_NOT_FOUND, "%s has no task of that name", model->name);
		return NULL;
	}
	if (!(info->roles & join->sees)) {
		refuse_role(info, error);
		return NULL;
	}
	return info;
}

/* It was told once that it runs; nobody here knows of it: an earlier life of the server did. */
static bool was_interrupted(const native_frame *frame, const sync_call_info *info)
{
	const native_object *object = &frame->object;
	return native_has(object, NATIVE_AGAIN) && *object->raw[NATIVE_AGAIN].at == 't' &&
	       !(info->flags & SYNC_CALL_IDEMPOTENT);
}

static sync_status begin(native_frame *frame, sync_join *join, const char *id, uint64_t *wait_ms,
			 sync_error *error)
{
	const native_object *object = &frame->object;
	const sync_session *session = frame->session;
	const sync_call_info *info = find_info(frame, join, error);
	if (!info || sync_session_may_call(frame->session, info, wait_ms, error) != SYNC_OK)
		return error->code;
	if (was_interrupted(frame, info)) {
		sync_session_queue(frame->session, native_interrupted(join->watch.doc, id));
		return SYNC_OK;
	}
	bool args = native_has(object, NATIVE_ARGS);
	const char *json = args ? object->raw[NATIVE_ARGS].at : "{}";
	size_t length = args ? object->raw[NATIVE_ARGS].length : 2;
	sync_buf scratch = { 0 };
	sync_status status = native_bins_put(session, &json, &length, &scratch);
	sync_task_request request = { .info = info,
				      .id = id,
				      .owner = session->native->client,
				      .user = session->user,
				      .session = session->native->id,
				      .args = json,
				      .length = length,
				      .ear = &join->ear };
	if (status == SYNC_OK)
		status = sync_task_start(join->watch.doc, &request, error);
	else
		sync_error_set(error, status, "%s", sync_status_text(status));
	sync_buf_release(&scratch);
	return status;
}

/* The client's task of that id; it may have lost the role that the task takes: FORBIDDEN. NULL: none. */
static sync_task *find_own(const native_frame *frame, const sync_join *join, const char *id,
			   sync_error *error)
{
	sync_task *task = sync_task_find(join->watch.doc, frame->session->native->client, id);
	if (task && !(task->call.info->roles & join->sees))
		refuse_role(task->call.info, error);
	return task;
}

void native_on_task(native_frame *frame, sync_join *join)
{
	char id[SYNC_TASK_ID_SIZE];
	sync_error error;
	uint64_t wait_ms = 0;
	sync_error_set(&error, SYNC_OK, "%s", "");
	sync_status status = read_id(frame, id, &error);
	if (status == SYNC_OK) {
		sync_task *task = find_own(frame, join, id, &error);
		status = error.code;
		if (!task)
			status = begin(frame, join, id, &wait_ms, &error);
		else if (status == SYNC_OK)
			sync_task_attach(task, &join->ear);
	}
	if (status != SYNC_OK)
		native_refuse_for(frame, &error, wait_ms);
}

void native_on_cancel(native_frame *frame, sync_join *join)
{
	char id[SYNC_TASK_ID_SIZE];
	sync_error error;
	sync_error_set(&error, SYNC_OK, "%s", "");
	if (read_id(frame, id, &error) == SYNC_OK) {
		sync_error_set(&error, SYNC_OK, "%s", "");
		sync_task *task = find_own(frame, join, id, &error);
		if (task && error.code == SYNC_OK) {
			sync_task_cancel(task);
			sync_task_attach(task, &join->ear); /* the outcome, whichever it is */
			return;
		}
		if (!task)
			sync_error_set(&error, SYNC_NOT_FOUND, "there is no such task");
	}
	native_refuse(frame, &error);
}

/* Is its outcome bytes and nothing else? */
static bool has_bytes(const sync_task *task)
{
	const sync_result *result = task->call.info->result;
	return task->state == SYNC_TASK_DONE && result && result->type->kind == SYNC_KIND_BYTES;
}

sync_packet *native_next_task(sync_join *join)
{
	sync_session *session = join->session;
	sync_task *task = sync_task_news(&join->ear, join->watch.doc, join->looked);
	sync_buf apart = { 0 };
	bool queued = task && has_bytes(task) &&
		      native_say_bytes(session, task->outcome.data, task->outcome.len, &apart);
	sync_packet *packet = task ? native_task(task, queued ? &apart : &task->outcome) : NULL;
	sync_buf_release(&apart);
	if (task && !packet)
		sync_task_attach(task, &join->ear); /* no memory now: later */
	if (!queued || !packet)
		return packet;
	sync_session_queue(session, packet);
	return NULL;
}
