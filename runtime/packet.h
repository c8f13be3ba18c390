/*
 * One encoded frame, shared by every session it goes to: counted, never changed once it is filled,
 * with room in front for the transport's own header, so that nobody copies it.
 *
 * Life: sync_packet_new() gives one reference and an open buffer; encode into it;
 * sync_packet_seal() checks the buffer and closes it; hold and drop from then on. One thread.
 */
#ifndef SYNCGEN_PACKET_H
#define SYNCGEN_PACKET_H

#include <syncgen/buf.h>

/* Bytes in front of the frame. A WebSocket header of a server is at most 10 (RFC 6455 section 5.2).
 */
enum { SYNC_PACKET_ROOM = 16 };

typedef struct sync_packet {
	size_t refs;
	sync_buf bytes; /* SYNC_PACKET_ROOM bytes of room, then the frame */
	bool binary;
	uint64_t
		fields; /* ws-sync: of the state, that it says something of: bit n % 64 for number n */
	struct sync_packet *next; /* held: what belongs behind it; NULL: nothing */
} sync_packet;

/* NULL: out of memory. */
sync_packet *sync_packet_new(void);

/* Returns `packet`; or drops it and returns NULL when memory ran out while it was filled. */
sync_packet *sync_packet_seal(sync_packet *packet);

static inline sync_packet *sync_packet_hold(sync_packet *packet)
{
	packet->refs++;
	return packet;
}

void sync_packet_drop(sync_packet *packet); /* NULL is fine */

static inline char *sync_packet_data(const sync_packet *packet)
{
	return packet->bytes.data + SYNC_PACKET_ROOM;
}

static inline size_t sync_packet_length(const sync_packet *packet)
{
	return packet->bytes.len - SYNC_PACKET_ROOM;
}

#endif
