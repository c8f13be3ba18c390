/* POSIX: open, rename, fstat. */
#define _POSIX_C_SOURCE 200809L

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	char *path; /* with the folder in front */
	char *bytes;
	size_t length;
	char *temporary; /* NULL: none was made */
	bool always;	 /* replaced even when its bytes are there */
} entry;

struct output {
	char *folder;
	entry *entries;
	size_t count, room;
	size_t *listed; /* entries of output_add() */
	size_t listed_count;
	char **made; /* folders made by this run, outer ones first */
	size_t made_count;
	size_t changed;
	bool out_of_memory;
	char *failed_path;
};

output *output_new(const char *folder)
{
	output *out = calloc(1, sizeof(*out));
	if (!out)
		return NULL;
	out->folder = strdup(folder);
	if (!out->folder) {
		free(out);
		return NULL;
	}
	return out;
}

void output_free(output *out)
{
	if (!out)
		return;
	for (size_t i = 0; i < out->count; i++) {
		free(out->entries[i].path);
		free(out->entries[i].bytes);
		free(out->entries[i].temporary);
	}
	for (size_t i = 0; i < out->made_count; i++)
		free(out->made[i]);
	free(out->entries);
	free(out->listed);
	free(out->made);
	free(out->failed_path);
	free(out->folder);
	free(out);
}

/* ---- collecting ---- */

static char *join(const char *folder, const char *path)
{
	size_t length = strlen(folder);
	bool plain = length == 0 || path[0] == '/';
	size_t size = length + strlen(path) + 2;
	char *joined = malloc(size);
	if (joined)
		snprintf(joined, size, "%s%s%s", plain ? "" : folder,
			 plain || folder[length - 1] == '/' ? "" : "/", path);
	return joined;
}

static bool make_room(output *out)
{
	if (out->count < out->room)
		return true;
	size_t room = out->room ? out->room * 2 : 16;
	if (room > SIZE_MAX / sizeof(entry))
		return false;
	entry *entries = realloc(out->entries, room * sizeof(entry));
	if (!entries)
		return false;
	out->entries = entries;
	size_t *listed = realloc(out->listed, room * sizeof(size_t));
	if (!listed)
		return false;
	out->listed = listed;
	out->room = room;
	return true;
}

static void add(output *out, const char *folder, const char *path, const char *bytes, size_t length)
{
	if (out->out_of_memory || !make_room(out)) {
		out->out_of_memory = true;
		return;
	}
	entry *e = &out->entries[out->count];
	*e = (entry){ .path = join(folder, path), .bytes = malloc(length + 1), .length = length };
	if (!e->path || !e->bytes) {
		free(e->path);
		free(e->bytes);
		out->out_of_memory = true;
		return;
	}
	if (length)
		memcpy(e->bytes, bytes, length);
	out->count++;
}

void output_add(output *out, const char *path, const char *bytes, size_t length)
{
	size_t before = out->count;
	add(out, out->folder, path, bytes, length);
	if (out->count > before)
		out->listed[out->listed_count++] = before;
}

void output_take(output *out, const char *path, buf *text)
{
	size_t before = out->count;
	output_add(out, path, "", 0);
	out->out_of_memory |= text->failed;
	if (out->count > before && text->length) {
		entry *e = &out->entries[before];
		free(e->bytes);
		e->bytes = text->at;
		e->length = text->length;
		*text = (buf){ 0 };
	}
	buf_release(text);
}

void output_add_beside(output *out, const char *path, const char *bytes, size_t length)
{
	add(out, "", path, bytes, length);
}

void output_add_stamp(output *out, const char *path)
{
	size_t before = out->count;
	add(out, "", path, NULL, 0);
	if (out->count > before)
		out->entries[before].always = true;
}

void output_fail(output *out)
{
	out->out_of_memory = true;
}

size_t output_count(const output *out)
{
	return out->listed_count;
}

const char *output_path(const output *out, size_t index)
{
	return out->entries[out->listed[index]].path;
}

size_t output_changed(const output *out)
{
	return out->changed;
}

/* ---- failing ---- */

