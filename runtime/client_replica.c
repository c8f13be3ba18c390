/* A document's way from joined to live: patches applied whole or not at all, gaps repaired by a new
 * join, what is pending carried over them. */
#include "client_core.h"

#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

#include "broken.h"
#include "client_plain.h"
#include "client_rebase.h"
#include "track.h"

void replica_status(sync_replica *replica)
{
	if (!replica->closing && replica->options.status)
		replica->options.status(replica->options.arg, replica);
}

void replica_changed(sync_replica *replica, const sync_replica_change *change)
{
	if (!replica->closing && replica->options.changed)
		replica->options.changed(replica->options.arg, replica, change);
}

/* ---- life ---- */

bool replica_init(sync_replica *replica)
{
	const sync_model *model = replica->options.model;
	sync_error_set(&replica->error, SYNC_OK, "%s", "");
	return !model || client_value_init(&replica->shown, model->state);
}

void replica_release(sync_replica *replica)
{
	client_value_release(&replica->shown);
	client_value_release(&replica->confirmed);
	sync_json_free(replica->json);
	sync_json_free(replica->plain);
	sync_buf_release(&replica->parts);
	outbox_release(&replica->box);
	tasks_free(replica->tasks);
	sync_free(replica->here);
	here_free(replica);
}

static void forget_parts(sync_replica *replica)
{
	sync_buf_release(&replica->parts);
	replica->part = replica->of = 0;
}

/* Not in step with the server any more. */
static void fall_back(sync_replica *replica, replica_state to)
{
	replica->state = to;
	replica->push_at = replica->rejoin_at = replica->asked_at = 0;
	outbox_land(&replica->box);
	tasks_reset(replica);
	replica->here_owed = false;
	here_lost(replica);
	forget_parts(replica);
}

void replica_reset(sync_replica *replica)
{
	fall_back(replica, REPLICA_OUT);
	replica->repairs = 0;
	replica->pause = 0;
}

void replica_asks(sync_replica *replica)
{
	replica->state = REPLICA_ASKED;
	replica->asked_at = replica->client->now;
}

void replica_joined(sync_replica *replica, uint64_t last)
{
	replica->state = REPLICA_JOINED;
	replica->last = last;
	sync_error_set(&replica->error, SYNC_OK, "%s", "");
	replica_status(replica);
}

void replica_refuse(sync_replica *replica, const sync_error *error, uint64_t again)
{
	fall_back(replica, REPLICA_REFUSED);
	replica->error = *error;
	if (again)
		replica->rejoin_at = replica->client->now + again;
	replica_status(replica);
	client_changed(replica->client);
}

/* Back to what nobody has told. Without memory for it the old state stays, unloaded. */
static void forget_state(sync_replica *replica)
{
	sync_error ignored;
	replica->loaded = false;
	replica->epoch[0] = '\0';
	replica->rev = 0;
	if (replica->shown.value &&
	    client_value_set(&replica->shown, "", 0, false, &ignored) == SYNC_OK)
		client_value_commit(&replica->shown, &ignored);
	client_value_release(&replica->confirmed);
	sync_json_free(replica->json);
	sync_json_free(replica->plain);
	replica->json = replica->plain = NULL;
	replica->parted = false;
}

void replica_gone(sync_replica *replica, const sync_error *error)
{
	outbox_give_up(&replica->box, error->code, "the document is gone");
	forget_state(replica);
	keeper_store(replica);
	tasks_give_up(replica, error);
	replica_refuse(replica, error, 0);
	replica_changed(replica, &(sync_replica_change){ .whole = true, .epoch = "" });
	replica_tell_over(replica);
}

/* ---- repair ---- */

