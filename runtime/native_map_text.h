/*
 * Inside of native_map: the texts that a push edits, each with what others did to it since its
 * author looked.
 */
#ifndef SYNCGEN_NATIVE_MAP_TEXT_H
#define SYNCGEN_NATIVE_MAP_TEXT_H

#include "native_map.h"

enum { NATIVE_MAP_LIST = -1 }; /* instead of the number of a field */

/* From when on the author knew a list, or a text field, as it was: the base, or when he last wrote
 * it as a whole. */
uint64_t native_map_since(const native_map *map, const sync_node *node, int field);

/* Appends the edit as it is to be done now, where `field` of the struct at `node` is the text that
 * it means. STALE: that is not known. INVALID: it is no delta. */
sync_status native_map_edit(native_map *map, const sync_node *node, unsigned field,
			    const struct operation *op, sync_buf *delta);
/* Its author counts with an edit that has not happened. */
sync_status native_map_edit_ghost(native_map *map, const sync_node *node, unsigned field,
				  const struct operation *op);
/* The author writes the text as a whole; `ghost`: but for him, nobody saw it. */
void native_map_rewrite(native_map *map, const sync_node *node, unsigned field, bool ghost);

/* When a mutation is done. */
void native_map_settle_texts(native_map *map, uint64_t revision);
void native_map_release_texts(native_map *map);

#endif
