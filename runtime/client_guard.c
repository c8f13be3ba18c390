/*
 * Changes of fields with @merge(checked): each is made for the value that its author sees, and says
 * so by a `test` in front of it, which is kept, sent and carried over like any other operation.
 */
#include "client_core.h"

#include <syncgen/alloc.h>
#include <syncgen/patch.h>

#include "operation.h"
#include "target.h"
#include "track.h"

struct guard {
	client_value *value; /* with the operations in front */
	sync_buf *out;
	sync_buf one,
		tested; /* an operation as an array; the places that have a test, each with a NUL */
	struct operation_reader reader;
	struct operation op;
	struct target target;
	sync_place place;
};

/* The operation alone, and where it leads to. */
static bool look(struct guard *guard, const char *raw, size_t length)
{
	const struct assign_scope all = { .wire = true };
	sync_buf_clear(&guard->one);
	sync_buf_byte(&guard->one, '[');
	sync_buf_put(&guard->one, raw, length);
	sync_buf_byte(&guard->one, ']');
	if (guard->one.status != SYNC_OK ||
	    !sync_operation_start(&guard->reader, guard->one.data, guard->one.len, NULL, false, 1))
		return false;
	guard->reader.extended = true;
	if (sync_operation_next(&guard->reader, &guard->op) <= 0)
		return false;
	sync_target_find(&guard->target, guard->value->type, guard->value->value, &guard->op.path,
			 &all, false);
	const sync_field *field = guard->target.merge;
	return field && field->merge == SYNC_MERGE_CHECKED &&
	       !sync_field_absent(field, guard->target.merge_node);
}

/* Its place as in a JSON text; empty: it is too deep. */
static void put_place(struct guard *guard, sync_buf *path)
{
	const struct target *t = &guard->target;
	if (!sync_place_find(guard->value->track, t->merge_node, &guard->place))
		return;
	for (size_t i = 0; i + 1 < guard->place.count; i++)
		sync_place_segment(&guard->place.step[i], path);
	sync_buf_put(path, t->merge->segment, t->merge->segment_length);
}

static bool is_tested(struct guard *guard, const sync_buf *path)
{
	const sync_buf *all = &guard->tested;
	for (size_t at = 0; at < all->len; at += strlen(all->data + at) + 1)
		if (strlen(all->data + at) == path->len &&
		    memcmp(all->data + at, path->data, path->len) == 0)
			return true;
	sync_buf_put(&guard->tested, path->data, path->len);
	sync_buf_byte(&guard->tested, '\0');
	return false;
}

static void put_test(struct guard *guard)
{
	const struct target *t = &guard->target;
	sync_buf path = { 0 };
	put_place(guard, &path);
	if (path.len && !is_tested(guard, &path) && guard->op.verb != OP_TEST) {
		sync_writer writer;
		sync_writer_init(&writer);
		if (sync_field_null(t->merge, t->merge_node))
			SYNC_BUF_LITERAL(&writer.out, "null");
		else
			t->merge->type->ops->write(t->merge->type, &writer,
						   sync_field_cell(t->merge, t->merge_node));
		SYNC_BUF_LITERAL(guard->out, "{\"op\":\"test\",\"path\":\"");
		sync_buf_put(guard->out, path.data, path.len);
		SYNC_BUF_LITERAL(guard->out, "\",\"value\":");
		sync_buf_put(guard->out, writer.out.data, writer.out.len);
		SYNC_BUF_LITERAL(guard->out, "},");
		if (writer.out.status != SYNC_OK)
			guard->out->status = writer.out.status;
		sync_buf_release(&writer.out);
	}
	if (path.status != SYNC_OK)
		guard->out->status = path.status;
	sync_buf_release(&path);
}

/* What does not fit is left to whoever does it all. */
static void guard_one(struct guard *guard, const char *raw, size_t length)
{
	sync_error ignored;
	if (look(guard, raw, length))
		put_test(guard);
	sync_buf_put(guard->out, raw, length);
	if (guard->one.status == SYNC_OK)
		client_value_apply(guard->value, guard->one.data, guard->one.len, &ignored);
}

/* False: it is no array. */
static bool guard_all(struct guard *guard, const char *ops, size_t length)
{
	sync_reader reader;
	bool first = true;
	int more = -1;
	size_t count = 0;
	const char *raw;
	size_t raw_length;
	sync_buf_byte(guard->out, '[');
	if (!sync_reader_init(&reader, ops, length, NULL) || !sync_read_array(&reader))
		return false;
	while ((more = sync_read_element(&reader, &first)) > 0) {
		if (!sync_read_skip(&reader, &raw, &raw_length))
			return false;
		if (count++)
			sync_buf_byte(guard->out, ',');
		guard_one(guard, raw, raw_length);
	}
	sync_buf_byte(guard->out, ']');
	return more == 0 && sync_read_end(&reader);
}

sync_status client_guard(client_value *value, const char *ops, size_t length, sync_buf *out)
{
	struct guard *guard = sync_calloc(1, sizeof *guard);
	if (!guard)
		return SYNC_NOMEM;
	size_t start = out->len;
	guard->value = value;
	guard->out = out;
	if (!guard_all(guard, ops, length)) { /* somebody else says what is wrong with it */
		out->len = start;
		sync_buf_put(out, ops, length);
	}
	sync_track_rollback(value->track);
	sync_status status = out->status != SYNC_OK ? out->status : guard->tested.status;
	sync_buf_release(&guard->one);
	sync_buf_release(&guard->tested);
	sync_free(guard);
	return status;
}
