/* json values: cJSON nodes, made, read, printed, compared and freed by us. */
#include <cjson/cJSON.h>
#include <float.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>

#include "tree.h"

enum { KIND_MASK = 0xff };

/* Objects with more members than this are sorted to compare names, smaller ones are just tried. */
enum { SMALL_OBJECT = 12, SAME_DEPTH = 256 };

enum tree_kind sync_tree_kind_of(const cJSON *node)
{
	switch (node ? node->type & KIND_MASK : cJSON_NULL) {
	case cJSON_False:
	case cJSON_True:
		return TREE_BOOL;
	case cJSON_Number:
		return TREE_NUMBER;
	case cJSON_String:
		return TREE_STRING;
	case cJSON_Array:
		return TREE_ARRAY;
	case cJSON_Object:
		return TREE_OBJECT;
	default:
		return TREE_NULL;
	}
}

static bool truth_of(const cJSON *node)
{
	return (node->type & KIND_MASK) == cJSON_True;
}

cJSON *sync_tree_first(const cJSON *node)
{
	enum tree_kind kind = sync_tree_kind_of(node);
	return kind == TREE_ARRAY || kind == TREE_OBJECT ? node->child : NULL;
}

cJSON *sync_tree_next(const cJSON *node)
{
	return node->next;
}

const char *sync_tree_name(const cJSON *node)
{
	return node->string ? node->string : "";
}

/* ---- nodes -------------------------------------------------------------------------------- */

cJSON *sync_tree_new(enum tree_kind kind)
{
	static const int types[] = { [TREE_NULL] = cJSON_NULL,	   [TREE_BOOL] = cJSON_False,
				     [TREE_NUMBER] = cJSON_Number, [TREE_STRING] = cJSON_String,
				     [TREE_ARRAY] = cJSON_Array,   [TREE_OBJECT] = cJSON_Object };
	cJSON *node = sync_calloc(1, sizeof(*node));
	if (node)
		node->type = types[kind];
	return node;
}

void sync_tree_set_bool(cJSON *node, bool value)
{
	node->type = value ? cJSON_True : cJSON_False;
}

void sync_tree_set_text(cJSON *node, char *text)
{
	node->valuestring = text;
}

void sync_tree_set_number(cJSON *node, double value)
{
	node->valuedouble = value;
	if (value >= INT_MAX)
		node->valueint = INT_MAX;
	else if (value <= (double)INT_MIN)
		node->valueint = INT_MIN;
	else
		node->valueint = (int)value;
}

/* cJSON keeps the tail in the first child's `prev`. */
void sync_tree_insert(cJSON *parent, cJSON *before, cJSON *node)
{
	cJSON *first = parent->child;
	node->next = before;
	if (!first) {
		node->prev = node;
		parent->child = node;
	} else if (!before) {
		node->prev = first->prev;
		first->prev->next = node;
		first->prev = node;
	} else {
		node->prev = before->prev;
		if (before == first)
			parent->child = node;
		else
			before->prev->next = node;
		before->prev = node;
	}
}

void sync_tree_detach(cJSON *parent, cJSON *node)
{
	cJSON *first = parent->child;
	if (node == first) {
		parent->child = node->next;
		if (node->next)
			node->next->prev = node->prev;
	} else {
		node->prev->next = node->next;
		if (node->next)
			node->next->prev = node->prev;
		else
			first->prev = node->prev;
	}
	node->next = node->prev = NULL;
}

void sync_tree_swap(cJSON *parent, cJSON *old, cJSON *node)
{
	cJSON *before = old->next;
	sync_tree_detach(parent, old);
	sync_tree_insert(parent, before, node);
}

static char *text_new(const char *bytes, size_t length)
{
	char *text = sync_alloc(length + 1);
	if (!text)
		return NULL;
	if (length)
		memcpy(text, bytes, length);
	text[length] = 0;
	return text;
}

void sync_tree_set_name(cJSON *node, char *name)
{
	if (!(node->type & cJSON_StringIsConst))
		sync_free(node->string);
	node->type &= ~cJSON_StringIsConst;
	node->string = name;
}

