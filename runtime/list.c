#include "track.h"

#include <syncgen/alloc.h>

enum { FIRST_ITEMS = 4, ITEMS_MAX = 0x7fffffff };

static size_t stride_of(const sync_type *elem)
{
	return sync_type_is_node(elem) ? sizeof(void *) : elem->size;
}

static sync_track *watched(const sync_list *list)
{
	return list->node.state & SYNC_NODE_WATCHED ? sync_track_of(&list->node) : NULL;
}

/* ---- items -------------------------------------------------------------------------------- */

bool sync_list_room(sync_list *list, size_t stride, size_t more)
{
	if (list->cap - list->len >= more)
		return true;
	if (more > ITEMS_MAX - list->len)
		return false;
	size_t cap = list->cap ? list->cap * 2 : FIRST_ITEMS;
	if (cap < list->len + more)
		cap = list->len + more;
	if (cap > SIZE_MAX / 2 / stride)
		return false;
	void *items = sync_resize(list->items, cap * stride);
	if (!items)
		return false;
	list->items = items;
	list->cap = cap;
	return true;
}

static void *item_at(const sync_list *list, size_t stride, size_t at)
{
	return (char *)list->items + at * stride;
}

void sync_list_open(sync_list *list, size_t stride, size_t at, size_t count)
{
	if (at < list->len)
		memmove(item_at(list, stride, at + count), item_at(list, stride, at),
			(list->len - at) * stride);
	list->len += count;
}

void sync_list_close(sync_list *list, size_t stride, size_t at, size_t count)
{
	size_t after = list->len - at - count;
	if (after && count)
		memmove(item_at(list, stride, at), item_at(list, stride, at + count),
			after * stride);
	list->len -= count;
}

/* Part by part: an item may be larger than what the stack is good for. */
void sync_list_shift(sync_list *list, size_t stride, size_t from, size_t to)
{
	char part[64];
	size_t low = from < to ? from : to, high = from < to ? to : from;
	char *base = item_at(list, stride, low);
	size_t all = (high - low + 1) * stride;
	for (size_t left = stride; left;) {
		size_t bytes = left < sizeof(part) ? left : sizeof(part);
		char *end = base + all - bytes;
		if (from < to) {
			memcpy(part, base, bytes);
			memmove(base, base + bytes, all - bytes);
			memcpy(end, part, bytes);
		} else {
			memcpy(part, end, bytes);
			memmove(base + bytes, base, all - bytes);
			memcpy(base, part, bytes);
		}
		left -= bytes;
	}
}

void sync_list_free(const sync_type *elem, void *item)
{
	elem->ops->release(elem, item);
	sync_free_sized(item, elem->size);
}

static void *new_item(sync_list *list, const sync_type *elem, size_t at)
{
	sync_node *item = sync_alloc(elem->size);
	if (!item)
		return NULL;
	elem->ops->init(elem, item);
	sync_node_hang(item, &list->node, (uint32_t)at);
	return item;
}

/* ---- the log ------------------------------------------------------------------------------ */

size_t sync_list_kept(const sync_type *elem, const sync_change *change)
{
	bool pointers = change->flags & SYNC_CHANGE_MAP || sync_type_is_node(elem);
	return change->count * (pointers ? sizeof(void *) : elem->size);
}

/* Appends to the addresses an INSERT keeps; false: its place in the log is not the last. */
static bool keep_address(sync_track *track, sync_change *change, void *item)
{
	size_t had = change->count * sizeof(void *), has = had + sizeof(void *);
	if (has > SYNC_CHANGE_INLINE) {
		size_t room = had <= SYNC_CHANGE_INLINE ? 0 : (had + 15) & ~(size_t)15;
		size_t offset = room ? change->was.offset : track->kept_len;
		if (offset + room != track->kept_len)
			return false;
		if (!room)
			memcpy(track->kept + offset, change->was.bytes, had);
		change->was.offset = offset;
		track->kept_len = offset + ((has + 15) & ~(size_t)15);
	}
	memcpy((char *)sync_change_was(track, change, has) + had, &item, sizeof(item));
	return true;
}

