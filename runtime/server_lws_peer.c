/* One WebSocket: bytes into the session, frames out of it, and how long it may be silent. */
#include "server_lws.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <syncgen/alloc.h>

enum {
	HEADER_MAX = 10,
	SEND_BUFFER = 256 * 1024,
	DEAD_HALVES = 5,  /* half heartbeats without a sign of life */
	GOODBYE_MS = 1000 /* to answer a close frame */
};

/* ---- out ---- */

/* The header of an unmasked, final frame (RFC 6455 section 5.2) right in front of `data`. Returns
 * its length. It depends on the frame alone: the bytes may be shared. */
static size_t put_header(char *data, size_t length, bool binary)
{
	unsigned char header[HEADER_MAX];
	size_t size = 2;
	header[0] = (unsigned char)(0x80 | (binary ? 2 : 1));
	if (length < 126) {
		header[1] = (unsigned char)length;
	} else {
		size_t bytes = length < 65536 ? 2 : 8;
		header[1] = length < 65536 ? 126 : 127;
		for (size_t i = 0; i < bytes; i++)
			header[2 + i] = (unsigned char)((uint64_t)length >> 8 * (bytes - 1 - i));
		size += bytes;
	}
	memcpy(data - size, header, size);
	return size;
}

static void kill_later(struct peer *peer)
{
	/* Closing outside of a callback must not pull the ground from under a caller. */
	lws_set_timeout(peer->wsi, (enum pending_timeout)1, LWS_TO_KILL_ASYNC);
	lws_cancel_service(peer->server->context); /* it looks at that only after an event */
	peer->open = false;
	peer->dead = true;
}

/* Past libwebsockets, whose way to send() is long. It gets what the socket does not take, and keeps
 * it. */
