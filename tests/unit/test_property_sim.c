/*
 * Clients and a server with everything that can go wrong between them, in virtual time.
 *
 * The real core: hub, documents, sessions of the dialect sync.v1.json, the store in memory. The clients are
 * as simple as the protocol allows: a state in JSON that patches are applied to, a queue of mutations,
 * numbers. Connections are cut at any point, either way; frames wait as long as chance likes; pushes are
 * sent twice; the store delays and fails; the server starts again, with what the store has or (in some
 * worlds) with nothing.
 *
 * In the end: every client shows what the server has, as far as it may see it; nothing is pending; each
 * mutation that was done is there exactly once, each that was refused is not (in worlds where nothing was
 * forgotten); revisions followed each other; nobody saw what was hidden from him.
 *
 * SEED=n plays one world, SEEDS=n that many from there.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/session.h>
#include <syncgen/value.h>

#include "../../runtime/doc_core.h"
#include "seed.h"
#include "sim.h"

enum { ITEMS_MAX = 64, CLIENTS_MAX = 5, MUTATIONS = 40, OUT_MAX = 16, STEPS = 400 };

enum fate { WAITING, DONE, REFUSED };

struct change {
	unsigned kind;
	char token[24];
	bool action;
	uint64_t number; /* 0: not pushed under a number that counts */
	bool refused, stale;
	enum fate fate;
};

struct client {
	struct world *world;
	unsigned number;
	bool admin;
	char id[8], secret[64];
	sync_session *session;
	char *out[OUT_MAX]; /* frames on their way to the server */
	size_t out_count;
	char *last_push;
	bool greeted, flying;
	/* away → joining → resuming → live, as in the protocol; none of them: not connected */
	bool away, joining, resuming, live;
	unsigned misfits;
	uint64_t away_until;
	cJSON *state;
	char epoch[32];
	double rev;
	uint64_t last;
	struct change changes[MUTATIONS];
	size_t made;
};

struct world {
	seed random;
	uint64_t now;
	sync_store *store;
	sync_hub *hub;
	sync_doc *doc;
	struct client clients[CLIENTS_MAX];
	size_t count;
	bool forgets, failing, calm;
	unsigned forgotten, served;
	const char *wrong;
};

static uint64_t chance(struct world *world, uint64_t bound)
{
	return seed_below(&world->random, bound);
}

static void blame(struct world *world, const char *what)
{
	if (!world->wrong)
		world->wrong = what;
}

/* ---- the application ---- */

static sync_status on_poke(sync_call *call, SimDoc *doc, const SimPokeArgs *args, uint32_t *reply)
{
	(void)call;
	*reply = sim_get(doc)->pokes + 1;
	sync_status status = sim_push_log(doc, args->token);
	return status == SYNC_OK ? sim_set_pokes(doc, *reply) : status;
}

static const sim_handlers handlers = { .poke = on_poke };

static sync_status authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const admin[] = { "admin", NULL };
	(void)arg;
	if (strcmp(shown->token, "admin") == 0)
		grant->roles = admin;
	return SYNC_OK;
}

static void start_server(struct world *world)
{
	world->hub = sync_hub_new(&(sync_hub_options){ .store = world->store,
						       .epoch_seed = 1 + chance(world, 1u << 30) });
	sync_store_memory_fail(world->store, SYNC_OK);
	world->failing = false;
	sync_hub_add(world->hub, &sim_model, &handlers, NULL, NULL);
	world->doc = sync_hub_doc(world->hub, "SIM");
}

/* ---- a client ---- */

static void cut(struct client *client)
{
	sync_session_free(client->session);
	client->session = NULL;
	while (client->out_count)
		sync_free(client->out[--client->out_count]);
	client->greeted = client->flying = false;
	client->live = client->away = client->joining = client->resuming = false;
}

static void send(struct client *client, const char *text)
{
	size_t size = strlen(text) + 1;
	if (client->out_count == OUT_MAX)
		return;
	char *copy = sync_alloc(size);
	memcpy(copy, text, size);
	client->out[client->out_count++] = copy;
}

static void put_point(const struct client *client, char *to, size_t size)
{
	if (client->state)
		snprintf(to, size, "\"doc\":\"SIM\",\"rev\":%.0f,\"epoch\":\"%s\"", client->rev,
			 client->epoch);
	else
		snprintf(to, size, "\"doc\":\"SIM\"");
}

