#include "server_lws.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <syncgen/alloc.h>

enum {
	TICK_MIN_MS = 10,
	TICK_MAX_MS = 1000,
	LINE = 512,
	SPARE_FILES = 1024, /* descriptors of the program beside the connections */
	CLOSING_TURNS = 100,
	WORKERS = 4,
	READ_BUFFER = 192, /* each connection has one, and reads no more at a time */
	WRITE_CHUNK = 1024 * 1024,
	HEADER_BYTES = 16 * 1024 /* of one request: larger cookies are dropped without an answer */
};

/* ---- the log ---- */

void server_log(const sync_server *server, char level, const char *format, ...)
{
	char line[LINE];
	va_list arguments;
	if (!server->log)
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	server->log(server->log_arg, level, line);
}

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

/* ---- what libwebsockets calls ---- */

int server_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t length)
{
	/* `length` says whether the chain holds. Libwebsockets takes our word instead of it: 0 lets in. */
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

/* ---- turns of the loop ---- */

static uint64_t clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void set_tick(sync_server *server, uint64_t ms)
{
	struct itimerspec every = { 0 };
	every.it_interval.tv_sec = (time_t)(ms / 1000);
	every.it_interval.tv_nsec = (long)(ms % 1000) * 1000000;
	every.it_value = every.it_interval;
	server->tick_ms = ms;
	if (server->uv)
		timerfd_settime(server->tick_fd, 0, &every, NULL);
}

static void begin_stop(sync_server *server)
{
	server->stop_at = server->now + atomic_load(&server->stop_within);
	server_drain_all(server, atomic_load(&server->stop_after));
	set_tick(server, TICK_MIN_MS);
}

/* Between two waits: everything that was changed goes out, in one write for each peer. */
static void turn(sync_server *server)
{
	server->now = clock_ms();
	sync_pool_turn(server->pool);
	sync_hub_poll(server->hub, server->now);
	server_flush(server);
	if (server->linger_count)
		server_linger_tick(server);
	if (atomic_load(&server->stopping) && !server->stop_at)
		begin_stop(server);
	if (server->stop_at && (!server->connections || server->now >= server->stop_at)) {
		server->ended = true;
		if (server->uv)
			uv_stop(&server->loop);
	}
}

static void on_before_wait(uv_prepare_t *handle)
{
	turn(handle->data);
}

static void on_after_wait(uv_check_t *handle)
{
	turn(handle->data);
}

static void on_tick(uv_poll_t *handle, int status, int events)
{
	sync_server *server = handle->data;
	uint64_t times;
	(void)status;
	(void)events;
	if (read(server->tick_fd, &times, sizeof times) == (ssize_t)sizeof times)
		server_tick(server);
}

static void on_tick_lws(lws_sorted_usec_list_t *sul)
{
	sync_server *server = lws_container_of(sul, sync_server, tick_lws);
	server_tick(server);
	lws_sul_schedule(server->context, 0, sul, on_tick_lws,
			 (lws_usec_t)server->tick_ms * LWS_US_PER_MS);
}

sync_status sync_server_run(sync_server *server)
{
	server->ended = false;
	while (!server->ended) {
		if (server->uv) {
			uv_run(&server->loop, UV_RUN_DEFAULT);
			continue;
		}
		turn(server);
		if (!server->ended && lws_service(server->context, 0) < 0)
			return SYNC_INTERNAL;
	}
	atomic_store(&server->stopping, false);
	server->stop_at = 0;
	return SYNC_OK;
}

int sync_server_fd(const sync_server *server)
{
	return server->uv ? uv_backend_fd(&server->loop) : -1;
}

sync_status sync_server_turn(sync_server *server)
{
	if (server->uv) {
		uv_run(&server->loop, UV_RUN_NOWAIT);
		return SYNC_OK;
	}
	turn(server);
	if (lws_service(server->context, -1) < 0)
		return SYNC_INTERNAL;
	turn(server);
	return SYNC_OK;
}

/* ---- from other threads ---- */

void sync_server_drain(sync_server *server, unsigned after_ms, unsigned within_ms)
{
	atomic_store(&server->stop_after, after_ms);
	atomic_store(&server->stop_within, within_ms);
	atomic_store(&server->stopping, true);
	lws_cancel_service(server->context); /* a write to a pipe: fit for signal handlers */
}

void sync_server_stop(sync_server *server)
{
	sync_server_drain(server, 0, SERVER_STOP_MS);
}

sync_status sync_server_post(sync_server *server, void (*fn)(void *arg), void *arg)
{
	struct post *posted = sync_alloc(sizeof *posted);
	if (!posted)
		return SYNC_NOMEM;
	*posted = (struct post){ NULL, fn, arg };
	pthread_mutex_lock(&server->posts_lock);
	*server->posts_last = posted;
	server->posts_last = &posted->next;
	pthread_mutex_unlock(&server->posts_lock);
	lws_cancel_service(server->context);
	return SYNC_OK;
}

static struct post *take_posts(sync_server *server)
{
	pthread_mutex_lock(&server->posts_lock);
	struct post *first = server->posts;
	server->posts = NULL;
	server->posts_last = &server->posts;
	pthread_mutex_unlock(&server->posts_lock);
	return first;
}

void server_run_posts(sync_server *server)
{
	for (struct post *next, *at = take_posts(server); at; at = next) {
		next = at->next;
		at->fn(at->arg);
		sync_free(at);
	}
}

/* ---- jobs of tasks ---- */

static void wake_loop(void *arg)
{
	sync_server *server = arg;
	if (server->context)
		lws_cancel_service(server->context);
}

static uint64_t clock_of(void *arg)
{
	(void)arg;
	return clock_ms();
}

/* ---- making one ---- */

static bool copy_origins(sync_server *server, const char *const *origins)
{
	size_t count = 0;
	while (origins[count])
		count++;
	server->origins = sync_calloc(count + 1, sizeof *server->origins);
	if (!server->origins)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!(server->origins[i] = sync_alloc_text(origins[i])))
			return false;
	return true;
}

