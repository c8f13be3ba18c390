#include "client_span.h"

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

#include "base64.h"
#include "bin_ref.h"

enum { MEMBERS = 1024 }; /* of a struct that is looked into */

struct walk {
	sync_reader reader;
	client_spans found;
	size_t room;
};

static bool look(struct walk *walk, const sync_type *type);

static bool add(struct walk *walk, client_span span)
{
	client_spans *found = &walk->found;
	if (found->count == walk->room) {
		size_t room = walk->room ? 2 * walk->room : 4;
		client_span *list = sync_resize(found->list, room * sizeof *list);
		if (!list)
			return sync_read_fail(&walk->reader, SYNC_NOMEM, "%s",
					      sync_status_text(SYNC_NOMEM));
		found->list = list;
		walk->room = room;
	}
	found->list[found->count++] = span;
	return true;
}

/* Base64 with an escape in it stays where it is, and so does what is none. */
static bool look_at_bytes(struct walk *walk)
{
	const char *raw;
	client_span span;
	if (!sync_read_skip(&walk->reader, &raw, &span.length))
		return false;
	span.at = (size_t)(raw - walk->reader.begin);
	if (*raw != '"' || memchr(raw, '\\', span.length) ||
	    !sync_base64_size(raw + 1, span.length - 2, &span.bytes) ||
	    span.bytes < BIN_APART_BYTES)
		return true;
	return add(walk, span);
}

static bool look_at_struct(struct walk *walk, const sync_type *type)
{
	uint64_t seen[MEMBERS / 64] = { 0 };
	int member = -1;
	if (type->count > MEMBERS)
		return sync_read_skip(&walk->reader, NULL, NULL);
	if (!sync_read_object(&walk->reader))
		return false;
	while ((member = sync_read_member(&walk->reader, type->keys, member + 1, seen)) >= 0)
		if (!look(walk, type->fields[member].type))
			return false;
	return member == SYNC_MEMBER_END;
}

static bool look_at_union(struct walk *walk, const sync_type *type)
{
	int tag = sync_read_tag(&walk->reader, type->keys);
	return tag >= 0 && look(walk, type->fields[tag].type);
}

static bool look_at_list(struct walk *walk, const sync_type *elem)
{
	bool first = true;
	int more = -1;
	if (!sync_read_array(&walk->reader))
		return false;
	while ((more = sync_read_element(&walk->reader, &first)) > 0)
		if (!look(walk, elem))
			return false;
	return more == 0;
}

static bool look_at_map(struct walk *walk, const sync_type *elem)
{
	bool first = true;
	int more = -1;
	sync_str key = NULL;
	if (!sync_read_object(&walk->reader))
		return false;
	while ((more = sync_read_entry(&walk->reader, &first, &key)) > 0) {
		sync_str_free(key);
		key = NULL;
		if (!look(walk, elem))
			return false;
	}
	return more == 0;
}

static bool look(struct walk *walk, const sync_type *type)
{
	char next = sync_read_peek(&walk->reader);
	switch (type->kind) {
	case SYNC_KIND_BYTES:
		return look_at_bytes(walk);
	case SYNC_KIND_STRUCT:
		return next == '{' ? look_at_struct(walk, type)
				   : sync_read_skip(&walk->reader, NULL, NULL);
	case SYNC_KIND_UNION:
		return next == '{' ? look_at_union(walk, type)
				   : sync_read_skip(&walk->reader, NULL, NULL);
	case SYNC_KIND_LIST:
		return next == '[' ? look_at_list(walk, type->elem)
				   : sync_read_skip(&walk->reader, NULL, NULL);
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return next == '{' ? look_at_map(walk, type->elem)
				   : sync_read_skip(&walk->reader, NULL, NULL);
	default:
		return sync_read_skip(&walk->reader, NULL, NULL);
	}
}

sync_status client_spans_find(client_spans *spans, const sync_type *type, const char *json,
			      size_t length)
{
	struct walk walk = { .room = 0 };
	sync_limits limits = { length, sync_limits_default.depth, length };
	*spans = (client_spans){ 0 };
	if (!type || length < base64_length(BIN_APART_BYTES) ||
	    !sync_reader_init(&walk.reader, json, length, &limits))
		return SYNC_OK;
	if (look(&walk, type)) {
		*spans = walk.found;
		return SYNC_OK;
	}
	sync_free(walk.found.list);
	return walk.reader.error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_OK;
}

void client_spans_release(client_spans *spans)
{
	sync_free(spans->list);
	*spans = (client_spans){ 0 };
}
