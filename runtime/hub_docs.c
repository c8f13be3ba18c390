/* The documents of a hub: found by name, opened when they are asked for, closed when nobody needs
 * them. */
#include "hub_core.h"

#include <syncgen/alloc.h>

/* ---- names ---- */

static void put_part(const char *text, sync_buf *name)
{
	static const char digits[] = "0123456789ABCDEF";
	sync_buf_byte(name, '\t');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c >= 0x20 && c != '%') {
			sync_buf_byte(name, *text);
			continue;
		}
		sync_buf_byte(name, '%');
		sync_buf_byte(name, digits[c >> 4]);
		sync_buf_byte(name, digits[c & 15]);
	}
}

/* What the store calls it, with its NUL: the key, and whose it is behind tabs, which no key holds.
 */
static sync_status name_of(const sync_model *model, const char *key, const sync_identity *who,
			   sync_buf *name)
{
	sync_buf_put(name, key, strlen(key));
	if (model->flags & SYNC_MODEL_SESSION) {
		put_part(who->user, name);
		put_part(who->session, name);
	}
	sync_buf_byte(name, '\0');
	return name->status;
}

static uint64_t hash_name(const char *name)
{
	return sync_hash(name, strlen(name));
}

static sync_doc *find(const sync_hub *hub, const char *name)
{
	size_t at = 0;
	uintptr_t ref;
	if (!hub->by_name)
		return NULL;
	while ((ref = sync_index_next(hub->by_name, hash_name(name), &at))) {
		sync_doc *doc = (sync_doc *)ref;
		if (strcmp(doc->kept, name) == 0)
			return doc;
	}
	return NULL;
}

/* ---- opening ---- */

