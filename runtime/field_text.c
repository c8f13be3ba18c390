/* Setting a text by an edit, which is remembered as such. */
#include "text_unit.h"
#include "track_text.h"

#include <syncgen/text.h>

static sync_status set_bytes(sync_node *node, const sync_field *field, unsigned index,
			     const sync_buf *bytes)
{
	return bytes->status == SYNC_OK ? sync_set_string(node, field, index,
							  bytes->len ? bytes->data : "", bytes->len)
					: bytes->status;
}

static void note(sync_node *node, unsigned index, size_t at, size_t gone, size_t came)
{
	sync_track *track = sync_track_of(node);
	text_shift edit = { 0 };
	if (!track)
		return;
	sync_shift_add(&edit, (text_part){ TEXT_KEEP, (uint32_t)at, NULL, 0 });
	sync_shift_add(&edit, (text_part){ TEXT_PUT, (uint32_t)came, NULL, 0 });
	sync_shift_add(&edit, (text_part){ TEXT_DROP, (uint32_t)gone, NULL, 0 });
	sync_track_note_edit(track, node, index, &edit);
	sync_shift_release(&edit);
}

sync_status sync_splice_text(sync_node *node, const sync_field *field, unsigned index, size_t at,
			     size_t gone, const char *bytes, size_t length)
{
	if (!node)
		return SYNC_NOMEM;
	const void *cell = sync_field_cell(field, node);
	sync_str text = cell ? sync_text_str(cell) : SYNC_STR_EMPTY;
	const char *end = text + sync_str_len(text);
	const char *from = sync_text_go(text, end, at);
	const char *to = from ? sync_text_go(from, end, gone) : NULL;
	if (!to)
		return sync_track_refuse(node, SYNC_INVALID,
					 "the edit is beyond the text or inside of a character");
	if (!sync_utf8_check(bytes, length, NULL))
		return sync_track_refuse(node, SYNC_INVALID, "it is not UTF-8");
	sync_buf edited = { 0 };
	sync_buf_put(&edited, text, (size_t)(from - text));
	sync_buf_put(&edited, bytes, length);
	sync_buf_put(&edited, to, (size_t)(end - to));
	note(node, index, at, gone, sync_text_units(bytes, length));
	sync_status status = set_bytes(node, field, index, &edited);
	sync_buf_release(&edited);
	return status;
}
