/*
 * Inside of a client, a file each:
 *
 *   client           its life, and that of replicas
 *   client_link      when to dial, and when a connection is dead
 *   client_say       what it says;   client_apart    bytes in frames of their own
 *   client_hear      what it hears;  client_bin      bytes that come so
 *   client_replica   a document on its way from joined to live, and back
 *   client_patch     a patch that comes in;  client_advance   what it does to the document
 *   client_write     changes made here
 *   client_call      actions;  client_task   tasks;  client_here   presence
 *   client_plain     what untyped replicas show;  client_move   where their operations mean now
 *   client_keeper    what outlives it;  client_base   the state in that
 *
 * Invariants (numbers of the protocol in brackets)
 *   1. But for mutations nothing is queued: what is to be said follows from what stands here, and
 *      is written when it is asked for. So nobody can make it grow by not reading, or by asking
 *      often. A push or a task comes with the bytes that go in front of it, and nothing comes
 *      between.
 *   2. A replica's (epoch, rev) and what is confirmed of it change together, or not at all. (8)
 *   3. What is shown is what is confirmed with the pending mutations on it, nothing else.
 *      `confirmed` is there only while that makes a difference.
 *   4. Between a join and its `joined` patches of the document are of before, and dropped; nothing
 *      is pushed before the patch behind it was applied. (5)
 *   5. A mutation is kept before it is sent.
 *   6. The application is told when everything is as it shall be, so that it may do anything.
 *   7. Replicas are freed by client_sweep() alone, never while a frame is being read.
 */
#ifndef SYNCGEN_CLIENT_CORE_H
#define SYNCGEN_CLIENT_CORE_H

#include <syncgen/client.h>
#include <syncgen/track.h>

#include "client_apart.h"
#include "client_base.h"
#include "client_bin.h"
#include "client_outbox.h"
#include "client_value.h"
#include "client_wire.h"
#include "packet.h"
#include "random.h"

enum {
	CLIENT_HEARTBEAT_MS = 20000,
	CLIENT_HEARTBEAT_LEAST = 20,
	CLIENT_HEARTBEAT_MOST = 3600 * 1000,
	CLIENT_DEAD_HALVES = 5, /* half heartbeats without a sign of life */
	CLIENT_FIRST_MS = 500,	/* the most that is waited before the first try */
	CLIENT_MOST_MS = 30000,
	CLIENT_STEADY_MS = 5000,	    /* up for so long: waiting begins anew */
	CLIENT_OUTCOME_MS = 10 * 60 * 1000, /* a server remembers how a task ended for so long */
	CLIENT_OPENING_MS = 15000,
	CLIENT_ANSWER_MS = 30000,      /* for a join or a push, while there are signs of life */
	CLIENT_BYE_MOST = 3600 * 1000, /* no server sends anybody away for longer */
	CLIENT_REPAIRS = 3,	       /* joins anew in a row, before the connection is given up */
	CLIENT_RETRY_MS = 1000, /* for what is refused for a while, when nothing else is said */
	CLIENT_RETRY_MOST = 3600 * 1000,
	CLIENT_BATCH_MOST = 100, /* ms */
	CLIENT_PUSH_BYTES = 256 * 1024,
	CLIENT_PUSH_MUTATIONS = 64,
	CLIENT_FRAME_BYTES = 1024 * 1024,
	CLIENT_APART_BYTES = 1024 * 1024,
	CLIENT_FRAME_ROOM = 1024, /* of a push besides its mutations */
	CLIENT_HERE_BYTES = 16 * 1024
};

/* Of our side. */
enum { CLIENT_CLOSE_NORMAL = 1000, CLIENT_CLOSE_SILENT = 4408, CLIENT_CLOSE_GARBAGE = 4400 };

typedef enum replica_state {
	REPLICA_OUT,	/* not asked for on this connection */
	REPLICA_ASKED,	/* until `joined` */
	REPLICA_JOINED, /* until the first patch */
	REPLICA_LIVE,
	REPLICA_REFUSED /* `error` says why */
} replica_state;

