/*
 * Inside of the libwebsockets server. server_lws.c: its life; server_lws_context.c:
 * libwebsockets' side of it; server_lws_loop.c: its turns; server_lws_http.c: what is asked over
 * HTTP; server_lws_mount.c: the paths; server_lws_peer.c: one WebSocket; server_lws_turns.c: when
 * its messages are looked at; server_lws_hold.c: what is held of them; server_lws_linger.c: its
 * last second; server_lws_tls.c: certificates. Nobody else includes libwebsockets.
 *
 * How libwebsockets is used here
 *   - on a libuv loop of ours; without its libuv plugin, on its own poll loop;
 *   - frames are written at once as prepared bytes, once per turn of the loop: straight to the
 *     socket, or over TLS by LWS_WRITE_RAW, which also keeps what the socket does not take; only
 *     after a partial write do we ask to be told when it is writable;
 *   - heartbeats and half messages are timed by our wheel: its own timers sit in one sorted list;
 *   - no compression and no HTTP/2: both have known faults in the versions in use.
 */
#ifndef SYNCGEN_SERVER_LWS_H
#define SYNCGEN_SERVER_LWS_H

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>
#include <uv.h>

#include <syncgen/server.h>
#include <syncgen/session.h>

#include "hub_core.h"

#include "mount.h"
#include "share.h"
#include "site.h"
#include "wheel.h"

enum {
	SERVER_MESSAGE_MAX = 1024 * 1024,
	SERVER_CONNECTIONS = 10000,
	SERVER_HEARTBEAT_MS = 20000,
	SERVER_HELLO_MS = 10000,
	SERVER_HEADER = 512,	   /* bytes of a header that we look at */
	SERVER_GATHER = 64 * 1024, /* frames of one turn are joined up to so many bytes */
	SERVER_TICK_MIN_MS = 10,
	SERVER_STOP_MS = 500, /* how long peers have to say goodbye */
	SERVER_LINGERS = 64,
	SERVER_LINGER_MS = 1000,
	SERVER_CLOSE_LATER = 1013 /* Try Again Later */
};

#define SERVER_NATIVE  "sync.v1.json" /* the subprotocol of our own dialect */
#define SERVER_WS_SYNC "ws-sync"

struct post {
	struct post *next;
	void (*fn)(void *arg);
	void *arg;
};

/* One WebSocket; libwebsockets keeps it, zeroed, beside its connection. What is needed to send
 * comes first. */
struct peer {
	sync_wheel_entry timer; /* first: the entry is the struct peer */
	struct sync_server *server;
	struct lws *wsi;
	sync_session *session;	  /* NULL: not open (any more), or in echo mode */
	struct peer *next, *prev; /* among those with something to send; prev NULL: not in it */
	int fd;
	int linger;	     /* a copy of its descriptor, 0: none */
	unsigned close_code; /* to be closed with, at the next chance; 0: not */
	bool open : 1;	     /* frames flow, both ways */
	bool dead : 1;	     /* its connection is about to be ended */
	bool native : 1, binary : 1, pinged : 1;
	bool paused : 1;	 /* it is not read */
	bool asked : 1;		 /* what it is sent next is an answer, too */
	bool slow : 1;		 /* its last message took long */
	struct held *held;	 /* of messages that have not been looked at; NULL: nothing */
	uint64_t heard;		 /* ms: when a sign of life came last */
	const sync_mount *mount; /* while it is being opened */
	char **keys;		 /* the same; NULL: all */
	sync_buf *echoes;	 /* echo mode: frames to be sent back; NULL: none yet */
	uint64_t left_at;	 /* ms: when our close frame went out; 0: it did not */
	sync_share share;	 /* server_lws_turns.c */
};
/* Thousands are idle: what only the busy ones need has a pointer here. */
_Static_assert(sizeof(struct peer) <= 176, "a peer has grown");

/* server_lws_hold.c: what a peer said that has not been looked at. */
struct held {
	struct peer *peer;
	struct held *next, *prev; /* of all, who has held something for longest first */
	uint64_t begun;		  /* ms: when the message in `message` began; 0: there is none */
	sync_buf message;	  /* what has come of it */
	sync_buf waiting;	  /* whole ones, that wait for their turn */
	size_t waiting_from;
};

/* server_lws_linger.c */
struct linger_fd {
	int fd;
	uint64_t until; /* ms */
};

struct sync_server {
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct lws_protocols protocols[3]; /* by Sec-WebSocket-Protocol; the first for none */
	uv_loop_t loop;
	uv_prepare_t before_wait;
	uv_check_t after_wait;
	uv_poll_t ticks;
	int tick_fd;			 /* a timerfd: a program's own loop is woken by it too */
	lws_sorted_usec_list_t tick_lws; /* without libuv */
	bool uv, echo, ended, tls;
	int port;

	sync_hub *hub;
	sync_pool *pool;
	sync_store *store; /* the application's; NULL: the hub has one of its own */
	char *address, *root;
	sync_mount **mounts;
	size_t mount_count;
	char **origins;
	size_t max_message;
	unsigned max_connections;
	uint64_t heartbeat, hello, tick_ms, now;
	void (*log)(void *arg, char level, const char *line);
	void *log_arg;
	sync_status (*authenticate)(void *arg, const sync_credentials *shown, sync_grant *grant);
	void *authenticate_arg;
	char *cookie;

