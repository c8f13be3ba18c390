/*
 * Lists and sets. Generated types have the same layout with typed items:
 *
 *   typedef struct NoteList { sync_node node_; const Note *const *items; size_t len, cap; }
 *   NoteList; typedef struct Uint32List { sync_node node_; const uint32_t *items; size_t len, cap;
 *   } …;
 *
 * Elements that are nodes (structs, unions, containers) are allocated one by one and keep their
 * address until they are removed; others lie side by side. Every change of a watched list is one
 * entry of the change log. `list` NULL is answered with NOMEM / NULL, so that calls can be chained.
 */
#ifndef SYNCGEN_LIST_H
#define SYNCGEN_LIST_H

#include <syncgen/track.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __GNUC__
#define SYNC_MAY_ALIAS __attribute__((may_alias))
#else
#define SYNC_MAY_ALIAS
#endif

typedef struct SYNC_MAY_ALIAS sync_list {
	sync_node node;
	void *items; /* node elements: void *[]; else cells */
	size_t len, cap;
} sync_list;

/* Node elements: a new element with its defaults, hung in, at `at` (len: the end). NULL: out of
 * memory or `at` > len, remembered. */
void *sync_list_insert(sync_list *list, const sync_type *elem, size_t at);
/* Handle of an element; NULL when `at` is not there. */
void *sync_list_edit(sync_list *list, const sync_type *elem, size_t at);
/* A new element with its defaults in place of the one at `at`. NULL as with insert. */
void *sync_list_reset(sync_list *list, const sync_type *elem, size_t at);

/* Other elements: copies *value. */
sync_status sync_list_insert_cell(sync_list *list, const sync_type *elem, size_t at,
				  const void *value);
sync_status sync_list_set_cell(sync_list *list, const sync_type *elem, size_t at,
			       const void *value);

/* Both. NOT_FOUND when an index is out of range. */
sync_status sync_list_remove(sync_list *list, const sync_type *elem, size_t at, size_t count);
sync_status sync_list_move(sync_list *list, const sync_type *elem, size_t from, size_t to);

/*
 * A list of structs with a @key may have an index behind it, as generated ones do; it has a
 * sync_set's layout then, and its type's size says so. It is made when a large list first changes,
 * and makes finding and checking keys cost what changes, whatever the length.
 */

/* Index of a node element of this list, near O(1) by its hint. */
size_t sync_list_index(const sync_list *list, const sync_node *element);

/* Index of the struct element whose @key cell equals *key; SIZE_MAX: none. */
size_t sync_list_find(const sync_list *list, const sync_type *elem, const void *key);
/* The same for a @key that is a string, without making one. */
size_t sync_list_find_string(const sync_list *list, const sync_type *elem, const char *bytes,
			     size_t length);

/* An @inline list: `type` is the list's, its items follow. TOO_BIG when it is full. */
typedef struct SYNC_MAY_ALIAS sync_inline_list {
	sync_node node;
	size_t len;
} sync_inline_list;

sync_status sync_inline_insert(sync_inline_list *list, const sync_type *type, size_t at,
			       const void *value);
sync_status sync_inline_set(sync_inline_list *list, const sync_type *type, size_t at,
			    const void *value);
sync_status sync_inline_remove(sync_inline_list *list, const sync_type *type, size_t at,
			       size_t count);
sync_status sync_inline_move(sync_inline_list *list, const sync_type *type, size_t from, size_t to);

/*
 * A set: a list of scalars without duplicates, in order of insertion, with a hash index.
 *   typedef struct StringSet { sync_node node_; const sync_str *items; size_t len, cap;
 *                              struct sync_index *index_; } StringSet;
 */
typedef struct SYNC_MAY_ALIAS sync_set {
	sync_list list;
	struct sync_index *index;
} sync_set;

sync_status sync_set_add(sync_set *set, const sync_type *elem, const void *value); /* OK if there */
sync_status sync_set_drop(sync_set *set, const sync_type *elem, const void *value); /* NOT_FOUND */
bool sync_set_has(const sync_set *set, const sync_type *elem, const void *value);

#ifdef __cplusplus
}
#endif
#endif