sync_status sync_tree_rename(cJSON *node, const char *name, size_t length)
{
	char *text = text_new(name, length);
	if (!text)
		return SYNC_NOMEM;
	sync_tree_set_name(node, text);
	return SYNC_OK;
}

/* Not recursive: a tree the program built may be as deep as it likes. The children are spliced into
 * the list being freed. */
void sync_json_free(cJSON *value)
{
	while (value) {
		cJSON *next = value->next;
		if (!(value->type & cJSON_IsReference)) {
			if (value->child) {
				value->child->prev->next = next;
				next = value->child;
			}
			sync_free(value->valuestring);
		}
		if (!(value->type & cJSON_StringIsConst))
			sync_free(value->string);
		sync_free(value);
		value = next;
	}
}

/* ---- names of an object ------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const cJSON *const *left = a, *const *right = b;
	return strcmp(sync_tree_name(*left), sync_tree_name(*right));
}

static size_t child_count(const cJSON *node)
{
	size_t count = 0;
	for (const cJSON *child = sync_tree_first(node); child; child = child->next)
		count++;
	return count;
}

/* The children sorted by name, to be freed with sync_free; NULL: no memory. */
static const cJSON **sorted_children(const cJSON *object, size_t count)
{
	const cJSON **sorted = sync_alloc(count * sizeof(cJSON *) + 1);
	size_t i = 0;
	if (!sorted)
		return NULL;
	for (const cJSON *child = sync_tree_first(object); child && i < count; child = child->next)
		sorted[i++] = child;
	qsort(sorted, i, sizeof(cJSON *), by_name);
	return sorted;
}

/* Never quadratic: the names are an attacker's. */
sync_status sync_tree_find_twice(const cJSON *object, const cJSON **twice)
{
	size_t count = child_count(object);
	const cJSON **sorted;
	*twice = NULL;
	if (count <= SMALL_OBJECT) {
		for (const cJSON *a = object->child; a && !*twice; a = a->next)
			for (const cJSON *b = object->child; b != a && !*twice; b = b->next)
				if (strcmp(sync_tree_name(a), sync_tree_name(b)) == 0)
					*twice = a;
		return SYNC_OK;
	}
	sorted = sorted_children(object, count);
	if (!sorted)
		return SYNC_NOMEM;
	for (size_t i = 1; i < count && !*twice; i++)
		if (strcmp(sync_tree_name(sorted[i - 1]), sync_tree_name(sorted[i])) == 0)
			*twice = sorted[i];
	sync_free(sorted);
	return SYNC_OK;
}

/* ---- printing ----------------------------------------------------------------------------- */

static void put_node(sync_buf *buf, const cJSON *node, unsigned depth)
{
	enum tree_kind kind = sync_tree_kind_of(node);
	const char *text;
	if (depth >= TREE_DEPTH_MAX && buf->status == SYNC_OK)
		buf->status = SYNC_TOO_BIG;
	if (buf->status != SYNC_OK)
		return;
	switch (kind) {
	case TREE_NULL:
		SYNC_BUF_LITERAL(buf, "null");
		return;
	case TREE_BOOL:
		sync_put_bool(buf, truth_of(node));
		return;
	case TREE_NUMBER:
		sync_put_f64(buf, node->valuedouble);
		return;
	case TREE_STRING:
		text = node->valuestring ? node->valuestring : "";
		sync_put_string(buf, text, strlen(text));
		return;
	case TREE_ARRAY:
	case TREE_OBJECT:
		break;
	}
	sync_buf_byte(buf, kind == TREE_ARRAY ? '[' : '{');
	for (const cJSON *child = node->child; child; child = child->next) {
		if (child != node->child)
			sync_buf_byte(buf, ',');
		if (kind == TREE_OBJECT) {
			sync_put_string(buf, sync_tree_name(child), strlen(sync_tree_name(child)));
			sync_buf_byte(buf, ':');
		}
		put_node(buf, child, depth + 1);
	}
	sync_buf_byte(buf, kind == TREE_ARRAY ? ']' : '}');
}

