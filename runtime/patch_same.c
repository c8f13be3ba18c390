#include "patch_same.h"

#include <syncgen/value.h>

#include "operation.h"

/* Longer patches must come in our order: looking is quadratic. */
enum { ANY_ORDER = 16 };

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

static bool same_field(const struct operation *a, const struct operation *b)
{
	const struct segment *with = &b->path.segments[0];
	return a->path.count && b->path.count &&
	       sync_segment_is(&a->path.segments[0], with->bytes, with->length);
}

static bool start(struct operation_reader *ops, const char *text, size_t length)
{
	return sync_operation_start(ops, text, length, NULL, true, OPERATIONS_MAX);
}

/* How many operations there are; more than can be compared in any order when it is not read whole.
 */
static size_t count(const char *text, size_t length)
{
	struct operation_reader ops;
	struct operation op;
	size_t number = 0;
	int more = start(&ops, text, length) ? 1 : -1;
	while (more > 0 && number <= ANY_ORDER && (more = next_change(&ops, &op)) > 0)
		number++;
	return more < 0 ? SIZE_MAX : number;
}

/* What the `rank`-th operation on the same field as `like` is. */
static bool find(const char *text, size_t length, const struct operation *like, size_t rank,
		 struct operation_reader *ops, struct operation *found)
{
	if (!start(ops, text, length))
		return false;
	while (next_change(ops, found) > 0)
		if (same_field(found, like) && !rank--)
			return true;
	return false;
}

/* The number of operations on the same field in front of number `at`. */
static size_t rank_of(const char *text, size_t length, const struct operation *like, size_t at)
{
	struct operation_reader ops;
	struct operation op;
	size_t rank = 0;
	if (!start(&ops, text, length))
		return 0;
	for (size_t i = 0; i < at && next_change(&ops, &op) > 0; i++)
		rank += same_field(&op, like);
	return rank;
}

/* Changes of different fields may stand in any order. */
static bool same_in_any_order(const char *sent, size_t sent_length, const char *made,
			      size_t made_length)
{
	struct operation_reader ops, others;
	struct operation op, other;
	size_t at = 0, total = count(sent, sent_length);
	if (total > ANY_ORDER || total != count(made, made_length) ||
	    !start(&ops, sent, sent_length))
		return false;
	for (; next_change(&ops, &op) > 0; at++) {
		size_t rank = rank_of(sent, sent_length, &op, at);
		if (op.verb == OP_MOVE || op.verb == OP_COPY ||
		    !find(made, made_length, &op, rank, &others, &other) ||
		    !same_operation(&op, &other))
			return false;
	}
	return at == total;
}

static bool same_in_order(const char *sent, size_t sent_length, const char *made,
			  size_t made_length)
{
	struct operation_reader a, b;
	struct operation left, right;
	if (!start(&a, sent, sent_length) || !start(&b, made, made_length))
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

bool sync_patch_same(const char *sent, size_t sent_length, const char *made, size_t made_length)
{
	if (sent_length == made_length && memcmp(sent, made, made_length) == 0)
		return true;
	return same_in_order(sent, sent_length, made, made_length) ||
	       same_in_any_order(sent, sent_length, made, made_length);
}
