#include "hub_core.h"

#include <syncgen/alloc.h>

enum { MAX_DOCS = 10000, IDLE_MS = 60000 };

sync_hub *sync_hub_new(const sync_hub_options *options)
{
	static const sync_hub_options defaults;
	sync_hub *hub = sync_calloc(1, sizeof *hub);
	if (!hub)
		return NULL;
	options = options ? options : &defaults;
	hub->store = options->store;
	hub->repeatable = options->epoch_seed;
	hub->pool = options->pool;
	hub->clock = options->clock;
	hub->clock_arg = options->clock_arg;
	hub->may_open = options->may_open;
	hub->may_open_arg = options->may_open_arg;
	hub->connected = options->connected;
	hub->disconnected = options->disconnected;
	hub->connection_arg = options->connection_arg;
	hub->max_docs = options->max_docs ? options->max_docs : MAX_DOCS;
	hub->idle_ms = options->idle_ms ? options->idle_ms : IDLE_MS;
	sync_random_seed(&hub->random, options->epoch_seed);
	hub->life = sync_random_next(&hub->random);
	if (hub->store)
		return hub;
	hub->store = sync_store_memory_new();
	hub->own_store = true;
	if (hub->store)
		return hub;
	sync_free(hub);
	return NULL;
}

void sync_hub_end_tasks(sync_hub *hub)
{
	for (size_t i = 0; i < hub->count; i++)
		sync_tasks_cancel(hub->docs[i]);
	if (hub->pool)
		hub->pool->finish(hub->pool);
}

void sync_hub_free(sync_hub *hub)
{
	if (!hub)
		return;
	sync_hub_end_tasks(hub);
	sync_hub_close_all(hub);
	sync_free(hub->models);
	sync_index_free(hub->by_identity);
	sync_buf_release(&hub->args);
	if (hub->own_store)
		sync_store_free(hub->store);
	sync_free(hub);
}

bool sync_hub_secret(sync_hub *hub, unsigned char *bytes, size_t count)
{
	if (!hub->repeatable)
		return sync_random_secret(bytes, count);
	for (size_t i = 0; i < count; i++)
		bytes[i] = (unsigned char)(sync_random_next(&hub->random) >> 32);
	return true;
}

/* ---- models ---- */

const sync_model *sync_hub_model(const sync_hub *hub, const char *name)
{
	for (size_t i = 0; i < hub->model_count; i++)
		if (strcmp(hub->models[i].model->name, name) == 0)
			return hub->models[i].model;
	return NULL;
}

const sync_model *sync_hub_template(const sync_hub *hub, const char *pattern)
{
	for (size_t i = 0; i < hub->model_count; i++) {
		const sync_model *model = hub->models[i].model;
		if (model->params && strcmp(model->key, pattern) == 0)
			return model;
	}
	return NULL;
}

static bool make_room(sync_hub *hub)
{
	if (hub->model_count < hub->model_room)
		return true;
	size_t room = hub->model_room ? hub->model_room * 2 : 8;
	sync_served *grown = sync_resize(hub->models, room * sizeof *grown);
	if (!grown)
		return false;
	hub->models = grown;
	hub->model_room = room;
	return true;
}

static sync_status judge(const sync_hub *hub, const sync_model *model, sync_error *error)
{
	sync_status status = sync_model_check(model, error);
	if (status == SYNC_OK)
		status = sync_model_key_check(model, error);
	if (status != SYNC_OK)
		return status;
	if (model->ttl_ms && !hub->store->forget)
		return sync_error_set(error, SYNC_UNSUPPORTED,
				      "model %s asks for @ttl, and the store cannot forget",
				      model->name);
	for (size_t i = 0; i < hub->model_count; i++) {
		const sync_model *other = hub->models[i].model;
		if (sync_model_keys_meet(model, other))
			return sync_error_set(error, SYNC_CONFLICT,
					      "models %s and %s can have the same key: %s",
					      model->name, other->name, model->key);
	}
	return SYNC_OK;
}

sync_status sync_hub_add(sync_hub *hub, const sync_model *model, const void *handlers,
			 void *context, sync_error *error)
{
	sync_error why;
	sync_status status = judge(hub, model, &why);
	if (status == SYNC_OK && !make_room(hub))
		status = sync_error_set(&why, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	if (status == SYNC_OK) {
		sync_served *served = &hub->models[hub->model_count];
		*served = (sync_served){ model, handlers, context, NULL };
		if (!sync_model_is_many(model))
			status = sync_hub_open_only(hub, served, &why);
		hub->model_count += status == SYNC_OK;
	}
	if (status != SYNC_OK && error)
		*error = why;
	return status;
}

/* ---- time ---- */

void sync_hub_poll(sync_hub *hub, uint64_t now)
{
	bool later = now != hub->now;
	hub->restless.now = now;
	if (hub->store->poll)
		hub->store->poll(hub->store);
	for (sync_doc *next, *doc = hub->restless.first; doc; doc = next) {
		doc->now = now;
		sync_doc_poll(doc, now);
		if (later || doc->tasks.relist)
			sync_tasks_poll(doc, now);
		next = doc->restless_next;
		if (doc->closable)
			sync_hub_close_idle(hub, doc);
		else if (sync_doc_settled(doc))
			sync_doc_rest(doc);
	}
	sync_hub_close_dozing(hub);
	hub->now = now;
	sync_hub_ring(hub);
}
