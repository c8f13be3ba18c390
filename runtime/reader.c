/*
 * The reader's core. What RFC 8259 leaves open is decided here:
 *
 *  - A text is UTF-8 without a byte order mark. Bytes that are none are an error, nothing is
 * replaced.
 *  - An escaped surrogate without its other half is an error: it stands for no character, so no
 *    UTF-8 could hold it. U+0000 is a character like others.
 *  - Members that come twice are an error wherever members are looked at.
 *  - Numbers may have any length. Integers are exact or an error; doubles are the nearest; a double
 *    beyond all finite ones is an error, one below the smallest is 0. -0 is kept.
 *  - Size, depth and number of values have limits (sync_limits).
 */
#include "reader.h"

#include <stdio.h>

const sync_limits sync_limits_default = { .bytes = 1u << 20, .depth = 64, .elements = 1u << 20 };

bool sync_reader_init(sync_reader *reader, const char *text, size_t length,
		      const sync_limits *limits)
{
	if (!limits)
		limits = &sync_limits_default;
	if (!text) {
		text = "";
		length = 0;
	}
	reader->at = reader->begin = text;
	reader->end = text + length;
	reader->depth_left = limits->depth < SYNC_DEPTH_MAX ? limits->depth : SYNC_DEPTH_MAX;
	reader->elements_left = limits->elements;
	reader->error.code = SYNC_OK;
	reader->error.pointer[0] = reader->error.message[0] = '\0';
	if (length <= limits->bytes)
		return true;
	reader->end = reader->begin;
	return sync_read_fail(reader, SYNC_TOO_BIG, "%zu bytes, more than %zu", length,
			      limits->bytes);
}

bool sync_read_end(sync_reader *reader)
{
	reader_space(reader);
	return reader->at == reader->end || sync_reader_expected(reader, "the end");
}

bool sync_read_fail(sync_reader *reader, sync_status code, const char *format, ...)
{
	sync_error *error = &reader->error;
	if (error->code != SYNC_OK)
		return false;
	va_list arguments;
	va_start(arguments, format);
	sync_error_set_v(error, code, format, arguments);
	va_end(arguments);
	if (code == SYNC_PARSE) {
		char where[40];
		size_t had = strlen(error->message);
		int length = snprintf(where, sizeof(where), " at byte %zu",
				      (size_t)(reader->at - reader->begin));
		if (length > 0 && had + (size_t)length < sizeof(error->message))
			memcpy(error->message + had, where, (size_t)length + 1);
	}
	return false;
}

bool sync_read_in(sync_reader *reader, const char *segment)
{
	return sync_read_in_n(reader, segment, strlen(segment));
}

bool sync_read_in_n(sync_reader *reader, const char *segment, size_t length)
{
	sync_error_in(&reader->error, segment, length);
	return false;
}

bool sync_read_in_index(sync_reader *reader, size_t index)
{
	sync_error_in_index(&reader->error, index);
	return false;
}

/* What a value that begins with this byte is; NULL: none begins so. */
static const char *kind_of(char byte)
{
	switch (byte) {
	case '{':
		return "an object";
	case '[':
		return "an array";
	case '"':
		return "a string";
	case 't':
	case 'f':
		return "a bool";
	case 'n':
		return "null";
	default:
		return byte == '-' || (byte >= '0' && byte <= '9') ? "a number" : NULL;
	}
}

bool sync_reader_expected(sync_reader *reader, const char *what)
{
	char next = reader_next(reader);
	if (reader->at == reader->end)
		return sync_read_fail(reader, SYNC_PARSE, "the text ends, expected %s", what);
	const char *kind = kind_of(next);
	bool value_expected = what[0] == 'a';
	if (kind && value_expected)
		return sync_read_fail(reader, SYNC_INVALID, "expected %s, found %s", what, kind);
	return sync_read_fail(reader, SYNC_PARSE,
			      next > ' ' && next < 0x7f ? "expected %s, found '%c'"
							: "expected %s, found byte 0x%02x",
			      what, (unsigned char)next);
}

char sync_read_peek(sync_reader *reader)
{
	char next = reader_next(reader);
	return kind_of(next) ? next : '\0';
}

static bool read_word(sync_reader *reader, const char *word, size_t length)
{
	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

bool sync_read_null(sync_reader *reader)
{
	return reader_next(reader) == 'n' && read_word(reader, "null", 4);
}

bool sync_read_bool(sync_reader *reader, bool *value)
{
	char next = reader_next(reader);
	if (next == 't' && read_word(reader, "true", 4)) {
		*value = true;
		return true;
	}
	if (next == 'f' && read_word(reader, "false", 5)) {
		*value = false;
		return true;
	}
	if (next == 't' || next == 'f')
		return sync_read_fail(reader, SYNC_PARSE, "expected true or false");
	return sync_reader_expected(reader, "a bool");
}

bool sync_read_array(sync_reader *reader)
{
	if (reader_next(reader) != '[')
		return sync_reader_expected(reader, "an array");
	return reader_enter(reader);
}

int sync_read_element(sync_reader *reader, bool *first)
{
	char next = reader_next(reader);
	if (next == ']') {
		reader_leave(reader);
		return 0;
	}
	if (!*first) {
		if (next != ',') {
			sync_reader_expected(reader, "',' or ']'");
			return -1;
		}
		reader->at++;
	}
	*first = false;
	return reader_count(reader) ? 1 : -1;
}
