/* What a client hears: one frame after the other, shared out. */
#include "client_core.h"

#include <syncgen/alloc.h>

struct heard {
	sync_client *client;
	client_object object;
	sync_replica *replica; /* of its `doc`; NULL: none of ours */
	sync_error error;
};

/* A frame that we do not understand may be a patch that we then lack: another connection tells
 * anew. */
static void garbage(struct heard *heard)
{
	char why[SYNC_MESSAGE_MAX];
	sync_error told = heard->error;
	sync_error_set(&heard->error, told.code, "a frame of the server is no good: %.150s",
		       told.message);
	memcpy(why, heard->error.message, sizeof why);
	client_give_up(heard->client, CLIENT_CLOSE_GARBAGE, told.code, why);
}

/* What of our pushes the server takes. */
static bool read_limits(struct heard *heard)
{
	sync_client *client = heard->client;
	client_object limits;
	uint64_t frame, push, mutations, apart;
	client_default_limits(client);
	client->apart_bytes = 0;
	if (!client_has(&heard->object, CLIENT_LIMITS))
		return true;
	if (!client_inside(&heard->object, CLIENT_LIMITS, &limits, &heard->error) ||
	    !client_number(&limits, CLIENT_FRAME, true, &frame, &heard->error) ||
	    !client_number(&limits, CLIENT_PUSH, true, &push, &heard->error) ||
	    !client_number(&limits, CLIENT_MUTATIONS, true, &mutations, &heard->error) ||
	    !client_number(&limits, CLIENT_BIN, true, &apart, &heard->error))
		return false;
	if (frame)
		client->frame_bytes = frame;
	if (push)
		client->push_bytes = push;
	if (mutations)
		client->push_mutations = mutations;
	client->apart_bytes = apart;
	return true;
}

/* The name and secret we have from now on. Numbers given under another name mean nothing. */
static void take_name(sync_client *client, const char *id, const char *secret)
{
	bool same = strcmp(client->id, id) == 0;
	client->lives += !same;
	for (sync_replica *at = client->replicas; at && !same; at = at->next)
		at->box.strange = true;
	if (same && (!*secret || strcmp(client->secret, secret) == 0))
		return;
	strcpy(client->id, id);
	if (*secret || !same)
		strcpy(client->secret, secret);
	/* When that fails, what is kept tells at the next start whose numbers it has. */
	keeper_identify(client);
}

/* What ran in an earlier life of the server is not known in this one. */
static void take_life(sync_client *client, const char *life)
{
	if (strcmp(client->life, life) == 0)
		return;
	strcpy(client->life, life);
	client->lives++;
}

static bool on_welcome(struct heard *heard)
{
	sync_client *client = heard->client;
	char id[CLIENT_NAME_SIZE], secret[CLIENT_NAME_SIZE], life[CLIENT_NAME_SIZE];
	uint64_t heartbeat;
	if (!client_text(&heard->object, CLIENT_CLIENT, false, id, sizeof id, &heard->error) ||
	    !client_text(&heard->object, CLIENT_SECRET, true, secret, sizeof secret,
			 &heard->error) ||
	    !client_text(&heard->object, CLIENT_LIFE, true, life, sizeof life, &heard->error) ||
	    !client_number(&heard->object, CLIENT_HEARTBEAT, true, &heartbeat, &heard->error) ||
	    !read_limits(heard))
		return false;
	take_name(client, id, secret);
	take_life(client, life);
	client->welcomed = true;
	client->failed = false;
	client->close_code = 0;
	sync_error_set(&client->error, SYNC_OK, "%s", "");
	client_set_heartbeat(client, heartbeat);
	client_changed(client);
	return true;
}

/* ms until what was refused for a while is tried again; 0: it was refused for good. */
static bool read_again(struct heard *heard, const client_object *error, const sync_error *told,
		       uint64_t *again)
{
	uint64_t after;
	bool said = client_has(error, CLIENT_TEMPORARY);
	bool temporary = said ? error->raw[CLIENT_TEMPORARY].at[0] == 't'
			      : told->code == SYNC_OVERLOAD || told->code == SYNC_RATE;
	if (!client_number(error, CLIENT_RETRY_AFTER, true, &after, &heard->error))
		return false;
	if (!after)
		after = CLIENT_RETRY_MS;
	if (after > CLIENT_RETRY_MOST)
		after = CLIENT_RETRY_MOST;
	*again = temporary ? after : 0;
	return true;
}

