/*
 * A patch being applied to a tracked value: what apply.c and put.c share.
 */
#ifndef SYNC_PATCHER_H
#define SYNC_PATCHER_H

#include "json_patch.h"
#include "merge.h"
#include "target.h"
#include "track.h"

/* JSON nested deeper than our reader takes is never made: the levels of a frame are left. */
enum { PATCH_DEPTH = SYNC_NESTING_MAX - 4 };

struct patcher {
	sync_track *track;
	struct assign_scope scope;
	bool lenient;
	bool *inexact; /* of the options; NULL: nobody asks */
	sync_buf *current; /* of the options, too */
	struct merge merge;
	struct tree_budget budget; /* counted down; goes back to the options at the end */
	sync_error *error;
	struct operation_reader ops;
	struct operation op;
	/* A json value being patched: a copy, put back before anything else is looked at. */
	struct target json;
	struct pointer json_path;
	char json_key[POINTER_BYTES];
	struct cJSON *tree;
};

static inline sync_status sync_patch_refuse(struct patcher *p, sync_status status,
					    const char *message)
{
	return sync_error_set(p->error, status, "%s", message);
}

/* May the author change what is there? READONLY. */
sync_status sync_patch_may_write(struct patcher *p, const struct target *t);

/* The same, and how @merge meets what is there: `cell` and *keep as in sync_merge_judge(). */
sync_status sync_patch_may_change(struct patcher *p, const struct target *t, const void *cell,
				  bool *keep);

/* Puts the value of a text whose grammar was checked. `insert`: into a list, in front of what is
 * there. A container or struct that is there is changed as little as can be. */
sync_status sync_patch_put(struct patcher *p, struct target *t, bool insert, const char *text,
			   size_t length);
/* Takes away what is there. */
sync_status sync_patch_take(struct patcher *p, struct target *t);
/* Takes the value out of the set that is there; it may have been absent already. */
sync_status sync_patch_take_value(struct patcher *p, struct target *set, const char *text,
				  size_t length);
/* What is there as text, all of it or what the author sees; within the budget. */
sync_status sync_patch_print(struct patcher *p, const struct target *t, bool all, sync_buf *out);

#endif
