/*
 * A bare epoll loop that sends one prepared frame to each: what the kernel's part of a broadcast
 * costs. It knows just enough of WebSocket for load.c. Prints its port; ends when standard input
 * does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <libwebsockets.h> /* for SHA-1 and base64 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bare.h"

enum { PEERS = 16384, ROOM = 32 * 1024, EVENTS = 512 };

static struct peer {
	int fd;
	bool open;
} peers[PEERS];
static int live[PEERS], live_count;
static struct bare_answer answer;

static void put(int fd, const char *bytes, size_t length)
{
	/* Nobody here is slow: what does not fit is the end. */
	if (send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
		exit(1);
}

static void put_frames(int fd)
{
	static char out[BARE_FRAMES * (BARE_FRAME + 4)];
	size_t length = 0;
	for (unsigned i = 0; i < answer.count; i++) {
		size_t size = answer.lengths[i];
		out[length++] = (char)0x81;
		out[length++] = (char)(size < 126 ? size : 126);
		if (size >= 126) {
			out[length++] = (char)(size >> 8);
			out[length++] = (char)size;
		}
		memcpy(out + length, answer.frames[i], size);
		length += size;
	}
	if (!answer.everybody)
		put(fd, out, length);
	for (int i = 0; answer.everybody && i < live_count; i++)
		put(live[i], out, length);
}

static void shake_hands(struct peer *peer, char *text)
{
	unsigned char hash[20];
	char key[128], accept[64], out[256];
	const char *at = strcasestr(text, "Sec-WebSocket-Key: ");
	if (!at || sscanf(at + 19, "%64[^\r]", key) != 1)
		exit(1);
	strcat(key, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	lws_SHA1((unsigned char *)key, strlen(key), hash);
	lws_b64_encode_string((char *)hash, sizeof hash, accept, sizeof accept);
	const char *protocol =
		strstr(text, "sync.v1.json") ? "Sec-WebSocket-Protocol: sync.v1.json\r\n" : "";
	put(peer->fd, out,
	    (size_t)snprintf(out, sizeof out,
			     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: "
			     "websocket\r\nConnection: Upgrade\r\n"
			     "Sec-WebSocket-Accept: %s\r\n%s\r\n",
			     accept, protocol));
	peer->open = true;
}

/* One whole frame a read: load.c sends no more at a time. */
static void take_frame(struct peer *peer, unsigned char *bytes)
{
	size_t length = bytes[1] & 127, header = 2;
	if (length == 126) {
		length = (size_t)bytes[2] << 8 | bytes[3];
		header = 4;
	}
	unsigned char *text = bytes + header + 4;
	for (size_t i = 0; i < length; i++)
		text[i] ^= bytes[header + (i & 3)];
	text[length] = '\0';
	bare_hear((char *)text, &answer);
	if (answer.joins)
		live[live_count++] = peer->fd;
	put_frames(peer->fd);
}

static void on_readable(struct peer *peer)
{
	static char bytes[ROOM];
	ssize_t length = recv(peer->fd, bytes, sizeof bytes - 1, 0);
	if (length <= 0) {
		close(peer->fd);
		return;
	}
	bytes[length] = '\0';
	if (peer->open)
		take_frame(peer, (unsigned char *)bytes);
	else
		shake_hands(peer, bytes);
}

static void watch(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = &peers[fd] };
	if (fd < 0 || fd >= PEERS || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		exit(1);
	peers[fd] = (struct peer){ .fd = fd };
}

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	struct rlimit files = { PEERS, PEERS };
	int listener = socket(AF_INET, SOCK_STREAM, 0), epoll = epoll_create1(0);
	setrlimit(RLIMIT_NOFILE, &files);
	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1024) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) < 0)
		return 1;
	watch(epoll, listener);
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	bare_watch_input();
	for (;;) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(epoll, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			struct peer *peer = events[i].data.ptr;
			if (peer->fd == listener)
				watch(epoll, accept4(listener, NULL, NULL, SOCK_NONBLOCK));
			else
				on_readable(peer);
		}
	}
}
