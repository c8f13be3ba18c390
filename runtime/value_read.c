/* json values: reading them. */
#include <float.h>
#include <string.h>

#include <syncgen/alloc.h>

#include "tree.h"

/* Spreads `length` bytes at `text` so that each NUL becomes C0 80; there is room for it. */
static size_t spread_nuls(char *text, size_t length)
{
	size_t nuls = 0, at = length;
	for (size_t i = 0; i < length; i++)
		nuls += text[i] == 0;
	for (size_t to = length + nuls; to > at;) {
		char byte = text[--at];
		text[--to] = byte ? byte : (char)0x80;
		if (!byte)
			text[--to] = (char)0xc0;
	}
	return length + nuls;
}

static bool refuse_nul(sync_reader *reader)
{
	return sync_read_fail(reader, SYNC_INVALID, "U+0000 in a json value");
}

/* Reads a string into a new block that ends with a NUL. The text as it stands bounds its length, so
 * it is scanned once to learn that, and once to be unescaped in place. */
static bool read_text(sync_reader *reader, char **text, bool nul)
{
	const char *start, *raw, *bytes;
	size_t elements = reader->elements_left, raw_length, length;
	char *block;
	sync_read_peek(reader);
	start = reader->at;
	if (!sync_read_skip(reader, &raw, &raw_length))
		return false;
	reader->at = start;
	reader->elements_left = elements;
	block = sync_alloc(raw_length + 1);
	if (!block)
		return sync_read_fail(reader, SYNC_NOMEM, "out of memory");
	if (!sync_read_slice(reader, &bytes, &length, block, raw_length)) {
		sync_free(block);
		return false;
	}
	if (bytes != block && length)
		memcpy(block, bytes, length);
	if (length && memchr(block, 0, length)) {
		if (!nul) {
			sync_free(block);
			return refuse_nul(reader);
		}
		length = spread_nuls(block, length);
	}
	block[length] = 0;
	*text = block;
	return true;
}

static bool read_node(sync_reader *reader, struct cJSON **node, unsigned depth, bool nul);

/* The name as a NUL-terminated string of the tree's. */
static bool copy_name(sync_reader *reader, sync_str name, char **text, bool nul)
{
	size_t length = sync_str_len(name);
	bool holds_nul = length && memchr(name, 0, length);
	char *block;
	if (holds_nul && !nul)
		return refuse_nul(reader);
	block = sync_alloc((holds_nul ? 2 * length : length) + 1);
	if (!block)
		return sync_read_fail(reader, SYNC_NOMEM, "out of memory");
	if (length)
		memcpy(block, name, length);
	if (holds_nul)
		length = spread_nuls(block, length);
	block[length] = 0;
	*text = block;
	return true;
}

static bool read_member(sync_reader *reader, struct cJSON *object, sync_str name, unsigned depth,
			bool nul)
{
	struct cJSON *child = NULL;
	char *text = NULL;
	if (!copy_name(reader, name, &text, nul))
		return false;
	if (!read_node(reader, &child, depth, nul)) {
		sync_free(text);
		return sync_read_in_n(reader, name, sync_str_len(name));
	}
	sync_tree_set_name(child, text);
	sync_tree_insert(object, NULL, child);
	return true;
}

static bool read_object(sync_reader *reader, struct cJSON *object, unsigned depth, bool nul)
{
	bool first = true, ok = true;
	const struct cJSON *twice;
	int more = 0;
	if (!sync_read_object(reader))
		return false;
	while (ok) {
		sync_str name = NULL;
		more = sync_read_entry(reader, &first, &name);
		if (more <= 0)
			break;
		ok = read_member(reader, object, name, depth, nul);
		sync_str_free(name);
	}
	if (!ok || more < 0)
		return false;
	if (sync_tree_find_twice(object, &twice) != SYNC_OK)
		return sync_read_fail(reader, SYNC_NOMEM, "out of memory");
	if (twice) {
		sync_read_fail(reader, SYNC_INVALID, "the member comes twice");
		return !nul && sync_read_in(reader, sync_tree_name(twice));
	}
	return true;
}

static bool read_array(sync_reader *reader, struct cJSON *array, unsigned depth, bool nul)
{
	bool first = true;
	size_t index = 0;
	int more;
	if (!sync_read_array(reader))
		return false;
	while ((more = sync_read_element(reader, &first)) > 0) {
		struct cJSON *child = NULL;
		if (!read_node(reader, &child, depth, nul))
			return sync_read_in_index(reader, index);
		sync_tree_insert(array, NULL, child);
		index++;
	}
	return more == 0;
}

static bool fill_scalar(sync_reader *reader, struct cJSON *node, bool nul)
{
	bool truth = false;
	double number = 0;
	char *text = NULL;
	switch (sync_tree_kind_of(node)) {
	case TREE_STRING:
		if (!read_text(reader, &text, nul))
			return false;
		sync_tree_set_text(node, text);
		return true;
	case TREE_BOOL:
		if (!sync_read_bool(reader, &truth))
			return false;
		sync_tree_set_bool(node, truth);
		return true;
	case TREE_NUMBER:
		if (!sync_read_f64(reader, &number, -DBL_MAX, DBL_MAX))
			return false;
		sync_tree_set_number(node, number);
		return true;
	default: /* null, or nothing that can start a value: skipping says what is wrong */
		return sync_read_null(reader) || sync_read_skip(reader, NULL, NULL);
	}
}

static enum tree_kind kind_ahead(sync_reader *reader)
{
	switch (sync_read_peek(reader)) {
	case '{':
		return TREE_OBJECT;
	case '[':
		return TREE_ARRAY;
	case '"':
		return TREE_STRING;
	case 't':
	case 'f':
		return TREE_BOOL;
	case 'n':
	case 0:
		return TREE_NULL;
	default:
		return TREE_NUMBER;
	}
}

static bool read_node(sync_reader *reader, struct cJSON **node, unsigned depth, bool nul)
{
	enum tree_kind kind = kind_ahead(reader);
	bool ok;
	if (depth >= TREE_DEPTH_MAX)
		return sync_read_fail(reader, SYNC_TOO_BIG, "nested too deeply");
	*node = sync_tree_new(kind);
	if (!*node)
		return sync_read_fail(reader, SYNC_NOMEM, "out of memory");
	if (kind == TREE_OBJECT)
		ok = read_object(reader, *node, depth + 1, nul);
	else if (kind == TREE_ARRAY)
		ok = read_array(reader, *node, depth + 1, nul);
	else
		ok = fill_scalar(reader, *node, nul);
	if (ok)
		return true;
	sync_json_free(*node);
	*node = NULL;
	return false;
}

bool sync_tree_read(sync_reader *reader, struct cJSON **node, bool nul)
{
	*node = NULL;
	return read_node(reader, node, 0, nul);
}

bool sync_read_json(sync_reader *reader, struct cJSON **value)
{
	struct cJSON *node;
	if (!sync_tree_read(reader, &node, false))
		return false;
	sync_json_free(*value);
	*value = node;
	if (sync_tree_kind_of(node) == TREE_NULL) {
		sync_json_free(node);
		*value = NULL;
	}
	return true;
}
