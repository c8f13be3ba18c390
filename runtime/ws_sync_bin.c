/* _BIN_META and the frame of bytes behind it: a call whose parameter `data` comes as it is. */
#include "session_ws_sync.h"

#include <syncgen/alloc.h>

/* What the next frame of bytes is for. */
struct ws_sync_due {
	bool unwanted; /* it was refused already */
	char type[WS_SYNC_TYPE_MAX + 1];
	size_t length;
	char metadata[]; /* a JSON object */
};

static const char nothing[] = "{}";

void ws_sync_forget_bytes(sync_session *session)
{
	sync_free(session->due);
	session->due = NULL;
}

/* ---- the announcement ---- */

static bool read_member(sync_reader *reader, sync_str key, sync_str *type, const char **raw,
			size_t *length)
{
	if (strcmp(key, "type") == 0)
		return sync_read_string(reader, type, 0, WS_SYNC_TYPE_MAX);
	if (strcmp(key, "metadata") != 0 || sync_read_peek(reader) != '{')
		return sync_read_skip(reader, NULL, NULL);
	return sync_read_skip(reader, raw, length);
}

static bool read_meta(const ws_sync_message *message, sync_str *type, const char **raw,
		      size_t *length, sync_error *error)
{
	sync_reader reader;
	bool first = true;
	sync_str key = NULL;
	int more = -1;
	if (sync_reader_init(&reader, message->data, message->length, NULL) &&
	    sync_read_object(&reader)) {
		while ((more = sync_read_entry(&reader, &first, &key)) > 0) {
			bool good = read_member(&reader, key, type, raw, length);
			sync_str_free(key);
			key = NULL;
			if (!good)
				break;
		}
	}
	if (more) {
		*error = reader.error;
		return false;
	}
	if (*type && sync_str_len(*type) <= WS_SYNC_TYPE_MAX &&
	    strlen(*type) == sync_str_len(*type))
		return true;
	sync_error_set(error, SYNC_INVALID, "the type of the message is missing");
	return false;
}

void ws_sync_on_meta(sync_session *session, const ws_sync_message *message)
{
	sync_str type = NULL;
	const char *raw = nothing;
	size_t length = sizeof nothing - 1;
	sync_error error;
	bool good = read_meta(message, &type, &raw, &length, &error);
	struct ws_sync_due *due = sync_calloc(1, sizeof *due + (good ? length : 0));
	if (due && good) {
		memcpy(due->type, type, strlen(type));
		memcpy(due->metadata, raw, length);
		due->length = length;
	}
	if (!good)
		ws_sync_refuse(session, message, &error, NULL);
	if (due)
		due->unwanted = !good;
	else
		session->close_code = SYNC_CLOSE_INTERNAL; /* the bytes would mean something else */
	session->due = due;
	sync_str_free(type);
}

/* ---- the bytes ---- */

void ws_sync_miss_bytes(sync_session *session)
{
	sync_error error;
	sync_error_set(&error, SYNC_INVALID, "no bytes followed");
	if (!session->due->unwanted)
		sync_session_queue(session, ws_sync_error(&error, "_BIN_META", NULL));
	ws_sync_forget_bytes(session);
}

/* {metadata, "data": "base64"} */
static void compose(const struct ws_sync_due *due, const char *bytes, size_t length, sync_buf *out)
{
	size_t end = due->length - 1; /* the bracket that closes */
	while (strchr(" \t\r\n", due->metadata[end - 1]))
		end--;
	sync_buf_put(out, due->metadata, end);
	if (due->metadata[end - 1] != '{')
		sync_buf_byte(out, ',');
	SYNC_BUF_LITERAL(out, "\"data\":");
	sync_put_base64(out, bytes, length);
	sync_buf_byte(out, '}');
}

static void deliver(sync_session *session, const struct ws_sync_due *due, const char *bytes,
		    size_t length)
{
	ws_sync_message message;
	sync_error error;
	sync_buf data = { 0 };
	ws_sync_message_init(&message, due->type);
	compose(due, bytes, length, &data);
	message.data = data.data;
	message.length = data.len;
	sync_error_set(&error, SYNC_UNSUPPORTED, "bytes go with an action or a task");
	if (data.status != SYNC_OK)
		sync_error_set(&error, data.status, "%s", sync_status_text(data.status));
	if (data.status == SYNC_OK &&
	    (message.kind == WS_SYNC_ACTION || message.kind == WS_SYNC_TASK_START))
		ws_sync_on_document(session, &message);
	else
		ws_sync_refuse(session, &message, &error, NULL);
	sync_buf_release(&data);
}

void ws_sync_on_bytes(sync_session *session, const char *bytes, size_t length)
{
	struct ws_sync_due *due = session->due;
	sync_error error;
	session->due = NULL;
	if (!due) {
		sync_error_set(&error, SYNC_UNSUPPORTED,
			       "nothing announced these bytes: _BIN_META");
		sync_session_queue(session, ws_sync_error(&error, "", NULL));
	} else if (!due->unwanted) {
		deliver(session, due, bytes, length);
	}
	sync_free(due);
}
