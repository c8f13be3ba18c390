/*
 * What a client writes of a long document while others change it, and what a next life makes of it.
 * (What holds among many clients that are killed is in tests/sim.)
 */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/queue.h>

#include "client_rig.h"
#include "notebook_server.h"
#include "row.h"

enum { LONG = 2000, ROUNDS = 200 };

/* A queue in memory that counts, and is nothing but read once its client is killed. */
struct counted {
	sync_queue queue, *real;
	size_t bytes, writes;
	bool killed;
};

static sync_status count_write(sync_queue *queue, const char *key, const sync_queue_item *items,
			       size_t count)
{
	struct counted *counted = (struct counted *)(void *)queue;
	if (counted->killed)
		return SYNC_OVERLOAD;
	counted->writes++;
	for (size_t i = 0; i < count; i++)
		counted->bytes += items[i].bytes ? items[i].length : 0;
	return counted->real->write(counted->real, key, items, count);
}

static sync_status just_read(sync_queue *queue, const char *key,
			     sync_status (*visit)(void *arg, const sync_queue_item *item),
			     void *arg)
{
	struct counted *counted = (struct counted *)(void *)queue;
	return counted->real->read(counted->real, key, visit, arg);
}

static void start(struct counted *counted)
{
	*counted = (struct counted){ .queue = { count_write, just_read, NULL },
				     .real = sync_queue_memory_new() };
}

static sync_status count_item(void *arg, const sync_queue_item *item)
{
	*(size_t *)arg += strncmp(item->name, "log", 3) == 0;
	return SYNC_OK;
}

static size_t patches_in(struct counted *counted)
{
	size_t count = 0;
	just_read(&counted->queue, RIG_KEY, count_item, &count);
	return count;
}

/* ---- a long document ---- */

static const char *state(const char *title, unsigned visits)
{
	static char text[LONG + 200];
	char draft[LONG + 1];
	memset(draft, 'x', LONG);
	draft[LONG] = '\0';
	snprintf(text, sizeof text,
		 "{'title':'%s','notes':[],'visits':%u,'count':0,'draft':'%s','owner':''}", title,
		 visits, draft);
	return text;
}

static void load(struct rig *rig)
{
	char text[LONG + 400];
	rig_greet(rig);
	snprintf(text, sizeof text, PATCH("null", "0", "[{'op':'replace','path':'','value':%s}]"),
		 state("One", 0));
	rig_hear(rig, text);
}

static void visit(struct rig *rig, unsigned rev)
{
	char text[400];
	snprintf(text, sizeof text,
		 "{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':%u,'rev':%u,"
		 "'ops':[{'op':'replace','path':'/visits','value':%u}]}",
		 rev - 1, rev, rev);
	rig_hear(rig, text);
}

/* To the change with the number of the revision. */
static void answer(struct rig *rig, unsigned rev, const char *title)
{
	char text[400];
	snprintf(text, sizeof text,
		 "{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':%u,'rev':%u,'done':%u,"
		 "'ops':[{'op':'replace','path':'/title','value':'%s'},"
		 "{'op':'replace','path':'/visits','value':%u}]}",
		 rev - 1, rev, rev, title, rev);
	rig_hear(rig, text);
}

static void retitle(struct rig *rig, const char *title)
{
	char ops[200];
	int length = snprintf(ops, sizeof ops,
			      "[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"%s\"}]", title);
	CU_ASSERT_EQUAL(sync_replica_patch(rig->replica, ops, (size_t)length, NULL), SYNC_OK);
}

/* Another life, which sees what the queue has now. */
static void look(struct counted *counted, const sync_model *model, const char *wanted,
		 size_t pending)
{
	struct rig next;
	counted->killed = true;
	CU_ASSERT_FATAL(rig_open_kept(&next, model, &counted->queue));
	CU_ASSERT(rig_shows(&next, wanted));
	CU_ASSERT_EQUAL(rig_status(&next).pending, pending);
	rig_close(&next);
	counted->killed = false;
}

static const sync_model *const models[] = { &notebook_model, NULL };

/* ---- */

