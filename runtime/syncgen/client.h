/*
 * A client of `sync.v1.json` (docs/protocol.md), without a socket, a clock or randomness of its
 * own; and, at the end, its socket.
 *
 *   sync_client *client = sync_client_new(&(sync_client_options){ .seed = 0 });
 *   sync_replica *notes = sync_client_open(client, "NOTES",
 *                                          &(sync_replica_options){ .model = &notes_model }, NULL);
 *   sync_client_socket *socket = sync_client_socket_new(
 *           client, &(sync_client_socket_options){ .url = "wss://example.org/ws" }, NULL);
 *   sync_client_socket_run(socket);
 *
 * A replica holds one document: typed, when a model is given, and then read plainly through
 * sync_replica_state(); else as plain JSON. What it shows is what the server has confirmed with the
 * changes that were made here and still wait for their answer; it stays readable, and can be
 * changed, while the connection is away. Joining, resuming, repairing, sending and reconnecting
 * happen by themselves.
 *
 * A change that was made here is shown at once, kept in the queue (sync_queue, if there is one)
 * before it is sent, sent in order and done exactly once. What others change meanwhile is brought
 * in under it. A change that the server refuses is taken back and kept in the quarantine, where it
 * can be looked at, tried again or thrown away; none is dropped in silence.
 *
 * One thread. Callbacks may call anything of the client but sync_client_free(), the transport's
 * calls, and what waits in a loop. Times are milliseconds of any clock that never goes back.
 */
#ifndef SYNCGEN_CLIENT_H
#define SYNCGEN_CLIENT_H

#include <syncgen/model.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cJSON;

typedef struct sync_client sync_client;
typedef struct sync_replica sync_replica;
typedef struct sync_queue sync_queue; /* queue.h */

/* ---- the client --------------------------------------------------------------------------- */

typedef enum sync_syncing {
	SYNC_SYNCING_IDLE, /* nothing to be done */
	SYNC_SYNCING_BUSY, /* connecting, joining, waiting for a patch */
	SYNC_SYNCING_ERROR /* `error` says why; what is temporary is tried again when reconnecting */
} sync_syncing;

typedef struct sync_client_status {
	bool online;	/* it may dial */
	bool connected; /* the server has said welcome */
	bool final;	/* stopped: by sync_client_stop(), or for good by the server */
	sync_syncing syncing;
	bool waiting;	   /* it dials again, */
	uint64_t retry_in; /* ms after it was last told the time */
	unsigned code;	   /* the close code of the last connection, 0: none came */
	sync_error error;  /* what went wrong last; code OK: nothing, since the last welcome */
} sync_client_status;

typedef struct sync_client_options {
	/* Of an earlier life, what sync_client_id() and sync_client_secret() gave then; or NULL. */
	const char *id, *secret;
	const char *token;  /* NULL: none */
	const char *meta;   /* a JSON object that handlers see: {"user": …}; NULL: none */
	uint64_t seed;	    /* of jitter and the name; 0: the kernel is asked */
	size_t max_message; /* bytes of a frame; 0: 16 MiB */
	/* Bytes of a snapshot in parts, and of those that wait in frames of their own; 0: 256 MiB. */
	size_t max_parts;
	unsigned attempts;    /* tries again in a row before it gives up; 0: no end */
	unsigned max_wait_ms; /* between two tries; 0: 30,000 */
	size_t batch_bytes;   /* of a push; 0: what the server takes */
	unsigned batch_ms;    /* a change waits so long for others to be sent with, at most 100 */
	/* Where changes are kept until they are answered, the state that they are on or that was
	 * the last, and the name and secret of the client; borrowed, free the client first. NULL:
	 * they live as long as the client. */
	sync_queue *queue;
	/* The status changed. May be NULL. */
	void (*changed)(void *arg, sync_client *client);
	void *arg;
} sync_client_options;

/* NULL: out of memory, `meta` is no JSON object, or the queue cannot be read. Options are copied. It wants to dial at
 * once. */
sync_client *sync_client_new(const sync_client_options *options);
/* With all of its replicas. NULL is fine. */
void sync_client_free(sync_client *client);

