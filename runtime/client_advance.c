/* A document moves on to what a patch says; what is pending is carried over it. */
#include "client_patch.h"

#include <syncgen/patch.h>
#include <syncgen/value.h>

#include "broken.h"
#include "client_plain.h"
#include "client_rebase.h"
#include "track.h"

static void renumber(sync_replica *replica, struct client_patch *patch)
{
	bool same = !*replica->epoch || strcmp(replica->epoch, patch->epoch) == 0;
	if (replica->state != REPLICA_JOINED)
		return;
	if (replica->last > patch->done)
		patch->done = replica->last;
	outbox_renumber(&replica->box, same, replica->last, patch->done);
}

/* What stays has its operations as they mean now. */
static void settle_those_that_stay(sync_replica *replica, uint64_t done)
{
	outbox *box = &replica->box;
	for (mutation *next, *at = box->pending; at; at = next) {
		next = at->next;
		bool flies = at->n > done; /* the server has the word */
		if (at->action || flies || outbox_fate(at, done, true) != FATE_STAYS)
			continue;
		if (at->dead && at->told && at->verdict == VERDICT_NONE) {
			at->verdict = VERDICT_LOST;
			outbox_bury(box, at);
		} else if (at->dead) {
			outbox_lose(box, at, SYNC_CONFLICT, "what it changes is gone");
		} else if (at->ops.len <= sizeof "[]" - 1) {
			outbox_settle(box, at); /* it came true by itself */
		}
	}
}

/* What is shown becomes `view`, which is taken over. */
static void show(sync_replica *replica, client_value *view, sync_buf *ops)
{
	sync_error ignored;
	sync_status status = client_value_follow(&replica->shown, view, false, &ignored);
	if (status == SYNC_OK)
		status = sync_track_ops(replica->shown.track, UINT64_MAX, ops);
	if (status == SYNC_OK)
		status = client_value_commit(&replica->shown, &ignored);
	if (status == SYNC_OK) {
		client_value_release(view);
		return;
	}
	/* Its elements do not keep their addresses then. */
	sync_buf_clear(ops);
	client_value_release(&replica->shown);
	replica->shown = *view;
}

static sync_status move_value(client_value *value, const struct client_patch *patch,
			      sync_error *error)
{
	sync_status status =
		patch->whole ? client_value_set(value, patch->ops, patch->length, false, error)
			     : client_value_apply(value, patch->ops, patch->length, error);
	return status == SYNC_OK ? client_value_commit(value, error) : status;
}

static sync_status move_under_pending(sync_replica *replica, struct client_patch *patch,
				      sync_error *error)
{
	client_value next, view;
	if (!client_value_copy(&next, &replica->confirmed))
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_status status = move_value(&next, patch, error);
	if (status == SYNC_OK) {
		renumber(replica, patch);
		const struct incoming incoming = { patch->whole, patch->ops, patch->length,
						   patch->done };
		status = client_rebase(&replica->confirmed, &next, &incoming, &replica->box, &view);
		if (status != SYNC_OK)
			sync_error_set(error, status, "%s", sync_status_text(status));
	}
	if (status != SYNC_OK) {
		client_value_release(&next);
		return status;
	}
	client_value_release(&replica->confirmed);
	replica->confirmed = next;
	if (SYNC_BROKEN(FROZEN))
		client_value_release(&view);
	else
		show(replica, &view, &patch->shown);
	settle_those_that_stay(replica, patch->done);
	return SYNC_OK;
}

static sync_status move_alone(sync_replica *replica, struct client_patch *patch, sync_error *error)
{
	sync_status status = move_value(&replica->shown, patch, error);
	if (status == SYNC_OK)
		renumber(replica, patch);
	return status;
}

/* Operations mean a state of their own history. */
static void lose_those_of_the_past(sync_replica *replica, const struct client_patch *patch)
{
	if (strcmp(replica->epoch, patch->epoch) == 0)
		return;
	for (mutation *next, *at = replica->box.pending; at; at = next) {
		next = at->next;
		if (!at->action && outbox_fate(at, patch->done, false) == FATE_STAYS)
			outbox_lose(&replica->box, at, SYNC_STALE, "its state is of the past");
	}
}

/* What is shown becomes `view`, what is confirmed `value`; both are taken over. */
static sync_status show_plain(sync_replica *replica, struct cJSON *value, struct cJSON *view,
			      sync_buf *ops)
{
	sync_status status = client_plain_diff(replica->json, view, ops);
	if (status != SYNC_OK) {
		sync_json_free(value);
		sync_json_free(view);
		return status;
	}
	sync_json_free(replica->plain);
	sync_json_free(replica->json);
	replica->plain = value;
	replica->json = view;
	return SYNC_OK;
}

static sync_status move_untyped(sync_replica *replica, struct client_patch *patch,
				sync_error *error)
{
	struct cJSON *value = NULL, *view = NULL;
	sync_status status =
		patch->whole ? SYNC_OK : sync_json_copy(&value, replica_plain(replica));
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	status = client_plain_apply(&value, patch->ops, patch->length, error);
	if (status != SYNC_OK) {
		sync_json_free(value);
		return status;
	}
	renumber(replica, patch);
	lose_those_of_the_past(replica, patch);
	if (!replica->parted) {
		sync_json_free(replica->json);
		replica->json = value;
		return SYNC_OK;
	}
	const struct incoming incoming = { patch->whole, patch->ops, patch->length, patch->done };
	status = client_plain_carry(replica->plain, value, &incoming, &replica->box, &view);
	if (status == SYNC_OK)
		status = show_plain(replica, value, view, &patch->shown);
	else
		sync_json_free(value);
	return status == SYNC_OK
		       ? status
		       : sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
}

sync_status replica_advance(sync_replica *replica, struct client_patch *patch, sync_error *error)
{
	bool typed = replica->shown.value;
	sync_status status = !typed			? move_untyped(replica, patch, error)
			     : replica->confirmed.value ? move_under_pending(replica, patch, error)
							: move_alone(replica, patch, error);
	if (status != SYNC_OK)
		return status;
	memcpy(replica->epoch, patch->epoch, sizeof replica->epoch);
	replica->rev = patch->rev;
	replica->anew = false;
	client_base_move(&replica->base, patch->ops, patch->length, patch->whole);
	outbox_cover(&replica->box, patch->done, typed);
	replica_join_up(replica);
	return SYNC_OK;
}