void sync_put_json(sync_buf *buf, const cJSON *value)
{
	put_node(buf, value, 0);
}

/* ---- copying ------------------------------------------------------------------------------ */

static sync_status copy_text(char **to, const char *from)
{
	size_t length = from ? strlen(from) : 0;
	if (!sync_utf8_check(from, length, NULL))
		return SYNC_INVALID;
	*to = text_new(from, length);
	return *to ? SYNC_OK : SYNC_NOMEM;
}

static sync_status copy_node(cJSON **to, const cJSON *from, unsigned depth);

static sync_status copy_children(cJSON *to, const cJSON *from, unsigned depth)
{
	bool object = sync_tree_kind_of(from) == TREE_OBJECT;
	const cJSON *twice = NULL;
	sync_status status = SYNC_OK;
	for (const cJSON *at = from->child; at && status == SYNC_OK; at = at->next) {
		cJSON *child;
		status = copy_node(&child, at, depth);
		if (status != SYNC_OK)
			break;
		sync_tree_insert(to, NULL, child);
		if (object)
			status = copy_text(&child->string, at->string);
	}
	if (status == SYNC_OK && object)
		status = sync_tree_find_twice(to, &twice);
	return status != SYNC_OK ? status : twice ? SYNC_INVALID : SYNC_OK;
}

static sync_status copy_content(cJSON *to, const cJSON *from, unsigned depth)
{
	switch (sync_tree_kind_of(from)) {
	case TREE_NUMBER:
		if (!(from->valuedouble >= -DBL_MAX && from->valuedouble <= DBL_MAX))
			return SYNC_INVALID;
		sync_tree_set_number(to, from->valuedouble);
		return SYNC_OK;
	case TREE_STRING:
		return copy_text(&to->valuestring, from->valuestring);
	case TREE_ARRAY:
	case TREE_OBJECT:
		return copy_children(to, from, depth);
	case TREE_NULL:
		/* cJSON_Raw and cJSON_Invalid stand for nothing we could print */
		return from && (from->type & KIND_MASK) != cJSON_NULL ? SYNC_INVALID : SYNC_OK;
	case TREE_BOOL:
		sync_tree_set_bool(to, truth_of(from));
		return SYNC_OK;
	}
	return SYNC_OK;
}

static sync_status copy_node(cJSON **to, const cJSON *from, unsigned depth)
{
	sync_status status;
	*to = NULL;
	if (depth >= TREE_DEPTH_MAX)
		return SYNC_TOO_BIG;
	*to = sync_tree_new(sync_tree_kind_of(from));
	if (!*to)
		return SYNC_NOMEM;
	status = copy_content(*to, from, depth + 1);
	if (status != SYNC_OK) {
		sync_json_free(*to);
		*to = NULL;
	}
	return status;
}

sync_status sync_tree_copy(cJSON **to, const cJSON *from)
{
	return copy_node(to, from, 0);
}

sync_status sync_json_copy(cJSON **to, const cJSON *from)
{
	*to = NULL;
	return from && (from->type & KIND_MASK) != cJSON_NULL ? sync_tree_copy(to, from) : SYNC_OK;
}

static size_t measure(const cJSON *node, unsigned depth, unsigned *deepest)
{
	size_t bytes = sizeof(*node);
	if (depth > *deepest)
		*deepest = depth;
	if (!node || depth >= TREE_DEPTH_MAX)
		return bytes;
	bytes += (node->string ? strlen(node->string) : 0) +
		 (node->valuestring ? strlen(node->valuestring) : 0);
	for (const cJSON *child = sync_tree_first(node); child; child = child->next)
		bytes += measure(child, depth + 1, deepest);
	return bytes;
}

size_t sync_tree_measure(const cJSON *node, unsigned *depth)
{
	*depth = 0;
	return measure(node, 0, depth);
}

/* ---- comparing ---------------------------------------------------------------------------- */

static sync_status compare(const cJSON *a, const cJSON *b, unsigned depth, bool *equal);

