/*
 * Whatever a peer of the dialect sync.v1.json sends, a line a frame: the session answers, the
 * document stays whole, and what it then shows is its state. "E" in quotes stands for the
 * document's epoch. A line that begins with "<" is a binary message; "+" lets time pass, "!"
 * deletes the document, "." says goodbye.
 */
#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>
#include <syncgen/value.h>

#include "../../runtime/hub_core.h"
#include "../../runtime/wire_native.h"
#include "sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static sync_status on_poke(sync_call *call, SimDoc *doc, const SimPokeArgs *args, uint32_t *reply)
{
	(void)call;
	*reply = 1;
	return sim_push_log(doc, args->token);
}

/* Every other one goes on until it is cancelled, or the hub ends. */
static sync_status on_walk(sync_task *task, SimDoc *doc, const SimWalkArgs *args, uint32_t *reply)
{
	*reply = args->to;
	if (args->to % 2)
		return sync_task_keep(task, NULL, NULL);
	return sim_set_pokes(doc, args->to);
}

static void drain(sync_session *session)
{
	sync_frame frame;
	while (sync_session_next(session, &frame)) {
		sync_reader reader;
		if (frame.binary)
			continue;
		must(sync_reader_init(&reader, frame.data, frame.length, NULL) &&
		     sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader));
	}
}

static void say(sync_session *session, const sync_doc *doc, const char *line, size_t length)
{
	sync_buf text = { 0 };
	for (size_t i = 0; i < length; i++) {
		if (length - i >= 3 && memcmp(line + i, "\"E\"", 3) == 0) {
			native_put_epoch(&text, doc->epoch);
			i += 2;
		} else {
			sync_buf_byte(&text, line[i]);
		}
	}
	if (text.len)
		sync_session_receive(session, text.data, text.len, false);
	sync_buf_release(&text);
}

static void happen(sync_hub *hub, sync_session *session, sync_doc *doc, const char *line,
		   size_t length)
{
	switch (length ? *line : 0) {
	case '<':
		sync_session_receive(session, line + 1, length - 1, true);
		break;
	case '+':
		sync_hub_poll(hub, hub->now + 7000);
		sync_session_tick(session);
		break;
	case '!':
		sync_hub_delete(hub, "SIM", NULL);
		break;
	case '.':
		sync_session_drain(session, 1000);
		break;
	default:
		say(session, doc, line, length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const sim_handlers handlers = { .poke = on_poke, .walk = on_walk };
	static const char hello[] =
		"{\"t\":\"hello\",\"v\":1,\"client\":\"c\",\"docs\":[{\"doc\":\"SIM\"}]}";
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	must(hub && sync_hub_add(hub, &sim_model, &handlers, NULL, NULL) == SYNC_OK);
	sync_doc *doc = sync_hub_doc(hub, "SIM");
	sync_session *session = sync_session_new(
		hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE, .max_frame = 512 });
	must(session != NULL);
	say(session, doc, hello, sizeof hello - 1);
	const char *at = (const char *)data, *end = at + size;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop : end;
		happen(hub, session, doc, at, (size_t)(stop - at));
		if (stop < end && (stop - at) % 2)
			drain(session);
		at = stop + 1;
	}
	drain(session);
	sync_buf before = { 0 };
	must(sync_doc_write(doc, &before) == SYNC_OK);
	sync_buf_release(&before);
	sync_session_free(session);
	sync_hub_free(hub);
	return 0;
}
