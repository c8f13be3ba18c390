#include "track.h"

/* From a node to where it stands: up through the nodes that hold it, then down again by type, which
 * finds out on the way whether each of them still holds the next. */

struct chain {
	size_t count;
	const sync_node *node[SYNC_PLACE_STEPS];
};

static bool chain_up(const sync_track *track, const sync_node *node, struct chain *chain)
{
	chain->count = 0;
	for (; !(node->state & SYNC_NODE_ROOT); node = node->up) {
		if (node->state & SYNC_NODE_GONE || chain->count == SYNC_PLACE_STEPS - 1 ||
		    !node->up)
			return false;
		chain->node[chain->count++] = node;
	}
	return node->up == &track->anchor;
}

static bool flag_at(const void *base, uint32_t offset, bool otherwise)
{
	return offset == SYNC_NO_OFFSET ? otherwise : *(const bool *)((const char *)base + offset);
}

static bool step_field(const sync_step *from, const sync_node *child, sync_step *to)
{
	if (child->slot >= from->type->count)
		return false;
	const sync_field *field = &from->type->fields[child->slot];
	if (sync_field_cell(field, from->cell) != child || !flag_at(from->cell, field->has, true) ||
	    flag_at(from->cell, field->null, false))
		return false;
	*to = (sync_step){ field->type, (void *)(uintptr_t)child, field, child->slot, false };
	return true;
}

static bool step_arm(const sync_step *from, const sync_node *child, sync_step *to)
{
	const sync_union *value = from->cell;
	const sync_field *arm = &from->type->fields[value->tag];
	if ((const char *)value + arm->offset != (const char *)child)
		return false;
	*to = (sync_step){ arm->type, (void *)(uintptr_t)child, NULL, 0, true };
	return true;
}

static bool step_item(const sync_step *from, const sync_node *child, sync_step *to)
{
	size_t index = sync_list_index(from->cell, child);
	if (index == SIZE_MAX)
		return false;
	/* An entry has no type; its value has. */
	const sync_type *type = from->type->kind == SYNC_KIND_LIST ? from->type->elem : NULL;
	*to = (sync_step){ type, (void *)(uintptr_t)child, NULL, (uint32_t)index, false };
	return true;
}

static bool step_down(const sync_step *from, const sync_node *child, sync_step *to)
{
	if (!from->type) { /* from an entry, whose map is the step before */
		*to = (sync_step){ from[-1].type->elem, (void *)(uintptr_t)child, NULL, 0, true };
		return sync_entry_value(from->cell) == child;
	}
	switch ((sync_kind)from->type->kind) {
	case SYNC_KIND_STRUCT:
		return step_field(from, child, to);
	case SYNC_KIND_UNION:
		return step_arm(from, child, to);
	case SYNC_KIND_LIST:
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return step_item(from, child, to);
	default:
		return false;
	}
}

bool sync_place_find(const sync_track *track, const sync_node *node, sync_place *place)
{
	struct chain chain;
	if (!chain_up(track, node, &chain))
		return false;
	place->count = 1;
	place->step[0] = (sync_step){ track->type, track->value, NULL, 0, true };
	while (chain.count) {
		sync_step *from = &place->step[place->count - 1];
		if (!step_down(from, chain.node[--chain.count], from + 1))
			return false;
		place->count++;
	}
	return true;
}

/* ---- as text ------------------------------------------------------------------------------ */

static void put_index(size_t index, sync_buf *out)
{
	sync_put_u64(out, index);
}

/* One byte that JSON may have to escape. */
static void put_escaped(char byte, sync_buf *out)
{
	size_t start = out->len;
	sync_put_string(out, &byte, 1);
	if (out->status != SYNC_OK)
		return;
	memmove(out->data + start, out->data + start + 1, out->len - start - 2);
	out->len -= 2;
}

void sync_place_key(const char *key, size_t length, sync_buf *out)
{
	size_t plain = 0;
	sync_buf_byte(out, '/');
	for (size_t i = 0; i < length; i++) {
		char c = key[i];
		if (c != '~' && c != '/' && c != '"' && c != '\\' && (unsigned char)c >= 0x20)
			continue;
		sync_buf_put(out, key + plain, i - plain);
		plain = i + 1;
		if (c == '~')
			SYNC_BUF_LITERAL(out, "~0");
		else if (c == '/')
			SYNC_BUF_LITERAL(out, "~1");
		else
			put_escaped(c, out);
	}
	sync_buf_put(out, key + plain, length - plain);
}

void sync_place_segment(const sync_step *step, sync_buf *out)
{
	if (step->unnamed)
		return;
	if (step->field) {
		sync_buf_put(out, step->field->segment, step->field->segment_length);
	} else if (!step->type) {
		const sync_entry *entry = step->cell;
		sync_place_key(entry->key, sync_str_len(entry->key), out);
	} else {
		sync_buf_byte(out, '/');
		put_index(step->index, out);
	}
}

void sync_place_error(const sync_place *place, sync_error *error)
{
	for (size_t i = place->count; i-- > 1;) {
		const sync_step *step = &place->step[i];
		if (step->unnamed)
			continue;
		if (step->field)
			sync_error_in(error, step->field->name, step->field->name_length);
		else if (!step->type)
			sync_error_in(error, ((const sync_entry *)step->cell)->key,
				      sync_str_len(((const sync_entry *)step->cell)->key));
		else
			sync_error_in_index(error, step->index);
	}
}
