#include "native_map_text.h"

#include <syncgen/alloc.h>

#include "track.h"

enum { NONE = -1 };

/* ---- what others did ---- */

static bool is_pending(const sync_node *node, unsigned field)
{
	return !sync_unmarked(sync_node_marks((sync_node *)(uintptr_t)node), field);
}

static uint64_t change_below(const native_map *map, const sync_node *node, int field,
			     uint64_t revision)
{
	return field == NATIVE_MAP_LIST
		       ? sync_trail_touched(map->trail, node, revision)
		       : sync_trail_edited(map->trail, node, (unsigned)field, revision);
}

uint64_t native_map_since(const native_map *map, const sync_node *node, int field)
{
	uint64_t put = sync_trail_put(map->trail, node), revision = UINT64_MAX;
	uint64_t since = native_map_owns(map, put) ? put : map->base;
	do
		revision = change_below(map, node, field, revision);
	while (revision > map->start && !native_map_owns(map, revision));
	return revision > since && native_map_owns(map, revision) ? revision : since;
}

static sync_status look(const native_map *map, struct text_view *view)
{
	view->put = sync_trail_put(map->trail, view->node);
	view->seen = sync_trail_edited(map->trail, view->node, view->field, UINT64_MAX);
	/* Of this very mutation, or written as a whole by it: it is as its author sees it. */
	if (!(view->node->state & SYNC_NODE_WATCHED) || is_pending(view->node, view->field))
		return SYNC_OK;
	return sync_trail_text(map->trail, view->node, view->field,
			       native_map_since(map, view->node, (int)view->field), UINT64_MAX,
			       &view->shift);
}

/* An action of the push may have edited it meanwhile. */
static sync_status look_again(const native_map *map, struct text_view *view)
{
	uint64_t last = sync_trail_edited(map->trail, view->node, view->field, UINT64_MAX);
	if (last <= view->seen)
		return SYNC_OK;
	text_shift others = { 0 }, both = { 0 };
	sync_status status = sync_trail_text(map->trail, view->node, view->field, view->seen,
					     UINT64_MAX, &others);
	sync_shift_compose(&view->shift, &others, &both);
	sync_shift_release(&others);
	sync_shift_release(&view->shift);
	view->shift = both;
	view->seen = last;
	return status == SYNC_OK ? both.status : status;
}

/* ---- views ---- */

static int find_view(const native_map *map, const sync_node *node, unsigned field)
{
	for (size_t i = 0; i < map->text_count; i++)
		if (map->texts[i].node == node && map->texts[i].field == field)
			return (int)i;
	return NONE;
}

static struct text_view *add_view(native_map *map, const sync_node *node, unsigned field)
{
	if (map->text_count == map->text_room) {
		size_t room = map->text_room ? map->text_room * 2 : 4;
		struct text_view *texts = sync_resize(map->texts, room * sizeof *texts);
		if (!texts)
			return NULL;
		map->texts = texts;
		map->text_room = room;
	}
	struct text_view *view = &map->texts[map->text_count++];
	*view = (struct text_view){ .node = node, .field = field };
	return view;
}

static void drop_view(native_map *map, int at)
{
	sync_shift_release(&map->texts[at].shift);
	map->texts[at] = map->texts[--map->text_count];
}

/* The text as its author sees it, up to date. */
static sync_status get_view(native_map *map, const sync_node *node, unsigned field,
			    struct text_view **found)
{
	int at = find_view(map, node, field);
	if (at != NONE && map->texts[at].put != sync_trail_put(map->trail, node)) {
		drop_view(map, at); /* another struct stands there now */
		at = NONE;
	}
	if (at == NONE) {
		*found = add_view(map, node, field);
		return *found ? look(map, *found) : SYNC_NOMEM;
	}
	struct text_view *view = *found = &map->texts[at];
	if (is_pending(node, field) && !view->touched)
		native_map_rewrite(map, node, field, false);
	if (view->lost)
		return SYNC_STALE;
	return look_again(map, view);
}

/* A view that was not worked out is none. */
static sync_status find(native_map *map, const sync_node *node, unsigned field,
			struct text_view **found)
{
	sync_status status = get_view(map, node, field, found);
	int at = find_view(map, node, field);
	if (status != SYNC_OK && at != NONE && !map->texts[at].lost)
		drop_view(map, at);
	return status;
}

/* ---- edits ---- */

sync_status native_map_edit(native_map *map, const sync_node *node, unsigned field,
			    const struct operation *op, sync_buf *delta)
{
	struct text_view *view;
	sync_status status = find(map, node, field, &view);
	if (status != SYNC_OK)
		return status;
	view->touched = true;
	if (!view->shift.count) {
		sync_buf_put(delta, op->by, op->by_length);
		return delta->status;
	}
	text_shift edit = { 0 }, now = { 0 }, shift = { 0 };
	status = sync_shift_read(&edit, op->by, op->by_length);
	if (status == SYNC_OK) {
		sync_shift_transform(&edit, &view->shift, true, &now);
		sync_shift_transform(&view->shift, &edit, false, &shift);
		sync_shift_write(&now, delta);
		status = now.status != SYNC_OK ? now.status : shift.status;
		sync_shift_release(&view->shift);
		view->shift = shift;
	}
	sync_shift_release(&edit);
	sync_shift_release(&now);
	return status == SYNC_OK ? delta->status : status;
}

sync_status native_map_edit_ghost(native_map *map, const sync_node *node, unsigned field,
				  const struct operation *op)
{
	struct text_view *view;
	sync_status status = find(map, node, field, &view);
	if (status != SYNC_OK)
		return status;
	text_shift edit = { 0 }, undone = { 0 }, shift = { 0 };
	status = sync_shift_read(&edit, op->by, op->by_length);
	if (status == SYNC_OK) {
		sync_shift_invert(&edit, &undone);
		sync_shift_compose(&undone, &view->shift, &shift);
		status = undone.status != SYNC_OK ? undone.status : shift.status;
		sync_shift_release(&view->shift);
		view->shift = shift;
	}
	sync_shift_release(&edit);
	sync_shift_release(&undone);
	return status;
}

void native_map_rewrite(native_map *map, const sync_node *node, unsigned field, bool ghost)
{
	int at = find_view(map, node, field);
	if (at == NONE && ghost)
		at = add_view(map, node, field) ? (int)map->text_count - 1 : NONE;
	if (at == NONE)
		return;
	struct text_view *view = &map->texts[at];
	sync_shift_release(&view->shift);
	view->touched = !ghost;
	view->lost = ghost;
}

/* ---- the end of a mutation, and of all ---- */

void native_map_settle_texts(native_map *map, uint64_t revision)
{
	for (size_t i = 0; i < map->text_count; i++) {
		struct text_view *view = &map->texts[i];
		bool changed = sync_trail_edited(map->trail, view->node, view->field, UINT64_MAX) ==
			       revision;
		if (changed && !view->touched)
			native_map_rewrite(map, view->node, view->field, false);
		if (changed)
			view->seen = revision;
		view->touched = false;
	}
}

void native_map_release_texts(native_map *map)
{
	for (size_t i = 0; i < map->text_count; i++)
		sync_shift_release(&map->texts[i].shift);
	sync_free(map->texts);
	map->texts = NULL;
	map->text_count = map->text_room = 0;
}
