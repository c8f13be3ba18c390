/*
 * Inside of a hub, for sessions and servers: its models in the order in which they were added, and
 * the documents that are open. hub.c: its life; hub_docs.c: finding, opening and closing documents;
 * hub_alarm.c: what is to be done a while later.
 *
 * Invariants
 *   1. A document is open once: all who have its key, and of a @session model its identity, share
 *      it.
 *   2. Only a poll closes a document, and none that is in use.
 *   3. What a peer may not open is to it as if it were not there.
 */
#ifndef SYNCGEN_HUB_CORE_H
#define SYNCGEN_HUB_CORE_H

#include <syncgen/hub.h>

#include "index.h"
#include "model_key.h"
#include "task_core.h"

/* A model and what the application does for it. */
typedef struct sync_served {
	const sync_model *model;
	const void *handlers;
	void *context;
	sync_doc *only; /* its single document; NULL: it is one of many */
} sync_served;

/* Something to be done when a while has passed. Lives inside its owner, who clears it before he
 * goes. */
typedef struct sync_alarm {
	struct sync_alarm *prev, *next;
	sync_hub *hub; /* NULL: it is not set */
	uint64_t at;   /* ms */
	void (*ring)(struct sync_alarm *alarm);
} sync_alarm;

struct sync_hub {
	sync_store *store;
	bool own_store;
	sync_random random;
	uint64_t life; /* another one each time that a server starts: what runs is known to it alone */
	sync_pool *pool;
	uint64_t (*clock)(void *arg);
	void *clock_arg;
	sync_status (*may_open)(void *arg, const sync_model *model, const void *params,
				const sync_identity *who);
	void *may_open_arg;
	size_t max_docs;
	uint64_t idle_ms;
	uint64_t now;
	uint64_t joins, sessions; /* so many there have been */
	bool repeatable;	  /* for a test: secrets come from `random` */
	sync_served *models;
	size_t model_count, model_room;
	sync_doc **docs; /* that are open, in no order */
	size_t count, room;
	struct sync_index *by_name; /* of documents, by what the store calls them */
	sync_restless restless;
	uint64_t look_at; /* ms: when one that dozes is to be closed */
	uint64_t crowd_at; /* … when it is worth to look whether some can make room */
	sync_alarm *alarms;
	void (*connected)(void *arg, sync_session *session);
	void (*disconnected)(void *arg, sync_session *session);
	void *connection_arg;
	sync_session *first_session;
	struct sync_index *by_identity; /* sessions that have one to themselves */
	size_t identified;
	sync_buf args; /* of the call being read */
};

/* A model whose documents are many, or come to an end. */
static inline bool sync_model_is_many(const sync_model *model)
{
	return model->params || model->flags & SYNC_MODEL_SESSION || model->ttl_ms;
}

/* The model of that name; NULL: there is none. */
const sync_model *sync_hub_model(const sync_hub *hub, const char *name);

/*
 * The document with that key, opened when it is not. `who`: whose, when it is of a @session model;
 * may be NULL. `peer`: it is for a peer, which is asked about. NOT_FOUND: there is no such document
 * (or not for this peer); OVERLOAD: too many are open; NOMEM; or what was wrong with loading it.
 * `error` is not NULL.
 */
sync_status sync_hub_open(sync_hub *hub, const char *key, const sync_identity *who, bool peer,
			  sync_doc **doc, sync_error *error);
/* Can there be a document with that key, whoever asks? */
bool sync_hub_has(const sync_hub *hub, const char *key);
bool sync_hub_is_of(const sync_hub *hub, const char *key, const sync_model *model);
/* The model whose template that is, and which has parameters; NULL: none. */
const sync_model *sync_hub_template(const sync_hub *hub, const char *pattern);
/* The only document of a model just added. */
sync_status sync_hub_open_only(sync_hub *hub, sync_served *served, sync_error *error);
/* For the end: closes all. */
void sync_hub_close_all(sync_hub *hub);
/* Closes one of many if nobody has had it for long enough; then, with @ttl, it is forgotten. Until then it
 * dozes. */
void sync_hub_close_idle(sync_hub *hub, sync_doc *doc);
/* The same of those that doze. */
void sync_hub_close_dozing(sync_hub *hub);

/* hub_alarm.c: in so many ms from now, whatever was set before. It is not set any more when it
 * rings. */
void sync_alarm_set(sync_alarm *alarm, sync_hub *hub, uint64_t ms);
void sync_alarm_clear(sync_alarm *alarm);
/* Rings those whose time has come. */
void sync_hub_ring(sync_hub *hub);

/* Cancels all tasks and waits for their jobs. */
void sync_hub_end_tasks(sync_hub *hub);

/* Random bytes nobody can guess. False: the system has none. */
bool sync_hub_secret(sync_hub *hub, unsigned char *bytes, size_t count);

#endif
