/* Bytes in frames of their own, as a client in C hears them. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include "parcels_rig.h"
#include "row.h"
#include "suite.h"

#define RESULT(from, rev, n, value)                                                                \
	"{'t':'patch','doc':'PARCELS','epoch':'e','from':" from ",'rev':" rev                      \
	",'ops':[],'done':" n ",'results':[{'n':" n ",'value':" value "}]}"

/* ---- bytes ---- */

static const struct {
	const char *name, *script; /* ' for ", <…> are bytes */
	sync_status code;	   /* why the connection is given up; OK: it is not */
} rows[] = {
	{ "announced", "{'t':'bin','ref':'1','length':3}\n<abc>", SYNC_OK },
	{ "nothing at all", "{'t':'bin','ref':'1','length':0}\n<>", SYNC_OK },
	{ "not announced", "<abc>", SYNC_INVALID },
	{ "announced once, sent twice", "{'t':'bin','ref':'1','length':3}\n<abc>\n<abc>",
	  SYNC_INVALID },
	{ "another length", "{'t':'bin','ref':'1','length':4}\n<abc>", SYNC_INVALID },
	{ "a text between", "{'t':'bin','ref':'1','length':3}\n{'t':'pong'}", SYNC_INVALID },
	{ "another announcement between",
	  "{'t':'bin','ref':'1','length':3}\n{'t':'bin','ref':'2','length':3}", SYNC_INVALID },
	{ "no length", "{'t':'bin','ref':'1'}", SYNC_INVALID },
	{ "no ref", "{'t':'bin','length':3}", SYNC_INVALID },
	{ "over the limit of a frame", "{'t':'bin','ref':'1','length':1048577}", SYNC_TOO_BIG },
	{ "as long as a frame may be", "{'t':'bin','ref':'1','length':1048576}", SYNC_OK },
};

static void what_comes_is_what_was_announced(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		sync_client_status status;
		CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
		parcels_rig_load(&rig, MIB);
		parcels_rig_play(&rig, rows[i].script);
		bool given_up = sync_client_poll(rig.client, rig.now) == SYNC_CLIENT_HANG_UP;
		ROW(rows[i].name, given_up == (rows[i].code != SYNC_OK));
		sync_client_status_get(rig.client, &status);
		ROW(rows[i].name, status.error.code == rows[i].code);
		if (given_up) {
			ROW(rows[i].name, sync_client_close_code(rig.client) == 4400);
			parcels_rig_load(&rig, MIB); /* all is forgotten */
			parcels_rig_play(&rig, rows[0].script);
			ROW(rows[i].name,
			    sync_client_poll(rig.client, rig.now) == SYNC_CLIENT_REST);
		}
		rig_close(&rig);
	}
}

static void what_waits_is_bounded(void)
{
	static char bytes[MIB];
	struct rig rig;
	sync_client_status status;
	char frame[64];
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
	for (unsigned i = 0; i < 2; i++) { /* 2 MiB together, and no more */
		snprintf(frame, sizeof frame, "{'t':'bin','ref':'%u','length':1048576}", i);
		rig_hear(&rig, frame);
		parcels_rig_hear(&rig, bytes, sizeof bytes);
	}
	sync_client_status_get(rig.client, &status);
	CU_ASSERT_EQUAL(status.error.code, SYNC_OK);
	rig_hear(&rig, "{'t':'bin','ref':'2','length':1}");
	sync_client_status_get(rig.client, &status);
	CU_ASSERT_EQUAL(status.error.code, SYNC_TOO_BIG);
	rig_close(&rig);

	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
	for (unsigned i = 0; i <= 1024; i++) {
		sync_client_status_get(rig.client, &status);
		CU_ASSERT_EQUAL(status.error.code, SYNC_OK);
		snprintf(frame, sizeof frame, "{'t':'bin','ref':'%u','length':1}", i);
		rig_hear(&rig, frame);
		parcels_rig_hear(&rig, "x", 1);
	}
	sync_client_status_get(rig.client, &status);
	CU_ASSERT_EQUAL(status.error.code, SYNC_TOO_BIG);
	rig_close(&rig);
}

/* Results that nobody here asked for, and those of documents that are not here, take nothing with
 * them. */
