#include "wire_ws_sync.h"

#include <stdio.h>

#include <syncgen/alloc.h>

#include "operation.h"
#include "scan.h"

/* Frames cached on a document; with rights per viewer, those join the number. */
enum { KIND = 0 };

#define NAMED(name) name, sizeof(name) - 1
static const struct {
	const char *name;
	size_t length;
	ws_sync_kind kind;
} kinds[] = {
	{ NAMED("_ACTION"), WS_SYNC_ACTION },
	{ NAMED("_PATCH"), WS_SYNC_PATCH },
	{ NAMED("_SET"), WS_SYNC_SET },
	{ NAMED("_GET"), WS_SYNC_GET },
	{ NAMED("_TASK_START"), WS_SYNC_TASK_START },
	{ NAMED("_TASK_CANCEL"), WS_SYNC_TASK_CANCEL },
	{ NAMED("_USER_SESSION"), WS_SYNC_USER_SESSION },
	{ NAMED("_BIN_META"), WS_SYNC_BIN_META },
};

/* ---- reading ---- */

/* `type` and `data`, as a generated struct would describe them. */
static const sync_key envelope_key[] = { { "\"type\":", "type", 7, 4 },
					 { "\"data\":", "data", 7, 4 } };
static const uint16_t envelope_slot[] = { 0, 1, 2, 0 };
static const uint64_t envelope_required[] = { 1 };
static const sync_keys envelope = { envelope_key, envelope_slot, 3, 2, envelope_required, false };

static void classify(ws_sync_message *message)
{
	const char *colon = strchr(message->type, ':');
	size_t length = colon ? (size_t)(colon - message->type) : strlen(message->type);
	message->key = colon ? colon + 1 : NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].length == length && memcmp(kinds[i].name, message->type, length) == 0)
			message->kind = kinds[i].kind;
}

/* A NUL inside would end the name early, and make two names of one. */
static bool read_name(sync_reader *reader, char *name)
{
	const char *bytes;
	size_t length;
	bool ok = sync_read_slice(reader, &bytes, &length, name, WS_SYNC_TYPE_MAX);
	/* Only an escape can bring one. */
	if (ok && bytes == name && memchr(bytes, '\0', length))
		ok = sync_read_fail(reader, SYNC_INVALID, "U+0000 in a name");
	if (!ok) {
		name[0] = '\0';
		return false;
	}
	memmove(name, bytes, length);
	name[length] = '\0';
	return true;
}

static bool read_envelope(sync_reader *reader, ws_sync_message *message)
{
	uint64_t seen[1] = { 0 };
	int member = -1;
	if (!sync_read_object(reader))
		return false;
	while ((member = sync_read_member(reader, &envelope, member + 1, seen)) >= 0) {
		bool ok = member == 0 ? read_name(reader, message->type)
				      : sync_read_skip(reader, &message->data, &message->length);
		if (!ok)
			return sync_read_in(reader, envelope_key[member].name);
	}
	return member == SYNC_MEMBER_END && sync_read_end(reader);
}

void ws_sync_message_init(ws_sync_message *message, const char *type)
{
	message->kind = WS_SYNC_UNKNOWN;
	snprintf(message->type, sizeof message->type, "%s", type);
	message->data = "null";
	message->length = 4;
	classify(message);
}

bool ws_sync_parse(const char *text, size_t length, size_t limit, ws_sync_message *message,
		   sync_error *error)
{
	sync_limits limits = sync_limits_default;
	sync_reader reader;
	limits.bytes = limit;
	message->kind = WS_SYNC_UNKNOWN;
	message->type[0] = '\0';
	message->key = NULL;
	message->data = "null";
	message->length = 4;
	bool ok =
		sync_reader_init(&reader, text, length, &limits) && read_envelope(&reader, message);
	classify(message);
	if (!ok)
		*error = reader.error;
	return ok;
}

/* Copies the members but `type`: arguments are read by a function that knows only its own. */
static bool split_call(sync_reader *reader, char *name, sync_buf *args)
{
	bool first = true, named = false;
	size_t start = args->len;
	sync_str key = NULL;
	int more;
	if (!sync_read_object(reader))
		return false;
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		const char *raw;
		size_t length;
		bool is_name = !named && sync_str_len(key) == 4 && memcmp(key, "type", 4) == 0;
		bool ok = is_name ? read_name(reader, name) : sync_read_skip(reader, &raw, &length);
		if (ok && !is_name) {
			sync_buf_byte(args, ',');
			sync_put_str(args, key);
			sync_buf_byte(args, ':');
			sync_buf_put(args, raw, length);
		}
		named = named || is_name;
		sync_str_free(key);
		key = NULL;
		if (!ok)
			return is_name ? sync_read_in(reader, "type") : false;
	}
	if (more < 0 || !sync_read_end(reader))
		return false;
	if (!named)
		return sync_read_fail(reader, SYNC_INVALID,
				      "\"type\" is missing: the name of the call");
	sync_put_object_end(args, start);
	return args->status == SYNC_OK ||
	       sync_read_fail(reader, args->status, "%s", sync_status_text(args->status));
}

