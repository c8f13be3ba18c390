#include "index.h"
#include "reader.h"
#include "track.h"

#include <syncgen/alloc.h>

/* Whole lists, sets and inline lists. Their values are loose here: nothing is logged. */

static bool nodes_in(const sync_type *type)
{
	return sync_type_is_node(type->elem);
}

static void *item_of(const sync_type *elem, const sync_list *list, size_t at)
{
	return sync_type_is_node(elem) ? ((void **)list->items)[at]
				       : (char *)list->items + at * elem->size;
}

static void init_list(const sync_type *type, void *cell)
{
	memset(cell, 0, type->size);
}

static void empty_list(const sync_type *type, sync_list *list)
{
	const sync_type *elem = type->elem;
	if (nodes_in(type)) {
		for (size_t i = 0; i < list->len; i++)
			sync_list_free(elem, ((void **)list->items)[i]);
	} else if (sync_type_owns(elem)) {
		for (size_t i = 0; i < list->len; i++)
			sync_cell_release(elem, (char *)list->items + i * elem->size);
	}
	list->len = 0;
}

static void release_list(const sync_type *type, void *cell)
{
	sync_list *list = cell;
	struct sync_index **keys = sync_list_keys(type, list);
	empty_list(type, list);
	sync_free(list->items);
	if (keys)
		sync_index_free(*keys);
}

/* ---- copy --------------------------------------------------------------------------------- */

static sync_status copy_node(sync_list *list, const sync_type *elem, const void *from)
{
	sync_node *item = sync_alloc(elem->size);
	if (!item)
		return SYNC_NOMEM;
	sync_status status = elem->ops->copy(elem, item, from);
	if (status != SYNC_OK) {
		sync_free(item);
		return status;
	}
	sync_node_hang(item, &list->node, (uint32_t)list->len);
	((void **)list->items)[list->len++] = item;
	return SYNC_OK;
}

static sync_status copy_list(const sync_type *type, void *to, const void *from)
{
	const sync_list *source = from;
	sync_list *list = to;
	const sync_type *elem = type->elem;
	init_list(type, to);
	size_t stride = nodes_in(type) ? sizeof(void *) : elem->size;
	if (source->len && !sync_list_room(list, stride, source->len))
		return SYNC_NOMEM;
	if (!sync_type_owns(elem)) {
		if (source->len)
			memcpy(list->items, source->items, source->len * stride);
		list->len = source->len;
		return SYNC_OK;
	}
	for (size_t i = 0; i < source->len; i++) {
		sync_status status;
		if (nodes_in(type)) {
			status = copy_node(list, elem, ((void **)source->items)[i]);
		} else {
			status = elem->ops->copy(elem, (char *)list->items + i * stride,
						 (const char *)source->items + i * stride);
			list->len += status == SYNC_OK;
		}
		if (status != SYNC_OK) {
			release_list(type, list);
			return status;
		}
	}
	return SYNC_OK;
}

/* ---- equal, write, validate --------------------------------------------------------------- */

static bool equal_list(const sync_type *type, const void *a, const void *b)
{
	const sync_list *one = a, *other = b;
	const sync_type *elem = type->elem;
	bool (*equal)(const sync_type *, const void *, const void *) = elem->ops->equal;
	if (one->len != other->len)
		return false;
	for (size_t i = 0; i < one->len; i++) {
		if (!equal(elem, item_of(elem, one, i), item_of(elem, other, i)))
			return false;
	}
	return true;
}

static void write_list(const sync_type *type, sync_writer *writer, const void *cell)
{
	const sync_list *list = cell;
	const sync_type *elem = type->elem;
	void (*write)(const sync_type *, sync_writer *, const void *) = elem->ops->write;
	sync_buf_byte(&writer->out, '[');
	for (size_t i = 0; i < list->len && writer->out.status == SYNC_OK; i++) {
		if (i)
			sync_buf_byte(&writer->out, ',');
		write(elem, writer, item_of(elem, list, i));
	}
	sync_buf_byte(&writer->out, ']');
}

static bool check_length(const sync_type *type, size_t length, sync_error *error)
{
	if (length <= INT64_MAX && (int64_t)length >= type->min && (int64_t)length <= type->max)
		return true;
	return sync_length_error(error, type, length, "elements");
}

