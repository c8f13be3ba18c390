/* The differences of two json values. */
#include <string.h>

#include "differ.h"
#include "pointer.h"
#include "track.h"
#include "tree.h"

/* Objects whose members come in another order are searched by walking along them, up to this many
 * steps; larger ones are replaced. */
enum { SEARCH_STEPS = 1 << 16 };

/* A pointer has so many segments at most: below, values are replaced. Some are the field's. */
enum { DEPTH_MAX = POINTER_SEGMENTS / 2 };

static void diff(struct differ *d, const struct cJSON *before, const struct cJSON *after,
		 unsigned depth);

static void write_json(const void *type, sync_writer *writer, const void *value)
{
	(void)type;
	sync_put_json(&writer->out, value);
}

static void put(struct differ *d, const struct cJSON *value)
{
	sync_differ_value(d);
	sync_put_json(&d->writer.out, value);
	sync_differ_end(d);
}

static void replace(struct differ *d, const struct cJSON *value)
{
	SYNC_DIFFER_BEGIN(d, "replace");
	put(d, value);
}

static void add(struct differ *d, const struct cJSON *value)
{
	SYNC_DIFFER_BEGIN(d, "add");
	put(d, value);
}

static void drop(struct differ *d)
{
	SYNC_DIFFER_BEGIN(d, "remove");
	sync_differ_end(d);
}

static size_t count_of(const struct cJSON *node)
{
	size_t count = 0;
	for (const struct cJSON *child = sync_tree_first(node); child;
	     child = sync_tree_next(child))
		count++;
	return count;
}

/* ---- objects ------------------------------------------------------------------------------ */

static const struct cJSON *member_of(const struct cJSON *object, const struct cJSON *hint,
				     const char *name)
{
	if (hint && strcmp(sync_tree_name(hint), name) == 0)
		return hint;
	for (const struct cJSON *child = sync_tree_first(object); child;
	     child = sync_tree_next(child))
		if (strcmp(sync_tree_name(child), name) == 0)
			return child;
	return NULL;
}

static bool same_names(const struct cJSON *before, const struct cJSON *after)
{
	const struct cJSON *a = sync_tree_first(before), *b = sync_tree_first(after);
	for (; a && b; a = sync_tree_next(a), b = sync_tree_next(b))
		if (strcmp(sync_tree_name(a), sync_tree_name(b)) != 0)
			return false;
	return !a && !b;
}

static void diff_object(struct differ *d, const struct cJSON *before, const struct cJSON *after,
			unsigned depth)
{
	size_t path = d->path.len;
	const struct cJSON *hint = sync_tree_first(after);
	if (!same_names(before, after) && count_of(before) > SEARCH_STEPS / (count_of(after) + 1)) {
		replace(d, after);
		return;
	}
	for (const struct cJSON *a = sync_tree_first(before); a; a = sync_tree_next(a)) {
		const char *name = sync_tree_name(a);
		if (!member_of(after, hint, name)) {
			sync_place_key(name, strlen(name), &d->path);
			drop(d);
			sync_differ_up(d, path);
		}
		hint = hint ? sync_tree_next(hint) : NULL;
	}
	hint = sync_tree_first(before);
	for (const struct cJSON *b = sync_tree_first(after); b; b = sync_tree_next(b)) {
		const char *name = sync_tree_name(b);
		const struct cJSON *a = member_of(before, hint, name);
		sync_place_key(name, strlen(name), &d->path);
		if (a)
			diff(d, a, b, depth);
		else
			add(d, b);
		sync_differ_up(d, path);
		hint = hint ? sync_tree_next(hint) : NULL;
	}
}

/* ---- arrays ------------------------------------------------------------------------------- */

static const struct cJSON *at_index(const struct cJSON *array, size_t index)
{
	const struct cJSON *child = sync_tree_first(array);
	while (child && index--)
		child = sync_tree_next(child);
	return child;
}

/* Elements at the end that are equal: walked from places so far from it, at most `most`. */
static size_t equal_at_end(const struct cJSON *before, size_t before_count,
			   const struct cJSON *after, size_t after_count, size_t most)
{
	const struct cJSON *a = at_index(before, before_count - most);
	const struct cJSON *b = at_index(after, after_count - most);
	size_t run = 0;
	for (; a && b; a = sync_tree_next(a), b = sync_tree_next(b))
		run = sync_json_equal(a, b) ? run + 1 : 0;
	return run;
}

static void diff_array(struct differ *d, const struct cJSON *before, const struct cJSON *after,
		       unsigned depth)
{
	size_t path = d->path.len, at = 0, old = count_of(before), new = count_of(after);
	size_t least = old < new ? old : new;
	const struct cJSON *a = sync_tree_first(before), *b = sync_tree_first(after);
	for (; at < least && sync_json_equal(a, b); at++) {
		a = sync_tree_next(a);
		b = sync_tree_next(b);
	}
	least -= equal_at_end(before, old, after, new, least - at);
	/* From `at` on there are as many to be changed as both have, then to be taken or put. */
	size_t end = old - (old < new ? old : new) + least;
	for (size_t i = end; i-- > least;) {
		sync_differ_index(d, i);
		drop(d);
		sync_differ_up(d, path);
	}
	for (; at < least; at++) {
		sync_differ_index(d, at);
		diff(d, a, b, depth);
		sync_differ_up(d, path);
		a = sync_tree_next(a);
		b = sync_tree_next(b);
	}
	for (size_t left = new > old ? new - old : 0; left &&b; left--, b = sync_tree_next(b)) {
		sync_differ_index(d, at++);
		add(d, b);
		sync_differ_up(d, path);
	}
}

/* ---- both --------------------------------------------------------------------------------- */

static void diff(struct differ *d, const struct cJSON *before, const struct cJSON *after,
		 unsigned depth)
{
	enum tree_kind kind = sync_tree_kind_of(after);
	bool container = kind == TREE_OBJECT || kind == TREE_ARRAY;
	if (d->writer.out.status != SYNC_OK)
		return;
	if (!container || kind != sync_tree_kind_of(before) || depth == DEPTH_MAX) {
		if (!sync_json_equal(before, after))
			replace(d, after);
	} else if (kind == TREE_OBJECT) {
		diff_object(d, before, after, depth + 1);
	} else {
		diff_array(d, before, after, depth + 1);
	}
}

void sync_differ_json(struct differ *d, const struct cJSON *before, const struct cJSON *after)
{
	struct differ_mark mark = sync_differ_mark(d);
	diff(d, before, after, 0);
	sync_differ_settle(d, mark, 0, write_json, NULL, after);
}
