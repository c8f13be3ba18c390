/*
 * How a client's write to a field with @merge meets what is there.
 *
 *   max, min         the value that is more, or less, stays, whoever wrote it and when; none at all
 *                    gives way to any
 *   first, checked   a write by somebody who has seen what is there counts; one by somebody who
 *                    has not is left out (first) or refused (checked)
 *
 * A write that is left out is no failure: the rest of its mutation is done, and its author learns
 * from the state what stayed. That is what sets `first` apart from `checked`: who was later with
 * the first has lost nothing that he must hear of, who checks wants to decide anew. Programs on the
 * server just write.
 */
#ifndef SYNC_MERGE_H
#define SYNC_MERGE_H

#include <syncgen/patch.h>

struct merge {
	sync_sight (*seen)(void *arg, const sync_node *node, const sync_field *field,
			   unsigned index); /* of the options */
	void *arg;
	bool kept;	 /* something was left out */
	sync_node *node; /* what was refused: a field of this struct; NULL: nothing was */
	const sync_field *field;
};

/*
 * Somebody writes a field of the struct at `node`, which is another value than there is, or
 * something inside of it. `cell`: the new value of a scalar; NULL: none, or one that max and min do
 * not look at. *keep: to be left out. CONFLICT; READONLY: whether he has seen it is not known.
 */
sync_status sync_merge_judge(struct merge *merge, sync_node *node, const sync_field *field,
			     unsigned index, const void *cell, bool *keep);

#endif