static bool fail(output *out, output_failure *failure, const char *path, const char *reason)
{
	char *copy = strdup(path);
	if (copy) {
		free(out->failed_path);
		out->failed_path = copy;
	}
	*failure = (output_failure){ .path = copy ? copy : "", .reason = reason };
	return false;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool all_different(output *out, output_failure *failure)
{
	const char **paths = malloc((out->count + 1) * sizeof(*paths));
	if (!paths)
		return fail(out, failure, "", strerror(ENOMEM));
	for (size_t i = 0; i < out->count; i++)
		paths[i] = out->entries[i].path;
	qsort(paths, out->count, sizeof(*paths), compare_paths);
	bool different = true;
	for (size_t i = 1; i < out->count && different; i++) {
		if (strcmp(paths[i - 1], paths[i]) == 0)
			different = fail(out, failure, paths[i],
					 "two inputs of this run would be written here");
	}
	free(paths);
	return different;
}

/* ---- folders ---- */

static bool remember_folder(output *out, const char *path, size_t length)
{
	char **made = realloc(out->made, (out->made_count + 1) * sizeof(*made));
	if (!made)
		return false;
	out->made = made;
	made[out->made_count] = strndup(path, length);
	if (!made[out->made_count])
		return false;
	out->made_count++;
	return true;
}

/* Makes the folders that `path` stands in. */
static bool make_folders(output *out, output_failure *failure, char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		bool made = mkdir(path, 0777) == 0;
		int error = errno;
		bool kept = !made || remember_folder(out, path, (size_t)(slash - path));
		if (!kept)
			rmdir(path);
		/* Other errors than EEXIST mean little here (a parent may be unreadable yet
		 * usable): opening the file decides. */
		bool usable = made || error == EEXIST || access(path, F_OK) == 0;
		if (!kept || !usable)
			fail(out, failure, path, strerror(kept ? error : ENOMEM));
		*slash = '/';
		if (!kept || !usable)
			return false;
	}
	return true;
}

/* ---- files ---- */

static bool same_bytes(int file, const entry *e)
{
	char piece[16384];
	size_t at = 0;
	for (;;) {
		ssize_t got = read(file, piece, sizeof(piece));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0 && at == e->length;
		if ((size_t)got > e->length - at || memcmp(piece, e->bytes + at, (size_t)got) != 0)
			return false;
		at += (size_t)got;
	}
}

/* Whether the target holds these bytes already. */
static bool unchanged(const entry *e)
{
	int file = open(e->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return false;
	struct stat status;
	bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
		    (uintmax_t)status.st_size == e->length && same_bytes(file, e);
	close(file);
	return same;
}

static bool write_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t wrote = write(file, bytes, length);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return false;
		bytes += wrote;
		length -= (size_t)wrote;
	}
	return true;
}

/* A name beside the target that a watcher of "*.h" does not take for one. */
static char *temporary_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
	size_t size = strlen(path) + 32;
	char *name = malloc(size);
	if (name)
		snprintf(name, size, "%.*s.%s.%ld.tmp", (int)folder, path, path + folder,
			 (long)getpid());
	return name;
}

static bool write_temporary(output *out, output_failure *failure, entry *e)
{
	struct stat status;
	bool exists = stat(e->path, &status) == 0;
	if (exists && S_ISDIR(status.st_mode))
		return fail(out, failure, e->path, strerror(EISDIR));
	if (!make_folders(out, failure, e->path))
		return false;
	char *name = temporary_name(e->path);
	if (!name)
		return fail(out, failure, e->path, strerror(ENOMEM));
	unlink(name); /* of a run with our number that was killed */
	int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file < 0) {
		int error = errno;
		free(name);
		return fail(out, failure, e->path, strerror(error));
	}
	e->temporary = name;
	if (exists)
		(void)!fchmod(file, status.st_mode & 0777); /* fails on odd file systems: no harm */
	bool written = write_all(file, e->bytes, e->length);
	int error = errno;
	if (close(file) != 0 && written) {
		written = false;
		error = errno;
	}
	return written || fail(out, failure, e->path, strerror(error));
}

static void undo(output *out)
{
	for (size_t i = 0; i < out->count; i++) {
		if (out->entries[i].temporary)
			unlink(out->entries[i].temporary);
	}
	for (size_t i = out->made_count; i > 0; i--)
		rmdir(out->made[i - 1]);
}

static bool rename_all(output *out, output_failure *failure)
{
	for (size_t i = 0; i < out->count; i++) {
		entry *e = &out->entries[i];
		if (!e->temporary)
			continue;
		if (rename(e->temporary, e->path) != 0)
			return fail(out, failure, e->path, strerror(errno));
		free(e->temporary);
		e->temporary = NULL;
		out->changed++;
	}
	return true;
}

bool output_write(output *out, output_failure *failure)
{
	bool ok = !out->out_of_memory || fail(out, failure, out->folder, strerror(ENOMEM));
	ok = ok && all_different(out, failure);
	for (size_t i = 0; i < out->count && ok; i++) {
		if (out->entries[i].always || !unchanged(&out->entries[i]))
			ok = write_temporary(out, failure, &out->entries[i]);
	}
	ok = ok && rename_all(out, failure);
	if (!ok)
		undo(out);
	return ok;
}
