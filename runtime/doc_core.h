/*
 * Inside of a document, for the modules above it: call, hub, wire, session.
 *
 *   begin → (the change) → commit: compute, check, encode, submit → done → durable → watches
 *
 * Invariants
 *   1. A revision exists only after everything that can refuse it has agreed: @computed functions,
 *      constraints, memory for its history, the store's acceptance.
 *   2. durable ≤ revision; what leaves for a peer is at most `durable`.
 *   3. A write that fails takes the document back to its durable revision, under a new epoch, and
 *      it is read-only until the store took a checkpoint of that. Nobody was told of what was lost.
 *   4. One transaction at a time; a second one inside it is a CONFLICT.
 *   5. No queue per reader: a watch is told that something changed, and asks.
 */
#ifndef SYNCGEN_DOC_CORE_H
#define SYNCGEN_DOC_CORE_H

#include <syncgen/doc.h>
#include <syncgen/patch.h>
#include <syncgen/store.h>

#include "clients.h"
#include "events.h"
#include "history.h"
#include "presence.h"
#include "random.h"
#include "trail.h"

/* Patches no longer than this are sent even when the whole state would be shorter. */
enum { SYNC_PATCH_FLOOR = 4096 };

/* Somebody who wants to know when there is more to send. Lives inside its owner. */
typedef struct sync_watch {
	sync_doc *doc;
	size_t index; /* among the document's watches */
	void (*changed)(struct sync_watch *watch);
} sync_watch;

/* An encoded frame worth keeping: the patch between two revisions, or (whole) a snapshot at `to`.
 */
typedef struct sync_cached {
	unsigned kind; /* of the wire: dialect, later rights too */
	bool whole;
	uint64_t from, to;
	sync_packet *packet;
} sync_cached;

enum { SYNC_DOC_CACHE = 8, SYNC_DOC_SIGHTS = 8 };

/* The mutation of a client that a transaction is: its next number. */
typedef struct sync_mutation {
	sync_author *client;
	const sync_buf *result;	 /* JSON as it is at the commit; NULL or empty: nothing */
	const sync_buf *refusal; /* it changes nothing: the members of its nack; NULL: it is done */
	bool bytes;		 /* the result is a value of type bytes */
	size_t bare;		 /* of a refusal: so much of it says nothing of the state */
	uint64_t sees;		 /* … its author's rights, for the rest; of a result: who may call that */
} sync_mutation;

/* The tasks of a document: task_core.h. */
typedef struct sync_tasks {
	sync_task *first, *last;
	unsigned running, over;
	size_t bytes;	       /* of outcomes */
	uint64_t listed_epoch; /* in which the @running field was last right */
	bool relist;	       /* it is not right */
} sync_tasks;

/* The documents that have something to do as time goes by: their hub looks at them in each poll. Those
 * that wait for nothing but to be closed doze: who asks for many must not slow down all others. */
typedef struct sync_restless {
	sync_doc *first, *dozing;
	uint64_t now; /* ms of the hub's clock */
} sync_restless;

enum sync_doc_mode {
	SYNC_DOC_OPEN,
	SYNC_DOC_LOST, /* a write failed: the state in memory is of no use until it is reloaded */
	SYNC_DOC_CHECKPOINT /* reloaded: readable, read-only until the store has it */
};

struct sync_doc {
	const sync_model *model;
	const void *handlers;
	void *context;
	char *key;  /* on the wire */
	char *kept; /* the name in the store: of a @session model there are several under a key */
	sync_buf key_json;   /* the key as it stands inside a JSON string, without quotes */
	void *params;	     /* a value of model->params, or NULL */
	sync_identity owner; /* of a @session model; else NULLs */
	sync_store *store;
	sync_random *random;

	void *state;
	sync_track *track;
	uint64_t epoch, revision, durable;
	size_t state_bytes; /* length of the last snapshot: a patch is worth no more */
	/* For a test: of changes as many are remembered, of operations 64 bytes for each; 0: as
	 * many as are worth it. */
	size_t remembers;

