/*
 * Inside of a hub: its documents in order, for sessions and servers.
 */
#ifndef SYNCGEN_HUB_CORE_H
#define SYNCGEN_HUB_CORE_H

#include <syncgen/hub.h>

#include "task_core.h"

struct sync_hub {
	sync_store *store;
	bool own_store;
	sync_random random;
	sync_pool *pool;
	uint64_t (*clock)(void *arg);
	void *clock_arg;
	uint64_t now;
	uint64_t joins, sessions; /* so many there have been */
	bool repeatable; /* for a test: secrets come from `random` */
	/* One per model for now: models whose key has parameters are refused. So few that they are
	 * found by looking at each. */
	sync_doc **docs;
	size_t count, room;
	sync_buf args; /* of the call being read */
};

/* The document with that key, or NULL. */
sync_doc *sync_hub_find(sync_hub *hub, const char *key, size_t length);

/* Cancels all tasks and waits for their jobs. */
void sync_hub_end_tasks(sync_hub *hub);

/* Random bytes nobody can guess. False: the system has none. */
bool sync_hub_secret(sync_hub *hub, unsigned char *bytes, size_t count);

#endif
