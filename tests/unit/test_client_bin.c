/* Bytes in frames of their own, as a client in C says and hears them. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/queue.h>
#include <syncgen/session.h>

#include "client_rig.h"
#include "fault.h"
#include "parcels.h"
#include "row.h"

enum { MUCH = 3000, MIB = 1 << 20 };

#define PARCELS_WELCOME                                                                            \
	"{'t':'welcome','session':'s','client':'ann','secret':'x','limits':{'bin':%zu}}"
#define PARCELS_JOINED "{'t':'joined','doc':'PARCELS','ok':true,'last':0}"
#define PARCELS_PATCH                                                                              \
	"{'t':'patch','doc':'PARCELS','epoch':'e','from':null,'rev':4,'ops':[{'op':'replace',"     \
	"'path':'','value':{'count':0}}]}"
#define RESULT(from, rev, n, value)                                                                \
	"{'t':'patch','doc':'PARCELS','epoch':'e','from':" from ",'rev':" rev                      \
	",'ops':[],'done':" n ",'results':[{'n':" n ",'value':" value "}]}"

/* ---- a client with parcels ---- */

static bool open_parcels(struct rig *rig, sync_queue *queue)
{
	memset(rig, 0, sizeof *rig);
	rig->now = RIG_START;
	rig->client = sync_client_new(&(sync_client_options){
		.seed = 3, .max_message = MIB, .max_parts = 2 * MIB, .queue = queue });
	rig->replica = rig->client ? parcels_open(rig->client, NULL, NULL, NULL) : NULL;
	return rig->replica;
}

/* In step with a server that takes so many bytes apart. */
static void load_parcels(struct rig *rig, size_t takes)
{
	char welcome[256];
	snprintf(welcome, sizeof welcome, PARCELS_WELCOME, takes);
	rig_let_in(rig);
	rig_said(rig);
	rig_hear(rig, welcome);
	rig_hear(rig, PARCELS_JOINED);
	rig_hear(rig, PARCELS_PATCH);
}

static void hear_bytes(struct rig *rig, const char *bytes, size_t length)
{
	sync_client_receive(rig->client, rig->now, bytes, length, true);
}

/* Bytes that differ from each other, and from those of another seed. */
static void fill(char *bytes, size_t length, unsigned seed)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(unsigned char)((i * 31 + i / 251 + seed * 77) & 255);
}

static sync_status send(struct rig *rig, size_t length, sync_reply_fn done, void *arg,
			sync_error *error)
{
	ParcelsSendArgs args;
	char *bytes = malloc(length + 1);
	fill(bytes, length, 1);
	parcels_send_args_init(&args);
	sync_status status =
		parcels_send_args_set_data(parcels_send_args_edit(&args), bytes, length);
	if (status == SYNC_OK)
		status = parcels_call_send(rig->replica, &args, done, arg, error);
	parcels_send_args_release(&args);
	free(bytes);
	return status;
}

/* What is said, a line each: `bin REF LENGTH`, `bytes LENGTH`, else the `t`; how long the last one
 * was. */
static size_t list_frames(struct rig *rig, char *text, size_t size)
{
	sync_client_frame frame;
	size_t last = 0;
	*text = '\0';
	while (sync_client_next(rig->client, &frame)) {
		size_t used = strlen(text);
		char copy[64], ref[24] = "";
		unsigned long length = 0;
		snprintf(copy, sizeof copy, "%.*s", (int)frame.length, frame.data);
		if (frame.binary)
			snprintf(text + used, size - used, "bytes %zu, ", frame.length);
		else if (sscanf(copy, "{\"t\":\"bin\",\"ref\":\"%23[0-9]\",\"length\":%lu}", ref,
				&length) == 2)
			snprintf(text + used, size - used, "bin %s %lu, ", ref, length);
		else
			snprintf(text + used, size - used, "%.*s, ", (int)strcspn(copy + 6, "\""),
				 copy + 6);
		last = frame.length;
	}
	return last;
}

/* ---- hearing ---- */

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

static void hear_script(struct rig *rig, const char *script)
{
	while (*script) {
		char line[256];
		size_t length = strcspn(script, "\n");
		snprintf(line, sizeof line, "%.*s", (int)length, script);
		if (*line == '<')
			hear_bytes(rig, line + 1, length - 2);
		else
			rig_hear(rig, line);
		script += length + (script[length] != '\0');
	}
}

