/*
 * What of a client outlives it, in its queue: under the key "" who it is, under a document's key an
 * item for each mutation that is pending or refused, by its number here, and `base`, the confirmed
 * state that they are on, or that was the last.
 */
#include "client_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/queue.h>
#include <syncgen/value.h>

enum { NAME_SIZE = 17 }; /* 16 hexadecimal digits: names sort as numbers do */

static const char BASE[] = "base", CLIENT[] = "client";

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
	const char *at = items->bytes.data;
	for (size_t i = 0; i < items->count; i++) {
		sync_queue_item *item = &items->item[i];
		item->bytes = item->length ? at : NULL;
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

static void add_base(struct items *items, const sync_replica *replica)
{
	sync_buf *out = &items->bytes;
	size_t start = out->len;
	put(out, "epoch", replica->epoch);
	put_number(out, "rev", replica->rev);
	put_number(out, "last", replica->box.last);
	SYNC_BUF_LITERAL(out, ",\"state\":");
	const client_value *value =
		replica->confirmed.value ? &replica->confirmed : &replica->shown;
	if (value->value) {
		sync_writer writer;
		sync_writer_init(&writer);
		writer.out = *out;
		value->type->ops->write(value->type, &writer, value->value);
		*out = writer.out;
	} else {
		sync_put_json(out, replica_plain(replica));
	}
	sync_put_object_end(out, start);
	add(items, BASE, start);
}

static size_t count_all(const outbox *box)
{
	size_t over = 0;
	for (const mutation *at = box->over; at; at = at->next)
		over++;
	return outbox_pending(box) + outbox_quarantined(box) + over + 1;
}

static void gather(struct items *items, const sync_replica *replica, bool last)
{
	const outbox *box = &replica->box;
	const sync_client *client = replica->client;
	bool kept = box->pending || box->quarantine;
	for (const mutation *at = box->pending; at; at = at->next)
		if (at->dirty)
			add_mutation(items, client, at);
	for (const mutation *at = box->quarantine; at; at = at->next)
		if (at->dirty)
			add_mutation(items, client, at);
	for (const mutation *at = box->over; at; at = at->next)
		add(items, name_of(items, at), items->bytes.len);
	/* Where nothing is on it, an older one will do: then it is written at the end alone. */
	bool due = (kept || last) && (replica->base_dirty || !replica->base_kept);
	if (due && *replica->epoch)
		add_base(items, replica);
	else if (replica->base_kept && !*replica->epoch)
		add(items, BASE, items->bytes.len);
}

static void all_kept(sync_replica *replica, bool wrote_base)
{
	outbox *box = &replica->box;
	for (mutation *at = box->pending; at; at = at->next)
		at->dirty = false;
	for (mutation *at = box->quarantine; at; at = at->next)
		at->dirty = false;
	if (wrote_base)
		replica->base_dirty = false;
	replica->base_kept = *replica->epoch && (wrote_base || replica->base_kept);
}

static bool has_base(const struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->item[i].name == BASE && items->item[i].length)
			return true;
	return false;
}

static sync_status store(sync_replica *replica, bool last)
{
	sync_queue *queue = replica->client->options.queue;
	if (!queue)
		return SYNC_OK;
	size_t most = count_all(&replica->box);
	struct items items = { .item = sync_calloc(most, sizeof *items.item),
			       .names = sync_calloc(most, NAME_SIZE) };
	sync_status status = items.item && items.names ? SYNC_OK : SYNC_NOMEM;
	if (status == SYNC_OK) {
		gather(&items, replica, last);
		find_bytes(&items);
		status = items.bytes.status;
	}
	if (status == SYNC_OK && items.count)
		status = queue->write(queue, replica->key, items.item, items.count);
	replica->unkept = status != SYNC_OK;
	if (status == SYNC_OK)
		all_kept(replica, has_base(&items));
	sync_buf_release(&items.bytes);
	sync_free(items.item);
	sync_free(items.names);
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

static sync_status set_state(sync_replica *replica, const client_object *object)
{
	sync_error ignored;
	sync_buf ops = { 0 };
	SYNC_BUF_LITERAL(&ops, "[{\"op\":\"replace\",\"path\":\"\",\"value\":");
	sync_buf_put(&ops, object->raw[CLIENT_STATE].at, object->raw[CLIENT_STATE].length);
	SYNC_BUF_LITERAL(&ops, "}]");
	sync_status status = ops.status;
	if (status == SYNC_OK && replica->shown.value) {
		status = client_value_set(&replica->shown, ops.data, ops.len, false, &ignored);
		if (status == SYNC_OK)
			status = client_value_commit(&replica->shown, &ignored);
	} else if (status == SYNC_OK) {
		status = sync_json_patch(&replica->json, ops.data, ops.len, &ignored);
	}
	sync_buf_release(&ops);
	return status;
}

/* A base that does not fit the model any more is none: the server tells anew. */
static sync_status restore_base(sync_replica *replica, const client_object *object)
{
	char epoch[CLIENT_NAME_SIZE];
	uint64_t rev, last;
	sync_error ignored;
	replica->base_kept = true;
	if (!client_text(object, CLIENT_EPOCH, false, epoch, sizeof epoch, &ignored) ||
	    !client_number(object, CLIENT_REV, false, &rev, &ignored) ||
	    !client_number(object, CLIENT_LAST, true, &last, &ignored))
		return SYNC_OK;
	sync_status status = set_state(replica, object);
	if (status != SYNC_OK)
		return status == SYNC_NOMEM ? status : SYNC_OK;
	memcpy(replica->epoch, epoch, sizeof epoch);
	replica->rev = rev;
	replica->box.last = last;
	replica->loaded = true;
	return SYNC_OK;
}

static sync_status restore_item(void *arg, const sync_queue_item *item)
{
	client_object object;
	sync_error error;
	char *end;
	if (!client_read(item->bytes, item->length, item->length, &object, &error))
		return error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_OK;
	if (strcmp(item->name, BASE) == 0)
		return restore_base(arg, &object);
	unsigned long long id = strtoull(item->name, &end, 16);
	if (*end || !id)
		return SYNC_OK;
	return restore_mutation(arg, id, &object);
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
