#include "patcher.h"

/* What operations of all kinds ask. */

/* Where "~1" stands somebody may mean just that, or "/". */
static void doubt_escapes(struct patcher *p, const struct pointer *pointer)
{
	for (size_t i = 0; i < pointer->count && p->lenient && !pointer->certain; i++)
		if (pointer->segments[i].length != pointer->segments[i].raw_length)
			*p->inexact = true;
}

sync_status sync_patch_find(struct patcher *p, const struct pointer *pointer, struct target *t)
{
	if (p->inexact)
		doubt_escapes(p, pointer);
	return sync_target_find(t, p->track->type, p->track->value, pointer, &p->scope, p->lenient);
}

sync_status sync_patch_text_at(struct patcher *p, const struct pointer *pointer, struct target *t,
			       sync_buf *text)
{
	struct cJSON *node;
	sync_status status = sync_patch_find(p, pointer, t);
	if (status != SYNC_OK)
		return status;
	if (sync_patch_inside_json(t, pointer)) {
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

sync_status sync_patch_print(struct patcher *p, const struct target *t, bool all, sync_buf *out)
{
	sync_writer writer;
	sync_writer_init(&writer);
	if (p->scope.client && !all)
		writer.sees = p->scope.roles | SYNC_SEE_PUBLIC;
	size_t price = sync_patch_price(p, t->type);
	writer.out.limit = p->budget.bytes >= price ? p->budget.bytes / price : 1;
	if (!t->cell)
		SYNC_BUF_LITERAL(&writer.out, "null");
	else
		t->type->ops->write(t->type, &writer, t->cell);
	*out = writer.out;
	if (out->status != SYNC_OK) {
		sync_status status = out->status;
		sync_buf_release(out);
		if (status != SYNC_TOO_BIG)
			return status;
		p->budget.bytes = 0;
		return sync_patch_refuse(p, status, "the patch copies too much");
	}
	sync_tree_pay(&p->budget, out->len * price);
	return SYNC_OK;
}

sync_status sync_patch_may_write(struct patcher *p, const struct target *t)
{
	if (p->scope.client && t->constant)
		return sync_patch_refuse(p, SYNC_READONLY, "clients cannot change this");
	if (!t->covered)
		return sync_patch_refuse(p, SYNC_READONLY,
					 t->guarded
						 ? "this takes a role that the client does not have"
						 : "only the server writes this");
	return SYNC_OK;
}

sync_status sync_patch_may_change(struct patcher *p, const struct target *t, const void *cell,
				  bool *keep)
{
	sync_status status = sync_patch_may_write(p, t);
	*keep = false;
	if (status != SYNC_OK || !t->merge || !p->merge.seen)
		return status;
	return sync_merge_judge(&p->merge, t->merge_node, t->merge, (unsigned)t->merge_index, cell,
				keep);
}

void sync_patch_tell_current(struct patcher *p, const sync_buf *text)
{
	sync_buf *current = p->current;
	if (current && (!current->limit || current->len + text->len <= current->limit))
		sync_buf_put(current, text->data, text->len);
}
