/*
 * When to dial, when to say that we are there, when a connection is dead: full jitter over
 * min(30 s, 0.5 s * 2^n), n from 0 again after 5 s up.
 */
#include "broken.h"
#include "client_core.h"

/* A double in [0, 1). */
static double fraction(sync_client *client)
{
	return (double)(sync_random_next(&client->random) >> 11) / 9007199254740992.0;
}

static void wait_for_try(sync_client *client)
{
	uint64_t most = (uint64_t)CLIENT_FIRST_MS << (client->tries < 16 ? client->tries : 16);
	if (most > client->options.max_wait_ms)
		most = client->options.max_wait_ms;
	client->tries++;
	client->at = client->now + (uint64_t)(fraction(client) * (double)most);
	if (client->at < client->not_before)
		client->at = client->not_before;
	client->not_before = 0;
	client->link = LINK_WAITING;
}

/* The connection, if there was one, is of the past. */
static void forget_link(sync_client *client)
{
	client->opened = client->ping_at = client->bye_at = 0;
	client->greeted = client->welcomed = client->ping_owed = client->pong_owed = false;
	sync_packet_drop(client->current);
	client->current = NULL;
	client_bins_end(&client->bins);
	for (sync_replica *at = client->replicas; at; at = at->next)
		replica_reset(at);
}

static void tell(sync_client *client)
{
	/* A callback may open and close replicas: the list keeps its nodes until the next sweep. */
	for (sync_replica *at = client->replicas; at; at = at->next)
		replica_status(at);
	client_changed(client);
}

static void lost(sync_client *client, bool final)
{
	if (client->opened && client->now - client->opened >= CLIENT_STEADY_MS)
		client->tries = 0;
	if (client->options.attempts && client->tries >= client->options.attempts)
		final = true;
	forget_link(client);
	if (final) {
		client->link = LINK_STOPPED;
		client->failed = true;
	} else {
		wait_for_try(client);
	}
	tell(client);
}

void client_give_up(sync_client *client, unsigned code, sync_status status, const char *why)
{
	if (client->link != LINK_OPEN && client->link != LINK_DIALLING)
		return;
	sync_error_set(&client->error, status, "%s", why);
	client->hang_up = true;
	client->hang_up_code = code;
	client->close_code = 0;
	lost(client, false);
}

void client_set_heartbeat(sync_client *client, uint64_t ms)
{
	if (ms)
		client->heartbeat = ms < CLIENT_HEARTBEAT_LEAST	 ? CLIENT_HEARTBEAT_LEAST
				    : ms > CLIENT_HEARTBEAT_MOST ? CLIENT_HEARTBEAT_MOST
								 : ms;
	client->ping_at = client->now + client->heartbeat;
}

/* It will close; in case it forgets to, we do. */
void client_bye(sync_client *client, uint64_t after)
{
	if (SYNC_BROKEN(PUSHY))
		after = 0;
	client->not_before = client->now + (after < CLIENT_BYE_MOST ? after : CLIENT_BYE_MOST);
	client->bye_at = client->not_before;
	sync_error_set(&client->error, SYNC_OVERLOAD, "the server is draining");
}

/* ---- for the application ---- */

static void leave(sync_client *client, link_state to)
{
	bool there = client->link == LINK_OPEN || client->link == LINK_DIALLING;
	if (there) {
		client->hang_up = true;
		client->hang_up_code = CLIENT_CLOSE_NORMAL;
	}
	forget_link(client);
	client->link = to;
	tell(client);
}

static void dial_now(sync_client *client)
{
	client->link = LINK_WAITING;
	client->at = client->now;
	client->tries = 0;
	client->failed = false;
	client_changed(client);
}

void sync_client_set_online(sync_client *client, uint64_t now, bool online)
{
	client->now = now;
	if (client->link == LINK_STOPPED)
		return;
	if (!online && client->link != LINK_OFFLINE)
		leave(client, LINK_OFFLINE);
	else if (online && (client->link == LINK_OFFLINE || client->link == LINK_WAITING))
		dial_now(client);
}

void sync_client_stop(sync_client *client)
{
	if (client->link != LINK_STOPPED)
		leave(client, LINK_STOPPED);
}

void sync_client_start(sync_client *client, uint64_t now)
{
	client->now = now;
	if (client->link == LINK_STOPPED)
		dial_now(client);
}

/* ---- for the transport ---- */

static uint64_t dead_at(const sync_client *client)
{
	return client->heard + client->heartbeat * CLIENT_DEAD_HALVES / 2;
}

