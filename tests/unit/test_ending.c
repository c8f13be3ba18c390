/* How documents and connections end: sync_hub_delete() and sync_session_drain(). */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "fault.h"
#include "notebook_server.h"

#define KEY "shelf/1:NOTES"

static const char hello[] = "{\"t\":\"hello\",\"v\":1,\"client\":\"ann\",\"secret\":\"s\","
			    "\"docs\":[{\"doc\":\"" KEY "\"}]}";

struct place {
	sync_store *store;
	sync_hub *hub;
	sync_doc *doc;
	sync_session *session;
};

static void say(sync_session *session, const char *text)
{
	sync_session_receive(session, text, strlen(text), false);
}

/* All that is to be said, by the `t` of its frames. */
static const char *kinds(sync_session *session)
{
	static char names[256];
	sync_frame frame;
	names[0] = '\0';
	while (sync_session_next(session, &frame) && strlen(names) < sizeof names - 32)
		snprintf(names + strlen(names), 32, "%.*s ", (int)strcspn(frame.data + 6, "\""),
			 frame.data + 6);
	return names;
}

static void push(struct place *place, unsigned number)
{
	char text[256];
	snprintf(text, sizeof text,
		 "{\"t\":\"push\",\"doc\":\"" KEY "\",\"epoch\":\"%08lx%08lx\",\"base\":0,\"m\":"
		 "[{\"n\":%u,\"action\":\"visit\"}]}",
		 (unsigned long)(place->doc->epoch >> 32),
		 (unsigned long)(place->doc->epoch & 0xffffffff), number);
	say(place->session, text);
}

static void start(struct place *place)
{
	place->hub = sync_hub_new(&(sync_hub_options){ .store = place->store, .epoch_seed = 7 });
	sync_hub_add(place->hub, &notebook_model, &notebook_server, NULL, NULL);
	place->doc = sync_hub_doc(place->hub, KEY);
	place->session = sync_session_new(
		place->hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	say(place->session, hello);
	CU_ASSERT_STRING_EQUAL(kinds(place->session), "welcome joined patch ");
}

static void stop(struct place *place)
{
	sync_session_free(place->session);
	sync_hub_free(place->hub);
}

static void begin(struct place *place)
{
	*place = (struct place){ .store = sync_store_memory_new() };
	start(place);
	push(place, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place->session), "patch ");
}

static void end(struct place *place)
{
	stop(place);
	sync_store_free(place->store);
}

static int32_t visits(const struct place *place)
{
	return (int32_t)((const Notebook *)sync_doc_state(place->doc))->visits;
}

static void gone_from_the_store_too(void)
{
	struct place place;
	begin(&place);
	CU_ASSERT_EQUAL(visits(&place), 1);
	uint64_t epoch = place.doc->epoch;
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, "NONE", NULL), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(visits(&place), 0);
	CU_ASSERT_NOT_EQUAL(place.doc->epoch, epoch);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "gone ");
	stop(&place);
	start(&place);
	CU_ASSERT_EQUAL(visits(&place), 0);
	push(&place, 1); /* the number that the deleted one knew */
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "patch ");
	CU_ASSERT_EQUAL(visits(&place), 1);
	end(&place);
}

static void told_when_it_is_durable(void)
{
	struct place place;
	begin(&place);
	sync_store_memory_delay(place.store, true);
	push(&place, 2); /* on its way when the document goes */
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OVERLOAD);
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "gone ");
	say(place.session, "{\"t\":\"join\",\"doc\":\"" KEY "\"}");
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "joined patch ");
	push(&place, 1);
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "patch ");
	CU_ASSERT_EQUAL(visits(&place), 1);
	end(&place);
}

static void what_was_asked_for_meanwhile_comes_of_the_new_one(void)
{
	struct place place;
	begin(&place);
	say(place.session, "{\"t\":\"join\",\"doc\":\"" KEY "\"}");
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "joined patch ");
	push(&place, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "patch ");
	end(&place);
}

/* Else it could push under numbers that, should the server end now, are those of the old one. */
static void not_joined_before_it_is_durable(void)
{
	struct place place;
	begin(&place);
	sync_store_memory_delay(place.store, true);
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	say(place.session, "{\"t\":\"join\",\"doc\":\"" KEY "\"}");
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "joined patch ");
	end(&place);
}

