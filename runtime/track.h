/*
 * Inside the tracker: the change log and the walks over a tracked value. For track, field, list,
 * set, map, check and changes; and for patches and documents, which need places.
 */
#ifndef SYNC_TRACK_INSIDE_H
#define SYNC_TRACK_INSIDE_H

#include <string.h>

#include <syncgen/map.h>

/* ---- the log ------------------------------------------------------------------------------ */

enum sync_change_op {
	SYNC_CHANGE_FIELD,  /* of a struct: presence and cell kept. `at`: number of the field */
	SYNC_CHANGE_ARM,    /* of a union: tag and alternative kept */
	SYNC_CHANGE_VALUE,  /* of an entry of a map: the cell kept */
	SYNC_CHANGE_CELL,   /* of a list: the cell at `at` kept */
	SYNC_CHANGE_INSERT, /* into a container: `count` at `at`; nodes: their addresses kept */
	SYNC_CHANGE_REMOVE, /* from a container: `count` from `at` on; they are kept */
	SYNC_CHANGE_MOVE,   /* in a list: from `at` to `count` */
	SYNC_CHANGE_WHOLE   /* an inline list: length and items kept */
};

enum sync_change_flag {
	SYNC_CHANGE_HAS = 1u << 0,  /* the field was present */
	SYNC_CHANGE_NULL = 1u << 1, /* the field was null */
	/* Nodes lie in the kept bytes, which are elsewhere now: the addresses in earlier entries
	 * are right only while the bytes are back. */
	SYNC_CHANGE_MOVED = 1u << 2,
	SYNC_CHANGE_DEAD = 1u << 3, /* inside something that was replaced later */
	SYNC_CHANGE_SET = 1u << 4,  /* the container is a set */
	SYNC_CHANGE_MAP = 1u << 5,  /* the container is a map */
	/* Nothing is kept; in a map the entry is about one key, which is in `was`. HAS: it was
	   there … */
	SYNC_CHANGE_BLIND = 1u << 6,
	SYNC_CHANGE_UNSURE = 1u << 7 /* … or it was not */
};

enum { SYNC_CHANGE_INLINE = 16 };

/* Of a node's state, what is not the number of its last entry. */
enum { SYNC_NODE_FLAGS = (1u << SYNC_NODE_CHANGE_SHIFT) - 1 };

/* `prev` and `next`: entries of the same node, number + 1, 0: none. */
typedef struct sync_change {
	sync_node *node;
	const sync_type *type;	 /* of the field, element or union */
	const sync_field *field; /* FIELD */
	uint32_t prev, next;
	uint32_t at, count;
	uint8_t op, flags;
	union {
		void *align_;
		uint64_t align64_;
		unsigned char bytes[SYNC_CHANGE_INLINE];
		size_t offset; /* larger ones: in sync_track.kept */
	} was;
} sync_change;

struct sync_track {
	sync_node anchor; /* where `up` of the root points: first */
	const sync_type *type;
	void *value;
	sync_change *log;
	size_t len, cap;
	char *kept;
	size_t kept_len, kept_cap;
	size_t moved, deep; /* entries MOVED; entries whose commit frees or watches nodes */
	bool keyed;	    /* some list has an index of its keys */
	sync_error refusal;
	sync_buf path, key; /* scratch of changes.c */
	void *scratch;
	size_t scratch_cap;
	struct sync_text_note *notes; /* track_text.c */
	size_t note_count, note_room;
};

/* NULL: the node is not part of a tracked value. */
static inline sync_track *sync_track_of(const sync_node *node)
{
	for (; node; node = node->up) {
		if (node->state & SYNC_NODE_ROOT)
			return (sync_track *)(void *)node->up;
	}
	return NULL;
}

static inline uint32_t sync_node_change(const sync_node *node)
{
	return node->state >> SYNC_NODE_CHANGE_SHIFT;
}

/* Bytes kept elsewhere than in the entry. */
static inline size_t sync_change_aligned(size_t bytes)
{
	return (bytes + 15) & ~(size_t)15;
}

/* The rare part of sync_track_reserve(). */
bool sync_track_grow(sync_track *track, size_t bytes);

/* Room for two more entries, the first of which keeps `bytes`, the second what fits inside it.
 * False: out of memory, remembered. */
static inline bool sync_track_reserve(sync_track *track, size_t bytes)
{
	return (track->cap - track->len >= 2 && bytes <= SYNC_CHANGE_INLINE) ||
	       sync_track_grow(track, bytes);
}

/* Adds it; it was reserved. */
static inline sync_change *sync_track_add(sync_track *track, enum sync_change_op op,
					  sync_node *node, const sync_type *type, size_t bytes)
{
	sync_change *change = &track->log[track->len++];
	change->node = node;
	change->type = type;
	change->field = NULL;
	change->prev = sync_node_change(node);
	change->next = 0;
	change->at = change->count = 0;
	change->op = (uint8_t)op;
	change->flags = 0;
	if (change->prev)
		track->log[change->prev - 1].next = (uint32_t)track->len;
	node->state = (node->state & SYNC_NODE_FLAGS) | (uint32_t)track->len
								<< SYNC_NODE_CHANGE_SHIFT;
	if (bytes > SYNC_CHANGE_INLINE) {
		change->was.offset = track->kept_len;
		track->kept_len += sync_change_aligned(bytes);
	}
	return change;
}

