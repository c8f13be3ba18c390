#include "hub_core.h"

#include <syncgen/alloc.h>

sync_hub *sync_hub_new(const sync_hub_options *options)
{
	sync_hub *hub = sync_calloc(1, sizeof *hub);
	if (!hub)
		return NULL;
	hub->store = options ? options->store : NULL;
	hub->repeatable = options && options->epoch_seed;
	hub->pool = options ? options->pool : NULL;
	hub->clock = options ? options->clock : NULL;
	hub->clock_arg = options ? options->clock_arg : NULL;
	sync_random_seed(&hub->random, options ? options->epoch_seed : 0);
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
	for (size_t i = 0; i < hub->count; i++) {
		sync_tasks_release(hub->docs[i]);
		sync_doc_free(hub->docs[i]);
	}
	sync_free(hub->docs);
	sync_buf_release(&hub->args);
	if (hub->own_store)
		sync_store_free(hub->store);
	sync_free(hub);
}

sync_doc *sync_hub_find(sync_hub *hub, const char *key, size_t length)
{
	for (size_t i = 0; i < hub->count; i++)
		if (strlen(hub->docs[i]->key) == length &&
		    memcmp(hub->docs[i]->key, key, length) == 0)
			return hub->docs[i];
	return NULL;
}

sync_doc *sync_hub_doc(sync_hub *hub, const char *key)
{
	return sync_hub_find(hub, key, strlen(key));
}

bool sync_hub_secret(sync_hub *hub, unsigned char *bytes, size_t count)
{
	if (!hub->repeatable)
		return sync_random_secret(bytes, count);
	for (size_t i = 0; i < count; i++)
		bytes[i] = (unsigned char)(sync_random_next(&hub->random) >> 32);
	return true;
}

static bool make_room(sync_hub *hub)
{
	if (hub->count < hub->room)
		return true;
	size_t room = hub->room ? hub->room * 2 : 8;
	sync_doc **grown = sync_resize(hub->docs, room * sizeof *grown);
	if (!grown)
		return false;
	hub->docs = grown;
	hub->room = room;
	return true;
}

sync_status sync_hub_add(sync_hub *hub, const sync_model *model, const void *handlers,
			 void *context, sync_error *error)
{
	sync_error why;
	sync_status status = sync_model_check(model, error);
	if (status != SYNC_OK)
		return status;
	if (sync_hub_doc(hub, model->key))
		return sync_error_set(error, SYNC_CONFLICT, "two models have the key %s",
				      model->key);
	if (!make_room(hub))
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_doc *doc = sync_doc_new(model, handlers, context, hub->store, &hub->random, &why);
	if (!doc) {
		if (error)
			*error = why;
		return why.code;
	}
	doc->pool = hub->pool;
	doc->clock = hub->clock;
	doc->clock_arg = hub->clock_arg;
	doc->now = hub->now;
	hub->docs[hub->count++] = doc;
	return SYNC_OK;
}

void sync_hub_poll(sync_hub *hub, uint64_t now)
{
	if (hub->store->poll)
		hub->store->poll(hub->store);
	for (size_t i = 0; i < hub->count; i++) {
		sync_doc_poll(hub->docs[i], now);
		if (now != hub->now || hub->docs[i]->tasks.relist)
			sync_tasks_poll(hub->docs[i], now);
	}
	hub->now = now;
}
