#include "trail_core.h"

#include <syncgen/alloc.h>

#include "index.h"

/* The last entry about the same thing, brought up to date, or a new one. NULL: out of memory. */
static struct trail_entry *put(sync_trail *trail, sync_node *node, const sync_change *change,
			       uint8_t op, sync_str key, uint64_t revision)
{
	struct trail_entry like = { .op = op, .flags = change->flags & SYNC_CHANGE_MAP };
	struct trail_thing thing = { node, op, op == SYNC_CHANGE_FIELD ? change->at : 0, key };
	struct trail_entry *entry =
		sync_trail_is_sought(&like) ? sync_trail_entry(trail, &thing) : NULL;
	if (entry) {
		if (entry->revision != revision)
			entry->before = entry->revision;
		sync_trail_unlink(trail, entry);
		sync_trail_link(trail, entry);
		entry->revision = revision;
		return entry;
	}
	struct trail_record *record = sync_trail_get_record(trail, node);
	if (!record)
		return NULL;
	entry = sync_index_reserve(&trail->entries, trail->count + 1)
			? sync_calloc(1, sizeof *entry)
			: NULL;
	if (entry && key && !(entry->key = sync_str_new(key, sync_str_len(key)))) {
		sync_free(entry);
		entry = NULL;
	}
	if (!entry) {
		if (!record->first)
			sync_trail_free_record(trail, record);
		return NULL;
	}
	entry->record = record;
	entry->revision = revision;
	entry->type = change->type;
	entry->field = op == SYNC_CHANGE_FIELD ? change->field : NULL;
	entry->at = change->at;
	entry->count = change->count;
	entry->op = op;
	entry->flags = change->flags & (SYNC_CHANGE_SET | SYNC_CHANGE_MAP);
	sync_trail_link(trail, entry);
	trail->count++;
	if (sync_trail_is_sought(entry))
		sync_index_add(trail->entries, sync_trail_thing_hash(&thing), (uintptr_t)entry);
	return entry;
}

/* `had`: whether it was there before this commit. */
static struct trail_entry *put_known(sync_trail *trail, sync_node *node, const sync_change *change,
				     sync_str key, unsigned had, uint64_t revision)
{
	struct trail_thing thing = { node, change->op,
				     change->op == SYNC_CHANGE_FIELD ? change->at : 0, key };
	const struct trail_entry *old = sync_trail_entry(trail, &thing);
	bool first = !old || old->revision != revision;
	struct trail_entry *entry = put(trail, node, change, change->op, key, revision);
	if (entry && first)
		entry->flags = (uint8_t)((entry->flags & SYNC_CHANGE_MAP) | had);
	return entry;
}

static bool put_born(sync_trail *trail, sync_node *node, const sync_change *change,
		     uint64_t revision)
{
	sync_change born = { .type = change->type };
	struct trail_entry *entry = put(trail, node, &born, SYNC_TRAIL_BORN, NULL, revision);
	if (entry)
		entry->record->born = revision;
	return entry != NULL;
}

static bool put_entries(sync_trail *trail, sync_track *track, const sync_change *change,
			uint64_t revision)
{
	sync_entry *const *entries = sync_change_was(track, change, change->count * sizeof(void *));
	sync_change as = *change;
	as.op = SYNC_CHANGE_INSERT; /* one entry for each key */
	bool ok = true;
	for (uint32_t i = 0; ok && i < change->count; i++) {
		sync_node *node = &entries[i]->node;
		bool was = node->state & SYNC_NODE_WATCHED;
		if (change->op == SYNC_CHANGE_REMOVE && !was)
			continue; /* added in this very commit */
		ok = put_known(trail, change->node, &as, entries[i]->key,
			       change->op == SYNC_CHANGE_REMOVE ? SYNC_CHANGE_HAS : 0,
			       revision) != NULL;
		if (ok && change->op == SYNC_CHANGE_INSERT && !(node->state & SYNC_NODE_GONE))
			ok = put_born(trail, node, change, revision);
	}
	return ok;
}

