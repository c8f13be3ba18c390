#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/text.h>

#include "patcher.h"
#include "text_delta.h"
#include "track_text.h"

/* Typed patches: each operation's target is found by the schema, then changed with the tracker's
 * own calls, so that a failure anywhere is undone like any other commit. */

/* ---- operations --------------------------------------------------------------------------- */

static sync_status add_or_replace(struct patcher *p)
{
	const struct operation *op = &p->op;
	bool insert = op->verb == OP_ADD;
	struct target t;
	sync_status status = sync_patch_find(p, &op->path, &t);
	if (status != SYNC_OK)
		return status;
	if (sync_patch_inside_json(&t, &op->path))
		return sync_patch_json_enter(p, &t);
	/* What is undefined is not there in JSON. */
	if (!op->value) {
		if (p->inexact && t.kind == TARGET_ITEM)
			*p->inexact = true; /* its author has a hole there */
		return sync_patch_take(p, &t);
	}
	if (!insert && !t.cell && !t.null && t.kind != TARGET_LENGTH && t.kind != TARGET_TAG) {
		if (!p->lenient)
			return SYNC_NOT_FOUND;
		insert = true;
	}
	return sync_patch_put(p, &t, insert, op->value, op->value_length);
}

/* Does the operation take a value out of a set, wherever it stands there? */
static bool is_of_set(struct patcher *p, struct target *set)
{
	struct pointer above = p->op.path;
	if (!p->ops.extended || !p->op.value || !above.count)
		return false;
	above.count--;
	return sync_patch_find(p, &above, set) == SYNC_OK && set->cell &&
	       set->used == above.count && set->type->kind == SYNC_KIND_SET;
}

static sync_status remove_one(struct patcher *p)
{
	struct target t;
	if (is_of_set(p, &t))
		return sync_patch_take_value(p, &t, p->op.value, p->op.value_length);
	sync_status status = sync_patch_find(p, &p->op.path, &t);
	if (status == SYNC_NOT_FOUND && p->lenient)
		return SYNC_OK;
	if (status != SYNC_OK)
		return status;
	return sync_patch_inside_json(&t, &p->op.path) ? sync_patch_json_enter(p, &t)
						       : sync_patch_take(p, &t);
}

static sync_status tree_of(struct patcher *p, const char *text, size_t length, struct cJSON **tree)
{
	static const sync_limits limits = { SIZE_MAX, TREE_PATCH_DEPTH, SIZE_MAX };
	sync_reader reader;
	*tree = NULL;
	if (sync_reader_init(&reader, text, length, &limits) && sync_tree_read(&reader, tree, true))
		return SYNC_OK;
	*p->error = reader.error;
	return reader.error.code;
}

/* Compared as JSON: members in any order, numbers by value. */
static sync_status test(struct patcher *p)
{
	struct cJSON *is = NULL, *expected = NULL;
	sync_buf text = { 0 };
	bool equal = false;
	struct target t;
	sync_status status = sync_patch_text_at(p, &p->op.path, &t, &text);
	if (status == SYNC_OK)
		status = tree_of(p, text.data, text.len, &is);
	if (status == SYNC_OK)
		status = tree_of(p, p->op.value, p->op.value_length, &expected);
	if (status == SYNC_OK)
		status = sync_tree_compare(is, expected, &equal);
	if (status == SYNC_OK && !equal) {
		sync_patch_tell_current(p, &text);
		status = sync_patch_refuse(p, SYNC_CONFLICT, "the test failed");
	}
	sync_json_free(is);
	sync_json_free(expected);
	sync_buf_release(&text);
	return status;
}

/* ---- counters ----------------------------------------------------------------------------- */

