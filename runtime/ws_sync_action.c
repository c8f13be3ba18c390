/*
 * An action in the form in which clients write it, in one pass: the function that knows its arguments reads
 * them where they stand, instead of after they were checked and skipped. Whatever is not of that form, or
 * wrong, goes the general way, which says so.
 */
#include "session_ws_sync.h"

#include "scan.h"

#define HEAD "{\"type\":\"_ACTION:"
#define DATA "\",\"data\":{\"type\":\""

/* How much of the limits of one text stands around the arguments: two objects, of `type` and `data`, and `type`. */
enum { AROUND_DEPTH = 1, AROUND_ELEMENTS = 3 };

struct action {
	ws_sync_message message;
	const char *name; /* of the call, not terminated */
	size_t name_length;
	const char
		*rest; /* {"type":"add", were its first members: what is behind that, to the end */
	size_t rest_length;
};

#define TAKE(at, end, literal) take((at), (end), literal, sizeof(literal) - 1)

static bool take(const char **at, const char *end, const char *literal, size_t length)
{
	if ((size_t)(end - *at) < length || memcmp(*at, literal, length) != 0)
		return false;
	*at += length;
	return true;
}

/* Plain text of a name: its length, the quote is behind it; 0: it is none, or too long. */
static size_t name_length(const char *at, const char *end)
{
	const char *behind = scan_plain(at, end);
	size_t length = (size_t)(behind - at);
	return behind < end && *behind == '"' && length < WS_SYNC_TYPE_MAX - sizeof HEAD ? length
											 : 0;
}

static bool split(const char *at, size_t length, struct action *action)
{
	const char *end = at + length, *type = at + sizeof "{\"type\":\"" - 1;
	if (!TAKE(&at, end, HEAD))
		return false;
	size_t key = name_length(at, end);
	at += key;
	size_t type_length = (size_t)(at - type);
	if (!key || !TAKE(&at, end, DATA))
		return false;
	action->name = at;
	action->name_length = name_length(at, end);
	at += action->name_length;
	if (!action->name_length || !TAKE(&at, end, "\","))
		return false;
	action->rest = at;
	action->rest_length = (size_t)(end - at);
	ws_sync_message *message = &action->message;
	message->kind = WS_SYNC_ACTION;
	memcpy(message->type, type, type_length);
	message->type[type_length] = '\0';
	message->key = message->type + sizeof "_ACTION:" - 1;
	return true;
}

static const sync_call_info *call_of(const sync_join *join, const struct action *action)
{
	const sync_call_info *info =
		sync_model_call(join->watch.doc->model, action->name, action->name_length);
	bool ours = info && info->params && !(info->flags & SYNC_CALL_TASK) &&
		    info->roles & SYNC_SEE_PUBLIC;
	return ours ? info : NULL;
}

/* Into `args`, with `text` for what cannot be read in the middle. */
static bool read_args(const struct action *action, const sync_type *type, sync_buf *text,
		      void *args)
{
	sync_reader reader;
	sync_limits limits = sync_limits_default;
	limits.bytes = action->rest_length + 1;
	limits.depth -= AROUND_DEPTH;
	limits.elements -= AROUND_ELEMENTS;
	sync_buf_byte(text, '{');
	sync_buf_put(text, action->rest, action->rest_length);
	return text->status == SYNC_OK &&
	       sync_reader_init(&reader, text->data, text->len, &limits) &&
	       type->ops->read(type, &reader, args) && reader.end - reader.at == 1 &&
	       *reader.at == '}';
}

static void run(sync_join *join, const struct action *action, const sync_call_info *info,
		const void *args)
{
	sync_session *session = join->session;
	uint64_t wait;
	sync_error error;
	sync_call call;
	if (sync_session_may_call(session, info, &wait, &error) != SYNC_OK) {
		ws_sync_refuse(session, &action->message, &error, NULL);
		return;
	}
	sync_call_init(&call, join->watch.doc, info, session->user, session->name);
	call.peer = session;
	if (sync_call_run_read(&call, args) != SYNC_OK)
		ws_sync_refuse(session, &action->message, &call.error, &call);
	sync_call_release(&call);
}

bool ws_sync_on_action(sync_session *session, const char *text, size_t length)
{
	struct action action;
	if (!split(text, length, &action))
		return false;
	sync_join *join = sync_session_join(session, action.message.key);
	const sync_call_info *info = join ? call_of(join, &action) : NULL;
	void *args = info ? sync_call_new_args(info) : NULL;
	if (!args)
		return false;
	sync_buf scratch = ws_sync_take_scratch(session->hub);
	bool read = read_args(&action, info->params, &scratch, args);
	ws_sync_give_scratch(session->hub, scratch);
	if (read)
		run(join, &action, info, args);
	sync_call_free_args(info, args);
	return read;
}
