#include "index.h"
#include "track.h"

#include <syncgen/alloc.h>

/*
 * The index of a tracked list by @key. It holds the *committed* elements under their committed
 * keys, whatever is pending; so it is right after a rollback without doing anything, and a commit
 * brings it up to date. KEYED says that it is complete; what a list without KEYED has is of no use
 * but its memory.
 */

enum { INDEX_FROM = 64 }; /* shorter lists are looked at whole */

static struct sync_index *index_of(const sync_list *list)
{
	return ((const sync_set *)(const void *)list)->index;
}

static const sync_type *key_type(const sync_type *elem)
{
	return elem->fields[elem->key].type;
}

static const void *key_of(const sync_type *elem, const sync_node *item)
{
	return sync_field_cell(&elem->fields[elem->key], item);
}

static bool key_changed(const sync_type *elem, const sync_node *item)
{
	const uint64_t *marks = (const uint64_t *)(const void *)(item + 1);
	return item->state & SYNC_NODE_WATCHED && !sync_unmarked(marks, (unsigned)elem->key);
}

/* Of a watched element: the key it had before this commit. */
static const void *committed_key(const sync_track *track, const sync_type *elem,
				 const sync_node *item)
{
	if (!key_changed(elem, item))
		return key_of(elem, item);
	for (uint32_t number = sync_node_change(item); number;) {
		const sync_change *change = &track->log[number - 1];
		if (change->at == (uint32_t)elem->key)
			return sync_change_was(track, change, change->type->size);
		number = change->prev;
	}
	return key_of(elem, item);
}

static uint64_t committed_hash(const sync_track *track, const sync_type *elem,
			       const sync_node *item)
{
	return sync_cell_hash(key_type(elem), committed_key(track, elem, item));
}

static uint64_t present_hash(const sync_type *elem, const sync_node *item)
{
	return sync_cell_hash(key_type(elem), key_of(elem, item));
}

/* ---- the entries of a list ---------------------------------------------------------------- */

/* The list's last entry; its earlier ones through `prev`. */
static const sync_change *last_change(const sync_track *track, const sync_list *list)
{
	uint32_t number = sync_node_change(&list->node);
	return number ? &track->log[number - 1] : NULL;
}

static const sync_change *previous(const sync_track *track, const sync_change *change)
{
	return change->prev ? &track->log[change->prev - 1] : NULL;
}

static sync_node *const *items_of(const sync_track *track, const sync_change *change)
{
	return sync_change_was(track, change, change->count * sizeof(void *));
}

/* ---- making ------------------------------------------------------------------------------- */

/* False: no memory, which only makes it slower. */
static bool make_index(sync_track *track, const sync_type *elem, sync_list *list)
{
	sync_node *const *items = list->items;
	struct sync_index **index = &((sync_set *)(void *)list)->index;
	size_t count = list->len;
	const sync_change *change = last_change(track, list);
	for (; change; change = previous(track, change))
		count += change->op == SYNC_CHANGE_REMOVE ? change->count : 0;
	sync_index_clear(*index);
	if (!sync_index_reserve(index, count))
		return false;
	for (size_t i = 0; i < list->len; i++) {
		if (items[i]->state & SYNC_NODE_WATCHED)
			sync_index_add(*index, committed_hash(track, elem, items[i]),
				       (uintptr_t)items[i]);
	}
	for (change = last_change(track, list); change; change = previous(track, change)) {
		if (change->op != SYNC_CHANGE_REMOVE)
			continue;
		items = items_of(track, change);
		for (uint32_t i = 0; i < change->count; i++) {
			if (items[i]->state & SYNC_NODE_WATCHED)
				sync_index_add(*index, committed_hash(track, elem, items[i]),
					       (uintptr_t)items[i]);
		}
	}
	list->node.state |= SYNC_NODE_KEYED;
	track->keyed = true;
	return true;
}

/* ---- checking ----------------------------------------------------------------------------- */

struct check {
	sync_track *track;
	const sync_type *elem;
	sync_list *list;
	struct sync_index *fresh; /* elements with new keys, by those */
	sync_error *error;
};

static bool same_key(const struct check *check, const sync_node *a, const sync_node *b)
{
	const sync_type *type = key_type(check->elem);
	return type->ops->equal(type, key_of(check->elem, a), key_of(check->elem, b));
}

static bool twice(const struct check *check, const sync_node *item, const sync_node *other)
{
	size_t at = sync_list_index(check->list, item), first = sync_list_index(check->list, other);
	sync_error_set(check->error, SYNC_INVALID, "the same %s as element %zu",
		       check->elem->fields[check->elem->key].name, at < first ? at : first);
	sync_error_in_index(check->error, at < first ? first : at);
	return false;
}

