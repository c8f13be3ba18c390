/*
 * Two peers of the dialect `ws-sync` that say anything about documents that are many, with a copy
 * each of what they have. The input is messages with a NUL between them; one that begins with a
 * byte from 1 to 8 does something else. What must hold: frames are JSON, or bytes that were
 * announced; and when all has been quiet, a peer that made its own changes in its copy shows what
 * the documents are.
 */
#include <stdint.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include <syncgen/session.h>
#include <syncgen/value.h>

#include "lobby.h"
#include "runtime/session_core.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

enum { PEERS = 2 };

struct peer {
	sync_session *session;
	cJSON *shows;	/* by key; what is not there is not known */
	bool announced; /* bytes come next */
};

struct world {
	sync_store *store;
	sync_hub *hub;
	struct peer peers[PEERS];
	unsigned speaks;
	uint64_t now;
};

/* ---- what the program does ---- */

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
		sync_session_download(sync_call_peer(call), args->name, args->data.data,
				      args->data.len);
	room_picture_init(&picture);
	room_picture_set_data(room_picture_edit(&picture), args->data.data, args->data.len);
	sync_status status = room_emit_picture(sync_call_doc(call), &picture);
	room_picture_release(&picture);
	return status;
}

static sync_status on_sweep(sync_task *task, RoomDoc *room, const RoomSweepArgs *args)
{
	(void)room;
	return args->corners > 4 ? SYNC_INTERNAL : sync_task_keep(task, NULL, NULL);
}

static const room_handlers rooms = { .visit = on_visit, .hang = on_hang, .sweep = on_sweep };

/* ---- what a peer shows ---- */

static void forget(struct peer *peer, const char *key)
{
	cJSON_DeleteItemFromObjectCaseSensitive(peer->shows, key);
}

static void apply(struct peer *peer, const char *key, const cJSON *ops)
{
	cJSON *state = cJSON_DetachItemFromObjectCaseSensitive(peer->shows, key);
	char *text = cJSON_PrintUnformatted(ops);
	if (state && text && sync_json_patch(&state, text, strlen(text), NULL) == SYNC_OK)
		cJSON_AddItemToObject(peer->shows, key, state);
	else
		sync_json_free(state); /* what the server made of it, it will have to say */
	cJSON_free(text);
}

static void show(struct peer *peer, const cJSON *message)
{
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(message, "type");
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(message, "data");
	const char *name = cJSON_IsString(type) ? type->valuestring : "";
	if (strncmp(name, "_SET:", 5) == 0) {
		forget(peer, name + 5);
		cJSON_AddItemToObject(peer->shows, name + 5, cJSON_Duplicate(data, true));
	} else if (strncmp(name, "_PATCH:", 7) == 0) {
		apply(peer, name + 7, data);
	}
}

static void listen(struct peer *peer)
{
	sync_frame frame;
	while (sync_session_next(peer->session, &frame)) {
		must(frame.binary == peer->announced);
		peer->announced = false;
		if (frame.binary)
			continue;
		cJSON *message = cJSON_ParseWithLength(frame.data, frame.length);
		must(message != NULL);
		const cJSON *type = cJSON_GetObjectItemCaseSensitive(message, "type");
		must(cJSON_IsString(type));
		peer->announced = strcmp(type->valuestring, "_BIN_META") == 0;
		show(peer, message);
		cJSON_Delete(message);
	}
}

/* A client changes its copy before it says so. What it could not have meant it does not show;
 * members that come twice, and U+0000, cJSON reads in a way of its own. */
static void show_own(struct peer *peer, const char *text, size_t length)
{
	cJSON *message = cJSON_ParseWithLength(text, length);
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(message, "type");
	char *key = cJSON_IsString(type) ? strchr(type->valuestring, ':') : NULL;
	struct cJSON *strict = NULL;
	sync_reader reader;
	bool good = sync_reader_init(&reader, text, length, NULL) &&
		    sync_read_json(&reader, &strict) && sync_read_end(&reader);
	if (key && good && sync_json_equal(message, strict) &&
	    cJSON_HasObjectItem(peer->shows, key + 1))
		show(peer, message);
	else if (key)
		forget(peer, key + 1);
	sync_json_free(strict);
	cJSON_Delete(message);
}

