#include "action.h"

#include <syncgen/session.h>

#include <string.h>

static char *frame;
static size_t frame_length;
static sync_session *session;
static uint64_t seen; /* the arguments the handler got, added up */
static bool text_right;

static sync_status on_add(sync_call *call, BoardDoc *board, const BoardAddArgs *args)
{
	(void)call, (void)board;
	seen += args->at;
	text_right = strcmp(args->text, "call the office about new chairs before") == 0;
	return SYNC_OK;
}

/* What the session wants to send; a write to a socket in real life. */
static size_t drain(void)
{
	sync_frame sent;
	size_t bytes = 0;
	while (sync_session_next(session, &sent))
		bytes += sent.length;
	return bytes;
}

bool action_set_up(const char *folder)
{
	static const board_handlers handlers = { .add = on_add };
	sync_error error;
	frame = bench_load(folder, "action.json", &frame_length);
	sync_hub *hub = sync_hub_new(NULL);
	must(hub ? sync_hub_add(hub, &board_model, &handlers, NULL, &error) : SYNC_NOMEM, "hub");
	static const sync_session_options options = { .dialect = SYNC_DIALECT_WS_SYNC };
	session = sync_session_new(hub, &options);
	must(session ? SYNC_OK : SYNC_NOMEM, "session");
	/* Who is it? Then the document goes out once. */
	static const char hello[] =
		"{\"type\":\"_USER_SESSION\",\"data\":{\"user\":\"u\",\"session\":\"s\"}}";
	drain();
	must(sync_session_receive(session, hello, sizeof hello - 1, false), "hello");
	drain();
	return true;
}

void action_dispatch(void)
{
	must(sync_session_receive(session, frame, frame_length, false), "action");
	bench_kept += drain();
}

/* A number out of range must not reach the handler. */
void action_check(void)
{
	static const char bad[] = "{\"type\":\"_ACTION:BOARD\",\"data\":{\"type\":\"add\","
				  "\"text\":\"x\",\"priority\":\"high\",\"done\":false,\"at\":-1}}";
	seen = 0;
	text_right = false;
	action_dispatch();
	bool right = seen == 17 && text_right;
	(void)sync_session_receive(session, bad, sizeof bad - 1, false);
	bool told = drain() > 0;
	bench_answer(right && told && seen == 17, frame_length);
}
