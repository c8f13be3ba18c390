/* Documents that are many: opened, shared, closed, forgotten. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/hub_core.h"
#include "fault.h"
#include "lobby.h"
#include "row.h"

enum { MINUTE = 60000 };

static sync_store *store;
static sync_hub *hub;

static void start(const sync_hub_options *more)
{
	static const sync_model *const models[] = { &room_model, &desk_model,  &drawer_model,
						    &hall_model, &brief_model, &big_model };
	sync_hub_options options = *more;
	store = sync_store_memory_new();
	options.store = store;
	options.epoch_seed = 7;
	hub = sync_hub_new(&options);
	for (size_t i = 0; i < sizeof models / sizeof *models; i++)
		CU_ASSERT(sync_hub_add(hub, models[i], NULL, NULL, NULL) == SYNC_OK);
	sync_hub_poll(hub, 1000);
}

static void stop(void)
{
	sync_hub_free(hub);
	sync_store_free(store);
}

static sync_status set_title(RoomDoc *room, void *arg)
{
	return room_set_title(room, arg);
}

static sync_status set_brief(BriefDoc *brief, void *arg)
{
	return brief_set_text(brief, arg);
}

static void one_for_each_key(void)
{
	start(&(sync_hub_options){ 0 });
	CU_ASSERT(hub->count == 0);
	sync_doc *seven = sync_hub_doc(hub, "ROOM/7"), *eight = sync_hub_doc(hub, "ROOM/8");
	CU_ASSERT_FATAL(seven && eight && seven != eight);
	CU_ASSERT(sync_hub_doc(hub, "ROOM/7") == seven);
	CU_ASSERT(sync_hub_doc(hub, "ROOM/07") == NULL);
	CU_ASSERT(sync_hub_doc(hub, "ROOM/{roomId}") == NULL);
	CU_ASSERT(hub->count == 2);
	CU_ASSERT_STRING_EQUAL(sync_doc_key(seven), "ROOM/7");
	CU_ASSERT(((const RoomKey *)sync_doc_params(seven))->room_id == 7);
	CU_ASSERT(sync_doc_owner(seven) == NULL);
	CU_ASSERT(room_update(seven, set_title, "Seven", NULL) == SYNC_OK);
	CU_ASSERT_STRING_EQUAL(room_state(seven)->title, "Seven");
	CU_ASSERT_STRING_EQUAL(room_state(eight)->title, "");
	stop();
}

static void many_are_found(void)
{
	enum { MANY = 3000 };
	static sync_doc *docs[MANY];
	char key[32];
	start(&(sync_hub_options){ .max_docs = MANY });
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "ROOM/%u", i);
		docs[i] = sync_hub_doc(hub, key);
		CU_ASSERT_PTR_NOT_NULL(docs[i]);
	}
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "ROOM/%u", i);
		CU_ASSERT(sync_hub_doc(hub, key) == docs[i]);
	}
	/* One more is too many, until some are closed: which a poll does at once then. */
	CU_ASSERT(sync_hub_doc(hub, "ROOM/3000") == NULL);
	sync_hub_poll(hub, 1001);
	CU_ASSERT(sync_hub_doc(hub, "ROOM/3000") != NULL);
	stop();
}

