#include "index.h"
#include "track.h"

#include <syncgen/alloc.h>

/* Maps and tables: a list of entries with an index of their addresses by key. */

static bool key_is(const sync_entry *entry, const char *key, size_t length)
{
	return sync_str_len(entry->key) == length && memcmp(entry->key, key, length) == 0;
}

sync_entry *sync_map_find(const sync_map *map, const char *key, size_t length)
{
	sync_entry *const *items = map->list.items;
	for (size_t i = 0; !map->index && i < map->list.len; i++) {
		if (key_is(items[i], key, length))
			return items[i];
	}
	if (!map->index)
		return NULL;
	uint64_t hash = sync_hash(key, length);
	size_t at = 0;
	for (;;) {
		uintptr_t ref = sync_index_next(map->index, hash, &at);
		if (!ref || key_is((sync_entry *)ref, key, length))
			return (sync_entry *)ref;
	}
}

const void *sync_map_get(const sync_map *map, const char *key, size_t length)
{
	const sync_entry *entry = sync_map_find(map, length ? key : "", length);
	return entry ? sync_entry_value(entry) : NULL;
}

/* ---- keeping the index -------------------------------------------------------------------- */

static uint64_t hash_of(const sync_entry *entry)
{
	return sync_hash(entry->key, sync_str_len(entry->key));
}

void sync_map_unindex(sync_map *map, const sync_entry *entry)
{
	if (map->index)
		sync_index_remove(map->index, hash_of(entry), (uintptr_t)entry);
}

void sync_map_reindex(sync_map *map, const sync_entry *entry)
{
	if (map->index)
		sync_index_add(map->index, hash_of(entry), (uintptr_t)entry);
}

static bool room(sync_map *map)
{
	size_t len = map->list.len;
	if (!sync_list_room(&map->list, sizeof(void *), 1))
		return false;
	if (len < SYNC_INDEX_FROM && !map->index)
		return true;
	bool first = !map->index;
	if (!sync_index_reserve(&map->index, len + 1))
		return false;
	for (size_t i = 0; first && i < len; i++)
		sync_map_reindex(map, ((sync_entry **)map->list.items)[i]);
	return true;
}

/* ---- entries ------------------------------------------------------------------------------ */

void sync_entry_free(const sync_type *elem, sync_entry *entry)
{
	sync_cell_release(elem, sync_entry_value(entry));
	sync_str_free(entry->key);
	sync_free_sized(entry, SYNC_ENTRY_VALUE + elem->size);
}

static sync_entry *new_entry(sync_map *map, const sync_type *elem, sync_str key)
{
	sync_entry *entry = sync_alloc(SYNC_ENTRY_VALUE + elem->size);
	if (!entry)
		return NULL;
	entry->node = (sync_node){ &map->list.node, (uint32_t)map->list.len, 0 };
	entry->key = key;
	sync_node *value = sync_entry_value(entry);
	elem->ops->init(elem, value);
	if (!sync_type_is_node(elem))
		return entry;
	sync_node_hang(value, &entry->node, 0);
	if (map->list.node.state & SYNC_NODE_TABLE) {
		value->slot = (uint32_t)elem->key;
		value->state |= SYNC_NODE_ROW;
	}
	return entry;
}

static void put_last(sync_map *map, sync_entry *entry)
{
	((sync_entry **)map->list.items)[map->list.len++] = entry;
	sync_map_reindex(map, entry);
}

sync_entry *sync_map_append(sync_map *map, const sync_type *elem, sync_str key)
{
	sync_entry *entry = room(map) ? new_entry(map, elem, key) : NULL;
	if (entry)
		put_last(map, entry);
	return entry;
}

/* ---- adding ------------------------------------------------------------------------------- */

static sync_track *watched(const sync_node *node)
{
	return node->state & SYNC_NODE_WATCHED ? sync_track_of(node) : NULL;
}

static sync_status refuse_key(sync_map *map, const char *key, size_t length, const char *why)
{
	int shown = length < 40 ? (int)length : 40;
	if (!sync_utf8_check(key, length, NULL) || length > 40)
		shown = 0;
	return sync_track_refuse(&map->list.node, SYNC_INVALID, "key '%.*s' %s", shown, key, why);
}

/* A key nothing has yet, copied; everything but the entry itself is reserved. */
static sync_status prepare(sync_map *map, const sync_type *elem, const char *key, size_t length,
			   sync_entry **entry)
{
	if (length > SYNC_STR_MAX || !sync_utf8_check(key, length, NULL))
		return refuse_key(map, key, length, "is not valid UTF-8");
	if (sync_map_key_banned(key, length))
		return refuse_key(map, key, length, "cannot be a key");
	sync_track *track = watched(&map->list.node);
	if (track && !sync_track_reserve(track, 4 * sizeof(void *)))
		return SYNC_NOMEM;
	sync_str copy = room(map) ? sync_str_new(key, length) : NULL;
	*entry = copy ? new_entry(map, elem, copy) : NULL;
	if (*entry)
		return SYNC_OK;
	sync_str_free(copy);
	return sync_track_nomem(&map->list.node);
}

static void add(sync_map *map, const sync_type *elem, sync_entry *entry)
{
	sync_track *track = watched(&map->list.node);
	size_t at = map->list.len;
	put_last(map, entry);
	if (track)
		sync_list_log_insert(track, &map->list, elem, at, entry, SYNC_CHANGE_MAP);
}

