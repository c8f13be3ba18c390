/* A document's way from joined to live: patches applied whole or not at all, gaps repaired by a new
 * join. */
#include "client_core.h"

#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

void replica_status(sync_replica *replica)
{
	if (!replica->closing && replica->options.status)
		replica->options.status(replica->options.arg, replica);
}

/* ---- life ---- */

bool replica_init(sync_replica *replica)
{
	const sync_model *model = replica->options.model;
	sync_error_set(&replica->error, SYNC_OK, "%s", "");
	if (!model)
		return true;
	void *value = sync_alloc(model->state->size);
	if (!value)
		return false;
	model->state->ops->init(model->state, value);
	replica->value = value;
	replica->track = sync_track_new(model->state, value);
	return replica->track != NULL;
}

void replica_release(sync_replica *replica)
{
	sync_track_free(replica->track);
	if (replica->value) {
		const sync_type *type = replica->options.model->state;
		type->ops->release(type, replica->value);
		sync_free(replica->value);
	}
	sync_json_free(replica->json);
	sync_buf_release(&replica->parts);
}

static void forget_parts(sync_replica *replica)
{
	sync_buf_release(&replica->parts);
	replica->part = replica->of = 0;
}

void replica_reset(sync_replica *replica)
{
	replica->state = REPLICA_OUT;
	replica->repairs = 0;
	forget_parts(replica);
}

void replica_joined(sync_replica *replica)
{
	replica->state = REPLICA_JOINED;
	sync_error_set(&replica->error, SYNC_OK, "%s", "");
	replica_status(replica);
}

/* ---- changing the state ---- */

static sync_status commit(sync_track *track, sync_error *error)
{
	sync_status status = sync_track_check(track, error);
	if (status == SYNC_OK)
		sync_track_commit(track);
	else
		sync_track_rollback(track);
	return status;
}

/* All arrays of operations in `text`, which are separated by NULs. Changes stay pending. */
static sync_status apply_typed(sync_track *track, const char *text, size_t length,
			       sync_error *error)
{
	static const sync_apply_options options = { .flags = SYNC_APPLY_EXTENDED };
	sync_status status = SYNC_OK;
	while (length && status == SYNC_OK) {
		const char *end = memchr(text, '\0', length);
		size_t one = end ? (size_t)(end - text) : length;
		status = sync_track_apply(track, text, one, &options, error);
		text += end ? one + 1 : one;
		length -= end ? one + 1 : one;
	}
	return status;
}

/* Only what differs is touched, so elements that stay keep their address. */
static sync_status take_over(sync_replica *replica, const void *value, sync_error *error)
{
	const sync_type *type = replica->options.model->state;
	sync_status status = sync_assign(type, replica->value, value);
	if (status == SYNC_OK)
		return commit(replica->track, error);
	sync_track_rollback(replica->track);
	return sync_error_set(error, status, "%s", sync_status_text(status));
}