static sync_status copy_root(sync_server *server, const char *files, sync_error *error)
{
	char *real = realpath(files, NULL);
	if (!real)
		return sync_error_set(error, SYNC_NOT_FOUND, "there is no folder %s", files);
	server->root = sync_alloc_text(real);
	free(real);
	return server->root ? SYNC_OK : SYNC_NOMEM;
}

static sync_status copy_options(sync_server *server, const sync_server_options *options,
				sync_error *error)
{
	server->max_message = options->max_message ? options->max_message : SERVER_MESSAGE_MAX;
	server->max_connections =
		options->max_connections ? options->max_connections : SERVER_CONNECTIONS;
	server->heartbeat = options->heartbeat_ms ? options->heartbeat_ms : SERVER_HEARTBEAT_MS;
	server->hello = options->hello_ms ? options->hello_ms : SERVER_HELLO_MS;
	server->tick_ms = server->heartbeat / 8;
	if (server->tick_ms < TICK_MIN_MS)
		server->tick_ms = TICK_MIN_MS;
	if (server->tick_ms > TICK_MAX_MS)
		server->tick_ms = TICK_MAX_MS;
	server->log = options->log;
	server->log_arg = options->log_arg;
	server->authenticate = options->authenticate;
	server->authenticate_arg = options->authenticate_arg;
	server->address = sync_alloc_text(options->address ? options->address : "127.0.0.1");
	server->cookie = options->cookie ? sync_alloc_text(options->cookie) : NULL;
	if (!server->address || (options->cookie && !server->cookie))
		return SYNC_NOMEM;
	sync_mount everything = { .path = options->path ? options->path : "/ws" };
	sync_status status = sync_server_mount(server, &everything, error);
	if (status != SYNC_OK)
		return status;
	if (options->origins && !copy_origins(server, options->origins))
		return SYNC_NOMEM;
	server->tls = options->certificate != NULL;
	status = server_tls_check(options, error);
	if (status == SYNC_OK && options->files)
		status = copy_root(server, options->files, error);
	return status;
}

/* Our own loop, "foreign" to libwebsockets: one of its making would take over signal handlers. */
static bool start_loop(sync_server *server)
{
	if (uv_loop_init(&server->loop) < 0)
		return false;
	server->uv = true;
	server->tick_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	uv_prepare_init(&server->loop, &server->before_wait);
	uv_check_init(&server->loop, &server->after_wait);
	server->before_wait.data = server->after_wait.data = server->ticks.data = server;
	uv_prepare_start(&server->before_wait, on_before_wait);
	uv_check_start(&server->after_wait, on_after_wait);
	if (server->tick_fd < 0)
		return false;
	if (uv_poll_init(&server->loop, &server->ticks, server->tick_fd) < 0) {
		close(server->tick_fd);
		server->tick_fd = -1;
		return false;
	}
	uv_poll_start(&server->ticks, UV_READABLE, on_tick);
	return true;
}

/* After the context's handles were told to close: they do in a few turns without waiting. */
static void end_loop(sync_server *server)
{
	if (!server->uv)
		return;
	uv_close((uv_handle_t *)&server->before_wait, NULL);
	uv_close((uv_handle_t *)&server->after_wait, NULL);
	if (server->tick_fd >= 0) {
		uv_close((uv_handle_t *)&server->ticks, NULL);
		close(server->tick_fd);
	}
	for (int i = 0; i < CLOSING_TURNS && uv_run(&server->loop, UV_RUN_NOWAIT); i++)
		;
	/* On a foreign loop the first call only begins; it is over when the pointer is cleared. */
	if (server->context)
		lws_context_destroy(server->context);
	uv_loop_close(&server->loop);
	server->tick_fd = -1;
	server->uv = false;
}

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

