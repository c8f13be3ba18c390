/* Changes of untyped documents: shown at once, carried over what comes in, taken back. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/queue.h>

#include "client_rig.h"
#include "row.h"
#include "suite.h"

#define SHOWN(title, notes, visits)                                                                \
	"{'title':'" title "','notes':[" notes "],'visits':" visits                                \
	",'count':2,'draft':'','owner':''}"

static sync_status change(struct rig *rig, const char *ops)
{
	char text[512];
	size_t length = strlen(ops);
	for (size_t i = 0; i <= length; i++)
		text[i] = ops[i] == '\'' ? '"' : ops[i];
	return sync_replica_patch(rig->replica, text, length, NULL);
}

static void shown_at_once_and_sent_as_made(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	CU_ASSERT_EQUAL(change(&rig, "[{'op':'replace','path':'/notes/1','value':'B'}]"), SYNC_OK);
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'a','B'", "1")));
	CU_ASSERT_EQUAL(rig.told.changes, 2);
	rig_hear(&rig, PATCH("4", "5", "[{'op':'add','path':'/notes/0','value':'x'}]"));
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'x','a','B'", "1")));
	CU_ASSERT_STRING_EQUAL(rig.told.ops,
			       "[{\"op\":\"add\",\"path\":\"/notes/0\",\"value\":\"x\"}]");
	CU_ASSERT_STRING_EQUAL(rig_said(&rig),
			       "{'t':'push','doc':'shelf/1:NOTES','epoch':'e','base':4,'m':[{'n':1,"
			       "'ops':[{'op':'replace','path':'/notes/1','value':'B'}]}]}");
	rig_hear(&rig, "{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':5,'rev':6,'done':1,"
		       "'ops':[{'op':'replace','path':'/notes/2','value':'B'}]}");
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'x','a','B'", "1")));
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 0);
	CU_ASSERT_EQUAL(rig.told.changes, 3); /* nothing new was to be seen */
	rig_close(&rig);
}

static void what_does_not_fit_changes_nothing(void)
{
	static const char *const bad[] = {
		"[{'op':'replace','path':'/notes/7','value':'B'}]",
		"[{'op':'remove','path':'/nothing'}]",
		"[{'op':'test','path':'/title','value':'Two'}]",
		"[{'op':'replace','path':'/title','value':'T'},{'op':'inc','path':'/"
		"title','by':1}]",
		"[{'op':'text','path':'/visits','delta':['x']}]",
		"[{'op':'remove','path':'/title/-','value':'x'}]",
		"[{'op':'replace','path':'/title'}]",
		"[",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rig rig;
		CU_ASSERT_FATAL(rig_open(&rig, NULL));
		rig_load(&rig);
		ROW(bad[i], change(&rig, bad[i]) != SYNC_OK);
		ROW(bad[i], rig_shows(&rig, STATE));
		ROW(bad[i], rig_status(&rig).pending == 0 && rig.told.changes == 1);
		rig_close(&rig);
	}
}

static const struct {
	const char *name, *ours[3], *theirs, *shown;
} rows[] = {
	{ "beside each other",
	  { "[{'op':'replace','path':'/title','value':'T'}]" },
	  "[{'op':'replace','path':'/visits','value':9}]",
	  SHOWN("T", "'a','b'", "9") },
	{ "of one member ours is last",
	  { "[{'op':'replace','path':'/title','value':'T'}]" },
	  "[{'op':'replace','path':'/title','value':'U'}]",
	  SHOWN("T", "'a','b'", "1") },
	{ "counted",
	  { "[{'op':'inc','path':'/visits','by':3}]" },
	  "[{'op':'replace','path':'/visits','value':9}]",
	  SHOWN("One", "'a','b'", "12") },
	{ "a text that nobody else edits",
	  { "[{'op':'text','path':'/title','delta':[3,'!']}]" },
	  "[{'op':'add','path':'/notes/0','value':'x'}]",
	  SHOWN("One!", "'x','a','b'", "1") },
	{ "a text that others edit waits for the server",
	  { "[{'op':'text','path':'/title','delta':[3,'!']}]" },
	  "[{'op':'text','path':'/title','delta':['>']}]",
	  SHOWN(">One", "'a','b'", "1") },
	{ "an element moved up",
	  { "[{'op':'replace','path':'/notes/0','value':'A'}]" },
	  "[{'op':'add','path':'/notes/0','value':'x'}]",
	  SHOWN("One", "'x','A','b'", "1") },
	{ "an element moved down",
	  { "[{'op':'replace','path':'/notes/1','value':'B'}]" },
	  "[{'op':'remove','path':'/notes/0'}]",
	  SHOWN("One", "'B'", "1") },
	{ "an element is gone",
	  { "[{'op':'replace','path':'/notes/1','value':'B'}]" },
	  "[{'op':'remove','path':'/notes/1'}]",
	  SHOWN("One", "'a'", "1") },
	{ "what was made behind it is shown",
	  { "[{'op':'replace','path':'/notes/1','value':'B'}]",
	    "[{'op':'replace','path':'/notes/0','value':'A'}]" },
	  "[{'op':'remove','path':'/notes/1'}]",
	  SHOWN("One", "'A'", "1") },
	{ "an element moved",
	  { "[{'op':'replace','path':'/notes/0','value':'A'}]" },
	  "[{'op':'move','from':'/notes/0','path':'/notes/1'}]",
	  SHOWN("One", "'b','a'", "1") },
	{ "put in beside",
	  { "[{'op':'add','path':'/notes/2','value':'c'}]" },
	  "[{'op':'add','path':'/notes/0','value':'x'}]",
	  SHOWN("One", "'x','a','b','c'", "1") },
	{ "put in twice, and edited",
	  { "[{'op':'add','path':'/notes/0','value':'c'}]",
	    "[{'op':'add','path':'/notes/0','value':'d'}]",
	    "[{'op':'replace','path':'/notes/1','value':'C'}]" },
	  "[{'op':'remove','path':'/notes/0'}]",
	  SHOWN("One", "'d','C','b'", "1") },
	{ "at the end",
	  { "[{'op':'add','path':'/notes/-','value':'c'}]" },
	  "[{'op':'add','path':'/notes/-','value':'x'}]",
	  SHOWN("One", "'a','b','x','c'", "1") },
	{ "taken out on both sides",
	  { "[{'op':'remove','path':'/notes/0'},{'op':'replace','path':'/notes/0','value':'B'}]" },
	  "[{'op':'add','path':'/notes/0','value':'x'}]",
	  SHOWN("One", "'x','B'", "1") },
	{ "by value",
	  { "[{'op':'remove','path':'/notes/-','value':'a'}]" },
	  "[{'op':'add','path':'/notes/0','value':'x'}]",
	  SHOWN("One", "'x','b'", "1") },
};

