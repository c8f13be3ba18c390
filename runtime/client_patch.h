/*
 * A patch on its way into a document.
 */
#ifndef SYNCGEN_CLIENT_PATCH_H
#define SYNCGEN_CLIENT_PATCH_H

#include "client_core.h"

struct client_patch {
	char epoch[CLIENT_NAME_SIZE];
	bool whole;
	uint64_t from, rev, part, of, done;
	const char *ops; /* arrays, separated by NULs */
	size_t length;
	sync_buf shown; /* the operations on what is shown, where those are others */
};

/* client_advance.c: the document is what the patch leads to, or as it was and *error says why. What
 * is pending is carried over it; `shown` of the patch has what becomes of what is shown, where that
 * is something else. */
sync_status replica_advance(sync_replica *replica, struct client_patch *patch, sync_error *error);

#endif
