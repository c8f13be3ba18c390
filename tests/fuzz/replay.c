/*
 * Runs a fuzz target once over each file named, or each file of the folders named: what was found
 * once stays found. Needs no fuzzer. The target stops the process when it sees something wrong.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned passed, failed;

static void replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	/* Exactly as large as the input, so that reading past its end is seen. */
	uint8_t *data = malloc(size ? size : 1);
	if (file && data && fread(data, 1, size, file) == size) {
		printf("%s\n", path);
		fflush(stdout);
		LLVMFuzzerTestOneInput(data, size);
		passed++;
	} else {
		printf("FAILED %s: cannot be read\n", path);
		failed++;
	}
	free(data);
	if (file)
		fclose(file);
}

static void replay(const char *path)
{
	struct stat info;
	if (stat(path, &info) != 0) {
		printf("FAILED %s: there is no such file\n", path);
		failed++;
		return;
	}
	DIR *folder = S_ISDIR(info.st_mode) ? opendir(path) : NULL;
	if (!folder) {
		replay_file(path, (size_t)info.st_size);
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		char inside[4096];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
		if (stat(inside, &info) == 0 && S_ISREG(info.st_mode))
			replay_file(inside, (size_t)info.st_size);
	}
	closedir(folder);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0 || passed == 0;
}