void sync_client_status_get(const sync_client *client, sync_client_status *status);
/* Its name and secret, to be kept for a later life; "" before the server gave one. Borrowed. */
const char *sync_client_id(const sync_client *client);
const char *sync_client_secret(const sync_client *client);

/* The machine went offline: hangs up and does not dial; online again: dials at once. */
void sync_client_set_online(sync_client *client, uint64_t now, bool online);
/* Hangs up and stays away, until sync_client_start(), which also undoes a final end. */
void sync_client_stop(sync_client *client);
void sync_client_start(sync_client *client, uint64_t now);

/* ---- replicas ----------------------------------------------------------------------------- */

typedef struct sync_replica_change {
	bool whole;	   /* a snapshot: `ops` is NULL, read the state */
	bool local;	   /* made here: `from` and `rev` are the same */
	const char *epoch; /* borrowed, as `ops` */
	uint64_t from, rev;
	const char *ops; /* the operations on what was shown: a JSON array (RFC 6902) */
	size_t length;
} sync_replica_change;

typedef struct sync_replica_status {
	bool loaded;	/* the state is the document's, not the defaults */
	bool connected; /* changes arrive */
	sync_syncing syncing;
	uint64_t rev;
	const char *epoch;  /* borrowed; "": none yet */
	size_t pending;	    /* changes and actions without an answer */
	size_t quarantined; /* those that were refused */
	sync_error error;   /* with SYNC_SYNCING_ERROR */
} sync_replica_status;

/* How a change, an action or a task ended. Borrowed for the call. */
typedef struct sync_reply {
	sync_status status; /* OK: it was done */
	/* What it gave, as JSON text (bytes are base64, however they travelled), and read: a `const
	 * T *` of the result's struct in generated code. NULL: nothing. `result` is NULL for
	 * untyped replicas too. */
	const char *value;
	size_t length;
	const void *result;
	sync_error
		error; /* status not OK; its pointer is the place in the document that was refused */
	/* An error of the schema (`throws`): its name, and its arguments as JSON text. NULL:
	 * another one. */
	const char *thrown, *args;
} sync_reply;

typedef void (*sync_reply_fn)(void *arg, sync_replica *replica, const sync_reply *reply);

/* What was refused. Borrowed until the quarantine changes. */
typedef struct sync_refusal {
	uint64_t id;	    /* for retry and discard */
	const char *action; /* NULL: a change, … */
	const char *ops;    /* … these operations; */
	const char *args;   /* else the action's arguments. JSON text. */
	sync_error error;
	const char *current; /* what stood there instead, JSON text; NULL: not told */
} sync_refusal;

typedef struct sync_replica_options {
	const sync_model *model; /* NULL: untyped; borrowed for as long as the client lives */
	/* The state has changed, to a whole revision of the document. May be NULL. */
	void (*changed)(void *arg, sync_replica *replica, const sync_replica_change *change);
	/* An event of the document; `args` is JSON text, `value` the same read (a `const T *` of
	 * the event's parameters; NULL when untyped). May be NULL. */
	void (*event)(void *arg, sync_replica *replica, const char *name, const char *args,
		      size_t length, const void *value);
	/* The status changed. May be NULL. */
	void (*status)(void *arg, sync_replica *replica);
	/* Something went into the quarantine. May be NULL. */
	void (*refused)(void *arg, sync_replica *replica, const sync_refusal *refusal);
	/* What another connection says of itself: JSON text, and read (a `const T *` of the model's
	 * presence, NULL when untyped). Both NULL: it left, or cannot be seen because this client
	 * lost its own connection. `who` is its name, another one after each reconnect. May be
	 * NULL. */
	void (*here)(void *arg, sync_replica *replica, const char *who, const char *state,
		     const void *value);
	void *arg;
} sync_replica_options;

/* Joins a document, now or when connected. `key` NULL: the model's. NULL: INVALID (no key, or one
 * that is too long), CONFLICT (it is open already), NOMEM; `error` (may be NULL) says which. */
sync_replica *sync_client_open(sync_client *client, const char *key,
			       const sync_replica_options *options, sync_error *error);
