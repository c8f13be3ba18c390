/* The life of a client and what an application asks of it. */
#include "client_core.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/value.h>

#include "uuid.h"

enum { MESSAGE_MAX = 16 * 1024 * 1024, PARTS_MAX = 256 * 1024 * 1024, ID_DIGITS = 32 };

/* ---- the client ---- */

/* Random digits of base 16; to[count] becomes the NUL. */
static void put_digits(sync_client *client, char *to, unsigned count)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t bits = 0;
	for (unsigned i = 0; i < count; i++) {
		if (i % 16 == 0)
			bits = sync_random_next(&client->random);
		to[i] = digits[bits & 15];
		bits >>= 4;
	}
	to[count] = '\0';
}

/* Version 4 (RFC 9562 section 5.4). */
void client_uuid(sync_client *client, char *to)
{
	put_digits(client, to, UUID_LENGTH);
	to[8] = to[13] = to[18] = to[23] = '-';
	to[14] = '4';
	to[19] = "89ab"[to[19] & 3];
}

void client_default_limits(sync_client *client)
{
	client->frame_bytes = CLIENT_FRAME_BYTES;
	client->push_bytes = CLIENT_PUSH_BYTES;
	client->push_mutations = CLIENT_PUSH_MUTATIONS;
	client->apart_bytes = CLIENT_APART_BYTES;
}

/* False: it does not fit. */
static bool keep_name(char *to, const char *name)
{
	size_t length = name ? strlen(name) : 0;
	if (length >= CLIENT_NAME_SIZE)
		return false;
	if (length)
		memcpy(to, name, length);
	return true;
}

static bool is_object(const char *text)
{
	sync_reader reader;
	return sync_reader_init(&reader, text, strlen(text), NULL) &&
	       sync_read_peek(&reader) == '{' && sync_read_skip(&reader, NULL, NULL) &&
	       sync_read_end(&reader);
}

static bool copy_options(sync_client *client, const sync_client_options *options)
{
	client->options = *options;
	if (!options->max_message)
		client->options.max_message = MESSAGE_MAX;
	if (!options->max_parts)
		client->options.max_parts = PARTS_MAX;
	if (!options->max_wait_ms)
		client->options.max_wait_ms = CLIENT_MOST_MS;
	if (options->batch_ms > CLIENT_BATCH_MOST)
		client->options.batch_ms = CLIENT_BATCH_MOST;
	if (!keep_name(client->id, options->id) || !keep_name(client->secret, options->secret))
		return false;
	if (!*client->id && keeper_recall(client) != SYNC_OK)
		return false;
	if (!*client->id)
		put_digits(client, client->id, ID_DIGITS);
	if (options->token && !(client->token = sync_alloc_text(options->token)))
		return false;
	if (!options->meta)
		return true;
	client->meta = sync_alloc_text(options->meta);
	return client->meta && is_object(client->meta);
}

sync_client *sync_client_new(const sync_client_options *options)
{
	sync_client *client = sync_calloc(1, sizeof *client);
	if (!client)
		return NULL;
	sync_random_seed(&client->random, options->seed);
	sync_error_set(&client->error, SYNC_OK, "%s", "");
	client->link = LINK_WAITING;
	client->heartbeat = CLIENT_HEARTBEAT_MS;
	client_default_limits(client);
	if (copy_options(client, options))
		return client;
	sync_client_free(client);
	return NULL;
}

static void free_replica(sync_replica *replica)
{
	if (replica->opened)
		keeper_close(replica);
	replica_release(replica);
	sync_free(replica->key);
	sync_free(replica);
}

void sync_client_free(sync_client *client)
{
	if (!client)
		return;
	for (sync_replica *next, *at = client->replicas; at; at = next) {
		next = at->next;
		free_replica(at);
	}
	sync_packet_drop(client->current);
	client_bins_release(&client->bins);
	sync_free(client->token);
	sync_free(client->meta);
	sync_free(client);
}

const char *sync_client_id(const sync_client *client)
{
	return client->id;
}

const char *sync_client_secret(const sync_client *client)
{
	return client->secret;
}

void client_changed(sync_client *client)
{
	if (client->options.changed)
		client->options.changed(client->options.arg, client);
}

static sync_syncing replica_syncing(const sync_replica *replica)
{
	if (replica->state == REPLICA_REFUSED || replica->unkept || replica->box.quarantine)
		return SYNC_SYNCING_ERROR;
	return replica->state == REPLICA_LIVE && !replica->box.pending ? SYNC_SYNCING_IDLE
								       : SYNC_SYNCING_BUSY;
}

