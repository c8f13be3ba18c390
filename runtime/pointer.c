#include "pointer.h"

#include <string.h>

/* Unescapes text up to the next slash to `to`. 0 at a bad escape, else the bytes consumed plus 1.
 */
static size_t unescape(struct segment *segment, const char *text, size_t length, bool lenient,
		       char *to)
{
	size_t at = 0, used = 0;
	while (at < length && text[at] != '/') {
		char byte = text[at++];
		if (byte == '~') {
			char next = at < length ? text[at] : 0;
			if (next == '0' || next == '1') {
				byte = next == '1' ? '/' : '~';
				at++;
			} else if (!lenient) {
				return 0;
			}
		}
		to[used++] = byte;
	}
	segment->bytes = to;
	segment->length = used;
	segment->raw = text;
	segment->raw_length = at;
	return at + 1;
}

sync_status sync_pointer_parse(struct pointer *pointer, const char *text, size_t length,
			       bool lenient)
{
	size_t at = 0;
	pointer->count = 0;
	pointer->certain = false;
	if (length > POINTER_BYTES)
		return SYNC_TOO_BIG;
	while (at < length) {
		size_t step;
		if (text[at++] != '/')
			return SYNC_PARSE;
		if (pointer->count == POINTER_SEGMENTS)
			return SYNC_TOO_BIG;
		step = unescape(&pointer->segments[pointer->count], text + at, length - at, lenient,
				pointer->bytes + at);
		if (!step)
			return SYNC_PARSE;
		pointer->count++;
		at += step - 1;
	}
	return SYNC_OK;
}

bool sync_segment_index(const struct segment *segment, size_t *index)
{
	size_t value = 0;
	if (sync_segment_is(segment, "-", 1)) {
		*index = POINTER_END;
		return true;
	}
	if (!segment->length || (segment->length > 1 && segment->bytes[0] == '0'))
		return false;
	for (size_t i = 0; i < segment->length; i++) {
		unsigned digit = (unsigned)(segment->bytes[i] - '0');
		if (digit > 9)
			return false;
		if (value > (POINTER_END - 1 - digit) / 10)
			value = (POINTER_END - 1) / 10; /* stays there: the rest is only checked */
		else
			value = value * 10 + digit;
	}
	*index = value;
	return true;
}

bool sync_segment_is(const struct segment *segment, const char *bytes, size_t length)
{
	return segment->length == length && (!length || memcmp(segment->bytes, bytes, length) == 0);
}

static bool starts_with(const struct pointer *pointer, const struct pointer *front)
{
	if (pointer->count < front->count)
		return false;
	for (size_t i = 0; i < front->count; i++)
		if (!sync_segment_is(&pointer->segments[i], front->segments[i].bytes,
				     front->segments[i].length))
			return false;
	return true;
}

bool sync_pointer_below(const struct pointer *inner, const struct pointer *outer)
{
	return inner->count > outer->count && starts_with(inner, outer);
}

bool sync_pointer_same(const struct pointer *a, const struct pointer *b)
{
	return a->count == b->count && starts_with(a, b);
}
