#include "native_map_text.h"

#include <syncgen/alloc.h>
#include <syncgen/map.h>

#include "track.h"

/* A pointer on its way down. */
struct way {
	native_map *map;
	sync_buf path;
	const sync_type *type;
	const void *cell;	/* NULL: it leads nowhere further */
	const sync_list *took;	/* the list that a segment took an element from … */
	const sync_list *taken; /* … and that the other pointer finds without it */
	const struct operation *op;
	sync_buf delta;	   /* of an edit of a text, as it is to be done now */
	bool ghost;	   /* it has not happened, but for its author */
	uint32_t ghost_at; /* … where what it took really is */
	sync_status status;
};

enum use { THROUGH, LOOK, TAKE, INSERT }; /* what a segment does to a list */

/* ---- views ---- */

static bool make_room(native_map *map)
{
	if (map->count < map->room)
		return true;
	size_t room = map->room ? map->room * 2 : 4;
	struct list_view *views = sync_resize(map->views, room * sizeof *views);
	if (!views)
		return false;
	map->views = views;
	map->room = room;
	return true;
}

static struct list_view *add_view(native_map *map, const sync_list *list, sync_status *status)
{
	if (!make_room(map)) {
		*status = SYNC_NOMEM;
		return NULL;
	}
	struct list_view *view = &map->views[map->count];
	*view = (struct list_view){ .list = &list->node };
	view->seen = sync_trail_touched(map->trail, &list->node, UINT64_MAX);
	/* A new list, or one replaced as a whole, by this very mutation: it is as its author sees
	 * it. */
	if (list->node.state & SYNC_NODE_WATCHED && !sync_node_change(&list->node))
		*status = sync_trail_view(map->trail, &list->node,
					  native_map_since(map, &list->node, NATIVE_MAP_LIST),
					  list->len, &view->at, &view->len);
	view->cap = view->len + 1;
	if (*status != SYNC_OK)
		return NULL;
	map->count++;
	map->marks++;
	return view;
}

/* An action of the push may have changed it meanwhile. */
static sync_status look_again(const native_map *map, const sync_list *list, struct list_view *view)
{
	uint64_t last = sync_trail_touched(map->trail, &list->node, UINT64_MAX);
	uint64_t seen = view->seen;
	if (last <= seen)
		return SYNC_OK;
	view->seen = last;
	if (view->at)
		return sync_trail_follow(map->trail, &list->node, seen, view->at, view->len);
	sync_status status =
		sync_trail_view(map->trail, &list->node, seen, list->len, &view->at, &view->len);
	view->cap = view->len + 1;
	return status;
}

static struct list_view *find_view(native_map *map, const sync_list *list, sync_status *status)
{
	struct list_view *view = NULL;
	for (size_t i = 0; i < map->count && !view; i++)
		if (map->views[i].list == &list->node)
			view = &map->views[i];
	if (view)
		*status = look_again(map, list, view);
	else
		view = add_view(map, list, status);
	if (view)
		view->touched = true;
	return view;
}

static void hide(struct list_view *view, size_t index)
{
	memmove(view->at + index, view->at + index + 1, (--view->len - index) * sizeof *view->at);
}

static void take_out(struct list_view *view, size_t index)
{
	uint32_t at = view->at[index];
	hide(view, index);
	for (size_t i = 0; i < view->len; i++)
		if (view->at[i] != SYNC_TRAIL_GONE && view->at[i] > at)
			view->at[i]--;
}

/* The author sees at `index` what is at `at`. */
static sync_status show(struct list_view *view, size_t index, uint32_t at)
{
	if (view->len == view->cap) {
		size_t cap = view->cap * 2;
		uint32_t *grown = sync_resize(view->at, cap * sizeof *grown);
		if (!grown)
			return SYNC_NOMEM;
		view->at = grown;
		view->cap = cap;
	}
	memmove(view->at + index + 1, view->at + index, (view->len++ - index) * sizeof *view->at);
	view->at[index] = at;
	return SYNC_OK;
}

