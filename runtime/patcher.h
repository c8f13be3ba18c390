/*
 * A patch being applied to a tracked value: what the files share that do it.
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
	bool *inexact;	   /* of the options; NULL: nobody asks */
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

/* ---- what every operation asks: patcher.c ---- */

/* Where the pointer leads, for the author: as in sync_target_find(). */
sync_status sync_patch_find(struct patcher *p, const struct pointer *pointer, struct target *t);

/* Does it lead into a json value? */
static inline bool sync_patch_inside_json(const struct target *t, const struct pointer *pointer)
{
	return t->used < pointer->count && t->kind != TARGET_ROOT;
}

/* May the author change what is there? READONLY. */
sync_status sync_patch_may_write(struct patcher *p, const struct target *t);

/* The same, and how @merge meets what is there: `cell` and *keep as in sync_merge_judge(). */
sync_status sync_patch_may_change(struct patcher *p, const struct target *t, const void *cell,
				  bool *keep);

/* What is there as text, all of it or what the author sees; within the budget. */
sync_status sync_patch_print(struct patcher *p, const struct target *t, bool all, sync_buf *out);
/* The same of the place that the pointer leads to, as its author sees it; also inside of a json
 * value. */
sync_status sync_patch_text_at(struct patcher *p, const struct pointer *pointer, struct target *t,
			       sync_buf *text);
/* Tells what the author did not expect; all of it or nothing. */
void sync_patch_tell_current(struct patcher *p, const sync_buf *text);

/* ---- what it costs: patcher_pay.c. TOO_BIG: more than a client's patch may ---- */

/* What was changed since the log had `entries`, which kept `kept` bytes. */
sync_status sync_patch_pay_changes(struct patcher *p, size_t entries, size_t kept);
/* What stands behind an element of a list moves: one comes or goes there. */
sync_status sync_patch_pay_shift(struct patcher *p, const struct target *t);
/* The same of a set, whose index has positions and is gone through so many times. */
sync_status sync_patch_pay_set(struct patcher *p, const sync_type *type, const void *set,
			       unsigned times);
/* An edit of a text of so many bytes. */
sync_status sync_patch_pay_text(struct patcher *p, size_t length);
/* Of a byte of what is printed of such a value, to be read again. */
size_t sync_patch_price(const struct patcher *p, const sync_type *type);

/* ---- values that come and go: put.c ---- */

/* Puts the value of a text whose grammar was checked. `insert`: into a list, in front of what is
 * there. A container or struct that is there is changed as little as can be. */
sync_status sync_patch_put(struct patcher *p, struct target *t, bool insert, const char *text,
			   size_t length);
/* Takes away what is there. */
sync_status sync_patch_take(struct patcher *p, struct target *t);
/* Takes the value out of the set that is there; it may have been absent already. */
sync_status sync_patch_take_value(struct patcher *p, struct target *set, const char *text,
				  size_t length);

/* ---- the json value that is open: apply_json.c ---- */

/* Does the operation stay inside of it? */
bool sync_patch_json_stays(const struct patcher *p);
/* Does it move or copy inside of one that is not open? Which one: *path. */
bool sync_patch_json_between(struct patcher *p, struct target *path);
/* Opens the one at `t`, to which the pointer leads; none is open. */
sync_status sync_patch_json_open(struct patcher *p, const struct target *t,
				 const struct pointer *pointer);
/* The operation changes the open one. */
sync_status sync_patch_json_apply(struct patcher *p);
/* Both, for the operation's path. */
sync_status sync_patch_json_enter(struct patcher *p, const struct target *t);
/* Puts it back, if one is open. */
sync_status sync_patch_json_close(struct patcher *p);

/* ---- from place to place: apply_move.c ---- */

sync_status sync_patch_copy(struct patcher *p);
sync_status sync_patch_move(struct patcher *p);

#endif
