#include "align.h"

#include <syncgen/alloc.h>

#include "index.h"
#include "track.h"

#define NONE UINT32_MAX

/* Middles of which the product is larger are not searched for common subsequences. */
enum { LCS_CELLS = 64 * 64 };

struct aligner {
	const sync_type *elem;
	struct items old, new;
	size_t front, back;		/* elements at the ends that correspond */
	size_t front_equal, back_equal; /* of those, from the outside: so many are equal too */
	bool exact;			/* of elements without keys only equal ones correspond */
	size_t before, after;		/* elements between the ends: of the old, of the new */
	bool same_inside;		/* those that correspond between the ends are equal */
	uint32_t *from; /* new ones between the ends: which old one, counted likewise; or NONE */
	uint8_t *kept;	/* old ones between the ends: is it in `from`? */
};

struct items sync_items_of(const sync_type *type, const void *list)
{
	const sync_list *plain = list;
	const sync_inline_list *inlined = list;
	struct items items = { plain->items, plain->len, type->elem->size, false };
	if (type->kind == SYNC_KIND_INLINE_LIST) {
		items.first = (const char *)(inlined + 1);
		items.count = inlined->len;
	} else if (sync_type_is_node(type->elem)) {
		items.stride = sizeof(void *);
		items.pointers = true;
	}
	return items;
}

/* ---- keys --------------------------------------------------------------------------------- */

static const sync_field *key_field(const sync_type *elem)
{
	return elem->kind == SYNC_KIND_STRUCT && elem->key >= 0 ? &elem->fields[elem->key] : NULL;
}

/* Do two elements have the same value? */
static bool are_equal(const struct aligner *a, size_t old, size_t new)
{
	return a->elem->ops->equal(a->elem, sync_item(&a->old, old), sync_item(&a->new, new));
}

/* Do two elements correspond: the same key, or without keys the same value? */
static bool correspond(const struct aligner *a, size_t old, size_t new)
{
	const sync_field *key = key_field(a->elem);
	const char *left = sync_item(&a->old, old), *right = sync_item(&a->new, new);
	if (!key)
		return are_equal(a, old, new);
	return key->type->ops->equal(key->type, left + key->offset, right + key->offset);
}

static uint64_t hash_key(const sync_field *key, const void *element)
{
	return sync_cell_hash(key->type, (const char *)element + key->offset);
}

/* One element was moved, from the end of what is between to its front or the other way: the rest
 * has only shifted, which needs no index. False: it is something else. */
static bool match_shifted(struct aligner *a)
{
	size_t last = a->before - 1, front = a->front;
	if (a->before != a->after)
		return false;
	bool forward = are_equal(a, front + last, front);
	if (!forward && !are_equal(a, front, front + last))
		return false;
	size_t old = forward ? 0 : 1, new = forward ? 1 : 0;
	for (size_t i = 0; i < last; i++)
		if (!are_equal(a, front + old + i, front + new + i))
			return false;
	for (size_t i = 0; i < last; i++)
		a->from[new + i] = (uint32_t)(old + i);
	a->from[forward ? 0 : last] = (uint32_t)(forward ? last : 0);
	memset(a->kept, 1, a->before);
	a->same_inside = true;
	return true;
}

static sync_status match_by_key(struct aligner *a)
{
	if (match_shifted(a))
		return SYNC_OK;
	const sync_field *key = key_field(a->elem);
	struct sync_index *index = NULL;
	if (!sync_index_reserve(&index, a->before))
		return SYNC_NOMEM;
	for (size_t i = 0; i < a->before; i++)
		sync_index_add(index, hash_key(key, sync_item(&a->old, a->front + i)), i + 1);
	for (size_t j = 0; j < a->after; j++) {
		uint64_t hash = hash_key(key, sync_item(&a->new, a->front + j));
		size_t at = 0;
		uintptr_t found;
		while ((found = sync_index_next(index, hash, &at)) != 0 &&
		       !correspond(a, a->front + found - 1, a->front + j))
			;
		if (!found)
			continue;
		/* Taken out: a key that comes twice (nobody validated this) matches once. */
		sync_index_remove(index, hash, found);
		a->from[j] = (uint32_t)(found - 1);
		a->kept[found - 1] = 1;
	}
	sync_index_free(index);
	return SYNC_OK;
}

