/*
 * The server over libwebsockets. The only header whose code needs a socket.
 *
 *   sync_server_options options = { .port = 8080, .files = "www" };
 *   sync_server *server = sync_server_new(&options, &error);
 *   if (!server || notes_serve(server, &handlers, NULL) != SYNC_OK)
 *           return 1;
 *   return sync_server_run(server) != SYNC_OK;
 *
 * Connections share the loop: one whose messages kept it busy lately waits until the others were
 * heard, however many it has on their way; nothing is refused for that. So a message is answered
 * behind one of somebody greedy, not behind all. What an application's own handlers take counts, too.
 *
 * One thread: everything but sync_server_post(), sync_server_stop() and sync_server_drain() is
 * called from the thread that runs the server.
 */
#ifndef SYNCGEN_SERVER_H
#define SYNCGEN_SERVER_H

#include <syncgen/mount.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_server sync_server;

typedef struct sync_server_options {
	const char *address; /* NULL: 127.0.0.1 */
	int port;	     /* 0: a free one, see sync_server_port() */
	/* Where the WebSocket for all documents is; NULL: "/ws". Others: sync_server_mount(). */
	const char *path;
	const char *files; /* a folder served over HTTP, which has to exist; NULL: none */
	/* Allowed values of Origin, NULL-terminated; NULL: the same host (with TLS, its https
	 * pages). */
	const char *const *origins;
	/*
	 * TLS, with https and wss in place of http and ws: PEM files, read once, while the server
	 * is made. A file that is missing, or a key that belongs to another certificate: there is
	 * no server.
	 */
	const char *certificate; /* the server's, those that vouch for it behind it; NULL: no TLS */
	const char *key;	 /* its private key; NULL: it is in `certificate` */
	/* Who vouches for clients: one without such a certificate is not let in; NULL: clients need
	 * none. */
	const char *client_ca;
	size_t max_message;	  /* bytes; 0: 1 MiB */
	unsigned max_connections; /* 0: 10,000 */
	unsigned heartbeat_ms;	  /* see sync_session_tick(); 0: 20,000 */
	unsigned hello_ms;	  /* in which a native peer has to say hello; 0: 10,000 */
	sync_store *store;	  /* borrowed, free it after the server; NULL: memory */
	unsigned workers;	  /* threads for sync_task_work(), started when needed; 0: 4 */
	/* Log lines without line end; NULL: silence. level: 'e' error, 'w' warning, 'i'
	 * information. */
	void (*log)(void *arg, char level, const char *line);
	void *log_arg;
	/* Who native peers are, see sync_session_options. What they show is the token of the hello,
	 * or else what came with the request: `Authorization: Bearer TOKEN`, the cookie named here
	 * (NULL: none), or a subprotocol `ticket.TOKEN`, of at most 60 bytes in all, beside
	 * `sync.v1.json`. */
	sync_status (*authenticate)(void *arg, const sync_credentials *shown, sync_grant *grant);
	void *authenticate_arg;
	const char *cookie;
	/* What else there is to say about documents and peers: max_docs, idle_ms, may_open,
	 * connected, disconnected. Its store, pool and clock are not looked at. NULL: the
	 * defaults. */
	const sync_hub_options *hub;
} sync_server_options;

/* NULL: could not listen or no memory; `error` (may be NULL) says why. Options are copied. */
sync_server *sync_server_new(const sync_server_options *options, sync_error *error);
/* Ends what runs, with all of its documents; not from within a callback. NULL is fine. */
void sync_server_free(sync_server *server);

int sync_server_port(const sync_server *server); /* where it listens */
sync_hub *sync_server_hub(sync_server *server);	 /* the server's own */

/* Serves a model, as sync_hub_add() does; a refusal goes to the log as well. What T_serve()
 * calls. */
sync_status sync_server_add(sync_server *server, const sync_model *model, const void *handlers,
			    void *context);

/* Lets documents be had at a path, or changes what can be had there. A connection that is there
 * already keeps what it has. INVALID: no path. Copied. */
sync_status sync_server_mount(sync_server *server, const sync_mount *mount, sync_error *error);

/* Serves until sync_server_stop() or sync_server_drain(); may be called again then. INTERNAL: its
 * loop failed. */
sync_status sync_server_run(sync_server *server);
/* Ends it within half a second. From any thread or signal handler. */
void sync_server_stop(sync_server *server);
/*
 * Ends it with care: nobody new is let in, native clients are told to come again in `after_ms` or
 * somewhat later, everybody has until `within_ms` for what was begun to be answered. From any
 * thread or signal handler.
 */
void sync_server_drain(sync_server *server, unsigned after_ms, unsigned within_ms);
/* Runs fn(arg) on the server's thread, soon. From any thread. NOMEM: not queued. */
sync_status sync_server_post(sync_server *server, void (*fn)(void *arg), void *arg);

/* For a program with its own loop: the descriptor to poll for reading (-1: there is none), and one
 * turn of the server that never blocks. It has timers: take a turn at least once a second as well.
 * INTERNAL: its loop failed. */
int sync_server_fd(const sync_server *server);
sync_status sync_server_turn(sync_server *server);

#ifdef __cplusplus
}
#endif
#endif
