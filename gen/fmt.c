/* POSIX: realpath. */
#define _XOPEN_SOURCE 700

#include "fmt.h"

#include <stdlib.h>
#include <string.h>

#include "../idl/diag.h"
#include "../idl/fmt.h"
#include "output.h"
#include "report.h"

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Reads all files; nothing is written when one of them cannot be formatted. */
static int load_all(const options *o, fmt_result *results)
{
	int status = STATUS_FINE;
	for (size_t i = 0; i < o->input_count; i++) {
		fmt_load(o->inputs[i], &results[i]);
		if (results[i].diags)
			diag_render_text(results[i].diags, stderr, diag_wants_colour(stderr));
		else
			report_error(o->inputs[i], "out of memory");
		if (results[i].io_failed || !results[i].diags)
			status = STATUS_IO;
		else if (results[i].failed && status == STATUS_FINE)
			status = STATUS_SCHEMA;
	}
	return status;
}

/* A link stays a link: what it leads to is replaced. */
static void add(output *out, const fmt_result *result)
{
	char *target = realpath(result->path, NULL);
	output_add_beside(out, target ? target : result->path, result->after.at,
			  result->after.length);
	free(target);
}

static int rewrite(const options *o, const fmt_result *results)
{
	output *out = output_new("");
	if (!out) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	for (size_t i = 0; i < o->input_count; i++) {
		if (is_standard_input(o->inputs[i]))
			fwrite(results[i].after.at, 1, results[i].after.length, stdout);
		else if (results[i].changed)
			add(out, &results[i]);
	}
	output_failure failure;
	int status = STATUS_FINE;
	if (!output_write(out, &failure)) {
		report_error(failure.path, failure.reason);
		status = STATUS_IO;
	}
	output_free(out);
	return status;
}

static int compare(const options *o, const fmt_result *results)
{
	bool changed = false;
	for (size_t i = 0; i < o->input_count; i++) {
		changed |= results[i].changed;
		if (o->fmt_diff)
			fmt_diff(&results[i], stdout);
		else if (results[i].changed)
			fprintf(stderr, "%s: not formatted\n", o->inputs[i]);
	}
	return o->fmt_check && changed ? STATUS_SCHEMA : STATUS_FINE;
}

int fmt_run(const options *o)
{
	fmt_result *results = calloc(o->input_count, sizeof(*results));
	if (!results) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	int status = load_all(o, results);
	if (status == STATUS_FINE)
		status = o->fmt_check || o->fmt_diff ? compare(o, results) : rewrite(o, results);
	for (size_t i = 0; i < o->input_count; i++)
		fmt_release(&results[i]);
	free(results);
	return status;
}