/* False: what there is of a context is being destroyed; end_loop() sees to the rest. */
static bool make_context(sync_server *server, const sync_server_options *options)
{
	static const lws_retry_bo_t no_validity = { 0 };
	void *loops[1] = { &server->loop };
	struct rlimit files;
	struct lws_context_creation_info info = { 0 };
	static const char *const names[] = { SERVER_WS_SYNC, SERVER_NATIVE };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		server->protocols[i].name = names[i];
		server->protocols[i].callback = server_callback;
		server->protocols[i].per_session_data_size = sizeof(struct peer);
		server->protocols[i].rx_buffer_size = READ_BUFFER;
		server->protocols[i].tx_packet_size = WRITE_CHUNK;
	}
	info.protocols = server->protocols;
	info.iface = server->address;
	info.port = options->port;
	info.alpn = "http/1.1";
	info.server_string = "syncgen";
	info.max_http_header_data2 = HEADER_BYTES;
	info.retry_and_idle_policy = &no_validity;
	info.user = server;
	info.options = LWS_SERVER_OPTION_VALIDATE_UTF8 |
		       LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
		       LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES;
	if (!strchr(server->address, ':'))
		info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
	if (server->uv) {
		info.options |= LWS_SERVER_OPTION_LIBUV;
		info.foreign_loops = loops;
	}
	server_tls_fill(options, &info);
	limit_files(server, &files);
	making = server;
	made_line[0] = '\0';
	info.pcontext = &server->context;
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

static sync_status start(sync_server *server, const sync_server_options *options, sync_error *error)
{
	if (!start_loop(server) || !make_context(server, options)) {
		/* Maybe libwebsockets' libuv plugin is not installed: its own poll loop serves too.
		 */
		end_loop(server);
		if (!make_context(server, options))
			return sync_error_set(error, SYNC_INTERNAL,
					      "cannot listen on %s port %d: %s", server->address,
					      options->port, made_line);
		server_log(server, 'w', "without libwebsockets' libuv plugin: slower");
	}
	if (server->uv)
		set_tick(server, server->tick_ms);
	else
		lws_sul_schedule(server->context, 0, &server->tick_lws, on_tick_lws,
				 (lws_usec_t)server->tick_ms * LWS_US_PER_MS);
	return SYNC_OK;
}

static sync_hub *new_hub(sync_server *server, const sync_server_options *options)
{
	sync_hub_options its = options->hub ? *options->hub : (sync_hub_options){ 0 };
	its.store = options->store;
	its.pool = server->pool;
	its.clock = clock_of;
	its.clock_arg = NULL;
	return sync_hub_new(&its);
}

sync_server *sync_server_new(const sync_server_options *options, sync_error *error)
{
	sync_server *server = sync_calloc(1, sizeof *server);
	sync_error_set(error, SYNC_OK, "%s", "");
	if (!server) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
	server->tick_fd = -1;
	server->dirty.next = server->dirty.prev = &server->dirty;
	server->posts_last = &server->posts;
	pthread_mutex_init(&server->posts_lock, NULL);
	sync_wheel_init(&server->wheel);
	server->now = clock_ms();
	server->pool = sync_pool_new(options->workers ? options->workers : WORKERS, wake_loop, server);
	if (server->pool)
		server->hub = new_hub(server, options);
	sync_status status = server->hub ? copy_options(server, options, error) : SYNC_NOMEM;
	if (status == SYNC_OK)
		status = start(server, options, error);
	if (status == SYNC_OK)
		return server;
	if (error && error->code == SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	sync_server_free(server);
	return NULL;
}

void sync_server_free(sync_server *server)
{
	if (!server)
		return;
	if (server->hub)
		sync_hub_end_tasks(server->hub); /* while a job can still wake the loop */
	if (server->context)
		lws_context_destroy(server->context);
	end_loop(server);
	server_linger_end(server);
	for (struct post *next, *at = server->posts; at; at = next) {
		next = at->next;
		sync_free(at);
	}
	pthread_mutex_destroy(&server->posts_lock);
	sync_hub_free(server->hub);
	sync_pool_free(server->pool);
	sync_buf_release(&server->gather);
	for (char **at = server->origins; at && *at; at++)
		sync_free(*at);
	sync_free(server->origins);
	sync_free(server->address);
	server_free_mounts(server);
	sync_free(server->cookie);
	sync_free(server->root);
	sync_free(server);
}

int sync_server_port(const sync_server *server)
{
	return server->port;
}

sync_hub *sync_server_hub(sync_server *server)
{
	return server->hub;
}

sync_status sync_server_add(sync_server *server, const sync_model *model, const void *handlers,
			    void *context)
{
	sync_error error;
	sync_status status = sync_hub_add(server->hub, model, handlers, context, &error);
	if (status != SYNC_OK)
		server_log(server, 'e', "%s is not served: %s", model->name, error.message);
	return status;
}

void sync_server_echo(sync_server *server)
{
	server->echo = true;
}