/* ---- what happens ---- */

static void open(struct world *world, struct peer *peer)
{
	static const char *const keys[] = { "ROOM/1", "ROOM/{roomId}", "DESK", NULL };
	static const char *const names[] = {
		"{\"type\":\"_USER_SESSION\",\"data\":{\"user\":\"a\",\"session\":\"1\"}}",
		"{\"type\":\"_USER_SESSION\",\"data\":{\"user\":\"b\",\"session\":\"1\"}}"
	};
	const char *name = names[peer - world->peers];
	sync_session_free(peer->session);
	cJSON_Delete(peer->shows);
	peer->shows = cJSON_CreateObject();
	peer->announced = false;
	peer->session = sync_session_new(
		world->hub, &(sync_session_options){ .max_message = 4096, .keys = keys });
	must(peer->session && peer->shows);
	must(sync_session_receive(peer->session, name, strlen(name), false) == SYNC_OK);
}

static void say(struct world *world, struct peer *peer, const char *text, size_t length,
		bool binary)
{
	if (!binary)
		show_own(peer, text, length);
	if (sync_session_receive(peer->session, text, length, binary) != SYNC_OK)
		open(world, peer);
}

static void act(struct world *world, const char *text, size_t length)
{
	struct peer *peer = &world->peers[world->speaks];
	switch (length ? text[0] : 0) {
	case 1:
		sync_hub_poll(world->hub, world->now += 500);
		break;
	case 2:
		sync_hub_poll(world->hub, world->now += 100000);
		break;
	case 3:
		world->speaks = !world->speaks;
		break;
	case 4:
		open(world, peer);
		break;
	case 5:
		listen(peer);
		break;
	case 6:
		say(world, peer, text + 1, length - 1, true);
		break;
	case 7:
		sync_store_memory_delay(world->store, true);
		break;
	case 8:
		sync_store_memory_complete(world->store, 1);
		break;
	default:
		say(world, peer, text, length, false);
	}
}

static void judge_join(const struct peer *peer, const sync_join *join)
{
	const sync_doc *doc = join->watch.doc;
	const cJSON *shown = cJSON_GetObjectItemCaseSensitive(peer->shows, doc->key);
	sync_buf state = { 0 };
	must(sync_doc_write_seen(doc, SYNC_SEE_PUBLIC, &state) == SYNC_OK);
	cJSON *truth = cJSON_ParseWithLength(state.data, state.len);
	must(truth != NULL);
	if (shown)
		must(sync_json_equal(shown, truth));
	cJSON_Delete(truth);
	sync_buf_release(&state);
}

static void judge(struct world *world)
{
	sync_store_memory_delay(world->store, false);
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < PEERS; i++)
			listen(&world->peers[i]);
		sync_hub_poll(world->hub, world->now += 10000);
	}
	for (int i = 0; i < PEERS; i++) {
		struct peer *peer = &world->peers[i];
		listen(peer);
		for (size_t j = 0; j < peer->session->join_count; j++)
			judge_join(peer, peer->session->joins[j]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { .store = sync_store_memory_new(), .now = 1000 };
	world.hub = sync_hub_new(
		&(sync_hub_options){ .store = world.store, .epoch_seed = 1, .max_docs = 8 });
	must(room_add_to(world.hub, &rooms, NULL, NULL) == SYNC_OK);
	must(desk_add_to(world.hub, NULL, NULL, NULL) == SYNC_OK);
	sync_hub_poll(world.hub, world.now);
	for (int i = 0; i < PEERS; i++)
		open(&world, &world.peers[i]);
	for (size_t at = 0, end; at < size; at = end + 1) {
		for (end = at; end < size && data[end]; end++)
			;
		act(&world, (const char *)data + at, end - at);
	}
	judge(&world);
	for (int i = 0; i < PEERS; i++) {
		sync_session_free(world.peers[i].session);
		cJSON_Delete(world.peers[i].shows);
	}
	sync_hub_free(world.hub);
	sync_store_free(world.store);
	return 0;
}
