/*
 * Values that nobody wants: checked wholly, without recursion.
 */
#include "digits.h"
#include "number.h"
#include "reader.h"
#include "scan.h"

/* A bit per level: is it an object? */
typedef struct nesting {
	unsigned depth;
	uint64_t objects[SYNC_DEPTH_MAX / 64];
} nesting;

static bool in_object(const nesting *nest)
{
	return nest->objects[(nest->depth - 1) / 64] >> (nest->depth - 1) % 64 & 1;
}

static bool open_level(sync_reader *reader, nesting *nest, bool object)
{
	if (!reader_enter(reader))
		return false;
	uint64_t bit = (uint64_t)1 << nest->depth % 64;
	uint64_t *word = &nest->objects[nest->depth / 64];
	*word = object ? *word | bit : *word & ~bit;
	nest->depth++;
	return true;
}

static bool skip_word(sync_reader *reader, const char *word, size_t length)
{
	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return sync_read_fail(reader, SYNC_PARSE, "expected %s", word);
	reader->at += length;
	return true;
}

static bool skip_number(sync_reader *reader)
{
	decimal number;
	uint64_t value;
	const char *plain = digits_integer(reader->at + (*reader->at == '-'), reader->end, &value);
	if (plain) {
		reader->at = plain;
		return true;
	}
	const char *behind = sync_number_scan(reader->at, reader->end, &number);
	if (!behind)
		return sync_read_fail(reader, SYNC_PARSE, "not a valid number");
	reader->at = behind;
	return true;
}

/* The quote is next. */
static inline bool skip_string(sync_reader *reader)
{
	text_span span;
	const char *behind = scan_plain(reader->at + 1, reader->end);
	if (behind == reader->end || *behind != '"')
		return sync_reader_span(reader, &span);
	reader->at = behind + 1;
	return true;
}

/* A name as we write it, after its comma unless it is the first; then the value is next. */
static inline bool skip_plain_key(sync_reader *reader, bool first)
{
	const char *at = reader->at, *end = reader->end;
	if (end - at < 4 || (!first && *at++ != ',') || *at++ != '"')
		return false;
	at = scan_plain(at, end);
	if (end - at < 2 || at[0] != '"' || at[1] != ':')
		return false;
	reader->at = at + 2;
	return true;
}

static inline int skip_key(sync_reader *reader, bool first)
{
	text_span span;
	return skip_plain_key(reader, first) ? 1 : sync_reader_key(reader, first, &span);
}

/* One value, or the beginning of an array or object. */
static bool skip_value(sync_reader *reader, nesting *nest)
{
	char next = reader_next(reader);
	switch (next) {
	case '{':
	case '[':
		return open_level(reader, nest, next == '{');
	case '"':
		return skip_string(reader);
	case 't':
		return skip_word(reader, "true", 4);
	case 'f':
		return skip_word(reader, "false", 5);
	case 'n':
		return skip_word(reader, "null", 4);
	default:
		if (next == '-' || (next >= '0' && next <= '9'))
			return skip_number(reader);
		return sync_reader_expected(reader, "a value");
	}
}

/* Up to the next value of the present level; levels that end are left. 0: the outermost has. */
static int skip_to_value(sync_reader *reader, nesting *nest, bool first)
{
	while (nest->depth) {
		bool object = in_object(nest);
		int more = object ? skip_key(reader, first) : sync_read_element(reader, &first);
		if (more < 0)
			return -1;
		if (more)
			return !object || reader_count(reader) ? 1 : -1;
		nest->depth--;
		first = false;
	}
	return 0;
}

bool sync_read_skip(sync_reader *reader, const char **raw, size_t *raw_length)
{
	nesting nest;
	nest.depth = 0;
	reader_space(reader);
	const char *begin = reader->at;
	int more;
	do {
		unsigned depth = nest.depth;
		if (!skip_value(reader, &nest))
			return false;
		more = skip_to_value(reader, &nest, nest.depth > depth);
	} while (more > 0);
	if (raw) {
		*raw = begin;
		*raw_length = (size_t)(reader->at - begin);
	}
	return more == 0;
}
