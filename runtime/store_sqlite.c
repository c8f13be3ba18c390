/*
 * The store in a file: what was accepted of each document, which the loop's thread has to know
 * before it is written. The file checks it again, as another program may write to it; then what it
 * holds is read anew.
 */
#include "store_sqlite.h"

#include <string.h>

#include <syncgen/alloc.h>

#include "index.h"

/* A document that is written to. */
struct store_record {
	struct store_known known;	   /* as it will be when all that waits is written */
	struct store_write *first, **last; /* what waits */
	uint64_t line, ended;		   /* see store_write */
	bool owned;			   /* somebody writes to it; he says when he ends */
	char key[];
};

struct sqlite_store {
	sync_store store; /* first */
	struct store_file *file;
	struct store_writer *writer;
	struct sync_index *records; /* by key */
	size_t count;
};

/* ---- records ---- */

static uint64_t hash_key(const char *key)
{
	return sync_hash(key, strlen(key));
}

static struct store_record *find(const struct sqlite_store *s, const char *key)
{
	size_t at = 0;
	uintptr_t ref;
	uint64_t hash = hash_key(key);
	while (s->records && (ref = sync_index_next(s->records, hash, &at))) {
		struct store_record *record = (struct store_record *)ref;
		if (strcmp(record->key, key) == 0)
			return record;
	}
	return NULL;
}

static sync_status add(struct sqlite_store *s, const char *key, struct store_record **added)
{
	size_t size = strlen(key) + 1;
	struct store_record *record = sync_calloc(1, sizeof *record + size);
	sync_status status = SYNC_NOMEM;
	if (record && sync_index_reserve(&s->records, s->count + 1))
		status = store_file_know(s->file, key, &record->known);
	if (status != SYNC_OK) {
		sync_free(record);
		return status;
	}
	memcpy(record->key, key, size);
	record->last = &record->first;
	record->line = 1;
	sync_index_add(s->records, hash_key(key), (uintptr_t)record);
	s->count++;
	*added = record;
	return SYNC_OK;
}

static sync_status find_or_add(struct sqlite_store *s, const char *key,
			       struct store_record **record)
{
	*record = find(s, key);
	return *record ? SYNC_OK : add(s, key, record);
}

static void drop_unused(struct sqlite_store *s, struct store_record *record)
{
	if (record->owned || record->first)
		return;
	sync_index_remove(s->records, hash_key(record->key), (uintptr_t)record);
	s->count--;
	sync_free(record);
}

/* ---- writes ---- */

static char *copy(char **to, const char *from, size_t length)
{
	char *start = *to;
	if (length)
		memcpy(start, from, length);
	start[length] = '\0';
	*to += length + 1;
	return start;
}

static struct store_write *new_write(struct store_record *record, const sync_store_answer *answer)
{
	size_t client = answer->client ? strlen(answer->client) : 0;
	size_t key = strlen(record->key);
	struct store_write *write =
		sync_calloc(1, sizeof *write + key + client + answer->length + 3);
	if (!write)
		return NULL;
	char *to = write->bytes;
	write->record = record;
	write->key = copy(&to, record->key, key);
	write->answer = *answer;
	if (answer->client)
		write->answer.client = copy(&to, answer->client, client);
	if (answer->text)
		write->answer.text = copy(&to, answer->text, answer->length);
	return write;
}

static void free_write(struct store_write *write)
{
	sync_buf_release(&write->body);
	sync_free(write);
}

static void send(struct sqlite_store *s, struct store_write *write)
{
	struct store_record *record = write->record;
	if (write->kind == STORE_CHECKPOINT || write->kind == STORE_FORGET)
		record->line++;
	write->line = record->line;
	write->ended = &record->ended;
	*record->last = write;
	record->last = &write->behind;
	store_writer_add(s->writer, write);
}

/* ---- submitting ---- */

static bool follows(const struct store_known *known, const sync_store_commit *commit)
{
	return known->revision + 1 == commit->revision &&
	       (!known->stored || known->epoch == commit->epoch);
}

static enum store_write_kind kind_of(const struct store_known *known,
				     const sync_store_commit *commit)
{
	if (!commit->ops)
		return STORE_CHECKPOINT;
	if (!known->stored)
		return STORE_FIRST;
	return known->ops > known->state + 1024 ? STORE_STATE : STORE_COMMIT;
}

static sync_status fill(struct store_write *write, const sync_store_commit *commit)
{
	if (write->kind != STORE_COMMIT)
		return commit->snapshot(commit->doc, &write->body);
	sync_buf_put(&write->body, commit->ops, commit->ops_length);
	return write->body.status;
}

/* What it will be when the write is done. */
static void foresee(struct store_known *known, const struct store_write *write)
{
	known->stored = true;
	known->epoch = write->epoch;
	known->revision = write->revision;
	known->ops = write->kind == STORE_COMMIT ? known->ops + write->body.len : 0;
	if (write->kind != STORE_COMMIT)
		known->state = write->body.len;
}

