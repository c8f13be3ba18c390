#include "changes.h"

#include <stdlib.h>

#include <syncgen/alloc.h>

/*
 * The log as JSON Patch operations (RFC 6902).
 *
 * Entries are taken node by node, in the order of their places: a container's own operations come
 * before those inside it, and all of one container side by side, so that when they are longer than
 * the container itself it is sent instead. Each operation is written with a comma behind it.
 */

/* ---- containers as a whole ---------------------------------------------------------------- */

static size_t least_bytes(const struct emit_open *open)
{
	const sync_list *list = open->cell;
	bool inside = open->type->kind == SYNC_KIND_INLINE_LIST;
	return emit_least_bytes(open->type,
				inside ? ((const sync_inline_list *)open->cell)->len : list->len);
}

/* Sends the container instead of what was written about it, if that is shorter. Never writes more
 * than that to find out. */
static void shorten(struct emit *emit, const struct emit_open *open)
{
	sync_buf *out = &emit->writer.out;
	size_t used = out->len - open->start, end = out->len, cap = out->cap, limit = out->limit;
	if (emit->intent || out->status != SYNC_OK || used <= least_bytes(open))
		return;
	if (!limit || end + used < limit)
		out->limit = end + used;
	if (out->cap > out->limit)
		out->cap = out->limit;
	emit_replace(emit, open->path, open->type, open->cell);
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

/* Closes the containers that are not on the way to the present place; writes its path, opening
 * those that are. `last`: the step to go to. */
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
		emit->open[emit->open_count++] =
			(struct emit_open){ step->type, step->cell, emit->writer.out.len,
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
	const void *was = sync_change_was(emit->track, change, boxed ? sizeof(void *) : type->size);
	if (boxed)
		was = *(void *const *)was;
	return was && cell && type->ops->equal(type, was, cell);
}

/* Was the field set back to what it was? */
static bool field_same(const struct emit *emit, const sync_change *change)
{
	enum presence now = presence_now(change->field, change->node);
	if (change->flags & SYNC_CHANGE_UNSURE || now != presence_was(change))
		return false;
	if (change->flags & SYNC_CHANGE_BLIND)
		return now == ABSENT;
	return now != VALUE ||
	       same_value(emit, change, sync_field_cell(change->field, change->node));
}

void sync_emit_placeholder(struct emit *emit, const sync_type *type, bool null, const char *segment,
			   size_t length, sync_str key)
{
	void *cell = null ? NULL : sync_alloc(type->size);
	sync_error error;
	if (!cell && !null) {
		emit->writer.out.status = SYNC_NOMEM;
		return;
	}
	if (cell)
		type->ops->init(type, cell);
	EMIT(emit, "add");
	emit_path(emit, emit->path->len);
	sync_buf_put(&emit->writer.out, segment, length);
	if (cell && key &&
	    sync_row_key_set(type, cell, key, sync_str_len(key), &error) == SYNC_NOMEM)
		emit->writer.out.status = SYNC_NOMEM;
	if (cell) {
		emit_value(emit, type, cell);
		type->ops->release(type, cell);
		sync_free(cell);
	} else {
		emit_value_follows(emit);
		SYNC_BUF_LITERAL(&emit->writer.out, "null");
		emit_end(emit);
	}
}

/* What the log does not keep, the source of the texts knows. */
static bool is_edit(const struct emit *emit, const sync_change *change)
{
	return emit->texts && change->field->type->kind == SYNC_KIND_TEXT &&
	       presence_now(change->field, change->node) == VALUE &&
	       (change->flags & SYNC_CHANGE_BLIND || presence_was(change) == VALUE);
}

/* What an author added to a counter, not what came of it: others add at the same time. False: it
 * can only be said as what came of it. */
static bool put_increase(struct emit *emit, const sync_change *change)
{
	const sync_field *field = change->field;
	if (field->type->kind != SYNC_KIND_COUNTER || field->flags & SYNC_FIELD_BOXED ||
	    change->flags & (SYNC_CHANGE_BLIND | SYNC_CHANGE_UNSURE) ||
	    presence_was(change) != VALUE || presence_now(field, change->node) != VALUE)
		return false;
	const int64_t most = 9007199254740991;
	const int64_t *was = sync_change_was(emit->track, change, sizeof *was);
	int64_t by = *(const int64_t *)sync_field_cell(field, change->node) - *was;
	if (by > most || by < -most)
		return false;
	EMIT(emit, "inc");
	emit_path(emit, emit->path->len);
	sync_buf_put(&emit->writer.out, field->segment, field->segment_length);
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"by\":");
	sync_put_i64(&emit->writer.out, by);
	emit_end(emit);
	return true;
}

