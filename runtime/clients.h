/*
 * What the clients of a document have changed: numbers and answers, so that each mutation happens
 * exactly once, however often it is sent.
 *
 * Numbers are consecutive per client, from 1. A client is an identity that nobody else can claim:
 * its id and its secret in one string. The answers of the last push are kept until the client's
 * next one. Numbers belong to the state: they are stored in the transaction of the change they
 * count.
 *
 * Bounded: over SYNC_CLIENTS_MAX clients or SYNC_CLIENTS_BYTES bytes of answers, those not heard of
 * for longest are forgotten. A client that was forgotten is told `stale` when it goes on counting.
 */
#ifndef SYNCGEN_CLIENTS_H
#define SYNCGEN_CLIENTS_H

#include <syncgen/buf.h>

enum { SYNC_CLIENTS_MAX = 10000, SYNC_CLIENTS_BYTES = 8 * 1024 * 1024, SYNC_ANSWERS_MAX = 256 };

/* What became of one mutation. */
typedef struct sync_answer {
	uint64_t number, revision;
	bool refused;
	bool bytes; /* the result is bytes and nothing else */
	char *text; /* JSON: the result; refused: the members of a nack, without braces. NULL: nothing */
	size_t length;
	/* Of a nack: so much of it says nothing of the state, and is stored. The rest is for those
	 * who may read what its author could, `sees`; a result for those who have one of these roles. 0: of all. */
	size_t bare;
	uint64_t sees;
} sync_answer;

typedef struct sync_author {
	struct sync_author *older, *newer;
	struct sync_author *next; /* of the same hash */
	char *name;
	uint64_t last;	      /* number of the last mutation */
	sync_answer *answers; /* of the last push; the last one's number is `last` */
	size_t count, room;
	bool used;	/* right now: it is not forgotten */
	uint64_t owner; /* number of the join that it spoke through last; 0: none */
} sync_author;

typedef struct sync_clients {
	sync_author **slots;
	size_t slot_count, count, bytes;
	uint64_t changes; /* of who is known; never goes back */
	sync_author *oldest, *newest;
} sync_clients;

/* Forgets all. */
void sync_clients_release(sync_clients *clients);

/* NULL: not known. */
sync_author *sync_clients_find(const sync_clients *clients, const char *name);
/* The client, made when it is not known; it counts as heard of now. Good until others are asked
 * for. NULL: out of memory. */
sync_author *sync_clients_get(sync_clients *clients, const char *name);

/* A push begins: the answers of the one before go, but for those after the revision `durable`. */
void sync_author_begin(sync_clients *clients, sync_author *client, uint64_t durable);
/* Makes room for one more answer of `length` bytes. NOMEM; OVERLOAD: too many are unanswered. */
sync_status sync_author_reserve(sync_author *client);
/* Adds the next number, its answer copied by the caller and taken over; room was reserved. */
void sync_author_add(sync_clients *clients, sync_author *client, sync_answer answer);
/* Takes back what was added last. */
void sync_author_undo(sync_clients *clients, sync_author *client);

/* The last number that is part of `revision`. */
uint64_t sync_author_done(const sync_author *client, uint64_t revision);
/* The answer to a number; NULL: it is not kept. */
const sync_answer *sync_author_answer(const sync_author *client, uint64_t number);

#endif
