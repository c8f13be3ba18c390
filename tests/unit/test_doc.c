#include <CUnit/CUnit.h>

#include <string.h>

#include "../../runtime/doc_core.h"
#include <syncgen/session.h>

#include "fault.h"
#include "garden.h"
#include "notebook_server.h"
#include "row.h"

struct world {
	sync_store *store;
	sync_hub *hub;
	sync_doc *doc;
};

static bool open_world(struct world *world, sync_store *store)
{
	world->store = store;
	world->hub = sync_hub_new(&(sync_hub_options){ .store = store, .epoch_seed = 7 });
	world->doc = NULL;
	if (world->hub &&
	    sync_hub_add(world->hub, &notebook_model, &notebook_server, NULL, NULL) == SYNC_OK)
		world->doc = sync_hub_doc(world->hub, notebook_model.key);
	return world->doc != NULL;
}

static const Notebook *state_of(const struct world *world)
{
	return sync_doc_state(world->doc);
}

/* The state as JSON, in a static place. */
static const char *shown(const struct world *world)
{
	static char text[4096];
	sync_buf out = { 0 };
	sync_doc_write(world->doc, &out);
	snprintf(text, sizeof text, "%.*s", (int)out.len, out.data);
	sync_buf_release(&out);
	return text;
}

/* ---- changes ---- */

static sync_status set_title(void *state, void *arg)
{
	return notebook_set_title(state, arg);
}

static sync_status set_two(void *state, void *arg)
{
	notebook_set_draft(state, "changed before");
	return notebook_set_title(state, arg);
}

/* Does not look at what the setter says. */
static sync_status forget_status(void *state, void *arg)
{
	notebook_set_draft(state, "changed before");
	notebook_set_title(state, arg);
	return SYNC_OK;
}

static sync_status change_and_fail(void *state, void *arg)
{
	notebook_set_draft(state, "changed before");
	notebook_push_notes(state, arg);
	return SYNC_NOT_FOUND;
}

static sync_status there_and_back(void *state, void *arg)
{
	(void)arg;
	notebook_set_title(state, "elsewhere");
	notebook_push_notes(state, "x");
	notebook_remove_notes(state, 0);
	return notebook_set_title(state, "My Notes");
}

static const struct {
	const char *name;
	sync_status (*change)(void *state, void *arg);
	const char *arg;
	sync_status status;
	const char *pointer;
	unsigned revisions;
} updates[] = {
	{ "a change", set_title, "new", SYNC_OK, "", 1 },
	{ "two changes are one revision", set_two, "new", SYNC_OK, "", 1 },
	{ "no change", set_title, "My Notes", SYNC_OK, "", 0 },
	{ "there and back", there_and_back, NULL, SYNC_OK, "", 0 },
	{ "a refused change", set_two, "", SYNC_INVALID, "/title", 0 },
	{ "a refused change that nobody looked at", forget_status, "", SYNC_INVALID, "/title", 0 },
	{ "a function that fails", change_and_fail, "line", SYNC_NOT_FOUND, "", 0 },
};

static void transactions(void)
{
	for (size_t i = 0; i < sizeof updates / sizeof *updates; i++) {
		const char *name = updates[i].name;
		struct world world;
		char arg[32], before[4096];
		sync_error error = { .code = SYNC_OK };
		if (!ROW(name, open_world(&world, NULL)))
			continue;
		snprintf(arg, sizeof arg, "%s", updates[i].arg ? updates[i].arg : "");
		strcpy(before, shown(&world));
		sync_status status = sync_update(world.doc, updates[i].change, arg, &error);
		ROW(name, status == updates[i].status);
		ROW(name, error.code == status || status == SYNC_OK);
		ROW(name, status == SYNC_OK || strcmp(error.pointer, updates[i].pointer) == 0);
		ROW(name, sync_doc_revision(world.doc) == updates[i].revisions);
		ROW(name, updates[i].revisions || strcmp(before, shown(&world)) == 0);
		sync_hub_free(world.hub);
	}
}

