/*
 * The operations of a push, whose positions are those of its base (and of what the same client did
 * since), as operations on the present state: each list is looked at through the elements it had at
 * the base, each text through what others did to it since.
 *
 *   zeroed but for what stands in front of the views → native_map_op() for each operation, applied
 *   at once → native_map_release()
 */
#ifndef SYNCGEN_NATIVE_MAP_H
#define SYNCGEN_NATIVE_MAP_H

#include "operation.h"
#include "trail.h"

enum {
	NATIVE_MAP_OWN = 64 /* revisions behind the start that may be known as the author's */
};

/* What a client sees of a list. */
struct list_view {
	const sync_node *list;
	uint32_t *at; /* present index of each of its elements; NULL: the same */
	size_t len, cap;
	uint64_t seen; /* revision of the list's last change that is in there */
	bool touched;  /* by the mutation that is going on */
};

/* What a client does not see of a text. */
struct text_view {
	const sync_node *node; /* struct that has it */
	unsigned field;
	text_shift shift; /* from what the client sees to what there is */
	uint64_t put;	  /* revision that put the struct there */
	uint64_t seen;	  /* revision of the text's last edit that is in the shift */
	bool touched;	  /* by the mutation that is going on */
	bool lost;	  /* the client sees another text */
};

typedef struct native_map {
	const sync_trail *trail; /* of the document, */
	const sync_type *type;	 /* its state's type, */
	const void *state;	 /* its state */
	uint64_t base;		 /* of the push */
	uint64_t start;		 /* the document's revision before the push */
	uint64_t revision;	 /* … and now */
	uint64_t sees;
	bool acted; /* an action of the push ran */
	struct list_view *views;
	size_t count, room;
	struct text_view *texts;
	size_t text_count, text_room;
	uint64_t
		marks; /* counts what operations have left in here, so that one is known that left nothing */
	uint64_t own; /* bit n: revision start + 1 + n is one that was settled */
	bool alone;   /* all behind the start are the author's: nobody else commits there */
} native_map;

/*
 * Appends the operation as it is to be applied now: an array of one, or of none where it removes
 * what is gone already. STALE: what it means is not known; GONE: it means something that is gone.
 * Where the path leads nowhere, it stays as it is. After a mutation that failed half way, nothing
 * more is to be mapped, unless `marks` is what it was before.
 */
sync_status native_map_op(native_map *map, const struct operation *op, sync_buf *out);
/* The author counts with an operation that has not happened: what it added is not there, what it
 * removed it does not see. OK or NOMEM. */
sync_status native_map_ghost(native_map *map, const struct operation *op);
/* A commit of the push itself made this revision. */
void native_map_settle(native_map *map, uint64_t revision);
/* Did one of them? */
bool native_map_owns(const native_map *map, uint64_t revision);
void native_map_release(native_map *map);

#endif
