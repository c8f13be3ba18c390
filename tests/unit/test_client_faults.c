/*
 * A client and servers that say what they should not, memory that ends, connections that break:
 * nothing crashes, and with a real session the state comes out the same.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include <syncgen/session.h>

#include "client_rig.h"
#include "notebook_server.h"
#include "row.h"
#include "seed.h"
#include "suite.h"

/* ---- garbage ---- */

static const char *const bad[] = {
	"",
	"{",
	"[]",
	"null",
	"{}",
	"{'t':1}",
	"{'t':'patch','t':'patch'}",
	"{'t':'welcome'}",
	"{'t':'welcome','client':'a\\u0000b'}",
	"{'t':'welcome','client':'ann','heartbeat':-1}",
	"{'t':'patch','doc':'shelf/1:NOTES'}",
	"{'t':'patch','doc':7,'epoch':'e','from':4,'rev':5,'ops':[]}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'','from':4,'rev':5,'ops':[]}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':3,'ops':[]}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':5,'ops':{}}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':5}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':5,'part':3,'of':2,'ops':[]}",
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':4,'rev':9007199254740993,'ops':[]}",
	("{'t':'ping','id':'0123456789012345678901234567890123456789012345678901234567890123456789"
	 "0123456789012345678901234567890123456789012345678901234567890123456789'}"),
	"{'t':'pong','docs':{'shelf/1:NOTES':'x'}}",
	"{'t':'pong','docs':[1]}",
	"{'t':'bye','after':'soon'}",
	"{'t':'joined','doc':['x']}",
	"{'t':'event','doc':'shelf/1:NOTES'}",
};

static void what_is_not_understood_ends_the_connection(void)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct rig rig;
		CU_ASSERT_FATAL(rig_open(&rig, &notebook_model));
		rig_load(&rig);
		rig_hear(&rig, bad[i]);
		ROW(bad[i], sync_client_poll(rig.client, rig.now) == SYNC_CLIENT_HANG_UP);
		ROW(bad[i], sync_client_close_code(rig.client) == 4400);
		ROW(bad[i], rig_let_in(&rig) <= 500);
		ROW(bad[i], rig_shows(&rig, STATE));
		rig_close(&rig);
	}
}

/* Frames that are good but for a few bytes. */
static void garbage(void)
{
	static const char *const frames[] = {
		WELCOME,
		JOINED,
		SNAPSHOT,
		PATCH("4", "5", "[{'op':'add','path':'/notes/0','value':'x'}]"),
		"{'t':'patch','doc':'shelf/"
		"1:NOTES','epoch':'e','from':null,'rev':9,'part':1,'of':2,"
		"'ops':[{'op':'replace','path':'','value':{}}]}",
		"{'t':'ping','id':1,'docs':{'shelf/1:NOTES':9}}",
		"{'t':'gone','doc':'shelf/1:NOTES','code':'gone'}",
		"{'t':'error','code':'stale','message':'m','doc':'shelf/1:NOTES','re':'join'}",
		"{'t':'joined','doc':'shelf/1:NOTES','error':{'code':'not_found','message':'m'}}",
		"{'t':'bye','after':3}",
	};
	seed random = seed_start("client garbage");
	for (long round = seed_rounds(20000); round > 0; round--) {
		struct rig rig;
		CU_ASSERT_FATAL(rig_open(&rig, round & 1 ? &notebook_model : NULL));
		rig_load(&rig);
		for (uint64_t n = seed_below(&random, 8); n > 0; n--) {
			char text[1024];
			snprintf(text, sizeof text, "%s",
				 frames[seed_below(&random, sizeof frames / sizeof *frames)]);
			size_t length = strlen(text);
			for (uint64_t k = seed_below(&random, 3); k > 0; k--)
				text[seed_below(&random, length)] =
					"0{}[]:,'/-x\\\xc2\x80"[seed_below(&random, 14)];
			rig_hear(&rig, text);
			rig.now += seed_below(&random, 30000);
			rig_said(&rig);
			rig_let_in(&rig);
		}
		sync_buf out = { 0 };
		CU_ASSERT_EQUAL(sync_replica_write(rig.replica, &out), SYNC_OK);
		sync_buf_release(&out);
		rig_close(&rig);
	}
}

