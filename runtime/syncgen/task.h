/*
 * Long-running calls: the handler of a task starts it, and it has exactly one outcome, later.
 *
 *   start handler ─ returns without keeping it → done, or failed, at once
 *         │ sync_task_keep()  → goes on over turns of the loop: progress …, sync_task_finish()
 *         │ sync_task_work()  → goes on in a job on another thread:  progress …, sync_work_finish()
 *         └ sync_task_cancel(), a timeout, the end of the server → ends at any moment; cleanup runs
 *
 * The start handler runs in a transaction, as an action's does; what happens later changes the
 * document by sync_update(). The outcome reaches the client behind the changes that were made
 * before it.
 *
 * A `sync_task *` is good until its cleanup has run; without one, until it has its outcome. All but
 * the functions of a `sync_work *` are for the thread of the document.
 */
#ifndef SYNCGEN_TASK_H
#define SYNCGEN_TASK_H

#include <syncgen/call.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sync_task_state {
	SYNC_TASK_RUNNING,
	SYNC_TASK_DONE,
	SYNC_TASK_FAILED,
	SYNC_TASK_CANCELLED
} sync_task_state;

/* A task is a call too: who called, typed errors, messages. */
sync_call *sync_task_call(sync_task *task);

/*
 * In the start handler: the task is not over when the handler returns OK. `cleanup` (may be NULL)
 * is called with `data` exactly once, on this thread, when it is over in whatever way; also when
 * the handler fails after this.
 */
sync_status sync_task_keep(sync_task *task, void (*cleanup)(void *data, sync_task_state state),
			   void *data);
/* The arguments, as the handler got them: they stay until the cleanup has run. */
const void *sync_task_args(const sync_task *task);
/* What was given to sync_task_keep() or sync_task_work(). */
void *sync_task_data(const sync_task *task);

/* Generated code has these two and those of jobs with the types of each task:
 * notes_progress_load(), notes_finish_load(). */

/* Tells how far it is; `progress` is a value of the task's progress type, copied. Who is slow hears
 * the newest alone. UNSUPPORTED: it has no progress; GONE: it is over. */
sync_status sync_task_progress(sync_task *task, const void *progress);
/*
 * Ends it. `status` OK: done, with `result`, a value of the task's result type, copied (NULL: it
 * has none, or its default). Anything else: failed, with what sync_call_fail() or a typed T_throw()
 * said, else the bare code. A result that may be null is given as its generated storage. CONFLICT
 * inside a transaction: its changes might not come to be.
 * GONE: it was over already.
 */
sync_status sync_task_finish(sync_task *task, sync_status status, const void *result);
/* Ends it as cancelled, as its client may. Nothing when it is over. */
void sync_task_cancel(sync_task *task);

/* ---- work on another thread --------------------------------------------------------------- */

/* A task, as its job may use it on the other thread. */
typedef struct sync_work sync_work;

/*
 * In the start handler, instead of sync_task_keep(): job(work, data) runs on a thread of the pool.
 * `cleanup` as there, and not before the job has returned. UNSUPPORTED: there is no pool; OVERLOAD:
 * too many wait.
 */
sync_status sync_task_work(sync_task *task, void (*job)(sync_work *work, void *data),
			   void (*cleanup)(void *data, sync_task_state state), void *data);

/* From the job alone. Nobody wants its result any more: return soon. Cheap enough for inner
 * loops. */
bool sync_work_cancelled(const sync_work *work);
const void *sync_work_args(const sync_work *work);
/* To say why it fails: sync_call_fail(), T_throw(). */
sync_call *sync_work_call(sync_work *work);
/* These wait until the document's thread has done it; GONE: the task is over, nothing was done. */
sync_status sync_work_update(sync_work *work, sync_status (*change)(void *state, void *arg),
			     void *arg, sync_error *error);
sync_status sync_work_progress(sync_work *work, const void *progress);
/* A job that returns without it has failed. */
sync_status sync_work_finish(sync_work *work, sync_status status, const void *result);

/* ---- the pool ----------------------------------------------------------------------------- */

/* Threads for jobs. A server has one of its own; a hub that is used alone may be given one. */
typedef struct sync_pool sync_pool;
struct sync_pool {
	/* Runs job(arg) on some thread, some time. OVERLOAD: too many wait. */
	sync_status (*run)(sync_pool *pool, void (*job)(void *arg), void *arg);
	/* From a job: runs fn(arg) on the thread that turns the pool, and waits for it. */
	void (*call)(sync_pool *pool, void (*fn)(void *arg), void *arg);
	/* On the pool's own thread: turns until no job is left. */
	void (*finish)(sync_pool *pool);
	void (*free)(sync_pool *pool);
};

/*
 * `threads` of them, started when they are needed. `wake` is called from a job when
 * sync_pool_turn() has something to do (may be NULL when it is called often). NULL: out of memory.
 */
sync_pool *sync_pool_new(unsigned threads, void (*wake)(void *arg), void *arg);
/* Does what jobs asked for; never waits. On the thread that made the pool. */
void sync_pool_turn(sync_pool *pool);
/* Waits for its jobs. NULL is fine. */
void sync_pool_free(sync_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
