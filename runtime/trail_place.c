#include "trail_core.h"

#include <syncgen/alloc.h>

uint64_t sync_trail_put(const sync_trail *trail, const sync_node *node)
{
	uint64_t last = 0;
	for (; !(node->state & SYNC_NODE_ROOT) && node->up; node = node->up) {
		const struct trail_record *record = sync_trail_record(trail, node);
		/* A struct's field, by its number; a slot of another kind of holder finds no such
		 * entry. */
		struct trail_thing field = { node->up, SYNC_CHANGE_FIELD, node->slot, NULL };
		struct trail_thing arm = { node->up, SYNC_CHANGE_ARM, 0, NULL };
		const struct trail_entry *entries[] = { sync_trail_entry(trail, &field),
							sync_trail_entry(trail, &arm) };
		last = trail_later(last, record ? record->born : 0);
		for (unsigned i = 0; i < 2; i++)
			last = trail_later(last, entries[i] ? entries[i]->revision : 0);
	}
	return last;
}

bool sync_trail_covered(const sync_trail *trail, const sync_node *node, uint64_t since)
{
	return sync_trail_put(trail, node) > since;
}

sync_status sync_trail_text(const sync_trail *trail, const sync_node *node, unsigned field,
			    uint64_t since, uint64_t until, text_shift *shift)
{
	if (since < trail->floor || sync_trail_covered(trail, node, since))
		return SYNC_STALE;
	return sync_trail_text_shift(&trail->texts, sync_trail_newest_edit(trail, node, field),
				     since, until, shift);
}

uint64_t sync_trail_edited(const sync_trail *trail, const sync_node *node, unsigned field,
			   uint64_t revision)
{
	return sync_trail_text_last(&trail->texts, sync_trail_newest_edit(trail, node, field),
				    revision);
}

static void play_on(uint32_t *view, size_t count, const struct trail_entry *entry)
{
	uint32_t at = entry->at, many = entry->count;
	for (size_t i = 0; i < count; i++) {
		uint32_t *to = &view[i];
		if (*to == SYNC_TRAIL_GONE)
			continue;
		if (entry->op == SYNC_CHANGE_INSERT)
			*to += *to >= at ? many : 0;
		else if (entry->op == SYNC_CHANGE_REMOVE)
			*to = *to < at ? *to : *to < at + many ? SYNC_TRAIL_GONE : *to - many;
		else if (*to == at) /* moved to `many` */
			*to = many;
		else
			*to = *to - (*to > at) + (*to - (*to > at) >= many);
	}
}

static bool shifts(const struct trail_entry *entry)
{
	return entry->op == SYNC_CHANGE_INSERT || entry->op == SYNC_CHANGE_REMOVE ||
	       entry->op == SYNC_CHANGE_MOVE;
}

sync_status sync_trail_still(const sync_trail *trail, const sync_node *node, uint64_t base,
			     uint64_t until)
{
	if (base < trail->floor || sync_trail_covered(trail, node, base))
		return SYNC_STALE;
	const struct trail_record *record = sync_trail_record(trail, node);
	for (const struct trail_entry *e = record ? record->last : NULL; e && e->revision > base;
	     e = e->prev)
		if (e->revision <= until && e->op != SYNC_TRAIL_BORN)
			return SYNC_STALE;
	return SYNC_OK;
}

/* The first of a list's entries behind `since` that shifts something, or NULL; how long it was
 * before them. False: that is not known. */
static bool since_when(const sync_trail *trail, const sync_node *list, uint64_t since,
		       size_t *length, const struct trail_entry **first)
{
	const struct trail_record *record = sync_trail_record(trail, list);
	*first = NULL;
	if (since < trail->floor || sync_trail_covered(trail, list, since))
		return false;
	for (const struct trail_entry *e = record ? record->last : NULL; e && e->revision > since;
	     e = e->prev) {
		if (e->op == SYNC_CHANGE_WHOLE)
			return false;
		if (e->op == SYNC_CHANGE_INSERT)
			*length -= e->count;
		else if (e->op == SYNC_CHANGE_REMOVE)
			*length += e->count;
		if (shifts(e))
			*first = e;
	}
	return true;
}

static void play_all(uint32_t *view, size_t count, const struct trail_entry *first)
{
	for (; first; first = first->next)
		if (shifts(first))
			play_on(view, count, first);
}

sync_status sync_trail_view(const sync_trail *trail, const sync_node *list, uint64_t base,
			    size_t length, uint32_t **view, size_t *count)
{
	const struct trail_entry *first;
	*view = NULL;
	*count = length;
	if (!since_when(trail, list, base, count, &first))
		return SYNC_STALE;
	if (!first)
		return SYNC_OK;
	*view = sync_alloc((*count + 1) * sizeof **view);
	if (!*view)
		return SYNC_NOMEM;
	for (size_t i = 0; i < *count; i++)
		(*view)[i] = (uint32_t)i;
	play_all(*view, *count, first);
	return SYNC_OK;
}

sync_status sync_trail_follow(const sync_trail *trail, const sync_node *list, uint64_t since,
			      uint32_t *view, size_t count)
{
	const struct trail_entry *first;
	size_t length = 0;
	if (!since_when(trail, list, since, &length, &first))
		return SYNC_STALE;
	play_all(view, count, first);
	return SYNC_OK;
}

uint64_t sync_trail_touched(const sync_trail *trail, const sync_node *node, uint64_t revision)
{
	const struct trail_record *record = sync_trail_record(trail, node);
	for (const struct trail_entry *e = record ? record->last : NULL; e; e = e->prev)
		if (e->op != SYNC_TRAIL_BORN && e->revision < revision)
			return e->revision;
	return 0;
}
