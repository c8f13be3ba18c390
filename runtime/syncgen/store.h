/*
 * Where documents are kept: submit and complete. The hub submits what a commit made; the store
 * calls back when it is durable, at once or from a later sync_store_poll(), in order of submission per
 * document. Adapters (memory; later SQLite, Redis) fill this table.
 */
#ifndef SYNCGEN_STORE_H
#define SYNCGEN_STORE_H

#include <syncgen/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One commit. Everything is borrowed for the duration of the submit call. */
typedef struct sync_store_commit {
	const char *key;
	uint64_t epoch, revision;
	const char *ops;   /* RFC 6902 array: from revision - 1 to revision */
	size_t ops_length;
	/* Writes the whole state as JSON when the store wants a snapshot instead. */
	sync_status (*snapshot)(const void *doc, void *buf);
	const void *doc;
} sync_store_commit;

typedef struct sync_store sync_store;
struct sync_store {
	/* Starts making a commit durable. `done(arg, status)` is called exactly once, maybe before this
	 * returns. A status other than OK from submit: refused, `done` is not called. */
	sync_status (*submit)(sync_store *store, const sync_store_commit *commit,
			      void (*done)(void *arg, sync_status status), void *arg);
	/* Loads a document: calls `found` with its JSON, once, or not at all when there is none, then
	 * returns. */
	sync_status (*load)(sync_store *store, const char *key,
			    sync_status (*found)(void *arg, uint64_t epoch, uint64_t revision,
						 const char *json, size_t length),
			    void *arg);
	/* Completes what has become durable. NULL: everything completes inside submit. */
	void (*poll)(sync_store *store);
	void (*free)(sync_store *store);
};

/* Keeps the last state of each document in memory for the life of the store. */
sync_store *sync_store_memory_new(void);
void sync_store_free(sync_store *store); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
