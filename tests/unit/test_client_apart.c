/* Bytes in frames of their own, as a client in C says them; and both ways, with a real server. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/queue.h>
#include <syncgen/session.h>

#include "fault.h"
#include "parcels_rig.h"
#include "row.h"
#include "suite.h"

/* ---- saying ---- */

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
		CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
		parcels_rig_load(&rig, says[i].takes);
		ROW(says[i].name,
		    parcels_rig_send(&rig, says[i].length, NULL, NULL, NULL) == SYNC_OK);
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
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	CU_ASSERT_EQUAL(parcels_rig_send(&rig, MIB, NULL, NULL, NULL),
			SYNC_OK); /* before a server was heard */
	CU_ASSERT_EQUAL(parcels_rig_send(&rig, MIB + 1, NULL, NULL, &error), SYNC_TOO_BIG);
	parcels_rig_load(&rig, 0);
	CU_ASSERT_EQUAL(parcels_rig_send(&rig, MIB, NULL, NULL, &error), SYNC_TOO_BIG);
	CU_ASSERT_EQUAL(rig_status(&rig).pending, 1);
	rig_close(&rig);
}

/* All that a push refers to fits in what the server takes; the next push has the next. */
static void a_push_has_no_more_than_fits(void)
{
	struct rig rig;
	char frames[512];
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
	for (unsigned i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(parcels_rig_send(&rig, MIB / 2, NULL, NULL, NULL), SYNC_OK);
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
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
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
		CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
		parcels_rig_load(&rig, MIB);
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
	CU_ASSERT_FATAL(parcels_rig_open(&rig, NULL));
	parcels_rig_load(&rig, MIB);
	parcels_rig_send(&rig, MUCH, NULL, NULL, NULL);
	CU_ASSERT(sync_client_next(rig.client, &frame));
	rig_hear(&rig, "{'t':'ping','id':7}");
	CU_ASSERT(sync_client_speaks(rig.client));
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bytes 3000, push, pong, ");
	CU_ASSERT_FALSE(sync_client_speaks(rig.client));
	sync_client_closed(rig.client, rig.now, 0, NULL);
	CU_ASSERT_FALSE(sync_client_next(rig.client, &frame));
	parcels_rig_load(&rig, MIB);
	list_frames(&rig, frames, sizeof frames);
	CU_ASSERT_STRING_EQUAL(frames, "bin 2 3000, bytes 3000, push, ");
	rig_close(&rig);
}

static void they_outlive_their_client(void)
{
	struct rig rig;
	char frames[256];
	sync_queue *queue = sync_queue_memory_new();
	CU_ASSERT_FATAL(parcels_rig_open(&rig, queue));
	parcels_rig_load(&rig, MIB);
	parcels_rig_send(&rig, MUCH, NULL, NULL, NULL);
	rig_close(&rig);
	CU_ASSERT_FATAL(parcels_rig_open(&rig, queue));
	parcels_rig_load(&rig, MIB);
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
	if (!parcels_rig_open(&trip->rig, NULL) || !trip->hub ||
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
	parcels_fill(wanted, trip->length, 1);
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
	parcels_fill(bytes, trip->length, 1);
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
		ROW(name, parcels_rig_send(&trip.rig, lengths[i], on_sent, &trip, NULL) == SYNC_OK);
		scan(&trip);
		talk(&trip);
		ROW(name, trip.back == 2);
		ROW(name, trip.binaries[0] == apart && trip.binaries[1] == apart);
		ROW(name, parcels_shown(trip.rig.replica)->count == 1);
		end(&trip);
	}
}

static void one_trip(void *arg)
{
	struct trip trip;
	(void)arg;
	if (begin(&trip)) {
		trip.length = MUCH;
		talk(&trip);
		parcels_rig_send(&trip.rig, MUCH, on_sent, &trip, NULL);
		scan(&trip);
		talk(&trip);
	}
	end(&trip);
}

static void any_allocation_may_fail(void)
{
	fault_each(one_trip, NULL);
}

int test_client_apart(void)
{
	static const CU_TestInfo tests[] = {
		{ "as the server takes them", as_the_server_takes_them },
		{ "refused at once", what_no_server_takes_is_refused_at_once },
		{ "no more than fits", a_push_has_no_more_than_fits },
		{ "wherever they stand", wherever_they_stand },
		{ "what is no bytes stays", what_the_schema_does_not_call_bytes_stays },
		{ "in one piece", they_are_said_in_one_piece },
		{ "kept", they_outlive_their_client },
		{ "there and back", there_and_back },
		{ "allocations", any_allocation_may_fail },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_apart", tests);
}
