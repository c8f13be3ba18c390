#include "patch_same.h"

#include <syncgen/value.h>

#include "operation.h"

static bool same_value(const struct operation *a, const struct operation *b)
{
	struct cJSON *left = NULL, *right = NULL;
	sync_reader reader;
	if (!a->value || !b->value)
		return a->value == b->value;
	if (a->value_length == b->value_length && memcmp(a->value, b->value, a->value_length) == 0)
		return true;
	bool same = sync_reader_init(&reader, a->value, a->value_length, NULL) &&
		    sync_read_json(&reader, &left) &&
		    sync_reader_init(&reader, b->value, b->value_length, NULL) &&
		    sync_read_json(&reader, &right) && sync_json_equal(left, right);
	sync_json_free(left);
	sync_json_free(right);
	return same;
}

static bool same_segment(const struct segment *sent, const struct segment *made)
{
	size_t index;
	return sync_segment_is(sent, made->bytes, made->length) ||
	       (sync_segment_is(sent, "-", 1) && sync_segment_index(made, &index));
}

static bool same_path(const struct pointer *sent, const struct pointer *made)
{
	if (sent->count != made->count)
		return false;
	for (size_t i = 0; i < sent->count; i++)
		if (!same_segment(&sent->segments[i], &made->segments[i]))
			return false;
	return true;
}

static bool same_operation(const struct operation *sent, const struct operation *made)
{
	return sent->verb == made->verb && same_path(&sent->path, &made->path) &&
	       same_path(&sent->from, &made->from) && same_value(sent, made);
}

/* The next operation that changes something; as sync_operation_next. */
static int next_change(struct operation_reader *ops, struct operation *op)
{
	int more;
	do
		more = sync_operation_next(ops, op);
	while (more > 0 && op->verb == OP_TEST);
	return more;
}

bool sync_patch_same(const char *sent, size_t sent_length, const char *made, size_t made_length)
{
	if (sent_length == made_length && memcmp(sent, made, made_length) == 0)
		return true;
	struct operation_reader a, b;
	struct operation left, right;
	if (!sync_operation_start(&a, sent, sent_length, NULL, true, OPERATIONS_MAX) ||
	    !sync_operation_start(&b, made, made_length, NULL, false, OPERATIONS_MAX))
		return false;
	for (;;) {
		int more = next_change(&a, &left);
		if (more != next_change(&b, &right) || more < 0)
			return false;
		if (!more)
			return true;
		if (!same_operation(&left, &right))
			return false;
	}
}
