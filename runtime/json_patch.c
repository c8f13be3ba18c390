/* RFC 6902 on json values. */
#include <string.h>

#include "json_patch.h"
#include "text_delta.h"

sync_status sync_json_at(struct cJSON *root, const char *pointer, size_t length,
			 struct cJSON **found)
{
	struct tree_budget budget = { SIZE_MAX, 0 };
	struct pointer parsed;
	sync_status status = sync_pointer_parse(&parsed, pointer, length, false);
	*found = NULL;
	if (status == SYNC_OK)
		status = sync_tree_at(root, (struct tree_path){ parsed.segments, parsed.count },
				      &budget, found);
	return status;
}

static struct tree_path below(const struct pointer *pointer, size_t skip)
{
	struct tree_path path = { pointer->segments, 0 };
	if (pointer->count > skip) {
		path.segments += skip;
		path.count = pointer->count - skip;
	}
	return path;
}

/* A new tree from the operation's value, whose text was counted when the operation was read. */
static sync_status value_of(const struct operation *op, bool nul, struct cJSON **node,
			    sync_error *error)
{
	static const sync_limits limits = { SIZE_MAX, TREE_PATCH_DEPTH, SIZE_MAX };
	sync_reader reader;
	if (sync_reader_init(&reader, op->value, op->value_length, &limits) &&
	    sync_tree_read(&reader, node, nul))
		return SYNC_OK;
	*node = NULL;
	*error = reader.error;
	return error->code;
}

static sync_status test(struct cJSON *root, struct tree_path path, const struct operation *op,
			struct tree_budget *budget, sync_error *error)
{
	struct cJSON *there, *value;
	bool equal = false;
	sync_status status = sync_tree_at(root, path, budget, &there);
	if (status != SYNC_OK)
		return status;
	/* A value with U+0000 in it is read, and equals nothing we hold. */
	status = value_of(op, true, &value, error);
	if (status != SYNC_OK)
		return status;
	status = sync_tree_compare(there, value, &equal);
	sync_json_free(value);
	if (status == SYNC_OK && !equal)
		return sync_error_set(error, SYNC_CONFLICT, "the test failed");
	return status;
}

static sync_status copy(struct cJSON *root, struct tree_path from, struct tree_budget *budget,
			struct cJSON **node, sync_error *error)
{
	struct cJSON *there;
	unsigned depth;
	size_t bytes;
	sync_status status = sync_tree_at(root, from, budget, &there);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "nothing there to copy");
	/* A row of copies of copies doubles the value each time: this is where it ends. */
	bytes = sync_tree_measure(there, &depth);
	if (!sync_tree_pay(budget, bytes))
		return SYNC_TOO_BIG;
	return sync_tree_copy(node, there);
}

static sync_status move(struct cJSON *root, struct tree_path from, struct tree_path path,
			struct tree_budget *budget, struct cJSON **node, sync_error *error)
{
	struct cJSON *there;
	sync_status status = sync_tree_at(root, from, budget, &there);
	size_t same = 0;
	if (status != SYNC_OK)
		return sync_error_set(error, status, "nothing there to move");
	while (same < from.count && same < path.count &&
	       sync_segment_is(&from.segments[same], path.segments[same].bytes,
			       path.segments[same].length))
		same++;
	if (same == from.count && from.count < path.count)
		return sync_error_set(error, SYNC_INVALID, "moved into itself");
	if (same == from.count && from.count == path.count)
		return SYNC_OK; /* to where it is */
	return sync_tree_take(root, from, budget, node);
}