static sync_status increase(struct patcher *p)
{
	struct target t;
	sync_reader reader;
	int64_t by;
	const int64_t most = 9007199254740991;
	sync_status status = sync_patch_find(p, &p->op.path, &t);
	if (status != SYNC_OK)
		return status;
	if (t.kind != TARGET_FIELD || t.type->kind != SYNC_KIND_COUNTER || !t.cell)
		return sync_patch_refuse(p, SYNC_INVALID, "only a counter can be added to");
	if (!sync_reader_init(&reader, p->op.by, p->op.by_length, NULL) ||
	    !sync_read_i64(&reader, &by, -most, most))
		return sync_patch_refuse(p, SYNC_INVALID, "'by' is not a whole number");
	bool keep;
	status = sync_patch_may_change(p, &t, NULL, &keep);
	return status == SYNC_OK && !keep
		       ? sync_add_counter(t.holder, t.field, (unsigned)t.index, by)
		       : status;
}

/* ---- texts -------------------------------------------------------------------------------- */

static sync_status set_edited(const struct target *t, const sync_buf *edited)
{
	sync_text text = { sync_str_new(edited->len ? edited->data : "", edited->len) };
	if (!text.value)
		return SYNC_NOMEM;
	sync_status status = sync_set_leaf(t->holder, t->field, (unsigned)t->index, &text);
	sync_str_free(text.value);
	return status;
}

static sync_status edit_text(struct patcher *p)
{
	struct target t;
	sync_buf edited = { 0 };
	text_shift edit = { 0 };
	const struct operation *op = &p->op;
	sync_status status = sync_patch_find(p, &op->path, &t);
	if (status != SYNC_OK)
		return status;
	if (t.kind != TARGET_FIELD || t.type->kind != SYNC_KIND_TEXT || !t.cell)
		return sync_patch_refuse(p, SYNC_INVALID, "only a text can be edited");
	bool keep;
	status = sync_patch_may_change(p, &t, NULL, &keep);
	if (status == SYNC_OK && keep)
		return SYNC_OK;
	if (status == SYNC_OK)
		status = sync_patch_pay_text(p, sync_str_len(sync_text_str(t.cell)));
	if (status == SYNC_OK)
		status = sync_text_delta(sync_text_str(t.cell), op->by, op->by_length, &edited,
					 p->error);
	if (status == SYNC_OK) {
		if (sync_shift_read(&edit, op->by, op->by_length) == SYNC_OK)
			sync_track_note_edit(p->track, t.holder, (unsigned)t.index, &edit);
		status = set_edited(&t, &edited);
	}
	sync_shift_release(&edit);
	sync_buf_release(&edited);
	return status;
}

/* ---- the patch ---------------------------------------------------------------------------- */

static sync_status apply_one(struct patcher *p)
{
	struct target json;
	sync_status status;
	if (sync_patch_json_stays(p))
		return sync_patch_json_apply(p);
	status = sync_patch_json_close(p);
	if (status != SYNC_OK)
		return status;
	if (sync_patch_json_between(p, &json))
		return sync_patch_json_enter(p, &json);
	switch (p->op.verb) {
	case OP_ADD:
	case OP_REPLACE:
		return add_or_replace(p);
	case OP_REMOVE:
		return remove_one(p);
	case OP_MOVE:
		return sync_patch_move(p);
	case OP_COPY:
		return sync_patch_copy(p);
	case OP_TEST:
		return test(p);
	case OP_INC:
		return increase(p);
	case OP_TEXT:
		return edit_text(p);
	}
	return SYNC_INTERNAL;
}

/* The error of a field with @merge, which may lie deeper than the operation's path, and what it is.
 */
static sync_status refuse_merge(struct patcher *p)
{
	const sync_field *field = p->merge.field;
	const void *cell = sync_field_null(field, p->merge.node)
				   ? NULL
				   : sync_field_cell(field, p->merge.node);
	struct target t = { .type = field->type, .cell = (void *)(uintptr_t)cell };
	sync_buf text = { 0 };
	sync_error place = p->track->refusal;
	if (!sync_field_absent(field, p->merge.node) &&
	    sync_patch_print(p, &t, false, &text) == SYNC_OK)
		sync_patch_tell_current(p, &text);
	sync_buf_release(&text);
	*p->error = place;
	sync_operation_blame(p->error, p->ops.count - 1);
	return p->error->code;
}

