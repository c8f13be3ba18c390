#include "doc_core.h"

#include <syncgen/alloc.h>

#include "broken.h"
#include "changes_text.h"
#include "model_key.h"

enum {
	RETRY_FIRST_MS = 100,
	RETRY_LAST_MS = 5000,
	/* The trail has an entry for so many bytes of state, but not less than that. */
	TRAIL_BYTES = 32,
	TRAIL_LEAST = 1024,
	REMEMBERED_BYTES = 64
};

/* ---- what an application asks ---- */

const void *sync_doc_state(const sync_doc *doc)
{
	return doc->state;
}

const sync_model *sync_doc_model(const sync_doc *doc)
{
	return doc->model;
}

const char *sync_doc_key(const sync_doc *doc)
{
	return doc->key;
}

const void *sync_doc_params(const sync_doc *doc)
{
	return doc->params;
}

const sync_identity *sync_doc_owner(const sync_doc *doc)
{
	return doc->owner.user ? &doc->owner : NULL;
}

uint64_t sync_doc_revision(const sync_doc *doc)
{
	return doc->revision;
}

sync_status sync_doc_write_seen(const sync_doc *doc, uint64_t sees, sync_buf *out)
{
	sync_writer writer;
	sync_writer_init(&writer);
	writer.out = *out;
	writer.sees = sees;
	doc->model->state->ops->write(doc->model->state, &writer, doc->state);
	*out = writer.out;
	return out->status;
}

sync_status sync_doc_write(const sync_doc *doc, sync_buf *out)
{
	return sync_doc_write_seen(doc, SYNC_SEE_STORED, out);
}

static sync_status write_snapshot(const void *doc, sync_buf *out)
{
	return sync_doc_write(doc, out);
}

/* ---- the store's answers ---- */

/* What is on its way to the store means nothing any more. */
static void leave_open(sync_doc *doc, enum sync_doc_mode mode)
{
	doc->mode = mode;
	doc->voided += doc->inflight;
	doc->inflight = 0;
	doc->retry_at = 0;
	doc->retries = 0;
	sync_doc_rouse(doc);
}

/* Invariant 3, first half: what is in memory is not, and will not be, durable. */
static void lose(sync_doc *doc)
{
	leave_open(doc, SYNC_DOC_LOST);
}

static void done(void *arg, sync_status status)
{
	sync_doc *doc = arg;
	if (doc->voided) {
		doc->voided--;
		return;
	}
	doc->inflight--;
	if (doc->submitting && !doc->inflight) { /* in order: this is the one being submitted */
		doc->submitted = status;
		if (status == SYNC_OK)
			doc->durable = doc->revision;
		return;
	}
	if (doc->mode == SYNC_DOC_CHECKPOINT) {
		if (status != SYNC_OK)
			return;
		doc->mode = SYNC_DOC_OPEN;
		doc->anew = false;
		sync_doc_changed(doc); /* who may have it knows now that it was deleted */
		return;
	}
	if (status != SYNC_OK) {
		lose(doc);
		return;
	}
	if (!SYNC_BROKEN(EARLY))
		doc->durable++;
	if (!doc->submitting) /* else at the end of the commit */
		sync_doc_changed(doc);
}

static void checkpoint(sync_doc *doc)
{
	sync_store_commit commit = { .key = doc->kept,
				     .epoch = doc->epoch,
				     .revision = doc->revision,
				     .snapshot = write_snapshot,
				     .doc = doc,
				     .anew = doc->anew };
	doc->inflight++;
	if (doc->store->submit(doc->store, &commit, done, doc) != SYNC_OK)
		doc->inflight--;
}

void sync_doc_poll(sync_doc *doc, uint64_t now)
{
	if (doc->mode == SYNC_DOC_OPEN || doc->changing || doc->inflight || doc->voided ||
	    now < doc->retry_at)
		return;
	if (doc->mode == SYNC_DOC_LOST) {
		bool changed;
		if (sync_doc_load(doc, doc->store, true, &changed, NULL) == SYNC_OK) {
			doc->mode = SYNC_DOC_CHECKPOINT;
			sync_doc_changed(doc);
		}
	}
	if (doc->mode == SYNC_DOC_CHECKPOINT)
		checkpoint(doc);
	if (doc->mode == SYNC_DOC_OPEN)
		return;
	uint64_t wait = (uint64_t)RETRY_FIRST_MS << (doc->retries < 6 ? doc->retries++ : 6);
	doc->retry_at = now + (wait < RETRY_LAST_MS ? wait : RETRY_LAST_MS);
}

