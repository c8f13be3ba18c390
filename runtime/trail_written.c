/* When a field was changed last, with all that is in it. */
#include "trail_core.h"

enum { DEPTH = SYNC_PLACE_STEPS };

/* What a node's record knows: its entries are by age. */
static uint64_t of_node(const sync_trail *trail, const sync_node *node)
{
	const struct trail_record *record = sync_trail_record(trail, node);
	return record && record->last ? record->last->revision : 0;
}

static uint64_t inside(const sync_trail *trail, const sync_type *type, const void *cell,
		       unsigned depth);

static uint64_t inside_struct(const sync_trail *trail, const sync_type *type, const void *base,
			      unsigned depth)
{
	uint64_t last = 0;
	for (uint32_t i = 0; i < type->count; i++)
		last = trail_later(last, inside(trail, type->fields[i].type,
						sync_field_cell(&type->fields[i], base), depth));
	return last;
}

static uint64_t inside_items(const sync_trail *trail, const sync_type *type, const sync_list *list,
			     unsigned depth)
{
	bool entries = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	uint64_t last = 0;
	if (!entries && !sync_type_is_node(type->elem))
		return 0;
	for (size_t i = 0; i < list->len; i++) {
		const void *item = ((void *const *)list->items)[i];
		if (entries)
			last = trail_later(last, of_node(trail, item));
		last = trail_later(last, inside(trail, type->elem,
						entries ? sync_entry_value(item) : item, depth));
	}
	return last;
}

static uint64_t inside(const sync_trail *trail, const sync_type *type, const void *cell,
		       unsigned depth)
{
	if (!cell || !depth || !sync_type_is_node(type))
		return 0;
	uint64_t last = of_node(trail, cell);
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return trail_later(last, inside_struct(trail, type, cell, depth - 1));
	case SYNC_KIND_UNION: {
		const sync_field *arm = &type->fields[((const sync_union *)cell)->tag];
		return trail_later(last, inside(trail, arm->type, (const char *)cell + arm->offset,
						depth - 1));
	}
	case SYNC_KIND_INLINE_LIST:
		return last;
	default:
		return trail_later(last, inside_items(trail, type, cell, depth - 1));
	}
}

uint64_t sync_trail_written(const sync_trail *trail, const sync_node *node, const sync_field *field,
			    unsigned index)
{
	struct trail_thing thing = { node, SYNC_CHANGE_FIELD, index, NULL };
	const struct trail_entry *entry = sync_trail_entry(trail, &thing);
	uint64_t last = trail_later(sync_trail_put(trail, node), entry ? entry->revision : 0);
	return trail_later(last, inside(trail, field->type, sync_field_cell(field, node), DEPTH));
}