static void join(struct client *client)
{
	char point[128], text[256];
	put_point(client, point, sizeof point);
	snprintf(text, sizeof text, "{\"t\":\"join\",%s}", point);
	send(client, text);
	client->live = client->flying = client->away = client->resuming = false;
	client->joining = true;
}

static void connect(struct client *client)
{
	char point[128], text[512], secret[80] = "";
	client->session = sync_session_new(client->world->hub, &(sync_session_options){
									.dialect = SYNC_DIALECT_NATIVE,
									.authenticate = authenticate });
	put_point(client, point, sizeof point);
	if (*client->secret)
		snprintf(secret, sizeof secret, ",\"secret\":\"%s\"", client->secret);
	snprintf(text, sizeof text,
		 "{\"t\":\"hello\",\"v\":1,\"client\":\"%s\"%s,\"token\":\"%s\",\"docs\":[{%s}]}",
		 client->id, secret, client->admin ? "admin" : "", point);
	send(client, text);
	client->joining = true;
}

/* A mutation that can be told apart from all others. */
static void make_change(struct client *client)
{
	if (client->made == MUTATIONS || !client->state)
		return;
	struct change *change = &client->changes[client->made];
	change->kind = (unsigned)chance(client->world, 11);
	change->action = change->kind == 0;
	snprintf(change->token, sizeof change->token, "c%u-%u", client->number,
		 (unsigned)client->made++);
}

/* The items as their author sees them while a push is put together. */
struct sight {
	char ids[ITEMS_MAX][24];
	size_t count;
	bool edited;
};

static void look(const struct client *client, struct sight *sight)
{
	const cJSON *item;
	sight->count = 0;
	sight->edited = false;
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(client->state, "items"))
	{
		if (sight->count < ITEMS_MAX - 8)
			snprintf(sight->ids[sight->count], sizeof *sight->ids, "%s",
				 cJSON_GetObjectItem(item, "id")->valuestring);
		sight->count++;
	}
}

static void take_item(struct sight *sight, size_t at, char *id)
{
	memcpy(id, sight->ids[at], sizeof *sight->ids);
	memmove(sight->ids[at], sight->ids[at + 1], (--sight->count - at) * sizeof *sight->ids);
}

static void put_item(struct sight *sight, size_t at, const char *id)
{
	memmove(sight->ids[at + 1], sight->ids[at], (sight->count++ - at) * sizeof *sight->ids);
	snprintf(sight->ids[at], sizeof *sight->ids, "%s", id);
}

/* Positions are those of this moment: the state here, and what stands before it in the push. */
static void spell(struct client *client, const struct change *change, struct sight *sight, char *to,
		  size_t size)
{
	struct world *world = client->world;
	char more[160] = "", id[24];
	size_t count = sight->count;
	size_t at = count ? (size_t)chance(world, count) : 0;
	bool some = count && count < ITEMS_MAX - 8;
	if (change->kind == 1)
		snprintf(more, sizeof more,
			 ",{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"%s\"}", change->token);
	if (change->kind == 2 && count < ITEMS_MAX - 8) {
		snprintf(more, sizeof more,
			 ",{\"op\":\"add\",\"path\":\"/items/%zu\",\"value\":{\"id\":\"%s\",\"tag\":\"\"}}",
			 at, change->token);
		put_item(sight, at, change->token);
	}
	if (change->kind == 3 && some) {
		snprintf(more, sizeof more, ",{\"op\":\"remove\",\"path\":\"/items/%zu\"}", at);
		take_item(sight, at, id);
	}
	if (change->kind == 4 && some)
		snprintf(more, sizeof more,
			 ",{\"op\":\"replace\",\"path\":\"/items/%zu/tag\",\"value\":\"%s\"}", at,
			 sight->ids[at]);
	if (change->kind == 10) {
		/* Behind the first character of the text as it is here, or in front: never twice a push. */
		const cJSON *body = cJSON_GetObjectItem(client->state, "body");
		bool empty = !cJSON_IsString(body) || !*body->valuestring;
		if (!sight->edited)
			snprintf(more, sizeof more,
				 ",{\"op\":\"text\",\"path\":\"/body\",\"delta\":[%d,\"<%s>\"]}",
				 !empty, change->token);
		sight->edited = true;
	}
	if (change->kind == 9)
		snprintf(more, sizeof more, ",{\"op\":\"inc\",\"path\":\"/hits\",\"by\":1}");
	if (change->kind == 5)
		snprintf(more, sizeof more, ",{\"op\":\"add\",\"path\":\"/marks/m%u\",\"value\":1}",
			 (unsigned)chance(world, 4));
	if (change->kind == 6) /* refused, but for an admin */
		snprintf(more, sizeof more,
			 ",{\"op\":\"replace\",\"path\":\"/secret\",\"value\":\"hidden %s\"}",
			 change->token);
	if (change->kind == 7)
		snprintf(more, sizeof more, ",{\"op\":\"add\",\"path\":\"/note\",\"value\":\"%s\"}",
			 change->token);
	if (change->kind == 8 && some) {
		size_t where = (size_t)chance(world, count);
		snprintf(more, sizeof more,
			 ",{\"op\":\"move\",\"from\":\"/items/%zu\",\"path\":\"/items/%zu\"}", at,
			 where);
		take_item(sight, at, id);
		put_item(sight, where, id);
	}
	if (change->action)
		snprintf(to, size, "\"action\":\"poke\",\"args\":{\"token\":\"%s\"}", change->token);
	else
		snprintf(to, size,
			 "\"ops\":[{\"op\":\"add\",\"path\":\"/log/-\",\"value\":\"%s\"}%s]",
			 change->token, more);
}

