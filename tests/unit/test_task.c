/* Tasks, between sessions of sync.v1.json and handlers that keep them. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/session.h>

#include "../../runtime/hub_core.h"
#include "chores.h"

int test_task(void);

static sync_hub *hub;
static sync_store *store;
static sync_pool *pool;
static sync_task *kept; /* the last one that its handler kept */
static char ends[16];	/* a letter for each cleanup: d, f, c */

static void cleaned(void *data, sync_task_state state)
{
	static const char letters[] = "rdfc";
	char letter[2] = { letters[state], '\0' };
	CU_ASSERT(data == ends);
	strcat(ends, letter);
	kept = NULL;
}

static sync_status on_wash(sync_task *task, ChoresDoc *doc, const ChoresWashArgs *args,
			   uint32_t *reply)
{
	if (args->load == 0) { /* at once */
		*reply = 7;
		return chores_set_done(doc, 1);
	}
	if (args->load == 1)
		return broken_throw(sync_task_call(task), &(Broken){ .at = 3 });
	if (args->load == 8)
		return sync_task_keep(task, NULL, NULL);
	kept = task;
	chores_set_done(doc, args->load);
	sync_task_keep(task, cleaned, ends);
	return args->load == 2 ? SYNC_INTERNAL : SYNC_OK;
}

static sync_status on_dry(sync_task *task, ChoresDoc *doc, const ChoresDryArgs *args,
			  sync_str *reply)
{
	(void)doc;
	(void)args;
	(void)reply;
	kept = task;
	return sync_task_keep(task, cleaned, ends);
}

static sync_status on_again(sync_task *task, ChoresDoc *doc, const ChoresAgainArgs *args)
{
	(void)task;
	(void)args;
	return chores_set_done(doc, chores_get(doc)->done + 1);
}

static sync_status set_done(void *state, void *arg)
{
	return chores_set_done(state, *(uint32_t *)arg);
}

static void count(sync_work *work, void *data)
{
	const ChoresCountArgs *args = sync_work_args(work);
	uint32_t i = 0;
	CU_ASSERT(data == ends);
	while (!sync_work_cancelled(work) && i < args->to) {
		i++;
		chores_work_progress_count(work, &(Percent){ .done = i });
		sync_status status = sync_work_update(work, set_done, &i, NULL);
		CU_ASSERT(status == SYNC_OK || status == SYNC_GONE);
	}
	chores_work_finish_count(work, &i);
}

static sync_status on_count(sync_task *task, ChoresDoc *doc, const ChoresCountArgs *args,
			    uint32_t *reply)
{
	(void)doc;
	(void)args;
	(void)reply;
	return sync_task_work(task, count, cleaned, ends);
}

static const chores_handlers handlers = {
	.wash = on_wash, .dry = on_dry, .again = on_again, .count = on_count
};

/* ---- the rig ---- */

static void start(void)
{
	ends[0] = '\0';
	kept = NULL;
	store = sync_store_memory_new();
	pool = sync_pool_new(2, NULL, NULL);
	hub = sync_hub_new(&(sync_hub_options){ .store = store, .epoch_seed = 7, .pool = pool });
	CU_ASSERT(sync_hub_add(hub, &chores_model, &handlers, NULL, NULL) == SYNC_OK);
	sync_hub_poll(hub, 1000);
}

static void stop(void)
{
	sync_hub_free(hub);
	sync_pool_free(pool);
	sync_store_free(store);
}

/* All frames that wait, one after the other. */
static const char *heard(sync_session *session)
{
	static char text[65536];
	sync_frame frame;
	size_t length = 0;
	text[0] = '\0';
	while (sync_session_next(session, &frame))
		length += (size_t)snprintf(text + length, sizeof text - length, "%.*s\n",
					   (int)frame.length, frame.data);
	return text;
}

static void say(sync_session *session, const char *text)
{
	char copy[512];
	snprintf(copy, sizeof copy, "%s", text);
	for (char *at = copy; *at; at++)
		if (*at == '\'')
			*at = '"';
	sync_session_receive(session, copy, strlen(copy), false);
}

static char secret[64];

