/*
 * Inside of a session: what it has told its peer, and what it still has to.
 *
 * Invariants
 *   1. For each document there is a cursor, the revision that the peer stands at once it has read
 * all frames it was given; no queue of patches.
 *   2. What is queued are answers (and, for an author, the patches that precede its own): bounded.
 * A peer that asks and does not read is closed.
 *   3. A peer's own change is not sent back to it; where the commit differs from what it sent, or
 *      others' changes lie between, it gets the whole state.
 */
#ifndef SYNCGEN_SESSION_CORE_H
#define SYNCGEN_SESSION_CORE_H

#include <syncgen/session.h>

#include "hub_core.h"
#include "wire_ws_sync.h"

enum { SYNC_SESSION_QUEUE = 32 };

/* Close codes: reconnect 4000–4499, final 4500–4999. */
enum { SYNC_CLOSE_SLOW = 4001, SYNC_CLOSE_INTERNAL = 1011 };

/* A document of a session. */
typedef struct sync_join {
	sync_watch watch; /* first: the watch is the join */
	sync_session *session;
	uint64_t epoch, revision; /* where the peer stands; epoch 0: it has nothing */
	uint64_t event;		  /* number of the next event it has not been given */
	bool resync;		  /* it needs the whole state … */
	uint64_t resync_at;	  /* … at this revision or later */
	bool pending;		  /* to be looked at by next() */
} sync_join;

struct sync_session {
	sync_hub *hub;
	size_t max_message;
	void (*wake)(void *arg);
	void *arg;
	bool busy;  /* inside a call: no wake */
	bool awake; /* wake was called, next() not yet false */
	unsigned close_code;
	sync_str user, name; /* of its _USER_SESSION */
	sync_packet *queue[SYNC_SESSION_QUEUE];
	unsigned queue_first, queue_count;
	sync_packet *current; /* the frame given last */
	size_t pending;	      /* joins that are */
	size_t join_count;
	sync_join joins[];
};

sync_join *sync_session_join(sync_session *session, const char *key);

/* Queues a frame, taking the reference over. NULL: memory ran out while it was made. When the queue
 * is full, the session is to be closed. */
void sync_session_queue(sync_session *session, sync_packet *packet);

/* Has next() look at the join. */
void sync_join_wake(sync_join *join);
/* The peer is to get the whole state, at `revision` or later. */
void sync_join_resync(sync_join *join, uint64_t revision);
/* Queues what leads the peer to the durable revision, if it has not been given that. */
void sync_join_catch_up(sync_join *join);

/* session_ws_sync.c: a message of the dialect. */
void sync_session_receive_ws_sync(sync_session *session, const char *text, size_t length);

#endif