/* ---- memory ---- */

static const char half[] =
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':null,'rev':9,'part':1,"
	"'of':2,'ops':[{'op':'replace','path':'','value':" STATE "}]}";
static const char other_half[] =
	"{'t':'patch','doc':'shelf/1:NOTES','epoch':'e','from':null,'rev':9,"
	"'part':2,'of':2,'ops':[{'op':'replace','path':'/title','value':'P'}]}";

static void hear_all(struct rig *rig)
{
	rig_load(rig);
	rig_hear(rig, PATCH("4", "5", "[{'op':'add','path':'/notes/0','value':'x'}]"));
	rig_hear(rig, half);
	rig_hear(rig, other_half);
	rig_said(rig);
	rig_hear(rig, "{'t':'gone','doc':'shelf/1:NOTES','code':'gone'}");
}

static void any_allocation_may_fail(void)
{
	rig_fail_each(NULL, false, hear_all);
	rig_fail_each(&notebook_model, false, hear_all);
}

/* ---- against the real session ---- */

struct pair {
	struct rig rig;
	sync_hub *hub;
	sync_session *session;
};

static sync_status scribble(void *state, void *arg)
{
	seed *random = arg;
	char text[32];
	const Notebook *notes = notebook_get(state);
	snprintf(text, sizeof text, "line %u", (unsigned)seed_below(random, 1000));
	switch (seed_below(random, 3)) {
	case 0:
		return notebook_set_title(state, text);
	case 1:
		return notes->notes.len < NOTEBOOK_MOST ? notebook_push_notes(state, text)
							: SYNC_OK;
	default:
		return notebook_set_visits(state, (uint32_t)seed_below(random, 50));
	}
}

/* A few frames either way; then perhaps a reset, and whatever is on its way is lost. */
static void exchange(struct pair *pair, unsigned frames)
{
	sync_client_frame said;
	sync_frame answer;
	sync_client *client = pair->rig.client;
	while (pair->session && frames--) {
		if (sync_client_next(client, &said))
			sync_session_receive(pair->session, said.data, said.length, false);
		if (sync_session_next(pair->session, &answer))
			sync_client_receive(client, pair->rig.now, answer.data, answer.length,
					    false);
	}
}

static void reset(struct pair *pair)
{
	sync_session_free(pair->session);
	pair->session = NULL;
	sync_client_closed(pair->rig.client, pair->rig.now, 0, NULL);
}