/* ---- without keys ------------------------------------------------------------------------- */

static void pair(struct aligner *a, size_t old, size_t new)
{
	a->from[new] = (uint32_t)old;
	a->kept[old] = 1;
}

/* What lies between two anchors: one becomes the other as far as there are as many. */
static void pair_gap(struct aligner *a, size_t i, size_t old_end, size_t j, size_t new_end)
{
	while (!a->exact && i < old_end && j < new_end)
		pair(a, i++, j++);
}

/* Longest common subsequence; rows of lengths from the end, then a walk from the front. */
static void match_by_value(struct aligner *a, uint8_t *lengths)
{
	size_t width = a->after + 1, i = 0, j = 0, old_gap = 0, new_gap = 0;
	for (i = a->before; i-- > 0;)
		for (j = a->after; j-- > 0;) {
			uint8_t *cell = lengths + i * width + j;
			uint8_t down = cell[width], right = cell[1];
			if (correspond(a, a->front + i, a->front + j))
				*cell = (uint8_t)(cell[width + 1] + 1);
			else
				*cell = down > right ? down : right;
		}
	i = j = 0;
	while (i < a->before && j < a->after) {
		const uint8_t *cell = lengths + i * width + j;
		if (cell[0] == cell[width]) {
			i++;
		} else if (cell[0] == cell[1]) {
			j++;
		} else {
			pair_gap(a, old_gap, i, new_gap, j);
			pair(a, i++, j++);
			old_gap = i;
			new_gap = j;
		}
	}
	pair_gap(a, old_gap, a->before, new_gap, a->after);
}

static sync_status match_by_position(struct aligner *a)
{
	size_t cells = (a->before + 1) * (a->after + 1);
	uint8_t *lengths;
	if (!a->before || !a->after)
		return SYNC_OK;
	/* No longer than 255, so that a byte holds it. */
	if (a->before > 255 || a->after > 255 || cells > LCS_CELLS) {
		pair_gap(a, 0, a->before, 0, a->after);
		return SYNC_OK;
	}
	lengths = sync_calloc(cells, 1);
	if (!lengths)
		return SYNC_NOMEM;
	match_by_value(a, lengths);
	sync_free(lengths);
	return SYNC_OK;
}

/* ---- moves -------------------------------------------------------------------------------- */

/*
 * The elements that stay where they are form the longest run that is in order in both lists; the
 * others, the movers, are taken out one by one and put where they belong. While that goes on from
 * the front, the list is: for each stayer, itself, then what was put behind it, then the movers
 * that are still there. Ranks are places among the survivors of the removals.
 */
struct mover_state {
	size_t survivors, stayers;
	uint32_t *rank;	       /* of an old element */
	uint32_t *waiting;     /* Fenwick tree over ranks: movers not yet moved */
	uint32_t *stayer_rank; /* ascending */
	uint32_t *stayer_new;  /* the stayers' places in the new list, ascending */
	uint32_t *before;      /* new element: the one before it in the best run that ends there */
};

static void tree_add(struct mover_state *s, size_t rank, uint32_t by)
{
	for (size_t i = rank + 1; i <= s->survivors; i += i & (~i + 1))
		s->waiting[i] += by;
}

/* How many movers wait at ranks below `rank`? */
static size_t waiting_below(const struct mover_state *s, size_t rank)
{
	size_t count = 0;
	for (size_t i = rank; i > 0; i &= i - 1)
		count += s->waiting[i];
	return count;
}