/* The common form, checked before: the name comes first, as we write it. What is behind it are the
 * arguments. */
static bool split_plain(const ws_sync_message *message, char *name, sync_buf *args)
{
	static const char head[] = "{\"type\":\"";
	enum { HEAD = sizeof head - 1 };
	const char *end = message->data + message->length;
	if (message->length < HEAD || memcmp(message->data, head, HEAD) != 0)
		return false;
	const char *begin = message->data + HEAD, *behind = scan_plain(begin, end);
	size_t length = (size_t)(behind - begin);
	if (length > WS_SYNC_TYPE_MAX || end - behind < 2 || behind[0] != '"' ||
	    (behind[1] != ',' && behind[1] != '}'))
		return false;
	memcpy(name, begin, length);
	name[length] = '\0';
	const char *rest = behind + 1 + (behind[1] == ',');
	sync_buf_byte(args, '{');
	sync_buf_put(args, rest, (size_t)(end - rest));
	return args->status == SYNC_OK;
}

bool ws_sync_parse_call(const ws_sync_message *message, char *name, sync_buf *args,
			sync_error *error)
{
	sync_limits limits = sync_limits_default;
	sync_reader reader;
	if (split_plain(message, name, args))
		return true;
	name[0] = '\0';
	limits.bytes = message->length; /* they were counted when they came */
	if (sync_reader_init(&reader, message->data, message->length, &limits) &&
	    split_call(&reader, name, args))
		return true;
	*error = reader.error;
	sync_error_in(error, "data", 4);
	return false;
}

/* ---- what operations are about ---- */

static uint64_t field_of(const sync_type *state, const struct pointer *path)
{
	int index = path->count ? sync_keys_find(state->keys, path->segments[0].bytes,
						 path->segments[0].length)
				: -1;
	return index < 0 ? WS_SYNC_ALL_FIELDS : (uint64_t)1 << index % WS_SYNC_FIELDS;
}

uint64_t ws_sync_fields(const sync_type *state, const char *ops, size_t length)
{
	static const sync_limits limits = { SIZE_MAX, SYNC_DEPTH_MAX, SIZE_MAX };
	struct operation_reader *reader = sync_alloc(sizeof *reader);
	struct operation *op = sync_alloc(sizeof *op);
	uint64_t fields = 0;
	int more = reader && op &&
				   sync_operation_start(reader, ops, length, &limits, true,
							SIZE_MAX - 1)
			   ? 0
			   : -1;
	if (more == 0)
		reader->extended = true;
	while (more >= 0 && (more = sync_operation_next(reader, op)) > 0) {
		fields |= field_of(state, &op->path);
		if (op->verb == OP_MOVE || op->verb == OP_COPY)
			fields |= field_of(state, &op->from);
	}
	sync_free(reader);
	sync_free(op);
	return more < 0 ? WS_SYNC_ALL_FIELDS : fields;
}

/* ---- writing ---- */

/* {"type":"NAME:KEY","data": */
static sync_packet *begin(const sync_doc *doc, const char *name)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	SYNC_BUF_LITERAL(out, "{\"type\":\"");
	sync_buf_put(out, name, strlen(name));
	sync_buf_byte(out, ':');
	sync_buf_put(out, doc->key_json.data, doc->key_json.len);
	SYNC_BUF_LITERAL(out, "\",\"data\":");
	return packet;
}

/* Into the document's cache, which then owns it. */
static sync_packet *keep(sync_doc *doc, sync_cached entry)
{
	if (!sync_packet_seal(entry.packet))
		return NULL;
	sync_doc_cache_put(doc, entry);
	sync_packet_drop(entry.packet);
	return entry.packet;
}

