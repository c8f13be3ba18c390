/*
 * A conversation of tests/wire/native, played against clients in C (tests/wire/README.md says how):
 * what the files that do it share. wire_actor.c: clients, their documents and connections;
 * wire_answer.c: calls and tasks; wire_app.c: what the application does; wire_see.c: what it sees;
 * wire_server.c: what the server says at the beginning. The steps are in test_client_wire.c.
 */
#ifndef TEST_WIRE_PLAY_H
#define TEST_WIRE_PLAY_H

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/client.h>

#include "wire_words.h"

enum { ACTORS = 3, DOCS = 4, CALLS = 8, TAIL_MS = 300 };

/* What an action or a task has come to. */
struct answer {
	char name[16];
	sync_client_task *task; /* NULL: none, or over */
	bool settled;
	const char *state; /* of a task */
	cJSON *progress, *value, *error;
};

struct doc {
	sync_replica *replica;
	char key[64];
	cJSON *events, *here;
};

struct actor {
	char name[8];
	sync_client *client;
	struct doc docs[DOCS];
	bool dialled, open;
	cJSON *kept; /* a frame that came while time passed */
};

struct play {
	char name[200];
	const cJSON *conversation;
	uint64_t now;
	bool pings; /* the conversation speaks of them */
	struct actor actors[ACTORS];
	struct answer answers[CALLS];
	struct words words;
};

static inline const cJSON *member(const cJSON *of, const char *name)
{
	return words_member(of, name);
}

/* ---- wire_actor.c ---- */

/* `keys`: its documents; NULL: the board. */
struct actor *find_actor(struct play *play, const char *name, const cJSON *keys);
void open_doc(struct actor *actor, const char *key);
void leave_doc(struct actor *actor, const char *key);
struct doc *doc_of(struct actor *actor, const cJSON *step);
cJSON *state_of(const sync_replica *replica);
void poll_actor(struct play *play, struct actor *actor);
/* A frame of the server; so many zero bytes. */
void deliver(struct play *play, struct actor *actor, const cJSON *frame);
void deliver_zeros(struct play *play, struct actor *actor, size_t count);
/* The next frame that counts, the caller's; {"zeros": n} for bytes. Pings that nobody speaks of are
 * answered. */
cJSON *hear(struct play *play, struct actor *actor);
/* Time passes, no further than the client's next deadline at once; until it says something. */
void pass(struct play *play, struct actor *actor, uint64_t ms);
bool let_in(struct play *play, struct actor *actor);
bool cut(struct play *play, struct actor *actor, unsigned code);
void end_actor(struct actor *actor);

/* ---- wire_answer.c ---- */

struct answer *answer_of(struct play *play, const char *name);
sync_status call(struct play *play, struct doc *doc, const cJSON *step, sync_error *error);
sync_status start(struct play *play, struct doc *doc, const cJSON *step, sync_error *error);
bool look_at_answer(struct play *play, const cJSON *step);
bool look_at_task(struct play *play, const cJSON *step);
void end_answers(struct play *play);

/* ---- wire_app.c, wire_see.c, wire_server.c ---- */

bool act(struct play *play, struct actor *actor, const cJSON *step);
/* As cJSON_Compare; what differs is printed. */
bool same(const cJSON *is, const cJSON *wanted);
bool see(struct actor *actor, const cJSON *step);
/* hello, welcome, and for each document joined and a snapshot. */
bool shake_hands(struct play *play, const cJSON *keys);

#endif
