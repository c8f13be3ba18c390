#include "edits.h"
#include "track.h"

#include <stdlib.h>

#include <syncgen/alloc.h>

/*
 * The log as JSON Patch operations (RFC 6902).
 *
 * Entries are taken node by node, in the order of their places: a container's own operations come
 * before those inside it, and all of one container side by side, so that when they are longer than the
 * container itself it is sent instead. Each operation is written with a comma behind it.
 */

/* A container on the way to the present node, and where its operations begin. */
struct open {
	const sync_type *type;
	const void *cell;
	size_t start;
	size_t path; /* length of its path */
};

struct emit {
	sync_track *track;
	sync_writer writer;
	sync_buf *path; /* of the present node */
	bool exact;	/* what the log keeps of nodes is as committed */
	const void *atomic; /* the last value sent as a whole because of @atomic */
	size_t open_count;
	struct open open[SYNC_PLACE_STEPS];
	sync_place place;
};

/* ---- one operation ------------------------------------------------------------------------ */

#define BEGIN(emit, op) SYNC_BUF_LITERAL(&(emit)->writer.out, "{\"op\":\"" op "\",\"path\":\"")

static void put_path(struct emit *emit, size_t length)
{
	sync_buf_put(&emit->writer.out, emit->path->data, length);
}

static void put_value_follows(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"value\":");
}

static void put_end(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "},");
}

static void put_value(struct emit *emit, const sync_type *type, const void *cell)
{
	put_value_follows(emit);
	type->ops->write(type, &emit->writer, cell);
	put_end(emit);
}

static void put_removed(struct emit *emit)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "\"},");
}

static void put_index(struct emit *emit, size_t index)
{
	put_path(emit, emit->path->len);
	sync_buf_byte(&emit->writer.out, '/');
	sync_put_u64(&emit->writer.out, index);
}

static void replace_here(struct emit *emit, size_t path, const sync_type *type, const void *cell)
{
	BEGIN(emit, "replace");
	put_path(emit, path);
	put_value(emit, type, cell);
}

/* ---- containers as a whole ---------------------------------------------------------------- */

/* Bytes that the JSON of a container takes at least. */
static size_t least_bytes(const struct open *open)
{
	const sync_list *list = open->cell;
	size_t length = open->type->kind == SYNC_KIND_INLINE_LIST
				? ((const sync_inline_list *)open->cell)->len
				: list->len;
	bool map = open->type->kind == SYNC_KIND_MAP || open->type->kind == SYNC_KIND_TABLE;
	bool scalar = open->type->elem->kind < SYNC_KIND_STRING;
	return 2 + length * (map ? 5 : scalar ? 2 : 3);
}

/* Sends the container instead of what was written about it, if that is shorter. Never writes more than
 * that to find out. */
static void shorten(struct emit *emit, const struct open *open)
{
	sync_buf *out = &emit->writer.out;
	size_t used = out->len - open->start, end = out->len, cap = out->cap, limit = out->limit;
	if (out->status != SYNC_OK || used <= least_bytes(open))
		return;
	if (!limit || end + used < limit)
		out->limit = end + used;
	if (out->cap > out->limit)
		out->cap = out->limit;
	replace_here(emit, open->path, open->type, open->cell);
	size_t whole = out->len - end;
	bool shorter = out->status == SYNC_OK && whole < used;
	if (shorter)
		memmove(out->data + open->start, out->data + end, whole);
	out->len = shorter ? open->start + whole : end;
	out->status = SYNC_OK;
	out->limit = limit;
	if (out->cap < cap)
		out->cap = cap;
}

static void close_to(struct emit *emit, size_t count)
{
	while (emit->open_count > count)
		shorten(emit, &emit->open[--emit->open_count]);
}

static bool is_container(const sync_type *type)
{
	return type && type->kind >= SYNC_KIND_LIST;
}

/* Closes the containers that are not on the way to the present place; writes its path, opening those
 * that are. `last`: the step to go to. */
