/* Which snapshot a reader is given whose revision is not remembered any more. */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "veil.h"

static sync_status set_next(void *state, void *arg)
{
	static sync_status (*const set[])(VeilDoc *, uint8_t) = { veil_set_a, veil_set_b,
								  veil_set_c, veil_set_d,
								  veil_set_e, veil_set_f };
	return set[(*(size_t *)arg)++](state, 1);
}

/* The `rev` of the next frame; -1: there is none. */
static long next_revision(sync_session *session)
{
	static const char name[] = "\"rev\":";
	sync_frame frame;
	if (!sync_session_next(session, &frame))
		return -1;
	char text[1024];
	snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
	const char *at = strstr(text, name);
	return at ? strtol(at + sizeof name - 1, NULL, 10) : -2;
}

/* The shared one is of revision 0, and everything since is in the history; but what that holds is
 * not for all eyes, and the reader stands at 1. */
static void never_back(void)
{
	static const char hello[] = "{\"t\":\"hello\",\"v\":1,\"docs\":[{\"doc\":\"VEIL\"}]}";
	size_t changed = 0;
	sync_store *store = sync_store_memory_new();
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .store = store, .epoch_seed = 7 });
	CU_ASSERT_EQUAL(sync_hub_add(hub, &veil_model, NULL, NULL, NULL), SYNC_OK);
	sync_doc *doc = sync_hub_doc(hub, "VEIL");
	doc->remembers = 4;
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	sync_session_receive(session, hello, sizeof hello - 1, false);
	CU_ASSERT_EQUAL(next_revision(session), -2); /* welcome */
	CU_ASSERT_EQUAL(next_revision(session), -2); /* joined */
	CU_ASSERT_EQUAL(next_revision(session), 0);
	sync_update(doc, set_next, &changed, NULL);
	CU_ASSERT_EQUAL(next_revision(session), 1);
	sync_store_memory_delay(store, true);
	while (changed < 6)
		sync_update(doc, set_next, &changed, NULL);
	sync_store_memory_complete(store, 4);
	CU_ASSERT_EQUAL(doc->durable, 5);
	CU_ASSERT_EQUAL(sync_trail_floor(doc->trail), 2);
	CU_ASSERT_EQUAL(doc->history.base, 0);
	CU_ASSERT_EQUAL(next_revision(session), -1);
	sync_store_memory_complete(store, 1);
	CU_ASSERT_EQUAL(next_revision(session), 6);
	sync_session_free(session);
	sync_hub_free(hub);
	sync_store_free(store);
}

int test_whole(void);

int test_whole(void)
{
	CU_pSuite suite = CU_add_suite("whole", NULL, NULL);
	return !suite || !CU_add_test(suite, "never back", never_back);
}
