/* What a peer of the dialect `ws-sync` may say, and who does something about it. */
#include "session_ws_sync.h"

enum { QUEUE = 32 };

void ws_sync_refuse(sync_session *session, const ws_sync_message *message, const sync_error *error,
		    const sync_call *call)
{
	sync_session_queue(session, ws_sync_error(error, message->type, call));
}

void ws_sync_on_document(sync_session *session, const ws_sync_message *message)
{
	sync_join *join = message->key ? sync_session_join(session, message->key) : NULL;
	sync_error error;
	error.code = SYNC_OK;
	if (!join && message->key && message->kind == WS_SYNC_GET)
		join = ws_sync_join(session, message->key, &error);
	if (!join) {
		if (error.code == SYNC_OK)
			sync_error_set(&error, SYNC_NOT_FOUND,
				       "there is no document with that key");
		ws_sync_refuse(session, message, &error, NULL);
		return;
	}
	switch (message->kind) {
	case WS_SYNC_GET:
		sync_join_resync(join, 0);
		break;
	case WS_SYNC_PATCH:
		ws_sync_on_patch(join, message);
		break;
	case WS_SYNC_SET:
		ws_sync_on_set(join, message);
		break;
	default:
		ws_sync_on_call(join, message);
	}
}

/* Of a message that was not looked at. */
static void refuse(sync_session *session, const sync_error *error)
{
	ws_sync_forget_bytes(session); /* it may have been these */
	sync_session_queue(session, ws_sync_error(error, "", NULL));
}

/* Of a message that could be read in part. Where it was to change a document, its author shows
 * that. */
static void refuse_text(sync_session *session, const ws_sync_message *message,
			const sync_error *error)
{
	bool change = message->kind == WS_SYNC_PATCH || message->kind == WS_SYNC_SET;
	sync_join *join = change && message->key && !session->asking
				  ? sync_session_join(session, message->key)
				  : NULL;
	ws_sync_refuse(session, message, error, NULL);
	if (join)
		sync_join_resync(join, 0);
}

static void receive(sync_session *session, const char *text, size_t length, bool binary)
{
	ws_sync_message message;
	sync_error error;
	if (binary) {
		ws_sync_on_bytes(session, text, length);
		return;
	}
	if (session->due)
		ws_sync_miss_bytes(session);
	if (!session->asking && ws_sync_on_action(session, text, length))
		return;
	if (!ws_sync_parse(text, length, session->max_message, &message, &error)) {
		refuse_text(session, &message, &error);
		return;
	}
	if (session->asking && message.kind != WS_SYNC_USER_SESSION) {
		sync_error_set(&error, SYNC_UNAUTHORIZED, "say first who you are: _USER_SESSION");
		ws_sync_refuse(session, &message, &error, NULL);
		return;
	}
	switch (message.kind) {
	case WS_SYNC_UNKNOWN:
		sync_error_set(&error, SYNC_UNSUPPORTED, "this server knows no such message");
		ws_sync_refuse(session, &message, &error, NULL);
		break;
	case WS_SYNC_BIN_META:
		ws_sync_on_meta(session, &message);
		break;
	case WS_SYNC_USER_SESSION:
		ws_sync_on_identity(session, &message);
		break;
	default:
		ws_sync_on_document(session, &message);
	}
}

const sync_speech sync_speech_ws_sync = { ws_sync_open, receive, refuse, ws_sync_next, QUEUE };
