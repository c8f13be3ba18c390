/*
 * What a client in C changes: shown at once, kept, sent, taken back; memory and disks that fail.
 * (What the frames are like is in tests/wire, what holds among many clients in tests/sim.)
 */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <syncgen/queue.h>

#include "client_rig.h"
#include "notebook_server.h"
#include "row.h"
#include "wire/board.h"
#include "suite.h"

/* ---- changes ---- */

static sync_status retitle(void *state, void *arg)
{
	return notebook_set_title(state, arg);
}

static sync_status note_down(void *state, void *arg)
{
	return notebook_push_notes(state, arg);
}

static sync_status only_for_the_server(void *state, void *arg)
{
	(void)arg;
	notebook_set_title(state, "Mine");
	return notebook_set_visits(state, 9);
}

static sync_status give_up(void *state, void *arg)
{
	(void)arg;
	notebook_set_title(state, "Half");
	return SYNC_CONFLICT;
}

static void what_cannot_be_changes_nothing(void)
{
	struct rig rig;
	sync_error error;
	CU_ASSERT_FATAL(rig_open(&rig, &notebook_model));
	rig_load(&rig);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "", &error), SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(error.pointer, "/title");
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, only_for_the_server, NULL, &error),
			SYNC_READONLY);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, give_up, NULL, NULL), SYNC_CONFLICT);
	CU_ASSERT_EQUAL(sync_replica_patch(rig.replica, "[7]", 3, NULL), SYNC_INVALID);
	CU_ASSERT_EQUAL(sync_replica_patch(rig.replica, "[", 1, NULL), SYNC_PARSE);
	CU_ASSERT_EQUAL(sync_replica_call(rig.replica, "nothing", NULL, NULL), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(sync_replica_call(rig.replica, "RENAME",
					  &(sync_request){ .args = "[]", .length = 2 }, NULL),
			SYNC_INVALID);
	CU_ASSERT_PTR_NULL(sync_replica_start(rig.replica, "RENAME", NULL, NULL));
	CU_ASSERT(rig_shows(&rig, STATE));
	CU_ASSERT_EQUAL(rig.told.changes, 1);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), "");
	rig_close(&rig);
}

static void what_changes_nothing_is_not_sent(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, &notebook_model));
	rig_load(&rig);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "One", NULL), SYNC_OK);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	rig_close(&rig);
}

static void untyped_documents_are_changed_by_operations_alone(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	CU_ASSERT_EQUAL(sync_replica_patch(rig.replica, "[]", 2, NULL), SYNC_CONFLICT);
	rig_load(&rig);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "x", NULL), SYNC_UNSUPPORTED);
	CU_ASSERT_EQUAL(sync_replica_patch(rig.replica, "{}", 2, NULL), SYNC_INVALID);
	const char *ops = "[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"P\"}]";
	CU_ASSERT_EQUAL(sync_replica_patch(rig.replica, ops, strlen(ops), NULL), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(
		rig_said(&rig),
		"{'t':'push','doc':'shelf/1:NOTES','epoch':'e','base':4,'m':[{'n':1,'ops':[{'op':"
		"'replace','path':'/title','value':'P'}]}]}");
	rig_close(&rig);
}

static void a_batch_waits_for_company(void)
{
	struct rig rig = { .now = RIG_START };
	rig.client =
		sync_client_new(&(sync_client_options){ .seed = 3, .id = "ann", .batch_ms = 50 });
	rig.replica = sync_client_open(rig.client, NULL,
				       &(sync_replica_options){ .model = &notebook_model }, NULL);
	rig_load(&rig);
	sync_replica_update(rig.replica, note_down, "a", NULL);
	CU_ASSERT_EQUAL(sync_client_deadline(rig.client), rig.now + 50);
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), "");
	rig.now += 50;
	sync_replica_update(rig.replica, note_down, "b", NULL);
	sync_client_poll(rig.client, rig.now);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'n':2"));
	rig_close(&rig);
}

/* ---- what an author means ---- */

static sync_status edit_board(void *state, void *arg)
{
	(void)arg;
	wire_board_add_views(state, 3);
	wire_board_splice_body(state, 5, 1, "-");
	wire_board_add_tags(state, "new");
	return wire_board_drop_tags(state, "old");
}

