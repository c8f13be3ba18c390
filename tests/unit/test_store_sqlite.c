/* The store in a file. What any store does is in test_store.c; here is what a file and a thread
 * add. */
#define _DEFAULT_SOURCE /* mkdtemp */

#include <CUnit/CUnit.h>

#include <semaphore.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <syncgen/store.h>

#include "fault.h"

/* ---- a file, and a writer who waits for what he wrote ---- */

static char folder[64], path[96];

static int make_folder(void)
{
	strcpy(folder, "/tmp/syncgen-store-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/notes.db", folder);
	return 0;
}

static void remove_file(void)
{
	char name[112];
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "%s%s", path, ends[i]);
		unlink(name);
	}
}

static int remove_folder(void)
{
	remove_file();
	return rmdir(folder);
}

static sem_t ready;
static sync_status outcomes[64];
static size_t told;

static void wake(void *arg)
{
	(void)arg;
	sem_post(&ready);
}

static void done(void *arg, sync_status status)
{
	(void)arg;
	if (told < 64)
		outcomes[told++] = status;
}

static sync_store *open_store(void)
{
	sync_store *store = sync_store_sqlite_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(store);
	sem_init(&ready, 0, 0);
	store->notify(store, wake, NULL);
	told = 0;
	return store;
}

static sync_store *begin(void)
{
	remove_file();
	return open_store();
}

/* Until `count` writes in all were answered; the status of the last one. */
static sync_status settle(sync_store *store, size_t count)
{
	while (told < count) {
		sem_wait(&ready);
		store->poll(store);
	}
	return outcomes[count - 1];
}

static sync_status snapshot(const void *doc, sync_buf *out)
{
	sync_buf_put(out, doc, strlen(doc));
	return out->status;
}

static sync_store_commit commit(uint64_t epoch, uint64_t revision, const char *ops,
				const char *state)
{
	return (sync_store_commit){ .key = "K",
				    .epoch = epoch,
				    .revision = revision,
				    .ops = ops,
				    .ops_length = ops ? strlen(ops) : 0,
				    .snapshot = snapshot,
				    .doc = state };
}

static sync_status put(sync_store *store, uint64_t epoch, uint64_t revision, const char *ops,
		       const char *state)
{
	sync_store_commit made = commit(epoch, revision, ops, state);
	return store->submit(store, &made, done, outcomes);
}

static sync_status put_answered(sync_store *store, uint64_t revision, const char *client,
				uint64_t number, uint64_t keep_from, const char *text)
{
	sync_store_commit made = commit(7, revision, "[]", "state");
	made.answer = (sync_store_answer){ client, number, keep_from,
					   !text,  text,   text ? strlen(text) : 0 };
	return store->submit(store, &made, done, outcomes);
}

/* ---- what load() finds, as text ---- */

static char found[4096];

static void add(const char *text)
{
	size_t used = strlen(found);
	snprintf(found + used, sizeof found - used, "%s", text);
}

static sync_status found_state(void *arg, uint64_t epoch, uint64_t revision, const char *json,
			       size_t length)
{
	char text[256];
	(void)arg;
	snprintf(text, sizeof text, "%u %u %.*s", (unsigned)epoch, (unsigned)revision,
		 (int)(length < 100 ? length : 100), json);
	add(text);
	return SYNC_OK;
}

static sync_status found_ops(void *arg, uint64_t revision, const char *ops, size_t length)
{
	char text[256];
	(void)arg;
	snprintf(text, sizeof text, " %u:%.*s", (unsigned)revision, (int)length, ops);
	add(text);
	return SYNC_OK;
}

static sync_status found_answer(void *arg, uint64_t revision, const sync_store_answer *answer)
{
	char text[256];
	(void)arg;
	snprintf(text, sizeof text, " (%s %u@%u%s %.*s)", answer->client, (unsigned)answer->number,
		 (unsigned)revision, answer->refused ? " refused" : "", (int)answer->length,
		 answer->text ? answer->text : "");
	add(text);
	return SYNC_OK;
}

static const char *load(sync_store *store)
{
	static const sync_store_loader loader = { found_state, found_ops, NULL, found_answer };
	found[0] = '\0';
	sync_status status = store->load(store, "K", &loader);
	return status == SYNC_OK ? found : sync_status_name(status);
}

/* ---- a file ---- */

static void keeps(void)
{
	sync_store *store = begin();
	CU_ASSERT_STRING_EQUAL(load(store), "");
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one 2:[2]"); /* waits for what was submitted */
	CU_ASSERT_EQUAL(told, 0);
	CU_ASSERT_EQUAL(settle(store, 2), SYNC_OK);
	sync_store_free(store);
	store = open_store();
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one 2:[2]");
	CU_ASSERT_EQUAL(put(store, 7, 3, "[3]", "three"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 5, "[5]", "five"), SYNC_CONFLICT);
	CU_ASSERT_EQUAL(put(store, 8, 4, "[4]", "four"), SYNC_CONFLICT);
	sync_store_free(store); /* writes what waits, and tells nobody */
	CU_ASSERT_EQUAL(told, 0);
	store = open_store();
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one 2:[2] 3:[3]");
	CU_ASSERT_EQUAL(put(store, UINT64_MAX, UINT64_MAX - 1, NULL, "late"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 1), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, UINT64_MAX, UINT64_MAX, "[]", "last"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 2), SYNC_OK);
	sync_store_free(store);
	store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 0, NULL, "nothing"), SYNC_OK); /* a new history of nothing */
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 2), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store), "7 0 nothing 1:[1]");
	sync_store_free(store);
}

