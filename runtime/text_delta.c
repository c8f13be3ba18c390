#include "text_delta.h"

#include "text_unit.h"

/* One item of the delta. */
static bool play(sync_reader *reader, const char **at, const char *end, sync_buf *out)
{
	if (sync_read_peek(reader) == '"') {
		sync_str inserted = NULL;
		bool ok = sync_read_string(reader, &inserted, 0, UINT32_MAX);
		if (ok)
			sync_buf_put(out, inserted, sync_str_len(inserted));
		sync_str_free(inserted);
		return ok;
	}
	int64_t units;
	if (!sync_read_i64(reader, &units, INT32_MIN, INT32_MAX))
		return false;
	const char *to = sync_text_go(*at, end, (uint64_t)(units < 0 ? -units : units));
	if (!to)
		return sync_read_fail(reader, SYNC_INVALID,
				      "the edit is beyond the text or inside of a character");
	if (units > 0)
		sync_buf_put(out, *at, (size_t)(to - *at));
	*at = to;
	return true;
}

sync_status sync_text_delta(sync_str text, const char *delta, size_t length, sync_buf *out,
			    sync_error *error)
{
	sync_reader reader;
	const char *at = text, *end = text + sync_str_len(text);
	bool first = true;
	int more = -1;
	sync_buf_room(out, sync_str_len(text) + length); /* at once, it will not be much more */
	if (sync_reader_init(&reader, delta, length, NULL) && sync_read_array(&reader))
		while ((more = sync_read_element(&reader, &first)) > 0)
			if (!play(&reader, &at, end, out)) {
				more = -1;
				break;
			}
	if (more < 0)
		return sync_error_set(error, reader.error.code, "%s", reader.error.message);
	sync_buf_put(out, at, (size_t)(end - at));
	return out->status;
}