sync_status sync_tree_apply(struct cJSON **root, const struct operation *op, size_t skip,
			    unsigned depth, struct tree_budget *budget, sync_error *error)
{
	struct tree_path path = below(&op->path, skip), from = below(&op->from, skip);
	struct cJSON *node = NULL;
	sync_status status = SYNC_OK;
	switch (op->verb) {
	case OP_TEST:
		return test(*root, path, op, budget, error);
	case OP_INC:
	case OP_TEXT:
		return SYNC_UNSUPPORTED; /* only of what is no json value */
	case OP_REMOVE:
		status = sync_tree_take(*root, path, budget, &node);
		sync_json_free(node);
		return status;
	case OP_MOVE:
		status = move(*root, from, path, budget, &node, error);
		if (status == SYNC_OK && !node)
			return SYNC_OK;
		break;
	case OP_COPY:
		status = copy(*root, from, budget, &node, error);
		break;
	case OP_ADD:
	case OP_REPLACE:
		status = value_of(op, false, &node, error);
		break;
	}
	if (status == SYNC_OK)
		status = sync_tree_put(root, path, node, op->verb == OP_REPLACE, depth, budget);
	if (status != SYNC_OK)
		sync_json_free(node);
	return status;
}

/* A string with an edit done, in place of the string. */
static sync_status edited(const struct operation *op, const struct cJSON *there,
			  struct cJSON **node, sync_error *error)
{
	sync_buf json = { 0 }, text = { 0 }, quoted = { 0 };
	sync_reader reader;
	sync_str before = NULL;
	sync_put_json(&json, there);
	sync_status status = json.status;
	if (status == SYNC_OK && (!sync_reader_init(&reader, json.data, json.len, NULL) ||
				  !sync_read_string(&reader, &before, 0, UINT32_MAX)))
		status = reader.error.code;
	if (status == SYNC_OK)
		status = sync_text_delta(before, op->by, op->by_length, &text, error);
	if (status == SYNC_OK) {
		sync_put_string(&quoted, text.data ? text.data : "", text.len);
		status = quoted.status;
	}
	if (status == SYNC_OK) {
		struct operation put = { .value = quoted.data, .value_length = quoted.len };
		status = value_of(&put, false, node, error);
	}
	sync_str_free(before);
	sync_buf_release(&json);
	sync_buf_release(&text);
	sync_buf_release(&quoted);
	return status;
}

static sync_status edit(struct cJSON **root, const struct operation *op, struct tree_budget *budget,
			sync_error *error)
{
	struct tree_path path = below(&op->path, 0);
	struct cJSON *there, *node = NULL;
	sync_status status = sync_tree_at(*root, path, budget, &there);
	if (status == SYNC_OK && sync_tree_kind_of(there) != TREE_STRING)
		status = sync_error_set(error, SYNC_INVALID, "only a text can be edited");
	if (status == SYNC_OK)
		status = edited(op, there, &node, error);
	if (status == SYNC_OK)
		status = sync_tree_put(root, path, node, true, TREE_PATCH_DEPTH, budget);
	if (status != SYNC_OK)
		sync_json_free(node);
	return status;
}

/* A counter has its digits; it stays within ±(2^53-1). */
static sync_status add_up(struct cJSON **root, const struct operation *op,
			  struct tree_budget *budget, sync_error *error)
{
	const int64_t most = ((int64_t)1 << 53) - 1;
	struct tree_path path = below(&op->path, 0);
	struct cJSON *there, *node = NULL;
	sync_reader reader;
	sync_buf json = { 0 };
	int64_t value = 0, by = 0;
	sync_status status = sync_tree_at(*root, path, budget, &there);
	if (status != SYNC_OK)
		return status;
	sync_put_json(&json, there);
	status = json.status;
	if (status == SYNC_OK && (!sync_reader_init(&reader, json.data, json.len, NULL) ||
				  !sync_read_i64(&reader, &value, -most, most) ||
				  !sync_reader_init(&reader, op->by, op->by_length, NULL) ||
				  !sync_read_i64(&reader, &by, -most, most)))
		status = sync_error_set(error, SYNC_INVALID, "only a counter can be added to");
	sync_buf_clear(&json);
	if (status == SYNC_OK) {
		value += by;
		sync_put_i64(&json, value > most ? most : value < -most ? -most : value);
		struct operation put = { .value = json.data, .value_length = json.len };
		status = json.status == SYNC_OK ? value_of(&put, false, &node, error) : json.status;
	}
	if (status == SYNC_OK)
		status = sync_tree_put(root, path, node, true, TREE_PATCH_DEPTH, budget);
	if (status != SYNC_OK)
		sync_json_free(node);
	sync_buf_release(&json);
	return status;
}

