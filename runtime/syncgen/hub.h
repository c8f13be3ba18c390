/*
 * The documents of a process by their keys, without any socket: what a server serves, and what a test
 * or an embedded program can use alone.
 *
 *   models      are added once: sync_hub_add(). Each has a key, or a template of keys: ROOM/{id}
 *   documents   are the instances of models, one for each key; of a @session model one for each key
 *               and identity. They are made when somebody asks for them
 *   sessions    are peers: session.h. They join documents
 *
 * A model whose key has no parameters, without @session and @ttl, has a single document, which lives as
 * long as the hub. All others are closed when nobody has joined or held them for a while: what the store
 * keeps of them is loaded when they are asked for again. After @ttl it is forgotten too.
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
	sync_store *store;   /* not owned, outlives the hub; NULL: memory */
	uint64_t epoch_seed; /* randomness for epochs and sessions; 0: from the kernel */
	/* For sync_task_work(); not owned, outlives the hub; NULL: there is none. */
	sync_pool *pool;
	/* The clock of sync_hub_poll(), for @timeout of actions; NULL: theirs are not enforced. */
	uint64_t (*clock)(void *arg);
	void *clock_arg;
	/* Open at a time; 0: 10,000. Beyond seven eighths of it, those that nobody has are closed early, but for what
	 * @ttl keeps. */
	size_t max_docs;
	uint64_t idle_ms; /* so long one that nobody has stays open, without @ttl; 0: 60,000 */
	/*
	 * Asked before a peer is given a document that is one of many. `params`: a `const T *` of
	 * the struct of the model's parameters, NULL: it has none. OK lets it; anything else is to
	 * the peer as if there were no such document. NULL: all may. It must not ask for other
	 * documents.
	 */
	sync_status (*may_open)(void *arg, const sync_model *model, const void *params,
				const sync_identity *who);
	void *may_open_arg;
	/*
	 * Told once of each peer: when it is known who it is (see sync_session_options; else when
	 * it connects), and when it is gone or another connection has taken its place, of which it
	 * is told before the other one connects. Not called for a peer that never said who it is.
	 * May be NULL. They must not free any session.
	 */
	void (*connected)(void *arg, sync_session *session);
	void (*disconnected)(void *arg, sync_session *session);
	void *connection_arg;
} sync_hub_options;

/* options NULL: the defaults. NULL: out of memory. */
sync_hub *sync_hub_new(const sync_hub_options *options);
/* Ends all tasks, waits for their jobs, frees its documents. Sessions must be gone. NULL is fine. */
void sync_hub_free(sync_hub *hub);

/*
 * Adds a model with the application's handlers (a generated notes_handlers, borrowed for the hub's
 * life; NULL: none) and a pointer for them. UNSUPPORTED when it asks for what this runtime or its
 * store does not do, SCHEMA when its key is none, CONFLICT when some key of it can be one of
 * another model; `error` (may be NULL) says it in words.
 */
sync_status sync_hub_add(sync_hub *hub, const sync_model *model, const void *handlers,
			 void *context, sync_error *error);

/* The document with that key, loaded or made when a model has such keys; NULL: none has, or there
 * is no memory. One that is not held, nor its model's only one, is good until the next
 * sync_hub_poll(). */
sync_doc *sync_hub_doc(sync_hub *hub, const char *key);
/* The same for a @session model: the document of that identity. `who` NULL: as above. */
sync_doc *sync_hub_doc_of(sync_hub *hub, const char *key, const sync_identity *who);

/* Visits all that are open, in no order. `visit` must not open any; what it is given is good for
 * the call. */
void sync_hub_each_doc(sync_hub *hub, void (*visit)(void *arg, sync_doc *doc), void *arg);

/*
 * Deletes what a document holds: its state, its history and what is remembered of its clients, in
 * the store too. Its tasks are cancelled. Who has joined is told that it is gone, once that is
 * durable; who joins again gets a new one of defaults, under a new epoch. Pointers to it stay good.
 * NOT_FOUND; CONFLICT: inside a transaction of the document; OVERLOAD: while the store is down.
 * Then nothing has happened.
 */
sync_status sync_hub_delete(sync_hub *hub, const char *key, sync_error *error);
/* The same for a @session model: the document of that identity. `who` NULL: as above. */
sync_status sync_hub_delete_of(sync_hub *hub, const char *key, const sync_identity *who,
			       sync_error *error);

/*
 * Lets the store complete what has become durable, tries again what waits for a store that failed,
 * and closes what nobody needs any more. `now`: milliseconds of any steady clock. A server calls it
 * every turn; who embeds a hub does.
 */
void sync_hub_poll(sync_hub *hub, uint64_t now);

#ifdef __cplusplus
}
#endif
#endif
