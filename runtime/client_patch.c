/* A patch comes in: read, put together from its parts, applied whole or not at all, told of. */
#include "client_patch.h"

/* ---- reading ---- */

static bool read_patch(const client_object *frame, struct client_patch *patch, sync_error *error)
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

static bool fits(const sync_replica *replica, const struct client_patch *patch)
{
	return patch->whole ||
	       (*replica->epoch && !replica->anew && strcmp(patch->epoch, replica->epoch) == 0 &&
		patch->from == replica->rev);
}

/* Keeps one part. True: it was the last, and `patch` is now all of them. */
static bool gather(sync_replica *replica, struct client_patch *patch)
{
	sync_buf *parts = &replica->parts;
	sync_client *client = replica->client;
	if (patch->part == 1) {
		replica_forget_parts(replica);
		replica->of = patch->of;
		replica->parts_rev = patch->rev;
		parts->limit = client->options.max_parts;
	}
	if (patch->part != replica->part + 1 || patch->of != replica->of ||
	    patch->rev != replica->parts_rev) {
		replica_rejoin(replica);
		return false;
	}
	if (parts->len)
		sync_buf_byte(parts, '\0');
	sync_buf_put(parts, patch->ops, patch->length);
	replica->part++;
	if (parts->status != SYNC_OK) {
		sync_error error;
		sync_error_set(&error, parts->status, "%s", sync_status_text(parts->status));
		replica_fail_patch(replica, true, &error);
		return false;
	}
	patch->ops = parts->data;
	patch->length = parts->len;
	return patch->part == patch->of;
}

/* ---- results of actions ---- */

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

/* ---- telling ---- */

static void applied(sync_replica *replica, struct client_patch *patch, uint64_t from)
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
	replica_live(replica);
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
	struct client_patch patch = { 0 };
	sync_error why;
	uint64_t from = replica->rev;
	if (replica->state != REPLICA_JOINED && replica->state != REPLICA_LIVE)
		return true;
	if (!read_patch(frame, &patch, error))
		return false;
	if (!fits(replica, &patch)) {
		replica_rejoin(replica);
		return true;
	}
	if (patch.part && !gather(replica, &patch))
		return true;
	if (!read_results(replica, frame, error)) {
		forget_results(replica);
		return false;
	}
	sync_error_set(&why, SYNC_OK, "%s", "");
	sync_status status = replica_advance(replica, &patch, &why);
	if (status != SYNC_OK)
		replica_fail_patch(replica, patch.whole, &why);
	else
		applied(replica, &patch, from);
	sync_buf_release(&patch.shown);
	replica_forget_parts(replica);
	forget_results(replica);
	return true;
}
