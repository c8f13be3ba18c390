/*
 * Moving about in a json value and changing it, without knowing what it is made of: the names
 * json_patch.c and json_diff.c use, so that value.c stays the only file to include cJSON.
 *
 * Nodes are made and freed here through the library's own allocator: cJSON's hooks are the global
 * state of somebody else's library and stay as the program set them. The layout of a cJSON node is
 * public, so whoever reads a value with cJSON's own functions may; only freeing and changing is
 * ours (sync_json_free, the generated setters).
 */
#ifndef TREE_H
#define TREE_H

#include <syncgen/value.h>

#include "pointer.h"

/* Deeper trees are neither read, copied nor printed: the walks over them are recursive. */
enum { TREE_DEPTH_MAX = 512 };

enum tree_kind { TREE_NULL, TREE_BOOL, TREE_NUMBER, TREE_STRING, TREE_ARRAY, TREE_OBJECT };

/* What a node is. NULL, and what cJSON can hold but JSON has no word for, count as null. */
enum tree_kind sync_tree_kind_of(const struct cJSON *node);

/* The children of an array or object, in order; NULL when there is none (left). */
struct cJSON *sync_tree_first(const struct cJSON *node);
struct cJSON *sync_tree_next(const struct cJSON *node);
/* The name of an object's child, never NULL. */
const char *sync_tree_name(const struct cJSON *node);

/*
 * Reads one value as a new tree; null is a node here, never NULL. `nul`: U+0000 is kept as the
 * bytes C0 80, which no valid UTF-8 holds. Such a tree is good for comparing only; without it
 * U+0000 is INVALID, because cJSON's strings end there. *node is NULL after a failure.
 */
bool sync_tree_read(sync_reader *reader, struct cJSON **node, bool nul);

/* A deep copy, never NULL but for memory (a NULL `from` gives a null node). Checks what somebody
 * else's tree may hold: INVALID, TOO_BIG, NOMEM. */
sync_status sync_tree_copy(struct cJSON **to, const struct cJSON *from);

/* As sync_json_equal, but says so when it had no memory to find out. */
sync_status sync_tree_compare(const struct cJSON *a, const struct cJSON *b, bool *equal);

/* How deep `node` is (a scalar: 0) and about how many bytes a copy takes. */
size_t sync_tree_measure(const struct cJSON *node, unsigned *depth);

/* ---- making: a node's content, once, before anybody sees it --------------------------------- */

/* A loose node: null, false, 0, an empty array or object; a string gets its text at once. NULL: no
 * memory. */
struct cJSON *sync_tree_new(enum tree_kind kind);
void sync_tree_set_bool(struct cJSON *node, bool value);
void sync_tree_set_number(struct cJSON *node, double value);
/* Both take over a NUL-terminated block of sync_alloc. */
void sync_tree_set_text(struct cJSON *node, char *text);
void sync_tree_set_name(struct cJSON *node, char *name);
/* *twice: a member of `object` whose name came before; NULL if all differ. */
sync_status sync_tree_find_twice(const struct cJSON *object, const struct cJSON **twice);

/* ---- changing: the node's links and name, nothing else ------------------------------------ */

/* Gives `node` a name, for its place in an object. NOMEM leaves it as it was. */
sync_status sync_tree_rename(struct cJSON *node, const char *name, size_t length);
/* Puts a loose node in front of `before`, a child of `parent`; NULL: at the end. */
void sync_tree_insert(struct cJSON *parent, struct cJSON *before, struct cJSON *node);
/* Takes a child out; it is the caller's then. */
void sync_tree_detach(struct cJSON *parent, struct cJSON *node);
/* Puts the loose `node` where `old` was; `old` is the caller's then. */
void sync_tree_swap(struct cJSON *parent, struct cJSON *old, struct cJSON *node);

/* ---- by pointer: tree_pointer.c ----------------------------------------------------------- */

/*
 * What one patch may cost, so that a few operations on a large value cannot keep the machine busy
 * or fill it up: `steps` counts nodes visited on the way, `bytes` what copies take, and what else
 * takes as long. Used up: TOO_BIG, and what it was too little of is 0.
 */
struct tree_budget {
	size_t steps, bytes;
};
#define TREE_BUDGET                                                                                \
	{                                                                                          \
		(size_t)1 << 24, (size_t)1 << 24                                                   \
	}
/* Of a client: about what it takes to apply the largest push that is all new. */
#define TREE_CLIENT_BUDGET                                                                         \
	{                                                                                          \
		(size_t)1 << 20, (size_t)1 << 24                                                   \
	}

/* False: there is not so much left. */
static inline bool sync_tree_pay(struct tree_budget *budget, size_t bytes)
{
	bool enough = bytes <= budget->bytes;
	budget->bytes = enough ? budget->bytes - bytes : 0;
	return enough;
}

/* Part of a pointer: its first segments may lead to the tree. */
struct tree_path {
	const struct segment *segments;
	size_t count;
};

/* The depth no patch goes beyond: the one our reader accepts. */
enum { TREE_PATCH_DEPTH = 64 };

/* NOT_FOUND, TOO_BIG. */
sync_status sync_tree_at(struct cJSON *root, struct tree_path path, struct tree_budget *budget,
			 struct cJSON **found);
/*
 * RFC 6902 add, or replace: puts the loose `node` at `path`. Taken over when it succeeds. `*root`
 * may change. `depth`: how deep the tree may become.
 */
sync_status sync_tree_put(struct cJSON **root, struct tree_path path, struct cJSON *node,
			  bool replace, unsigned depth, struct tree_budget *budget);
/* Takes the value at `path` out: never the root, that is INVALID. */
sync_status sync_tree_take(struct cJSON *root, struct tree_path path, struct tree_budget *budget,
			   struct cJSON **taken);

#endif
