#include "frame.h"

#include <string.h>

static bool read_members(sync_reader *reader, const sync_keys *members, struct frame_raw *raw)
{
	uint64_t seen[1] = { 0 };
	int member = -1;
	if (!sync_read_object(reader))
		return false;
	while ((member = sync_read_member(reader, members, member + 1, seen)) >= 0)
		if (!sync_read_skip(reader, &raw[member].at, &raw[member].length))
			return sync_read_in(reader, members->keys[member].name);
	return member == SYNC_MEMBER_END && sync_read_end(reader);
}

bool frame_read(const sync_keys *members, const char *text, size_t length,
		const sync_limits *limits, struct frame_raw *raw, sync_error *error)
{
	sync_reader reader;
	memset(raw, 0, members->count * sizeof *raw);
	if (sync_reader_init(&reader, text, length, limits) && read_members(&reader, members, raw))
		return true;
	*error = reader.error;
	return false;
}

static bool missing(const sync_key *key, sync_error *error)
{
	sync_error_set(error, SYNC_INVALID, "\"%s\" is missing", key->name);
	return false;
}

bool frame_text(const sync_key *key, const struct frame_raw *raw, bool optional, char *to,
		size_t size, sync_error *error)
{
	sync_reader reader;
	const char *bytes;
	size_t length;
	to[0] = '\0';
	if (!raw->length)
		return optional || missing(key, error);
	if (!sync_reader_init(&reader, raw->at, raw->length, NULL) ||
	    !sync_read_slice(&reader, &bytes, &length, to, size - 1)) {
		*error = reader.error;
		sync_error_in(error, key->name, key->name_length);
		to[0] = '\0';
		return false;
	}
	memmove(to, bytes, length);
	to[length] = '\0';
	if (!memchr(to, '\0', length))
		return true;
	sync_error_set(error, SYNC_INVALID, "U+0000 in \"%s\"", key->name);
	to[0] = '\0';
	return false;
}

bool frame_number(const sync_key *key, const struct frame_raw *raw, bool optional, uint64_t *value,
		  sync_error *error)
{
	sync_reader reader;
	*value = 0;
	if (!raw->length)
		return optional || missing(key, error);
	if (sync_reader_init(&reader, raw->at, raw->length, NULL) &&
	    sync_read_u64(&reader, value, 0, ((uint64_t)1 << 53) - 1))
		return true;
	*error = reader.error;
	sync_error_in(error, key->name, key->name_length);
	return false;
}
