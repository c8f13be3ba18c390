/*
 * W13: an action of a client, kept in a file before it is answered. A step is one action of each client,
 * who all wait for their answers; the time is told for each action.
 */
#ifndef BENCH_DURABLE_H
#define BENCH_DURABLE_H

#include "state.h"

bool durable_set_up_one(const char *folder);
bool durable_set_up_many(const char *folder); /* 100 clients */
void durable_act_one(void);
void durable_act_many(void);
void durable_check_one(void);
void durable_check_many(void);

#endif