static bool on_joined(struct heard *heard)
{
	const client_object *object = &heard->object;
	client_object error;
	sync_error told;
	uint64_t last, again;
	if (!heard->replica || heard->replica->state != REPLICA_ASKED)
		return true;
	if (!client_has(object, CLIENT_ERROR)) {
		if (!client_number(object, CLIENT_LAST, true, &last, &heard->error))
			return false;
		replica_joined(heard->replica, last);
		return true;
	}
	if (!client_inside(object, CLIENT_ERROR, &error, &heard->error))
		return false;
	client_error(&error, &told);
	if (!read_again(heard, &error, &told, &again))
		return false;
	replica_refuse(heard->replica, &told, again);
	return true;
}

static const sync_type *params_of(const sync_model *model, const char *event)
{
	for (uint32_t i = 0; model && i < model->event_count; i++)
		if (strcmp(model->events[i].name, event) == 0)
			return model->events[i].params;
	return NULL;
}

static bool on_event(struct heard *heard)
{
	sync_replica *replica = heard->replica;
	const client_object *object = &heard->object;
	char name[CLIENT_KEY_SIZE];
	if (!client_text(object, CLIENT_NAME, false, name, sizeof name, &heard->error))
		return false;
	if (!replica || replica->state != REPLICA_LIVE || replica->closing ||
	    !replica->options.event)
		return true;
	const char *args = object->raw[CLIENT_ARGS].at;
	size_t length = object->raw[CLIENT_ARGS].length;
	const sync_type *type = params_of(replica->options.model, name);
	void *value = client_value_read(type, args, length);
	replica->options.event(replica->options.arg, replica, name, args, length, value);
	client_value_drop(type, value);
	return true;
}

/* `docs` of a ping or pong. */
static bool compare(struct heard *heard)
{
	const client_object *object = &heard->object;
	sync_reader reader;
	bool first = true;
	sync_str key = NULL;
	int more = 0;
	if (!client_has(object, CLIENT_DOCS))
		return true;
	if (!sync_reader_init(&reader, object->raw[CLIENT_DOCS].at, object->raw[CLIENT_DOCS].length,
			      NULL) ||
	    !sync_read_object(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_entry(&reader, &first, &key)) > 0) {
		uint64_t rev;
		sync_replica *replica = client_find(heard->client, key);
		sync_str_free(key);
		key = NULL;
		if (!sync_read_u64(&reader, &rev, 0, ((uint64_t)1 << 53) - 1))
			more = -1;
		else if (replica)
			replica_compare(replica, rev);
	}
	if (more < 0)
		heard->error = reader.error;
	return more >= 0;
}

static bool on_ping(struct heard *heard)
{
	sync_client *client = heard->client;
	size_t length = heard->object.raw[CLIENT_ID].length;
	if (length >= sizeof client->pong_id) {
		sync_error_set(&heard->error, SYNC_TOO_BIG, "the id of a ping is too long");
		return false;
	}
	if (length)
		memcpy(client->pong_id, heard->object.raw[CLIENT_ID].at, length);
	client->pong_id[length] = '\0';
	client->pong_owed = true;
	return compare(heard);
}

static bool on_gone(struct heard *heard)
{
	sync_error told;
	if (!heard->replica || heard->replica->state == REPLICA_ASKED)
		return true;
	client_error(&heard->object, &told);
	if (!client_has(&heard->object, CLIENT_MESSAGE))
		sync_error_set(&told, told.code, "the document is gone: %s",
			       sync_status_text(told.code));
	replica_gone(heard->replica, &told);
	return true;
}

static bool on_bye(struct heard *heard)
{
	uint64_t after;
	if (!client_number(&heard->object, CLIENT_AFTER, true, &after, &heard->error))
		return false;
	client_bye(heard->client, after);
	return true;
}

/* About a frame of ours for that document. */
static bool on_refusal(struct heard *heard, const char *re, const sync_error *told)
{
	char id[CLIENT_NAME_SIZE];
	uint64_t again;
	if (!read_again(heard, &heard->object, told, &again) ||
	    !client_text(&heard->object, CLIENT_ID, true, id, sizeof id, &heard->error))
		return false;
	if (strcmp(re, "join") == 0)
		replica_refuse(heard->replica, told, again);
	else if (strcmp(re, "push") == 0)
		replica_bounced(heard->replica, failure_new(told), again != 0,
				again ? again : CLIENT_RETRY_MS);
	else if (strcmp(re, "task") == 0)
		tasks_refused(heard->replica, id, told);
	return true;
}

