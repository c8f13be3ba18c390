/* A task's job on another thread: whatever touches the task or its document is done on theirs. */
#include "task_core.h"

/* The task itself, under a name that says what may be called. */
static sync_task *task_of(const sync_work *work)
{
	return (sync_task *)(uintptr_t)work;
}

static void gone(void *arg)
{
	sync_task_worked(arg);
}

static void started(void *arg)
{
	(void)arg;
}

static void run(void *arg)
{
	sync_task *task = arg;
	sync_pool *pool = task->call.doc->pool;
	/* The document's thread comes to this once the start handler is through with the task. */
	pool->call(pool, started, NULL);
	if (!atomic_load(&task->over))
		task->job((sync_work *)task, task->data);
	pool->call(pool, gone, task);
}

sync_status sync_task_work(sync_task *task, void (*job)(sync_work *work, void *data),
			   void (*cleanup)(void *data, sync_task_state state), void *data)
{
	sync_pool *pool = task->call.doc->pool;
	if (!pool)
		return SYNC_UNSUPPORTED;
	sync_status status = sync_task_keep(task, cleanup, data);
	if (status != SYNC_OK)
		return status;
	task->job = job;
	task->working = true;
	status = pool->run(pool, run, task);
	if (status == SYNC_OK)
		return SYNC_OK;
	task->working = task->kept = false;
	task->cleanup = NULL; /* the caller still has the data */
	return status;
}

bool sync_work_cancelled(const sync_work *work)
{
	return atomic_load_explicit(&task_of(work)->over, memory_order_relaxed);
}

const void *sync_work_args(const sync_work *work)
{
	return task_of(work)->args;
}

sync_call *sync_work_call(sync_work *work)
{
	return &task_of(work)->call;
}

/* ---- what is asked of the document's thread ---- */

struct errand {
	sync_task *task;
	sync_status (*change)(void *state, void *arg);
	void *arg;
	const void *value;
	sync_error *error;
	sync_status status;
};

static void update(void *arg)
{
	struct errand *errand = arg;
	if (errand->task->state == SYNC_TASK_RUNNING)
		errand->status = sync_update(errand->task->call.doc, errand->change, errand->arg,
					     errand->error);
	else
		errand->status = sync_error_set(errand->error, SYNC_GONE, "the task is over");
}

static void progress(void *arg)
{
	struct errand *errand = arg;
	errand->status = sync_task_progress(errand->task, errand->value);
}

static void finish(void *arg)
{
	struct errand *errand = arg;
	errand->status = sync_task_finish(errand->task, errand->status, errand->value);
}

static sync_status send(struct errand *errand, void (*fn)(void *arg))
{
	sync_pool *pool = errand->task->call.doc->pool;
	pool->call(pool, fn, errand);
	return errand->status;
}

sync_status sync_work_update(sync_work *work, sync_status (*change)(void *state, void *arg),
			     void *arg, sync_error *error)
{
	return send(
		&(struct errand){
			.task = task_of(work), .change = change, .arg = arg, .error = error },
		update);
}

sync_status sync_work_progress(sync_work *work, const void *value)
{
	return send(&(struct errand){ .task = task_of(work), .value = value }, progress);
}

sync_status sync_work_finish(sync_work *work, sync_status status, const void *result)
{
	return send(&(struct errand){ .task = task_of(work), .value = result, .status = status },
		    finish);
}