static void go_to(struct emit *emit, size_t last)
{
	size_t kept = 0;
	for (size_t i = 0; i <= last && kept < emit->open_count; i++) {
		const sync_step *step = &emit->place.step[i];
		if (!is_container(step->type))
			continue;
		if (emit->open[kept].cell != step->cell)
			break;
		kept++;
	}
	close_to(emit, kept);
	sync_buf_clear(emit->path);
	size_t containers = 0;
	for (size_t i = 0; i <= last; i++) {
		const sync_step *step = &emit->place.step[i];
		sync_place_segment(step, emit->path);
		if (!is_container(step->type) || containers++ < kept)
			continue;
		emit->open[emit->open_count++] = (struct open){ step->type, step->cell,
								emit->writer.out.len,
								emit->path->len };
	}
	if (emit->path->status != SYNC_OK)
		emit->writer.out.status = emit->path->status;
}

/* ---- fields of a struct ------------------------------------------------------------------- */

enum presence { ABSENT, NOTHING, VALUE }; /* NOTHING: null */

static enum presence presence_of(const sync_field *field, bool has, bool null)
{
	if (field->has != SYNC_NO_OFFSET && !has)
		return ABSENT;
	return field->null != SYNC_NO_OFFSET && null ? NOTHING : VALUE;
}

static enum presence presence_now(const sync_field *field, const void *base)
{
	const char *bytes = base;
	bool has = field->has != SYNC_NO_OFFSET && *(const bool *)(bytes + field->has);
	bool null = field->null != SYNC_NO_OFFSET && *(const bool *)(bytes + field->null);
	return presence_of(field, has, null);
}

static enum presence presence_was(const sync_change *change)
{
	return presence_of(change->field, change->flags & SYNC_CHANGE_HAS,
			   change->flags & SYNC_CHANGE_NULL);
}

static bool visible(const struct emit *emit, const sync_field *field)
{
	if (field->flags & SYNC_FIELD_LOCAL && !(emit->writer.sees & SYNC_SEE_LOCAL))
		return false;
	return field->readers & emit->writer.sees;
}

static bool same_value(const struct emit *emit, const sync_change *change, const void *cell)
{
	const sync_type *type = change->type;
	bool boxed = change->field->flags & SYNC_FIELD_BOXED;
	if (sync_type_is_node(type) && !emit->exact)
		return false;
	const void *was =
		sync_change_was(emit->track, change, boxed ? sizeof(void *) : type->size);
	if (boxed)
		was = *(void *const *)was;
	return was && cell && type->ops->equal(type, was, cell);
}

/* Was the field set back to what it was? */
static bool field_same(const struct emit *emit, const sync_change *change)
{
	enum presence now = presence_now(change->field, change->node);
	if (now != presence_was(change))
		return false;
	return now != VALUE ||
	       same_value(emit, change, sync_field_cell(change->field, change->node));
}

static void put_field(struct emit *emit, const sync_change *change)
{
	const sync_field *field = change->field;
	if (!visible(emit, field) || field_same(emit, change))
		return;
	enum presence now = presence_now(field, change->node);
	if (now == ABSENT)
		BEGIN(emit, "remove");
	else if (presence_was(change) == ABSENT)
		BEGIN(emit, "add");
	else
		BEGIN(emit, "replace");
	put_path(emit, emit->path->len);
	sync_buf_put(&emit->writer.out, field->segment, field->segment_length);
	if (now == ABSENT) {
		put_removed(emit);
	} else if (now == NOTHING) {
		put_value_follows(emit);
		SYNC_BUF_LITERAL(&emit->writer.out, "null");
		put_end(emit);
	} else {
		put_value(emit, field->type, sync_field_cell(field, change->node));
	}
}

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
		BEGIN(emit, "add");
		put_index(emit, at + i);
		put_value(emit, type->elem, item_of(type->elem, list, from + i));
	}
}

static void put_removals(struct emit *emit, size_t at, size_t count)
{
	for (size_t i = at + count; i-- > at && emit->writer.out.status == SYNC_OK;) {
		BEGIN(emit, "remove");
		put_index(emit, i);
		put_removed(emit);
	}
}

static void put_replacements(struct emit *emit, const sync_type *type, const sync_list *list,
			     size_t at, size_t count)
{
	for (size_t i = at; i < at + count && emit->writer.out.status == SYNC_OK; i++) {
		BEGIN(emit, "replace");
		put_index(emit, i);
		put_value(emit, type->elem, item_of(type->elem, list, i));
	}
}

static void put_move(struct emit *emit, size_t from, size_t to)
{
	SYNC_BUF_LITERAL(&emit->writer.out, "{\"op\":\"move\",\"from\":\"");
	put_index(emit, from);
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"path\":\"");
	put_index(emit, to);
	put_removed(emit);
}

