/* POSIX: lstat, opendir. */
#define _XOPEN_SOURCE 700

#include "history_walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report.h"

/* Folders are walked by recursion. */
enum { DEEPEST = 64 };

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add(history_files *list, idl_arena *arena, const char *path)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		const char **larger = idl_arena_array(arena, room, sizeof(*larger));
		if (list->count > 0)
			memcpy(larger, list->paths, list->count * sizeof(*larger));
		list->paths = larger;
		list->room = room;
	}
	list->paths[list->count++] = path;
}

static bool is_schema(const char *name)
{
	size_t length = strlen(name);
	return length > 5 && strcmp(name + length - 5, ".sync") == 0;
}

static int fail(const char *path, const char *why)
{
	report_error(path, why);
	return STATUS_IO;
}

/* The paths of its entries, sorted. */
static int list_entries(const char *folder, idl_arena *arena, history_files *entries)
{
	DIR *dir = opendir(folder);
	if (!dir)
		return fail(folder, strerror(errno));
	const struct dirent *entry;
	errno = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			add(entries, arena,
			    idl_arena_printf(arena, "%s/%s", folder, entry->d_name));
	}
	int why = errno;
	closedir(dir);
	if (why)
		return fail(folder, strerror(why));
	if (entries->count > 0)
		qsort(entries->paths, entries->count, sizeof(*entries->paths), compare);
	return STATUS_FINE;
}

static int walk(const char *folder, idl_arena *arena, history_files *files, unsigned depth)
{
	history_files entries = { 0 };
	if (depth == DEEPEST)
		return fail(folder, "folders are nested too deep");
	int status = list_entries(folder, arena, &entries);
	for (size_t i = 0; i < entries.count && status == STATUS_FINE; i++) {
		const char *path = entries.paths[i];
		struct stat info;
		if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
			status = walk(path, arena, files, depth + 1);
		else if (is_schema(path))
			add(files, arena, path);
	}
	return status;
}

int history_walk(const char *folder, idl_arena *arena, history_files *files)
{
	size_t length = strlen(folder);
	while (length > 1 && folder[length - 1] == '/')
		length--;
	return walk(idl_arena_copy(arena, folder, length), arena, files, 0);
}
