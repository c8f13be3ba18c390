/*
 * Where documents are kept: submit and complete. The hub submits what a commit made; the store
 * calls back when it is durable, at once or from a later poll(), in order of submission per
 * document. Adapters (memory, SQLite; later Redis) fill this table.
 *
 * Rules for an adapter
 *   1. A commit is accepted only on top of its predecessor: same epoch, revision one more than the
 *      last accepted one; anything else is CONFLICT. So a second writer is noticed, and after a
 *      commit that failed, those submitted behind it fail too.
 *   2. A checkpoint (ops NULL) replaces what was stored of the document, whatever its epoch; the
 *      answers stay, unless it is of a document that was deleted.
 *   3. What `done` reported OK is what load() finds, nothing older and nothing newer.
 */
#ifndef SYNCGEN_STORE_H
#define SYNCGEN_STORE_H

#include <syncgen/buf.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What became of a client's mutation. It is stored in the transaction of the commit it belongs to,
 * so that a mutation happens exactly once.
 */
typedef struct sync_store_answer {
	/* Who nobody else can claim to be; NULL: the commit is nobody's mutation. */
	const char *client;
	uint64_t number;    /* the client's last one now */
	uint64_t keep_from; /* its answers of lower numbers are not needed any more */
	bool refused;
	const char *text; /* JSON, borrowed; NULL: nothing to say */
	size_t length;
} sync_store_answer;

/* One commit. Everything is borrowed for the duration of the submit call. */
typedef struct sync_store_commit {
	const char *key;
	uint64_t epoch, revision;
	/* From revision - 1 to revision: an RFC 6902 array, in which a text may be edited by
	 * {"op":"text"}; NULL: a checkpoint. */
	const char *ops;
	size_t ops_length;
	/* Appends the whole state as JSON, when the store wants that (or for a checkpoint:
	 * must). */
	sync_status (*snapshot)(const void *doc, sync_buf *out);
	const void *doc;
	sync_store_answer answer;
	bool anew; /* a checkpoint: the document was deleted and begins again, no answers stay */
} sync_store_commit;

/* What load() finds: the state once, then the commits on top of it in order. A status other than OK
 * ends the loading with that status. */
typedef struct sync_store_loader {
	sync_status (*state)(void *arg, uint64_t epoch, uint64_t revision, const char *json,
			     size_t length);
	sync_status (*ops)(void *arg, uint64_t revision, const char *ops, size_t length);
	void *arg;
	/* After the state: the answers kept, by client, a client's in order of their numbers. NULL:
	 * not wanted. */
	sync_status (*answer)(void *arg, uint64_t revision, const sync_store_answer *answer);
} sync_store_loader;

typedef struct sync_store sync_store;
struct sync_store {
	/* Starts making a commit durable. `done(arg, status)` is called exactly once, maybe before
	 * this returns. A status other than OK from submit: refused, `done` is not called. */
	sync_status (*submit)(sync_store *store, const sync_store_commit *commit,
			      void (*done)(void *arg, sync_status status), void *arg);
	/* Loads a document through `loader`, which is not called when there is none. */
	sync_status (*load)(sync_store *store, const char *key, const sync_store_loader *loader);
	/* Completes what has become durable. NULL: everything completes inside submit. */
	void (*poll)(sync_store *store);
	/* Who wrote to a document writes no more: `done` is not called for this arg again; what was
	 * submitted goes on. NULL: as with poll. */
	void (*detach)(sync_store *store, const char *key, void *arg);
	void (*free)(sync_store *store);
	/* Drops what is kept of a document, which nobody writes to now. NULL: it cannot, and models
	 * whose documents come to an end are refused. */
	sync_status (*forget)(sync_store *store, const char *key);
	/* From now on wake(arg) is called, on any thread, when poll() has something to do; wake NULL: no
	 * more. NULL: only what calls poll() makes things durable. */
	void (*notify)(sync_store *store, void (*wake)(void *arg), void *arg);
};

/*
 * Keeps documents in memory for the life of the store: a snapshot and the commits since, which
 * become a new snapshot when they are longer than it.
 */
sync_store *sync_store_memory_new(void);
void sync_store_free(sync_store *store); /* NULL is fine */

/*
 * Keeps documents in a file of SQLite, made when there is none: as JSON, in tables that `sqlite3 FILE`
 * shows (`documents`, `states`, `commits`, `answers`). What was done has reached the disk: all commits
 * that wait are written in one transaction by a thread of the store's own. Others may read the file
 * meanwhile. Whoever writes to a document beside this store makes its next commit fail with CONFLICT.
 * Loading reads on the calling thread. Freeing it writes what waits. Not in a library built with
 * SQLITE=0.
 * NULL: INVALID (it is another kind of file, or of a later version), OVERLOAD (another program holds
 * it), INTERNAL, NOMEM; `error` (may be NULL) says it in words.
 */
sync_store *sync_store_sqlite_open(const char *path, sync_error *error);

/* For tests: what can go wrong with a store, on the memory store only. */

/* Every write from now on fails with `status`; OK: they work again. */
void sync_store_memory_fail(sync_store *store, sync_status status);
/* Writes complete (or fail, by the status set by then) only in sync_store_memory_complete().
 * Turning it off completes all. */
void sync_store_memory_delay(sync_store *store, bool delay);
/* Completes up to `count` delayed writes; returns how many. */
size_t sync_store_memory_complete(sync_store *store, size_t count);
/* Loses every document, as a disk would. */
void sync_store_memory_forget(sync_store *store);

#ifdef __cplusplus
}
#endif
#endif