void sync_client_status_get(const sync_client *client, sync_client_status *status)
{
	memset(status, 0, sizeof *status);
	status->online = client->link != LINK_OFFLINE;
	status->connected = client->link == LINK_OPEN && client->welcomed;
	status->final = client->link == LINK_STOPPED;
	status->waiting = client->link == LINK_WAITING;
	if (status->waiting && client->at > client->now)
		status->retry_in = client->at - client->now;
	status->code = client->close_code;
	status->error = client->error;
	status->syncing = status->connected ? SYNC_SYNCING_IDLE : SYNC_SYNCING_BUSY;
	for (const sync_replica *at = client->replicas; at; at = at->next)
		if (!at->closing && replica_syncing(at) > status->syncing)
			status->syncing = replica_syncing(at);
	if (client->failed)
		status->syncing = SYNC_SYNCING_ERROR;
}

/* ---- replicas ---- */

sync_replica *client_find(const sync_client *client, const char *key)
{
	for (sync_replica *at = client->replicas; at; at = at->next)
		if (!at->closing && strcmp(at->key, key) == 0)
			return at;
	return NULL;
}

static bool check_key(const sync_client *client, const char *key, sync_error *error)
{
	size_t length = key ? strlen(key) : 0;
	if (!length || length >= CLIENT_KEY_SIZE || !sync_utf8_check(key, length, NULL)) {
		sync_error_set(error, SYNC_INVALID, "a key is 1 to %d bytes of UTF-8",
			       CLIENT_KEY_SIZE - 1);
		return false;
	}
	if (!client_find(client, key))
		return true;
	sync_error_set(error, SYNC_CONFLICT, "the document is open already");
	return false;
}

sync_replica *sync_client_open(sync_client *client, const char *key,
			       const sync_replica_options *options, sync_error *error)
{
	if (!key && options->model && !options->model->params)
		key = options->model->key;
	if (!check_key(client, key, error))
		return NULL;
	sync_replica *replica = sync_calloc(1, sizeof *replica);
	if (replica) {
		replica->client = client;
		replica->options = *options;
		replica->key_length = strlen(key);
		replica->key = sync_alloc_text(key);
	}
	sync_status status = SYNC_NOMEM;
	if (replica && replica->key && replica_init(replica))
		status = keeper_restore(replica);
	if (status != SYNC_OK) {
		if (replica)
			free_replica(replica);
		sync_error_set(error, status, "%s",
			       status == SYNC_NOMEM ? sync_status_text(status)
						    : "the queue cannot be read");
		return NULL;
	}
	replica->opened = true;
	sync_replica **end = &client->replicas;
	while (*end)
		end = &(*end)->next;
	return *end = replica; /* behind one of the same key that is still to be left */
}

void sync_replica_close(sync_replica *replica)
{
	replica->closing = true;
}

/* Those that nothing is to be said of any more. */
void client_sweep(sync_client *client)
{
	for (sync_replica **at = &client->replicas; *at;) {
		sync_replica *replica = *at;
		bool told = replica->state == REPLICA_OUT || replica->state == REPLICA_REFUSED;
		if (!replica->closing || !told) {
			at = &replica->next;
			continue;
		}
		*at = replica->next;
		free_replica(replica);
	}
}

const char *sync_replica_key(const sync_replica *replica)
{
	return replica->key;
}

void sync_replica_status_get(const sync_replica *replica, sync_replica_status *status)
{
	memset(status, 0, sizeof *status);
	status->loaded = replica->loaded;
	status->connected = replica->state == REPLICA_LIVE;
	status->syncing = replica_syncing(replica);
	status->rev = replica->rev;
	status->epoch = replica->epoch;
	status->pending = outbox_pending(&replica->box);
	status->quarantined = outbox_quarantined(&replica->box);
	status->error = replica->error;
	if (status->error.code != SYNC_OK)
		return;
	if (replica->unkept)
		sync_error_set(&status->error, SYNC_OVERLOAD, "the queue cannot be written");
	else if (replica->box.quarantine)
		mutation_error(outbox_newest_refusal(&replica->box), &status->error);
}

const void *sync_replica_state(const sync_replica *replica)
{
	return replica->shown.value;
}

const struct cJSON *sync_replica_json(const sync_replica *replica)
{
	return replica->json;
}

sync_status sync_replica_write(const sync_replica *replica, sync_buf *out)
{
	const sync_model *model = replica->options.model;
	if (!model) {
		sync_put_json(out, replica->json);
		return out->status;
	}
	sync_writer writer;
	sync_writer_init(&writer);
	writer.out = *out;
	model->state->ops->write(model->state, &writer, replica->shown.value);
	*out = writer.out;
	return out->status;
}
