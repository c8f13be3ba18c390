/*
 * Random values of any type by its description, and random changes of them, with the calls that
 * programs use: loose and tracked values alike. Strings and names hold what needs escaping.
 */
#ifndef TEST_VARY_H
#define TEST_VARY_H

#include <syncgen/map.h>

#include "seed.h"

/* Changes a struct, union or container here and there; `much`: how many places, about. A value just
 * initialised becomes a random one when it is large. False: a call failed. */
bool vary(const sync_type *type, void *node, seed *dice, unsigned much);

/* Changes one field of a struct, which may become absent, null or something else altogether. */
bool vary_field(sync_node *node, const sync_field *field, unsigned index, seed *dice);

/* Appends the JSON of a random leaf. */
void vary_leaf_text(const sync_type *type, seed *dice, sync_buf *out);

#endif
