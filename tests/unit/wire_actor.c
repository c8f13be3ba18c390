/* Clients, their documents and connections. */
#include "wire_play.h"

#include "wire/board.h"

enum { DIAL_MS = 31000 };

static void on_event(void *arg, sync_replica *replica, const char *name, const char *args,
		     size_t length, const void *value)
{
	(void)value;
	struct doc *doc = arg;
	cJSON *event = cJSON_CreateObject();
	(void)replica;
	cJSON_AddStringToObject(event, "name", name);
	cJSON_AddItemToObject(event, "args", cJSON_ParseWithLength(args, length));
	cJSON_AddItemToArray(doc->events, event);
}

static void on_here(void *arg, sync_replica *replica, const char *who, const char *state,
		    const void *value)
{
	struct doc *doc = arg;
	(void)replica;
	CU_ASSERT((state != NULL) == (value != NULL));
	cJSON_DeleteItemFromObject(doc->here, who);
	if (state)
		cJSON_AddItemToObject(doc->here, who, cJSON_Parse(state));
}

static const sync_model *model_of(const char *key)
{
	static const sync_model *const models[] = { &wire_board_model, &wire_meter_model };
	for (size_t i = 0; i < sizeof models / sizeof *models; i++)
		if (strcmp(models[i]->key, key) == 0)
			return models[i];
	return NULL;
}

void open_doc(struct actor *actor, const char *key)
{
	struct doc *doc = actor->docs;
	while (doc->replica)
		doc++;
	snprintf(doc->key, sizeof doc->key, "%s", key);
	doc->events = cJSON_CreateArray();
	doc->here = cJSON_CreateObject();
	doc->replica = sync_client_open(
		actor->client, key,
		&(sync_replica_options){
			.model = model_of(key), .event = on_event, .here = on_here, .arg = doc },
		NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc->replica);
}

static void forget_doc(struct doc *doc)
{
	cJSON_Delete(doc->events);
	cJSON_Delete(doc->here);
	memset(doc, 0, sizeof *doc);
}

struct doc *doc_of(struct actor *actor, const cJSON *step)
{
	const cJSON *key = member(step, "doc");
	for (struct doc *doc = actor->docs; doc < actor->docs + DOCS; doc++)
		if (strcmp(doc->key, key ? key->valuestring : "BOARD") == 0)
			return doc;
	return NULL;
}

void leave_doc(struct actor *actor, const char *key)
{
	for (struct doc *doc = actor->docs; doc < actor->docs + DOCS; doc++)
		if (strcmp(doc->key, key) == 0) {
			sync_replica_close(doc->replica);
			forget_doc(doc);
		}
}

cJSON *state_of(const sync_replica *replica)
{
	sync_buf text = { 0 };
	sync_replica_write(replica, &text);
	cJSON *state = cJSON_Parse(sync_buf_cstr(&text));
	sync_buf_release(&text);
	return state;
}

/* ---- clients ---- */

struct actor *find_actor(struct play *play, const char *name, const cJSON *keys)
{
	struct actor *actor = play->actors;
	while (*actor->name && strcmp(actor->name, name) != 0)
		actor++;
	if (*actor->name)
		return actor;
	snprintf(actor->name, sizeof actor->name, "%s", name);
	const cJSON *token = member(play->conversation, "token");
	actor->client = sync_client_new(
		&(sync_client_options){ .seed = 7, .token = token ? token->valuestring : NULL });
	const cJSON *key;
	cJSON_ArrayForEach(key, keys) open_doc(actor, key->valuestring);
	if (!keys)
		open_doc(actor, "BOARD");
	return actor;
}

void poll_actor(struct play *play, struct actor *actor)
{
	for (;;) {
		switch (sync_client_poll(actor->client, play->now)) {
		case SYNC_CLIENT_REST:
			return;
		case SYNC_CLIENT_DIAL:
			actor->dialled = true;
			break;
		case SYNC_CLIENT_HANG_UP:
			actor->open = actor->dialled = false;
		}
	}
}

void deliver(struct play *play, struct actor *actor, const cJSON *frame)
{
	cJSON *spelled = words_spell(&play->words, frame);
	const cJSON *limits = member(play->conversation, "limits");
	if (limits && strcmp(member(spelled, "t")->valuestring, "welcome") == 0) {
		cJSON_DeleteItemFromObject(spelled, "limits");
		cJSON_AddItemToObject(spelled, "limits", cJSON_Duplicate(limits, true));
	}
	char *text = cJSON_PrintUnformatted(spelled);
	sync_client_receive(actor->client, play->now, text, strlen(text), false);
	free(text);
	cJSON_Delete(spelled);
	poll_actor(play, actor);
}

void deliver_zeros(struct play *play, struct actor *actor, size_t count)
{
	char *bytes = calloc(1, count + 1);
	sync_client_receive(actor->client, play->now, bytes, count, true);
	free(bytes);
	poll_actor(play, actor);
}

static cJSON *read_frame(const sync_client_frame *frame)
{
	if (!frame->binary)
		return cJSON_ParseWithLength(frame->data, frame->length);
	size_t zeros = 0;
	while (zeros < frame->length && !frame->data[zeros])
		zeros++;
	cJSON *said = cJSON_CreateObject();
	cJSON_AddNumberToObject(said, zeros == frame->length ? "zeros" : "bytes",
				(double)frame->length);
	return said;
}

cJSON *hear(struct play *play, struct actor *actor)
{
	sync_client_frame frame;
	cJSON *kept = actor->kept;
	actor->kept = NULL;
	if (kept)
		return kept;
	while (actor->open && sync_client_next(actor->client, &frame)) {
		cJSON *said = read_frame(&frame);
		const cJSON *t = member(said, "t");
		if (play->pings || !t || strcmp(t->valuestring, "ping") != 0)
			return said;
		cJSON_ReplaceItemInObject(said, "t", cJSON_CreateString("pong"));
		deliver(play, actor, said);
		cJSON_Delete(said);
	}
	return NULL;
}

void pass(struct play *play, struct actor *actor, uint64_t ms)
{
	uint64_t end = play->now + ms;
	poll_actor(play, actor);
	while (play->now < end && !actor->kept) {
		uint64_t at = sync_client_deadline(actor->client);
		play->now = at > play->now && at < end ? at : end;
		poll_actor(play, actor);
		if (!play->pings)
			actor->kept = hear(play, actor);
	}
	play->now = end;
}

/* ---- connections ---- */

bool let_in(struct play *play, struct actor *actor)
{
	uint64_t end = play->now + DIAL_MS;
	poll_actor(play, actor);
	while (!actor->dialled && play->now < end) {
		uint64_t at = sync_client_deadline(actor->client);
		play->now = at > play->now && at < end ? at : end;
		poll_actor(play, actor);
	}
	if (!actor->dialled)
		return false;
	actor->dialled = false;
	actor->open = true;
	sync_client_opened(actor->client, play->now);
	return true;
}

bool cut(struct play *play, struct actor *actor, unsigned code)
{
	actor->open = false;
	cJSON_Delete(actor->kept);
	actor->kept = NULL;
	for (struct doc *doc = actor->docs; doc < actor->docs + DOCS; doc++)
		if (doc->replica) {
			cJSON_Delete(doc->here);
			doc->here = cJSON_CreateObject();
		}
	sync_client_closed(actor->client, play->now, code, NULL);
	return true;
}

void end_actor(struct actor *actor)
{
	cJSON_Delete(actor->kept);
	sync_client_free(actor->client);
	for (size_t i = 0; i < DOCS; i++)
		forget_doc(&actor->docs[i]);
}
