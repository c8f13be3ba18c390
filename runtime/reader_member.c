/*
 * The members of an object.
 */
#include <syncgen/alloc.h>

#include "reader.h"
#include "scan.h"

/* How many members in the order of the table are tried before the name is looked up: absent ones
 * are skipped this way. */
enum { GUESSES = 4 };

bool sync_read_object(sync_reader *reader)
{
	if (reader_next(reader) != '{')
		return sync_reader_expected(reader, "an object");
	return reader_enter(reader);
}

int sync_reader_key(sync_reader *reader, bool first, text_span *key)
{
	char next = reader_next(reader);
	if (next == '}') {
		reader_leave(reader);
		return 0;
	}
	if (!first) {
		if (next != ',') {
			sync_reader_expected(reader, "',' or '}'");
			return -1;
		}
		reader->at++;
		next = reader_next(reader);
	}
	if (next != '"') {
		sync_reader_expected(reader, "the name of a member");
		return -1;
	}
	if (!sync_reader_span(reader, key))
		return -1;
	if (reader_next(reader) != ':') {
		sync_reader_expected(reader, "':'");
		return -1;
	}
	reader->at++;
	return 1;
}

int sync_keys_find(const sync_keys *keys, const char *name, size_t length)
{
	if (!keys->count)
		return -1;
	uint32_t slot = sync_key_hash(name, length) & keys->slot_mask;
	for (; keys->slots[slot]; slot = (slot + 1) & keys->slot_mask) {
		int index = keys->slots[slot] - 1;
		const sync_key *key = &keys->keys[index];
		if (key->name_length == length && memcmp(key->name, name, length) == 0)
			return index;
	}
	return -1;
}

/* Counts a member that was announced, or fails: it came before. */
static inline int claim(sync_reader *reader, const sync_keys *keys, int index, uint64_t *seen)
{
	uint64_t bit = (uint64_t)1 << (unsigned)index % 64;
	const sync_key *key = &keys->keys[index];
	if (seen[index / 64] & bit) {
		sync_read_fail(reader, SYNC_INVALID, "the member comes twice");
		sync_read_in_n(reader, key->name, key->name_length);
		return SYNC_MEMBER_ERROR;
	}
	seen[index / 64] |= bit;
	return reader_count(reader) ? index : SYNC_MEMBER_ERROR;
}

/* '}' was consumed: is all there that must be? */
static int finish(sync_reader *reader, const sync_keys *keys, const uint64_t *seen)
{
	for (uint32_t word = 0; word < (keys->count + 63) / 64; word++) {
		uint64_t missing = keys->required[word] & ~seen[word];
		if (!missing)
			continue;
		uint32_t index = word * 64;
		for (; !(missing & 1); missing >>= 1)
			index++;
		sync_read_fail(reader, SYNC_INVALID, "the member '%.*s' is missing",
			       (int)keys->keys[index].name_length, keys->keys[index].name);
		return SYNC_MEMBER_ERROR;
	}
	return SYNC_MEMBER_END;
}

/* Checks and skips the value of a member that the table does not have. */
static bool skip_unknown(sync_reader *reader, const sync_keys *keys, const char *name,
			 size_t length)
{
	if (keys->closed)
		sync_read_fail(reader, SYNC_INVALID, "there is no such member");
	else if (reader_count(reader) && sync_read_skip(reader, NULL, NULL))
		return true;
	return sync_read_in_n(reader, name, length);
}

/* Any member in any form: its index, END, ERROR, or `unknown` once it is skipped. */
static int look_up(sync_reader *reader, const sync_keys *keys, bool first, uint64_t *seen,
		   int unknown)
{
	char scratch[256], *copy = scratch;
	text_span span;
	int more = sync_reader_key(reader, first, &span);
	if (more <= 0)
		return more < 0 ? SYNC_MEMBER_ERROR : finish(reader, keys, seen);
	const char *name = span.begin;
	if (span_has_escapes(&span)) {
		if (span.length > sizeof(scratch))
			copy = sync_alloc(span.length);
		if (!copy) {
			sync_read_fail(reader, SYNC_NOMEM, "out of memory");
			return SYNC_MEMBER_ERROR;
		}
		sync_span_copy(copy, &span);
		name = copy;
	}
	int index = sync_keys_find(keys, name, span.length);
	if (index >= 0)
		index = claim(reader, keys, index, seen);
	else
		index = skip_unknown(reader, keys, name, span.length) ? unknown : SYNC_MEMBER_ERROR;
	if (copy != scratch)
		sync_free(copy);
	return index;
}

/* Is the next thing the comma, unless `first`, and the member of this key as we write it? */
static inline bool is_next(const sync_reader *reader, const sync_key *key, bool first)
{
	const char *at = reader->at;
	return (size_t)(reader->end - at) > key->literal_length && (first || *at == ',') &&
	       scan_same(at + !first, key->literal, key->literal_length);
}

int sync_read_member(sync_reader *reader, const sync_keys *keys, int expect, uint64_t *seen)
{
	enum { UNKNOWN = -3 };
	int index, count = (int)keys->count;
	do {
		/* Nothing but the brace can stand in front of the first member. */
		bool first = reader->at[-1] == '{';
		for (index = expect; index < count && index < expect + GUESSES; index++) {
			const sync_key *key = &keys->keys[index];
			if (is_next(reader, key, first)) {
				reader->at += !first + key->literal_length;
				return claim(reader, keys, index, seen);
			}
		}
		if (reader->at < reader->end && *reader->at == '}') {
			reader_leave(reader);
			return finish(reader, keys, seen);
		}
		index = look_up(reader, keys, first, seen, UNKNOWN);
	} while (index == UNKNOWN);
	return index;
}