static void push(struct client *client)
{
	char text[4096], body[320];
	struct sight sight;
	look(client, &sight);
	size_t count = 0, most = 1 + (size_t)chance(client->world, 4);
	int used = snprintf(text, sizeof text,
			    "{\"t\":\"push\",\"doc\":\"SIM\",\"epoch\":\"%s\",\"base\":%.0f,\"m\":[",
			    client->epoch, client->rev);
	for (size_t i = 0; i < client->made && count < most; i++) {
		struct change *change = &client->changes[i];
		if (change->fate != WAITING)
			continue;
		change->number = client->last + ++count;
		spell(client, change, &sight, body, sizeof body);
		used += snprintf(text + used, sizeof text - (size_t)used, "%s{\"n\":%d,%s}",
				 count > 1 ? "," : "", (int)change->number, body);
	}
	if (!count)
		return;
	snprintf(text + used, sizeof text - (size_t)used, "]}");
	send(client, text);
	sync_free(client->last_push);
	client->last_push = sync_alloc(strlen(text) + 1);
	strcpy(client->last_push, text);
	client->flying = true;
}

static void cover(struct client *client, uint64_t done)
{
	if (done < client->last)
		return;
	client->last = done;
	client->flying = false;
	for (size_t i = 0; i < client->made; i++) {
		struct change *change = &client->changes[i];
		if (change->fate != WAITING || !change->number)
			continue;
		if (change->number > done) {
			client->flying = true;
			continue;
		}
		if (!change->refused)
			change->fate = DONE;
		else if (!change->stale)
			change->fate = REFUSED;
		change->number = 0;
		change->refused = change->stale = false;
	}
}

static const char *text_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItem(frame, name);
	return cJSON_IsString(member) ? member->valuestring : "";
}

static double number_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItem(frame, name);
	return cJSON_IsNumber(member) ? member->valuedouble : -1;
}

static void on_joined(struct client *client, const cJSON *frame)
{
	uint64_t last = (uint64_t)number_of(frame, "last");
	if (!client->joining)
		return; /* of an earlier join */
	if (!client->world->forgotten && last < client->last)
		blame(client->world, "a number was forgotten");
	/* What was pushed and is not counted never arrived. The resume patch tells the rest. */
	for (size_t i = 0; i < client->made; i++) {
		struct change *change = &client->changes[i];
		change->refused = change->stale = false; /* it is told again */
		if (change->number > last)
			change->number = 0;
	}
	client->last = last;
	client->joining = false;
	client->resuming = true;
}