static sync_status update_inside(void *state, void *arg)
{
	char title[] = "inner";
	CU_ASSERT_EQUAL(sync_update(arg, set_title, title, NULL), SYNC_CONFLICT);
	return notebook_set_title(state, "outer");
}

static void one_at_a_time(void)
{
	struct world world;
	CU_ASSERT_FATAL(open_world(&world, NULL));
	CU_ASSERT_EQUAL(sync_update(world.doc, update_inside, world.doc, NULL), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(state_of(&world)->title, "outer");
	CU_ASSERT_EQUAL(sync_doc_revision(world.doc), 1);
	sync_hub_free(world.hub);
}

static sync_status add_line(void *state, void *arg)
{
	return notebook_push_notes(state, arg);
}

static void computed_fields(void)
{
	struct world world;
	char line[] = "line";
	CU_ASSERT_FATAL(open_world(&world, NULL));
	CU_ASSERT_EQUAL(sync_update(world.doc, add_line, line, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(state_of(&world)->count, 1);
	CU_ASSERT_EQUAL(sync_doc_revision(world.doc), 1);
	sync_hub_free(world.hub);
}

/* ---- what leaves ---- */

static void what_sessions_share(void)
{
	struct world world;
	char title[] = "shared";
	sync_session *sessions[3];
	sync_frame frame;
	const char *first = NULL;
	CU_ASSERT_FATAL(open_world(&world, NULL));
	for (int i = 0; i < 3; i++) {
		sessions[i] =
			sync_session_new(world.hub, &(sync_session_options){ .max_message = 0 });
		CU_ASSERT_PTR_NOT_NULL_FATAL(sessions[i]);
		CU_ASSERT(sync_session_next(sessions[i], &frame));
		CU_ASSERT(!first || first == frame.data);
		first = frame.data;
	}
	CU_ASSERT_EQUAL(sync_update(world.doc, set_title, title, NULL), SYNC_OK);
	first = NULL;
	for (int i = 0; i < 3; i++) {
		CU_ASSERT(sync_session_next(sessions[i], &frame));
		CU_ASSERT(!first || first == frame.data);
		first = frame.data;
		memset(frame.data - SYNC_FRAME_ROOM, 0xee, SYNC_FRAME_ROOM);
		CU_ASSERT(!sync_session_next(sessions[i], &frame));
	}
	for (int i = 0; i < 3; i++)
		sync_session_free(sessions[i]);
	sync_hub_free(world.hub);
}

static bool begins(const sync_frame *frame, const char *with)
{
	return frame->length > strlen(with) && memcmp(frame->data, with, strlen(with)) == 0;
}

/* Behind by few revisions or by many: a patch, as long as the change of the state is.
 */
static void a_slow_reader_costs_a_number(void)
{
	static const struct {
		const char *name;
		unsigned commits;
		bool whole;
	} rows[] = { { "one", 1, false },
		     { "twenty", 20, false },
		     { "many, of one field", 400, false } };
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		struct world world;
		sync_frame frame;
		if (!ROW(rows[r].name, open_world(&world, NULL)))
			continue;
		sync_session *session =
			sync_session_new(world.hub, &(sync_session_options){ .max_message = 0 });
		ROW(rows[r].name, sync_session_next(session, &frame));
		for (unsigned i = 0; i < rows[r].commits; i++) {
			char title[32];
			snprintf(title, sizeof title, "title %u", i);
			ROW(rows[r].name,
			    sync_update(world.doc, set_title, title, NULL) == SYNC_OK);
		}
		ROW(rows[r].name, sync_session_next(session, &frame));
		ROW(rows[r].name,
		    begins(&frame, rows[r].whole ? "{\"type\":\"_SET:" : "{\"type\":\"_PATCH:"));
		ROW(rows[r].name, !sync_session_next(session, &frame));
		sync_session_free(session);
		sync_hub_free(world.hub);
	}
}

static void events_are_bounded(void)
{
	struct world world;
	sync_frame frame;
	unsigned got = 0;
	CU_ASSERT_FATAL(open_world(&world, NULL));
	sync_session *session =
		sync_session_new(world.hub, &(sync_session_options){ .max_message = 0 });
	while (sync_session_next(session, &frame))
		;
	for (uint32_t i = 0; i < 1000; i++) {
		NotebookSaved saved;
		notebook_saved_init(&saved);
		saved.lines = i;
		CU_ASSERT_EQUAL(notebook_emit_saved(world.doc, &saved), SYNC_OK);
	}
	while (sync_session_next(session, &frame))
		got++;
	CU_ASSERT_EQUAL(got, SYNC_EVENTS_KEPT);
	sync_session_free(session);
	sync_hub_free(world.hub);
}

/* ---- stores ---- */

static void a_document_outlives_its_hub(void)
{
	sync_store *store = sync_store_memory_new();
	struct world world;
	char title[] = "kept", line[] = "a line";
	CU_ASSERT_FATAL(open_world(&world, store));
	uint64_t epoch = world.doc->epoch;
	CU_ASSERT_EQUAL(sync_update(world.doc, set_two, title, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(sync_update(world.doc, add_line, line, NULL), SYNC_OK);
	sync_hub_free(world.hub);

	CU_ASSERT_FATAL(open_world(&world, store));
	CU_ASSERT_EQUAL(world.doc->epoch, epoch);
	CU_ASSERT_STRING_EQUAL(state_of(&world)->title, "kept");
	CU_ASSERT_EQUAL(state_of(&world)->count, 1);
	/* What is @volatile begins anew, as a revision of its own. */
	CU_ASSERT_STRING_EQUAL(state_of(&world)->draft, "");
	CU_ASSERT_EQUAL(sync_doc_revision(world.doc), 3);
	CU_ASSERT_EQUAL(sync_update(world.doc, add_line, line, NULL), SYNC_OK);
	sync_hub_free(world.hub);

	CU_ASSERT_FATAL(open_world(&world, store));
	CU_ASSERT_EQUAL(sync_doc_revision(world.doc), 4);
	CU_ASSERT_EQUAL(state_of(&world)->notes.len, 2);
	sync_hub_free(world.hub);
	sync_store_free(store);
}

static sync_status put_both(void *state, void *arg)
{
	ColoursDoc *colours = garden_edit_colours(state);
	(void)arg;
	colours_add_of(colours, 1);
	colours_add_of(colours, 2);
	return SYNC_OK;
}

static sync_status put_one_last(void *state, void *arg)
{
	ColoursDoc *colours = garden_edit_colours(state);
	(void)arg;
	colours_drop_of(colours, 1);
	return colours_add_of(colours, 1);
}

static void colours_are(sync_hub *hub, const char *json)
{
	sync_buf out = { 0 };
	const Garden *garden = sync_doc_state(sync_hub_doc(hub, garden_model.key));
	colours_to_json(&garden->colours, &out);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&out), json);
	sync_buf_release(&out);
}

/* Clients hold the order that they were told, and their positions. */
static void sets_are_loaded_in_their_order(void)
{
	sync_store *store = sync_store_memory_new();
	for (unsigned life = 0; life < 2; life++) {
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .store = store });
		CU_ASSERT(sync_hub_add(hub, &garden_model, NULL, NULL, NULL) == SYNC_OK);
		sync_doc *doc = sync_hub_doc(hub, garden_model.key);
		if (life == 0) {
			CU_ASSERT(sync_update(doc, put_both, NULL, NULL) == SYNC_OK);
			CU_ASSERT(sync_update(doc, put_one_last, NULL, NULL) == SYNC_OK);
		}
		colours_are(hub, "{\"of\":[2,1]}");
		sync_hub_free(hub);
	}
	sync_store_free(store);
}

