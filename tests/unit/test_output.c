/* What a run writes, in a folder of its own below the build. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/output.h"
#include "row.h"

static char top[64];

static const char *in_top(const char *name)
{
	static char path[256];
	snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static int make_top(void)
{
	snprintf(top, sizeof(top), "/tmp/syncgen-output-XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int remove_top(void)
{
	char command[256];
	snprintf(command, sizeof(command), "chmod -R u+w %s && rm -rf %s", top, top);
	return system(command) == 0 ? 0 : -1;
}

static bool holds(const char *name, const char *text)
{
	char bytes[256] = "";
	FILE *file = fopen(in_top(name), "rb");
	if (!file)
		return false;
	size_t got = fread(bytes, 1, sizeof(bytes) - 1, file);
	fclose(file);
	return got == strlen(text) && memcmp(bytes, text, got) == 0;
}

static bool exists(const char *name)
{
	struct stat status;
	return lstat(in_top(name), &status) == 0;
}

/* How many files there are below, whatever they are called. */
static int count_files(void)
{
	char command[256], answer[32] = "";
	snprintf(command, sizeof(command), "find %s -type f | wc -l", top);
	FILE *pipe = popen(command, "r");
	if (!pipe)
		return -1;
	int count = fgets(answer, sizeof(answer), pipe) ? atoi(answer) : -1;
	pclose(pipe);
	return count;
}

typedef struct {
	const char *path, *text;
} file_row;

/* Writes the rows; how many files changed, -1 when it failed. */
static int write_rows(const file_row *rows, size_t count, char *reason, size_t size)
{
	output *out = output_new(top);
	output_failure failure = { "", "" };
	for (size_t i = 0; i < count; i++)
		output_add(out, rows[i].path, rows[i].text, strlen(rows[i].text));
	int changed = output_write(out, &failure) ? (int)output_changed(out) : -1;
	if (reason)
		snprintf(reason, size, "%s", failure.reason);
	output_free(out);
	return changed;
}

static void writes_all(void)
{
	const file_row rows[] = { { "a.h", "one" }, { "deep/er/b.h", "two" }, { "empty", "" } };
	CU_ASSERT_EQUAL(write_rows(rows, 3, NULL, 0), 3);
	CU_ASSERT(holds("a.h", "one"));
	CU_ASSERT(holds("deep/er/b.h", "two"));
	CU_ASSERT(holds("empty", ""));
	CU_ASSERT_EQUAL(count_files(), 3);
}

static void leaves_equal_files_alone(void)
{
	const file_row rows[] = { { "same.h", "same" }, { "other.h", "before" } };
	const file_row later[] = { { "same.h", "same" }, { "other.h", "behind" } };
	CU_ASSERT_EQUAL(write_rows(rows, 2, NULL, 0), 2);
	struct stat before, after;
	CU_ASSERT_EQUAL(stat(in_top("same.h"), &before), 0);
	CU_ASSERT_EQUAL(write_rows(later, 2, NULL, 0), 1);
	CU_ASSERT_EQUAL(stat(in_top("same.h"), &after), 0);
	CU_ASSERT_EQUAL(before.st_ino, after.st_ino);
	CU_ASSERT_EQUAL(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	CU_ASSERT(holds("other.h", "behind"));
}

/* Each row cannot be written beside a good file, which must then stay as it was. */
static void all_or_nothing(void)
{
	static const struct {
		const char *name, *bad, *reason;
	} rows[] = {
		{ "a folder stands there", "folder", "Is a directory" },
		{ "a file stands where a folder is needed", "file/x.h", "Not a directory" },
		{ "twice the same path", "good.h", "two inputs of this run would be written here" },
		{ "a name too long", NULL, "File name too long" },
	};
	static char name_too_long[400];
	memset(name_too_long, 'n', sizeof(name_too_long) - 1);
	CU_ASSERT_EQUAL(mkdir(in_top("folder"), 0777), 0);
	const file_row old[] = { { "good.h", "old" }, { "file", "" } };
	CU_ASSERT_EQUAL(write_rows(old, 2, NULL, 0), 2);
	int before = count_files();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *bad = rows[i].bad ? rows[i].bad : name_too_long;
		const file_row both[] = { { "good.h", "new" },
					  { "made/for/it.h", "" },
					  { bad, "x" } };
		char reason[128];
		ROW(rows[i].name, write_rows(both, 3, reason, sizeof(reason)) == -1);
		ROW(rows[i].name, strcmp(reason, rows[i].reason) == 0);
		ROW(rows[i].name, holds("good.h", "old"));
		ROW(rows[i].name, !exists("made"));
		ROW(rows[i].name, count_files() == before);
	}
}

static void replaces_links_not_their_targets(void)
{
	const file_row old[] = { { "target.h", "old" } }, row[] = { { "link.h", "new" } };
	CU_ASSERT_EQUAL(write_rows(old, 1, NULL, 0), 1);
	CU_ASSERT_EQUAL(symlink("target.h", in_top("link.h")), 0);
	CU_ASSERT_EQUAL(write_rows(row, 1, NULL, 0), 1);
	CU_ASSERT(holds("target.h", "old"));
	CU_ASSERT(holds("link.h", "new"));
}

static void lists_what_was_added(void)
{
	output *out = output_new("some/where/");
	output_add(out, "a.h", "", 0);
	output_add_beside(out, "beside.d", "", 0);
	output_add(out, "/abs/b.h", "", 0);
	CU_ASSERT_EQUAL(output_count(out), 2);
	CU_ASSERT_STRING_EQUAL(output_path(out, 0), "some/where/a.h");
	CU_ASSERT_STRING_EQUAL(output_path(out, 1), "/abs/b.h");
	output_free(out);
}

static void touches_the_stamp(void)
{
	for (int i = 0; i < 2; i++) {
		struct stat before = { 0 }, after;
		stat(in_top("stamp"), &before);
		output *out = output_new(top);
		output_failure failure;
		output_add_stamp(out, in_top("stamp"));
		CU_ASSERT(output_write(out, &failure));
		CU_ASSERT_EQUAL(output_changed(out), 1);
		CU_ASSERT_EQUAL(stat(in_top("stamp"), &after), 0);
		CU_ASSERT_NOT_EQUAL(before.st_ino, after.st_ino);
		output_free(out);
	}
}

static void reports_missing_memory(void)
{
	output *out = output_new(top);
	output_failure failure;
	output_add(out, "not-written.h", "x", 1);
	output_fail(out);
	CU_ASSERT(!output_write(out, &failure));
	CU_ASSERT_STRING_EQUAL(failure.reason, "Cannot allocate memory");
	CU_ASSERT(!exists("not-written.h"));
	output_free(out);
}

int test_output(void);
int test_output(void)
{
	CU_pSuite suite = CU_add_suite("output", make_top, remove_top);
	return !(suite && CU_add_test(suite, "writes all", writes_all) &&
		 CU_add_test(suite, "leaves equal files alone", leaves_equal_files_alone) &&
		 CU_add_test(suite, "all or nothing", all_or_nothing) &&
		 CU_add_test(suite, "replaces links, not their targets",
			     replaces_links_not_their_targets) &&
		 CU_add_test(suite, "lists what was added", lists_what_was_added) &&
		 CU_add_test(suite, "touches the stamp", touches_the_stamp) &&
		 CU_add_test(suite, "reports missing memory", reports_missing_memory));
}
