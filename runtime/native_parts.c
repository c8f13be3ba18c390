/*
 * A patch that is too long for a frame, as several: each has operations of its own, and they lead
 * one behind the other to where the one would. An operation whose value is too long becomes one
 * with the beginning of the value, and others that add what is missing. A text alone cannot be
 * divided: then a part is longer.
 */
#include "session_native.h"

#include <stdio.h>

enum { TAIL = 96 /* bytes behind the operations of a part: its number, `done` */ };

struct split {
	const char *head; /* a patch up to the bracket of its operations */
	size_t head_length, limit;
	sync_packet *first, *last;
	unsigned count;
	bool empty; /* the last part has no operation */
	bool failed;
	sync_buf path; /* of the value that is being divided: the inside of a JSON string */
};

static const sync_limits trusted = { SIZE_MAX / 4, 256, SIZE_MAX / 4 };

static void open_part(struct split *split)
{
	sync_packet *packet = sync_packet_new();
	if (!packet) {
		split->failed = true;
		return;
	}
	sync_buf_put(&packet->bytes, split->head, split->head_length);
	*(split->last ? &split->last->next : &split->first) = packet;
	split->last = packet;
	split->count++;
	split->empty = true;
}

/* How much more fits into the last part. */
static size_t room(const struct split *split)
{
	size_t used = sync_packet_length(split->last) + TAIL;
	return used < split->limit ? split->limit - used : 0;
}

/* The buffer for an operation of so many bytes, or at least its beginning, in a part of its own if
 * need be. */
static sync_buf *begin_op(struct split *split, size_t length)
{
	if (!split->empty && room(split) < length)
		open_part(split);
	sync_buf *out = &split->last->bytes;
	if (!split->empty)
		sync_buf_byte(out, ',');
	split->empty = false;
	return out;
}

static void put_head(struct split *split, sync_buf *out, const char *op)
{
	SYNC_BUF_LITERAL(out, "{\"op\":\"");
	sync_buf_put(out, op, strlen(op));
	SYNC_BUF_LITERAL(out, "\",\"path\":\"");
	sync_buf_put(out, split->path.data, split->path.len);
	SYNC_BUF_LITERAL(out, "\",\"value\":");
}

static size_t head_size(const struct split *split)
{
	return sizeof "{\"op\":\"replace\",\"path\":\"\",\"value\":}," + split->path.len;
}

/* ---- values ---- */

static void put_key(sync_buf *path, sync_str key)
{
	sync_buf pointer = { 0 }, json = { 0 };
	for (size_t i = 0; i < sync_str_len(key); i++) {
		if (key[i] == '~' || key[i] == '/') {
			sync_buf_byte(&pointer, '~');
			sync_buf_byte(&pointer, key[i] == '~' ? '0' : '1');
		} else {
			sync_buf_byte(&pointer, key[i]);
		}
	}
	sync_put_string(&json, pointer.len ? pointer.data : "", pointer.len);
	sync_buf_byte(path, '/');
	if (pointer.status != SYNC_OK || json.status != SYNC_OK)
		path->status = SYNC_NOMEM;
	else
		sync_buf_put(path, json.data + 1, json.len - 2);
	sync_buf_release(&pointer);
	sync_buf_release(&json);
}

/* The members of an object, or the elements of an array, one by one. */
struct members {
	sync_reader reader;
	bool object, first;
	bool more;    /* this is one: */
	sync_str key; /* of an object */
	uint64_t index;
	const char *raw;
	size_t length;
};

static void advance(struct members *m)
{
	m->index += !m->first;
	sync_str_free(m->key);
	m->key = NULL;
	int more = m->object ? sync_read_entry(&m->reader, &m->first, &m->key)
			     : sync_read_element(&m->reader, &m->first);
	m->more = more > 0 && sync_read_skip(&m->reader, &m->raw, &m->length);
}

static void start(struct members *m, const char *raw, size_t length)
{
	*m = (struct members){ .object = *raw == '{', .first = true };
	sync_reader_init(&m->reader, raw, length, &trusted);
	if (m->object ? sync_read_object(&m->reader) : sync_read_array(&m->reader))
		advance(m);
	m->index = 0;
}

/* An operation that puts the beginning of the value: as many members as fit into a part. */
static void put_beginning(struct split *split, struct members *m, const char *op)
{
	sync_buf *out = begin_op(split, SIZE_MAX);
	put_head(split, out, op);
	sync_buf_byte(out, m->object ? '{' : '[');
	for (bool comma = false; m->more; comma = true, advance(m)) {
		size_t key = m->key ? sync_str_len(m->key) * 6 + 3 : 0;
		if (room(split) < key + m->length + 3)
			break;
		if (comma)
			sync_buf_byte(out, ',');
		if (m->object) {
			sync_put_str(out, m->key);
			sync_buf_byte(out, ':');
		}
		sync_buf_put(out, m->raw, m->length);
	}
	sync_buf_byte(out, m->object ? '}' : ']');
	sync_buf_byte(out, '}');
}

