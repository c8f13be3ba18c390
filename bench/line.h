/*
 * One client's end of a WebSocket, for thousands of them in one program: a non-blocking socket, an
 * epoll descriptor that it is in, whole messages out and in.
 *
 *   line_connect(&line, &target, path, epoll);
 *   line_event(event.data.ptr, event.events);     for each event of epoll; calls target->heard
 *   line_send(&line, text, length);
 *   line_release(&line);
 *
 * It is a tool to measure with: whatever is not as it should be (a refused handshake, a fragment, a
 * connection that ends) goes to load_fail(), which ends the program.
 */
#ifndef BENCH_LINE_H
#define BENCH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

struct line_target {
	int port;	      /* of 127.0.0.1 */
	const char *protocol; /* subprotocol; NULL: none */
	bool binary;	      /* what is sent */
	void (*opened)(struct line *line);
	void (*heard)(struct line *line, const char *text, size_t length); /* NUL behind the text */
};

struct line {
	const struct line_target *target; /* borrowed */
	int fd, epoll;
	bool open, waits; /* waits: to be able to send */
	char *in, *out;	  /* what came of a message; what did not fit into the socket */
	size_t in_length, in_room, out_length, out_room;
};

/* Begins; target->opened is called when the handshake is over. */
void line_connect(struct line *line, const struct line_target *target, const char *path, int epoll);
void line_event(struct line *line, uint32_t events);
/* One message, masked (RFC 6455 section 5.3). */
void line_send(struct line *line, const char *text, size_t length);
void line_release(struct line *line);

/* Prints {"ok":false,"why":…} and ends the program with status 1. */
_Noreturn void load_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