static void goodbye_after_it_is_gone(void)
{
	struct place place;
	begin(&place);
	sync_store_memory_delay(place.store, true);
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	sync_session_drain(place.session, 0);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "bye ");
	CU_ASSERT_EQUAL(sync_session_close_code(place.session), 0);
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "gone ");
	CU_ASSERT_EQUAL(sync_session_close_code(place.session), SYNC_CLOSE_SHUTDOWN);
	end(&place);
}

static void tried_again_when_the_store_fails(void)
{
	struct place place;
	begin(&place);
	sync_store_memory_fail(place.store, SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_hub_delete(place.hub, KEY, NULL), SYNC_OK);
	sync_hub_poll(place.hub, 10000);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	sync_store_memory_fail(place.store, SYNC_OK);
	sync_hub_poll(place.hub, 20000);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "gone ");
	end(&place);
}

static sync_status delete_inside(void *state, void *arg)
{
	struct place *place = arg;
	(void)state;
	CU_ASSERT_EQUAL(sync_hub_delete(place->hub, KEY, NULL), SYNC_CONFLICT);
	return SYNC_OK;
}

static void not_inside_a_transaction(void)
{
	struct place place;
	begin(&place);
	CU_ASSERT_EQUAL(sync_update(place.doc, delete_inside, &place, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(visits(&place), 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	end(&place);
}

/* ---- withdrawn ---- */

static void not_in_the_middle_of_a_call(void)
{
	struct place place;
	begin(&place);
	sync_session_withdraw(place.session, "NONE");
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	sync_session_withdraw(place.session, KEY);
	push(&place, 2); /* it is not heard any more, though the peer does not know it yet */
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "error gone ");
	CU_ASSERT_EQUAL(visits(&place), 1);
	say(place.session, "{\"t\":\"join\",\"doc\":\"" KEY "\"}");
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "joined patch ");
	end(&place);
}

/* ---- goodbye ---- */

static void goodbye_after_the_answers(void)
{
	struct place place;
	begin(&place);
	sync_store_memory_delay(place.store, true);
	push(&place, 2);
	sync_session_drain(place.session, 5000);
	sync_session_drain(place.session, 5000); /* said once */
	sync_frame frame;
	CU_ASSERT_TRUE_FATAL(sync_session_next(place.session, &frame));
	CU_ASSERT_PTR_NOT_NULL_FATAL(memchr(frame.data, '}', frame.length));
	static const char bye[] = "{\"t\":\"bye\",\"code\":\"overload\",\"after\":";
	CU_ASSERT_NSTRING_EQUAL(frame.data, bye, sizeof bye - 1);
	unsigned long after = strtoul(frame.data + sizeof bye - 1, NULL, 10);
	CU_ASSERT(after >= 5000 && after < 7500);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "");
	CU_ASSERT_EQUAL(sync_session_close_code(place.session), 0);
	sync_store_memory_complete(place.store, 1);
	CU_ASSERT_STRING_EQUAL(kinds(place.session), "patch ");
	CU_ASSERT_EQUAL(sync_session_close_code(place.session), SYNC_CLOSE_SHUTDOWN);
	end(&place);
}

/* ---- without memory ---- */

static void out_of_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_error error;
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		if (hub &&
		    sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL) == SYNC_OK) {
			sync_session *session = sync_session_new(
				hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
			if (session) {
				say(session, hello);
				kinds(session);
			}
			sync_hub_delete(hub, KEY, &error);
			if (session) {
				kinds(session);
				sync_session_drain(session, 0);
				kinds(session);
			}
			sync_session_free(session);
		}
		sync_hub_free(hub);
	}
	CU_ASSERT_EQUAL(fault_alive(), 0);
	fault_end();
}

int test_ending(void)
{
	CU_pSuite suite = CU_add_suite("ending", NULL, NULL);
	return !suite || !CU_add_test(suite, "gone from the store too", gone_from_the_store_too) ||
	       !CU_add_test(suite, "told when it is durable", told_when_it_is_durable) ||
	       !CU_add_test(suite, "asked for meanwhile",
			    what_was_asked_for_meanwhile_comes_of_the_new_one) ||
	       !CU_add_test(suite, "not joined before", not_joined_before_it_is_durable) ||
	       !CU_add_test(suite, "goodbye after it is gone", goodbye_after_it_is_gone) ||
	       !CU_add_test(suite, "tried again", tried_again_when_the_store_fails) ||
	       !CU_add_test(suite, "not inside a transaction", not_inside_a_transaction) ||
	       !CU_add_test(suite, "withdrawn", not_in_the_middle_of_a_call) ||
	       !CU_add_test(suite, "goodbye after the answers", goodbye_after_the_answers) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
