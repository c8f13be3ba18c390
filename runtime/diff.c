#include <syncgen/patch.h>

#include "align.h"
#include "assign.h"
#include "differ.h"
#include "pointer.h"
#include "track.h"

/* What an encoder may ask for beyond what it then writes, apart from escapes. */
enum { SLACK = 256 };

static void diff(struct differ *d, const sync_type *type, const void *before, const void *after);

/* ---- operations --------------------------------------------------------------------------- */

void sync_differ_begin(struct differ *d, const char *op, size_t op_length)
{
	sync_buf *out = &d->writer.out;
	if (d->path.status != SYNC_OK && out->status == SYNC_OK)
		out->status = d->path.status;
	/* The escaped form is the longer one: some that would just fit are not tried. */
	if (d->path.len > POINTER_BYTES)
		d->too_long = true;
	if (d->count)
		sync_buf_byte(out, ',');
	SYNC_BUF_LITERAL(out, "{\"op\":\"");
	sync_buf_put(out, op, op_length);
	SYNC_BUF_LITERAL(out, "\",\"path\":\"");
	sync_buf_put(out, d->path.data, d->path.len);
	sync_buf_byte(out, '"');
}

void sync_differ_index(struct differ *d, size_t index)
{
	sync_buf_byte(&d->path, '/');
	sync_put_u64(&d->path, index);
}

/* Encoders ask for room for the worst of escapes: printing may go a little beyond what would still
 * be shorter, and no further. */
void sync_differ_settle(struct differ *d, struct differ_mark mark, size_t least,
			void (*write)(const void *type, sync_writer *writer, const void *value),
			const void *type, const void *value)
{
	sync_buf *out = &d->writer.out;
	size_t end = out->len, count = d->count, written = end - mark.length;
	size_t limit = out->limit, cap = out->cap;
	bool must = d->too_long && d->path.len <= POINTER_BYTES;
	if (!must && (count == mark.count || least >= written))
		return;
	if (must)
		d->too_long = false;
	else if (!limit || end + 6 * written + SLACK < limit)
		out->limit = end + 6 * written + SLACK;
	/* Room that is there already is not asked for, so the limit would not be seen. */
	if (out->limit && cap > out->limit)
		out->cap = out->limit;
	d->count = mark.count;
	SYNC_DIFFER_BEGIN(d, "replace");
	sync_differ_value(d);
	write(type, &d->writer, value);
	sync_differ_end(d);
	if (out->limit && cap > out->limit)
		out->cap = cap;
	out->limit = limit;
	if (out->status == SYNC_OK && (must || out->len - end < written)) {
		memmove(out->data + mark.length, out->data + end, out->len - end);
		out->len -= written;
		return;
	}
	if (out->status == SYNC_TOO_BIG)
		out->status = SYNC_OK;
	if (out->status == SYNC_OK)
		out->len = end;
	d->count = count;
}

static void put_cell(struct differ *d, const sync_type *type, const void *cell)
{
	sync_differ_value(d);
	type->ops->write(type, &d->writer, cell);
	sync_differ_end(d);
}

static void write_cell(const void *type, sync_writer *writer, const void *value)
{
	const sync_type *real = type;
	real->ops->write(real, writer, value);
}

static void settle(struct differ *d, struct differ_mark mark, size_t elements,
		   const sync_type *type, const void *value)
{
	/* An element and its comma. */
	sync_differ_settle(d, mark, 2 * elements, write_cell, type, value);
}

static void replace(struct differ *d, const sync_type *type, const void *cell)
{
	SYNC_DIFFER_BEGIN(d, "replace");
	put_cell(d, type, cell);
}

static void add(struct differ *d, const sync_type *type, const void *cell)
{
	SYNC_DIFFER_BEGIN(d, "add");
	put_cell(d, type, cell);
}

static void drop(struct differ *d)
{
	SYNC_DIFFER_BEGIN(d, "remove");
	sync_differ_end(d);
}

/* ---- structs ------------------------------------------------------------------------------ */

static void put_null(struct differ *d)
{
	sync_differ_value(d);
	SYNC_BUF_LITERAL(&d->writer.out, "null");
	sync_differ_end(d);
}

/* Present in at least one of the two, null or not. */
static void diff_presence(struct differ *d, const sync_field *field, const void *before,
			  const void *after)
{
	bool was = !sync_field_absent(field, before);
	if (sync_field_absent(field, after)) {
		drop(d);
		return;
	}
	if (was && sync_field_null(field, before) && sync_field_null(field, after))
		return;
	if (was)
		SYNC_DIFFER_BEGIN(d, "replace");
	else
		SYNC_DIFFER_BEGIN(d, "add");
	if (sync_field_null(field, after))
		put_null(d);
	else
		put_cell(d, field->type, sync_field_cell(field, after));
}

