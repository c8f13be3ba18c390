#include "edits.h"

#include <stdlib.h>

#include <syncgen/alloc.h>

/* The list in pieces: runs of committed elements (by committed position) and of new ones. The log
 * is played on them; a run costs as much as an element. */

enum { PIECES_MAX = 20000, MOVED_MAX = 2000 };

enum kind { KEPT, MOVED, NEW, REPLACED };

struct piece {
	enum kind kind;
	uint32_t from, count; /* committed positions, but for NEW */
	uint32_t at;	      /* in the end */
};

struct cell {
	uint32_t position, change;
};

/* A MOVED element (always one): where it is while the list is being put in order. */
struct mover {
	uint32_t from;
	uint32_t rank;	 /* elements in front of it at first that stay in order */
	uint32_t anchor; /* passed: where the first of those behind it begins */
	bool passed, placed;
};

struct work {
	struct piece *pieces;
	size_t len, cap;
	size_t cursor, start; /* piece looked at last and its first position */
	struct cell *cells;
	size_t cell_count;
	uint32_t committed;  /* length before */
	struct piece *order; /* what is still there, by committed position */
	size_t order_len;
	struct mover *movers;
	size_t mover_count;
	sync_edits *edits;
};

/* ---- playing the log ---------------------------------------------------------------------- */

static void seek(struct work *work, size_t index)
{
	while (work->start > index)
		work->start -= work->pieces[--work->cursor].count;
	while (work->cursor < work->len && work->start + work->pieces[work->cursor].count <= index)
		work->start += work->pieces[work->cursor++].count;
}

static void open_piece(struct work *work, size_t at, struct piece piece)
{
	memmove(work->pieces + at + 1, work->pieces + at, (work->len - at) * sizeof(piece));
	work->pieces[at] = piece;
	work->len++;
}

/* The piece that begins at `index`, made by cutting one in two. */
static size_t split(struct work *work, size_t index)
{
	seek(work, index);
	uint32_t inside = (uint32_t)(index - work->start);
	if (!inside)
		return work->cursor;
	struct piece tail = work->pieces[work->cursor];
	work->pieces[work->cursor].count = inside;
	tail.count -= inside;
	tail.from += inside;
	work->start = index;
	open_piece(work, ++work->cursor, tail);
	return work->cursor;
}

static void close_pieces(struct work *work, size_t from, size_t to, size_t start)
{
	memmove(work->pieces + from, work->pieces + to, (work->len - to) * sizeof(*work->pieces));
	work->len -= to - from;
	work->cursor = from;
	work->start = start;
}

static void play_insert(struct work *work, size_t at, uint32_t count)
{
	size_t i = split(work, at);
	if (i > 0 && work->pieces[i - 1].kind == NEW) {
		work->pieces[i - 1].count += count;
		work->start += count;
	} else if (i < work->len && work->pieces[i].kind == NEW) {
		work->pieces[i].count += count;
	} else {
		open_piece(work, i, (struct piece){ NEW, 0, count, 0 });
	}
}

static void play_move(struct work *work, size_t from, size_t to)
{
	size_t i = split(work, from);
	split(work, from + 1);
	struct piece piece = work->pieces[i];
	close_pieces(work, i, i + 1, from);
	if (piece.kind == KEPT)
		piece.kind = MOVED;
	open_piece(work, split(work, to), piece);
}

static void play_cell(struct work *work, size_t at, size_t change)
{
	seek(work, at);
	const struct piece *piece = &work->pieces[work->cursor];
	if (piece->kind == NEW)
		return;
	uint32_t position = piece->from + (uint32_t)(at - work->start);
	work->cells[work->cell_count++] = (struct cell){ position, (uint32_t)change };
}

/* False: too many pieces. */
static bool play(struct work *work, const sync_track *track, size_t first)
{
	for (size_t number = first + 1; number; number = track->log[number - 1].next) {
		const sync_change *change = &track->log[number - 1];
		if (work->len > PIECES_MAX)
			return false;
		if (change->op == SYNC_CHANGE_INSERT) {
			play_insert(work, change->at, change->count);
		} else if (change->op == SYNC_CHANGE_REMOVE) {
			size_t from = split(work, change->at);
			size_t to = split(work, (size_t)change->at + change->count);
			close_pieces(work, from, to, change->at);
		} else if (change->op == SYNC_CHANGE_MOVE) {
			play_move(work, change->at, change->count);
		} else {
			play_cell(work, change->at, number - 1);
		}
	}
	return true;
}

