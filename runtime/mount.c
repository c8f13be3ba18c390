#include "mount.h"

#include <string.h>

#include <syncgen/alloc.h>

#include "model_key.h"

/* ---- paths ---- */

/* The length of a segment, up to the next slash or the end. */
static size_t segment(const char *at)
{
	return strcspn(at, "/");
}

static bool is_name(const char *at, size_t length)
{
	return length > 2 && at[0] == '{' && at[length - 1] == '}';
}

bool sync_mount_leads(const sync_mount *mount, const char *path)
{
	const char *wanted = mount->path;
	while (*wanted && *path) {
		size_t w = segment(wanted), p = segment(path);
		bool named = is_name(wanted, w);
		if (named ? !p : p != w || memcmp(wanted, path, p) != 0)
			return false;
		wanted += w;
		path += p;
		if (*wanted && *path) { /* both are slashes */
			wanted++;
			path++;
			if (!*wanted != !*path)
				return false;
		}
	}
	return !*wanted && !*path;
}

/* What stands in the path for a name (in braces) of the mount; NULL: the mount has no such name. */
static const char *value_of(const sync_mount *mount, const char *path, const char *name,
			    size_t length, size_t *size)
{
	const char *wanted = mount->path;
	while (*wanted && *path) {
		size_t w = segment(wanted), p = segment(path);
		if (w == length && memcmp(wanted, name, w) == 0) {
			*size = p;
			return path;
		}
		wanted += w + (wanted[w] != '\0');
		path += p + (path[p] != '\0');
	}
	return NULL;
}

/* ---- keys ---- */

static void put_key(const sync_mount *mount, const char *path, const char *key, sync_buf *out)
{
	while (*key) {
		size_t length = strcspn(key, "{"), size;
		sync_buf_put(out, key, length);
		key += length;
		length = *key ? strcspn(key, "}") + 1 : 0;
		if (!length || !key[length - 1]) {
			sync_buf_put(out, key, strlen(key));
			return;
		}
		const char *value = value_of(mount, path, key, length, &size);
		if (value)
			sync_model_key_encode(value, size, out);
		else
			sync_buf_put(out, key, length); /* a model's template: all its documents */
		key += length;
	}
}

static char *key_for(const sync_mount *mount, const char *path, const char *key)
{
	sync_buf text = { 0 };
	put_key(mount, path, key, &text);
	sync_buf_byte(&text, '\0');
	if (text.status == SYNC_OK)
		return text.data;
	sync_buf_release(&text);
	return NULL;
}

bool sync_mount_keys(const sync_mount *mount, const char *path, char ***keys)
{
	size_t count = 0;
	*keys = NULL;
	if (!mount->keys)
		return true;
	while (mount->keys[count])
		count++;
	*keys = sync_calloc(count + 1, sizeof **keys);
	for (size_t i = 0; *keys && i < count; i++) {
		(*keys)[i] = key_for(mount, path, mount->keys[i]);
		if ((*keys)[i])
			continue;
		sync_mount_free_keys(*keys);
		*keys = NULL;
	}
	return *keys != NULL;
}

void sync_mount_free_keys(char **keys)
{
	for (char **at = keys; at && *at; at++)
		sync_free(*at);
	sync_free(keys);
}

/* ---- life ---- */

static bool is_path(const char *path)
{
	for (const char *at = path; *at; at++)
		if ((unsigned char)*at <= 0x20 || *at == '?' || *at == '#')
			return false;
	return path[0] == '/';
}

sync_mount *sync_mount_new(const sync_mount *from, sync_error *error)
{
	static const sync_mount empty;
	if (!is_path(from->path)) {
		sync_error_set(error, SYNC_INVALID, "a path begins with / and has no query: %s",
			       from->path);
		return NULL;
	}
	sync_mount *mount = sync_alloc(sizeof *mount);
	char **keys = NULL;
	if (mount) {
		*mount = empty;
		mount->dialects = from->dialects;
		mount->identify = from->identify;
		mount->path = sync_alloc_text(from->path);
	}
	/* No path leads there, so names stay as they are. */
	if (!mount || !mount->path || !sync_mount_keys(from, "", &keys)) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		sync_mount_free(mount);
		return NULL;
	}
	mount->keys = (const char *const *)keys;
	return mount;
}

void sync_mount_free(sync_mount *mount)
{
	if (!mount)
		return;
	sync_free((char *)(uintptr_t)mount->path);
	sync_mount_free_keys((char **)(uintptr_t)mount->keys);
	sync_free(mount);
}
