#include "trail_core.h"

#include <syncgen/alloc.h>

#include "index.h"

/* ---- finding ---- */

static uint64_t node_hash(const sync_node *node)
{
	return sync_hash(&node, sizeof node);
}

struct trail_record *sync_trail_record(const sync_trail *trail, const sync_node *node)
{
	uint64_t hash = node_hash(node);
	size_t at = 0;
	uintptr_t ref = 0;
	while (trail->records && (ref = sync_index_next(trail->records, hash, &at))) {
		struct trail_record *record = (struct trail_record *)ref;
		if (record->node == node)
			return record;
	}
	return NULL;
}

uint64_t sync_trail_thing_hash(const struct trail_thing *thing)
{
	struct {
		const sync_node *node;
		uint32_t op, at;
		uint64_t key;
	} bytes;
	memset(&bytes, 0, sizeof bytes);
	bytes.node = thing->node;
	bytes.op = thing->op;
	bytes.at = thing->at;
	bytes.key = thing->key ? sync_hash(thing->key, sync_str_len(thing->key)) : 0;
	return sync_hash(&bytes, sizeof bytes);
}

static struct trail_thing thing_of(const struct trail_entry *entry)
{
	return (struct trail_thing){ entry->record->node, entry->op,
				     entry->op == SYNC_CHANGE_FIELD ? entry->at : 0, entry->key };
}

static bool same_key(sync_str a, sync_str b)
{
	if (!a || !b)
		return !a && !b;
	return sync_str_len(a) == sync_str_len(b) && memcmp(a, b, sync_str_len(a)) == 0;
}

struct trail_entry *sync_trail_entry(const sync_trail *trail, const struct trail_thing *thing)
{
	uint64_t hash = sync_trail_thing_hash(thing);
	size_t at = 0;
	uintptr_t ref = 0;
	while (trail->entries && (ref = sync_index_next(trail->entries, hash, &at))) {
		struct trail_entry *entry = (struct trail_entry *)ref;
		struct trail_thing other = thing_of(entry);
		if (other.node == thing->node && other.op == thing->op && other.at == thing->at &&
		    same_key(other.key, thing->key))
			return entry;
	}
	return NULL;
}

bool sync_trail_is_sought(const struct trail_entry *entry)
{
	return entry->op == SYNC_CHANGE_FIELD || entry->op == SYNC_CHANGE_ARM ||
	       entry->op == SYNC_CHANGE_VALUE || entry->op == SYNC_CHANGE_WHOLE ||
	       entry->flags & SYNC_CHANGE_MAP;
}

uint64_t sync_trail_newest_edit(const sync_trail *trail, const sync_node *node, unsigned field)
{
	struct trail_thing thing = { node, SYNC_CHANGE_FIELD, field, NULL };
	const struct trail_entry *entry = sync_trail_entry(trail, &thing);
	return entry ? entry->text : 0;
}

void sync_trail_unlink(sync_trail *trail, struct trail_entry *entry)
{
	*(entry->older ? &entry->older->newer : &trail->oldest) = entry->newer;
	*(entry->newer ? &entry->newer->older : &trail->newest) = entry->older;
	struct trail_record *record = entry->record;
	*(entry->prev ? &entry->prev->next : &record->first) = entry->next;
	*(entry->next ? &entry->next->prev : &record->last) = entry->prev;
}

void sync_trail_link(sync_trail *trail, struct trail_entry *entry)
{
	entry->older = trail->newest;
	entry->newer = NULL;
	*(trail->newest ? &trail->newest->newer : &trail->oldest) = entry;
	trail->newest = entry;
	struct trail_record *record = entry->record;
	entry->prev = record->last;
	entry->next = NULL;
	*(record->last ? &record->last->next : &record->first) = entry;
	record->last = entry;
}

struct trail_record *sync_trail_get_record(sync_trail *trail, sync_node *node)
{
	struct trail_record *record = sync_trail_record(trail, node);
	if (record)
		return record;
	if (!sync_index_reserve(&trail->records, trail->record_count + 1))
		return NULL;
	record = sync_calloc(1, sizeof *record);
	if (!record)
		return NULL;
	record->node = node;
	sync_index_add(trail->records, node_hash(node), (uintptr_t)record);
	trail->record_count++;
	return record;
}

void sync_trail_free_record(sync_trail *trail, struct trail_record *record)
{
	sync_index_remove(trail->records, node_hash(record->node), (uintptr_t)record);
	trail->record_count--;
	sync_free(record);
}

void sync_trail_free_entry(sync_trail *trail, struct trail_entry *entry)
{
	if (sync_trail_is_sought(entry)) {
		struct trail_thing thing = thing_of(entry);
		sync_index_remove(trail->entries, sync_trail_thing_hash(&thing), (uintptr_t)entry);
	}
	if (entry->op == SYNC_TRAIL_BORN)
		entry->record->born = 0;
	sync_trail_unlink(trail, entry);
	trail->count--;
	sync_str_free(entry->key);
	sync_free(entry);
}

void sync_trail_drop_oldest(sync_trail *trail)
{
	struct trail_record *record = trail->oldest->record;
	trail->floor = trail->oldest->revision;
	sync_trail_free_entry(trail, trail->oldest);
	if (!record->first)
		sync_trail_free_record(trail, record);
}

void sync_trail_forget_all(sync_trail *trail, uint64_t floor)
{
	while (trail->oldest)
		sync_trail_drop_oldest(trail);
	trail->floor = floor;
}
