#include "wire_native.h"

#include <stdio.h>

enum { KIND = 1 /* of the packets that an event keeps */ };

/* ---- reading ---- */

static const sync_key keys[NATIVE_MEMBERS] = {
#define X(name, member)                                                                            \
	{ "\"" member "\":", member, sizeof("\"" member "\":") - 1, sizeof(member) - 1 },
	NATIVE_MEMBER_TABLE(X)
#undef X
};

/* By sync_key_hash of the names above; a test checks it. */
static const uint16_t slots[64] = { 0,	0,  18, 0,  0, 25, 0,  0,  0,  5,  0,  10, 0,  0, 0,  24,
				    0,	7,  3,	11, 0, 2,  19, 0,  9,  12, 20, 22, 0,  0, 6,  0,
				    14, 0,  0,	1,  0, 0,  4,  15, 0,  0,  0,  0,  0,  0, 0,  0,
				    0,	21, 8,	0,  0, 0,  17, 0,  13, 0,  0,  0,  16, 0, 26, 23 };
static const uint64_t required[1] = { 0 };
static const sync_keys members = { keys, slots, 63, NATIVE_MEMBERS, required, false };

bool native_read(const char *text, size_t length, size_t limit, native_object *object,
		 sync_error *error)
{
	sync_limits limits = sync_limits_default;
	limits.bytes = limit ? limit : length;
	return frame_read(&members, text, length, &limits, object->raw, error);
}

bool native_text(const native_object *object, native_member member, bool optional, char *to,
		 size_t size, sync_error *error)
{
	return frame_text(&keys[member], &object->raw[member], optional, to, size, error);
}

bool native_number(const native_object *object, native_member member, bool optional,
		   uint64_t *value, sync_error *error)
{
	return frame_number(&keys[member], &object->raw[member], optional, value, error);
}

native_kind native_kind_of(const native_object *object, char *t)
{
	static const struct {
		const char *name;
		native_kind kind;
	} kinds[] = {
		{ "push", NATIVE_PUSH }, { "ping", NATIVE_PING },     { "pong", NATIVE_PONG },
		{ "join", NATIVE_JOIN }, { "leave", NATIVE_LEAVE },   { "hello", NATIVE_HELLO },
		{ "task", NATIVE_TASK }, { "cancel", NATIVE_CANCEL }, { "here", NATIVE_HERE },
		{ "bin", NATIVE_BIN },
	};
	sync_error ignored;
	native_text(object, NATIVE_T, false, t, NATIVE_T_SIZE, &ignored);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, t) == 0)
			return kinds[i].kind;
	return NATIVE_UNKNOWN;
}

static void epoch_text(uint64_t epoch, char *text)
{
	snprintf(text, NATIVE_EPOCH_SIZE, "%08lx%08lx", (unsigned long)(epoch >> 32),
		 (unsigned long)(epoch & 0xffffffff));
}

bool native_epoch_is(const char *text, uint64_t epoch)
{
	char ours[NATIVE_EPOCH_SIZE];
	epoch_text(epoch, ours);
	return strcmp(text, ours) == 0;
}

/* ---- writing ---- */

void native_put_epoch(sync_buf *out, uint64_t epoch)
{
	char text[NATIVE_EPOCH_SIZE];
	epoch_text(epoch, text);
	sync_put_string(out, text, NATIVE_EPOCH_SIZE - 1);
}

static void put_name(sync_buf *out, const char *name)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
}

void native_put(sync_buf *out, const char *name, const char *value)
{
	put_name(out, name);
	sync_put_string(out, value, strlen(value));
}

void native_put_number(sync_buf *out, const char *name, uint64_t value)
{
	put_name(out, name);
	sync_put_u64(out, value);
}

sync_packet *native_begin(const char *t, const sync_doc *doc)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	SYNC_BUF_LITERAL(out, "{\"t\":\"");
	sync_buf_put(out, t, strlen(t));
	sync_buf_byte(out, '"');
	if (!doc)
		return packet;
	SYNC_BUF_LITERAL(out, ",\"doc\":\"");
	sync_buf_put(out, doc->key_json.data, doc->key_json.len);
	sync_buf_byte(out, '"');
	return packet;
}

sync_packet *native_end(sync_packet *packet)
{
	if (!packet)
		return NULL;
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}

void native_put_error(sync_buf *out, const sync_error *error, const sync_call *call)
{
	SYNC_BUF_LITERAL(out, "\"code\":");
	sync_put_string(out, sync_status_name(error->code), strlen(sync_status_name(error->code)));
	native_put(out, "message", error->message);
	if (*error->pointer)
		native_put(out, "path", error->pointer);
	if (!call || !call->thrown)
		return;
	SYNC_BUF_LITERAL(out, ",\"error\":{\"name\":");
	sync_put_string(out, call->thrown->name, strlen(call->thrown->name));
	SYNC_BUF_LITERAL(out, ",\"args\":");
	sync_buf_put(out, call->thrown_args.data, call->thrown_args.len);
	sync_buf_byte(out, '}');
}

bool native_is_temporary(sync_status code)
{
	return code == SYNC_OVERLOAD || code == SYNC_RATE || code == SYNC_NOMEM ||
	       code == SYNC_STALE;
}

