/*
 * Conversations as data: tests/wire/ws_sync_*.json, each an array of
 *
 *	{"name": …, "steps": [step, …]}
 *
 *	{"open": "a"}                      a peer connects; with "keys": […], "identify": true as in
 *	                                   sync_session_options, and "refused": true when it cannot
 *	{"close": "a"}
 *	{"from": "a", "send": {…}}         it sends this frame; or "text": "…", or "hex": "…",
 *	                                   or "long": n bytes of it; with "binary": true
 *	{"to": "a", "frame": {…}}          its next frame is this one
 *	{"to": "a", "error": {…}}          its next frame is an error whose members include these
 *	{"to": "a", "nothing": true}       there is none
 *	{"server": […]}                    the program changes the document, by operations; with
 *	                                   "key": "ROOM/1" and "owner": ["user", "session"] another
 *one
 *	{"store": "fail" | "work" | "delay" | "forget"}, {"store": "complete", "count": n},
 *	{"store": "mend"}                  it does not fail any more, and delays as before
 *	{"poll": ms}
 *	{"tick": "a"}                      time has passed for its session
 *	{"closing": "a", "code": n}        the session wants to be closed
 *	{"dismiss": "a", "message": "…"}   the program sends it away
 *	{"to": "a", "frame": {"$bytes": "00ff"}}   its next frame are these bytes, or {"$length": n}
 *more than 32
 *	{"task": "done" | "failed"}        the task that was kept last ends so
 *	{"toast": "a", "kind": n, "message": "…"}, {"download": "a", "filename": "…", "hex": "…"},
 *with "status": "…" when it is refused
 *	{"heard": ["+user/session"]}       the program heard this since the last look: who came, who
 *went
 *
 * With "serves": "lobby" they are about the models of lobby.sync, "meter": about that of wire/board.sync, else
 * about that of notebook.sync.
 *
 * At the end, whatever else was expected: nobody is left with frames unread, and every peer that
 * has applied what it was sent, and what it sent itself, shows the server's state.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>
#include <syncgen/value.h>

#include "../../runtime/session_core.h"
#include "lobby.h"
#include "notebook_server.h"
#include "row.h"
#include "wire/board.h"

enum { PEERS = 4, KEPT = 65536 };

struct talker {
	sync_session *session;
	cJSON *shows; /* the states it would show, by key */
	unsigned woken;
};

struct talk {
	char name[256];
	sync_store *store;
	sync_hub *hub;
	sync_doc *doc; /* of the notebook; NULL: it is not served */
	struct talker peers[PEERS];
	cJSON *heard;
};

/* ---- small JSON ---- */

static const cJSON *member(const cJSON *of, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(of, name);
}

static const char *text_of(const cJSON *value)
{
	return cJSON_IsString(value) ? value->valuestring : "";
}

/* Every member of `part` is in `whole`, and the same. */
static bool includes(const cJSON *whole, const cJSON *part)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, part)
	{
		if (!cJSON_Compare(member(whole, one->string), one, true))
			return false;
	}
	return true;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* ---- peers ---- */

static void on_wake(void *arg)
{
	((struct talker *)arg)->woken++;
}

static struct talker *peer_of(struct talk *talk, const cJSON *name)
{
	unsigned index = (unsigned)(text_of(name)[0] - 'a');
	return &talk->peers[index < PEERS ? index : 0];
}

static void apply_to(struct talker *peer, const char *key, const cJSON *ops)
{
	char *text = cJSON_PrintUnformatted(ops);
	cJSON *shows = cJSON_DetachItemFromObjectCaseSensitive(peer->shows, key);
	if (shows && text)
		sync_json_patch(&shows, text, strlen(text), NULL);
	if (shows)
		cJSON_AddItemToObject(peer->shows, key, shows);
	cJSON_free(text);
}

/* What a client does with a frame, or with a change of its own before it sends it. */
static void show(struct talker *peer, const cJSON *frame)
{
	const char *type = text_of(member(frame, "type"));
	if (begins(type, "_SET:")) {
		cJSON_DeleteItemFromObjectCaseSensitive(peer->shows, type + 5);
		cJSON_AddItemToObject(peer->shows, type + 5,
				      cJSON_Duplicate(member(frame, "data"), true));
	} else if (begins(type, "_PATCH:")) {
		apply_to(peer, type + 7, member(frame, "data"));
	}
}

