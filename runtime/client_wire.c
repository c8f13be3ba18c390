#include "client_wire.h"

static const sync_key keys[CLIENT_MEMBERS] = {
#define X(name, member)                                                                            \
	{ "\"" member "\":", member, sizeof("\"" member "\":") - 1, sizeof(member) - 1 },
	CLIENT_MEMBER_TABLE(X)
#undef X
};

/* By sync_key_hash of the names above; a test checks it. */
static const uint16_t slots[64] = { 0,	0,  0, 0,  0,  0, 0,  0,  0, 18, 0, 0, 0,  0, 0, 0,
				    15, 10, 5, 12, 7,  2, 17, 11, 0, 0,	 0, 6, 0,  0, 9, 0,
				    16, 0,  0, 1,  14, 0, 3,  19, 8, 0,	 0, 0, 0,  0, 0, 0,
				    0,	0,  0, 0,  13, 4, 0,  0,  0, 0,	 0, 0, 20, 0, 0, 0 };
static const uint64_t required[1] = { 0 };
static const sync_keys members = { keys, slots, 63, CLIENT_MEMBERS, required, false };

static bool read_members(sync_reader *reader, client_object *object)
{
	uint64_t seen[1] = { 0 };
	int member = -1;
	if (!sync_read_object(reader))
		return false;
	while ((member = sync_read_member(reader, &members, member + 1, seen)) >= 0)
		if (!sync_read_skip(reader, &object->raw[member].at, &object->raw[member].length))
			return sync_read_in(reader, keys[member].name);
	return member == SYNC_MEMBER_END && sync_read_end(reader);
}

bool client_read(const char *text, size_t length, size_t limit, client_object *object,
		 sync_error *error)
{
	/* What a server sends may be as large as a frame; a walk over it is linear. */
	sync_limits limits = { limit, sync_limits_default.depth, limit };
	sync_reader reader;
	memset(object, 0, sizeof *object);
	if (sync_reader_init(&reader, text, length, &limits) && read_members(&reader, object))
		return true;
	*error = reader.error;
	return false;
}

bool client_is_null(const client_object *object, client_member member)
{
	return object->raw[member].length == 4 && memcmp(object->raw[member].at, "null", 4) == 0;
}

static bool missing(client_member member, sync_error *error)
{
	sync_error_set(error, SYNC_INVALID, "\"%s\" is missing", keys[member].name);
	return false;
}

bool client_text(const client_object *object, client_member member, bool optional, char *to,
		 size_t size, sync_error *error)
{
	sync_reader reader;
	const char *bytes;
	size_t length;
	to[0] = '\0';
	if (!client_has(object, member))
		return optional || missing(member, error);
	if (!sync_reader_init(&reader, object->raw[member].at, object->raw[member].length, NULL) ||
	    !sync_read_slice(&reader, &bytes, &length, to, size - 1)) {
		*error = reader.error;
		sync_error_in(error, keys[member].name, keys[member].name_length);
		to[0] = '\0';
		return false;
	}
	memmove(to, bytes, length);
	to[length] = '\0';
	if (!memchr(to, '\0', length))
		return true;
	sync_error_set(error, SYNC_INVALID, "U+0000 in \"%s\"", keys[member].name);
	to[0] = '\0';
	return false;
}

bool client_number(const client_object *object, client_member member, bool optional,
		   uint64_t *value, sync_error *error)
{
	sync_reader reader;
	*value = 0;
	if (!client_has(object, member))
		return optional || missing(member, error);
	if (sync_reader_init(&reader, object->raw[member].at, object->raw[member].length, NULL) &&
	    sync_read_u64(&reader, value, 0, ((uint64_t)1 << 53) - 1))
		return true;
	*error = reader.error;
	sync_error_in(error, keys[member].name, keys[member].name_length);
	return false;
}

static sync_status status_named(const char *name)
{
	static const char *const names[] = {
#define X(id, wire, text) wire,
		SYNC_STATUS_TABLE(X)
#undef X
	};
	for (size_t i = 1; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return (sync_status)i;
	return SYNC_INTERNAL;
}

void client_error(const client_object *object, sync_error *told)
{
	char name[CLIENT_NAME_SIZE], message[SYNC_MESSAGE_MAX];
	sync_error ignored;
	client_text(object, CLIENT_CODE, true, name, sizeof name, &ignored);
	client_text(object, CLIENT_MESSAGE, true, message, sizeof message, &ignored);
	sync_status code = status_named(name);
	sync_error_set(told, code, "%s", *message ? message : sync_status_text(code));
}
