/* The life of a task: started, told of, over, forgotten. */
#include "task_core.h"

#include <stdio.h>

#include <syncgen/alloc.h>

#include "broken.h"

sync_call *sync_task_call(sync_task *task)
{
	return &task->call;
}

const void *sync_task_args(const sync_task *task)
{
	return task->args;
}

void *sync_task_data(const sync_task *task)
{
	return task->data;
}

/* ---- its end ---- */

static void release(sync_task *task)
{
	sync_doc *doc = task->call.doc;
	sync_task_unqueue(task);
	if (task->prev)
		task->prev->next = task->next;
	else
		doc->tasks.first = task->next;
	if (task->next)
		task->next->prev = task->prev;
	else
		doc->tasks.last = task->prev;
	if (task->state != SYNC_TASK_RUNNING) {
		doc->tasks.over--;
		doc->tasks.bytes -= task->outcome.len;
	}
	sync_call_free_args(task->call.info, task->args);
	sync_call_release(&task->call);
	sync_buf_release(&task->progress);
	sync_buf_release(&task->outcome);
	sync_free(task->owner);
	sync_free(task->user);
	sync_free(task->session);
	sync_free(task);
}

static void clean_up(sync_task *task)
{
	void (*cleanup)(void *data, sync_task_state state) = task->cleanup;
	if (task->state == SYNC_TASK_RUNNING || task->working || task->starting || !cleanup)
		return;
	task->cleanup = NULL;
	cleanup(task->data, task->state);
}

static void end(sync_task *task, sync_task_state state)
{
	sync_doc *doc = task->call.doc;
	task->state = state;
	atomic_store(&task->over, true);
	task->epoch = doc->epoch;
	task->revision = doc->revision;
	task->forget_at = UINT64_MAX; /* from the next poll on: the clock may have been asleep */
	doc->tasks.running--;
	doc->tasks.over++;
	doc->tasks.bytes += task->outcome.len;
	if (!task->starting)
		sync_tasks_list(doc);
	sync_task_tell(task);
	clean_up(task);
}

void sync_task_fail_by(sync_task *task, const char *name)
{
	task->ended_by = name; /* the call's own error may be in the hands of a job */
	sync_buf_clear(&task->outcome);
	SYNC_BUF_LITERAL(&task->outcome, "{\"name\":");
	sync_put_string(&task->outcome, name, strlen(name));
	SYNC_BUF_LITERAL(&task->outcome, ",\"args\":{}}");
}

static void put_failure(sync_task *task)
{
	const sync_call *call = &task->call;
	sync_buf *out = &task->outcome;
	const char *code = sync_status_name(call->error.code);
	sync_buf_clear(out);
	if (call->thrown) {
		SYNC_BUF_LITERAL(out, "{\"name\":");
		sync_put_string(out, call->thrown->name, strlen(call->thrown->name));
		SYNC_BUF_LITERAL(out, ",\"args\":");
		sync_buf_put(out, call->thrown_args.data, call->thrown_args.len);
	} else {
		SYNC_BUF_LITERAL(out, "{\"code\":");
		sync_put_string(out, code, strlen(code));
		SYNC_BUF_LITERAL(out, ",\"message\":");
		sync_put_string(out, call->error.message, strlen(call->error.message));
		if (*call->error.pointer) {
			SYNC_BUF_LITERAL(out, ",\"path\":");
			sync_put_string(out, call->error.pointer, strlen(call->error.pointer));
		}
	}
	sync_buf_byte(out, '}');
}

sync_status sync_task_finish(sync_task *task, sync_status status, const void *result)
{
	sync_call *call = &task->call;
	if (task->state != SYNC_TASK_RUNNING)
		return SYNC_GONE;
	if (call->doc->changing)
		return SYNC_CONFLICT;
	if (status == SYNC_OK && call->failed)
		status = call->error.code;
	char *defaults = result || status != SYNC_OK ? NULL : sync_call_new_result(call->info);
	if (status == SYNC_OK && (result || defaults))
		status = sync_call_write_result(call->info, result ? result : defaults,
						&task->outcome);
	if (defaults)
		sync_call_free_result(call->info, defaults);
	if (status == SYNC_OK) {
		end(task, SYNC_TASK_DONE);
		return SYNC_OK;
	}
	if (!call->failed)
		sync_error_set(&call->error, status, "%s", sync_status_text(status));
	put_failure(task);
	end(task, SYNC_TASK_FAILED);
	return SYNC_OK;
}