static sync_status put_in(struct list_view *view, size_t index, uint32_t at)
{
	sync_status status = show(view, index, at);
	for (size_t i = 0; i < view->len && status == SYNC_OK; i++)
		if (i != index && view->at[i] != SYNC_TRAIL_GONE && view->at[i] >= at)
			view->at[i]++;
	return status;
}

/* In front of what stood there, or behind what is left of what stood in front. */
static uint32_t place_for(const struct list_view *view, size_t index, size_t length)
{
	if (index >= view->len)
		return (uint32_t)(length + (index - view->len)); /* beyond the end it fails */
	if (view->at[index] != SYNC_TRAIL_GONE)
		return view->at[index];
	while (index-- > 0)
		if (view->at[index] != SYNC_TRAIL_GONE)
			return view->at[index] + 1;
	return 0;
}

/* Everything where it is, so that ghosts can be put between. */
static sync_status spell_out(struct list_view *view, size_t length)
{
	view->at = sync_alloc((length + 1) * sizeof *view->at);
	if (!view->at)
		return SYNC_NOMEM;
	view->len = length;
	view->cap = length + 1;
	for (size_t i = 0; i < length; i++)
		view->at[i] = (uint32_t)i;
	return SYNC_OK;
}

/* The author sees a list changed that is not. */
static void haunt(struct way *way, struct list_view *view, size_t length, size_t index,
		  enum use use)
{
	if (!view->at)
		way->status = spell_out(view, length);
	if (way->status != SYNC_OK)
		return;
	if (use == INSERT && index == POINTER_END)
		index = view->len;
	if (use == INSERT && index <= view->len) {
		way->status = show(view, index, way->ghost_at);
	} else if (use == TAKE && index < view->len) {
		way->ghost_at = view->at[index];
		hide(view, index);
	}
}

/* The present index for the author's. */
static size_t map_index(struct way *way, const sync_list *list, size_t index, enum use use)
{
	struct list_view *view = find_view(way->map, list, &way->status);
	if (view && way->status == SYNC_OK && way->ghost && (use == INSERT || use == TAKE)) {
		haunt(way, view, list->len, index, use);
		return 0;
	}
	if (!view || way->status != SYNC_OK || !view->at)
		return index;
	size_t length = list->len - (way->taken == list);
	if (use == INSERT || use == TAKE)
		way->map->marks++;
	if (use == INSERT) {
		if (index == POINTER_END)
			index = view->len;
		uint32_t at = place_for(view, index, length);
		if (index <= view->len)
			way->status = put_in(view, index, at);
		return at;
	}
	if (index >= view->len)
		return POINTER_END - 1; /* nowhere */
	uint32_t at = view->at[index];
	if (at == SYNC_TRAIL_GONE) {
		way->status = SYNC_GONE;
		if (use == TAKE)
			hide(view, index);
		return index;
	}
	if (use == TAKE)
		take_out(view, index);
	return at;
}

/* ---- steps ---- */

static void put_segment(struct way *way, const struct segment *segment)
{
	sync_buf_byte(&way->path, '/');
	sync_buf_put(&way->path, segment->raw, segment->raw_length);
}

/* An operation on a text. */
static void step_text(struct way *way, unsigned field, bool there)
{
	const sync_node *node = way->cell;
	const struct operation *op = way->op;
	way->map->marks++;
	if (op->verb != OP_TEXT) {
		if (op->verb != OP_TEST)
			native_map_rewrite(way->map, node, field, way->ghost);
	} else if (there) {
		way->status = way->ghost ? native_map_edit_ghost(way->map, node, field, op)
					 : native_map_edit(way->map, node, field, op, &way->delta);
	}
}

static void step_field(struct way *way, const struct segment *segment, enum use use)
{
	int index = sync_keys_find(way->type->keys, segment->bytes, segment->length);
	const sync_field *field = index >= 0 ? &way->type->fields[index] : NULL;
	bool there = field && field->readers & way->map->sees && sync_field_there(field, way->cell);
	if (field && use != THROUGH && field->type->kind == SYNC_KIND_TEXT)
		step_text(way, (unsigned)index, there);
	way->cell = there ? sync_field_cell(field, way->cell) : NULL;
	way->type = field ? field->type : NULL;
	put_segment(way, segment);
}

