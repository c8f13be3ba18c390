#include "track_text.h"

#include <syncgen/alloc.h>
#include <syncgen/text.h>

#include "text_unit.h"

static struct sync_text_note *find(const sync_track *track, const sync_node *node, uint32_t field)
{
	for (size_t i = 0; i < track->note_count; i++)
		if (track->notes[i].node == node && track->notes[i].field == field)
			return &track->notes[i];
	return NULL;
}

static struct sync_text_note *add(sync_track *track, const sync_node *node, uint32_t field)
{
	if (track->note_count == track->note_room) {
		size_t room = track->note_room ? track->note_room * 2 : 2;
		struct sync_text_note *notes = sync_resize(track->notes, room * sizeof *notes);
		if (!notes)
			return NULL;
		memset(notes + track->note_room, 0, (room - track->note_room) * sizeof *notes);
		track->notes = notes;
		track->note_room = room;
	}
	struct sync_text_note *note = &track->notes[track->note_count++];
	note->node = node;
	note->field = field;
	return note;
}

static bool is_pending(const sync_node *node, unsigned field)
{
	return !sync_unmarked(sync_node_marks((sync_node *)(uintptr_t)node), field);
}

void sync_track_note_edit(sync_track *track, const sync_node *node, unsigned field,
			  const text_shift *edit)
{
	struct sync_text_note *note = find(track, node, field);
	if (!(node->state & SYNC_NODE_WATCHED) || (is_pending(node, field) && !note))
		return;
	if (!note)
		note = add(track, node, field);
	if (!note)
		return;
	text_shift both = { 0 };
	sync_shift_compose(&note->shift, edit, &both);
	if (note->shift.status != SYNC_OK)
		both.status = note->shift.status;
	sync_shift_release(&note->shift);
	note->shift = both;
}

/* A part of two texts, which begins at *was and *is: is it there? */
static bool part_fits(const text_part *part, const char **was, const char *was_end, const char **is,
		      const char *is_end)
{
	const char **from = part->verb == TEXT_PUT ? is : was;
	const char *to = sync_text_go(*from, from == is ? is_end : was_end, part->units);
	if (!to)
		return false;
	size_t length = (size_t)(to - *from);
	if (part->verb == TEXT_KEEP) {
		if (length > (size_t)(is_end - *is) || memcmp(*was, *is, length) != 0)
			return false;
		*is += length;
	}
	*from = to;
	return true;
}

/* The text may have been set as a whole since: then it does not fit. */
static bool fits(const text_shift *shift, sync_str was, sync_str is)
{
	const char *was_end = was + sync_str_len(was), *is_end = is + sync_str_len(is);
	for (size_t i = 0; i < shift->count; i++)
		if (!part_fits(&shift->parts[i], &was, was_end, &is, is_end))
			return false;
	return was_end - was == is_end - is && memcmp(was, is, (size_t)(is_end - is)) == 0;
}

const text_shift *sync_track_edit_of(const sync_track *track, const sync_change *change)
{
	const struct sync_text_note *note = find(track, change->node, change->at);
	if (!note || note->shift.status != SYNC_OK)
		return NULL;
	sync_str was = sync_text_str(sync_change_was(track, change, sizeof(sync_text)));
	sync_str is = sync_text_str(sync_field_cell(change->field, change->node));
	return fits(&note->shift, was, is) ? &note->shift : NULL;
}

void sync_track_forget_edits(sync_track *track)
{
	while (track->note_count)
		sync_shift_release(&track->notes[--track->note_count].shift);
}
