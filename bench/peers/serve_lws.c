/*
 * Bare libwebsockets as its examples use it, on libuv: a broadcast asks for a writable callback for
 * each connection, and each writes the frame there. Prints its port; ends when standard input does.
 */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <uv.h>

#include "bare.h"

enum { RING = 128, MESSAGE = 32 * 1024, CONNECTIONS = 12000 };

/* What was broadcast last, by number; each frame with room in front, as lws_write() wants it. */
static struct ring_frame {
	size_t length;
	unsigned char bytes[LWS_PRE + BARE_FRAME];
} ring[RING];
static unsigned long head;
static bool direct;
static struct lws *live[CONNECTIONS];
static unsigned live_count;
static struct bare_answer answer;

struct peer {
	unsigned long next; /* number of the frame that it is to be given */
	bool live;
};

static void write_text(struct lws *wsi, unsigned char *bytes, size_t length)
{
	if (lws_write(wsi, bytes + LWS_PRE, length, LWS_WRITE_TEXT) < 0)
		exit(1);
}

static void answer_one(struct lws *wsi)
{
	unsigned char bytes[LWS_PRE + BARE_FRAME];
	for (unsigned i = 0; i < answer.count; i++) {
		memcpy(bytes + LWS_PRE, answer.frames[i], answer.lengths[i]);
		write_text(wsi, bytes, answer.lengths[i]);
	}
}

/* The header of a server's text frame (RFC 6455 section 5.2). */
static size_t put_header(unsigned char *bytes, size_t length)
{
	bytes[0] = 0x81;
	bytes[1] = (unsigned char)(length < 126 ? length : 126);
	bytes[2] = (unsigned char)(length >> 8);
	bytes[3] = (unsigned char)length;
	return length < 126 ? 2 : 4;
}

static void write_to_all(void)
{
	static unsigned char bytes[LWS_PRE + BARE_FRAMES * BARE_FRAME];
	size_t length = LWS_PRE;
	for (unsigned i = 0; i < answer.count; i++) {
		length += put_header(bytes + length, answer.lengths[i]);
		memcpy(bytes + length, answer.frames[i], answer.lengths[i]);
		length += answer.lengths[i];
	}
	for (unsigned i = 0; i < live_count; i++)
		if (lws_write(live[i], bytes + LWS_PRE, length - LWS_PRE, LWS_WRITE_RAW) < 0)
			exit(1);
}

static void ask_all_to_write(struct lws *wsi)
{
	for (unsigned i = 0; i < answer.count; i++) {
		struct ring_frame *frame = &ring[head++ % RING];
		frame->length = answer.lengths[i];
		memcpy(frame->bytes + LWS_PRE, answer.frames[i], answer.lengths[i]);
	}
	lws_callback_on_writable_all_protocol(lws_get_context(wsi), lws_get_protocol(wsi));
}

static void hear(struct lws *wsi, struct peer *peer, const char *data, size_t length)
{
	static char message[MESSAGE];
	static size_t held;
	if (held + length >= sizeof message)
		exit(1);
	memcpy(message + held, data, length);
	held += length;
	if (lws_remaining_packet_payload(wsi) || !lws_is_final_fragment(wsi))
		return;
	message[held] = '\0';
	held = 0;
	bare_hear(message, &answer);
	if (answer.joins) {
		peer->live = true;
		peer->next = head;
		live[live_count++] = wsi;
	}
	if (answer.everybody && direct)
		write_to_all();
	else if (answer.everybody)
		ask_all_to_write(wsi);
	else
		answer_one(wsi);
}

static void write_next(struct lws *wsi, struct peer *peer)
{
	if (!peer->live || peer->next == head)
		return;
	struct ring_frame *frame = &ring[peer->next++ % RING];
	write_text(wsi, frame->bytes, frame->length);
	if (peer->next != head)
		lws_callback_on_writable(wsi);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t length)
{
	if (reason == LWS_CALLBACK_RECEIVE)
		hear(wsi, user, in, length);
	else if (reason == LWS_CALLBACK_SERVER_WRITEABLE)
		write_next(wsi, user);
	return 0;
}

int main(int argc, char **argv)
{
	direct = argc > 1 && strcmp(argv[1], "direct") == 0;
	static struct lws_protocols protocols[] = { { .name = "sync.v1.json",
						      .callback = callback,
						      .per_session_data_size = sizeof(struct peer),
						      .rx_buffer_size = 1024 },
						    { 0 } };
	struct rlimit files = { CONNECTIONS, CONNECTIONS };
	uv_loop_t loop;
	void *loops[1] = { &loop };
	struct lws_context_creation_info info = { 0 };
	setrlimit(RLIMIT_NOFILE, &files);
	lws_set_log_level(0, NULL);
	uv_loop_init(&loop);
	info.protocols = protocols;
	info.iface = "127.0.0.1";
	info.port = 0;
	info.foreign_loops = loops;
	info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_DISABLE_IPV6 |
		       LWS_SERVER_OPTION_NO_LWS_SYSTEM_STATES;
	struct lws_context *context = lws_create_context(&info);
	if (!context)
		return 1;
	printf("%d\n", lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default")));
	fflush(stdout);
	bare_watch_input();
	return uv_run(&loop, UV_RUN_DEFAULT);
}