	enum sync_doc_mode mode;
	bool changing;	       /* between begin and commit or abort */
	bool submitting;       /* inside the store's submit */
	sync_status submitted; /* what `done` said of it before submit returned */
	size_t inflight;       /* submitted, not done */
	size_t voided;	       /* submitted before a failure: their `done` means nothing */
	bool anew;	       /* it was deleted, and the store does not have that yet */
	uint64_t gone;	       /* the epoch that was deleted last */
	uint64_t retry_at;     /* ms: when to try the store again */
	unsigned retries;

	sync_buf ops;	 /* of the last commit: a JSON array */
	uint64_t edited; /* the last revision whose operations say a text as an edit */
	sync_buf delta;	 /* scratch of sync_doc_delta */
	sync_history history;
	sync_trail *trail;
	sync_clients clients;
	const sync_mutation *mutation; /* set around a transaction, or NULL */
	sync_events events;
	uint64_t events_mark; /* first event of this transaction */
	sync_presence presence;
	void (*heard)(void *arg, sync_doc *doc, const sync_here *here);
	void *heard_arg;

	sync_tasks tasks;
	struct sync_pool *pool;	 /* of the hub; NULL: none */
	uint64_t now;		 /* ms of the hub's clock, good while it is restless */
	sync_restless *restless; /* of the hub */
	sync_doc *restless_prev, *restless_next;
	bool roused;   /* it is among them */
	bool dozing;   /* … that doze */
	bool closable; /* it may be closed when nobody has it */
	unsigned holds;
	uint64_t idle_since;	      /* ms: since nobody has it */
	size_t place;		      /* among the documents of the hub */
	uint64_t (*clock)(void *arg); /* the same clock, asked; may be NULL */
	void *clock_arg;

	sync_watch **watches;
	size_t watch_count, watch_room;

	uint64_t sights[SYNC_DOC_SIGHTS]; /* rights that viewers have had */
	unsigned sight_count;
	sync_cached cache[SYNC_DOC_CACHE];
	unsigned cache_next;
};

/* What a document is made of. Pointers are borrowed for its life, but for the texts, which are
 * copied. */
typedef struct sync_doc_options {
	const sync_model *model;
	const void *handlers;
	void *context;
	const char *key, *kept;	    /* kept NULL: the key */
	const sync_identity *owner; /* NULL: none */
	sync_store *store;
	sync_random *random;
	struct sync_pool *pool;
	uint64_t (*clock)(void *arg);
	void *clock_arg;
	sync_restless *restless;
	bool closable;
} sync_doc_options;

/* Loads or makes the document. NULL: `error` (not NULL) says why; NOT_FOUND: the model has no such
 * key. */
sync_doc *sync_doc_new(const sync_doc_options *options, sync_error *error);
/* Its watches must be gone. NULL is fine. */
void sync_doc_free(sync_doc *doc);

/* Opens a transaction: CONFLICT inside another, OVERLOAD while the store is down. */
sync_status sync_doc_begin(sync_doc *doc, sync_error *error);
/* Ends it. A change makes a revision, and doc->ops says what it was ("[]": nothing; texts as
 * edits). After a failure the document is as it was at begin. `error` may be NULL. */
sync_status sync_doc_commit(sync_doc *doc, sync_error *error);
void sync_doc_abort(sync_doc *doc);

/* As sync_hub_delete(), for what a document knows itself. */
sync_status sync_doc_delete(sync_doc *doc, sync_error *error);

