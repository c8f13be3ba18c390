/* _PATCH and _SET: changes that the peer has made already, in its own copy. */
#include "session_ws_sync.h"

#include <syncgen/alloc.h>
#include <syncgen/value.h>

/*
 * After a change of the peer's own. `same`: it shows what the document now is, if nobody else's
 * change lay between. (Where another's is on its way to the store, the peer may not be told of it
 * yet: it gets the whole when it may.)
 */
static void settle(sync_join *join, uint64_t before, bool same)
{
	sync_doc *doc = join->watch.doc;
	bool level = !join->resync && join->epoch == doc->epoch && join->revision == before;
	if (level && same)
		join->revision = doc->revision;
	else
		sync_join_resync(join, doc->revision);
}

/* Did the commit do more than the operations before it, in @computed functions? */
static bool did_more(sync_doc *doc, const sync_buf *before)
{
	const char *ops;
	size_t length;
	return sync_doc_plain(doc, &ops, &length) != SYNC_OK || before->status != SYNC_OK ||
	       length != before->len || memcmp(ops, before->data, length) != 0;
}

/* What a peer knows: it says no base, but has been told no more than this. */
struct sight {
	const sync_doc *doc;
	uint64_t told;
	bool whole; /* of a state that is this one's */
};

/* Only who says what he has seen may write what is checked. */
static sync_sight has_seen(void *arg, const sync_node *node, const sync_field *field,
			   unsigned index)
{
	const struct sight *sight = arg;
	const sync_trail *trail = sight->doc->trail;
	if (field->merge == SYNC_MERGE_CHECKED || !sight->whole ||
	    sight->told < sync_trail_floor(trail))
		return SYNC_SIGHT_UNKNOWN;
	return sync_trail_written(trail, node, field, index) <= sight->told ? SYNC_SIGHT_SEEN
									    : SYNC_SIGHT_MISSED;
}

static struct sight sight_of(const sync_join *join)
{
	const sync_doc *doc = join->watch.doc;
	return (struct sight){ doc, join->revision, join->epoch == doc->epoch };
}

/* *exact (if not NULL): who applied the same to what the document was has what it now is. */
static sync_status apply(sync_doc *doc, struct sight *sight, const char *ops, size_t length,
			 bool *exact, sync_error *error)
{
	bool inexact = false;
	sync_buf before = { 0 };
	sync_apply_options rights = { .flags = SYNC_APPLY_TOLERANT | SYNC_APPLY_CLIENT,
				      .roles = SYNC_SEE_PUBLIC,
				      .inexact = exact ? &inexact : NULL,
				      .seen = has_seen,
				      .seen_arg = sight };
	sync_status status = sync_doc_begin(doc, error);
	if (status != SYNC_OK)
		return status;
	status = sync_track_apply(doc->track, ops, length, &rights, error);
	if (status != SYNC_OK) {
		sync_doc_abort(doc);
		return status;
	}
	bool computes = exact && doc->model->compute;
	if (computes)
		sync_track_ops(doc->track, SYNC_SEE_STORED, &before);
	status = sync_doc_commit(doc, error);
	if (status == SYNC_OK && exact)
		*exact = !inexact && !(computes && did_more(doc, &before));
	sync_buf_release(&before);
	return status;
}

static void refuse_change(sync_join *join, const ws_sync_message *message, const sync_error *error)
{
	ws_sync_refuse(join->session, message, error, NULL);
	sync_join_resync(join, 0); /* it shows what was refused */
}

void ws_sync_on_patch(sync_join *join, const ws_sync_message *message)
{
	sync_doc *doc = join->watch.doc;
	sync_error error;
	struct sight sight = sight_of(join);
	ws_sync_catch_up(join);
	uint64_t before = doc->revision;
	bool exact;
	if (apply(doc, &sight, message->data, message->length, &exact, &error) == SYNC_OK)
		settle(join, before, exact);
	else
		refuse_change(join, message, &error);
	ws_sync_judge(join, ws_sync_fields(doc->model->state, message->data, message->length));
}

/* The operations that lead from our state to the one that was sent. */
static sync_status compare_whole(const sync_doc *doc, const ws_sync_message *message, sync_buf *ops,
				 sync_error *error)
{
	const sync_type *type = doc->model->state;
	sync_reader reader;
	void *sent = sync_alloc(type->size);
	if (!sent)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	type->ops->init(type, sent);
	sync_status status = SYNC_OK;
	if (!sync_reader_init(&reader, message->data, message->length, NULL) ||
	    !type->ops->read(type, &reader, sent)) {
		*error = reader.error;
		status = reader.error.code;
	} else {
		status = sync_diff(type, doc->state, sent, ops);
		if (status != SYNC_OK)
			sync_error_set(error, status, "%s", sync_status_text(status));
	}
	type->ops->release(type, sent);
	sync_free(sent);
	return status;
}

/* Is what was sent what the document now is to its author? */
static bool shows(const sync_doc *doc, const ws_sync_message *message)
{
	sync_buf now = { 0 };
	bool same = sync_doc_write_seen(doc, SYNC_SEE_PUBLIC, &now) == SYNC_OK &&
		    sync_json_same(now.data, now.len, message->data, message->length);
	sync_buf_release(&now);
	return same;
}

void ws_sync_on_set(sync_join *join, const ws_sync_message *message)
{
	sync_doc *doc = join->watch.doc;
	sync_buf ops = { 0 };
	sync_error error;
	struct sight sight = sight_of(join);
	uint64_t before = doc->revision;
	bool quiet = doc->durable == before;
	sync_status status = compare_whole(doc, message, &ops, &error);
	if (status == SYNC_OK)
		status = apply(doc, &sight, ops.data, ops.len, NULL, &error);
	if (status != SYNC_OK) {
		refuse_change(join, message, &error);
	} else {
		/* A whole state wipes what was on its way to the peer. */
		if (!join->resync && join->epoch == doc->epoch && quiet)
			join->revision = before;
		settle(join, before, shows(doc, message));
	}
	ws_sync_judge(join, WS_SYNC_ALL_FIELDS);
	sync_buf_release(&ops);
}