/* ---- transactions ---- */

static sync_status store_is_down(sync_error *error)
{
	return sync_error_set(error, SYNC_OVERLOAD,
			      "the document is read-only until its store works again");
}

sync_status sync_doc_begin(sync_doc *doc, sync_error *error)
{
	if (doc->changing)
		return sync_error_set(error, SYNC_CONFLICT,
				      "the document is in a transaction already");
	if (doc->mode != SYNC_DOC_OPEN)
		return store_is_down(error);
	doc->changing = true;
	doc->events_mark = doc->events.end;
	return SYNC_OK;
}

void sync_doc_abort(sync_doc *doc)
{
	sync_track_rollback(doc->track);
	sync_events_truncate(&doc->events, doc->events_mark);
	doc->changing = false;
}

/* Everything that can refuse a change, but for the store; doc->ops holds it afterwards. */
static sync_status prepare(sync_doc *doc, sync_error *error)
{
	const sync_model *model = doc->model;
	if (doc->mode != SYNC_DOC_OPEN)
		return store_is_down(error);
	if (model->compute && sync_track_pending(doc->track)) {
		sync_status status = model->compute(doc->handlers, doc->context, doc->state);
		if (status != SYNC_OK)
			return sync_error_set(error, status, "a computed field failed");
	}
	sync_status status = sync_track_check(doc->track, error);
	if (status != SYNC_OK && !SYNC_BROKEN(UNCHECKED))
		return status;
	struct sync_text_source texts = { NULL, NULL, false };
	sync_buf_clear(&doc->ops);
	status = sync_track_edits(doc->track, SYNC_SEE_STORED, &texts, &doc->ops);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	if (texts.said)
		doc->edited = doc->revision + 1;
	return SYNC_OK;
}

static bool changed_nothing(const sync_doc *doc)
{
	return doc->ops.len <= 2;
}

/* The answer to the mutation that the transaction is, in our own memory. */
static sync_status make_answer(sync_doc *doc, sync_answer *answer)
{
	const sync_mutation *mutation = doc->mutation;
	const sync_buf *text = mutation->refusal ? mutation->refusal : mutation->result;
	*answer = (sync_answer){ .number = mutation->client->last + 1,
				 .revision = doc->revision + 1,
				 .refused = mutation->refusal != NULL,
				 .bytes = mutation->bytes,
				 .bare = mutation->refusal ? mutation->bare : 0,
				 .sees = mutation->sees };
	sync_status status = sync_author_reserve(mutation->client);
	if (status != SYNC_OK || !text || !text->len)
		return status;
	answer->text = sync_alloc(text->len);
	if (!answer->text)
		return SYNC_NOMEM;
	memcpy(answer->text, text->data, text->len);
	answer->length = text->len;
	return SYNC_OK;
}

static sync_store_answer stored(const sync_mutation *mutation, const sync_answer *answer)
{
	const sync_author *client = mutation->client;
	return (sync_store_answer){ .client = client->name,
				    .number = answer->number,
				    .keep_from = client->count ? client->answers[0].number
							       : answer->number,
				    .refused = answer->refused,
				    .text = answer->text,
				    .length = answer->refused ? answer->bare : answer->length };
}

static sync_status submit_answered(sync_doc *doc, const sync_answer *answer, sync_error *error);

/* Hands the prepared change to the store as the next revision. On failure there is no such
 * revision. */
