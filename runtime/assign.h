/*
 * Making a value equal to another, as somebody who may not see or write all of it.
 */
#ifndef SYNC_ASSIGN_H
#define SYNC_ASSIGN_H

#include <syncgen/patch.h>

struct assign_scope {
	bool wire;   /* the new value came over a wire: @local fields are left alone */
	bool client; /* from a client: so is what it cannot see; what it may not write is READONLY
		      */
	uint64_t roles; /* the client's */
	bool covered;	/* a field on the way here is the client's to write */
	bool fresh;	/* the target was made just now: @const fields can still be set */
	bool ordered;	/* sets take the order of the new value, too */
	bool exact;	/* of elements without a @key, only an equal one is the same */
	/* A text field of the struct `target` is going to be what it is in `value`. NULL: nobody
	 * asks. */
	void (*text)(void *arg, sync_node *target, const sync_node *value, const sync_field *field,
		     unsigned index);
	void *text_arg;
	struct merge *merge; /* how @merge fields of a client meet; NULL: the last write wins */
};

/* Is this field of a struct hidden from the author? */
bool sync_scope_hides(const struct assign_scope *scope, const sync_field *field);
/* Is it the author's to write, not regarding what covers it? */
bool sync_scope_writes(const struct assign_scope *scope, const sync_field *field);

/* `target` and `value` are nodes of `type`: a struct, union or container. */
sync_status sync_assign_scoped(const sync_type *type, void *target, const void *value,
			       const struct assign_scope *scope);

/* Gives what the author could not see or set its default back: `target` was just read from its text
 * and is loose. */
sync_status sync_scope_strip(const sync_type *type, void *target, const struct assign_scope *scope);

#endif