static void put_value(struct split *split, const char *op, const char *raw, size_t length);

/* What did not fit, each member with an operation of its own. */
static void put_rest(struct split *split, struct members *m)
{
	size_t before = split->path.len;
	for (; m->more && !split->failed; advance(m)) {
		if (m->object) {
			put_key(&split->path, m->key);
		} else {
			sync_buf_byte(&split->path, '/');
			sync_put_u64(&split->path, m->index);
		}
		put_value(split, "add", m->raw, m->length);
		split->path.len = before;
	}
}

static void divide(struct split *split, const char *op, const char *raw, size_t length)
{
	struct members members;
	start(&members, raw, length);
	put_beginning(split, &members, op);
	put_rest(split, &members);
	sync_str_free(members.key);
	split->failed |= members.reader.error.code != SYNC_OK;
}

/* Puts the value at split->path. */
static void put_value(struct split *split, const char *op, const char *raw, size_t length)
{
	size_t size = head_size(split) + length;
	bool fits = size + split->head_length + TAIL <= split->limit;
	if (!fits && (*raw == '{' || *raw == '[')) {
		divide(split, op, raw, length);
		return;
	}
	sync_buf *out = begin_op(split, size);
	put_head(split, out, op);
	sync_buf_put(out, raw, length);
	sync_buf_byte(out, '}');
}

/* ---- operations ---- */

/* An operation that adds or replaces and is too long. False: it is another one. */
static bool divide_op(struct split *split, const char *raw, size_t length)
{
	static const char *const ops[] = { "add", "replace" };
	for (size_t i = 0; i < 2; i++) {
		char head[64];
		size_t size =
			(size_t)snprintf(head, sizeof head, "{\"op\":\"%s\",\"path\":\"", ops[i]);
		static const char middle[] = "\",\"value\":";
		if (length < size || memcmp(raw, head, size) != 0)
			continue;
		size_t path = size;
		while (path < length && raw[path] != '"')
			path += raw[path] == '\\' ? 2 : 1;
		size_t value = path + sizeof middle - 1;
		if (value + 1 >= length || memcmp(raw + path, middle, sizeof middle - 1) != 0 ||
		    raw[path - 1] == '-') /* who knows where that will be */
			return false;
		sync_buf_clear(&split->path);
		sync_buf_put(&split->path, raw + size, path - size);
		put_value(split, ops[i], raw + value, length - value - 1);
		return true;
	}
	return false;
}

static void put_op(struct split *split, const char *raw, size_t length)
{
	if (split->head_length + length + TAIL > split->limit && divide_op(split, raw, length))
		return;
	sync_buf_put(begin_op(split, length), raw, length);
}

static void put_ops(struct split *split, const char *ops, size_t length)
{
	sync_reader reader;
	bool first = true;
	int more = -1;
	sync_reader_init(&reader, ops, length, &trusted);
	if (sync_read_array(&reader)) {
		while (!split->failed && (more = sync_read_element(&reader, &first)) > 0) {
			const char *raw;
			size_t size;
			if (!sync_read_skip(&reader, &raw, &size))
				break;
			put_op(split, raw, size);
		}
	}
	split->failed |= more != 0;
}

/* Numbers the parts and closes them. */
static void close_parts(struct split *split)
{
	unsigned number = 0;
	for (sync_packet *part = split->first; part; part = part->next) {
		sync_buf_byte(&part->bytes, ']');
		native_put_number(&part->bytes, "part", ++number);
		native_put_number(&part->bytes, "of", split->count);
		sync_buf_byte(&part->bytes, '}');
		split->failed |= part->bytes.status != SYNC_OK;
	}
}

sync_packet *native_split(sync_packet *patch, size_t head, size_t limit)
{
	struct split split = { .head = sync_packet_data(patch),
			       .head_length = head,
			       .limit = limit };
	open_part(&split);
	if (!split.failed)
		put_ops(&split, split.head + head - 1, sync_packet_length(patch) - head + 1);
	if (!split.failed)
		close_parts(&split);
	sync_buf_release(&split.path);
	sync_packet_drop(patch);
	if (!split.failed)
		return split.first;
	sync_packet_drop(split.first);
	return NULL;
}