static bool no_memory(const struct check *check)
{
	sync_error_set(check->error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	return false;
}

/* An element whose key is new: against the committed ones that stay as they are, then against those
 * before it. */
static bool check_fresh(struct check *check, sync_node *item)
{
	uint64_t hash = present_hash(check->elem, item);
	size_t at = 0;
	uintptr_t ref;
	while ((ref = sync_index_next(index_of(check->list), hash, &at)) != 0) {
		const sync_node *other = (const sync_node *)ref;
		if (other != item && !(other->state & SYNC_NODE_GONE) &&
		    !key_changed(check->elem, other) && same_key(check, item, other))
			return twice(check, item, other);
	}
	if (!sync_index_reserve(&check->fresh, check->fresh ? check->fresh->used + 1 : 1))
		return no_memory(check);
	for (at = 0; (ref = sync_index_next(check->fresh, hash, &at)) != 0;) {
		const sync_node *other = (const sync_node *)ref;
		if (other != item && same_key(check, item, other))
			return twice(check, item, other);
	}
	sync_index_add(check->fresh, hash, (uintptr_t)item);
	return true;
}

static bool check_inserted(struct check *check)
{
	const sync_change *change = last_change(check->track, check->list);
	for (; change; change = previous(check->track, change)) {
		if (change->op != SYNC_CHANGE_INSERT)
			continue;
		sync_node *const *items = items_of(check->track, change);
		for (uint32_t i = 0; i < change->count; i++) {
			if (!(items[i]->state & SYNC_NODE_GONE) && !check_fresh(check, items[i]))
				return false;
		}
	}
	return true;
}

static bool is_key(const sync_change *change)
{
	return change->op == SYNC_CHANGE_FIELD && change->field->flags & SYNC_FIELD_KEY &&
	       !(change->flags & SYNC_CHANGE_DEAD);
}

static bool check_changed(struct check *check)
{
	for (size_t i = 0; i < check->track->len; i++) {
		const sync_change *change = &check->track->log[i];
		if (!is_key(change) || change->node->up != &check->list->node ||
		    change->node->state & SYNC_NODE_GONE)
			continue;
		if (!check_fresh(check, change->node))
			return false;
	}
	return true;
}

bool sync_keyed_check(sync_track *track, const sync_type *type, sync_list *list, sync_error *error)
{
	const sync_type *elem = type->elem;
	bool keyed = list->node.state & SYNC_NODE_KEYED;
	if (elem->kind != SYNC_KIND_STRUCT || elem->key < 0)
		return true;
	if (!keyed && sync_list_keys(type, list) && list->len >= INDEX_FROM)
		keyed = make_index(track, elem, list);
	if (!keyed)
		return sync_list_unique(type, list, error);
	struct check check = { track, elem, list, NULL, error };
	bool ok = check_inserted(&check) && check_changed(&check);
	sync_index_free(check.fresh);
	return ok;
}

/* ---- committing --------------------------------------------------------------------------- */

static void commit_inserted(sync_track *track, const sync_change *change, sync_set *keys)
{
	sync_node *const *items = items_of(track, change);
	size_t used = keys->index ? keys->index->used : 0;
	if (!sync_index_reserve(&keys->index, used + change->count)) {
		keys->list.node.state &= ~(uint32_t)SYNC_NODE_KEYED;
		return;
	}
	for (uint32_t i = 0; i < change->count; i++) {
		if (!(items[i]->state & SYNC_NODE_GONE))
			sync_index_add(keys->index, present_hash(change->type, items[i]),
				       (uintptr_t)items[i]);
	}
}

static void commit_removed(sync_track *track, const sync_change *change, sync_set *keys)
{
	sync_node *const *items = items_of(track, change);
	for (uint32_t i = 0; i < change->count; i++) {
		if (items[i]->state & SYNC_NODE_WATCHED)
			sync_index_remove(keys->index,
					  committed_hash(track, change->type, items[i]),
					  (uintptr_t)items[i]);
	}
}

/* An element that stays, under another key. */
static void commit_key(sync_track *track, const sync_change *change)
{
	const sync_node *item = change->node, *list = item->up;
	if (item->state & SYNC_NODE_GONE || !list || !(list->state & SYNC_NODE_KEYED))
		return;
	struct sync_index *index = index_of((const sync_list *)(const void *)list);
	const void *was = sync_change_was(track, change, change->type->size);
	const void *is = sync_field_cell(change->field, item);
	sync_index_remove(index, sync_cell_hash(change->type, was), (uintptr_t)item);
	sync_index_add(index, sync_cell_hash(change->type, is), (uintptr_t)item);
}

void sync_keyed_commit(sync_track *track)
{
	if (track->deep)
		sync_track_mark_dead(track);
	for (size_t i = 0; i < track->len; i++) {
		const sync_change *change = &track->log[i];
		if (is_key(change))
			commit_key(track, change);
		if (change->flags & SYNC_CHANGE_DEAD || !(change->node->state & SYNC_NODE_KEYED))
			continue;
		sync_set *keys = (sync_set *)(void *)change->node;
		if (change->op == SYNC_CHANGE_INSERT)
			commit_inserted(track, change, keys);
		else if (change->op == SYNC_CHANGE_REMOVE)
			commit_removed(track, change, keys);
	}
}

/* ---- finding ------------------------------------------------------------------------------ */

size_t sync_keyed_find(const sync_list *list, const sync_type *elem, uint64_t hash, size_t unknown,
		       bool (*is)(const sync_type *elem, const void *item, const void *context),
		       const void *context)
{
	size_t at = 0;
	uintptr_t ref;
	while ((ref = sync_index_next(index_of(list), hash, &at)) != 0) {
		const sync_node *item = (const sync_node *)ref;
		if (!(item->state & SYNC_NODE_GONE) && is(elem, item, context))
			return sync_list_index(list, item);
	}
	/* It may be pending. */
	const sync_track *track = sync_track_of(&list->node);
	return track && !track->len ? SIZE_MAX : unknown;
}
