/*
 * Names: a table from name to anything, and which of many is nearest to a misspelt one.
 */
#ifndef IDL_NAMES_H
#define IDL_NAMES_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	struct names_slot *slots;
	size_t used, size; /* size is a power of two, or 0 */
} names;

typedef struct names_slot {
	const char *name; /* not copied */
	void *item;
} names_slot;

/* NULL when it is not there. */
void *names_get(const names *table, const char *name);

/* The item that was there already, which stays, or NULL. */
void *names_put(names *table, idl_arena *arena, const char *name, void *item);

/*
 * Spelling: offer every name that could be meant, then read `best`, NULL when none is near. The
 * answer does not depend on the order of equals except that the first wins.
 */
typedef struct {
	const char *wanted;
	const char *best;
	size_t distance; /* of best; in half edits: a change of case is half of one */
} nearest;

void nearest_init(nearest *n, const char *wanted);
void nearest_offer(nearest *n, const char *candidate);

const char *names_nearest_of(const char *wanted, const char *const *list, size_t count);

#endif