/* The connection of a client, whose secret is kept. */
static sync_session *open_session(const char *client, bool known)
{
	char hello[256];
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	snprintf(hello, sizeof hello,
		 "{'t':'hello','v':1,'client':'%s'%s%s%s,'docs':[{'doc':'CHORES'}]}", client,
		 known ? ",'secret':'" : "", known ? secret : "", known ? "'" : "");
	say(session, hello);
	sync_frame frame;
	sync_session_next(session, &frame);
	const char *at = strstr(frame.data, "\"secret\":\"");
	if (!known && at)
		snprintf(secret, sizeof secret, "%.*s", (int)strcspn(at + 10, "\""), at + 10);
	return session;
}

#define TASK(id, name, args)                                                                       \
	"{'t':'task','doc':'CHORES','id':'" id "','name':'" name "','args':{" args "}}"
#define HAS(text, part)	    CU_ASSERT_PTR_NOT_NULL(strstr(text, part))
#define HAS_NOT(text, part) CU_ASSERT_PTR_NULL(strstr(text, part))

/* ---- tests ---- */

static void at_once(void)
{
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, TASK("t", "wash", "'load':0"));
	const char *text = heard(a);
	HAS(text, "\"id\":\"t\",\"state\":\"done\",\"value\":7}");
	/* The change comes first. */
	CU_ASSERT(strstr(text, "\"t\":\"patch\"") &&
		  strstr(text, "\"t\":\"patch\"") < strstr(text, "\"t\":\"task\""));
	say(a, TASK("u", "wash", "'load':1"));
	HAS(heard(a), "\"state\":\"failed\",\"error\":{\"name\":\"Broken\",\"args\":{\"at\":3}}}");
	say(a, TASK("v", "wash", "'load':'x'"));
	HAS(heard(a), "\"state\":\"failed\",\"error\":{\"code\":\"invalid\"");
	say(a, TASK("w", "nothing", ""));
	HAS(heard(a), "\"code\":\"not_found\"");
	sync_session_free(a);
	stop();
}

static void progress_and_one_outcome(void)
{
	uint32_t result = 5;
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, TASK("t", "wash", "'load':9"));
	const char *text = heard(a);
	HAS(text, "\"state\":\"running\"}");
	HAS(text, "/running_tasks");
	chores_progress_wash(kept, &(Percent){ .done = 10 });
	chores_progress_wash(kept, &(Percent){ .done = 20 });
	text = heard(a);
	HAS(text, "\"state\":\"running\",\"progress\":{\"done\":20}}");
	HAS_NOT(text, "10");
	sync_task *task = kept;
	CU_ASSERT(chores_finish_wash(task, &result) == SYNC_OK);
	CU_ASSERT_STRING_EQUAL(ends, "d");
	CU_ASSERT(sync_task_finish(task, SYNC_INTERNAL, NULL) == SYNC_GONE);
	CU_ASSERT(chores_progress_wash(task, &(Percent){ .done = 30 }) == SYNC_GONE);
	sync_task_cancel(task);
	text = heard(a);
	HAS(text, "\"state\":\"done\",\"value\":5}");
	HAS_NOT(text, "cancelled");
	CU_ASSERT(
		((const Chores *)sync_doc_state(sync_hub_doc(hub, "CHORES")))->running_tasks.len ==
		0);
	CU_ASSERT_STRING_EQUAL(ends, "d");
	sync_session_free(a);
	stop();
}

static void cancel_handlers_work(void)
{
	start();
	sync_session *a = open_session("a", false), *b = open_session("b", false);
	heard(a);
	heard(b);
	say(a, TASK("t", "wash", "'load':9"));
	say(b, "{'t':'cancel','doc':'CHORES','id':'t'}"); /* another's */
	HAS(heard(b), "\"code\":\"not_found\"");
	CU_ASSERT_STRING_EQUAL(ends, "");
	say(a, "{'t':'cancel','doc':'CHORES','id':'t'}");
	CU_ASSERT_STRING_EQUAL(ends, "c");
	HAS(heard(a), "\"state\":\"cancelled\"}");
	say(a, "{'t':'cancel','doc':'CHORES','id':'t'}");
	HAS(heard(a), "\"state\":\"cancelled\"}");
	CU_ASSERT_STRING_EQUAL(ends, "c");
	sync_session_free(a);
	sync_session_free(b);
	stop();
}

