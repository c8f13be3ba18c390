/* syncgen: what the command line asks for. A command is a file of its own when it is more than a
 * few lines. */
#include <string.h>

#include <syncgen/syncgen.h>

#include "../idl/explain.h"
#include "breaking.h"
#include "fmt.h"
#include "generate.h"
#include "options.h"
#include "report.h"
#include "watch.h"

static int check_run(const options *o)
{
	idl_options reading = { .paths = o->inputs,
				.path_count = o->input_count,
				.folders = o->folders,
				.folder_count = o->folder_count,
				.prefix = o->prefix };
	idl_result result;
	idl_check_only(&reading, &result);
	int status = report_result(o, &result);
	idl_release(&result);
	return status;
}

static int explain_run(const options *o)
{
	if (o->input_count == 0)
		explain_list(stdout);
	for (size_t i = 0; i < o->input_count; i++) {
		if (i > 0)
			putchar('\n');
		if (!explain_print(o->inputs[i], stdout)) {
			fprintf(stderr,
				"syncgen: no diagnostic '%s'; 'syncgen explain' lists all\n",
				o->inputs[i]);
			return STATUS_USAGE;
		}
	}
	return STATUS_FINE;
}

static int version_run(void)
{
	puts("syncgen " SYNC_VERSION);
	return STATUS_FINE;
}

static int help_run(const options *o)
{
	options_help(o->help_about, stdout);
	return STATUS_FINE;
}

static int run(const options *o)
{
	switch (o->command) {
	case COMMAND_GENERATE:
		return generate_run(o);
	case COMMAND_CHECK:
		return check_run(o);
	case COMMAND_FMT:
		return fmt_run(o);
	case COMMAND_EXPLAIN:
		return explain_run(o);
	case COMMAND_BREAKING:
		return breaking_run(o);
	case COMMAND_WATCH:
		return watch_run(o);
	case COMMAND_HELP:
		return help_run(o);
	case COMMAND_VERSION:
		return version_run();
	}
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	options o;
	int status;
	if (argc < 2) {
		options_help(COMMAND_GENERATE, stderr);
		return STATUS_USAGE;
	}
	if (options_parse(&o, argc, argv)) {
		status = report_finish(run(&o));
	} else {
		report_error(NULL, o.error);
		status = o.out_of_memory ? STATUS_IO : STATUS_USAGE;
		if (status == STATUS_USAGE)
			options_hint(o.command, stderr);
	}
	options_release(&o);
	return status;
}
