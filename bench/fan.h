/*
 * W7 without sockets: one commit, and what each of 1,000 sessions is to be told of it. For
 * guards.sh: what W7 measures over sockets is nine tenths the kernel's.
 */
#ifndef BENCH_FAN_H
#define BENCH_FAN_H

#include "state.h"

bool fan_set_up(const char *folder);
void fan_out(void);
void fan_check(void);

#endif