static void on_patch(struct client *client, const cJSON *frame)
{
	struct world *world = client->world;
	const cJSON *from = cJSON_GetObjectItem(frame, "from");
	bool whole = cJSON_IsNull(from);
	if (!client->resuming && !client->live)
		return; /* of before the join */
	if (!whole && (from->valuedouble != client->rev ||
		       strcmp(text_of(frame, "epoch"), client->epoch) != 0)) {
		/* The answer to an earlier join may come when there was a later one. */
		if (++client->misfits > 3)
			blame(world, "patches do not follow");
		join(client);
		return;
	}
	client->misfits = 0;
	char *ops = cJSON_PrintUnformatted(cJSON_GetObjectItem(frame, "ops"));
	sync_error error;
	struct cJSON *state = client->state;
	if (whole && state) {
		sync_json_free(state);
		state = NULL;
	}
	if (sync_json_patch_extended(&state, ops, strlen(ops), &error) != SYNC_OK)
		blame(world, "a patch does not fit");
	client->state = state;
	cJSON_free(ops);
	client->rev = number_of(frame, "rev");
	snprintf(client->epoch, sizeof client->epoch, "%s", text_of(frame, "epoch"));
	double done = number_of(frame, "done");
	uint64_t covered = done > 0 ? (uint64_t)done : 0;
	cover(client, covered > client->last ? covered : client->last);
	client->live = true;
	client->resuming = false;
}

static void on_error(struct client *client, const cJSON *frame)
{
	const char *re = text_of(frame, "re"), *code = text_of(frame, "code");
	if (strcmp(re, "join") == 0 && strcmp(code, "stale") == 0) {
		client->live = client->flying = client->joining = client->resuming = false;
		client->away = true;
		client->away_until = client->world->now + (uint64_t)number_of(frame, "retry_after");
	} else if (strcmp(re, "push") == 0 &&
		   (strcmp(code, "overload") == 0 || strcmp(code, "not_found") == 0 ||
		    strcmp(code, "stale") == 0)) {
		if (client->live)
			join(client);
	} else if (!client->last_push || strcmp(code, "conflict") != 0) {
		blame(client->world, "an error nobody asked for");
	}
}

static void hear(struct client *client, const sync_frame *frame)
{
	struct world *world = client->world;
	cJSON *json = cJSON_ParseWithLength(frame->data, frame->length);
	const char *t = text_of(json, "t");
	if (!json)
		blame(world, "a frame that is not JSON");
	char *text = sync_alloc(frame->length + 1);
	memcpy(text, frame->data, frame->length);
	text[frame->length] = '\0';
	if (!client->admin && strstr(text, "hidden") && !strstr(text, "nack"))
		blame(world, "somebody saw what is hidden");
	sync_free(text);
	if (strcmp(t, "welcome") == 0) {
		snprintf(client->secret, sizeof client->secret, "%s", text_of(json, "secret"));
		client->greeted = true;
	} else if (strcmp(t, "joined") == 0) {
		on_joined(client, json);
	} else if (strcmp(t, "patch") == 0) {
		on_patch(client, json);
	} else if (strcmp(t, "nack") == 0) {
		for (size_t i = 0; i < client->made; i++) {
			struct change *change = &client->changes[i];
			if (change->number && (double)change->number == number_of(json, "n")) {
				change->refused = true;
				change->stale = strcmp(text_of(json, "code"), "stale") == 0;
			}
		}
	} else if (strcmp(t, "error") == 0) {
		on_error(client, json);
	} else {
		blame(world, "a frame nobody asked for");
	}
	cJSON_Delete(json);
}

static bool listen(struct client *client)
{
	sync_frame frame;
	if (!client->session || !sync_session_next(client->session, &frame))
		return false;
	hear(client, &frame);
	return true;
}

static bool deliver(struct client *client)
{
	if (!client->session || !client->out_count)
		return false;
	char *text = client->out[0];
	memmove(client->out, client->out + 1, --client->out_count * sizeof *client->out);
	if (sync_session_receive(client->session, text, strlen(text), false) != SYNC_OK)
		blame(client->world, "a session wants to be closed");
	sync_free(text);
	return true;
}

static void step_client(struct client *client)
{
	struct world *world = client->world;
	if (!client->session) {
		if (world->doc && (world->calm || chance(world, 3) == 0))
			connect(client);
		return;
	}
	if (client->away && world->now >= client->away_until)
		join(client);
	switch (chance(world, world->calm ? 6 : 9)) {
	case 0:
	case 1:
		deliver(client);
		break;
	case 2:
	case 3:
		listen(client);
		break;
	case 4:
	case 5:
		if (client->live && !client->flying)
			push(client);
		break;
	case 6:
		if (client->last_push && chance(world, 3) == 0 && client->flying)
			send(client, client->last_push);
		break;
	case 7:
		make_change(client);
		break;
	default:
		if (chance(world, 6) == 0)
			cut(client);
	}
}

