/*
 * `--history DIR`: earlier versions of the schemas, and what they can expect of the present one.
 *
 * Every *.sync below DIR is read on its own; how its folders are called does not matter. A model in
 * it that has the package and the name of a present one is an earlier version of that: its hash and
 * the verdict on it become a row of the model's history. Of versions with one hash (attributes such
 * as @deprecated do not count in it) the worst verdict stands.
 *
 * An import is looked up beside its file, then in the folders between it and DIR, in what -I names
 * below each of them, and last in the folders of -I themselves.
 */
#ifndef GEN_HISTORY_H
#define GEN_HISTORY_H

#include "options.h"
#include "plan.h"

/* What was read, for the depfile. In the arena of history_read(). */
typedef struct {
	const char **paths;
	size_t count, room;
} history_files;

/* Fills the history of the models in `p`, the plan of `now`. Reports what is wrong; answers the
 * exit status. */
int history_read(const options *o, const idl_result *now, const plan *p, history_files *files);

#endif
