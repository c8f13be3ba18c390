/*
 * The checked tree becomes the plan: declare everything first, so that each reference finds its
 * target, then fill file by file, then order and follow.
 */
#include "plan_build.h"

#include "hash.h"

#include <string.h>

/* ---- counting and declaring ---- */

plan_struct *plan_new_struct(plan_builder *b, plan_origin origin, const plan_file *file)
{
	plan_struct *s = &b->structs[b->struct_count];
	*s = (plan_struct){ .origin = origin, .file = file, .number = b->struct_count++ };
	return s;
}

static void count_file(plan_builder *b, const idl_file *file)
{
	for (const idl_decl *d = file->decls; d; d = d->next) {
		switch (d->kind) {
		case IDL_DECL_ENUM:
			b->enum_count++;
			break;
		case IDL_DECL_STRUCT:
		case IDL_DECL_ERROR:
			b->struct_count++;
			break;
		case IDL_DECL_UNION:
			b->union_count++;
			break;
		case IDL_DECL_MODEL: {
			const idl_model *m = &d->as.model;
			size_t own =
				1 + (m->params.count > 0 ? 1u : 0u) + (m->has_presence ? 1u : 0u);
			b->struct_count +=
				own + m->actions.count + m->tasks.count + m->events.count;
			break;
		}
		case IDL_DECL_CONST:
			break;
		}
	}
}

static void declare_file(plan_builder *b, plan_file *file)
{
	for (idl_decl *d = file->tree->decls; d; d = d->next) {
		switch (d->kind) {
		case IDL_DECL_ENUM:
			d->mark = &b->enums[b->enum_count];
			b->enums[b->enum_count] =
				(plan_enum){ .file = file, .number = b->enum_count };
			b->enum_count++;
			break;
		case IDL_DECL_STRUCT:
			d->mark = plan_new_struct(b, PLAN_STRUCT, file);
			break;
		case IDL_DECL_ERROR:
			d->mark = plan_new_struct(b, PLAN_ERROR, file);
			break;
		case IDL_DECL_UNION:
			d->mark = &b->unions[b->union_count];
			b->unions[b->union_count] =
				(plan_union){ .file = file, .number = b->union_count };
			b->union_count++;
			break;
		case IDL_DECL_MODEL:
			d->mark = idl_arena_alloc(b->arena, sizeof(plan_model));
			break;
		case IDL_DECL_CONST:
			break;
		}
	}
}

/* ---- files ---- */

/* How outputs are named after a file: its path below the folder it was found in, without ".sync",
 * and without "..", which would lead out of the folder of -o. */
static const char *stem_of(idl_arena *arena, const char *path)
{
	if (path[0] == '\0' || strcmp(path, "-") == 0 || path[0] == '<')
		return "stdin";
	char *stem = idl_arena_alloc(arena, strlen(path) + 1);
	size_t length = 0;
	while (*path) {
		size_t part = strcspn(path, "/");
		if (part == 2 && memcmp(path, "..", 2) == 0) {
			while (length > 0 && stem[--length] != '/')
				;
		} else if (part > 0 && !(part == 1 && path[0] == '.')) {
			if (length > 0)
				stem[length++] = '/';
			memcpy(stem + length, path, part);
			length += part;
		}
		path += part;
		path += strspn(path, "/");
	}
	if (length > 5 && memcmp(stem + length - 5, ".sync", 5) == 0 && stem[length - 6] != '/')
		length -= 5;
	stem[length] = '\0';
	return stem;
}

static void name_file(plan_builder *b, plan_file *file, const idl_file *tree, size_t number)
{
	const char *stem = stem_of(b->arena, tree->import_path);
	const char *slash = strrchr(stem, '/');
	*file = (plan_file){ .stem = stem,
			     .base = slash ? slash + 1 : stem,
			     .source = idl_arena_printf(b->arena, "%s.sync", stem),
			     .package = tree->package ? tree->package : "",
			     .doc = tree->doc,
			     .c_prefix = tree->c_prefix ? tree->c_prefix : "",
			     .root = tree->root,
			     .tree = tree,
			     .number = number };
}

