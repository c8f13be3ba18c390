/* A document on its way from joined to live, and back when the two sides do not fit. */
#include "client_core.h"

#include <syncgen/alloc.h>
#include <syncgen/value.h>

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
	client_base_release(&replica->base);
	outbox_release(&replica->box);
	tasks_free(replica->tasks);
	sync_free(replica->here);
	here_free(replica);
}

void replica_forget_parts(sync_replica *replica)
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
	replica_forget_parts(replica);
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

void replica_forget(sync_replica *replica)
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
	replica_forget(replica);
	keeper_store(replica);
	tasks_give_up(replica, error);
	replica_refuse(replica, error, 0);
	replica_changed(replica, &(sync_replica_change){ .whole = true, .epoch = "" });
	replica_tell_over(replica);
}

void replica_live(sync_replica *replica)
{
	replica->loaded = true;
	replica->repairs = 0;
	if (replica->state == REPLICA_LIVE)
		return;
	replica->state = REPLICA_LIVE;
	replica->here_owed = replica->here != NULL;
	tasks_live(replica);
}

/* ---- repair ---- */

void replica_rejoin(sync_replica *replica)
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
		replica_rejoin(replica);
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

void replica_fail_patch(sync_replica *replica, bool whole, const sync_error *error)
{
	if (error->code == SYNC_NOMEM) {
		client_give_up(replica->client, CLIENT_CLOSE_NORMAL, SYNC_NOMEM, error->message);
	} else if (whole) {
		replica_refuse(replica, error, 0);
	} else {
		replica->epoch[0] = '\0';
		replica_rejoin(replica);
	}
}
