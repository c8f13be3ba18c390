/*
 * Frames of a server in `sync.v1.json`, read: text in, members out. No state. (What servers read is
 * in wire_native.h.)
 */
#ifndef SYNCGEN_CLIENT_WIRE_H
#define SYNCGEN_CLIENT_WIRE_H

#include "frame.h"

/* X(NAME, member): all that is looked at in a server's frame, or in an object inside of one. */
#define CLIENT_MEMBER_TABLE(X)                                                                     \
	X(T, "t")                                                                                  \
	X(DOC, "doc")                                                                              \
	X(EPOCH, "epoch")                                                                          \
	X(FROM, "from")                                                                            \
	X(REV, "rev")                                                                              \
	X(OPS, "ops")                                                                              \
	X(PART, "part")                                                                            \
	X(OF, "of")                                                                                \
	X(CLIENT, "client")                                                                        \
	X(SECRET, "secret")                                                                        \
	X(LIFE, "life")                                                                            \
	X(HEARTBEAT, "heartbeat")                                                                  \
	X(ERROR, "error")                                                                          \
	X(CODE, "code")                                                                            \
	X(MESSAGE, "message")                                                                      \
	X(RE, "re")                                                                                \
	X(ID, "id")                                                                                \
	X(DOCS, "docs")                                                                            \
	X(AFTER, "after")                                                                          \
	X(NAME, "name")                                                                            \
	X(ARGS, "args")                                                                            \
	X(N, "n")                                                                                  \
	X(VALUE, "value")                                                                          \
	X(DONE, "done")                                                                            \
	X(RESULTS, "results")                                                                      \
	X(LAST, "last")                                                                            \
	X(PATH, "path")                                                                            \
	X(CURRENT, "current")                                                                      \
	X(TEMPORARY, "temporary")                                                                  \
	X(RETRY_AFTER, "retry_after")                                                              \
	X(STATE, "state")                                                                          \
	X(PROGRESS, "progress")                                                                    \
	X(WHO, "who")                                                                              \
	X(SESSION, "session")                                                                      \
	X(LIMITS, "limits")                                                                        \
	X(FRAME, "frame")                                                                          \
	X(MUTATIONS, "mutations")                                                                  \
	X(PUSH, "push")                                                                            \
	X(BIN, "bin")                                                                              \
	X(REF, "ref")                                                                              \
	X(LENGTH, "length")                                                                        \
	X(ACTION, "action")                                                                        \
	X(BASE, "base")                                                                            \
	X(DEAD, "dead")                                                                            \
	X(THROWN, "thrown")                                                                        \
	X(HASH, "hash")

typedef enum client_member {
#define X(name, member) CLIENT_##name,
	CLIENT_MEMBER_TABLE(X)
#undef X
		CLIENT_MEMBERS
} client_member;

/* Bytes with the NUL: names, identifiers and epochs; keys of documents. */
enum { CLIENT_NAME_SIZE = 129, CLIENT_KEY_SIZE = 256 };

/* The members as raw JSON, borrowed from the text; length 0: it did not come. */
typedef struct client_object {
	struct frame_raw raw[CLIENT_MEMBERS];
} client_object;

/* One whole text of at most `limit` bytes. False: *error says what is wrong. */
bool client_read(const char *text, size_t length, size_t limit, client_object *object,
		 sync_error *error);

static inline bool client_has(const client_object *object, client_member member)
{
	return object->raw[member].length != 0;
}
bool client_is_null(const client_object *object, client_member member);

/* A string of less than `size` bytes without U+0000. Did not come: "" when it is optional, else
 * INVALID. */
bool client_text(const client_object *object, client_member member, bool optional, char *to,
		 size_t size, sync_error *error);
/* A number from 0 to 2^53-1; 0 when it is optional and did not come. */
bool client_number(const client_object *object, client_member member, bool optional,
		   uint64_t *value, sync_error *error);
/* `code` and `message` of an object; what it does not say, or not well, is INTERNAL and its text.
 */
void client_error(const client_object *object, sync_error *told);
/* A member that is an object. False: it is none. */
bool client_inside(const client_object *object, client_member member, client_object *inside,
		   sync_error *error);
/* A member as text of its own, a string without its quotes or any JSON; the caller's. NULL: it did
 * not come, or out of memory. */
char *client_text_copy(const client_object *object, client_member member);
char *client_json_copy(const client_object *object, client_member member);

#endif
