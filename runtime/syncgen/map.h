/*
 * Maps from string to T, and tables: maps of structs whose @key is the map's key.
 *
 *   typedef struct NoteEntry { sync_node node_; sync_str key; Note value; } NoteEntry;
 *   typedef struct NoteMap { sync_node node_; const NoteEntry *const *items; size_t len, cap;
 *                            struct sync_index *index_; } NoteMap;
 *
 * Entries are in order of insertion, allocated one by one, and keep their address until they are
 * removed. The value lies SYNC_ENTRY_VALUE bytes into the entry. Found by a keyed hash (SipHash),
 * so that keys chosen by an attacker do not degrade it.
 */
#ifndef SYNCGEN_MAP_H
#define SYNCGEN_MAP_H

#include <syncgen/list.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_entry {
	sync_node node; /* up: the map; a value that is a node hangs under this one */
	sync_str key;
} sync_entry;

enum { SYNC_ENTRY_VALUE = sizeof(sync_entry) };

typedef struct SYNC_MAY_ALIAS sync_map {
	sync_list list; /* items: sync_entry *[] */
	struct sync_index *index;
} sync_map;

/* The value's cell, or NULL. Reading. */
const void *sync_map_get(const sync_map *map, const char *key, size_t length);

/* Node values: the handle of the entry's value, made with defaults when it was not there. In a
 * table the row's @key is set from the key. NULL: memory, or not a key the row can have
 * (remembered). */
void *sync_map_edit(sync_map *map, const sync_type *elem, const char *key, size_t length);
/* Other values: copies *value. */
sync_status sync_map_put(sync_map *map, const sync_type *elem, const char *key, size_t length,
			 const void *value);
sync_status sync_map_drop(sync_map *map, const sync_type *elem, const char *key, size_t length);
sync_status sync_map_clear(sync_map *map, const sync_type *elem);

/* Seeds the process's hash; before the first map. By default from the kernel (getrandom). */
void sync_hash_seed(uint64_t k0, uint64_t k1);

#ifdef __cplusplus
}
#endif
#endif