static void open_peer(struct talk *talk, const cJSON *step)
{
	enum { KEYS = 8 };
	const char *keys[KEYS + 1] = { NULL };
	struct talker *peer = peer_of(talk, member(step, "open"));
	const cJSON *key;
	size_t count = 0;
	cJSON_ArrayForEach(key, member(step, "keys")) if (count < KEYS) keys[count++] =
		text_of(key);
	sync_session_options options = { .max_message = KEPT, .wake = on_wake, .arg = peer };
	options.keys = count ? keys : NULL;
	options.identify = cJSON_IsTrue(member(step, "identify"));
	peer->shows = cJSON_CreateObject();
	peer->session = sync_session_new(talk->hub, &options);
	ROW(talk->name, (peer->session == NULL) == (bool)cJSON_IsTrue(member(step, "refused")));
}

static void close_peer(struct talker *peer)
{
	sync_session_free(peer->session);
	cJSON_Delete(peer->shows);
	peer->session = NULL;
	peer->shows = NULL;
}

static cJSON *bytes_of(const sync_frame *frame)
{
	enum { SHORT = 32 };
	char hex[2 * SHORT + 1] = "";
	cJSON *bytes = cJSON_CreateObject();
	if (frame->length > SHORT) {
		cJSON_AddNumberToObject(bytes, "$length", (double)frame->length);
		return bytes;
	}
	for (size_t i = 0; i < frame->length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned)(unsigned char)frame->data[i]);
	cJSON_AddStringToObject(bytes, "$bytes", hex);
	return bytes;
}

/* The next frame, parsed; NULL: none. */
static cJSON *next_frame(struct talk *talk, struct talker *peer)
{
	sync_frame frame;
	if (!peer->session || !sync_session_next(peer->session, &frame))
		return NULL;
	if (frame.binary)
		return bytes_of(&frame);
	cJSON *parsed = cJSON_ParseWithLength(frame.data, frame.length);
	ROW(talk->name, parsed != NULL);
	if (parsed)
		show(peer, parsed);
	return parsed;
}

/* ---- steps ---- */

static size_t from_hex(const char *hex, char *bytes)
{
	size_t length = 0;
	for (; hex[0] && hex[1]; hex += 2) {
		char digits[3] = { hex[0], hex[1], '\0' };
		bytes[length++] = (char)strtol(digits, NULL, 16);
	}
	return length;
}

static void send_bytes(struct talk *talk, const cJSON *step, const char *bytes, size_t length)
{
	struct talker *peer = peer_of(talk, member(step, "from"));
	bool binary = cJSON_IsTrue(member(step, "binary"));
	char *copy = malloc(length + 1); /* of its very length, so that a sanitizer sees the end */
	if (!copy)
		return;
	memcpy(copy, bytes, length);
	sync_session_receive(peer->session, copy, length, binary);
	free(copy);
}

static void step_send(struct talk *talk, const cJSON *step)
{
	static char bytes[KEPT * 2];
	const cJSON *frame = member(step, "send");
	if (frame) {
		char *text = cJSON_PrintUnformatted(frame);
		show(peer_of(talk, member(step, "from")), frame);
		send_bytes(talk, step, text, strlen(text));
		cJSON_free(text);
	} else if (member(step, "hex")) {
		size_t length = from_hex(text_of(member(step, "hex")), bytes);
		send_bytes(talk, step, bytes, length);
	} else if (member(step, "long")) {
		const char *unit = text_of(member(step, "text"));
		size_t length = (size_t)member(step, "long")->valueint;
		for (size_t i = 0; i < length; i++)
			bytes[i] = unit[i % strlen(unit)];
		send_bytes(talk, step, bytes, length);
	} else {
		const char *text = text_of(member(step, "text"));
		send_bytes(talk, step, text, strlen(text));
	}
}

static void complain(const struct talk *talk, const cJSON *step, const cJSON *got)
{
	char *want = cJSON_PrintUnformatted(step);
	char *have = got ? cJSON_PrintUnformatted(got) : NULL;
	printf("FAILED row '%s': wanted %s\n  got %s\n", talk->name, want, have ? have : "nothing");
	cJSON_free(want);
	cJSON_free(have);
}

static void step_expect(struct talk *talk, const cJSON *step)
{
	cJSON *got = next_frame(talk, peer_of(talk, member(step, "to")));
	bool good;
	if (member(step, "nothing"))
		good = !got;
	else if (member(step, "error"))
		good = got && strcmp(text_of(member(got, "type")), "_ERROR") == 0 &&
		       includes(member(got, "data"), member(step, "error"));
	else
		good = got && cJSON_Compare(got, member(step, "frame"), true);
	if (!good)
		complain(talk, step, got);
	CU_ASSERT(good);
	cJSON_Delete(got);
}

