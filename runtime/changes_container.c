#include "changes.h"
#include "edits.h"

#include <syncgen/alloc.h>

/* What happened to containers, as operations. */

/* ---- lists and sets ----------------------------------------------------------------------- */

static const void *item_of(const sync_type *elem, const sync_list *list, size_t at)
{
	return sync_type_is_node(elem) ? ((void **)list->items)[at]
				       : (char *)list->items + at * elem->size;
}

static void put_additions(struct emit *emit, const sync_type *type, const sync_list *list,
			  size_t at, size_t count, size_t from)
{
	for (size_t i = 0; i < count && emit->writer.out.status == SYNC_OK; i++) {
		EMIT(emit, "add");
		emit_index(emit, at + i);
		emit_value(emit, type->elem, item_of(type->elem, list, from + i));
	}
}

static void put_removals(struct emit *emit, size_t at, size_t count)
{
	for (size_t i = at + count; i-- > at && emit->writer.out.status == SYNC_OK;) {
		EMIT(emit, "remove");
		emit_index(emit, i);
		emit_removed(emit);
	}
}

static void put_replacements(struct emit *emit, const sync_type *type, const sync_list *list,
			     size_t at, size_t count)
{
	for (size_t i = at; i < at + count && emit->writer.out.status == SYNC_OK; i++) {
		EMIT(emit, "replace");
		emit_index(emit, i);
		emit_value(emit, type->elem, item_of(type->elem, list, i));
	}
}

static void put_move(struct emit *emit, size_t from, size_t to)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "{\"op\":\"move\",\"from\":\"");
	emit_index(emit, from);
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"path\":\"");
	emit_index(emit, to);
	emit_removed(emit);
}

static void put_cell(struct emit *emit, const sync_type *type, const sync_list *list, size_t at,
		     const sync_change *change)
{
	const sync_type *elem = type->elem;
	if (change->flags & SYNC_CHANGE_BLIND ||
	    !elem->ops->equal(elem, item_of(elem, list, at),
			      sync_change_was(emit->track, change, elem->size)))
		put_replacements(emit, type, list, at, 1);
}

static void put_edit(struct emit *emit, const sync_type *type, const sync_list *list,
		     const sync_edit *edit)
{
	switch (edit->op) {
	case SYNC_EDIT_REMOVE:
		put_removals(emit, edit->at, edit->count);
		break;
	case SYNC_EDIT_ADD:
		put_additions(emit, type, list, edit->at, edit->count, edit->from);
		break;
	case SYNC_EDIT_MOVE:
		put_move(emit, edit->from, edit->at);
		break;
	case SYNC_EDIT_REPLACE:
		put_replacements(emit, type, list, edit->at, edit->count);
		break;
	case SYNC_EDIT_CELL:
		put_cell(emit, type, list, edit->at, &emit->track->log[edit->from]);
		break;
	}
}

/* What most commits do to a list: one thing. */
static void put_only_change(struct emit *emit, const sync_type *type, const sync_list *list,
			    const sync_change *change)
{
	if (change->op == SYNC_CHANGE_INSERT)
		put_additions(emit, type, list, change->at, change->count, change->at);
	else if (change->op == SYNC_CHANGE_REMOVE)
		put_removals(emit, change->at, change->count);
	else if (change->op == SYNC_CHANGE_MOVE)
		put_move(emit, change->at, change->count);
	else
		put_cell(emit, type, list, change->at, change);
}

static void put_list(struct emit *emit, const sync_step *step, size_t first)
{
	const sync_list *list = step->cell;
	const sync_change *change = &emit->track->log[first];
	if (!change->next) {
		put_only_change(emit, step->type, list, change);
		return;
	}
	sync_edits edits;
	sync_status status = sync_edits_make(emit->track, first, list->len, &edits);
	if (status != SYNC_OK) {
		emit->writer.out.status = status;
		return;
	}
	if (edits.complex)
		emit_replace(emit, emit->path->len, step->type, list);
	for (size_t i = 0; i < edits.len && !edits.complex; i++)
		put_edit(emit, step->type, list, &edits.items[i]);
	sync_free(edits.items);
}

/* ---- sets, as their authors mean them ---- */

static void put_member(struct emit *emit, const sync_type *elem, const void *cell)
{
	emit_path(emit, emit->path->len);
	SYNC_BUF_LITERAL(&emit->writer.out, "/-");
	emit_value(emit, elem, cell);
}

