/* What a peer of the dialect `sync.v1.json` may say, and who does something about it. */
#include "session_native.h"

#include <syncgen/alloc.h>

enum { QUEUE = 1024 };

void native_refuse(const native_frame *frame, const sync_error *error)
{
	native_refuse_for(frame, error, 0);
}

void native_refuse_for(const native_frame *frame, const sync_error *error, uint64_t wait_ms)
{
	char id[NATIVE_ID_SIZE];
	sync_error ignored;
	bool task = strcmp(frame->t, "task") == 0 || strcmp(frame->t, "cancel") == 0;
	bool named = task && native_text(&frame->object, NATIVE_ID, false, id, sizeof id, &ignored);
	sync_session_queue(frame->session,
			   native_error(error, frame->t, frame->doc, named ? id : NULL, wait_ms));
}

static void refuse(sync_session *session, const sync_error *error)
{
	sync_session_queue(session, native_error(error, "", NULL, NULL, 0));
}

/* ---- presence ---- */

static void on_here(native_frame *frame, sync_join *join)
{
	const sync_session *session = frame->session;
	sync_error error;
	if (!native_has(&frame->object, NATIVE_STATE)) {
		sync_error_set(&error, SYNC_INVALID, "\"state\" is missing");
		native_refuse(frame, &error);
		return;
	}
	const struct frame_raw *state = &frame->object.raw[NATIVE_STATE];
	const struct sync_saying says = { session->native->id, session->user,
					  *state->at == 'n' ? NULL : state->at, state->length };
	if (sync_doc_here(join->watch.doc, &says, &join->present, &error) != SYNC_OK)
		native_refuse(frame, &error);
}

/* ---- dispatch ---- */

static void on_document(native_frame *frame, native_kind kind)
{
	sync_error error;
	sync_join *join = sync_session_join(frame->session, frame->doc);
	if (!join || join->withdrawn) {
		sync_error_set(&error, SYNC_NOT_FOUND, "the document is not joined");
		native_refuse(frame, &error);
		return;
	}
	switch (kind) {
	case NATIVE_LEAVE:
		sync_session_leave(join);
		break;
	case NATIVE_PUSH:
		native_on_push(frame, join);
		break;
	case NATIVE_HERE:
		on_here(frame, join);
		break;
	case NATIVE_TASK:
		native_on_task(frame, join);
		break;
	case NATIVE_CANCEL:
		native_on_cancel(frame, join);
		break;
	default:
		sync_error_set(&error, SYNC_UNSUPPORTED, "this server does not do that yet");
		native_refuse(frame, &error);
	}
}

static bool is_ready(native_frame *frame, native_kind kind, sync_error *error)
{
	const struct sync_native *native = frame->session->native;
	if (kind == NATIVE_UNKNOWN) {
		sync_error_set(error, SYNC_UNSUPPORTED, "this server knows no such frame");
		return false;
	}
	if (native->greeted == (kind == NATIVE_HELLO)) {
		sync_error_set(error, native->greeted ? SYNC_CONFLICT : SYNC_UNAUTHORIZED,
			       native->greeted ? "hello was said" : "hello comes first");
		return false;
	}
	bool document = kind != NATIVE_HELLO && kind != NATIVE_PING && kind != NATIVE_PONG &&
			kind != NATIVE_BIN;
	return native_text(&frame->object, NATIVE_DOC, !document, frame->doc, sizeof frame->doc,
			   error);
}

/* Answers a text that is no frame, by what could be read of it: its author may wait for an answer.
 */
static void refuse_text(native_frame *frame, const char *text, size_t length, sync_error *error)
{
	sync_reader reader;
	sync_error ignored;
	if (error->code == SYNC_TOO_BIG) {
		native_kind_of(&frame->object, frame->t);
		native_text(&frame->object, NATIVE_DOC, true, frame->doc, sizeof frame->doc,
			    &ignored);
	} else if (error->code == SYNC_INVALID && sync_reader_init(&reader, text, length, NULL) &&
		   !(sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader))) {
		/* Worse than a wrong type at its beginning. */
		*error = reader.error;
	}
	native_refuse(frame, error);
}

static void receive_frame(native_frame *frame, const char *text, size_t length)
{
	sync_error error;
	if (!native_read(text, length, frame->session->max_message, &frame->object, &error)) {
		refuse_text(frame, text, length, &error);
		return;
	}
	native_kind kind = native_kind_of(&frame->object, frame->t);
	if (!is_ready(frame, kind, &error)) {
		native_refuse(frame, &error);
		return;
	}
	switch (kind) {
	case NATIVE_HELLO:
		native_on_hello(frame);
		break;
	case NATIVE_JOIN:
		native_join(frame, &frame->object);
		break;
	case NATIVE_PING:
		native_on_ping(frame);
		break;
	case NATIVE_PONG:
		break;
	case NATIVE_BIN:
		native_on_bin(frame);
		break;
	default:
		on_document(frame, kind);
	}
	if (kind == NATIVE_PUSH || kind == NATIVE_TASK)
		native_bins_used(frame->session);
}

static void receive(sync_session *session, const char *text, size_t length, bool binary)
{
	sync_error error;
	native_heard(session);
	if (binary) {
		if (native_on_bytes(session, text, length, &error) != SYNC_OK)
			refuse(session, &error);
		return;
	}
	if (native_bins_due(session)) {
		native_bins_used(session);
		sync_error_set(&error, SYNC_INVALID, "the bytes that were announced did not come");
		refuse(session, &error);
	}
	native_frame *frame = sync_calloc(1, sizeof *frame);
	if (!frame) {
		session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	frame->session = session;
	receive_frame(frame, text, length);
	sync_free(frame);
}

const sync_speech sync_speech_native = { sync_native_open, receive, refuse, native_next, QUEUE };

/* ---- life ---- */

bool sync_native_open(sync_session *session, const sync_session_options *options)
{
	struct sync_native *native = sync_calloc(1, sizeof *native);
	if (!native)
		return false;
	native->heartbeat = options->heartbeat_ms ? options->heartbeat_ms : NATIVE_HEARTBEAT_MS;
	native->max_frame = options->max_frame ? options->max_frame : session->max_message;
	native->heard = session->hub->now;
	session->native = native;
	native->token_from = options->token_from;
	native->token = options->token ? sync_alloc_text(options->token) : NULL;
	if (options->token && !native->token)
		return false;
	return true;
}

void sync_native_bye(sync_session *session, unsigned after_ms)
{
	uint64_t spread = after_ms / 2 > NATIVE_SPREAD_MS ? after_ms / 2 : NATIVE_SPREAD_MS;
	uint64_t after = after_ms + sync_random_next(&session->hub->random) % spread;
	sync_session_queue(session, native_bye(SYNC_OVERLOAD, after));
}

void sync_native_close(sync_session *session)
{
	struct sync_native *native = session->native;
	if (!native)
		return;
	for (size_t i = 0; i < native->role_count; i++)
		sync_free(native->roles[i]);
	sync_free(native->roles);
	sync_free(native->client);
	sync_free(native->token);
	native_bins_free(native->bins);
	sync_free(native->models);
	sync_free(native);
	session->native = NULL;
}
