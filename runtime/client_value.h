/*
 * A typed value of a client and its tracker: what is shown of a document, and what is confirmed of
 * it.
 */
#ifndef SYNCGEN_CLIENT_VALUE_H
#define SYNCGEN_CLIENT_VALUE_H

#include <syncgen/track.h>

#include "trail.h"

typedef struct client_value {
	const sync_type *type;
	void *value; /* NULL: there is none */
	sync_track *track;
} client_value;

/* The defaults. False: out of memory, nothing to release. */
bool client_value_init(client_value *value, const sync_type *type);
/* A copy of `from`, in which nothing is pending. The same. */
bool client_value_copy(client_value *to, const client_value *from);
void client_value_release(client_value *value);

/* Each fills in `error`, and leaves the value as it was when it does not return OK. Changes stay
 * pending … */

/* All arrays of operations in `text`, which are separated by NULs, as the server sends them. */
sync_status client_value_apply(client_value *value, const char *text, size_t length,
			       sync_error *error);
/* The same on the defaults: a snapshot. Only what differs is touched, as in client_value_follow().
 */
sync_status client_value_set(client_value *value, const char *text, size_t length, bool exact,
			     sync_error *error);
/* Like another of the same type. `exact`: elements without a @key stay only where they are equal;
 * else as much as possible stays where it is. */
sync_status client_value_follow(client_value *value, const client_value *other, bool exact,
				sync_error *error);
/* The same as `exact`, where trails tell how the texts of both came from what both were at
 * revision 1. */
sync_status client_value_join(client_value *value, const sync_trail *trail,
			      const client_value *other, const sync_trail *others);

/* … until this checks and ends them. */
sync_status client_value_commit(client_value *value, sync_error *error);

/* A value of a type, read from JSON text. NULL: no type, no text, or it is not as it should be. */
void *client_value_read(const sync_type *type, const char *text, size_t length);
void client_value_drop(const sync_type *type, void *value); /* NULL is fine */

#endif
