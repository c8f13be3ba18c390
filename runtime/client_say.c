/* What a client says: each frame is written when it is asked for, from what stands there then. */
#include "client_core.h"

#include <string.h>

static sync_packet *begin(const char *t)
{
	sync_packet *packet = sync_packet_new();
	if (!packet)
		return NULL;
	SYNC_BUF_LITERAL(&packet->bytes, "{\"t\":\"");
	sync_buf_put(&packet->bytes, t, strlen(t));
	sync_buf_byte(&packet->bytes, '"');
	return packet;
}

static sync_packet *end(sync_packet *packet)
{
	sync_buf_byte(&packet->bytes, '}');
	return sync_packet_seal(packet);
}

static void put_name(sync_buf *out, const char *name)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
}

static void put(sync_buf *out, const char *name, const char *value)
{
	put_name(out, name);
	sync_put_string(out, value, strlen(value));
}

/* ,"doc":…, and where the replica stands. */
static void put_replica(sync_buf *out, const sync_replica *replica)
{
	put(out, "doc", replica->key);
	if (!*replica->epoch || replica->anew)
		return;
	put_name(out, "rev");
	sync_put_u64(out, replica->rev);
	put(out, "epoch", replica->epoch);
}

/* ---- hello ---- */

/* Is it the first of its model? */
static bool brings_model(const sync_replica *replica)
{
	const sync_model *model = replica->options.model;
	const sync_replica *at = replica->client->replicas;
	while (at != replica && (at->closing || at->options.model != model))
		at = at->next;
	return model && at == replica;
}

static void put_models(sync_buf *out, const sync_client *client)
{
	put_name(out, "models");
	size_t start = out->len;
	for (const sync_replica *at = client->replicas; at; at = at->next)
		if (!at->closing && brings_model(at))
			put(out, at->options.model->name, at->options.model->hash);
	sync_put_object_end(out, start);
}

static void put_docs(sync_buf *out, sync_client *client)
{
	bool first = true;
	SYNC_BUF_LITERAL(out, ",\"docs\":[");
	for (sync_replica *at = client->replicas; at; at = at->next) {
		if (at->closing)
			continue;
		if (!first)
			sync_buf_byte(out, ',');
		first = false;
		size_t start = out->len;
		put_replica(out, at);
		sync_put_object_end(out, start);
		replica_asks(at);
	}
	sync_buf_byte(out, ']');
}

static sync_packet *say_hello(sync_client *client)
{
	sync_packet *packet = begin("hello");
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	client->greeted = true;
	SYNC_BUF_LITERAL(out, ",\"v\":1");
	put(out, "client", client->id);
	if (*client->secret)
		put(out, "secret", client->secret);
	if (client->token)
		put(out, "token", client->token);
	if (client->meta) {
		put_name(out, "meta");
		sync_buf_put(out, client->meta, strlen(client->meta));
	}
	put_models(out, client);
	SYNC_BUF_LITERAL(out, ",\"limits\":{\"bin\":");
	sync_put_u64(out, client->options.max_message);
	sync_buf_byte(out, '}');
	put_docs(out, client);
	return end(packet);
}

/* ---- ping, pong ---- */

static void put_revisions(sync_buf *out, const sync_client *client)
{
	put_name(out, "docs");
	size_t start = out->len;
	for (const sync_replica *at = client->replicas; at; at = at->next) {
		if (at->closing || at->state != REPLICA_LIVE)
			continue;
		sync_buf_byte(out, ',');
		sync_put_string(out, at->key, at->key_length);
		sync_buf_byte(out, ':');
		sync_put_u64(out, at->rev);
	}
	sync_put_object_end(out, start);
}

static sync_packet *say_ping(sync_client *client)
{
	sync_packet *packet = begin("ping");
	if (!packet)
		return NULL;
	client->ping_owed = false;
	put_name(&packet->bytes, "id");
	sync_put_u64(&packet->bytes, client->ping_id);
	put_revisions(&packet->bytes, client);
	return end(packet);
}

static sync_packet *say_pong(sync_client *client)
{
	sync_packet *packet = begin("pong");
	if (!packet)
		return NULL;
	client->pong_owed = false;
	if (*client->pong_id) {
		put_name(&packet->bytes, "id");
		sync_buf_put(&packet->bytes, client->pong_id, strlen(client->pong_id));
	}
	put_revisions(&packet->bytes, client);
	return end(packet);
}

/* ---- about a document ---- */

static bool owes_itself(const sync_replica *replica)
{
	bool out = replica->state == REPLICA_OUT || replica->state == REPLICA_REFUSED;
	return replica->closing ? !out : replica->state == REPLICA_OUT;
}

