#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/session.h>

#include "notebook_server.h"
#include "row.h"

/* What a model may ask for; what this runtime does not enforce is refused, by name. */
static const struct {
	const char *spelling;
	uint64_t feature;
	bool enforced;
} features[] = {
#define X(name, spelling, enforced) { spelling, SYNC_FEATURE(name), enforced },
	SYNC_FEATURE_TABLE(X)
#undef X
};

static void features_by_name(void)
{
	for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
		sync_hub *hub = sync_hub_new(NULL);
		sync_model model = notebook_model;
		sync_error error = { .code = SYNC_OK, .message = "" };
		model.features = features[i].feature;
		sync_status status = sync_hub_add(hub, &model, NULL, NULL, &error);
		ROW(features[i].spelling,
		    status == (features[i].enforced ? SYNC_OK : SYNC_UNSUPPORTED));
		if (!features[i].enforced) {
			ROW(features[i].spelling, strstr(error.message, features[i].spelling));
			ROW(features[i].spelling, strstr(error.message, "Notebook"));
			ROW(features[i].spelling, sync_hub_doc(hub, model.key) == NULL);
		}
		sync_hub_free(hub);
	}
}

static void other_refusals(void)
{
	sync_hub *hub = sync_hub_new(NULL);
	sync_model model = notebook_model;
	sync_error error;
	model.features = UINT64_MAX;
	CU_ASSERT_EQUAL(sync_hub_add(hub, &model, NULL, NULL, &error), SYNC_UNSUPPORTED);
	CU_ASSERT_EQUAL(sync_hub_add(hub, &model, NULL, NULL, NULL), SYNC_UNSUPPORTED);
	model.features = 0;
	model.abi = SYNC_RUNTIME_ABI + 1;
	CU_ASSERT_EQUAL(sync_hub_add(hub, &model, NULL, NULL, &error), SYNC_SCHEMA);
	model.abi = SYNC_RUNTIME_ABI;
	CU_ASSERT_EQUAL(sync_hub_add(hub, &model, NULL, NULL, &error), SYNC_OK);
	CU_ASSERT_EQUAL(sync_hub_add(hub, &model, NULL, NULL, &error), SYNC_CONFLICT);
	CU_ASSERT(strstr(error.message, model.key) != NULL);
	sync_hub_free(hub);
	sync_hub_free(NULL);
}

static void documents_by_key(void)
{
	sync_hub *hub = sync_hub_new(NULL);
	sync_model other = notebook_model;
	other.key = "OTHER";
	CU_ASSERT_PTR_NULL(sync_hub_doc(hub, "OTHER"));
	CU_ASSERT_EQUAL(sync_hub_add(hub, &notebook_model, NULL, NULL, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(sync_hub_add(hub, &other, NULL, NULL, NULL), SYNC_OK);
	sync_doc *doc = sync_hub_doc(hub, "OTHER");
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	CU_ASSERT_STRING_EQUAL(sync_doc_key(doc), "OTHER");
	CU_ASSERT_PTR_EQUAL(sync_doc_model(doc), &other);
	CU_ASSERT_PTR_NULL(sync_hub_doc(hub, "OTHE"));
	CU_ASSERT_PTR_NULL(sync_hub_doc(hub, ""));
	sync_hub_free(hub);
}

/* The order of the mount, and nothing else. */
static void a_session_of_some(void)
{
	static const char *const order[] = { "B", "A", NULL };
	static const char *const wrong[] = { "A", "X", NULL };
	sync_hub *hub = sync_hub_new(NULL);
	sync_model models[3] = { notebook_model, notebook_model, notebook_model };
	sync_frame frame;
	for (int i = 0; i < 3; i++) {
		models[i].key = i == 0 ? "A" : i == 1 ? "B" : "C";
		CU_ASSERT_EQUAL(sync_hub_add(hub, &models[i], NULL, NULL, NULL), SYNC_OK);
	}
	CU_ASSERT_PTR_NULL(sync_session_new(hub, &(sync_session_options){ .keys = wrong }));
	CU_ASSERT_PTR_NULL(
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_FEED }));
	sync_session *session = sync_session_new(hub, &(sync_session_options){ .keys = order });
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	CU_ASSERT(sync_session_next(session, &frame) && frame.more);
	CU_ASSERT(memcmp(frame.data, "{\"type\":\"_SET:B\"", 16) == 0);
	CU_ASSERT(sync_session_next(session, &frame));
	CU_ASSERT(memcmp(frame.data, "{\"type\":\"_SET:A\"", 16) == 0);
	CU_ASSERT(!sync_session_next(session, &frame));
	static const char get[] = "{\"type\":\"_GET:C\"}";
	CU_ASSERT_EQUAL(sync_session_receive(session, get, sizeof get - 1, false), SYNC_OK);
	CU_ASSERT(sync_session_next(session, &frame));
	CU_ASSERT(memcmp(frame.data, "{\"type\":\"_ERROR\"", 16) == 0);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void count_wake(void *arg)
{
	++*(unsigned *)arg;
}

static sync_status set_title(void *state, void *arg)
{
	return notebook_set_title(state, arg);
}

/* Once until it was asked; never for what its own messages brought about. */
static void wakes(void)
{
	sync_hub *hub = sync_hub_new(NULL);
	unsigned woken = 0;
	sync_frame frame;
	char title[] = "1";
	CU_ASSERT_EQUAL(sync_hub_add(hub, &notebook_model, NULL, NULL, NULL), SYNC_OK);
	sync_doc *doc = sync_hub_doc(hub, notebook_model.key);
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .wake = count_wake, .arg = &woken });
	while (sync_session_next(session, &frame))
		;
	CU_ASSERT_EQUAL(woken, 0);
	for (; title[0] < '4'; title[0]++)
		CU_ASSERT_EQUAL(sync_update(doc, set_title, title, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(woken, 1);
	while (sync_session_next(session, &frame))
		;
	CU_ASSERT_EQUAL(sync_update(doc, set_title, title, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(woken, 2);
	while (sync_session_next(session, &frame))
		;
	static const char patch[] =
		"{\"type\":\"_PATCH:shelf/1:NOTES\",\"data\":[{\"op\":\"replace\","
		"\"path\":\"/title\",\"value\":\"x\"}]}";
	CU_ASSERT_EQUAL(sync_session_receive(session, patch, sizeof patch - 1, false), SYNC_OK);
	CU_ASSERT_EQUAL(woken, 2);
	sync_session_free(session);
	sync_hub_free(hub);
}

int test_hub(void);
int test_hub(void)
{
	CU_pSuite suite = CU_add_suite("hub", NULL, NULL);
	return !suite || !CU_add_test(suite, "features by name", features_by_name) ||
	       !CU_add_test(suite, "other refusals", other_refusals) ||
	       !CU_add_test(suite, "documents by key", documents_by_key) ||
	       !CU_add_test(suite, "a session of some", a_session_of_some) ||
	       !CU_add_test(suite, "wakes", wakes);
}
