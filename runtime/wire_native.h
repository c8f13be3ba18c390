/*
 * The frames of the dialect `sync.v1.json`: one JSON object each, {"t": NAME, …}. No state: text
 * in, members out; what is to be said in, frame out. docs/protocol.md has the table.
 */
#ifndef SYNCGEN_WIRE_NATIVE_H
#define SYNCGEN_WIRE_NATIVE_H

#include "frame.h"
#include "task_core.h"

/* X(NAME, member): all that a client's frame, or an object inside of one, may have. */
#define NATIVE_MEMBER_TABLE(X)                                                                     \
	X(T, "t")                                                                                  \
	X(DOC, "doc")                                                                              \
	X(REV, "rev")                                                                              \
	X(EPOCH, "epoch")                                                                          \
	X(V, "v")                                                                                  \
	X(CLIENT, "client")                                                                        \
	X(SECRET, "secret")                                                                        \
	X(TOKEN, "token")                                                                          \
	X(META, "meta")                                                                            \
	X(MODELS, "models")                                                                        \
	X(DOCS_MEMBER, "docs")                                                                     \
	X(BASE, "base")                                                                            \
	X(M, "m")                                                                                  \
	X(ID, "id")                                                                                \
	X(NAME, "name")                                                                            \
	X(ARGS, "args")                                                                            \
	X(STATE, "state")                                                                          \
	X(REF, "ref")                                                                              \
	X(LENGTH, "length")                                                                        \
	X(WHERE, "where")                                                                          \
	X(N, "n")                                                                                  \
	X(OPS, "ops")                                                                              \
	X(ACTION, "action")                                                                        \
	X(AGAIN, "again")                                                                          \
	X(LIMITS, "limits")                                                                        \
	X(TAKES, "bin")

typedef enum native_member {
#define X(name, member) NATIVE_##name,
	NATIVE_MEMBER_TABLE(X)
#undef X
		NATIVE_MEMBERS
} native_member;

typedef enum native_kind {
	NATIVE_UNKNOWN,
	NATIVE_HELLO,
	NATIVE_JOIN,
	NATIVE_LEAVE,
	NATIVE_PUSH,
	NATIVE_TASK,
	NATIVE_CANCEL,
	NATIVE_HERE,
	NATIVE_BIN,
	NATIVE_PING,
	NATIVE_PONG
} native_kind;

/* Bytes of names, with the NUL. A secret is the server's: 32 hexadecimal digits. */
enum { NATIVE_T_SIZE = 32, NATIVE_KEY_SIZE = 256, NATIVE_ID_SIZE = 65, NATIVE_EPOCH_SIZE = 17 };

/* The members as raw JSON, borrowed from the text; length 0: it did not come. */
typedef struct native_object {
	struct frame_raw raw[NATIVE_MEMBERS];
} native_object;

/* One whole text, or (limit 0) a part of one that was read before. False: *error says what is
 * wrong. */
bool native_read(const char *text, size_t length, size_t limit, native_object *object,
		 sync_error *error);

static inline bool native_has(const native_object *object, native_member member)
{
	return object->raw[member].length != 0;
}

/* A string of less than `size` bytes without U+0000. Did not come: "" when it is optional, else
 * INVALID. */
bool native_text(const native_object *object, native_member member, bool optional, char *to,
		 size_t size, sync_error *error);
/* A number from 0 to 2^53-1; 0 when it is optional and did not come. */
bool native_number(const native_object *object, native_member member, bool optional,
		   uint64_t *value, sync_error *error);
/* What kind of frame it is; its `t` into `t` of NATIVE_T_SIZE bytes, "" when it has none. */
native_kind native_kind_of(const native_object *object, char *t);

/* May the same thing work when it is tried again? */
bool native_is_temporary(sync_status code);

void native_put_epoch(sync_buf *out, uint64_t epoch); /* quoted */
/* False: it is none of ours. */
bool native_epoch_is(const char *text, uint64_t epoch);

/* ---- frames; NULL: out of memory ---- */

/* {"t":NAME,"doc":KEY: members and the brace follow. NULL doc: without it. */
sync_packet *native_begin(const char *t, const sync_doc *doc);
sync_packet *native_end(sync_packet *packet);
/* ,"name":"value" */
void native_put(sync_buf *out, const char *name, const char *value);
void native_put_number(sync_buf *out, const char *name, uint64_t value);
/* "code":…,"message":…, and path, error as far as there are: without braces. `call` may be NULL. */
void native_put_error(sync_buf *out, const sync_error *error, const sync_call *call);

/* `re`: the `t` it answers, "": none. `id`: of the task, NULL: none. */
sync_packet *native_error(const sync_error *error, const char *re, const char *doc, const char *id,
			  uint64_t retry_after);
sync_packet *native_refused(const char *doc, const sync_error *error); /* joined */
sync_packet *native_joined(const sync_doc *doc, uint64_t last, const char *owner);
sync_packet *native_gone(const sync_doc *doc, sync_status code);
sync_packet *native_bye(sync_status code, uint64_t after);
/* `outcome`: as it is to be said. */
sync_packet *native_task(const sync_task *task, const sync_buf *outcome);
/* Of a task that an earlier life of the server had. */
sync_packet *native_interrupted(const sync_doc *doc, const char *id);
sync_packet *native_nack(const sync_doc *doc, uint64_t number, const char *members, size_t length);
sync_packet *native_event(sync_doc *doc, sync_event *event);	      /* borrowed */
sync_packet *native_here(const sync_doc *doc, sync_present *present); /* borrowed */

/* A patch up to but without its closing brace. `ops`: operations with commas between; whole: from
 * null. */
sync_packet *native_patch(const sync_doc *doc, bool whole, uint64_t from, uint64_t to,
			  const char *ops, size_t length);

#endif
