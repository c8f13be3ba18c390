/*
 * A long time away: whatever was changed meanwhile is carried over what came in, all of it; and
 * answers that come to nothing.
 */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include "client_rig.h"
#include "garden.h"
#include "row.h"

enum { MANY = 100 };

static void hear(struct rig *rig, const char *text)
{
	sync_client_receive(rig->client, rig->now, text, strlen(text), false);
}

/* `beds` of them, each with one plant. */
static void load(struct rig *rig, unsigned beds)
{
	sync_buf text = { 0 };
	memset(rig, 0, sizeof *rig);
	rig->now = RIG_START;
	rig->client = sync_client_new(&(sync_client_options){ .seed = 3, .id = "ann" });
	rig->replica = garden_open(rig->client, NULL, NULL, NULL);
	rig_let_in(rig);
	rig_said(rig);
	hear(rig, "{\"t\":\"welcome\",\"session\":\"s\",\"client\":\"ann\"}");
	hear(rig, "{\"t\":\"joined\",\"doc\":\"GARDEN\",\"ok\":true}");
	SYNC_BUF_LITERAL(
		&text,
		"{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":null,\"rev\":1,"
		"\"ops\":[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"name\":\"\",\"beds\":[");
	for (unsigned i = 0; i < beds; i++) {
		char bed[80];
		int length =
			snprintf(bed, sizeof bed, "%s{\"id\":%u,\"plants\":[\"a\"],\"note\":\"\"}",
				 i ? "," : "", i);
		sync_buf_put(&text, bed, (size_t)length);
	}
	SYNC_BUF_LITERAL(&text, "],\"rows\":[],\"colours\":{\"of\":[]}}}]}");
	hear(rig, sync_buf_cstr(&text));
	sync_buf_release(&text);
	CU_ASSERT_EQUAL_FATAL(garden_shown(rig->replica)->beds.len, beds);
}

static sync_status plant(void *state, void *arg)
{
	unsigned at = *(const unsigned *)arg;
	return bed_push_plants(garden_edit_beds(state, at), "b");
}

/* Somebody else puts a bed in front and a plant into each: every position is another one. */
static void others_work(struct rig *rig, unsigned beds)
{
	sync_buf text = { 0 };
	SYNC_BUF_LITERAL(
		&text,
		"{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":1,\"rev\":2,\"ops\":["
		"{\"op\":\"add\",\"path\":\"/beds/"
		"0\",\"value\":{\"id\":999,\"plants\":[],\"note\":\"\"}}");
	for (unsigned i = 0; i < beds; i++) {
		char op[80];
		int length = snprintf(
			op, sizeof op,
			",{\"op\":\"add\",\"path\":\"/beds/%u/plants/0\",\"value\":\"z\"}", i + 1);
		sync_buf_put(&text, op, (size_t)length);
	}
	SYNC_BUF_LITERAL(&text, "]}");
	hear(rig, sync_buf_cstr(&text));
	sync_buf_release(&text);
}

static void changes_of_many_lists_are_carried(void)
{
	struct rig rig;
	load(&rig, MANY);
	for (unsigned i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL(sync_replica_update(rig.replica, plant, &i, NULL), SYNC_OK);
	others_work(&rig, MANY);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, MANY);
	CU_ASSERT_EQUAL(rig_status(&rig).quarantined, 0);
	const Garden *garden = garden_shown(rig.replica);
	for (unsigned i = 0; i < MANY; i++) {
		const Bed *bed = garden->beds.items[i + 1];
		bool good = bed->plants.len == 3 && strcmp(bed->plants.items[0], "z") == 0 &&
			    strcmp(bed->plants.items[2], "b") == 0;
		if (!ROW("planted", good))
			break;
	}
	rig_close(&rig);
}

static sync_status lay_out(void *state, void *arg)
{
	BedDoc *bed = garden_push_beds(state);
	return bed_set_id(bed, 1000 + *(const unsigned *)arg);
}

