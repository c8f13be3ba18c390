#define _GNU_SOURCE
#include "dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seat.h"

/* ---- reading: by search, the frames are known ---- */

static const char *behind(const char *text, size_t length, const char *what)
{
	const char *at = memmem(text, length, what, strlen(what));
	return at ? at + strlen(what) : NULL;
}

/* Of several operations the last counts. */
static const char *behind_last(const char *text, size_t length, const char *what)
{
	const char *last = NULL, *end = text + length;
	for (const char *at = text; (at = behind(at, (size_t)(end - at), what));)
		last = at;
	return last;
}

static bool copy_string(const char *from, char *to, size_t room)
{
	size_t length = strcspn(from, "\"\\");
	if (from[length] != '"' || length > room)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

/* {…"epoch":"…","from":1,"rev":2,"ops":[{"op":"replace","path":"/line","value":"…"}]…} */
static enum heard_kind read_patch(const char *text, size_t length, struct heard *heard)
{
	const char *from = behind(text, length, "\"from\":"),
		   *rev = behind(text, length, "\"rev\":");
	const char *epoch = behind(text, length, "\"epoch\":\"");
	const char *ops = behind(text, length, "\"ops\":[");
	if (!from || !rev || !ops)
		return HEARD_BAD;
	heard->whole = *from == 'n';
	heard->from = strtoull(from, NULL, 10);
	heard->rev = strtoull(rev, NULL, 10);
	if (epoch && !copy_string(epoch, heard->epoch, EPOCH_MAX))
		return HEARD_BAD;
	if (*ops == ']')
		return HEARD_PATCH;
	size_t left = (size_t)(text + length - ops);
	const char *line = heard->whole ? behind(ops, left, "\"line\":\"")
					: behind_last(ops, left, "\"path\":\"/line\",\"value\":\"");
	heard->changes = line && copy_string(line, heard->line, LINE_MAX_BYTES);
	return heard->changes ? HEARD_PATCH : HEARD_BAD;
}

/* ---- sync.v1.json ---- */

static size_t native_join(char *to, size_t size, const char *doc)
{
	return (size_t)snprintf(to, size, "{\"t\":\"hello\",\"v\":1,\"docs\":[{\"doc\":\"%s\"}]}",
				doc);
}

static size_t native_call(char *to, size_t size, const struct saying *saying, unsigned count)
{
	size_t length = (size_t)snprintf(
		to, size, "{\"t\":\"push\",\"doc\":\"LIVE\",\"epoch\":\"%s\",\"base\":%llu,\"m\":[",
		saying->epoch, (unsigned long long)saying->base);
	for (unsigned i = 0; i < count; i++)
		length += (size_t)snprintf(
			to + length, size - length,
			"%s{\"n\":%llu,\"action\":\"%s\",\"args\":{\"line\":\"%s%.*s\"}}",
			i ? "," : "", (unsigned long long)(saying->number + i), saying->action,
			saying->line, (int)(count - 1 - i),
			"................................................................");
	return length + (size_t)snprintf(to + length, size - length, "]}");
}

static void native_hear(const char *text, size_t length, struct heard *heard)
{
	memset(heard, 0, offsetof(struct heard, line));
	if (strncmp(text, "{\"t\":\"error\"", 12) == 0 || strncmp(text, "{\"t\":\"nack\"", 11) == 0)
		heard->kind = HEARD_BAD;
	if (strncmp(text, "{\"t\":\"patch\"", 12) != 0)
		return;
	heard->kind = read_patch(text, length, heard);
	const char *results = behind(text, length, "\"results\":[{\"n\":");
	if (!results)
		return;
	heard->number = strtoull(results, NULL, 10);
	const char *value = behind(results, (size_t)(text + length - results), "\"value\":\"");
	if (heard->changes || !value || !copy_string(value, heard->line, LINE_MAX_BYTES))
		heard->kind = HEARD_BAD;
}

/* ---- Socket.IO: packets of its protocol 5 in those of Engine.IO 4 ---- */

static size_t socketio_join(char *to, size_t size, const char *doc)
{
	return (size_t)snprintf(to, size, "42[\"join\",\"%s\"]", doc);
}

static size_t socketio_call(char *to, size_t size, const struct saying *saying, unsigned count)
{
	(void)count;
	if (strcmp(saying->action, "say") == 0)
		return (size_t)snprintf(to, size, "42[\"say\",\"%s\"]", saying->line);
	return (size_t)snprintf(to, size, "42%llu[\"ask\",\"%s\"]",
				(unsigned long long)saying->number, saying->line);
}

static void socketio_hear(const char *text, size_t length, struct heard *heard)
{
	memset(heard, 0, offsetof(struct heard, line));
	if (text[0] == '2')
		heard->reply = "3";
	else if (text[0] == '0')
		heard->reply = "40";
	else if (strncmp(text, "40", 2) == 0)
		heard->kind = HEARD_READY;
	else if (strncmp(text, "42[\"patch\",", 11) == 0)
		heard->kind = read_patch(text, length, heard);
	else if (strncmp(text, "43", 2) == 0) {
		char *end;
		heard->kind = HEARD_ANSWER;
		heard->number = strtoull(text + 2, &end, 10);
		if (strncmp(end, "[\"", 2) != 0 ||
		    !copy_string(end + 2, heard->line, LINE_MAX_BYTES))
			heard->kind = HEARD_BAD;
	} else {
		heard->kind = HEARD_BAD;
	}
}

/* ---- Colyseus: a byte that says what it is, strings and numbers as in MessagePack ---- */

enum { JOIN_ROOM = 10, ROOM_DATA = 13, ROOM_STATE = 14, ROOM_PATCH = 15, FIELD = 0x80 };

static size_t put_string(char *to, const char *text)
{
	size_t length = strlen(text);
	to[0] = (char)0xd9;
	to[1] = (char)length;
	memcpy(to + 2, text, length);
	return length + 2;
}

static size_t colyseus_call(char *to, size_t size, const struct saying *saying, unsigned count)
{
	(void)size;
	(void)count;
	to[0] = ROOM_DATA;
	size_t length = 1 + put_string(to + 1, saying->action);
	return length + put_string(to + length, saying->line);
}

/* Behind the string, or NULL. */
static const unsigned char *take_string(const unsigned char *at, char *to)
{
	size_t length = *at & 31;
	if (*at == 0xd9)
		length = *++at;
	else if (*at >> 5 != 5)
		return NULL;
	if (length > LINE_MAX_BYTES)
		return NULL;
	memcpy(to, at + 1, length);
	to[length] = '\0';
	return at + 1 + length;
}

static uint64_t take_number(const unsigned char *at)
{
	if (*at == 0xcc)
		return at[1];
	if (*at == 0xcd)
		return (uint64_t)at[1] | (uint64_t)at[2] << 8;
	return *at;
}

/* Both fields, `line` and `rev`: each change changes both. */
static enum heard_kind read_fields(const unsigned char *at, struct heard *heard)
{
	heard->whole = *at++ == ROOM_STATE;
	if (*at++ != FIELD || !(at = take_string(at, heard->line)) || *at++ != FIELD + 1)
		return HEARD_BAD;
	heard->changes = true;
	heard->rev = take_number(at);
	heard->from = heard->rev - 1;
	return HEARD_PATCH;
}

static void colyseus_hear(const char *text, size_t length, struct heard *heard)
{
	const unsigned char *at = (const unsigned char *)text;
	char kind[LINE_MAX_BYTES + 1];
	memset(heard, 0, offsetof(struct heard, line));
	if (length && *at == JOIN_ROOM)
		heard->reply = "\x0a";
	else if (length && (*at == ROOM_STATE || *at == ROOM_PATCH))
		heard->kind = read_fields(at, heard);
	else if (length && *at == ROOM_DATA && (at = take_string(at + 1, kind)) &&
		 take_string(at, heard->line))
		heard->kind = HEARD_ANSWER;
	else
		heard->kind = HEARD_BAD;
}

const struct dialect *dialect_find(const char *name)
{
	static const struct dialect all[] = {
		{ .name = "native",
		  .path = "/ws",
		  .protocol = "sync.v1.json",
		  .join = native_join,
		  .call = native_call,
		  .hear = native_hear,
		  .calls_max = 64 },
		{ .name = "socketio",
		  .path = "/socket.io/?EIO=4&transport=websocket",
		  .waits = true,
		  .join = socketio_join,
		  .call = socketio_call,
		  .hear = socketio_hear,
		  .calls_max = 1 },
		{ .name = "colyseus",
		  .binary = true,
		  .place = seat_take,
		  .call = colyseus_call,
		  .hear = colyseus_hear,
		  .calls_max = 1 },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}