static sync_status apply_ops(sync_doc *doc, const char *text)
{
	static const sync_apply_options trusted = { .flags = 0 };
	sync_status status = sync_doc_begin(doc, NULL);
	if (status != SYNC_OK)
		return status;
	status = sync_track_apply(doc->track, text, strlen(text), &trusted, NULL);
	if (status == SYNC_OK)
		return sync_doc_commit(doc, NULL);
	sync_doc_abort(doc);
	return status;
}

static sync_doc *doc_of(const struct talk *talk, const cJSON *step)
{
	const cJSON *owner = member(step, "owner");
	sync_identity who = { text_of(cJSON_GetArrayItem(owner, 0)),
			      text_of(cJSON_GetArrayItem(owner, 1)) };
	const cJSON *key = member(step, "key");
	return key ? sync_hub_doc_of(talk->hub, text_of(key), owner ? &who : NULL) : talk->doc;
}

static void step_server(struct talk *talk, const cJSON *step)
{
	char *text = cJSON_PrintUnformatted(member(step, "server"));
	sync_status status = apply_ops(doc_of(talk, step), text);
	const cJSON *want = member(step, "status");
	ROW(talk->name, strcmp(want ? text_of(want) : "ok", sync_status_name(status)) == 0);
	cJSON_free(text);
}

static void step_store(struct talk *talk, const cJSON *step)
{
	const char *what = text_of(member(step, "store"));
	if (strcmp(what, "fail") == 0) {
		sync_store_memory_fail(talk->store, SYNC_INTERNAL);
	} else if (strcmp(what, "work") == 0) {
		sync_store_memory_fail(talk->store, SYNC_OK);
		sync_store_memory_delay(talk->store, false);
	} else if (strcmp(what, "mend") == 0) {
		sync_store_memory_fail(talk->store, SYNC_OK);
	} else if (strcmp(what, "delay") == 0) {
		sync_store_memory_delay(talk->store, true);
	} else if (strcmp(what, "forget") == 0) {
		sync_store_memory_forget(talk->store);
	} else {
		size_t count = (size_t)member(step, "count")->valueint;
		ROW(talk->name, sync_store_memory_complete(talk->store, count) == count);
	}
}

static void step_closing(struct talk *talk, const cJSON *step)
{
	struct talker *peer = peer_of(talk, member(step, "closing"));
	ROW(talk->name,
	    sync_session_close_code(peer->session) == (unsigned)member(step, "code")->valueint);
	close_peer(peer);
}

static void step_heard(struct talk *talk, const cJSON *step)
{
	bool same = cJSON_Compare(talk->heard, member(step, "heard"), true);
	if (!same)
		complain(talk, step, talk->heard);
	CU_ASSERT(same);
	cJSON_Delete(talk->heard);
	talk->heard = cJSON_CreateArray();
}

static void step_say(struct talk *talk, const cJSON *step)
{
	char bytes[256];
	const cJSON *status = member(step, "status");
	sync_status got;
	if (member(step, "toast"))
		got = sync_session_toast(peer_of(talk, member(step, "toast"))->session,
					 (sync_toast)member(step, "kind")->valueint,
					 text_of(member(step, "message")));
	else
		got = sync_session_download(peer_of(talk, member(step, "download"))->session,
					    text_of(member(step, "filename")), bytes,
					    from_hex(text_of(member(step, "hex")), bytes));
	ROW(talk->name, strcmp(sync_status_name(got), status ? text_of(status) : "ok") == 0);
}

static sync_task *kept;

static void step_task(struct talk *talk, const cJSON *step)
{
	bool done = strcmp(text_of(member(step, "task")), "done") == 0;
	if (ROW(talk->name, kept != NULL))
		sync_task_finish(kept, done ? SYNC_OK : SYNC_INTERNAL, NULL);
}

