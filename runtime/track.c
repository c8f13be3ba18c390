#include "track_text.h"

#include <stdarg.h>
#include <stdio.h>

#include <syncgen/alloc.h>

/*
 * The log. Invariants, beside those of syncgen/track.h:
 *
 *   6. Only watched nodes have entries. What was added in this commit is loose.
 *   7. Nodes that were removed stay allocated until the end of the commit, so an address in the log
 *      is good; where an embedded node was replaced (MOVED), it is good while the bytes are swapped
 *      back.
 */

enum {
	ENTRIES_MAX = (1u << (32 - SYNC_NODE_CHANGE_SHIFT)) - 2,
	KEEP_ENTRIES = 1024, /* capacity that survives a commit */
	KEEP_BYTES = 64 * 1024
};

sync_track *sync_track_new(const sync_type *type, void *value)
{
	sync_track *track = sync_calloc(1, sizeof(*track));
	if (!track)
		return NULL;
	track->type = type;
	track->value = value;
	sync_watch(type, value, &track->anchor, 0);
	((sync_node *)value)->state |= SYNC_NODE_ROOT;
	return track;
}

void sync_track_free(sync_track *track)
{
	if (!track)
		return;
	sync_track_rollback(track);
	sync_unwatch(track->type, track->value);
	((sync_node *)track->value)->up = NULL;
	sync_free(track->log);
	sync_free(track->kept);
	sync_free(track->scratch);
	sync_free(track->notes);
	sync_buf_release(&track->path);
	sync_buf_release(&track->key);
	sync_free(track);
}

bool sync_track_pending(const sync_track *track)
{
	return track->len > 0;
}

/* ---- refusals ----------------------------------------------------------------------------- */

