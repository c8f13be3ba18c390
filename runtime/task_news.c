#include "broken.h"
#include "task_core.h"

/* Who is told of tasks, and when: invariant 2. */

void sync_task_unqueue(sync_task *task)
{
	sync_task_ear *ear = task->ear;
	if (!task->queued)
		return;
	sync_task **at = &ear->news;
	while (*at != task)
		at = &(*at)->next_news;
	*at = task->next_news;
	if (!task->next_news)
		ear->end = at;
	task->queued = false;
}

void sync_task_tell(sync_task *task)
{
	sync_task_ear *ear = task->ear;
	if (!ear)
		return;
	if (!task->queued) {
		task->queued = true;
		task->next_news = NULL;
		if (!ear->news)
			ear->end = &ear->news;
		*ear->end = task;
		ear->end = &task->next_news;
	}
	ear->changed(ear);
}

void sync_task_attach(sync_task *task, sync_task_ear *ear)
{
	sync_task_unqueue(task);
	task->ear = ear;
	task->call.peer = ear->peer;
	sync_task_tell(task);
}

void sync_task_deaf(sync_task_ear *ear, sync_doc *doc)
{
	for (sync_task *task = doc->tasks.first; task; task = task->next) {
		if (task->ear != ear)
			continue;
		task->ear = NULL;
		task->call.peer = NULL;
		task->queued = false;
	}
	ear->news = NULL;
}

/* The document lost what the task had done. */
static void undo(sync_task *task)
{
	sync_tasks *all = &task->call.doc->tasks;
	all->bytes -= task->outcome.len;
	sync_task_fail_by(task, "interrupted");
	all->bytes += task->outcome.len;
	task->state = SYNC_TASK_FAILED;
	task->settled = true;
}

void sync_task_settle(sync_task *task)
{
	const sync_doc *doc = task->call.doc;
	if (task->settled || task->state == SYNC_TASK_RUNNING)
		return;
	if (task->epoch != doc->epoch)
		undo(task);
	else
		task->settled = task->revision <= doc->durable;
}

sync_task *sync_task_news(sync_task_ear *ear, const sync_doc *doc, uint64_t revision)
{
	for (sync_task *task = ear->news; task; task = task->next_news) {
		bool over = task->state != SYNC_TASK_RUNNING;
		if (over)
			sync_task_settle(task);
		if (over && !SYNC_BROKEN(SOON) &&
		    (!task->settled || (task->epoch == doc->epoch && task->revision > revision)))
			continue;
		sync_task_unqueue(task);
		return task;
	}
	return NULL;
}
