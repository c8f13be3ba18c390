#include "file_sqlite.h"

sync_status sync_sqlite_status(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return SYNC_OK;
	case SQLITE_NOMEM:
		return SYNC_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
		return SYNC_OVERLOAD;
	default:
		return SYNC_INTERNAL;
	}
}

static int number(sqlite3 *db, const char *sql, int *value)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	*value = 0;
	if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		*value = sqlite3_column_int(statement, 0);
	int end = sqlite3_finalize(statement);
	return code == SQLITE_OK ? end : code;
}

int sync_sqlite_recognize(sqlite3 *db, const struct sync_sqlite_kind *kind, bool *empty,
			  const char **foreign)
{
	int tables, application, version;
	int code = number(db, "SELECT count(*) FROM sqlite_master", &tables);
	if (code == SQLITE_OK)
		code = number(db, "PRAGMA application_id", &application);
	if (code == SQLITE_OK)
		code = number(db, "PRAGMA user_version", &version);
	if (code == SQLITE_NOTADB)
		*foreign = kind->other;
	if (code != SQLITE_OK)
		return code;
	*empty = tables == 0;
	if (tables && application != kind->application)
		*foreign = kind->other;
	else if (tables && version > kind->version)
		*foreign = "was written by a later version of this library";
	return code;
}

int sync_sqlite_create(sqlite3 *db, const struct sync_sqlite_kind *kind, const char *tables)
{
	char *sql = sqlite3_mprintf("BEGIN EXCLUSIVE; %s PRAGMA application_id=%d;"
				    "PRAGMA user_version=%d; COMMIT",
				    tables, kind->application, kind->version);
	int code = sql ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	return code;
}
