/* One connection of a client: dialled, heard, spoken to, hung up. */
#include "client_lws.h"

_Static_assert((int)LWS_PRE <= (int)SYNC_CLIENT_ROOM, "frames have room for libwebsockets' header");

/* ---- dialling, hanging up ---- */

static void lost(sync_client_socket *socket, const char *why)
{
	socket->wsi = NULL;
	socket->open = socket->dialling = false;
	sync_client_closed(socket->client, socket->now, socket->peer_code, why);
}

/* Why there is no connection, in words for people: libwebsockets' are those of its source. */
static void not_reached(sync_client_socket *socket, struct lws *wsi, const char *words)
{
	unsigned status = lws_http_client_http_response(wsi);
	char why[64];
	if (status && status != 101) {
		snprintf(why, sizeof why, "no WebSocket there: HTTP status %u", status);
		words = why;
	} else if (words && !strcmp(words, "closed before established")) {
		words = "nobody answers there";
	}
	lost(socket, words);
}

void client_line_dial(sync_client_socket *socket)
{
	static const lws_retry_bo_t no_validity = { 0 };
	struct lws_client_connect_info info = { 0 };
	info.context = socket->context;
	info.address = socket->url.host;
	info.port = socket->url.port;
	info.path = socket->url.path;
	info.host = socket->url.authority;
	info.protocol = SYNC_CLIENT_PROTOCOL;
	info.local_protocol_name = SYNC_CLIENT_PROTOCOL;
	info.alpn = "http/1.1";
	info.ssl_connection = socket->url.secure ? LCCSCF_USE_SSL : 0;
	info.ssl_connection |= LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
	info.retry_and_idle_policy = &no_validity;
	info.pwsi = &socket->wsi; /* early: some callbacks come from within the call */
	socket->open = false;
	socket->peer_code = 0;
	sync_buf_clear(&socket->message);
	socket->wsi = NULL;
	socket->dialling = true;
	if (!lws_client_connect_via_info(&info) && socket->dialling)
		lost(socket, "there is no way to connect");
	socket->dialling = false;
}

/* A masked close frame (RFC 6455 sections 5.3 and 5.5.1): libwebsockets sends one only where it
 * closes. */
static void say_goodbye(sync_client_socket *socket)
{
	unsigned code = sync_client_close_code(socket->client);
	unsigned char frame[LWS_PRE + 8], *at = frame + LWS_PRE;
	if (!socket->open || lws_partial_buffered(socket->wsi))
		return;
	at[0] = 0x88;
	at[1] = 0x82;
	if (lws_get_random(socket->context, at + 2, 4) != 4)
		memset(at + 2, 0, 4);
	at[6] = (unsigned char)(code >> 8 ^ at[2]);
	at[7] = (unsigned char)(code ^ at[3]);
	lws_write(socket->wsi, at, 8, LWS_WRITE_RAW);
}

void client_line_hang_up(sync_client_socket *socket)
{
	struct lws *wsi = socket->wsi;
	if (!wsi)
		return;
	say_goodbye(socket);
	socket->wsi = NULL;
	socket->open = false;
	lws_set_timeout(wsi, (enum pending_timeout)1, LWS_TO_KILL_ASYNC);
	lws_cancel_service(socket->context); /* it looks at that only after an event */
}

static int add_headers(const sync_client_socket *socket, struct lws *wsi, unsigned char **at,
		       unsigned char *end)
{
	for (char *const *header = socket->headers; header && *header; header++) {
		const char *name = *header, *value = name + strlen(name) + 1;
		if (lws_add_http_header_by_name(wsi, (const unsigned char *)name,
						(const unsigned char *)value, (int)strlen(value),
						at, end))
			return -1;
	}
	return 0;
}

/* ---- frames ---- */

static int speak(sync_client_socket *socket)
{
	sync_client_frame frame;
	struct lws *wsi = socket->wsi;
	while (!lws_partial_buffered(wsi) && sync_client_next(socket->client, &frame))
		if (lws_write(wsi, (unsigned char *)frame.data, frame.length,
			      frame.binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < 0)
			return -1;
	if (lws_partial_buffered(wsi))
		lws_callback_on_writable(wsi);
	return 0;
}

/* Fragments are delivered as they come. */
static void hear(sync_client_socket *socket, const char *data, size_t length)
{
	struct lws *wsi = socket->wsi;
	bool whole = lws_is_final_fragment(wsi) && !lws_remaining_packet_payload(wsi);
	sync_buf *message = &socket->message;
	if (lws_is_first_fragment(wsi)) {
		socket->binary = lws_frame_is_binary(wsi) != 0;
		sync_buf_clear(message);
	}
	if (whole && !message->len) {
		sync_client_receive(socket->client, socket->now, data, length, socket->binary);
		return;
	}
	sync_buf_put(message, data, length);
	if (!whole && message->status == SYNC_OK)
		return;
	sync_client_receive(socket->client, socket->now, message->data, message->len,
			    socket->binary);
	sync_buf_clear(message);
}

static void said_close(sync_client_socket *socket, const unsigned char *data, size_t length)
{
	socket->peer_code = length >= 2 ? (unsigned)data[0] << 8 | data[1] : 0;
}

int client_line_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			 size_t length)
{
	struct lws_context *context = lws_get_context(wsi);
	sync_client_socket *socket = context ? lws_context_user(context) : NULL;
	(void)user;
	if (!socket)
		return 0;
	if (!wsi || wsi != socket->wsi)
		return 0;
	socket->now = client_lws_now();
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return add_headers(socket, wsi, in, *(unsigned char **)in + length);
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		socket->open = true;
		sync_client_opened(socket->client, socket->now);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		hear(socket, in, length);
		return 0;
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return speak(socket);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		said_close(socket, in, length);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		not_reached(socket, wsi, in);
		return 0;
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
	case LWS_CALLBACK_CLIENT_CLOSED:
		lost(socket, NULL);
		return 0;
	default:
		return 0;
	}
}
