/*
 * How one list becomes another: the steps that diff writes down and assign carries out.
 *
 * Lists of structs with a @key are matched by it, so that an element that moved is moved; others by
 * position, after their common ends were set aside, with a longest common subsequence where what is
 * between them is small. The steps come in the order of the wire: removals from the end, then
 * insertions and moves from the front, then what changed inside an element that stayed. Positions
 * are those at the time of the step.
 */
#ifndef SYNC_ALIGN_H
#define SYNC_ALIGN_H

#include <syncgen/list.h>

/* The elements of a list, of any kind of list. */
struct items {
	const char *first;
	size_t count, stride;
	bool pointers; /* the items are pointers to cells */
};

struct items sync_items_of(const sync_type *type, const void *list);

static inline const void *sync_item(const struct items *items, size_t at)
{
	const char *item = items->first + at * items->stride;
	return items->pointers ? *(const void *const *)(const void *)item : item;
}

/* Each returns SYNC_OK to go on. */
struct align_steps {
	sync_status (*remove)(void *context, size_t at);
	sync_status (*insert)(void *context, size_t at, size_t new_index);
	sync_status (*move)(void *context, size_t from, size_t to);
	/* The element at `at` is old_index of the old list and new_index of the new one; it may be
	 * the same in both. */
	sync_status (*change)(void *context, size_t at, size_t old_index, size_t new_index);
	/* Without a @key only equal elements correspond: another one in the same place is another
	 * one. */
	bool exact;
	/* Equal elements are changed too: the order of a set in them may be another one. */
	bool ordered;
};

/* Nothing of `old` is looked at any more once the first step was called. */
sync_status sync_align(const sync_type *elem, struct items old, struct items new,
		       const struct align_steps *steps, void *context);

#endif
