#include "track.h"

#include <syncgen/alloc.h>
#include <syncgen/text.h>

/* Setters of fields by description: constraint, comparison, log, write. */

static void set_presence(sync_node *node, const sync_field *field, bool has, bool null)
{
	char *base = (char *)node;
	if (field->has != SYNC_NO_OFFSET)
		*(bool *)(void *)(base + field->has) = has;
	if (field->null != SYNC_NO_OFFSET)
		*(bool *)(void *)(base + field->null) = null;
}

static void *raw_cell(sync_node *node, const sync_field *field)
{
	return (char *)node + field->offset;
}

static size_t raw_size(const sync_field *field)
{
	return field->flags & SYNC_FIELD_BOXED ? sizeof(void *) : field->type->size;
}

static sync_status refuse(sync_node *node, const sync_field *field, sync_status status,
			  const char *message)
{
	sync_error error;
	sync_error_set(&error, status, "%s", message);
	return sync_track_refuse_field(node, field, &error);
}

/* ---- keeping the original ----------------------------------------------------------------- */

/* Leaves mostly are of these sizes: without a call. */
static void copy_cell(void *to, const void *from, size_t size)
{
	switch (size) {
	case 1:
		memcpy(to, from, 1);
		break;
	case 4:
		memcpy(to, from, 4);
		break;
	case 8:
		memcpy(to, from, 8);
		break;
	default:
		memcpy(to, from, size);
		break;
	}
}

/* The rest of keep, after room was reserved. */
static void keep_reserved(sync_track *track, sync_node *node, const sync_field *field,
			  unsigned index)
{
	const char *base = (const char *)node;
	size_t bytes = raw_size(field);
	sync_change *change = sync_track_add(track, SYNC_CHANGE_FIELD, node, field->type, bytes);
	change->field = field;
	change->at = index;
	if (field->has != SYNC_NO_OFFSET && *(const bool *)(base + field->has))
		change->flags |= SYNC_CHANGE_HAS;
	if (sync_field_null(field, node))
		change->flags |= SYNC_CHANGE_NULL;
	copy_cell(sync_change_was(track, change, bytes), base + field->offset, bytes);
	sync_node_marks(node)[index / 64] |= (uint64_t)1 << (index % 64);
}

/* A row is found by its key. */
static bool is_row_key(const sync_node *node, unsigned index)
{
	return node->state & SYNC_NODE_ROW && node->slot == index;
}

sync_status sync_track_keep(sync_node *node, const sync_field *field, unsigned index)
{
	if (is_row_key(node, index))
		return refuse(node, field, SYNC_INVALID, "the key of a row cannot be changed");
	sync_track *track = sync_track_of(node);
	if (!track)
		return SYNC_OK;
	if (!sync_track_reserve(track, raw_size(field)))
		return SYNC_NOMEM;
	keep_reserved(track, node, field, index);
	return SYNC_OK;
}

/* Before a leaf is overwritten: keeps what is there, or gives it up. */
static sync_status vacate(sync_node *node, const sync_field *field, unsigned index)
{
	if (sync_unmarked(sync_node_marks(node), index))
		return sync_track_keep(node, field, index);
	sync_cell_release(field->type, raw_cell(node, field));
	return SYNC_OK;
}

/* ---- strings ------------------------------------------------------------------------------ */

static sync_status wrong_length(sync_node *node, const sync_field *field, size_t points)
{
	sync_error error;
	sync_length_error(&error, field->type, points, "characters");
	return sync_track_refuse_field(node, field, &error);
}

static sync_status check_string(sync_node *node, const sync_field *field, const char *bytes,
				size_t length, size_t *points)
{
	const sync_type *type = field->type;
	if (length > SYNC_STR_MAX)
		return refuse(node, field, SYNC_TOO_BIG, "too long a string");
	if (!sync_utf8_check(bytes, length, points))
		return refuse(node, field, SYNC_INVALID, "not valid UTF-8");
	if ((int64_t)*points < type->min || (int64_t)*points > type->max)
		return wrong_length(node, field, *points);
	if (type->format && !sync_format_check((sync_format)type->format, bytes, length)) {
		sync_error error;
		sync_error_set(&error, SYNC_INVALID, "must be of the form %s",
			       sync_format_name((sync_format)type->format));
		return sync_track_refuse_field(node, field, &error);
	}
	return SYNC_OK;
}

static sync_status set_inline_string(sync_node *node, const sync_field *field, unsigned index,
				     const char *bytes, size_t length)
{
	char *cell = raw_cell(node, field);
	uint32_t present;
	memcpy(&present, cell, sizeof(present));
	if (sync_field_there(field, node) && present == length && !memcmp(cell + 4, bytes, length))
		return SYNC_OK;
	size_t points;
	sync_status status = check_string(node, field, bytes, length, &points);
	if (status == SYNC_OK && length >= field->type->size - 4)
		status = refuse(node, field, SYNC_INVALID, "more bytes than fit");
	if (status == SYNC_OK)
		status = vacate(node, field, index);
	if (status != SYNC_OK)
		return status;
	present = (uint32_t)length;
	memcpy(cell, &present, sizeof(present));
	memmove(cell + 4, bytes, length);
	cell[4 + length] = '\0';
	set_presence(node, field, true, false);
	return SYNC_OK;
}