/* How many stayers have a lower rank? */
static size_t stayers_below(const struct mover_state *s, size_t rank)
{
	size_t low = 0, high = s->stayers;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->stayer_rank[middle] < rank)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Patience: stayer_new holds, for each length, the new element that ends the best run of it. */
static void find_stayers(const struct aligner *a, struct mover_state *s)
{
	size_t longest = 0;
	uint32_t at;
	for (size_t j = 0; j < a->after; j++) {
		size_t low = 0, high = longest;
		if (a->from[j] == NONE)
			continue;
		/* Mostly it goes on with the longest: no search. */
		if (longest && a->from[s->stayer_new[longest - 1]] < a->from[j])
			low = high;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (a->from[s->stayer_new[middle]] < a->from[j])
				low = middle + 1;
			else
				high = middle;
		}
		s->before[j] = low ? s->stayer_new[low - 1] : NONE;
		s->stayer_new[low] = (uint32_t)j;
		if (low == longest)
			longest++;
	}
	s->stayers = longest;
	at = longest ? s->stayer_new[longest - 1] : NONE;
	for (size_t i = longest; i-- > 0; at = s->before[at]) {
		s->stayer_new[i] = at;
		s->stayer_rank[i] = s->rank[a->from[at]];
	}
}

static void count_movers(const struct aligner *a, struct mover_state *s)
{
	size_t next = 0;
	for (size_t i = 0; i < a->before; i++)
		if (a->kept[i])
			s->rank[i] = (uint32_t)s->survivors++;
	find_stayers(a, s);
	for (size_t rank = 0; rank < s->survivors; rank++) {
		if (next < s->stayers && s->stayer_rank[next] == rank)
			next++;
		else
			tree_add(s, rank, 1);
	}
}

/* Where the mover of this rank is, `placed` new elements and so many stayers being done with. */
static size_t mover_place(const struct mover_state *s, size_t rank, size_t placed, size_t done)
{
	size_t stayers = stayers_below(s, rank), waiting = waiting_below(s, rank);
	if (stayers >= done)
		return placed + (stayers - done) + waiting;
	return s->stayer_new[stayers] + waiting;
}

static sync_status emit_moves(const struct aligner *a, struct mover_state *s,
			      const struct align_steps *steps, void *context)
{
	size_t done = 0, anchor = 0; /* the next stayer; the rank behind the last one */
	sync_status status = SYNC_OK;
	for (size_t j = 0; j < a->after && status == SYNC_OK; j++) {
		size_t rank, place;
		if (done < s->stayers && s->stayer_new[done] == j) {
			anchor = s->stayer_rank[done++] + (size_t)1;
			continue;
		}
		if (a->from[j] == NONE) {
			status = steps->insert(context, a->front + j + waiting_below(s, anchor),
					       a->front + j);
			continue;
		}
		rank = s->rank[a->from[j]];
		place = mover_place(s, rank, j, done);
		tree_add(s, rank, UINT32_MAX); /* one less */
		status = steps->move(context, a->front + place,
				     a->front + j + waiting_below(s, anchor));
	}
	return status;
}

/* ---- the steps ---------------------------------------------------------------------------- */

static sync_status emit_removals(const struct aligner *a, const struct align_steps *steps,
				 void *context)
{
	sync_status status = SYNC_OK;
	for (size_t i = a->before; i-- > 0 && status == SYNC_OK;)
		if (!a->kept[i])
			status = steps->remove(context, a->front + i);
	return status;
}

static sync_status emit_insertions(const struct aligner *a, const struct align_steps *steps,
				   void *context)
{
	sync_status status = SYNC_OK;
	for (size_t j = 0; j < a->after && status == SYNC_OK; j++)
		if (a->from[j] == NONE)
			status = steps->insert(context, a->front + j, a->front + j);
	return status;
}