sync_packet *ws_sync_set(sync_doc *doc, uint64_t least, uint64_t *revision)
{
	sync_packet *packet = sync_doc_cached_whole(doc, KIND, revision);
	/* While writes are on their way, one that the history leads on from will do: else a
	 * document that is never quiet would never be sent. */
	bool quiet = doc->durable == doc->revision;
	if (packet && *revision >= least &&
	    (*revision >= doc->durable || (!quiet && sync_doc_leads_from(doc, *revision))))
		return packet;
	packet = begin(doc, "_SET");
	if (!packet)
		return NULL;
	size_t start = packet->bytes.len;
	sync_doc_write_seen(doc, SYNC_SEE_PUBLIC, &packet->bytes);
	if (packet->bytes.status == SYNC_OK)
		doc->state_bytes = packet->bytes.len - start;
	sync_buf_byte(&packet->bytes, '}');
	*revision = doc->revision;
	return keep(doc, (sync_cached){ KIND, true, 0, doc->revision, packet });
}

sync_packet *ws_sync_patch(sync_doc *doc, uint64_t from, uint64_t to, bool *lost)
{
	sync_delta delta;
	*lost = false;
	sync_packet *packet = sync_doc_cached(doc, KIND, from, to);
	if (packet)
		return packet;
	*lost = sync_doc_delta(doc, from, SYNC_SEE_PUBLIC, false, &delta) != SYNC_OK ||
		delta.to != to;
	packet = *lost ? NULL : begin(doc, "_PATCH");
	if (!packet)
		return NULL;
	size_t start = packet->bytes.len;
	sync_buf_byte(&packet->bytes, '[');
	sync_buf_put(&packet->bytes, delta.ops, delta.length);
	sync_buf_byte(&packet->bytes, ']');
	if (packet->bytes.status == SYNC_OK)
		packet->fields = ws_sync_fields(doc->model->state, packet->bytes.data + start,
						packet->bytes.len - start);
	sync_buf_byte(&packet->bytes, '}');
	return keep(doc, (sync_cached){ KIND, false, from, to, packet });
}

/* {"type":NAME,…parameters} */
static void put_event(sync_buf *out, const char *name, const char *members, size_t length)
{
	SYNC_BUF_LITERAL(out, "{\"type\":");
	sync_put_string(out, name, strlen(name));
	if (length)
		sync_buf_byte(out, ',');
	sync_buf_put(out, members, length);
	sync_buf_byte(out, '}');
}

/* Are there bytes that go in a frame of their own? */
static bool has_bytes(const sync_event_info *info)
{
	int index = info->params ? sync_keys_find(info->params->keys, "data", 4) : -1;
	return index >= 0 && info->params->fields[index].type->kind == SYNC_KIND_BYTES;
}

/* Takes `data` out of the arguments: the others into `members`, commas in front. False: it is
 * absent or null, or there is no memory. */
static bool take_bytes(const sync_buf *args, sync_buf *members, sync_bytes *bytes)
{
	sync_reader reader;
	sync_limits limits = { args->len, 64, SIZE_MAX };
	bool first = true, found = false, good = true;
	sync_str key = NULL;
	if (!sync_reader_init(&reader, args->data, args->len, &limits) ||
	    !sync_read_object(&reader))
		return false;
	while (good && sync_read_entry(&reader, &first, &key) > 0) {
		const char *raw;
		size_t length;
		bool data = strcmp(key, "data") == 0 && sync_read_peek(&reader) == '"';
		good = data ? sync_read_bytes(&reader, bytes, 0, UINT32_MAX)
			    : sync_read_skip(&reader, &raw, &length);
		if (good && !data) {
			sync_buf_byte(members, ',');
			sync_put_str(members, key);
			sync_buf_byte(members, ':');
			sync_buf_put(members, raw, length);
		}
		found = found || data;
		sync_str_free(key);
		key = NULL;
	}
	return good && found && members->status == SYNC_OK;
}

static sync_packet *bytes_packet(const sync_bytes *bytes)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	packet->binary = true;
	sync_buf_put(&packet->bytes, bytes->data, bytes->len);
	return sync_packet_seal(packet);
}

/* {"type":"_BIN_META","data":{"type":"_ACTION:KEY","metadata":{…}}}, then the bytes. */
static sync_packet *bin_event(const sync_doc *doc, const sync_event *event)
{
	sync_buf members = { 0 };
	sync_bytes bytes = { 0 };
	sync_packet *packet = NULL;
	if (take_bytes(&event->args, &members, &bytes) && (packet = sync_packet_new())) {
		sync_buf *out = &packet->bytes;
		SYNC_BUF_LITERAL(out, "{\"type\":\"_BIN_META\",\"data\":{\"type\":\"_ACTION:");
		sync_buf_put(out, doc->key_json.data, doc->key_json.len);
		SYNC_BUF_LITERAL(out, "\",\"metadata\":");
		put_event(out, event->info->name, members.len ? members.data + 1 : "",
			  members.len ? members.len - 1 : 0);
		SYNC_BUF_LITERAL(out, "}}");
		packet = sync_packet_seal(packet);
	}
	if (packet && !(packet->next = bytes_packet(&bytes))) {
		sync_packet_drop(packet);
		packet = NULL;
	}
	sync_bytes_free(&bytes);
	sync_buf_release(&members);
	return packet;
}