/* ---- the server ---- */

static sync_status touch(void *state, void *arg)
{
	struct world *world = arg;
	SimDoc *doc = state;
	char text[32];
	snprintf(text, sizeof text, "t%u", (unsigned)chance(world, 1000));
	switch (chance(world, 4)) {
	case 0:
		return sim_set_title(doc, text);
	case 1:
		snprintf(text, sizeof text, "hidden %u", (unsigned)chance(world, 1000));
		return sim_set_secret(doc, text);
	case 2: {
		SimItemDoc *item = sim_push_items(doc);
		snprintf(text, sizeof text, "s%u", world->served++);
		return item ? sim_item_set_id(item, text) : SYNC_NOMEM;
	}
	default:
		sim_clear_note(doc);
		return SYNC_OK;
	}
}

static void restart(struct world *world)
{
	for (size_t i = 0; i < world->count; i++)
		cut(&world->clients[i]);
	sync_hub_free(world->hub);
	sync_store_memory_delay(world->store, false);
	if (world->forgets && chance(world, 3) == 0) {
		sync_store_memory_forget(world->store);
		world->forgotten++;
	}
	start_server(world);
}

static void step_server(struct world *world)
{
	world->now += chance(world, 200);
	switch (world->calm ? 3 + chance(world, 2) : chance(world, 12)) {
	case 0:
		sync_update(world->doc, touch, world, NULL);
		break;
	case 1:
		sync_store_memory_delay(world->store, chance(world, 2));
		break;
	case 2:
		if (chance(world, 4) == 0) {
			world->failing = !world->failing;
			sync_store_memory_fail(world->store,
					       world->failing ? SYNC_OVERLOAD : SYNC_OK);
		}
		break;
	case 3:
		sync_store_memory_complete(world->store, 1 + (size_t)chance(world, 3));
		break;
	case 4:
		sync_hub_poll(world->hub, world->now);
		break;
	case 5:
		if (chance(world, 25) == 0)
			restart(world);
		break;
	default:
		break;
	}
}

/* ---- what must hold in the end ---- */

static unsigned times(const cJSON *log, const char *token)
{
	unsigned found = 0;
	const cJSON *entry;
	cJSON_ArrayForEach(entry, log) found += strcmp(entry->valuestring, token) == 0;
	return found;
}

static cJSON *server_state(struct world *world, uint64_t sees)
{
	sync_buf text = { 0 };
	sync_doc_write_seen(world->doc, sees, &text);
	cJSON *state = cJSON_ParseWithLength(text.data, text.len);
	sync_buf_release(&text);
	return state;
}

static void check_client(struct client *client)
{
	struct world *world = client->world;
	cJSON *state = server_state(world, client->admin ? SYNC_SEE_PUBLIC | SYNC_SEE_ROLE_0
							 : SYNC_SEE_PUBLIC);
	if (!sync_json_equal(state, client->state))
		blame(world, "a client shows something else than the server");
	const cJSON *log = cJSON_GetObjectItem(state, "log");
	for (size_t i = 0; i < client->made; i++) {
		char token[24];
		snprintf(token, sizeof token, "c%u-%u", client->number, (unsigned)i);
		unsigned found = times(log, token);
		enum fate fate = client->changes[i].fate;
		if (fate == WAITING)
			blame(world, "something is still pending");
		else if (found > 1)
			blame(world, "something was done twice");
		else if (!world->forgotten && found != (fate == DONE))
			blame(world, found ? "what was refused is there" : "what was done is lost");
	}
	cJSON_Delete(state);
}

/* Who set a tag meant the element of that id. */
static void check_items(struct world *world)
{
	const Sim *sim = sync_doc_state(world->doc);
	for (size_t i = 0; i < sim->items.len; i++) {
		const SimItem *item = sim->items.items[i];
		if (sync_str_len(item->tag) && !sync_str_equal(item->tag, item->id))
			blame(world, "an edit hit another element than was meant");
	}
}

