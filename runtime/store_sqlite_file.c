/* The store's tables. A document is a row of `documents`, found by its key; the rest goes by its
 * id. */
#include "store_sqlite.h"

#include <syncgen/alloc.h>

#include "file_sqlite.h"

enum { WAIT_MS = 5000 };

static const struct sync_sqlite_kind kind = { 1398361683 /* "SYNS" */, 1,
					      "is not a store of documents" };

static const char tables[] =
	"CREATE TABLE IF NOT EXISTS documents ("
	" id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" epoch INTEGER NOT NULL, revision INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS states ("
	" document INTEGER PRIMARY KEY, base INTEGER NOT NULL, state TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS commits ("
	" document INTEGER, revision INTEGER, ops TEXT NOT NULL,"
	" PRIMARY KEY (document, revision)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS answers ("
	" document INTEGER, client TEXT, number INTEGER, revision INTEGER NOT NULL,"
	" refused INTEGER NOT NULL, answer TEXT,"
	" PRIMARY KEY (document, client, number)) WITHOUT ROWID;";

enum statement {
	BEGIN,
	COMMIT,
	FOLLOW,
	FIRST,
	REPLACE,
	PUT_COMMIT,
	PUT_STATE,
	DROP_COMMITS,
	PUT_ANSWER,
	DROP_ANSWERS,
	DROP_OLD_ANSWERS,
	FIND,
	DROP_STATE,
	DROP_DOCUMENT,
	WRITER_COUNT
};

/* ?1 is the document everywhere but in the first four, where it is the key. */
static const char *const writing[] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[FOLLOW] = "UPDATE documents SET revision = ?3 WHERE key = ?1 AND epoch = ?2"
		   " AND revision = ?3 - 1 RETURNING id",
	[FIRST] = "INSERT INTO documents (key, epoch, revision) VALUES (?1, ?2, ?3)"
		  " ON CONFLICT DO NOTHING RETURNING id",
	[REPLACE] =
		"INSERT INTO documents (key, epoch, revision) VALUES (?1, ?2, ?3) ON CONFLICT (key)"
		" DO UPDATE SET epoch = excluded.epoch, revision = excluded.revision RETURNING id",
	[FIND] = "SELECT id FROM documents WHERE key = ?1",
	[PUT_COMMIT] = "INSERT INTO commits VALUES (?1, ?2, ?3)",
	[PUT_STATE] = "INSERT OR REPLACE INTO states VALUES (?1, ?2, ?3)",
	[DROP_COMMITS] = "DELETE FROM commits WHERE document = ?1",
	[PUT_ANSWER] = "INSERT OR REPLACE INTO answers VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[DROP_ANSWERS] = "DELETE FROM answers WHERE document = ?1",
	[DROP_OLD_ANSWERS] =
		"DELETE FROM answers WHERE document = ?1 AND client = ?2 AND number < ?3",
	[DROP_STATE] = "DELETE FROM states WHERE document = ?1",
	[DROP_DOCUMENT] = "DELETE FROM documents WHERE id = ?1",
};

enum { READ, READ_END, KNOW, STATE, OPS, ANSWERS, READER_COUNT };

static const char *const reading[] = {
	[READ] = "BEGIN",
	[READ_END] = "COMMIT",
	[KNOW] = "SELECT epoch, revision, length(CAST(state AS BLOB)), (SELECT sum(length(CAST(ops "
		 "AS BLOB)))"
		 " FROM commits WHERE commits.document = id)"
		 " FROM documents JOIN states ON document = id WHERE key = ?1",
	[STATE] = "SELECT id, epoch, base, state FROM documents JOIN states ON document = id WHERE "
		  "key = ?1",
	[OPS] = "SELECT revision, ops FROM commits WHERE document = ?1 ORDER BY revision",
	[ANSWERS] =
		"SELECT client, number, revision, refused, answer FROM answers WHERE document = ?1"
		" ORDER BY client, number",
};

