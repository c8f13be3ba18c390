/* Connections: messages on their way, in order, until something cuts them. */
#include <string.h>

#include <syncgen/alloc.h>

#include "world.h"

/* ---- messages ---- */

static void add(struct message *queue, size_t *count, const char *data, size_t length)
{
	struct message *made = &queue[(*count)++];
	made->data = sync_alloc(length + 1);
	memcpy(made->data, data, length);
	made->data[length] = '\0';
	made->length = length;
}

static struct message take(struct message *queue, size_t *count)
{
	struct message first = queue[0];
	memmove(queue, queue + 1, --*count * sizeof *queue);
	return first;
}

static void drop_all(struct message *queue, size_t *count)
{
	while (*count)
		sync_free(queue[--*count].data);
}

/* ---- ends ---- */

static void close_session(struct link *link)
{
	sync_session_free(link->session);
	link->session = NULL;
	drop_all(link->up, &link->up_count);
}

static void close_client(struct link *link)
{
	struct peer *peer = link->peer;
	link->peer = NULL;
	drop_all(link->down, &link->down_count);
	if (!peer)
		return;
	peer->link = NULL;
	peer->kind->closed(peer, link->close_code);
}

void link_cut(struct link *link)
{
	trace(link->world, "c%u: the connection is cut", link->owner);
	if (link->up_count)
		tally(TALLY_CUT_UP);
	if (link->down_count)
		tally(TALLY_CUT_DOWN);
	close_session(link);
	close_client(link);
}

void link_abandon(struct link *link)
{
	trace(link->world, "c%u: hangs up", link->owner);
	if (!link->session)
		drop_all(link->up, &link->up_count);
	close_client(link);
}

void link_lose_server(struct link *link)
{
	trace(link->world, "c%u: the server hangs up", link->owner);
	close_session(link);
}

bool link_open(struct peer *peer)
{
	struct world *world = peer->world;
	size_t i = 0;
	while (i < LINKS_MAX && (world->links[i].peer || world->links[i].session))
		i++;
	if (!world->hub || world->drains_until || i == LINKS_MAX)
		return false;
	if (world->now < peer->not_before)
		blame(world, PROPERTY_STAYS_AWAY, "c%u", peer->number);
	struct link *link = &world->links[i];
	memset(link, 0, sizeof *link);
	link->world = world;
	link->peer = peer;
	link->owner = peer->number;
	link->life = world->served_lives;
	link->window = 1 + (size_t)chance(world, world->window);
	link->session = sync_session_new(
		world->hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
						     .authenticate = server_authenticate,
						     .max_frame = world->max_frame,
						     .heartbeat_ms = world->heartbeat });
	peer->link = link;
	trace(world, "c%u: connects", peer->number);
	peer->kind->opened(peer);
	return true;
}

void links_release(struct world *world)
{
	for (size_t i = 0; i < LINKS_MAX; i++) {
		struct link *link = &world->links[i];
		sync_session_free(link->session);
		link->session = NULL;
		drop_all(link->up, &link->up_count);
		drop_all(link->down, &link->down_count);
	}
}

/* ---- moving on ---- */

bool link_speak(struct link *link)
{
	struct peer *peer = link->peer;
	size_t length;
	if (!peer || link->up_count == TEXT_MAX)
		return false;
	const char *text = peer->kind->speak(peer, &length);
	if (!text)
		return false;
	trace(link->world, "c%u > %.*s", link->owner, (int)length, text);
	observe_spoken(link, text, length);
	if (link->session && !link->mute_up)
		add(link->up, &link->up_count, text, length);
	else if (link->session)
		tally(TALLY_LOST_UP);
	return true;
}

bool link_deliver_up(struct link *link)
{
	if (!link->session || !link->up_count)
		return false;
	struct message first = take(link->up, &link->up_count);
	link->world->turn++;
	trace(link->world, "server < c%u %.60s", link->owner, first.data);
	observe_taken(link, first.data, first.length);
	sync_status status = sync_session_receive(link->session, first.data, first.length, false);
	sync_free(first.data);
	server_noted(link->world);
	if (status != SYNC_OK) {
		link->close_code = sync_session_close_code(link->session);
		link_lose_server(link);
	}
	server_took(link->world);
	return true;
}

bool link_pull(struct link *link)
{
	sync_frame frame;
	if (!link->session || link->down_count >= link->window ||
	    link->world->now < link->slow_until || !sync_session_next(link->session, &frame))
		return false;
	trace(link->world, "server > c%u %.*s", link->owner, (int)frame.length, frame.data);
	observe_said(link, frame.data, frame.length);
	if (link->peer && !link->mute_down)
		add(link->down, &link->down_count, frame.data, frame.length);
	else if (link->peer)
		tally(TALLY_LOST_DOWN);
	return true;
}

bool link_deliver_down(struct link *link)
{
	if (!link->peer)
		return false;
	if (!link->down_count) {
		if (link->session || link->mute_down)
			return false;
		close_client(link);
		return true;
	}
	struct message first = take(link->down, &link->down_count);
	trace(link->world, "c%u < %.60s", link->owner, first.data);
	observe_heard(link, first.data, first.length);
	link->peer->kind->hear(link->peer, first.data, first.length);
	sync_free(first.data);
	return true;
}

static void break_it(struct link *link)
{
	switch (chance(link->world, 8)) {
	case 0:
		link->mute_up = true;
		break;
	case 1:
		link->mute_down = true;
		break;
	case 2:
		tally(TALLY_HANG_UP_CLIENT);
		link_abandon(link);
		break;
	case 3:
		tally(TALLY_HANG_UP_SERVER);
		link_lose_server(link);
		break;
	case 4:
	case 5:
		tally(TALLY_SLOW);
		link->slow_until = link->world->now + chance(link->world, 5000);
		break;
	default:
		link_cut(link);
	}
}

void link_tick(struct link *link)
{
	if (!link->session || sync_session_tick(link->session) == SYNC_OK)
		return;
	link->close_code = sync_session_close_code(link->session);
	if (link->close_code == SYNC_CLOSE_SILENT)
		tally(TALLY_SILENT);
	if (link->close_code == SYNC_CLOSE_SHUTDOWN) {
		tally(TALLY_SHUTDOWN);
		if (link->taken > link->said.told)
			blame(link->world, PROPERTY_DRAINED, "c%u: %llu has no answer", link->owner,
			      (unsigned long long)link->taken);
	}
	link_lose_server(link);
}

void link_step(struct link *link)
{
	link_tick(link);
	if (!link->peer && !link->session)
		return;
	switch (chance(link->world, 4)) {
	case 0:
		link_speak(link);
		break;
	case 1:
		link_deliver_up(link);
		break;
	case 2:
		link_pull(link);
		break;
	default:
		link_deliver_down(link);
	}
	bool there = link->peer || link->session;
	if (there && !link->world->calm && chance(link->world, 150) == 0)
		break_it(link);
	/* Nobody is at the other end any more: the server finds out. */
	if (!link->peer && link->session && !link->up_count && chance(link->world, 10) == 0)
		link_lose_server(link);
}
