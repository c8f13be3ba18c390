/*
 * What the reader and writer find in tables: names of members as JSON text and by hash.
 */
#ifndef GEN_C_JSON_H
#define GEN_C_JSON_H

#include "view.h"

/* A name as it stands in JSON, between its quotes. */
const char *c_json_escaped(view_pool *pool, const char *name);
/* "/name" as a JSON Pointer segment (RFC 6901), and that escaped as in JSON. */
const char *c_json_segment(view_pool *pool, const char *name);

/*
 * Binds `keys` (a list of {literal, literal_length, name, name_length}), `slots`, `mask` and
 * `count` for a sync_keys. A name that is NULL has its row but cannot be found.
 */
void c_bind_keys(view *v, const char *const *names, size_t count);
/* The hash table alone, under other names. */
void c_bind_slots(view *v, const char *const *names, size_t count, const char *slots_name,
		  const char *mask_name);

#endif
