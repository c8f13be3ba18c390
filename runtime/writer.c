#include <syncgen/json.h>

#include "apart.h"
#include "base64.h"
#include "scan.h"

void sync_writer_init(sync_writer *writer)
{
	*writer = (sync_writer){ .sees = ~(uint64_t)SYNC_SEE_LOCAL };
}

/* RFC 8785 section 3.2.2.2: the short forms where JSON has them, else lower-case \u00xx. */
static size_t escape(char *to, unsigned char byte)
{
	static const char letters[] = "btn\0fr";
	static const char hex[] = "0123456789abcdef";
	to[0] = '\\';
	if (byte == '"' || byte == '\\') {
		to[1] = (char)byte;
		return 2;
	}
	if (byte >= '\b' && byte <= '\r' && byte != '\v') {
		to[1] = letters[byte - '\b'];
		return 2;
	}
	memcpy(to + 1, "u00", 3);
	to[4] = hex[byte >> 4];
	to[5] = hex[byte & 15];
	return 6;
}

static bool needs_escape(char byte)
{
	return (unsigned char)byte < ' ' || byte == '"' || byte == '\\';
}

/*
 * Copies the bytes up to the first that needs an escape, and says how many those are. `to` has room
 * for all of them; the tail is copied as a block that overlaps the one before.
 */
static inline size_t copy_plain(char *to, const char *from, size_t length)
{
	size_t i = 0;
	if (length < SCAN_BLOCK) {
		for (; i < length && !needs_escape(from[i]); i++)
			to[i] = from[i];
		return i;
	}
	size_t last = length - SCAN_BLOCK;
	for (; i < last; i += SCAN_BLOCK) {
		scan_block block = scan_load(from + i);
		scan_store(to + i, block);
		scan_marks marks = scan_to_escape(block);
		if (marks)
			return i + scan_first(marks);
	}
	scan_block block = scan_load(from + last);
	scan_store(to + last, block);
	scan_marks marks = scan_to_escape(block);
	return marks ? last + scan_first(marks) : length;
}

/* From the first escape on: at `to`, `length` bytes of the string and its end are left, and there is room
 * for those. */
SYNC_APART static void put_escaped(sync_buf *buf, char *to, const char *bytes, size_t length)
{
	while (length) {
		char escaped[6];
		size_t more = escape(escaped, (unsigned char)*bytes++);
		length--;
		buf->len = (size_t)(to - buf->data);
		to = sync_buf_room(buf, more + length + 1);
		if (!to)
			return;
		memcpy(to, escaped, more);
		to += more;
		size_t plain = copy_plain(to, bytes, length);
		to += plain;
		bytes += plain;
		length -= plain;
	}
	*to++ = '"';
	buf->len = (size_t)(to - buf->data);
}

void sync_put_string(sync_buf *buf, const char *bytes, size_t length)
{
	if (length > SIZE_MAX / 8) {
		sync_buf_grow(buf, SIZE_MAX);
		return;
	}
	char *to = sync_buf_room(buf, length + 2);
	if (!to)
		return;
	*to++ = '"';
	size_t plain = copy_plain(to, bytes, length);
	if (plain < length) {
		put_escaped(buf, to + plain, bytes + plain, length - plain);
		return;
	}
	to[length] = '"';
	buf->len += length + 2;
}

void sync_put_str(sync_buf *buf, sync_str string)
{
	sync_put_string(buf, string, sync_str_len(string));
}

void sync_put_bool(sync_buf *buf, bool value)
{
	if (value)
		SYNC_BUF_LITERAL(buf, "true");
	else
		SYNC_BUF_LITERAL(buf, "false");
}

void sync_put_base64(sync_buf *buf, const void *data, size_t length)
{
	if (length > SIZE_MAX / 4) {
		sync_buf_grow(buf, SIZE_MAX);
		return;
	}
	size_t encoded = base64_length(length);
	char *to = sync_buf_room(buf, encoded + 2);
	if (!to)
		return;
	to[0] = '"';
	sync_base64_encode(to + 1, data, length);
	to[encoded + 1] = '"';
	buf->len += encoded + 2;
}
