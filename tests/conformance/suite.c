#include "suite.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *suite_path(const char *name)
{
	static char path[4096];
	const char *folder = getenv("SUITES");
	snprintf(path, sizeof(path), "%s/%s", folder && *folder ? folder : "../shared/suites",
		 name);
	return path;
}

bool suite_present(const char *name)
{
	struct stat info;
	if (stat(suite_path(name), &info) == 0)
		return true;
	printf("skipped: %s: there is no %s\n", name, suite_path(name));
	return false;
}

char *suite_file(const char *name, size_t *length)
{
	FILE *file = fopen(suite_path(name), "rb");
	char *text = NULL;
	*length = 0;
	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0) {
		long size = ftell(file);
		rewind(file);
		text = size < 0 ? NULL : malloc((size_t)size + 1);
		if (text) {
			*length = fread(text, 1, (size_t)size, file);
			text[*length] = 0;
		}
	}
	fclose(file);
	return text;
}

void suite_ran(const char *name, unsigned ran)
{
	printf("note: %s: %u cases\n", name, ran);
	CU_ASSERT(ran > 0);
}
