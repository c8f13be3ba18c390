/*
 * What of a client outlives it, in its queue: under the key "" who it is, under a document's key an
 * item for each mutation that is pending or refused, by its number here, and the confirmed state
 * that they are on, or that was the last (client_base.h).
 */
#include "client_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/queue.h>

enum { NAME_SIZE = 20 }; /* with 16 hexadecimal digits: names sort as numbers do */

/* In the order of names: mutations, `base`, what is behind it. */
static const char BASE[] = "base", LOG[] = "log", CLIENT[] = "client";

static void put(sync_buf *out, const char *name, const char *value)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
	sync_put_string(out, value, strlen(value));
}

static void put_raw(sync_buf *out, const char *name, const char *json, size_t length)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
	sync_buf_put(out, json, length);
}

static void put_number(sync_buf *out, const char *name, uint64_t value)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
	sync_put_u64(out, value);
}

/* ---- who the client is ---- */

sync_status keeper_identify(sync_client *client)
{
	sync_queue *queue = client->options.queue;
	sync_buf bytes = { 0 };
	if (!queue)
		return SYNC_OK;
	put(&bytes, "client", client->id);
	put(&bytes, "secret", client->secret);
	sync_put_object_end(&bytes, 0);
	sync_queue_item item = { CLIENT, bytes.data, bytes.len };
	sync_status status = bytes.status;
	if (status == SYNC_OK)
		status = queue->write(queue, "", &item, 1);
	sync_buf_release(&bytes);
	return status;
}

static sync_status recall(void *arg, const sync_queue_item *item)
{
	sync_client *client = arg;
	client_object object;
	sync_error ignored;
	char id[CLIENT_NAME_SIZE], secret[CLIENT_NAME_SIZE];
	if (strcmp(item->name, CLIENT) != 0)
		return SYNC_OK;
	if (client_read(item->bytes, item->length, item->length, &object, &ignored) &&
	    client_text(&object, CLIENT_CLIENT, false, id, sizeof id, &ignored) &&
	    client_text(&object, CLIENT_SECRET, true, secret, sizeof secret, &ignored)) {
		memcpy(client->id, id, sizeof id);
		memcpy(client->secret, secret, sizeof secret);
	}
	return SYNC_OK;
}

sync_status keeper_recall(sync_client *client)
{
	sync_queue *queue = client->options.queue;
	return queue ? queue->read(queue, "", recall, client) : SYNC_OK;
}

/* ---- storing ---- */

/* Items whose bytes lie in one buffer, which moves as it grows. */
struct items {
	sync_queue_item *item;
	char (*names)[NAME_SIZE];
	size_t count;
	sync_buf bytes;
};

/* Its bytes are those in the buffer from `start` on; none: it is to be removed. */
static void add(struct items *items, const char *name, size_t start)
{
	items->item[items->count++] = (sync_queue_item){ name, NULL, items->bytes.len - start };
}

static void find_bytes(struct items *items)
{
	size_t at = 0;
	for (size_t i = 0; i < items->count; i++) {
		sync_queue_item *item = &items->item[i];
		item->bytes = item->length ? items->bytes.data + at : NULL;
		at += item->length;
	}
}

static const char *name_of(struct items *items, const mutation *one)
{
	char *name = items->names[items->count];
	snprintf(name, NAME_SIZE, "%016llx", (unsigned long long)one->id);
	return name;
}

static void put_failure(sync_buf *out, const mutation *one)
{
	sync_error error;
	mutation_error(one, &error);
	put(out, "code", sync_status_name(error.code));
	put(out, "message", error.message);
	if (*error.pointer)
		put(out, "path", error.pointer);
	const failure *told = one->told;
	if (told && told->thrown)
		put(out, "thrown", told->thrown);
	if (told && told->args)
		put_raw(out, "value", told->args, strlen(told->args));
	if (told && told->current)
		put_raw(out, "current", told->current, strlen(told->current));
}

