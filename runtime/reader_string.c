/*
 * Strings: found, checked and measured in one pass, copied in a second once the length is known.
 */
#include <stdlib.h>

#include <syncgen/alloc.h>

#include "base64.h"
#include "reader.h"
#include "scan.h"
#include "utf8.h"
#include "uuid.h"

static int hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

/* The four digits of \uXXXX at its backslash; -1: it is none. */
static int32_t escaped_unit(const char *at, const char *end)
{
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
		return -1;
	int32_t unit = 0;
	for (int i = 2; i < 6; i++) {
		int digit = hex_digit(at[i]);
		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* The code point of an escape and how many bytes that is; 0: not valid. A surrogate without its
 * other half is not valid: it has no UTF-8. */
static unsigned unescape(const char *at, const char *end, uint32_t *point)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	if (end - at < 2)
		return 0;
	const char *letter = at[1] ? strchr(letters, at[1]) : NULL;
	if (letter) {
		*point = (unsigned char)meanings[letter - letters];
		return 2;
	}
	int32_t high = escaped_unit(at, end);
	if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	*point = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 6;
	int32_t low = escaped_unit(at + 6, end);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*point = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
	return 12;
}

static bool span_fail(sync_reader *reader, const char *at)
{
	reader->at = at;
	if (at == reader->end)
		return sync_read_fail(reader, SYNC_PARSE, "the text ends inside a string");
	if (*at == '\\')
		return sync_read_fail(reader, SYNC_PARSE, "not a valid escape");
	if ((unsigned char)*at < ' ')
		return sync_read_fail(reader, SYNC_PARSE, "a control character inside a string");
	return sync_read_fail(reader, SYNC_PARSE, "not valid UTF-8");
}

bool sync_reader_span(sync_reader *reader, text_span *span)
{
	const char *begin = reader->at + 1, *end = reader->end, *at = begin;
	size_t spared = 0, unpointed = 0; /* bytes that will not be there; that count no point */
	for (;;) {
		at = scan_plain(at, end);
		if (at == end)
			return span_fail(reader, at);
		if (*at == '"')
			break;
		unsigned length, bytes = 1;
		if (*at == '\\') {
			uint32_t point;
			char utf8[4];
			length = unescape(at, end, &point);
			if (length)
				bytes = utf8_put(utf8, point);
			spared += length - bytes;
		} else {
			length = (unsigned char)*at < ' ' ? 0 : utf8_sequence(at, end);
		}
		if (!length)
			return span_fail(reader, at);
		unpointed += length - 1;
		at += length;
	}
	*span = (text_span){ begin, at, (size_t)(at - begin) - spared,
			     (size_t)(at - begin) - unpointed };
	reader->at = at + 1;
	return true;
}

void sync_span_copy(char *to, const text_span *span)
{
	if (!span_has_escapes(span)) {
		memcpy(to, span->begin, span->length);
		return;
	}
	for (const char *at = span->begin; at < span->end;) {
		const char *escape = memchr(at, '\\', (size_t)(span->end - at));
		size_t plain = (size_t)((escape ? escape : span->end) - at);
		memcpy(to, at, plain);
		to += plain;
		at += plain;
		if (escape) {
			uint32_t point = 0;
			at += unescape(at, span->end, &point);
			to += utf8_put(to, point);
		}
	}
}

static bool check_length(sync_reader *reader, size_t length, uint32_t min, uint32_t max,
			 const char *unit)
{
	if (length < min)
		return sync_read_fail(reader, SYNC_INVALID, "%zu %s, at least %u needed", length,
				      unit, (unsigned)min);
	if (length > max)
		return sync_read_fail(reader, SYNC_INVALID, "%zu %s, at most %u allowed", length,
				      unit, (unsigned)max);
	return true;
}

static bool no_memory(sync_reader *reader)
{
	return sync_read_fail(reader, SYNC_NOMEM, "out of memory");
}

/* A new string of so many bytes and code points, which the caller fills in. */
static char *new_string(sync_reader *reader, size_t length, size_t points)
{
	if (length > UINT32_MAX - 16) {
		sync_read_fail(reader, SYNC_TOO_BIG, "a string of %zu bytes", length);
		return NULL;
	}
	char *bytes = sync_str_alloc(length);
	if (!bytes) {
		no_memory(reader);
		return NULL;
	}
	((sync_str_head *)(void *)bytes)[-1].points = (uint32_t)points + 1;
	return bytes;
}

/* A new string; not the shared empty one. */
static char *span_string(sync_reader *reader, const text_span *span)
{
	char *bytes = new_string(reader, span->length, span->points);
	if (bytes)
		sync_span_copy(bytes, span);
	return bytes;
}

static bool read_any_string(sync_reader *reader, sync_str *value, uint32_t min, uint32_t max)
{
	text_span span;
	if (reader_next(reader) != '"')
		return sync_reader_expected(reader, "a string");
	if (!sync_reader_span(reader, &span) ||
	    !check_length(reader, span.points, min, max, "characters"))
		return false;
	sync_str string = SYNC_STR_EMPTY;
	if (span.length)
		string = span_string(reader, &span);
	if (!string)
		return false;
	sync_str_free(*value);
	*value = string;
	return true;
}

/* The common string: it is next, short enough, and ASCII without escapes. Its length, or 0. */
static inline size_t plain_length(const sync_reader *reader, uint32_t min, uint32_t max)
{
	const char *begin = reader->at + 1, *end = reader->end;
	if (end - begin < 2 || begin[-1] != '"')
		return 0;
	const char *behind = scan_plain(begin, end);
	size_t length = (size_t)(behind - begin);
	return behind < end && *behind == '"' && length >= min && length <= max ? length : 0;
}

/* In place of *value, the reader being at its first quote. */
static inline bool take_plain(sync_reader *reader, sync_str *value, size_t length)
{
	char *string = new_string(reader, length, length);
	if (!string)
		return false;
	scan_copy(string, reader->at + 1, length);
	reader->at += length + 2;
	sync_str_free(*value);
	*value = string;
	return true;
}

bool sync_read_string(sync_reader *reader, sync_str *value, uint32_t min, uint32_t max)
{
	size_t length = plain_length(reader, min, max);
	return length ? take_plain(reader, value, length)
		      : read_any_string(reader, value, min, max);
}

bool sync_read_uuid(sync_reader *reader, sync_str *value)
{
	const char *at = reader->at;
	if (reader->end - at >= UUID_LENGTH + 2 && at[0] == '"' && at[UUID_LENGTH + 1] == '"' &&
	    uuid_is(at + 1))
		return take_plain(reader, value, UUID_LENGTH);
	if (!read_any_string(reader, value, 0, UUID_LENGTH))
		return false;
	return (sync_str_len(*value) == UUID_LENGTH && uuid_is(*value)) ||
	       sync_read_fail(reader, SYNC_INVALID, "must be of the form %s",
			      sync_format_name(SYNC_FORMAT_UUID));
}

bool sync_read_bytes(sync_reader *reader, sync_bytes *value, uint32_t min, uint32_t max)
{
	text_span span;
	size_t size;
	if (reader_next(reader) != '"')
		return sync_reader_expected(reader, "a string");
	if (!sync_reader_span(reader, &span))
		return false;
	/* Escapes are rare here: the text is unescaped where the bytes then go. */
	char *bytes = NULL;
	const char *text = span.begin;
	if (span.length) {
		bool escaped = span_has_escapes(&span);
		bytes = sync_alloc(escaped ? span.length : span.length / 4 * 3 + 1);
		if (!bytes)
			return no_memory(reader);
		if (escaped) {
			sync_span_copy(bytes, &span);
			text = bytes;
		}
	}
	bool valid = sync_base64_size(text, span.length, &size);
	if (valid && check_length(reader, size, min, max, "bytes"))
		valid = sync_base64_decode(bytes, text, span.length);
	if (!valid)
		sync_read_fail(reader, SYNC_INVALID, "not base64");
	if (reader->error.code != SYNC_OK) {
		sync_free(bytes);
		return false;
	}
	sync_bytes_free(value);
	*value = (sync_bytes){ (const uint8_t *)bytes, size };
	return true;
}

bool sync_read_slice(sync_reader *reader, const char **bytes, size_t *length, char *scratch,
		     size_t max)
{
	text_span span;
	if (reader_next(reader) != '"')
		return sync_reader_expected(reader, "a string");
	if (!sync_reader_span(reader, &span))
		return false;
	if (span.length > max)
		return sync_read_fail(reader, SYNC_INVALID, "%zu bytes, at most %zu allowed",
				      span.length, max);
	*bytes = span.begin;
	*length = span.length;
	if (span_has_escapes(&span)) {
		sync_span_copy(scratch, &span);
		*bytes = scratch;
	}
	return true;
}

int sync_read_entry(sync_reader *reader, bool *first, sync_str *key)
{
	text_span span;
	int more = sync_reader_key(reader, *first, &span);
	*first = false;
	if (more <= 0)
		return more;
	if (!reader_count(reader))
		return -1;
	char *string = span_string(reader, &span);
	if (!string)
		return -1;
	*key = string;
	return 1;
}
