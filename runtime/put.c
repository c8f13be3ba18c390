#include <syncgen/cell.h>
#include <syncgen/value.h>

#include "align.h"
#include "patcher.h"

/* Putting and taking values at the places that patches name. */

/* ---- values ------------------------------------------------------------------------------- */

static bool is_null(const char *text, size_t length)
{
	return length == 4 && memcmp(text, "null", 4) == 0;
}

/* ---- is it what its author has? ---- */

static void mark_inexact(struct patcher *p)
{
	if (p->inexact)
		*p->inexact = true;
}

/* A value that came as `text`: does its author see just that? Out of memory counts as no. */
static void compare(struct patcher *p, const sync_type *type, const void *cell, const char *text,
		    size_t length)
{
	sync_writer writer;
	if (!p->inexact || *p->inexact)
		return;
	sync_writer_init(&writer);
	if (p->scope.client)
		writer.sees = p->scope.roles | SYNC_SEE_PUBLIC;
	type->ops->write(type, &writer, cell);
	if (writer.out.status != SYNC_OK ||
	    !sync_json_same(writer.out.data, writer.out.len, text, length))
		mark_inexact(p);
	sync_buf_release(&writer.out);
}

/* Reads a text whose grammar and size were checked into a loose cell, and takes out again what the
 * author could not have set. */
static sync_status read_into(struct patcher *p, const sync_type *type, void *cell, const char *text,
			     size_t length)
{
	sync_limits limits = { SIZE_MAX, 0, SIZE_MAX };
	sync_reader reader;
	if (p->op.path.count < PATCH_DEPTH)
		limits.depth = (unsigned)(PATCH_DEPTH - p->op.path.count);
	if (!sync_reader_init(&reader, text, length, &limits) ||
	    !type->ops->read(type, &reader, cell)) {
		*p->error = reader.error;
		return reader.error.code;
	}
	sync_status status = sync_scope_strip(type, cell, &p->scope);
	if (status == SYNC_OK)
		compare(p, type, cell, text, length);
	return status;
}

static sync_status read_new(struct patcher *p, const sync_type *type, const char *text,
			    size_t length, void **cell)
{
	sync_status status;
	*cell = sync_box_new(type);
	if (!*cell)
		return SYNC_NOMEM;
	status = read_into(p, type, *cell, text, length);
	if (status == SYNC_OK)
		return SYNC_OK;
	sync_box_free(type, *cell);
	*cell = NULL;
	return status;
}

static struct assign_scope scope_at(const struct patcher *p, const struct target *t)
{
	struct assign_scope scope = p->scope;
	scope.covered = t->covered;
	return scope;
}

/* ---- putting a value ---------------------------------------------------------------------- */

/* A node that is there becomes what the text says, as little of it touched as can be. */
static sync_status put_over(struct patcher *p, const struct target *t, const char *text,
			    size_t length)
{
	struct assign_scope scope = scope_at(p, t);
	sync_status status;
	void *value;
	bool keep = false;
	if (p->scope.client && t->constant)
		return sync_patch_may_write(p, t);
	status = read_new(p, t->type, text, length, &value);
	if (status != SYNC_OK)
		return status;
	if (t->merge && !t->type->ops->equal(t->type, t->cell, value))
		status = sync_patch_may_change(p, t, NULL, &keep);
	if (status == SYNC_OK && !keep)
		status = sync_assign_scoped(t->type, t->cell, value, &scope);
	sync_box_free(t->type, value);
	if (status == SYNC_OK) /* a set that is there keeps its order */
		compare(p, t->type, t->cell, text, length);
	return status;
}

