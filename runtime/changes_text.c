/* A changed text as an edit of what it was. */
#include "changes.h"

#include <syncgen/text.h>

#include "text_unit.h"
#include "track_text.h"

/* What is put, as it stands in the text now. False: the shift does not lead to it. */
static bool put_parts(sync_buf *out, const text_shift *shift, sync_str text)
{
	const char *at = text, *end = text + sync_str_len(text);
	if (!shift->count)
		sync_buf_byte(out, '[');
	for (size_t i = 0; i < shift->count; i++) {
		const text_part *part = &shift->parts[i];
		sync_buf_byte(out, i ? ',' : '[');
		if (part->verb == TEXT_DROP)
			sync_buf_byte(out, '-');
		if (part->verb != TEXT_PUT)
			sync_put_u64(out, part->units);
		if (part->verb == TEXT_DROP)
			continue;
		const char *to = sync_text_go(at, end, part->units);
		if (!to)
			return false;
		if (part->verb == TEXT_PUT)
			sync_put_string(out, at, (size_t)(to - at));
		at = to;
	}
	sync_buf_byte(out, ']');
	return true;
}

/* Of one stretch. Its bytes are known. */
static void put_stretch(sync_buf *out, const sync_text_stretch *differs, sync_str text)
{
	sync_buf_byte(out, '[');
	if (differs->at) {
		sync_put_u64(out, differs->at);
		sync_buf_byte(out, ',');
	}
	if (differs->came)
		sync_put_string(out, text + differs->byte, differs->byte_came);
	if (differs->came && differs->gone)
		sync_buf_byte(out, ',');
	if (differs->gone) {
		sync_buf_byte(out, '-');
		sync_put_u64(out, differs->gone);
	}
	sync_buf_byte(out, ']');
}

static void begin(struct emit *emit, const sync_field *field)
{
	EMIT(emit, "text");
	emit_path(emit, emit->path->len);
	sync_buf_put(&emit->writer.out, field->segment, field->segment_length);
	SYNC_BUF_LITERAL(&emit->writer.out, "\",\"delta\":");
}

/* Since the last commit: what it was is in the log. */
static bool put_since_commit(struct emit *emit, const sync_change *change, sync_str text)
{
	sync_str was = sync_text_str(sync_change_was(emit->track, change, sizeof(sync_text)));
	const text_shift *edit = sync_track_edit_of(emit->track, change);
	sync_text_stretch differs;
	if (edit)
		return put_parts(&emit->writer.out, edit, text);
	if (!sync_text_compare(was, sync_str_len(was), text, sync_str_len(text), &differs) ||
	    differs.byte_came == sync_str_len(text))
		return false;
	put_stretch(&emit->writer.out, &differs, text);
	return true;
}

static bool put_since_earlier(struct emit *emit, const sync_change *change, sync_str text)
{
	text_shift shift = { 0 };
	bool known =
		emit->texts->since(emit->texts->arg, change->node, change->at, &shift) == SYNC_OK;
	bool ok = known && put_parts(&emit->writer.out, &shift, text);
	sync_shift_release(&shift);
	return ok;
}

bool sync_emit_text(struct emit *emit, const sync_change *change)
{
	enum { SPARED = 3 }; /* "text" and "delta" are so much shorter than "replace" and "value" */
	sync_buf *out = &emit->writer.out;
	sync_str text = sync_text_str(sync_field_cell(change->field, change->node));
	size_t start = out->len;
	begin(emit, change->field);
	size_t delta = out->len;
	bool ok = emit->texts->since ? put_since_earlier(emit, change, text)
				     : put_since_commit(emit, change, text);
	if (!ok || out->len - delta >= sync_str_len(text) + 2 + SPARED) {
		if (out->status == SYNC_OK)
			out->len = start;
		return false;
	}
	emit_end(emit);
	emit->texts->said = true;
	return true;
}
