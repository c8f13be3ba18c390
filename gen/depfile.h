/* --depfile: what the outputs were made from, in the form that make and ninja read. */
#ifndef GEN_DEPFILE_H
#define GEN_DEPFILE_H

#include "buf.h"
#include "history.h"
#include "output.h"
#include "plan.h"

/* The target is the stamp, or without one all outputs added so far. Every input is a target without
 * prerequisites as well, so that make goes on when one of them is gone. */
void depfile_print(const plan *p, const history_files *history, const output *out,
		   const char *stamp, buf *to);

#endif
