/*
 * The documents of a process by their keys, without any socket: what a server serves, and what a test
 * or an embedded program can use alone.
 */
#ifndef SYNCGEN_HUB_H
#define SYNCGEN_HUB_H

#include <syncgen/doc.h>
#include <syncgen/store.h>
#include <syncgen/task.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_hub sync_hub;

typedef struct sync_hub_options {
	sync_store *store;  /* NULL: memory. Not owned. */
	uint64_t epoch_seed; /* randomness for epochs and sessions; 0: from the kernel */
	sync_pool *pool;    /* for sync_task_work(); NULL: there is none. Not owned; outlives the hub */
	/* The clock of sync_hub_poll(), for @timeout of actions; NULL: theirs are not enforced. */
	uint64_t (*clock)(void *arg);
	void *clock_arg;
} sync_hub_options;

/* options NULL: the defaults. NULL: out of memory. */
sync_hub *sync_hub_new(const sync_hub_options *options);
/* Ends all tasks, waits for their jobs, frees its documents. Sessions must be gone. */
void sync_hub_free(sync_hub *hub);

/*
 * Adds a model with the application's handlers (a generated notes_handlers, borrowed for the hub's
 * life; NULL: none) and a pointer for them. UNSUPPORTED when it asks for what this runtime does not
 * enforce, CONFLICT when its key can meet another's; `error` (may be NULL) says it in words.
 */
sync_status sync_hub_add(sync_hub *hub, const sync_model *model, const void *handlers, void *context,
			 sync_error *error);

/* The document with that key, loaded or made when a model has it; NULL: no model has such a key. */
sync_doc *sync_hub_doc(sync_hub *hub, const char *key);

/*
 * Deletes what a document holds: its state, its history and what is remembered of its clients, in the store
 * too. Its tasks are cancelled. Who has joined is told that it is gone, once that is durable; who joins again gets
 * a new one of defaults, under a new epoch. Pointers to it stay good. NOT_FOUND; CONFLICT: inside a transaction
 * of the document; OVERLOAD: while the store is down. Then nothing has happened.
 */
sync_status sync_hub_delete(sync_hub *hub, const char *key, sync_error *error);

/*
 * Lets the store complete what has become durable, and tries again what waits for a store that failed.
 * `now`: milliseconds of any steady clock. A server calls it every turn; who embeds a hub does.
 */
void sync_hub_poll(sync_hub *hub, uint64_t now);

#ifdef __cplusplus
}
#endif
#endif
