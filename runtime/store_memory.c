/*
 * The store without a disk. Every write goes through one queue, so that delaying it is only not
 * working it off. Accepted and durable are two things: `last` is the revision accepted, `durable`
 * what load() finds.
 */
#include <syncgen/store.h>

#include <syncgen/alloc.h>

#include "index.h"

/* An answer to a client's mutation, in a list by age. */
typedef struct stored_answer {
	struct stored_answer *next, *prev;
	struct stored_answer *older; /* of the same client */
	uint64_t hash;		     /* of the client's name */
	uint64_t revision;
	sync_store_answer answer; /* its strings are part of this block */
} stored_answer;

/* Commits of one document, concatenated; `lengths` says where each ends. */
typedef struct stored_doc {
	struct stored_doc *next;
	char *key;
	uint64_t epoch, last; /* accepted */
	uint64_t stored_epoch, base, durable;
	bool stored; /* is there anything durable */
	sync_buf state, ops;
	sync_buf lengths; /* size_t for each commit in `ops` */
	stored_answer *answers, *newest;
	struct sync_index *clients; /* the newest answer of each; NULL: there are none */
	size_t client_count;
	size_t waiting; /* writes that have one */
} stored_doc;

/* A write that is not durable yet. */
typedef struct pending {
	struct pending *next;
	stored_doc *record;
	uint64_t epoch, revision;
	bool checkpoint, anew;
	sync_buf state, ops;   /* a snapshot, or the operations */
	stored_answer *answer; /* NULL: none */
	void (*done)(void *arg, sync_status status);
	void *arg;
} pending;

typedef struct memory_store {
	sync_store store;
	stored_doc *records;
	pending *first, **last;
	sync_status fail;
	bool delay;
} memory_store;

/* ---- records ---- */

static stored_doc *find(const memory_store *memory, const char *key)
{
	stored_doc *r = memory->records;
	while (r && strcmp(r->key, key) != 0)
		r = r->next;
	return r;
}

static stored_doc *find_or_add(memory_store *memory, const char *key)
{
	stored_doc *found = find(memory, key);
	if (found)
		return found;
	size_t size = strlen(key) + 1;
	stored_doc *added = sync_calloc(1, sizeof *added);
	char *copy = sync_alloc(size);
	if (!added || !copy) {
		sync_free(added);
		sync_free(copy);
		return NULL;
	}
	memcpy(copy, key, size);
	added->key = copy;
	added->next = memory->records;
	memory->records = added;
	return added;
}

static void drop_answers(stored_doc *record)
{
	while (record->answers) {
		stored_answer *next = record->answers->next;
		sync_free(record->answers);
		record->answers = next;
	}
	record->newest = NULL;
	record->client_count = 0;
	if (record->clients)
		sync_index_clear(record->clients);
}

static void clear_record(stored_doc *record)
{
	drop_answers(record);
	sync_buf_release(&record->state);
	sync_buf_release(&record->ops);
	sync_buf_release(&record->lengths);
	record->stored = false;
	record->epoch = record->last = record->durable = record->base = 0;
}

/* ---- answers ---- */

static stored_answer *copy_answer(const sync_store_answer *from, uint64_t revision)
{
	size_t name = strlen(from->client) + 1;
	stored_answer *copy = sync_alloc(sizeof *copy + name + from->length);
	if (!copy)
		return NULL;
	char *bytes = (char *)(copy + 1);
	copy->next = copy->prev = copy->older = NULL;
	copy->hash = sync_hash(from->client, name - 1);
	copy->revision = revision;
	copy->answer = *from;
	copy->answer.client = memcpy(bytes, from->client, name);
	if (from->text)
		copy->answer.text = memcpy(bytes + name, from->text, from->length);
	return copy;
}

/* The newest of that one's client; NULL: it is the first. */
static stored_answer *newest_of(const stored_doc *record, const stored_answer *one)
{
	size_t at = 0;
	uintptr_t ref;
	while ((ref = sync_index_next(record->clients, one->hash, &at))) {
		stored_answer *found = (stored_answer *)ref;
		if (strcmp(found->answer.client, one->answer.client) == 0)
			return found;
	}
	return NULL;
}

static void drop_answer(stored_doc *record, stored_answer *old)
{
	if (old->prev)
		old->prev->next = old->next;
	else
		record->answers = old->next;
	if (old->next)
		old->next->prev = old->prev;
	else
		record->newest = old->prev;
	sync_free(old);
}

