#include "server_lws.h"

#include <stdio.h>
#include <stdlib.h>

#include <syncgen/alloc.h>

enum { TICK_MAX_MS = 1000, LINE = 512, WORKERS = 4 };

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
	return server_clock_ms();
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
	if (server->tick_ms < SERVER_TICK_MIN_MS)
		server->tick_ms = SERVER_TICK_MIN_MS;
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

static sync_status start(sync_server *server, const sync_server_options *options, sync_error *error)
{
	if (!server_loop_start(server) || server_context_make(server, options, error) != SYNC_OK) {
		/* Maybe libwebsockets' libuv plugin is not installed: its own poll loop serves too.
		 */
		server_loop_end(server);
		sync_status status = server_context_make(server, options, error);
		if (status != SYNC_OK)
			return status;
		sync_error_set(error, SYNC_OK, "%s", "");
		server_log(server, 'w', "without libwebsockets' libuv plugin: slower");
	}
	server_loop_tick(server);
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

/* The loop turns when the store, if it is ours to ask, has made something durable. */
static void hear_store(sync_server *server, sync_store *store, void (*wake)(void *arg))
{
	server->store = store;
	if (store && store->notify)
		store->notify(store, wake, server);
}

sync_server *sync_server_new(const sync_server_options *options, sync_error *error)
{
	sync_server *server = sync_calloc(1, sizeof *server);
	sync_error_set(error, SYNC_OK, "%s", "");
	if (!server) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	server->tick_fd = -1;
	server->dirty.next = server->dirty.prev = &server->dirty;
	server->holders.next = server->holders.prev = &server->holders;
	server->posts_last = &server->posts;
	pthread_mutex_init(&server->posts_lock, NULL);
	sync_wheel_init(&server->wheel);
	sync_turns_init(&server->turns);
	server->now = server_clock_ms();
	server->pool =
		sync_pool_new(options->workers ? options->workers : WORKERS, wake_loop, server);
	if (server->pool)
		server->hub = new_hub(server, options);
	sync_status status = server->hub ? copy_options(server, options, error) : SYNC_NOMEM;
	if (status == SYNC_OK)
		status = start(server, options, error);
	if (status == SYNC_OK) {
		hear_store(server, options->store, wake_loop);
		return server;
	}
	if (error && error->code == SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	sync_server_free(server);
	return NULL;
}

void sync_server_free(sync_server *server)
{
	if (!server)
		return;
	hear_store(server, server->store, NULL);
	if (server->hub)
		sync_hub_end_tasks(server->hub); /* while a job can still wake the loop */
	if (server->context)
		lws_context_destroy(server->context);
	server_loop_end(server);
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
