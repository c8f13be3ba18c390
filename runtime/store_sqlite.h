/*
 * The store in a file of SQLite, in three parts that data goes through one way:
 *
 *   store_sqlite         the adapter, on the loop's thread: what was accepted, what is awaited
 *   store_sqlite_writer  a thread that puts all that waits into one transaction, again and again
 *   store_sqlite_file    statements and tables: one connection for the writer, one for the loop
 *
 * The file has a table of `documents` (what was accepted of each, last), their `states` (the state at
 * a revision `base`), the `commits` behind those, and the `answers` to their clients' mutations. A
 * document's state is rewritten when its commits have grown longer than it, so that a commit costs
 * what it changes.
 */
#ifndef SYNC_STORE_SQLITE_H
#define SYNC_STORE_SQLITE_H

#include <syncgen/store.h>

/* ---- what is to be written ---- */

enum store_write_kind {
	STORE_FIRST, /* `body`: the state; nothing is stored */
	STORE_COMMIT, /* `body`: operations, on top of what is stored */
	STORE_STATE,  /* `body`: the state, on top of what is stored; it takes the place of the commits */
	STORE_CHECKPOINT, /* `body`: the state, whatever is stored */
	STORE_FORGET,
};

/* Made and freed on the loop's thread; between the two the writer's. */
struct store_write {
	struct store_write *next;
	enum store_write_kind kind;
	uint64_t epoch, revision;
	bool anew; /* no answers stay */
	/* Writes of a document on top of each other are of one line; a line ends with the first one
	 * that fails, and `*ended` is the last line that did. The writer's. */
	uint64_t line, *ended;
	sync_status status; /* what became of it */
	sync_store_answer answer; /* client NULL: none */
	const char *key;
	sync_buf body;
	/* The adapter's. */
	struct store_record *record;
	struct store_write *behind; /* the next one of the same document */
	void (*done)(void *arg, sync_status status); /* NULL: nobody wants to know */
	void *arg;
	char bytes[]; /* the key and the answer's strings */
};

/* ---- the file ---- */

struct store_file;

/* What is known of a document without reading it. */
struct store_known {
	bool stored; /* false: the rest is 0 */
	uint64_t epoch, revision;
	size_t state, ops; /* bytes of its state, and of its commits */
};

/* NULL: INVALID, OVERLOAD, INTERNAL or NOMEM, and why. */
struct store_file *store_file_open(const char *path, sync_error *error);
void store_file_close(struct store_file *file);

/* On the writer's thread: all of them in one transaction that has reached the disk on return; sets
 * `status` of each. */
void store_file_write(struct store_file *file, struct store_write *writes);

/* On the loop's thread. */
sync_status store_file_know(struct store_file *file, const char *key, struct store_known *known);
sync_status store_file_load(struct store_file *file, const char *key, const sync_store_loader *loader);

/* ---- the writer ---- */

struct store_writer;

/* `file` is borrowed. NULL: no memory, or no thread. */
struct store_writer *store_writer_new(struct store_file *file);
/* Writes what waits, and ends; nothing is left that was not collected. */
void store_writer_free(struct store_writer *writer);
/* From now on wake(arg) is called on the writer's thread when there is something to collect; it calls
 * nothing here. NULL: no more. */
void store_writer_wake(struct store_writer *writer, void (*wake)(void *arg), void *arg);
/* Takes it over until it is collected. */
void store_writer_add(struct store_writer *writer, struct store_write *write);
/* What was written since, in order; NULL: nothing. */
struct store_write *store_writer_collect(struct store_writer *writer);
/* Waits until nothing waits. */
void store_writer_finish(struct store_writer *writer);

#endif