/* Things inserted one after the other are one entry. */
static sync_change *previous_insert(sync_track *track, const sync_list *list, size_t at)
{
	uint32_t number = sync_node_change(&list->node);
	sync_change *change = number ? &track->log[number - 1] : NULL;
	if (!change || change->op != SYNC_CHANGE_INSERT || (size_t)change->at + change->count != at)
		return NULL;
	return change;
}

void sync_list_log_insert(sync_track *track, sync_list *list, const sync_type *elem, size_t at,
			  void *item, unsigned flags)
{
	sync_change *change = previous_insert(track, list, at);
	if (change && (!item || keep_address(track, change, item))) {
		change->count++;
		return;
	}
	change = sync_track_add(track, SYNC_CHANGE_INSERT, &list->node, elem, 0);
	change->at = (uint32_t)at;
	change->flags |= (uint8_t)flags;
	if (item) {
		keep_address(track, change, item);
		track->deep++;
	}
	change->count = 1;
}

static bool reserve_insert(sync_list *list, sync_track *track, size_t stride)
{
	/* The second address may take those before it along. */
	if (track && !sync_track_reserve(track, 4 * sizeof(void *)))
		return false;
	if (sync_list_room(list, stride, 1))
		return true;
	sync_track_nomem(&list->node);
	return false;
}

/* ---- taking out --------------------------------------------------------------------------- */

static void release_items(sync_list *list, const sync_type *elem, size_t at, size_t count)
{
	for (size_t i = at; i < at + count; i++) {
		if (sync_type_is_node(elem))
			sync_list_free(elem, ((void **)list->items)[i]);
		else
			sync_cell_release(elem, item_at(list, elem->size, i));
	}
}

static void keep_removed(sync_track *track, sync_list *list, const sync_type *elem, size_t at,
			 size_t count)
{
	size_t bytes = count * stride_of(elem);
	sync_change *change = sync_track_add(track, SYNC_CHANGE_REMOVE, &list->node, elem, bytes);
	change->at = (uint32_t)at;
	change->count = (uint32_t)count;
	memcpy(sync_change_was(track, change, bytes), item_at(list, stride_of(elem), at), bytes);
	track->deep++;
	for (size_t i = 0; sync_type_is_node(elem) && i < count; i++)
		((sync_node **)list->items)[at + i]->state |= SYNC_NODE_GONE;
}

static void remove_reserved(sync_list *list, const sync_type *elem, size_t at, size_t count)
{
	sync_track *track = watched(list);
	if (track)
		keep_removed(track, list, elem, at, count);
	else
		release_items(list, elem, at, count);
	sync_list_close(list, stride_of(elem), at, count);
}

/* ---- node elements ------------------------------------------------------------------------ */

void *sync_list_insert(sync_list *list, const sync_type *elem, size_t at)
{
	if (!list)
		return NULL;
	if (at > list->len) {
		sync_track_refuse(&list->node, SYNC_NOT_FOUND, "no position %zu among %zu", at,
				  list->len);
		return NULL;
	}
	sync_track *track = watched(list);
	if (!reserve_insert(list, track, sizeof(void *)))
		return NULL;
	void *item = new_item(list, elem, at);
	if (!item) {
		sync_track_nomem(&list->node);
		return NULL;
	}
	sync_list_open(list, sizeof(void *), at, 1);
	((void **)list->items)[at] = item;
	if (track)
		sync_list_log_insert(track, list, elem, at, item, 0);
	return item;
}

void *sync_list_edit(sync_list *list, const sync_type *elem, size_t at)
{
	(void)elem;
	return list && at < list->len ? ((void **)list->items)[at] : NULL;
}

void *sync_list_reset(sync_list *list, const sync_type *elem, size_t at)
{
	if (!list)
		return NULL;
	if (at >= list->len) {
		sync_track_refuse(&list->node, SYNC_NOT_FOUND, "no position %zu among %zu", at,
				  list->len);
		return NULL;
	}
	/* Reserve gives room for two entries: after the insertion nothing can fail. */
	if (!sync_list_insert(list, elem, at))
		return NULL;
	remove_reserved(list, elem, at + 1, 1);
	return ((void **)list->items)[at];
}

