#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/text.h>

#include "align.h"
#include "patcher.h"
#include "text_delta.h"
#include "track_text.h"

/* Typed patches: each operation's target is found by the schema, then changed with the tracker's
 * own calls, so that a failure anywhere is undone like any other commit. */

/* ---- json values -------------------------------------------------------------------------- */

static sync_status json_close(struct patcher *p)
{
	struct target *t = &p->json;
	struct cJSON *tree = p->tree;
	sync_status status;
	if (!tree)
		return SYNC_OK;
	p->tree = NULL;
	if (t->kind == TARGET_FIELD)
		status = sync_set_leaf(t->holder, t->field, (unsigned)t->index, &tree);
	else if (t->kind == TARGET_ENTRY)
		status = sync_map_put(t->holder, t->type, t->key, t->key_length, &tree);
	else
		status = sync_list_set_cell(t->holder, t->type, t->index, &tree);
	sync_json_free(tree);
	return status;
}

static bool leads_into(const struct pointer *pointer, const struct pointer *json)
{
	return sync_pointer_below(pointer, json);
}

/* Does the operation stay inside the json value that is open? */
static bool json_stays(const struct patcher *p)
{
	bool from = p->op.verb == OP_MOVE || p->op.verb == OP_COPY;
	return p->tree && leads_into(&p->op.path, &p->json_path) &&
	       (!from || leads_into(&p->op.from, &p->json_path));
}

static sync_status json_open(struct patcher *p, const struct target *t,
			     const struct pointer *pointer)
{
	unsigned depth;
	size_t bytes = sync_tree_measure(*(struct cJSON **)t->cell, &depth);
	if (bytes > p->budget.bytes)
		return sync_patch_refuse(p, SYNC_TOO_BIG, "the patch copies too much");
	p->budget.bytes -= bytes;
	p->json = *t;
	if (t->kind == TARGET_ENTRY) {
		memcpy(p->json_key, t->key, t->key_length);
		p->json.key = p->json_key;
	}
	p->json_path.count = 0;
	/* The operation's pointers are overwritten by the next one. */
	for (size_t i = 0, at = 0; i < t->used; i++) {
		struct segment *to = &p->json_path.segments[p->json_path.count++];
		memcpy(p->json_path.bytes + at, pointer->segments[i].bytes,
		       pointer->segments[i].length);
		to->bytes = p->json_path.bytes + at;
		to->length = pointer->segments[i].length;
		at += to->length;
	}
	return sync_tree_copy(&p->tree, *(struct cJSON **)t->cell);
}

/* "length" of an array in a json value: only what is behind it goes. NOT_FOUND: it is not one. */
static sync_status json_cut(struct patcher *p, struct tree_path path)
{
	const struct segment *last = &path.segments[path.count - 1];
	struct tree_path above = { path.segments, path.count - 1 };
	struct cJSON *array, *child, *next;
	uint64_t wanted = 0;
	sync_reader reader;
	if (!sync_segment_is(last, "length", 6) ||
	    sync_tree_at(p->tree, above, &p->budget, &array) != SYNC_OK ||
	    sync_tree_kind_of(array) != TREE_ARRAY)
		return SYNC_NOT_FOUND;
	if (!sync_reader_init(&reader, p->op.value, p->op.value_length, NULL) ||
	    !sync_read_u64(&reader, &wanted, 0, UINT32_MAX))
		return sync_patch_refuse(p, SYNC_INVALID, "a list can only be cut");
	child = sync_tree_first(array);
	for (; child && wanted; wanted--)
		child = sync_tree_next(child);
	for (; child; child = next) {
		next = sync_tree_next(child);
		sync_tree_detach(array, child);
		sync_json_free(child);
	}
	return wanted ? sync_patch_refuse(p, SYNC_INVALID, "a list can only be cut") : SYNC_OK;
}