struct sync_replica {
	sync_client *client;
	sync_replica *next;
	char *key;
	size_t key_length;
	sync_replica_options options;
	replica_state state;
	bool opened;  /* the application has it */
	bool closing; /* to be left and freed */
	bool loaded;
	bool anew; /* of another version of the model: join from nothing */
	unsigned repairs;
	sync_error error;
	char epoch[CLIENT_NAME_SIZE]; /* "": join from nothing */
	uint64_t rev;
	client_value shown;	/* typed */
	client_value confirmed; /* … without value: the shown one is */
	struct cJSON *json;	/* untyped: what is shown … */
	struct cJSON *plain; /* … and what is confirmed, where `parted`; else the shown one is */
	bool parted;
	struct cJSON *trial; /* what is going to be shown, when a change was taken in; NULL: none */
	outbox box;
	sync_client_task *tasks;
	char *here; /* what is said of this connection; NULL: nothing */
	bool here_owed;
	struct here_other *others; /* of whom the application was told, */
	unsigned other_count;	   /* so many */
	uint64_t push_at;	   /* what waits for more to be sent with; 0: does not */
	uint64_t pause;		   /* no push before */
	uint64_t asked_at;	   /* an answer to a join or a push is awaited since; 0: none */
	uint64_t rejoin_at;	   /* REFUSED for a while; 0: for good */
	uint64_t last;		   /* of `joined`, until the patch behind it */
	client_base base;	   /* what the queue has of what is confirmed */
	bool unkept;		   /* the queue could not be written */
	/* A patch that comes in parts: its operations so far, in brackets; of `of` parts `part`
	 * came. */
	sync_buf parts;
	uint64_t part, of, parts_rev;
};

typedef enum link_state {
	LINK_STOPPED,
	LINK_OFFLINE,
	LINK_WAITING,  /* until `at`, then it dials */
	LINK_DIALLING, /* until `at` at most */
	LINK_OPEN
} link_state;

struct sync_client {
	sync_client_options options;
	char *token, *meta;
	char id[CLIENT_NAME_SIZE], secret[CLIENT_NAME_SIZE];
	char life[CLIENT_NAME_SIZE]; /* of the server, as it says; "": it says nothing */
	unsigned lives;		     /* so many servers, or names there, it has spoken to */
	sync_random random;
	sync_replica *replicas;
	uint64_t now; /* as last told */

	link_state link;
	uint64_t at;
	bool hang_up; /* the transport has a connection it is to give up */
	unsigned hang_up_code, close_code;
	unsigned tries;
	uint64_t opened, heard, ping_at, not_before, bye_at; /* 0: not */
	uint64_t heartbeat;
	bool greeted, welcomed;
	bool ping_owed, pong_owed;
	uint64_t ping_id;
	char pong_id[CLIENT_NAME_SIZE]; /* raw JSON of the ping to be answered; "": it had none */
	sync_packet *current;		/* the frame given last, and those that belong behind it */
	uint64_t refs;			/* of bytes in frames of their own */
	client_bins bins;
	/* The server's limits; before it told any, those that it has as a rule. */
	size_t frame_bytes, push_bytes, push_mutations, apart_bytes;
	bool failed; /* `error` stands: hello was refused, or the end was final */
	sync_error error;
};

/* client.c */
sync_replica *client_find(const sync_client *client, const char *key);
void client_sweep(sync_client *client);
void client_changed(sync_client *client);
void client_uuid(sync_client *client, char *to); /* 36 characters and a NUL */
void client_default_limits(sync_client *client);

/* client_link.c: the connection is of no use any more; another is tried. */
void client_give_up(sync_client *client, unsigned code, sync_status status, const char *why);
void client_bye(sync_client *client, uint64_t after);
void client_set_heartbeat(sync_client *client, uint64_t ms);

/* client_hear.c */
void client_hear(sync_client *client, const char *data, size_t length, bool binary);

/* client_replica.c */
bool replica_init(sync_replica *replica);
void replica_release(sync_replica *replica);
void replica_reset(sync_replica *replica); /* the connection is gone */
/* `again`: ms from now on; 0: for good. */
void replica_refuse(sync_replica *replica, const sync_error *error, uint64_t again);
void replica_gone(sync_replica *replica, const sync_error *error);
/* Back to what nobody has told. Without memory for it the old state stays, unloaded. */
void replica_forget(sync_replica *replica);
void replica_asks(sync_replica *replica); /* its join is said */
void replica_joined(sync_replica *replica, uint64_t last);
/* An answer about a mutation, until the patch that covers it. */
bool replica_nack(sync_replica *replica, const client_object *frame, sync_error *error);
/* What the server says of its revision, without sending it: more than we have is a loss. */
void replica_compare(sync_replica *replica, uint64_t rev);
/* A push was refused as a whole. `told` is taken over. */
void replica_bounced(sync_replica *replica, failure *told, bool temporary, uint64_t after);
/* It does not fit any more: asked for anew, but not for ever. */
void replica_rejoin(sync_replica *replica);
/* A patch does not apply: our state may be wrong, so a snapshot; if that one is, nothing helps. */
void replica_fail_patch(sync_replica *replica, bool whole, const sync_error *error);
void replica_forget_parts(sync_replica *replica);
void replica_live(sync_replica *replica); /* a patch was applied */
/* Tell the application. */
void replica_status(sync_replica *replica);
void replica_changed(sync_replica *replica, const sync_replica_change *change);

