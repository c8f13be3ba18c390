/*
 * What went wrong in other systems, and does not here. The names say where and what; tests/lessons/
 * lists all of them, also those that are tested elsewhere.
 */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "../../runtime/wire_native.h"
#include "lessons.h"
#include "row.h"
#include "suite.h"

enum { PEERS = 100, HEARD = 1024 * 1024 };

/* ---- a hub and its peers ---- */

static sync_hub *hub;
static sync_doc *doc;
static sync_session *peers[PEERS];

static sync_status on_weigh(sync_call *call, StallDoc *it, const StallWeighArgs *args,
			    uint32_t *reply)
{
	(void)call;
	(void)it;
	*reply = (uint32_t)args->data.len;
	for (size_t i = 1; i < args->data.len; i++)
		if (args->data.data[i] != args->data.data[0])
			return SYNC_INVALID;
	return SYNC_OK;
}

static const stall_handlers handlers = { .weigh = on_weigh };

static int open_hub(void)
{
	hub = sync_hub_new(NULL);
	doc = NULL;
	if (hub && stall_add_to(hub, &handlers, NULL, NULL) == SYNC_OK)
		doc = sync_hub_doc(hub, stall_model.key);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	return 0;
}

static void close_hub(void)
{
	for (size_t i = 0; i < PEERS; i++) {
		sync_session_free(peers[i]);
		peers[i] = NULL;
	}
	sync_hub_free(hub);
}

/* ' stands for ", E for the epoch in quotes. */
static void say(size_t peer, const char *text)
{
	sync_buf out = { 0 };
	for (const char *c = text; *c; c++) {
		if (*c == 'E')
			native_put_epoch(&out, doc->epoch);
		else
			sync_buf_byte(&out, *c == '\'' ? '"' : *c);
	}
	CU_ASSERT_EQUAL(sync_session_receive(peers[peer], out.data, out.len, false), SYNC_OK);
	sync_buf_release(&out);
}

/* All that the peer is told now, a frame a line, " as '. Good until the next call. */
static const char *hear(size_t peer)
{
	static char text[HEARD];
	size_t length = 0;
	sync_frame frame;
	while (sync_session_next(peers[peer], &frame)) {
		CU_ASSERT_FATAL(length + frame.length + 2 < sizeof text);
		for (size_t i = 0; i < frame.length; i++)
			text[length++] = frame.data[i] == '"' ? '\'' : frame.data[i];
		text[length++] = '\n';
	}
	text[length] = '\0';
	return text;
}

static void join(size_t peer)
{
	char hello[128];
	peers[peer] =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	CU_ASSERT_PTR_NOT_NULL_FATAL(peers[peer]);
	snprintf(hello, sizeof hello,
		 "{'t':'hello','v':1,'client':'c%zu','docs':[{'doc':'STALL'}]}", peer);
	say(peer, hello);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(peer), "'from':null"));
}

static void push(size_t peer, unsigned base, unsigned number, const char *ops)
{
	char text[1024];
	snprintf(text, sizeof text,
		 "{'t':'push','doc':'STALL','epoch':E,'base':%u,'m':[{'n':%u,'ops':[%s]}]}", base,
		 number, ops);
	say(peer, text);
}

static unsigned count(const char *text, const char *what)
{
	unsigned times = 0;
	for (const char *at = text; (at = strstr(at, what)); at++)
		times++;
	return times;
}

static const Stall *stall(void)
{
	return sync_doc_state(doc);
}

/* ---- ws-sync ---- */

static void constraints_are_not_enforced_on_patches(void)
{
	static const char *const bad = "{'op':'replace','path':'/title','value':'new'},"
				       "{'op':'replace','path':'/stock','value':101}";
	open_hub();
	join(0);
	join(1);
	push(0, 0, 1, bad);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(0), "'code':'invalid'"));
	CU_ASSERT_EQUAL(count(hear(1), "'op'"), 0);
	CU_ASSERT_STRING_EQUAL(stall()->title, "A stall");
	CU_ASSERT_EQUAL(stall()->stock, 0);
	close_hub();
}