static void step_item(struct way *way, const struct segment *segment, enum use use)
{
	const sync_list *list = way->cell;
	size_t index;
	if (!sync_segment_index(segment, &index) || (index == POINTER_END && use != INSERT)) {
		way->cell = NULL;
		put_segment(way, segment);
		return;
	}
	if (way->taken == list && use == THROUGH)
		way->status = SYNC_STALE; /* its indices are those of after the taking */
	if (use == TAKE)
		way->took = list;
	bool end = index == POINTER_END;
	index = map_index(way, list, index, use);
	way->type = way->type->elem;
	way->cell = NULL;
	if (use == THROUGH && index < list->len && sync_type_is_node(way->type))
		way->cell = ((void *const *)list->items)[index];
	if (end) {
		put_segment(way, segment);
		return;
	}
	sync_buf_byte(&way->path, '/');
	sync_put_u64(&way->path, index);
}

static void step_entry(struct way *way, const struct segment *segment)
{
	const sync_entry *entry = sync_map_find(way->cell, segment->bytes, segment->length);
	way->type = way->type->elem;
	way->cell = entry ? sync_entry_value(entry) : NULL;
	put_segment(way, segment);
}

/* Values are added to a set and removed from it as such: a position says nothing. */
static bool is_by_value(const struct way *way, enum use use)
{
	const struct operation *op = way->op;
	return use != THROUGH && op->value && (op->verb == OP_ADD || op->verb == OP_REMOVE);
}

static void step_set(struct way *way)
{
	sync_buf_byte(&way->path, '/');
	sync_buf_byte(&way->path, '-');
	way->cell = NULL;
}

static void step(struct way *way, const struct segment *segment, enum use use)
{
	while (way->cell && way->type->kind == SYNC_KIND_UNION) {
		const sync_field *arm = &way->type->fields[((const sync_union *)way->cell)->tag];
		way->cell = (const char *)way->cell + arm->offset;
		way->type = arm->type;
	}
	if (!way->cell) {
		put_segment(way, segment);
		return;
	}
	switch ((sync_kind)way->type->kind) {
	case SYNC_KIND_STRUCT:
		step_field(way, segment, use);
		break;
	case SYNC_KIND_LIST:
		step_item(way, segment, use);
		break;
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		step_entry(way, segment);
		break;
	case SYNC_KIND_SET:
		if (is_by_value(way, use)) {
			step_set(way);
			break;
		}
		/* fallthrough */
	case SYNC_KIND_INLINE_LIST: {
		/* No element of these is followed: after another's change, nobody knows where they
		 * are. */
		const native_map *map = way->map;
		way->status = sync_trail_still(map->trail, way->cell, map->base,
					       map->acted ? map->revision : map->start);
		way->cell = NULL;
		put_segment(way, segment);
		break;
	}
	default:
		way->cell = NULL;
		put_segment(way, segment);
	}
}

static void walk(struct way *way, const struct pointer *pointer, enum use last)
{
	way->type = way->map->type;
	way->cell = way->map->state;
	sync_buf_clear(&way->path);
	for (size_t i = 0; i < pointer->count && way->status == SYNC_OK; i++)
		step(way, &pointer->segments[i], i + 1 < pointer->count ? THROUGH : last);
}

/* ---- operations ---- */

static const char *const verbs[] = {
	[OP_ADD] = "add",   [OP_REMOVE] = "remove", [OP_REPLACE] = "replace", [OP_MOVE] = "move",
	[OP_COPY] = "copy", [OP_TEST] = "test",	    [OP_INC] = "inc",	      [OP_TEXT] = "text"
};