static void carried_over_what_comes_in(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		char frame[1024];
		CU_ASSERT_FATAL(rig_open(&rig, NULL));
		rig_load(&rig);
		for (size_t k = 0; k < 3 && rows[i].ours[k]; k++)
			ROW(rows[i].name, change(&rig, rows[i].ours[k]) == SYNC_OK);
		snprintf(frame, sizeof frame, PATCH("4", "5", "%s"), rows[i].theirs);
		rig_hear(&rig, frame);
		ROW(rows[i].name, rig_shows(&rig, rows[i].shown));
		rig_close(&rig);
	}
}

/* The first is done and another client was faster: what came in has both. */
static void one_is_done_and_one_stays(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	change(&rig, "[{'op':'add','path':'/notes/0','value':'c'}]");
	rig_said(&rig);
	change(&rig, "[{'op':'replace','path':'/notes/2','value':'B'}]");
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'c','a','B'", "1")));
	rig_hear(&rig, "{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':6,'done':1,"
		       "'ops':[{'op':'add','path':'/notes/0','value':'x'},"
		       "{'op':'add','path':'/notes/1','value':'c'}]}");
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'x','c','a','B'", "1")));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'base':4"));
	rig_close(&rig);
}

static void what_is_refused_is_taken_back(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	change(&rig, "[{'op':'add','path':'/notes/0','value':'c'}]");
	rig_said(&rig);
	change(&rig, "[{'op':'replace','path':'/notes/2','value':'B'}]");
	rig_hear(&rig, "{'t':'nack','doc':'shelf/1:NOTES','n':1,'code':'invalid','message':'no'}");
	rig_hear(&rig, "{'t':'patch','doc':'shelf/"
		       "1:NOTES','epoch':'e','from':4,'rev':4,'done':1,'ops':[]}");
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'a','B'", "1")));
	CU_ASSERT_EQUAL(rig.told.refusals, 1);
	const sync_refusal *refusal = sync_replica_refusal(rig.replica, 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(refusal);
	CU_ASSERT_EQUAL(sync_replica_retry(rig.replica, refusal->id, NULL), SYNC_OK);
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'c','a','B'", "1")));
	rig_hear(&rig, "{'t':'gone','doc':'shelf/1:NOTES','code':'gone'}");
	CU_ASSERT(rig_shows(&rig, "null"));
	rig_close(&rig);
}

static void kept_for_the_next_life(void)
{
	struct rig rig;
	sync_queue *queue = sync_queue_memory_new();
	CU_ASSERT_FATAL(rig_open_kept(&rig, NULL, queue));
	rig_load(&rig);
	change(&rig, "[{'op':'add','path':'/notes/0','value':'c'}]");
	rig_close(&rig);
	CU_ASSERT_FATAL(rig_open_kept(&rig, NULL, queue));
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'c','a','b'", "1")));
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	rig_close(&rig);
	CU_ASSERT_FATAL(rig_open_kept(&rig, NULL, queue)); /* what is kept is what is confirmed */
	CU_ASSERT(rig_shows(&rig, SHOWN("One", "'c','a','b'", "1")));
	rig_close(&rig);
	sync_queue_close(queue);
}

static void change_and_hear(struct rig *rig)
{
	rig_load(rig);
	change(rig, "[{'op':'add','path':'/notes/0','value':'c'}]");
	change(rig, "[{'op':'text','path':'/title','delta':['x']}]");
	change(rig, "[{'op':'replace','path':'/notes/2','value':'B'}]");
	rig_hear(rig, PATCH("4", "5", "[{'op':'remove','path':'/notes/1'}]"));
	rig_said(rig);
	rig_hear(rig, "{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':5,'rev':6,'done':1,"
		      "'ops':[{'op':'add','path':'/notes/0','value':'c'}]}");
}

static void any_allocation_may_fail(void)
{
	rig_fail_each(NULL, true, change_and_hear);
}

int test_client_plain(void)
{
	static const CU_TestInfo tests[] = {
		{ "shown at once", shown_at_once_and_sent_as_made },
		{ "what does not fit", what_does_not_fit_changes_nothing },
		{ "carried", carried_over_what_comes_in },
		{ "one is done", one_is_done_and_one_stays },
		{ "taken back", what_is_refused_is_taken_back },
		{ "kept", kept_for_the_next_life },
		{ "allocations", any_allocation_may_fail },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_plain", tests);
}
