#include "client_lws.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <syncgen/alloc.h>

enum {
	CLOSING_TURNS = 100,
	READ_BUFFER = 16 * 1024,
	WRITE_CHUNK = 1024 * 1024,
	HEADER_BYTES = 16 * 1024,
	STEPS = 8 /* of a client in one turn: each but the last changes its connection */
};

uint64_t client_lws_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- turns of the loop ---- */

static void on_alarm_lws(lws_sorted_usec_list_t *sul)
{
	sync_client_socket *socket = lws_container_of(sul, sync_client_socket, alarm_lws);
	socket->alarm_at = UINT64_MAX;
}

static void set_alarm(sync_client_socket *socket)
{
	uint64_t at = sync_client_deadline(socket->client);
	if (at == socket->alarm_at)
		return;
	socket->alarm_at = at;
	uint64_t wait = at == UINT64_MAX ? 0 : at > socket->now ? at - socket->now : 1;
	if (socket->uv) {
		struct itimerspec once = { 0 };
		once.it_value.tv_sec = (time_t)(wait / 1000);
		once.it_value.tv_nsec = (long)(wait % 1000) * 1000000;
		timerfd_settime(socket->alarm_fd, 0, &once, NULL);
	} else if (wait) {
		lws_sul_schedule(socket->context, 0, &socket->alarm_lws, on_alarm_lws,
				 (lws_usec_t)wait * LWS_US_PER_MS);
	}
}

static bool is_final(const sync_client *client)
{
	sync_client_status status;
	sync_client_status_get(client, &status);
	return status.final;
}

static void end(sync_client_socket *socket)
{
	socket->ended = true;
	if (socket->uv)
		uv_stop(&socket->loop);
}

/* Between two waits: whatever follows from what has happened. */
static void turn(sync_client_socket *socket)
{
	socket->now = client_lws_now();
	if (atomic_load(&socket->stopping))
		sync_client_stop(socket->client);
	for (int i = 0; i < STEPS; i++) {
		sync_client_step step = sync_client_poll(socket->client, socket->now);
		if (step == SYNC_CLIENT_REST)
			break;
		if (step == SYNC_CLIENT_DIAL)
			client_line_dial(socket);
		else
			client_line_hang_up(socket);
	}
	if (socket->open && sync_client_speaks(socket->client))
		lws_callback_on_writable(socket->wsi);
	set_alarm(socket);
	if (is_final(socket->client))
		end(socket);
}

static void on_before_wait(uv_prepare_t *handle)
{
	turn(handle->data);
}

static void on_after_wait(uv_check_t *handle)
{
	turn(handle->data);
}

static void on_alarm(uv_poll_t *handle, int status, int events)
{
	sync_client_socket *socket = handle->data;
	uint64_t times;
	(void)status;
	(void)events;
	if (read(socket->alarm_fd, &times, sizeof times) == (ssize_t)sizeof times)
		socket->alarm_at = UINT64_MAX;
}

sync_status sync_client_socket_run(sync_client_socket *socket)
{
	socket->ended = false;
	while (!socket->ended) {
		if (socket->uv) {
			uv_run(&socket->loop, UV_RUN_DEFAULT);
			continue;
		}
		turn(socket);
		if (!socket->ended && lws_service(socket->context, 0) < 0)
			return SYNC_INTERNAL;
	}
	atomic_store(&socket->stopping, false);
	return SYNC_OK;
}

void sync_client_socket_stop(sync_client_socket *socket)
{
	atomic_store(&socket->stopping, true);
	lws_cancel_service(socket->context); /* a write to a pipe: fit for signal handlers */
}

int sync_client_socket_fd(const sync_client_socket *socket)
{
	return socket->uv ? uv_backend_fd(&socket->loop) : -1;
}

sync_status sync_client_socket_turn(sync_client_socket *socket)
{
	if (socket->uv) {
		uv_run(&socket->loop, UV_RUN_NOWAIT);
		return SYNC_OK;
	}
	turn(socket);
	if (lws_service(socket->context, -1) < 0)
		return SYNC_INTERNAL;
	turn(socket);
	return SYNC_OK;
}

/* ---- making one ---- */

/* "Name: value" as two strings behind each other, the colon with the name. NULL: it is none, or no
 * memory. */
static char *copy_header(const char *text, sync_error *error)
{
	size_t name = strcspn(text, ":"), length = strlen(text);
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			name = 0;
	if (!name || !text[name]) {
		sync_error_set(error, SYNC_INVALID, "a header is \"Name: value\"");
		return NULL;
	}
	const char *value = text + name + 1;
	value += strspn(value, " ");
	char *copy = sync_alloc(length + 2);
	if (!copy)
		return NULL;
	memcpy(copy, text, name + 1);
	copy[name + 1] = '\0';
	memcpy(copy + name + 2, value, strlen(value) + 1);
	return copy;
}

