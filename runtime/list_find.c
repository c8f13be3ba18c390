#include "index.h"
#include "track.h"

/* Looking for an element: by its address, by its key. */

/* The hint is nobody's value: refreshed even where the element is const. */
static size_t found_at(const sync_node *element, size_t at)
{
	if (element->slot != at)
		((sync_node *)(uintptr_t)element)->slot = (uint32_t)at;
	return at;
}

size_t sync_list_index(const sync_list *list, const sync_node *element)
{
	const sync_node *const *items = list->items;
	size_t n = list->len, hint = element->slot < n ? element->slot : n;
	size_t low = hint, high = hint;
	for (;;) {
		if (high < n && items[high] == element)
			return found_at(element, high);
		if (low > 0 && items[low - 1] == element)
			return found_at(element, low - 1);
		if (high >= n && !low)
			return SIZE_MAX;
		high += high < n;
		low -= low > 0;
	}
}

static bool key_equals(const sync_type *elem, const void *item, const void *key)
{
	const sync_field *field = &elem->fields[elem->key];
	return field->type->ops->equal(field->type, sync_field_cell(field, item), key);
}

size_t sync_list_find(const sync_list *list, const sync_type *elem, const void *key)
{
	size_t found = list->len;
	if (elem->key < 0)
		return SIZE_MAX;
	if (list->node.state & SYNC_NODE_KEYED)
		found = sync_keyed_find(list, elem,
					sync_cell_hash(elem->fields[elem->key].type, key),
					list->len, key_equals, key);
	if (found != list->len)
		return found;
	for (size_t i = 0; i < list->len; i++) {
		if (key_equals(elem, ((void *const *)list->items)[i], key))
			return i;
	}
	return SIZE_MAX;
}

struct text {
	const char *bytes;
	size_t length;
};

static bool key_reads(const sync_type *elem, const void *item, const void *context)
{
	const struct text *text = context;
	return sync_row_key_is(elem, item, text->bytes, text->length);
}

size_t sync_list_find_string(const sync_list *list, const sync_type *elem, const char *bytes,
			     size_t length)
{
	const struct text text = { length ? bytes : "", length };
	size_t found = list->len;
	if (elem->key < 0)
		return SIZE_MAX;
	if (list->node.state & SYNC_NODE_KEYED &&
	    elem->fields[elem->key].type->kind == SYNC_KIND_STRING)
		found = sync_keyed_find(list, elem, sync_hash(text.bytes, length), list->len,
					key_reads, &text);
	if (found != list->len)
		return found;
	for (size_t i = 0; i < list->len; i++) {
		if (key_reads(elem, ((void *const *)list->items)[i], &text))
			return i;
	}
	return SIZE_MAX;
}
