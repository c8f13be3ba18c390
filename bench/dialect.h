/*
 * What is said to the servers that are measured, and what they say: that of this project, which the
 * bare ones imitate, that of Socket.IO, where a patch is the same object, and that of Colyseus.
 */
#ifndef BENCH_DIALECT_H
#define BENCH_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_MAX_BYTES = 200, EPOCH_MAX = 20 };

enum heard_kind {
	HEARD_NOTHING, /* that matters */
	HEARD_PATCH,
	HEARD_ANSWER,
	HEARD_READY, /* to be joined */
	HEARD_BAD
};

/* One message of a server. */
struct heard {
	enum heard_kind kind;
	const char *reply; /* to be sent back at once, or NULL */
	bool whole;	   /* of a patch: it is the state, `from` is nothing */
	uint64_t from, rev;
	bool changes;		       /* … the line, to `line` */
	uint64_t number;	       /* of an answer: of which call; 0: there is none in it */
	char line[LINE_MAX_BYTES + 1]; /* the new line, or what was answered */
	char epoch[EPOCH_MAX + 1];
};

/* What a call is made of. */
struct saying {
	const char *action, *line;
	uint64_t number, base; /* number from 1 */
	const char *epoch;
};

struct dialect {
	const char *name, *path, *protocol;
	bool waits;  /* joins only when the server is ready */
	bool binary; /* messages are */
	/* Where to connect to, instead of `path`; may be NULL. */
	void (*place)(int port, const char *doc, char *path, size_t size);
	/* join NULL: who is connected has joined. Both write to a buffer of `size` bytes and return
	 * the length. `count` calls with consecutive numbers, as one message where that is
	 * possible; else there is only one. */
	size_t (*join)(char *to, size_t size, const char *doc);
	size_t (*call)(char *to, size_t size, const struct saying *saying, unsigned count);
	void (*hear)(const char *text, size_t length, struct heard *heard);
	unsigned calls_max; /* in one message */
};

/* NULL: there is none of that name. */
const struct dialect *dialect_find(const char *name);

#endif