static void what_is_referred_to_is_given_back(void)
{
	static const char *const frames[] = {
		"{'t':'patch','doc':'OTHER','results':[{'n':1,'value':{'$bin':'1'}}]}",
		"{'t':'task','doc':'PARCELS','id':'x','state':'done','value':{'$bin':'1'}}",
		"{'t':'task','doc':'OTHER','id':'x','state':'done','value': { '$bin' : '1' } }",
		"{'t':'bin','ref':'1','length':1}\n<x>", /* the name is given anew */
	};
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		struct rig rig;
		sync_client_status status;
		CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
		parcels_rig_load(&rig, MIB);
		for (unsigned n = 0; n < 3000; n++) {
			parcels_rig_play(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
			parcels_rig_play(&rig, frames[i]);
		}
		sync_client_status_get(rig.client, &status);
		ROW(frames[i], status.error.code == SYNC_OK && status.connected);
		rig_close(&rig);
	}
}

/* ---- results ---- */

struct got {
	sync_client *stops; /* the first answer ends the connection */
	unsigned answers;
	bool read;
	char text[2][32];
};

static void keep(void *arg, sync_replica *replica, const sync_reply *reply)
{
	struct got *got = arg;
	(void)replica;
	snprintf(got->text[got->answers++ & 1], sizeof *got->text, "%.*s", (int)reply->length,
		 reply->value ? reply->value : "");
	got->read = reply->result != NULL;
	if (got->stops)
		sync_client_stop(got->stops);
}

static void a_result_is_what_it_refers_to(void)
{
	static const struct {
		const char *name, *value, *wanted;
		bool read;
	} results[] = {
		{ "bytes", "{'$bin':'1'}", "\"YWJj\"", true },
		{ "with space", "{ '$bin' : '1' }", "\"YWJj\"", true },
		{ "base64", "'YWJj'", "\"YWJj\"", true },
		{ "nothing of that name", "{'$bin':'2'}", "{\"$bin\":\"2\"}", false },
		{ "more in it", "{'$bin':'1','x':0}", "{\"$bin\":\"1\",\"x\":0}", false },
	};
	for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
		struct rig rig;
		struct got got = { 0 };
		char frame[256];
		CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
		parcels_rig_load(&rig, MIB);
		parcels_rig_send(&rig, 3, keep, &got, NULL);
		rig_said(&rig);
		parcels_rig_play(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
		snprintf(frame, sizeof frame, RESULT("4", "5", "1", "%s"), results[i].value);
		rig_hear(&rig, frame);
		ROW(results[i].name, got.answers == 1 && got.read == results[i].read);
		if (!ROW(results[i].name, strcmp(got.text[0], results[i].wanted) == 0))
			printf("  %s\n", got.text[0]);
		rig_close(&rig);
	}
}

/* Bytes stay until the frame that refers to them is done with. */
static void a_callback_may_end_the_connection(void)
{
	struct rig rig;
	struct got got = { 0 };
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
	got.stops = rig.client;
	parcels_rig_send(&rig, 3, keep, &got, NULL);
	parcels_rig_send(&rig, 3, keep, &got, NULL);
	rig_said(&rig);
	parcels_rig_play(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
	parcels_rig_play(&rig, "{'t':'bin','ref':'2','length':3}\n<def>");
	rig_hear(&rig,
		 "{'t':'patch','doc':'PARCELS','epoch':'e','from':4,'rev':6,'ops':[],'done':2,"
		 "'results':[{'n':1,'value':{'$bin':'1'}},{'n':2,'value':{'$bin':'2'}}]}");
	CU_ASSERT_EQUAL(got.answers, 2);
	CU_ASSERT_STRING_EQUAL(got.text[0], "\"YWJj\"");
	CU_ASSERT_STRING_EQUAL(got.text[1], "\"ZGVm\"");
	rig_close(&rig);
}

int test_client_bin(void)
{
	static const CU_TestInfo tests[] = {
		{ "as announced", what_comes_is_what_was_announced },
		{ "bounded", what_waits_is_bounded },
		{ "given back", what_is_referred_to_is_given_back },
		{ "results", a_result_is_what_it_refers_to },
		{ "a callback may end it", a_callback_may_end_the_connection },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_bin", tests);
}
