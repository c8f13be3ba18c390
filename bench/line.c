#define _GNU_SOURCE
#include "line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	FIN = 0x80,
	MASK = 0x80,
	TEXT = 1,
	BINARY = 2,
	CLOSE = 8,
	PING = 9,
	PONG = 10,
	HEADER_MAX = 14,
	ROOM = 2048
};

static char *grown(char *bytes, size_t *room, size_t wanted)
{
	if (wanted <= *room)
		return bytes;
	while (*room < wanted)
		*room = *room ? *room * 2 : ROOM;
	bytes = realloc(bytes, *room);
	if (!bytes)
		load_fail("out of memory");
	return bytes;
}

/* ---- out ---- */

static void watch(struct line *line, uint32_t events, int how)
{
	struct epoll_event event = { .events = events, .data.ptr = line };
	if (epoll_ctl(line->epoll, how, line->fd, &event) < 0)
		load_fail("epoll_ctl: %s", strerror(errno));
}

static void flush(struct line *line)
{
	size_t sent = 0;
	while (sent < line->out_length) {
		ssize_t n = send(line->fd, line->out + sent, line->out_length - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0)
			load_fail("send: %s", strerror(errno));
		sent += (size_t)n;
	}
	line->out_length -= sent;
	memmove(line->out, line->out + sent, line->out_length);
	bool waits = line->out_length > 0;
	if (waits != line->waits)
		watch(line, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
	line->waits = waits;
}

static void put(struct line *line, const void *bytes, size_t length)
{
	line->out = grown(line->out, &line->out_room, line->out_length + length);
	memcpy(line->out + line->out_length, bytes, length);
	line->out_length += length;
}

static void put_frame(struct line *line, int opcode, const char *text, size_t length)
{
	/* Zero is a mask too: a server undoes it like any other. */
	unsigned char header[HEADER_MAX] = { (unsigned char)(FIN | opcode), MASK };
	size_t size = 2;
	if (length < 126) {
		header[1] |= (unsigned char)length;
	} else if (length < 65536) {
		header[1] |= 126;
		header[2] = (unsigned char)(length >> 8);
		header[3] = (unsigned char)length;
		size = 4;
	} else {
		load_fail("a message of %zu bytes is more than this can send", length);
	}
	put(line, header, size + 4);
	put(line, text, length);
}

void line_send(struct line *line, const char *text, size_t length)
{
	put_frame(line, line->target->binary ? BINARY : TEXT, text, length);
	flush(line);
}

/* ---- in ---- */

static void take_frame(struct line *line, int opcode, char *text, size_t length)
{
	char after = text[length];
	text[length] = '\0';
	if (opcode == (FIN | TEXT) || opcode == (FIN | BINARY))
		line->target->heard(line, text, length);
	else if (opcode == (FIN | PING))
		put_frame(line, PONG, text, length);
	else if (opcode == (FIN | CLOSE))
		load_fail("the server closed with %d",
			  length < 2 ? 0 : (text[0] & 255) << 8 | (text[1] & 255));
	else if (opcode != (FIN | PONG))
		load_fail("a frame that begins with 0x%02x", (unsigned)opcode);
	text[length] = after;
}

/* The bytes of the frame at `bytes`, or 0: it is not all there. */
static size_t frame(struct line *line, char *bytes, size_t there)
{
	unsigned char *at = (unsigned char *)bytes;
	size_t header = 2, length = there < 2 ? 0 : at[1];
	if (length >= MASK)
		load_fail("a masked frame");
	if (length == 126)
		header = 4;
	if (length == 127)
		header = 10;
	if (there < header)
		return 0;
	if (header > 2)
		for (size_t i = 2, sum = 0; i < header; i++)
			length = sum = sum << 8 | at[i];
	if (there < header + length)
		return 0;
	take_frame(line, at[0], bytes + header, length);
	return header + length;
}

/* The bytes of the answer to the handshake, or 0. */
static size_t handshake(struct line *line)
{
	char *end = memmem(line->in, line->in_length, "\r\n\r\n", 4);
	if (!end)
		return 0;
	if (line->in_length < 12 || memcmp(line->in + 8, " 101", 4) != 0)
		load_fail("no WebSocket: %.*s", (int)strcspn(line->in, "\r\n"), line->in);
	line->open = true;
	line->target->opened(line);
	return (size_t)(end - line->in) + 4;
}

static void take(struct line *line)
{
	size_t used = 0, now = 1;
	while (now) {
		now = line->open ? frame(line, line->in + used, line->in_length - used)
				 : handshake(line);
		used += now;
	}
	line->in_length -= used;
	memmove(line->in, line->in + used, line->in_length);
}

void line_event(struct line *line, uint32_t events)
{
	if (events & EPOLLOUT)
		flush(line);
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	line->in = grown(line->in, &line->in_room, line->in_length + ROOM);
	ssize_t n =
		recv(line->fd, line->in + line->in_length, line->in_room - line->in_length - 1, 0);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		load_fail("a connection ended: %s", n < 0 ? strerror(errno) : "end of file");
	line->in_length += (size_t)n;
	take(line);
	if (line->out_length)
		flush(line);
}

/* ---- life ---- */

void line_connect(struct line *line, const struct line_target *target, const char *path, int epoll)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)target->port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char request[512];
	int yes = 1;
	*line = (struct line){ .target = target, .epoll = epoll };
	line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (line->fd < 0)
		load_fail("socket: %s", strerror(errno));
	setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	if (connect(line->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
		load_fail("connect to port %d: %s", target->port, strerror(errno));
	int length =
		snprintf(request, sizeof request,
			 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
			 "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
			 "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n",
			 path, target->port, target->protocol ? "Sec-WebSocket-Protocol: " : "",
			 target->protocol ? target->protocol : "", target->protocol ? "\r\n" : "");
	put(line, request, (size_t)length);
	line->waits = true;
	watch(line, EPOLLIN | EPOLLOUT, EPOLL_CTL_ADD);
}

void line_release(struct line *line)
{
	close(line->fd);
	free(line->in);
	free(line->out);
	*line = (struct line){ .fd = -1 };
}
