#include "index.h"
#include "track.h"

#include <syncgen/alloc.h>

/* Whole maps and tables. Their values are loose here: nothing is logged. */

static bool is_table(const sync_type *type)
{
	return type->kind == SYNC_KIND_TABLE;
}

static sync_entry *entry_at(const sync_map *map, size_t at)
{
	return ((sync_entry **)map->list.items)[at];
}

static void init(const sync_type *type, void *cell)
{
	memset(cell, 0, type->size);
	if (is_table(type))
		((sync_node *)cell)->state |= SYNC_NODE_TABLE;
}

static void empty(const sync_type *type, sync_map *map)
{
	for (size_t i = 0; i < map->list.len; i++)
		sync_entry_free(type->elem, entry_at(map, i));
	map->list.len = 0;
	sync_index_clear(map->index);
}

static void release(const sync_type *type, void *cell)
{
	sync_map *map = cell;
	empty(type, map);
	sync_free(map->list.items);
	sync_index_free(map->index);
}

static sync_entry *append(const sync_type *type, sync_map *map, sync_str key)
{
	if (is_table(type)) /* also where init was left out and the map is all zeros */
		map->list.node.state |= SYNC_NODE_TABLE;
	return sync_map_append(map, type->elem, key);
}

static sync_status copy_entry(const sync_type *type, sync_map *map, const sync_entry *from)
{
	const sync_type *elem = type->elem;
	sync_str key = sync_str_new(from->key, sync_str_len(from->key));
	sync_entry *entry = key ? append(type, map, key) : NULL;
	if (!entry) {
		sync_str_free(key);
		return SYNC_NOMEM;
	}
	sync_node *value = sync_entry_value(entry), was;
	bool node = sync_type_is_node(elem);
	if (node)
		was = *value;
	sync_cell_release(elem, value);
	sync_status status = elem->ops->copy(elem, value, sync_entry_value(from));
	if (status != SYNC_OK)
		elem->ops->init(elem, value);
	if (node)
		*value = was;
	return status;
}

static sync_status copy(const sync_type *type, void *to, const void *from)
{
	const sync_map *source = from;
	init(type, to);
	for (size_t i = 0; i < source->list.len; i++) {
		sync_status status = copy_entry(type, to, entry_at(source, i));
		if (status == SYNC_OK)
			continue;
		release(type, to);
		return status;
	}
	return SYNC_OK;
}

/* The order of members means nothing. */
static bool equal(const sync_type *type, const void *a, const void *b)
{
	const sync_map *one = a, *other = b;
	const sync_type *elem = type->elem;
	if (one->list.len != other->list.len)
		return false;
	for (size_t i = 0; i < one->list.len; i++) {
		const sync_entry *entry = entry_at(one, i);
		const sync_entry *peer = entry_at(other, i); /* mostly the same order */
		if (!sync_str_equal(entry->key, peer->key))
			peer = sync_map_find(other, entry->key, sync_str_len(entry->key));
		if (!peer ||
		    !elem->ops->equal(elem, sync_entry_value(entry), sync_entry_value(peer)))
			return false;
	}
	return true;
}

static void write(const sync_type *type, sync_writer *writer, const void *cell)
{
	const sync_map *map = cell;
	const sync_type *elem = type->elem;
	sync_buf_byte(&writer->out, '{');
	for (size_t i = 0; i < map->list.len && writer->out.status == SYNC_OK; i++) {
		const sync_entry *entry = entry_at(map, i);
		if (i)
			sync_buf_byte(&writer->out, ',');
		sync_put_str(&writer->out, entry->key);
		sync_buf_byte(&writer->out, ':');
		elem->ops->write(elem, writer, sync_entry_value(entry));
	}
	sync_buf_byte(&writer->out, '}');
}

/* ---- constraints -------------------------------------------------------------------------- */

static bool check_length(const sync_type *type, size_t length, sync_error *error)
{
	if (length <= INT64_MAX && (int64_t)length >= type->min && (int64_t)length <= type->max)
		return true;
	return sync_length_error(error, type, length, "entries");
}

bool sync_row_key_valid(const sync_type *row, const sync_entry *entry, sync_error *error)
{
	if (sync_row_key_is(row, sync_entry_value(entry), entry->key, sync_str_len(entry->key)))
		return true;
	sync_error_set(error, SYNC_INVALID, "the row's key is not the one it stands under");
	sync_error_in(error, row->fields[row->key].name, row->fields[row->key].name_length);
	return false;
}

static bool validate(const sync_type *type, const void *cell, sync_error *error)
{
	const sync_map *map = cell;
	if (!check_length(type, map->list.len, error))
		return false;
	for (size_t i = 0; i < map->list.len; i++) {
		const sync_entry *entry = entry_at(map, i);
		if (type->elem->ops->validate(type->elem, sync_entry_value(entry), error) &&
		    (!is_table(type) || sync_row_key_valid(type->elem, entry, error)))
			continue;
		sync_error_in(error, entry->key, sync_str_len(entry->key));
		return false;
	}
	return true;
}

/* ---- read --------------------------------------------------------------------------------- */

/* Takes the key over. */
static bool read_entry(const sync_type *type, sync_reader *reader, sync_map *map, sync_str key)
{
	const sync_type *elem = type->elem;
	size_t length = sync_str_len(key);
	bool ok = true;
	if (sync_map_find(map, key, length))
		ok = sync_read_fail(reader, SYNC_PARSE, "the member comes twice");
	else if (sync_map_key_banned(key, length))
		ok = sync_read_fail(reader, SYNC_INVALID, "cannot be a key");
	else if ((int64_t)map->list.len >= type->max)
		ok = sync_read_fail(reader, SYNC_INVALID, "must be at most %lld entries",
				    (long long)type->max);
	sync_entry *entry = ok ? append(type, map, key) : NULL;
	if (ok && !entry)
		ok = sync_read_fail(reader, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	if (ok)
		ok = elem->ops->read(elem, reader, sync_entry_value(entry));
	if (ok && is_table(type) && !sync_row_key_is(elem, sync_entry_value(entry), key, length))
		ok = sync_read_fail(reader, SYNC_INVALID,
				    "the row's key is not the one it stands under");
	if (!ok)
		sync_read_in_n(reader, key, length);
	if (!entry)
		sync_str_free(key);
	return ok;
}

static bool read(const sync_type *type, sync_reader *reader, void *cell)
{
	sync_map *map = cell;
	bool first = true;
	sync_str key = NULL;
	int more;
	empty(type, map);
	if (!sync_read_object(reader))
		return false;
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		if (!read_entry(type, reader, map, key))
			return false;
	}
	sync_error error;
	if (more < 0)
		return false;
	if (check_length(type, map->list.len, &error))
		return true;
	return sync_read_fail(reader, SYNC_INVALID, "%s", error.message);
}

const sync_ops sync_ops_map = { init, release, copy, equal, read, write, validate };
const sync_ops sync_ops_table = { init, release, copy, equal, read, write, validate };