static sync_status put_field(struct patcher *p, struct target *t, const char *text, size_t length)
{
	unsigned index = (unsigned)t->index;
	sync_status status;
	bool keep = false;
	void *cell;
	if (sync_type_is_node(t->type)) {
		status = sync_patch_may_change(p, t, NULL, &keep);
		if (status != SYNC_OK || keep)
			return status;
		cell = sync_edit_field(t->holder, t->field, index);
		return cell ? read_into(p, t->type, cell, text, length) : SYNC_NOMEM;
	}
	status = read_new(p, t->type, text, length, &cell);
	if (status != SYNC_OK)
		return status;
	if (t->merge && !(t->cell && t->type->ops->equal(t->type, t->cell, cell)))
		status = sync_patch_may_change(p, t, cell, &keep);
	if (status == SYNC_OK && !keep)
		status = sync_set_leaf(t->holder, t->field, index, cell);
	sync_box_free(t->type, cell);
	return status;
}

/* Containers are checked for their size when the commit is; but memory must not grow until then. */
static sync_status check_room(struct patcher *p, const sync_type *type, size_t count)
{
	if (type->max < 0 || count < (uint64_t)type->max)
		return SYNC_OK;
	return sync_error_set(p->error, SYNC_INVALID, "must be at most %lld elements",
			      (long long)type->max);
}

/* At the end, but where the order counts. */
static sync_status insert_member(struct patcher *p, const struct target *t, const void *cell)
{
	sync_set *set = t->holder;
	size_t end = set->list.len, at = p->scope.ordered && t->index < end ? t->index : end;
	if (sync_set_has(set, t->type, cell))
		return p->ops.extended
			       ? SYNC_OK
			       : sync_patch_refuse(p, SYNC_CONFLICT, "is in the set already");
	if (at != t->index)
		mark_inexact(p);
	return sync_set_insert(set, t->type, at, cell);
}

static sync_status insert_cell(struct patcher *p, const struct target *t, const void *cell)
{
	switch ((sync_kind)t->holder_type->kind) {
	case SYNC_KIND_INLINE_LIST:
		return sync_inline_insert(t->holder, t->holder_type, t->index, cell);
	case SYNC_KIND_SET:
		return insert_member(p, t, cell);
	default:
		return sync_list_insert_cell(t->holder, t->type, t->index, cell);
	}
}

static sync_status insert_item(struct patcher *p, struct target *t, const char *text, size_t length)
{
	size_t count = sync_items_of(t->holder_type, t->holder).count;
	sync_status status = check_room(p, t->holder_type, count);
	void *cell;
	if (status == SYNC_OK)
		status = sync_patch_pay_shift(p, t);
	if (status != SYNC_OK)
		return status;
	if (sync_type_is_node(t->type)) {
		cell = sync_list_insert(t->holder, t->type, t->index);
		return cell ? read_into(p, t->type, cell, text, length) : SYNC_NOMEM;
	}
	status = read_new(p, t->type, text, length, &cell);
	if (status != SYNC_OK)
		return status;
	status = insert_cell(p, t, cell);
	sync_box_free(t->type, cell);
	return status;
}

/* Where a value stands, for sure. */
static size_t member_at(const sync_set *set, const sync_type *type, const void *cell)
{
	struct items items = sync_items_of(type, set);
	size_t at = 0;
	while (!type->elem->ops->equal(type->elem, sync_item(&items, at), cell))
		at++;
	return at;
}

/*
 * Another place of the set has the value. Who keeps a list there moves values through it one by
 * one, and holds one of them twice meanwhile: here both change places, so that what is written over
 * next is the right one.
 */
static sync_status swap_members(struct target *t, const void *cell)
{
	sync_set *set = t->holder;
	size_t here = t->index, there = member_at(set, t->holder_type, cell);
	void *old = sync_box_copy(t->type, t->cell);
	if (!old)
		return SYNC_NOMEM;
	const void *first = here < there ? cell : old, *second = here < there ? old : cell;
	size_t low = here < there ? here : there, high = here < there ? there : here;
	sync_status status = sync_set_drop(set, t->type, old);
	if (status == SYNC_OK)
		status = sync_set_drop(set, t->type, cell);
	if (status == SYNC_OK)
		status = sync_set_insert(set, t->type, low, first);
	if (status == SYNC_OK)
		status = sync_set_insert(set, t->type, high, second);
	sync_box_free(t->type, old);
	return status;
}

