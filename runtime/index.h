/*
 * The hash index of sets, maps and tables: open addressing, linear probing, no tombstones, keyed by
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF"), so that whoever chooses
 * the keys cannot choose the collisions.
 *
 * It holds references, never 0, beside their full hashes; the owner compares what they refer to.
 * Small containers have none: their owner looks at each element.
 */
#ifndef SYNC_INDEX_H
#define SYNC_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Containers of at most so many elements are searched without an index. */
enum { SYNC_INDEX_FROM = 8 };

typedef struct sync_slot {
	uint64_t hash;
	uintptr_t ref; /* 0: empty */
} sync_slot;

struct sync_index {
	size_t mask, used;
	sync_slot slots[];
};

uint64_t sync_hash(const void *bytes, size_t length);

/* Makes room for `count` references in all; makes *index when it is NULL. False: out of memory,
 * nothing changed. It never shrinks, so what was taken out can be put back without asking. */
bool sync_index_reserve(struct sync_index **index, size_t count);
void sync_index_free(struct sync_index *index);
void sync_index_clear(struct sync_index *index);

/* Room was reserved. */
void sync_index_add(struct sync_index *index, uint64_t hash, uintptr_t ref);
void sync_index_remove(struct sync_index *index, uint64_t hash, uintptr_t ref);

/* The references of a hash one after the other: *at is 0 first; 0 when there are no more. */
uintptr_t sync_index_next(const struct sync_index *index, uint64_t hash, size_t *at);

/* References that are positions + 1: adds `by` to all from `from` on. */
void sync_index_shift(struct sync_index *index, uintptr_t from, intptr_t by);

#endif