struct store_file {
	sqlite3 *writer, *reader;
	sqlite3_stmt *write[WRITER_COUNT], *read[READER_COUNT];
};

/* ---- small steps of writing ---- */

static void bind_text(sqlite3_stmt *statement, int at, const char *text, size_t length)
{
	if (text)
		sqlite3_bind_text64(statement, at, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_number(sqlite3_stmt *statement, int at, uint64_t number)
{
	sqlite3_bind_int64(statement, at, (sqlite3_int64)number);
}

/* A statement that returns no row. */
static sync_status run(sqlite3_stmt *statement)
{
	sqlite3_step(statement);
	int code = sqlite3_reset(statement); /* the code of the step */
	sqlite3_clear_bindings(statement);
	return sync_sqlite_status(code);
}

static sync_status run_on(sqlite3_stmt *statement, sqlite3_int64 document)
{
	sqlite3_bind_int64(statement, 1, document);
	return run(statement);
}

/* A statement that returns the id of a document, or nothing: 0. */
static sync_status find_id(sqlite3_stmt *statement, const struct store_write *write,
			   sqlite3_int64 *id)
{
	bind_text(statement, 1, write->key, strlen(write->key));
	if (sqlite3_bind_parameter_count(statement) > 1) {
		bind_number(statement, 2, write->epoch);
		bind_number(statement, 3, write->revision);
	}
	*id = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	return run(statement); /* what RETURNING said is whole only at its end */
}

static sync_status put_body(sqlite3_stmt *statement, sqlite3_int64 document,
			    const struct store_write *write)
{
	bind_number(statement, 2, write->revision);
	bind_text(statement, 3, write->body.data, write->body.len);
	return run_on(statement, document);
}

static sync_status put_answer(struct store_file *file, sqlite3_int64 document,
			      const struct store_write *write)
{
	const sync_store_answer *answer = &write->answer;
	sqlite3_stmt *old = file->write[DROP_OLD_ANSWERS], *put = file->write[PUT_ANSWER];
	bind_text(old, 2, answer->client, strlen(answer->client));
	bind_number(old, 3, answer->keep_from);
	sync_status status = run_on(old, document);
	if (status != SYNC_OK)
		return status;
	bind_text(put, 2, answer->client, strlen(answer->client));
	bind_number(put, 3, answer->number);
	bind_number(put, 4, write->revision);
	bind_number(put, 5, answer->refused);
	bind_text(put, 6, answer->text, answer->length);
	return run_on(put, document);
}

/* ---- one write ---- */

/* Rule 1: only what follows is taken. The first commit of a document is 1, and is kept as a state.
 * Its line tells more than the revision: another program may have written that one. */
static sync_status accept(struct store_file *file, const struct store_write *write,
			  sqlite3_int64 *id)
{
	static const enum statement how[] = { [STORE_FIRST] = FIRST,
					      [STORE_COMMIT] = FOLLOW,
					      [STORE_STATE] = FOLLOW,
					      [STORE_CHECKPOINT] = REPLACE };
	if (write->line <= *write->ended)
		return SYNC_CONFLICT;
	sync_status status = find_id(file->write[how[write->kind]], write, id);
	return status == SYNC_OK && !*id ? SYNC_CONFLICT : status;
}

static sync_status put_state(struct store_file *file, sqlite3_int64 document,
			     const struct store_write *write)
{
	sync_status status = put_body(file->write[PUT_STATE], document, write);
	if (status == SYNC_OK)
		status = run_on(file->write[DROP_COMMITS], document);
	if (status == SYNC_OK && write->anew)
		status = run_on(file->write[DROP_ANSWERS], document);
	return status;
}

static sync_status forget(struct store_file *file, const struct store_write *write)
{
	static const enum statement parts[] = { DROP_ANSWERS, DROP_COMMITS, DROP_STATE,
						DROP_DOCUMENT };
	sqlite3_int64 id;
	sync_status status = find_id(file->write[FIND], write, &id);
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == SYNC_OK && id; i++)
		status = run_on(file->write[parts[i]], id);
	return status;
}

static sync_status write_one(struct store_file *file, const struct store_write *write)
{
	sqlite3_int64 id;
	if (write->kind == STORE_FORGET)
		return forget(file, write);
	sync_status status = accept(file, write, &id);
	if (status == SYNC_OK)
		status = write->kind == STORE_COMMIT ? put_body(file->write[PUT_COMMIT], id, write)
						     : put_state(file, id, write);
	if (status == SYNC_OK && write->answer.client)
		status = put_answer(file, id, write);
	return status;
}

/* ---- a transaction ---- */

/* What does not follow is left out; any other failure is that of all. */
static sync_status write_all(struct store_file *file, struct store_write *writes)
{
	sync_status status = run(file->write[BEGIN]);
	for (struct store_write *w = writes; w && status == SYNC_OK; w = w->next) {
		w->status = write_one(file, w);
		if (w->status == SYNC_CONFLICT)
			*w->ended = w->line;
		else
			status = w->status;
	}
	return status == SYNC_OK ? run(file->write[COMMIT]) : status;
}

void store_file_write(struct store_file *file, struct store_write *writes)
{
	sync_status status = write_all(file, writes);
	if (status == SYNC_OK)
		return;
	if (!sqlite3_get_autocommit(file->writer))
		sqlite3_exec(file->writer, "ROLLBACK", NULL, NULL, NULL);
	for (struct store_write *w = writes; w; w = w->next) {
		w->status = status;
		*w->ended = w->line;
	}
}

/* ---- reading ---- */

static size_t column_size(sqlite3_stmt *statement, int at)
{
	return (size_t)sqlite3_column_int64(statement, at);
}

static uint64_t column_number(sqlite3_stmt *statement, int at)
{
	return (uint64_t)sqlite3_column_int64(statement, at);
}

static const char *column_text(sqlite3_stmt *statement, int at, size_t *length)
{
	const char *text = (const char *)sqlite3_column_text(statement, at);
	*length = (size_t)sqlite3_column_bytes(statement, at);
	return text;
}

/* The end of a statement that gave rows: what went wrong here, or there. */
static sync_status end(sqlite3_stmt *statement, sync_status status)
{
	int code = sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return status == SYNC_OK ? sync_sqlite_status(code) : status;
}

sync_status store_file_know(struct store_file *file, const char *key, struct store_known *known)
{
	sqlite3_stmt *know = file->read[KNOW];
	*known = (struct store_known){ 0 };
	bind_text(know, 1, key, strlen(key));
	if (sqlite3_step(know) == SQLITE_ROW)
		*known = (struct store_known){ true, column_number(know, 0), column_number(know, 1),
					       column_size(know, 2), column_size(know, 3) };
	return end(know, SYNC_OK);
}

static sync_status load_state(struct store_file *file, const char *key,
			      const sync_store_loader *loader, sqlite3_int64 *id)
{
	sqlite3_stmt *state = file->read[STATE];
	sync_status status = SYNC_OK;
	*id = 0;
	bind_text(state, 1, key, strlen(key));
	if (sqlite3_step(state) == SQLITE_ROW) {
		size_t length;
		const char *text = column_text(state, 3, &length);
		*id = sqlite3_column_int64(state, 0);
		status = text ? loader->state(loader->arg, column_number(state, 1),
					      column_number(state, 2), text, length)
			      : SYNC_NOMEM;
	}
	return end(state, status);
}

static sync_status load_commits(struct store_file *file, const sync_store_loader *loader,
				sqlite3_int64 id)
{
	sqlite3_stmt *ops = file->read[OPS];
	sync_status status = SYNC_OK;
	sqlite3_bind_int64(ops, 1, id);
	while (status == SYNC_OK && sqlite3_step(ops) == SQLITE_ROW) {
		size_t length;
		const char *text = column_text(ops, 1, &length);
		status = text ? loader->ops(loader->arg, column_number(ops, 0), text, length)
			      : SYNC_NOMEM;
	}
	return end(ops, status);
}

static sync_status load_answers(struct store_file *file, const sync_store_loader *loader,
				sqlite3_int64 id)
{
	sqlite3_stmt *answers = file->read[ANSWERS];
	sync_status status = SYNC_OK;
	sqlite3_bind_int64(answers, 1, id);
	while (status == SYNC_OK && sqlite3_step(answers) == SQLITE_ROW) {
		size_t length;
		sync_store_answer answer = {
			.client = (const char *)sqlite3_column_text(answers, 0),
			.number = column_number(answers, 1),
			.refused = sqlite3_column_int(answers, 3) != 0,
		};
		bool says = sqlite3_column_type(answers, 4) != SQLITE_NULL;
		answer.text = column_text(answers, 4, &length);
		answer.length = length;
		status = answer.client && (answer.text || !says)
				 ? loader->answer(loader->arg, column_number(answers, 2), &answer)
				 : SYNC_NOMEM;
	}
	return end(answers, status);
}

sync_status store_file_load(struct store_file *file, const char *key,
			    const sync_store_loader *loader)
{
	sqlite3_int64 id;
	sync_status status = run(file->read[READ]); /* all of it as it is at one moment */
	if (status != SYNC_OK)
		return status;
	status = load_state(file, key, loader, &id);
	if (status == SYNC_OK && id)
		status = load_commits(file, loader, id);
	if (status == SYNC_OK && id && loader->answer)
		status = load_answers(file, loader, id);
	run(file->read[READ_END]);
	return status;
}

/* ---- opening and closing ---- */

void store_file_close(struct store_file *file)
{
	for (int i = 0; i < READER_COUNT; i++)
		sqlite3_finalize(file->read[i]);
	for (int i = 0; i < WRITER_COUNT; i++)
		sqlite3_finalize(file->write[i]);
	sqlite3_close(file->reader);
	sqlite3_close(file->writer); /* last: it is the one that may clean up */
	sync_free(file);
}

/* Somebody else's file is left alone, and so is one that we may not understand. */
static int claim(sqlite3 *db, const char **foreign)
{
	bool empty;
	int code = sync_sqlite_recognize(db, &kind, &empty, foreign);
	if (code != SQLITE_OK || *foreign)
		return code;
	code = sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL,
			    NULL);
	return code == SQLITE_OK && empty ? sync_sqlite_create(db, &kind, tables) : code;
}