static void a_store_that_does_not_load(void)
{
	sync_store *store = sync_store_memory_new();
	sync_error error = { .code = SYNC_OK };
	sync_store_memory_fail(store, SYNC_INTERNAL);
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .store = store });
	CU_ASSERT_EQUAL(sync_hub_add(hub, &notebook_model, NULL, NULL, &error), SYNC_INTERNAL);
	CU_ASSERT_EQUAL(error.code, SYNC_INTERNAL);
	sync_store_memory_fail(store, SYNC_OK);
	CU_ASSERT_EQUAL(sync_hub_add(hub, &notebook_model, NULL, NULL, &error), SYNC_OK);
	sync_hub_free(hub);
	sync_store_free(store);
}

/* Writes under way when the hub goes are not reported to it any more. */
static void a_hub_that_goes_first(void)
{
	sync_store *store = sync_store_memory_new();
	struct world world;
	char title[] = "late";
	CU_ASSERT_FATAL(open_world(&world, store));
	sync_store_memory_delay(store, true);
	CU_ASSERT_EQUAL(sync_update(world.doc, set_title, title, NULL), SYNC_OK);
	sync_hub_free(world.hub);
	sync_store_memory_delay(store, false);
	CU_ASSERT_FATAL(open_world(&world, store));
	CU_ASSERT_STRING_EQUAL(state_of(&world)->title, "late");
	sync_hub_free(world.hub);
	sync_store_free(store);
}

