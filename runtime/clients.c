#include "clients.h"

#include <syncgen/alloc.h>

#include "index.h"

enum { SLOTS_FIRST = 16 };

/* ---- by name ---- */

static sync_author **slot_of(const sync_clients *clients, const char *name)
{
	uint64_t hash = sync_hash(name, strlen(name));
	return &clients->slots[hash & (clients->slot_count - 1)];
}

sync_author *sync_clients_find(const sync_clients *clients, const char *name)
{
	if (!clients->slot_count)
		return NULL;
	sync_author *client = *slot_of(clients, name);
	while (client && strcmp(client->name, name) != 0)
		client = client->next;
	return client;
}

static bool grow(sync_clients *clients)
{
	size_t count = clients->slot_count ? clients->slot_count * 2 : SLOTS_FIRST;
	sync_author **slots = sync_calloc(count, sizeof *slots);
	if (!slots)
		return false;
	sync_free(clients->slots);
	clients->slots = slots;
	clients->slot_count = count;
	for (sync_author *client = clients->oldest; client; client = client->newer) {
		sync_author **slot = slot_of(clients, client->name);
		client->next = *slot;
		*slot = client;
	}
	return true;
}

/* ---- by age ---- */

static void unlink_age(sync_clients *clients, sync_author *client)
{
	*(client->older ? &client->older->newer : &clients->oldest) = client->newer;
	*(client->newer ? &client->newer->older : &clients->newest) = client->older;
}

static void link_newest(sync_clients *clients, sync_author *client)
{
	client->older = clients->newest;
	client->newer = NULL;
	*(clients->newest ? &clients->newest->newer : &clients->oldest) = client;
	clients->newest = client;
}

static void forget_answers(sync_clients *clients, sync_author *client, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		clients->bytes -= client->answers[i].length;
		sync_free(client->answers[i].text);
	}
	client->count -= count;
	memmove(client->answers, client->answers + count, client->count * sizeof *client->answers);
}

static void forget(sync_clients *clients, sync_author *client)
{
	sync_author **at = slot_of(clients, client->name);
	clients->changes++;
	while (*at != client)
		at = &(*at)->next;
	*at = client->next;
	unlink_age(clients, client);
	if (client->count)
		forget_answers(clients, client, client->count);
	clients->count--;
	sync_free(client->answers);
	sync_free(client->name);
	sync_free(client);
}

static void keep_bounds(sync_clients *clients)
{
	sync_author *client = clients->oldest;
	while (client &&
	       (clients->count > SYNC_CLIENTS_MAX || clients->bytes > SYNC_CLIENTS_BYTES)) {
		sync_author *newer = client->newer;
		if (!client->used)
			forget(clients, client);
		client = newer;
	}
}

sync_author *sync_clients_get(sync_clients *clients, const char *name)
{
	sync_author *client = sync_clients_find(clients, name);
	if (client) {
		unlink_age(clients, client);
		link_newest(clients, client);
		return client;
	}
	if (clients->count >= clients->slot_count && !grow(clients))
		return NULL;
	size_t size = strlen(name) + 1;
	client = sync_calloc(1, sizeof *client);
	char *copy = sync_alloc(size);
	if (!client || !copy) {
		sync_free(client);
		sync_free(copy);
		return NULL;
	}
	memcpy(copy, name, size);
	client->name = copy;
	sync_author **slot = slot_of(clients, name);
	client->next = *slot;
	*slot = client;
	link_newest(clients, client);
	clients->count++;
	clients->changes++;
	client->used = true;
	keep_bounds(clients);
	client->used = false;
	return client;
}

void sync_clients_release(sync_clients *clients)
{
	while (clients->oldest)
		forget(clients, clients->oldest);
	sync_free(clients->slots);
	*clients = (sync_clients){ .changes = clients->changes };
}

/* ---- answers ---- */

void sync_author_begin(sync_clients *clients, sync_author *client, uint64_t durable)
{
	size_t old = 0;
	while (old < client->count && client->answers[old].revision <= durable)
		old++;
	if (old)
		forget_answers(clients, client, old);
}

sync_status sync_author_reserve(sync_author *client)
{
	if (client->count < client->room)
		return SYNC_OK;
	if (client->count >= SYNC_ANSWERS_MAX)
		return SYNC_OVERLOAD;
	size_t room = client->room ? client->room * 2 : 2;
	sync_answer *grown = sync_resize(client->answers, room * sizeof *grown);
	if (!grown)
		return SYNC_NOMEM;
	client->answers = grown;
	client->room = room;
	return SYNC_OK;
}

void sync_author_add(sync_clients *clients, sync_author *client, sync_answer answer)
{
	client->answers[client->count++] = answer;
	client->last = answer.number;
	clients->bytes += answer.length;
	client->used = true;
	keep_bounds(clients);
	client->used = false;
}

void sync_author_undo(sync_clients *clients, sync_author *client)
{
	sync_answer *answer = &client->answers[--client->count];
	clients->bytes -= answer->length;
	sync_free(answer->text);
	client->last--;
}

uint64_t sync_author_done(const sync_author *client, uint64_t revision)
{
	uint64_t done = client->last;
	for (size_t i = client->count; i-- > 0 && client->answers[i].revision > revision;)
		done = client->answers[i].number - 1;
	return done;
}

const sync_answer *sync_author_answer(const sync_author *client, uint64_t number)
{
	if (number > client->last || client->last - number >= client->count)
		return NULL;
	return &client->answers[client->count - 1 - (size_t)(client->last - number)];
}
