/* What our files of SQLite have in common: whose they are, and what went wrong with them. */
#ifndef SYNC_FILE_SQLITE_H
#define SYNC_FILE_SQLITE_H

#include <syncgen/status.h>

#include <sqlite3.h>

/* How a file says what it is, and what to tell of one that is something else. */
struct sync_sqlite_kind {
	int application; /* PRAGMA application_id: four letters */
	int version;	 /* PRAGMA user_version; what is higher is of a later library */
	const char *other;
};

/* OVERLOAD: it may work later. */
sync_status sync_sqlite_status(int code);

/* Both return a code of SQLite. */

/* Whether the file is of that kind, or `empty`, without a table. *foreign: what to tell of one that is
 * not, which is left alone; else untouched. */
int sync_sqlite_recognize(sqlite3 *db, const struct sync_sqlite_kind *kind, bool *empty,
			  const char **foreign);
/* Makes the tables and says what the file is, all or nothing. */
int sync_sqlite_create(sqlite3 *db, const struct sync_sqlite_kind *kind, const char *tables);

#endif