/* ---- memory ---- */

static const char *const talk[] = {
	"{\"type\":\"_PATCH:shelf/1:NOTES\",\"data\":[{\"op\":\"replace\",\"path\":\"/title\","
	"\"value\":\"by a\"}]}",
	"{\"type\":\"_TASK_START:shelf/1:NOTES\",\"data\":{\"type\":\"ADD\",\"note\":\"n\"}}",
	"{\"type\":\"_ACTION:shelf/1:NOTES\",\"data\":{\"type\":\"fill\",\"to\":200}}",
	"{\"type\":\"_ACTION:shelf/1:NOTES\",\"data\":{\"type\":\"boom\"}}",
	"{\"type\":\"_SET:shelf/1:NOTES\",\"data\":{\"title\":\"set\",\"notes\":[],\"visits\":0,"
	"\"count\":0,\"draft\":\"\",\"owner\":\"\"}}",
	"nonsense",
};

/* Whatever fails, what a peer was sent leads to the state there is. */
static void talk_once(void *arg)
{
	(void)arg;
	struct world world;
	sync_frame frame;
	if (!open_world(&world, NULL)) {
		sync_hub_free(world.hub);
		return;
	}
	sync_session *session =
		sync_session_new(world.hub, &(sync_session_options){ .max_message = 0 });
	for (size_t i = 0; session && i < sizeof talk / sizeof *talk; i++) {
		sync_session_receive(session, talk[i], strlen(talk[i]), false);
		while (sync_session_next(session, &frame))
			;
	}
	uint64_t revision = sync_doc_revision(world.doc);
	CU_ASSERT(world.doc->durable == revision);
	CU_ASSERT(!world.doc->changing);
	char title[] = "after it";
	sync_status status = sync_update(world.doc, set_title, title, NULL);
	CU_ASSERT(sync_doc_revision(world.doc) == revision + (status == SYNC_OK));
	CU_ASSERT((strcmp(state_of(&world)->title, title) == 0) == (status == SYNC_OK));
	sync_session_free(session);
	sync_hub_free(world.hub);
}

static void out_of_memory(void)
{
	CU_ASSERT(fault_each(talk_once, NULL) > 50);
}

int test_doc(void);
int test_doc(void)
{
	CU_pSuite suite = CU_add_suite("doc", NULL, NULL);
	return !suite || !CU_add_test(suite, "transactions", transactions) ||
	       !CU_add_test(suite, "one at a time", one_at_a_time) ||
	       !CU_add_test(suite, "computed fields", computed_fields) ||
	       !CU_add_test(suite, "what sessions share", what_sessions_share) ||
	       !CU_add_test(suite, "a slow reader costs a number", a_slow_reader_costs_a_number) ||
	       !CU_add_test(suite, "events are bounded", events_are_bounded) ||
	       !CU_add_test(suite, "a document outlives its hub", a_document_outlives_its_hub) ||
	       !CU_add_test(suite, "sets are loaded in their order",
			    sets_are_loaded_in_their_order) ||
	       !CU_add_test(suite, "a store that does not load", a_store_that_does_not_load) ||
	       !CU_add_test(suite, "a hub that goes first", a_hub_that_goes_first) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