void sync_task_cancel(sync_task *task)
{
	if (task->state == SYNC_TASK_RUNNING)
		end(task, SYNC_TASK_CANCELLED);
	else if (SYNC_BROKEN(REPLACED))
		task->state = SYNC_TASK_CANCELLED;
}

void sync_task_worked(sync_task *task)
{
	task->working = false;
	if (task->state == SYNC_TASK_RUNNING)
		sync_task_finish(task, SYNC_INTERNAL, NULL);
	clean_up(task);
}

sync_status sync_task_progress(sync_task *task, const void *progress)
{
	const sync_type *type = task->call.info->progress;
	if (!type)
		return SYNC_UNSUPPORTED;
	if (task->state != SYNC_TASK_RUNNING)
		return SYNC_GONE;
	sync_writer writer;
	sync_writer_init(&writer);
	type->ops->write(type, &writer, progress);
	sync_status status = writer.out.status;
	if (status != SYNC_OK) {
		sync_buf_release(&writer.out);
		return status;
	}
	sync_buf_release(&task->progress);
	task->progress = writer.out;
	sync_task_tell(task);
	return SYNC_OK;
}

/* ---- forgetting ---- */

static bool is_forgettable(const sync_doc *doc, const sync_task *task)
{
	if (task->state == SYNC_TASK_RUNNING || task->working || task->starting)
		return false;
	return doc->now >= task->forget_at || doc->tasks.over > SYNC_TASKS_KEPT ||
	       doc->tasks.bytes > SYNC_TASKS_BYTES;
}

/* The oldest first. */
static void forget_old(sync_doc *doc)
{
	for (sync_task *task = doc->tasks.first, *next; task; task = next) {
		next = task->next;
		if (is_forgettable(doc, task))
			release(task);
	}
}

/* ---- its beginning ---- */

/* In the document's list; NULL: out of memory. */
static sync_task *new_task(sync_doc *doc, const sync_task_request *request)
{
	sync_task *task = sync_calloc(1, sizeof *task);
	if (!task)
		return NULL;
	task->owner = sync_alloc_text(request->owner);
	task->user = sync_alloc_text(request->user);
	task->session = sync_alloc_text(request->session);
	task->args = sync_call_new_args(request->info);
	sync_call_init(&task->call, doc, request->info, task->user, task->session);
	snprintf(task->id, sizeof task->id, "%s", request->id);
	atomic_init(&task->over, false);
	task->prev = doc->tasks.last;
	if (task->prev)
		task->prev->next = task;
	else
		doc->tasks.first = task;
	doc->tasks.last = task;
	if (task->owner && task->user && task->session && task->args)
		return task;
	release(task);
	return NULL;
}

sync_status sync_task_keep(sync_task *task, void (*cleanup)(void *data, sync_task_state state),
			   void *data)
{
	if (!task->starting || task->kept)
		return SYNC_CONFLICT;
	task->kept = true;
	task->cleanup = cleanup;
	task->data = data;
	return SYNC_OK;
}

/* The start handler, in its transaction. */
static sync_status run_start(sync_task *task, char *storage)
{
	sync_call *call = &task->call;
	sync_doc *doc = call->doc;
	sync_status status = sync_doc_begin(doc, &call->error);
	if (status != SYNC_OK)
		return status;
	status = call->info->dispatch(task, doc->handlers, doc->state, task->args, storage);
	if (status == SYNC_OK && call->failed)
		status = call->error.code;
	if (status == SYNC_OK && !task->kept)
		status = sync_call_write_result(call->info, storage, &task->outcome);
	if (status == SYNC_OK)
		return sync_doc_commit(doc, &call->error);
	sync_call_explain(call, status);
	sync_doc_abort(doc);
	return status;
}

static sync_status start(sync_task *task, const sync_task_request *request)
{
	sync_call *call = &task->call;
	if (!sync_call_read_args(call, task->args, request->args, request->length))
		return call->error.code;
	char *storage = sync_call_new_result(call->info);
	sync_status status = SYNC_NOMEM;
	if (storage)
		status = run_start(task, storage);
	else
		sync_error_set(&call->error, status, "%s", sync_status_text(status));
	sync_call_free_result(call->info, storage);
	return status;
}

/* What has to do with the moment alone: it may be asked for again under the same id. */
static bool is_undecided(sync_status status)
{
	return status == SYNC_OVERLOAD || status == SYNC_NOMEM;
}