static void dial(struct pair *pair)
{
	if (pair->session)
		return;
	rig_let_in(&pair->rig);
	pair->session = sync_session_new(pair->hub,
					 &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
}

static bool same(const struct pair *pair)
{
	sync_buf ours = { 0 };
	sync_writer theirs;
	const sync_doc *doc = sync_hub_doc(pair->hub, RIG_KEY);
	sync_writer_init(&theirs);
	notebook_model.state->ops->write(notebook_model.state, &theirs, sync_doc_state(doc));
	sync_replica_write(pair->rig.replica, &ours);
	/* As JSON: an untyped object keeps its members in the order in which they came. */
	cJSON *a = cJSON_ParseWithLength(ours.data, ours.len);
	cJSON *b = cJSON_ParseWithLength(theirs.out.data, theirs.out.len);
	bool equal = cJSON_Compare(a, b, true);
	cJSON_Delete(a);
	cJSON_Delete(b);
	sync_buf_release(&ours);
	sync_buf_release(&theirs.out);
	return equal && rig_status(&pair->rig).rev == sync_doc_revision(doc);
}

/* One change of what an untyped replica shows, most of them of the list. */
static void change_plain(const struct rig *rig, seed *random)
{
	static const char *const verbs[] = { "replace", "add", "remove" };
	const cJSON *notes =
		cJSON_GetObjectItemCaseSensitive(sync_replica_json(rig->replica), "notes");
	unsigned count = (unsigned)cJSON_GetArraySize(notes);
	unsigned verb = count ? (unsigned)seed_below(random, 3) : 1;
	char ops[128];
	if (!notes)
		return;
	snprintf(ops, sizeof ops, "[{\"op\":\"%s\",\"path\":\"/notes/%u\",\"value\":\"mine %u\"}]",
		 verbs[verb], (unsigned)seed_below(random, count + (verb == 1)),
		 (unsigned)seed_below(random, 1000));
	if (verb == 2)
		snprintf(ops, sizeof ops, "[{\"op\":\"remove\",\"path\":\"/notes/%u\"}]",
			 (unsigned)seed_below(random, count));
	CU_ASSERT_EQUAL(sync_replica_patch(rig->replica, ops, strlen(ops), NULL), SYNC_OK);
}

/* Until nothing waits any more. */
static void calm_down(struct pair *pair)
{
	for (unsigned i = 0; i < 20; i++) {
		dial(pair);
		exchange(pair, 50);
		pair->rig.now += 2000;
		sync_client_poll(pair->rig.client, pair->rig.now);
	}
}

static void untyped_changes_come_out_the_same(void)
{
	seed random = seed_start("client untyped");
	for (long round = seed_rounds(300); round > 0; round--) {
		struct pair pair = { 0 };
		CU_ASSERT_FATAL(rig_open(&pair.rig, NULL));
		pair.hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_hub_add(pair.hub, &notebook_model, &notebook_server, NULL, NULL);
		calm_down(&pair);
		for (unsigned step = 0; step < 40; step++) {
			dial(&pair);
			if (seed_below(&random, 2))
				sync_update(sync_hub_doc(pair.hub, RIG_KEY), scribble, &random,
					    NULL);
			if (seed_below(&random, 2))
				change_plain(&pair.rig, &random);
			exchange(&pair, (unsigned)seed_below(&random, 5));
			if (seed_below(&random, 9) == 0)
				reset(&pair);
		}
		calm_down(&pair);
		if (!ROW("same", same(&pair) && rig_status(&pair.rig).pending == 0))
			printf("  round %ld\n", round);
		sync_session_free(pair.session);
		sync_hub_free(pair.hub);
		rig_close(&pair.rig);
	}
}

static void resets_at_any_moment(void)
{
	seed random = seed_start("client resets");
	for (long round = seed_rounds(300); round > 0; round--) {
		struct pair pair = { 0 };
		CU_ASSERT_FATAL(rig_open(&pair.rig, round & 1 ? &notebook_model : NULL));
		pair.hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_hub_add(pair.hub, &notebook_model, &notebook_server, NULL, NULL);
		for (unsigned step = 0; step < 60; step++) {
			dial(&pair);
			if (seed_below(&random, 2))
				sync_update(sync_hub_doc(pair.hub, RIG_KEY), scribble, &random,
					    NULL);
			exchange(&pair, (unsigned)seed_below(&random, 5));
			if (seed_below(&random, 6) == 0)
				reset(&pair);
			if (seed_below(&random, 40) == 0) { /* a new server: another epoch */
				if (pair.session)
					reset(&pair);
				sync_hub_free(pair.hub);
				pair.hub =
					sync_hub_new(&(sync_hub_options){ .epoch_seed = 8 + step });
				sync_hub_add(pair.hub, &notebook_model, &notebook_server, NULL,
					     NULL);
			}
		}
		dial(&pair);
		exchange(&pair, 100);
		if (!ROW("same", same(&pair)))
			printf("  round %ld\n", round);
		sync_session_free(pair.session);
		sync_hub_free(pair.hub);
		rig_close(&pair.rig);
	}
}

int test_client_faults(void)
{
	static const CU_TestInfo tests[] = {
		{ "bad frames", what_is_not_understood_ends_the_connection },
		{ "garbage", garbage },
		{ "allocations", any_allocation_may_fail },
		{ "resets", resets_at_any_moment },
		{ "untyped", untyped_changes_come_out_the_same },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_faults", tests);
}
