/*
 * One live instance of a model: its state, its revision, and the only way to change it.
 *
 *   apply → check → commit → durable → fan out
 *
 * A change happens inside sync_update(): the function changes the state through generated setters;
 * when it returns OK and all constraints hold, the change becomes a revision, goes to the store,
 * and once that is durable to the subscribers; otherwise nothing has happened. One thread.
 */
#ifndef SYNCGEN_DOC_H
#define SYNCGEN_DOC_H

#include <syncgen/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_doc sync_doc;

/* The state, for reading: a `const T *` of the model's struct. Borrowed until the next change. */
const void *sync_doc_state(const sync_doc *doc);
const sync_model *sync_doc_model(const sync_doc *doc);
const char *sync_doc_key(const sync_doc *doc); /* borrowed for its life */
/* What its key says: a `const T *` of the struct of the model's parameters; NULL: the key has
 * none. */
const void *sync_doc_params(const sync_doc *doc);

/* Who somebody is: two names, never NULL. A document of a @session model belongs to such a pair. */
typedef struct sync_identity {
	const char *user, *session;
} sync_identity;

/* Whose it is; NULL: it is not of a @session model. */
const sync_identity *sync_doc_owner(const sync_doc *doc);

/*
 * Documents that are one of many (with parameters in the key, @session, @ttl) are closed some time
 * after the last peer has left them. To keep a pointer to one, hold it, and drop it as often.
 */
void sync_doc_hold(sync_doc *doc);
void sync_doc_drop(sync_doc *doc);

/* How many changes it has seen; what is durable may be less. */
uint64_t sync_doc_revision(const sync_doc *doc);

/*
 * Runs `change` on the state as one transaction. `state` is what generated setters take (NotesDoc
 * *). Returns what `change` returned, or INVALID and others when the result breaks a constraint;
 * `error` (may be NULL) says what. Inside a handler the document is in a transaction already:
 * CONFLICT.
 */
sync_status sync_update(sync_doc *doc, sync_status (*change)(void *state, void *arg), void *arg,
			sync_error *error);

/* Sends an event of the model to all subscribers, inside of a transaction with what that changes, or
 * not at all. `args` is a `const T *` of its parameters, copied. NOMEM. What generated
 * T_emit_EVENT() calls. */
sync_status sync_doc_emit(sync_doc *doc, const sync_event_info *event, const void *args);

/* ---- who is here -------------------------------------------------------------------------- */

/* What one connection says of itself, by the model's `presence`. Borrowed for the call. */
typedef struct sync_here {
	const char *who;   /* the connection: a name nobody else has, good as long as it lasts */
	const char *user;  /* what it calls itself, "" when it does not */
	const void *state; /* a `const T *` of the presence's struct; NULL: it left, or says nothing
			      more */
} sync_here;

/* Visits all that are here, in no order. `visit` must not free anything. */
void sync_doc_each_here(const sync_doc *doc, void (*visit)(void *arg, const sync_here *here),
			void *arg);
/* Has `heard` called with every change of somebody's presence, from then on; NULL: no more. It must
 * not free anything. */
void sync_doc_on_here(sync_doc *doc, void (*heard)(void *arg, sync_doc *doc, const sync_here *here),
		      void *arg);

#ifdef __cplusplus
}
#endif
#endif
