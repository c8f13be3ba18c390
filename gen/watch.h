/*
 * `syncgen watch`: prints a live document and what changes. Answers the exit status: 0 also when it
 * is interrupted, STATUS_SCHEMA when the server refuses, STATUS_IO when it cannot be had.
 */
#ifndef GEN_WATCH_H
#define GEN_WATCH_H

#include "options.h"

int watch_run(const options *o);

#endif
