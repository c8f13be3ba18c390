/*
 * Changes of one live value: what was, what is, and the patch between them, at the cost of what
 * changed.
 *
 * A tracked value is a tree of nodes (structs, unions, containers). Each node knows the node that
 * holds it. Generated setters write through three states:
 *
 *   loose    the node is not part of a tracked value, or was added in this very commit: its marks are
 *            all ones, so a setter writes and nothing else happens;
 *   watched  committed state: marks are zero; the first write of a field in a commit keeps the
 *            original in the change log and sets the mark;
 *   marked   the original is kept already: a setter writes.
 *
 * Invariants
 *   1. Space in the log is reserved before anything is written: a failure leaves the value as it was.
 *   2. A mark is set exactly when the log holds that field's original.
 *   3. Undoing the log from its end to its beginning restores every byte; addresses too.
 *   4. A change inside a subtree that is itself new or gone never reaches the patch.
 *   5. A refused change (a constraint, memory) is remembered: the commit as a whole then fails.
 *
 * One thread. No clocks. The tracker borrows the value: free the tracker first.
 */
#ifndef SYNCGEN_TRACK_H
#define SYNCGEN_TRACK_H

#include <syncgen/type.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sync_node_state {
	SYNC_NODE_WATCHED = 1u << 0,
	SYNC_NODE_ROOT = 1u << 1,  /* `up` is the anchor of a sync_track */
	SYNC_NODE_GONE = 1u << 2,  /* removed in this commit; the log owns it */
	SYNC_NODE_TABLE = 1u << 3, /* a sync_map that is a table */
	SYNC_NODE_ROW = 1u << 4,   /* a row of a table; `slot` is the number of its @key field */
	SYNC_NODE_SEEN = 1u << 5,  /* passing mark while the patch is written */
	SYNC_NODE_KEYED = 1u << 6, /* a list whose index holds its committed elements by @key */
	SYNC_NODE_CHANGE_SHIFT = 7 /* above: number of the node's last entry in the log, 0: none */
};

/* First member of every generated struct, union and container. Zero is a loose node. */
typedef struct sync_node {
	struct sync_node *up; /* NULL: loose top */
	uint32_t slot;	      /* struct: field number in `up`; list, map: hint of the index */
	uint32_t state;
} sync_node;

/* Generated structs continue with `uint64_t marks_[(fields + 63) / 64]`. */
static inline uint64_t *sync_node_marks(sync_node *node)
{
	return (uint64_t *)(void *)(node + 1);
}

/* Makes a node loose: what generated init functions call before anything else. */
static inline void sync_node_init(sync_node *node, uint64_t *marks, unsigned words)
{
	node->up = NULL;
	node->slot = 0;
	node->state = 0;
	for (unsigned i = 0; i < words; i++)
		marks[i] = ~(uint64_t)0;
}

/* Hangs an embedded node into its holder. */
static inline void sync_node_hang(sync_node *node, sync_node *up, uint32_t slot)
{
	node->up = up;
	node->slot = slot;
}

typedef struct sync_track sync_track; /* fields in track.c's internal header */

/* Watches `value`, an initialised struct of `type` that nothing else tracks. NULL: out of
 * memory. */
sync_track *sync_track_new(const sync_type *type, void *value);
/* Rolls back what is pending, makes the value loose again. NULL is fine. */
void sync_track_free(sync_track *track);

/* Is anything in the log? */
bool sync_track_pending(const sync_track *track);

/*
 * Whether the pending changes may be committed: remembered refusals, constraints of what changed
 * (container sizes, whole new elements, required things), unique @key values in changed lists.
 * `error` may be NULL.
 */
sync_status sync_track_check(sync_track *track, sync_error *error);

/*
 * Appends the pending changes as a JSON array of RFC 6902 operations, at most as long as the change
 * needs: what was set back to its original sends nothing, so "[]" is possible. `sees` as in
 * sync_writer. Applied in order to the last committed state they give the present one.
 */
sync_status sync_track_ops(sync_track *track, uint64_t sees, sync_buf *out);

/* Ends the commit. Cannot fail. */
void sync_track_commit(sync_track *track);
void sync_track_rollback(sync_track *track);

/* Remembers a refusal on the tracker that holds `node`, if any. Returns `status`. For use in
 * handlers and generated code; the first one stays. */
sync_status sync_track_refuse(sync_node *node, sync_status status, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* ---- what generated setters call ---------------------------------------------------------- */

/* Keeps the original of field `index` of the watched struct at `node` (presence flags and cell) and
 * sets its mark. Call only when the mark is clear. The cell's bytes stay in place: the setter
 * overwrites them and must not release them. */
sync_status sync_track_keep(sync_node *node, const sync_field *field, unsigned index);

/* True when field `index` must be kept first. */
static inline bool sync_unmarked(const uint64_t *marks, unsigned index)
{
	return !(marks[index / 64] >> (index % 64) & 1);
}

/* Setters of leaves that own memory, and of anything optional, by description. All: constraint
 * checked (INVALID, remembered), compared, kept, written. `node` NULL: NOMEM (a failed push
 * before).
 */
sync_status sync_set_string(sync_node *node, const sync_field *field, unsigned index,
			    const char *bytes, size_t length);
sync_status sync_set_bytes(sync_node *node, const sync_field *field, unsigned index,
			   const void *data, size_t length);
/* Any leaf cell, copied from *value; scalars with ranges use it from generated code's slow way. */
sync_status sync_set_leaf(sync_node *node, const sync_field *field, unsigned index,
			  const void *value);
/* `?` absent; `| null` null. INVALID when the field is neither. */
sync_status sync_set_absent(sync_node *node, const sync_field *field, unsigned index);
sync_status sync_set_null(sync_node *node, const sync_field *field, unsigned index);
/* The cell of a struct, union or container field for editing: made present with defaults when it
 * was absent or null. NULL: out of memory, remembered. */
void *sync_edit_field(sync_node *node, const sync_field *field, unsigned index);
/* The same, but always a fresh default value in place of what was there. */
void *sync_reset_field(sync_node *node, const sync_field *field, unsigned index);
/* Adds to a counter, saturating at ±(2^53-1). */
sync_status sync_add_counter(sync_node *node, const sync_field *field, unsigned index, int64_t by);
/* Of a text: takes `gone` units of UTF-16 away from `at` on, and puts `length` bytes there. Others
 * who edit it at the same time see this very edit, while a text that is set shows only in what it
 * differs. INVALID: beyond its end, or inside of a character. */
sync_status sync_splice_text(sync_node *node, const sync_field *field, unsigned index, size_t at,
			     size_t gone, const char *bytes, size_t length);

/*
 * A union: every generated one begins like this; the alternatives follow, all at the offset of
 * type->fields[0]. Exactly one is alive, that of the tag. init makes it the first with its
 * defaults.
 */
typedef struct sync_union {
	sync_node node;
	int32_t tag;
} sync_union;

/* The alternative for editing, made the present one with its defaults when another was. NULL: out
 * of memory or no such tag, remembered. */
void *sync_edit_union(sync_node *node, const sync_type *type, unsigned tag);
/* The same, but always fresh. */
void *sync_reset_union(sync_node *node, const sync_type *type, unsigned tag);

#ifdef __cplusplus
}
#endif
#endif
