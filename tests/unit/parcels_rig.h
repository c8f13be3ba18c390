/*
 * A client of parcels.sync, whose bytes travel in frames of their own: client_rig.h with that.
 */
#ifndef TEST_PARCELS_RIG_H
#define TEST_PARCELS_RIG_H

#include "client_rig.h"
#include "parcels.h"

enum { MUCH = 3000, MIB = 1 << 20 };

/* A client with its replica; `queue` may be NULL. False: out of memory, close it all the same. */
bool parcels_rig_open(struct rig *rig, sync_queue *queue);
/* In step with a server that takes so many bytes apart. */
void parcels_rig_load(struct rig *rig, size_t takes);
/* The server says these bytes; or lines of a script: ' for ", <...> for bytes. */
void parcels_rig_hear(struct rig *rig, const char *bytes, size_t length);
void parcels_rig_play(struct rig *rig, const char *script);

/* Bytes that differ from each other, and from those of another seed. */
void parcels_fill(char *bytes, size_t length, unsigned seed);
/* Calls `send` with so many bytes of seed 1. */
sync_status parcels_rig_send(struct rig *rig, size_t length, sync_reply_fn done, void *arg,
			     sync_error *error);

#endif