/* Leaves it; its callbacks are not called any more. The state is not to be read after. */
void sync_replica_close(sync_replica *replica);

const char *sync_replica_key(const sync_replica *replica);
void sync_replica_status_get(const sync_replica *replica, sync_replica_status *status);
/* A `const T *` of the model's struct, the defaults before it is loaded; NULL: untyped. Borrowed
 * until control goes back to the transport. */
const void *sync_replica_state(const sync_replica *replica);
/* The untyped state; NULL: JSON null, or not loaded, or typed. */
const struct cJSON *sync_replica_json(const sync_replica *replica);
/* Appends the state as JSON text, of either kind. */
sync_status sync_replica_write(const sync_replica *replica, sync_buf *out);

/* ---- changing ----------------------------------------------------------------------------- */

/*
 * Runs `change` on the shown state, which generated setters change (`state` is a NotesDoc *); when
 * it returns OK and all constraints hold, the change is shown and waits to be sent; else nothing
 * has happened.
 * UNSUPPORTED: untyped. READONLY: only the server writes that. TOO_BIG: no push can hold it.
 * `error` may be NULL.
 */
sync_status sync_replica_update(sync_replica *replica,
				sync_status (*change)(void *state, void *arg), void *arg,
				sync_error *error);
/* The same with operations on what is shown: RFC 6902, and `inc` and `text` (docs/protocol.md).
 * Untyped replicas check that they fit what is shown, no constraints; CONFLICT: not loaded yet.
 * What others change meanwhile moves positions in what they show; an edit of a text that others
 * edit too, or of an element that is gone, is not shown until the server has done or refused it. */
sync_status sync_replica_patch(sync_replica *replica, const char *ops, size_t length,
			       sync_error *error);

typedef struct sync_request {
	/* JSON text, an object; NULL: none. Copied. Bytes are base64; from 1 KiB on those of a
	 * typed replica travel in frames of their own, as many as the server takes. */
	const char *args;
	size_t length;
	/* What it is expected to change, shown until the answer comes; typed replicas. May be
	 * NULL. */
	sync_status (*ahead)(void *state, void *arg);
	void *ahead_arg;
	unsigned timeout_ms; /* then `done` gets OVERLOAD; the action stays in the queue. 0: none */
	/* Called once, not before the call has returned; not when the replica is closed first. May
	 * be NULL: then a refusal goes to the quarantine. */
	sync_reply_fn done;
	void *arg;
} sync_request;

/* Calls an action, now or when connected, exactly once. */
sync_status sync_replica_call(sync_replica *replica, const char *action,
			      const sync_request *request, sync_error *error);

/* The same, `args` as the schema has them (a `const T *` of the action's parameters; NULL: their
 * defaults), those in `request` are not looked at: what generated code calls. UNSUPPORTED:
 * untyped. */
sync_status sync_replica_call_typed(sync_replica *replica, const char *action, const void *args,
				    const sync_request *request, sync_error *error);

/* The quarantine, oldest first. NULL: there is no such one. */
const sync_refusal *sync_replica_refusal(const sync_replica *replica, size_t index);
/* Sends it again, as it was. NOT_FOUND: no such one; CONFLICT: a change that does not fit any
 * more. */
sync_status sync_replica_retry(sync_replica *replica, uint64_t id, sync_error *error);
/* Throws it away. NOT_FOUND. */
sync_status sync_replica_discard(sync_replica *replica, uint64_t id);

/* ---- tasks -------------------------------------------------------------------------------- */

typedef struct sync_client_task sync_client_task;

typedef struct sync_client_task_request {
	const char *args; /* JSON text, an object; NULL: none. Copied. */
	size_t length;
	/* The newest progress: JSON text, and read as the schema has it (NULL: untyped). May be
	 * NULL. */
	void (*progress)(void *arg, sync_client_task *task, const char *progress, size_t length,
			 const void *value);
	/* Its one outcome. GONE: it was cancelled. The task is freed behind it. May be NULL. */
	void (*done)(void *arg, sync_client_task *task, const sync_reply *reply);
	void *arg;
} sync_client_task_request;

