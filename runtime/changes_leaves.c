#include "changes.h"
#include "number.h"
#include "scan.h"

/*
 * The patch of most commits in one pass: leaves of one struct are replaced, which stands in structs
 * and lists that everybody sees. Whatever needs more care goes the general way of changes.c, which
 * writes the same.
 */

enum { STEPS_MAX = 16, HEAD_MAX = 256 };

#define HEAD  "{\"op\":\"replace\",\"path\":\""
#define VALUE "\",\"value\":"

struct leaves {
	const sync_track *track;
	uint64_t sees;
	bool intent;
	size_t least; /* bytes of the shortest container on the way, sent as a whole, at least */
	size_t head_length;  /* 0: not known yet */
	char head[HEAD_MAX]; /* what all operations begin with, {"op":"replace","path":"/notes/7 */
};

static bool is_plain(const sync_field *field, uint64_t sees)
{
	return (field->has & field->null) == SYNC_NO_OFFSET &&
	       !(field->flags & (SYNC_FIELD_BOXED | SYNC_FIELD_LOCAL | SYNC_FIELD_ATOMIC)) &&
	       field->readers & sees;
}

/* ---- where the struct is ------------------------------------------------------------------ */

static const sync_type *step_field(struct leaves *leaves, const sync_type *type,
				   const sync_node *from, const sync_node *child)
{
	const sync_field *field = &type->fields[child->slot];
	if (child->slot >= type->count || !is_plain(field, leaves->sees) ||
	    (const char *)from + field->offset != (const char *)child ||
	    field->segment_length > HEAD_MAX - leaves->head_length)
		return NULL;
	scan_copy(leaves->head + leaves->head_length, field->segment, field->segment_length);
	leaves->head_length += field->segment_length;
	return field->type;
}

static const sync_type *step_item(struct leaves *leaves, const sync_type *type,
				  const sync_node *from, const sync_node *child)
{
	const sync_list *list = (const sync_list *)(const void *)from;
	size_t index = sync_list_index(list, child);
	if (index == SIZE_MAX || HEAD_MAX - leaves->head_length < 1 + NUMBER_TEXT_MAX)
		return NULL;
	size_t least = emit_least_bytes(type, list->len);
	if (least < leaves->least)
		leaves->least = least;
	char *to = leaves->head + leaves->head_length;
	*to++ = '/';
	leaves->head_length += 1 + sync_number_put_u64(to, index);
	return type->elem;
}

/* Writes the head of the operations on the struct at `node`. False: something on the way needs
 * care. */
static bool put_head(struct leaves *leaves, const sync_node *node)
{
	const sync_node *chain[STEPS_MAX];
	size_t count = 0;
	for (; !(node->state & SYNC_NODE_ROOT); node = node->up) {
		if (node->state & SYNC_NODE_GONE || count == STEPS_MAX || !node->up)
			return false;
		chain[count++] = node;
	}
	if (node->up != &leaves->track->anchor)
		return false;
	memcpy(leaves->head, HEAD, sizeof HEAD - 1);
	leaves->head_length = sizeof HEAD - 1;
	const sync_type *type = leaves->track->type;
	while (type && !(type->flags & SYNC_TYPE_ATOMIC)) {
		if (!count)
			return type->kind == SYNC_KIND_STRUCT;
		const sync_node *child = chain[--count];
		if (type->kind == SYNC_KIND_STRUCT)
			type = step_field(leaves, type, node, child);
		else if (type->kind == SYNC_KIND_LIST)
			type = step_item(leaves, type, node, child);
		else
			return false;
		node = child;
	}
	return false;
}

/* ---- what is there now -------------------------------------------------------------------- */

static bool is_simple(const struct leaves *leaves, const sync_change *change, const sync_node *node)
{
	uint32_t kind = change->type->kind;
	return change->node == node && change->op == SYNC_CHANGE_FIELD && !change->flags &&
	       kind < SYNC_KIND_STRUCT && kind != SYNC_KIND_TEXT &&
	       !(kind == SYNC_KIND_COUNTER && leaves->intent) &&
	       is_plain(change->field, leaves->sees);
}

/* What was set back to its original says nothing. False: it needs care, or there is no memory. */
static bool put_leaf(struct leaves *leaves, const sync_change *change, sync_writer *writer)
{
	const sync_field *field = change->field;
	const sync_type *type = change->type;
	const void *cell = (const char *)change->node + field->offset;
	if (type->ops->equal(type, sync_change_was(leaves->track, change, type->size), cell))
		return true;
	if (!leaves->head_length && !put_head(leaves, change->node))
		return false;
	size_t head = leaves->head_length, segment = field->segment_length;
	char *to = sync_buf_room(&writer->out, head + segment + sizeof VALUE - 1);
	if (!to)
		return false;
	scan_copy(to, leaves->head, head);
	scan_copy(to + head, field->segment, segment);
	memcpy(to + head + segment, VALUE, sizeof VALUE - 1);
	writer->out.len += head + segment + sizeof VALUE - 1;
	type->ops->write(type, writer, cell);
	SYNC_BUF_LITERAL(&writer->out, "},");
	return true;
}

static bool put_leaves(struct leaves *leaves, sync_writer *writer)
{
	size_t start = writer->out.len;
	const sync_change *change = leaves->track->log, *end = change + leaves->track->len;
	const sync_node *node = change->node;
	for (; change < end; change++) {
		if (!is_simple(leaves, change, node) || !put_leaf(leaves, change, writer))
			return false;
	}
	return writer->out.status == SYNC_OK && writer->out.len - start <= leaves->least;
}

bool sync_emit_leaves(const sync_track *track, uint64_t sees, bool intent, sync_buf *out)
{
	sync_writer writer = { *out, sees };
	struct leaves leaves;
	leaves.track = track;
	leaves.sees = sees;
	leaves.intent = intent;
	leaves.least = SIZE_MAX;
	leaves.head_length = 0;
	sync_buf_byte(&writer.out, '[');
	bool done = put_leaves(&leaves, &writer);
	if (done && leaves.head_length)
		writer.out.data[writer.out.len - 1] = ']';
	else if (done)
		sync_buf_byte(&writer.out, ']');
	if (!done || writer.out.status != SYNC_OK)
		writer.out.len = out->len;
	*out = writer.out;
	return done;
}
