/*
 * Which message is looked at when. One that comes from somebody who had little of the loop's time is looked at
 * at once. Others wait until all have been read that can be, and for their turn then (share.h); who is left over
 * is not read any further. So a few peers that keep the loop busy slow down
 * each other, and nobody is sent away for it.
 */
#include "server_lws.h"

#include <stddef.h>
#include <time.h>

enum {
	/* Of a turn: for those who are looked at at once, and for those who wait. */
	SLICE_US = 5000,
	SLOW_US = 1000
};

static uint64_t clock_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static struct peer *peer_of(sync_share *share)
{
	return (struct peer *)(void *)((char *)share - offsetof(struct peer, share));
}

/* ---- what it costs ---- */

uint64_t server_begin(void)
{
	return clock_us();
}

void server_spent(struct peer *peer, uint64_t begun)
{
	uint64_t us = clock_us() - begun + 1; /* nothing is for nothing */
	peer->server->spent += us;
	sync_share_spend(&peer->share, peer->server->now, us);
}

static void look_at(struct peer *peer, const char *data, size_t length, bool binary)
{
	uint64_t begun = server_begin();
	if (sync_session_receive(peer->session, data, length, binary) != SYNC_OK)
		peer_close(peer, sync_session_close_code(peer->session));
	peer->asked = true;
	peer->slow = clock_us() - begun >= SLOW_US;
	peer_dirty(peer);
	server_spent(peer, begun);
}

/* ---- waiting ---- */

static void pause_reading(struct peer *peer, bool pause)
{
	if (peer->paused == pause)
		return;
	peer->paused = pause;
	lws_rx_flow_control(peer->wsi, !pause);
}

static void wait(struct peer *peer, const char *data, size_t length)
{
	sync_server *server = peer->server;
	if (!peer_park(peer, data, length))
		peer_close(peer, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION);
	else if (!sync_share_waits(&peer->share))
		sync_turns_put(&server->turns, &peer->share, server->now);
}

void peer_message(struct peer *peer, const char *data, size_t length)
{
	sync_server *server = peer->server;
	bool modest = sync_share_level(&peer->share, server->now) == 0;
	if (modest && !sync_share_waits(&peer->share) && server->spent < SLICE_US)
		look_at(peer, data, length, peer->binary);
	else
		wait(peer, data, length);
}

/* ---- turns ---- */

/* The next message of those that wait. */
static void look_at_next(struct peer *peer)
{
	const char *data;
	size_t length;
	bool binary;
	bool more = peer_next_parked(peer, &data, &length, &binary);
	peer_heard(peer);
	if (more && peer->open && !peer->close_code)
		look_at(peer, data, length, binary);
	if (!peer_has_parked(peer) || peer->close_code || !peer->open)
		peer_drop_waiting(peer);
}

void peer_hear_out(struct peer *peer)
{
	while (peer_has_parked(peer))
		look_at_next(peer);
}

/* Who still waits is not read any further: nor is its end. */
static void leave_over(sync_share *share)
{
	pause_reading(peer_of(share), true);
}

void server_serve(sync_server *server)
{
	uint64_t begun = clock_us();
	sync_share *share = NULL;
	bool over = false;
	server->now = server_clock_ms();
	server->spent = 0;
	while (!over && (share = sync_turns_take(&server->turns))) {
		struct peer *peer = peer_of(share);
		if (peer->slow) /* it may be so again: others are not to wait for their answers */
			server_settle(server);
		look_at_next(peer);
		if (peer_has_parked(peer))
			sync_turns_put(&server->turns, share, server->now);
		else
			pause_reading(peer, false);
		over = clock_us() - begun >= SLICE_US;
	}
	if (sync_turns_each(&server->turns, leave_over))
		lws_cancel_service(server->context); /* the loop is not to sleep */
	server->spent = 0;
}