static void keeps_answers(void)
{
	sync_store *store = begin();
	put_answered(store, 1, "b", 1, 1, "{\"a\":1}");
	put_answered(store, 2, "a", 1, 1, "1");
	put_answered(store, 3, "b", 2, 1, NULL);
	CU_ASSERT_STRING_EQUAL(load(store),
			       "7 1 state 2:[] 3:[] (a 1@2 1) (b 1@1 {\"a\":1}) (b 2@3 refused )");
	put_answered(store, 4, "b", 3, 3, "3");
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 state 2:[] 3:[] 4:[] (a 1@2 1) (b 3@4 3)");
	put(store, 8, 9, NULL, "nine");
	CU_ASSERT_STRING_EQUAL(load(store), "8 9 nine (a 1@2 1) (b 3@4 3)");
	sync_store_commit anew = commit(9, 10, NULL, "ten");
	anew.anew = true;
	CU_ASSERT_EQUAL(store->submit(store, &anew, done, outcomes), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store), "9 10 ten");
	sync_store_free(store);
}

/* A long history becomes a state: what is kept stays in proportion to it. */
static void bounded(void)
{
	static char state[3000], ops[200];
	sync_store *store = begin();
	memset(state, 's', sizeof state - 1);
	memset(ops, 'o', sizeof ops - 1);
	for (unsigned n = 1; n <= 60; n++)
		CU_ASSERT_EQUAL(put(store, 7, n, ops, state), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 60), SYNC_OK);
	const char *text = load(store);
	CU_ASSERT(strncmp(text, "7 1 ", 4) != 0 && strncmp(text, "7 ", 2) == 0);
	sync_store_free(store);
}

static void tells_nobody_who_left(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	store->detach(store, "K", outcomes);
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one");
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK); /* somebody else, then */
	CU_ASSERT_EQUAL(settle(store, 1), SYNC_OK);
	CU_ASSERT_EQUAL(told, 1);
	store->detach(store, "K", outcomes);
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one 2:[2]");
	sync_store_free(store);
}

static void forgets(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(store->forget(store, "K"), SYNC_OK);
	put_answered(store, 1, "a", 1, 1, "1");
	CU_ASSERT_EQUAL(store->forget(store, "K"), SYNC_CONFLICT);
	settle(store, 1);
	CU_ASSERT_EQUAL(store->forget(store, "K"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 8, 1, "[1]", "anew"), SYNC_OK); /* behind it */
	CU_ASSERT_EQUAL(settle(store, 2), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store), "8 1 anew");
	CU_ASSERT_EQUAL(store->forget(store, "K"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store), "");
	sync_store_free(store);
}

/* ---- others ---- */