static void put_cell(struct emit *emit, const sync_type *type, const sync_list *list, size_t at,
		     const sync_change *change)
{
	const sync_type *elem = type->elem;
	if (!elem->ops->equal(elem, item_of(elem, list, at),
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
		replace_here(emit, emit->path->len, step->type, list);
	for (size_t i = 0; i < edits.len && !edits.complex; i++)
		put_edit(emit, step->type, list, &edits.items[i]);
	sync_free(edits.items);
}

static void put_inline_list(struct emit *emit, const sync_step *step, const sync_change *change)
{
	const sync_type *type = step->type, *elem = type->elem;
	const sync_inline_list *list = step->cell;
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
		BEGIN(emit, "replace");
	else
		BEGIN(emit, "add");
	put_path(emit, emit->path->len);
	sync_place_key(entry->key, sync_str_len(entry->key), &emit->writer.out);
	put_value(emit, type->elem, sync_entry_value(entry));
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
	BEGIN(emit, "remove");
	put_path(emit, emit->path->len);
	sync_place_key(entry->key, length, &emit->writer.out);
	put_removed(emit);
}

/* Entries removed, or added; those added under a key that was there are seen with the removed ones. */
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

static void put_map(struct emit *emit, const sync_step *step, size_t first)
{
	const sync_change *log = emit->track->log;
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

static void put_entry_value(struct emit *emit, const sync_change *change)
{
	const sync_type *type = change->type;
	const void *cell = sync_entry_value((const sync_entry *)(const void *)change->node);
	if (!type->ops->equal(type, cell, sync_change_was(emit->track, change, type->size)))
		replace_here(emit, emit->path->len, type, cell);
}

/* ---- one node ----------------------------------------------------------------------------- */

/* The step that is sent as a whole because of @atomic, 0: none. SIZE_MAX: the reader may not see it. */
static size_t atomic_step(const struct emit *emit)
{
	size_t atomic = emit->track->type->flags & SYNC_TYPE_ATOMIC ? 1 : 0;
	for (size_t i = 1; i < emit->place.count; i++) {
		const sync_step *step = &emit->place.step[i];
		if (step->field && !visible(emit, step->field))
			return SIZE_MAX;
		bool whole = (step->field && step->field->flags & SYNC_FIELD_ATOMIC) ||
			     (step->type && step->type->flags & SYNC_TYPE_ATOMIC);
		if (whole && !atomic)
			atomic = i + 1;
	}
	return atomic;
}

static bool node_same(const struct emit *emit, size_t first)
{
	for (size_t number = first + 1; number; number = emit->track->log[number - 1].next) {
		const sync_change *change = &emit->track->log[number - 1];
		if (change->op != SYNC_CHANGE_FIELD)
			return false;
		if (visible(emit, change->field) && !field_same(emit, change))
			return false;
	}
	return true;
}

static void put_atomic(struct emit *emit, size_t step, size_t first)
{
	const sync_step *whole = &emit->place.step[step];
	if (emit->atomic == whole->cell || node_same(emit, first))
		return;
	emit->atomic = whole->cell;
	go_to(emit, step);
	replace_here(emit, emit->path->len, whole->type, whole->cell);
}

static void put_changes(struct emit *emit, size_t first)
{
	const sync_step *step = &emit->place.step[emit->place.count - 1];
	const sync_change *change = &emit->track->log[first];
	if (!step->type) {
		put_entry_value(emit, change);
		return;
	}
	switch ((sync_kind)step->type->kind) {
	case SYNC_KIND_STRUCT:
		for (size_t number = first + 1; number; number = emit->track->log[number - 1].next)
			put_field(emit, &emit->track->log[number - 1]);
		break;
	case SYNC_KIND_UNION:
		replace_here(emit, emit->path->len, step->type, step->cell);
		break;
	case SYNC_KIND_LIST:
	case SYNC_KIND_SET:
		put_list(emit, step, first);
		break;
	case SYNC_KIND_INLINE_LIST:
		put_inline_list(emit, step, change);
		break;
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		put_map(emit, step, first);
		break;
	default:
		break;
	}
}

static void put_node(struct emit *emit, size_t first)
{
	if (!sync_place_find(emit->track, emit->track->log[first].node, &emit->place))
		return;
	size_t atomic = atomic_step(emit);
	if (atomic == SIZE_MAX)
		return;
	if (atomic) {
		put_atomic(emit, atomic - 1, first);
		return;
	}
	go_to(emit, emit->place.count - 1);
	put_changes(emit, first);
}

/* ---- all of them, in order ---------------------------------------------------------------- */

struct group {
	size_t first;
	size_t key, key_length; /* in track->key, later: */
	const char *bytes;
};

static bool begins_node(const sync_change *change)
{
	return !change->prev && !(change->flags & SYNC_CHANGE_DEAD);
}

static int by_place(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	size_t both = x->key_length < y->key_length ? x->key_length : y->key_length;
	int order = both ? memcmp(x->bytes, y->bytes, both) : 0;
	if (order)
		return order;
	return (x->key_length > y->key_length) - (x->key_length < y->key_length);
}

/* The steps' numbers as bytes that compare as the places do. */
static void put_key(const sync_place *place, sync_buf *key)
{
	for (size_t i = 1; i < place->count; i++) {
		uint32_t index = place->step[i].index;
		char bytes[] = { (char)(index >> 24), (char)(index >> 16), (char)(index >> 8),
				 (char)index };
		sync_buf_put(key, bytes, sizeof(bytes));
	}
}

static size_t collect(struct emit *emit, struct group *groups)
{
	sync_track *track = emit->track;
	size_t count = 0;
	sync_buf_clear(&track->key);
	for (size_t i = 0; i < track->len; i++) {
		if (!begins_node(&track->log[i]) ||
		    !sync_place_find(track, track->log[i].node, &emit->place))
			continue;
		struct group *group = &groups[count++];
		group->first = i;
		group->key = track->key.len;
		put_key(&emit->place, &track->key);
		group->key_length = track->key.len - group->key;
	}
	for (size_t i = 0; i < count && track->key.data; i++)
		groups[i].bytes = track->key.data + groups[i].key;
	return count;
}

static bool scratch_room(sync_track *track, size_t bytes)
{
	if (bytes <= track->scratch_cap)
		return true;
	void *scratch = sync_resize(track->scratch, bytes);
	if (!scratch)
		return false;
	track->scratch = scratch;
	track->scratch_cap = bytes;
	return true;
}

static sync_status put_sorted(struct emit *emit, size_t nodes)
{
	sync_track *track = emit->track;
	if (!scratch_room(track, nodes * sizeof(struct group)))
		return SYNC_NOMEM;
	struct group *groups = track->scratch;
	size_t count = collect(emit, groups);
	if (track->key.status != SYNC_OK)
		return track->key.status;
	qsort(groups, count, sizeof(*groups), by_place);
	for (size_t i = 0; i < count && emit->writer.out.status == SYNC_OK; i++)
		put_node(emit, groups[i].first);
	return SYNC_OK;
}

static sync_status put_all(struct emit *emit)
{
	const sync_track *track = emit->track;
	size_t nodes = 0, first = 0;
	for (size_t i = track->len; i-- > 0;) {
		if (!begins_node(&track->log[i]))
			continue;
		first = i;
		nodes++;
	}
	sync_status status = SYNC_OK;
	if (nodes == 1)
		put_node(emit, first);
	else if (nodes)
		status = put_sorted(emit, nodes);
	close_to(emit, 0);
	return status;
}

sync_status sync_track_ops(sync_track *track, uint64_t sees, sync_buf *out)
{
	struct emit emit;
	emit.track = track;
	emit.writer = (sync_writer){ *out, sees };
	emit.path = &track->path;
	emit.atomic = NULL;
	emit.open_count = 0;
	emit.exact = !track->deep || sync_track_mark_dead(track) == 0;
	size_t start = out->len;
	sync_buf_byte(&emit.writer.out, '[');
	sync_status status = put_all(&emit);
	sync_buf *done = &emit.writer.out;
	if (status != SYNC_OK && done->status == SYNC_OK)
		done->status = status;
	if (done->status == SYNC_OK && done->data[done->len - 1] == ',')
		done->data[done->len - 1] = ']';
	else
		sync_buf_byte(done, ']');
	if (done->status != SYNC_OK)
		done->len = start;
	*out = *done;
	return out->status;
}