static void run_step(struct talk *talk, const cJSON *step)
{
	if (member(step, "open"))
		open_peer(talk, step);
	else if (member(step, "close"))
		close_peer(peer_of(talk, member(step, "close")));
	else if (member(step, "from"))
		step_send(talk, step);
	else if (member(step, "to"))
		step_expect(talk, step);
	else if (member(step, "server"))
		step_server(talk, step);
	else if (member(step, "store"))
		step_store(talk, step);
	else if (member(step, "poll"))
		sync_hub_poll(talk->hub, (uint64_t)member(step, "poll")->valuedouble);
	else if (member(step, "toast") || member(step, "download"))
		step_say(talk, step);
	else if (member(step, "task"))
		step_task(talk, step);
	else if (member(step, "heard"))
		step_heard(talk, step);
	else if (member(step, "dismiss"))
		sync_session_dismiss(peer_of(talk, member(step, "dismiss"))->session,
				     text_of(member(step, "message")));
	else if (member(step, "tick"))
		sync_session_tick(peer_of(talk, member(step, "tick"))->session);
	else if (member(step, "closing"))
		step_closing(talk, step);
	else
		CU_FAIL("a step that nobody knows");
}

/* ---- at the end ---- */

/* Does a peer show of a document what that now is? */
static void judge_join(const struct talk *talk, const struct talker *peer, const sync_join *join)
{
	sync_buf state = { 0 };
	const sync_doc *doc = join->watch.doc;
	const cJSON *shown = member(peer->shows, doc->key);
	sync_doc_write_seen(doc, SYNC_SEE_PUBLIC, &state);
	cJSON *truth = cJSON_ParseWithLength(state.data, state.len);
	bool in_step = !shown || cJSON_Compare(shown, truth, true);
	if (!in_step)
		complain(talk, truth, shown);
	CU_ASSERT(in_step);
	cJSON_Delete(truth);
	sync_buf_release(&state);
}

static void judge_end(struct talk *talk)
{
	for (unsigned i = 0; i < PEERS; i++) {
		struct talker *peer = &talk->peers[i];
		if (!peer->session)
			continue;
		cJSON *unread = next_frame(talk, peer);
		if (unread)
			complain(talk, NULL, unread);
		CU_ASSERT_PTR_NULL(unread);
		cJSON_Delete(unread);
		for (size_t j = 0; j < peer->session->join_count; j++)
			judge_join(talk, peer, peer->session->joins[j]);
	}
}

/* ---- what is served ---- */

static void note(struct talk *talk, char sign, const sync_session *session)
{
	char line[256];
	snprintf(line, sizeof line, "%c%s/%s", sign, sync_session_user(session),
		 sync_session_name(session));
	cJSON_AddItemToArray(talk->heard, cJSON_CreateString(line));
}

static void on_connected(void *arg, sync_session *session)
{
	note(arg, '+', session);
}

static void on_disconnected(void *arg, sync_session *session)
{
	note(arg, '-', session);
}

/* Nobody has room 13. */
static sync_status may_open(void *arg, const sync_model *model, const void *params,
			    const sync_identity *who)
{
	(void)arg;
	(void)who;
	if (model != &room_model)
		return SYNC_OK;
	return ((const RoomKey *)params)->room_id == 13 ? SYNC_FORBIDDEN : SYNC_OK;
}

static sync_status on_visit(sync_call *call, RoomDoc *room, const RoomVisitArgs *args,
			    uint32_t *reply)
{
	(void)call;
	(void)args;
	*reply = room_get(room)->visits + 1;
	return room_set_visits(room, *reply);
}

static sync_status on_hang(sync_call *call, RoomDoc *room, const RoomHangArgs *args)
{
	RoomPicture picture;
	room_set_title(room, args->name);
	if (!args->to_all)
		return sync_session_download(sync_call_peer(call), args->name, args->data.data,
					     args->data.len);
	room_picture_init(&picture);
	room_picture_set_name(room_picture_edit(&picture), args->name);
	room_picture_set_data(room_picture_edit(&picture), args->data.data, args->data.len);
	sync_status status = room_emit_picture(sync_call_doc(call), &picture);
	room_picture_release(&picture);
	return status;
}

/* Of bytes that are none, of bytes that are absent, and a toast to who calls. */
static sync_status on_tell(sync_call *call, RoomDoc *room, const RoomTellArgs *args)
{
	RoomNote note;
	RoomSeal seal;
	(void)room;
	room_note_init(&note);
	room_seal_init(&seal);
	room_note_set_data(room_note_edit(&note), args->what);
	room_emit_note(sync_call_doc(call), &note);
	room_emit_seal(sync_call_doc(call), &seal);
	room_seal_set_data(room_seal_edit(&seal), "", 0);
	room_emit_seal(sync_call_doc(call), &seal);
	room_note_release(&note);
	room_seal_release(&seal);
	return sync_session_toast(sync_call_peer(call), SYNC_TOAST_SUCCESS, args->what);
}

