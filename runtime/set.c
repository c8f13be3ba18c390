#include "index.h"
#include "track.h"

/* A set is a list of cells with an index of positions + 1. */

static const void *cell_at(const sync_set *set, const sync_type *elem, size_t at)
{
	return (const char *)set->list.items + at * elem->size;
}

/* SIZE_MAX: not in it. */
static size_t find(const sync_set *set, const sync_type *elem, const void *value, uint64_t hash)
{
	for (size_t i = 0; !set->index && i < set->list.len; i++) {
		if (elem->ops->equal(elem, cell_at(set, elem, i), value))
			return i;
	}
	size_t at = 0;
	while (set->index) {
		uintptr_t ref = sync_index_next(set->index, hash, &at);
		if (!ref)
			break;
		if (elem->ops->equal(elem, cell_at(set, elem, ref - 1), value))
			return ref - 1;
	}
	return SIZE_MAX;
}

bool sync_set_has(const sync_set *set, const sync_type *elem, const void *value)
{
	uint64_t hash = set->index ? sync_cell_hash(elem, value) : 0;
	return find(set, elem, value, hash) != SIZE_MAX;
}

/* ---- keeping the index -------------------------------------------------------------------- */

void sync_set_unindex(sync_set *set, const sync_type *elem, size_t at, size_t count)
{
	if (!set->index)
		return;
	for (size_t i = at; i < at + count; i++)
		sync_index_remove(set->index, sync_cell_hash(elem, cell_at(set, elem, i)), i + 1);
	if (at + count < set->list.len)
		sync_index_shift(set->index, at + count + 1, -(intptr_t)count);
}

void sync_set_reindex(sync_set *set, const sync_type *elem, size_t at, size_t count)
{
	if (!set->index)
		return;
	if (at + count < set->list.len)
		sync_index_shift(set->index, at + 1, (intptr_t)count);
	for (size_t i = at; i < at + count; i++)
		sync_index_add(set->index, sync_cell_hash(elem, cell_at(set, elem, i)), i + 1);
}

bool sync_set_room(sync_set *set, const sync_type *elem)
{
	size_t len = set->list.len;
	if (len < SYNC_INDEX_FROM && !set->index)
		return true;
	bool first = !set->index;
	if (!sync_index_reserve(&set->index, len + 1))
		return false;
	for (size_t i = 0; first && i < len; i++)
		sync_index_add(set->index, sync_cell_hash(elem, cell_at(set, elem, i)), i + 1);
	return true;
}

/* ---- changing ----------------------------------------------------------------------------- */

sync_status sync_set_add(sync_set *set, const sync_type *elem, const void *value)
{
	return set ? sync_set_insert(set, elem, set->list.len, value) : SYNC_NOMEM;
}

sync_status sync_set_insert(sync_set *set, const sync_type *elem, size_t at, const void *value)
{
	if (sync_set_has(set, elem, value))
		return SYNC_OK;
	if (!sync_set_room(set, elem))
		return sync_track_nomem(&set->list.node);
	sync_status status = sync_list_insert_cell(&set->list, elem, at, value);
	if (status != SYNC_OK)
		return status;
	sync_set_reindex(set, elem, at, 1);
	uint32_t change = sync_node_change(&set->list.node);
	sync_track *track = change ? sync_track_of(&set->list.node) : NULL;
	if (track)
		track->log[change - 1].flags |= SYNC_CHANGE_SET;
	return SYNC_OK;
}

sync_status sync_set_drop(sync_set *set, const sync_type *elem, const void *value)
{
	if (!set)
		return SYNC_NOMEM;
	uint64_t hash = set->index ? sync_cell_hash(elem, value) : 0;
	size_t at = find(set, elem, value, hash);
	if (at == SIZE_MAX)
		return SYNC_NOT_FOUND;
	sync_track *track =
		set->list.node.state & SYNC_NODE_WATCHED ? sync_track_of(&set->list.node) : NULL;
	if (track && !sync_track_reserve(track, elem->size))
		return SYNC_NOMEM;
	/* Reserved: taking it out cannot fail any more, so the index may go first. */
	sync_set_unindex(set, elem, at, 1);
	sync_list_remove(&set->list, elem, at, 1);
	if (track)
		track->log[track->len - 1].flags |= SYNC_CHANGE_SET;
	return SYNC_OK;
}
