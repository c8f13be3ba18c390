/*
 * Tasks of clients, and what became of them on the server: one errand is one task, told apart by
 * its token, which it leaves in the list `ran` when it begins, and with a dot when it is done.
 */
#ifndef SIM_ERRAND_H
#define SIM_ERRAND_H

#include <syncgen/client.h>
#include <syncgen/task.h>

enum { ERRANDS_MAX = 10, ERRAND_KEPT_MS = 10 * 60 * 1000, ERRAND_LATE_MS = 3000 };

enum errand_kind { ERRAND_WORK, ERRAND_LONE, ERRAND_LATE, ERRAND_KINDS };

struct world;
struct peer;

struct errand {
	struct world *world;
	char token[24];
	enum errand_kind kind;
	/* Of the client: */
	sync_client_task *task; /* NULL: it has its outcome, or its process is gone */
	bool over, cancelled;	/* its outcome was told; it was to be cancelled */
	char id[40];		/* its name on the wire */
	unsigned asked;		/* so often it was sent, */
	unsigned asked_life;	/* … first of the server in this life, */
	uint64_t asked_at;	/* … then */
	/* Of the server: */
	sync_task *job;	 /* it runs; NULL: it does not */
	unsigned served; /* the life of the server in which it began last; 0: it did not */
	uint64_t began, ended;
	sync_task_state ending; /* … and how, in that life */
	bool finished, failed;	/* its handler said so, in some life */
};

/* Of a native client: starts and cancels some. */
void errands_step(struct peer *peer, sync_replica *replica);
/* Its replica or its process is gone. */
void errands_drop(struct peer *peer);
bool errands_wait(const struct peer *peer);

/* Of the server: they go on, and end. */
void errands_serve(struct world *world);
/* It was just told the time. */
void errands_in_time(struct world *world);
/* A frame `task` of a client, with that token, to the server in that life. */
void errand_asked(struct world *world, const char *token, unsigned life);
/* A frame `task` of the server, about that id. */
void errand_told(struct world *world, const char *id, const char *state, bool interrupted);

#endif