static sync_status fill(StallDoc *it, void *arg)
{
	(void)arg;
	for (int32_t i = 0; i < 10000; i++) {
		WareDoc *ware = stall_push_wares(it);
		ware_set_id(ware, i);
		ware_set_text(ware, "one of many");
	}
	return SYNC_OK;
}

static sync_status insert_first(StallDoc *it, void *arg)
{
	(void)arg;
	WareDoc *ware = stall_insert_wares(it, 0);
	return ware_set_id(ware, -2);
}

static void an_insert_at_the_head_of_10000_items_sends_30003_operations(void)
{
	open_hub();
	join(0);
	CU_ASSERT_EQUAL(stall_update(doc, fill, NULL, NULL), SYNC_OK);
	join(1);
	join(2);
	push(1, 1, 1, "{'op':'add','path':'/wares/0','value':{'id':-1,'text':'first'}}");
	const char *text = hear(2);
	CU_ASSERT_EQUAL(count(text, "'op'"), 1);
	CU_ASSERT(strlen(text) < 200);
	CU_ASSERT_EQUAL(stall_update(doc, insert_first, NULL, NULL), SYNC_OK);
	text = hear(2);
	CU_ASSERT_EQUAL(count(text, "'op'"), 1);
	CU_ASSERT(strlen(text) < 200);
	CU_ASSERT_EQUAL(stall()->wares.len, 10002);
	close_hub();
}

/* What was taken to be sent, and never arrived, is told again. */
static void a_failed_send_still_advances_the_snapshot(void)
{
	open_hub();
	join(0);
	join(1);
	push(1, 0, 1, "{'op':'replace','path':'/stock','value':7}");
	CU_ASSERT_EQUAL(count(hear(0), "'/stock','value':7"), 1);
	sync_session_free(peers[0]);
	peers[0] = sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	say(0, "{'t':'hello','v':1,'docs':[{'doc':'STALL','rev':0,'epoch':E}]}");
	CU_ASSERT_PTR_NOT_NULL(strstr(
		hear(0), "'from':0,'rev':1,'ops':[{'op':'replace','path':'/stock','value':7}]"));
	close_hub();
}

/* Both made on the same revision: both see both, in the same order. */
static void two_patches_that_cross_diverge_for_good(void)
{
	open_hub();
	join(0);
	join(1);
	push(0, 0, 1, "{'op':'replace','path':'/title','value':'left'}");
	push(1, 0, 1, "{'op':'replace','path':'/title','value':'right'}");
	for (size_t peer = 0; peer < 2; peer++) {
		const char *text = hear(peer);
		const char *left = strstr(text, "'left'"), *right = strstr(text, "'right'");
		CU_ASSERT(left && right && left < right);
	}
	CU_ASSERT_STRING_EQUAL(stall()->title, "right");
	close_hub();
}

/* Each sender's bytes stay behind its own announcement, whatever comes between from others. */
static void binary_frames_of_two_senders_interleave(void)
{
	static const char call[] =
		"{'t':'push','doc':'STALL','epoch':E,'base':0,'m':[{'n':1,'action':"
		"'weigh','args':{'data':{'$bin':'r'}}}]}";
	open_hub();
	join(0);
	join(1);
	say(0, "{'t':'bin','ref':'r','length':3}");
	say(1, "{'t':'bin','ref':'r','length':5}");
	CU_ASSERT_EQUAL(sync_session_receive(peers[0], "aaa", 3, true), SYNC_OK);
	CU_ASSERT_EQUAL(sync_session_receive(peers[1], "bbbbb", 5, true), SYNC_OK);
	say(1, call);
	say(0, call);
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(0), "'results':[{'n':1,'value':3}]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(1), "'results':[{'n':1,'value':5}]"));
	close_hub();
}

/* ---- Patches ---- */

static void the_server_commits_what_no_replica_can_apply(void)
{
	static const char *const bad[] = {
		("{'op':'test','path':'/title','value':'B'},"
		 "{'op':'replace','path':'/title','value':'C'}"),
		"{'op':'add','path':'/wares/5','value':{'id':1,'text':''}}",
		"{'op':'remove','path':'/wares/0'}",
		"{'op':'replace','path':'/wares/0/text','value':'x'}",
	};
	open_hub();
	join(0);
	join(1);
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		push(0, 0, i + 1, bad[i]);
		CU_ASSERT_EQUAL(count(hear(0), "'t':'nack'"), 1);
		CU_ASSERT_EQUAL(count(hear(1), "'op'"), 0);
	}
	CU_ASSERT_STRING_EQUAL(stall()->title, "A stall");
	CU_ASSERT_EQUAL(stall()->wares.len, 0);
	close_hub();
}

