/*
 * What became of reading, as a table's row says it.
 */
#ifndef TEST_OUTCOME_H
#define TEST_OUTCOME_H

#include <syncgen/json.h>

#include "row.h"

enum { ROWS_ERROR = 64 };

/* What reading says: "" when it worked and nothing is left, else "code: message". */
static inline const char *outcome(sync_reader *reader, bool read)
{
	static char text[SYNC_MESSAGE_MAX + ROWS_ERROR];
	if (read && sync_read_end(reader))
		return "";
	snprintf(text, sizeof(text), "%s: %s", sync_status_name(reader->error.code),
		 reader->error.message);
	return text;
}

static inline void check_outcome(const char *row, sync_reader *reader, bool read,
				 const char *expected)
{
	const char *found = outcome(reader, read);
	if (!ROW(row, strcmp(found, expected) == 0))
		printf("	found '%s'\n", found);
}

#endif
