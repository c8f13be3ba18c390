/*
 * Other people's test data, in the folder that SUITES names (default ../shared/suites). Absent: the
 * suite is skipped and says so. Present with nothing in it: a failure.
 */
#ifndef SUITE_H
#define SUITE_H

#include <stdbool.h>
#include <stddef.h>

/* "FOLDER/name" in a buffer of the function's own. */
const char *suite_path(const char *name);

/* Is the file or folder there? If not, says "skipped: name". */
bool suite_present(const char *name);

/* The whole file, NUL-terminated, to be freed with free. NULL when it cannot be read. */
char *suite_file(const char *name, size_t *length);

/* Prints "note: NAME: RAN cases"; a failed assertion when none ran. */
void suite_ran(const char *name, unsigned ran);

/* Calls `each` for the files of a folder whose names end in `ending`, sorted by name. How many.
 * A file that cannot be read fails the present test. */
unsigned suite_each(const char *folder, const char *ending,
		    void (*each)(const char *name, const char *text, size_t length, void *context),
		    void *context);

#endif