static sync_status emit_changes(const struct aligner *a, const struct align_steps *steps,
				void *context)
{
	size_t shift = a->before - a->after; /* may wrap: so does what it is added to */
	sync_status status = SYNC_OK;
	size_t begin = steps->ordered ? 0 : a->front_equal;
	size_t end = a->new.count - (steps->ordered ? 0 : a->back_equal);
	for (size_t j = begin; j < a->front && status == SYNC_OK; j++)
		status = steps->change(context, j, j, j);
	for (size_t j = 0; (steps->ordered || !a->same_inside) && j < a->after && status == SYNC_OK;
	     j++)
		if (a->from[j] != NONE)
			status = steps->change(context, a->front + j, a->front + a->from[j],
					       a->front + j);
	for (size_t j = a->front + a->after; j < end && status == SYNC_OK; j++)
		status = steps->change(context, j, j + shift, j);
	return status;
}

static bool in_order(const struct aligner *a)
{
	uint32_t last = 0;
	for (size_t j = 0; j < a->after; j++) {
		if (a->from[j] == NONE)
			continue;
		if (a->from[j] < last)
			return false;
		last = a->from[j];
	}
	return true;
}

static sync_status emit(const struct aligner *a, struct mover_state *s,
			const struct align_steps *steps, void *context)
{
	sync_status status = emit_removals(a, steps, context);
	if (status == SYNC_OK)
		status = s ? emit_moves(a, s, steps, context) : emit_insertions(a, steps, context);
	return status == SYNC_OK ? emit_changes(a, steps, context) : status;
}

static sync_status emit_with_moves(const struct aligner *a, const struct align_steps *steps,
				   void *context)
{
	struct mover_state s = { 0 };
	size_t old = a->before, new = a->after;
	uint32_t *block = sync_calloc(2 * old + 1 + 3 * new, sizeof(*block));
	sync_status status;
	if (!block)
		return SYNC_NOMEM;
	s.rank = block;
	s.waiting = s.rank + old;
	s.stayer_rank = s.waiting + old + 1;
	s.stayer_new = s.stayer_rank + new;
	s.before = s.stayer_new + new;
	count_movers(a, &s);
	status = emit(a, &s, steps, context);
	sync_free(block);
	return status;
}

/* Mostly they are equal: what is found so is not looked at a second time, for their changes. Of a
 * long list each look takes as long as memory does. */
static void set_ends_aside(struct aligner *a)
{
	size_t least = a->old.count < a->new.count ? a->old.count : a->new.count;
	while (a->front < least && are_equal(a, a->front, a->front))
		a->front++;
	a->front_equal = a->front;
	while (a->front < least && correspond(a, a->front, a->front))
		a->front++;
	size_t old = a->old.count - 1, new = a->new.count - 1;
	while (a->back < least - a->front && are_equal(a, old - a->back, new - a->back))
		a->back++;
	a->back_equal = a->back;
	while (a->back < least - a->front && correspond(a, old - a->back, new - a->back))
		a->back++;
	a->before = a->old.count - a->front - a->back;
	a->after = a->new.count - a->front - a->back;
}

static sync_status match(struct aligner *a)
{
	for (size_t j = 0; j < a->after; j++)
		a->from[j] = NONE;
	memset(a->kept, 0, a->before);
	if (!a->before || !a->after)
		return SYNC_OK;
	return key_field(a->elem) ? match_by_key(a) : match_by_position(a);
}

sync_status sync_align(const sync_type *elem, struct items old, struct items new,
		       const struct align_steps *steps, void *context)
{
	struct aligner a = { .elem = elem, .old = old, .new = new, .exact = steps->exact };
	sync_status status = SYNC_NOMEM;
	set_ends_aside(&a);
	a.from = sync_alloc(a.after * sizeof(*a.from) + 1);
	a.kept = sync_alloc(a.before + 1);
	if (a.from && a.kept)
		status = match(&a);
	if (status == SYNC_OK)
		status = in_order(&a) ? emit(&a, NULL, steps, context)
				      : emit_with_moves(&a, steps, context);
	sync_free(a.from);
	sync_free(a.kept);
	return status;
}
