#include "server_lws.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <syncgen/alloc.h>

/* The loop of a server: its turns, and what wakes it. */

enum { CLOSING_TURNS = 100 };

/* ---- turns of the loop ---- */

uint64_t server_clock_ms(void)
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
	set_tick(server, SERVER_TICK_MIN_MS);
}

void server_settle(sync_server *server)
{
	server->now = server_clock_ms();
	sync_hub_poll(server->hub, server->now);
	server_flush(server);
}

/* Between two waits: everything that was changed goes out, in one write for each peer. */
static void turn(sync_server *server)
{
	sync_pool_turn(server->pool);
	server_settle(server);
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
	server_serve(handle->data);
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
	server_loop_tick(server);
}

/* ---- its life ---- */

/* Our own loop, "foreign" to libwebsockets: one of its making would take over signal handlers. */
bool server_loop_start(sync_server *server)
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

void server_loop_end(sync_server *server)
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

void server_loop_tick(sync_server *server)
{
	if (server->uv)
		set_tick(server, server->tick_ms);
	else
		lws_sul_schedule(server->context, 0, &server->tick_lws, on_tick_lws,
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
		server_serve(server);
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
	server_serve(server);
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
