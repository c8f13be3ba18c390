/*
 * Inside of a session: what it has told its peer, and what it still has to.
 *
 * Invariants
 *   1. For each document there is a cursor, the revision that the peer stands at once it has read
 *      all frames it was given; no queue of patches.
 *   2. What is queued are answers (and, for an author, the patches that precede its own): bounded.
 * A peer that asks and does not read is closed.
 *   3. A peer's own change is not sent back to it; where the commit differs from what it sent, or
 *      others' changes lie between, it gets the whole state.
 */
#ifndef SYNCGEN_SESSION_CORE_H
#define SYNCGEN_SESSION_CORE_H

#include <syncgen/session.h>

#include "hub_core.h"
#include "task_core.h"

/* A document of a session. A fan-out looks at all that stands before `told`: it is kept
 * together. */
typedef struct sync_join {
	sync_watch watch; /* first: the watch is the join */
	sync_session *session;
	uint64_t epoch, revision; /* where the peer stands; epoch 0: it has nothing */
	uint64_t event;		  /* number of the next event it has not been given */
	unsigned index;		  /* among the session's */
	bool resync : 1;	  /* it needs the whole state */
	bool pending : 1;	  /* to be looked at by next() */
	/* native: */
	bool withdrawn : 1; /* the program took it away: the peer is to be told */
	bool owed : 1;	    /* a patch, though the revision may be the same */
	bool greet : 1;	    /* `joined`, before anything else */
	uint64_t sees;	    /* SYNC_SEE_ bits of what it may read */
	uint64_t looked; /* up to this revision nothing that it sees has changed since `revision` */
	uint64_t answered;   /* number of the last mutation that it was given the answer to */
	sync_author *client; /* who it speaks for among the document's clients, or NULL … */
	uint64_t client_at;  /* … as of their `changes` + 1; 0: not looked up */
	sync_packet
		*held; /* a patch to the revision `held_to`, until that is durable; NULL: none */
	sync_packet
		*part; /* what is next of a patch in parts to the revision `part_to`; NULL: none */
	sync_task_ear ear;
	struct ws_sync_told *told; /* ws-sync: what it was told of lately, or NULL */
	uint64_t resync_at;	   /* what `resync` is about: at this revision or later */
	uint64_t held_to, part_to;
	uint64_t number;       /* among all joins: a later one of the same client takes over */
	sync_present *present; /* what it says of itself, or NULL */
	uint64_t here;	       /* number of the last change of presence that it was told of */
	uint64_t here_from;    /* … and when it joined */
} sync_join;

struct sync_native; /* session_native.c */

enum {
	SYNC_SESSION_DOCS = 256,
	SYNC_HELLO_MS = 10000,
	SYNC_QUEUE_BYTES = 16 * 1024 * 1024 /* of answers that wait, if it is not one alone */
};

/* What a session does by its dialect. */
typedef struct sync_speech {
	/* The first thing said, if it is the server's. False: it cannot be. */
	bool (*open)(sync_session *session, const sync_session_options *options);
	void (*receive)(sync_session *session, const char *data, size_t length, bool binary);
	void (*refuse)(sync_session *session, const sync_error *error);
	/* One document's next frame, borrowed or (in *made) new; NULL: none now, then the join is
	 * idle unless memory ran out. */
	sync_packet *(*next)(sync_join *join, bool *made);
	unsigned queue; /* answers that may wait */
} sync_speech;

extern const sync_speech sync_speech_ws_sync, sync_speech_native;

/* As in a join, what a fan-out looks at comes first. */
struct sync_session {
	const sync_speech *speech;
	void (*wake)(void *arg);
	void *arg;
	sync_packet *current; /* the frame given last */
	sync_join **joins;    /* the first in `first_join`, as long as there is room in it */
	sync_join *first_join;
	unsigned hello_ms;
	uint16_t pending; /* joins that are */
	uint16_t join_count, join_room;
	uint16_t queue_first, queue_count, queue_room;
	uint16_t close_code;
	bool busy : 1;	     /* inside a call: no wake */
	bool awake : 1;	     /* wake was called, next() not yet false */
	bool leaving : 1;    /* to be closed when nothing is left to be said */
	bool asking : 1;     /* ws-sync: who it is, and nothing else is heard until it says so */
	bool claimed : 1;    /* it is among the hub's sessions by identity */
	bool announced : 1;  /* the program was told of it, and not yet that it is gone */
	bool dismissed : 1;  /* what is queued is the last that it is told */
	sync_packet **queue; /* a ring */
	size_t queue_bytes;
	struct sync_native *native; /* NULL in other dialects */
	sync_hub *hub;
	sync_session *prev, *next; /* of the hub */
	uint64_t number;	   /* among all sessions of the hub */
	sync_status (*authenticate)(void *arg, const sync_credentials *shown, sync_grant *grant);
	void *authenticate_arg;
	size_t max_message;
	uint64_t opened;	 /* ms */
	struct ws_sync_due *due; /* ws-sync: what the bytes are for that come next; NULL: none do */
	char **keys;		 /* what it is given or may join; NULL: all */
	sync_str user, name;	 /* of its _USER_SESSION */
	sync_identity who;
	const sync_identity
		*identity;	  /* &who once that is known, for documents of @session models */
	struct sync_rates *rates; /* of the calls with an @rate that it made; NULL: none */
};

sync_join *sync_session_join(sync_session *session, const char *key);
/* Joins the document, which the session has not joined yet; the join is pending. NULL: out of
 * memory. */
sync_join *sync_session_add(sync_session *session, sync_doc *doc);
void sync_session_leave(sync_join *join);

/* Is that among what it was promised? (Whether there is one is another question.) */
bool sync_session_allows(const sync_session *session, const char *key);
/* The document with that key, as this peer may have it; as sync_hub_open(). */
sync_status sync_session_open(sync_session *session, const char *key, sync_doc **doc,
			      sync_error *error);

/* Queues a frame, taking the reference over. NULL: memory ran out while it was made. When the queue
 * is full, the session is to be closed. */
void sync_session_queue(sync_session *session, sync_packet *packet);
/* Is there room for it? */
bool sync_session_has_room(const sync_session *session, const sync_packet *packet);

/* session_rate.c: counts a call of this peer's. RATE: it was too many, *wait_ms is how long to
 * wait. */
sync_status sync_session_may_call(sync_session *session, const sync_call_info *info,
				  uint64_t *wait_ms, sync_error *error);

/* Has next() look at the join. */
void sync_join_wake(sync_join *join);
/* The peer is to get the whole state, at `revision` or later. */
void sync_join_resync(sync_join *join, uint64_t revision);
/* The opposite: nothing to look at for now. */
void sync_join_idle(sync_join *join);
/* Its next event; NULL: there is none to be told now. */
sync_event *sync_join_event(sync_join *join);

/* session_identity.c: the program is told of it, and that it is gone. */
void sync_session_announce(sync_session *session);
void sync_session_depart(sync_session *session);
/* Makes it the one session of its identity: another one is dismissed. False: out of memory. */
bool sync_session_claim(sync_session *session);
/* In the hub's list from its first to its last moment. */
void sync_session_link(sync_session *session);
void sync_session_unlink(sync_session *session);

/* ws_sync_cross.c */
void ws_sync_forget_told(sync_join *join);

/* session.c: has the transport ask for frames. */
void sync_session_wake(sync_session *session);

/* session_native.c. False: out of memory. */
bool sync_native_open(sync_session *session, const sync_session_options *options);
void sync_native_close(sync_session *session);
void sync_native_tick(sync_session *session);
void sync_native_bye(sync_session *session, unsigned after_ms);

#endif
