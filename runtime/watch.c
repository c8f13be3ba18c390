#include "track.h"

/* The walk that makes a value watched or loose. As deep as the value: check refuses values that are
 * nested deeper than SYNC_NESTING_MAX before they are committed. */

struct state {
	uint32_t node;
	uint64_t marks;
};

static const struct state watched = { SYNC_NODE_WATCHED, 0 };
static const struct state loose = { 0, ~(uint64_t)0 };

static void walk(const struct state *to, const sync_type *type, void *cell, sync_node *up,
		 uint32_t slot);

static void walk_struct(const struct state *to, const sync_type *type, sync_node *node)
{
	uint64_t *marks = sync_node_marks(node);
	for (uint32_t i = 0; i < (type->count + 63) / 64; i++)
		marks[i] = to->marks;
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		if (!sync_type_is_node(field->type))
			continue;
		void *cell = sync_field_cell(field, node);
		if (cell)
			walk(to, field->type, cell, node, i);
	}
}

static void walk_entry(const struct state *to, const sync_type *elem, sync_entry *entry,
		       sync_map *map, uint32_t slot)
{
	entry->node = (sync_node){ &map->list.node, slot, to->node };
	if (!sync_type_is_node(elem))
		return;
	bool table = map->list.node.state & SYNC_NODE_TABLE;
	sync_node *value = sync_entry_value(entry);
	walk(to, elem, value, &entry->node, table ? (uint32_t)elem->key : 0);
	if (table)
		value->state |= SYNC_NODE_ROW;
}

static void walk(const struct state *to, const sync_type *type, void *cell, sync_node *up,
		 uint32_t slot)
{
	sync_node *node = cell;
	*node = (sync_node){ up, slot, to->node };
	sync_list *list = cell;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		walk_struct(to, type, node);
		break;
	case SYNC_KIND_UNION: {
		const sync_field *arm = &type->fields[((sync_union *)cell)->tag];
		walk(to, arm->type, (char *)cell + arm->offset, node,
		     (uint32_t)((sync_union *)cell)->tag);
		break;
	}
	case SYNC_KIND_LIST:
		for (size_t i = 0; sync_type_is_node(type->elem) && i < list->len; i++)
			walk(to, type->elem, ((void **)list->items)[i], node, (uint32_t)i);
		break;
	case SYNC_KIND_TABLE:
	case SYNC_KIND_MAP:
		if (type->kind == SYNC_KIND_TABLE)
			node->state |= SYNC_NODE_TABLE;
		for (size_t i = 0; i < list->len; i++)
			walk_entry(to, type->elem, ((void **)list->items)[i], cell, (uint32_t)i);
		break;
	default:
		break;
	}
}

void sync_watch(const sync_type *type, void *cell, sync_node *up, uint32_t slot)
{
	/* What only the holder knows. */
	uint32_t kept = ((sync_node *)cell)->state & SYNC_NODE_ROW;
	walk(&watched, type, cell, up, slot);
	((sync_node *)cell)->state |= kept;
}

void sync_watch_entry(const sync_type *elem, sync_entry *entry, sync_map *map, uint32_t slot)
{
	walk_entry(&watched, elem, entry, map, slot);
}

void sync_unwatch(const sync_type *type, void *cell)
{
	sync_node *node = cell;
	walk(&loose, type, cell, node->up, node->slot);
}

/* ---- depth -------------------------------------------------------------------------------- */

static bool items_within(const sync_type *type, const sync_list *list, unsigned limit)
{
	bool entries = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	if (!sync_type_is_node(type->elem))
		return true;
	for (size_t i = 0; i < list->len; i++) {
		const void *item = ((void **)list->items)[i];
		if (!sync_depth_within(type->elem, entries ? sync_entry_value(item) : item, limit))
			return false;
	}
	return true;
}

static bool fields_within(const sync_type *type, const void *base, unsigned limit)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		if (!sync_type_is_node(field->type))
			continue;
		const void *cell = sync_field_cell(field, base);
		if (cell && !sync_depth_within(field->type, cell, limit))
			return false;
	}
	return true;
}

bool sync_depth_within(const sync_type *type, const void *cell, unsigned limit)
{
	if (!sync_type_is_node(type))
		return true;
	if (!limit)
		return false;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return fields_within(type, cell, limit - 1);
	case SYNC_KIND_UNION: {
		/* The alternative's members stand in the union's own object. */
		const sync_field *arm = &type->fields[((const sync_union *)cell)->tag];
		return sync_depth_within(arm->type, (const char *)cell + arm->offset, limit);
	}
	case SYNC_KIND_LIST:
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return items_within(type, cell, limit - 1);
	default:
		return true;
	}
}
