#include <syncgen/value.h>

#include "patcher.h"

/* A json value that operations change: a copy for as long as they stay inside, put back before
 * anything else is looked at. */

sync_status sync_patch_json_close(struct patcher *p)
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

bool sync_patch_json_stays(const struct patcher *p)
{
	bool from = p->op.verb == OP_MOVE || p->op.verb == OP_COPY;
	return p->tree && sync_pointer_below(&p->op.path, &p->json_path) &&
	       (!from || sync_pointer_below(&p->op.from, &p->json_path));
}

sync_status sync_patch_json_open(struct patcher *p, const struct target *t,
				 const struct pointer *pointer)
{
	unsigned depth;
	size_t bytes = sync_tree_measure(*(struct cJSON **)t->cell, &depth);
	if (!sync_tree_pay(&p->budget, bytes))
		return sync_patch_refuse(p, SYNC_TOO_BIG, "the patch copies too much");
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

sync_status sync_patch_json_apply(struct patcher *p)
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

sync_status sync_patch_json_enter(struct patcher *p, const struct target *t)
{
	sync_status status = sync_patch_json_open(p, t, &p->op.path);
	return status == SYNC_OK ? sync_patch_json_apply(p) : status;
}

bool sync_patch_json_between(struct patcher *p, struct target *path)
{
	struct target from;
	if (p->op.verb != OP_MOVE && p->op.verb != OP_COPY)
		return false;
	return sync_patch_find(p, &p->op.path, path) == SYNC_OK &&
	       sync_patch_find(p, &p->op.from, &from) == SYNC_OK &&
	       sync_patch_inside_json(path, &p->op.path) &&
	       sync_patch_inside_json(&from, &p->op.from) && path->cell == from.cell;
}
