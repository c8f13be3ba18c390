/*
 * RFC 6901 pointers and RFC 6902 patches on typed values, and the difference of two of them.
 *
 * All or nothing: after a failure the value is as it was, to the byte of its JSON.
 */
#ifndef SYNCGEN_PATCH_H
#define SYNCGEN_PATCH_H

#include <syncgen/track.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sync_apply_flag {
	/* What Immer emits: a path that is an array of its steps, `replace` without value is a
	 * removal, "/" the root, unescaped "/" and "~" in keys are resolved against the schema,
	 * `remove` of what is absent is fine, `replace` of an absent member is an add, "length" of
	 * a list can be replaced. */
	SYNC_APPLY_TOLERANT = 1u << 0,
	/* Ops come from a client: only @write fields that `roles` may write; @read ones it may not
	 * see are not found; @const, @computed, @local are refused. */
	SYNC_APPLY_CLIENT = 1u << 1,
	/* Beyond RFC 6902: {"op": "inc", "path", "by"} adds to a counter, {"op": "text", "path",
	 * "delta"} edits a text: retain, "insert", -delete in UTF-16 units. */
	SYNC_APPLY_EXTENDED = 1u << 2,
	/* The value is a copy of the one whose patch this is: where a list or set is replaced, sets
	 * take the order of the new value, and elements without a @key are the same only when they
	 * are equal. */
	SYNC_APPLY_REPLICA = 1u << 3
};

/* What the author of a write to a field knows of it. */
typedef enum sync_sight {
	SYNC_SIGHT_SEEN,   /* what is there: nobody else has changed it since he looked */
	SYNC_SIGHT_MISSED, /* not that */
	SYNC_SIGHT_UNKNOWN /* nobody can tell */
} sync_sight;

typedef struct sync_apply_options {
	unsigned flags;
	uint64_t roles; /* SYNC_SEE_ bits of the author */
	size_t max_ops; /* 0: 4096 from a client, else as many as the text holds */
	/* Set to true when the value may not be what its author has who applied the same operations
	 * to a
	 * copy: members that nobody knows, other spellings of a number, the order of a set. NULL:
	 * that is of no interest. */
	bool *inexact;
	/* Appended to where a `test` fails: what stood there instead, as its author sees it, if it
	 * fits into the buffer's limit. Operations in front of the test have been done by then.
	 * NULL: that is of no interest. */
	sync_buf *current;
	/* From a client: how writes to fields with @merge meet. Has their author seen field number
	 * `index` of the struct at `node`, with all that is in it? Asked of `first` and `checked`.
	 * NULL: @merge does not count, the last write wins. What a `checked` field is, when it is
	 * refused, goes to `current`, too. */
	sync_sight (*seen)(void *arg, const sync_node *node, const sync_field *field,
			   unsigned index);
	void *seen_arg;
	/* For the library itself: what copies may cost in all the calls that share it. NULL: what
	 * one patch may. */
	struct tree_budget *budget;
} sync_apply_options;

/*
 * Applies a JSON array of operations to a tracked value. On success the changes are pending in the
 * tracker (check, ops, commit). On failure the whole tracker is rolled back, also what was pending
 * before. error (may be NULL): pointer is the path in the *document* that was refused, the message
 * names the operation's number.
 */
sync_status sync_track_apply(sync_track *track, const char *ops, size_t length,
			     const sync_apply_options *options, sync_error *error);

/* The same on a plain value, constraints checked; costs a walk over the value. */
sync_status sync_apply(const sync_type *type, void *value, const char *ops, size_t length,
		       const sync_apply_options *options, sync_error *error);

/*
 * Appends the operations that turn `before` into `after`: lists of structs with @key by key (moves
 * included), others after trimming common ends; never longer than replacing would be. Linear in the
 * size of the values. Neither is changed.
 */
sync_status sync_diff(const sync_type *type, const void *before, const void *after, sync_buf *out);

/* Makes a tracked or loose value equal to `value`, touching only what differs, so that only that is
 * sent. `target` and `value` are structs or containers of `type`; NULL for either (what a call that
 * ran out of memory gave) is NOMEM. */
sync_status sync_assign(const sync_type *type, void *target, const void *value);

#ifdef __cplusplus
}
#endif
#endif