/* doc_restless.c: has the hub look at it from the next poll on. */
void sync_doc_rouse(sync_doc *doc);
/* The opposite. */
void sync_doc_rest(sync_doc *doc);
/* Nobody has it, and it is settled: from now on it only waits to be closed. */
void sync_doc_doze(sync_doc *doc);
/* Has somebody use for it: a watch, a hold, a task; or is something on its way to the store? */
bool sync_doc_in_use(const sync_doc *doc);
/* Is there nothing that time brings about? */
bool sync_doc_settled(const sync_doc *doc);
/* Nobody watches or holds it any more, maybe. */
void sync_doc_left(sync_doc *doc);

/* Tries again what waits for the store. `now`: ms of any steady clock. */
void sync_doc_poll(sync_doc *doc, uint64_t now);

/* Whether the state in memory is one that peers may be told of (once its revision is durable). */
static inline bool sync_doc_readable(const sync_doc *doc)
{
	return doc->mode != SYNC_DOC_LOST;
}

/* What stores see: everything but @local. */
#define SYNC_SEE_STORED (~(uint64_t)SYNC_SEE_LOCAL)

/* Appends the state as JSON: as a store sees it, or as a viewer with these SYNC_SEE_ bits. */
sync_status sync_doc_write(const sync_doc *doc, sync_buf *out);
sync_status sync_doc_write_seen(const sync_doc *doc, uint64_t sees, sync_buf *out);

/* doc_delta.c: what leads a viewer on: operations with commas between and without brackets, borrowed
 * until the next commit or delta; and to which revision. That may not be durable yet, but is where
 * there are none. */
typedef struct sync_delta {
	uint64_t to;
	const char *ops;
	size_t length;
} sync_delta;

/* From one revision, for such a viewer. `edits`: texts may be said as {"op":"text"}. STALE: that is
 * not known any more; TOO_BIG: it is longer than the state. */
sync_status sync_doc_delta(sync_doc *doc, uint64_t from, uint64_t sees, bool edits,
			   sync_delta *delta);
/* What the last commit was, in RFC 6902 alone: a JSON array, borrowed like the others. */
sync_status sync_doc_plain(sync_doc *doc, const char **ops, size_t *length);
/* A small number for these rights, for the kinds of cached frames; 0: there are too many. */
unsigned sync_doc_sight(sync_doc *doc, uint64_t sees);
/* Is there, or may there be, a way on from that revision? */
bool sync_doc_leads_from(const sync_doc *doc, uint64_t revision);

/* Do viewers see different things of it? */
static inline bool sync_doc_masked(const sync_doc *doc)
{
	return doc->model->features & SYNC_FEATURE(READ);
}

/* doc_here.c: somebody says what he is, or leaves, and everybody who watches is to know.
 * As sync_presence_set(); UNSUPPORTED: the model has no presence. */
sync_status sync_doc_here(sync_doc *doc, const struct sync_saying *says, sync_present **present,
			  sync_error *error);

/* NOMEM: not watching. */
sync_status sync_doc_watch(sync_doc *doc, sync_watch *watch);
void sync_doc_unwatch(sync_watch *watch);
/* Tells every watch. */
void sync_doc_changed(sync_doc *doc);

/* The cached frame, borrowed; NULL: none. */
sync_packet *sync_doc_cached(sync_doc *doc, unsigned kind, uint64_t from, uint64_t to);
/* The newest snapshot, borrowed, and its revision, which may not be durable yet; NULL: none. */
sync_packet *sync_doc_cached_whole(sync_doc *doc, unsigned kind, uint64_t *revision);
/* Keeps a frame (one more reference). */
void sync_doc_cache_put(sync_doc *doc, sync_cached entry);
void sync_doc_cache_clear(sync_doc *doc);

/* doc_load.c: a fresh state out of the store (or of defaults) and its tracker, replacing the
 * present ones; sets epoch (a new one when `renew`), revision and durable. After a failure nothing
 * has changed. *changed: it differs from what is stored. `store` NULL: of defaults. */
sync_status sync_doc_load(sync_doc *doc, sync_store *store, bool renew, bool *changed,
			  sync_error *error);

#endif
