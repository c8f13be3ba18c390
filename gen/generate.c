#include "generate.h"

#include <stdlib.h>
#include <string.h>

#include "../idl/dump.h"
#include "c.h"
#include "depfile.h"
#include "history.h"
#include "jsonschema.h"
#include "output.h"
#include "plan.h"
#include "report.h"
#include "tmpl.h"
#include "ts.h"

typedef struct {
	const options *o;
	const idl_result *tree;
	const plan *plan;
	idl_arena *arena;
	tmpl_set *templates;
	output *out;
	history_files history;
} run;

static int out_of_memory(void)
{
	report_error(NULL, "out of memory");
	return STATUS_IO;
}

/* ---- what no schema can be blamed for ---- */

static int compare_stems(const void *a, const void *b)
{
	const plan_file *const *left = a, *const *right = b;
	return strcmp((*left)->stem, (*right)->stem);
}

/* Two files of one name would overwrite each other's outputs. */
static int check_stems(const run *r)
{
	size_t count = r->plan->file_count;
	const plan_file **sorted = idl_arena_array(r->arena, count, sizeof(const plan_file *));
	memcpy(sorted, r->plan->files, count * sizeof(*sorted));
	if (count > 0)
		qsort(sorted, count, sizeof(*sorted), compare_stems);
	for (size_t i = 1; i < count; i++) {
		const plan_file *a = sorted[i - 1], *b = sorted[i];
		if (strcmp(a->stem, b->stem) != 0)
			continue;
		fprintf(stderr, "syncgen: '%s' and '%s' would both be written as '%s'\n",
			a->tree->path, b->tree->path, a->stem);
		return STATUS_USAGE;
	}
	return STATUS_FINE;
}

/* ---- emitting ---- */

static void add(run *r, const plan_file *file, const char *extension, const buf *text)
{
	if (text->failed) {
		output_fail(r->out);
		return;
	}
	output_add(r->out, idl_arena_printf(r->arena, "%s%s", file->stem, extension), text->at,
		   text->length);
}

static void emit(run *r)
{
	unsigned wanted = r->o->emit;
	jsonschema *schemas = jsonschema_new(r->plan, r->arena);
	c_backend *c = wanted & EMIT_C ? c_backend_new(r->plan, r->templates, r->arena) : NULL;
	ts_backend *ts = wanted & EMIT_TS ? ts_backend_new(r->plan, r->templates, r->arena) : NULL;
	for (size_t i = 0; i < r->plan->file_count; i++) {
		const plan_file *file = r->plan->files[i];
		buf schema = { 0 };
		if (wanted & (EMIT_C | EMIT_SCHEMA))
			jsonschema_print(schemas, file, &schema);
		if (c)
			c_backend_emit(c, file, schema.failed ? NULL : schema.at, r->out);
		if (wanted & EMIT_SCHEMA || schema.failed)
			add(r, file, ".schema.json", &schema);
		buf_release(&schema);
		if (ts)
			ts_backend_emit(ts, file, r->out);
	}
}

static int write_out(run *r)
{
	if (r->o->depfile) {
		buf text = { 0 };
		depfile_print(r->plan, &r->history, r->out, r->o->stamp, &text);
		output_add_beside(r->out, r->o->depfile, text.at, text.length);
		if (text.failed)
			output_fail(r->out);
		buf_release(&text);
	}
	if (r->o->stamp)
		output_add_stamp(r->out, r->o->stamp);
	output_failure failure;
	if (output_write(r->out, &failure))
		return STATUS_FINE;
	report_error(failure.path, failure.reason);
	return STATUS_IO;
}

static int emit_and_write(run *r)
{
	emit(r);
	if (tmpl_set_error(r->templates)) {
		report_error(NULL, tmpl_set_error(r->templates));
		return r->o->templates ? STATUS_USAGE : STATUS_IO;
	}
	if (r->o->dump == DUMP_VIEW)
		return STATUS_FINE;
	if (!r->o->list_outputs)
		return write_out(r);
	for (size_t i = 0; i < output_count(r->out); i++)
		printf("%s\n", output_path(r->out, i));
	return STATUS_FINE;
}

/* ---- the steps ---- */

static int from_plan(run *r)
{
	int status = check_stems(r);
	if (status != STATUS_FINE)
		return status;
	if (r->o->dump == DUMP_PLAN) {
		plan_dump(r->plan, stdout);
		return STATUS_FINE;
	}
	r->templates = tmpl_set_new(r->arena, view_pool_new(r->arena), r->o->templates);
	if (r->o->dump == DUMP_VIEW)
		tmpl_set_dump(r->templates, stdout);
	r->out = output_new(r->o->out ? r->o->out : "");
	if (!r->out)
		return out_of_memory();
	status = emit_and_write(r);
	output_free(r->out);
	return status;
}

static int dump_tree(const options *o, const idl_result *tree)
{
	int status = report_result(o, tree);
	for (const idl_file *f = tree->files; f; f = f->next)
		idl_dump(f, stdout);
	return status;
}

/* What is wrong with an earlier version is said instead of the warnings about the present one. */
static int with_history(run *r)
{
	int status = STATUS_FINE;
	if (r->o->history)
		status = history_read(r->o, r->tree, r->plan, &r->history);
	if (status == STATUS_FINE)
		status = report_result(r->o, r->tree);
	return status == STATUS_FINE ? from_plan(r) : status;
}

static int from_tree(const options *o, const idl_result *tree)
{
	if (o->dump == DUMP_AST)
		return dump_tree(o, tree);
	run r = {
		.o = o, .tree = tree, .arena = tree->arena, .plan = plan_build(tree, tree->arena)
	};
	return r.plan->out_of_memory ? out_of_memory() : with_history(&r);
}

int generate_run(const options *o)
{
	idl_options reading = { .paths = o->inputs,
				.path_count = o->input_count,
				.folders = o->folders,
				.folder_count = o->folder_count,
				.prefix = o->prefix };
	idl_result tree;
	idl_load(&reading, &tree);
	int status = tree.errors > 0 ? report_result(o, &tree) : from_tree(o, &tree);
	idl_release(&tree);
	return status;
}