static void diff_field(struct differ *d, const sync_field *field, const void *before,
		       const void *after)
{
	const void *was = sync_field_cell(field, before), *is = sync_field_cell(field, after);
	size_t path = d->path.len;
	bool had = !sync_field_absent(field, before), has = !sync_field_absent(field, after);
	bool value =
		had && has && !sync_field_null(field, before) && !sync_field_null(field, after);
	if (!had && !has)
		return;
	/* Most fields are leaves that did not change: decided before the path is written. */
	if (value && !sync_type_is_node(field->type) &&
	    field->type->ops->equal(field->type, was, is))
		return;
	sync_buf_put(&d->path, field->segment, field->segment_length);
	if (!value)
		diff_presence(d, field, before, after);
	else if (!(field->flags & SYNC_FIELD_ATOMIC))
		diff(d, field->type, was, is);
	else if (!field->type->ops->equal(field->type, was, is))
		replace(d, field->type, is);
	sync_differ_up(d, path);
}

static void diff_fields(struct differ *d, const sync_type *type, const void *before,
			const void *after)
{
	for (uint32_t i = 0; i < type->count; i++)
		if (!(type->fields[i].flags & SYNC_FIELD_LOCAL))
			diff_field(d, &type->fields[i], before, after);
}

static void diff_struct(struct differ *d, const sync_type *type, const void *before,
			const void *after)
{
	struct differ_mark mark = sync_differ_mark(d);
	diff_fields(d, type, before, after);
	settle(d, mark, 0, type, after);
}

static void diff_union(struct differ *d, const sync_type *type, const sync_union *before,
		       const sync_union *after)
{
	const sync_field *arm = &type->fields[after->tag];
	struct differ_mark mark = sync_differ_mark(d);
	if (before->tag != after->tag) {
		replace(d, type, after);
		return;
	}
	diff_fields(d, arm->type, (const char *)before + arm->offset,
		    (const char *)after + arm->offset);
	settle(d, mark, 0, type, after);
}

/* ---- lists -------------------------------------------------------------------------------- */

struct list_diff {
	struct differ *d;
	const sync_type *elem;
	struct items before, after;
	size_t path; /* its length at the list */
};

static sync_status status_of(const struct list_diff *l)
{
	sync_differ_up(l->d, l->path);
	return l->d->writer.out.status;
}

static sync_status remove_item(void *context, size_t at)
{
	struct list_diff *l = context;
	sync_differ_index(l->d, at);
	drop(l->d);
	return status_of(l);
}

static sync_status insert_item(void *context, size_t at, size_t new_index)
{
	struct list_diff *l = context;
	sync_differ_index(l->d, at);
	add(l->d, l->elem, sync_item(&l->after, new_index));
	return status_of(l);
}

static sync_status move_item(void *context, size_t from, size_t to)
{
	struct list_diff *l = context;
	sync_buf *out = &l->d->writer.out;
	sync_differ_index(l->d, to);
	SYNC_DIFFER_BEGIN(l->d, "move");
	sync_differ_up(l->d, l->path);
	sync_differ_index(l->d, from);
	SYNC_BUF_LITERAL(out, ",\"from\":\"");
	sync_buf_put(out, l->d->path.data, l->d->path.len);
	sync_buf_byte(out, '"');
	sync_differ_end(l->d);
	return status_of(l);
}

static sync_status change_item(void *context, size_t at, size_t old_index, size_t new_index)
{
	struct list_diff *l = context;
	const void *before = sync_item(&l->before, old_index);
	const void *after = sync_item(&l->after, new_index);
	if (l->elem->ops->equal(l->elem, before, after))
		return SYNC_OK;
	sync_differ_index(l->d, at);
	diff(l->d, l->elem, before, after);
	return status_of(l);
}

/* The first from `i` on that are not equal in two lists of so many structs, or `count`. */
static size_t next_changed(const sync_type *elem, const void *const *before,
			   const void *const *after, size_t i, size_t count)
{
	bool (*equal)(const sync_type *, const void *, const void *) = elem->ops->equal;
	while (i < count && equal(elem, before[i], after[i]))
		i++;
	return i;
}

/* The common case, one pass and no hashing: the same keys in the same order. False: they are not.
 */
static bool diff_in_place(struct list_diff *l)
{
	const sync_type *elem = l->elem;
	const sync_field *key = elem->key >= 0 ? &elem->fields[elem->key] : NULL;
	size_t count = l->after.count;
	if (!key || l->before.count != count)
		return false;
	const void *const *old = (const void *const *)(const void *)l->before.first;
	const void *const *new = (const void *const *)(const void *)l->after.first;
	for (size_t i = 0; (i = next_changed(elem, old, new, i, count)) < count; i++) {
		const char *before = old[i], *after = new[i];
		if (!key->type->ops->equal(key->type, before + key->offset, after + key->offset))
			return false;
		sync_differ_index(l->d, i);
		diff(l->d, elem, before, after);
		sync_differ_up(l->d, l->path);
	}
	return true;
}

