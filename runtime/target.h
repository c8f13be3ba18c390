/*
 * Where a JSON Pointer leads in a typed value, and whether its author may go there.
 */
#ifndef SYNC_TARGET_H
#define SYNC_TARGET_H

#include "assign.h"
#include "pointer.h"

enum target_kind {
	TARGET_ROOT,
	TARGET_FIELD,  /* `index` of the struct at `holder` */
	TARGET_ITEM,   /* of the list or set at `holder`; `index` is the end: not there yet */
	TARGET_LENGTH, /* "length" of a list, as some clients have it */
	TARGET_ENTRY,  /* `key` of the map or table at `holder` */
	TARGET_TAG     /* "type" of the union at `holder` */
};

struct target {
	enum target_kind kind;
	const sync_type *type; /* of the value */
	void *cell;	       /* the value; NULL when there is none, or it is null */
	bool null;
	void *holder;
	const sync_type *holder_type;
	const sync_field *field;
	size_t index;
	const char *key;
	size_t key_length;
	size_t used; /* segments it took: fewer than there are where it is a json value */
	/* The field with @merge that it is, or is in: of the struct at `merge_node`. NULL: none. */
	const sync_field *merge;
	void *merge_node;
	size_t merge_index;
	bool covered;  /* the author may write here, or need not ask */
	bool guarded;  /* others may, who have one of certain roles */
	bool constant; /* something on the way is not for clients to change */
};

/*
 * NOT_FOUND also for what is hidden from the author. `scope` with covered false. `lenient`: keys
 * may have come unescaped; what the value has decides.
 */
sync_status sync_target_find(struct target *target, const sync_type *type, void *value,
			     const struct pointer *pointer, const struct assign_scope *scope,
			     bool lenient);

#endif