static void patches_alone_are_not_written(void)
{
	for (size_t i = 0; i < 2; i++) {
		struct counted counted;
		struct rig rig;
		start(&counted);
		CU_ASSERT_FATAL(rig_open_kept(&rig, models[i], &counted.queue));
		load(&rig);
		retitle(&rig, "Two");
		CU_ASSERT(counted.bytes > LONG);
		counted.bytes = counted.writes = 0;
		for (unsigned rev = 1; rev <= 10; rev++)
			visit(&rig, rev);
		CU_ASSERT_EQUAL(counted.writes, 0);
		look(&counted, models[i], state("Two", 0), 1); /* as if nothing had come */
		retitle(&rig, "Three");
		CU_ASSERT_EQUAL(counted.writes, 1);
		CU_ASSERT(counted.bytes < LONG);
		CU_ASSERT_EQUAL(patches_in(&counted), 1);
		look(&counted, models[i], state("Three", 10), 2);
		counted.killed = true;
		rig_close(&rig);
		sync_queue_close(counted.real);
	}
}

/* A person types, and is answered each time. */
static void what_is_written_grows_with_what_came(void)
{
	for (size_t i = 0; i < 2; i++) {
		struct counted counted;
		struct rig rig;
		char title[16];
		size_t most = 0;
		start(&counted);
		CU_ASSERT_FATAL(rig_open_kept(&rig, models[i], &counted.queue));
		load(&rig);
		for (unsigned round = 1; round <= ROUNDS; round++) {
			snprintf(title, sizeof title, "Title %u", round);
			retitle(&rig, title);
			CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'push'"));
			look(&counted, models[i], state(title, round - 1), 1);
			answer(&rig, round, title);
			size_t patches = patches_in(&counted);
			most = patches > most ? patches : most;
		}
		CU_ASSERT(counted.bytes < (size_t)ROUNDS * LONG / 2);
		CU_ASSERT(most > 5 && most < 20);
		rig_close(&rig);
		look(&counted, models[i], state(title, ROUNDS), 0);
		sync_queue_close(counted.real);
	}
}

static void patches_longer_than_the_document_are_a_snapshot(void)
{
	struct counted counted;
	struct rig rig;
	start(&counted);
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, &counted.queue));
	load(&rig);
	retitle(&rig, "Two");
	for (unsigned rev = 1; rev <= 100; rev++)
		visit(&rig, rev);
	counted.bytes = 0;
	retitle(&rig, "Three");
	CU_ASSERT(counted.bytes > LONG && counted.bytes < 2 * LONG);
	CU_ASSERT_EQUAL(patches_in(&counted), 0);
	look(&counted, &notebook_model, state("Three", 100), 2);
	rig_close(&rig);
	sync_queue_close(counted.real);
}

/* A model that was changed since, or a file that somebody wrote to. */
static void patches_that_do_not_fit_are_no_state(void)
{
	static const struct {
		const char *name, *bytes;
		size_t length;
	} rows[] = {
#define BYTES(text) text, sizeof(text) - 1
		{ "no numbers", BYTES("{}") },
		{ "no JSON", BYTES("{\0[]") },
		{ "no operations", BYTES("{\"rev\":9,\"last\":0}\0[7]") },
		{ "nothing there",
		  BYTES("{\"rev\":9,\"last\":0}\0[{\"op\":\"remove\",\"path\":\"/none\"}]") },
		{ "against the model",
		  BYTES("{\"rev\":9,\"last\":0}\0"
			"[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"\"}]") },
#undef BYTES
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct counted counted;
		struct rig rig;
		start(&counted);
		CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, &counted.queue));
		load(&rig);
		retitle(&rig, "Two");
		rig_close(&rig);
		sync_queue_item item = { "log0000000000000000", rows[i].bytes, rows[i].length };
		count_write(&counted.queue, RIG_KEY, &item, 1);
		CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, &counted.queue));
		ROW(rows[i].name, !rig_status(&rig).loaded);
		ROW(rows[i].name, rig_status(&rig).pending == 1);
		load(&rig);
		ROW(rows[i].name, rig_shows(&rig, state("Two", 0)));
		retitle(&rig, "Three");
		ROW(rows[i].name, patches_in(&counted) == 0);
		look(&counted, &notebook_model, state("Three", 0), 2);
		rig_close(&rig);
		sync_queue_close(counted.real);
	}
}

int test_client_base(void)
{
	static const struct {
		const char *name;
		void (*test)(void);
	} tests[] = {
		{ "patches alone", patches_alone_are_not_written },
		{ "what is written grows with what came", what_is_written_grows_with_what_came },
		{ "a snapshot in time", patches_longer_than_the_document_are_a_snapshot },
		{ "patches that do not fit", patches_that_do_not_fit_are_no_state },
	};
	CU_pSuite suite = CU_add_suite("client_base", NULL, NULL);
	if (!suite)
		return 1;
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (!CU_add_test(suite, tests[i].name, tests[i].test))
			return 1;
	return 0;
}