sync_status sync_track_refuse(sync_node *node, sync_status status, const char *format, ...)
{
	sync_track *track = sync_track_of(node);
	if (!track || track->refusal.code != SYNC_OK)
		return status;
	char message[SYNC_MESSAGE_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	sync_error_set(&track->refusal, status, "%s", message);
	sync_place place;
	if (sync_place_find(track, node, &place))
		sync_place_error(&place, &track->refusal);
	return status;
}

sync_status sync_track_refuse_field(sync_node *node, const sync_field *field,
				    const sync_error *error)
{
	return sync_track_refuse_in(node, field->name, field->name_length, error);
}

sync_status sync_track_refuse_in(sync_node *node, const char *name, size_t length,
				 const sync_error *error)
{
	sync_track *track = sync_track_of(node);
	if (!track || track->refusal.code != SYNC_OK)
		return error->code;
	track->refusal = *error;
	sync_error_in(&track->refusal, name, length);
	sync_place place;
	if (sync_place_find(track, node, &place))
		sync_place_error(&place, &track->refusal);
	return error->code;
}

/* ---- adding ------------------------------------------------------------------------------- */

static bool grow_log(sync_track *track)
{
	size_t cap = track->cap ? track->cap * 2 : 16;
	if (cap >
	    ENTRIES_MAX) /* so that there is never room for a number that a node cannot hold */
		cap = ENTRIES_MAX;
	if (cap - track->len < 2)
		return false;
	sync_change *log = sync_resize(track->log, cap * sizeof(*log));
	if (!log)
		return false;
	track->log = log;
	track->cap = cap;
	return true;
}

static bool grow_kept(sync_track *track, size_t bytes)
{
	size_t cap = track->kept_cap ? track->kept_cap * 2 : 512;
	while (cap - track->kept_len < bytes)
		cap *= 2;
	char *kept = sync_resize(track->kept, cap);
	if (!kept)
		return false;
	track->kept = kept;
	track->kept_cap = cap;
	return true;
}

bool sync_track_grow(sync_track *track, size_t bytes)
{
	bool fits = bytes < SIZE_MAX / 8;
	if (fits && track->cap - track->len < 2)
		fits = grow_log(track);
	if (fits && bytes > SYNC_CHANGE_INLINE &&
	    track->kept_cap - track->kept_len < sync_change_aligned(bytes))
		fits = grow_kept(track, sync_change_aligned(bytes));
	if (!fits)
		sync_track_nomem(track->value);
	return fits;
}

/* ---- entries whose nodes moved ------------------------------------------------------------ */

/* Where the bytes of a MOVED entry belong, and how many. */
static void *home_of(const sync_change *change, size_t *bytes)
{
	if (change->op == SYNC_CHANGE_FIELD) {
		*bytes = change->type->size;
		return (char *)change->node + change->field->offset;
	}
	*bytes = change->type->size - sizeof(sync_node);
	return change->node + 1;
}

static void swap_bytes(char *a, char *b, size_t bytes)
{
	char between[256];
	while (bytes) {
		size_t part = bytes < sizeof(between) ? bytes : sizeof(between);
		memcpy(between, a, part);
		memcpy(a, b, part);
		memcpy(b, between, part);
		a += part;
		b += part;
		bytes -= part;
	}
}

static void swap_moved(sync_track *track, const sync_change *change)
{
	size_t bytes;
	void *home = home_of(change, &bytes);
	swap_bytes(home, sync_change_was(track, change, bytes), bytes);
}

static bool below_gone(const sync_node *node)
{
	for (; node && !(node->state & SYNC_NODE_ROOT); node = node->up) {
		if (node->state & SYNC_NODE_GONE)
			return true;
	}
	return !node;
}

size_t sync_track_mark_dead(sync_track *track)
{
	size_t dead = 0;
	for (size_t i = track->len; i-- > 0;) {
		sync_change *change = &track->log[i];
		if (change->flags & SYNC_CHANGE_MOVED)
			swap_moved(track, change);
		change->flags &= (uint8_t)~SYNC_CHANGE_DEAD;
		if (below_gone(change->node)) {
			change->flags |= SYNC_CHANGE_DEAD;
			dead++;
		}
	}
	for (size_t i = 0; track->moved && i < track->len; i++) {
		if (track->log[i].flags & SYNC_CHANGE_MOVED)
			swap_moved(track, &track->log[i]);
	}
	return dead;
}

/* ---- the end of a commit ------------------------------------------------------------------ */

static void clear_mark(sync_node *node, unsigned index)
{
	sync_node_marks(node)[index / 64] &= ~((uint64_t)1 << (index % 64));
}

/* The node of the entry is as committed; an original that is a leaf is given up. */
static void settle(sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	change->node->state &= SYNC_NODE_FLAGS;
	switch ((enum sync_change_op)change->op) {
	case SYNC_CHANGE_FIELD:
		clear_mark(change->node, change->at);
		if (sync_type_is_node(type))
			break;
		sync_cell_release(type, sync_change_was(track, change, type->size));
		break;
	case SYNC_CHANGE_VALUE:
	case SYNC_CHANGE_CELL:
		sync_cell_release(type, sync_change_was(track, change, type->size));
		break;
	default:
		break;
	}
}

static void watch_field(const sync_change *change)
{
	void *cell = sync_field_cell(change->field, change->node);
	if (cell && sync_type_is_node(change->type))
		sync_watch(change->type, cell, change->node, change->at);
}

static void watch_inserted(sync_track *track, const sync_change *change)
{
	if (!(change->flags & SYNC_CHANGE_MAP) && !sync_type_is_node(change->type))
		return;
	sync_node *const *items = sync_change_was(track, change, change->count * sizeof(*items));
	for (uint32_t i = 0; i < change->count; i++) {
		if (items[i]->state & SYNC_NODE_GONE)
			continue;
		if (!(change->flags & SYNC_CHANGE_MAP)) {
			sync_watch(change->type, items[i], change->node, items[i]->slot);
			continue;
		}
		sync_watch_entry(change->type, (sync_entry *)(void *)items[i],
				 (sync_map *)(void *)change->node, items[i]->slot);
	}
}

static void watch_new(sync_track *track, const sync_change *change)
{
	if (change->op == SYNC_CHANGE_FIELD)
		watch_field(change);
	else if (change->op == SYNC_CHANGE_ARM)
		sync_watch(change->type, change->node, change->node->up, change->node->slot);
	else if (change->op == SYNC_CHANGE_INSERT)
		watch_inserted(track, change);
}

static void release_boxed(const sync_type *type, void *box)
{
	if (!box)
		return;
	type->ops->release(type, box);
	sync_free(box);
}

/* Frees what was replaced or removed and holds nodes. */
static void drop_old(sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	if (change->op == SYNC_CHANGE_REMOVE) {
		sync_list_drop(track, change);
	} else if (change->op == SYNC_CHANGE_ARM) {
		char *was = sync_change_was(track, change, type->size - sizeof(sync_node));
		int32_t tag;
		memcpy(&tag, was, sizeof(tag));
		const sync_field *arm = &type->fields[tag];
		arm->type->ops->release(arm->type, was + arm->offset - sizeof(sync_node));
	} else if (change->op == SYNC_CHANGE_FIELD && sync_type_is_node(type)) {
		if (change->field->flags & SYNC_FIELD_BOXED)
			release_boxed(type,
				      *(void **)sync_change_was(track, change, sizeof(void *)));
		else
			type->ops->release(type, sync_change_was(track, change, type->size));
	}
}

static void empty_log(sync_track *track)
{
	track->len = track->kept_len = track->moved = track->deep = 0;
	track->refusal.code = SYNC_OK;
	if (track->note_count)
		sync_track_forget_edits(track);
	if (track->cap > KEEP_ENTRIES) {
		sync_free(track->log);
		track->log = NULL;
		track->cap = 0;
	}
	if (track->kept_cap > KEEP_BYTES) {
		sync_free(track->kept);
		track->kept = NULL;
		track->kept_cap = 0;
	}
}

/* Backwards, so that each MOVED entry's old bytes are home when the entries before it are settled;
 * then forwards again. Freeing comes last: until then every address in the log is good. */
void sync_track_commit(sync_track *track)
{
	if (track->keyed)
		sync_keyed_commit(track);
	for (size_t i = track->len; i-- > 0;) {
		const sync_change *change = &track->log[i];
		if (change->flags & SYNC_CHANGE_MOVED)
			swap_moved(track, change);
		settle(track, change);
	}
	if (track->deep) {
		/* Each at its own time: what an entry changed may lie where another alternative of
		 * a union lies at the end. */
		for (size_t i = 0; i < track->len; i++) {
			if (track->log[i].flags & SYNC_CHANGE_MOVED)
				swap_moved(track, &track->log[i]);
			watch_new(track, &track->log[i]);
		}
		for (size_t i = 0; i < track->len; i++)
			drop_old(track, &track->log[i]);
	}
	empty_log(track);
}

/* ---- undoing ------------------------------------------------------------------------------ */

static void set_flag(void *base, uint32_t offset, bool value)
{
	if (offset != SYNC_NO_OFFSET)
		*(bool *)(void *)((char *)base + offset) = value;
}

static void undo_field(sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	const sync_field *field = change->field;
	void *cell = (char *)change->node + field->offset;
	if (field->flags & SYNC_FIELD_BOXED) {
		release_boxed(type, *(void **)cell);
		void *was = *(void **)sync_change_was(track, change, sizeof(void *));
		*(void **)cell = was;
		if (was)
			((sync_node *)was)->state &= ~(uint32_t)SYNC_NODE_GONE;
	} else {
		sync_cell_release(type, cell);
		memcpy(cell, sync_change_was(track, change, type->size), type->size);
		if (sync_type_is_node(type))
			((sync_node *)cell)->state &= ~(uint32_t)SYNC_NODE_GONE;
	}
	set_flag(change->node, field->has, change->flags & SYNC_CHANGE_HAS);
	set_flag(change->node, field->null, change->flags & SYNC_CHANGE_NULL);
	clear_mark(change->node, change->at);
}

static void undo_arm(sync_track *track, const sync_change *change)
{
	sync_union *value = (sync_union *)(void *)change->node;
	const sync_type *type = change->type;
	size_t bytes = type->size - sizeof(sync_node);
	const sync_field *arm = &type->fields[value->tag];
	arm->type->ops->release(arm->type, (char *)value + arm->offset);
	memcpy(change->node + 1, sync_change_was(track, change, bytes), bytes);
	arm = &type->fields[value->tag];
	((sync_node *)(void *)((char *)value + arm->offset))->state &= ~(uint32_t)SYNC_NODE_GONE;
	value->node.state |= SYNC_NODE_WATCHED;
}

static void undo(sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	void *cell;
	switch ((enum sync_change_op)change->op) {
	case SYNC_CHANGE_FIELD:
		undo_field(track, change);
		break;
	case SYNC_CHANGE_ARM:
		undo_arm(track, change);
		break;
	case SYNC_CHANGE_VALUE:
		cell = sync_entry_value((sync_entry *)(void *)change->node);
		sync_cell_release(type, cell);
		memcpy(cell, sync_change_was(track, change, type->size), type->size);
		break;
	case SYNC_CHANGE_WHOLE:
		memcpy(change->node + 1,
		       sync_change_was(track, change, type->size - sizeof(sync_node)),
		       type->size - sizeof(sync_node));
		break;
	default:
		sync_list_undo(track, change);
		break;
	}
	change->node->state =
		(change->node->state & SYNC_NODE_FLAGS) | change->prev << SYNC_NODE_CHANGE_SHIFT;
}

void sync_track_rollback(sync_track *track)
{
	for (size_t i = track->len; i-- > 0;)
		undo(track, &track->log[i]);
	empty_log(track);
}
