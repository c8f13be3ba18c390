/*
 * One peer, without a socket: bytes of messages in, bytes of frames out.
 *
 * The transport gives each complete message to sync_session_receive() and, whenever it can write,
 * asks sync_session_next() for the next frame until there is none. `wake` tells it that there may
 * be one. A frame is valid until the next call on the session. A slow peer costs a revision number:
 * what is next is computed when it is asked for.
 *
 * There is no clock: the time is what sync_hub_poll() was last told, so poll before the first
 * session is made.
 */
#ifndef SYNCGEN_SESSION_H
#define SYNCGEN_SESSION_H

#include <syncgen/hub.h>
#include <syncgen/toast.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sync_dialect {
	SYNC_DIALECT_WS_SYNC,
	SYNC_DIALECT_NATIVE,
	SYNC_DIALECT_FEED
} sync_dialect;

/* Where a token came from. A browser sends a cookie along without the page's doing: then it matters
 * that the page is one of ours, by its Origin. */
typedef enum sync_token_from {
	SYNC_TOKEN_NONE,
	SYNC_TOKEN_HELLO,
	SYNC_TOKEN_HEADER, /* Authorization: Bearer */
	SYNC_TOKEN_COOKIE,
	SYNC_TOKEN_TICKET /* a subprotocol: it may stand in logs, so it should be good once, and soon not any more */
} sync_token_from;

/* What a peer shows of itself. Borrowed for the call. Nobody has checked any of it. */
typedef struct sync_credentials {
	const char *token; /* "": none */
	sync_token_from from;
	const char *user; /* what it calls itself: `meta.user`, "" */
	const char *meta; /* all of its `meta`, JSON that is not NUL-terminated */
	size_t meta_length;
} sync_credentials;

/* What the application says to that. Zero: it is who it says, without any role, for as long as it
 * likes. Strings are copied when the call is over. */
typedef struct sync_grant {
	const char *user;	  /* who it is: what handlers see; NULL: what it calls itself */
	const char *const *roles; /* NULL-terminated; NULL: none */
	uint64_t expires_ms;	  /* so long it may stay, then it is judged anew; 0: for ever */
} sync_grant;

typedef struct sync_session_options {
	sync_dialect dialect; /* FEED is not there yet: sync_session_new gives NULL */
	/* ws-sync: documents in order; native: those it may join. A model's template (ROOM/{id})
	 * stands for all its documents, which are joined when the peer asks for one.
	 * NULL-terminated, copied; NULL: all of the hub. */
	const char *const *keys;
	size_t max_message; /* bytes; 0: 1 MiB */
	size_t max_frame;   /* bytes of a patch, beyond which it comes in parts; 0: max_message */
	void (*wake)(void *arg); /* there may be a frame; never called from within a session call
	                               of the same session; may be NULL */
	void *arg;
	/* Judges a native peer at its hello, at once: see sync_grant. Any status but OK: it is not
	 * let in. UNAUTHORIZED and FORBIDDEN are for good, with OVERLOAD it may come again. NULL:
	 * everybody may come, nobody has a role. */
	sync_status (*authenticate)(void *arg, const sync_credentials *shown, sync_grant *grant);
	void *authenticate_arg;
	const char *token; /* that the request of a native peer showed; copied; NULL: none */
	sync_token_from token_from;
	unsigned heartbeat_ms; /* of native peers, see sync_session_tick(); 0: 20,000 */
	unsigned hello_ms;     /* in which a peer has to say who it is; 0: 10,000 */
	/* ws-sync: it is asked who it is before it is given anything; so it is in any case when
	 * documents of @session models are among those it is given. */
	bool identify;
} sync_session_options;

/* Bytes in front of a frame that the transport may write its own header into. Frames are shared, so
 * what it writes there may depend on the frame alone. */
enum { SYNC_FRAME_ROOM = 16 };

/* X(name, code, why a server closes a connection). From 4500 on it is for good, else the peer may
 * come again. docs/protocol.md has them too. */