static sync_status describe(void *state, void *arg)
{
	(void)arg;
	const Garden *garden = garden_get(state);
	return bed_splice_note(garden_edit_beds(state, garden->beds.len - 1), 0, 0, "new");
}

/* What is edited is of an earlier change of the same author, however many there were. */
static void edits_of_what_is_new_are_carried(void)
{
	struct rig rig;
	load(&rig, 1);
	for (unsigned i = 0; i < MANY; i++) {
		CU_ASSERT_EQUAL(sync_replica_update(rig.replica, lay_out, &i, NULL), SYNC_OK);
		CU_ASSERT_EQUAL(sync_replica_update(rig.replica, describe, NULL, NULL), SYNC_OK);
	}
	others_work(&rig, 1);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 2 * MANY);
	CU_ASSERT_EQUAL(rig_status(&rig).quarantined, 0);
	const Garden *garden = garden_shown(rig.replica);
	CU_ASSERT_EQUAL_FATAL(garden->beds.len, MANY + 2);
	CU_ASSERT_STRING_EQUAL(sync_text_str(&garden->beds.items[MANY + 1]->note), "new");
	rig_close(&rig);
}

struct words {
	uint32_t at;
	const char *text;
};

static sync_status write_down(void *state, void *arg)
{
	const struct words *words = arg;
	return bed_splice_note(garden_edit_beds(state, 0), words->at, 0, words->text);
}

/* Of what comes whole nobody says what became of which word. That one of ours is not among them is
 * known. */
static void an_edit_stays_beside_what_it_was_put_to(void)
{
	struct rig rig;
	load(&rig, 1);
	hear(&rig,
	     "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":1,\"rev\":2,\"ops\":"
	     "[{\"op\":\"replace\",\"path\":\"/beds/0/note\",\"value\":\"a<c1>\"}]}");
	struct words refused = { 5, "<d1>" }, kept = { 5, "Y" };
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, write_down, &refused, NULL), SYNC_OK);
	rig_said(&rig); /* it is on its way */
	CU_ASSERT_EQUAL(sync_replica_update(rig.replica, write_down, &kept, NULL), SYNC_OK);
	hear(&rig, "{\"t\":\"nack\",\"doc\":\"GARDEN\",\"n\":1,\"code\":\"conflict\"}");
	hear(&rig,
	     "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":null,\"rev\":5,\"ops\":"
	     "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"name\":\"\",\"beds\":"
	     "[{\"id\":0,\"plants\":[\"a\"],\"note\":\"Za<c1>\"}],\"rows\":[],\"colours\":{\"of\":["
	     "]}}}],\"done\":1}");
	CU_ASSERT_EQUAL(rig_status(&rig).quarantined, 1);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	CU_ASSERT_STRING_EQUAL(sync_text_str(&garden_shown(rig.replica)->beds.items[0]->note),
			       "Za<c1>Y");
	rig_close(&rig);
}

/* The first bed goes, and the one that comes to its place is described. */
static sync_status clear_and_describe(void *state, void *arg)
{
	(void)arg;
	sync_status status = garden_remove_beds(state, 0);
	return status == SYNC_OK ? bed_splice_note(garden_edit_beds(state, 0), 0, 0, "mine")
				 : status;
}

static sync_status describe_second(void *state, void *arg)
{
	(void)arg;
	return bed_splice_note(garden_edit_beds(state, 1), 0, 0, "mine");
}

/* Somebody removes the bed that a change describes: as a whole it does not happen, whatever it did
 * before that, and what was changed after it is where it was meant. */