void *sync_map_edit(sync_map *map, const sync_type *elem, const char *key, size_t length)
{
	if (!map)
		return NULL;
	if (!length)
		key = "";
	sync_entry *entry = sync_map_find(map, key, length);
	if (entry)
		return sync_entry_value(entry);
	if (prepare(map, elem, key, length, &entry) != SYNC_OK)
		return NULL;
	if (map->list.node.state & SYNC_NODE_TABLE) {
		sync_error error;
		sync_status status =
			sync_row_key_set(elem, sync_entry_value(entry), key, length, &error);
		if (status != SYNC_OK) {
			sync_track_refuse(&map->list.node, status, "%s", error.message);
			sync_entry_free(elem, entry);
			return NULL;
		}
	}
	add(map, elem, entry);
	return sync_entry_value(entry);
}

static sync_status put_new(sync_map *map, const sync_type *elem, const char *key, size_t length,
			   const void *value)
{
	sync_entry *entry;
	sync_status status = prepare(map, elem, key, length, &entry);
	if (status != SYNC_OK)
		return status;
	/* An initialised cell is a valid one: on failure it is put back. */
	sync_cell_release(elem, sync_entry_value(entry));
	if (elem->ops->copy(elem, sync_entry_value(entry), value) != SYNC_OK) {
		elem->ops->init(elem, sync_entry_value(entry));
		sync_entry_free(elem, entry);
		return sync_track_nomem(&map->list.node);
	}
	add(map, elem, entry);
	return SYNC_OK;
}

static sync_status put_present(sync_entry *entry, const sync_type *elem, const void *value)
{
	void *cell = sync_entry_value(entry);
	if (elem->ops->equal(elem, cell, value))
		return SYNC_OK;
	sync_leaf copy;
	if (sync_leaf_copy(elem, &copy, &value) != SYNC_OK)
		return sync_track_nomem(&entry->node);
	sync_track *track = sync_node_change(&entry->node) ? NULL : watched(&entry->node);
	if (track && !sync_track_reserve(track, elem->size)) {
		sync_leaf_drop(elem, &copy);
		return SYNC_NOMEM;
	}
	if (track) {
		sync_change *change =
			sync_track_add(track, SYNC_CHANGE_VALUE, &entry->node, elem, elem->size);
		memcpy(sync_change_was(track, change, elem->size), cell, elem->size);
	} else {
		sync_cell_release(elem, cell);
	}
	memmove(cell, value, elem->size);
	return SYNC_OK;
}

sync_status sync_map_put(sync_map *map, const sync_type *elem, const char *key, size_t length,
			 const void *value)
{
	if (!map)
		return SYNC_NOMEM;
	if (!length)
		key = "";
	if (length > SYNC_STR_MAX || !sync_utf8_check(key, length, NULL))
		return refuse_key(map, key, length, "is not valid UTF-8");
	sync_error error;
	sync_error_set(&error, SYNC_INVALID, "%s", sync_status_text(SYNC_INVALID));
	if (!elem->ops->validate(elem, value, &error))
		return sync_track_refuse_in(&map->list.node, key, length, &error);
	sync_entry *entry = sync_map_find(map, key, length);
	return entry ? put_present(entry, elem, value) : put_new(map, elem, key, length, value);
}

/* ---- taking out --------------------------------------------------------------------------- */

/* Entries at..at+count-1, already reserved when tracked. */
static void take_out(sync_track *track, sync_map *map, const sync_type *elem, size_t at,
		     size_t count)
{
	sync_entry **items = (sync_entry **)map->list.items + at;
	for (size_t i = 0; i < count; i++)
		sync_map_unindex(map, items[i]);
	if (track) {
		size_t bytes = count * sizeof(*items);
		sync_change *change =
			sync_track_add(track, SYNC_CHANGE_REMOVE, &map->list.node, elem, bytes);
		change->flags |= SYNC_CHANGE_MAP;
		change->at = (uint32_t)at;
		change->count = (uint32_t)count;
		memcpy(sync_change_was(track, change, bytes), items, bytes);
		track->deep++;
	}
	for (size_t i = 0; i < count; i++) {
		if (track)
			items[i]->node.state |= SYNC_NODE_GONE;
		else
			sync_entry_free(elem, items[i]);
	}
	sync_list_close(&map->list, sizeof(void *), at, count);
}

sync_status sync_map_drop(sync_map *map, const sync_type *elem, const char *key, size_t length)
{
	if (!map)
		return SYNC_NOMEM;
	sync_entry *entry = sync_map_find(map, length ? key : "", length);
	if (!entry)
		return SYNC_NOT_FOUND;
	sync_track *track = watched(&map->list.node);
	if (track && !sync_track_reserve(track, sizeof(void *)))
		return SYNC_NOMEM;
	take_out(track, map, elem, sync_list_index(&map->list, &entry->node), 1);
	return SYNC_OK;
}

sync_status sync_map_clear(sync_map *map, const sync_type *elem)
{
	if (!map)
		return SYNC_NOMEM;
	sync_track *track = watched(&map->list.node);
	if (track && !sync_track_reserve(track, map->list.len * sizeof(void *)))
		return SYNC_NOMEM;
	if (map->list.len)
		take_out(track, map, elem, 0, map->list.len);
	return SYNC_OK;
}
