/*
 * Where documents live: which path of a server leads to which of them, and how one speaks there.
 *
 *   { .path = "/ws" }                                     all documents
 *   { .path = "/room/{id}", .keys = { "ROOM/{id}", … } }  of each room its own path
 */
#ifndef SYNCGEN_MOUNT_H
#define SYNCGEN_MOUNT_H

#include <syncgen/session.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_mount {
	/* Begins with "/"; between two slashes may stand a name in braces, for whatever stands
	 * there (but not nothing). */
	const char *path;
	/* As in sync_session_options; a name of the path in braces stands for what stood there,
	 * encoded as values in keys are. NULL-terminated; NULL: all. */
	const char *const *keys;
	unsigned dialects; /* 1u << SYNC_DIALECT_… of those that are spoken; 0: all */
	bool identify;	   /* as in sync_session_options */
} sync_mount;

#ifdef __cplusplus
}
#endif
#endif
