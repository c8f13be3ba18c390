/*
 * The frames of the dialect `ws-sync`: {"type": NAME or "NAME:KEY", "data": …}. No state: text in,
 * message out; document in, frame out. The key follows the first colon and may hold "/" and ":".
 */
#ifndef SYNCGEN_WIRE_WS_SYNC_H
#define SYNCGEN_WIRE_WS_SYNC_H

#include <syncgen/toast.h>

#include "task_core.h"

enum { WS_SYNC_TYPE_MAX = 512 }; /* bytes of a `type` */

typedef enum ws_sync_kind {
	WS_SYNC_UNKNOWN,
	WS_SYNC_USER_SESSION,
	WS_SYNC_SET,
	WS_SYNC_GET,
	WS_SYNC_PATCH,
	WS_SYNC_ACTION,
	WS_SYNC_TASK_START,
	WS_SYNC_TASK_CANCEL,
	WS_SYNC_BIN_META
} ws_sync_kind;

typedef struct ws_sync_message {
	ws_sync_kind kind;
	char type[WS_SYNC_TYPE_MAX + 1]; /* unescaped; "" until it was read */
	const char *key;		 /* into `type`; NULL: there was no colon */
	const char *data; /* the raw JSON, borrowed from the text; "null" when missing */
	size_t length;
} ws_sync_message;

/* False: not such a message; *error says what is wrong. Its type is there as far as it could be
 * read. */
bool ws_sync_parse(const char *text, size_t length, size_t limit, ws_sync_message *message,
		   sync_error *error);

/* A message of that type, shorter than it may be, without data. */
void ws_sync_message_init(ws_sync_message *message, const char *type);

enum { WS_SYNC_FIELDS = 64 };
#define WS_SYNC_ALL_FIELDS UINT64_MAX

/* The fields of a state that operations are about, as sync_packet.fields; all when they cannot be
 * read. */
uint64_t ws_sync_fields(const sync_type *state, const char *ops, size_t length);

/* The data of an action or a task: its name into `name` (which has WS_SYNC_TYPE_MAX + 1 bytes), the
 * object without that member into `args`. */
bool ws_sync_parse_call(const ws_sync_message *message, char *name, sync_buf *args,
			sync_error *error);

/* Frames. NULL: out of memory. Those of a document are shared through its cache and borrowed; the
 * others are the caller's. */

/* The whole state at *revision, which is at least `least` but maybe not durable yet. */
sync_packet *ws_sync_set(sync_doc *doc, uint64_t least, uint64_t *revision);
/* The changes from one revision to a later one; *lost: the history does not hold them, or they are
 * longer than the state (then NULL is returned). */
sync_packet *ws_sync_patch(sync_doc *doc, uint64_t from, uint64_t to, bool *lost);
/* An event; one with a parameter `data` that is bytes says what they are for, and they are its
 * `next`. */
sync_packet *ws_sync_event(sync_doc *doc, sync_event *event);

/* {"type":"_ERROR","data":{"code","message","re"?,"path"?,"error"?:{"name","args"}}} */
/* Of a task that failed. */
sync_packet *ws_sync_failure(const sync_task *task);
sync_packet *ws_sync_error(const sync_error *error, const char *re, const sync_call *call);

/* {"type":"_TOAST","data":{"type":KIND,"message"}} */
sync_packet *ws_sync_toast(sync_toast kind, const char *message);
/* {"type":"_DOWNLOAD","data":{"filename","data":BASE64}} */
sync_packet *ws_sync_download(const char *filename, const void *data, size_t length);
/* {"type":"_REQUEST_USER_SESSION"} */
sync_packet *ws_sync_request(void);
/* {"type":"_DISCONNECT","data":MESSAGE}: the peer is to stay away. */
sync_packet *ws_sync_disconnect(const char *message);

#endif