/* ---- cells -------------------------------------------------------------------------------- */

static sync_status refuse_cell(sync_list *list, const sync_type *elem, const void *value, size_t at)
{
	sync_error error;
	sync_error_set(&error, SYNC_INVALID, "%s", sync_status_text(SYNC_INVALID));
	if (elem->ops->validate(elem, value, &error))
		return SYNC_OK;
	return sync_track_refuse(&list->node, SYNC_INVALID, "element %zu %s", at, error.message);
}

sync_status sync_list_insert_cell(sync_list *list, const sync_type *elem, size_t at,
				  const void *value)
{
	if (!list)
		return SYNC_NOMEM;
	if (at > list->len)
		return SYNC_NOT_FOUND;
	sync_status status = refuse_cell(list, elem, value, at);
	if (status != SYNC_OK)
		return status;
	sync_track *track = watched(list);
	/* It may be one of our own, which are about to move. */
	uintptr_t own = (uintptr_t)value - (uintptr_t)list->items;
	bool inside = own < list->len * elem->size;
	if (!reserve_insert(list, track, elem->size))
		return SYNC_NOMEM;
	if (inside)
		value = (char *)list->items + own;
	/* Made behind the last one, where there is room, then moved into place. */
	if (elem->ops->copy(elem, item_at(list, elem->size, list->len), value) != SYNC_OK)
		return sync_track_nomem(&list->node);
	list->len++;
	if (at != list->len - 1)
		sync_list_shift(list, elem->size, list->len - 1, at);
	if (track)
		sync_list_log_insert(track, list, elem, at, NULL, 0);
	return SYNC_OK;
}

/* Is the present cell not the committed one, because it was set by the last change? */
static bool set_just_now(const sync_track *track, const sync_list *list, size_t at)
{
	uint32_t number = sync_node_change(&list->node);
	return number && track->log[number - 1].op == SYNC_CHANGE_CELL &&
	       track->log[number - 1].at == at;
}

static sync_status copy_in_place(sync_list *list, const sync_type *elem, size_t at,
				 const void *value)
{
	sync_leaf copy;
	if (sync_leaf_copy(elem, &copy, &value) != SYNC_OK)
		return sync_track_nomem(&list->node);
	sync_track *track = watched(list);
	bool keep = track && !set_just_now(track, list, at);
	if (keep && !sync_track_reserve(track, elem->size)) {
		sync_leaf_drop(elem, &copy);
		return SYNC_NOMEM;
	}
	void *cell = item_at(list, elem->size, at);
	if (keep) {
		sync_change *change =
			sync_track_add(track, SYNC_CHANGE_CELL, &list->node, elem, elem->size);
		change->at = (uint32_t)at;
		memcpy(sync_change_was(track, change, elem->size), cell, elem->size);
	} else {
		sync_cell_release(elem, cell);
	}
	memmove(cell, value, elem->size);
	return SYNC_OK;
}

sync_status sync_list_set_cell(sync_list *list, const sync_type *elem, size_t at, const void *value)
{
	if (!list)
		return SYNC_NOMEM;
	if (at >= list->len)
		return SYNC_NOT_FOUND;
	if (elem->ops->equal(elem, item_at(list, elem->size, at), value))
		return SYNC_OK;
	sync_status status = refuse_cell(list, elem, value, at);
	return status == SYNC_OK ? copy_in_place(list, elem, at, value) : status;
}

/* ---- both --------------------------------------------------------------------------------- */

sync_status sync_list_remove(sync_list *list, const sync_type *elem, size_t at, size_t count)
{
	if (!list)
		return SYNC_NOMEM;
	if (at > list->len || count > list->len - at)
		return SYNC_NOT_FOUND;
	if (!count)
		return SYNC_OK;
	sync_track *track = watched(list);
	if (track && !sync_track_reserve(track, count * stride_of(elem)))
		return SYNC_NOMEM;
	remove_reserved(list, elem, at, count);
	return SYNC_OK;
}