/* How many of an owner run. When as many are over, the oldest of these is forgotten. */
static unsigned running_of(sync_doc *doc, const char *owner)
{
	unsigned running = 0, over = 0;
	sync_task *oldest = NULL;
	for (sync_task *task = doc->tasks.first; task; task = task->next) {
		if (strcmp(task->owner, owner) != 0)
			continue;
		if (task->state == SYNC_TASK_RUNNING || task->working || task->starting) {
			running++;
		} else {
			over++;
			oldest = oldest ? oldest : task;
		}
	}
	if (over >= SYNC_TASKS_OWN)
		release(oldest);
	return running;
}

static void give_up(sync_task *task)
{
	*task->id = '\0';
	task->forget_at = 0;
	task->settled = true;
}

static bool runs_already(const sync_doc *doc, const sync_call_info *info)
{
	for (const sync_task *task = doc->tasks.first; task; task = task->next)
		if (task->call.info == info && (task->state == SYNC_TASK_RUNNING || task->working))
			return true;
	return false;
}

sync_status sync_task_start(sync_doc *doc, const sync_task_request *request, sync_error *error)
{
	if (request->info->flags & SYNC_CALL_SINGLE && runs_already(doc, request->info) &&
	    !SYNC_BROKEN(BESIDE))
		return sync_error_set(error, SYNC_CONFLICT, "%s is running already",
				      request->info->name);
	sync_doc_rouse(doc);
	if (doc->tasks.running >= SYNC_TASKS_RUNNING ||
	    running_of(doc, request->owner) >= SYNC_TASKS_OWN)
		return sync_error_set(error, SYNC_OVERLOAD, "too many tasks are running");
	forget_old(doc); /* here too: thousands may begin and end between two polls */
	sync_task *task = new_task(doc, request);
	if (!task)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	doc->tasks.running++;
	task->starting = true;
	task->call.peer = request->ear ? request->ear->peer : NULL;
	if (request->info->timeout_ms && !SYNC_BROKEN(TIMELESS))
		task->deadline = doc->now + request->info->timeout_ms;
	sync_status status = start(task, request);
	bool undecided = is_undecided(status);
	if (undecided && error)
		*error = task->call.error;
	if (undecided)
		task->call.peer = NULL;
	else
		task->ear = request->ear;
	if (task->state != SYNC_TASK_RUNNING) {
		; /* cancelled by its own handler */
	} else if (status != SYNC_OK) {
		put_failure(task);
		end(task, SYNC_TASK_FAILED);
	} else if (!task->kept) {
		end(task, SYNC_TASK_DONE);
	} else {
		sync_task_tell(task);
	}
	task->starting = false;
	if (task->kept)
		sync_tasks_list(doc);
	if (undecided)
		give_up(task);
	clean_up(task);
	return undecided ? status : SYNC_OK;
}

/* ---- finding ---- */

sync_task *sync_task_find(const sync_doc *doc, const char *owner, const char *id)
{
	for (sync_task *task = doc->tasks.last; task; task = task->prev)
		if (strcmp(task->id, id) == 0 && strcmp(task->owner, owner) == 0)
			return task;
	return NULL;
}

sync_task *sync_task_named(const sync_doc *doc, const char *owner, const sync_call_info *info)
{
	for (sync_task *task = doc->tasks.last; task; task = task->prev)
		if (task->call.info == info && task->state == SYNC_TASK_RUNNING &&
		    strcmp(task->owner, owner) == 0)
			return task;
	return NULL;
}

/* ---- time ---- */

void sync_tasks_poll(sync_doc *doc, uint64_t now)
{
	doc->now = now;
	for (sync_task *task = doc->tasks.first; task; task = task->next) {
		sync_task_settle(task);
		if (task->forget_at == UINT64_MAX)
			task->forget_at = now + SYNC_TASKS_KEPT_MS;
		if (task->state == SYNC_TASK_RUNNING && task->deadline && now >= task->deadline) {
			sync_task_fail_by(task, "timeout");
			end(task, SYNC_TASK_FAILED);
		}
	}
	forget_old(doc);
	if (doc->tasks.running && doc->tasks.listed_epoch != doc->epoch)
		doc->tasks.relist = doc->model->running != NULL;
	if (doc->tasks.relist)
		sync_tasks_list(doc);
}

void sync_tasks_cancel(sync_doc *doc)
{
	for (sync_task *task = doc->tasks.first; task; task = task->next)
		sync_task_cancel(task);
}

void sync_tasks_release(sync_doc *doc)
{
	while (doc->tasks.first)
		release(doc->tasks.first);
}
