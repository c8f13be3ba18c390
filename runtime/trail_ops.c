#include "trail_core.h"

#include <syncgen/alloc.h>

#include "broken.h"

static sync_change change_of(const struct trail_entry *entry, uint64_t since)
{
	sync_change change = { .node = entry->record->node,
			       .type = entry->type,
			       .field = entry->field,
			       .at = entry->at,
			       .count = entry->count,
			       .op = entry->op,
			       .flags = (uint8_t)(entry->flags | SYNC_CHANGE_BLIND) };
	if (entry->before > since)
		change.flags |= SYNC_CHANGE_UNSURE;
	if (entry->flags & SYNC_CHANGE_MAP)
		memcpy(change.was.bytes, &entry->key, sizeof entry->key);
	return change;
}

static size_t collect(sync_trail *trail, const struct trail_entry *first, uint64_t since)
{
	size_t count = 0;
	for (const struct trail_entry *entry = first; entry; entry = entry->newer)
		entry->record->change = 0;
	for (const struct trail_entry *entry = first; entry; entry = entry->newer) {
		struct trail_record *record = entry->record;
		if (entry->op == SYNC_TRAIL_BORN || sync_trail_covered(trail, record->node, since))
			continue;
		sync_change *change = &trail->changes[count++];
		*change = change_of(entry, since);
		change->prev = record->change;
		if (change->prev)
			trail->changes[change->prev - 1].next = (uint32_t)count;
		record->change = (uint32_t)count;
	}
	return count;
}

static bool make_room(sync_trail *trail, size_t count)
{
	if (count <= trail->changes_room)
		return true;
	sync_change *changes = sync_resize(trail->changes, count * sizeof *changes);
	if (!changes)
		return false;
	trail->changes = changes;
	trail->changes_room = count;
	return true;
}

/* What a text was, for those who have it from an earlier revision. */
struct text_since {
	const sync_trail *trail;
	uint64_t since;
};

static sync_status text_since(void *arg, const sync_node *node, unsigned field, text_shift *shift)
{
	const struct text_since *asked = arg;
	return sync_trail_text_shift(&asked->trail->texts,
				     sync_trail_newest_edit(asked->trail, node, field),
				     asked->since, UINT64_MAX, shift);
}

sync_status sync_trail_ops(sync_trail *trail, sync_track *track, uint64_t since, uint64_t sees,
			   bool edits, sync_buf *out)
{
	struct text_since asked = { trail, since };
	struct sync_text_source texts = { text_since, &asked, false };
	if (since < trail->floor && !SYNC_BROKEN(PARTIAL))
		return SYNC_STALE;
	size_t most = 0;
	struct trail_entry *first = NULL;
	for (struct trail_entry *entry = trail->newest; entry && entry->revision > since;
	     entry = entry->older) {
		first = entry;
		most++;
	}
	if (!make_room(trail, most))
		return SYNC_NOMEM;
	size_t count = collect(trail, first, since);
	sync_change *log = track->log;
	track->log = trail->changes;
	track->len = count;
	sync_status status = sync_track_edits(track, sees, edits ? &texts : NULL, out);
	track->log = log;
	track->len = 0;
	return status;
}