/* Each that was done counts once. */
static void check_hits(struct world *world)
{
	const Sim *sim = sync_doc_state(world->doc);
	int64_t hits = 0;
	for (size_t i = 0; i < world->count; i++)
		for (size_t k = 0; k < world->clients[i].made; k++) {
			const struct change *change = &world->clients[i].changes[k];
			hits += change->kind == 9 && change->fate == DONE;
		}
	if (!world->forgotten && hits != sim->hits)
		blame(world, "a counter does not count");
}

/* Every edit of the text that was done is in it, once and whole. */
static void check_text(struct world *world)
{
	const Sim *sim = sync_doc_state(world->doc);
	const char *body = sync_text_str(&sim->body);
	for (size_t at = 0; body[at]; at++) {
		size_t length = strcspn(body + at, ">") + 1;
		char mark[32];
		if (body[at] != '<' || body[at + 1] == '<' || length >= sizeof mark)
			continue;
		snprintf(mark, sizeof mark, "%.*s", (int)length, body + at);
		if (!strchr(mark + 1, '<') && strstr(body + at + 1, mark))
			blame(world, "a text was edited twice");
	}
}

static bool settled(const struct world *world)
{
	for (size_t i = 0; i < world->count; i++) {
		const struct client *client = &world->clients[i];
		if (!client->live || client->flying || client->out_count)
			return false;
		for (size_t k = 0; k < client->made; k++)
			if (client->changes[k].fate == WAITING)
				return false;
	}
	return world->doc->durable == world->doc->revision && world->doc->mode == SYNC_DOC_OPEN;
}

static void calm_down(struct world *world)
{
	world->calm = true;
	sync_store_memory_fail(world->store, SYNC_OK);
	sync_store_memory_delay(world->store, false);
	for (unsigned i = 0; i < 40000 && !world->wrong; i++) {
		step_server(world);
		step_client(&world->clients[i % world->count]);
		if (i % 64 == 0 && settled(world))
			break;
	}
	for (size_t i = 0; i < world->count; i++)
		while (!world->wrong && listen(&world->clients[i]))
			;
	if (!settled(world))
		blame(world, "it does not come to rest");
}

static const char *play(uint64_t number)
{
	struct world *world = sync_calloc(1, sizeof *world);
	world->random.state = number;
	world->store = sync_store_memory_new();
	world->forgets = chance(world, 4) == 0;
	world->count = 2 + (size_t)chance(world, CLIENTS_MAX - 1);
	start_server(world);
	for (size_t i = 0; i < world->count; i++) {
		struct client *client = &world->clients[i];
		client->world = world;
		client->number = (unsigned)i;
		client->admin = chance(world, 2);
		snprintf(client->id, sizeof client->id, "c%u", (unsigned)i);
	}
	for (unsigned i = 0; i < STEPS * world->count && !world->wrong; i++) {
		if (chance(world, 3) == 0)
			step_server(world);
		step_client(&world->clients[chance(world, world->count)]);
	}
	calm_down(world);
	check_items(world);
	check_hits(world);
	check_text(world);
	for (size_t i = 0; i < world->count && !world->wrong; i++)
		check_client(&world->clients[i]);
	for (size_t i = 0; i < world->count; i++) {
		cut(&world->clients[i]);
		sync_json_free(world->clients[i].state);
		sync_free(world->clients[i].last_push);
	}
	sync_hub_free(world->hub);
	sync_store_free(world->store);
	const char *wrong = world->wrong;
	sync_free(world);
	return wrong;
}

static void worlds(void)
{
	const char *seeds = getenv("SEEDS");
	seed first = seed_start("sim");
	long rounds = getenv("SEED") && !seeds ? 1 : seed_rounds(seeds ? atol(seeds) : 300);
	for (long i = 0; i < rounds; i++) {
		const char *wrong = play(first.state + (uint64_t)i);
		CU_ASSERT(!wrong);
		if (!wrong)
			continue;
		printf("FAILED sim: %s: SEED=%llu build/tests/unit test_property_sim\n", wrong,
		       (unsigned long long)(first.state + (uint64_t)i));
		break;
	}
}

int test_property_sim(void);

int test_property_sim(void)
{
	CU_pSuite suite = CU_add_suite("sim", NULL, NULL);
	return !suite || !CU_add_test(suite, "worlds", worlds);
}
