/*
 * W5: one action frame from the wire to the handler's typed arguments and the reply.
 */
#ifndef BENCH_ACTION_H
#define BENCH_ACTION_H

#include "state.h"

bool action_set_up(const char *folder);
void action_dispatch(void);
void action_check(void);

#endif
