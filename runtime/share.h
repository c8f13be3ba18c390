/*
 * Whose turn it is, where many ask for more than there is time for.
 *
 * Who had little of the time goes before who had much, and among equals who asked first; so a few that
 * keep the loop busy wait for each other, and all others hardly notice. What somebody had counts half as
 * much after each second. Now and then the greediest is let in front: nobody waits for ever.
 *
 * Nothing is allocated: entries live in their owners. No clock: the caller says what time it is, in
 * milliseconds, and how long something took, in microseconds.
 */
#ifndef SYNCGEN_SHARE_H
#define SYNCGEN_SHARE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SYNC_SHARE_LEVELS = 16,
	SYNC_SHARE_LITTLE_US = 1000, /* so much, as it counts now, is little; each level above is twice as much */
	SYNC_SHARE_GREEDY_EVERY = 16 /* one of so many that are let in is the greediest */
};

/* One of those who share. Zero: it had nothing, and does not wait. */
typedef struct sync_share {
	struct sync_share *next, *prev; /* of those that wait; NULL: it does not */
	uint32_t used;			/* us, as they counted at `at` */
	uint32_t at;			/* seconds */
} sync_share;

typedef struct sync_turns {
	sync_share levels[SYNC_SHARE_LEVELS]; /* heads of rings */
	unsigned served;
} sync_turns;

void sync_share_spend(sync_share *share, uint64_t now, uint64_t us);
/* 0: it had little; up to SYNC_SHARE_LEVELS - 1. */
unsigned sync_share_level(const sync_share *share, uint64_t now);

void sync_turns_init(sync_turns *turns);
/* Has it wait, as one who had what it had by now; it does not wait yet. */
void sync_turns_put(sync_turns *turns, sync_share *share, uint64_t now);
/* Whose turn it is, who does not wait any more then; NULL: nobody waits. */
sync_share *sync_turns_take(sync_turns *turns);
/* Visits all that wait. False: nobody does. */
bool sync_turns_each(sync_turns *turns, void (*visit)(sync_share *share));
static inline bool sync_share_waits(const sync_share *share)
{
	return share->next;
}
/* It does not wait any more, if it did. */
void sync_share_leave(sync_share *share);

#endif