static void what_comes_behind_one_that_falls_is_carried(void)
{
	static const struct {
		const char *name;
		sync_status (*falls)(void *state, void *arg);
		unsigned times, third; /* where the third bed is then */
	} rows[] = {
		{ "half done", clear_and_describe, 1, 1 },
		{ "nothing done", describe_second, 1, 2 },
		{ "nothing done, often", describe_second, MANY, 2 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		unsigned third = rows[i].third;
		load(&rig, 3);
		for (unsigned n = 0; n < rows[i].times; n++)
			CU_ASSERT_EQUAL(sync_replica_update(rig.replica, rows[i].falls, NULL, NULL),
					SYNC_OK);
		CU_ASSERT_EQUAL(sync_replica_update(rig.replica, plant, &third, NULL), SYNC_OK);
		hear(&rig,
		     "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":1,\"rev\":2,"
		     "\"ops\":[{\"op\":\"remove\",\"path\":\"/beds/1\"}]}");
		const Garden *garden = garden_shown(rig.replica);
		bool good = rig_status(&rig).pending == 1 &&
			    rig_status(&rig).quarantined == rows[i].times &&
			    garden->beds.len == 2 && garden->beds.items[0]->plants.len == 1 &&
			    garden->beds.items[1]->plants.len == 2;
		ROW(rows[i].name, good);
		rig_close(&rig);
	}
}

/* What comes whole is what the server has, also where it means the same. */
static void sets_in_lists_have_their_order(void)
{
	struct rig rig;
	sync_buf out = { 0 };
	load(&rig, 1);
	static const char *const rows[] = { "[[1,2],[3]]", "[[2,1],[3]]" };
	for (unsigned i = 0; i < 2; i++) {
		char text[300];
		snprintf(text, sizeof text,
			 "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":null,"
			 "\"rev\":%u,\"ops\":"
			 "[{\"op\":\"replace\",\"path\":\"\",\"value\":{\"name\":\"\",\"beds\":[],"
			 "\"rows\":%s,"
			 "\"colours\":{\"of\":[]}}}"
			 "]}",
			 i + 2, rows[i]);
		hear(&rig, text);
		sync_buf_clear(&out);
		garden_to_json(garden_shown(rig.replica), &out);
		CU_ASSERT_PTR_NOT_NULL(strstr(sync_buf_cstr(&out), rows[i]));
	}
	sync_buf_release(&out);
	rig_close(&rig);
}

static void on_weighed(void *arg, sync_replica *replica, const sync_reply *reply)
{
	(void)replica;
	*(bool *)arg = reply->status == SYNC_OK && !reply->value && !garden_result_weigh(reply);
}

/* A result counts in the frame that says that the action is done, and in no other. */
static void a_result_too_early_is_none(void)
{
	struct rig rig;
	bool told = false;
	load(&rig, 1);
	CU_ASSERT_EQUAL(garden_call_weigh(rig.replica, NULL, on_weighed, &told, NULL), SYNC_OK);
	rig_said(&rig);
	char early[] = "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":1,\"rev\":1,"
		       "\"ops\":[],"
		       "\"results\":[{\"n\":1,\"value\":77}]}";
	hear(&rig, early);
	memset(early, 'x', sizeof early - 1); /* the frame was the transport's */
	hear(&rig,
	     "{\"t\":\"patch\",\"doc\":\"GARDEN\",\"epoch\":\"e\",\"from\":1,\"rev\":1,\"ops\":[],"
	     "\"done\":1}");
	CU_ASSERT_TRUE(told);
	rig_close(&rig);
}

int test_client_rebase(void)
{
	CU_pSuite suite = CU_add_suite("client_rebase", NULL, NULL);
	return !suite || !CU_add_test(suite, "many lists", changes_of_many_lists_are_carried) ||
	       !CU_add_test(suite, "what comes behind one that falls",
			    what_comes_behind_one_that_falls_is_carried) ||
	       !CU_add_test(suite, "edits of what is new", edits_of_what_is_new_are_carried) ||
	       !CU_add_test(suite, "an edit behind a refused one",
			    an_edit_stays_beside_what_it_was_put_to) ||
	       !CU_add_test(suite, "the order of sets", sets_in_lists_have_their_order) ||
	       !CU_add_test(suite, "a result too early", a_result_too_early_is_none);
}
