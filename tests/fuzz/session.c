/*
 * A peer that sends anything, while another one listens and the store has its moods. The input is
 * messages with a NUL between them; a message that begins with a byte from 1 to 7 does something
 * else. What must hold: every frame is JSON, and the listener, which applies what it is sent, shows
 * the state.
 */
#include <stdint.h>
#include <stdlib.h>

#include <syncgen/session.h>
#include <syncgen/value.h>

#include "runtime/doc_core.h"

/* The library's own tests are linked as a whole; here one file of them is wanted. */
#include "tests/unit/notebook_server.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

struct room {
	sync_store *store;
	sync_hub *hub;
	sync_doc *doc;
	sync_session *peer, *listener;
	struct cJSON *shows;
	uint64_t now;
};

static bool begins(const sync_frame *frame, const char *with)
{
	return frame->length > strlen(with) && memcmp(frame->data, with, strlen(with)) == 0;
}

/* The member `data`, which comes last. */
static void show(struct room *room, const sync_frame *frame)
{
	static const char set[] = "{\"type\":\"_SET:shelf/1:NOTES\",\"data\":";
	static const char patch[] = "{\"type\":\"_PATCH:shelf/1:NOTES\",\"data\":";
	sync_reader reader;
	if (begins(frame, set)) {
		size_t at = sizeof set - 1;
		must(sync_reader_init(&reader, frame->data + at, frame->length - at - 1, NULL) &&
		     sync_read_json(&reader, &room->shows) && sync_read_end(&reader));
	} else if (begins(frame, patch)) {
		size_t at = sizeof patch - 1;
		must(room->shows != NULL);
		must(sync_json_patch(&room->shows, frame->data + at, frame->length - at - 1,
				     NULL) == SYNC_OK);
	}
}

static void listen(struct room *room)
{
	sync_frame frame;
	while (sync_session_next(room->listener, &frame))
		show(room, &frame);
}

static void drain(sync_session *session)
{
	sync_frame frame;
	sync_reader reader;
	while (sync_session_next(session, &frame))
		must(sync_reader_init(&reader, frame.data, frame.length, NULL) &&
		     sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader));
}

static sync_session *join(const struct room *room)
{
	return sync_session_new(room->hub, &(sync_session_options){ .max_message = 4096 });
}

static void act(struct room *room, const char *text, size_t length)
{
	switch (length ? text[0] : 0) {
	case 1:
		sync_store_memory_delay(room->store, true);
		break;
	case 2:
		sync_store_memory_complete(room->store, 1);
		break;
	case 3:
		sync_store_memory_fail(room->store, SYNC_INTERNAL);
		break;
	case 4:
		sync_store_memory_fail(room->store, SYNC_OK);
		sync_store_memory_delay(room->store, false);
		break;
	case 5:
		sync_hub_poll(room->hub, room->now += 10000);
		break;
	case 6:
		listen(room);
		break;
	case 7:
		sync_session_free(room->peer);
		room->peer = join(room);
		break;
	default:
		if (sync_session_receive(room->peer, text, length, false) != SYNC_OK) {
			sync_session_free(room->peer);
			room->peer = join(room);
		}
	}
}

static void judge(struct room *room)
{
	sync_buf state = { 0 };
	sync_reader reader;
	struct cJSON *truth = NULL;
	sync_store_memory_fail(room->store, SYNC_OK);
	sync_store_memory_delay(room->store, false);
	for (int i = 0; i < 3; i++)
		sync_hub_poll(room->hub, room->now += 10000);
	must(room->doc->mode == SYNC_DOC_OPEN && room->doc->durable == room->doc->revision);
	listen(room);
	drain(room->peer);
	must(sync_doc_write(room->doc, &state) == SYNC_OK);
	must(sync_reader_init(&reader, state.data, state.len, NULL) &&
	     sync_read_json(&reader, &truth));
	must(sync_json_equal(truth, room->shows));
	sync_json_free(truth);
	sync_buf_release(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct room room = { .store = sync_store_memory_new() };
	room.hub = sync_hub_new(&(sync_hub_options){ .store = room.store, .epoch_seed = 1 });
	must(sync_hub_add(room.hub, &notebook_model, &notebook_server, NULL, NULL) == SYNC_OK);
	room.doc = sync_hub_doc(room.hub, notebook_model.key);
	room.peer = join(&room);
	room.listener = join(&room);
	for (size_t at = 0, end; at < size; at = end + 1) {
		for (end = at; end < size && data[end]; end++)
			;
		act(&room, (const char *)data + at, end - at);
	}
	judge(&room);
	sync_session_free(room.peer);
	sync_session_free(room.listener);
	sync_json_free(room.shows);
	sync_hub_free(room.hub);
	sync_store_free(room.store);
	return 0;
}
