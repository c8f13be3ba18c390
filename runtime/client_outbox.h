/*
 * The mutations of one document that the server has not confirmed: pending in order, of which the
 * first few may be flying (pushed, unanswered); and the quarantine of those it refused.
 *
 * Invariants
 *   1. Numbers are consecutive, and given when a push is put together; one push flies at a time.
 *   2. A refused mutation whose caller cannot be told is in the quarantine, never just gone.
 *   3. What is over is told of by outbox_tell() alone, when everything else is as it shall be:
 *      callers may do anything.
 */
#ifndef SYNCGEN_CLIENT_OUTBOX_H
#define SYNCGEN_CLIENT_OUTBOX_H

#include <syncgen/client.h>

#include "client_apart.h"

enum { OUTBOX_TRIES = 8 }; /* so often a mutation is computed anew after `stale` */

/* Why one was refused, as it was told. */
typedef struct failure {
	sync_error error;
	char *thrown, *args, *current; /* the last two JSON text; NULL: not told */
} failure;

typedef enum verdict {
	VERDICT_NONE,
	VERDICT_BLAMED,	 /* the push with it alone was refused: given up, unless it turns out to be
			    done */
	VERDICT_REFUSED, /* by the server, until the patch that covers its number */
	VERDICT_LOST	 /* given up, whatever its number */
} verdict;

typedef struct mutation {
	struct mutation *next;
	uint64_t id;
	uint64_t n;	    /* its number on the wire; 0: it has none */
	uint64_t base;	    /* untyped: the revision that its operations mean */
	sync_buf ops;	    /* a JSON array; of an action what it does here ahead of its answer; or
			  nothing */
	sync_buf seen;	    /* untyped: what it does to what is shown now, unless it is `dead` */
	char *action;	    /* NULL: a change */
	char *args;	    /* JSON text, … */
	client_spans bytes; /* … and what in it may travel apart */
	bool flying;
	bool dead;   /* its operations do not fit what is here any more; the server has the word */
	bool dirty;  /* not stored as it is */
	bool untold; /* in the quarantine, and the application does not know */
	unsigned tries;
	verdict verdict;
	sync_status code; /* with `text`, which lives for ever, where nothing was told */
	const char *text;
	failure *told;
	uint64_t deadline;  /* of its caller's patience; UINT64_MAX: none */
	sync_reply_fn done; /* NULL: nobody waits */
	void *arg;
	const char *value; /* its result, in the frame that is being read */
	size_t value_length;
	sync_refusal refusal; /* in the quarantine */
} mutation;

typedef enum fate {
	FATE_STAYS,
	FATE_DONE, /* the incoming patch contains it */
	FATE_LOST  /* it was refused */
} fate;

typedef struct outbox {
	mutation *pending, *quarantine;
	mutation *over; /* ended, but not told of or not removed from the queue */
	uint64_t last;	/* the last number that the server is known to have seen */
	uint64_t ids;
	size_t most;  /* after an error about a whole push: how many the next may hold; 0: no limit
		       */
	bool strange; /* the server does not know the name under which numbers were given */
} outbox;

/* What one push may hold, and the bytes in frames in front of it. */
typedef struct outbox_limits {
	size_t bytes, mutations, apart;
} outbox_limits;

void outbox_release(outbox *box);

/* NULL: out of memory. */
mutation *mutation_new(const char *action, const char *args, size_t length);
void outbox_append(outbox *box, mutation *one);
/* One of an earlier life: pending, or lost and in the quarantine. In the order of their ids. */
void outbox_restore(outbox *box, mutation *one, uint64_t id);
/* Takes the last one back, and frees it. */
void outbox_drop_last(outbox *box);
void mutation_free(mutation *one);

size_t outbox_pending(const outbox *box);
size_t outbox_quarantined(const outbox *box);
/* Has any pending one operations? */
bool outbox_shows(const outbox *box);

/* Writes it as in a push, number and all. */
void mutation_put(const mutation *one, client_apart *apart, sync_buf *out);
/* Its bytes in a push, without those that go apart. */
size_t mutation_weigh(const mutation *one, client_apart *apart);

/* Does one fly? Is there one that could? */
bool outbox_flies(const outbox *box);
bool outbox_ready(const outbox *box);
/* Chooses and numbers a push. */
void outbox_take(outbox *box, const outbox_limits *limits);
/* Nothing flies any more: numbers tell later what has arrived. */
void outbox_land(outbox *box);

/* What the server says of a number; `told` is taken over. */
void outbox_refuse(outbox *box, uint64_t n, failure *told);
/* What becomes of one in a patch that covers numbers up to `done`. Untyped changes cannot be
 * computed anew. */
fate outbox_fate(const mutation *one, uint64_t done, bool typed);
/* After a join: which of the numbers given earlier still mean something. */
void outbox_renumber(outbox *box, bool same_history, uint64_t last, uint64_t done);
/* Numbers up to `done` are covered. */
void outbox_cover(outbox *box, uint64_t done, bool typed);
/* It is over: well, as it was refused, or for this reason. */
void outbox_settle(outbox *box, mutation *one);
void outbox_bury(outbox *box, mutation *one);
void outbox_lose(outbox *box, mutation *one, sync_status code, const char *text);
/* A push was refused as a whole, from somewhere on: one by one it shows which is to blame. `told`
 * is taken over. */
void outbox_bounce(outbox *box, failure *told);
/* All of them are given up. */
void outbox_give_up(outbox *box, sync_status code, const char *text);

mutation *outbox_refused(const outbox *box, uint64_t id); /* NULL: not in the quarantine */
mutation *outbox_newest_refusal(const outbox *box);	  /* NULL: it is empty */
/* Out of the quarantine: it is over. */
void outbox_discard(outbox *box, mutation *one);

/* The error, and what it says besides. */
void mutation_error(const mutation *one, sync_error *error);
/* As the application sees it in the quarantine. */
const sync_refusal *mutation_refusal(mutation *one);

/* `told` NULL: out of memory; the code and message of an error frame or a `nack` are kept all the
 * same. */
failure *failure_new(const sync_error *error);
void failure_free(failure *told); /* NULL is fine */

#endif
