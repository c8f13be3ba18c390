/*
 * One subscriber of a document: where it stands and what it holds. It follows what the server sends
 * and ends the program (load_fail) when that leaves a revision out, repeats one, or says something
 * else than was said last.
 */
#ifndef BENCH_FOLLOWER_H
#define BENCH_FOLLOWER_H

#include "dialect.h"
#include "line.h"

struct follower {
	struct line line; /* first: the line is the follower */
	const char *doc;
	bool joined, arrived;
	uint64_t revision, number; /* number: of its last call */
	uint64_t asked;		   /* ns: when that was sent */
	char value[LINE_MAX_BYTES + 1], epoch[EPOCH_MAX + 1];
};

/* What all followers have in common; set before the first. */
struct following {
	const struct dialect *dialect;
	struct line_target target;
	int epoll;
	size_t joined;		       /* followers that have their first state */
	bool merges;		       /* several revisions in one patch are expected */
	char goal[LINE_MAX_BYTES + 1]; /* what was said last */
	size_t arrived;		       /* followers that hold it */
	void (*on_arrival)(struct follower *follower);
	void (*on_answer)(struct follower *follower, const char *line);
};

extern struct following following_all;

void following_start(int port, const struct dialect *dialect);
/* Handles what has come; waits for at most so long. False: nothing came. */
bool following_turn(int milliseconds);
/* Turns until *count is `wanted`; nothing for ten seconds is a failure. */
void following_until(const size_t *count, size_t wanted, const char *what);

void follower_connect(struct follower *follower, const char *doc);
/* Sends `count` calls of an action in one message. */
void follower_call(struct follower *follower, const char *action, const char *line, unsigned count);

uint64_t now_ns(void);

#endif