static sync_status set_whole_typed(sync_replica *replica, const char *text, size_t length,
				   sync_error *error)
{
	const sync_type *type = replica->options.model->state;
	void *value = sync_alloc(type->size);
	if (!value)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	type->ops->init(type, value);
	sync_track *track = sync_track_new(type, value);
	sync_status status = track ? SYNC_OK : SYNC_NOMEM;
	if (status != SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	if (status == SYNC_OK)
		status = apply_typed(track, text, length, error);
	if (status == SYNC_OK)
		status = commit(track, error);
	sync_track_free(track);
	if (status == SYNC_OK)
		status = take_over(replica, value, error);
	type->ops->release(type, value);
	sync_free(value);
	return status;
}

static sync_status apply_untyped(sync_replica *replica, bool whole, const char *text, size_t length,
				 sync_error *error)
{
	struct cJSON *value = NULL;
	sync_status status = whole ? SYNC_OK : sync_json_copy(&value, replica->json);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	while (length && status == SYNC_OK) {
		const char *end = memchr(text, '\0', length);
		size_t one = end ? (size_t)(end - text) : length;
		status = sync_json_patch_extended(&value, text, one, error);
		text += end ? one + 1 : one;
		length -= end ? one + 1 : one;
	}
	if (status != SYNC_OK) {
		sync_json_free(value);
		return status;
	}
	sync_json_free(replica->json);
	replica->json = value;
	return SYNC_OK;
}

static sync_status apply(sync_replica *replica, bool whole, const char *text, size_t length,
			 sync_error *error)
{
	if (!replica->options.model) {
		/* One array is all or nothing by itself, without a copy. */
		if (!whole && !memchr(text, '\0', length))
			return sync_json_patch_extended(&replica->json, text, length, error);
		return apply_untyped(replica, whole, text, length, error);
	}
	if (whole)
		return set_whole_typed(replica, text, length, error);
	sync_status status = apply_typed(replica->track, text, length, error);
	return status == SYNC_OK ? commit(replica->track, error) : status;
}

/* Back to what nobody has told. Without memory for it the old state stays, unloaded. */
static void forget_state(sync_replica *replica)
{
	sync_error ignored;
	replica->loaded = false;
	replica->epoch[0] = '\0';
	replica->rev = 0;
	if (replica->options.model)
		set_whole_typed(replica, "", 0, &ignored);
	sync_json_free(replica->json);
	replica->json = NULL;
}

void replica_refuse(sync_replica *replica, const sync_error *error, bool forget)
{
	replica->error = *error;
	replica->state = REPLICA_REFUSED;
	forget_parts(replica);
	if (forget)
		forget_state(replica);
	replica_status(replica);
	client_changed(replica->client);
}

/* ---- repair ---- */

static void join_anew(sync_replica *replica)
{
	forget_parts(replica);
	replica->state = REPLICA_OUT;
	if (++replica->repairs <= CLIENT_REPAIRS)
		replica_status(replica);
	else
		client_give_up(replica->client, CLIENT_CLOSE_GARBAGE, SYNC_INTERNAL,
			       "the server's patches do not fit");
}

void replica_compare(sync_replica *replica, uint64_t rev)
{
	if (replica->state == REPLICA_LIVE && rev > replica->rev)
		join_anew(replica);
}

/* A patch does not apply: our state may be wrong, so a snapshot; if that one is, nothing helps. */
static void refused(sync_replica *replica, bool whole, const sync_error *error)
{
	if (error->code == SYNC_NOMEM) {
		client_give_up(replica->client, CLIENT_CLOSE_NORMAL, SYNC_NOMEM, error->message);
	} else if (whole) {
		replica_refuse(replica, error, false);
	} else {
		replica->epoch[0] = '\0';
		join_anew(replica);
	}
}

/* ---- patches ---- */

struct patch {
	char epoch[CLIENT_NAME_SIZE];
	bool whole;
	uint64_t from, rev, part, of;
	const char *ops;
	size_t length;
};

static bool read_patch(const client_object *frame, struct patch *patch, sync_error *error)
{
	patch->whole = client_is_null(frame, CLIENT_FROM);
	patch->from = 0;
	patch->ops = frame->raw[CLIENT_OPS].at;
	patch->length = frame->raw[CLIENT_OPS].length;
	if (!client_text(frame, CLIENT_EPOCH, false, patch->epoch, sizeof patch->epoch, error) ||
	    !client_number(frame, CLIENT_REV, false, &patch->rev, error) ||
	    !client_number(frame, CLIENT_PART, true, &patch->part, error) ||
	    !client_number(frame, CLIENT_OF, true, &patch->of, error) ||
	    (!patch->whole && !client_number(frame, CLIENT_FROM, false, &patch->from, error)))
		return false;
	const char *wrong = !*patch->epoch			   ? "\"epoch\" is empty"
			    : !patch->length || *patch->ops != '[' ? "\"ops\" is no array"
			    : patch->rev < patch->from		   ? "\"rev\" is below \"from\""
			    : patch->part > patch->of || !patch->part != !patch->of ? "no such part"
										    : NULL;
	if (wrong)
		sync_error_set(error, SYNC_INVALID, "%s", wrong);
	return !wrong;
}

static bool fits(const sync_replica *replica, const struct patch *patch)
{
	return patch->whole || (*replica->epoch && strcmp(patch->epoch, replica->epoch) == 0 &&
				patch->from == replica->rev);
}

/* Keeps one part. True: it was the last, and `patch` is now all of them. */
static bool gather(sync_replica *replica, struct patch *patch)
{
	sync_buf *parts = &replica->parts;
	sync_client *client = replica->client;
	if (patch->part == 1) {
		forget_parts(replica);
		replica->of = patch->of;
		replica->parts_rev = patch->rev;
		parts->limit = client->options.max_parts;
	}
	if (patch->part != replica->part + 1 || patch->of != replica->of ||
	    patch->rev != replica->parts_rev) {
		join_anew(replica);
		return false;
	}
	if (parts->len)
		sync_buf_byte(parts, '\0');
	sync_buf_put(parts, patch->ops, patch->length);
	replica->part++;
	if (parts->status != SYNC_OK) {
		sync_error error;
		sync_error_set(&error, parts->status, "%s", sync_status_text(parts->status));
		refused(replica, true, &error);
		return false;
	}
	patch->ops = parts->data;
	patch->length = parts->len;
	return patch->part == patch->of;
}

static void applied(sync_replica *replica, const struct patch *patch)
{
	bool live = replica->state == REPLICA_LIVE;
	bool one = patch->part == 0;
	sync_replica_change change = { patch->whole || !one, replica->epoch, patch->from,
				       patch->rev,	     NULL,	     0 };
	memcpy(replica->epoch, patch->epoch, sizeof replica->epoch);
	replica->rev = patch->rev;
	replica->loaded = true;
	replica->repairs = 0;
	replica->state = REPLICA_LIVE;
	if (!change.whole) {
		change.ops = patch->ops;
		change.length = patch->length;
	}
	/* The answer to a join may say nothing new. */
	bool news = patch->whole || patch->rev > patch->from;
	if (news && !replica->closing && replica->options.changed)
		replica->options.changed(replica->options.arg, replica, &change);
	if (live)
		return;
	replica_status(replica);
	client_changed(replica->client);
}

bool replica_patch(sync_replica *replica, const client_object *frame, sync_error *error)
{
	struct patch patch;
	sync_error why;
	if (replica->state != REPLICA_JOINED && replica->state != REPLICA_LIVE)
		return true;
	if (!read_patch(frame, &patch, error))
		return false;
	if (!fits(replica, &patch)) {
		join_anew(replica);
		return true;
	}
	if (patch.part && !gather(replica, &patch))
		return true;
	sync_error_set(&why, SYNC_OK, "%s", "");
	sync_status status = apply(replica, patch.whole, patch.ops, patch.length, &why);
	if (status != SYNC_OK)
		refused(replica, patch.whole, &why);
	else
		applied(replica, &patch);
	forget_parts(replica);
	return true;
}