/* Takes it over; older ones of the client that are not needed go. There is room in the index. */
static void store_answer(stored_doc *record, stored_answer *added)
{
	stored_answer *before = newest_of(record, added);
	if (before)
		sync_index_remove(record->clients, before->hash, (uintptr_t)before);
	else
		record->client_count++;
	sync_index_add(record->clients, added->hash, (uintptr_t)added);
	added->older = before;
	added->prev = record->newest;
	if (added->prev)
		added->prev->next = added;
	else
		record->answers = added;
	record->newest = added;
	for (stored_answer **at = &added->older; *at;) {
		stored_answer *old = *at;
		if (old->answer.number >= added->answer.keep_from) {
			at = &old->older;
			continue;
		}
		*at = old->older;
		drop_answer(record, old);
	}
}

/* ---- writing ---- */

static sync_status store_snapshot(stored_doc *record, pending *write)
{
	sync_buf_release(&record->state);
	record->state = write->state;
	memset(&write->state, 0, sizeof write->state);
	sync_buf_clear(&record->ops);
	sync_buf_clear(&record->lengths);
	record->base = write->revision;
	if (write->anew)
		drop_answers(record);
	return SYNC_OK;
}

static sync_status store_ops(stored_doc *record, const pending *write)
{
	size_t length = write->ops.len;
	if (!sync_buf_room(&record->ops, length) ||
	    !sync_buf_room(&record->lengths, sizeof length)) {
		record->ops.status = record->lengths.status = SYNC_OK;
		return SYNC_NOMEM;
	}
	sync_buf_put(&record->ops, write->ops.data, length);
	sync_buf_put(&record->lengths, &length, sizeof length);
	return SYNC_OK;
}

/* Rule 1, for what was accepted on top of a write that then failed. */
static bool follows(const stored_doc *record, const pending *write)
{
	return write->checkpoint || (record->durable + 1 == write->revision &&
				     (!record->stored || record->stored_epoch == write->epoch));
}

static void drop_write(pending *write)
{
	write->record->waiting -= write->answer != NULL;
	sync_buf_release(&write->state);
	sync_buf_release(&write->ops);
	sync_free(write->answer);
	sync_free(write);
}

static void finish(memory_store *memory, pending *write)
{
	stored_doc *record = write->record;
	sync_status status = memory->fail;
	if (status == SYNC_OK && !follows(record, write))
		status = SYNC_CONFLICT;
	if (status == SYNC_OK)
		status =
			write->state.len ? store_snapshot(record, write) : store_ops(record, write);
	if (status == SYNC_OK) {
		record->stored = true;
		record->stored_epoch = write->epoch;
		record->durable = write->revision;
		if (write->answer) {
			store_answer(record, write->answer);
			record->waiting--;
		}
		write->answer = NULL;
	} else if (record->epoch == write->epoch && record->last >= write->revision) {
		record->epoch = record->stored_epoch;
		record->last = record->durable;
	}
	if (write->done)
		write->done(write->arg, status);
	drop_write(write);
}

size_t sync_store_memory_complete(sync_store *store, size_t count)
{
	memory_store *memory = (void *)store;
	size_t finished = 0;
	while (memory->first && finished < count) {
		pending *write = memory->first;
		memory->first = write->next;
		if (!memory->first)
			memory->last = &memory->first;
		finish(memory, write);
		finished++;
	}
	return finished;
}

/* The first commit of a document, and every one whose history has grown longer than its state, is
 * kept as a whole: amortised, a commit costs what it changes. */
static bool wants_snapshot(const stored_doc *record, const sync_store_commit *commit)
{
	return !commit->ops || !record->stored || record->ops.len > record->state.len + 1024;
}

/* With room for it once it is durable: then nothing may fail. */
static sync_status keep_answer(stored_doc *record, const sync_store_commit *commit, pending *write)
{
	if (!sync_index_reserve(&record->clients, record->client_count + record->waiting + 1))
		return SYNC_NOMEM;
	write->answer = copy_answer(&commit->answer, commit->revision);
	record->waiting += write->answer != NULL;
	return write->answer ? SYNC_OK : SYNC_NOMEM;
}