static sync_status apply_all(struct patcher *p)
{
	int more;
	sync_status status;
	while ((more = sync_operation_next(&p->ops, &p->op)) > 0) {
		size_t entries = p->track->len, kept = p->track->kept_len;
		status = apply_one(p);
		if (status == SYNC_OK)
			status = sync_patch_pay_changes(p, entries, kept);
		if (status != SYNC_OK && p->merge.node)
			return refuse_merge(p);
		if (status != SYNC_OK && p->error->code == SYNC_OK &&
		    p->track->refusal.code == status)
			sync_patch_refuse(p, status, p->track->refusal.message);
		if (status != SYNC_OK)
			return sync_operation_refuse(p->error, status, &p->op.path,
						     p->ops.count - 1);
	}
	if (more < 0) {
		*p->error = p->ops.json.error;
		return p->error->code;
	}
	status = sync_patch_json_close(p);
	if (p->merge.kept && p->inexact)
		*p->inexact = true; /* its author shows something else */
	return status == SYNC_OK ? status
				 : sync_error_set(p->error, status, "%s", sync_status_text(status));
}

static bool start(struct patcher *p, const char *ops, size_t length,
		  const sync_apply_options *options)
{
	/* What the program itself applies may be as large as its state. */
	sync_limits limits = { SIZE_MAX, SYNC_NESTING_MAX, SIZE_MAX };
	size_t max = SIZE_MAX - 1;
	static const struct tree_budget budget = TREE_BUDGET, of_client = TREE_CLIENT_BUDGET;
	memset(&p->scope, 0, sizeof(p->scope));
	p->scope.wire = true;
	p->scope.client = options && options->flags & SYNC_APPLY_CLIENT;
	p->scope.exact = options && options->flags & SYNC_APPLY_REPLICA;
	/* Who is tolerated has lists where we have sets, and says positions of those. */
	p->scope.ordered = options && options->flags & (SYNC_APPLY_REPLICA | SYNC_APPLY_TOLERANT);
	p->scope.roles = options ? options->roles : 0;
	p->lenient = options && options->flags & SYNC_APPLY_TOLERANT;
	p->inexact = options ? options->inexact : NULL;
	p->current = options ? options->current : NULL;
	p->merge = (struct merge){ 0 };
	if (p->scope.client && options->seen) {
		p->merge.seen = options->seen;
		p->merge.arg = options->seen_arg;
		p->scope.merge = &p->merge;
	}
	p->budget = p->scope.client ? of_client : budget;
	if (options && options->budget)
		p->budget = *options->budget;
	p->tree = NULL;
	if (p->scope.client) {
		limits = sync_limits_default;
		max = OPERATIONS_MAX;
	}
	if (options && options->max_ops)
		max = options->max_ops;
	if (sync_operation_start(&p->ops, ops, length, &limits, p->lenient, max)) {
		p->ops.extended = options && options->flags & SYNC_APPLY_EXTENDED;
		return true;
	}
	*p->error = p->ops.json.error;
	return false;
}

sync_status sync_track_apply(sync_track *track, const char *ops, size_t length,
			     const sync_apply_options *options, sync_error *error)
{
	struct patcher *p = sync_alloc(sizeof(*p));
	sync_error mine;
	sync_status status;
	if (!error)
		error = &mine;
	sync_error_set(error, SYNC_OK, "%s", "");
	if (!p) {
		sync_track_rollback(track);
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	}
	p->track = track;
	p->error = error;
	status = start(p, ops, length, options) ? apply_all(p) : error->code;
	if (options && options->budget)
		*options->budget = p->budget;
	if (status != SYNC_OK)
		sync_track_rollback(track);
	sync_json_free(p->tree);
	sync_free(p);
	return status;
}

sync_status sync_apply(const sync_type *type, void *value, const char *ops, size_t length,
		       const sync_apply_options *options, sync_error *error)
{
	sync_track *track = sync_track_new(type, value);
	sync_status status;
	if (!track)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	status = sync_track_apply(track, ops, length, options, error);
	if (status == SYNC_OK)
		status = sync_track_check(track, error);
	if (status == SYNC_OK)
		sync_track_commit(track);
	sync_track_free(track);
	return status;
}