static void put_members(struct emit *emit, const sync_type *elem, const sync_list *list, size_t at,
			size_t count)
{
	for (size_t i = at; i < at + count; i++) {
		EMIT(emit, "add");
		put_member(emit, elem, item_of(elem, list, i));
	}
}

static void put_dropped(struct emit *emit, const sync_type *elem, const sync_set *set,
			const sync_change *change)
{
	const char *was = sync_change_was(emit->track, change, change->count * elem->size);
	for (size_t i = 0; i < change->count; i++) {
		if (sync_set_has(set, elem, was + i * elem->size))
			continue;
		EMIT(emit, "remove");
		put_member(emit, elem, was + i * elem->size);
	}
}

/* Which values go and which come, wherever they stand. */
static void put_set(struct emit *emit, const sync_step *step, size_t first)
{
	const sync_set *set = step->cell;
	const sync_type *elem = step->type->elem;
	sync_edits edits;
	sync_status status = sync_edits_make(emit->track, first, set->list.len, &edits);
	if (status != SYNC_OK) {
		emit->writer.out.status = status;
		return;
	}
	for (size_t number = first + 1; number && !edits.complex;) {
		const sync_change *change = &emit->track->log[number - 1];
		if (change->op == SYNC_CHANGE_REMOVE)
			put_dropped(emit, elem, set, change);
		number = change->next;
	}
	for (size_t i = 0; i < edits.len && !edits.complex; i++) {
		const sync_edit *edit = &edits.items[i];
		if (edit->op == SYNC_EDIT_ADD)
			put_members(emit, elem, &set->list, edit->from, edit->count);
		else if (edit->op == SYNC_EDIT_REPLACE)
			put_members(emit, elem, &set->list, edit->at, edit->count);
	}
	if (edits.complex)
		emit_replace(emit, emit->path->len, step->type, set);
	sync_free(edits.items);
}

static void put_inline_list(struct emit *emit, const sync_step *step, const sync_change *change)
{
	const sync_type *type = step->type, *elem = type->elem;
	const sync_inline_list *list = step->cell;
	if (change->flags & SYNC_CHANGE_BLIND) {
		emit_replace(emit, emit->path->len, type, list);
		return;
	}
	const char *was = sync_change_was(emit->track, change, type->size - sizeof(sync_node));
	/* The items as a list of cells. */
	sync_list now = { .items = (void *)(uintptr_t)(list + 1), .len = list->len };
	size_t had;
	memcpy(&had, was, sizeof(had));
	was += sizeof(*list) - sizeof(sync_node);
	size_t both = had < now.len ? had : now.len;
	if (had > both)
		put_removals(emit, both, had - both);
	for (size_t i = 0; i < both; i++) {
		if (!elem->ops->equal(elem, item_of(elem, &now, i), was + i * elem->size))
			put_replacements(emit, type, &now, i, 1);
	}
	put_additions(emit, type, &now, both, now.len - both, both);
}

/* ---- maps --------------------------------------------------------------------------------- */

static void put_entry(struct emit *emit, const sync_type *type, const sync_entry *entry, bool was)
{
	if (was)
		EMIT(emit, "replace");
	else
		EMIT(emit, "add");
	emit_path(emit, emit->path->len);
	sync_place_key(entry->key, sync_str_len(entry->key), &emit->writer.out);
	emit_value(emit, type->elem, sync_entry_value(entry));
}

/* Is what stands under a key again what was committed there? */
static bool entry_same(const struct emit *emit, const sync_type *elem, const sync_entry *was,
		       const sync_entry *now)
{
	if (sync_node_change(&was->node) || (sync_type_is_node(elem) && !emit->exact))
		return false;
	return elem->ops->equal(elem, sync_entry_value(was), sync_entry_value(now));
}

static void put_removed_entry(struct emit *emit, const sync_type *type, const sync_map *map,
			      const sync_entry *entry)
{
	size_t length = sync_str_len(entry->key);
	sync_entry *again = sync_map_find(map, entry->key, length);
	if (again) {
		again->node.state |= SYNC_NODE_SEEN;
		if (!entry_same(emit, type->elem, entry, again))
			put_entry(emit, type, again, true);
		return;
	}
	EMIT(emit, "remove");
	emit_path(emit, emit->path->len);
	sync_place_key(entry->key, length, &emit->writer.out);
	emit_removed(emit);
}

