/*
 * Any text through the front end: read, check, dump, render; and what parses is formatted, which
 * loses nothing and changes nothing the second time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "idl/diag.h"
#include "idl/dump.h"
#include "idl/fmt.h"
#include "idl/idl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static FILE *nowhere(void)
{
	static FILE *file;
	if (!file)
		file = fopen("/dev/null", "w");
	return file;
}

static void compile(const char *text, size_t size)
{
	idl_options options = { 0 };
	idl_result result;
	idl_load_text("fuzz.sync", text, size, &options, &result);
	diag_render_text(result.diags, nowhere(), true);
	diag_render_json(result.diags, nowhere());
	diag_render_sarif(result.diags, nowhere());
	if (!result.errors)
		idl_dump(result.roots[0], nowhere());
	idl_release(&result);
}

static void format(const char *text, size_t size)
{
	fmt_result once, twice;
	fmt_text("fuzz.sync", text, size, &once);
	/* Only a file with an error in it may fail. */
	if (once.failed && diag_first(once.diags)->path)
		abort();
	if (!once.failed) {
		fmt_text("fuzz.sync", once.after.at, once.after.length, &twice);
		if (twice.failed || twice.changed) {
			fwrite(once.after.at, 1, once.after.length, stderr);
			fmt_diff(&twice, stderr);
			abort();
		}
		fmt_release(&twice);
	}
	fmt_release(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	compile((const char *)data, size);
	format((const char *)data, size);
	return 0;
}