static void put_op(const struct way *way, const sync_buf *from, sync_buf *out)
{
	const struct operation *op = way->op;
	const sync_buf *path = &way->path;
	SYNC_BUF_LITERAL(out, "[{\"op\":\"");
	sync_buf_put(out, verbs[op->verb], strlen(verbs[op->verb]));
	if (op->verb == OP_MOVE || op->verb == OP_COPY) {
		SYNC_BUF_LITERAL(out, "\",\"from\":");
		sync_put_string(out, from->data, from->len);
		SYNC_BUF_LITERAL(out, ",\"path\":");
	} else {
		SYNC_BUF_LITERAL(out, "\",\"path\":");
	}
	sync_put_string(out, path->len ? path->data : "", path->len);
	if (op->value) {
		SYNC_BUF_LITERAL(out, ",\"value\":");
		sync_buf_put(out, op->value, op->value_length);
	}
	if (op->by) {
		if (op->verb == OP_INC)
			SYNC_BUF_LITERAL(out, ",\"by\":");
		else
			SYNC_BUF_LITERAL(out, ",\"delta\":");
		if (way->delta.len)
			sync_buf_put(out, way->delta.data, way->delta.len);
		else
			sync_buf_put(out, op->by, op->by_length);
	}
	SYNC_BUF_LITERAL(out, "}]");
}

/* Down both pointers. `from` is given those of the first. */
static void walk_both(struct way *way, const struct operation *op, sync_buf *from)
{
	static const enum use uses[] = {
		[OP_ADD] = INSERT,  [OP_REMOVE] = TAKE, [OP_REPLACE] = LOOK, [OP_MOVE] = INSERT,
		[OP_COPY] = INSERT, [OP_TEST] = LOOK,	[OP_INC] = LOOK,     [OP_TEXT] = LOOK
	};
	if (op->verb == OP_MOVE || op->verb == OP_COPY) {
		walk(way, &op->from, op->verb == OP_MOVE ? TAKE : LOOK);
		*from = way->path;
		memset(&way->path, 0, sizeof way->path);
		way->taken = way->ghost ? NULL : way->took;
	}
	if (way->status == SYNC_OK)
		walk(way, &op->path, uses[op->verb]);
}

sync_status native_map_op(native_map *map, const struct operation *op, sync_buf *out)
{
	struct way way = { .map = map, .op = op };
	sync_buf from = { 0 };
	walk_both(&way, op, &from);
	bool nothing = way.status == SYNC_GONE && op->verb == OP_REMOVE && !way.cell;
	if (nothing)
		SYNC_BUF_LITERAL(out, "[]");
	else if (way.status == SYNC_OK)
		put_op(&way, &from, out);
	sync_status status = nothing ? SYNC_OK : way.status;
	if (status == SYNC_OK && (way.path.status != SYNC_OK || from.status != SYNC_OK))
		status = SYNC_NOMEM;
	sync_buf_release(&from);
	sync_buf_release(&way.path);
	sync_buf_release(&way.delta);
	return status == SYNC_OK ? out->status : status;
}

sync_status native_map_ghost(native_map *map, const struct operation *op)
{
	struct way way = { .map = map, .op = op, .ghost = true, .ghost_at = SYNC_TRAIL_GONE };
	sync_buf from = { 0 };
	walk_both(&way, op, &from);
	sync_buf_release(&from);
	sync_buf_release(&way.path);
	return way.status == SYNC_NOMEM ? SYNC_NOMEM : SYNC_OK;
}

static void settle_list(const native_map *map, struct list_view *view, uint64_t revision)
{
	bool changed = sync_trail_touched(map->trail, view->list, UINT64_MAX) == revision;
	if (changed && !view->touched) { /* it was written as a whole */
		sync_free(view->at);
		view->at = NULL;
	}
	if (changed)
		view->seen = revision;
	view->touched = false;
}

bool native_map_owns(const native_map *map, uint64_t revision)
{
	if (revision <= map->start || map->alone)
		return revision > map->start;
	return revision - map->start <= NATIVE_MAP_OWN &&
	       map->own >> (revision - map->start - 1) & 1;
}

void native_map_settle(native_map *map, uint64_t revision)
{
	map->revision = revision;
	if (revision > map->start && revision - map->start <= NATIVE_MAP_OWN)
		map->own |= (uint64_t)1 << (revision - map->start - 1);
	for (size_t i = 0; i < map->count; i++)
		settle_list(map, &map->views[i], revision);
	native_map_settle_texts(map, revision);
}

void native_map_release(native_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		sync_free(map->views[i].at);
	sync_free(map->views);
	map->views = NULL;
	map->count = map->room = 0;
	native_map_release_texts(map);
}
