#include "suite.h"

#include <CUnit/CUnit.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES_MAX = 2000 };

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in(const char *name, const char *ending)
{
	size_t length = strlen(name), tail = strlen(ending);
	return length >= tail && strcmp(name + length - tail, ending) == 0;
}

/* The names, sorted; each and the array are the caller's to free. */
static char **list(const char *folder, const char *ending, size_t *count)
{
	char **names = calloc(FILES_MAX, sizeof(*names));
	DIR *open = opendir(suite_path(folder));
	*count = 0;
	for (struct dirent *entry; names && open && (entry = readdir(open));) {
		if (entry->d_name[0] == '.' || !ends_in(entry->d_name, ending) ||
		    *count == FILES_MAX)
			continue;
		size_t size = strlen(entry->d_name) + 1;
		char *name = malloc(size);
		if (name)
			names[(*count)++] = memcpy(name, entry->d_name, size);
	}
	if (open)
		closedir(open);
	if (names)
		qsort(names, *count, sizeof(*names), by_name);
	return names;
}

unsigned suite_each(const char *folder, const char *ending,
		    void (*each)(const char *name, const char *text, size_t length, void *context),
		    void *context)
{
	unsigned ran = 0;
	size_t count, length;
	char **names = list(folder, ending, &count);
	for (size_t i = 0; i < count; i++) {
		char path[1024];
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		char *text = suite_file(path, &length);
		if (text) {
			each(names[i], text, length, context);
			ran++;
		} else {
			printf("FAILED %s: cannot be read\n", path);
			CU_FAIL("a file of a suite cannot be read");
		}
		free(text);
		free(names[i]);
	}
	free(names);
	return ran;
}
