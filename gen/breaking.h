/* `syncgen breaking FILE… --against OLD`: answers the exit status. */
#ifndef GEN_BREAKING_H
#define GEN_BREAKING_H

#include "options.h"

int breaking_run(const options *o);

#endif