sync_status sync_set_string(sync_node *node, const sync_field *field, unsigned index,
			    const char *bytes, size_t length)
{
	if (!node)
		return SYNC_NOMEM;
	if (!length)
		bytes = "";
	if (field->type->kind == SYNC_KIND_INLINE_STRING)
		return set_inline_string(node, field, index, bytes, length);
	sync_str *cell = raw_cell(node, field); /* a sync_text begins with its string */
	if (sync_field_there(field, node) && sync_str_len(*cell) == length && *cell &&
	    memcmp(*cell, bytes, length) == 0)
		return SYNC_OK;
	size_t points;
	sync_status status = check_string(node, field, bytes, length, &points);
	if (status != SYNC_OK)
		return status;
	sync_str string = sync_str_new(bytes, length);
	if (!string)
		return refuse(node, field, SYNC_NOMEM, sync_status_text(SYNC_NOMEM));
	if (length)
		((sync_str_head *)(uintptr_t)string)[-1].points = (uint32_t)points + 1;
	status = vacate(node, field, index);
	if (status != SYNC_OK) {
		sync_str_free(string);
		return status;
	}
	*cell = string;
	set_presence(node, field, true, false);
	return SYNC_OK;
}

sync_status sync_set_bytes(sync_node *node, const sync_field *field, unsigned index,
			   const void *data, size_t length)
{
	sync_bytes value = { data, length };
	return sync_set_leaf(node, field, index, &value);
}

/* ---- any leaf ----------------------------------------------------------------------------- */

sync_status sync_set_leaf(sync_node *node, const sync_field *field, unsigned index,
			  const void *value)
{
	if (!node)
		return SYNC_NOMEM;
	const sync_type *type = field->type;
	void *cell = raw_cell(node, field);
	if (sync_field_there(field, node) && type->ops->equal(type, cell, value))
		return SYNC_OK;
	sync_error error;
	sync_error_set(&error, SYNC_INVALID, "%s", sync_status_text(SYNC_INVALID));
	if (!type->ops->validate(type, value, &error))
		return sync_track_refuse_field(node, field, &error);
	sync_leaf copy;
	sync_status status = sync_leaf_copy(type, &copy, &value);
	if (status != SYNC_OK)
		return refuse(node, field, status, sync_status_text(status));
	status = vacate(node, field, index);
	if (status != SYNC_OK) {
		sync_leaf_drop(type, &copy);
		return status;
	}
	memmove(cell, value, type->size);
	set_presence(node, field, true, false);
	return SYNC_OK;
}

sync_status sync_add_counter(sync_node *node, const sync_field *field, unsigned index, int64_t by)
{
	const int64_t most = 9007199254740991;
	if (!node)
		return SYNC_NOMEM;
	int64_t sum = by > 2 * most ? 2 * most : by < -2 * most ? -2 * most : by;
	sum += *(const int64_t *)raw_cell(node, field); /* within ±most: no overflow */
	sum = sum > most ? most : sum < -most ? -most : sum;
	return sync_set_leaf(node, field, index, &sum);
}

/* ---- absent, null and whole nodes --------------------------------------------------------- */

static void set_default(sync_node *node, const sync_field *field, unsigned index)
{
	void *cell = raw_cell(node, field);
	if (field->init)
		field->init(cell);
	else
		field->type->ops->init(field->type, cell);
	if (sync_type_is_node(field->type))
		sync_node_hang(cell, node, index);
}

static void free_box(const sync_field *field, void *box)
{
	if (!box)
		return;
	field->type->ops->release(field->type, box);
	sync_free(box);
}

/* After a node was kept: it is gone, and what lies in the log moved there. */
static void bury(sync_track *track, const sync_field *field)
{
	sync_change *change = &track->log[track->len - 1];
	void *was = sync_change_was(track, change, raw_size(field));
	track->deep++;
	if (field->flags & SYNC_FIELD_BOXED) {
		was = *(void **)was;
	} else {
		change->flags |= SYNC_CHANGE_MOVED;
		track->moved++;
	}
	if (was)
		((sync_node *)was)->state |= SYNC_NODE_GONE;
}

/* Takes out what is there; the cell is uninitialised then, a box NULL. */
static sync_status take_out(sync_node *node, const sync_field *field, unsigned index)
{
	void *cell = raw_cell(node, field);
	bool nodes = sync_type_is_node(field->type);
	bool boxed = field->flags & SYNC_FIELD_BOXED;
	sync_track *track =
		sync_unmarked(sync_node_marks(node), index) ? sync_track_of(node) : NULL;
	if (track) {
		sync_status status = sync_track_keep(node, field, index);
		if (status != SYNC_OK)
			return status;
		if (nodes)
			bury(track, field);
	} else if (boxed) {
		free_box(field, *(void **)cell);
	} else {
		sync_cell_release(field->type, cell);
	}
	if (boxed)
		*(void **)cell = NULL;
	return SYNC_OK;
}

