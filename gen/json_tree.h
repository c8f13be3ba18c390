/*
 * A JSON document under construction, on cJSON, which only json_tree.c includes.
 *
 *   json_tree t = {0};
 *   json_node *root = json_object(&t, NULL, NULL);
 *   json_text(&t, root, "type", "object");
 *   json_node *fields = json_object(&t, root, "properties");
 *   …
 *   json_print(&t, root, &out);
 *   json_free(root);
 *
 * Every call adds to an object under a name, or to an array with name NULL, and owns nothing after.
 * Running out of memory is remembered in `failed`, and by `out` when it is printed; a NULL parent
 * that comes of it is fine.
 */
#ifndef GEN_JSON_TREE_H
#define GEN_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

typedef struct cJSON json_node;

typedef struct {
	bool failed;
	bool rooted; /* the root exists: a NULL parent is a failure, not another root */
} json_tree;

json_node *json_object(json_tree *t, json_node *parent, const char *name);
json_node *json_array(json_tree *t, json_node *parent, const char *name);
void json_text(json_tree *t, json_node *parent, const char *name, const char *text);
void json_flag(json_tree *t, json_node *parent, const char *name, bool flag);
void json_null(json_tree *t, json_node *parent, const char *name);
/* JSON that is spelled already: numbers beyond what a double holds, values with U+0000. */
void json_raw(json_tree *t, json_node *parent, const char *name, const char *json);

/* Whether an array or object holds nothing. */
bool json_empty(const json_node *node);
/* Takes a member away again. */
void json_remove(json_node *parent, const char *name);

/* Two spaces a level, arrays and objects of few scalars on one line; ends with a line feed. */
void json_print(json_tree *t, const json_node *root, buf *out);
void json_free(json_node *root); /* NULL is fine */

#endif
