/*
 * A client's documents: typed and untyped, patch by patch. Its connections are in
 * test_client_link.c, what may go wrong in test_client_faults.c, conversations in
 * test_client_wire.c.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <string.h>

#include <syncgen/value.h>

#include "../../runtime/client_wire.h"
#include "client_rig.h"
#include "notebook.h"
#include "row.h"
#include "seed.h"
#include "suite.h"

/* ---- documents ---- */

static void typed(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, &notebook_model));
	const Notebook *notes = sync_replica_state(rig.replica);
	CU_ASSERT_STRING_EQUAL(notes->title, "My Notes");
	rig_let_in(&rig);
	char hello[512];
	snprintf(hello, sizeof hello,
		 "{'t':'hello','v':1,'client':'ann','models':{'Notebook':'%s'},'limits':{'bin':"
		 "16777216},'docs':"
		 "[{'doc':'shelf/1:NOTES'}]}",
		 notebook_model.hash);
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), hello);
	rig_hear(&rig, WELCOME);
	rig_hear(&rig, JOINED);
	CU_ASSERT_FALSE(rig_status(&rig).connected);
	rig_hear(&rig, SNAPSHOT);
	CU_ASSERT_STRING_EQUAL(notes->title, "One");
	CU_ASSERT_EQUAL(notes->notes.len, 2);
	CU_ASSERT_EQUAL(rig.told.wholes, 1);
	rig_hear(&rig, PATCH("4", "5", "[{'op':'add','path':'/notes/-','value':'c'}]"));
	CU_ASSERT_EQUAL(notes->notes.len, 3);
	CU_ASSERT_STRING_EQUAL(rig.told.ops,
			       "[{\"op\":\"add\",\"path\":\"/notes/-\",\"value\":\"c\"}]");
	CU_ASSERT_EQUAL(rig.told.rev, 5);
	CU_ASSERT_TRUE(rig_status(&rig).connected);
	rig_hear(&rig, "{'t':'event','doc':'shelf/1:NOTES','name':'saved','args':{'lines':3}}");
	CU_ASSERT_EQUAL(rig.told.events, 1);
	rig_close(&rig);
}