static void attached_again_after_a_reconnect(void)
{
	uint32_t result = 8;
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, TASK("t", "wash", "'load':9"));
	heard(a);
	sync_session_free(a);
	CU_ASSERT_STRING_EQUAL(ends, "");
	a = open_session("a", true);
	HAS(heard(a), "\"tasks\":[\"t\"]");
	sync_session_free(a);
	chores_finish_wash(kept, &result);
	a = open_session("a", true);
	HAS_NOT(heard(a), "\"tasks\"");
	say(a, TASK("t", "wash", "'load':9"));
	HAS(heard(a), "\"state\":\"done\",\"value\":8}");
	/* From when it was seen to be over: nobody has told the time since it began. */
	sync_hub_poll(hub, 1000 + SYNC_TASKS_KEPT_MS);
	CU_ASSERT(sync_hub_doc(hub, "CHORES")->tasks.first != NULL);
	sync_hub_poll(hub, 1000 + 2 * SYNC_TASKS_KEPT_MS);
	CU_ASSERT(sync_hub_doc(hub, "CHORES")->tasks.first == NULL);
	sync_session_free(a);
	stop();
}

static void interrupted_by_a_restart(void)
{
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, "{'t':'task','doc':'CHORES','id':'t','name':'wash','args':{'load':9},'again':true}");
	HAS(heard(a), "\"state\":\"failed\",\"error\":{\"name\":\"interrupted\",\"args\":{}}}");
	say(a, "{'t':'task','doc':'CHORES','id':'u','name':'again','again':true}");
	HAS(heard(a), "\"id\":\"u\",\"state\":\"done\"}");
	sync_session_free(a);
	stop();
}

static void a_duplicate_start_is_answered(void)
{
	start();
	sync_session *a = open_session("a", false), *b = open_session("b", false);
	heard(a);
	heard(b);
	say(a, TASK("t", "dry", ""));
	say(b, TASK("t", "dry", ""));
	HAS(heard(b), "\"code\":\"conflict\",\"message\":\"dry is running already\"");
	say(a, TASK("t", "dry", "")); /* the same one: attached */
	HAS(heard(a), "\"state\":\"running\"}");
	sync_hub_poll(hub, 1000 + 29999);
	CU_ASSERT_STRING_EQUAL(ends, "");
	sync_hub_poll(hub, 1000 + 30000);
	CU_ASSERT_STRING_EQUAL(ends, "f");
	HAS(heard(a), "\"state\":\"failed\",\"error\":{\"name\":\"timeout\",\"args\":{}}}");
	say(b, TASK("t", "dry", ""));
	HAS(heard(b), "\"state\":\"running\"}");
	sync_session_free(a);
	sync_session_free(b);
	stop();
	CU_ASSERT_STRING_EQUAL(ends, "fc"); /* the program ends */
}

/* How many of them are too many. */
static unsigned start_many(sync_session *session, const char *load, unsigned count)
{
	char text[128];
	unsigned refused = 0;
	for (unsigned i = 0; i < count; i++) {
		snprintf(
			text, sizeof text,
			"{'t':'task','doc':'CHORES','id':'%s.%u','name':'wash','args':{'load':%s}}",
			load, i, load);
		say(session, text);
		refused += strstr(heard(session), "\"code\":\"overload\"") != NULL;
	}
	return refused;
}

static void nobody_takes_the_place_of_others(void)
{
	start();
	sync_session *a = open_session("a", false), *b = open_session("b", false);
	heard(a);
	say(b, TASK("mine", "wash", "'load':0"));
	heard(b);
	CU_ASSERT_EQUAL(start_many(a, "0", 1100), 0); /* some of these are forgotten */
	say(b, TASK("mine", "wash", "'load':1"));
	HAS(heard(b), "\"state\":\"done\",\"value\":7}"); /* answered again, not started again */
	CU_ASSERT_EQUAL(start_many(a, "8", 130), 2);
	say(b, TASK("t", "wash", "'load':8"));
	HAS(heard(b), "\"state\":\"running\"}");
	sync_session_free(a);
	sync_session_free(b);
	stop();
}

