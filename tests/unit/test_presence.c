/* Who is here, between sessions of one document. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "fault.h"
#include "notebook_server.h"

int test_presence(void);

static const char DOC[] = "shelf/1:NOTES";

static sync_hub *hub;

static sync_session *open_session(void)
{
	static const char hello[] =
		"{\"t\":\"hello\",\"v\":1,\"client\":\"c\",\"docs\":[{\"doc\":\"shelf/1:NOTES\"}]}";
	sync_frame frame;
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	if (!session)
		return NULL;
	sync_session_receive(session, hello, sizeof hello - 1, false);
	while (sync_session_next(session, &frame)) {
	}
	return session;
}

static void say(sync_session *session, const char *state)
{
	char text[256];
	snprintf(text, sizeof text, "{\"t\":\"here\",\"doc\":\"%s\",\"state\":%s}", DOC, state);
	sync_session_receive(session, text, strlen(text), false);
}

/* The frames that wait for a session, without who: the states and errors, with blanks between. */
static const char *heard(sync_session *session)
{
	static char text[2048];
	sync_frame frame;
	size_t length = 0;
	text[0] = '\0';
	while (sync_session_next(session, &frame)) {
		char copy[1024];
		snprintf(copy, sizeof copy, "%.*s", (int)frame.length, frame.data);
		const char *from = strstr(copy, "\"state\":");
		if (!from)
			from = strstr(copy, "\"code\":");
		length += (size_t)snprintf(text + length, sizeof text - length, "%.*s ",
					   (int)strcspn(from, "}") + (strchr(from, '{') != NULL),
					   from);
	}
	return text;
}

static void start(void)
{
	hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL);
}

static void others_are_told_and_a_late_one_too(void)
{
	start();
	sync_session *a = open_session(), *b = open_session();
	say(a, "{\"name\":\"Ann\",\"more\":1}");
	CU_ASSERT_STRING_EQUAL(heard(b), "\"state\":{\"name\":\"Ann\"} ");
	CU_ASSERT_STRING_EQUAL(heard(a), "");
	say(b, "{\"name\":\"Bob\",\"line\":3}");
	say(a, "{\"name\":\"Ann\",\"line\":1}");
	sync_session *c = open_session(); /* takes in what it is told while it joins */
	CU_ASSERT_STRING_EQUAL(heard(c), "");
	say(a, "null");
	say(a, "null");
	CU_ASSERT_STRING_EQUAL(heard(b), "\"state\":null ");
	CU_ASSERT_STRING_EQUAL(heard(c), "\"state\":null ");
	sync_session_free(b);
	CU_ASSERT_STRING_EQUAL(heard(a), "\"state\":null "); /* that b was here is of before */
	sync_session_free(a);
	sync_session_free(c);
	sync_hub_free(hub);
}

static void a_late_one_is_told_who_is_here(void)
{
	static const char hello[] =
		"{\"t\":\"hello\",\"v\":1,\"client\":\"c\",\"docs\":[{\"doc\":\"shelf/1:NOTES\"}]}";
	start();
	sync_session *a = open_session(), *gone = open_session();
	say(gone, "{\"name\":\"Ghost\"}");
	say(a, "{\"name\":\"Ann\"}");
	sync_session_free(gone);
	sync_session *c =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	sync_session_receive(c, hello, sizeof hello - 1, false);
	sync_frame frame;
	char all[4096] = "";
	while (sync_session_next(c, &frame))
		strncat(all, frame.data, frame.length);
	CU_ASSERT_PTR_NOT_NULL(strstr(all, "\"state\":{\"name\":\"Ann\"}"));
	CU_ASSERT_PTR_NULL(strstr(all, "\"state\":null"));
	CU_ASSERT_PTR_NULL(strstr(all, "Ghost"));
	/* A presence comes behind the state it is about. */
	CU_ASSERT(strstr(all, "\"t\":\"here\"") > strstr(all, "\"t\":\"patch\""));
	sync_session_free(a);
	sync_session_free(c);
	sync_hub_free(hub);
}

static void a_slow_reader_gets_the_newest_alone(void)
{
	start();
	sync_session *a = open_session(), *b = open_session();
	for (int i = 0; i < 100; i++) {
		char state[64];
		snprintf(state, sizeof state, "{\"name\":\"Ann\",\"line\":%d}", i);
		say(a, state);
	}
	CU_ASSERT_STRING_EQUAL(heard(b), "\"state\":{\"name\":\"Ann\",\"line\":99} ");
	CU_ASSERT(sync_hub_doc(hub, DOC)->presence.count < 20);
	sync_session_free(a);
	sync_session_free(b);
	sync_hub_free(hub);
}

