#include "history.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../idl/arena.h"
#include "../idl/names.h"
#include "breaking_judge.h"
#include "history_walk.h"
#include "report.h"

typedef struct version version;
struct version {
	version *next;
	plan_version row;
};

/* A present model, and what was found of it. */
typedef struct subject subject;
struct subject {
	subject *next;
	const idl_decl *decl;
	const plan_model *model;
	names by_hash; /* version */
	version *first;
	size_t count;
};

typedef struct {
	const options *o;
	idl_arena *arena;
	names by_name; /* subject */
	subject *subjects;
} reader;

/* ---- present models ---- */

static const char *key_of(idl_arena *arena, const char *package, const char *name)
{
	return idl_arena_printf(arena, "%s %s", package, name);
}

static const plan_model *model_of(const plan_file *file, const char *name)
{
	for (size_t i = 0; i < file->item_count; i++) {
		const plan_item *item = &file->items[i];
		if (item->kind == PLAN_ITEM_MODEL && strcmp(item->as.model->name, name) == 0)
			return item->as.model;
	}
	return NULL;
}

static void list_subjects(reader *r, const plan *p)
{
	for (size_t i = 0; i < p->file_count; i++) {
		const plan_file *file = p->files[i];
		for (const idl_decl *d = file->tree->decls; d; d = d->next) {
			if (d->kind != IDL_DECL_MODEL)
				continue;
			subject *s = idl_arena_alloc(r->arena, sizeof(*s));
			s->decl = d;
			s->model = model_of(file, d->name);
			s->next = r->subjects;
			r->subjects = s;
			names_put(&r->by_name, r->arena, key_of(r->arena, file->package, d->name),
				  s);
		}
	}
}

/* ---- earlier versions ---- */

static void add_version(reader *r, subject *s, const char *hash, bool compatible)
{
	if (strcmp(hash, s->model->hash) == 0)
		return;
	version *known = names_get(&s->by_hash, hash);
	if (known) {
		known->row.compatible &= compatible;
		return;
	}
	version *v = idl_arena_alloc(r->arena, sizeof(*v));
	memcpy(v->row.hash, hash, sizeof(v->row.hash));
	v->row.compatible = compatible;
	v->next = s->first;
	s->first = v;
	s->count++;
	names_put(&s->by_hash, r->arena, v->row.hash, v);
}

static bool is_compatible(idl_arena *arena, const idl_decl *was, const idl_decl *now)
{
	judge *j = judge_new(arena);
	judge_models(j, was, now);
	return judge_verdict(j) != BREAKING_BREAKS;
}

static void read_models(reader *r, const idl_result *was, const plan_file *file)
{
	for (const idl_decl *d = file->tree->decls; d; d = d->next) {
		if (d->kind != IDL_DECL_MODEL)
			continue;
		subject *s = names_get(&r->by_name, key_of(was->arena, file->package, d->name));
		if (s)
			add_version(r, s, model_of(file, d->name)->hash,
				    is_compatible(was->arena, d, s->decl));
	}
}

static int read_tree(reader *r, const idl_result *was)
{
	const plan *p = plan_build(was, was->arena);
	if (p->out_of_memory) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	for (size_t i = 0; i < p->file_count; i++) {
		if (p->files[i]->root)
			read_models(r, was, p->files[i]);
	}
	return STATUS_FINE;
}

/* ---- files ---- */

typedef struct {
	const char **paths;
	size_t count;
} folders;

static void add_folder(const options *o, idl_arena *arena, folders *f, const char *folder)
{
	f->paths[f->count++] = folder;
	for (size_t i = 0; i < o->folder_count; i++)
		f->paths[f->count++] = idl_arena_printf(arena, "%s/%s", folder, o->folders[i]);
}

/* From the folder of the file up to DIR, and below each what -I names; then -I. */
static folders folders_of(const options *o, idl_arena *arena, const char *path)
{
	size_t depth = 1, top = strlen(o->history);
	for (const char *at = path + top; *at; at++)
		depth += *at == '/';
	folders f = { .paths = idl_arena_array(arena, (depth + 1) * (o->folder_count + 1),
					       sizeof(const char *)) };
	for (size_t length = strlen(path); length > top; length--) {
		if (path[length] == '/')
			add_folder(o, arena, &f, idl_arena_copy(arena, path, length));
	}
	add_folder(o, arena, &f, o->history);
	for (size_t i = 0; i < o->folder_count; i++)
		f.paths[f.count++] = o->folders[i];
	return f;
}

static int read_file(reader *r, const char *path)
{
	folders in = folders_of(r->o, r->arena, path);
	idl_options reading = {
		.paths = &path, .path_count = 1, .folders = in.paths, .folder_count = in.count
	};
	idl_result was;
	idl_load(&reading, &was);
	int status = was.errors > 0 ? report_result(r->o, &was) : read_tree(r, &was);
	idl_release(&was);
	return status;
}

/* ---- all of it ---- */

static int compare_versions(const void *a, const void *b)
{
	const plan_version *left = a, *right = b;
	return strcmp(left->hash, right->hash);
}

static void fill(reader *r, const subject *s)
{
	plan_version *rows = idl_arena_array(r->arena, s->count + 1, sizeof(*rows));
	size_t count = 0;
	for (const version *v = s->first; v; v = v->next)
		rows[count++] = v->row;
	qsort(rows, count, sizeof(*rows), compare_versions);
	*s->model->history = (plan_history){ .versions = rows, .count = count };
}

int history_read(const options *o, const idl_result *now, const plan *p, history_files *files)
{
	reader r = { .o = o, .arena = now->arena };
	int status = history_walk(o->history, r.arena, files);
	list_subjects(&r, p);
	for (size_t i = 0; i < files->count && status == STATUS_FINE; i++)
		status = read_file(&r, files->paths[i]);
	for (const subject *s = r.subjects; s; s = s->next)
		fill(&r, s);
	return status;
}
