/*
 * The inside of a trail: its entries and records, for the files trail_*.c.
 *
 * Entries are in one list from the oldest to the newest, and in one by node. A node's record lives as
 * long as it has entries, and no longer than the node: whatever makes a node go must be found by
 * sync_trail_forget_old().
 *
 *   trail.c         what a commit adds        trail_store.c   the entries themselves
 *   trail_ops.c     operations since          trail_forget.c  nodes that go
 *   trail_place.c   positions since           trail_text.c    edits of texts
 *   trail_written.c when a field changed last
 */
#ifndef SYNCGEN_TRAIL_CORE_H
#define SYNCGEN_TRAIL_CORE_H

#include "changes.h"
#include "trail.h"
#include "trail_text.h"

/* An operation beside those of changes: a node that was new. */
enum { SYNC_TRAIL_BORN = SYNC_CHANGE_WHOLE + 1 };

struct trail_record;

struct trail_entry {
	struct trail_entry *older, *newer; /* of all */
	struct trail_entry *prev, *next;   /* of the node, by age */
	struct trail_record *record;
	uint64_t revision;
	uint64_t before; /* revision of the change before it; 0: older than the floor, or none */
	const sync_type *type;
	const sync_field *field;
	sync_str key;  /* of a map */
	uint64_t text; /* of a text: its newest edit, see trail_text.h */
	uint32_t at, count;
	uint8_t op, flags;
};

struct trail_record {
	sync_node *node;
	struct trail_entry *first, *last;
	uint64_t born;	 /* 0: it was there before the floor */
	uint32_t change; /* while operations are written: its last one */
};

struct sync_trail {
	struct trail_entry *oldest, *newest;
	struct sync_index *records, *entries; /* by node; by node and what of it */
	size_t count, record_count;
	uint64_t floor;
	trail_texts texts;
	sync_change *changes; /* scratch */
	size_t changes_room;
};

/* What of a node an entry is about; equal for equal things. */
struct trail_thing {
	const sync_node *node;
	uint32_t op, at;
	sync_str key;
};

/* The later one of two revisions. */
static inline uint64_t trail_later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ---- trail_store.c ---- */

/* NULL: none. */
struct trail_record *sync_trail_record(const sync_trail *trail, const sync_node *node);
struct trail_entry *sync_trail_entry(const sync_trail *trail, const struct trail_thing *thing);
/* The number of the newest edit of a text; 0: none. */
uint64_t sync_trail_newest_edit(const sync_trail *trail, const sync_node *node, unsigned field);

/* NULL: out of memory. */
struct trail_record *sync_trail_get_record(sync_trail *trail, sync_node *node);
void sync_trail_free_record(sync_trail *trail, struct trail_record *record);

/* Is it found by what it is about? Of lists and sets every entry stays; they are not looked for. */
bool sync_trail_is_sought(const struct trail_entry *entry);
uint64_t sync_trail_thing_hash(const struct trail_thing *thing);
/* Behind all others. */
void sync_trail_link(sync_trail *trail, struct trail_entry *entry);
void sync_trail_unlink(sync_trail *trail, struct trail_entry *entry);
void sync_trail_free_entry(sync_trail *trail, struct trail_entry *entry);
/* The floor rises to its revision. */
void sync_trail_drop_oldest(sync_trail *trail);
void sync_trail_forget_all(sync_trail *trail, uint64_t floor);

/* ---- trail_forget.c ---- */

/* What a change puts in the place of something: the nodes of that go. */
void sync_trail_forget_old(sync_trail *trail, sync_track *track, const sync_change *change);

/* ---- trail_place.c ---- */

/* Is the node inside something that is sent as a whole? */
bool sync_trail_covered(const sync_trail *trail, const sync_node *node, uint64_t since);

#endif