/* ---- Colyseus ---- */

static void encoding_for_each_client_is_the_wall(void)
{
	const char *shared = NULL;
	open_hub();
	for (size_t i = 0; i < PEERS; i++)
		join(i);
	push(0, 0, 1, "{'op':'replace','path':'/stock','value':9}");
	for (size_t i = 1; i < PEERS; i++) {
		sync_frame frame;
		CU_ASSERT(sync_session_next(peers[i], &frame));
		CU_ASSERT(!shared || shared == frame.data);
		shared = frame.data;
		CU_ASSERT(!sync_session_next(peers[i], &frame));
	}
	close_hub();
}

static void more_than_64_fields(void)
{
	enum { FIELDS = 70 };
	sync_buf ops = { 0 };
	char one[96], what[32];
	open_hub();
	join(0);
	join(1);
	for (unsigned i = 0; i < FIELDS; i++) {
		snprintf(one, sizeof one, "%s{'op':'replace','path':'/broad/f%02u','value':%u}",
			 i ? "," : "", i, i + 1);
		sync_buf_put(&ops, one, strlen(one));
	}
	sync_buf_byte(&ops, '\0');
	sync_buf text = { 0 };
	SYNC_BUF_LITERAL(&text, "{'t':'push','doc':'STALL','epoch':E,'base':0,'m':[{'n':1,'ops':[");
	sync_buf_put(&text, ops.data, ops.len - 1);
	SYNC_BUF_LITERAL(&text, "]}]}");
	sync_buf_byte(&text, '\0');
	say(0, text.data);
	const char *heard = hear(1);
	CU_ASSERT_EQUAL(count(heard, "'op'"), FIELDS);
	for (unsigned i = 0; i < FIELDS; i++) {
		snprintf(what, sizeof what, "f%02u','value':%u}", i, i + 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(heard, what));
	}
	CU_ASSERT_EQUAL(stall()->broad.f69, FIELDS);
	sync_buf_release(&ops);
	sync_buf_release(&text);
	close_hub();
}

/* ---- ShareDB ---- */

static void identical_edits_cause_quadratic_retries(void)
{
	unsigned frames = 0, changes = 0;
	open_hub();
	for (size_t i = 0; i < PEERS; i++)
		join(i);
	for (size_t i = 1; i < PEERS; i++)
		push(i, 0, 1, "{'op':'replace','path':'/title','value':'the same'}");
	for (size_t i = 0; i < PEERS; i++) {
		const char *text = hear(i);
		frames += count(text, "\n");
		changes += count(text, "'op'");
		CU_ASSERT_EQUAL(count(text, "'done':1"), i > 0);
	}
	CU_ASSERT_EQUAL(changes, PEERS); /* each is told once … */
	CU_ASSERT(frames <= 2 * PEERS);	 /* … and nobody again for what the others did */
	close_hub();
}

/* ---- Socket.IO ---- */

static void an_offset_inside_user_data_is_taken_from_a_users_string(void)
{
	open_hub();
	join(0);
	join(1);
	push(0, 0, 1, "{'op':'replace','path':'/title','value':'\\',\\'from\\':7,\\'rev\\':99'}");
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(1),
				      ",'from':0,'rev':1,'ops':[{'op':'replace','path':'/title',"
				      "'value':'\\',\\'from\\':7,\\'rev\\':99'}]}"));
	say(1, "{'t':'ping','id':1}");
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(1), "'docs':{'STALL':1}"));
	push(1, 1, 1, "{'op':'replace','path':'/stock','value':1}");
	CU_ASSERT_PTR_NOT_NULL(strstr(hear(1), "'from':1,'rev':2,"));
	close_hub();
}

/* ---- Yjs servers ---- */

