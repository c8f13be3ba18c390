/*
 * A session of the dialect `sync.v1.json`, inside.
 *
 *   hello → welcome, then for each document: joined → patch (the resume patch) → patches, events, …
 *
 * Invariants, beside those of session_core.h (numbers as in docs/protocol.md)
 *   2. A mutation's number and result go out in the patch that first shows its change, behind the
 *      nacks of those refused: native_next.c is the only place that answers.
 *   5. The answer to a join is a patch, even an empty one: until then the client pushes nothing.
 *   7. A mutation that is refused takes its number like any other; only a push that is refused as a
 *      whole (an error frame) leaves its numbers unused.
 *  10. What a viewer sees is decided once per join, in `sees`.
 */
#ifndef SYNCGEN_SESSION_NATIVE_H
#define SYNCGEN_SESSION_NATIVE_H

#include "session_core.h"
#include "wire_native.h"

enum {
	NATIVE_PUSH_MUTATIONS = 64,
	NATIVE_PUSH_BYTES = 256 * 1024,
	NATIVE_CURRENT_BYTES =
		1024, /* of a `current`: answers are kept, for all clients within one bound */
	NATIVE_DOCS = 256,
	NATIVE_HEARTBEAT_MS = 20000,
	NATIVE_SPREAD_MS = 1000, /* in which clients come back, at least */
	NATIVE_ROLES = 60,
	NATIVE_SESSION_SIZE = 17 /* of a name that the server makes up, with the NUL */
};

struct sync_native {
	unsigned heartbeat; /* ms */
	unsigned role_count;
	size_t max_frame;
	uint64_t heard; /* ms: when it said something last */
	unsigned pings; /* so many it was sent */
	sync_token_from token_from;
	char *token;  /* that came with the request, until hello; NULL: none */
	char *client; /* id and secret: who nobody else can claim to be; NULL before hello */
	char *models; /* what hello said: name and hash, each with its NUL */
	unsigned models_length;
	bool greeted;
	bool pinged;		      /* since it was heard of last */
	char id[NATIVE_SESSION_SIZE]; /* of the session */
	struct native_bins *bins;     /* NULL: none */
	uint64_t refs;		      /* of bytes that it was sent */
	size_t takes;		      /* bytes in a binary frame; 0: it takes none */
	uint64_t expires;	      /* ms: when it has to come again; 0: never */
	char **roles;		      /* those it has; NULL: none */
};

/* A frame received, while it is looked at. */
typedef struct native_frame {
	sync_session *session;
	native_object object;
	char t[NATIVE_T_SIZE];
	char doc[NATIVE_KEY_SIZE];
} native_frame;

/* Answers it with an error. */
void native_refuse(const native_frame *frame, const sync_error *error);
/* The same, to be tried again in so many ms; 0: nothing is said of that. */
void native_refuse_for(const native_frame *frame, const sync_error *error, uint64_t wait_ms);

/* native_who.c: reads who it is, and asks the application. False: *error, it is not let in. */
bool native_who(native_frame *frame, char *id, char *secret, sync_error *error);
/* What of a model it may see. */
uint64_t native_sees(const sync_session *session, const sync_model *model);

/* native_hello.c */
void native_on_hello(native_frame *frame);
/* Joins frame->doc as `object` (of the frame, or of its `docs`) asks. */
void native_join(native_frame *frame, const native_object *object);

/* native_bin.c */
void native_on_bin(native_frame *frame);
/* A binary message. The status says whether it is an error of the peer's. */
sync_status native_on_bytes(sync_session *session, const char *bytes, size_t length,
			    sync_error *error);
/* Is the next message to be a binary one? */
bool native_bins_due(const sync_session *session);
/* Replaces each {"$bin": ref} in the JSON by the bytes it means: *json then points into
 * `scratch`. */
sync_status native_bins_put(const sync_session *session, const char **json, size_t *length,
			    sync_buf *scratch);
/* The frame that what came was meant for has been looked at. */
void native_bins_used(sync_session *session);
void native_bins_free(struct native_bins *bins); /* NULL is fine */
/* Queues the bytes of a JSON text of base64 as a frame of their own, and writes {"$bin": ref}.
 * False: the peer does not take that, or it is not worth it. */
bool native_say_bytes(sync_session *session, const char *json, size_t length, sync_buf *out);

/* native_ping.c: is the peer there? */
void native_heard(sync_session *session);
void native_on_ping(native_frame *frame);

/* native_push.c */
void native_on_push(native_frame *frame, sync_join *join);

/* native_task.c */
void native_on_task(native_frame *frame, sync_join *join);
void native_on_cancel(native_frame *frame, sync_join *join);
/* How a task stands, when there is news of one. */
sync_packet *native_next_task(sync_join *join);

/* native_parts.c: a patch (without its closing brace, its operations behind `head` bytes) as a
 * chain of frames of at most `limit` bytes each, where that can be. Takes it over. NULL: out of
 * memory. */
sync_packet *native_split(sync_packet *patch, size_t head, size_t limit);

/* native_next.c: sync_speech.next */
sync_packet *native_next(sync_join *join, bool *made);

#endif
