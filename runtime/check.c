#include "track.h"

/* May the pending changes be committed? Leaves were checked when they were set; here is what only
 * the whole shows: sizes, new subtrees, keys. Costs what changed, but for keys (see unique.c). */

struct check {
	sync_track *track;
	sync_error error;
	sync_place place; /* of the node of the change at hand */
};

/* Levels of JSON above and at the last step. */
static unsigned depth_of(const sync_place *place)
{
	unsigned depth = 0;
	for (size_t i = 0; i < place->count; i++) {
		const sync_type *above = i ? place->step[i - 1].type : NULL;
		bool arm = above && above->kind == SYNC_KIND_UNION;
		depth += place->step[i].type && !arm;
	}
	return depth;
}

static bool fail(struct check *check)
{
	sync_place_error(&check->place, &check->error);
	return false;
}

/* A whole new value below the place. The caller adds the way from there to it. */
static bool valid(struct check *check, const sync_type *type, const void *cell)
{
	unsigned above = depth_of(&check->place);
	sync_error_set(&check->error, SYNC_INVALID, "%s", sync_status_text(SYNC_INVALID));
	if (above <= SYNC_NESTING_MAX && sync_depth_within(type, cell, SYNC_NESTING_MAX - above))
		return type->ops->validate(type, cell, &check->error);
	sync_error_set(&check->error, SYNC_TOO_BIG, "nested more than %d deep", SYNC_NESTING_MAX);
	return false;
}

static bool check_field(struct check *check, const sync_change *change)
{
	const sync_field *field = change->field;
	void *cell = sync_field_cell(field, change->node);
	if (!sync_type_is_node(change->type) || !cell || !sync_field_there(field, change->node))
		return true;
	if (valid(check, change->type, cell))
		return true;
	sync_error_in(&check->error, field->name, field->name_length);
	return fail(check);
}

/* The union's own depth is in the place already. */
static bool check_arm(struct check *check, const sync_change *change)
{
	check->place.count--;
	bool ok = valid(check, change->type, change->node);
	check->place.count++;
	return ok || fail(check);
}

static bool check_entry(struct check *check, const sync_type *type, const sync_entry *entry)
{
	const sync_type *elem = type->elem;
	if (sync_type_is_node(elem) && !valid(check, elem, sync_entry_value(entry))) {
		sync_error_in(&check->error, entry->key, sync_str_len(entry->key));
		return fail(check);
	}
	if (type->kind != SYNC_KIND_TABLE || sync_row_key_valid(elem, entry, &check->error))
		return true;
	sync_error_in(&check->error, entry->key, sync_str_len(entry->key));
	return fail(check);
}

static bool check_inserted(struct check *check, const sync_type *type, const sync_change *change)
{
	bool map = change->flags & SYNC_CHANGE_MAP;
	if (!map && !sync_type_is_node(change->type))
		return true;
	sync_node *const *items =
		sync_change_was(check->track, change, change->count * sizeof(*items));
	for (uint32_t i = 0; i < change->count; i++) {
		if (items[i]->state & SYNC_NODE_GONE)
			continue;
		if (map) {
			if (!check_entry(check, type, (const sync_entry *)(const void *)items[i]))
				return false;
		} else if (!valid(check, change->type, items[i])) {
			const sync_list *list = (const sync_list *)(const void *)change->node;
			sync_error_in_index(&check->error, sync_list_index(list, items[i]));
			return fail(check);
		}
	}
	return true;
}

static bool check_size(struct check *check, const sync_type *type, const void *cell)
{
	bool inside = type->kind == SYNC_KIND_INLINE_LIST;
	bool map = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	size_t length =
		inside ? ((const sync_inline_list *)cell)->len : ((const sync_list *)cell)->len;
	if ((int64_t)length >= type->min && (int64_t)length <= type->max)
		return true;
	sync_length_error(&check->error, type, length, map ? "entries" : "elements");
	return fail(check);
}

/* Once per list and check: SEEN says it was done. */
static bool check_keys(struct check *check, const sync_step *step)
{
	sync_list *list = step->cell;
	if (step->type->kind != SYNC_KIND_LIST || list->node.state & SYNC_NODE_SEEN)
		return true;
	list->node.state |= SYNC_NODE_SEEN;
	return sync_keyed_check(check->track, step->type, list, &check->error) || fail(check);
}

static bool check_container(struct check *check, const sync_change *change)
{
	const sync_step *step = &check->place.step[check->place.count - 1];
	if (!step->type)
		return true; /* an entry whose value was set */
	if (!change->prev && !check_size(check, step->type, step->cell))
		return false;
	if (change->op != SYNC_CHANGE_INSERT)
		return true;
	return check_inserted(check, step->type, change) && check_keys(check, step);
}

static bool is_key(const sync_change *change)
{
	return change->op == SYNC_CHANGE_FIELD && change->field->flags & SYNC_FIELD_KEY;
}

/* What a setter has checked wholly. */
static bool is_done(const sync_change *change)
{
	return change->op == SYNC_CHANGE_FIELD && !sync_type_is_node(change->type) &&
	       !is_key(change);
}

static bool check_change(struct check *check, const sync_change *change)
{
	if (is_done(change) || change->flags & SYNC_CHANGE_DEAD ||
	    !sync_place_find(check->track, change->node, &check->place))
		return true;
	if (is_key(change)) {
		if (check->place.count < 2)
			return true;
		check->place.count--; /* the list the struct may be in */
		const sync_step *step = &check->place.step[check->place.count - 1];
		return !step->type || check_keys(check, step);
	}
	if (change->op == SYNC_CHANGE_FIELD)
		return check_field(check, change);
	if (change->op == SYNC_CHANGE_ARM)
		return check_arm(check, change);
	return check_container(check, change);
}

static void clear_seen(const sync_track *track)
{
	for (size_t i = 0; i < track->len; i++) {
		sync_node *node = track->log[i].node;
		if (track->log[i].flags & SYNC_CHANGE_DEAD)
			continue; /* there may be something else at that address */
		node->state &= ~(uint32_t)SYNC_NODE_SEEN;
		if (is_key(&track->log[i]) && node->up)
			node->up->state &= ~(uint32_t)SYNC_NODE_SEEN;
	}
}

static bool all_done(const sync_track *track)
{
	for (size_t i = 0; i < track->len; i++) {
		if (!is_done(&track->log[i]))
			return false;
	}
	return true;
}

static sync_status check_all(sync_track *track, sync_error *error)
{
	struct check check;
	check.track = track;
	check.error.code = SYNC_OK;
	if (track->deep)
		sync_track_mark_dead(track);
	bool ok = true;
	for (size_t i = 0; ok && i < track->len; i++)
		ok = check_change(&check, &track->log[i]);
	clear_seen(track);
	if (ok)
		return SYNC_OK;
	if (error)
		*error = check.error;
	return check.error.code;
}

sync_status sync_track_check(sync_track *track, sync_error *error)
{
	if (track->refusal.code != SYNC_OK) {
		if (error)
			*error = track->refusal;
		return track->refusal.code;
	}
	return all_done(track) ? SYNC_OK : check_all(track, error);
}