static void a_reader_that_missed_who_left_is_closed(void)
{
	start();
	sync_session *slow = open_session();
	sync_frame frame;
	for (int i = 0; i <= SYNC_PRESENCE_GONE; i++) {
		sync_session *a = open_session();
		say(a, "{\"name\":\"Ann\"}");
		sync_session_free(a);
	}
	CU_ASSERT(sync_hub_doc(hub, DOC)->presence.count <= 2 * SYNC_PRESENCE_GONE + 16);
	while (sync_session_next(slow, &frame)) {
	}
	CU_ASSERT(sync_session_close_code(slow) == 4001);
	sync_session *late = open_session();
	CU_ASSERT(sync_session_close_code(late) == 0);
	sync_session_free(late);
	sync_session_free(slow);
	sync_hub_free(hub);
}

static void what_the_schema_refuses_changes_nothing(void)
{
	start();
	sync_session *a = open_session(), *b = open_session();
	say(a, "{\"name\":\"Ann\"}");
	say(a, "{\"name\":\"\"}");
	CU_ASSERT_PTR_NOT_NULL(strstr(heard(a), "\"code\":\"invalid\""));
	CU_ASSERT_STRING_EQUAL(heard(b), "\"state\":{\"name\":\"Ann\"} ");
	say(a, "[]");
	CU_ASSERT_PTR_NOT_NULL(strstr(heard(a), "\"code\":\"invalid\""));
	CU_ASSERT_STRING_EQUAL(heard(b), "");
	sync_session_free(a);
	sync_session_free(b);
	sync_hub_free(hub);
}

static void note_here(void *arg, sync_doc *doc, const sync_here *here)
{
	char *log = arg;
	(void)doc;
	const NotebookPresence *state = here->state;
	strcat(log, state ? state->name : "-");
}

static void count_here(void *arg, const sync_here *here)
{
	const NotebookPresence *state = here->state;
	CU_ASSERT_STRING_EQUAL(state->name, "Ann");
	++*(int *)arg;
}

static void the_program_hears_of_it(void)
{
	char log[64] = "";
	int count = 0;
	start();
	sync_doc *doc = sync_hub_doc(hub, DOC);
	sync_doc_on_here(doc, note_here, log);
	sync_session *a = open_session();
	say(a, "{\"name\":\"Ann\"}");
	sync_doc_each_here(doc, count_here, &count);
	CU_ASSERT(count == 1);
	sync_session_free(a);
	sync_doc_each_here(doc, count_here, &count);
	CU_ASSERT(count == 1);
	CU_ASSERT_STRING_EQUAL(log, "Ann-");
	sync_hub_free(hub);
}

/* Each allocation fails in turn: what was said is said, or not at all. */
static void without_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_presence presence = { 0 };
		sync_present *present = NULL;
		sync_error error;
		sync_status status = sync_presence_set(
			&presence, &notebook_presence_type,
			&(struct sync_saying){ "w", "u", "{\"name\":\"Ann\"}", 14 }, &present,
			&error);
		CU_ASSERT(status == SYNC_OK ? present != NULL : presence.count == 0);
		if (status == SYNC_OK) {
			status = sync_presence_set(
				&presence, &notebook_presence_type,
				&(struct sync_saying){ "w", "u", "{\"name\":\"Bob\"}", 14 },
				&present, &error);
			const NotebookPresence *state = present->state;
			CU_ASSERT_STRING_EQUAL(state->name, status == SYNC_OK ? "Bob" : "Ann");
			sync_presence_leave(&presence, &notebook_presence_type, present);
		}
		sync_presence_release(&presence, &notebook_presence_type);
		CU_ASSERT(fault_alive() == 0);
	}
	fault_end();
}

int test_presence(void)
{
	CU_pSuite suite = CU_add_suite("presence", NULL, NULL);
	return !suite ||
	       !CU_add_test(suite, "others are told", others_are_told_and_a_late_one_too) ||
	       !CU_add_test(suite, "a late one is told who is here",
			    a_late_one_is_told_who_is_here) ||
	       !CU_add_test(suite, "a slow reader", a_slow_reader_gets_the_newest_alone) ||
	       !CU_add_test(suite, "too slow", a_reader_that_missed_who_left_is_closed) ||
	       !CU_add_test(suite, "refused", what_the_schema_refuses_changes_nothing) ||
	       !CU_add_test(suite, "the program hears of it", the_program_hears_of_it) ||
	       !CU_add_test(suite, "without memory", without_memory);
}