/* ---- what is still there ------------------------------------------------------------------ */

static int by_from(const void *a, const void *b)
{
	uint32_t x = ((const struct piece *)a)->from, y = ((const struct piece *)b)->from;
	return (x > y) - (x < y);
}

static void sort_pieces(struct work *work)
{
	work->order_len = 0;
	for (size_t i = 0; i < work->len; i++) {
		if (work->pieces[i].kind != NEW)
			work->order[work->order_len++] = work->pieces[i];
	}
	qsort(work->order, work->order_len, sizeof(*work->order), by_from);
}

/* The first piece of the order that does not end before committed position `from`. */
static size_t order_find(const struct work *work, uint32_t from)
{
	size_t low = 0, high = work->order_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (work->order[middle].from + work->order[middle].count <= from)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many elements were removed from committed position `from` on. */
static uint32_t removed_at(const struct work *work, uint32_t from)
{
	size_t i = order_find(work, from);
	uint32_t next = i < work->order_len ? work->order[i].from : work->committed;
	return next > from ? next - from : 0;
}

/* New elements right where others were removed replace them. */
static void pair_replaced(struct work *work)
{
	uint32_t next = 0;
	for (size_t i = 0; i < work->len; i++) {
		struct piece piece = work->pieces[i];
		if (piece.kind == KEPT)
			next = piece.from + piece.count;
		if (piece.kind != NEW)
			continue;
		uint32_t pairs = removed_at(work, next);
		if (pairs > piece.count)
			pairs = piece.count;
		if (!pairs)
			continue;
		struct piece replaced = { REPLACED, next, pairs, 0 };
		next += pairs;
		work->pieces[i].count -= pairs;
		if (work->pieces[i].count)
			open_piece(work, i++, replaced);
		else
			work->pieces[i] = replaced;
	}
}

/* ---- edits -------------------------------------------------------------------------------- */

static void add_edit(struct work *work, enum sync_edit_op op, size_t at, uint32_t count,
		     size_t from)
{
	sync_edit *edit = &work->edits->items[work->edits->len++];
	*edit = (sync_edit){ op, (uint32_t)at, count, (uint32_t)from };
}

static void add_removals(struct work *work)
{
	uint32_t end = work->committed;
	for (size_t i = work->order_len; i-- > 0;) {
		const struct piece *piece = &work->order[i];
		uint32_t stop = piece->from + piece->count;
		if (end > stop)
			add_edit(work, SYNC_EDIT_REMOVE, stop, end - stop, 0);
		end = piece->from;
	}
	if (end)
		add_edit(work, SYNC_EDIT_REMOVE, 0, end, 0);
}

/* False: too many. In order of committed position. */
static bool find_movers(struct work *work)
{
	uint32_t rank = 0;
	for (size_t i = 0; i < work->order_len; i++) {
		const struct piece *piece = &work->order[i];
		if (piece->kind != MOVED) {
			rank += piece->count;
			continue;
		}
		if (work->mover_count == MOVED_MAX)
			return false;
		work->movers[work->mover_count++] =
			(struct mover){ piece->from, rank, 0, false, false };
	}
	return true;
}

static struct mover *mover_of(struct work *work, uint32_t from)
{
	size_t low = 0, high = work->mover_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (work->movers[middle].from <= from)
			low = middle;
		else
			high = middle;
	}
	return &work->movers[low];
}

/* Going through the final order from the front: what stays in order is passed, everything else is
 * put where the walk stands. In front of it are the elements placed, and the movers that wait. */
struct walk {
	uint32_t at;	  /* elements placed */
	uint32_t staying; /* of those, the ones that stay in order */
	uint32_t waiting; /* movers in front of the walk */
	size_t passed;	  /* movers passed */
};

static void pass_movers(struct work *work, struct walk *walk, uint32_t from)
{
	for (; walk->passed < work->mover_count && work->movers[walk->passed].from < from;
	     walk->passed++) {
		struct mover *mover = &work->movers[walk->passed];
		mover->passed = true;
		mover->anchor = walk->at;
		walk->waiting += !mover->placed;
	}
}