sync_status sync_list_move(sync_list *list, const sync_type *elem, size_t from, size_t to)
{
	if (!list)
		return SYNC_NOMEM;
	if (from >= list->len || to >= list->len)
		return SYNC_NOT_FOUND;
	if (from == to)
		return SYNC_OK;
	sync_track *track = watched(list);
	if (track && !sync_track_reserve(track, 0))
		return SYNC_NOMEM;
	if (track) {
		sync_change *change = sync_track_add(track, SYNC_CHANGE_MOVE, &list->node, elem, 0);
		change->at = (uint32_t)from;
		change->count = (uint32_t)to;
	}
	sync_list_shift(list, stride_of(elem), from, to);
	if (sync_type_is_node(elem))
		((sync_node **)list->items)[to]->slot = (uint32_t)to;
	return SYNC_OK;
}

/* ---- undoing and committing --------------------------------------------------------------- */

static void undo_insert(sync_list *list, const sync_change *change)
{
	const sync_type *elem = change->type;
	if (change->flags & SYNC_CHANGE_MAP) {
		for (size_t i = change->at; i < (size_t)change->at + change->count; i++) {
			sync_entry *entry = ((void **)list->items)[i];
			sync_map_unindex((sync_map *)(void *)list, entry);
			sync_entry_free(elem, entry);
		}
		sync_list_close(list, sizeof(void *), change->at, change->count);
		return;
	}
	if (change->flags & SYNC_CHANGE_SET)
		sync_set_unindex((sync_set *)(void *)list, elem, change->at, change->count);
	release_items(list, elem, change->at, change->count);
	sync_list_close(list, stride_of(elem), change->at, change->count);
}

static void undo_remove(sync_track *track, sync_list *list, const sync_change *change)
{
	const sync_type *elem = change->type;
	bool map = change->flags & SYNC_CHANGE_MAP;
	bool nodes = map || sync_type_is_node(elem);
	size_t stride = map ? sizeof(void *) : stride_of(elem);
	size_t bytes = sync_list_kept(elem, change);
	sync_list_open(list, stride, change->at, change->count);
	memcpy(item_at(list, stride, change->at), sync_change_was(track, change, bytes), bytes);
	for (size_t i = change->at; nodes && i < (size_t)change->at + change->count; i++) {
		sync_node *item = ((void **)list->items)[i];
		item->state &= ~(uint32_t)SYNC_NODE_GONE;
		if (map)
			sync_map_reindex((sync_map *)(void *)list, (sync_entry *)(void *)item);
	}
	if (change->flags & SYNC_CHANGE_SET)
		sync_set_reindex((sync_set *)(void *)list, elem, change->at, change->count);
}

void sync_list_undo(sync_track *track, const sync_change *change)
{
	sync_list *list = (sync_list *)(void *)change->node;
	const sync_type *elem = change->type;
	if (change->op == SYNC_CHANGE_INSERT) {
		undo_insert(list, change);
	} else if (change->op == SYNC_CHANGE_REMOVE) {
		undo_remove(track, list, change);
	} else if (change->op == SYNC_CHANGE_MOVE) {
		sync_list_shift(list, stride_of(elem), change->count, change->at);
	} else {
		void *cell = item_at(list, elem->size, change->at);
		sync_cell_release(elem, cell);
		memcpy(cell, sync_change_was(track, change, elem->size), elem->size);
	}
}

void sync_list_drop(sync_track *track, const sync_change *change)
{
	const sync_type *elem = change->type;
	char *was = sync_change_was(track, change, sync_list_kept(elem, change));
	for (uint32_t i = 0; i < change->count; i++) {
		if (change->flags & SYNC_CHANGE_MAP)
			sync_entry_free(elem, ((void **)(void *)was)[i]);
		else if (sync_type_is_node(elem))
			sync_list_free(elem, ((void **)(void *)was)[i]);
		else
			sync_cell_release(elem, was + i * elem->size);
	}
}