static bool make_room(sync_hub *hub)
{
	if (!sync_index_reserve(&hub->by_name, hub->count + 1))
		return false;
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

/* `its`: key, kept and owner. */
static sync_status open_as(sync_hub *hub, const sync_served *served, sync_doc_options its,
			   sync_doc **doc, sync_error *error)
{
	if (!make_room(hub))
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	its.model = served->model;
	its.handlers = served->handlers;
	its.context = served->context;
	its.store = hub->store;
	its.random = &hub->random;
	its.pool = hub->pool;
	its.clock = hub->clock;
	its.clock_arg = hub->clock_arg;
	its.restless = &hub->restless;
	its.closable = sync_model_is_many(served->model);
	*doc = sync_doc_new(&its, error);
	if (!*doc)
		return error->code;
	(*doc)->place = hub->count;
	hub->docs[hub->count++] = *doc;
	sync_index_add(hub->by_name, hash_name(its.kept), (uintptr_t)*doc);
	return SYNC_OK;
}

sync_status sync_hub_open_only(sync_hub *hub, sync_served *served, sync_error *error)
{
	const char *key = served->model->key;
	return open_as(hub, served, (sync_doc_options){ .key = key, .kept = key }, &served->only,
		       error);
}

static sync_status no_such(sync_error *error)
{
	return sync_error_set(error, SYNC_NOT_FOUND, "there is no document with that key");
}

/* Is there such a key, and may this peer have it? */
static sync_status ask(const sync_hub *hub, const sync_model *model, const char *key,
		       const sync_identity *who, bool peer)
{
	const sync_type *type = model->params;
	if (!type && (!peer || !hub->may_open))
		return SYNC_OK;
	void *params = type ? sync_alloc(type->size) : NULL;
	if (type && !params)
		return SYNC_NOMEM;
	if (type)
		type->ops->init(type, params);
	sync_status status = sync_model_key_read(model, key, params);
	if (status == SYNC_OK && peer && hub->may_open &&
	    hub->may_open(hub->may_open_arg, model, params, who) != SYNC_OK)
		status = SYNC_NOT_FOUND;
	if (type)
		type->ops->release(type, params);
	sync_free(params);
	return status;
}

static sync_status open_one(sync_hub *hub, const sync_served *served, const char *key,
			    const sync_identity *who, sync_doc **doc, sync_error *error)
{
	sync_buf name = { 0 };
	bool of_session = served->model->flags & SYNC_MODEL_SESSION;
	sync_status status = name_of(served->model, key, who, &name);
	if (status != SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	else if ((*doc = find(hub, name.data)))
		status = SYNC_OK;
	else if (hub->count >= hub->max_docs)
		status = sync_error_set(error, SYNC_OVERLOAD, "too many documents are open");
	else
		status = open_as(hub, served,
				 (sync_doc_options){ .key = key,
						     .kept = name.data,
						     .owner = of_session ? who : NULL },
				 doc, error);
	sync_buf_release(&name);
	return status;
}

/* As far as can be seen without reading parameters: templates do not meet, so the first that fits
 * is the only one. */
static bool may_be_key(const sync_model *model, const char *key)
{
	size_t length = model->params ? strcspn(model->key, "{") : strlen(model->key);
	return strncmp(model->key, key, length) == 0 && (model->params || !key[length]);
}

bool sync_hub_is_of(const sync_hub *hub, const char *key, const sync_model *model)
{
	return may_be_key(model, key) && ask(hub, model, key, NULL, false) == SYNC_OK;
}

bool sync_hub_has(const sync_hub *hub, const char *key)
{
	for (size_t i = 0; i < hub->model_count; i++) {
		if (sync_hub_is_of(hub, key, hub->models[i].model))
			return true;
	}
	return false;
}

sync_status sync_hub_open(sync_hub *hub, const char *key, const sync_identity *who, bool peer,
			  sync_doc **doc, sync_error *error)
{
	static const sync_identity nobody = { "", "" };
	for (size_t i = 0; i < hub->model_count; i++) {
		const sync_served *served = &hub->models[i];
		const sync_model *model = served->model;
		if (!may_be_key(model, key))
			continue;
		*doc = served->only;
		if (*doc)
			return SYNC_OK;
		if (model->flags & SYNC_MODEL_SESSION && !who)
			return no_such(error);
		sync_status status = ask(hub, model, key, who ? who : &nobody, peer);
		if (status == SYNC_OK)
			return open_one(hub, served, key, who ? who : &nobody, doc, error);
		if (status != SYNC_NOT_FOUND)
			return sync_error_set(error, status, "%s", sync_status_text(status));
	}
	return no_such(error);
}

sync_doc *sync_hub_doc_of(sync_hub *hub, const char *key, const sync_identity *who)
{
	sync_doc *doc;
	sync_error error;
	return sync_hub_open(hub, key, who, false, &doc, &error) == SYNC_OK ? doc : NULL;
}

sync_doc *sync_hub_doc(sync_hub *hub, const char *key)
{
	return sync_hub_doc_of(hub, key, NULL);
}

void sync_hub_each_doc(sync_hub *hub, void (*visit)(void *arg, sync_doc *doc), void *arg)
{
	for (size_t i = 0; i < hub->count; i++)
		visit(arg, hub->docs[i]);
}

/* ---- closing ---- */

enum { LOOK_MS = 100 }; /* between looks at all that doze, at least */

static void close_doc(sync_hub *hub, sync_doc *doc)
{
	sync_doc *last = hub->docs[--hub->count];
	hub->docs[doc->place] = last;
	last->place = doc->place;
	sync_index_remove(hub->by_name, hash_name(doc->kept), (uintptr_t)doc);
	sync_tasks_release(doc);
	sync_doc_free(doc);
}

/* When it is to be closed, if nobody asks for it. */
static uint64_t due_at(const sync_hub *hub, const sync_doc *doc)
{
	uint64_t ttl = doc->model->ttl_ms;
	return doc->idle_since + (ttl ? ttl : hub->idle_ms);
}

/* What could not be forgotten is tried again: a later life must not begin with it. */
static bool close_or_forget(sync_hub *hub, sync_doc *doc)
{
	const sync_model *model = doc->model;
	bool over = model->ttl_ms && !(model->flags & SYNC_MODEL_PERSIST);
	if (over && hub->store->forget(hub->store, doc->kept) != SYNC_OK)
		return false;
	close_doc(hub, doc);
	return true;
}

void sync_hub_close_idle(sync_hub *hub, sync_doc *doc)
{
	if (sync_doc_in_use(doc)) {
		if (sync_doc_settled(doc) && (doc->holds || doc->watch_count))
			sync_doc_rest(doc); /* until it is left */
		return;
	}
	uint64_t due = due_at(hub, doc);
	if (hub->restless.now >= due) {
		close_or_forget(hub, doc);
	} else if (sync_doc_settled(doc)) {
		sync_doc_doze(doc);
		if (due < hub->look_at)
			hub->look_at = due;
	}
}

/* More documents than that are a crowd: those that nobody has make room, before somebody is refused. */
static bool is_crowded(const sync_hub *hub)
{
	return hub->count >= hub->max_docs - hub->max_docs / 8;
}

/* May it be closed early? What was never changed is no loss, whatever its @ttl. */
static bool may_go(const sync_doc *doc)
{
	return !doc->model->ttl_ms || !doc->revision;
}

/* False: it stays. */
static bool look_at_dozing(sync_hub *hub, sync_doc *doc, bool crowd)
{
	if (sync_doc_in_use(doc)) {
		if (doc->holds || doc->watch_count)
			sync_doc_rest(doc);
		else
			sync_doc_rouse(doc);
		return true;
	}
	bool early = crowd && is_crowded(hub) && may_go(doc);
	return (early || hub->restless.now >= due_at(hub, doc)) && close_or_forget(hub, doc);
}

void sync_hub_close_dozing(sync_hub *hub)
{
	uint64_t now = hub->restless.now, soonest = UINT64_MAX;
	bool crowd = is_crowded(hub) && now >= hub->crowd_at;
	if (now < hub->look_at && !crowd)
		return;
	for (sync_doc *next, *doc = hub->restless.dozing; doc; doc = next) {
		next = doc->restless_next;
		if (!look_at_dozing(hub, doc, crowd) && due_at(hub, doc) < soonest)
			soonest = due_at(hub, doc);
	}
	/* There may be thousands, that become due one by one. */
	hub->look_at = soonest > now + LOOK_MS ? soonest : now + LOOK_MS;
	hub->crowd_at = crowd && is_crowded(hub) ? now + LOOK_MS : 0;
}

void sync_hub_close_all(sync_hub *hub)
{
	while (hub->count)
		close_doc(hub, hub->docs[hub->count - 1]);
	sync_free(hub->docs);
	sync_index_free(hub->by_name);
}