static sync_status json_apply(struct patcher *p)
{
	size_t skip = p->json_path.count;
	struct operation *op = &p->op;
	unsigned depth = skip < PATCH_DEPTH ? (unsigned)(PATCH_DEPTH - skip) : 0;
	bool lenient = p->lenient;
	sync_status status;
	bool keep = false;
	if (op->verb != OP_TEST &&
	    ((status = sync_patch_may_change(p, &p->json, NULL, &keep)) != SYNC_OK || keep))
		return status;
	if (op->verb != OP_REMOVE && op->verb != OP_MOVE && op->verb != OP_COPY && !op->value)
		op->verb = OP_REMOVE;
	status = sync_tree_apply(&p->tree, op, skip, depth, &p->budget, p->error);
	if (status == SYNC_NOT_FOUND && lenient && op->verb == OP_REPLACE)
		status = json_cut(
			p, (struct tree_path){ op->path.segments + skip, op->path.count - skip });
	if (status == SYNC_NOT_FOUND && lenient && op->verb == OP_REPLACE) {
		op->verb = OP_ADD;
		status = sync_tree_apply(&p->tree, op, skip, depth, &p->budget, p->error);
	}
	return status == SYNC_NOT_FOUND && lenient && op->verb == OP_REMOVE ? SYNC_OK : status;
}

/* ---- operations --------------------------------------------------------------------------- */

/* Where "~1" stands somebody may mean just that, or "/". */
static void doubt_escapes(struct patcher *p, const struct pointer *pointer)
{
	for (size_t i = 0; i < pointer->count && p->lenient && !pointer->certain; i++)
		if (pointer->segments[i].length != pointer->segments[i].raw_length)
			*p->inexact = true;
}

static sync_status find(struct patcher *p, const struct pointer *pointer, struct target *t)
{
	if (p->inexact)
		doubt_escapes(p, pointer);
	return sync_target_find(t, p->track->type, p->track->value, pointer, &p->scope, p->lenient);
}

static bool inside_json(const struct target *t, const struct pointer *pointer)
{
	return t->used < pointer->count && t->kind != TARGET_ROOT;
}

static sync_status put_text(struct patcher *p, bool insert, const char *text, size_t length)
{
	struct target t;
	sync_status status = find(p, &p->op.path, &t);
	if (status != SYNC_OK)
		return status;
	if (inside_json(&t, &p->op.path)) {
		status = json_open(p, &t, &p->op.path);
		p->op.verb = OP_ADD;
		p->op.value = text;
		p->op.value_length = length;
		return status == SYNC_OK ? json_apply(p) : status;
	}
	return sync_patch_put(p, &t, insert, text, length);
}

static sync_status add_or_replace(struct patcher *p)
{
	const struct operation *op = &p->op;
	bool insert = op->verb == OP_ADD;
	struct target t;
	sync_status status = find(p, &op->path, &t);
	if (status != SYNC_OK)
		return status;
	if (inside_json(&t, &op->path)) {
		status = json_open(p, &t, &op->path);
		return status == SYNC_OK ? json_apply(p) : status;
	}
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
	return find(p, &above, set) == SYNC_OK && set->cell && set->used == above.count &&
	       set->type->kind == SYNC_KIND_SET;
}

static sync_status remove_one(struct patcher *p)
{
	struct target t;
	if (is_of_set(p, &t))
		return sync_patch_take_value(p, &t, p->op.value, p->op.value_length);
	sync_status status = find(p, &p->op.path, &t);
	if (status == SYNC_NOT_FOUND && p->lenient)
		return SYNC_OK;
	if (status != SYNC_OK)
		return status;
	if (!inside_json(&t, &p->op.path))
		return sync_patch_take(p, &t);
	status = json_open(p, &t, &p->op.path);
	return status == SYNC_OK ? json_apply(p) : status;
}

