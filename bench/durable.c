#include "durable.h"

#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <syncgen/session.h>

#include "live.h"

enum { MANY = 100, LINE = 84 };

struct client {
	sync_session *session;
	unsigned long asked, done;
	char epoch[32];
};

/* One server in memory, with its file. */
struct house {
	sync_store *store;
	sync_hub *hub;
	sem_t written;
	struct client clients[MANY];
	unsigned count;
};

static struct house one = { .count = 1 }, many = { .count = MANY };

static void on_written(void *arg)
{
	sem_post(arg);
}

static sync_status on_say(sync_call *call, LiveDoc *live, const LiveSayArgs *args)
{
	(void)call;
	return live_set_line(live, args->line);
}

static const live_handlers handlers = { .say = on_say };

/* ---- a client: what it hears, what it says ---- */

static const char *member(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	return at ? at + strlen(name) : NULL;
}

static void hear(struct client *client)
{
	sync_frame frame;
	while (sync_session_next(client->session, &frame)) {
		char text[1024];
		snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
		const char *done = member(text, "\"done\":"), *epoch = member(text, "\"epoch\":\"");
		if (done)
			sscanf(done, "%lu", &client->done);
		if (epoch)
			sscanf(epoch, "%31[^\"]", client->epoch);
		bench_kept += frame.length;
	}
}

static void tell(struct client *client, const char *text)
{
	must(sync_session_receive(client->session, text, strlen(text), false), "message");
}

static void ask(struct client *client)
{
	char line[LINE + 1], text[512];
	memset(line, '-', LINE);
	line[LINE] = '\0';
	line[++client->asked % LINE] = '+';
	snprintf(text, sizeof text,
		 "{\"t\":\"push\",\"doc\":\"LIVE\",\"epoch\":\"%s\",\"base\":0,\"m\":[{\"n\":%lu,"
		 "\"action\":\"say\",\"args\":{\"line\":\"%s\"}}]}",
		 client->epoch, client->asked, line);
	tell(client, text);
}

/* ---- the house ---- */

static bool set_up(struct house *house, const char *folder, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s.db", folder, name);
	unlink(path);
	sem_init(&house->written, 0, 0);
	house->store = sync_store_sqlite_open(path, NULL);
	must(house->store ? SYNC_OK : SYNC_INTERNAL, path);
	house->store->notify(house->store, on_written, &house->written);
	house->hub = sync_hub_new(&(sync_hub_options){ .store = house->store });
	must(house->hub ? live_add_to(house->hub, &handlers, NULL, NULL) : SYNC_NOMEM, "hub");
	for (unsigned i = 0; i < house->count; i++) {
		struct client *client = &house->clients[i];
		client->session = sync_session_new(
			house->hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
		must(client->session ? SYNC_OK : SYNC_NOMEM, "session");
		tell(client, "{\"t\":\"hello\",\"v\":1,\"docs\":[{\"doc\":\"LIVE\"}]}");
		hear(client);
	}
	return true;
}

static bool everybody_knows(struct house *house)
{
	bool all = true;
	for (unsigned i = 0; i < house->count; i++) {
		struct client *client = &house->clients[i];
		if (client->done < client->asked)
			hear(client);
		all &= client->done == client->asked;
	}
	return all;
}

static void act(struct house *house)
{
	for (unsigned i = 0; i < house->count; i++)
		ask(&house->clients[i]);
	while (!everybody_knows(house)) {
		sem_wait(&house->written);
		sync_hub_poll(house->hub, 0);
	}
	bench_units = house->count;
}

static void check(struct house *house)
{
	act(house);
	bench_answer(everybody_knows(house), 0);
}

bool durable_set_up_one(const char *folder)
{
	return set_up(&one, folder, "one");
}
void durable_act_one(void)
{
	act(&one);
}
void durable_check_one(void)
{
	check(&one);
}
bool durable_set_up_many(const char *folder)
{
	return set_up(&many, folder, "many");
}
void durable_act_many(void)
{
	act(&many);
}
void durable_check_many(void)
{
	check(&many);
}
