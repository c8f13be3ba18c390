#include "client_value.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/text.h>
#include <syncgen/value.h>

#include "assign.h"
#include "text_diff.h"
#include "track_text.h"

bool client_value_init(client_value *value, const sync_type *type)
{
	*value = (client_value){ type, sync_alloc(type->size), NULL };
	if (!value->value)
		return false;
	type->ops->init(type, value->value);
	value->track = sync_track_new(type, value->value);
	if (value->track)
		return true;
	client_value_release(value);
	return false;
}

bool client_value_copy(client_value *to, const client_value *from)
{
	const sync_type *type = from->type;
	*to = (client_value){ type, sync_alloc(type->size), NULL };
	if (!to->value)
		return false;
	if (type->ops->copy(type, to->value, from->value) != SYNC_OK) {
		sync_free(to->value);
		to->value = NULL;
		return false;
	}
	to->track = sync_track_new(type, to->value);
	if (to->track)
		return true;
	client_value_release(to);
	return false;
}

void client_value_release(client_value *value)
{
	sync_track_free(value->track);
	if (value->value) {
		value->type->ops->release(value->type, value->value);
		sync_free(value->value);
	}
	value->value = NULL;
	value->track = NULL;
}

sync_status client_value_apply(client_value *value, const char *text, size_t length,
			       sync_error *error)
{
	static const sync_apply_options options = { .flags = SYNC_APPLY_EXTENDED |
							     SYNC_APPLY_REPLICA };
	sync_status status = SYNC_OK;
	while (length && status == SYNC_OK) {
		const char *end = memchr(text, '\0', length);
		size_t one = end ? (size_t)(end - text) : length;
		status = sync_track_apply(value->track, text, one, &options, error);
		text += end ? one + 1 : one;
		length -= end ? one + 1 : one;
	}
	return status;
}

/* Nobody knows how it became that: as little as possible. */
static void note_difference(void *arg, sync_node *target, const sync_node *value,
			    const sync_field *field, unsigned index)
{
	sync_str was = sync_text_str(sync_field_cell(field, target));
	sync_str is = sync_text_str(sync_field_cell(field, value));
	text_shift shift = { 0 };
	sync_text_diff(was, sync_str_len(was), is, sync_str_len(is), &shift);
	if (shift.count && shift.status == SYNC_OK)
		sync_track_note_edit(arg, target, index, &shift);
	sync_shift_release(&shift);
}

sync_status client_value_follow(client_value *value, const client_value *other, bool exact,
				sync_error *error)
{
	const struct assign_scope replica = { .wire = true,
					      .ordered = true,
					      .exact = exact,
					      .text = note_difference,
					      .text_arg = value->track };
	sync_status status = sync_assign_scoped(value->type, value->value, other->value, &replica);
	if (status == SYNC_OK)
		return SYNC_OK;
	sync_track_rollback(value->track);
	return sync_error_set(error, status, "%s", sync_status_text(status));
}

struct join {
	sync_track *track;
	const sync_trail *mine, *theirs;
};

/* Theirs holds what mine is, and more besides: the edit that leads there from mine. */
static void note_rest(void *arg, sync_node *target, const sync_node *value, const sync_field *field,
		      unsigned index)
{
	const struct join *join = arg;
	sync_str mine = sync_text_str(sync_field_cell(field, target));
	sync_str theirs = sync_text_str(sync_field_cell(field, value));
	text_shift some = { 0 }, whole = { 0 }, rest = { 0 };
	if (sync_trail_text(join->mine, target, index, 1, UINT64_MAX, &some) == SYNC_OK &&
	    sync_trail_text(join->theirs, value, index, 1, UINT64_MAX, &whole) == SYNC_OK) {
		sync_shift_rest((text_shifted){ &whole, theirs, sync_str_len(theirs) },
				(text_shifted){ &some, mine, sync_str_len(mine) }, &rest);
		if (rest.status == SYNC_OK)
			sync_track_note_edit(join->track, target, index, &rest);
	}
	sync_shift_release(&some);
	sync_shift_release(&whole);
	sync_shift_release(&rest);
}

sync_status client_value_join(client_value *value, const sync_trail *trail,
			      const client_value *other, const sync_trail *others)
{
	struct join join = { value->track, trail, others };
	const struct assign_scope replica = {
		.wire = true, .ordered = true, .exact = true, .text = note_rest, .text_arg = &join
	};
	sync_status status = sync_assign_scoped(value->type, value->value, other->value, &replica);
	if (status != SYNC_OK)
		sync_track_rollback(value->track);
	return status;
}

/* Parts of a snapshot lead over states that are none of the type: so as plain JSON. */
static sync_status join_parts(const char *text, size_t length, sync_buf *whole, sync_error *error)
{
	struct cJSON *json = NULL;
	sync_status status = SYNC_OK;
	while (length && status == SYNC_OK) {
		const char *end = memchr(text, '\0', length);
		size_t one = end ? (size_t)(end - text) : length;
		status = sync_json_patch(&json, text, one, error);
		text += end ? one + 1 : one;
		length -= end ? one + 1 : one;
	}
	SYNC_BUF_LITERAL(whole, "[{\"op\":\"replace\",\"path\":\"\",\"value\":");
	sync_put_json(whole, json);
	SYNC_BUF_LITERAL(whole, "}]");
	sync_json_free(json);
	if (status == SYNC_OK && whole->status != SYNC_OK)
		status =
			sync_error_set(error, whole->status, "%s", sync_status_text(whole->status));
	return status;
}

static sync_status set_whole(client_value *whole, const char *text, size_t length,
			     sync_error *error)
{
	sync_buf joined = { 0 };
	sync_status status = SYNC_OK;
	if (length && memchr(text, '\0', length)) {
		status = join_parts(text, length, &joined, error);
		text = joined.data;
		length = joined.len;
	}
	if (status == SYNC_OK)
		status = client_value_apply(whole, text, length, error);
	if (status == SYNC_OK)
		status = client_value_commit(whole, error);
	sync_buf_release(&joined);
	return status;
}

sync_status client_value_set(client_value *value, const char *text, size_t length, bool exact,
			     sync_error *error)
{
	client_value whole;
	if (!client_value_init(&whole, value->type))
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_status status = set_whole(&whole, text, length, error);
	if (status == SYNC_OK)
		status = client_value_follow(value, &whole, exact, error);
	client_value_release(&whole);
	return status;
}

sync_status client_value_commit(client_value *value, sync_error *error)
{
	sync_status status = sync_track_check(value->track, error);
	if (status == SYNC_OK)
		sync_track_commit(value->track);
	else
		sync_track_rollback(value->track);
	return status;
}

/* ---- values by themselves ---- */

void *client_value_read(const sync_type *type, const char *text, size_t length)
{
	void *value = type && text ? sync_alloc(type->size) : NULL;
	sync_reader reader;
	sync_limits limits = { length, sync_limits_default.depth, length };
	if (!value)
		return NULL;
	type->ops->init(type, value);
	if (sync_reader_init(&reader, text, length, &limits) &&
	    type->ops->read(type, &reader, value))
		return value;
	client_value_drop(type, value);
	return NULL;
}

void client_value_drop(const sync_type *type, void *value)
{
	if (!value)
		return;
	type->ops->release(type, value);
	sync_free(value);
}