sync_packet *native_error(const sync_error *error, const char *re, const char *doc, const char *id,
			  uint64_t retry_after)
{
	sync_packet *packet = native_begin("error", NULL);
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	sync_buf_byte(out, ',');
	native_put_error(out, error, NULL);
	if (doc && *doc)
		native_put(out, "doc", doc);
	if (*re)
		native_put(out, "re", re);
	if (id)
		native_put(out, "id", id);
	put_name(out, "temporary");
	sync_put_bool(out, native_is_temporary(error->code));
	if (retry_after)
		native_put_number(out, "retry_after", retry_after);
	return native_end(packet);
}

sync_packet *native_refused(const char *doc, const sync_error *error)
{
	sync_packet *packet = native_begin("joined", NULL);
	if (!packet)
		return NULL;
	native_put(&packet->bytes, "doc", doc);
	SYNC_BUF_LITERAL(&packet->bytes, ",\"error\":{");
	native_put_error(&packet->bytes, error, NULL);
	sync_buf_byte(&packet->bytes, '}');
	return native_end(packet);
}

sync_packet *native_gone(const sync_doc *doc, sync_status code)
{
	sync_packet *packet = native_begin("gone", doc);
	if (packet)
		native_put(&packet->bytes, "code", sync_status_name(code));
	return native_end(packet);
}

sync_packet *native_bye(sync_status code, uint64_t after)
{
	sync_packet *packet = native_begin("bye", NULL);
	if (packet) {
		native_put(&packet->bytes, "code", sync_status_name(code));
		native_put_number(&packet->bytes, "after", after);
	}
	return native_end(packet);
}

/* ,"tasks":[…]: those of an owner that run. */
static void put_tasks(sync_buf *out, const sync_doc *doc, const char *owner)
{
	bool first = true;
	for (const sync_task *task = doc->tasks.first; task; task = task->next) {
		if (task->state != SYNC_TASK_RUNNING || strcmp(task->owner, owner) != 0)
			continue;
		if (first)
			SYNC_BUF_LITERAL(out, ",\"tasks\":[");
		else
			sync_buf_byte(out, ',');
		first = false;
		sync_put_string(out, task->id, strlen(task->id));
	}
	if (!first)
		sync_buf_byte(out, ']');
}

sync_packet *native_task(const sync_task *task, const sync_buf *outcome)
{
	static const char *const states[] = { "running", "done", "failed", "cancelled" };
	sync_packet *packet = native_begin("task", task->call.doc);
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	native_put(out, "id", task->id);
	native_put(out, "state", states[task->state]);
	if (task->state == SYNC_TASK_RUNNING && task->progress.len) {
		put_name(out, "progress");
		sync_buf_put(out, task->progress.data, task->progress.len);
	}
	if (outcome->len && task->state != SYNC_TASK_CANCELLED) {
		put_name(out, task->state == SYNC_TASK_DONE ? "value" : "error");
		sync_buf_put(out, outcome->data, outcome->len);
	}
	return native_end(packet);
}

sync_packet *native_interrupted(const sync_doc *doc, const char *id)
{
	sync_packet *packet = native_begin("task", doc);
	if (!packet)
		return NULL;
	native_put(&packet->bytes, "id", id);
	SYNC_BUF_LITERAL(&packet->bytes,
			 ",\"state\":\"failed\",\"error\":{\"name\":\"interrupted\",\"args\":{}}");
	return native_end(packet);
}

sync_packet *native_joined(const sync_doc *doc, uint64_t last, const char *owner)
{
	sync_packet *packet = native_begin("joined", doc);
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, ",\"ok\":true");
	native_put_number(&packet->bytes, "last", last);
	put_tasks(&packet->bytes, doc, owner);
	return native_end(packet);
}

sync_packet *native_nack(const sync_doc *doc, uint64_t number, const char *text, size_t length)
{
	sync_packet *packet = native_begin("nack", doc);
	if (!packet)
		return NULL;
	native_put_number(&packet->bytes, "n", number);
	sync_buf_byte(&packet->bytes, ',');
	sync_buf_put(&packet->bytes, text, length);
	return native_end(packet);
}

sync_packet *native_event(sync_doc *doc, sync_event *event)
{
	if (event->packets[KIND])
		return event->packets[KIND];
	sync_packet *packet = native_begin("event", doc);
	if (!packet)
		return NULL;
	native_put(&packet->bytes, "name", event->info->name);
	put_name(&packet->bytes, "args");
	sync_buf_put(&packet->bytes, event->args.data, event->args.len);
	return event->packets[KIND] = native_end(packet);
}

sync_packet *native_here(const sync_doc *doc, sync_present *present)
{
	if (present->packet)
		return present->packet;
	sync_packet *packet = native_begin("here", doc);
	if (!packet)
		return NULL;
	native_put(&packet->bytes, "who", present->who);
	put_name(&packet->bytes, "state");
	if (present->here)
		sync_buf_put(&packet->bytes, present->json.data, present->json.len);
	else
		SYNC_BUF_LITERAL(&packet->bytes, "null");
	return present->packet = native_end(packet);
}

sync_packet *native_patch(const sync_doc *doc, bool whole, uint64_t from, uint64_t to,
			  const char *ops, size_t length)
{
	sync_packet *packet = native_begin("patch", doc);
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	put_name(out, "epoch");
	native_put_epoch(out, doc->epoch);
	if (whole)
		SYNC_BUF_LITERAL(out, ",\"from\":null");
	else
		native_put_number(out, "from", from);
	native_put_number(out, "rev", to);
	SYNC_BUF_LITERAL(out, ",\"ops\":[");
	sync_buf_put(out, ops, length);
	sync_buf_byte(out, ']');
	return packet;
}