static sync_status empty(sync_node *node, const sync_field *field, unsigned index, bool null)
{
	if (is_row_key(node, index))
		return refuse(node, field, SYNC_INVALID, "the key of a row cannot be changed");
	sync_status status = take_out(node, field, index);
	if (status != SYNC_OK)
		return status;
	if (!(field->flags & SYNC_FIELD_BOXED))
		set_default(node, field, index);
	set_presence(node, field, null, null);
	return SYNC_OK;
}

sync_status sync_set_absent(sync_node *node, const sync_field *field, unsigned index)
{
	if (!node)
		return SYNC_NOMEM;
	if (field->has == SYNC_NO_OFFSET)
		return refuse(node, field, SYNC_INVALID, "cannot be absent");
	if (!*((const bool *)node + field->has))
		return SYNC_OK;
	return empty(node, field, index, false);
}

sync_status sync_set_null(sync_node *node, const sync_field *field, unsigned index)
{
	if (!node)
		return SYNC_NOMEM;
	if (field->null == SYNC_NO_OFFSET)
		return refuse(node, field, SYNC_INVALID, "cannot be null");
	if (!sync_field_absent(field, node) && sync_field_null(field, node))
		return SYNC_OK;
	return empty(node, field, index, true);
}

static void *new_box(sync_node *node, const sync_field *field, unsigned index)
{
	sync_node *box = sync_alloc(field->type->size);
	if (!box)
		return NULL;
	if (field->init)
		field->init(box);
	else
		field->type->ops->init(field->type, box);
	sync_node_hang(box, node, index);
	return box;
}

void *sync_reset_field(sync_node *node, const sync_field *field, unsigned index)
{
	if (!node)
		return NULL;
	bool boxed = field->flags & SYNC_FIELD_BOXED;
	void *box = boxed ? new_box(node, field, index) : NULL;
	if (boxed && !box) {
		refuse(node, field, SYNC_NOMEM, sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	if (take_out(node, field, index) != SYNC_OK) {
		free_box(field, box);
		return NULL;
	}
	if (boxed)
		*(void **)raw_cell(node, field) = box;
	else
		set_default(node, field, index);
	set_presence(node, field, true, false);
	return sync_field_cell(field, node);
}

void *sync_edit_field(sync_node *node, const sync_field *field, unsigned index)
{
	if (!node)
		return NULL;
	void *cell = sync_field_cell(field, node);
	if (cell && sync_field_there(field, node))
		return cell;
	return sync_reset_field(node, field, index);
}

/* ---- unions ------------------------------------------------------------------------------- */

static void set_arm(sync_union *value, const sync_type *type, unsigned tag)
{
	const sync_field *arm = &type->fields[tag];
	sync_node *cell = (sync_node *)(void *)((char *)value + arm->offset);
	value->tag = (int32_t)tag;
	if (arm->init)
		arm->init(cell);
	else
		arm->type->ops->init(arm->type, cell);
	sync_node_hang(cell, &value->node, tag);
}

/* Keeps the whole union and makes it loose, so that it is kept once a commit. */
static bool keep_union(sync_track *track, sync_union *value, const sync_type *type)
{
	size_t bytes = type->size - sizeof(sync_node);
	if (!sync_track_reserve(track, bytes))
		return false;
	const sync_field *arm = &type->fields[value->tag];
	((sync_node *)(void *)((char *)value + arm->offset))->state |= SYNC_NODE_GONE;
	sync_change *change = sync_track_add(track, SYNC_CHANGE_ARM, &value->node, type, bytes);
	memcpy(sync_change_was(track, change, bytes), &value->node + 1, bytes);
	change->flags |= SYNC_CHANGE_MOVED;
	track->moved++;
	track->deep++;
	value->node.state &= ~(uint32_t)SYNC_NODE_WATCHED;
	return true;
}

void *sync_reset_union(sync_node *node, const sync_type *type, unsigned tag)
{
	if (!node)
		return NULL;
	if (tag >= type->count) {
		sync_track_refuse(node, SYNC_INVALID, "no such alternative");
		return NULL;
	}
	sync_union *value = (sync_union *)(void *)node;
	const sync_field *arm = &type->fields[value->tag];
	sync_track *track = node->state & SYNC_NODE_WATCHED ? sync_track_of(node) : NULL;
	if (track && !keep_union(track, value, type))
		return NULL;
	if (!track)
		arm->type->ops->release(arm->type, (char *)value + arm->offset);
	set_arm(value, type, tag);
	return (char *)value + type->fields[tag].offset;
}

void *sync_edit_union(sync_node *node, const sync_type *type, unsigned tag)
{
	if (node && tag < type->count && ((sync_union *)(void *)node)->tag == (int32_t)tag)
		return (char *)node + type->fields[tag].offset;
	return sync_reset_union(node, type, tag);
}