/* client_patch.c. False: it is no patch; *error says why. */
bool replica_patch(sync_replica *replica, const client_object *frame, sync_error *error);

/* client_write.c */
/* What is shown is not what is confirmed from now on. False: out of memory. */
bool replica_part(sync_replica *replica);
/* The confirmed state of an untyped one. */
struct cJSON *replica_plain(const sync_replica *replica);
/* … the pending mutations are on it again, each as it is kept; those that do not fit are dead. */
void replica_show_pending(sync_replica *replica);
/* The same of an untyped one. False: out of memory. */
bool replica_show_plain(sync_replica *replica);
/* A push to be sent now? It is chosen and kept then. */
bool replica_pushes(const sync_replica *replica);
bool replica_take_push(sync_replica *replica);
void outbox_limits_of(const sync_client *client, outbox_limits *limits);
/* What `change` does to the shown state, as operations; nothing is changed yet. */
sync_status replica_try_out(sync_replica *replica, sync_status (*change)(void *state, void *arg),
			    void *arg, sync_buf *ops, sync_error *error);
/* `one`, whose operations are pending in the shown state, becomes part of it; or nothing has
 * happened. It is the outbox's then, or else freed. */
sync_status replica_take_in(sync_replica *replica, mutation *one, sync_error *error);
/* What is shown is what is confirmed, where nothing makes a difference any more. */
void replica_join_up(sync_replica *replica);

/* client_guard.c: appends the operations on a value, those on @merge(checked) fields behind a
 * `test` for what stands there. What does not fit stays as it is. NOMEM. Nothing is pending in the
 * value before and after. */
sync_status client_guard(client_value *value, const char *ops, size_t length, sync_buf *out);

/* client_call.c */
/* Is there such a call, with such arguments? */
sync_status replica_check_call(const sync_replica *replica, const char *name, bool task,
			       const char *args, size_t length, sync_error *error);
/* Where bytes stand in the arguments of a call; the caller's. OK or NOMEM. */
sync_status replica_find_bytes(const sync_replica *replica, const char *name, const char *args,
			       client_spans *spans);
/* Typed arguments as JSON text. */
sync_status replica_write_args(const sync_replica *replica, const char *name, const void *args,
			       sync_buf *out, sync_error *error);
/* Calls `tell` with the reply, its value read as the result of that call. */
void replica_reply(sync_replica *replica, const char *name, sync_reply *reply,
		   void (*tell)(void *arg, const sync_reply *reply), void *arg);
/* Tells callers and the application of what is over. */
void replica_tell_over(sync_replica *replica);
/* Callers whose patience has ended; the next one's end, UINT64_MAX: none. */
void replica_look_at_callers(sync_replica *replica);
uint64_t replica_deadline(const sync_replica *replica);

/* client_keeper.c */
sync_status keeper_identify(sync_client *client);
sync_status keeper_recall(sync_client *client);
/* Brings the queue up to date. */
sync_status keeper_store(sync_replica *replica);
sync_status keeper_restore(sync_replica *replica);
/* The replica is not going to change any more. */
void keeper_close(sync_replica *replica);

/* client_task.c */
struct sync_client_task {
	sync_replica *replica;
	sync_client_task *next;
	char id[40], *name, *args;
	client_spans bytes;	/* in `args` */
	bool said;		/* ever */
	unsigned life;		/* … first to this of `lives` */
	uint64_t said_at;	/* … and then, ms */
	bool running;		/* the server said so */
	bool owed, cancel_owed; /* to be said on this connection */
	bool cancel;
	sync_client_task_request request;
};
void tasks_free(sync_client_task *tasks);
void tasks_reset(sync_replica *replica); /* not in step any more */
void tasks_live(sync_replica *replica);	 /* in step: each is said again */
/* Has one ended that was never said? Tells of those. */
bool tasks_wait(const sync_replica *replica);
void tasks_look(sync_replica *replica);
bool tasks_speak(const sync_replica *replica);
/* Writes the members of the next frame about one, and returns its `t`. */
const char *tasks_say(sync_replica *replica, client_apart *apart, sync_buf *out);
bool tasks_hear(sync_replica *replica, const client_object *frame, sync_error *error);
/* An error frame about a task. */
void tasks_refused(sync_replica *replica, const char *id, const sync_error *told);
void tasks_give_up(sync_replica *replica, const sync_error *error);

/* client_here.c */
bool here_hear(sync_replica *replica, const client_object *frame, sync_error *error);
/* Nobody can be seen any more: the application is told that they left. */
void here_lost(sync_replica *replica);
void here_free(sync_replica *replica);

#endif
