/*
 * Paths of requests against mounts: decisions over strings, for the server adapters.
 */
#ifndef SYNCGEN_MOUNT_PATH_H
#define SYNCGEN_MOUNT_PATH_H

#include <syncgen/mount.h>

/* A copy of a mount. NULL: out of memory, or (*error says it) no path. */
sync_mount *sync_mount_new(const sync_mount *from, sync_error *error);
void sync_mount_free(sync_mount *mount); /* NULL is fine */

/* Does that path (decoded, without query) lead there? */
bool sync_mount_leads(const sync_mount *mount, const char *path);
/* The keys for a path that does, to be given up by sync_mount_free_keys(). False: out of memory.
 * NULL for all. */
bool sync_mount_keys(const sync_mount *mount, const char *path, char ***keys);
void sync_mount_free_keys(char **keys); /* NULL is fine */

static inline bool sync_mount_speaks(const sync_mount *mount, sync_dialect dialect)
{
	return !mount->dialects || mount->dialects >> dialect & 1;
}

#endif
