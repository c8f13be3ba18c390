/* A document's state out of the store, or out of its defaults. */
#include "doc_core.h"

#include <syncgen/alloc.h>

#include "broken.h"
#include <syncgen/map.h>

enum { VOLATILE_DEPTH = 64 };

struct loading {
	const sync_type *type;
	void *state;
	sync_track *track;
	sync_trail *trail;
	uint64_t epoch, revision;
	bool found;
	sync_clients clients;
	sync_error *error;
};

static sync_status found_state(void *arg, uint64_t epoch, uint64_t revision, const char *json,
			       size_t length)
{
	struct loading *loading = arg;
	static const sync_limits limits = { SIZE_MAX / 4, 256, SIZE_MAX / 4 };
	sync_reader reader;
	loading->found = true;
	loading->epoch = epoch;
	loading->revision = revision;
	if (!sync_reader_init(&reader, json, length, &limits) ||
	    !loading->type->ops->read(loading->type, &reader, loading->state) ||
	    !sync_read_end(&reader)) {
		if (loading->error)
			*loading->error = reader.error;
		return reader.error.code;
	}
	return SYNC_OK;
}

static sync_status found_ops(void *arg, uint64_t revision, const char *ops, size_t length)
{
	struct loading *loading = arg;
	if (!loading->track)
		loading->track = sync_track_new(loading->type, loading->state);
	if (!loading->track)
		return sync_error_set(loading->error, SYNC_NOMEM, "%s",
				      sync_status_text(SYNC_NOMEM));
	/* As a replica: those who stand at this revision have the same order of sets. */
	sync_apply_options trusted = { .flags = SYNC_APPLY_EXTENDED | SYNC_APPLY_REPLICA,
				       .max_ops = SIZE_MAX };
	sync_status status =
		sync_track_apply(loading->track, ops, length, &trusted, loading->error);
	if (status != SYNC_OK)
		return status;
	sync_track_commit(loading->track);
	loading->revision = revision;
	return SYNC_OK;
}

/* ---- the clients' numbers ---- */

static sync_status found_answer(void *arg, uint64_t revision, const sync_store_answer *stored)
{
	struct loading *loading = arg;
	sync_author *client = sync_clients_get(&loading->clients, stored->client);
	if (!client || sync_author_reserve(client) != SYNC_OK)
		return SYNC_NOMEM;
	sync_answer answer = { .number = stored->number,
			       .revision = revision,
			       .refused = stored->refused,
			       .length = stored->length,
			       .bare = stored->length };
	if (stored->text && !(answer.text = sync_alloc(stored->length + 1)))
		return SYNC_NOMEM;
	if (stored->text)
		memcpy(answer.text, stored->text, stored->length);
	sync_author_add(&loading->clients, client, answer);
	return SYNC_OK;
}

/* ---- @volatile: back to its default ---- */

static void reset_volatile(const sync_type *type, void *cell, unsigned depth);

static void reset_field(const sync_field *field, void *base, unsigned depth)
{
	char *bytes = base;
	if (!(field->flags & SYNC_FIELD_VOLATILE)) {
		if (sync_field_there(field, base))
			reset_volatile(field->type, sync_field_cell(field, base), depth);
		return;
	}
	if (field->has != SYNC_NO_OFFSET)
		*(bool *)(bytes + field->has) = false;
	if (field->null != SYNC_NO_OFFSET)
		*(bool *)(bytes + field->null) = true;
	void *cell = sync_field_cell(field, base);
	if (!cell || field->flags & SYNC_FIELD_BOXED)
		return; /* absent by its flag: the box goes with the struct */
	field->type->ops->release(field->type, cell);
	if (field->init)
		field->init(cell);
	else
		field->type->ops->init(field->type, cell);
}

static void reset_volatile(const sync_type *type, void *cell, unsigned depth)
{
	if (!cell || !depth)
		return;
	if (type->kind == SYNC_KIND_STRUCT) {
		for (uint32_t i = 0; i < type->count; i++)
			reset_field(&type->fields[i], cell, depth - 1);
	} else if (type->kind == SYNC_KIND_LIST && type->elem->kind == SYNC_KIND_STRUCT) {
		sync_list *list = cell;
		for (size_t i = 0; i < list->len; i++)
			reset_volatile(type->elem, ((void **)list->items)[i], depth - 1);
	} else if ((type->kind == SYNC_KIND_MAP || type->kind == SYNC_KIND_TABLE) &&
		   type->elem->kind == SYNC_KIND_STRUCT) {
		sync_map *map = cell;
		for (size_t i = 0; i < map->list.len; i++)
			reset_volatile(type->elem, ((char **)map->list.items)[i] + SYNC_ENTRY_VALUE,
				       depth - 1);
	}
}

