#include "track.h"

/* Lists held in place. Their items own nothing, so keeping one is keeping its bytes. */

static char *items_of(sync_inline_list *list)
{
	return (char *)(list + 1);
}

static size_t capacity_of(const sync_type *type)
{
	size_t fit = (type->size - sizeof(sync_inline_list)) / type->elem->size;
	return type->max >= 0 && (uint64_t)type->max < fit ? (size_t)type->max : fit;
}

static sync_status keep(sync_inline_list *list, const sync_type *type)
{
	sync_track *track =
		list->node.state & SYNC_NODE_WATCHED ? sync_track_of(&list->node) : NULL;
	if (!track || sync_node_change(&list->node))
		return SYNC_OK;
	size_t bytes = type->size - sizeof(sync_node);
	if (!sync_track_reserve(track, bytes))
		return SYNC_NOMEM;
	sync_change *change = sync_track_add(track, SYNC_CHANGE_WHOLE, &list->node, type, bytes);
	memcpy(sync_change_was(track, change, bytes), &list->node + 1, bytes);
	return SYNC_OK;
}

static sync_status check(sync_inline_list *list, const sync_type *type, size_t at,
			 const void *value)
{
	sync_error error;
	sync_error_set(&error, SYNC_INVALID, "%s", sync_status_text(SYNC_INVALID));
	if (type->elem->ops->validate(type->elem, value, &error))
		return SYNC_OK;
	return sync_track_refuse(&list->node, SYNC_INVALID, "element %zu %s", at, error.message);
}

sync_status sync_inline_insert(sync_inline_list *list, const sync_type *type, size_t at,
			       const void *value)
{
	if (!list)
		return SYNC_NOMEM;
	if (at > list->len)
		return SYNC_NOT_FOUND;
	if (list->len >= capacity_of(type))
		return sync_track_refuse(&list->node, SYNC_TOO_BIG, "at most %zu elements",
					 capacity_of(type));
	sync_status status = check(list, type, at, value);
	if (status == SYNC_OK)
		status = keep(list, type);
	if (status != SYNC_OK)
		return status;
	size_t size = type->elem->size;
	char *cell = items_of(list) + at * size;
	memmove(cell + size, cell, (list->len - at) * size);
	memcpy(cell, value, size);
	list->len++;
	return SYNC_OK;
}

sync_status sync_inline_set(sync_inline_list *list, const sync_type *type, size_t at,
			    const void *value)
{
	if (!list)
		return SYNC_NOMEM;
	if (at >= list->len)
		return SYNC_NOT_FOUND;
	size_t size = type->elem->size;
	char *cell = items_of(list) + at * size;
	if (type->elem->ops->equal(type->elem, cell, value))
		return SYNC_OK;
	sync_status status = check(list, type, at, value);
	if (status == SYNC_OK)
		status = keep(list, type);
	if (status == SYNC_OK)
		memmove(cell, value, size);
	return status;
}

sync_status sync_inline_remove(sync_inline_list *list, const sync_type *type, size_t at,
			       size_t count)
{
	if (!list)
		return SYNC_NOMEM;
	if (at > list->len || count > list->len - at)
		return SYNC_NOT_FOUND;
	sync_status status = count ? keep(list, type) : SYNC_OK;
	if (status != SYNC_OK)
		return status;
	size_t size = type->elem->size;
	char *cell = items_of(list) + at * size;
	memmove(cell, cell + count * size, (list->len - at - count) * size);
	list->len -= count;
	return SYNC_OK;
}

sync_status sync_inline_move(sync_inline_list *list, const sync_type *type, size_t from, size_t to)
{
	if (!list)
		return SYNC_NOMEM;
	if (from >= list->len || to >= list->len)
		return SYNC_NOT_FOUND;
	sync_status status = from != to ? keep(list, type) : SYNC_OK;
	if (status != SYNC_OK || from == to)
		return status;
	sync_list items = { .items = items_of(list), .len = list->len, .cap = list->len };
	sync_list_shift(&items, type->elem->size, from, to);
	return SYNC_OK;
}