static sync_status submit(sync_store *store, const sync_store_commit *commit,
			  void (*done)(void *arg, sync_status status), void *arg)
{
	memory_store *memory = (void *)store;
	stored_doc *record = find_or_add(memory, commit->key);
	pending *write = record ? sync_calloc(1, sizeof *write) : NULL;
	if (!write)
		return SYNC_NOMEM;
	write->record = record;
	sync_status status = SYNC_OK;
	if (commit->ops && (record->last + 1 != commit->revision ||
			    (record->last && record->epoch != commit->epoch)))
		status = SYNC_CONFLICT;
	else if (wants_snapshot(record, commit))
		status = commit->snapshot(commit->doc, &write->state);
	else
		sync_buf_put(&write->ops, commit->ops, commit->ops_length);
	if (status == SYNC_OK)
		status = write->ops.status;
	if (status == SYNC_OK && commit->answer.client)
		status = keep_answer(record, commit, write);
	if (status != SYNC_OK) {
		drop_write(write);
		return status;
	}
	record->epoch = write->epoch = commit->epoch;
	record->last = write->revision = commit->revision;
	write->checkpoint = !commit->ops;
	write->anew = commit->anew;
	write->done = done;
	write->arg = arg;
	*memory->last = write;
	memory->last = &write->next;
	if (!memory->delay)
		sync_store_memory_complete(store, SIZE_MAX);
	return SYNC_OK;
}

static void detach(sync_store *store, const char *key, void *arg)
{
	memory_store *memory = (void *)store;
	(void)key; /* few wait, of all documents together */
	for (pending *write = memory->first; write; write = write->next)
		if (write->arg == arg)
			write->done = NULL;
}

/* ---- reading ---- */

static sync_status load(sync_store *store, const char *key, const sync_store_loader *loader)
{
	memory_store *memory = (void *)store;
	const stored_doc *record = find(memory, key);
	if (memory->fail != SYNC_OK)
		return memory->fail;
	if (!record || !record->stored)
		return SYNC_OK;
	sync_status status = loader->state(loader->arg, record->stored_epoch, record->base,
					   record->state.data, record->state.len);
	size_t commits = record->lengths.len / sizeof(size_t), at = 0;
	for (size_t i = 0; i < commits && status == SYNC_OK; i++) {
		size_t length;
		memcpy(&length, record->lengths.data + i * sizeof length, sizeof length);
		status = loader->ops(loader->arg, record->base + i + 1, record->ops.data + at,
				     length);
		at += length;
	}
	for (stored_answer *a = record->answers; a && status == SYNC_OK && loader->answer;
	     a = a->next)
		status = loader->answer(loader->arg, a->revision, &a->answer);
	return status;
}

/* ---- forgetting ---- */

static void free_record(stored_doc *record)
{
	clear_record(record);
	sync_index_free(record->clients);
	sync_free(record->key);
	sync_free(record);
}

static bool is_awaited(const memory_store *memory, const stored_doc *record)
{
	const pending *write = memory->first;
	while (write && write->record != record)
		write = write->next;
	return write != NULL;
}

static sync_status forget(sync_store *store, const char *key)
{
	memory_store *memory = (void *)store;
	stored_doc **at = &memory->records;
	while (*at && strcmp((*at)->key, key) != 0)
		at = &(*at)->next;
	stored_doc *record = *at;
	if (!record)
		return SYNC_OK;
	if (is_awaited(memory, record))
		return SYNC_CONFLICT;
	*at = record->next;
	free_record(record);
	return SYNC_OK;
}

/* ---- what a test can do to it ---- */

void sync_store_memory_fail(sync_store *store, sync_status status)
{
	memory_store *memory = (void *)store;
	memory->fail = status;
}

void sync_store_memory_delay(sync_store *store, bool delay)
{
	memory_store *memory = (void *)store;
	memory->delay = delay;
	if (!delay)
		sync_store_memory_complete(store, SIZE_MAX);
}

void sync_store_memory_forget(sync_store *store)
{
	memory_store *memory = (void *)store;
	for (stored_doc *record = memory->records; record; record = record->next)
		clear_record(record);
}

/* ---- life ---- */

static void free_memory(sync_store *store)
{
	memory_store *memory = (void *)store;
	for (pending *write = memory->first; write; write = write->next)
		write->done = NULL;
	sync_store_memory_complete(store, SIZE_MAX);
	while (memory->records) {
		stored_doc *record = memory->records;
		memory->records = record->next;
		free_record(record);
	}
	sync_free(memory);
}

sync_store *sync_store_memory_new(void)
{
	memory_store *memory = sync_calloc(1, sizeof *memory);
	if (!memory)
		return NULL;
	memory->store = (sync_store){ submit, load, NULL, detach, free_memory, forget, NULL };
	memory->last = &memory->first;
	return &memory->store;
}

void sync_store_free(sync_store *store)
{
	if (store)
		store->free(store);
}