/* ---- together ---- */

static sync_status write_state(const sync_type *type, const void *state, sync_buf *out)
{
	sync_writer writer;
	sync_writer_init(&writer);
	type->ops->write(type, &writer, state);
	*out = writer.out;
	return out->status;
}

/* Brings a loaded or new state to how it stands when a document opens. *differs: from what it was.
 */
static sync_status open_state(sync_doc *doc, struct loading *loading, bool *differs, size_t *bytes)
{
	sync_buf before = { 0 }, after = { 0 };
	sync_status status = write_state(loading->type, loading->state, &before);
	if (status == SYNC_OK && loading->found)
		reset_volatile(loading->type, loading->state, VOLATILE_DEPTH);
	if (status == SYNC_OK && doc->model->compute) {
		status = doc->model->compute(doc->handlers, doc->context, loading->state);
		if (status != SYNC_OK)
			sync_error_set(loading->error, status, "a computed field failed");
	}
	if (status == SYNC_OK)
		status = write_state(loading->type, loading->state, &after);
	*differs = loading->found &&
		   (before.len != after.len || memcmp(before.data, after.data, after.len) != 0);
	*bytes = after.len;
	sync_buf_release(&before);
	sync_buf_release(&after);
	return status;
}

static void replace_state(sync_doc *doc, const struct loading *loading)
{
	sync_trail_free(doc->trail);
	doc->trail = loading->trail;
	sync_track_free(doc->track);
	if (doc->state) {
		loading->type->ops->release(loading->type, doc->state);
		sync_free(doc->state);
	}
	doc->state = loading->state;
	doc->track = loading->track;
	sync_clients_release(&doc->clients);
	uint64_t changes = doc->clients.changes;
	doc->clients = loading->clients;
	doc->clients.changes += changes + 1;
}

sync_status sync_doc_load(sync_doc *doc, sync_store *store, bool renew, bool *changed,
			  sync_error *error)
{
	sync_error ignored;
	struct loading loading = { .type = doc->model->state, .error = error ? error : &ignored };
	sync_error_set(loading.error, SYNC_OK, "%s", "");
	sync_store_loader loader = { found_state, found_ops, &loading, found_answer };
	size_t bytes = 0;
	loading.state = sync_alloc(loading.type->size);
	if (!loading.state)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	loading.type->ops->init(loading.type, loading.state);
	sync_status status = store ? store->load(store, doc->kept, &loader) : SYNC_OK;
	sync_track_free(loading.track); /* what follows is not a change */
	loading.track = NULL;
	if (status == SYNC_OK)
		status = open_state(doc, &loading, changed, &bytes);
	if (status == SYNC_OK) {
		loading.track = sync_track_new(loading.type, loading.state);
		loading.trail = sync_trail_new(loading.revision + *changed);
		status = loading.track && loading.trail ? SYNC_OK : SYNC_NOMEM;
	}
	if (status != SYNC_OK) {
		sync_trail_free(loading.trail);
		sync_track_free(loading.track);
		loading.type->ops->release(loading.type, loading.state);
		sync_free(loading.state);
		sync_clients_release(&loading.clients);
		if (loading.error->code == SYNC_OK)
			sync_error_set(loading.error, status, "%s", sync_status_text(status));
		return status;
	}
	replace_state(doc, &loading);
	doc->state_bytes = bytes;
	renew = renew && !SYNC_BROKEN(EPOCH);
	doc->epoch = renew || !loading.found ? sync_random_next(doc->random) : loading.epoch;
	doc->revision = doc->durable = loading.revision + *changed;
	doc->edited = 0;
	sync_history_reset(&doc->history, doc->revision);
	sync_events_forget(&doc->events);
	sync_doc_cache_clear(doc);
	return SYNC_OK;
}