#define SYNC_CLOSE_TABLE(X)                                                                        \
	X(INTERNAL, 1011, "memory ran out, or the like")                                           \
	X(SHUTDOWN, 4000, "the server goes away")                                                  \
	X(SLOW, 4001, "it did not read what it was sent")                                          \
	X(SILENT, 4002, "nothing was heard of it for two and a half heartbeats")                   \
	X(NO_HELLO, 4003, "it did not say hello in time")                                          \
	X(EXPIRED, 4004, "who it is has to be judged anew")                                        \
	X(LATER, 4005, "its hello cannot be dealt with now")                                       \
	X(PROTOCOL, 4500, "its hello was wrong")                                                   \
	X(DISMISSED, 4501,                                                                         \
	  "it is to stay away: another connection has its session, or the program said so")        \
	X(UNAUTHORIZED, 4502, "what it showed does not let it in")

typedef enum sync_close_code {
#define X(name, code, text) SYNC_CLOSE_##name = (code),
	SYNC_CLOSE_TABLE(X)
#undef X
} sync_close_code;

typedef struct sync_frame {
	char *data;
	size_t length;
	bool binary;
	bool more; /* another one is likely to follow */
} sync_frame;

/* NULL: out of memory, or a key or a dialect that is not there. */
sync_session *sync_session_new(sync_hub *hub, const sync_session_options *options);
void sync_session_free(sync_session *session); /* NULL is fine */

/* One whole message. Ask sync_session_next() afterwards: for this session's own answers, `wake` is
 * not called. A bad message is answered with an error frame; the session goes on. A status other
 * than OK: close the connection with sync_session_close_code(). */
sync_status sync_session_receive(sync_session *session, const char *data, size_t length,
				 bool binary);

/* Time has passed: asks a native peer that was silent for a heartbeat whether it is there, ends one
 * that was silent for two and a half, or that did not say hello in time. Call it a few times in
 * each heartbeat, and ask for frames afterwards. A status other than OK: close as above. */
sync_status sync_session_tick(sync_session *session);

/*
 * The server goes away: a native peer is told to come again in `after_ms`, and somewhat later so
 * that not all come at once. The session goes on until all that the peer asked for is answered and
 * durable, then it has the code SYNC_CLOSE_SHUTDOWN. Ask for frames afterwards.
 */
void sync_session_drain(sync_session *session, unsigned after_ms);

/* The next frame, or false: nothing now. Go on until false: only then `wake` is called again, and
 * the last frame let go. */
bool sync_session_next(sync_session *session, sync_frame *frame);
unsigned sync_session_close_code(const sync_session *session); /* 0: it is fine */

/* ---- what a program can do with a peer ---------------------------------------------------- */

/* The names that it gave: "" until it did. Nobody has checked them. */
const char *sync_session_user(const sync_session *session);
const char *sync_session_name(const sync_session *session);

/* Visits all peers of a hub, in no order. `visit` must not free any. */
void sync_hub_each_session(sync_hub *hub, void (*visit)(void *arg, sync_session *session),
			   void *arg);
/* The ws-sync peer that was asked who it is, and said this; NULL: it is not connected now. */
sync_session *sync_hub_session(sync_hub *hub, const sync_identity *who);

/* Has a native peer come again and be judged anew: its rights have changed. Others: nothing. */
void sync_session_expire(sync_session *session);

/*
 * For ws-sync peers: shows a message; has it save a file of that name. It goes out at once,
 * whatever becomes of the call or the transaction that it is said in. Everything is copied.
 * UNSUPPORTED: the peer speaks another dialect; UNAUTHORIZED: it has not said yet who it is; GONE:
 * it was sent away; OVERLOAD: it has not read what it was told before; INVALID: not UTF-8; NOMEM.
 */
sync_status sync_session_toast(sync_session *session, sync_toast kind, const char *message);
sync_status sync_session_download(sync_session *session, const char *filename, const void *data,
				  size_t length);

/* Takes a document from a native peer that has joined it, and tells it so; others, and those that
 * have not: nothing. Whether it may join again is for sync_hub_options.may_open to say, where that
 * is asked. */
void sync_session_withdraw(sync_session *session, const char *key);

/* Sends it away for good, with a message for whoever sits there (what is said with it only in
 * ws-sync). It counts as disconnected from now on. */
void sync_session_dismiss(sync_session *session, const char *message);

#ifdef __cplusplus
}
#endif
#endif
