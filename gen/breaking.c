/*
 * The command: reads both versions, has them judged, reports.
 *
 * OLD is a file, or the folder of an earlier tree in which each FILE is looked up: by its path,
 * then by shorter and shorter ends of it. A FILE that is not there is new and breaks nothing.
 * Imports of the earlier version are looked up beside the importing file, in OLD, and only then
 * with -I.
 */
#include "breaking.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../idl/arena.h"
#include "breaking_judge.h"
#include "report.h"

enum { MOST_SHOWN = 1000 };

typedef struct {
	const options *o;
	idl_arena *arena;   /* of paths */
	const char **paths; /* of the earlier version */
	size_t path_count;
	const char **folders;
	size_t folder_count;
} earlier;

static bool is_folder(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_file(const char *path)
{
	struct stat info;
	return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* ---- the earlier version ---- */

/* "a/b/c.sync": below OLD, else "b/c.sync", else "c.sync"; or NULL. */
static const char *counterpart(const earlier *e, const char *path)
{
	for (const char *end = path; end; end = strchr(end, '/')) {
		end += strspn(end, "/");
		const char *candidate = idl_arena_printf(e->arena, "%s/%s", e->o->against, end);
		if (strncmp(end, "../", 3) != 0 && is_file(candidate))
			return candidate;
	}
	return NULL;
}

/* OLD, and what -I names as it was in OLD; then as it is. */
static void list_folders(earlier *e)
{
	const options *o = e->o;
	e->folders = idl_arena_array(e->arena, 2 * o->folder_count + 1, sizeof(const char *));
	if (is_folder(o->against)) {
		e->folders[e->folder_count++] = o->against;
		for (size_t i = 0; i < o->folder_count; i++)
			e->folders[e->folder_count++] =
				idl_arena_printf(e->arena, "%s/%s", o->against, o->folders[i]);
	}
	for (size_t i = 0; i < o->folder_count; i++)
		e->folders[e->folder_count++] = o->folders[i];
}

static int list_paths(earlier *e)
{
	const options *o = e->o;
	e->paths = idl_arena_array(e->arena, o->input_count + 1, sizeof(const char *));
	if (!is_folder(o->against)) {
		e->paths[e->path_count++] = o->against;
		return STATUS_FINE;
	}
	for (size_t i = 0; i < o->input_count; i++) {
		const char *path = counterpart(e, o->inputs[i]);
		if (path)
			e->paths[e->path_count++] = path;
	}
	if (e->path_count > 0)
		return STATUS_FINE;
	report_error(o->against, "none of the files has an earlier version here");
	return STATUS_IO;
}

/* ---- comparing ---- */

static int compare(const options *o, const idl_result *was, const idl_result *now)
{
	diag_list *diags = diag_list_new(now->arena, MOST_SHOWN);
	judge *j = judge_new(now->arena);
	judge_trees(j, was, now);
	judge_report(j, diags);
	diag_list_finish(diags);
	report_diags(o, diags);
	bool fails = judge_verdict(j) >= (o->strict ? BREAKING_WARNS : BREAKING_BREAKS);
	return fails ? STATUS_SCHEMA : STATUS_FINE;
}

static size_t count_files(const idl_result *tree)
{
	size_t count = 0;
	for (const idl_file *f = tree->files; f; f = f->next)
		count++;
	return count;
}

/* The earlier version stands behind the later one in what is reported. */
static int read_earlier(const earlier *e, const idl_result *now)
{
	idl_options reading = { .paths = e->paths,
				.path_count = e->path_count,
				.folders = e->folders,
				.folder_count = e->folder_count,
				.sources_before = count_files(now) };
	idl_result was;
	idl_load(&reading, &was);
	int status = was.errors > 0 ? report_result(e->o, &was) : compare(e->o, &was, now);
	idl_release(&was);
	return status;
}

static int read_later(const earlier *e)
{
	const options *o = e->o;
	idl_options reading = { .paths = o->inputs,
				.path_count = o->input_count,
				.folders = o->folders,
				.folder_count = o->folder_count,
				.prefix = o->prefix };
	idl_result now;
	idl_load(&reading, &now);
	int status = now.errors > 0 ? report_result(o, &now) : read_earlier(e, &now);
	idl_release(&now);
	return status;
}

static bool reads_standard_input_twice(const options *o)
{
	if (!is_standard_input(o->against))
		return false;
	for (size_t i = 0; i < o->input_count; i++) {
		if (is_standard_input(o->inputs[i]))
			return true;
	}
	return false;
}

int breaking_run(const options *o)
{
	if (reads_standard_input_twice(o)) {
		report_error(NULL, "standard input cannot be both versions");
		return STATUS_USAGE;
	}
	earlier e = { .o = o, .arena = idl_arena_new() };
	if (!e.arena) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	list_folders(&e);
	int status = list_paths(&e);
	if (status == STATUS_FINE)
		status = read_later(&e);
	idl_arena_free(e.arena);
	return status;
}