static void what_comes_is_what_was_announced(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		sync_client_status status;
		CU_ASSERT_FATAL(open_parcels(&rig, NULL));
		load_parcels(&rig, MIB);
		hear_script(&rig, rows[i].script);
		bool given_up = sync_client_poll(rig.client, rig.now) == SYNC_CLIENT_HANG_UP;
		ROW(rows[i].name, given_up == (rows[i].code != SYNC_OK));
		sync_client_status_get(rig.client, &status);
		ROW(rows[i].name, status.error.code == rows[i].code);
		if (given_up) {
			ROW(rows[i].name, sync_client_close_code(rig.client) == 4400);
			load_parcels(&rig, MIB); /* all is forgotten */
			hear_script(&rig, rows[0].script);
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
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	for (unsigned i = 0; i < 2; i++) { /* 2 MiB together, and no more */
		snprintf(frame, sizeof frame, "{'t':'bin','ref':'%u','length':1048576}", i);
		rig_hear(&rig, frame);
		hear_bytes(&rig, bytes, sizeof bytes);
	}
	sync_client_status_get(rig.client, &status);
	CU_ASSERT_EQUAL(status.error.code, SYNC_OK);
	rig_hear(&rig, "{'t':'bin','ref':'2','length':1}");
	sync_client_status_get(rig.client, &status);
	CU_ASSERT_EQUAL(status.error.code, SYNC_TOO_BIG);
	rig_close(&rig);

	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	for (unsigned i = 0; i <= 1024; i++) {
		sync_client_status_get(rig.client, &status);
		CU_ASSERT_EQUAL(status.error.code, SYNC_OK);
		snprintf(frame, sizeof frame, "{'t':'bin','ref':'%u','length':1}", i);
		rig_hear(&rig, frame);
		hear_bytes(&rig, "x", 1);
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
		CU_ASSERT_FATAL(open_parcels(&rig, NULL));
		load_parcels(&rig, MIB);
		for (unsigned n = 0; n < 3000; n++) {
			hear_script(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
			hear_script(&rig, frames[i]);
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
		CU_ASSERT_FATAL(open_parcels(&rig, NULL));
		load_parcels(&rig, MIB);
		send(&rig, 3, keep, &got, NULL);
		rig_said(&rig);
		hear_script(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
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
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	got.stops = rig.client;
	send(&rig, 3, keep, &got, NULL);
	send(&rig, 3, keep, &got, NULL);
	rig_said(&rig);
	hear_script(&rig, "{'t':'bin','ref':'1','length':3}\n<abc>");
	hear_script(&rig, "{'t':'bin','ref':'2','length':3}\n<def>");
	rig_hear(&rig,
		 "{'t':'patch','doc':'PARCELS','epoch':'e','from':4,'rev':6,'ops':[],'done':2,"
		 "'results':[{'n':1,'value':{'$bin':'1'}},{'n':2,'value':{'$bin':'2'}}]}");
	CU_ASSERT_EQUAL(got.answers, 2);
	CU_ASSERT_STRING_EQUAL(got.text[0], "\"YWJj\"");
	CU_ASSERT_STRING_EQUAL(got.text[1], "\"ZGVm\"");
	rig_close(&rig);
}

/* ---- saying ---- */

static void as_the_server_takes_them(void)
{
	static const struct {
		const char *name;
		size_t takes, length;
		const char *says;
		bool apart;
	} says[] = {
		{ "short ones stay", MIB, 1023, "push, ", false },
		{ "long ones go apart", MIB, 1024, "bin 1 1024, bytes 1024, push, ", true },
		{ "not where none are taken", 0, 1024, "push, ", false },
		{ "not where they are too long", 5000, 5001, "push, ", false },
		{ "as long as it takes", 5000, 5000, "bin 1 5000, bytes 5000, push, ", true },
		{ "beyond what a push may hold", MIB, MIB, "bin 1 1048576, bytes 1048576, push, ",
		  true },
	};
	for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
		struct rig rig;
		char frames[256];
		CU_ASSERT_FATAL(open_parcels(&rig, NULL));
		load_parcels(&rig, says[i].takes);
		ROW(says[i].name, send(&rig, says[i].length, NULL, NULL, NULL) == SYNC_OK);
		size_t push = list_frames(&rig, frames, sizeof frames);
		if (!ROW(says[i].name, strcmp(frames, says[i].says) == 0))
			printf("  %s\n", frames);
		ROW(says[i].name, (push < 1000) == says[i].apart);
		rig_close(&rig);
	}
}

static void what_no_server_takes_is_refused_at_once(void)
{
	struct rig rig;
	sync_error error;
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	CU_ASSERT_EQUAL(send(&rig, MIB, NULL, NULL, NULL), SYNC_OK); /* before a server was heard */
	CU_ASSERT_EQUAL(send(&rig, MIB + 1, NULL, NULL, &error), SYNC_TOO_BIG);
	load_parcels(&rig, 0);
	CU_ASSERT_EQUAL(send(&rig, MIB, NULL, NULL, &error), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	rig_close(&rig);
}

/* All that a push refers to fits in what the server takes; the next push has the next. */
static void a_push_has_no_more_than_fits(void)
{
	struct rig rig;
	char frames[512];
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	for (unsigned i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(send(&rig, MIB / 2, NULL, NULL, NULL), SYNC_OK);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames,
			       "bin 1 524288, bytes 524288, bin 2 524288, bytes 524288, push, ");
	rig_hear(&rig,
		 "{'t':'patch','doc':'PARCELS','epoch':'e','from':4,'rev':6,'ops':[],'done':2}");
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bin 3 524288, bytes 524288, push, ");
	rig_close(&rig);
}

/* Everywhere in the arguments; 64 at most, the rest stays. */
static void wherever_they_stand(void)
{
	static char bytes[2000];
	char frames[4096], name[16];
	struct rig rig;
	ParcelsSendArgs args;
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	parcels_send_args_init(&args);
	ParcelsSendArgsDoc *edit = parcels_send_args_edit(&args);
	parcels_send_args_set_label(edit, "a label, and no \xf0\x9f\x93\xa6");
	parcels_send_args_set_data(edit, bytes, sizeof bytes);
	WrapDoc *wrap = parcels_send_args_edit_wrap(edit);
	part_set_data(wrap_edit_part(wrap), bytes, 1500);
	parcels_send_args_put_shelf(edit, "one", bytes, 1600);
	CU_ASSERT_EQUAL(parcels_call_send(rig.replica, &args, NULL, NULL, NULL), SYNC_OK);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bin 1 2000, bytes 2000, bin 2 1500, bytes 1500, "
				       "bin 3 1600, bytes 1600, push, ");
	rig_hear(&rig,
		 "{'t':'patch','doc':'PARCELS','epoch':'e','from':4,'rev':5,'ops':[],'done':1}");
	for (unsigned i = 0; i < 70; i++) {
		snprintf(name, sizeof name, "%u", i);
		parcels_send_args_put_shelf(edit, name, bytes, 1024);
	}
	CU_ASSERT_EQUAL(parcels_call_send(rig.replica, &args, NULL, NULL, NULL), SYNC_OK);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_PTR_NOT_NULL(strstr(frames, "bin 67 1024, bytes 1024, push, "));
	parcels_send_args_release(&args);
	rig_close(&rig);
}

/* A string that looks like base64 is none where the schema says so; what is no base64 is for the
 * server to refuse. */
static void what_the_schema_does_not_call_bytes_stays(void)
{
	enum { LETTERS = 2000 };
	char args[LETTERS + 200], frames[256], letters[LETTERS + 1];
	struct rig rig;
	static const struct {
		const char *name, *action, *args, *says;
	} calls[] = {
		{ "json", "describe", "{\"note\":{\"data\":\"%s\"}}", "push, " },
		{ "an unknown member", "send", "{\"label\":\"l\",\"data\":\"\",\"other\":\"%s\"}",
		  "push, " },
		{ "an unknown tag", "send",
		  "{\"data\":\"\",\"wrap\":{\"type\":\"x\",\"data\":\"%s\"}}", "push, " },
		{ "an escape", "send", "{\"data\":\"AA\\/A%s\"}", "push, " },
		{ "no base64", "send", "{\"data\":\"!!!!%s\"}", "push, " },
		{ "no length of base64", "send", "{\"data\":\"A%s\"}", "push, " },
		{ "bytes", "send", "{\"label\":\"\",\"data\":\"%s\",\"shelf\":{}}",
		  "bin 1 1500, bytes 1500, push, " },
	};
	memset(letters, 'A', LETTERS);
	letters[LETTERS] = '\0';
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		CU_ASSERT_FATAL(open_parcels(&rig, NULL));
		load_parcels(&rig, MIB);
		size_t at = strcspn(calls[i].args, "%");
		snprintf(args, sizeof args, "%.*s%s%s", (int)at, calls[i].args, letters,
			 calls[i].args + at + 2);
		ROW(calls[i].name,
		    sync_replica_call(rig.replica, calls[i].action,
				      &(sync_request){ .args = args, .length = strlen(args) },
				      NULL) == SYNC_OK);
		list_frames(&rig, frames, sizeof frames);
		if (!ROW(calls[i].name, strcmp(frames, calls[i].says) == 0))
			printf("  %s\n", frames);
		rig_close(&rig);
	}
}

/* Between what belongs together nothing else is said; what was not said by the end is said anew. */
static void they_are_said_in_one_piece(void)
{
	struct rig rig;
	sync_client_frame frame;
	char frames[256];
	CU_ASSERT_FATAL(open_parcels(&rig, NULL));
	load_parcels(&rig, MIB);
	send(&rig, MUCH, NULL, NULL, NULL);
	CU_ASSERT(sync_client_next(rig.client, &frame));
	rig_hear(&rig, "{'t':'ping','id':7}");
	CU_ASSERT(sync_client_speaks(rig.client));
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bytes 3000, push, pong, ");
	CU_ASSERT_FALSE(sync_client_speaks(rig.client));
	sync_client_closed(rig.client, rig.now, 0, NULL);
	CU_ASSERT_FALSE(sync_client_next(rig.client, &frame));
	load_parcels(&rig, MIB);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bin 2 3000, bytes 3000, push, ");
	rig_close(&rig);
}

static void they_outlive_their_client(void)
{
	struct rig rig;
	char frames[256];
	sync_queue *queue = sync_queue_memory_new();
	CU_ASSERT_FATAL(open_parcels(&rig, queue));
	load_parcels(&rig, MIB);
	send(&rig, MUCH, NULL, NULL, NULL);
	rig_close(&rig);
	CU_ASSERT_FATAL(open_parcels(&rig, queue));
	load_parcels(&rig, MIB);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bin 1 3000, bytes 3000, push, ");
	rig_close(&rig);
	sync_queue_close(queue);
}

/* ---- both ways, with a real server ---- */

static sync_status on_send(sync_call *call, ParcelsDoc *doc, const ParcelsSendArgs *args,
			   sync_bytes *reply)
{
	(void)call;
	parcels_set_count(doc, parcels_get(doc)->count + 1);
	return sync_bytes_assign(reply, args->data.data, args->data.len);
}

static sync_status on_scan(sync_task *task, ParcelsDoc *doc, const ParcelsScanArgs *args,
			   sync_bytes *reply)
{
	(void)task;
	(void)doc;
	return sync_bytes_assign(reply, args->data.data, args->data.len);
}

static const parcels_handlers handlers = { .send = on_send, .scan = on_scan };

struct trip {
	struct rig rig;
	sync_hub *hub;
	sync_session *session;
	unsigned binaries[2]; /* said, heard */
	unsigned back;
	size_t length;
};

static bool begin(struct trip *trip)
{
	memset(trip, 0, sizeof *trip);
	trip->hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	if (!open_parcels(&trip->rig, NULL) || !trip->hub ||
	    sync_hub_add(trip->hub, &parcels_model, &handlers, NULL, NULL) != SYNC_OK)
		return false;
	trip->session = sync_session_new(trip->hub,
					 &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	return trip->session && rig_let_in(&trip->rig) != UINT64_MAX;
}

static void talk(struct trip *trip)
{
	sync_client_frame said;
	sync_frame heard;
	sync_client *client = trip->rig.client;
	bool more = true;
	while (more) {
		more = false;
		while (sync_client_next(client, &said)) {
			more = true;
			trip->binaries[0] += said.binary;
			sync_session_receive(trip->session, said.data, said.length, said.binary);
		}
		while (sync_session_next(trip->session, &heard)) {
			more = true;
			trip->binaries[1] += heard.binary;
			sync_client_receive(client, trip->rig.now, heard.data, heard.length,
					    heard.binary);
		}
	}
}

static void end(struct trip *trip)
{
	rig_close(&trip->rig);
	sync_session_free(trip->session);
	sync_hub_free(trip->hub);
}

static void look_at(struct trip *trip, const sync_bytes *bytes)
{
	char *wanted = malloc(trip->length + 1);
	fill(wanted, trip->length, 1);
	if (bytes && bytes->len == trip->length &&
	    (!trip->length || memcmp(bytes->data, wanted, trip->length) == 0))
		trip->back++;
	free(wanted);
}

static void on_sent(void *arg, sync_replica *replica, const sync_reply *reply)
{
	(void)replica;
	look_at(arg, parcels_result_send(reply));
}

static void on_scanned(void *arg, sync_client_task *task, const sync_reply *reply)
{
	(void)task;
	look_at(arg, parcels_result_scan(reply));
}

static void scan(struct trip *trip)
{
	ParcelsScanArgs args;
	char *bytes = malloc(trip->length + 1);
	fill(bytes, trip->length, 1);
	parcels_scan_args_init(&args);
	if (parcels_scan_args_set_data(parcels_scan_args_edit(&args), bytes, trip->length) ==
	    SYNC_OK)
		parcels_start_scan(trip->rig.replica, &args,
				   &(sync_client_task_request){ .done = on_scanned, .arg = trip },
				   NULL);
	parcels_scan_args_release(&args);
	free(bytes);
}

static void there_and_back(void)
{
	static const size_t lengths[] = { 0, 1, 1023, 1024, 1025, 100000, MIB - 1, MIB };
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct trip trip;
		unsigned apart = 2 * (lengths[i] >= 1024);
		char name[32];
		snprintf(name, sizeof name, "%zu bytes", lengths[i]);
		CU_ASSERT_FATAL(begin(&trip));
		trip.length = lengths[i];
		talk(&trip);
		ROW(name, send(&trip.rig, lengths[i], on_sent, &trip, NULL) == SYNC_OK);
		scan(&trip);
		talk(&trip);
		ROW(name, trip.back == 2);
		ROW(name, trip.binaries[0] == apart && trip.binaries[1] == apart);
		ROW(name, parcels_shown(trip.rig.replica)->count == 1);
		end(&trip);
	}
}

static void any_allocation_may_fail(void)
{
	for (long n = 1; fault_next(n); n++) {
		struct trip trip;
		if (begin(&trip)) {
			trip.length = MUCH;
			talk(&trip);
			send(&trip.rig, MUCH, on_sent, &trip, NULL);
			scan(&trip);
			talk(&trip);
		}
		end(&trip);
		if (!ROW("alive", fault_alive() == 0))
			break;
	}
	fault_end();
}

int test_client_bin(void)
{
	static const struct {
		const char *name;
		void (*test)(void);
	} tests[] = {
		{ "as announced", what_comes_is_what_was_announced },
		{ "bounded", what_waits_is_bounded },
		{ "given back", what_is_referred_to_is_given_back },
		{ "results", a_result_is_what_it_refers_to },
		{ "a callback may end it", a_callback_may_end_the_connection },
		{ "as the server takes them", as_the_server_takes_them },
		{ "refused at once", what_no_server_takes_is_refused_at_once },
		{ "no more than fits", a_push_has_no_more_than_fits },
		{ "wherever they stand", wherever_they_stand },
		{ "what is no bytes stays", what_the_schema_does_not_call_bytes_stays },
		{ "in one piece", they_are_said_in_one_piece },
		{ "kept", they_outlive_their_client },
		{ "there and back", there_and_back },
		{ "allocations", any_allocation_may_fail },
	};
	CU_pSuite suite = CU_add_suite("client_bin", NULL, NULL);
	if (!suite)
		return 1;
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (!CU_add_test(suite, tests[i].name, tests[i].test))
			return 1;
	return 0;
}
