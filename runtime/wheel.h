/*
 * A timing wheel: many deadlines of about the same length, each set and cleared in O(1).
 *
 * An entry is put into the slot of the tick at which it is to be looked at; longer waits than the
 * wheel is round are looked at early. Nothing is allocated: entries live in their owners. No clock:
 * the caller says how many ticks have passed.
 */
#ifndef SYNCGEN_WHEEL_H
#define SYNCGEN_WHEEL_H

#include <stddef.h>
#include <stdint.h>

enum { SYNC_WHEEL_SLOTS = 64 };

/* Zero: in no wheel. */
typedef struct sync_wheel_entry {
	struct sync_wheel_entry *next, *prev;
} sync_wheel_entry;

typedef struct sync_wheel {
	sync_wheel_entry slots[SYNC_WHEEL_SLOTS]; /* heads of rings */
	size_t now;
} sync_wheel;

void sync_wheel_init(sync_wheel *wheel);

/* (Again) to be looked at in `ticks`, at least 1. */
void sync_wheel_set(sync_wheel *wheel, sync_wheel_entry *entry, uint64_t ticks);
void sync_wheel_clear(sync_wheel_entry *entry);

/* One tick on: calls `due` for each entry of its slot, which is in no wheel then. `due` may set it
 * again and may clear others. */
void sync_wheel_tick(sync_wheel *wheel, void (*due)(sync_wheel_entry *entry, void *arg), void *arg);

/* Calls `visit` for every entry; it may clear the one it is given. */
void sync_wheel_each(sync_wheel *wheel, void (*visit)(sync_wheel_entry *entry, void *arg),
		     void *arg);

#endif
