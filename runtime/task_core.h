/*
 * Inside of tasks: those of a document, by who started them.
 *
 * Invariants
 *   1. A task has one outcome. What comes after it is refused: progress, results, changes of a job.
 *   2. An outcome is told once everything that was committed before it is durable, and told.
 *   3. Cleanup runs once: when the outcome is there and no job is at work any more.
 *   4. Nobody but its owner can attach to it or cancel it.
 *
 * Bounded: SYNC_TASKS_RUNNING at a time; of those that are over, the last SYNC_TASKS_KEPT,
 * SYNC_TASKS_BYTES and SYNC_TASKS_KEPT_MS. Of each, SYNC_TASKS_OWN for one owner: nobody takes the
 * place of all others.
 */
#ifndef SYNCGEN_TASK_CORE_H
#define SYNCGEN_TASK_CORE_H

#include <stdatomic.h>

#include <syncgen/task.h>

#include "call_core.h"

enum {
	SYNC_TASKS_RUNNING = 1024,
	SYNC_TASKS_KEPT = 1024,
	SYNC_TASKS_OWN = 128,
	SYNC_TASKS_BYTES = 4 * 1024 * 1024,
	SYNC_TASKS_KEPT_MS = 10 * 60 * 1000,
	SYNC_TASK_ID_SIZE = 65
};

/* Who is to be told of tasks. Lives inside its owner. */
typedef struct sync_task_ear {
	sync_task *news; /* a queue of those that changed */
	sync_task **end;
	void (*changed)(struct sync_task_ear *ear);
	sync_session *peer; /* whose it is */
} sync_task_ear;

struct sync_task {
	sync_call call;		/* first */
	sync_task *prev, *next; /* of the document, oldest first */
	char id[SYNC_TASK_ID_SIZE];
	char *owner, *user, *session;
	void *args;
	sync_task_state state;
	bool starting; /* inside its start handler */
	bool kept;
	bool working; /* a job has it */
	bool listed;  /* in the @running field */
	atomic_bool over;
	uint64_t epoch, revision; /* of the document, when the outcome came */
	bool settled;		  /* that is durable */
	uint64_t deadline;	  /* 0: none */
	uint64_t forget_at;
	sync_buf progress;    /* JSON; empty: none yet */
	const char *ended_by; /* what ended it, when no handler did: "timeout", "interrupted"; or
				 NULL */
	sync_buf outcome;     /* done: JSON of the value, or empty; failed: an object */
	void (*cleanup)(void *data, sync_task_state state);
	void (*job)(sync_work *work, void *data);
	void *data;
	sync_task_ear *ear; /* NULL: nobody listens now */
	bool queued;
	sync_task *next_news;
};

/* What is to be started. Everything is borrowed. */
typedef struct sync_task_request {
	const sync_call_info *info;
	const char *id;	   /* shorter than SYNC_TASK_ID_SIZE; unique for its owner */
	const char *owner; /* who nobody else can claim to be */
	const char *user, *session;
	const char *args; /* a JSON object */
	size_t length;
	sync_task_ear *ear;
} sync_task_request;

/*
 * Starts it; it may be over when this returns. OK: there is a task, running or with an outcome,
 * also a bad one. Else it was not even tried, and `error` says why: CONFLICT (@single), OVERLOAD,
 * NOMEM.
 */
sync_status sync_task_start(sync_doc *doc, const sync_task_request *request, sync_error *error);
/* That of an owner, running or still remembered; NULL: none. */
sync_task *sync_task_find(const sync_doc *doc, const char *owner, const char *id);
/* The owner's newest running one of that name; NULL: none. */
sync_task *sync_task_named(const sync_doc *doc, const char *owner, const sync_call_info *info);

/* Has the ear told of the task from now on, beginning with how it stands. */
void sync_task_attach(sync_task *task, sync_task_ear *ear);
/* The first task with news whose news may be told to somebody who has seen `revision`; it is taken
 * out of the queue. NULL: none now. */
sync_task *sync_task_news(sync_task_ear *ear, const sync_doc *doc, uint64_t revision);
/* The ear goes: nobody is told through it any more. */
void sync_task_deaf(sync_task_ear *ear, sync_doc *doc);

/* Deadlines, and what is no longer remembered. */
void sync_tasks_poll(sync_doc *doc, uint64_t now);
/* Cancels all of them: the program ends. */
void sync_tasks_cancel(sync_doc *doc);
/* Frees them; no job has one. */
void sync_tasks_release(sync_doc *doc);

/* For work.c: the job is gone. */
void sync_task_worked(sync_task *task);

/* Gives it the outcome {"name":NAME,"args":{}}, which is not the handler's. `name` stays. */
void sync_task_fail_by(sync_task *task, const char *name);

/* task_news.c: there is news of it, if somebody listens; and now there is none. */
void sync_task_tell(sync_task *task);
void sync_task_unqueue(sync_task *task);
/* Looks whether what it did is durable, or lost. */
void sync_task_settle(sync_task *task);

/* task_list.c: brings the field with @running up to date, as a change of its own. When that cannot
 * be now, then in a later poll. */
void sync_tasks_list(sync_doc *doc);

#endif
