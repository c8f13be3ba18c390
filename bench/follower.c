#define _GNU_SOURCE
#include "follower.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { EVENTS = 512, PATIENCE_MS = 10000, MESSAGE = 32 * 1024, PATH = 256 };

struct following following_all;

uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* ---- what comes ---- */

static void join(struct follower *follower)
{
	char text[256];
	line_send(&follower->line, text,
		  following_all.dialect->join(text, sizeof text, follower->doc));
}

static void opened(struct line *line)
{
	if (following_all.dialect->join && !following_all.dialect->waits)
		join((struct follower *)line);
}

static void take_state(struct follower *follower, const struct heard *heard)
{
	if (follower->joined)
		load_fail("the whole state at revision %llu, where a patch was due",
			  (unsigned long long)heard->rev);
	follower->joined = true;
	following_all.joined++;
	memcpy(follower->epoch, heard->epoch, sizeof follower->epoch);
	strcpy(follower->value, heard->changes ? heard->line : "");
}

static void check_patch(const struct follower *follower, const struct heard *heard)
{
	if (!follower->joined)
		load_fail("a patch before the state");
	if (heard->from != follower->revision)
		load_fail("a patch from revision %llu at revision %llu: one is missing, or came "
			  "twice",
			  (unsigned long long)heard->from, (unsigned long long)follower->revision);
	if (heard->rev < heard->from || (heard->changes && heard->rev == heard->from))
		load_fail("a patch from revision %llu to %llu", (unsigned long long)heard->from,
			  (unsigned long long)heard->rev);
	if (!heard->changes || following_all.merges)
		return;
	if (heard->rev != heard->from + 1)
		load_fail("%llu revisions in one patch",
			  (unsigned long long)(heard->rev - heard->from));
	if (strcmp(heard->line, following_all.goal) != 0)
		load_fail("revision %llu says \"%s\", not \"%s\"", (unsigned long long)heard->rev,
			  heard->line, following_all.goal);
}

static void take_patch(struct follower *follower, const struct heard *heard)
{
	if (heard->whole)
		take_state(follower, heard);
	else
		check_patch(follower, heard);
	follower->revision = heard->rev;
	if (heard->whole || !heard->changes)
		return;
	strcpy(follower->value, heard->line);
	if (follower->arrived || strcmp(heard->line, following_all.goal) != 0)
		return;
	follower->arrived = true;
	following_all.arrived++;
	if (following_all.on_arrival)
		following_all.on_arrival(follower);
}

static void take_answer(struct follower *follower, const struct heard *heard)
{
	bool other = heard->number && heard->number != follower->number; /* where it says which */
	if (other || !following_all.on_answer)
		load_fail("an answer to call %llu, the last was %llu",
			  (unsigned long long)heard->number, (unsigned long long)follower->number);
	following_all.on_answer(follower, heard->line);
}

static void on_heard(struct line *line, const char *text, size_t length)
{
	struct follower *follower = (struct follower *)line;
	struct heard heard;
	following_all.dialect->hear(text, length, &heard);
	if (heard.reply)
		line_send(line, heard.reply, strlen(heard.reply));
	if (heard.kind == HEARD_BAD)
		load_fail("it said %.300s", text);
	if (heard.kind == HEARD_READY)
		join(follower);
	if (heard.kind == HEARD_PATCH)
		take_patch(follower, &heard);
	if (heard.number || heard.kind == HEARD_ANSWER)
		take_answer(follower, &heard);
}

/* ---- turns ---- */

void following_start(int port, const struct dialect *dialect)
{
	following_all = (struct following){ .dialect = dialect,
					    .target = { port, dialect->protocol, dialect->binary,
							opened, on_heard },
					    .epoll = epoll_create1(EPOLL_CLOEXEC) };
}

bool following_turn(int milliseconds)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(following_all.epoll, events, EVENTS, milliseconds);
	for (int i = 0; i < count; i++)
		line_event(events[i].data.ptr, events[i].events);
	return count > 0;
}

void following_until(const size_t *count, size_t wanted, const char *what)
{
	while (*count < wanted)
		if (!following_turn(PATIENCE_MS) && *count < wanted)
			load_fail("waited for %s: %zu of %zu", what, *count, wanted);
}

void follower_connect(struct follower *follower, const char *doc)
{
	follower->doc = doc;
	char path[PATH];
	const struct dialect *dialect = following_all.dialect;
	if (dialect->place)
		dialect->place(following_all.target.port, doc, path, sizeof path);
	line_connect(&follower->line, &following_all.target, dialect->place ? path : dialect->path,
		     following_all.epoll);
}

void follower_call(struct follower *follower, const char *action, const char *line, unsigned count)
{
	static char text[MESSAGE];
	struct saying saying = { action, line, follower->number + 1, follower->revision,
				 follower->epoch };
	size_t length = following_all.dialect->call(text, sizeof text, &saying, count);
	follower->number += count;
	follower->asked = now_ns();
	line_send(&follower->line, text, length);
}