static sync_status submit(sync_doc *doc, sync_error *error)
{
	sync_answer answer = { 0 };
	sync_status status = doc->mutation ? make_answer(doc, &answer) : SYNC_OK;
	if (status != SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	else
		status = submit_answered(doc, &answer, error);
	if (status == SYNC_OK && doc->mutation)
		sync_author_add(&doc->clients, doc->mutation->client, answer);
	else
		sync_free(answer.text);
	return status;
}

static sync_status submit_answered(sync_doc *doc, const sync_answer *answer, sync_error *error)
{
	size_t limit = doc->state_bytes > SYNC_PATCH_FLOOR ? doc->state_bytes : SYNC_PATCH_FLOOR;
	if (doc->remembers)
		limit = doc->remembers * REMEMBERED_BYTES;
	sync_status status = sync_history_push(&doc->history, doc->ops.data, doc->ops.len, limit);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	doc->revision++;
	doc->inflight++;
	doc->submitting = true;
	doc->submitted = SYNC_OK;
	sync_store_commit commit = { .key = doc->kept,
				     .epoch = doc->epoch,
				     .revision = doc->revision,
				     .ops = doc->ops.data,
				     .ops_length = doc->ops.len,
				     .snapshot = write_snapshot,
				     .doc = doc };
	if (doc->mutation && !SYNC_BROKEN(ANSWERS))
		commit.answer = stored(doc->mutation, answer);
	status = doc->store->submit(doc->store, &commit, done, doc);
	bool refused = status != SYNC_OK;
	doc->submitting = false;
	if (refused)
		doc->submitted = status;
	if (doc->mode ==
	    SYNC_DOC_LOST) /* an earlier one failed meanwhile: this one is void as well */
		doc->voided -= refused;
	else if (refused)
		doc->inflight--;
	if (doc->submitted == SYNC_OK && doc->mode == SYNC_DOC_OPEN) {
		if (SYNC_BROKEN(EARLY))
			doc->durable = doc->revision;
		return SYNC_OK;
	}
	doc->revision--;
	sync_history_pop(&doc->history);
	if (doc->submitted == SYNC_CONFLICT && doc->mode == SYNC_DOC_OPEN)
		lose(doc); /* the store holds something else than we think */
	return store_is_down(error);
}

sync_status sync_doc_commit(sync_doc *doc, sync_error *error)
{
	uint64_t durable = doc->durable;
	sync_status status = prepare(doc, error);
	if (status == SYNC_OK && (doc->mutation || !changed_nothing(doc)))
		status = submit(doc, error);
	if (status != SYNC_OK) {
		sync_doc_abort(doc);
	} else {
		size_t limit = doc->state_bytes / TRAIL_BYTES;
		if (doc->remembers)
			limit = doc->remembers;
		else if (limit < TRAIL_LEAST)
			limit = TRAIL_LEAST;
		if (sync_track_pending(doc->track))
			sync_trail_commit(doc->trail, doc->track, doc->revision, limit);
		sync_track_commit(doc->track);
		for (uint64_t n = doc->events_mark; n < doc->events.end; n++)
			sync_events_at(&doc->events, n)->revision = doc->revision;
		doc->changing = false;
	}
	if (doc->durable != durable || doc->events_mark != doc->events.end)
		sync_doc_changed(doc);
	return status;
}

sync_status sync_doc_delete(sync_doc *doc, sync_error *error)
{
	uint64_t epoch = doc->epoch;
	bool changed;
	sync_status status = sync_doc_begin(doc, error);
	if (status != SYNC_OK)
		return status;
	doc->changing = false;
	status = sync_doc_load(doc, NULL, true, &changed, error);
	if (status != SYNC_OK)
		return status;
	doc->gone = epoch;
	doc->anew = true;
	leave_open(doc, SYNC_DOC_CHECKPOINT);
	checkpoint(doc);
	sync_doc_changed(doc);
	return SYNC_OK;
}

sync_status sync_update(sync_doc *doc, sync_status (*change)(void *state, void *arg), void *arg,
			sync_error *error)
{
	sync_status status = sync_doc_begin(doc, error);
	if (status != SYNC_OK)
		return status;
	status = change(doc->state, arg);
	if (status != SYNC_OK) {
		/* A setter that refused knows more than the function's status does. */
		sync_error why;
		if (sync_track_check(doc->track, &why) != status)
			sync_error_set(&why, status, "%s", sync_status_text(status));
		if (error)
			*error = why;
		sync_doc_abort(doc);
		return status;
	}
	return sync_doc_commit(doc, error);
}

sync_status sync_doc_emit(sync_doc *doc, const sync_event_info *event, const void *args)
{
	/* Inside a transaction: with the revision it makes, and not before. */
	sync_status status =
		sync_events_push(&doc->events, event, args, doc->revision + doc->changing);
	if (status == SYNC_OK && !doc->changing)
		sync_doc_changed(doc);
	return status;
}

/* ---- life ---- */

static sync_status copy_names(sync_doc *doc, const sync_doc_options *options)
{
	doc->key = sync_alloc_text(options->key);
	doc->kept = sync_alloc_text(options->kept ? options->kept : options->key);
	if (!doc->key || !doc->kept)
		return SYNC_NOMEM;
	if (options->owner) {
		doc->owner.user = sync_alloc_text(options->owner->user);
		doc->owner.session = sync_alloc_text(options->owner->session);
		if (!doc->owner.user || !doc->owner.session)
			return SYNC_NOMEM;
	}
	sync_buf *json = &doc->key_json;
	sync_put_string(json, doc->key, strlen(doc->key));
	if (json->status != SYNC_OK)
		return json->status;
	json->len -= 2;
	memmove(json->data, json->data + 1, json->len);
	return SYNC_OK;
}

static sync_status read_params(sync_doc *doc)
{
	const sync_type *type = doc->model->params;
	if (!type)
		return SYNC_OK;
	doc->params = sync_alloc(type->size);
	if (!doc->params)
		return SYNC_NOMEM;
	type->ops->init(type, doc->params);
	return sync_model_key_read(doc->model, doc->key, doc->params);
}

sync_doc *sync_doc_new(const sync_doc_options *options, sync_error *error)
{
	sync_doc *doc = sync_calloc(1, sizeof *doc);
	if (!doc) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	doc->model = options->model;
	doc->handlers = options->handlers;
	doc->context = options->context;
	doc->store = options->store;
	doc->random = options->random;
	doc->pool = options->pool;
	doc->clock = options->clock;
	doc->clock_arg = options->clock_arg;
	doc->restless = options->restless;
	doc->closable = options->closable;
	bool changed = false;
	sync_status status = copy_names(doc, options);
	if (status == SYNC_OK)
		status = read_params(doc);
	if (status != SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	else
		status = sync_doc_load(doc, doc->store, false, &changed, error);
	if (status != SYNC_OK) {
		sync_doc_free(doc);
		return NULL;
	}
	if (changed) {
		doc->mode = SYNC_DOC_CHECKPOINT;
		sync_doc_rouse(doc);
		checkpoint(doc);
	}
	sync_doc_left(doc); /* nobody has come yet */
	return doc;
}

static void free_params(sync_doc *doc)
{
	const sync_type *type = doc->model->params;
	if (!doc->params)
		return;
	type->ops->release(type, doc->params);
	sync_free(doc->params);
}

void sync_doc_free(sync_doc *doc)
{
	if (!doc)
		return;
	sync_doc_rest(doc);
	if (doc->store->detach)
		doc->store->detach(doc->store, doc->kept, doc);
	sync_doc_cache_clear(doc);
	sync_events_forget(&doc->events);
	sync_presence_release(&doc->presence, doc->model->presence);
	sync_history_release(&doc->history);
	sync_clients_release(&doc->clients);
	sync_trail_free(doc->trail);
	sync_buf_release(&doc->delta);
	sync_buf_release(&doc->ops);
	sync_track_free(doc->track);
	if (doc->state) {
		doc->model->state->ops->release(doc->model->state, doc->state);
		sync_free(doc->state);
	}
	sync_free(doc->watches);
	free_params(doc);
	sync_buf_release(&doc->key_json);
	sync_free((char *)(uintptr_t)doc->owner.user);
	sync_free((char *)(uintptr_t)doc->owner.session);
	sync_free(doc->kept);
	sync_free(doc->key);
	sync_free(doc);
}