/* It says that it is there, and does not do what it is asked for. */
static bool unanswered(const sync_client *client)
{
	for (const sync_replica *at = client->replicas; at; at = at->next)
		if (at->asked_at && client->now - at->asked_at >= CLIENT_ANSWER_MS)
			return true;
	return false;
}

static void look_at_link(sync_client *client)
{
	uint64_t now = client->now;
	if (now >= dead_at(client)) {
		client_give_up(client, CLIENT_CLOSE_SILENT, SYNC_OVERLOAD,
			       "the server fell silent");
	} else if (client->bye_at && now >= client->bye_at) {
		client_give_up(client, CLIENT_CLOSE_NORMAL, SYNC_OVERLOAD,
			       "the server is draining");
	} else if (client->ping_at && now >= client->ping_at && unanswered(client)) {
		client_give_up(client, CLIENT_CLOSE_SILENT, SYNC_OVERLOAD,
			       "the server does not answer");
	} else if (client->ping_at && now >= client->ping_at) {
		client->ping_at = now + client->heartbeat;
		client->ping_owed = client->welcomed;
		client->ping_id++;
	}
}

/* Callers whose patience is over, and what was refused for a while. */
static void look_at_replicas(sync_client *client)
{
	/* A callback may open and close replicas: the list keeps its nodes until the next sweep. */
	for (sync_replica *at = client->replicas; at; at = at->next) {
		if (at->closing)
			continue;
		replica_look_at_callers(at);
		tasks_look(at);
		if (!at->rejoin_at || client->now < at->rejoin_at)
			continue;
		at->rejoin_at = 0;
		at->state = REPLICA_OUT;
		replica_status(at);
	}
}

sync_client_step sync_client_poll(sync_client *client, uint64_t now)
{
	client->now = now;
	client_sweep(client);
	look_at_replicas(client);
	if (client->link == LINK_DIALLING && now >= client->at)
		client_give_up(client, CLIENT_CLOSE_SILENT, SYNC_OVERLOAD,
			       "the server does not answer");
	if (client->link == LINK_OPEN)
		look_at_link(client);
	if (client->hang_up) {
		client->hang_up = false;
		return SYNC_CLIENT_HANG_UP;
	}
	if (client->link != LINK_WAITING || now < client->at)
		return SYNC_CLIENT_REST;
	client->link = LINK_DIALLING;
	client->at = now + CLIENT_OPENING_MS;
	client_changed(client);
	return SYNC_CLIENT_DIAL;
}

static uint64_t link_deadline(const sync_client *client)
{
	if (client->hang_up)
		return client->now;
	if (client->link == LINK_WAITING || client->link == LINK_DIALLING)
		return client->at;
	if (client->link != LINK_OPEN)
		return UINT64_MAX;
	uint64_t at = dead_at(client);
	if (client->ping_at && client->ping_at < at)
		at = client->ping_at;
	return client->bye_at && client->bye_at < at ? client->bye_at : at;
}

uint64_t sync_client_deadline(const sync_client *client)
{
	uint64_t at = link_deadline(client);
	for (const sync_replica *replica = client->replicas; replica; replica = replica->next) {
		uint64_t its = replica->closing ? UINT64_MAX : replica_deadline(replica);
		if (its < at)
			at = its;
	}
	return at;
}

unsigned sync_client_close_code(const sync_client *client)
{
	return client->hang_up_code;
}

void sync_client_opened(sync_client *client, uint64_t now)
{
	client->now = now;
	if (client->link != LINK_DIALLING)
		return;
	client->link = LINK_OPEN;
	client->opened = client->heard = now;
	client_set_heartbeat(client, 0);
	client_changed(client);
}

void sync_client_closed(sync_client *client, uint64_t now, unsigned code, const char *why)
{
	client->now = now;
	if (client->link != LINK_OPEN && client->link != LINK_DIALLING)
		return;
	client->close_code = code;
	bool refused = client->failed; /* an error frame said why */
	if (!refused && !client->bye_at)
		sync_error_set(&client->error, SYNC_OVERLOAD, "%s",
			       why && *why ? why : "the connection was closed");
	lost(client, code >= 4500 && code <= 4999);
}

void sync_client_receive(sync_client *client, uint64_t now, const char *data, size_t length,
			 bool binary)
{
	client->now = now;
	if (client->link != LINK_OPEN)
		return;
	client->heard = now;
	client_bins_sweep(&client->bins);
	client_hear(client, data, length, binary);
}