static int prepare(sqlite3 *db, const char *const *sql, sqlite3_stmt **statements, int count)
{
	int code = SQLITE_OK;
	for (int i = 0; i < count && code == SQLITE_OK; i++)
		code = sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i],
					  NULL);
	return code;
}

static int open_both(struct store_file *file, const char *path, const char **foreign)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	int code = sqlite3_open_v2(path, &file->writer, flags | SQLITE_OPEN_CREATE, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(file->writer, WAIT_MS);
	if (code == SQLITE_OK)
		code = claim(file->writer, foreign);
	if (code == SQLITE_OK && !*foreign)
		code = prepare(file->writer, writing, file->write, WRITER_COUNT);
	if (code != SQLITE_OK || *foreign)
		return code;
	code = sqlite3_open_v2(path, &file->reader, flags, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(file->reader, WAIT_MS);
	return code == SQLITE_OK ? prepare(file->reader, reading, file->read, READER_COUNT) : code;
}

struct store_file *store_file_open(const char *path, sync_error *error)
{
	const char *foreign = NULL;
	struct store_file *file = sync_calloc(1, sizeof *file);
	int code = file ? open_both(file, path, &foreign) : SQLITE_NOMEM;
	if (code == SQLITE_OK && !foreign)
		return file;
	if (foreign)
		sync_error_set(error, SYNC_INVALID, "%s %s", path, foreign);
	else
		sync_error_set(error, sync_sqlite_status(code), "%s: %s", path,
			       file && file->writer
				       ? sqlite3_errmsg(file->reader ? file->reader : file->writer)
				       : sqlite3_errstr(code));
	if (file)
		store_file_close(file);
	return NULL;
}
