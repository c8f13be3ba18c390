#include <syncgen/alloc.h>

#include "index.h"
#include "track.h"

/*
 * The @key of the structs of a list: no two are equal. By a keyed hash, because whoever fills the list
 * would otherwise choose how long a commit takes; but before that by one that is quick, for as long as that
 * does well.
 */

enum { COMPARE_ALL = 16, PATIENCE = 8 };

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

/* ---- quickly ------------------------------------------------------------------------------ */

enum answer { UNIQUE, TWICE, UNKNOWN };

/* The bytes that are equal when the keys are; NULL: not of this kind. */
static const char *key_bytes(const sync_type *key, const void *cell, size_t *length)
{
	if (key->kind == SYNC_KIND_STRING) {
		*length = sync_str_len(*(const sync_str *)cell);
		return *length ? *(const sync_str *)cell : "";
	}
	*length = key->size;
	return key->kind <= SYNC_KIND_UINT64 ? cell : NULL;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

/* Eight bytes at a time, the last eight may be among those before. Whoever wants to can find keys that meet. */
static uint64_t quick_hash(const char *bytes, size_t length)
{
	uint64_t hash = length, word = 0;
	if (length < sizeof(word)) {
		memcpy(&word, bytes, length);
		return mix(hash, word);
	}
	const char *last = bytes + length - sizeof(word);
	for (; bytes < last; bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = mix(hash, word);
	}
	memcpy(&word, last, sizeof(word));
	return mix(hash, word);
}

/* A slot is 0, or the upper half of a hash and the position + 1 of an element. UNKNOWN: too many were in the
 * way of each other. */
static enum answer find_twice(const sync_type *elem, const sync_list *list, uint64_t *slots,
			      size_t mask, sync_error *error)
{
	const sync_type *key = elem->fields[elem->key].type;
	size_t patience = PATIENCE * list->len;
	for (size_t i = 0; i < list->len; i++) {
		size_t length;
		const void *cell = key_at(elem, list, i);
		const char *bytes = key_bytes(key, cell, &length);
		uint64_t hash = quick_hash(bytes, length), slot;
		size_t at = (size_t)hash & mask;
		for (; (slot = slots[at]) != 0; at = (at + 1) & mask) {
			size_t other = (uint32_t)slot - 1;
			if ((slot ^ hash) >> 32 == 0 &&
			    key->ops->equal(key, cell, key_at(elem, list, other))) {
				twice(error, elem, i, other);
				return TWICE;
			}
			if (!patience--)
				return UNKNOWN;
		}
		slots[at] = hash >> 32 << 32 | (uint32_t)(i + 1);
	}
	return UNIQUE;
}

static enum answer quickly(const sync_type *elem, const sync_list *list, sync_error *error)
{
	size_t length, count = 64;
	if (!key_bytes(elem->fields[elem->key].type, key_at(elem, list, 0), &length))
		return UNKNOWN;
	while (count < 2 * list->len)
		count *= 2;
	uint64_t *slots = sync_calloc(count, sizeof(*slots));
	if (!slots)
		return UNKNOWN;
	enum answer answer = find_twice(elem, list, slots, count - 1, error);
	sync_free(slots);
	return answer;
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
	enum answer answer = quickly(elem, list, error);
	if (answer != UNKNOWN)
		return answer == UNIQUE;
	struct sync_index *index = NULL;
	if (!sync_index_reserve(&index, list->len)) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return false;
	}
	bool unique = by_hash(elem, list, index, error);
	sync_index_free(index);
	return unique;
}