/* After `load`: these frames, then this state, this revision, this to be said. */
static const struct {
	const char *name, *frames[4];
	const char *title;
	uint64_t rev;
	const char *says;
} patches[] = {
	{ "a patch",
	  { PATCH("4", "6", "[{'op':'replace','path':'/title','value':'T'}]") },
	  "T",
	  6,
	  "" },
	{ "an empty one", { PATCH("4", "4", "[]") }, "One", 4, "" },
	{ "a gap",
	  { PATCH("5", "6", "[{'op':'replace','path':'/title','value':'T'}]") },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES','rev':4,'epoch':'e'}" },
	{ "one that was applied",
	  { PATCH("3", "4", "[]") },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES','rev':4,'epoch':'e'}" },
	{ "one that does not apply: everything anew",
	  { PATCH("4", "5", "[{'op':'remove','path':'/notes/9'}]") },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES'}" },
	{ "half of one that does not apply",
	  { PATCH("4", "5",
		  "[{'op':'replace','path':'/title','value':'T'},{'op':'remove','path':'/notes/"
		  "9'}]") },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES'}" },
	{ "another epoch's snapshot",
	  { "{'t':'patch','doc':'shelf/1:NOTES','epoch':'f','from':null,'rev':1,'ops':"
	    "[{'op':'replace','path':'','value':{'title':'New','notes':[],'visits':0,'count':0,"
	    "'draft':'','owner':''}}]}" },
	  "New",
	  1,
	  "" },
	{ "another epoch's patch",
	  { "{'t':'patch','doc':'shelf/1:NOTES','epoch':'f','from':4,'rev':5,'ops':[]}" },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES','rev':4,'epoch':'e'}" },
	{ "parts count with the last",
	  { "{'t':'patch','doc':'shelf/"
	    "1:NOTES','epoch':'e','from':null,'rev':9,'part':1,'of':2,'ops':"
	    "[{'op':'replace','path':'','value':" STATE "}]}",
	    "{'t':'patch','doc':'shelf/"
	    "1:NOTES','epoch':'e','from':null,'rev':9,'part':2,'of':2,'ops':"
	    "[{'op':'replace','path':'/title','value':'Part'}]}" },
	  "Part",
	  9,
	  "" },
	{ "half of them do not",
	  { "{'t':'patch','doc':'shelf/"
	    "1:NOTES','epoch':'e','from':null,'rev':9,'part':1,'of':2,'ops':"
	    "[{'op':'replace','path':'','value':{'title':'Half'}}]}" },
	  "One",
	  4,
	  "" },
	{ "a part that is not the next",
	  { "{'t':'patch','doc':'shelf/"
	    "1:NOTES','epoch':'e','from':null,'rev':9,'part':2,'of':3,'ops':[]}" },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES','rev':4,'epoch':'e'}" },
	{ "another document's patch",
	  { "{'t':'patch','doc':'OTHER','epoch':'e','from':4,'rev':5,'ops':[]}" },
	  "One",
	  4,
	  "" },
	{ "a pong that knows more",
	  { "{'t':'pong','id':1,'docs':{'shelf/1:NOTES':5}}" },
	  "One",
	  4,
	  "{'t':'join','doc':'shelf/1:NOTES','rev':4,'epoch':'e'}" },
	{ "a joined that nobody asked for",
	  { JOINED, "{'t':'ping','id':1}" },
	  "One",
	  4,
	  "{'t':'pong','id':1,'docs':{'shelf/1:NOTES':4}}" },
	{ "a ping",
	  { "{'t':'ping','id':'x','docs':{'OTHER':5}}" },
	  "One",
	  4,
	  "{'t':'pong','id':'x','docs':{'shelf/1:NOTES':4}}" },
};

static void every_patch(void)
{
	for (size_t i = 0; i < sizeof patches / sizeof *patches; i++)
		for (unsigned kind = 0; kind < 2; kind++) {
			struct rig rig;
			CU_ASSERT_FATAL(rig_open(&rig, kind ? &notebook_model : NULL));
			rig_load(&rig);
			for (size_t k = 0; k < 4 && patches[i].frames[k]; k++)
				rig_hear(&rig, patches[i].frames[k]);
			const Notebook *notes = sync_replica_state(rig.replica);
			const char *title =
				kind ? notes->title
				     : cJSON_GetObjectItem(sync_replica_json(rig.replica), "title")
						->valuestring;
			ROW(patches[i].name, strcmp(title, patches[i].title) == 0);
			ROW(patches[i].name, rig_status(&rig).rev == patches[i].rev);
			const char *said = rig_said(&rig);
			if (!ROW(patches[i].name, strcmp(said, patches[i].says) == 0))
				printf("  says %s\n", said);
			rig_close(&rig);
		}
}

static void addresses_stay_through_a_snapshot(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, &notebook_model));
	rig_load(&rig);
	const Notebook *notes = sync_replica_state(rig.replica);
	rig_hear(&rig,
		 PATCH("null", "9",
		       "[{'op':'replace','path':'','value':{'title':'One','notes':['a'],'visits':1,"
		       "'count':2,'draft':'','owner':''}}]"));
	CU_ASSERT_PTR_EQUAL(notes, sync_replica_state(rig.replica));
	CU_ASSERT_EQUAL(notes->notes.len, 1);
	rig_close(&rig);
}

static void a_reset_between_parts(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	rig_hear(&rig, patches[8].frames[0]);
	sync_client_closed(rig.client, rig.now, 0, NULL);
	rig_let_in(&rig);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'rev':4,'epoch':'e'"));
	rig_hear(&rig, WELCOME);
	rig_hear(&rig, JOINED);
	rig_hear(&rig, patches[8].frames[1]); /* the second part of what is gone */
	CU_ASSERT_TRUE(rig_shows(&rig, STATE));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_said(&rig), "'join'"));
	rig_close(&rig);
}

static void patches_that_never_fit_end_the_connection(void)
{
	struct rig rig;
	unsigned joins = 0;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	while (sync_client_poll(rig.client, rig.now) != SYNC_CLIENT_HANG_UP && joins++ < 100) {
		rig_hear(&rig, PATCH("7", "8", "[]"));
		rig_said(&rig);
		rig_hear(&rig, JOINED);
	}
	CU_ASSERT(joins > 1 && joins < 10);
	rig_close(&rig);
}

static void gone(void)
{
	for (unsigned kind = 0; kind < 2; kind++) {
		struct rig rig;
		CU_ASSERT_FATAL(rig_open(&rig, kind ? &notebook_model : NULL));
		rig_load(&rig);
		rig_hear(&rig, "{'t':'gone','doc':'shelf/1:NOTES','code':'forbidden'}");
		sync_replica_status status = rig_status(&rig);
		CU_ASSERT_FALSE(status.loaded);
		CU_ASSERT_EQUAL(status.error.code, SYNC_FORBIDDEN);
		CU_ASSERT_TRUE(rig_shows(&rig, kind ? "{'title':'My Notes','notes':[],'visits':0,"
						      "'count':0,'draft':'','owner':''}"
						    : "null"));
		rig_close(&rig);
	}
}

static void close_and_open_again(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	CU_ASSERT_PTR_NULL(
		sync_client_open(rig.client, RIG_KEY, &(sync_replica_options){ 0 }, NULL));
	sync_replica_close(rig.replica);
	rig.replica = sync_client_open(rig.client, RIG_KEY, &(sync_replica_options){ 0 }, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rig.replica);
	sync_client_frame frame;
	CU_ASSERT_TRUE(sync_client_next(rig.client, &frame));
	CU_ASSERT_PTR_NOT_NULL(strstr(frame.data, "\"leave\""));
	rig_hear(&rig, PATCH("4", "5", "[]")); /* of before */
	CU_ASSERT_STRING_EQUAL(rig_said(&rig), "{'t':'join','doc':'shelf/1:NOTES'}");
	rig_close(&rig);
}

/* ---- tables ---- */

/* The table of names in client_wire.c was made by hand: each must be found. */
static void every_member_is_found(void)
{
	static const char *const names[] = {
#define X(name, member) member,
		CLIENT_MEMBER_TABLE(X)
#undef X
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char text[64];
		client_object object;
		sync_error error;
		snprintf(text, sizeof text, "{\"zz\":0,\"%s\":1}", names[i]);
		ROW(names[i], client_read(text, strlen(text), 100, &object, &error));
		ROW(names[i], client_has(&object, (client_member)i));
	}
}

/* ---- others ---- */

static void count_others(void *arg, sync_replica *replica, const char *who, const char *state,
			 const void *value)
{
	long *here = arg;
	(void)replica;
	(void)who;
	(void)value;
	*here += state ? 1 : -1;
}

/* Who is there is told up to a number, so that nobody can make it grow for ever. */
static void others_are_not_without_number(void)
{
	enum { MOST = 10000 };
	struct rig rig;
	char frame[128];
	long here = 0, said = seed_rounds(MOST + 100);
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	sync_replica_close(rig.replica);
	rig.replica = sync_client_open(
		rig.client, RIG_KEY, &(sync_replica_options){ .here = count_others, .arg = &here },
		NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(rig.replica);
	rig_load(&rig);
	for (long i = 0; i < said; i++) {
		snprintf(frame, sizeof frame, "{'t':'here','doc':'%s','who':'%ld','state':1}",
			 RIG_KEY, i);
		rig_hear(&rig, frame);
	}
	CU_ASSERT_EQUAL(here, said < MOST ? said : MOST);
	rig_hear(&rig, "{'t':'here','doc':'" RIG_KEY "','who':'5','state':null}");
	rig_hear(&rig, "{'t':'here','doc':'" RIG_KEY "','who':'another','state':1}");
	CU_ASSERT_EQUAL(here, said < MOST ? said : MOST);
	sync_client_closed(rig.client, rig.now, 0, "reset");
	CU_ASSERT_EQUAL(here, 0);
	rig_close(&rig);
}

int test_client(void)
{
	static const CU_TestInfo tests[] = {
		{ "typed", typed },
		{ "patches", every_patch },
		{ "addresses stay", addresses_stay_through_a_snapshot },
		{ "a reset between parts", a_reset_between_parts },
		{ "patches that never fit", patches_that_never_fit_end_the_connection },
		{ "gone", gone },
		{ "close and open again", close_and_open_again },
		{ "members", every_member_is_found },
		{ "others", others_are_not_without_number },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client", tests);
}
