#include "typing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/patch.h>
#include <syncgen/session.h>
#include <syncgen/text.h>

#include "pad.h"

/* A key: the operation that it is. */
struct key {
	const char *op;
	size_t length;
};

struct trace {
	struct key *keys;
	size_t count;
	const char *end; /* the text when all are typed */
};

/* A client: what it shows, and what the server has confirmed. */
struct side {
	sync_session *session;
	Pad shown, confirmed;
	sync_track *shown_track, *confirmed_track;
	uint64_t revision;
	char epoch[24];
};

static struct trace chat, program;
static size_t bytes; /* over both connections, both ways */

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "typing: %s\n", what);
	exit(1);
}

/* ---- the traces: a line an operation, then the text that they make, as JSON ---- */

static bool load(const char *folder, const char *name, struct trace *trace)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *there = fopen(path, "rb");
	if (!there)
		return false; /* the suite is not there */
	fclose(there);
	size_t length, room = 0;
	char *at = bench_load(folder, name, &length);
	for (char *line = strtok(at, "\n"); line; line = strtok(NULL, "\n")) {
		if (*line == '"') {
			sync_reader reader;
			sync_str end = NULL;
			must(sync_reader_init(&reader, line, strlen(line), NULL) &&
				     sync_read_string(&reader, &end, 0, UINT32_MAX),
			     "the end of the trace");
			trace->end = end;
			break;
		}
		if (trace->count == room) {
			room = room ? room * 2 : 1024;
			trace->keys = realloc(trace->keys, room * sizeof *trace->keys);
			must(trace->keys != NULL, "memory");
		}
		trace->keys[trace->count++] = (struct key){ line, strlen(line) };
	}
	return trace->end != NULL;
}

bool typing_set_up_chat(const char *folder)
{
	return chat.end || load(folder, "chat.txt", &chat);
}

bool typing_set_up_program(const char *folder)
{
	return program.end || load(folder, "program.txt", &program);
}

/* ---- a client ---- */

static void apply(sync_track *track, const char *ops, size_t length)
{
	static const sync_apply_options extended = { .flags = SYNC_APPLY_EXTENDED };
	must(sync_track_apply(track, ops, length, &extended, NULL) == SYNC_OK, "a patch");
	must(sync_track_check(track, NULL) == SYNC_OK, "a patch that is valid");
	sync_track_commit(track);
}

/* Behind a member's name, which begins with a quote; NULL: it is not there. */
static const char *member(const char *at, const char *end, const char *name)
{
	size_t length = strlen(name);
	while (at && (at = memchr(at, '"', (size_t)(end - at)))) {
		if ((size_t)(end - at) > length && memcmp(at, name, length) == 0)
			return at + length;
		at++;
	}
	return NULL;
}

static void hear(struct side *side)
{
	sync_frame frame;
	while (sync_session_next(side->session, &frame)) {
		const char *end = frame.data + frame.length, *raw;
		const char *epoch = member(frame.data, end, "\"epoch\":\"");
		const char *revision = member(epoch, end, "\"rev\":");
		const char *ops = member(revision, end, "\"ops\":");
		size_t length;
		sync_reader reader;
		bytes += frame.length;
		if (!ops)
			continue;
		side->revision = strtoull(revision, NULL, 10);
		memcpy(side->epoch, epoch, 16);
		must(sync_reader_init(&reader, ops, (size_t)(end - ops), NULL) &&
			     sync_read_skip(&reader, &raw, &length),
		     "a frame");
		apply(side->confirmed_track, raw, length);
	}
}

static void join(struct side *side, sync_hub *hub, char name)
{
	static const sync_session_options native = { .dialect = SYNC_DIALECT_NATIVE };
	char hello[128];
	memset(side, 0, sizeof *side);
	side->session = sync_session_new(hub, &native);
	pad_init(&side->shown);
	pad_init(&side->confirmed);
	side->shown_track = sync_track_new(&pad_type, &side->shown);
	side->confirmed_track = sync_track_new(&pad_type, &side->confirmed);
	must(side->session && side->shown_track && side->confirmed_track, "memory");
	int length = snprintf(
		hello, sizeof hello,
		"{\"t\":\"hello\",\"v\":1,\"client\":\"%c\",\"docs\":[{\"doc\":\"PAD\"}]}", name);
	must(sync_session_receive(side->session, hello, (size_t)length, false) == SYNC_OK, "hello");
	hear(side);
}

static void leave(struct side *side)
{
	sync_session_free(side->session);
	sync_track_free(side->shown_track);
	sync_track_free(side->confirmed_track);
	pad_release(&side->shown);
	pad_release(&side->confirmed);
}

/* ---- typing ---- */

static void type(struct side *author, const struct key *key, uint64_t number)
{
	static sync_buf push;
	apply(author->shown_track, key->op, key->length);
	sync_buf_clear(&push);
	SYNC_BUF_LITERAL(&push, "{\"t\":\"push\",\"doc\":\"PAD\",\"epoch\":\"");
	sync_buf_put(&push, author->epoch, strlen(author->epoch));
	SYNC_BUF_LITERAL(&push, "\",\"base\":");
	sync_put_u64(&push, author->revision);
	SYNC_BUF_LITERAL(&push, ",\"m\":[{\"n\":");
	sync_put_u64(&push, number);
	SYNC_BUF_LITERAL(&push, ",\"ops\":");
	sync_buf_put(&push, key->op, key->length);
	SYNC_BUF_LITERAL(&push, "}]}");
	bytes += push.len;
	must(sync_session_receive(author->session, push.data, push.len, false) == SYNC_OK,
	     "a push");
	hear(author);
}

static bool is(const Pad *pad, const char *text)
{
	return strcmp(sync_text_str(&pad->body), text) == 0;
}

/* All of it, from nothing. */
static bool play(const struct trace *trace)
{
	struct side author, reader;
	sync_hub *hub = sync_hub_new(NULL);
	must(hub && pad_add_to(hub, NULL, NULL, NULL) == SYNC_OK, "hub");
	join(&author, hub, 'a');
	join(&reader, hub, 'b');
	bytes = 0;
	for (size_t i = 0; i < trace->count; i++) {
		type(&author, &trace->keys[i], i + 1);
		hear(&reader);
	}
	bool right = is(&author.shown, trace->end) && is(&author.confirmed, trace->end) &&
		     is(&reader.confirmed, trace->end);
	bench_kept += bytes;
	bench_units = trace->count;
	leave(&author);
	leave(&reader);
	sync_hub_free(hub);
	return right;
}

void typing_chat(void)
{
	play(&chat);
}

void typing_program(void)
{
	play(&program);
}

static void check(const struct trace *trace)
{
	bool right = play(trace);
	bench_answer(right, bytes / trace->count);
}

void typing_check_chat(void)
{
	check(&chat);
}

void typing_check_program(void)
{
	check(&program);
}
