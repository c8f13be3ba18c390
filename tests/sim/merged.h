/*
 * What must hold of the fields with @merge whenever a client has changed something: by the values
 * alone, whatever the server knows of who has seen what.
 */
#ifndef SIM_MERGED_H
#define SIM_MERGED_H

#include <syncgen/type.h>

struct cJSON;
struct world;

/* The stored state before and after one mutation of a client. */
void merged_judge(struct world *world, const sync_type *type, const struct cJSON *before,
		  const struct cJSON *after);

#endif