/* The first replica that something is to be said of. */
static sync_replica *speaker(const sync_client *client)
{
	sync_replica *at = client->replicas;
	while (at && !owes_itself(at) &&
	       (at->closing || (!at->here_owed && !tasks_speak(at) && !replica_pushes(at))))
		at = at->next;
	return at;
}

static sync_packet *say_itself(sync_replica *replica)
{
	sync_packet *packet = begin(replica->closing ? "leave" : "join");
	if (!packet)
		return NULL;
	if (replica->closing)
		put(&packet->bytes, "doc", replica->key);
	else
		put_replica(&packet->bytes, replica);
	if (replica->closing)
		replica->state = REPLICA_OUT;
	else
		replica_asks(replica);
	return end(packet);
}

static sync_packet *say_here(sync_replica *replica)
{
	const char *state = replica->here ? replica->here : "null";
	sync_packet *packet = begin("here");
	if (!packet)
		return NULL;
	replica->here_owed = false;
	put(&packet->bytes, "doc", replica->key);
	put_name(&packet->bytes, "state");
	sync_buf_put(&packet->bytes, state, strlen(state));
	return end(packet);
}

static sync_packet *say_task(sync_replica *replica)
{
	sync_buf members = { 0 };
	client_apart apart;
	client_apart_init(&apart, replica->client->apart_bytes, &replica->client->refs);
	const char *t = tasks_say(replica, &apart, &members);
	sync_packet *packet = begin(t);
	if (packet) {
		put(&packet->bytes, "doc", replica->key);
		sync_buf_put(&packet->bytes, members.data, members.len);
		if (members.status != SYNC_OK)
			packet->bytes.status = members.status;
	}
	sync_buf_release(&members);
	return client_apart_end(&apart, packet ? end(packet) : NULL);
}

static sync_packet *say_push(const sync_replica *replica)
{
	sync_packet *packet = begin("push");
	client_apart apart;
	if (!packet)
		return NULL;
	client_apart_init(&apart, replica->client->apart_bytes, &replica->client->refs);
	sync_buf *out = &packet->bytes;
	const mutation *first = replica->box.pending;
	put(out, "doc", replica->key);
	put(out, "epoch", replica->epoch);
	put_name(out, "base");
	sync_put_u64(out, first->base ? first->base : replica->rev);
	SYNC_BUF_LITERAL(out, ",\"m\":[");
	for (const mutation *at = first; at && at->flying; at = at->next) {
		if (at != first)
			sync_buf_byte(out, ',');
		mutation_put(at, &apart, out);
	}
	sync_buf_byte(out, ']');
	return client_apart_end(&apart, end(packet));
}

static sync_packet *say_replica(sync_replica *replica)
{
	if (owes_itself(replica))
		return say_itself(replica);
	if (replica->here_owed)
		return say_here(replica);
	return tasks_speak(replica) ? say_task(replica) : say_push(replica);
}

/* ---- the next one ---- */

bool sync_client_speaks(const sync_client *client)
{
	if (client->link != LINK_OPEN)
		return false;
	if (!client->greeted || client->pong_owed || (client->current && client->current->next))
		return true;
	return client->welcomed && (client->ping_owed || speaker(client));
}

/* The next replica that speaks, its push chosen where it is one. NULL: none does. */
static sync_replica *next_speaker(sync_client *client)
{
	sync_replica *replica;
	while ((replica = speaker(client))) {
		bool push = !owes_itself(replica) && !replica->here_owed && !tasks_speak(replica);
		if (!push || replica_take_push(replica))
			break;
	}
	return replica;
}

static void out_of_memory(sync_client *client)
{
	client_give_up(client, CLIENT_CLOSE_NORMAL, SYNC_NOMEM, sync_status_text(SYNC_NOMEM));
}

/* Writes the next frame, with what belongs behind it. False: there is none. */
static bool say_next(sync_client *client)
{
	if (!sync_client_speaks(client))
		return false;
	bool other = !client->greeted || client->pong_owed || client->ping_owed;
	sync_replica *replica = other ? NULL : next_speaker(client);
	if (!other && !replica)
		return false;
	client->current = !client->greeted    ? say_hello(client)
			  : client->pong_owed ? say_pong(client)
			  : client->ping_owed ? say_ping(client)
					      : say_replica(replica);
	if (!client->current)
		out_of_memory(client);
	return client->current;
}

bool sync_client_next(sync_client *client, sync_client_frame *frame)
{
	sync_packet *said = client->current;
	client->current = said ? said->next : NULL;
	if (said)
		said->next = NULL;
	sync_packet_drop(said);
	if (!client->current && !say_next(client))
		return false;
	frame->data = sync_packet_data(client->current);
	frame->length = sync_packet_length(client->current);
	frame->binary = client->current->binary;
	return true;
}
