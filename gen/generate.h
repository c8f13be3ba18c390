/* The command without a name: files in, outputs written. Answers the exit status. */
#ifndef GEN_GENERATE_H
#define GEN_GENERATE_H

#include "options.h"

int generate_run(const options *o);

#endif