static void place_mover(struct work *work, struct walk *walk, uint32_t from)
{
	struct mover *mover = mover_of(work, from);
	uint32_t before = 0; /* movers in front of it that wait */
	for (struct mover *other = work->movers; other < mover; other++)
		before += !other->placed;
	uint32_t is =
		before + (mover->passed ? mover->anchor : walk->at + mover->rank - walk->staying);
	walk->waiting -= mover->passed;
	uint32_t to = walk->at + walk->waiting;
	mover->placed = true;
	walk->at++;
	if (is != to)
		add_edit(work, SYNC_EDIT_MOVE, to, 1, is);
}

static void add_in_order(struct work *work)
{
	struct walk walk = { 0, 0, 0, 0 };
	for (size_t i = 0; i < work->len; i++) {
		struct piece *piece = &work->pieces[i];
		piece->at = walk.at;
		if (piece->kind == MOVED) {
			place_mover(work, &walk, piece->from);
			continue;
		}
		if (piece->kind == NEW) {
			add_edit(work, SYNC_EDIT_ADD, walk.at + walk.waiting, piece->count,
				 walk.at);
		} else {
			pass_movers(work, &walk, piece->from);
			walk.staying += piece->count;
		}
		walk.at += piece->count;
	}
}

static void add_replacements(struct work *work)
{
	for (size_t i = 0; i < work->len; i++) {
		if (work->pieces[i].kind == REPLACED)
			add_edit(work, SYNC_EDIT_REPLACE, work->pieces[i].at, work->pieces[i].count,
				 0);
	}
}

static int by_position(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return (x->change > y->change) - (x->change < y->change);
}

/* Of several settings of one element, the first keeps the original. */
static void add_cells(struct work *work)
{
	if (!work->cell_count)
		return;
	sort_pieces(work);
	qsort(work->cells, work->cell_count, sizeof(*work->cells), by_position);
	for (size_t i = 0; i < work->cell_count; i++) {
		uint32_t position = work->cells[i].position;
		if (i && work->cells[i - 1].position == position)
			continue;
		size_t found = order_find(work, position);
		const struct piece *piece = &work->order[found];
		if (found == work->order_len || piece->from > position || piece->kind == REPLACED)
			continue;
		add_edit(work, SYNC_EDIT_CELL, piece->at + position - piece->from, 1,
			 work->cells[i].change);
	}
}

static void make(struct work *work, const sync_track *track, size_t first)
{
	if (work->committed)
		open_piece(work, 0, (struct piece){ KEPT, 0, work->committed, 0 });
	work->edits->complex = !play(work, track, first);
	if (work->edits->complex)
		return;
	sort_pieces(work);
	pair_replaced(work);
	sort_pieces(work);
	work->edits->complex = !find_movers(work);
	if (work->edits->complex)
		return;
	add_removals(work);
	add_in_order(work);
	add_replacements(work);
	add_cells(work);
}

sync_status sync_edits_make(const sync_track *track, size_t first, size_t length, sync_edits *edits)
{
	size_t changes = 0, cells = 0, committed = length;
	for (size_t number = first + 1; number; number = track->log[number - 1].next) {
		const sync_change *change = &track->log[number - 1];
		changes++;
		cells += change->op == SYNC_CHANGE_CELL;
		if (change->op == SYNC_CHANGE_INSERT)
			committed -= change->count;
		else if (change->op == SYNC_CHANGE_REMOVE)
			committed += change->count;
	}
	/* A change makes at most two pieces more, pairing twice as many. */
	size_t cap = 2 * (3 * (changes - cells) + 2);
	if (cap > 4 * PIECES_MAX)
		cap = 4 * PIECES_MAX;
	struct work work = { .cap = cap, .committed = (uint32_t)committed, .edits = edits };
	*edits = (sync_edits){ NULL, 0, false };
	work.pieces = sync_alloc(cap * sizeof(*work.pieces));
	work.order = sync_alloc(cap * sizeof(*work.order));
	work.movers = sync_alloc(cap * sizeof(*work.movers));
	work.cells = sync_alloc((cells + 1) * sizeof(*work.cells));
	edits->items = sync_alloc((3 * cap + cells + 1) * sizeof(*edits->items));
	bool ok = work.pieces && work.order && work.movers && work.cells && edits->items;
	if (ok)
		make(&work, track, first);
	sync_free(work.pieces);
	sync_free(work.order);
	sync_free(work.movers);
	sync_free(work.cells);
	if (ok)
		return SYNC_OK;
	sync_free(edits->items);
	edits->items = NULL;
	return SYNC_NOMEM;
}