static bool validate_list(const sync_type *type, const void *cell, sync_error *error)
{
	const sync_list *list = cell;
	const sync_type *elem = type->elem;
	if (!check_length(type, list->len, error))
		return false;
	for (size_t i = 0; i < list->len; i++) {
		if (elem->ops->validate(elem, item_of(elem, list, i), error))
			continue;
		sync_error_in_index(error, i);
		return false;
	}
	return sync_list_unique(type, list, error);
}

/* ---- read --------------------------------------------------------------------------------- */

static bool no_memory(sync_reader *reader)
{
	return sync_read_fail(reader, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
}

/* Whether one more fits. */
static bool allowed(const sync_type *type, sync_reader *reader, size_t length)
{
	if ((int64_t)length < type->max)
		return true;
	sync_error error;
	sync_length_error(&error, type, length + 1, "elements");
	return sync_read_fail(reader, SYNC_INVALID, "%s or more", error.message);
}

static bool enough(const sync_type *type, sync_reader *reader, size_t length)
{
	sync_error error;
	if (check_length(type, length, &error))
		return true;
	return sync_read_fail(reader, SYNC_INVALID, "%s", error.message);
}

/* A new last element with its default, or NULL. */
static void *append(const sync_type *type, sync_list *list)
{
	const sync_type *elem = type->elem;
	if (!nodes_in(type)) {
		if (!sync_list_room(list, elem->size, 1))
			return NULL;
		void *cell = (char *)list->items + list->len++ * elem->size;
		elem->ops->init(elem, cell);
		return cell;
	}
	bool room = list->len < list->cap || sync_list_room(list, sizeof(void *), 1);
	sync_node *item = room ? sync_alloc(elem->size) : NULL;
	if (!item)
		return NULL;
	elem->ops->init(elem, item);
	sync_node_hang(item, &list->node, (uint32_t)list->len);
	((void **)list->items)[list->len++] = item;
	return item;
}

static bool read_list(const sync_type *type, sync_reader *reader, void *cell)
{
	sync_list *list = cell;
	const sync_type *elem = type->elem;
	bool (*read)(const sync_type *, sync_reader *, void *) = elem->ops->read;
	bool first = true;
	int more;
	empty_list(type, list);
	if (!sync_read_array(reader))
		return false;
	while ((more = reader_element(reader, &first)) > 0) {
		if (!allowed(type, reader, list->len))
			return false;
		void *item = append(type, list);
		if (!item)
			return no_memory(reader);
		if (!read(elem, reader, item))
			return sync_read_in_index(reader, list->len - 1);
	}
	if (more < 0 || !enough(type, reader, list->len))
		return false;
	sync_error error;
	if (sync_list_unique(type, list, &error))
		return true;
	sync_read_fail(reader, error.code, "%s", error.message);
	return sync_read_in(reader, error.pointer + (error.pointer[0] == '/'));
}

const sync_ops sync_ops_list = { init_list, release_list, copy_list,	equal_list,
				 read_list, write_list,	  validate_list };

/* ---- sets --------------------------------------------------------------------------------- */

static sync_status copy_set(const sync_type *type, void *to, const void *from)
{
	const sync_set *source = from;
	sync_set *set = to;
	init_list(type, to);
	for (size_t i = 0; i < source->list.len; i++) {
		sync_status status =
			sync_set_add(set, type->elem, item_of(type->elem, &source->list, i));
		if (status == SYNC_OK)
			continue;
		release_list(type, set);
		return status;
	}
	return SYNC_OK;
}

/* What a set holds counts, not in which order; mostly that is the same. */
static bool equal_set(const sync_type *type, const void *a, const void *b)
{
	const sync_set *one = a, *other = b;
	const sync_type *elem = type->elem;
	if (one->list.len != other->list.len)
		return false;
	for (size_t i = 0; i < one->list.len; i++) {
		const void *item = item_of(elem, &one->list, i);
		if (!elem->ops->equal(elem, item, item_of(elem, &other->list, i)) &&
		    !sync_set_has(other, elem, item))
			return false;
	}
	return true;
}

/* One more, read into a cell of its own first: it may be there already. */
static bool read_into_set(const sync_type *type, sync_reader *reader, sync_set *set)
{
	const sync_type *elem = type->elem;
	if (!allowed(type, reader, set->list.len))
		return false;
	if (!sync_set_room(set, elem) || !sync_list_room(&set->list, elem->size, 1))
		return no_memory(reader);
	char *cell = (char *)set->list.items + set->list.len * elem->size;
	elem->ops->init(elem, cell);
	bool ok = elem->ops->read(elem, reader, cell);
	if (ok && sync_set_has(set, elem, cell))
		ok = sync_read_fail(reader, SYNC_INVALID, "is in the set already");
	if (!ok) {
		sync_cell_release(elem, cell);
		return sync_read_in_index(reader, set->list.len);
	}
	set->list.len++;
	sync_set_reindex(set, elem, set->list.len - 1, 1);
	return true;
}

static bool read_set(const sync_type *type, sync_reader *reader, void *cell)
{
	sync_set *set = cell;
	bool first = true;
	int more;
	empty_list(type, &set->list);
	sync_index_clear(set->index);
	if (!sync_read_array(reader))
		return false;
	while ((more = sync_read_element(reader, &first)) > 0) {
		if (!read_into_set(type, reader, set))
			return false;
	}
	return more == 0 && enough(type, reader, set->list.len);
}

const sync_ops sync_ops_set = { init_list, release_list, copy_set,     equal_set,
				read_set,  write_list,	 validate_list };

/* ---- inline lists ------------------------------------------------------------------------- */

static void release_inline(const sync_type *type, void *cell)
{
	(void)type;
	(void)cell;
}

static sync_status copy_inline(const sync_type *type, void *to, const void *from)
{
	memcpy(to, from, type->size);
	memset(to, 0, sizeof(sync_node));
	return SYNC_OK;
}

static const char *inline_item(const sync_type *type, const sync_inline_list *list, size_t at)
{
	return (const char *)(list + 1) + at * type->elem->size;
}

static bool equal_inline(const sync_type *type, const void *a, const void *b)
{
	const sync_inline_list *one = a, *other = b;
	const sync_type *elem = type->elem;
	if (one->len != other->len)
		return false;
	for (size_t i = 0; i < one->len; i++) {
		if (!elem->ops->equal(elem, inline_item(type, one, i), inline_item(type, other, i)))
			return false;
	}
	return true;
}

static bool read_inline(const sync_type *type, sync_reader *reader, void *cell)
{
	sync_inline_list *list = cell;
	const sync_type *elem = type->elem;
	size_t fits = (type->size - sizeof(*list)) / elem->size;
	bool first = true;
	int more;
	list->len = 0;
	if (!sync_read_array(reader))
		return false;
	while ((more = sync_read_element(reader, &first)) > 0) {
		if (!allowed(type, reader, list->len))
			return false;
		if (list->len == fits)
			return sync_read_fail(reader, SYNC_INVALID, "more than fit");
		char *item = (char *)(list + 1) + list->len * elem->size;
		elem->ops->init(elem, item);
		if (!elem->ops->read(elem, reader, item))
			return sync_read_in_index(reader, list->len);
		list->len++;
	}
	return more == 0 && enough(type, reader, list->len);
}

static void write_inline(const sync_type *type, sync_writer *writer, const void *cell)
{
	const sync_inline_list *list = cell;
	const sync_type *elem = type->elem;
	sync_buf_byte(&writer->out, '[');
	for (size_t i = 0; i < list->len && writer->out.status == SYNC_OK; i++) {
		if (i)
			sync_buf_byte(&writer->out, ',');
		elem->ops->write(elem, writer, inline_item(type, list, i));
	}
	sync_buf_byte(&writer->out, ']');
}

static bool validate_inline(const sync_type *type, const void *cell, sync_error *error)
{
	const sync_inline_list *list = cell;
	const sync_type *elem = type->elem;
	if (!check_length(type, list->len, error))
		return false;
	for (size_t i = 0; i < list->len; i++) {
		if (elem->ops->validate(elem, inline_item(type, list, i), error))
			continue;
		sync_error_in_index(error, i);
		return false;
	}
	return true;
}

const sync_ops sync_ops_inline_list = { init_list,   release_inline, copy_inline,    equal_inline,
					read_inline, write_inline,   validate_inline };