static sync_status copy_options(sync_client_socket *socket,
				const sync_client_socket_options *options, sync_error *error)
{
	sync_status status = client_url_parse(&socket->url, options->url, error);
	if (status != SYNC_OK)
		return status;
	size_t count = 0;
	while (options->headers && options->headers[count])
		count++;
	socket->headers = sync_calloc(count + 1, sizeof *socket->headers);
	if (!socket->headers)
		return SYNC_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (!(socket->headers[i] = copy_header(options->headers[i], error)))
			return error->code != SYNC_OK ? error->code : SYNC_NOMEM;
	if (!options->ca)
		return SYNC_OK;
	if (access(options->ca, R_OK) != 0)
		return sync_error_set(error, SYNC_NOT_FOUND, "cannot read %s", options->ca);
	socket->ca = sync_alloc(strlen(options->ca) + 1);
	if (!socket->ca)
		return SYNC_NOMEM;
	memcpy(socket->ca, options->ca, strlen(options->ca) + 1);
	return SYNC_OK;
}

static bool start_loop(sync_client_socket *socket)
{
	if (uv_loop_init(&socket->loop) < 0)
		return false;
	socket->uv = true;
	socket->alarm_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	uv_prepare_init(&socket->loop, &socket->before_wait);
	uv_check_init(&socket->loop, &socket->after_wait);
	socket->before_wait.data = socket->after_wait.data = socket->alarm.data = socket;
	uv_prepare_start(&socket->before_wait, on_before_wait);
	uv_check_start(&socket->after_wait, on_after_wait);
	if (socket->alarm_fd < 0)
		return false;
	if (uv_poll_init(&socket->loop, &socket->alarm, socket->alarm_fd) < 0) {
		close(socket->alarm_fd);
		socket->alarm_fd = -1;
		return false;
	}
	uv_poll_start(&socket->alarm, UV_READABLE, on_alarm);
	return true;
}

/* After the context was told to go: its handles close in a few turns without waiting. */
static void end_loop(sync_client_socket *socket)
{
	if (!socket->uv)
		return;
	uv_close((uv_handle_t *)&socket->before_wait, NULL);
	uv_close((uv_handle_t *)&socket->after_wait, NULL);
	if (socket->alarm_fd >= 0) {
		uv_close((uv_handle_t *)&socket->alarm, NULL);
		close(socket->alarm_fd);
	}
	for (int i = 0; i < CLOSING_TURNS && uv_run(&socket->loop, UV_RUN_NOWAIT); i++)
		;
	/* On a foreign loop the first call only begins; it is over when the pointer is cleared. */
	if (socket->context)
		lws_context_destroy(socket->context);
	uv_loop_close(&socket->loop);
	socket->alarm_fd = -1;
	socket->uv = false;
}

static bool make_context(sync_client_socket *socket)
{
	static const lws_retry_bo_t no_validity = { 0 };
	void *loops[1] = { &socket->loop };
	struct lws_context_creation_info info = { 0 };
	socket->protocols[0].name = SYNC_CLIENT_PROTOCOL;
	socket->protocols[0].callback = client_line_callback;
	socket->protocols[0].rx_buffer_size = READ_BUFFER;
	socket->protocols[0].tx_packet_size = WRITE_CHUNK;
	info.protocols = socket->protocols;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.alpn = "http/1.1";
	info.max_http_header_data2 = HEADER_BYTES;
	info.retry_and_idle_policy = &no_validity;
	info.user = socket;
	info.client_ssl_ca_filepath = socket->ca;
	info.options = LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES;
	if (socket->url.secure)
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	if (socket->ca)
		info.options |= LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
	if (socket->uv) {
		info.options |= LWS_SERVER_OPTION_LIBUV;
		info.foreign_loops = loops;
	}
	info.pcontext = &socket->context;
	socket->context = lws_create_context(&info);
	return socket->context != NULL;
}

static sync_status start(sync_client_socket *socket, sync_error *error)
{
	if (start_loop(socket) && make_context(socket))
		return SYNC_OK;
	/* Maybe libwebsockets' libuv plugin is not installed: its own poll loop serves too. */
	end_loop(socket);
	if (make_context(socket))
		return SYNC_OK;
	return sync_error_set(error, SYNC_INTERNAL, "libwebsockets does not start");
}

/* libwebsockets has one log for the process, and nobody here asked for it: what went wrong comes
 * with the callback that says so. */
static void on_lws_log(int level, const char *line)
{
	(void)level;
	(void)line;
}

sync_client_socket *sync_client_socket_new(sync_client *client,
					   const sync_client_socket_options *options,
					   sync_error *error)
{
	sync_error ignored;
	if (!error)
		error = &ignored;
	sync_error_set(error, SYNC_OK, "%s", "");
	sync_client_socket *socket = sync_calloc(1, sizeof *socket);
	if (!socket) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
	socket->client = client;
	socket->alarm_fd = -1;
	socket->alarm_at = UINT64_MAX;
	socket->now = client_lws_now();
	/* What is longer is cut, and so understood by nobody. */
	socket->message.limit = client->options.max_message + 1;
	sync_status status = copy_options(socket, options, error);
	if (status == SYNC_OK)
		status = start(socket, error);
	if (status == SYNC_OK)
		return socket;
	if (error->code == SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	sync_client_socket_free(socket);
	return NULL;
}

void sync_client_socket_free(sync_client_socket *socket)
{
	if (!socket)
		return;
	socket->wsi = NULL; /* what is called from here on is of the past */
	if (socket->context)
		lws_context_destroy(socket->context);
	end_loop(socket);
	for (char **at = socket->headers; at && *at; at++)
		sync_free(*at);
	sync_free(socket->headers);
	sync_free(socket->ca);
	sync_buf_release(&socket->message);
	sync_free(socket);
}