static void put_field(struct emit *emit, const sync_change *change)
{
	const sync_field *field = change->field;
	if (!visible(emit, field) || field_same(emit, change) ||
	    (is_edit(emit, change) && sync_emit_text(emit, change)) ||
	    (emit->intent && put_increase(emit, change)))
		return;
	enum presence now = presence_now(field, change->node);
	bool unsure = change->flags & SYNC_CHANGE_UNSURE && field->has != SYNC_NO_OFFSET;
	if (now == ABSENT && unsure)
		sync_emit_placeholder(emit, field->type, field->null != SYNC_NO_OFFSET,
				      field->segment, field->segment_length, NULL);
	if (now == ABSENT)
		EMIT(emit, "remove");
	else if (unsure || presence_was(change) == ABSENT)
		EMIT(emit, "add");
	else
		EMIT(emit, "replace");
	emit_path(emit, emit->path->len);
	sync_buf_put(&emit->writer.out, field->segment, field->segment_length);
	if (now == ABSENT) {
		emit_removed(emit);
	} else if (now == NOTHING) {
		emit_value_follows(emit);
		SYNC_BUF_LITERAL(&emit->writer.out, "null");
		emit_end(emit);
	} else {
		emit_value(emit, field->type, sync_field_cell(field, change->node));
	}
}

/* ---- one node ----------------------------------------------------------------------------- */

/* The step that is sent as a whole because of @atomic, 0: none. SIZE_MAX: the reader may not see
 * it. */
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
	emit_replace(emit, emit->path->len, whole->type, whole->cell);
}

static void put_changes(struct emit *emit, size_t first)
{
	const sync_step *step = &emit->place.step[emit->place.count - 1];
	const sync_change *change = &emit->track->log[first];
	if (!step->type) {
		sync_emit_entry_value(emit, change);
		return;
	}
	switch ((sync_kind)step->type->kind) {
	case SYNC_KIND_STRUCT:
		for (size_t number = first + 1; number; number = emit->track->log[number - 1].next)
			put_field(emit, &emit->track->log[number - 1]);
		break;
	case SYNC_KIND_UNION:
		emit_replace(emit, emit->path->len, step->type, step->cell);
		break;
	default:
		sync_emit_container(emit, step, first);
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

static sync_status put_ops(sync_track *track, uint64_t sees, struct sync_text_source *texts,
			   bool intent, sync_buf *out)
{
	if (!track->len)
		SYNC_BUF_LITERAL(out, "[]");
	if (!track->len || sync_emit_leaves(track, sees, intent, out))
		return out->status;
	struct emit emit;
	emit.track = track;
	emit.intent = intent;
	emit.writer = (sync_writer){ *out, sees };
	emit.path = &track->path;
	emit.texts = texts;
	emit.atomic = NULL;
	emit.open_count = 0;
	size_t start = out->len;
	sync_buf_byte(&emit.writer.out, '[');
	emit.exact = !track->deep || sync_track_mark_dead(track) == 0;
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

sync_status sync_track_ops(sync_track *track, uint64_t sees, sync_buf *out)
{
	return put_ops(track, sees, NULL, false, out);
}

sync_status sync_track_edits(sync_track *track, uint64_t sees, struct sync_text_source *texts,
			     sync_buf *out)
{
	return put_ops(track, sees, texts, false, out);
}

sync_status sync_track_intent(sync_track *track, sync_buf *out)
{
	struct sync_text_source texts = { 0 }; /* the log keeps what they were */
	return put_ops(track, UINT64_MAX, &texts, true, out);
}
