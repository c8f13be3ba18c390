/* A queue in a file of SQLite: one table, one process, each write a transaction that reached the
 * disk. */
#include <syncgen/queue.h>

#include <syncgen/alloc.h>

#include "file_sqlite.h"

static const struct sync_sqlite_kind kind = { 1398361681 /* "SYNQ" */, 1,
					      "is not a queue of a client" };

struct file {
	sync_queue queue;
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *put, *remove, *list;
};

/* ---- writing and reading ---- */

static int run(sqlite3_stmt *statement)
{
	sqlite3_step(statement);
	return sqlite3_reset(statement); /* the code of the step */
}

static int write_item(struct file *file, const char *key, const sync_queue_item *item)
{
	sqlite3_stmt *statement = item->bytes ? file->put : file->remove;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, item->name, -1, SQLITE_STATIC);
	if (item->bytes)
		sqlite3_bind_blob64(statement, 3, item->bytes, item->length, SQLITE_STATIC);
	int code = run(statement);
	sqlite3_clear_bindings(statement);
	return code;
}

static sync_status file_write(sync_queue *queue, const char *key, const sync_queue_item *items,
			      size_t count)
{
	struct file *file = (struct file *)(void *)queue;
	int code = run(file->begin);
	for (size_t i = 0; i < count && code == SQLITE_OK; i++)
		code = write_item(file, key, &items[i]);
	if (code == SQLITE_OK)
		code = run(file->commit);
	if (code != SQLITE_OK && !sqlite3_get_autocommit(file->db))
		sqlite3_exec(file->db, "ROLLBACK", NULL, NULL, NULL);
	return sync_sqlite_status(code);
}

static sync_status file_read(sync_queue *queue, const char *key,
			     sync_status (*visit)(void *arg, const sync_queue_item *item),
			     void *arg)
{
	struct file *file = (struct file *)(void *)queue;
	sync_status status = SYNC_OK;
	int code;
	sqlite3_bind_text(file->list, 1, key, -1, SQLITE_STATIC);
	while (status == SYNC_OK && (code = sqlite3_step(file->list)) == SQLITE_ROW) {
		const char *bytes = sqlite3_column_blob(file->list, 1);
		status = visit(arg,
			       &(sync_queue_item){ (const char *)sqlite3_column_text(file->list, 0),
						   bytes ? bytes : "",
						   (size_t)sqlite3_column_bytes(file->list, 1) });
	}
	code = sqlite3_reset(file->list);
	sqlite3_clear_bindings(file->list);
	return status == SYNC_OK ? sync_sqlite_status(code) : status;
}

/* ---- opening and closing ---- */

static void file_close(sync_queue *queue)
{
	struct file *file = (struct file *)(void *)queue;
	sqlite3_finalize(file->begin);
	sqlite3_finalize(file->commit);
	sqlite3_finalize(file->put);
	sqlite3_finalize(file->remove);
	sqlite3_finalize(file->list);
	sqlite3_close(file->db);
	sync_free(file);
}

/* Somebody else's file is left alone. */
static int claim(sqlite3 *db, const char **foreign)
{
	bool empty;
	int code = sync_sqlite_recognize(db, &kind, &empty, foreign);
	if (code != SQLITE_OK || *foreign)
		return code;
	code = sqlite3_exec(db,
			    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
			    "PRAGMA synchronous=FULL",
			    NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return code;
	return sync_sqlite_create(db, &kind,
				  "CREATE TABLE IF NOT EXISTS items (key TEXT, name TEXT,"
				  " bytes BLOB, PRIMARY KEY (key, name)) WITHOUT ROWID;");
}

static int prepare(struct file *file)
{
	struct {
		const char *sql;
		sqlite3_stmt **to;
	} const statements[] = {
		{ "BEGIN IMMEDIATE", &file->begin },
		{ "COMMIT", &file->commit },
		{ "INSERT OR REPLACE INTO items VALUES (?1, ?2, ?3)", &file->put },
		{ "DELETE FROM items WHERE key = ?1 AND name = ?2", &file->remove },
		{ "SELECT name, bytes FROM items WHERE key = ?1 ORDER BY name", &file->list },
	};
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		int code =
			sqlite3_prepare_v2(file->db, statements[i].sql, -1, statements[i].to, NULL);
		if (code != SQLITE_OK)
			return code;
	}
	return SQLITE_OK;
}

sync_queue *sync_queue_sqlite_open(const char *path, sync_error *error)
{
	const char *foreign = NULL;
	struct file *file = sync_calloc(1, sizeof *file);
	if (!file) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	file->queue = (sync_queue){ file_write, file_read, file_close };
	int code =
		sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (code == SQLITE_OK)
		code = claim(file->db, &foreign);
	if (code == SQLITE_OK && !foreign)
		code = prepare(file);
	if (code == SQLITE_OK && !foreign)
		return &file->queue;
	if (foreign)
		sync_error_set(error, SYNC_INVALID, "%s %s", path, foreign);
	else if ((code & 0xff) == SQLITE_BUSY)
		sync_error_set(error, SYNC_CONFLICT, "%s is used by another client", path);
	else
		sync_error_set(error, code == SQLITE_NOMEM ? SYNC_NOMEM : SYNC_INTERNAL, "%s: %s",
			       path, file->db ? sqlite3_errmsg(file->db) : sqlite3_errstr(code));
	file_close(&file->queue);
	return NULL;
}
