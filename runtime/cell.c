#include <syncgen/alloc.h>
#include <syncgen/cell.h>

#include "apart.h"
#include "scan.h"

/* ---- boxes ---- */

void *sync_box_new(const sync_type *type)
{
	void *box = sync_alloc(type->size);
	if (box)
		type->ops->init(type, box);
	return box;
}

void sync_box_free(const sync_type *type, void *box)
{
	if (!box)
		return;
	type->ops->release(type, box);
	sync_free_sized(box, type->size);
}

void *sync_box_copy(const sync_type *type, const void *from)
{
	void *box = sync_alloc(type->size);
	if (box && type->ops->copy(type, box, from) != SYNC_OK) {
		sync_free(box);
		return NULL;
	}
	return box;
}

void *sync_box_read(const sync_type *type, sync_reader *reader, void *box)
{
	if (!box)
		box = sync_box_new(type);
	if (!box) {
		sync_read_fail(reader, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	if (type->ops->read(type, reader, box))
		return box;
	sync_box_free(type, box);
	return NULL;
}

/* ---- names ---- */

enum { NAME_MAX_BYTES = 256 };

/* A name as we write it, which in a short list is compared with each. */
static int plain_name(sync_reader *reader, const sync_keys *names)
{
	enum { COMPARED = 8 };
	size_t left = (size_t)(reader->end - reader->at);
	for (uint32_t i = 0; i < names->count && i < COMPARED; i++) {
		/* Behind the quote the literal has a colon. */
		const char *literal = names->keys[i].literal;
		size_t length = names->keys[i].literal_length - 1u;
		if (left < length || reader->at[1] != literal[1] ||
		    !scan_same(reader->at, literal, length))
			continue;
		reader->at += length;
		return (int)i;
	}
	return -1;
}

SYNC_APART static int any_name(sync_reader *reader, const sync_keys *names)
{
	char scratch[NAME_MAX_BYTES];
	const char *name;
	size_t length;
	if (!sync_read_slice(reader, &name, &length, scratch, sizeof(scratch)))
		return -1;
	int found = sync_keys_find(names, name, length);
	if (found < 0)
		sync_read_fail(reader, SYNC_INVALID, "not one of the names: '%.*s'",
			       (int)(length < 80 ? length : 80), name);
	return found;
}

int sync_read_name(sync_reader *reader, const sync_keys *names)
{
	int plain = plain_name(reader, names);
	return plain >= 0 ? plain : any_name(reader, names);
}

static const sync_key type_key[] = { { "\"type\":", "type", 7, 4 } };
static const uint64_t type_required[] = { 1 };
static const uint16_t type_slots[] = { 1, 0 };

int sync_read_tag(sync_reader *reader, const sync_keys *tags)
{
	sync_keys keys = { type_key, type_slots, 1, 1, type_required, false };
	const char *at = reader->at;
	unsigned depth = reader->depth_left;
	size_t elements = reader->elements_left;
	uint64_t seen = 0;

	/* The one key is in slot 0 or 1: hash it once instead of knowing. */
	static const uint16_t other[] = { 0, 1 };
	if (sync_key_hash("type", 4) & 1)
		keys.slots = other;
	if (!sync_read_object(reader) || sync_read_member(reader, &keys, 0, &seen) < 0)
		return -1;
	int tag = sync_read_name(reader, tags);
	if (tag < 0) {
		sync_read_in(reader, "type");
		return -1;
	}
	reader->at = at;
	reader->depth_left = depth;
	reader->elements_left = elements;
	return tag;
}

/* ---- elements by their bytes ---- */

/* A cell that is a string or bytes, for the time of a call. */
typedef struct bytes_cell {
	sync_str string;
	sync_bytes bytes;
} bytes_cell;

static sync_status cell_make(bytes_cell *cell, const sync_type *elem, const void *data,
			     size_t length, const void **at)
{
	cell->string = NULL;
	cell->bytes.data = (const uint8_t *)data;
	cell->bytes.len = length;
	if (elem->kind == SYNC_KIND_BYTES) {
		*at = &cell->bytes;
		return SYNC_OK;
	}
	*at = &cell->string;
	return sync_str_assign_n(&cell->string, (const char *)data, length);
}

/* Before the element is made: a change that is refused because its string cannot be is remembered.
 */
static sync_status refuse(sync_node *node, sync_status status)
{
	if (!node)
		return SYNC_NOMEM;
	return sync_track_refuse(node, status, "%s", sync_status_text(status));
}

sync_status sync_list_insert_bytes(sync_list *list, const sync_type *elem, size_t at,
				   const void *data, size_t length)
{
	bytes_cell cell;
	const void *value;
	if (!list)
		return SYNC_NOMEM;
	sync_status status = cell_make(&cell, elem, data, length, &value);
	status = status == SYNC_OK ? sync_list_insert_cell(list, elem, at, value)
				   : refuse(&list->node, status);
	sync_str_free(cell.string);
	return status;
}

sync_status sync_list_set_bytes(sync_list *list, const sync_type *elem, size_t at, const void *data,
				size_t length)
{
	bytes_cell cell;
	const void *value;
	if (!list)
		return SYNC_NOMEM;
	sync_status status = cell_make(&cell, elem, data, length, &value);
	status = status == SYNC_OK ? sync_list_set_cell(list, elem, at, value)
				   : refuse(&list->node, status);
	sync_str_free(cell.string);
	return status;
}

sync_status sync_set_add_bytes(sync_set *set, const sync_type *elem, const void *data,
			       size_t length)
{
	bytes_cell cell;
	const void *value;
	if (!set)
		return SYNC_NOMEM;
	sync_status status = cell_make(&cell, elem, data, length, &value);
	status = status == SYNC_OK ? sync_set_add(set, elem, value)
				   : refuse(&set->list.node, status);
	sync_str_free(cell.string);
	return status;
}

sync_status sync_set_drop_bytes(sync_set *set, const sync_type *elem, const void *data,
				size_t length)
{
	bytes_cell cell;
	const void *value;
	if (!set)
		return SYNC_NOMEM;
	sync_status status = cell_make(&cell, elem, data, length, &value);
	status = status == SYNC_OK ? sync_set_drop(set, elem, value)
				   : refuse(&set->list.node, status);
	sync_str_free(cell.string);
	return status;
}

bool sync_set_has_bytes(const sync_set *set, const sync_type *elem, const void *data, size_t length)
{
	bytes_cell cell;
	const void *value;
	bool has = cell_make(&cell, elem, data, length, &value) == SYNC_OK &&
		   sync_set_has(set, elem, value);
	sync_str_free(cell.string);
	return has;
}

sync_status sync_map_put_bytes(sync_map *map, const sync_type *elem, const char *key,
			       size_t key_length, const void *data, size_t length)
{
	bytes_cell cell;
	const void *value;
	if (!map)
		return SYNC_NOMEM;
	sync_status status = cell_make(&cell, elem, data, length, &value);
	status = status == SYNC_OK ? sync_map_put(map, elem, key, key_length, value)
				   : refuse(&map->list.node, status);
	sync_str_free(cell.string);
	return status;
}

sync_status sync_set_enum_name(sync_node *node, const sync_field *field, unsigned index,
			       const char *name, size_t length)
{
	sync_open_enum cell = { sync_keys_find(field->type->keys, name, length), NULL };
	sync_status status = SYNC_OK;
	if (cell.value < 0)
		status = sync_str_assign_n(&cell.unknown, name, length);
	status =
		status == SYNC_OK ? sync_set_leaf(node, field, index, &cell) : refuse(node, status);
	sync_str_free(cell.unknown);
	return status;
}

/* ---- whole values ---- */

static bool read_whole(const sync_type *type, sync_reader *reader, void *value, const char *json,
		       size_t length)
{
	sync_limits limits = sync_limits_default;
	if (limits.bytes < length)
		limits.bytes = length;
	return sync_reader_init(reader, json, length, &limits) &&
	       type->ops->read(type, reader, value) && sync_read_end(reader);
}

sync_status sync_from_json(const sync_type *type, void *value, const char *json, size_t length,
			   sync_error *error)
{
	sync_reader reader;
	void *fresh = sync_box_new(type);
	if (!fresh)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	if (!read_whole(type, &reader, fresh, json, length)) {
		sync_box_free(type, fresh);
		if (error)
			*error = reader.error;
		return reader.error.code;
	}
	/* A loose value can be moved: nothing depends on its address but the `up` of what it holds,
	 * which counts only when it is watched, and is set then. */
	type->ops->release(type, value);
	memcpy(value, fresh, type->size);
	sync_free(fresh);
	return SYNC_OK;
}

sync_status sync_to_json(const sync_type *type, const void *value, sync_buf *out)
{
	sync_writer writer;
	sync_writer_init(&writer);
	writer.out = *out;
	type->ops->write(type, &writer, value);
	*out = writer.out;
	return out->status;
}