static void add_mutation(struct items *items, const sync_client *client, const mutation *one)
{
	sync_buf *out = &items->bytes;
	size_t start = out->len;
	if (one->n) {
		put_number(out, "n", one->n);
		put(out, "client", client->id); /* under which it has the number */
	}
	if (one->base)
		put_number(out, "base", one->base);
	if (one->ops.len)
		put_raw(out, "ops", one->ops.data, one->ops.len);
	if (one->action) {
		put(out, "action", one->action);
		put_raw(out, "args", one->args, strlen(one->args));
	}
	if (one->dead)
		put_raw(out, "dead", "true", 4);
	if (one->verdict == VERDICT_LOST)
		put_failure(out, one);
	sync_put_object_end(out, start);
	add(items, name_of(items, one), start);
}

static const char *log_name(struct items *items, uint64_t number)
{
	char *name = items->names[items->count];
	snprintf(name, NAME_SIZE, "%s%016llx", LOG, (unsigned long long)number);
	return name;
}

static void add_changed(struct items *items, const sync_replica *replica)
{
	const outbox *box = &replica->box;
	for (const mutation *at = box->pending; at; at = at->next)
		if (at->dirty)
			add_mutation(items, replica->client, at);
	for (const mutation *at = box->quarantine; at; at = at->next)
		if (at->dirty)
			add_mutation(items, replica->client, at);
	for (const mutation *at = box->over; at; at = at->next)
		add(items, name_of(items, at), items->bytes.len);
}

/* Answers the bytes of the item that is written. */
static size_t add_base(struct items *items, const sync_replica *replica, base_write what)
{
	sync_buf *out = &items->bytes;
	size_t start = out->len;
	if (what == BASE_STAYS)
		return 0;
	if (what == BASE_MORE) {
		client_base_put_log(replica, out);
		add(items, log_name(items, replica->base.next), start);
		return out->len - start;
	}
	if (what == BASE_WHOLE)
		client_base_put(replica, out);
	add(items, BASE, start);
	for (uint64_t i = replica->base.first; i < replica->base.next; i++)
		add(items, log_name(items, i), out->len);
	return out->len - start;
}

static size_t count_dirty(const mutation *at)
{
	size_t count = 0;
	for (; at; at = at->next)
		count += at->dirty;
	return count;
}

static size_t count_changed(const outbox *box)
{
	size_t count = count_dirty(box->pending) + count_dirty(box->quarantine);
	for (const mutation *at = box->over; at; at = at->next)
		count++;
	return count;
}

static void all_kept(sync_replica *replica)
{
	outbox *box = &replica->box;
	for (mutation *at = box->pending; at; at = at->next)
		at->dirty = false;
	for (mutation *at = box->quarantine; at; at = at->next)
		at->dirty = false;
}

static sync_status write_items(sync_replica *replica, base_write what, size_t changed)
{
	sync_queue *queue = replica->client->options.queue;
	const client_base *base = &replica->base;
	bool over = what == BASE_WHOLE || what == BASE_GONE; /* with the patches on the old one */
	size_t most = changed + 1 + (over ? (size_t)(base->next - base->first) : 0), length = 0;
	struct items items = { .item = sync_calloc(most, sizeof *items.item),
			       .names = sync_calloc(most, NAME_SIZE) };
	sync_status status = items.item && items.names ? SYNC_OK : SYNC_NOMEM;
	if (status == SYNC_OK) {
		add_changed(&items, replica);
		length = add_base(&items, replica, what);
		find_bytes(&items);
		status = items.bytes.status;
	}
	if (status == SYNC_OK)
		status = queue->write(queue, replica->key, items.item, items.count);
	if (status == SYNC_OK) {
		all_kept(replica);
		client_base_wrote(&replica->base, what, length);
	}
	sync_buf_release(&items.bytes);
	sync_free(items.item);
	sync_free(items.names);
	return status;
}

static sync_status store(sync_replica *replica, bool last)
{
	const outbox *box = &replica->box;
	if (!replica->client->options.queue)
		return SYNC_OK;
	size_t changed = count_changed(box);
	/* Where nothing new is on it, an older one will do: then it is written at the end alone. */
	bool on_it = box->pending || box->quarantine;
	bool due = last || (on_it && (changed || !replica->base.kept));
	base_write what = client_base_choose(&replica->base, *replica->epoch, due);
	sync_status status = SYNC_OK;
	if (changed || what != BASE_STAYS)
		status = write_items(replica, what, changed);
	replica->unkept = status != SYNC_OK;
	return status;
}