	sync_wheel wheel; /* all open peers are in it */
	unsigned connections;
	struct peer dirty; /* head of a ring: who may have something to send */
	sync_turns turns;
	struct held holders; /* head of a ring */
	size_t held;	     /* bytes, by all of them */
	uint64_t spent; /* us: on messages that were looked at at once, in this turn */
	sync_buf gather;
	struct linger_fd lingers[SERVER_LINGERS];
	unsigned linger_count;

	atomic_bool stopping;
	atomic_uint stop_after, stop_within; /* ms */
	uint64_t stop_at;		     /* ms; 0: not stopping yet */
	pthread_mutex_t posts_lock;
	struct post *posts, **posts_last;
};

/* To the application's log. level: 'e', 'w', 'i'. */
void server_log(const sync_server *server, char level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* server_lws_context.c: listens. The context that failed may be there still, being destroyed;
 * server_loop_end() sees to the rest. */
sync_status server_context_make(sync_server *server, const sync_server_options *options,
				sync_error *error);

/* server_lws_loop.c */
uint64_t server_clock_ms(void);
/* Before there is a context. False: server_loop_end(), then libwebsockets' own loop may do. */
bool server_loop_start(sync_server *server);
/* After the context's handles were told to close: they do in a few turns without waiting. */
void server_loop_end(sync_server *server);
/* Ticks from now on, with a context. */
void server_loop_tick(sync_server *server);
/* Runs what other threads posted. */
void server_run_posts(sync_server *server);

/* server_lws_http.c */
int server_http(sync_server *server, struct lws *wsi, const char *path, size_t length);
int server_http_upgrade(sync_server *server, struct lws *wsi, const char *to);
/* The token that the request of a new peer shows, to be freed, and where; NULL: none. */
char *server_http_token(const sync_server *server, struct lws *wsi, sync_token_from *from);

/* server_lws_tls.c: are the options' files there? */
sync_status server_tls_check(const sync_server_options *options, sync_error *error);
void server_tls_fill(const sync_server_options *options, struct lws_context_creation_info *info);

/* server_lws_mount.c: the mount at a path, or NULL; the status to refuse a WebSocket there with, 0:
 * none. */
const sync_mount *server_mount_at(const sync_server *server, const char *path);
unsigned server_mount_judge(const sync_server *server, const char *path, bool native);
void server_free_mounts(sync_server *server);
/* Before the handshake is answered, while its headers are there; and when it came to nothing. */
int peer_prepare(sync_server *server, struct peer *peer, struct lws *wsi);
void peer_forget_keys(struct peer *peer);

/* server_lws_peer.c: results as callbacks return them: 0, or -1 to close. */
int peer_open(sync_server *server, struct peer *peer, struct lws *wsi);
void peer_closed(struct peer *peer);
void peer_receive(struct peer *peer, const char *data, size_t length);
int peer_writable(struct peer *peer);
int peer_said_close(struct peer *peer, const unsigned char *data, size_t length);
void peer_heard(struct peer *peer);
/* Starts closing one from outside of its callbacks. */
void peer_close(struct peer *peer, unsigned code);
/* Sends what there is to everybody who may have something: once per turn. */
void server_flush(sync_server *server);
/* server_lws_loop.c: has the hub look at what has become durable, and does that. */
void server_settle(sync_server *server);
/* A tick of the wheel. */
void server_tick(sync_server *server);
/* Says goodbye to everybody. */
void server_drain_all(sync_server *server, unsigned after_ms);

/* It may have something to send: it is asked at the end of the turn. */
void peer_dirty(void *peer);

/* server_lws_hold.c. The next part of a message that is not whole, or a whole one that waits for its
 * turn, is kept; others may be closed for it. False: no memory. */
bool peer_keep(struct peer *peer, const char *data, size_t length);
bool peer_park(struct peer *peer, const char *data, size_t length);
/* The first that waits, which is good until there is another one; false: none. */
bool peer_next_parked(struct peer *peer, const char **data, size_t *length, bool *binary);
bool peer_has_parked(const struct peer *peer);
void peer_drop_message(struct peer *peer);
void peer_drop_waiting(struct peer *peer);

/* server_lws_turns.c. A whole message, looked at now or soon; all that wait, now. */
void peer_message(struct peer *peer, const char *data, size_t length);
void peer_hear_out(struct peer *peer);
/* Those that wait have their turn: once between two looks at the sockets. */
void server_serve(sync_server *server);
/* Around what is done for a peer. */
uint64_t server_begin(void);
void server_spent(struct peer *peer, uint64_t begun);

/* server_lws_linger.c: takes over a descriptor whose connection libwebsockets has closed. */
void server_linger(sync_server *server, int fd);
void server_linger_tick(sync_server *server);
void server_linger_end(sync_server *server);

/* For conformance suites: every message is sent back, there are no documents. Before any
 * connection. */
void sync_server_echo(sync_server *server);

#endif