static sync_status set_cell(struct patcher *p, struct target *t, const void *cell)
{
	sync_status status;
	switch ((sync_kind)t->holder_type->kind) {
	case SYNC_KIND_INLINE_LIST:
		return sync_inline_set(t->holder, t->holder_type, t->index, cell);
	case SYNC_KIND_SET:
		if (t->type->ops->equal(t->type, t->cell, cell))
			return SYNC_OK;
		bool swap = p->lenient && sync_set_has(t->holder, t->type, cell);
		status = sync_patch_pay_set(p, t->holder_type, t->holder, swap ? 3 : 2);
		if (status != SYNC_OK)
			return status;
		if (swap)
			return swap_members(t, cell);
		status = sync_set_drop(t->holder, t->type, t->cell);
		return status == SYNC_OK ? insert_cell(p, t, cell) : status;
	default:
		return sync_list_set_cell(t->holder, t->type, t->index, cell);
	}
}

static sync_status put_cell(struct patcher *p, struct target *t, const char *text, size_t length)
{
	void *cell;
	sync_status status = read_new(p, t->type, text, length, &cell);
	if (status != SYNC_OK)
		return status;
	if (t->kind == TARGET_ENTRY)
		status = sync_map_put(t->holder, t->type, t->key, t->key_length, cell);
	else
		status = set_cell(p, t, cell);
	sync_box_free(t->type, cell);
	return status;
}

static sync_status new_entry(struct patcher *p, struct target *t, const char *text, size_t length)
{
	sync_map *map = t->holder;
	sync_status status = check_room(p, t->holder_type, map->list.len);
	void *cell;
	if (status != SYNC_OK)
		return status;
	if (!sync_type_is_node(t->type))
		return put_cell(p, t, text, length);
	cell = sync_map_edit(map, t->type, t->key, t->key_length);
	if (!cell)
		return SYNC_NOMEM;
	return read_into(p, t->type, cell, text, length);
}

static sync_status put_entry(struct patcher *p, struct target *t, const char *text, size_t length)
{
	sync_status status;
	const void *row;
	if (t->cell && sync_type_is_node(t->type))
		status = put_over(p, t, text, length);
	else
		status = t->cell ? put_cell(p, t, text, length) : new_entry(p, t, text, length);
	if (status != SYNC_OK || t->holder_type->kind != SYNC_KIND_TABLE)
		return status;
	row = sync_map_get(t->holder, t->key, t->key_length);
	if (row && sync_row_key_is(t->type, row, t->key, t->key_length))
		return SYNC_OK;
	return sync_patch_refuse(p, SYNC_INVALID, "the row's key is not the one it stands under");
}

