/* What a client's patch costs beyond reading it. */
#include "align.h"
#include "patcher.h"

/*
 * A few bytes can make much work: copies, edits of a long text, taking from the front of a long
 * list, emptying a map and being refused. All that is paid for from `budget.bytes`. The unit is the
 * time that a byte takes to be copied as text; so many of it takes
 */
enum {
	VALUE = 32, /* a byte of the JSON of a container or struct: printed, read, and compared with
		       what is there */
	CHANGE = 256, /* a change, which may have to be undone */
	KEPT = 16,    /* a byte of what is kept for that: each element removed has 8 */
	MOVED = 4     /* …, one: so many bytes of a text, or elements of a list, that are moved */
};

static sync_status pay(struct patcher *p, size_t work)
{
	if (!p->scope.client || sync_tree_pay(&p->budget, work))
		return SYNC_OK;
	return sync_patch_refuse(p, SYNC_TOO_BIG, "the patch makes too much work");
}

sync_status sync_patch_pay_changes(struct patcher *p, size_t entries, size_t kept)
{
	size_t more = p->track->len - entries, bytes = p->track->kept_len - kept;
	return pay(p, more * CHANGE + bytes * KEPT);
}

sync_status sync_patch_pay_shift(struct patcher *p, const struct target *t)
{
	size_t count = sync_items_of(t->holder_type, t->holder).count;
	return t->index + 1 < count ? pay(p, (count - t->index) / MOVED) : SYNC_OK;
}

sync_status sync_patch_pay_set(struct patcher *p, const sync_type *type, const void *set,
			       unsigned times)
{
	/* Once more when it is undone. */
	return pay(p, 2 * times * sync_items_of(type, set).count);
}

sync_status sync_patch_pay_text(struct patcher *p, size_t length)
{
	return pay(p, length / MOVED);
}

size_t sync_patch_price(const struct patcher *p, const sync_type *type)
{
	bool leaf = type->kind != SYNC_KIND_JSON && !sync_type_is_node(type);
	return p->scope.client && !leaf ? VALUE : 1;
}
