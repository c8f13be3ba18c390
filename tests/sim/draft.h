/*
 * Changes spelled as mutations of a push, by a client that knows JSON alone: what each does follows
 * from the state with those in front of it.
 */
#ifndef SIM_DRAFT_H
#define SIM_DRAFT_H

#include <cjson/cJSON.h>

#include "world.h"

/* The state as it is while a push is put together: typed, so that changes are made by the same
 * calls. */
struct draft {
	const sync_type *type;
	void *value;
	sync_track *track;
};

/* From the confirmed state. False: that is none, the peer is blamed; close it all the same. */
bool draft_open(struct draft *draft, const struct peer *peer, const cJSON *state);
void draft_close(struct draft *draft);

/* Appends the mutation; the draft then has what it does. */
void draft_put(struct draft *draft, const struct peer *peer, const struct change *change,
	       sync_buf *out);

#endif