static bool put_list(sync_trail *trail, sync_track *track, const sync_change *change,
		     uint64_t revision)
{
	struct trail_record *record = sync_trail_record(trail, change->node);
	struct trail_entry *last = record ? record->last : NULL;
	if (last && change->op == SYNC_CHANGE_CELL && last->op == change->op &&
	    last->at == change->at) { /* set again */
		sync_trail_unlink(trail, last);
		sync_trail_link(trail, last);
		last->revision = revision;
		return true;
	}
	if (!put(trail, change->node, change, change->op, NULL, revision))
		return false;
	if (change->op != SYNC_CHANGE_INSERT || !sync_type_is_node(change->type))
		return true;
	sync_node *const *items = sync_change_was(track, change, change->count * sizeof(void *));
	bool ok = true;
	for (uint32_t i = 0; ok && i < change->count; i++)
		if (!(items[i]->state & SYNC_NODE_GONE))
			ok = put_born(trail, items[i], change, revision);
	return ok;
}

/* Of a field with @merge it matters who changed it last: one that is as it was has not been
 * changed. */
static bool came_back(const sync_track *track, const sync_change *change)
{
	const sync_field *field = change->field;
	const char *base = (const char *)change->node;
	bool has = field->has != SYNC_NO_OFFSET && *(const bool *)(base + field->has);
	bool null = sync_field_null(field, base);
	if (!field->merge || sync_type_is_node(field->type) ||
	    has != !!(change->flags & SYNC_CHANGE_HAS) ||
	    null != !!(change->flags & SYNC_CHANGE_NULL))
		return false;
	return field->type->ops->equal(field->type, sync_field_cell(field, base),
				       sync_change_was(track, change, field->type->size));
}

static bool put_field(sync_trail *trail, sync_track *track, const sync_change *change,
		      uint64_t revision, size_t limit)
{
	if (change->field->flags & SYNC_FIELD_LOCAL || came_back(track, change))
		return true;
	struct trail_entry *entry =
		put_known(trail, change->node, change, NULL,
			  change->flags & (SYNC_CHANGE_HAS | SYNC_CHANGE_NULL), revision);
	if (entry && change->field->type->kind == SYNC_KIND_TEXT)
		sync_trail_text_put(&trail->texts, track, change, revision, limit, &entry->text);
	return entry != NULL;
}

static bool put_change(sync_trail *trail, sync_track *track, const sync_change *change,
		       uint64_t revision, size_t limit)
{
	if (change->flags & SYNC_CHANGE_DEAD)
		return true;
	switch ((enum sync_change_op)change->op) {
	case SYNC_CHANGE_FIELD:
		return put_field(trail, track, change, revision, limit);
	case SYNC_CHANGE_ARM:
	case SYNC_CHANGE_VALUE:
	case SYNC_CHANGE_WHOLE:
		return put(trail, change->node, change, change->op, NULL, revision) != NULL;
	default:
		return change->flags & SYNC_CHANGE_MAP ? put_entries(trail, track, change, revision)
						       : put_list(trail, track, change, revision);
	}
}

void sync_trail_commit(sync_trail *trail, sync_track *track, uint64_t revision, size_t limit)
{
	bool ok = true;
	for (size_t i = 0; i < track->len && track->deep && trail->count; i++)
		sync_trail_forget_old(trail, track, &track->log[i]);
	if (track->deep)
		sync_track_mark_dead(track);
	for (size_t i = 0; ok && i < track->len; i++)
		ok = put_change(trail, track, &track->log[i], revision, limit);
	while (trail->count > limit)
		sync_trail_drop_oldest(trail);
	if (!ok)
		sync_trail_forget_all(trail, revision);
}

/* ---- life ---- */

sync_trail *sync_trail_new(uint64_t revision)
{
	sync_trail *trail = sync_calloc(1, sizeof *trail);
	if (trail)
		trail->floor = trail->texts.floor = revision;
	return trail;
}

void sync_trail_free(sync_trail *trail)
{
	if (!trail)
		return;
	sync_trail_forget_all(trail, 0);
	sync_index_free(trail->records);
	sync_index_free(trail->entries);
	sync_trail_text_release(&trail->texts);
	sync_free(trail->changes);
	sync_free(trail);
}

uint64_t sync_trail_floor(const sync_trail *trail)
{
	return trail->floor;
}

size_t sync_trail_length(const sync_trail *trail)
{
	return trail->count;
}