sync_status keeper_store(sync_replica *replica)
{
	return store(replica, false);
}

void keeper_close(sync_replica *replica)
{
	store(replica, true);
}

/* ---- restoring ---- */

static failure *read_failure(const client_object *object)
{
	sync_error error, ignored;
	client_error(object, &error);
	client_text(object, CLIENT_PATH, true, error.pointer, sizeof error.pointer, &ignored);
	failure *told = failure_new(&error);
	if (!told)
		return NULL;
	told->thrown = client_text_copy(object, CLIENT_THROWN);
	told->args = client_json_copy(object, CLIENT_VALUE);
	told->current = client_json_copy(object, CLIENT_CURRENT);
	return told;
}

static mutation *read_mutation(const client_object *object)
{
	char *action = client_text_copy(object, CLIENT_ACTION);
	mutation *one =
		mutation_new(action, object->raw[CLIENT_ARGS].at, object->raw[CLIENT_ARGS].length);
	sync_free(action);
	if (!one)
		return NULL;
	sync_buf_put(&one->ops, object->raw[CLIENT_OPS].at, object->raw[CLIENT_OPS].length);
	one->dead = client_has(object, CLIENT_DEAD);
	one->dirty = false;
	if (client_has(object, CLIENT_CODE)) {
		one->verdict = VERDICT_LOST;
		one->code = SYNC_INTERNAL;
		one->text = "it was refused";
		one->told = read_failure(object);
	}
	if (one->ops.status == SYNC_OK)
		return one;
	mutation_free(one);
	return NULL;
}

static sync_status restore_mutation(sync_replica *replica, uint64_t id, const client_object *object)
{
	char client[CLIENT_NAME_SIZE];
	uint64_t n, base;
	sync_error ignored;
	if (!client_text(object, CLIENT_CLIENT, true, client, sizeof client, &ignored) ||
	    !client_number(object, CLIENT_N, true, &n, &ignored) ||
	    !client_number(object, CLIENT_BASE, true, &base, &ignored))
		return SYNC_OK; /* not of our making */
	mutation *one = read_mutation(object);
	if (!one)
		return SYNC_NOMEM;
	if (one->action &&
	    replica_find_bytes(replica, one->action, one->args, &one->bytes) != SYNC_OK) {
		mutation_free(one);
		return SYNC_NOMEM;
	}
	one->n = n;
	one->base = base;
	if (n && strcmp(client, replica->client->id) != 0)
		replica->box.strange = true;
	outbox_restore(&replica->box, one, id);
	return SYNC_OK;
}

static sync_status restore_item(void *arg, const sync_queue_item *item)
{
	sync_replica *replica = arg;
	client_object object;
	sync_error error;
	char *end;
	if (strcmp(item->name, BASE) == 0)
		return client_base_restore(replica, item->bytes, item->length);
	bool log = strncmp(item->name, LOG, sizeof LOG - 1) == 0;
	unsigned long long number = strtoull(item->name + (log ? sizeof LOG - 1 : 0), &end, 16);
	if (*end)
		return SYNC_OK;
	if (log)
		return client_base_restore_log(replica, number, item->bytes, item->length);
	if (!number)
		return SYNC_OK;
	if (!client_read(item->bytes, item->length, item->length, &object, &error))
		return error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_OK;
	return restore_mutation(replica, number, &object);
}

sync_status keeper_restore(sync_replica *replica)
{
	sync_queue *queue = replica->client->options.queue;
	if (!queue)
		return SYNC_OK;
	sync_status status = queue->read(queue, replica->key, restore_item, replica);
	if (status != SYNC_OK || !outbox_shows(&replica->box))
		return status;
	if (!replica->shown.value)
		return replica_show_plain(replica) ? SYNC_OK : SYNC_NOMEM;
	if (!replica_part(replica))
		return SYNC_NOMEM;
	replica_show_pending(replica);
	return SYNC_OK;
}
