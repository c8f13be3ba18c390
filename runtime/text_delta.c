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

/* ---- between two texts ---- */

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t units_of(const char *bytes, size_t length)
{
	size_t units = 0;
	for (size_t i = 0; i < length; i++) {
		if (!continues(bytes[i]))
			units += (unsigned char)bytes[i] >= 0xf0 ? 2 : 1;
	}
	return units;
}

/* Whole characters that both begin with; then, behind those, that both end with. In bytes. */
static size_t same_start(const char *a, const char *b, size_t most)
{
	size_t same = 0;
	while (same < most && a[same] == b[same])
		same++;
	while (same && (continues(a[same]) || continues(b[same])))
		same--;
	return same;
}

static size_t same_end(const char *a_end, const char *b_end, size_t most)
{
	size_t same = 0;
	while (same < most && a_end[-1 - (ptrdiff_t)same] == b_end[-1 - (ptrdiff_t)same])
		same++;
	while (same && continues(a_end[-(ptrdiff_t)same]))
		same--;
	return same;
}

static void put_item(sync_buf *out, bool *first)
{
	if (!*first)
		sync_buf_byte(out, ',');
	*first = false;
}

void sync_put_text_delta(sync_buf *out, sync_str before, sync_str after)
{
	size_t had = sync_str_len(before), has = sync_str_len(after);
	size_t start = same_start(before, after, had < has ? had : has);
	size_t most = (had < has ? had : has) - start;
	size_t end = same_end(before + had, after + has, most);
	bool first = true;
	sync_buf_byte(out, '[');
	if (start) {
		put_item(out, &first);
		sync_put_u64(out, units_of(before, start));
	}
	if (has > start + end) {
		put_item(out, &first);
		sync_put_string(out, after + start, has - start - end);
	}
	if (had > start + end) {
		put_item(out, &first);
		sync_put_i64(out, -(int64_t)units_of(before + start, had - start - end));
	}
	sync_buf_byte(out, ']');
}
