/*
 * One peer, without a socket: bytes of messages in, bytes of frames out.
 *
 * The transport gives each complete message to sync_session_receive() and, whenever it can write, asks
 * sync_session_next() for the next frame until there is none. `wake` tells it that there may be one.
 * A frame is valid until the next call on the session. A slow peer costs a revision number: what is
 * next is computed when it is asked for.
 */
#ifndef SYNCGEN_SESSION_H
#define SYNCGEN_SESSION_H

#include <syncgen/hub.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_session sync_session;

typedef enum sync_dialect { SYNC_DIALECT_WS_SYNC, SYNC_DIALECT_NATIVE, SYNC_DIALECT_FEED } sync_dialect;

typedef struct sync_session_options {
	sync_dialect dialect;       /* now: SYNC_DIALECT_WS_SYNC; others are UNSUPPORTED */
	const char *const *keys;    /* documents in order; NULL-terminated; NULL: all of the hub */
	size_t max_message;         /* bytes; 0: 1 MiB */
	void (*wake)(void *arg);    /* there may be a frame; never called from within a session call
	                               of the same session; may be NULL */
	void *arg;
} sync_session_options;

typedef struct sync_frame {
	const char *data;
	size_t length;
	bool binary;
	bool shared;  /* the same bytes go to other sessions */
} sync_frame;

sync_session *sync_session_new(sync_hub *hub, const sync_session_options *options);
void sync_session_free(sync_session *session);

/* A bad message is answered with an error frame; the session goes on. A status other than OK: close
 * the connection with sync_session_close_code(). */
sync_status sync_session_receive(sync_session *session, const char *data, size_t length, bool binary);
bool sync_session_next(sync_session *session, sync_frame *frame);
unsigned sync_session_close_code(const sync_session *session);

#ifdef __cplusplus
}
#endif
#endif
