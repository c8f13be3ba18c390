/* W13: what a program does that writes each thing into SQLite by itself: one row, one transaction that
 * reaches the disk. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../worker.h"

static sqlite3 *db;
static sqlite3_stmt *insert;

static bool set_up(const char *folder)
{
	char path[512];
	snprintf(path, sizeof path, "%s/bare.db", folder);
	unlink(path);
	return sqlite3_open(path, &db) == SQLITE_OK &&
	       sqlite3_exec(db,
			    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			    "CREATE TABLE lines (id INTEGER PRIMARY KEY, line TEXT)",
			    NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(db, "INSERT INTO lines (line) VALUES (?1)", -1, &insert, NULL) ==
		       SQLITE_OK;
}

static bool put(void)
{
	static unsigned number;
	char line[84];
	memset(line, '-', sizeof line);
	line[number++ % sizeof line] = '+';
	sqlite3_bind_text(insert, 1, line, sizeof line, SQLITE_STATIC);
	bool done = sqlite3_step(insert) == SQLITE_DONE;
	sqlite3_reset(insert);
	return done;
}

static void step(void)
{
	bench_kept += put();
}

static void check(void)
{
	bench_answer(put(), 0);
}

const bench_work bench_works[] = { { "W13", set_up, step, check }, { NULL, NULL, NULL, NULL } };
