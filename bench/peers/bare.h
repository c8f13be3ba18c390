/*
 * What the bare servers say: the frames of sync.v1.json that load.c asks for, by search and
 * snprintf. There is no validation, no history, no store, no rights: it is what a broadcast costs
 * at least.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stdbool.h>
#include <stddef.h>

enum { BARE_FRAME = 1024, BARE_FRAMES = 64 };

/* What is to be done about a message. */
struct bare_answer {
	bool joins;	/* who said it hears LIVE from now on */
	bool everybody; /* the frames are for all who do; else for who said it */
	unsigned count;
	size_t lengths[BARE_FRAMES];
	char frames[BARE_FRAMES][BARE_FRAME];
};

/* `text` with a NUL behind it. */
void bare_hear(const char *text, struct bare_answer *answer);

/* Ends the program when standard input does: from a thread. */
void bare_watch_input(void);

#endif
