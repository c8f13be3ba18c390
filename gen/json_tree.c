#include "json_tree.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "jcs.h"

/* ---- building ---- */

static json_node *add(json_tree *t, json_node *parent, const char *name, json_node *item)
{
	bool root = !parent && !t->rooted;
	bool added = item && (root || (parent && (name ? cJSON_AddItemToObject(parent, name, item)
						       : cJSON_AddItemToArray(parent, item))));
	if (!added) {
		cJSON_Delete(item);
		t->failed = true;
		return NULL;
	}
	t->rooted = true;
	return item;
}

json_node *json_object(json_tree *t, json_node *parent, const char *name)
{
	return add(t, parent, name, cJSON_CreateObject());
}

json_node *json_array(json_tree *t, json_node *parent, const char *name)
{
	return add(t, parent, name, cJSON_CreateArray());
}

void json_text(json_tree *t, json_node *parent, const char *name, const char *text)
{
	add(t, parent, name, cJSON_CreateString(text));
}

void json_flag(json_tree *t, json_node *parent, const char *name, bool flag)
{
	add(t, parent, name, cJSON_CreateBool(flag));
}

void json_null(json_tree *t, json_node *parent, const char *name)
{
	add(t, parent, name, cJSON_CreateNull());
}

void json_raw(json_tree *t, json_node *parent, const char *name, const char *json)
{
	add(t, parent, name, cJSON_CreateRaw(json));
}

bool json_empty(const json_node *node)
{
	return !node || !node->child;
}

void json_remove(json_node *parent, const char *name)
{
	if (parent)
		cJSON_DeleteItemFromObjectCaseSensitive(parent, name);
}

void json_free(json_node *root)
{
	cJSON_Delete(root);
}

/* ---- printing ---- */

static void scalar(const json_node *node, buf *out)
{
	if (cJSON_IsString(node))
		jcs_string(out, node->valuestring, strlen(node->valuestring));
	else if (cJSON_IsRaw(node))
		buf_text(out, node->valuestring);
	else if (cJSON_IsNull(node))
		buf_text(out, "null");
	else
		buf_text(out, cJSON_IsTrue(node) ? "true" : "false");
}

static bool holds_others(const json_node *node)
{
	return cJSON_IsObject(node) || cJSON_IsArray(node);
}

/* On one line when it fits: {"type": "string"}, ["low", "high"]. Members with their own members and
 * prose need lines of their own. */
static bool fits(const json_node *node)
{
	size_t width = 0;
	for (const json_node *m = node->child; m; m = m->next) {
		if (holds_others(m) && m->child)
			return false;
		if (m->string && strcmp(m->string, "description") == 0)
			return false;
		width += 4 + (m->string ? strlen(m->string) + 2 : 0);
		width += m->valuestring ? strlen(m->valuestring) : 5;
		if (width > 80)
			return false;
	}
	return true;
}

static void line(buf *out, unsigned depth)
{
	buf_char(out, '\n');
	for (unsigned i = 0; i < depth; i++)
		buf_text(out, "  ");
}

/* Depth is bounded: types nest as deep as the parser allows. */
static void print(const json_node *node, unsigned depth, buf *out)
{
	if (!holds_others(node)) {
		scalar(node, out);
		return;
	}
	bool object = cJSON_IsObject(node), one_line = fits(node);
	buf_char(out, object ? '{' : '[');
	for (const json_node *m = node->child; m; m = m->next) {
		if (!one_line)
			line(out, depth + 1);
		if (object) {
			jcs_string(out, m->string, strlen(m->string));
			buf_text(out, ": ");
		}
		print(m, depth + 1, out);
		if (m->next)
			buf_text(out, one_line ? ", " : ",");
	}
	if (!one_line)
		line(out, depth);
	buf_char(out, object ? '}' : ']');
}

void json_print(json_tree *t, const json_node *root, buf *out)
{
	if (root)
		print(root, 0, out);
	buf_char(out, '\n');
	if (t->failed)
		out->failed = true;
}