static bool on_error(struct heard *heard)
{
	sync_client *client = heard->client;
	char re[CLIENT_NAME_SIZE];
	sync_error told;
	client_error(&heard->object, &told);
	if (!client_text(&heard->object, CLIENT_RE, true, re, sizeof re, &heard->error))
		return false;
	if (heard->replica && strcmp(re, "hello") != 0)
		return on_refusal(heard, re, &told);
	client->error = told;
	client->failed = strcmp(re, "hello") == 0;
	client_changed(client);
	return true;
}

static bool on_nack(struct heard *heard)
{
	return !heard->replica || heard->replica->state == REPLICA_ASKED ||
	       replica_nack(heard->replica, &heard->object, &heard->error);
}

/* What crosses the beginning of another join is said again in that: told now, it would come before
 * the changes that it is about. */
static bool is_live(const struct heard *heard)
{
	return heard->replica && heard->replica->state == REPLICA_LIVE;
}

static bool on_task(struct heard *heard)
{
	return !is_live(heard) || tasks_hear(heard->replica, &heard->object, &heard->error);
}

static bool on_here(struct heard *heard)
{
	return !is_live(heard) || here_hear(heard->replica, &heard->object, &heard->error);
}

static bool on_patch(struct heard *heard)
{
	return !heard->replica || replica_patch(heard->replica, &heard->object, &heard->error);
}

static bool on_bin(struct heard *heard)
{
	const sync_client_options *options = &heard->client->options;
	return client_bins_announce(&heard->client->bins, &heard->object, options->max_message,
				    options->max_parts, &heard->error);
}

/* ---- dispatch ---- */

static const struct {
	const char *t;
	bool early;			 /* also before the welcome */
	bool (*on)(struct heard *heard); /* false: `error` says what is wrong with it */
} kinds[] = {
	{ "patch", false, on_patch },	{ "event", false, on_event },
	{ "pong", false, compare },	{ "ping", true, on_ping },
	{ "joined", false, on_joined }, { "welcome", true, on_welcome },
	{ "nack", false, on_nack },	{ "task", false, on_task },
	{ "here", false, on_here },	{ "gone", false, on_gone },
	{ "bin", false, on_bin },	{ "bye", true, on_bye },
	{ "error", true, on_error },
};

static bool dispatch(struct heard *heard)
{
	char t[CLIENT_NAME_SIZE], key[CLIENT_KEY_SIZE];
	if (!client_text(&heard->object, CLIENT_T, false, t, sizeof t, &heard->error))
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (strcmp(kinds[i].t, t) != 0)
			continue;
		if (!heard->client->welcomed && !kinds[i].early)
			return true;
		if (client_has(&heard->object, CLIENT_DOC)) {
			if (!client_text(&heard->object, CLIENT_DOC, false, key, sizeof key,
					 &heard->error))
				return false;
			heard->replica = client_find(heard->client, key);
		}
		return kinds[i].on(heard);
	}
	return true; /* of a later version */
}

static bool hear_text(struct heard *heard, const char *data, size_t length)
{
	client_bins *bins = &heard->client->bins;
	if (bins->due) {
		sync_error_set(&heard->error, SYNC_INVALID,
			       "the bytes that were announced did not come");
		return false;
	}
	if (!client_read(data, length, heard->client->options.max_message, &heard->object,
			 &heard->error) ||
	    !dispatch(heard))
		return false;
	/* Also where nobody here wanted it. */
	client_bins_pass(bins, heard->object.raw[CLIENT_RESULTS].at,
			 heard->object.raw[CLIENT_RESULTS].length);
	client_bins_pass(bins, heard->object.raw[CLIENT_VALUE].at,
			 heard->object.raw[CLIENT_VALUE].length);
	return true;
}

void client_hear(sync_client *client, const char *data, size_t length, bool binary)
{
	struct heard *heard = sync_calloc(1, sizeof *heard);
	if (!heard) {
		client_give_up(client, CLIENT_CLOSE_NORMAL, SYNC_NOMEM,
			       sync_status_text(SYNC_NOMEM));
		return;
	}
	heard->client = client;
	if (binary ? !client_bins_take(&client->bins, data, length, &heard->error)
		   : !hear_text(heard, data, length))
		garbage(heard);
	sync_free(heard);
}