sync_packet *ws_sync_event(sync_doc *doc, sync_event *event)
{
	if (event->packets[KIND])
		return event->packets[KIND];
	if (has_bytes(event->info))
		event->packets[KIND] = bin_event(doc, event);
	if (event->packets[KIND])
		return event->packets[KIND];
	sync_packet *packet = begin(doc, "_ACTION");
	if (!packet)
		return NULL;
	put_event(&packet->bytes, event->info->name, event->args.data + 1, event->args.len - 2);
	sync_buf_byte(&packet->bytes, '}');
	return event->packets[KIND] = sync_packet_seal(packet);
}

static void put_member(sync_buf *out, const char *name, const char *value)
{
	sync_buf_byte(out, ',');
	sync_put_string(out, name, strlen(name));
	sync_buf_byte(out, ':');
	sync_put_string(out, value, strlen(value));
}

sync_packet *ws_sync_failure(const sync_task *task)
{
	char re[sizeof "_TASK_START:" + WS_SYNC_TYPE_MAX];
	snprintf(re, sizeof re, "_TASK_START:%s", task->call.doc->key);
	if (!task->ended_by)
		return ws_sync_error(&task->call.error, re, &task->call);
	sync_error error;
	sync_error_set(&error, SYNC_INTERNAL, "%s", task->ended_by);
	return ws_sync_error(&error, re, NULL);
}

sync_packet *ws_sync_error(const sync_error *error, const char *re, const sync_call *call)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	SYNC_BUF_LITERAL(out, "{\"type\":\"_ERROR\",\"data\":");
	size_t start = out->len;
	put_member(out, "code", sync_status_name(error->code));
	put_member(out, "message", error->message);
	if (*re)
		put_member(out, "re", re);
	if (*error->pointer)
		put_member(out, "path", error->pointer);
	if (call && call->thrown) {
		SYNC_BUF_LITERAL(out, ",\"error\":{\"name\":");
		sync_put_string(out, call->thrown->name, strlen(call->thrown->name));
		SYNC_BUF_LITERAL(out, ",\"args\":");
		sync_buf_put(out, call->thrown_args.data, call->thrown_args.len);
		sync_buf_byte(out, '}');
	}
	sync_put_object_end(out, start);
	sync_buf_byte(out, '}');
	return sync_packet_seal(packet);
}

sync_packet *ws_sync_request(void)
{
	sync_packet *packet = sync_packet_new();
	if (packet)
		SYNC_BUF_LITERAL(&packet->bytes, "{\"type\":\"_REQUEST_USER_SESSION\"}");
	return sync_packet_seal(packet);
}

sync_packet *ws_sync_disconnect(const char *message)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, "{\"type\":\"_DISCONNECT\",\"data\":");
	sync_put_string(&packet->bytes, message, strlen(message));
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}

sync_packet *ws_sync_toast(sync_toast kind, const char *message)
{
	static const char *const kinds_of[SYNC_TOAST_COUNT] = {
#define X(name, wire) [SYNC_TOAST_##name] = wire,
		SYNC_TOAST_TABLE(X)
#undef X
	};
	const char *name = kinds_of[(unsigned)kind < SYNC_TOAST_COUNT ? kind : SYNC_TOAST_DEFAULT];
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, "{\"type\":\"_TOAST\",\"data\":");
	size_t start = packet->bytes.len;
	put_member(&packet->bytes, "type", name);
	put_member(&packet->bytes, "message", message);
	sync_put_object_end(&packet->bytes, start);
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}

sync_packet *ws_sync_download(const char *filename, const void *data, size_t length)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, "{\"type\":\"_DOWNLOAD\",\"data\":");
	size_t start = packet->bytes.len;
	put_member(&packet->bytes, "filename", filename);
	SYNC_BUF_LITERAL(&packet->bytes, ",\"data\":");
	sync_put_base64(&packet->bytes, data, length);
	sync_put_object_end(&packet->bytes, start);
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}