static sync_status submit_to(struct sqlite_store *s, struct store_record *record,
			     const sync_store_commit *commit,
			     void (*done)(void *arg, sync_status status), void *arg)
{
	if (commit->ops && !follows(&record->known, commit))
		return SYNC_CONFLICT;
	struct store_write *write = new_write(record, &commit->answer);
	if (!write)
		return SYNC_NOMEM;
	write->kind = kind_of(&record->known, commit);
	write->epoch = commit->epoch;
	write->revision = commit->revision;
	write->anew = commit->anew;
	write->done = done;
	write->arg = arg;
	sync_status status = fill(write, commit);
	if (status != SYNC_OK) {
		free_write(write);
		return status;
	}
	foresee(&record->known, write);
	record->owned = true;
	send(s, write);
	return SYNC_OK;
}

static sync_status submit(sync_store *store, const sync_store_commit *commit,
			  void (*done)(void *arg, sync_status status), void *arg)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	struct store_record *record;
	sync_status status = find_or_add(s, commit->key, &record);
	if (status != SYNC_OK)
		return status;
	status = submit_to(s, record, commit, done, arg);
	drop_unused(s, record);
	return status;
}

static void detach(sync_store *store, const char *key, void *arg)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	struct store_record *record = find(s, key);
	if (!record)
		return;
	for (struct store_write *write = record->first; write; write = write->behind)
		if (write->arg == arg)
			write->done = NULL;
	record->owned = false;
	drop_unused(s, record);
}

static sync_status forget(sync_store *store, const char *key)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	struct store_record *record;
	sync_status status = find_or_add(s, key, &record);
	if (status != SYNC_OK)
		return status;
	struct store_write *write = NULL;
	if (record->first)
		return SYNC_CONFLICT;
	if (record->known.stored) {
		write = new_write(record, &(sync_store_answer){ 0 });
		status = write ? SYNC_OK : SYNC_NOMEM;
	}
	if (write) {
		write->kind = STORE_FORGET;
		record->known = (struct store_known){ 0 };
		send(s, write);
	}
	drop_unused(s, record);
	return status;
}

/* ---- completing ---- */

/* What was accepted on top of a write that failed will fail as well; from then on what is stored
 * counts. */
static void learn(struct sqlite_store *s, const struct store_write *failed)
{
	struct store_record *record = failed->record;
	struct store_known known;
	if (failed->line != record->line ||
	    store_file_know(s->file, failed->key, &known) != SYNC_OK)
		return;
	record->known = known;
	record->line++;
}

static void finish(struct sqlite_store *s, struct store_write *write)
{
	struct store_record *record = write->record;
	record->first = write->behind;
	if (!record->first)
		record->last = &record->first;
	if (write->status != SYNC_OK)
		learn(s, write);
	if (write->done)
		write->done(write->arg, write->status);
	drop_unused(s, record);
	free_write(write);
}

static void poll(sync_store *store)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	struct store_write *next, *write = store_writer_collect(s->writer);
	for (; write; write = next) {
		next = write->next;
		finish(s, write);
	}
}

static void notify(sync_store *store, void (*wake)(void *arg), void *arg)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	store_writer_wake(s->writer, wake, arg);
}

/* ---- loading ---- */

static sync_status load(sync_store *store, const char *key, const sync_store_loader *loader)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	const struct store_record *record = find(s, key);
	if (record && record->first)
		store_writer_finish(s->writer);
	return store_file_load(s->file, key, loader);
}

/* ---- life ---- */

static void free_store(sync_store *store)
{
	struct sqlite_store *s = (struct sqlite_store *)(void *)store;
	struct store_write *next, *write;
	if (s->writer) {
		store_writer_finish(s->writer);
		for (write = store_writer_collect(s->writer); write; write = next) {
			next = write->next;
			free_write(write);
		}
		store_writer_free(s->writer);
	}
	for (size_t i = 0; s->records && i <= s->records->mask; i++)
		sync_free((struct store_record *)s->records->slots[i].ref);
	sync_index_free(s->records);
	if (s->file)
		store_file_close(s->file);
	sync_free(s);
}

sync_store *sync_store_sqlite_open(const char *path, sync_error *error)
{
	struct sqlite_store *s = sync_calloc(1, sizeof *s);
	if (!s) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	s->store = (sync_store){ submit, load, poll, detach, free_store, forget, notify };
	s->file = store_file_open(path, error);
	if (s->file && !(s->writer = store_writer_new(s->file)))
		sync_error_set(error, SYNC_NOMEM, "%s: no thread for writing", path);
	if (s->writer)
		return &s->store;
	free_store(&s->store);
	return NULL;
}
