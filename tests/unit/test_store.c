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

static sync_status no_state(void *arg, uint64_t epoch, uint64_t revision, const char *json,
			    size_t length)
{
	(void)arg;
	(void)epoch;
	(void)revision;
	(void)json;
	(void)length;
	return SYNC_OK;
}

static sync_status no_ops(void *arg, uint64_t revision, const char *ops, size_t length)
{
	(void)arg;
	(void)revision;
	(void)ops;
	(void)length;
	return SYNC_OK;
}

static sync_status found_answer(void *arg, uint64_t revision, const sync_store_answer *answer)
{
	size_t used = strlen(found);
	(void)arg;
	snprintf(found + used, sizeof found - used, " %s%u@%u:%.*s", answer->client,
		 (unsigned)answer->number, (unsigned)revision, (int)answer->length,
		 answer->text ? answer->text : "");
	return SYNC_OK;
}

/* Those that are kept, by age. */
static const char *answers(sync_store *store)
{
	static const sync_store_loader loader = { .state = no_state,
						  .ops = no_ops,
						  .answer = found_answer };
	found[0] = '\0';
	sync_status status = store->load(store, "K", &loader);
	return status == SYNC_OK ? found : sync_status_name(status);
}

static sync_status answer(sync_store *store, uint64_t revision, const char *client, uint64_t number,
			  uint64_t keep_from)
{
	sync_store_commit commit = { .key = "K",
				     .epoch = 7,
				     .revision = revision,
				     .ops = "[]",
				     .ops_length = 2,
				     .snapshot = snapshot,
				     .doc = "state",
				     .answer = { .client = client,
						 .number = number,
						 .keep_from = keep_from,
						 .text = "t",
						 .length = 1 } };
	return store->submit(store, &commit, done, outcome);
}

static void keeps_answers(void)
{
	sync_store *store = begin();
	answer(store, 1, "a", 1, 1);
	answer(store, 2, "b", 1, 1);
	answer(store, 3, "a", 2, 1);
	CU_ASSERT_STRING_EQUAL(answers(store), " a1@1:t b1@2:t a2@3:t");
	answer(store, 4, "a", 3, 3); /* the first and one in the middle go */
	CU_ASSERT_STRING_EQUAL(answers(store), " b1@2:t a3@4:t");
	answer(store, 5, "a", 4, 3);
	answer(store, 6, "a", 5, 4);
	CU_ASSERT_STRING_EQUAL(answers(store), " b1@2:t a4@5:t a5@6:t");
	sync_store_memory_delay(store, true);
	answer(store, 7, "c", 1, 1);
	answer(store, 8, "b", 2, 2);
	CU_ASSERT_STRING_EQUAL(answers(store), " b1@2:t a4@5:t a5@6:t");
	sync_store_memory_fail(store, SYNC_INTERNAL);
	sync_store_memory_complete(store, 1);
	sync_store_memory_fail(store, SYNC_OK);
	sync_store_memory_complete(store, 1); /* on top of one that failed */
	CU_ASSERT_STRING_EQUAL(answers(store), " b1@2:t a4@5:t a5@6:t");
	sync_store_memory_delay(store, false);
	sync_store_commit anew = { .key = "K",
				   .epoch = 8,
				   .revision = 9,
				   .snapshot = snapshot,
				   .doc = "nine",
				   .anew = true };
	CU_ASSERT_EQUAL(store->submit(store, &anew, done, outcome), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(answers(store), "");
	sync_store_free(store);
}

/* Of each of many clients the last two. */
static void keeps_answers_of_many(void)
{
	enum { MANY = 100, ROUNDS = 5 };
	sync_store *store = begin();
	char name[8], wanted[4096] = "";
	size_t used = 0;
	for (unsigned n = 1; n <= ROUNDS; n++)
		for (unsigned c = 0; c < MANY; c++) {
			unsigned revision = (n - 1) * MANY + c + 1;
			snprintf(name, sizeof name, "c%u-", c % MANY);
			outcome[0] = '\0';
			CU_ASSERT_EQUAL(answer(store, revision, name, n, n - 1), SYNC_OK);
			if (n >= ROUNDS - 1)
				used += (size_t)snprintf(wanted + used, sizeof wanted - used,
							 " %s%u@%u:t", name, n, revision);
		}
	CU_ASSERT_STRING_EQUAL(answers(store), wanted);
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
			sync_status status = answer(store, r, r % 2 ? "a" : "b", r, r);
			if (status == SYNC_OK && outcome[before] == 'o')
				r++;
		}
		if (store)
			CU_ASSERT_STRING_EQUAL(load(store, "K"), "7 1 state 2:[] 3:[] 4:[]");
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
	       !CU_add_test(suite, "keeps answers", keeps_answers) ||
	       !CU_add_test(suite, "keeps answers of many", keeps_answers_of_many) ||
	       !CU_add_test(suite, "bounded", bounded) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
