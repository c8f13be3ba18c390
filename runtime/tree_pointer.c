/* Finding, putting and taking nodes of a json value by pointer. */
#include <string.h>

#include "tree.h"

static bool spend(struct tree_budget *budget)
{
	if (!budget->steps)
		return false;
	budget->steps--;
	return true;
}

static bool named(const struct cJSON *node, const struct segment *name)
{
	const char *text = sync_tree_name(node);
	/* A segment with U+0000 equals no name: memchr finds the NUL before its end. */
	return strncmp(text, name->bytes, name->length) == 0 && text[name->length] == 0 &&
	       !(name->length && memchr(name->bytes, 0, name->length));
}

static sync_status find_member(const struct cJSON *object, const struct segment *name,
			       struct tree_budget *budget, struct cJSON **found)
{
	for (struct cJSON *child = sync_tree_first(object); child; child = sync_tree_next(child)) {
		if (!spend(budget))
			return SYNC_TOO_BIG;
		if (named(child, name)) {
			*found = child;
			return SYNC_OK;
		}
	}
	return SYNC_NOT_FOUND;
}

/* *found is NULL where `index` is the end of the array. */
static sync_status find_place(const struct cJSON *array, const struct segment *segment,
			      struct tree_budget *budget, struct cJSON **found)
{
	struct cJSON *child = sync_tree_first(array);
	size_t index;
	if (!sync_segment_index(segment, &index))
		return SYNC_NOT_FOUND;
	*found = NULL;
	if (index == POINTER_END)
		return SYNC_OK;
	for (; child && index; child = sync_tree_next(child), index--)
		if (!spend(budget))
			return SYNC_TOO_BIG;
	*found = child;
	return index ? SYNC_NOT_FOUND : SYNC_OK;
}

static sync_status step(const struct cJSON *parent, const struct segment *segment,
			struct tree_budget *budget, struct cJSON **child)
{
	sync_status status = SYNC_NOT_FOUND;
	*child = NULL;
	if (sync_tree_kind_of(parent) == TREE_OBJECT)
		status = find_member(parent, segment, budget, child);
	else if (sync_tree_kind_of(parent) == TREE_ARRAY)
		status = find_place(parent, segment, budget, child);
	return status != SYNC_OK || *child ? status : SYNC_NOT_FOUND;
}

sync_status sync_tree_at(struct cJSON *root, struct tree_path path, struct tree_budget *budget,
			 struct cJSON **found)
{
	*found = root;
	for (size_t i = 0; i < path.count; i++) {
		sync_status status = step(*found, &path.segments[i], budget, found);
		if (status != SYNC_OK)
			return status;
	}
	return SYNC_OK;
}

static struct tree_path parent_of(struct tree_path path)
{
	path.count--;
	return path;
}

static sync_status put_member(struct cJSON *object, const struct segment *name, struct cJSON *node,
			      bool replace, struct tree_budget *budget)
{
	struct cJSON *old = NULL;
	sync_status status = find_member(object, name, budget, &old);
	if (status == SYNC_TOO_BIG || (status != SYNC_OK && replace))
		return status;
	if (name->length && memchr(name->bytes, 0, name->length))
		return SYNC_INVALID; /* no cJSON name can hold U+0000 */
	status = sync_tree_rename(node, name->bytes, name->length);
	if (status != SYNC_OK)
		return status;
	if (!old) {
		sync_tree_insert(object, NULL, node);
		return SYNC_OK;
	}
	sync_tree_swap(object, old, node);
	sync_json_free(old);
	return SYNC_OK;
}

static sync_status put_element(struct cJSON *array, const struct segment *segment,
			       struct cJSON *node, bool replace, struct tree_budget *budget)
{
	struct cJSON *place = NULL;
	sync_status status = find_place(array, segment, budget, &place);
	if (status != SYNC_OK)
		return status;
	if (!replace) {
		sync_tree_insert(array, place, node);
		return SYNC_OK;
	}
	if (!place)
		return SYNC_NOT_FOUND;
	sync_tree_swap(array, place, node);
	sync_json_free(place);
	return SYNC_OK;
}

sync_status sync_tree_put(struct cJSON **root, struct tree_path path, struct cJSON *node,
			  bool replace, unsigned depth, struct tree_budget *budget)
{
	struct cJSON *parent;
	unsigned below;
	sync_status status;
	sync_tree_measure(node, &below);
	if (path.count + below > depth)
		return SYNC_TOO_BIG;
	if (!path.count) {
		sync_json_free(*root);
		*root = node;
		return SYNC_OK;
	}
	status = sync_tree_at(*root, parent_of(path), budget, &parent);
	if (status != SYNC_OK)
		return status;
	switch (sync_tree_kind_of(parent)) {
	case TREE_OBJECT:
		return put_member(parent, &path.segments[path.count - 1], node, replace, budget);
	case TREE_ARRAY:
		return put_element(parent, &path.segments[path.count - 1], node, replace, budget);
	default:
		return SYNC_NOT_FOUND;
	}
}

sync_status sync_tree_take(struct cJSON *root, struct tree_path path, struct tree_budget *budget,
			   struct cJSON **taken)
{
	struct cJSON *parent;
	sync_status status;
	*taken = NULL;
	if (!path.count)
		return SYNC_INVALID;
	status = sync_tree_at(root, parent_of(path), budget, &parent);
	if (status == SYNC_OK)
		status = step(parent, &path.segments[path.count - 1], budget, taken);
	if (status == SYNC_OK)
		sync_tree_detach(parent, *taken);
	return status;
}
