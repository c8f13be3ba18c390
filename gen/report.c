#include "report.h"

#include <errno.h>
#include <string.h>

#include "../idl/diag.h"

void report_diags(const options *o, const diag_list *diags)
{
	bool taken = o->list_outputs || o->dump != DUMP_NOTHING;
	FILE *to = taken ? stderr : stdout;
	if (o->format == FORMAT_JSON)
		diag_render_json(diags, to);
	else if (o->format == FORMAT_SARIF)
		diag_render_sarif(diags, to);
	else
		diag_render_text(diags, stderr, diag_wants_colour(stderr));
}

int report_result(const options *o, const idl_result *result)
{
	if (!result->diags) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	report_diags(o, result->diags);
	if (result->io_failed)
		return STATUS_IO;
	return result->errors > 0 ? STATUS_SCHEMA : STATUS_FINE;
}

void report_error(const char *what, const char *why)
{
	bool named = what && what[0];
	fprintf(stderr, "syncgen: %s%s%s\n", named ? what : "", named ? ": " : "", why);
}

int report_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	report_error("standard output", strerror(errno));
	return STATUS_IO;
}
