/*
 * Whether a commit is what its author sent: then the author needs no word of it, and must not be
 * sent one, for adding to an array twice adds two.
 */
#ifndef SYNCGEN_PATCH_SAME_H
#define SYNCGEN_PATCH_SAME_H

#include <stdbool.h>
#include <stddef.h>

/* Two JSON arrays of operations, compared one by one: verbs, paths ("-" is any index), values as
 * JSON. `test` operations of `sent` are passed over. False also when in doubt. */
bool sync_patch_same(const char *sent, size_t sent_length, const char *made, size_t made_length);

#endif
