/* Changes made here: shown at once, kept, sent in order, told of when they are over. */
#include "client_core.h"

#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

#include "broken.h"
#include "client_plain.h"
#include "track.h"

static sync_status fail(sync_error *error, sync_status status, const char *text)
{
	return sync_error_set(error, status, "%s", text ? text : sync_status_text(status));
}

/* ---- what is shown and what is confirmed ---- */

bool replica_part(sync_replica *replica)
{
	return replica->confirmed.value || client_value_copy(&replica->confirmed, &replica->shown);
}

void replica_join_up(sync_replica *replica)
{
	if (outbox_shows(&replica->box))
		return;
	client_value_release(&replica->confirmed);
	if (!replica->parted)
		return;
	sync_json_free(replica->json);
	replica->json = replica->plain;
	replica->plain = NULL;
	replica->parted = false;
}

struct cJSON *replica_plain(const sync_replica *replica)
{
	return replica->parted ? replica->plain : replica->json;
}

bool replica_show_plain(sync_replica *replica)
{
	struct cJSON *view = NULL;
	if (client_plain_show(replica->json, replica->rev, &replica->box, &view) != SYNC_OK)
		return false;
	replica->plain = replica->json;
	replica->parted = true;
	replica->json = view;
	return true;
}

/* What was tried is what is shown. */
static void show_trial(sync_replica *replica)
{
	if (!replica->parted)
		replica->plain = replica->json;
	else
		sync_json_free(replica->json);
	replica->parted = true;
	replica->json = replica->trial;
	replica->trial = NULL;
}

void replica_show_pending(sync_replica *replica)
{
	sync_error ignored;
	for (mutation *at = replica->box.pending; at; at = at->next) {
		if (!at->ops.len || at->dead)
			continue;
		if (client_value_apply(&replica->shown, at->ops.data, at->ops.len, &ignored) !=
			    SYNC_OK ||
		    client_value_commit(&replica->shown, &ignored) != SYNC_OK)
			at->dead = true;
	}
}

/* ---- taking one in ---- */

void outbox_limits_of(const sync_client *client, outbox_limits *limits)
{
	size_t bytes = client->push_bytes, frame = client->frame_bytes;
	if (frame <= CLIENT_FRAME_ROOM)
		frame = CLIENT_FRAME_ROOM + 1;
	if (bytes > frame - CLIENT_FRAME_ROOM)
		bytes = frame - CLIENT_FRAME_ROOM;
	if (client->options.batch_bytes && bytes > client->options.batch_bytes)
		bytes = client->options.batch_bytes;
	limits->bytes = bytes;
	limits->mutations = client->push_mutations;
	limits->apart = client->apart_bytes;
}

static sync_status weigh(const sync_replica *replica, const mutation *one, sync_error *error)
{
	outbox_limits limits;
	client_apart apart;
	outbox_limits_of(replica->client, &limits);
	client_apart_init(&apart, limits.apart, NULL);
	size_t bytes = mutation_weigh(one, &apart);
	if (bytes <= limits.bytes)
		return SYNC_OK;
	return sync_error_set(error, SYNC_TOO_BIG, "%zu bytes in one change, over the limit of %zu",
			      bytes, limits.bytes);
}

/* `one`, whose operations are pending in the shown state, becomes part of it; or nothing has
 * happened. It is the outbox's then, or else freed. */
sync_status replica_take_in(sync_replica *replica, mutation *one, sync_error *error)
{
	sync_client *client = replica->client;
	sync_status status = weigh(replica, one, error);
	bool plain = !replica->shown.value, shows = one->ops.len && (!plain || replica->trial);
	if (status == SYNC_OK) {
		outbox_append(&replica->box, one);
		status = keeper_store(replica);
		if (status != SYNC_OK) {
			outbox_drop_last(&replica->box);
			fail(error, status, "the queue cannot be written");
		}
	} else {
		mutation_free(one);
	}
	if (status != SYNC_OK) {
		if (shows && !plain)
			sync_track_rollback(replica->shown.track);
		replica_join_up(replica);
		return status;
	}
	if (shows && plain)
		show_trial(replica);
	else if (shows)
		sync_track_commit(replica->shown.track);
	if (!replica->push_at)
		replica->push_at = client->now + client->options.batch_ms;
	if (shows)
		replica_changed(replica, &(sync_replica_change){ .local = true,
								 .epoch = replica->epoch,
								 .from = replica->rev,
								 .rev = replica->rev,
								 .ops = one->ops.data,
								 .length = one->ops.len });
	replica_status(replica);
	client_changed(client);
	return SYNC_OK;
}

/* ---- changes ---- */

/* The operations, checked as a server does, pending in the shown state. */
static sync_status do_ops(sync_replica *replica, const char *ops, size_t length, sync_error *error)
{
	static const sync_apply_options rights = { .flags = SYNC_APPLY_CLIENT | SYNC_APPLY_EXTENDED,
						   .roles = UINT64_MAX };
	sync_status status = sync_track_apply(replica->shown.track, ops, length, &rights, error);
	if (status == SYNC_OK)
		status = sync_track_check(replica->shown.track, error);
	if (status != SYNC_OK)
		sync_track_rollback(replica->shown.track);
	return status;
}

