#include "trail_core.h"

enum { DEPTH = SYNC_PLACE_STEPS };

static void forget_node(sync_trail *trail, const sync_node *node)
{
	struct trail_record *record = sync_trail_record(trail, node);
	if (!record)
		return;
	while (record->first)
		sync_trail_free_entry(trail, record->first);
	sync_trail_free_record(trail, record);
}

/* Forgets all nodes of a value. Its bytes may lie elsewhere than where its nodes were: `shift`
 * leads there. */
static void forget_value(sync_trail *trail, const sync_type *type, const void *cell,
			 ptrdiff_t shift, unsigned depth);

static void forget_items(sync_trail *trail, const sync_type *type, const sync_list *list,
			 unsigned depth)
{
	bool entries = type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE;
	if (type->kind == SYNC_KIND_INLINE_LIST || (!entries && !sync_type_is_node(type->elem)))
		return;
	for (size_t i = 0; i < list->len; i++) {
		const void *item = ((void *const *)list->items)[i];
		if (entries)
			forget_node(trail, item);
		if (sync_type_is_node(type->elem))
			forget_value(trail, type->elem, entries ? sync_entry_value(item) : item, 0,
				     depth);
	}
}

static void forget_value(sync_trail *trail, const sync_type *type, const void *cell,
			 ptrdiff_t shift, unsigned depth)
{
	if (!cell || !depth || !sync_type_is_node(type))
		return;
	forget_node(trail, (const sync_node *)(const void *)((const char *)cell + shift));
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		for (uint32_t i = 0; i < type->count; i++) {
			const sync_field *field = &type->fields[i];
			bool boxed = field->flags & SYNC_FIELD_BOXED;
			if (sync_type_is_node(field->type))
				forget_value(trail, field->type, sync_field_cell(field, cell),
					     boxed ? 0 : shift, depth - 1);
		}
		break;
	case SYNC_KIND_UNION: {
		int32_t tag;
		memcpy(&tag, (const char *)cell + offsetof(sync_union, tag), sizeof tag);
		const sync_field *arm = &type->fields[tag];
		forget_value(trail, arm->type, (const char *)cell + arm->offset, shift, depth - 1);
		break;
	}
	default:
		forget_items(trail, type, cell, depth - 1);
		break;
	}
}

void sync_trail_forget_old(sync_trail *trail, sync_track *track, const sync_change *change)
{
	const sync_type *type = change->type;
	if (change->op == SYNC_CHANGE_FIELD && sync_type_is_node(type)) {
		bool boxed = change->field->flags & SYNC_FIELD_BOXED;
		const char *home = (const char *)change->node + change->field->offset;
		const char *was =
			sync_change_was(track, change, boxed ? sizeof(void *) : type->size);
		if (boxed)
			forget_value(trail, type, *(void *const *)(const void *)was, 0, DEPTH);
		else
			forget_value(trail, type, was, home - was, DEPTH);
	} else if (change->op == SYNC_CHANGE_ARM) {
		/* The bytes behind the node were kept. */
		const char *was = sync_change_was(track, change, type->size - sizeof(sync_node));
		const char *cell = was - sizeof(sync_node);
		int32_t tag;
		memcpy(&tag, was + (offsetof(sync_union, tag) - sizeof(sync_node)), sizeof tag);
		const sync_field *arm = &type->fields[tag];
		forget_value(trail, arm->type, cell + arm->offset,
			     (const char *)change->node - cell, DEPTH);
	} else if (change->op == SYNC_CHANGE_REMOVE) {
		bool map = change->flags & SYNC_CHANGE_MAP;
		if (!map && !sync_type_is_node(type))
			return;
		void *const *items = sync_change_was(track, change, change->count * sizeof(void *));
		for (uint32_t i = 0; i < change->count; i++) {
			if (map)
				forget_node(trail, items[i]);
			if (sync_type_is_node(type))
				forget_value(trail, type,
					     map ? sync_entry_value(items[i]) : items[i], 0, DEPTH);
		}
	}
}
