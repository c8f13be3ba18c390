/*
 * One operation of a patch on a json value: what sync_json_patch does in a row, and typed patches
 * do where a path leads into a `json` field.
 */
#ifndef JSON_PATCH_H
#define JSON_PATCH_H

#include "operation.h"
#include "tree.h"

/*
 * `skip`: so many segments of the paths lie outside the tree. `depth`: how deep it may become.
 * After a failure the tree is a tree, of no use. *error may be left OK when there is nothing to add
 * to the status; its pointer is below the path.
 */
sync_status sync_tree_apply(struct cJSON **root, const struct operation *op, size_t skip,
			    unsigned depth, struct tree_budget *budget, sync_error *error);

#endif