sync_status replica_try_out(sync_replica *replica, sync_status (*change)(void *state, void *arg),
			    void *arg, sync_buf *ops, sync_error *error)
{
	sync_track *track = replica->shown.track;
	sync_status status = change(replica->shown.value, arg);
	if (status == SYNC_OK)
		status = sync_track_check(track, error);
	else if (sync_track_check(track, error) !=
		 status) /* it knows the place of its own refusals */
		fail(error, status, NULL);
	if (status == SYNC_OK && sync_track_intent(track, ops) != SYNC_OK)
		status = fail(error, ops->status, NULL);
	sync_track_rollback(track);
	return status;
}

static sync_status patch_typed(sync_replica *replica, const char *ops, size_t length,
			       sync_error *error)
{
	mutation *one = mutation_new(NULL, NULL, 0);
	if (one && replica->options.model->features & SYNC_FEATURE(MERGE))
		client_guard(&replica->shown, ops, length, &one->ops);
	else if (one)
		sync_buf_put(&one->ops, ops, length);
	if (!one || one->ops.status != SYNC_OK || !replica_part(replica)) {
		mutation_free(one);
		return fail(error, SYNC_NOMEM, NULL);
	}
	sync_status status = do_ops(replica, one->ops.data, one->ops.len, error);
	if (status == SYNC_OK)
		return replica_take_in(replica, one, error);
	mutation_free(one);
	replica_join_up(replica);
	return status;
}

static sync_status patch_untyped(sync_replica *replica, const char *ops, size_t length,
				 sync_error *error)
{
	if (!replica->loaded)
		return fail(error, SYNC_CONFLICT, "the document is not loaded yet");
	mutation *one = mutation_new(NULL, NULL, 0);
	if (one) {
		sync_buf_put(&one->ops, ops, length);
		sync_buf_put(&one->seen, ops, length);
	}
	if (!one || one->ops.status != SYNC_OK || one->seen.status != SYNC_OK) {
		mutation_free(one);
		return fail(error, SYNC_NOMEM, NULL);
	}
	sync_status status = sync_json_copy(&replica->trial, replica->json);
	if (status != SYNC_OK)
		fail(error, status, NULL);
	else
		status = client_plain_apply(&replica->trial, ops, length, error);
	one->base = replica->rev;
	if (status == SYNC_OK)
		status = replica_take_in(replica, one, error);
	else
		mutation_free(one);
	sync_json_free(replica->trial); /* it was not taken in */
	replica->trial = NULL;
	return status;
}

sync_status sync_replica_patch(sync_replica *replica, const char *ops, size_t length,
			       sync_error *error)
{
	sync_error unused;
	error = error ? error : &unused;
	return replica->shown.value ? patch_typed(replica, ops, length, error)
				    : patch_untyped(replica, ops, length, error);
}

sync_status sync_replica_update(sync_replica *replica,
				sync_status (*change)(void *state, void *arg), void *arg,
				sync_error *error)
{
	sync_error unused;
	sync_buf ops = { 0 };
	error = error ? error : &unused;
	if (!replica->shown.value)
		return fail(error, SYNC_UNSUPPORTED,
			    "an untyped document is changed by operations");
	sync_status status = replica_try_out(replica, change, arg, &ops, error);
	if (status == SYNC_OK && ops.len > sizeof "[]" - 1)
		status = patch_typed(replica, ops.data, ops.len, error);
	sync_buf_release(&ops);
	return status;
}

/* ---- quarantine ---- */

const sync_refusal *sync_replica_refusal(const sync_replica *replica, size_t index)
{
	mutation *at = replica->box.quarantine;
	while (at && index--)
		at = at->next;
	return at ? mutation_refusal(at) : NULL;
}

static void leave_quarantine(sync_replica *replica, mutation *one)
{
	outbox_discard(&replica->box, one);
	keeper_store(replica);
	replica_tell_over(replica);
	replica_status(replica);
	client_changed(replica->client);
}

sync_status sync_replica_retry(sync_replica *replica, uint64_t id, sync_error *error)
{
	mutation *one = outbox_refused(&replica->box, id);
	sync_error unused;
	error = error ? error : &unused;
	if (!one)
		return fail(error, SYNC_NOT_FOUND, "there is no such change");
	sync_status status;
	if (one->action) {
		sync_request request = { .args = one->args, .length = strlen(one->args) };
		status = sync_replica_call(replica, one->action, &request, error);
	} else {
		status = sync_replica_patch(replica, one->ops.data, one->ops.len, error);
	}
	if (status == SYNC_OK && (one = outbox_refused(&replica->box, id)))
		leave_quarantine(replica, one);
	return status;
}

sync_status sync_replica_discard(sync_replica *replica, uint64_t id)
{
	mutation *one = outbox_refused(&replica->box, id);
	if (!one)
		return SYNC_NOT_FOUND;
	leave_quarantine(replica, one);
	return SYNC_OK;
}

/* ---- pushing ---- */

bool replica_pushes(const sync_replica *replica)
{
	uint64_t now = replica->client->now;
	bool live = replica->state == REPLICA_LIVE ||
		    (SYNC_BROKEN(HASTY) && replica->state == REPLICA_JOINED && *replica->epoch);
	return !replica->closing && live && now >= replica->push_at && now >= replica->pause &&
	       outbox_ready(&replica->box);
}

bool replica_take_push(sync_replica *replica)
{
	outbox_limits limits;
	outbox_limits_of(replica->client, &limits);
	outbox_take(&replica->box, &limits);
	replica->push_at = 0;
	if (keeper_store(replica) == SYNC_OK) {
		replica->asked_at = replica->client->now;
		return true;
	}
	outbox_land(&replica->box);
	replica->pause = replica->client->now + CLIENT_RETRY_MS;
	return false;
}
