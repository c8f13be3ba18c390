/* Actions and tasks of a peer of the dialect `ws-sync`. */
#include "session_ws_sync.h"

#include <stdio.h>

enum { OWNER_SIZE = 2 * 4 * WS_SYNC_NAME_MAX + 8 };

static void run_action(sync_join *join, const ws_sync_message *message, const sync_call_info *info,
		       const sync_buf *args)
{
	sync_call call;
	sync_call_init(&call, join->watch.doc, info, join->session->user, join->session->name);
	call.peer = join->session;
	if (sync_call_run(&call, args->data, args->len) != SYNC_OK)
		ws_sync_refuse(join->session, message, &call.error, &call);
	sync_call_release(&call);
}

/* Who its tasks belong to: what it calls itself, on whichever connection; nameless ones have their
 * own. */
static void owner_of(const sync_session *session, char *owner)
{
	if (*session->user || *session->name)
		snprintf(owner, OWNER_SIZE, "ws:%s\n%s", session->user, session->name);
	else
		snprintf(owner, OWNER_SIZE, "ws#%llu", (unsigned long long)session->number);
}

static void start_task(sync_join *join, const ws_sync_message *message, const sync_call_info *info,
		       const sync_buf *args)
{
	sync_session *session = join->session;
	char owner[OWNER_SIZE];
	sync_error error;
	sync_status status = SYNC_OK;
	owner_of(session, owner);
	if (sync_task_named(join->watch.doc, owner, info))
		status = sync_error_set(&error, SYNC_CONFLICT, "%s is running already", info->name);
	else
		status = sync_task_start(join->watch.doc,
					 &(sync_task_request){ .info = info,
							       .id = "",
							       .owner = owner,
							       .user = session->user,
							       .session = session->name,
							       .args = args->data,
							       .length = args->len,
							       .ear = &join->ear },
					 &error);
	if (status != SYNC_OK)
		ws_sync_refuse(session, message, &error, NULL);
}

/* One that is over, or never was, is none to be cancelled: it may have ended on the way. */
static void cancel_task(sync_join *join, const sync_call_info *info)
{
	char owner[OWNER_SIZE];
	owner_of(join->session, owner);
	sync_task *task = sync_task_named(join->watch.doc, owner, info);
	if (task)
		sync_task_cancel(task);
}

static void start_call(sync_join *join, const ws_sync_message *message, const char *name,
		       const sync_buf *args)
{
	bool wants_task = message->kind != WS_SYNC_ACTION;
	uint64_t wait;
	sync_error error;
	const sync_model *model = join->watch.doc->model;
	const sync_call_info *info = sync_model_call(model, name, strlen(name));
	if (!info || !(info->flags & SYNC_CALL_TASK) == wants_task ||
	    !(info->roles & SYNC_SEE_PUBLIC)) {
		sync_error_set(&error, SYNC_NOT_FOUND, "%s has no %s of that name", model->name,
			       wants_task ? "task" : "action");
		ws_sync_refuse(join->session, message, &error, NULL);
	} else if (message->kind == WS_SYNC_TASK_CANCEL) {
		cancel_task(join, info);
	} else if (sync_session_may_call(join->session, info, &wait, &error) != SYNC_OK) {
		ws_sync_refuse(join->session, message, &error, NULL);
	} else if (wants_task) {
		start_task(join, message, info, args);
	} else {
		run_action(join, message, info, args);
	}
}

sync_buf ws_sync_take_scratch(sync_hub *hub)
{
	sync_buf scratch = hub->args;
	hub->args = (sync_buf){ 0 };
	sync_buf_clear(&scratch);
	return scratch;
}

void ws_sync_give_scratch(sync_hub *hub, sync_buf scratch)
{
	enum { KEPT = 4096 };
	if (scratch.cap > KEPT || scratch.status != SYNC_OK || hub->args.data)
		sync_buf_release(&scratch);
	else
		hub->args = scratch;
}

void ws_sync_on_call(sync_join *join, const ws_sync_message *message)
{
	char name[WS_SYNC_TYPE_MAX + 1];
	sync_error error;
	sync_hub *hub = join->session->hub;
	sync_buf args = ws_sync_take_scratch(hub);
	if (ws_sync_parse_call(message, name, &args, &error))
		start_call(join, message, name, &args);
	else
		ws_sync_refuse(join->session, message, &error, NULL);
	ws_sync_give_scratch(hub, args);
}

void ws_sync_adopt_tasks(sync_join *join)
{
	char owner[OWNER_SIZE];
	owner_of(join->session, owner);
	for (sync_task *task = join->watch.doc->tasks.first; task; task = task->next)
		if (task->state == SYNC_TASK_RUNNING && strcmp(task->owner, owner) == 0)
			sync_task_attach(task, &join->ear);
}