static void counters_texts_and_sets_are_said_as_they_were_meant(void)
{
	const char *welcome = "{\"t\":\"welcome\",\"session\":\"s\",\"client\":\"ann\"}";
	const char *joined = "{\"t\":\"joined\",\"doc\":\"BOARD\",\"ok\":true}";
	const char *patch =
		"{\"t\":\"patch\",\"doc\":\"BOARD\",\"epoch\":\"e\",\"from\":null,\"rev\":1,"
		"\"ops\":[{"
		"\"op\":\"replace\",\"path\":\"\",\"value\":{\"title\":\"B\",\"notes\":[],"
		"\"cards\":[],"
		"\"tags\":[\"old\"],\"counts\":{},\"views\":4,\"body\":\"Hello world\",\"log\":[],"
		"\"open\":0}}]}";
	struct rig rig = { .now = RIG_START };
	rig.client = sync_client_new(&(sync_client_options){ .seed = 3, .id = "ann" });
	rig.replica = wire_board_open(rig.client, NULL, NULL, NULL);
	rig_let_in(&rig);
	rig_said(&rig);
	sync_client_receive(rig.client, rig.now, welcome, strlen(welcome), false);
	sync_client_receive(rig.client, rig.now, joined, strlen(joined), false);
	sync_client_receive(rig.client, rig.now, patch, strlen(patch), false);
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, edit_board, NULL, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(wire_board_shown(rig.replica)->views, 7);
	CU_ASSERT_STRING_EQUAL(sync_text_str(&wire_board_shown(rig.replica)->body), "Hello-world");
	CU_ASSERT_STRING_EQUAL(rig_said(&rig),
			       "{'t':'push','doc':'BOARD','epoch':'e','base':1,'m':[{'n':1,'ops':["
			       "{'op':'inc','path':'/views','by':3},"
			       "{'op':'text','path':'/body','delta':[5,'-',-1]},"
			       "{'op':'remove','path':'/tags/-','value':'old'},"
			       "{'op':'add','path':'/tags/-','value':'new'}]}]}");
	rig_close(&rig);
}

/* ---- keeping ---- */

#define TITLE_KEPT "{'title':'Kept','notes':['a','b'],'visits':1,'count':2,'draft':'','owner':''}"
#define NACK                                                                                       \
	"{'t':'nack','doc':'shelf/1:NOTES','n':1,'code':'invalid','message':'no','path':'/title'," \
	"'current':'One'}"
#define DONE(from, rev, done)                                                                      \
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':" from ",'rev':" rev                \
	",'ops':[],'done':" done "}"

static void next_life(struct rig *rig, sync_queue *queue)
{
	rig_close(rig);
	CU_ASSERT_FATAL(rig_open_kept(rig, &notebook_model, queue));
}

static void changes_outlive_their_client(sync_queue *queue)
{
	struct rig rig;
	char first[4096];
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	CU_ASSERT_STRING_EQUAL(sync_client_id(rig.client), "ann");
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", NULL), SYNC_OK);
	snprintf(first, sizeof first, "%s", rig_said(&rig));
	CU_ASSERT_PTR_NOT_NULL(strstr(first, "'n':1"));
	next_life(&rig, queue); /* nobody knows whether it arrived */
	CU_ASSERT_STRING_EQUAL(sync_client_id(rig.client), "ann");
	CU_ASSERT(rig_shows(&rig, TITLE_KEPT));
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	CU_ASSERT(rig_status(&rig).loaded);
	rig_let_in(&rig);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'secret':'x'"));
	rig_hear(&rig, WELCOME);
	rig_hear(&rig, JOINED);
	rig_hear(&rig, PATCH("4", "4", "[]"));
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), first); /* it did not */
	next_life(&rig, queue);
	rig_let_in(&rig);
	rig_said(&rig);
	rig_hear(&rig, WELCOME);
	rig_hear(&rig, "{'t':'joined','doc':'shelf/1:NOTES','ok':true,'last':1}");
	rig_hear(&rig, PATCH("4", "5", "[{'op':'replace','path':'/title','value':'Kept'}]"));
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), ""); /* it did */
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	next_life(&rig, queue);
	CU_ASSERT(rig_shows(&rig, TITLE_KEPT)); /* the last state, to be read offline */
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	rig_close(&rig);
}

