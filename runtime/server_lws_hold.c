/*
 * What is held of messages that have not been looked at: the beginnings of some, and those that wait for their turn.
 * All connections together have so much room; where it is too little, who has held some for longest goes: an honest
 * one needs its part for a moment.
 */
#include "server_lws.h"

enum { MESSAGES = 64 }; /* of the longest: so much is held in all */

static void unlink_holder(struct peer *peer)
{
	peer->held_prev->held_next = peer->held_next;
	peer->held_next->held_prev = peer->held_prev;
	peer->held_next = peer->held_prev = NULL;
}

static void make_room(struct peer *peer)
{
	sync_server *server = peer->server;
	struct peer *oldest = server->holders.held_next;
	while (server->held > MESSAGES * server->max_message && oldest != &server->holders) {
		struct peer *next = oldest->held_next;
		if (oldest != peer) {
			server_log(server, 'i',
				   "closing a connection that holds too much for too long");
			peer_close(oldest, SERVER_CLOSE_LATER);
			peer_forget_messages(oldest);
		}
		oldest = next;
	}
}

void peer_hold(struct peer *peer, size_t bytes)
{
	struct peer *head = &peer->server->holders;
	peer->held += bytes;
	peer->server->held += bytes;
	if (!peer->held_next) {
		peer->held_next = head;
		peer->held_prev = head->held_prev;
		head->held_prev->held_next = peer;
		head->held_prev = peer;
	}
	make_room(peer);
}

void peer_let_go(struct peer *peer, size_t bytes)
{
	peer->held -= bytes;
	peer->server->held -= bytes;
	if (!peer->held && peer->held_next)
		unlink_holder(peer);
}