static void diff_list(struct differ *d, const sync_type *type, const void *before,
		      const void *after)
{
	static const struct align_steps steps = { .remove = remove_item,
						  .insert = insert_item,
						  .move = move_item,
						  .change = change_item };
	struct list_diff l = { d, type->elem, sync_items_of(type, before),
			       sync_items_of(type, after), d->path.len };
	struct differ_mark mark = sync_differ_mark(d);
	bool too_long = d->too_long;
	if (!diff_in_place(&l)) {
		sync_differ_back(d, mark);
		d->too_long = too_long;
		if (sync_align(type->elem, l.before, l.after, &steps, &l) == SYNC_NOMEM &&
		    d->writer.out.status == SYNC_OK)
			d->writer.out.status = SYNC_NOMEM;
	}
	settle(d, mark, l.after.count, type, after);
}

/* ---- sets and maps ------------------------------------------------------------------------ */

static void diff_set(struct differ *d, const sync_type *type, const sync_set *before,
		     const sync_set *after)
{
	struct items old = sync_items_of(type, before), new = sync_items_of(type, after);
	struct differ_mark mark = sync_differ_mark(d);
	size_t path = d->path.len, end = old.count;
	for (size_t i = old.count; i-- > 0;) {
		if (sync_set_has(after, type->elem, sync_item(&old, i)))
			continue;
		sync_differ_index(d, i);
		drop(d);
		sync_differ_up(d, path);
		end--;
	}
	for (size_t i = 0; i < new.count; i++) {
		if (sync_set_has(before, type->elem, sync_item(&new, i)))
			continue;
		sync_differ_index(d, end++);
		add(d, type->elem, sync_item(&new, i));
		sync_differ_up(d, path);
	}
	settle(d, mark, new.count, type, after);
}

/* The entry of `map` with the key of `entry`, which mostly is at the same place. */
static const sync_entry *peer_of(const sync_map *map, size_t at, const sync_entry *entry)
{
	const sync_entry *const *items = map->list.items;
	if (at < map->list.len && sync_str_equal(items[at]->key, entry->key))
		return items[at];
	return sync_map_find(map, entry->key, sync_str_len(entry->key));
}

static void diff_entry(struct differ *d, const sync_type *elem, const sync_entry *before,
		       const sync_entry *after)
{
	const sync_entry *entry = after ? after : before;
	size_t path = d->path.len;
	if (before && after &&
	    elem->ops->equal(elem, sync_entry_value(before), sync_entry_value(after)))
		return;
	sync_place_key(entry->key, sync_str_len(entry->key), &d->path);
	if (!after)
		drop(d);
	else if (!before)
		add(d, elem, sync_entry_value(after));
	else
		diff(d, elem, sync_entry_value(before), sync_entry_value(after));
	sync_differ_up(d, path);
}

static void diff_map(struct differ *d, const sync_type *type, const sync_map *before,
		     const sync_map *after)
{
	const sync_entry *const *old = before->list.items, *const *new = after->list.items;
	struct differ_mark mark = sync_differ_mark(d);
	for (size_t i = before->list.len; i-- > 0;)
		if (!peer_of(after, i, old[i]))
			diff_entry(d, type->elem, old[i], NULL);
	for (size_t i = 0; i < after->list.len; i++)
		diff_entry(d, type->elem, peer_of(before, i, new[i]), new[i]);
	settle(d, mark, after->list.len, type, after);
}

/* ---- all of them -------------------------------------------------------------------------- */

static void diff_leaf(struct differ *d, const sync_type *type, const void *before,
		      const void *after)
{
	if (type->ops->equal(type, before, after))
		return;
	if (type->kind == SYNC_KIND_JSON)
		sync_differ_json(d, *(const struct cJSON *const *)before,
				 *(const struct cJSON *const *)after);
	else
		replace(d, type, after);
}

static void diff(struct differ *d, const sync_type *type, const void *before, const void *after)
{
	if (d->writer.out.status != SYNC_OK)
		return;
	if (type->flags & SYNC_TYPE_ATOMIC) {
		if (!type->ops->equal(type, before, after))
			replace(d, type, after);
		return;
	}
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		diff_struct(d, type, before, after);
		break;
	case SYNC_KIND_UNION:
		diff_union(d, type, before, after);
		break;
	case SYNC_KIND_LIST:
	case SYNC_KIND_INLINE_LIST:
		diff_list(d, type, before, after);
		break;
	case SYNC_KIND_SET:
		diff_set(d, type, before, after);
		break;
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		diff_map(d, type, before, after);
		break;
	default:
		diff_leaf(d, type, before, after);
		break;
	}
}

sync_status sync_diff(const sync_type *type, const void *before, const void *after, sync_buf *out)
{
	struct differ d = { 0 };
	size_t start = out->len;
	sync_writer_init(&d.writer);
	d.writer.out = *out;
	sync_buf_byte(&d.writer.out, '[');
	if (before != after)
		diff(&d, type, before, after);
	sync_buf_byte(&d.writer.out, ']');
	sync_buf_release(&d.path);
	*out = d.writer.out;
	if (out->status != SYNC_OK)
		out->len = start;
	return out->status;
}