/* Entries removed, or added; those added under a key that was there are seen with the removed ones.
 */
static void put_entries(struct emit *emit, const sync_step *step, const sync_change *change)
{
	sync_entry *const *entries =
		sync_change_was(emit->track, change, change->count * sizeof(*entries));
	for (uint32_t i = 0; i < change->count && emit->writer.out.status == SYNC_OK; i++) {
		sync_node *node = &entries[i]->node;
		if (change->op == SYNC_CHANGE_REMOVE) {
			if (node->state & SYNC_NODE_WATCHED)
				put_removed_entry(emit, step->type, step->cell, entries[i]);
		} else if (!(node->state & (SYNC_NODE_GONE | SYNC_NODE_SEEN))) {
			put_entry(emit, step->type, entries[i], false);
		}
	}
}

/* One key, of which only the name is known. */
static void put_key(struct emit *emit, const sync_step *step, const sync_change *change)
{
	const sync_type *type = step->type;
	sync_buf *out = &emit->writer.out;
	sync_str key;
	memcpy(&key, change->was.bytes, sizeof key);
	bool unsure = change->flags & SYNC_CHANGE_UNSURE, had = change->flags & SYNC_CHANGE_HAS;
	const sync_entry *entry = sync_map_find(step->cell, key, sync_str_len(key));
	if (entry) {
		put_entry(emit, type, entry, had && !unsure);
		return;
	}
	if (unsure) {
		sync_buf segment = { 0 };
		sync_place_key(key, sync_str_len(key), &segment);
		if (segment.status != SYNC_OK)
			out->status = segment.status;
		sync_emit_placeholder(emit, type->elem, false, segment.data, segment.len,
				      type->kind == SYNC_KIND_TABLE ? key : NULL);
		sync_buf_release(&segment);
	}
	if (!unsure && !had)
		return;
	EMIT(emit, "remove");
	emit_path(emit, emit->path->len);
	sync_place_key(key, sync_str_len(key), out);
	emit_removed(emit);
}

static void put_map(struct emit *emit, const sync_step *step, size_t first)
{
	const sync_change *log = emit->track->log;
	if (log[first].flags & SYNC_CHANGE_BLIND) {
		for (size_t number = first + 1; number; number = log[number - 1].next)
			put_key(emit, step, &log[number - 1]);
		return;
	}
	for (size_t number = first + 1; number; number = log[number - 1].next) {
		if (log[number - 1].op == SYNC_CHANGE_REMOVE)
			put_entries(emit, step, &log[number - 1]);
	}
	for (size_t number = first + 1; number; number = log[number - 1].next) {
		if (log[number - 1].op == SYNC_CHANGE_INSERT)
			put_entries(emit, step, &log[number - 1]);
	}
	const sync_map *map = step->cell;
	for (size_t number = first + 1; number; number = log[number - 1].next) {
		const sync_change *change = &log[number - 1];
		sync_entry *const *entries =
			sync_change_was(emit->track, change, change->count * sizeof(*entries));
		for (uint32_t i = 0; change->op == SYNC_CHANGE_REMOVE && i < change->count; i++) {
			sync_entry *again =
				sync_map_find(map, entries[i]->key, sync_str_len(entries[i]->key));
			if (again)
				again->node.state &= ~(uint32_t)SYNC_NODE_SEEN;
		}
	}
}

void sync_emit_entry_value(struct emit *emit, const sync_change *change)
{
	const sync_type *type = change->type;
	const void *cell = sync_entry_value((const sync_entry *)(const void *)change->node);
	if (change->flags & SYNC_CHANGE_BLIND ||
	    !type->ops->equal(type, cell, sync_change_was(emit->track, change, type->size)))
		emit_replace(emit, emit->path->len, type, cell);
}

void sync_emit_container(struct emit *emit, const sync_step *step, size_t first)
{
	switch ((sync_kind)step->type->kind) {
	case SYNC_KIND_SET:
		if (emit->intent)
			put_set(emit, step, first);
		else
			put_list(emit, step, first);
		break;
	case SYNC_KIND_LIST:
		put_list(emit, step, first);
		break;
	case SYNC_KIND_INLINE_LIST:
		put_inline_list(emit, step, &emit->track->log[first]);
		break;
	default:
		put_map(emit, step, first);
		break;
	}
}