static sync_status put_and_remove(StallDoc *it, void *arg)
{
	int32_t *id = arg;
	WareDoc *ware = stall_push_wares(it);
	ware_set_id(ware, (*id)++);
	return SYNC_OK;
}

static sync_status remove_first(StallDoc *it, void *arg)
{
	(void)arg;
	return stall_remove_wares(it, 0);
}

static void tombstones_grow_without_end(void)
{
	size_t most = 0, after = 0;
	int32_t id = 0;
	open_hub();
	for (unsigned i = 0; i < 30000; i++) {
		stall_update(doc, put_and_remove, &id, NULL);
		stall_update(doc, remove_first, NULL, NULL);
		if (i < 15000 && sync_trail_length(doc->trail) > most)
			most = sync_trail_length(doc->trail);
		if (i >= 15000 && sync_trail_length(doc->trail) > after)
			after = sync_trail_length(doc->trail);
	}
	CU_ASSERT_EQUAL(stall()->wares.len, 0);
	CU_ASSERT(after <= most);
	CU_ASSERT(sync_trail_floor(doc->trail) > 0);
	close_hub();
}

/* ---- Qt Remote Objects ---- */

static void any_schema_change_is_a_mismatch(void)
{
	static const sync_verdict history[] = { { "older", SYNC_VERDICT_COMPATIBLE },
						{ "oldest", SYNC_VERDICT_INCOMPATIBLE } };
	static const struct {
		const char *hash, *verdict;
		bool goes_on;
	} clients[] = {
		{ "older", "compatible", true },
		{ "oldest", "incompatible", false },
		{ "another", "unknown", false },
	};
	static sync_model model;
	model = stall_model;
	model.history = history;
	model.history_count = 2;
	hub = sync_hub_new(NULL);
	CU_ASSERT_EQUAL_FATAL(sync_hub_add(hub, &model, &handlers, NULL, NULL), SYNC_OK);
	doc = sync_hub_doc(hub, model.key);
	for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
		char hello[160], verdict[40];
		peers[i] = sync_session_new(
			hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
		snprintf(hello, sizeof hello,
			 "{'t':'hello','v':1,'models':{'Stall':'%s'},'docs':[{'doc':'STALL'}]}",
			 clients[i].hash);
		snprintf(verdict, sizeof verdict, "'models':{'Stall':'%s'}", clients[i].verdict);
		say(i, hello);
		const char *text = hear(i);
		ROW(clients[i].hash, strstr(text, verdict) != NULL);
		ROW(clients[i].hash, count(text, "A stall") == (clients[i].goes_on ? 1 : 0));
		ROW(clients[i].hash,
		    count(text, "'code':'schema'") == (clients[i].goes_on ? 0 : 1));
	}
	close_hub();
}

int test_lessons(void);
int test_lessons(void)
{
	static const CU_TestInfo tests[] = {
		{ "ws-sync: field constraints are not enforced on patches",
		  constraints_are_not_enforced_on_patches },
		{ "ws-sync: an insert at the head of 10,000 items sends 30,003 operations",
		  an_insert_at_the_head_of_10000_items_sends_30003_operations },
		{ "ws-sync: a failed send still advances the snapshot",
		  a_failed_send_still_advances_the_snapshot },
		{ "ws-sync: two patches that cross diverge for good",
		  two_patches_that_cross_diverge_for_good },
		{ "ws-sync: binary frames of two senders interleave",
		  binary_frames_of_two_senders_interleave },
		{ "Patches: the server commits what no replica can apply",
		  the_server_commits_what_no_replica_can_apply },
		{ "Colyseus: encoding for each client is the wall",
		  encoding_for_each_client_is_the_wall },
		{ "Colyseus: 64 fields", more_than_64_fields },
		{ "ShareDB: identical edits cause quadratic retries",
		  identical_edits_cause_quadratic_retries },
		{ "Socket.IO: an offset inside user data was taken from a user's string",
		  an_offset_inside_user_data_is_taken_from_a_users_string },
		{ "Yjs servers: tombstones grow without end", tombstones_grow_without_end },
		{ "Qt Remote Objects: any schema change is a mismatch",
		  any_schema_change_is_a_mismatch },
		CU_TEST_INFO_NULL,
	};
	return suite_add("lessons", tests);
}