/* Out of a set, wherever the value stands; nothing where it does not. */
static sync_status take_value(struct cJSON **root, const struct operation *op,
			      struct tree_budget *budget, sync_error *error)
{
	struct tree_path path = below(&op->path, 0);
	struct cJSON *set, *value, *found = NULL;
	if (!path.count)
		return SYNC_INVALID;
	path.count--;
	sync_status status = sync_tree_at(*root, path, budget, &set);
	if (status == SYNC_OK && sync_tree_kind_of(set) != TREE_ARRAY)
		status = sync_error_set(error, SYNC_INVALID, "only out of a set by value");
	if (status == SYNC_OK)
		status = value_of(op, false, &value, error);
	if (status != SYNC_OK)
		return status;
	for (struct cJSON *at = sync_tree_first(set); at && !found; at = sync_tree_next(at))
		if (sync_json_equal(at, value))
			found = at;
	if (found) {
		sync_tree_detach(set, found);
		sync_json_free(found);
	}
	sync_json_free(value);
	return SYNC_OK;
}

static sync_status apply_extended(struct cJSON **root, const struct operation *op,
				  struct tree_budget *budget, sync_error *error)
{
	if (op->verb == OP_TEXT)
		return edit(root, op, budget, error);
	if (op->verb == OP_INC)
		return add_up(root, op, budget, error);
	if (op->verb == OP_REMOVE && op->value)
		return take_value(root, op, budget, error);
	return sync_tree_apply(root, op, 0, TREE_PATCH_DEPTH, budget, error);
}

/* Patches a copy: nothing of *value is touched until all of the operations fit. */
static sync_status patch_copy(struct cJSON **root, struct operation_reader *ops, sync_error *error)
{
	struct tree_budget budget = TREE_BUDGET;
	struct operation op;
	int more;
	while ((more = sync_operation_next(ops, &op)) > 0) {
		sync_status status = ops->extended ? apply_extended(root, &op, &budget, error)
						   : sync_tree_apply(root, &op, 0, TREE_PATCH_DEPTH,
								     &budget, error);
		if (status != SYNC_OK)
			return sync_operation_refuse(error, status, &op.path, ops->count - 1);
	}
	if (more == 0)
		return SYNC_OK;
	*error = ops->json.error;
	return error->code;
}

static sync_status patch(struct cJSON **value, struct operation_reader *ops, sync_error *error)
{
	struct cJSON *root;
	sync_status status = sync_tree_copy(&root, *value);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	status = patch_copy(&root, ops, error);
	if (status == SYNC_OK) {
		struct cJSON *old = *value;
		*value = root;
		root = old;
		if (sync_tree_kind_of(*value) == TREE_NULL) {
			sync_json_free(*value);
			*value = NULL;
		}
	}
	sync_json_free(root);
	return status;
}

static sync_status patch_with(struct cJSON **value, bool extended, const char *ops, size_t length,
			      sync_error *error)
{
	struct operation_reader reader;
	sync_error mine;
	if (!error)
		error = &mine;
	sync_error_set(error, SYNC_OK, "%s", "");
	if (!sync_operation_start(&reader, ops, length, NULL, false, OPERATIONS_MAX)) {
		*error = reader.json.error;
		return error->code;
	}
	reader.extended = extended;
	return patch(value, &reader, error);
}

sync_status sync_json_patch(struct cJSON **value, const char *ops, size_t length, sync_error *error)
{
	return patch_with(value, false, ops, length, error);
}

sync_status sync_json_patch_extended(struct cJSON **value, const char *ops, size_t length,
				     sync_error *error)
{
	return patch_with(value, true, ops, length, error);
}