static void join_anew(sync_replica *replica)
{
	fall_back(replica, REPLICA_OUT);
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

void replica_bounced(sync_replica *replica, failure *told, bool temporary, uint64_t after)
{
	bool stale = told && told->error.code == SYNC_STALE;
	if (stale)
		replica->box.strange = true;
	if (stale || temporary)
		failure_free(told);
	else
		outbox_bounce(&replica->box, told);
	replica->pause = replica->client->now + after;
	if (replica->state != REPLICA_LIVE)
		return;
	fall_back(replica, REPLICA_OUT); /* its numbers tell where to go on */
	replica_status(replica);
}

bool replica_nack(sync_replica *replica, const client_object *frame, sync_error *error)
{
	uint64_t n;
	client_object thrown;
	sync_error why;
	if (!client_number(frame, CLIENT_N, false, &n, error))
		return false;
	client_error(frame, &why);
	client_text(frame, CLIENT_PATH, true, why.pointer, sizeof why.pointer, error);
	failure *told = failure_new(&why);
	if (told) {
		told->current = client_json_copy(frame, CLIENT_CURRENT);
		if (client_has(frame, CLIENT_ERROR)) {
			if (!client_inside(frame, CLIENT_ERROR, &thrown, error)) {
				failure_free(told);
				return false;
			}
			told->thrown = client_text_copy(&thrown, CLIENT_NAME);
			told->args = client_json_copy(&thrown, CLIENT_ARGS);
		}
	}
	outbox_refuse(&replica->box, n, told);
	return true;
}

/* A patch does not apply: our state may be wrong, so a snapshot; if that one is, nothing helps. */
static void refused(sync_replica *replica, bool whole, const sync_error *error)
{
	if (error->code == SYNC_NOMEM) {
		client_give_up(replica->client, CLIENT_CLOSE_NORMAL, SYNC_NOMEM, error->message);
	} else if (whole) {
		replica_refuse(replica, error, 0);
	} else {
		replica->epoch[0] = '\0';
		join_anew(replica);
	}
}

/* ---- patches ---- */

struct patch {
	char epoch[CLIENT_NAME_SIZE];
	bool whole;
	uint64_t from, rev, part, of, done;
	const char *ops; /* arrays, separated by NULs */
	size_t length;
	sync_buf shown; /* the operations on what is shown, where those are others */
};

static bool read_patch(const client_object *frame, struct patch *patch, sync_error *error)
{
	patch->whole = client_is_null(frame, CLIENT_FROM);
	patch->ops = frame->raw[CLIENT_OPS].at;
	patch->length = frame->raw[CLIENT_OPS].length;
	if (!client_text(frame, CLIENT_EPOCH, false, patch->epoch, sizeof patch->epoch, error) ||
	    !client_number(frame, CLIENT_REV, false, &patch->rev, error) ||
	    !client_number(frame, CLIENT_DONE, true, &patch->done, error) ||
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

/* ---- moving on ---- */

static void renumber(sync_replica *replica, struct patch *patch)
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

static sync_status move_value(client_value *value, const struct patch *patch, sync_error *error)
{
	sync_status status =
		patch->whole ? client_value_set(value, patch->ops, patch->length, false, error)
			     : client_value_apply(value, patch->ops, patch->length, error);
	return status == SYNC_OK ? client_value_commit(value, error) : status;
}

static sync_status move_under_pending(sync_replica *replica, struct patch *patch, sync_error *error)
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

static sync_status move_alone(sync_replica *replica, struct patch *patch, sync_error *error)
{
	sync_status status = move_value(&replica->shown, patch, error);
	if (status == SYNC_OK)
		renumber(replica, patch);
	return status;
}

/* Operations mean a state of their own history. */
static void lose_those_of_the_past(sync_replica *replica, const struct patch *patch)
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

static sync_status move_untyped(sync_replica *replica, struct patch *patch, sync_error *error)
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
	return status == SYNC_OK ? status
				 : sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
}

/* Puts the results of actions beside them. */
static bool read_results(sync_replica *replica, const client_object *frame, sync_error *error)
{
	sync_reader reader;
	bool first = true;
	int more = 0;
	size_t length = frame->raw[CLIENT_RESULTS].length;
	sync_limits limits = { length, sync_limits_default.depth, length };
	if (!length)
		return true;
	if (!sync_reader_init(&reader, frame->raw[CLIENT_RESULTS].at, length, &limits) ||
	    !sync_read_array(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_element(&reader, &first)) > 0) {
		client_object result;
		uint64_t n;
		const char *raw;
		size_t bytes;
		if (!sync_read_skip(&reader, &raw, &bytes) ||
		    !client_read(raw, bytes, bytes, &result, &reader.error) ||
		    !client_number(&result, CLIENT_N, false, &n, &reader.error)) {
			more = -1;
			break;
		}
		for (mutation *at = replica->box.pending; at; at = at->next)
			if (at->n && at->n == n) {
				at->value = result.raw[CLIENT_VALUE].at;
				at->value_length = result.raw[CLIENT_VALUE].length;
				client_bins_mean(&replica->client->bins, &at->value,
						 &at->value_length);
			}
	}
	if (more < 0)
		*error = reader.error;
	return more >= 0;
}

/* They lie in the frame, which is the transport's, or among the bytes that came. */
static void forget_results(sync_replica *replica)
{
	for (mutation *at = replica->box.pending; at; at = at->next) {
		at->value = NULL;
		at->value_length = 0;
	}
}

static sync_status advance(sync_replica *replica, struct patch *patch, sync_error *error)
{
	bool typed = replica->shown.value;
	sync_status status = !typed			? move_untyped(replica, patch, error)
			     : replica->confirmed.value ? move_under_pending(replica, patch, error)
							: move_alone(replica, patch, error);
	if (status != SYNC_OK)
		return status;
	memcpy(replica->epoch, patch->epoch, sizeof replica->epoch);
	replica->rev = patch->rev;
	replica->base_dirty = true;
	outbox_cover(&replica->box, patch->done, typed);
	replica_join_up(replica);
	return SYNC_OK;
}

/* ---- telling ---- */

static void go_live(sync_replica *replica)
{
	replica->loaded = true;
	replica->repairs = 0;
	if (replica->state == REPLICA_LIVE)
		return;
	replica->state = REPLICA_LIVE;
	replica->here_owed = replica->here != NULL;
	tasks_live(replica);
}

static void applied(sync_replica *replica, struct patch *patch, uint64_t from)
{
	bool one = patch->part == 0, others = patch->shown.len != 0;
	sync_replica_change change = { .whole = (patch->whole || !one) && !others,
				       .epoch = replica->epoch,
				       .from = from,
				       .rev = patch->rev };
	if (!change.whole) {
		change.ops = others ? patch->shown.data : patch->ops;
		change.length = others ? patch->shown.len : patch->length;
	}
	go_live(replica);
	if (!outbox_flies(&replica->box))
		replica->asked_at = 0;
	keeper_store(replica);
	/* The answer to a join may say nothing new, and that to a push nothing that is not shown.
	 */
	if (patch->whole || others ? !others || change.length > sizeof "[]" - 1
				   : patch->rev > patch->from)
		replica_changed(replica, &change);
	replica_tell_over(replica);
	replica_status(replica);
	client_changed(replica->client);
}

bool replica_patch(sync_replica *replica, const client_object *frame, sync_error *error)
{
	struct patch patch = { 0 };
	sync_error why;
	uint64_t from = replica->rev;
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
	if (!read_results(replica, frame, error)) {
		forget_results(replica);
		return false;
	}
	sync_error_set(&why, SYNC_OK, "%s", "");
	sync_status status = advance(replica, &patch, &why);
	if (status != SYNC_OK)
		refused(replica, patch.whole, &why);
	else
		applied(replica, &patch, from);
	sync_buf_release(&patch.shown);
	forget_parts(replica);
	forget_results(replica);
	return true;
}