static void refusals_outlive_their_client(sync_queue *queue)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	sync_replica_update(rig.replica, retitle, "No", NULL);
	rig_said(&rig);
	rig_hear(&rig, NACK);
	rig_hear(&rig, DONE("4", "4", "1"));
	CU_ASSERT(rig_shows(&rig, STATE));
	CU_ASSERT_EQUAL(rig.told.refusals, 1);
	next_life(&rig, queue);
	const sync_refusal *refusal = sync_replica_refusal(rig.replica, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(refusal);
	CU_ASSERT_EQUAL(refusal->error.code, SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(refusal->error.message, "no");
	CU_ASSERT_STRING_EQUAL(refusal->error.pointer, "/title");
	CU_ASSERT_STRING_EQUAL(refusal->current, "\"One\"");
	CU_ASSERT_PTR_NULL(refusal->action);
	CU_ASSERT_EQUAL(rig_status(&rig).syncing, SYNC_SYNCING_ERROR);
	CU_ASSERT_EQUAL(rig_status(&rig).error.code, SYNC_INVALID);
	CU_ASSERT_EQUAL(sync_replica_retry(rig.replica, 99, NULL), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(sync_replica_retry(rig.replica, refusal->id, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(rig_status(&rig).quarantined, 0);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	next_life(&rig, queue);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	CU_ASSERT_PTR_NULL(sync_replica_refusal(rig.replica, 0));
	rig_close(&rig);
}

static void in_memory(void)
{
	for (int i = 0; i < 2; i++) {
		sync_queue *queue = sync_queue_memory_new();
		(i ? refusals_outlive_their_client : changes_outlive_their_client)(queue);
		sync_queue_close(queue);
	}
}

static void temporary(char path[64])
{
	snprintf(path, 64, "/tmp/syncgen-queue-%ld", (long)getpid());
	remove(path);
}

static void in_a_file(void)
{
	char path[64], beside[72];
	sync_error error;
	for (int i = 0; i < 2; i++) {
		temporary(path);
		sync_queue *queue = sync_queue_sqlite_open(path, &error);
		CU_ASSERT_PTR_NOT_NULL_FATAL(queue);
		(i ? refusals_outlive_their_client : changes_outlive_their_client)(queue);
		CU_ASSERT_PTR_NULL(sync_queue_sqlite_open(path, &error));
		CU_ASSERT_EQUAL(error.code, SYNC_CONFLICT);
		sync_queue_close(queue);
		queue = sync_queue_sqlite_open(path, &error); /* what was written is there */
		struct rig rig;
		CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
		CU_ASSERT_STRING_EQUAL(sync_client_id(rig.client), "ann");
		rig_close(&rig);
		sync_queue_close(queue);
	}
	remove(path);
	FILE *file = fopen(path, "w");
	fputs("This is a letter, and no queue of anybody's, but long enough to look like one.",
	      file);
	fclose(file);
	CU_ASSERT_PTR_NULL(sync_queue_sqlite_open(path, &error));
	CU_ASSERT_EQUAL(error.code, SYNC_INVALID);
	CU_ASSERT_PTR_NULL(sync_queue_sqlite_open("/nowhere/at/all", &error));
	CU_ASSERT_EQUAL(error.code, SYNC_INTERNAL);
	remove(path);
	for (int i = 0; i < 2; i++) {
		snprintf(beside, sizeof beside, "%s%s", path, i ? "-wal" : "-shm");
		remove(beside);
	}
}

/* ---- a disk that is full ---- */

struct full {
	sync_queue queue, *real;
	bool fails;
};

static sync_status full_write(sync_queue *queue, const char *key, const sync_queue_item *items,
			      size_t count)
{
	struct full *full = (struct full *)(void *)queue;
	return full->fails ? SYNC_OVERLOAD : full->real->write(full->real, key, items, count);
}

static sync_status full_read(sync_queue *queue, const char *key,
			     sync_status (*visit)(void *arg, const sync_queue_item *item),
			     void *arg)
{
	struct full *full = (struct full *)(void *)queue;
	return full->fails ? SYNC_OVERLOAD : full->real->read(full->real, key, visit, arg);
}

static void what_cannot_be_kept_is_refused_at_once(void)
{
	struct full full = { .queue = { full_write, full_read, NULL },
			     .real = sync_queue_memory_new() };
	struct rig rig;
	sync_error error;
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, &full.queue));
	rig_load(&rig);
	full.fails = true;
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", &error), SYNC_OVERLOAD);
	CU_ASSERT(rig_shows(&rig, STATE));
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	CU_ASSERT_EQUAL(rig_status(&rig).error.code, SYNC_OVERLOAD);
	full.fails = false;
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, retitle, "Kept", &error), SYNC_OK);
	CU_ASSERT_EQUAL(rig_status(&rig).error.code, SYNC_OK);
	full.fails = true; /* … and its number is not given before it is kept with it */
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), "");
	full.fails = false;
	rig.now += 1000;
	sync_client_poll(rig.client, rig.now);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'n':1"));
	rig_close(&rig);
	full.fails = true;
	CU_ASSERT(!rig_open_kept(&rig, &notebook_model, &full.queue));
	sync_queue_close(full.real);
}

