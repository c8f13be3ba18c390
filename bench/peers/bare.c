#include "bare.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long revision;
static char line[256];

#define PATCH "{\"t\":\"patch\",\"doc\":\"%s\",\"epoch\":\"0123456789abcdef\",\"from\":"

static char *next(struct bare_answer *answer)
{
	return answer->frames[answer->count];
}

static void done(struct bare_answer *answer, int length)
{
	answer->lengths[answer->count++] = (size_t)length;
}

static void greet(const char *text, struct bare_answer *answer)
{
	bool live = strstr(text, "\"doc\":\"LIVE\"") != NULL;
	answer->joins = live;
	done(answer, snprintf(next(answer), BARE_FRAME, "{\"t\":\"welcome\",\"heartbeat\":20000}"));
	done(answer,
	     snprintf(next(answer), BARE_FRAME,
		      PATCH "null,\"rev\":%lu,\"ops\":[{\"op\":\"replace\",\"path\":\"\",\"value\":"
			    "{\"line\":\"%s\"}}]}",
		      live ? "LIVE" : "QUIET", revision, live ? line : ""));
}

static void call(const char *at, struct bare_answer *answer)
{
	unsigned long number = strtoul(at + 5, NULL, 10);
	bool says = strncmp(strstr(at, "\"action\":\"") + 10, "say", 3) == 0;
	const char *said = strstr(at, "\"line\":\"") + 8;
	int length = (int)strcspn(said, "\"");
	if (!says) {
		done(answer,
		     snprintf(next(answer), BARE_FRAME,
			      PATCH
			      "%lu,\"rev\":%lu,\"ops\":[],\"done\":%lu,\"results\":[{\"n\":%lu,"
			      "\"value\":\"%.*s\"}]}",
			      "LIVE", revision, revision, number, number, length, said));
		return;
	}
	answer->everybody = true;
	snprintf(line, sizeof line, "%.*s", length, said);
	revision++;
	done(answer,
	     snprintf(next(answer), BARE_FRAME,
		      PATCH
		      "%lu,\"rev\":%lu,\"ops\":[{\"op\":\"replace\",\"path\":\"/line\",\"value\":"
		      "\"%s\"}]}",
		      "LIVE", revision - 1, revision, line));
}

void bare_hear(const char *text, struct bare_answer *answer)
{
	answer->joins = answer->everybody = false;
	answer->count = 0;
	if (strstr(text, "\"hello\""))
		greet(text, answer);
	for (const char *at = text; (at = strstr(at, "{\"n\":")) && answer->count < BARE_FRAMES;
	     at++)
		call(at, answer);
}

static void *wait_for_end(void *nothing)
{
	char byte;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	exit(0);
	return nothing;
}

void bare_watch_input(void)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, wait_for_end, NULL) != 0)
		exit(1);
}
