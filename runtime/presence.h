/*
 * Who is here: what the connections of a document say of themselves, for as long as they have
 * joined it.
 *
 * Each change has a number. A reader keeps the number up to which it was told, and hears of each
 * who changed since, as it is now: who reads slowly skips what was in between, and nothing is
 * queued for anybody.
 *
 * Bounded: one value for each connection, of at most SYNC_PRESENCE_BYTES as JSON; of those who
 * left, SYNC_PRESENCE_GONE are remembered. A reader that is further behind than these is told so.
 */
#ifndef SYNCGEN_PRESENCE_H
#define SYNCGEN_PRESENCE_H

#include <syncgen/type.h>

#include "packet.h"

enum { SYNC_PRESENCE_BYTES = 16 * 1024, SYNC_PRESENCE_GONE = 1024 };

typedef struct sync_present {
	char *who;		   /* a name of the connection */
	char *user;		   /* what it calls itself */
	size_t place;		   /* in the order of changes */
	bool here;		   /* false: it left */
	void *state;		   /* a value of the presence's type */
	sync_buf json;		   /* the same, as JSON */
	sync_packet *packet;	   /* encoded; NULL until asked for */
	struct sync_present *next; /* of those who left */
} sync_present;

/* What a connection says of itself. Borrowed. */
struct sync_saying {
	const char *who, *user;
	const char *json; /* NULL: nothing any more */
	size_t length;
};

typedef struct sync_presence {
	struct sync_turn {
		uint64_t number;
		sync_present *present; /* NULL: it changed again later */
	} * turns;
	size_t count, room, holes;
	uint64_t number;		/* of the last change */
	uint64_t floor;			/* of the last one who left and is forgotten */
	sync_present *gone, **gone_end; /* in order */
	size_t gone_count;
} sync_presence;

void sync_presence_release(sync_presence *presence, const sync_type *type);

/*
 * What it says is read as a value of `type`. *present is what it was given before, NULL: nothing
 * yet. Returns NOMEM, TOO_BIG, or what is wrong with the value, and then nothing has changed.
 */
sync_status sync_presence_set(sync_presence *presence, const sync_type *type,
			      const struct sync_saying *says, sync_present **present,
			      sync_error *error);
/* It left, or says nothing of itself any more. */
void sync_presence_leave(sync_presence *presence, const sync_type *type, sync_present *present);

/* The first change after number *after that concerns somebody not called `self`, whose number
 * becomes *after; NULL: there is none. */
sync_present *sync_presence_next(const sync_presence *presence, uint64_t *after, const char *self);
/* Has a reader that was told up to there missed somebody's leaving? */
static inline bool sync_presence_missed(const sync_presence *presence, uint64_t after)
{
	return after < presence->floor;
}

#endif