static void notices_another_writer(void)
{
	sync_store *mine = begin();
	CU_ASSERT_EQUAL(put(mine, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(mine, 1), SYNC_OK);
	sync_store *theirs = sync_store_sqlite_open(path, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(theirs);
	CU_ASSERT_EQUAL(put(theirs, 7, 2, "[theirs]", "two"), SYNC_OK);
	sync_store_free(theirs);
	CU_ASSERT_EQUAL(put(mine, 7, 2, "[mine]", "two"), SYNC_OK);
	CU_ASSERT_EQUAL(put(mine, 7, 3, "[mine]", "three"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(mine, 3), SYNC_CONFLICT);
	CU_ASSERT_EQUAL(outcomes[1], SYNC_CONFLICT);
	CU_ASSERT_STRING_EQUAL(load(mine), "7 1 one 2:[theirs]");
	CU_ASSERT_EQUAL(put(mine, 7, 3, "[mine]", "three"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(mine, 4), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(mine), "7 1 one 2:[theirs] 3:[mine]");
	sync_store_free(mine);
}

static const char *refusal(sync_status *code)
{
	static sync_error error;
	CU_ASSERT_PTR_NULL(sync_store_sqlite_open(path, &error));
	*code = error.code;
	return error.message;
}

static void execute(const char *sql)
{
	sqlite3 *db;
	CU_ASSERT_EQUAL(sqlite3_open(path, &db), SQLITE_OK);
	CU_ASSERT_EQUAL(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void leaves_other_files_alone(void)
{
	sync_status code;
	remove_file();
	execute("CREATE TABLE songs (title TEXT)");
	CU_ASSERT_PTR_NOT_NULL(strstr(refusal(&code), "not a store of documents"));
	CU_ASSERT_EQUAL(code, SYNC_INVALID);
	execute("INSERT INTO songs VALUES ('still here')");

	sync_store_free(begin());
	execute("PRAGMA user_version = 99");
	CU_ASSERT_PTR_NOT_NULL(strstr(refusal(&code), "later version"));
	CU_ASSERT_EQUAL(code, SYNC_INVALID);

	remove_file();
	FILE *text = fopen(path, "w");
	fputs("A letter, much longer than the head of a file of SQLite, which has a hundred bytes; "
	      "so "
	      "that it is seen by its first words that it is none.\n",
	      text);
	fclose(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(refusal(&code), "not a store of documents"));
	CU_ASSERT_EQUAL(code, SYNC_INVALID);

	remove_file();
	char saved[sizeof path];
	strcpy(saved, path);
	snprintf(path, sizeof path, "%s/missing/notes.db", folder);
	CU_ASSERT_PTR_NOT_NULL(strstr(refusal(&code), "missing/notes.db: "));
	strcpy(path, saved);
}

/* ---- a disk that is full ---- */

static void limit(rlim_t bytes)
{
	struct rlimit now;
	getrlimit(RLIMIT_FSIZE, &now);
	now.rlim_cur = bytes < now.rlim_max ? bytes : now.rlim_max;
	setrlimit(RLIMIT_FSIZE, &now);
}

static void survives_a_full_disk(void)
{
	static char state[200000];
	memset(state, 's', sizeof state - 1);
	signal(SIGXFSZ, SIG_IGN);
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 1), SYNC_OK);
	limit(65536);
	CU_ASSERT_EQUAL(put(store, 8, 2, NULL, state), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 8, 3, "[3]", "three"), SYNC_OK);
	CU_ASSERT_NOT_EQUAL(settle(store, 3), SYNC_OK); /* with it, or behind it */
	CU_ASSERT_EQUAL(outcomes[1], SYNC_OVERLOAD);
	limit(RLIM_INFINITY);
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one");
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_EQUAL(settle(store, 4), SYNC_OK);
	sync_store_free(store);
	store = open_store();
	CU_ASSERT_STRING_EQUAL(load(store), "7 1 one 2:[2]");
	sync_store_free(store);
}

/* ---- a process that is killed ---- */

/* Commits without end; says each revision that was told to be durable. */
static void commit_for_ever(int out)
{
	sync_store *store = open_store();
	for (uint64_t revision = 1;; revision++) {
		char state[32];
		snprintf(state, sizeof state, "%u", (unsigned)revision);
		if (put(store, 7, revision, "[]", state) != SYNC_OK)
			_exit(1);
		told = 0;
		if (settle(store, 1) != SYNC_OK ||
		    write(out, &revision, sizeof revision) != sizeof revision)
			_exit(1);
	}
}

/* State and commits together are the last revision. */
static uint64_t last_revision(sync_store *store)
{
	const char *text = load(store), *last = strrchr(text, ' ');
	return last ? strtoull(last + 1, NULL, 10) : 0;
}

static void what_was_told_survives_a_kill(void)
{
	for (int round = 1; round <= 5; round++) {
		int ends[2];
		uint64_t revision = 0;
		remove_file();
		CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
		pid_t child = fork();
		if (child == 0)
			commit_for_ever(ends[1]);
		close(ends[1]);
		for (int n = 0; n < round * 7; n++)
			CU_ASSERT_EQUAL(read(ends[0], &revision, sizeof revision), sizeof revision);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		while (read(ends[0], &revision, sizeof revision) == sizeof revision) {
		}
		close(ends[0]);
		sync_store *store = open_store();
		uint64_t last = last_revision(store);
		CU_ASSERT(last == revision || last == revision + 1);
		CU_ASSERT_EQUAL(put(store, 7, last + 1, "[]", "more"), SYNC_OK);
		CU_ASSERT_EQUAL(settle(store, 1), SYNC_OK);
		sync_store_free(store);
	}
}

static void out_of_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		remove_file();
		sync_store *store = sync_store_sqlite_open(path, NULL);
		for (unsigned r = 1, tries = 0; store && r <= 3 && tries < 8; tries++)
			if (put(store, 7, r, "[]", "state") == SYNC_OK)
				r++;
		if (store)
			CU_ASSERT_STRING_EQUAL(load(store), "7 1 state 2:[] 3:[]");
		sync_store_free(store);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_store_sqlite(void);
int test_store_sqlite(void)
{
	CU_pSuite suite = CU_add_suite("store_sqlite", make_folder, remove_folder);
	return !suite || !CU_add_test(suite, "keeps", keeps) ||
	       !CU_add_test(suite, "keeps answers", keeps_answers) ||
	       !CU_add_test(suite, "bounded", bounded) ||
	       !CU_add_test(suite, "tells nobody who left", tells_nobody_who_left) ||
	       !CU_add_test(suite, "forgets", forgets) ||
	       !CU_add_test(suite, "notices another writer", notices_another_writer) ||
	       !CU_add_test(suite, "leaves other files alone", leaves_other_files_alone) ||
	       !CU_add_test(suite, "survives a full disk", survives_a_full_disk) ||
	       !CU_add_test(suite, "what was told survives a kill",
			    what_was_told_survives_a_kill) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
