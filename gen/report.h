/*
 * What a run tells the user: diagnostics in the form that was asked for, and errors that concern no
 * schema. Exit statuses are here because they say the same.
 */
#ifndef GEN_REPORT_H
#define GEN_REPORT_H

#include "../idl/idl.h"
#include "options.h"

enum { STATUS_FINE = 0, STATUS_SCHEMA = 1, STATUS_USAGE = 2, STATUS_IO = 3 };

/* Renders the diagnostics and says with which status to end. Text goes to standard error; JSON and
 * SARIF go to standard output, unless that is taken by a list or a dump. */
int report_result(const options *o, const idl_result *result);

/* Renders diagnostics alone. */
void report_diags(const options *o, const diag_list *diags);

/* "syncgen: out/notes.h: Permission denied"; `what` may be NULL or "". */
void report_error(const char *what, const char *why);

/* Everything that was printed to standard output arrived; else says so and answers STATUS_IO. */
int report_finish(int status);

#endif