/* Names that could run into each other do not. */
static void one_for_each_session(void)
{
	static const sync_identity all[] = { { "ann", "1" },   { "ann", "2" },	{ "bob", "1" },
					     { "ann\t1", "" }, { "a\tb", "c" }, { "a", "b\tc" },
					     { "ann", "" },    { "", "ann" },	{ "ann%091", "" },
					     { "", "" },       { "ann\t", "1" } };
	enum { COUNT = sizeof all / sizeof *all };
	sync_doc *docs[COUNT];
	start(&(sync_hub_options){ 0 });
	CU_ASSERT(sync_hub_doc(hub, "DESK") == NULL);
	for (size_t i = 0; i < COUNT; i++) {
		docs[i] = sync_hub_doc_of(hub, "DESK", &all[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(docs[i]);
		for (size_t j = 0; j < i; j++)
			ROW(all[j].user, docs[i] != docs[j]);
		CU_ASSERT_STRING_EQUAL(sync_doc_key(docs[i]), "DESK");
		CU_ASSERT_STRING_EQUAL(sync_doc_owner(docs[i])->user, all[i].user);
		CU_ASSERT_STRING_EQUAL(sync_doc_owner(docs[i])->session, all[i].session);
	}
	for (size_t i = 0; i < COUNT; i++)
		CU_ASSERT(sync_hub_doc_of(hub, "DESK", &all[i]) == docs[i]);
	CU_ASSERT(sync_hub_doc_of(hub, "DRAWER-3", &all[0]) != docs[0]);
	/* What is shared does not ask whose it is. */
	CU_ASSERT(sync_hub_doc_of(hub, "ROOM/1", &all[0]) == sync_hub_doc(hub, "ROOM/1"));
	stop();
}

static void deleted_one_by_one(void)
{
	static const sync_identity ann = { "ann", "1" }, bob = { "bob", "1" };
	sync_error error;
	start(&(sync_hub_options){ .idle_ms = MINUTE });
	sync_doc *anns = sync_hub_doc_of(hub, "DESK", &ann);
	sync_doc *bobs = sync_hub_doc_of(hub, "DESK", &bob);
	CU_ASSERT_FATAL(anns && bobs);
	uint64_t epochs[] = { anns->epoch, bobs->epoch };
	CU_ASSERT_EQUAL(sync_hub_delete(hub, "DESK", &error), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(sync_hub_delete_of(hub, "DESK", &ann, &error), SYNC_OK);
	CU_ASSERT(anns->epoch != epochs[0] && bobs->epoch == epochs[1]);
	/* One that the store does not know yet stays open until it does, and is then closed as any
	 * other. */
	sync_doc *room = sync_hub_doc(hub, "ROOM/7");
	CU_ASSERT(room_update(room, set_title, "Seven", NULL) == SYNC_OK);
	sync_store_memory_fail(hub->store, SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_hub_delete(hub, "ROOM/7", &error), SYNC_OK);
	sync_hub_poll(hub, 1000 + 5 * MINUTE);
	sync_hub_poll(hub, 1000 + 10 * MINUTE);
	CU_ASSERT(hub->count == 1 && hub->docs[0] == room);
	sync_store_memory_fail(hub->store, SYNC_OK);
	sync_hub_poll(hub, 1000 + 11 * MINUTE);
	sync_hub_poll(hub, 1000 + 12 * MINUTE);
	CU_ASSERT(hub->count == 0);
	room = sync_hub_doc(hub, "ROOM/7");
	CU_ASSERT_PTR_NOT_NULL_FATAL(room);
	CU_ASSERT_STRING_EQUAL(room_state(room)->title, "");
	stop();
}

static void closed_when_nobody_has_it(void)
{
	start(&(sync_hub_options){ .idle_ms = MINUTE });
	sync_doc *room = sync_hub_doc(hub, "ROOM/7");
	CU_ASSERT(room_update(room, set_title, "Seven", NULL) == SYNC_OK);
	uint64_t epoch = room->epoch;
	sync_doc_hold(room);
	sync_hub_poll(hub, 1000 + 10 * MINUTE);
	CU_ASSERT(hub->count == 1 && hub->restless.first == NULL);
	sync_doc_drop(room);
	sync_hub_poll(hub, 1000 + 11 * MINUTE - 1);
	CU_ASSERT(hub->count == 1);
	sync_hub_poll(hub, 1000 + 11 * MINUTE);
	CU_ASSERT(hub->count == 0 && hub->restless.first == NULL);
	/* It goes on where it was. */
	room = sync_hub_doc(hub, "ROOM/7");
	CU_ASSERT_PTR_NOT_NULL_FATAL(room);
	CU_ASSERT_STRING_EQUAL(room_state(room)->title, "Seven");
	CU_ASSERT(room->epoch == epoch && sync_doc_revision(room) == 1);
	stop();
}

static void kept_while_a_write_is_on_its_way(void)
{
	start(&(sync_hub_options){ .idle_ms = MINUTE });
	sync_doc *room = sync_hub_doc(hub, "ROOM/7");
	sync_store_memory_delay(store, true);
	CU_ASSERT(room_update(room, set_title, "Seven", NULL) == SYNC_OK);
	sync_hub_poll(hub, 1000 + 2 * MINUTE);
	CU_ASSERT(hub->count == 1);
	sync_store_memory_fail(store, SYNC_INTERNAL);
	CU_ASSERT(sync_store_memory_complete(store, 1) == 1);
	sync_hub_poll(hub, 1000 + 3 * MINUTE); /* it is lost: a reload is tried, and fails */
	CU_ASSERT(hub->count == 1);
	sync_store_memory_fail(store, SYNC_OK);
	sync_store_memory_delay(store, false);
	sync_hub_poll(hub, 1000 + 4 * MINUTE);
	CU_ASSERT(hub->count == 0);
	stop();
}

static void kept_while_somebody_is_there(void)
{
	static const char *const keys[] = { "ROOM/7", NULL };
	sync_frame frame;
	start(&(sync_hub_options){ .idle_ms = MINUTE });
	sync_session *session = sync_session_new(hub, &(sync_session_options){ .keys = keys });
	CU_ASSERT_PTR_NOT_NULL_FATAL(session);
	CU_ASSERT(sync_session_next(session, &frame) &&
		  memcmp(frame.data, "{\"type\":\"_SET:ROOM/7\"", 21) == 0);
	sync_hub_poll(hub, 1000 + 10 * MINUTE);
	CU_ASSERT(hub->count == 1);
	sync_session_free(session);
	sync_hub_poll(hub, 1000 + 10 * MINUTE + 1);
	CU_ASSERT(hub->count == 1);
	sync_hub_poll(hub, 1000 + 12 * MINUTE);
	CU_ASSERT(hub->count == 0);
	stop();
}

#define BRIEF "BRIEF/6ba7b810-9dad-11d1-80b4-00c04fd430c8"

static void forgotten_after_its_time(void)
{
	start(&(sync_hub_options){ .idle_ms = 1 });
	sync_doc *brief = sync_hub_doc(hub, BRIEF);
	CU_ASSERT(brief_update(brief, set_brief, "psst", NULL) == SYNC_OK);
	uint64_t epoch = brief->epoch;
	sync_hub_poll(hub, 1000 + 5 * MINUTE - 1);
	CU_ASSERT(hub->count == 1);
	sync_hub_poll(hub, 1000 + 5 * MINUTE);
	CU_ASSERT(hub->count == 0);
	brief = sync_hub_doc(hub, BRIEF);
	CU_ASSERT_PTR_NOT_NULL_FATAL(brief);
	CU_ASSERT_STRING_EQUAL(brief_state(brief)->text, "");
	CU_ASSERT(brief->epoch != epoch && sync_doc_revision(brief) == 0);
	stop();
}

/* Whoever thinks of many keys neither slows down each poll nor keeps others from opening theirs. */
static void keys_that_somebody_made_up(void)
{
	enum { MOST = 64, MANY = 2000, IN_A_TURN = 4 };
	char key[64];
	start(&(sync_hub_options){ .max_docs = MOST });
	sync_doc *kept = sync_hub_doc(hub, BRIEF);
	CU_ASSERT(brief_update(kept, set_brief, "mine", NULL) == SYNC_OK);
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "BRIEF/6ba7b811-9dad-11d1-80b4-%012u", i);
		CU_ASSERT_PTR_NOT_NULL(sync_hub_doc(hub, key));
		if (i % IN_A_TURN == 0)
			sync_hub_poll(hub, 1001);
	}
	sync_hub_poll(hub, 1001);
	CU_ASSERT(hub->count > 1 && hub->count < MOST);
	CU_ASSERT_PTR_NULL(hub->restless.first);
	CU_ASSERT(sync_hub_doc(hub, BRIEF) == kept);
	CU_ASSERT_STRING_EQUAL(brief_state(kept)->text, "mine");
	stop();
}

static sync_status remember(sync_store *from, const char *key)
{
	(void)from;
	(void)key;
	return SYNC_INTERNAL;
}

static void a_store_that_cannot_forget(void)
{
	start(&(sync_hub_options){ 0 });
	sync_doc *brief = sync_hub_doc(hub, BRIEF);
	CU_ASSERT(brief_update(brief, set_brief, "psst", NULL) == SYNC_OK);
	sync_status (*forget)(sync_store *, const char *) = store->forget;
	store->forget = remember;
	sync_hub_poll(hub, 1000 + 6 * MINUTE);
	CU_ASSERT(hub->count == 1); /* not closed: somebody could find what should be gone */
	store->forget = forget;
	sync_hub_poll(hub, 1000 + 7 * MINUTE);
	CU_ASSERT(hub->count == 0);
	sync_error error;
	sync_hub *other = sync_hub_new(&(sync_hub_options){ .store = store });
	store->forget = NULL;
	CU_ASSERT(sync_hub_add(other, &brief_model, NULL, NULL, &error) == SYNC_UNSUPPORTED);
	CU_ASSERT(strstr(error.message, "@ttl") != NULL);
	CU_ASSERT(sync_hub_add(other, &room_model, NULL, NULL, &error) == SYNC_OK);
	sync_hub_free(other);
	stop();
}

static sync_status only_even(void *arg, const sync_model *model, const void *params,
			     const sync_identity *who)
{
	unsigned *asked = arg;
	++*asked;
	CU_ASSERT(who && who->user && who->session);
	if (model != &room_model)
		return SYNC_OK;
	return ((const RoomKey *)params)->room_id % 2 ? SYNC_FORBIDDEN : SYNC_OK;
}

static void who_may_open(void)
{
	sync_doc *doc;
	sync_error error;
	unsigned asked = 0;
	start(&(sync_hub_options){ .may_open = only_even, .may_open_arg = &asked });
	CU_ASSERT(sync_hub_open(hub, "ROOM/7", NULL, true, &doc, &error) == SYNC_NOT_FOUND);
	CU_ASSERT_STRING_EQUAL(error.message, "there is no document with that key");
	CU_ASSERT(hub->count == 0 && asked == 1);
	CU_ASSERT(sync_hub_open(hub, "ROOM/8", NULL, true, &doc, &error) == SYNC_OK);
	CU_ASSERT(sync_hub_doc(hub, "ROOM/7") != NULL); /* the program need not ask */
	CU_ASSERT(asked == 2);
	/* Open already, and still not for everybody. */
	CU_ASSERT(sync_hub_open(hub, "ROOM/7", NULL, true, &doc, &error) == SYNC_NOT_FOUND);
	CU_ASSERT(asked == 3);
	CU_ASSERT(sync_hub_open(hub, "NONE", NULL, true, &doc, &error) == SYNC_NOT_FOUND);
	CU_ASSERT(asked == 3);
	stop();
}

static void keys_that_meet(void)
{
	sync_error error;
	start(&(sync_hub_options){ 0 });
	sync_model other = desk_model;
	other.key = "ROOM/12";
	CU_ASSERT(sync_hub_add(hub, &other, NULL, NULL, &error) == SYNC_CONFLICT);
	CU_ASSERT(strstr(error.message, "Room") && strstr(error.message, "Desk"));
	other.key = "ROOM/list";
	CU_ASSERT(sync_hub_add(hub, &other, NULL, NULL, &error) == SYNC_OK);
	other.key = "";
	CU_ASSERT(sync_hub_add(hub, &other, NULL, NULL, &error) == SYNC_SCHEMA);
	other.key = "a\tb";
	CU_ASSERT(sync_hub_add(hub, &other, NULL, NULL, &error) == SYNC_SCHEMA);
	stop();
}

static void count_doc(void *arg, sync_doc *doc)
{
	++*(unsigned *)arg;
	CU_ASSERT(sync_doc_model(doc) == &room_model);
}

static void all_that_are_open(void)
{
	unsigned count = 0;
	start(&(sync_hub_options){ 0 });
	sync_hub_each_doc(hub, count_doc, &count);
	CU_ASSERT(count == 0);
	sync_hub_doc(hub, "ROOM/1");
	sync_hub_doc(hub, "ROOM/2");
	sync_hub_each_doc(hub, count_doc, &count);
	CU_ASSERT(count == 2);
	stop();
}

/* Each allocation fails in turn: there is a document, or there is none and nothing is left over. */
static void out_of_memory(void)
{
	static const sync_identity ann = { "ann", "1" };
	long n = 1;
	for (; fault_next(n); n++) {
		sync_hub *small = sync_hub_new(NULL);
		bool added = small &&
			     sync_hub_add(small, &hall_model, NULL, NULL, NULL) == SYNC_OK &&
			     sync_hub_add(small, &desk_model, NULL, NULL, NULL) == SYNC_OK;
		sync_doc *hall = added ? sync_hub_doc(small, "HALL/open:a%20b") : NULL;
		sync_doc *desk = added ? sync_hub_doc_of(small, "DESK", &ann) : NULL;
		if (small)
			CU_ASSERT(small->count == (size_t)(hall != NULL) + (desk != NULL));
		sync_hub_free(small);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	CU_ASSERT(n > 20);
}

int test_hub_docs(void);
int test_hub_docs(void)
{
	CU_pSuite suite = CU_add_suite("hub docs", NULL, NULL);
	return !suite || !CU_add_test(suite, "one for each key", one_for_each_key) ||
	       !CU_add_test(suite, "many are found", many_are_found) ||
	       !CU_add_test(suite, "one for each session", one_for_each_session) ||
	       !CU_add_test(suite, "deleted one by one", deleted_one_by_one) ||
	       !CU_add_test(suite, "closed when nobody has it", closed_when_nobody_has_it) ||
	       !CU_add_test(suite, "kept while a write is on its way",
			    kept_while_a_write_is_on_its_way) ||
	       !CU_add_test(suite, "kept while somebody is there", kept_while_somebody_is_there) ||
	       !CU_add_test(suite, "forgotten after its time", forgotten_after_its_time) ||
	       !CU_add_test(suite, "keys that somebody made up", keys_that_somebody_made_up) ||
	       !CU_add_test(suite, "a store that cannot forget", a_store_that_cannot_forget) ||
	       !CU_add_test(suite, "who may open", who_may_open) ||
	       !CU_add_test(suite, "keys that meet", keys_that_meet) ||
	       !CU_add_test(suite, "all that are open", all_that_are_open) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