/* The text at a place, as its author sees it. */
static sync_status text_at(struct patcher *p, const struct pointer *pointer, struct target *t,
			   sync_buf *text)
{
	struct cJSON *node;
	sync_status status = find(p, pointer, t);
	if (status != SYNC_OK)
		return status;
	if (inside_json(t, pointer)) {
		struct tree_path below = { pointer->segments + t->used, pointer->count - t->used };
		struct target inner = *t;
		status = sync_tree_at(*(struct cJSON **)t->cell, below, &p->budget, &node);
		inner.cell = &node;
		return status == SYNC_OK ? sync_patch_print(p, &inner, false, text) : status;
	}
	if (t->kind == TARGET_TAG) {
		const sync_union *value = t->holder;
		const char *name = t->holder_type->fields[value->tag].name;
		sync_put_string(text, name, strlen(name));
		return text->status;
	}
	if ((!t->cell && !t->null) || t->kind == TARGET_LENGTH)
		return SYNC_NOT_FOUND;
	return sync_patch_print(p, t, false, text);
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

/* Tells what the author did not expect; all of it or nothing. */
static void tell_current(struct patcher *p, const sync_buf *text)
{
	sync_buf *current = p->current;
	if (current && (!current->limit || current->len + text->len <= current->limit))
		sync_buf_put(current, text->data, text->len);
}

/* Compared as JSON: members in any order, numbers by value. */
static sync_status test(struct patcher *p)
{
	struct cJSON *is = NULL, *expected = NULL;
	sync_buf text = { 0 };
	bool equal = false;
	struct target t;
	sync_status status = text_at(p, &p->op.path, &t, &text);
	if (status == SYNC_OK)
		status = tree_of(p, text.data, text.len, &is);
	if (status == SYNC_OK)
		status = tree_of(p, p->op.value, p->op.value_length, &expected);
	if (status == SYNC_OK)
		status = sync_tree_compare(is, expected, &equal);
	if (status == SYNC_OK && !equal) {
		tell_current(p, &text);
		status = sync_patch_refuse(p, SYNC_CONFLICT, "the test failed");
	}
	sync_json_free(is);
	sync_json_free(expected);
	sync_buf_release(&text);
	return status;
}

static sync_status copy(struct patcher *p)
{
	sync_buf text = { 0 };
	struct target from;
	sync_status status = text_at(p, &p->op.from, &from, &text);
	if (status == SYNC_NOT_FOUND)
		status = sync_patch_refuse(p, status, "nothing there to copy");
	if (status == SYNC_OK)
		status = put_text(p, true, text.data, text.len);
	sync_buf_release(&text);
	return status;
}

/* ---- move --------------------------------------------------------------------------------- */

static bool same_list(const struct operation *op)
{
	struct pointer const *a = &op->path, *b = &op->from;
	if (!a->count || a->count != b->count)
		return false;
	for (size_t i = 0; i + 1 < a->count; i++)
		if (!sync_segment_is(&a->segments[i], b->segments[i].bytes, b->segments[i].length))
			return false;
	return true;
}

/* Inside one list nothing is copied: the element keeps its identity. */
static sync_status move_item(struct patcher *p, struct target *from, bool *done)
{
	sync_kind kind = (sync_kind)from->holder_type->kind;
	size_t count = sync_items_of(from->holder_type, from->holder).count;
	size_t to;
	sync_status status;
	*done = kind == SYNC_KIND_LIST || kind == SYNC_KIND_INLINE_LIST;
	if (!*done)
		return SYNC_OK;
	if (!sync_segment_index(&p->op.path.segments[p->op.path.count - 1], &to))
		return SYNC_NOT_FOUND;
	if (to == POINTER_END)
		to = count - 1;
	bool keep;
	status = sync_patch_may_change(p, from, NULL, &keep);
	if (status != SYNC_OK || keep)
		return status;
	if (kind == SYNC_KIND_LIST)
		return sync_list_move(from->holder, from->type, from->index, to);
	return sync_inline_move(from->holder, from->holder_type, from->index, to);
}

/* A move must not lose what its author does not see. */
static sync_status check_sight(struct patcher *p, const struct target *from, const sync_buf *seen)
{
	sync_buf all = { 0 };
	sync_status status;
	bool same;
	if (!p->scope.client || !from->cell || from->kind == TARGET_TAG ||
	    inside_json(from, &p->op.from))
		return SYNC_OK;
	status = sync_patch_print(p, from, true, &all);
	if (status != SYNC_OK)
		return status;
	same = all.len == seen->len && memcmp(all.data, seen->data, all.len) == 0;
	sync_buf_release(&all);
	return same ? SYNC_OK
		    : sync_patch_refuse(p, SYNC_READONLY, "only the server can move this");
}

static sync_status take_from(struct patcher *p, struct target *from)
{
	struct tree_path below = { p->op.from.segments + from->used,
				   p->op.from.count - from->used };
	struct cJSON *taken = NULL;
	sync_status status;
	if (!inside_json(from, &p->op.from))
		return sync_patch_take(p, from);
	bool keep;
	status = sync_patch_may_change(p, from, NULL, &keep);
	if (status != SYNC_OK || keep)
		return status;
	status = json_open(p, from, &p->op.from);
	if (status == SYNC_OK)
		status = sync_tree_take(p->tree, below, &p->budget, &taken);
	sync_json_free(taken);
	return status == SYNC_OK ? json_close(p) : status;
}

static sync_status move_text(struct patcher *p, struct target *from, const sync_buf *text)
{
	sync_status status = check_sight(p, from, text);
	if (status == SYNC_OK)
		status = take_from(p, from);
	return status == SYNC_OK ? put_text(p, true, text->data, text->len) : status;
}

static sync_status move(struct patcher *p)
{
	struct target from;
	sync_buf text = { 0 };
	bool done = false;
	sync_status status = find(p, &p->op.from, &from);
	if (status == SYNC_OK && !from.cell && !from.null)
		status = SYNC_NOT_FOUND;
	if (status == SYNC_NOT_FOUND)
		return sync_patch_refuse(p, status, "nothing there to move");
	if (status != SYNC_OK)
		return status;
	if (sync_pointer_below(&p->op.path, &p->op.from))
		return sync_patch_refuse(p, SYNC_INVALID, "moved into itself");
	if (from.kind == TARGET_ITEM && !inside_json(&from, &p->op.from) && same_list(&p->op))
		status = move_item(p, &from, &done);
	if (done || status != SYNC_OK)
		return status;
	status = text_at(p, &p->op.from, &from, &text);
	if (status == SYNC_OK && !sync_pointer_same(&p->op.path, &p->op.from))
		status = move_text(p, &from, &text);
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
	sync_status status = find(p, &p->op.path, &t);
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
	sync_status status = find(p, &op->path, &t);
	if (status != SYNC_OK)
		return status;
	if (t.kind != TARGET_FIELD || t.type->kind != SYNC_KIND_TEXT || !t.cell)
		return sync_patch_refuse(p, SYNC_INVALID, "only a text can be edited");
	bool keep;
	status = sync_patch_may_change(p, &t, NULL, &keep);
	if (status == SYNC_OK && keep)
		return SYNC_OK;
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

/* An operation between two places of the json value that is not open yet opens it. */
static sync_status open_for_both(struct patcher *p, bool *open)
{
	struct target path, from;
	*open = false;
	if (p->op.verb != OP_MOVE && p->op.verb != OP_COPY)
		return SYNC_OK;
	if (find(p, &p->op.path, &path) != SYNC_OK || find(p, &p->op.from, &from) != SYNC_OK ||
	    !inside_json(&path, &p->op.path) || !inside_json(&from, &p->op.from) ||
	    path.cell != from.cell)
		return SYNC_OK;
	*open = true;
	return json_open(p, &path, &p->op.path);
}

static sync_status apply_one(struct patcher *p)
{
	bool open;
	sync_status status;
	if (json_stays(p))
		return json_apply(p);
	status = json_close(p);
	if (status == SYNC_OK)
		status = open_for_both(p, &open);
	if (status != SYNC_OK)
		return status;
	if (open)
		return json_apply(p);
	switch (p->op.verb) {
	case OP_ADD:
	case OP_REPLACE:
		return add_or_replace(p);
	case OP_REMOVE:
		return remove_one(p);
	case OP_MOVE:
		return move(p);
	case OP_COPY:
		return copy(p);
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
		tell_current(p, &text);
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
		status = apply_one(p);
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
	status = json_close(p);
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
	static const struct tree_budget budget = TREE_BUDGET;
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
	p->budget = options && options->budget ? *options->budget : budget;
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
