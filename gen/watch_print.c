#include "watch_print.h"

enum { INDENT = 2 };

/* ---- text of a server, which need not be harmless ---- */

/* One line of it: white space between tokens may hold line ends, strings cannot. */
static void put_line(sync_buf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sync_buf_byte(out, text[i] == '\n' || text[i] == '\r' ? ' ' : text[i]);
}

/* The same for a terminal: DEL and U+0080 to U+009F, which may command it, are spelled as escapes.
 * What is below is no JSON and does not get here. */
static void put_shown(sync_buf *out, const char *text, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		unsigned char next = i + 1 < length ? (unsigned char)text[i + 1] : 0;
		bool high = byte == 0xc2 && next < 0xa0;
		if (byte != 0x7f && !high) {
			put_line(out, text + i, 1);
			continue;
		}
		unsigned char code = high ? next : byte;
		SYNC_BUF_LITERAL(out, "\\u00");
		sync_buf_byte(out, digits[code >> 4]);
		sync_buf_byte(out, digits[code & 15]);
		i += high;
	}
}

/* ---- the document, laid out ---- */

static void new_line(sync_buf *out, unsigned depth)
{
	sync_buf_byte(out, '\n');
	for (unsigned i = 0; i < depth * INDENT; i++)
		sync_buf_byte(out, ' ');
}

/* The end of the string or of the run of plain bytes at `at`. */
static size_t token_end(const char *text, size_t length, size_t at)
{
	if (text[at] != '"')
		return at + 1;
	for (at++; at < length && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < length ? at + 1 : length;
}

/* Our own writer's JSON: without white space. */
static void put_laid_out(sync_buf *out, const char *text, size_t length)
{
	unsigned depth = 0;
	for (size_t i = 0; i < length;) {
		size_t end = token_end(text, length, i);
		char c = text[i];
		bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
		bool empty = opens && end < length && (text[end] == '}' || text[end] == ']');
		if (closes && depth)
			new_line(out, --depth);
		put_shown(out, text + i, end - i);
		if (empty)
			put_shown(out, text + end++, 1);
		else if (opens)
			new_line(out, ++depth);
		else if (c == ',')
			new_line(out, depth);
		else if (c == ':')
			sync_buf_byte(out, ' ');
		i = end;
	}
	sync_buf_byte(out, '\n');
}

/* ---- operations, one a line ---- */

struct slice {
	const char *at;
	size_t length;
};

struct operation_text {
	struct slice op, path, from, value;
};

static bool read_operation(sync_reader *reader, struct operation_text *op)
{
	bool first = true;
	sync_str key = NULL;
	int more = sync_read_object(reader) ? 0 : -1;
	memset(op, 0, sizeof *op);
	while (more >= 0 && (more = sync_read_entry(reader, &first, &key)) > 0) {
		struct slice raw;
		if (!sync_read_skip(reader, &raw.at, &raw.length))
			more = -1;
		else if (strcmp(key, "op") == 0)
			op->op = raw;
		else if (strcmp(key, "path") == 0)
			op->path = raw;
		else if (strcmp(key, "from") == 0)
			op->from = raw;
		else if (strcmp(key, "value") == 0)
			op->value = raw;
		sync_str_free(key);
		key = NULL;
	}
	return more == 0;
}

static void put_operation(sync_buf *out, const struct operation_text *op)
{
	SYNC_BUF_LITERAL(out, "  ");
	const struct slice *parts[] = { &op->op, &op->from, &op->path, &op->value };
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct slice part = *parts[i];
		bool text = part.length >= 2 && *part.at == '"' && i < 3;
		if (!part.length)
			continue;
		if (i)
			sync_buf_byte(out, ' ');
		if (text)
			put_shown(out, part.at + 1, part.length - 2);
		else
			put_shown(out, part.at, part.length);
	}
	sync_buf_byte(out, '\n');
}

static void put_operations(sync_buf *out, const char *ops, size_t length)
{
	sync_limits limits = { SIZE_MAX, sync_limits_default.depth, SIZE_MAX };
	sync_reader reader;
	struct operation_text op;
	bool first = true;
	if (!sync_reader_init(&reader, ops, length, &limits) || !sync_read_array(&reader))
		return;
	while (sync_read_element(&reader, &first) > 0 && read_operation(&reader, &op))
		put_operation(out, &op);
}

/* ---- what is printed ---- */

static void put_change_json(sync_buf *out, const sync_replica *replica,
			    const sync_replica_change *change)
{
	SYNC_BUF_LITERAL(out, "{\"rev\":");
	sync_put_u64(out, change->rev);
	if (change->ops) {
		SYNC_BUF_LITERAL(out, ",\"ops\":");
		put_line(out, change->ops, change->length);
	} else {
		SYNC_BUF_LITERAL(out, ",\"state\":");
		sync_replica_write(replica, out);
	}
	SYNC_BUF_LITERAL(out, "}\n");
}

void watch_print_change(sync_buf *out, bool json, const sync_replica *replica,
			const sync_replica_change *change)
{
	if (json) {
		put_change_json(out, replica, change);
		return;
	}
	SYNC_BUF_LITERAL(out, "revision ");
	sync_put_u64(out, change->rev);
	sync_buf_byte(out, '\n');
	if (change->ops) {
		put_operations(out, change->ops, change->length);
		return;
	}
	sync_buf text = { 0 };
	if (sync_replica_write(replica, &text) != SYNC_OK)
		out->status = text.status;
	put_laid_out(out, text.data, text.len);
	sync_buf_release(&text);
}

void watch_print_event(sync_buf *out, bool json, const char *name, const char *args, size_t length)
{
	if (json) {
		SYNC_BUF_LITERAL(out, "{\"event\":");
		sync_put_string(out, name, strlen(name));
		SYNC_BUF_LITERAL(out, ",\"args\":");
		put_line(out, length ? args : "null", length ? length : 4);
		SYNC_BUF_LITERAL(out, "}\n");
		return;
	}
	sync_buf quoted = { 0 };
	sync_put_string(&quoted, name, strlen(name));
	SYNC_BUF_LITERAL(out, "event ");
	put_shown(out, quoted.data, quoted.len);
	sync_buf_byte(out, ' ');
	put_shown(out, args, length);
	sync_buf_byte(out, '\n');
	sync_buf_release(&quoted);
}
