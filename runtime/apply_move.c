#include <syncgen/value.h>

#include "align.h"
#include "patcher.h"

/* Operations between two places of a value. */

static sync_status put_text(struct patcher *p, const char *text, size_t length)
{
	struct target t;
	sync_status status = sync_patch_find(p, &p->op.path, &t);
	if (status != SYNC_OK)
		return status;
	if (!sync_patch_inside_json(&t, &p->op.path))
		return sync_patch_put(p, &t, true, text, length);
	p->op.verb = OP_ADD;
	p->op.value = text;
	p->op.value_length = length;
	return sync_patch_json_enter(p, &t);
}

sync_status sync_patch_copy(struct patcher *p)
{
	sync_buf text = { 0 };
	struct target from;
	sync_status status = sync_patch_text_at(p, &p->op.from, &from, &text);
	if (status == SYNC_NOT_FOUND)
		status = sync_patch_refuse(p, status, "nothing there to copy");
	if (status == SYNC_OK)
		status = put_text(p, text.data, text.len);
	sync_buf_release(&text);
	return status;
}

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
	struct target least = *from;
	if (to < least.index)
		least.index = to;
	status = sync_patch_pay_shift(p, &least);
	if (status != SYNC_OK)
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
	    sync_patch_inside_json(from, &p->op.from))
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
	if (!sync_patch_inside_json(from, &p->op.from))
		return sync_patch_take(p, from);
	bool keep;
	status = sync_patch_may_change(p, from, NULL, &keep);
	if (status != SYNC_OK || keep)
		return status;
	status = sync_patch_json_open(p, from, &p->op.from);
	if (status == SYNC_OK)
		status = sync_tree_take(p->tree, below, &p->budget, &taken);
	sync_json_free(taken);
	return status == SYNC_OK ? sync_patch_json_close(p) : status;
}

static sync_status move_text(struct patcher *p, struct target *from, const sync_buf *text)
{
	sync_status status = check_sight(p, from, text);
	if (status == SYNC_OK)
		status = take_from(p, from);
	return status == SYNC_OK ? put_text(p, text->data, text->len) : status;
}

sync_status sync_patch_move(struct patcher *p)
{
	struct target from;
	sync_buf text = { 0 };
	bool done = false;
	sync_status status = sync_patch_find(p, &p->op.from, &from);
	if (status == SYNC_OK && !from.cell && !from.null)
		status = SYNC_NOT_FOUND;
	if (status == SYNC_NOT_FOUND)
		return sync_patch_refuse(p, status, "nothing there to move");
	if (status != SYNC_OK)
		return status;
	if (sync_pointer_below(&p->op.path, &p->op.from))
		return sync_patch_refuse(p, SYNC_INVALID, "moved into itself");
	if (from.kind == TARGET_ITEM && !sync_patch_inside_json(&from, &p->op.from) &&
	    same_list(&p->op))
		status = move_item(p, &from, &done);
	if (done || status != SYNC_OK)
		return status;
	status = sync_patch_text_at(p, &p->op.from, &from, &text);
	if (status == SYNC_OK && !sync_pointer_same(&p->op.path, &p->op.from))
		status = move_text(p, &from, &text);
	sync_buf_release(&text);
	return status;
}
