#include "trail_text.h"

#include <syncgen/alloc.h>
#include <syncgen/text.h>

#include "track_text.h"

static const uint32_t NO_TEXT = UINT32_MAX;

static const struct text_edit *edit_at(const trail_texts *texts, size_t index)
{
	return &texts->ring[(texts->first + index) % texts->room];
}

/* NULL: it is not there any more. */
static const struct text_edit *find(const trail_texts *texts, uint64_t number)
{
	return number > texts->dropped ? edit_at(texts, (size_t)(number - texts->dropped - 1))
				       : NULL;
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
	texts->dropped++;
}

/* An edit on its way into the ring. */
struct adding {
	trail_texts *texts;
	size_t limit;
	uint64_t *newest;
};

static void add(const struct adding *to, struct text_edit edit)
{
	trail_texts *texts = to->texts;
	edit.older = *to->newest;
	if (texts->count == texts->room && !grow(texts)) {
		texts->dropped += texts->count;
		texts->count = 0;
		texts->floor = edit.revision;
		return;
	}
	texts->ring[(texts->first + texts->count++) % texts->room] = edit;
	*to->newest = texts->dropped + texts->count;
	while (texts->count > to->limit)
		drop_oldest(texts); /* its revision is known in part only: it is not asked for */
}

static bool was_text(const sync_change *change)
{
	const sync_field *field = change->field;
	return (field->has == SYNC_NO_OFFSET || change->flags & SYNC_CHANGE_HAS) &&
	       (field->null == SYNC_NO_OFFSET || !(change->flags & SYNC_CHANGE_NULL));
}

/* Each place by itself: what others write between them stays where it is. */
static void add_places(const struct adding *to, const text_shift *shift, struct text_edit edit)
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
			add(to, edit);
			edit.at += edit.came;
			edit.came = edit.gone = 0;
		}
	}
}

static void add_stretch(const struct adding *to, const sync_track *track, const sync_change *change,
			struct text_edit edit)
{
	sync_text_stretch differs;
	sync_str was = sync_text_str(sync_change_was(track, change, sizeof(sync_text)));
	sync_str is = sync_text_str(sync_field_cell(change->field, change->node));
	if (!sync_text_compare(was, sync_str_len(was), is, sync_str_len(is), &differs))
		return;
	edit.at = differs.at;
	edit.gone = differs.gone;
	edit.came = differs.came;
	add(to, edit);
}

void sync_trail_text_put(trail_texts *texts, const sync_track *track, const sync_change *change,
			 uint64_t revision, size_t limit, uint64_t *newest)
{
	const struct adding to = { texts, limit, newest };
	struct text_edit edit = { .revision = revision };
	if (!was_text(change) || !sync_field_there(change->field, change->node)) {
		edit.gone = NO_TEXT;
		add(&to, edit);
		return;
	}
	const text_shift *shift = sync_track_edit_of(track, change);
	if (shift)
		add_places(&to, shift, edit);
	else
		add_stretch(&to, track, change, edit);
}

/* ---- telling ---- */

static void one_edit(const struct text_edit *edit, text_shift *out)
{
	sync_shift_add(out, (text_part){ TEXT_KEEP, edit->at, NULL, 0 });
	sync_shift_add(out, (text_part){ TEXT_PUT, edit->came, NULL, 0 });
	sync_shift_add(out, (text_part){ TEXT_DROP, edit->gone, NULL, 0 });
}

/* Of `count` edits, the newest first. Halves first, so that many cost little more than few. */
static void compose(const struct text_edit *const *edits, size_t count, text_shift *out)
{
	if (count < 2) {
		if (count)
			one_edit(*edits, out);
		return;
	}
	text_shift older = { 0 }, newer = { 0 };
	compose(edits, count / 2, &newer);
	compose(edits + count / 2, count - count / 2, &older);
	sync_shift_compose(&older, &newer, out);
	if (older.status != SYNC_OK || newer.status != SYNC_OK)
		out->status = SYNC_NOMEM;
	sync_shift_release(&older);
	sync_shift_release(&newer);
}

/* The edits of a text in those revisions, the newest first: all, or (NULL) how many. STALE. */
static sync_status gather(const trail_texts *texts, uint64_t newest, uint64_t since, uint64_t until,
			  const struct text_edit **edits, size_t *count)
{
	*count = 0;
	for (const struct text_edit *edit; (edit = find(texts, newest)); newest = edit->older) {
		if (edit->revision <= since)
			break;
		if (edit->revision > until)
			continue;
		if (edit->gone == NO_TEXT)
			return SYNC_STALE;
		if (edits)
			edits[*count] = edit;
		++*count;
	}
	return SYNC_OK;
}

sync_status sync_trail_text_shift(const trail_texts *texts, uint64_t newest, uint64_t since,
				  uint64_t until, text_shift *shift)
{
	size_t count;
	if (since < texts->floor)
		return SYNC_STALE;
	sync_status status = gather(texts, newest, since, until, NULL, &count);
	if (status != SYNC_OK || !count)
		return status;
	const struct text_edit **edits = sync_alloc(count * sizeof(void *));
	if (!edits)
		return SYNC_NOMEM;
	gather(texts, newest, since, until, edits, &count);
	compose(edits, count, shift);
	sync_free(edits);
	return shift->status;
}

uint64_t sync_trail_text_last(const trail_texts *texts, uint64_t newest, uint64_t revision)
{
	for (const struct text_edit *edit; (edit = find(texts, newest)); newest = edit->older)
		if (edit->revision < revision)
			return edit->revision;
	return 0;
}
