#include "server_lws.h"

#include <stdio.h>
#include <sys/resource.h>

/* The context of libwebsockets: what it says, what it calls, how it is made. */

enum {
	SPARE_FILES = 1024, /* descriptors of the program beside the connections */
	READ_BUFFER = 192,  /* each connection has one, and reads no more at a time */
	WRITE_CHUNK = 1024 * 1024,
	HEADER_BYTES = 16 * 1024 /* of one request: larger cookies are dropped without an answer */
};

/* ---- what it says ---- */

/* libwebsockets has one log for the process. What it says while a server is made explains a
 * failure; what it says later is dropped, for it cannot be told whose it is. */
static _Thread_local sync_server *making;
static _Thread_local char made_line[SYNC_MESSAGE_MAX];

static void on_lws_log(int level, const char *line)
{
	if (!making || !(level & (LLL_ERR | LLL_WARN)))
		return;
	int length = (int)strcspn(line, "\n");
	if (!made_line[0]) /* the first says why, the others what follows from it */
		snprintf(made_line, sizeof made_line, "%.*s", length, line);
	server_log(making, 'i', "%.*s", length, line);
}

/* ---- what it calls ---- */

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t length)
{
	/* `length` says whether the chain holds. Libwebsockets takes our word instead of it: 0 lets
	 * in. */
	if (reason == LWS_CALLBACK_OPENSSL_PERFORM_CLIENT_CERT_VERIFICATION)
		return length ? 0 : 1;
	struct lws_context *context = lws_get_context(wsi);
	sync_server *server = context ? lws_context_user(context) : NULL;
	struct peer *peer = user;
	if (!server)
		return 0;
	switch (reason) {
	case LWS_CALLBACK_HTTP:
		return server_http(server, wsi, in, length);
	case LWS_CALLBACK_HTTP_FILE_COMPLETION:
		return lws_http_transaction_completed(wsi) ? -1 : 0;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return server_http_upgrade(server, wsi, in);
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return peer_prepare(server, peer, wsi);
	case LWS_CALLBACK_WSI_DESTROY:
		if (peer)
			peer_forget_keys(peer);
		return 0;
	case LWS_CALLBACK_ESTABLISHED:
		return peer_open(server, peer, wsi);
	case LWS_CALLBACK_RECEIVE:
		peer_receive(peer, in, length);
		return 0;
	case LWS_CALLBACK_RECEIVE_PONG:
		peer_heard(peer);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return peer_writable(peer);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return peer_said_close(peer, in, length);
	case LWS_CALLBACK_CLOSED:
		peer_closed(peer);
		return 0;
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		server_run_posts(server);
		return 0;
	default:
		return 0;
	}
}

/* ---- how it is made ---- */

/* libwebsockets makes tables for the soft limit of open files, and looks at all of it on each
 * close: so it is what is needed while the context is made. */
static void limit_files(const sync_server *server, struct rlimit *before)
{
	struct rlimit wanted;
	getrlimit(RLIMIT_NOFILE, before);
	wanted = *before;
	wanted.rlim_cur = server->max_connections + (rlim_t)SPARE_FILES;
	if (wanted.rlim_max != RLIM_INFINITY && wanted.rlim_cur > wanted.rlim_max)
		wanted.rlim_cur = wanted.rlim_max;
	setrlimit(RLIMIT_NOFILE, &wanted);
}

static void unlimit_files(const struct rlimit *before)
{
	struct rlimit now;
	getrlimit(RLIMIT_NOFILE, &now);
	if (before->rlim_cur == RLIM_INFINITY || before->rlim_cur > now.rlim_cur)
		setrlimit(RLIMIT_NOFILE, before); /* more than needed: as the program had it */
}

static void fill_info(sync_server *server, const sync_server_options *options, void **loops,
		      struct lws_context_creation_info *info)
{
	static const lws_retry_bo_t no_validity = { 0 };
	static const char *const names[] = { SERVER_WS_SYNC, SERVER_NATIVE };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		server->protocols[i].name = names[i];
		server->protocols[i].callback = on_event;
		server->protocols[i].per_session_data_size = sizeof(struct peer);
		server->protocols[i].rx_buffer_size = READ_BUFFER;
		server->protocols[i].tx_packet_size = WRITE_CHUNK;
	}
	info->protocols = server->protocols;
	info->iface = server->address;
	info->port = options->port;
	info->alpn = "http/1.1";
	info->server_string = "syncgen";
	info->max_http_header_data2 = HEADER_BYTES;
	info->retry_and_idle_policy = &no_validity;
	info->user = server;
	info->options = LWS_SERVER_OPTION_VALIDATE_UTF8 |
			LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
			LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES;
	if (!strchr(server->address, ':'))
		info->options |= LWS_SERVER_OPTION_DISABLE_IPV6;
	if (server->uv) {
		info->options |= LWS_SERVER_OPTION_LIBUV;
		info->foreign_loops = loops;
	}
	info->pcontext = &server->context;
	server_tls_fill(options, info);
}

/* False: what there is of a context is being destroyed. */
static bool make(sync_server *server, const sync_server_options *options)
{
	void *loops[1] = { &server->loop };
	struct lws_context_creation_info info = { 0 };
	struct rlimit files;
	fill_info(server, options, loops, &info);
	limit_files(server, &files);
	making = server;
	made_line[0] = '\0';
	server->context = lws_create_context(&info);
	making = NULL;
	unlimit_files(&files);
	if (!server->context)
		return false;
	server->vhost = lws_get_vhost_by_name(server->context, "default");
	if (!server->vhost)
		return false; /* it has begun to destroy the context, on a foreign loop */
	server->port = lws_get_vhost_listen_port(server->vhost);
	/* About a bad client_ca it complains, and goes on. */
	if (server->port > 0 && !(options->client_ca && *made_line))
		return true;
	lws_context_destroy(server->context);
	return false;
}

sync_status server_context_make(sync_server *server, const sync_server_options *options,
				sync_error *error)
{
	lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
	if (make(server, options))
		return SYNC_OK;
	return sync_error_set(error, SYNC_INTERNAL, "cannot listen on %s port %d: %s",
			      server->address, options->port, made_line);
}