/* A number means something under the name alone under which it was given. */
static void another_name_means_another_numbering(void)
{
	sync_queue *queue = sync_queue_memory_new();
	struct rig rig;
	CU_ASSERT_FATAL(rig_open_kept(&rig, &notebook_model, queue));
	rig_load(&rig);
	sync_replica_update(rig.replica, retitle, "Kept", NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'n':1"));
	next_life(&rig, queue);
	rig_let_in(&rig);
	rig_said(&rig);
	rig_hear(&rig, "{'t':'welcome','session':'s','client':'bob','secret':'y'}");
	rig_hear(&rig, JOINED);
	rig_hear(&rig, PATCH("4", "4", "[]"));
	CU_ASSERT_EQUAL(rig_status(&rig).quarantined, 1);
	CU_ASSERT_EQUAL(rig_status(&rig).error.code, SYNC_STALE);
	CU_ASSERT(rig_shows(&rig, STATE));
	rig_close(&rig);
	sync_queue_close(queue);
}

/* ---- memory ---- */

static void say_much(struct rig *rig)
{
	rig_load(rig);
	sync_replica_update(rig->replica, retitle, "Two", NULL);
	sync_replica_update(rig->replica, note_down, "c", NULL);
	sync_replica_call(rig->replica, "visit",
			  &(sync_request){ .ahead = note_down,
					   .ahead_arg = "d",
					   .done = rig_answered,
					   .arg = &rig->told },
			  NULL);
	sync_replica_start(rig->replica, "ADD", NULL, NULL);
	sync_replica_here(rig->replica, "{}", 2, NULL);
	rig_said(rig);
	rig_hear(rig, PATCH("4", "5", "[{'op':'add','path':'/notes/0','value':'x'}]"));
	rig_hear(rig, NACK);
	rig_hear(rig, "{'t':'patch','doc':'shelf/"
		      "1:NOTES','epoch':'e','from':5,'rev':6,'ops':[{'op':'add',"
		      "'path':'/notes/3','value':'c'}],'done':3,'results':[{'n':3,'value':4}]}");
	rig_hear(rig, SNAPSHOT);
	rig_said(rig);
	const sync_refusal *refusal = sync_replica_refusal(rig->replica, 0);
	if (refusal)
		sync_replica_retry(rig->replica, refusal->id, NULL);
}

static void any_allocation_may_fail(void)
{
	rig_fail_each(&notebook_model, false, say_much);
	rig_fail_each(&notebook_model, true, say_much);
}

int test_client_write(void)
{
	static const CU_TestInfo tests[] = {
		{ "what cannot be changes nothing", what_cannot_be_changes_nothing },
		{ "what changes nothing is not sent", what_changes_nothing_is_not_sent },
		{ "untyped", untyped_documents_are_changed_by_operations_alone },
		{ "a batch waits for company", a_batch_waits_for_company },
		{ "as it was meant", counters_texts_and_sets_are_said_as_they_were_meant },
		{ "kept in memory", in_memory },
		{ "kept in a file", in_a_file },
		{ "what cannot be kept is refused", what_cannot_be_kept_is_refused_at_once },
		{ "another name", another_name_means_another_numbering },
		{ "allocations", any_allocation_may_fail },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_write", tests);
}
