/*
 * What is held of messages that have not been looked at: the beginnings of some, and those that wait
 * for their turn. All connections together have so much room; where it is too little, who has held
 * some for longest goes: an honest one needs its part for a moment. Ten thousand idle ones hold
 * nothing.
 */
#include "server_lws.h"

#include <syncgen/alloc.h>

enum { MESSAGES = 64 }; /* of the longest: so much is held in all */

/* In front of each message that waits. */
struct parked {
	size_t length;
	bool binary;
};

/* ---- the room ---- */

static struct held *hold(struct peer *peer)
{
	struct held *head = &peer->server->holders, *held = peer->held;
	if (held)
		return held;
	held = peer->held = sync_calloc(1, sizeof *held);
	if (!held)
		return NULL;
	held->peer = peer;
	held->next = head;
	held->prev = head->prev;
	head->prev->next = held;
	head->prev = held;
	return held;
}

static void let_go_if_empty(struct peer *peer)
{
	struct held *held = peer->held;
	if (held->begun || held->waiting.len)
		return;
	held->prev->next = held->next;
	held->next->prev = held->prev;
	sync_free(held);
	peer->held = NULL;
}

static void make_room(struct peer *peer)
{
	sync_server *server = peer->server;
	struct held *oldest = server->holders.next;
	while (server->held > MESSAGES * server->max_message && oldest != &server->holders) {
		struct peer *other = oldest->peer;
		oldest = oldest->next;
		if (other == peer)
			continue;
		server_log(server, 'i', "closing a connection that holds too much for too long");
		peer_close(other, SERVER_CLOSE_LATER);
		peer_drop_message(other);
		peer_drop_waiting(other);
	}
}

static bool put(struct peer *peer, sync_buf *to, const void *data, size_t length)
{
	size_t before = to->len;
	sync_buf_put(to, data, length);
	peer->server->held += to->len - before;
	return to->status == SYNC_OK;
}

static void release(struct peer *peer, sync_buf *what)
{
	peer->server->held -= what->len;
	sync_buf_release(what);
	let_go_if_empty(peer);
}

/* ---- the beginning of a message ---- */

bool peer_keep(struct peer *peer, const char *data, size_t length)
{
	struct held *held = hold(peer);
	if (!held)
		return false;
	if (!held->begun)
		held->begun = peer->server->now;
	bool kept = put(peer, &held->message, data, length);
	make_room(peer);
	return kept;
}

void peer_drop_message(struct peer *peer)
{
	if (!peer->held)
		return;
	peer->held->begun = 0;
	release(peer, &peer->held->message);
}

/* ---- whole ones ---- */

bool peer_park(struct peer *peer, const char *data, size_t length)
{
	const struct parked head = { length, peer->binary };
	struct held *held = hold(peer);
	bool kept = held && put(peer, &held->waiting, &head, sizeof head) &&
		    put(peer, &held->waiting, data, length);
	if (!kept)
		peer_drop_waiting(peer);
	else
		make_room(peer);
	return kept;
}

bool peer_next_parked(struct peer *peer, const char **data, size_t *length, bool *binary)
{
	struct held *held = peer->held;
	struct parked head;
	if (!held || held->waiting_from == held->waiting.len)
		return false;
	memcpy(&head, held->waiting.data + held->waiting_from, sizeof head);
	*data = held->waiting.data + held->waiting_from + sizeof head;
	*length = head.length;
	*binary = head.binary;
	held->waiting_from += sizeof head + head.length;
	return true;
}

bool peer_has_parked(const struct peer *peer)
{
	return peer->held && peer->held->waiting_from < peer->held->waiting.len;
}

void peer_drop_waiting(struct peer *peer)
{
	sync_share_leave(&peer->share);
	if (!peer->held)
		return;
	peer->held->waiting_from = 0;
	release(peer, &peer->held->waiting);
}
