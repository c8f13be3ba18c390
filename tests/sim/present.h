/*
 * What native clients say of themselves, and whom they see: in the end exactly those who are there.
 */
#ifndef SIM_PRESENT_H
#define SIM_PRESENT_H

#include <syncgen/client.h>

enum { OTHERS_MAX = 32, WHO_SIZE = 24 };

struct world;
struct peer;

struct other {
	char who[WHO_SIZE]; /* the name of a connection */
	uint64_t hash;	    /* of what it says */
};

/* A peer says something of itself now and then. */
void present_step(struct peer *peer, sync_replica *replica);
/* For sync_replica_options.here; `arg` is the peer. */
void present_hear(void *arg, sync_replica *replica, const char *who, const char *state,
		  const void *value);
/* Its replica or its process is gone. */
void present_drop(struct peer *peer);
void present_check(struct world *world);

#endif