static void a_start_that_fails_leaves_no_trace(void)
{
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, TASK("t", "wash", "'load':2"));
	const char *text = heard(a);
	HAS(text, "\"state\":\"failed\",\"error\":{\"code\":\"internal\"");
	HAS_NOT(text, "\"t\":\"patch\"");
	CU_ASSERT_STRING_EQUAL(ends, "f");
	sync_session_free(a);
	stop();
}

static void an_outcome_waits_until_its_changes_are_durable(void)
{
	uint32_t result = 5;
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	sync_store_memory_delay(store, true);
	say(a, TASK("t", "wash", "'load':9"));
	chores_finish_wash(kept, &result);
	HAS_NOT(heard(a), "\"done\"");
	sync_store_memory_delay(store, false);
	HAS(heard(a), "\"state\":\"done\",\"value\":5}");
	sync_session_free(a);
	stop();
}

/* It was over, and looked at, and then its changes were lost after all. */
static void an_outcome_is_lost_with_its_changes(void)
{
	uint32_t result = 5;
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	sync_store_memory_delay(store, true);
	say(a, TASK("t", "wash", "'load':9"));
	chores_finish_wash(kept, &result);
	HAS_NOT(heard(a), "\"done\"");
	sync_hub_poll(hub, 1001);
	sync_store_memory_fail(store, SYNC_INTERNAL);
	sync_store_memory_delay(store, false);
	sync_store_memory_fail(store, SYNC_OK);
	sync_hub_poll(hub, 1002);
	HAS_NOT(heard(a), "\"state\":\"done\"");
	sync_session *again = open_session("a", true);
	heard(again);
	say(again, TASK("t", "wash", "'load':9"));
	const char *text = heard(again);
	HAS(text, "\"state\":\"failed\",\"error\":{\"name\":\"interrupted\",\"args\":{}}}");
	HAS_NOT(text, "\"state\":\"done\"");
	sync_session_free(again);
	sync_session_free(a);
	stop();
}

static void a_job_on_another_thread(void)
{
	start();
	sync_session *a = open_session("a", false);
	heard(a);
	say(a, TASK("t", "count", "'to':50"));
	pool->finish(pool); /* turns until the job is done */
	const char *text = heard(a);
	HAS(text, "\"state\":\"done\",\"value\":50}");
	HAS(text, "\"value\":50}");
	CU_ASSERT_STRING_EQUAL(ends, "d");
	say(a, TASK("u", "count", "'to':1000000000"));
	say(a, "{'t':'cancel','doc':'CHORES','id':'u'}");
	CU_ASSERT_STRING_EQUAL(ends, "d"); /* not while the job may still use its data */
	pool->finish(pool);
	CU_ASSERT_STRING_EQUAL(ends, "dc");
	HAS(heard(a), "\"state\":\"cancelled\"}");
	sync_session_free(a);
	stop();
}

int test_task(void)
{
	CU_pSuite suite = CU_add_suite("task", NULL, NULL);
	return !suite || !CU_add_test(suite, "at once", at_once) ||
	       !CU_add_test(suite, "progress and one outcome", progress_and_one_outcome) ||
	       !CU_add_test(suite, "cancel handlers work", cancel_handlers_work) ||
	       !CU_add_test(suite, "attached again", attached_again_after_a_reconnect) ||
	       !CU_add_test(suite, "interrupted", interrupted_by_a_restart) ||
	       !CU_add_test(suite, "a duplicate start is answered",
			    a_duplicate_start_is_answered) ||
	       !CU_add_test(suite, "a share for everybody", nobody_takes_the_place_of_others) ||
	       !CU_add_test(suite, "a failing start", a_start_that_fails_leaves_no_trace) ||
	       !CU_add_test(suite, "durable", an_outcome_waits_until_its_changes_are_durable) ||
	       !CU_add_test(suite, "lost with its changes", an_outcome_is_lost_with_its_changes) ||
	       !CU_add_test(suite, "on another thread", a_job_on_another_thread);
}