static void swept(void *data, sync_task_state state)
{
	sync_session *peer = sync_call_peer(sync_task_call(kept));
	(void)data;
	if (peer)
		sync_session_toast(peer, SYNC_TOAST_INFO,
				   state == SYNC_TASK_DONE ? "swept" : "not swept");
	kept = NULL;
}

static sync_status on_sweep(sync_task *task, RoomDoc *room, const RoomSweepArgs *args)
{
	(void)room;
	if (args->corners > 4)
		return dusty_throw(sync_task_call(task), &(Dusty){ .corners = args->corners });
	kept = task;
	sync_session_toast(sync_call_peer(sync_task_call(task)), SYNC_TOAST_DEFAULT, "sweeping");
	return sync_task_keep(task, swept, NULL);
}

static sync_status on_scan(sync_task *task, RoomDoc *room, const RoomScanArgs *args)
{
	(void)task;
	return room_set_visits(room, (uint32_t)args->data.len);
}

static bool serve(struct talk *talk, const char *what)
{
	static const room_handlers rooms = { .visit = on_visit,
					     .hang = on_hang,
					     .tell = on_tell,
					     .sweep = on_sweep,
					     .scan = on_scan };
	sync_hub *hub = talk->hub;
	if (strcmp(what, "lobby") == 0)
		return room_add_to(hub, &rooms, NULL, NULL) == SYNC_OK &&
		       desk_add_to(hub, NULL, NULL, NULL) == SYNC_OK &&
		       drawer_add_to(hub, NULL, NULL, NULL) == SYNC_OK;
	bool meter = strcmp(what, "meter") == 0;
	sync_status status = meter ? wire_meter_add_to(hub, NULL, NULL, NULL)
				   : notebook_add_to(hub, &notebook_server, NULL, NULL);
	talk->doc = sync_hub_doc(hub, meter ? wire_meter_model.key : notebook_model.key);
	return status == SYNC_OK;
}

/* ---- a conversation ---- */

static void run_talk(const char *file, const cJSON *data)
{
	struct talk talk = { .store = sync_store_memory_new(), .heard = cJSON_CreateArray() };
	snprintf(talk.name, sizeof talk.name, "%s: %s", strrchr(file, '/') + 1,
		 text_of(member(data, "name")));
	talk.hub = sync_hub_new(&(sync_hub_options){ .store = talk.store,
						     .epoch_seed = 1,
						     .may_open = may_open,
						     .connected = on_connected,
						     .disconnected = on_disconnected,
						     .connection_arg = &talk });
	if (!ROW(talk.name, talk.hub && serve(&talk, text_of(member(data, "serves")))))
		return;
	const cJSON *step;
	cJSON_ArrayForEach(step, member(data, "steps")) run_step(&talk, step);
	judge_end(&talk);
	for (unsigned i = 0; i < PEERS; i++)
		close_peer(&talk.peers[i]);
	sync_hub_free(talk.hub);
	sync_store_free(talk.store);
	cJSON_Delete(talk.heard);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	long length = ftell(file);
	rewind(file);
	char *text = calloc(1, (size_t)length + 1);
	if (text && fread(text, 1, (size_t)length, file) != (size_t)length)
		text[0] = '\0';
	fclose(file);
	return text;
}

static unsigned run_file(const char *path)
{
	char *text = read_all(path);
	cJSON *talks = cJSON_Parse(text);
	unsigned count = 0;
	if (!talks)
		printf("FAILED %s: not JSON near %.60s\n", path, cJSON_GetErrorPtr());
	CU_ASSERT_PTR_NOT_NULL(talks);
	const cJSON *one;
	cJSON_ArrayForEach(one, talks)
	{
		run_talk(path, one);
		count++;
	}
	cJSON_Delete(talks);
	free(text);
	return count;
}

static void conversations(void)
{
	glob_t files;
	unsigned count = 0;
	if (glob(TEST_TOP "/tests/wire/ws_sync_*.json", 0, NULL, &files) == 0) {
		for (size_t i = 0; i < files.gl_pathc; i++)
			count += run_file(files.gl_pathv[i]);
		globfree(&files);
	}
	printf("wire: %u conversations\n", count);
	CU_ASSERT(count > 30);
}

int test_wire(void);
int test_wire(void)
{
	CU_pSuite suite = CU_add_suite("wire", NULL, NULL);
	return !suite || !CU_add_test(suite, "conversations", conversations);
}