static sync_status put_length(struct patcher *p, struct target *t, const char *text, size_t length)
{
	size_t count = sync_items_of(t->holder_type, t->holder).count;
	uint64_t wanted = 0;
	sync_status status = SYNC_OK;
	sync_reader reader;
	if (!sync_reader_init(&reader, text, length, NULL) ||
	    !sync_read_u64(&reader, &wanted, 0, count))
		return sync_patch_refuse(p, SYNC_INVALID, "a list can only be cut");
	if (t->holder_type->kind == SYNC_KIND_LIST)
		return sync_list_remove(t->holder, t->type, (size_t)wanted, count - (size_t)wanted);
	if (t->holder_type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_remove(t->holder, t->holder_type, (size_t)wanted,
					  count - (size_t)wanted);
	while (count > wanted && status == SYNC_OK) {
		struct items items = sync_items_of(t->holder_type, t->holder);
		status = sync_set_drop(t->holder, t->type, sync_item(&items, --count));
	}
	return status;
}

/* `insert`: into a list, in front of what is there. */
sync_status sync_patch_put(struct patcher *p, struct target *t, bool insert, const char *text,
			   size_t length)
{
	sync_status status = SYNC_OK;
	bool keep = false;
	if (t->kind == TARGET_FIELD && t->field->null != SYNC_NO_OFFSET && is_null(text, length)) {
		status = t->null ? sync_patch_may_write(p, t)
				 : sync_patch_may_change(p, t, NULL, &keep);
		return status == SYNC_OK && !keep
			       ? sync_set_null(t->holder, t->field, (unsigned)t->index)
			       : status;
	}
	/* A whole that is there may be given again by somebody who may write parts of it. */
	if (t->cell && sync_type_is_node(t->type) && t->kind != TARGET_ENTRY &&
	    !(t->kind == TARGET_ITEM && insert))
		return put_over(p, t, text, length);
	if (t->kind != TARGET_FIELD &&
	    (t->kind != TARGET_ENTRY || !t->cell || !sync_type_is_node(t->type)))
		status = sync_patch_may_change(p, t, NULL, &keep);
	else if (t->kind == TARGET_FIELD)
		status = sync_patch_may_write(p, t);
	if (status != SYNC_OK || keep)
		return status;
	switch (t->kind) {
	case TARGET_FIELD:
		return put_field(p, t, text, length);
	case TARGET_ITEM:
		return insert ? insert_item(p, t, text, length) : put_cell(p, t, text, length);
	case TARGET_ENTRY:
		return put_entry(p, t, text, length);
	case TARGET_LENGTH:
		return put_length(p, t, text, length);
	case TARGET_TAG:
		return sync_patch_refuse(p, SYNC_INVALID, "the type changes with the whole value");
	case TARGET_ROOT:
		break;
	}
	return SYNC_INTERNAL; /* a root has a cell */
}

/* ---- taking a value away ------------------------------------------------------------------ */

static sync_status drop_member(struct patcher *p, const sync_type *type, sync_set *set,
			       const void *cell)
{
	sync_status status = sync_patch_pay_set(p, type, set, 1);
	return status == SYNC_OK ? sync_set_drop(set, type->elem, cell) : status;
}

static sync_status take_item(struct patcher *p, struct target *t)
{
	if (t->holder_type->kind == SYNC_KIND_SET)
		return drop_member(p, t->holder_type, t->holder, t->cell);
	sync_status status = sync_patch_pay_shift(p, t);
	if (status != SYNC_OK)
		return status;
	if (t->holder_type->kind == SYNC_KIND_INLINE_LIST)
		return sync_inline_remove(t->holder, t->holder_type, t->index, 1);
	return sync_list_remove(t->holder, t->type, t->index, 1);
}

sync_status sync_patch_take(struct patcher *p, struct target *t)
{
	bool there = t->cell || t->null || t->kind == TARGET_TAG || t->kind == TARGET_LENGTH;
	sync_status status;
	bool keep;
	if (!there)
		return p->lenient ? SYNC_OK : SYNC_NOT_FOUND;
	status = sync_patch_may_change(p, t, NULL, &keep);
	if (status != SYNC_OK || keep)
		return status;
	switch (t->kind) {
	case TARGET_FIELD:
		if (t->field->has == SYNC_NO_OFFSET)
			return sync_patch_refuse(p, SYNC_INVALID, "cannot be absent");
		return sync_set_absent(t->holder, t->field, (unsigned)t->index);
	case TARGET_ITEM:
		return take_item(p, t);
	case TARGET_ENTRY:
		return sync_map_drop(t->holder, t->type, t->key, t->key_length);
	default:
		return sync_patch_refuse(p, SYNC_INVALID, "cannot be removed");
	}
}

sync_status sync_patch_take_value(struct patcher *p, struct target *set, const char *text,
				  size_t length)
{
	const sync_type *elem = set->type->elem;
	void *cell;
	bool keep;
	sync_status status = sync_patch_may_change(p, set, NULL, &keep);
	if (status == SYNC_OK && keep)
		return SYNC_OK;
	if (status == SYNC_OK)
		status = read_new(p, elem, text, length, &cell);
	if (status != SYNC_OK)
		return status;
	if (sync_set_has(set->cell, elem, cell))
		status = drop_member(p, set->type, set->cell, cell);
	sync_box_free(elem, cell);
	return status;
}
