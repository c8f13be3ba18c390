/*
 * The models that are simulated: every tests/sim/NAME.sync, and some that are made by chance
 * (models/random.c), with handlers that all of them share.
 */
#ifndef SIM_PANEL_H
#define SIM_PANEL_H

#include <syncgen/model.h>

/* Number `number` modulo how many there are. Made once, for the life of the program. */
const sync_model *panel_model(uint64_t number);
size_t panel_count(void);
/* The variables of make that choose those made by chance. */
const char *panel_choice(void);

/* server.c: what the calls of every model do, with the arguments that a generated dispatch has. */
sync_status panel_poke(void *run, const void *handlers, void *state, const void *args,
		       void *result);
sync_status panel_fail(void *run, const void *handlers, void *state, const void *args,
		       void *result);
/* errand.c: the same of every task. */
sync_status panel_errand(void *run, const void *handlers, void *state, const void *args,
			 void *result);
sync_status panel_compute(const void *handlers, void *context, void *state);

#endif
