#include "index.h"
#include "track.h"

/* The @key of the structs of a list: no two are equal. By hash, because whoever fills the list
 * would otherwise choose how long a commit takes. */

enum { COMPARE_ALL = 16 };

static const void *key_at(const sync_type *elem, const sync_list *list, size_t at)
{
	return sync_field_cell(&elem->fields[elem->key], ((void *const *)list->items)[at]);
}

static bool twice(sync_error *error, const sync_type *elem, size_t at, size_t first)
{
	sync_error_set(error, SYNC_INVALID, "the same %s as element %zu",
		       elem->fields[elem->key].name, first);
	sync_error_in_index(error, at);
	return false;
}

static bool compare_all(const sync_type *elem, const sync_list *list, sync_error *error)
{
	const sync_type *key = elem->fields[elem->key].type;
	for (size_t i = 1; i < list->len; i++) {
		for (size_t k = 0; k < i; k++) {
			if (key->ops->equal(key, key_at(elem, list, i), key_at(elem, list, k)))
				return twice(error, elem, i, k);
		}
	}
	return true;
}

static bool by_hash(const sync_type *elem, const sync_list *list, struct sync_index *index,
		    sync_error *error)
{
	const sync_type *key = elem->fields[elem->key].type;
	for (size_t i = 0; i < list->len; i++) {
		const void *cell = key_at(elem, list, i);
		uint64_t hash = sync_cell_hash(key, cell);
		size_t at = 0;
		uintptr_t ref;
		while ((ref = sync_index_next(index, hash, &at)) != 0) {
			if (key->ops->equal(key, cell, key_at(elem, list, ref - 1)))
				return twice(error, elem, i, ref - 1);
		}
		sync_index_add(index, hash, i + 1);
	}
	return true;
}

/* Keys that grow from element to element, as numbers and times in them make them: nothing more is
 * to be done. Strings only. */
static bool ascends(const sync_type *elem, const sync_list *list)
{
	if (elem->fields[elem->key].type->kind != SYNC_KIND_STRING)
		return false;
	sync_str before = *(const sync_str *)key_at(elem, list, 0);
	for (size_t i = 1; i < list->len; i++) {
		sync_str key = *(const sync_str *)key_at(elem, list, i);
		size_t length = sync_str_len(key);
		if (length != sync_str_len(before) || memcmp(before, key, length) >= 0)
			return false;
		before = key;
	}
	return true;
}

bool sync_list_unique(const sync_type *type, const sync_list *list, sync_error *error)
{
	const sync_type *elem = type->elem;
	if (elem->kind != SYNC_KIND_STRUCT || elem->key < 0 || list->len < 2)
		return true;
	if (list->len <= COMPARE_ALL)
		return compare_all(elem, list, error);
	if (ascends(elem, list))
		return true;
	struct sync_index *index = NULL;
	if (!sync_index_reserve(&index, list->len)) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return false;
	}
	bool unique = by_hash(elem, list, index, error);
	sync_index_free(index);
	return unique;
}
