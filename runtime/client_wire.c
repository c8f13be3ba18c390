#include "client_wire.h"

#include <string.h>

#include <syncgen/alloc.h>

static const sync_key keys[CLIENT_MEMBERS] = {
#define X(name, member)                                                                            \
	{ "\"" member "\":", member, sizeof("\"" member "\":") - 1, sizeof(member) - 1 },
	CLIENT_MEMBER_TABLE(X)
#undef X
};

/* By sync_key_hash of the names above; a test checks it. */
static const uint16_t slots[128] = {
	0,  0,	40, 0,	0,  0,	0,  0,	0,  0,	0,  0, 0,  0, 0,  33, 0,  10, 0,  0, 7,	 41,
	0,  12, 0,  26, 0,  6,	0,  0,	9,  0,	0,  0, 0,  1, 37, 0,  36, 44, 0,  0, 0,	 0,
	0,  0,	0,  0,	0,  22, 0,  0,	0,  0,	27, 0, 0,  0, 0,  0,  21, 0,  39, 0, 0,	 0,
	0,  0,	0,  35, 32, 0,	0,  19, 23, 0,	0,  0, 0,  0, 16, 13, 5,  18, 45, 2, 46, 0,
	43, 0,	28, 0,	0,  38, 0,  11, 17, 0,	0,  0, 15, 0, 3,  20, 8,  30, 0,  0, 0,	 0,
	0,  0,	0,  24, 0,  0,	14, 4,	25, 31, 34, 0, 0,  0, 29, 0,  0,  42
};
static const uint64_t required[1] = { 0 };
static const sync_keys members = { keys, slots, 127, CLIENT_MEMBERS, required, false };

bool client_read(const char *text, size_t length, size_t limit, client_object *object,
		 sync_error *error)
{
	/* What a server sends may be as large as a frame; a walk over it is linear. */
	sync_limits limits = { limit, sync_limits_default.depth, limit };
	return frame_read(&members, text, length, &limits, object->raw, error);
}

bool client_is_null(const client_object *object, client_member member)
{
	return object->raw[member].length == 4 && memcmp(object->raw[member].at, "null", 4) == 0;
}

bool client_text(const client_object *object, client_member member, bool optional, char *to,
		 size_t size, sync_error *error)
{
	return frame_text(&keys[member], &object->raw[member], optional, to, size, error);
}

bool client_number(const client_object *object, client_member member, bool optional,
		   uint64_t *value, sync_error *error)
{
	return frame_number(&keys[member], &object->raw[member], optional, value, error);
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

bool client_inside(const client_object *object, client_member member, client_object *inside,
		   sync_error *error)
{
	const char *at = object->raw[member].at;
	size_t length = object->raw[member].length;
	if (client_read(at, length, length ? length : 1, inside, error))
		return true;
	sync_error_in(error, keys[member].name, keys[member].name_length);
	return false;
}

char *client_json_copy(const client_object *object, client_member member)
{
	size_t length = object->raw[member].length;
	char *text = length ? sync_alloc(length + 1) : NULL;
	if (!text)
		return NULL;
	memcpy(text, object->raw[member].at, length);
	text[length] = '\0';
	return text;
}

char *client_text_copy(const client_object *object, client_member member)
{
	sync_error ignored;
	size_t size = object->raw[member].length + 1; /* with its quotes: enough */
	char *text = size > 1 ? sync_alloc(size) : NULL;
	if (text && client_text(object, member, false, text, size, &ignored))
		return text;
	sync_free(text);
	return NULL;
}