/* Starts a task, now or when connected; it goes on over reconnects. NULL: `error` (may be NULL)
 * says why. Owned by the replica, good until `done` was called or the replica closed. */
sync_client_task *sync_replica_start(sync_replica *replica, const char *name,
				     const sync_client_task_request *request, sync_error *error);
/* The same with typed arguments. */
sync_client_task *sync_replica_start_typed(sync_replica *replica, const char *name,
					   const void *args,
					   const sync_client_task_request *request,
					   sync_error *error);
/* Asks for its end; `done` tells of it, also when the task was faster. */
void sync_client_task_cancel(sync_client_task *task);
/* Its id on the wire. */
const char *sync_client_task_id(const sync_client_task *task);

/* ---- presence ----------------------------------------------------------------------------- */

/* What this connection says of itself, JSON text; NULL: nothing. Said again after a reconnect.
 * INVALID, TOO_BIG (16 KiB). */
sync_status sync_replica_here(sync_replica *replica, const char *state, size_t length,
			      sync_error *error);

/* ---- for a transport ---------------------------------------------------------------------- */

typedef enum sync_client_step {
	SYNC_CLIENT_REST,
	SYNC_CLIENT_DIAL, /* open a connection with the subprotocol SYNC_CLIENT_PROTOCOL */
	SYNC_CLIENT_HANG_UP /* close the present one, or give up opening it, and report nothing of it */
} sync_client_step;

#define SYNC_CLIENT_PROTOCOL "sync.v1.json"

/* What is to be done now. Ask after every other call, until it is REST; and at the deadline. */
sync_client_step sync_client_poll(sync_client *client, uint64_t now);
uint64_t sync_client_deadline(const sync_client *client); /* UINT64_MAX: none */
/* The code to hang up with. */
unsigned sync_client_close_code(const sync_client *client);

/* The connection is open; or it is gone: `code` is that of the close frame, 0: there was none;
 * `why` (may be NULL) is for people. */
void sync_client_opened(sync_client *client, uint64_t now);
void sync_client_closed(sync_client *client, uint64_t now, unsigned code, const char *why);
/* One whole message. */
void sync_client_receive(sync_client *client, uint64_t now, const char *data, size_t length,
			 bool binary);

/* Bytes in front of a frame, and the frame itself, that the transport may write over: it masks. */
enum { SYNC_CLIENT_ROOM = 16 };

typedef struct sync_client_frame {
	char *data;
	size_t length;
	bool binary;
} sync_client_frame;

/* The next frame, valid until the next call on the client; false: none now. */
bool sync_client_next(sync_client *client, sync_client_frame *frame);
/* Would there be one? */
bool sync_client_speaks(const sync_client *client);

/* ---- its socket, over libwebsockets ------------------------------------------------------- */

typedef struct sync_client_socket sync_client_socket;

typedef struct sync_client_socket_options {
	const char *url;	    /* ws://HOST[:PORT]/PATH or wss:// */
	const char *const *headers; /* NULL-terminated "Name: value"; NULL: none */
	const char *ca;		    /* wss: a file of certificates to trust; NULL: the system's */
} sync_client_socket_options;

/* NULL: INVALID (the URL, a header), UNSUPPORTED, NOMEM or INTERNAL, see `error` (may be NULL). The
 * client is borrowed: free the socket first. Looking a name up blocks. */
sync_client_socket *sync_client_socket_new(sync_client *client,
					   const sync_client_socket_options *options,
					   sync_error *error);
void sync_client_socket_free(sync_client_socket *socket); /* NULL is fine */

/* Serves the client until sync_client_socket_stop(), or until the client has come to a final end.
 * The connection is closed then. */
sync_status sync_client_socket_run(sync_client_socket *socket);
/* From any thread or signal handler. */
void sync_client_socket_stop(sync_client_socket *socket);

/* For a program with its own loop: the descriptor to poll for reading (-1: there is none, call it
 * often), and one turn that never blocks. Also call it after anything else of the client was
 * called. */
int sync_client_socket_fd(const sync_client_socket *socket);
sync_status sync_client_socket_turn(sync_client_socket *socket);

#ifdef __cplusplus
}
#endif
#endif
