/*
 * What has changed in a tracked value since which revision: the change logs of its commits, distilled.
 *
 * There is at most one entry for each field of a struct, each key of a map, each union and inline list: its
 * last change; for lists and sets the insertions, removals and moves in order, which are their tombstones;
 * and one for each node that was new. A node that dies takes its entries along. From this follow the
 * operations since any revision that is not older than the floor, and where a position of an earlier
 * revision is now.
 *
 *   sync_trail_commit(trail, track, revision)   before each sync_track_commit()
 *   sync_trail_ops(trail, track, since, …)      between commits
 *
 * Bounded: over `limit` entries the oldest are dropped, and the floor rises. A trail that ran out of memory
 * knows nothing of before, and says so by its floor.
 */
#ifndef SYNCGEN_TRAIL_H
#define SYNCGEN_TRAIL_H

#include "text_shift.h"

#include <syncgen/track.h>

typedef struct sync_trail sync_trail;

/* Empty, its floor at `revision`. NULL: out of memory. */
sync_trail *sync_trail_new(uint64_t revision);
void sync_trail_free(sync_trail *trail); /* NULL is fine */

/* The oldest revision from which it leads on. */
uint64_t sync_trail_floor(const sync_trail *trail);
size_t sync_trail_length(const sync_trail *trail);

/* Takes the tracker's pending changes in as those of `revision`, keeping at most `limit`
 * entries. */
void sync_trail_commit(sync_trail *trail, sync_track *track, uint64_t revision, size_t limit);

/*
 * Appends the operations from `since` to the present state as a JSON array, as a viewer with `sees`
 * needs them. The tracker has nothing pending. What may or may not have been there at `since` is
 * added, and then removed. `edits`: texts may be said as {"op":"text"}. STALE: older than the
 * floor.
 */
sync_status sync_trail_ops(sync_trail *trail, sync_track *track, uint64_t since, uint64_t sees,
			   bool edits, sync_buf *out);

/* Appends to a clear shift how a text field of a struct came from `since` to `until`. STALE: that
 * is not known, or there was no text all the time, or the struct itself is a newer one. NOMEM. */
sync_status sync_trail_text(const sync_trail *trail, const sync_node *node, unsigned field,
			    uint64_t since, uint64_t until, text_shift *shift);
/* The revision of its last edit below `revision`; 0: none is known. */
uint64_t sync_trail_edited(const sync_trail *trail, const sync_node *node, unsigned field,
			   uint64_t revision);

/* The last revision that put the node, or something that holds it, there as a whole; 0: it was
 * there at the floor. */
uint64_t sync_trail_put(const sync_trail *trail, const sync_node *node);

/* Positions of an earlier revision whose element is not there any more. */
#define SYNC_TRAIL_GONE UINT32_MAX

/*
 * Where the elements of a list of now `length` are that were there at `base`: *view[i] is the
 * present index of what stood at i, for *count of them; owned by the caller. *view NULL: nothing
 * has changed places. STALE: that is not known, or the list itself is a newer one.
 */
sync_status sync_trail_view(const sync_trail *trail, const sync_node *list, uint64_t base,
			    size_t length, uint32_t **view, size_t *count);
/* Brings a view that was right at `since` up to date. STALE. */
sync_status sync_trail_follow(const sync_trail *trail, const sync_node *list, uint64_t since,
			      uint32_t *view, size_t count);
/* The last revision below `revision` in which something of the node changed; 0: none is known. */
uint64_t sync_trail_touched(const sync_trail *trail, const sync_node *node, uint64_t revision);

/* The last revision in which a field of the struct changed, or anything in it, or that put it there
 * with what holds it; 0: none since the floor. */
uint64_t sync_trail_written(const sync_trail *trail, const sync_node *node, const sync_field *field,
			    unsigned index);

/* OK: a set or inline list is as it was at `base`, but for what came after `until`. STALE: it is
 * not, or that is not known. */
sync_status sync_trail_still(const sync_trail *trail, const sync_node *node, uint64_t base,
			     uint64_t until);

#endif