static bool send_directly(const struct peer *peer, char **bytes, size_t *length)
{
	if (peer->server->tls || lws_partial_buffered(peer->wsi))
		return true; /* what it keeps comes first */
	ssize_t sent = send(peer->fd, *bytes, *length, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
	*bytes += sent;
	*length -= (size_t)sent;
	return true;
}

static void write_raw(struct peer *peer, char *bytes, size_t length)
{
	if (!send_directly(peer, &bytes, &length))
		kill_later(peer);
	else if (length && lws_write(peer->wsi, (unsigned char *)bytes, length, LWS_WRITE_RAW) < 0)
		kill_later(peer);
}

static void write_gathered(struct peer *peer)
{
	sync_buf *gather = &peer->server->gather;
	if (gather->len && peer->open)
		write_raw(peer, gather->data, gather->len);
	sync_buf_clear(gather);
}

/* One frame alone goes out of its own memory; several are joined, because a write is what costs. */
static void send_frames(struct peer *peer)
{
	sync_buf *gather = &peer->server->gather;
	sync_frame frame;
	while (peer->open && !lws_partial_buffered(peer->wsi) &&
	       sync_session_next(peer->session, &frame)) {
		size_t header = put_header(frame.data, frame.length, frame.binary);
		char *bytes = frame.data - header;
		size_t length = header + frame.length;
		if (gather->len + length > SERVER_GATHER)
			write_gathered(peer);
		if (lws_partial_buffered(peer->wsi) || length > SERVER_GATHER ||
		    (!frame.more && !gather->len))
			write_raw(peer, bytes, length); /* what does not fit, libwebsockets keeps */
		else
			sync_buf_put(gather, bytes, length);
	}
	write_gathered(peer);
}

/* Ours, not libwebsockets': its own way out, from a callback for writing, sends none. From here on
 * we only wait for the answer, so that what is still on its way to us does not reset the
 * connection. */
static void say_goodbye(struct peer *peer)
{
	char frame[4] = { (char)0x88, 2, (char)(peer->close_code >> 8), (char)peer->close_code };
	if (!peer->open || lws_partial_buffered(peer->wsi))
		return;
	write_raw(peer, frame, sizeof frame);
	peer->open = false;
	peer->left_at = peer->server->now;
	sync_wheel_set(&peer->server->wheel, &peer->timer, GOODBYE_MS / peer->server->tick_ms + 1);
}

static void flush_peer(struct peer *peer)
{
	if (peer->open && peer->session) {
		uint64_t begun = peer->asked ? server_begin() : 0;
		send_frames(peer);
		if (peer->asked)
			server_spent(peer, begun);
		peer->asked = false;
		if (sync_session_close_code(peer->session))
			peer_close(peer, sync_session_close_code(peer->session));
	}
	if (peer->close_code)
		say_goodbye(peer);
	if (!peer->dead && lws_partial_buffered(peer->wsi))
		lws_callback_on_writable(peer->wsi);
}

static void forget_dirty(struct peer *peer)
{
	if (!peer->prev)
		return;
	peer->prev->next = peer->next;
	peer->next->prev = peer->prev;
	peer->next = peer->prev = NULL;
}

void peer_dirty(void *arg)
{
	struct peer *peer = arg, *head = &peer->server->dirty;
	if (peer->prev)
		return;
	peer->next = head;
	peer->prev = head->prev;
	head->prev->next = peer;
	head->prev = peer;
}

void server_flush(sync_server *server)
{
	struct peer *head = &server->dirty;
	while (head->next != head) {
		struct peer *peer = head->next;
		forget_dirty(peer);
		flush_peer(peer);
	}
}

/* ---- in ---- */

void peer_close(struct peer *peer, unsigned code)
{
	if (peer->close_code)
		return;
	peer->close_code = code;
	peer_dirty(peer); /* after what is still to be said */
}

/* Not at once: libwebsockets sends the pongs it owes when the socket is writable, and those who
 * judge an echo want everything in order. */
static void echo(struct peer *peer, const char *data, size_t length)
{
	if (!peer->echoes)
		peer->echoes = sync_calloc(1, sizeof *peer->echoes);
	sync_buf *out = peer->echoes;
	char *room = out ? sync_buf_room(out, SYNC_FRAME_ROOM + length) : NULL;
	if (!room) {
		peer_close(peer, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION);
		return;
	}
	size_t header = put_header(room + SYNC_FRAME_ROOM, length, peer->binary);
	memmove(room, room + SYNC_FRAME_ROOM - header, header);
	if (length)
		memcpy(room + header, data, length);
	out->len += header + length;
	lws_callback_on_writable(peer->wsi);
}

static void send_echoes(struct peer *peer)
{
	if (!peer->echoes || !peer->echoes->len || lws_partial_buffered(peer->wsi))
		return;
	write_raw(peer, peer->echoes->data, peer->echoes->len);
	sync_buf_clear(peer->echoes);
}

int peer_writable(struct peer *peer)
{
	if (peer->dead)
		return -1;
	if (peer->server->echo && peer->open)
		send_echoes(peer);
	flush_peer(peer);
	return peer->dead ? -1 : 0;
}

static void take_message(struct peer *peer, const char *data, size_t length)
{
	if (peer->server->echo) {
		echo(peer, data, length);
		return;
	}
	peer_message(peer, data, length);
}

void peer_receive(struct peer *peer, const char *data, size_t length)
{
	struct lws *wsi = peer->wsi;
	size_t announced = lws_remaining_packet_payload(wsi);
	bool whole = lws_is_final_fragment(wsi) && !announced;
	peer_heard(peer);
	if (!peer->open || peer->close_code)
		return; /* what comes after a goodbye is not heard */
	if (lws_is_first_fragment(wsi)) {
		peer->binary = lws_frame_is_binary(wsi) != 0;
		peer_drop_message(peer);
	}
	bool begun = peer->held && peer->held->begun;
	if (whole && !begun && length <= peer->server->max_message) {
		take_message(peer, data, length);
		return;
	}
	/* What is announced counts already: nobody gets to fill memory up to the limit and beyond.
	 */
	size_t before = begun ? peer->held->message.len : 0;
	if (announced > peer->server->max_message ||
	    before + length + announced > peer->server->max_message)
		peer_close(peer, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
	else if (!peer_keep(peer, data, length))
		peer_close(peer, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION);
	if (!whole && !peer->close_code)
		return;
	if (!peer->close_code)
		take_message(peer, peer->held->message.data, peer->held->message.len);
	peer_drop_message(peer);
}

/* What libwebsockets lets pass: a body of one byte, codes that are not for the wire (section 7.4).
 */
int peer_said_close(struct peer *peer, const unsigned char *data, size_t length)
{
	unsigned code = length >= 2 ? (unsigned)data[0] << 8 | data[1] : 1000;
	bool reserved = code < 1000 || code == 1004 || code == 1005 || code == 1006 ||
			(code > 1014 && code < 3000) || code > 4999;
	if (peer->left_at)
		return -1;	  /* it is the answer to ours */
	int copy = dup(peer->fd); /* for what may be on its way behind it */
	peer->linger = copy > 0 ? copy : 0;
	bool good = length != 1 && !reserved &&
		    (length < 3 || sync_utf8_check((const char *)data + 2, length - 2, NULL));
	if (good) {
		peer_hear_out(peer);
		peer->open = false;
		return 0;
	}
	peer->close_code = LWS_CLOSE_STATUS_PROTOCOL_ERR;
	say_goodbye(peer);
	return -1;
}

/* ---- time ---- */

void peer_heard(struct peer *peer)
{
	peer->heard = peer->server->now;
	peer->pinged = false;
}

static void ping(struct peer *peer)
{
	/* Not an empty one: the answer to that is not reported. */
	char frame[3] = { (char)0x89, 1, '?' };
	if (!peer->pinged && !lws_partial_buffered(peer->wsi))
		write_raw(peer, frame, sizeof frame);
	peer->pinged = true;
}

static void look_again(struct peer *peer)
{
	const sync_server *server = peer->server;
	uint64_t half = server->heartbeat / 2;
	uint64_t wait = server->hello < half ? server->hello : half;
	sync_wheel_set(&peer->server->wheel, &peer->timer, wait / server->tick_ms);
}

/* Native peers are asked by their session, others by a ping of WebSocket. False: it ends, with a
 * word. */
static bool keeps_time(struct peer *peer)
{
	if (!peer->session || !peer->open || peer->close_code)
		return true;
	if (peer->native)
		peer_dirty(peer);
	if (sync_session_tick(peer->session) == SYNC_OK)
		return true;
	server_log(peer->server, 'i', "closing a silent connection");
	peer_close(peer, sync_session_close_code(peer->session));
	return false;
}

static void look_at(sync_wheel_entry *entry, void *arg)
{
	struct peer *peer = (void *)entry;
	sync_server *server = arg;
	look_again(peer);
	if (!keeps_time(peer))
		return;
	uint64_t patience = server->heartbeat * DEAD_HALVES / 2;
	uint64_t begun = peer->held ? peer->held->begun : 0;
	bool gone = server->now - peer->heard >= patience ||
		    (begun && server->now - begun >= patience) ||
		    (peer->left_at && server->now - peer->left_at >= GOODBYE_MS);
	if (gone && !peer->dead) {
		server_log(server, 'i', "closing a silent connection");
		kill_later(peer);
	} else if (peer->open && !peer->native && server->now - peer->heard >= server->heartbeat) {
		ping(peer);
	}
}

void server_tick(sync_server *server)
{
	sync_wheel_tick(&server->wheel, look_at, server);
}

static void drain_one(sync_wheel_entry *entry, void *arg)
{
	struct peer *peer = (void *)entry;
	const unsigned *after_ms = arg;
	if (!peer->native) {
		peer_close(peer, LWS_CLOSE_STATUS_GOINGAWAY);
		return;
	}
	peer_hear_out(peer);
	sync_session_drain(peer->session, *after_ms);
	peer_dirty(peer);
}

void server_drain_all(sync_server *server, unsigned after_ms)
{
	sync_wheel_each(&server->wheel, drain_one, &after_ms);
}

/* ---- life ---- */

int peer_open(sync_server *server, struct peer *peer, struct lws *wsi)
{
	peer->server = server;
	peer->wsi = wsi;
	peer->fd = lws_get_socket_fd(wsi);
	server->connections++;
	look_again(peer);
	peer->open = true;
	peer_heard(peer);
	/* Else the kernel holds megabytes for a reader that has stopped. */
	int size = SEND_BUFFER;
	setsockopt(peer->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	if (server->echo)
		return 0;
	peer->native = strcmp(lws_get_protocol(wsi)->name, SERVER_NATIVE) == 0;
	sync_token_from from = SYNC_TOKEN_NONE;
	char *token =
		peer->native && server->authenticate ? server_http_token(server, wsi, &from) : NULL;
	peer->session = sync_session_new(
		server->hub,
		&(sync_session_options){ .dialect = peer->native ? SYNC_DIALECT_NATIVE
								 : SYNC_DIALECT_WS_SYNC,
					 .keys = (const char *const *)peer->keys,
					 .identify = peer->mount->identify,
					 .max_message = server->max_message,
					 .heartbeat_ms = (unsigned)server->heartbeat,
					 .hello_ms = (unsigned)server->hello,
					 .wake = peer_dirty,
					 .authenticate = server->authenticate,
					 .authenticate_arg = server->authenticate_arg,
					 .token = token,
					 .token_from = from,
					 .arg = peer });
	peer_forget_keys(peer);
	sync_free(token);
	if (!peer->session)
		return -1;
	peer_dirty(peer);
	return 0;
}

void peer_closed(struct peer *peer)
{
	if (!peer->server)
		return;
	peer_hear_out(peer);
	forget_dirty(peer);
	sync_wheel_clear(&peer->timer);
	sync_session_free(peer->session);
	peer_drop_message(peer);
	peer_drop_waiting(peer);
	if (peer->echoes)
		sync_buf_release(peer->echoes);
	sync_free(peer->echoes);
	peer->echoes = NULL;
	if (peer->linger)
		server_linger(peer->server, peer->linger);
	peer->linger = 0;
	peer->session = NULL;
	peer->open = false;
	peer->server->connections--;
	peer->server = NULL;
}