static plan_file *file_of(plan_builder *b, const idl_file *tree)
{
	plan_file *file = tree->mark;
	return &b->files[file->number];
}

static void link_imports(plan_builder *b, plan_file *file)
{
	size_t count = 0, at = 0;
	for (const idl_import *i = file->tree->imports; i; i = i->next)
		count++;
	uint64_t *row = b->closures + file->number * b->closure_words;
	const plan_file **imports = idl_arena_array(b->arena, count + 1, sizeof(const plan_file *));
	for (const idl_import *i = file->tree->imports; i; i = i->next) {
		size_t number = file_of(b, i->file)->number;
		imports[at++] = &b->files[number];
		row[number / 64] |= (uint64_t)1 << (number % 64);
		for (size_t word = 0; word < b->closure_words; word++)
			row[word] |= b->closures[number * b->closure_words + word];
	}
	file->imports = imports;
	file->import_count = count;
}

/* ---- all of it ---- */

static void declare_all(plan_builder *b, const idl_result *tree)
{
	plan *p = b->result;
	for (const idl_file *f = tree->files; f; f = f->next) {
		p->file_count++;
		count_file(b, f);
	}
	b->files = idl_arena_array(b->arena, p->file_count, sizeof(*b->files));
	b->enums = idl_arena_array(b->arena, b->enum_count, sizeof(*b->enums));
	b->structs = idl_arena_array(b->arena, b->struct_count, sizeof(*b->structs));
	b->unions = idl_arena_array(b->arena, b->union_count, sizeof(*b->unions));
	b->roles = idl_arena_array(b->arena, IDL_MAX_ROLES, sizeof(*b->roles));
	b->closure_words = p->file_count / 64 + 1;
	b->closures = idl_arena_array(b->arena, p->file_count, b->closure_words * sizeof(uint64_t));
	b->enum_count = b->struct_count = b->union_count = 0;
	size_t at = 0;
	const plan_file **files =
		idl_arena_array(b->arena, p->file_count, sizeof(const plan_file *));
	for (idl_file *f = tree->files; f; f = f->next, at++) {
		name_file(b, &b->files[at], f, at);
		files[at] = f->mark = &b->files[at];
		declare_file(b, &b->files[at]);
	}
	p->files = files;
}

static void clear_marks(const idl_result *tree)
{
	for (idl_file *f = tree->files; f; f = f->next) {
		f->mark = NULL;
		for (idl_decl *d = f->decls; d; d = d->next)
			d->mark = NULL;
	}
}

static void finish_models(plan_builder *b, hasher *h, const plan_file *file)
{
	for (const idl_decl *d = file->tree->decls; d; d = d->next) {
		if (d->kind != IDL_DECL_MODEL)
			continue;
		plan_model *m = d->mark;
		plan_find_features(b, m);
		if (!hash_model(h, m, m->hash))
			b->result->out_of_memory = true;
	}
}

static void build(plan_builder *b, const idl_result *tree)
{
	plan *p = b->result;
	declare_all(b, tree);
	for (size_t i = 0; i < p->file_count; i++) {
		link_imports(b, &b->files[i]);
		plan_fill_file(b, &b->files[i]);
	}
	p->enum_count = b->enum_count;
	p->struct_count = b->struct_count;
	p->union_count = b->union_count;
	p->container_count = b->container_count;
	for (size_t i = 0; i < p->file_count; i++)
		plan_order_file(b, &b->files[i]);
	plan_track(b);
	hasher *h = hash_new(p, b->arena);
	for (size_t i = 0; i < p->file_count; i++)
		finish_models(b, h, &b->files[i]);
	hash_release(h);
	clear_marks(tree);
}

const plan *plan_build(const idl_result *tree, idl_arena *arena)
{
	static const plan failed = { .out_of_memory = true };
	jmp_buf guard;
	if (setjmp(guard)) {
		idl_arena_guard(arena, NULL);
		clear_marks(tree);
		return &failed;
	}
	idl_arena_guard(arena, &guard);
	plan_builder b = { .arena = arena };
	plan *result = idl_arena_alloc(arena, sizeof(*result));
	b.result = result;
	build(&b, tree);
	idl_arena_guard(arena, NULL);
	return result;
}
