#include "client_base.h"

#include <string.h>

#include <syncgen/value.h>

#include "broken.h"
#include "client_core.h"
#include "client_plain.h"

enum { LOG_ITEM = 64 }; /* what an item of a queue costs besides its bytes, about */

void client_base_release(client_base *base)
{
	sync_buf_release(&base->waiting);
}

/* ---- moving on ---- */

static void need_snapshot(client_base *base)
{
	base->whole = true;
	sync_buf_release(&base->waiting);
}

void client_base_move(client_base *base, const char *ops, size_t length, bool snapshot)
{
	base->moved = true;
	if (!base->kept || base->whole || snapshot ||
	    base->logged + base->waiting.len + length > base->size) {
		need_snapshot(base);
		return;
	}
	sync_buf_byte(&base->waiting, '\0');
	sync_buf_put(&base->waiting, ops, length);
	if (base->waiting.status != SYNC_OK)
		need_snapshot(base);
}

base_write client_base_choose(const client_base *base, bool loaded, bool due)
{
	if (!loaded)
		return base->kept ? BASE_GONE : BASE_STAYS;
	if (!base->kept)
		return due ? BASE_WHOLE : BASE_STAYS;
	if (!due || !base->moved)
		return BASE_STAYS;
	return base->whole ? BASE_WHOLE : BASE_MORE;
}

void client_base_wrote(client_base *base, base_write what, size_t length)
{
	if (what == BASE_STAYS)
		return;
	base->kept = what != BASE_GONE;
	base->moved = base->whole = false;
	if (what == BASE_MORE) {
		sync_buf_clear(&base->waiting);
		base->next++;
		base->logged += length + LOG_ITEM;
		return;
	}
	sync_buf_release(&base->waiting);
	base->first = base->next;
	base->logged = 0;
	base->size = length;
}

/* ---- bytes ---- */

static void put_numbers(const sync_replica *replica, sync_buf *out)
{
	SYNC_BUF_LITERAL(out, "\"rev\":");
	sync_put_u64(out, replica->rev);
	SYNC_BUF_LITERAL(out, ",\"last\":");
	sync_put_u64(out, replica->box.last);
}

void client_base_put(const sync_replica *replica, sync_buf *out)
{
	const sync_model *model = replica->options.model;
	SYNC_BUF_LITERAL(out, "{\"epoch\":");
	sync_put_string(out, replica->epoch, strlen(replica->epoch));
	if (model && !replica->anew) {
		SYNC_BUF_LITERAL(out, ",\"hash\":");
		sync_put_string(out, model->hash, strlen(model->hash));
	}
	sync_buf_byte(out, ',');
	put_numbers(replica, out);
	SYNC_BUF_LITERAL(out, ",\"state\":");
	const client_value *value =
		replica->confirmed.value ? &replica->confirmed : &replica->shown;
	if (value->value) {
		sync_writer writer;
		sync_writer_init(&writer);
		writer.out = *out;
		value->type->ops->write(value->type, &writer, value->value);
		*out = writer.out;
	} else {
		sync_put_json(out, replica_plain(replica));
	}
	sync_buf_byte(out, '}');
}

void client_base_put_log(const sync_replica *replica, sync_buf *out)
{
	sync_buf_byte(out, '{');
	put_numbers(replica, out);
	sync_buf_byte(out, '}');
	if (!SYNC_BROKEN(BEHIND))
		sync_buf_put(out, replica->base.waiting.data, replica->base.waiting.len);
}

/* ---- taking up ---- */

static sync_status set_state(sync_replica *replica, const client_object *object)
{
	sync_error ignored;
	sync_buf ops = { 0 };
	SYNC_BUF_LITERAL(&ops, "[{\"op\":\"replace\",\"path\":\"\",\"value\":");
	sync_buf_put(&ops, object->raw[CLIENT_STATE].at, object->raw[CLIENT_STATE].length);
	SYNC_BUF_LITERAL(&ops, "}]");
	sync_status status = ops.status;
	if (status == SYNC_OK && replica->shown.value) {
		status = client_value_set(&replica->shown, ops.data, ops.len, false, &ignored);
		if (status == SYNC_OK)
			status = client_value_commit(&replica->shown, &ignored);
	} else if (status == SYNC_OK) {
		status = sync_json_patch(&replica->json, ops.data, ops.len, &ignored);
	}
	sync_buf_release(&ops);
	return status;
}

sync_status client_base_restore(sync_replica *replica, const char *bytes, size_t length)
{
	char epoch[CLIENT_NAME_SIZE], hash[CLIENT_NAME_SIZE];
	uint64_t rev, last;
	client_object object;
	sync_error error;
	const sync_model *model = replica->options.model;
	replica->base.kept = true;
	replica->base.size = length;
	if (!client_read(bytes, length, length, &object, &error) ||
	    !client_text(&object, CLIENT_EPOCH, false, epoch, sizeof epoch, &error) ||
	    !client_text(&object, CLIENT_HASH, true, hash, sizeof hash, &error) ||
	    !client_number(&object, CLIENT_REV, false, &rev, &error) ||
	    !client_number(&object, CLIENT_LAST, true, &last, &error))
		return error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_OK;
	sync_status status = set_state(replica, &object);
	if (status != SYNC_OK)
		return status == SYNC_NOMEM ? status : SYNC_OK;
	memcpy(replica->epoch, epoch, sizeof epoch);
	replica->rev = rev;
	replica->box.last = last;
	replica->loaded = true;
	/* What is new in the model is not in what was kept, and patches from there on do not tell it. */
	replica->anew = model && strcmp(hash, model->hash) != 0;
	return SYNC_OK;
}

/* The numbers in front of the patches. */
static bool read_numbers(const char *bytes, size_t length, uint64_t *rev, uint64_t *last,
			 sync_error *error)
{
	client_object object;
	return client_read(bytes, length, length, &object, error) &&
	       client_number(&object, CLIENT_REV, false, rev, error) &&
	       client_number(&object, CLIENT_LAST, true, last, error);
}

static sync_status apply(sync_replica *replica, const char *ops, size_t length, sync_error *error)
{
	if (!length)
		return SYNC_OK;
	if (!replica->shown.value)
		return client_plain_apply(&replica->json, ops, length, error);
	sync_status status = client_value_apply(&replica->shown, ops, length, error);
	return status == SYNC_OK ? client_value_commit(&replica->shown, error) : status;
}

sync_status client_base_restore_log(sync_replica *replica, uint64_t number, const char *bytes,
				    size_t length)
{
	client_base *base = &replica->base;
	uint64_t rev, last;
	sync_error error;
	if (!base->logged)
		base->first = number;
	base->next = number + 1;
	base->logged += length + LOG_ITEM;
	if (!replica->loaded)
		return SYNC_OK; /* there is nothing below it */
	const char *ops = memchr(bytes, '\0', length);
	size_t head = ops ? (size_t)(ops - bytes) : length;
	sync_status status = SYNC_INVALID;
	if (read_numbers(bytes, head, &rev, &last, &error))
		status = head < length ? apply(replica, ops + 1, length - head - 1, &error)
				       : SYNC_OK;
	else
		status = error.code;
	if (status == SYNC_NOMEM)
		return status;
	if (status != SYNC_OK) {
		replica_forget(replica);
		replica->box.last = 0;
		return SYNC_OK;
	}
	replica->rev = rev;
	replica->box.last = last;
	return SYNC_OK;
}
