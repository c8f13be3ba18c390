/*
 * The last events of a document, for sessions that have not been given them yet.
 *
 * Numbered from 0 for the life of the document. Bounded by count and bytes: an event is not state,
 * so who is too slow misses the oldest. An event leaves only once the revision it belongs to is
 * durable.
 */
#ifndef SYNCGEN_EVENTS_H
#define SYNCGEN_EVENTS_H

#include <syncgen/model.h>

#include "packet.h"

enum { SYNC_EVENTS_KEPT = 64, SYNC_EVENTS_BYTES = 256 * 1024, SYNC_PACKET_KINDS = 4 };

typedef struct sync_event {
	const sync_event_info *info;
	uint64_t revision;
	sync_buf args;				 /* a JSON object */
	sync_packet *packets[SYNC_PACKET_KINDS]; /* encoded, by dialect; NULL until asked for */
} sync_event;

typedef struct sync_events {
	sync_event kept[SYNC_EVENTS_KEPT]; /* number n at n % SYNC_EVENTS_KEPT */
	uint64_t begin, end;		   /* numbers kept: begin … end - 1 */
	size_t bytes;
} sync_events;

/* Adds one, its arguments encoded from a value of info->params. NOMEM: not done. */
sync_status sync_events_push(sync_events *events, const sync_event_info *info, const void *args,
			     uint64_t revision);

/* Takes back the numbers from `end` on, which nobody was given. */
void sync_events_truncate(sync_events *events, uint64_t end);

/* Forgets all; numbers go on. */
void sync_events_forget(sync_events *events);

/* The event of that number, which must be kept. */
static inline sync_event *sync_events_at(sync_events *events, uint64_t number)
{
	return &events->kept[number % SYNC_EVENTS_KEPT];
}

#endif
