#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/store.h>

#include "fault.h"

/* What load() finds, as text: "epoch revision state ops ops …". */
static char found[4096];

static sync_status found_state(void *arg, uint64_t epoch, uint64_t revision, const char *json,
			       size_t length)
{
	(void)arg;
	snprintf(found, sizeof found, "%u %u %.*s", (unsigned)epoch, (unsigned)revision,
		 (int)length, json);
	return SYNC_OK;
}

static sync_status found_ops(void *arg, uint64_t revision, const char *ops, size_t length)
{
	size_t used = strlen(found);
	(void)arg;
	snprintf(found + used, sizeof found - used, " %u:%.*s", (unsigned)revision, (int)length,
		 ops);
	return SYNC_OK;
}

static const char *load(sync_store *store, const char *key)
{
	static const sync_store_loader loader = { .state = found_state, .ops = found_ops };
	found[0] = '\0';
	sync_status status = store->load(store, key, &loader);
	return status == SYNC_OK ? found : sync_status_name(status);
}

static sync_status snapshot(const void *doc, sync_buf *out)
{
	sync_buf_put(out, doc, strlen(doc));
	return out->status;
}

/* The statuses `done` was called with, as a string of first letters: o for ok. */
static char outcome[64];

static void done(void *arg, sync_status status)
{
	(void)arg;
	char letter[2] = { sync_status_name(status)[0], '\0' };
	strncat(outcome, letter, sizeof outcome - strlen(outcome) - 1);
}

static sync_status put(sync_store *store, uint64_t epoch, uint64_t revision, const char *ops,
		       const char *state)
{
	sync_store_commit commit = { .key = "K",
				     .epoch = epoch,
				     .revision = revision,
				     .ops = ops,
				     .ops_length = ops ? strlen(ops) : 0,
				     .snapshot = snapshot,
				     .doc = state };
	return store->submit(store, &commit, done, outcome);
}

static sync_store *begin(void)
{
	outcome[0] = '\0';
	return sync_store_memory_new();
}

static void keeps(void)
{
	sync_store *store = begin();
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "");
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one");
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 3, "[3]", "three"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one 2:[2] 3:[3]");
	CU_ASSERT_STRING_EQUAL(load(store, "L"), "");
	CU_ASSERT_EQUAL(put(store, 8, 9, NULL, "nine"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "8 9 nine");
	CU_ASSERT_STRING_EQUAL(outcome, "oooo");
	sync_store_free(store);
}

static void refuses_what_does_not_follow(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 3, "[3]", "three"), SYNC_CONFLICT);
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_CONFLICT);
	CU_ASSERT_EQUAL(put(store, 8, 2, "[2]", "two"), SYNC_CONFLICT);
	CU_ASSERT_STRING_EQUAL(outcome, "o");
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one");
	sync_store_free(store);
}

static void fails(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	sync_store_memory_fail(store, SYNC_INTERNAL);
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(outcome, "oi");
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "internal");
	sync_store_memory_fail(store, SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one");
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2b]", "twob"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one 2:[2b]");
	sync_store_free(store);
}

/* Those behind a commit that failed fail too: they were made on top of it. */
static void fails_behind_a_failure(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	sync_store_memory_delay(store, true);
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 3, "[3]", "three"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(outcome, "o");
	sync_store_memory_fail(store, SYNC_INTERNAL);
	CU_ASSERT_EQUAL(sync_store_memory_complete(store, 1), 1);
	sync_store_memory_fail(store, SYNC_OK);
	CU_ASSERT_EQUAL(sync_store_memory_complete(store, 9), 1);
	CU_ASSERT_STRING_EQUAL(outcome, "oic");
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one");
	sync_store_free(store);
}

static void delays(void)
{
	sync_store *store = begin();
	sync_store_memory_delay(store, true);
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "");
	CU_ASSERT_EQUAL(sync_store_memory_complete(store, 1), 1);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 one");
	store->detach(store, "K", outcome);
	sync_store_memory_delay(store, false);
	CU_ASSERT_STRING_EQUAL(outcome, "o");
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 2 two");
	sync_store_free(store);
}

static void forgets(void)
{
	sync_store *store = begin();
	CU_ASSERT_EQUAL(put(store, 7, 1, "[1]", "one"), SYNC_OK);
	sync_store_memory_forget(store);
	CU_ASSERT_STRING_EQUAL(load(store, "K"), "");
	CU_ASSERT_EQUAL(put(store, 7, 2, "[2]", "two"), SYNC_CONFLICT);
	sync_store_free(store);
}

/* A long history becomes a snapshot: what is kept stays in proportion to the state. */
static void bounded(void)
{
	static char state[3000];
	sync_store *store = begin();
	memset(state, 's', sizeof state - 1);
	char ops[200];
	memset(ops, 'o', sizeof ops - 1);
	ops[sizeof ops - 1] = '\0';
	for (unsigned n = 1; n <= 500; n++) {
		CU_ASSERT_EQUAL(put(store, 7, n, ops, state), SYNC_OK);
		outcome[0] = '\0';
	}
	const char *text = load(store, "K");
	CU_ASSERT(strncmp(text, "7 ", 2) == 0 && strncmp(text, "7 1 ", 4) != 0);
	sync_store_free(store);
}

static void out_of_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_store *store = begin();
		for (unsigned r = 1, tries = 0; store && r <= 4 && tries < 8; tries++) {
			size_t before = strlen(outcome);
			sync_status status = put(store, 7, r, "[1]", "state");
			if (status == SYNC_OK && outcome[before] == 'o')
				r++;
		}
		if (store)
			CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 state 2:[1] 3:[1] 4:[1]");
		sync_store_free(store);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_store(void);
int test_store(void)
{
	CU_pSuite suite = CU_add_suite("store", NULL, NULL);
	return !suite || !CU_add_test(suite, "keeps", keeps) ||
	       !CU_add_test(suite, "refuses what does not follow", refuses_what_does_not_follow) ||
	       !CU_add_test(suite, "fails", fails) ||
	       !CU_add_test(suite, "fails behind a failure", fails_behind_a_failure) ||
	       !CU_add_test(suite, "delays", delays) || !CU_add_test(suite, "forgets", forgets) ||
	       !CU_add_test(suite, "bounded", bounded) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
