#include "trail_text.h"

#include <syncgen/alloc.h>
#include <syncgen/text.h>

#include "track_text.h"

static const uint32_t NO_TEXT = UINT32_MAX;

static const struct text_edit *edit_at(const trail_texts *texts, size_t index)
{
	return &texts->ring[(texts->first + index) % texts->room];
}

void sync_trail_text_release(trail_texts *texts)
{
	sync_free(texts->ring);
	*texts = (trail_texts){ .floor = texts->floor };
}

/* ---- taking in ---- */

static bool grow(trail_texts *texts)
{
	size_t room = texts->room ? texts->room * 2 : 16;
	struct text_edit *ring = sync_alloc(room * sizeof *ring);
	if (!ring)
		return false;
	for (size_t i = 0; i < texts->count; i++)
		ring[i] = *edit_at(texts, i);
	sync_free(texts->ring);
	texts->ring = ring;
	texts->first = 0;
	texts->room = room;
	return true;
}

static void drop_oldest(trail_texts *texts)
{
	texts->floor = edit_at(texts, 0)->revision;
	texts->first = (texts->first + 1) % texts->room;
	texts->count--;
}

static void add(trail_texts *texts, struct text_edit edit, size_t limit)
{
	if (texts->count == texts->room && !grow(texts)) {
		texts->count = 0;
		texts->floor = edit.revision;
		return;
	}
	texts->ring[(texts->first + texts->count++) % texts->room] = edit;
	while (texts->count > limit)
		drop_oldest(texts); /* its revision is known in part only: it is not asked for */
}

static bool was_text(const sync_change *change)
{
	const sync_field *field = change->field;
	return (field->has == SYNC_NO_OFFSET || change->flags & SYNC_CHANGE_HAS) &&
	       (field->null == SYNC_NO_OFFSET || !(change->flags & SYNC_CHANGE_NULL));
}

static bool is_text(const sync_change *change)
{
	const sync_field *field = change->field;
	const char *node = (const char *)change->node;
	return (field->has == SYNC_NO_OFFSET || *(const bool *)(node + field->has)) &&
	       (field->null == SYNC_NO_OFFSET || !*(const bool *)(node + field->null));
}

/* Each place by itself: what others write between them stays where it is. */
static void add_places(trail_texts *texts, const text_shift *shift, struct text_edit edit,
		       size_t limit)
{
	for (size_t i = 0; i < shift->count; i++) {
		const text_part *part = &shift->parts[i];
		if (part->verb == TEXT_PUT)
			edit.came += part->units;
		else if (part->verb == TEXT_DROP)
			edit.gone += part->units;
		bool last = i + 1 == shift->count || part[1].verb == TEXT_KEEP;
		if (part->verb == TEXT_KEEP) {
			edit.at += part->units;
		} else if (last) {
			add(texts, edit, limit);
			edit.at += edit.came;
			edit.came = edit.gone = 0;
		}
	}
}

static void add_stretch(trail_texts *texts, const sync_track *track, const sync_change *change,
			struct text_edit edit, size_t limit)
{
	sync_text_stretch differs;
	sync_str was = sync_text_str(sync_change_was(track, change, sizeof(sync_text)));
	sync_str is = sync_text_str(sync_field_cell(change->field, change->node));
	if (!sync_text_compare(was, sync_str_len(was), is, sync_str_len(is), &differs))
		return;
	edit.at = differs.at;
	edit.gone = differs.gone;
	edit.came = differs.came;
	add(texts, edit, limit);
}

void sync_trail_text_put(trail_texts *texts, const sync_track *track, const sync_change *change,
			 uint64_t revision, size_t limit)
{
	struct text_edit edit = { change->node, revision, change->at, 0, 0, 0 };
	if (!was_text(change) || !is_text(change)) {
		edit.gone = NO_TEXT;
		add(texts, edit, limit);
		return;
	}
	const text_shift *shift = sync_track_edit_of(track, change);
	if (shift)
		add_places(texts, shift, edit, limit);
	else
		add_stretch(texts, track, change, edit, limit);
}

/* ---- telling ---- */

/* One text, of the edits that it has in a part of the ring. */
struct question {
	const trail_texts *texts;
	const sync_node *node;
	unsigned field;
	sync_status status;
};

static bool is_about(const struct question *q, const struct text_edit *edit)
{
	return edit->node == q->node && edit->field == q->field;
}

static void one_edit(struct question *q, size_t index, text_shift *out)
{
	const struct text_edit *edit = edit_at(q->texts, index);
	if (!is_about(q, edit))
		return;
	if (edit->gone == NO_TEXT)
		q->status = SYNC_STALE;
	sync_shift_add(out, (text_part){ TEXT_KEEP, edit->at, NULL, 0 });
	sync_shift_add(out, (text_part){ TEXT_PUT, edit->came, NULL, 0 });
	sync_shift_add(out, (text_part){ TEXT_DROP, edit->gone, NULL, 0 });
}

/* Halves first, so that many edits cost little more than few. */
static void compose(struct question *q, size_t begin, size_t end, text_shift *out)
{
	if (q->status != SYNC_OK || begin == end)
		return;
	if (end - begin == 1) {
		one_edit(q, begin, out);
		return;
	}
	text_shift older = { 0 }, newer = { 0 };
	size_t middle = begin + (end - begin) / 2;
	compose(q, begin, middle, &older);
	compose(q, middle, end, &newer);
	if (older.status != SYNC_OK || newer.status != SYNC_OK)
		q->status = SYNC_NOMEM;
	sync_shift_compose(&older, &newer, out);
	sync_shift_release(&older);
	sync_shift_release(&newer);
}

sync_status sync_trail_text_shift(const trail_texts *texts, const sync_node *node, unsigned field,
				  uint64_t since, uint64_t until, text_shift *shift)
{
	struct question q = { texts, node, field, SYNC_OK };
	size_t begin = texts->count, end = texts->count;
	if (since < texts->floor)
		return SYNC_STALE;
	while (begin && edit_at(texts, begin - 1)->revision > since)
		begin--;
	while (end > begin && edit_at(texts, end - 1)->revision > until)
		end--;
	compose(&q, begin, end, shift);
	return q.status != SYNC_OK ? q.status : shift->status;
}

uint64_t sync_trail_text_last(const trail_texts *texts, const sync_node *node, unsigned field,
			      uint64_t revision)
{
	const struct question q = { texts, node, field, SYNC_OK };
	for (size_t i = texts->count; i-- > 0;) {
		const struct text_edit *edit = edit_at(texts, i);
		if (edit->revision < revision && is_about(&q, edit))
			return edit->revision;
	}
	return 0;
}
