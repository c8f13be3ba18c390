/* Which documents live at the path that a WebSocket was asked for. */
#include "server_lws.h"

#include <syncgen/alloc.h>

/* ---- the list ---- */

static sync_mount **find_path(const sync_server *server, const char *path)
{
	for (size_t i = 0; i < server->mount_count; i++)
		if (strcmp(server->mounts[i]->path, path) == 0)
			return &server->mounts[i];
	return NULL;
}

sync_status sync_server_mount(sync_server *server, const sync_mount *mount, sync_error *error)
{
	sync_error why;
	sync_mount *copy = sync_mount_new(mount, &why);
	sync_mount **place = copy ? find_path(server, copy->path) : NULL;
	sync_mount **grown = NULL;
	if (copy && !place) {
		grown = sync_resize(server->mounts, (server->mount_count + 1) * sizeof *grown);
		if (!grown)
			sync_error_set(&why, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	}
	if (!copy || (!place && !grown)) {
		sync_mount_free(copy);
		if (error)
			*error = why;
		return why.code;
	}
	if (place) {
		sync_mount_free(*place);
		*place = copy;
		return SYNC_OK;
	}
	server->mounts = grown;
	server->mounts[server->mount_count++] = copy;
	return SYNC_OK;
}

void server_free_mounts(sync_server *server)
{
	for (size_t i = 0; i < server->mount_count; i++)
		sync_mount_free(server->mounts[i]);
	sync_free(server->mounts);
}

/* A path as it is goes before one with names. */
const sync_mount *server_mount_at(const sync_server *server, const char *path)
{
	sync_mount **exact = find_path(server, path);
	if (exact)
		return *exact;
	for (size_t i = 0; i < server->mount_count; i++)
		if (sync_mount_leads(server->mounts[i], path))
			return server->mounts[i];
	return NULL;
}

/* ---- a request ---- */

/* Can the documents exist whose keys the path makes? */
static bool has_keys(const sync_server *server, char *const *keys)
{
	for (; keys && *keys; keys++)
		if (!sync_hub_has(server->hub, *keys) && !sync_hub_template(server->hub, *keys))
			return false;
	return true;
}

unsigned server_mount_judge(const sync_server *server, const char *path, bool native)
{
	char **keys;
	const sync_mount *mount = server_mount_at(server, path);
	if (!mount)
		return HTTP_STATUS_NOT_FOUND;
	if (!sync_mount_speaks(mount, native ? SYNC_DIALECT_NATIVE : SYNC_DIALECT_WS_SYNC))
		return HTTP_STATUS_BAD_REQUEST;
	if (!sync_mount_keys(mount, path, &keys))
		return HTTP_STATUS_SERVICE_UNAVAILABLE;
	bool good = has_keys(server, keys);
	sync_mount_free_keys(keys);
	return good ? 0 : HTTP_STATUS_NOT_FOUND;
}

int peer_prepare(sync_server *server, struct peer *peer, struct lws *wsi)
{
	char path[SERVER_HEADER];
	if (server->echo)
		return 0;
	if (!peer || lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI) <= 0)
		return -1;
	peer->mount = server_mount_at(server, path);
	return peer->mount && sync_mount_keys(peer->mount, path, &peer->keys) ? 0 : -1;
}

void peer_forget_keys(struct peer *peer)
{
	sync_mount_free_keys(peer->keys);
	peer->keys = NULL;
}
