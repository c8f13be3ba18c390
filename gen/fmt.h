/* `syncgen fmt`: formats files in place, or says how they differ. Answers the exit status. */
#ifndef GEN_FMT_H
#define GEN_FMT_H

#include "options.h"

int fmt_run(const options *o);

#endif