/* Appends the pending changes as sync_track_ops() does, but as their author means them: nothing is
 * replaced as a whole because that is shorter, a counter is added to, a text edited. */
sync_status sync_track_intent(sync_track *track, sync_buf *out);

/* Sets DEAD on the entries inside what is gone, and returns how many those are. */
size_t sync_track_mark_dead(sync_track *track);

/* What an entry keeps, `bytes` as they were when it was added. */
static inline void *sync_change_was(const sync_track *track, const sync_change *change,
				    size_t bytes)
{
	if (bytes <= SYNC_CHANGE_INLINE)
		return (void *)(uintptr_t)change->was.bytes;
	return track->kept + change->was.offset;
}

/* Remembers what was wrong with a field of `node`, if the node is tracked. Returns the code. */
sync_status sync_track_refuse_field(sync_node *node, const sync_field *field,
				    const sync_error *error);
/* The same with what stands, or was to stand, in it under a name: a member, or a key. */
sync_status sync_track_refuse_in(sync_node *node, const char *name, size_t length,
				 const sync_error *error);

static inline sync_status sync_track_nomem(sync_node *node)
{
	return sync_track_refuse(node, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
}

/* ---- containers, for undoing and committing ----------------------------------------------- */

void sync_list_undo(sync_track *track, const sync_change *change);
/* Frees what a REMOVE keeps. */
void sync_list_drop(sync_track *track, const sync_change *change);
/* Bytes a change of `count` elements keeps. */
size_t sync_list_kept(const sync_type *elem, const sync_change *change);

/* Lists of cells and of nodes alike, nothing logged. `stride`: bytes from one item to the next. */
bool sync_list_room(sync_list *list, size_t stride, size_t more);
void sync_list_open(sync_list *list, size_t stride, size_t at, size_t count);
void sync_list_close(sync_list *list, size_t stride, size_t at, size_t count);
void sync_list_shift(sync_list *list, size_t stride, size_t from, size_t to);
/* Adds to the log that `item` (a node, or NULL for a cell) is at `at`: reserved before. */
void sync_list_log_insert(sync_track *track, sync_list *list, const sync_type *elem, size_t at,
			  void *item, unsigned flags);
/* Releases and frees one element that is a node. */
void sync_list_free(const sync_type *elem, void *item);

/* sync_set_add() at a position that the set has. */
sync_status sync_set_insert(sync_set *set, const sync_type *elem, size_t at, const void *value);
/* Room in the index for one more, which is reindexed after it was added. */
bool sync_set_room(sync_set *set, const sync_type *elem);
void sync_set_unindex(sync_set *set, const sync_type *elem, size_t at, size_t count);
void sync_set_reindex(sync_set *set, const sync_type *elem, size_t at, size_t count);
void sync_map_unindex(sync_map *map, const sync_entry *entry);
void sync_map_reindex(sync_map *map, const sync_entry *entry);
void sync_entry_free(const sync_type *elem, sync_entry *entry);
sync_entry *sync_map_find(const sync_map *map, const char *key, size_t length);
/* `__proto__`: patch libraries of JavaScript throw at a path with it, or change a prototype, so one
 * peer could lock out all others. */
static inline bool sync_map_key_banned(const char *key, size_t length)
{
	return length == 9 && memcmp(key, "__proto__", 9) == 0;
}
/* A new entry with default value for reading into; the key is taken over, and is not there yet.
 * NULL: no memory, the key is still the caller's. Nothing logged. */
sync_entry *sync_map_append(sync_map *map, const sync_type *elem, sync_str key);

static inline void *sync_entry_value(const sync_entry *entry)
{
	return (char *)(uintptr_t)entry + SYNC_ENTRY_VALUE;
}

/* Whether the row's @key reads as `key`, and making it so. INVALID: the row cannot have that key.
 */
bool sync_row_key_is(const sync_type *row, const void *cell, const char *key, size_t length);
sync_status sync_row_key_set(const sync_type *row, void *cell, const char *key, size_t length,
			     sync_error *error);

/* ---- walks -------------------------------------------------------------------------------- */

/* Makes a node and all below it watched, or loose, and hangs it in. */
void sync_watch(const sync_type *type, void *cell, sync_node *up, uint32_t slot);
void sync_watch_entry(const sync_type *elem, sync_entry *entry, sync_map *map, uint32_t slot);
void sync_unwatch(const sync_type *type, void *cell);

/* Is the JSON of `cell` nested at most `limit` deep? A scalar: 0. Never goes deeper than it says.
 */
bool sync_depth_within(const sync_type *type, const void *cell, unsigned limit);

/* JSON is nested at most so deep; each level is at most two nodes (union and its struct, entry and
 * its value). */
enum { SYNC_NESTING_MAX = 64, SYNC_PLACE_STEPS = 2 * SYNC_NESTING_MAX + 4 };

/*
 * Where a node is: the steps from the root to it. step[0] is the root. Each has the type and cell
 * there; `index` of the field, element or entry it is in the one before. An entry of a map is a
 * step with type NULL; one to a union's alternative has no name in the path.
 */
typedef struct sync_step {
	const sync_type *type;
	void *cell;
	const sync_field *field; /* when the step before is a struct */
	uint32_t index;
	bool unnamed;
} sync_step;

typedef struct sync_place {
	size_t count;
	sync_step step[SYNC_PLACE_STEPS];
} sync_place;

/* False: it is not part of the value any more (removed, absent, replaced), or too deep. */
bool sync_place_find(const sync_track *track, const sync_node *node, sync_place *place);

/* Appends the path of step number `step` + 1 below step number `step`, as in a JSON Pointer and
 * then as in JSON text. */
void sync_place_segment(const sync_step *step, sync_buf *out);
/* Appends a key of a map the same way. */
void sync_place_key(const char *key, size_t length, sync_buf *out);

/* Puts the place in front of the error's pointer. */
void sync_place_error(const sync_place *place, sync_error *error);

/* ---- constraints -------------------------------------------------------------------------- */

/* "must be 1 to 80 characters, is 93": min and max of the type. INVALID. Returns false. */
bool sync_length_error(sync_error *error, const sync_type *type, size_t is, const char *what);

/* A list of structs with @key: are they all different? The error (never NULL) points at the second
 * of two equal ones. NOMEM is possible. Other lists: true. */
bool sync_list_unique(const sync_type *type, const sync_list *list, sync_error *error);
/* The same for a tracked list that has changed, at the cost of the change where it has an index. */
bool sync_keyed_check(sync_track *track, const sync_type *type, sync_list *list, sync_error *error);
/* Brings the indexes up to date, before anything else of a commit. */
void sync_keyed_commit(sync_track *track);
/* Position of the element with that key: found through the index, SIZE_MAX when it cannot have one,
 * `unknown` when the index does not say. */
size_t sync_keyed_find(const sync_list *list, const sync_type *elem, uint64_t hash, size_t unknown,
		       bool (*is)(const sync_type *elem, const void *item, const void *context),
		       const void *context);

/* Has the list room for an index? */
static inline struct sync_index **sync_list_keys(const sync_type *type, sync_list *list)
{
	return type->size >= sizeof(sync_set) ? &((sync_set *)(void *)list)->index : NULL;
}

/* Of a leaf: equal cells have equal hashes. Keyed, see index.h. */
uint64_t sync_cell_hash(const sync_type *elem, const void *cell);

/* A table's entry: has the row the key it stands under? */
bool sync_row_key_valid(const sync_type *row, const sync_entry *entry, sync_error *error);

/* Of a leaf: equal cells have equal hashes. Keyed, see index.h. */
uint64_t sync_cell_hash(const sync_type *elem, const void *cell);

/* The value is valid, and in a table has the key it stands under. */
bool sync_entry_valid(const sync_type *elem, bool table, const sync_entry *entry,
		      sync_error *error);

/* ---- leaves ------------------------------------------------------------------------------- */

/* Does a cell of this type own memory? */
static inline bool sync_type_owns(const sync_type *type)
{
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRING:
	case SYNC_KIND_TEXT:
	case SYNC_KIND_BYTES:
	case SYNC_KIND_JSON:
		return true;
	case SYNC_KIND_ENUM:
		return type->flags & SYNC_TYPE_OPEN;
	default:
		return sync_kind_is_node((sync_kind)type->kind);
	}
}

static inline bool sync_type_is_node(const sync_type *type)
{
	return sync_kind_is_node((sync_kind)type->kind);
}

static inline void sync_cell_release(const sync_type *type, void *cell)
{
	if (type->kind < SYNC_KIND_STRING)
		return;
	if (type->kind == SYNC_KIND_STRING)
		sync_str_free(*(sync_str *)cell);
	else if (sync_type_owns(type))
		type->ops->release(type, cell);
}

/*
 * A copy made before anything is changed: *value becomes what to write. A leaf that owns memory
 * fits into a sync_leaf; one that does not is written from where it is.
 */
typedef union sync_leaf {
	void *align_;
	uint64_t align64_;
	unsigned char bytes[SYNC_CHANGE_INLINE];
} sync_leaf;

static inline sync_status sync_leaf_copy(const sync_type *type, sync_leaf *copy, const void **value)
{
	if (!sync_type_owns(type))
		return SYNC_OK;
	sync_status status = type->ops->copy(type, copy, *value);
	*value = copy;
	return status;
}

static inline void sync_leaf_drop(const sync_type *type, sync_leaf *copy)
{
	if (sync_type_owns(type))
		type->ops->release(type, copy);
}

#endif
