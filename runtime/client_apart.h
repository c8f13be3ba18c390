/*
 * Bytes of a push or a task in frames of their own, in front of it: `bin`, then the bytes, for
 * each. The server says how many it takes; what is beyond stays base64. Who weighs and who puts in
 * the same order gets the same answer.
 */
#ifndef SYNCGEN_CLIENT_APART_H
#define SYNCGEN_CLIENT_APART_H

#include "client_span.h"
#include "packet.h"

typedef struct client_apart {
	size_t room, frames;	   /* bytes and pairs of frames that may still go in front */
	uint64_t *refs;		   /* the last reference; NULL: it only weighs */
	sync_packet *first, *last; /* the frames, hung together; the caller's */
} client_apart;

/* `bytes`: in frames in front of one push or task; 0: none. */
void client_apart_init(client_apart *apart, size_t bytes, uint64_t *refs);
/* The bytes of arguments that are `length` bytes, with what goes apart taken out. */
size_t client_apart_weigh(client_apart *apart, const client_spans *spans, size_t length);
/* Writes arguments. Out of memory: `out` says so. */
void client_apart_put(client_apart *apart, const char *json, const client_spans *spans,
		      sync_buf *out);
/* Hangs `packet` behind the frames and gives the first of all. NULL when it is NULL: the frames are
 * dropped. */
sync_packet *client_apart_end(client_apart *apart, sync_packet *packet);

#endif