/* Do two objects of as many members have the same names in the same order? Mostly they do. */
static bool same_names(const cJSON *a, const cJSON *b)
{
	const cJSON *left = a->child, *right = b->child;
	for (; left && right; left = left->next, right = right->next)
		if (strcmp(sync_tree_name(left), sync_tree_name(right)) != 0)
			return false;
	return true;
}

static sync_status compare_sorted(const cJSON *a, const cJSON *b, size_t count, unsigned depth,
				  bool *equal)
{
	const cJSON **left = sorted_children(a, count), **right = sorted_children(b, count);
	sync_status status = left && right ? SYNC_OK : SYNC_NOMEM;
	for (size_t i = 0; i < count && status == SYNC_OK && *equal; i++) {
		*equal = strcmp(sync_tree_name(left[i]), sync_tree_name(right[i])) == 0;
		if (*equal)
			status = compare(left[i], right[i], depth, equal);
	}
	sync_free(left);
	sync_free(right);
	return status;
}

/* Both at once: what is short costs little, however long the other is. */
static bool same_count(const cJSON *a, const cJSON *b, size_t *count)
{
	const cJSON *left = a->child, *right = b->child;
	for (; left && right; left = left->next, right = right->next)
		++*count;
	return !left && !right;
}

static sync_status compare_children(const cJSON *a, const cJSON *b, unsigned depth, bool *equal)
{
	const cJSON *left = a->child, *right = b->child;
	sync_status status = SYNC_OK;
	size_t count = 0;
	*equal = same_count(a, b, &count);
	if (!*equal)
		return SYNC_OK;
	if (sync_tree_kind_of(a) == TREE_OBJECT && !same_names(a, b))
		return compare_sorted(a, b, count, depth, equal);
	for (; left && *equal && status == SYNC_OK; left = left->next, right = right->next)
		status = compare(left, right, depth, equal);
	return status;
}

static sync_status compare(const cJSON *a, const cJSON *b, unsigned depth, bool *equal)
{
	enum tree_kind kind = sync_tree_kind_of(a);
	*equal = kind == sync_tree_kind_of(b);
	if (!*equal)
		return SYNC_OK;
	if (depth >= TREE_DEPTH_MAX)
		return SYNC_TOO_BIG;
	switch (kind) {
	case TREE_BOOL:
		*equal = truth_of(a) == truth_of(b);
		return SYNC_OK;
	case TREE_NUMBER:
		*equal = a->valuedouble >= b->valuedouble && a->valuedouble <= b->valuedouble;
		return SYNC_OK;
	case TREE_STRING:
		*equal = strcmp(a->valuestring ? a->valuestring : "",
				b->valuestring ? b->valuestring : "") == 0;
		return SYNC_OK;
	case TREE_ARRAY:
	case TREE_OBJECT:
		return compare_children(a, b, depth + 1, equal);
	case TREE_NULL:
		break;
	}
	return SYNC_OK;
}

sync_status sync_tree_compare(const cJSON *a, const cJSON *b, bool *equal)
{
	sync_status status = compare(a, b, 0, equal);
	if (status != SYNC_OK)
		*equal = false;
	return status;
}

bool sync_json_equal(const cJSON *a, const cJSON *b)
{
	bool equal;
	sync_tree_compare(a, b, &equal);
	return equal;
}

bool sync_json_same(const char *a, size_t a_length, const char *b, size_t b_length)
{
	static const sync_limits limits = { SIZE_MAX, SAME_DEPTH, SIZE_MAX };
	cJSON *left = NULL, *right = NULL;
	sync_reader reader;
	if (a_length == b_length && memcmp(a, b, a_length) == 0)
		return true;
	bool same = sync_reader_init(&reader, a, a_length, &limits) &&
		    sync_read_json(&reader, &left) &&
		    sync_reader_init(&reader, b, b_length, &limits) &&
		    sync_read_json(&reader, &right) && sync_json_equal(left, right);
	sync_json_free(left);
	sync_json_free(right);
	return same;
}
