/*
 * The conversations of tests/wire/native from a client's side: this plays the server
 * (tests/wire/README.md says how). Documents are untyped here, so `models` of a hello is passed
 * over, and so is what is seen before a document is loaded. Conversations in which the application
 * writes or calls wait for a client that does.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/client.h>
#include <syncgen/value.h>

#include "row.h"

enum { ACTORS = 3, DOCS = 4, VARIABLES = 64, FIRST_REV = 10, DIAL_MS = 31000, TAIL_MS = 300 };

struct actor {
	char name[8];
	sync_client *client;
	sync_replica *docs[DOCS];
	char keys[DOCS][64];
	bool dialled, open;
	cJSON *kept; /* a frame that came while time passed */
};

struct variable {
	char name[64];
	cJSON *value;
};

struct play {
	char name[200];
	const cJSON *conversation;
	uint64_t now;
	bool pings; /* the conversation speaks of them */
	struct actor actors[ACTORS];
	struct variable variables[VARIABLES];
	size_t variable_count;
};

/* ---- variables ---- */

static const cJSON *member(const cJSON *of, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(of, name);
}

static cJSON *variable(struct play *play, const char *name)
{
	for (size_t i = 0; i < play->variable_count; i++)
		if (strcmp(play->variables[i].name, name) == 0)
			return play->variables[i].value;
	return NULL;
}

static void bind(struct play *play, const char *name, cJSON *value)
{
	struct variable *to = &play->variables[play->variable_count++];
	CU_ASSERT_FATAL(play->variable_count <= VARIABLES);
	snprintf(to->name, sizeof to->name, "%s", name);
	to->value = value;
}

/* "#name+2": the name alone, and the 2. */
static double split(const char *text, char *name, size_t size)
{
	size_t length = strcspn(text, "+");
	snprintf(name, size, "%.*s", (int)length, text);
	return text[length] ? atof(text + length) : 0;
}

/* What `text` stands for; a new value. `own`: made up when there is none yet. NULL: it is not
 * bound. */
static cJSON *meaning(struct play *play, const char *text, bool own)
{
	char name[64];
	double more = split(text, name, sizeof name);
	cJSON *value = variable(play, name);
	if (!value && own) {
		value = *name == '#' ? cJSON_CreateNumber(FIRST_REV) : cJSON_CreateString(name + 1);
		bind(play, name, value);
	}
	if (!value)
		return NULL;
	return cJSON_IsNumber(value) ? cJSON_CreateNumber(value->valuedouble + more)
				     : cJSON_Duplicate(value, true);
}

static bool is_variable(const cJSON *value)
{
	return cJSON_IsString(value) && (*value->valuestring == '$' || *value->valuestring == '#');
}

static bool is_anything(const cJSON *value)
{
	return cJSON_IsString(value) && strcmp(value->valuestring, "*") == 0;
}

/* A copy with every variable spelled out; members that are anything are left out. */
static cJSON *spell(struct play *play, const cJSON *from)
{
	if (is_variable(from))
		return meaning(play, from->valuestring, true);
	if (!cJSON_IsArray(from) && !cJSON_IsObject(from))
		return cJSON_Duplicate(from, true);
	cJSON *to = cJSON_IsArray(from) ? cJSON_CreateArray() : cJSON_CreateObject();
	const cJSON *one;
	cJSON_ArrayForEach(one, from)
	{
		if (is_anything(one))
			continue;
		if (cJSON_IsArray(from))
			cJSON_AddItemToArray(to, spell(play, one));
		else
			cJSON_AddItemToObject(to, one->string, spell(play, one));
	}
	return to;
}

static bool matches(struct play *play, const cJSON *is, const cJSON *wanted);

static bool members_match(struct play *play, const cJSON *is, const cJSON *wanted)
{
	const cJSON *one;
	cJSON_ArrayForEach(one, wanted)
	{
		if (strcmp(one->string, "models") != 0 &&
		    !matches(play, member(is, one->string), one))
			return false;
	}
	cJSON_ArrayForEach(one, is)
	{
		if (!member(wanted, one->string))
			return false;
	}
	return true;
}

static bool matches(struct play *play, const cJSON *is, const cJSON *wanted)
{
	if (is_anything(wanted))
		return true;
	if (!is)
		return false;
	if (is_variable(wanted)) {
		cJSON *value = meaning(play, wanted->valuestring, false);
		if (!value) {
			bind(play, wanted->valuestring, cJSON_Duplicate(is, true));
			return true;
		}
		bool same = cJSON_Compare(is, value, true);
		cJSON_Delete(value);
		return same;
	}
	if (cJSON_IsObject(wanted))
		return cJSON_IsObject(is) && members_match(play, is, wanted);
	if (!cJSON_IsArray(wanted))
		return cJSON_Compare(is, wanted, true);
	bool same = cJSON_GetArraySize(is) == cJSON_GetArraySize(wanted);
	for (int i = 0; same && i < cJSON_GetArraySize(wanted); i++)
		same = matches(play, cJSON_GetArrayItem(is, i), cJSON_GetArrayItem(wanted, i));
	return same;
}

/* ---- clients ---- */

static void open_doc(struct actor *actor, const char *key)
{
	size_t i = 0;
	while (actor->docs[i])
		i++;
	actor->docs[i] = sync_client_open(actor->client, key, &(sync_replica_options){ 0 }, NULL);
	CU_ASSERT_PTR_NOT_NULL(actor->docs[i]);
	snprintf(actor->keys[i], sizeof actor->keys[i], "%s", key);
}

static sync_replica *doc_of(struct actor *actor, const char *key)
{
	for (size_t i = 0; i < DOCS; i++)
		if (actor->docs[i] && strcmp(actor->keys[i], key) == 0)
			return actor->docs[i];
	return NULL;
}

static struct actor *find_actor(struct play *play, const char *name, const cJSON *keys)
{
	struct actor *actor = play->actors;
	while (*actor->name && strcmp(actor->name, name) != 0)
		actor++;
	if (*actor->name)
		return actor;
	snprintf(actor->name, sizeof actor->name, "%s", name);
	const cJSON *token = member(play->conversation, "token");
	actor->client = sync_client_new(&(sync_client_options){
		.seed = 7, .token = token ? token->valuestring : NULL });
	const cJSON *key;
	cJSON_ArrayForEach(key, keys) open_doc(actor, key->valuestring);
	if (!keys)
		open_doc(actor, "BOARD");
	return actor;
}

static void poll(struct play *play, struct actor *actor)
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

static void deliver(struct play *play, struct actor *actor, const cJSON *frame)
{
	cJSON *spelled = spell(play, frame);
	char *text = cJSON_PrintUnformatted(spelled);
	sync_client_receive(actor->client, play->now, text, strlen(text), false);
	free(text);
	cJSON_Delete(spelled);
	poll(play, actor);
}

/* The next frame that counts. Pings that nobody speaks of are answered. */
static cJSON *hear(struct play *play, struct actor *actor)
{
	sync_client_frame frame;
	cJSON *kept = actor->kept;
	actor->kept = NULL;
	if (kept)
		return kept;
	while (actor->open && sync_client_next(actor->client, &frame)) {
		cJSON *said = cJSON_ParseWithLength(frame.data, frame.length);
		const cJSON *t = member(said, "t");
		if (play->pings || !t || strcmp(t->valuestring, "ping") != 0)
			return said;
		cJSON_ReplaceItemInObject(said, "t", cJSON_CreateString("pong"));
		deliver(play, actor, said);
		cJSON_Delete(said);
	}
	return NULL;
}

/* Time passes, no further than the client's next deadline at once. */
static void pass(struct play *play, struct actor *actor, uint64_t ms)
{
	uint64_t end = play->now + ms;
	poll(play, actor);
	while (play->now < end) {
		uint64_t at = sync_client_deadline(actor->client);
		play->now = at > play->now && at < end ? at : end;
		poll(play, actor);
		if (!play->pings && !actor->kept)
			actor->kept = hear(play, actor);
	}
}

/* ---- steps ---- */

static bool let_in(struct play *play, struct actor *actor)
{
	uint64_t end = play->now + DIAL_MS;
	poll(play, actor);
	while (!actor->dialled && play->now < end) {
		uint64_t at = sync_client_deadline(actor->client);
		play->now = at > play->now && at < end ? at : end;
		poll(play, actor);
	}
	if (!actor->dialled)
		return false;
	actor->dialled = false;
	actor->open = true;
	sync_client_opened(actor->client, play->now);
	return true;
}

static bool expect(struct play *play, struct actor *actor, const cJSON *wanted)
{
	cJSON *said = hear(play, actor);
	bool same = said && matches(play, said, wanted);
	if (!same) {
		char *text = cJSON_PrintUnformatted(said);
		printf("  is       %s\n", text ? text : "nothing");
		free(text);
	}
	cJSON_Delete(said);
	return same;
}

static bool cut(struct play *play, struct actor *actor, unsigned code)
{
	actor->open = false;
	sync_client_closed(actor->client, play->now, code, NULL);
	return true;
}

static bool is_status(const sync_replica *replica, const cJSON *wanted)
{
	static const char *const names[] = { "idle", "syncing", "error" };
	sync_replica_status status;
	sync_replica_status_get(replica, &status);
	const cJSON *one;
	bool good = true;
	cJSON_ArrayForEach(one, wanted)
	{
		if (strcmp(one->string, "connected") == 0)
			good = good && status.connected == !!cJSON_IsTrue(one);
		else if (strcmp(one->string, "loaded") == 0)
			good = good && status.loaded == !!cJSON_IsTrue(one);
		else if (strcmp(one->string, "syncing") == 0)
			good = good && strcmp(names[status.syncing], one->valuestring) == 0;
		else if (strcmp(one->string, "error") == 0)
			good = good &&
			       strcmp(sync_status_name(status.error.code), one->valuestring) == 0;
	}
	return good;
}

static bool see(struct actor *actor, const cJSON *step)
{
	const cJSON *key = member(step, "doc"), *one;
	const sync_replica *replica = doc_of(actor, key ? key->valuestring : "BOARD");
	sync_replica_status status;
	if (!replica || !is_status(replica, member(step, "status")))
		return false;
	sync_replica_status_get(replica, &status);
	cJSON_ArrayForEach(one, member(step, "state"))
	{
		const cJSON *is = member(sync_replica_json(replica), one->string);
		if (status.loaded && !cJSON_Compare(is, one, true))
			return false;
	}
	return true;
}

static bool act(struct actor *actor, const cJSON *step)
{
	const cJSON *join = member(step, "join"), *leave = member(step, "leave");
	if (join)
		open_doc(actor, join->valuestring);
	for (size_t i = 0; leave && i < DOCS; i++)
		if (actor->docs[i] && strcmp(actor->keys[i], leave->valuestring) == 0) {
			sync_replica_close(actor->docs[i]);
			actor->docs[i] = NULL;
		}
	return join || leave;
}

static bool do_step(struct play *play, const cJSON *step)
{
	static const char *const who[] = { "open", "from", "to", "reset", "close", "app", "see" };
	const cJSON *name = NULL;
	for (size_t i = 0; i < sizeof who / sizeof *who && !name; i++)
		name = member(step, who[i]);
	struct actor *actor = find_actor(play, name ? name->valuestring : "a", NULL);
	if (member(step, "open"))
		return let_in(play, actor);
	if (member(step, "from"))
		return expect(play, actor, member(step, "send"));
	if (member(step, "to")) {
		if (!cJSON_IsTrue(member(step, "lost")))
			deliver(play, actor, member(step, "frame"));
		return true;
	}
	if (member(step, "reset"))
		return cut(play, actor, 0);
	if (member(step, "close"))
		return cut(play, actor, (unsigned)member(step, "code")->valueint);
	if (member(step, "wait"))
		pass(play, actor, (uint64_t)member(step, "wait")->valueint);
	if (member(step, "app"))
		return act(actor, step);
	return !member(step, "see") || see(actor, step);
}

/* ---- conversations ---- */

/* "$a" for format "$%s" and the like. */
static cJSON *named(const char *format, const char *name)
{
	char text[64];
	snprintf(text, sizeof text, format, name);
	return cJSON_CreateString(text);
}

/* hello, welcome, and for each document joined and a snapshot. */
static bool shake_hands(struct play *play, const cJSON *keys)
{
	struct actor *actor = find_actor(play, keys->string, keys);
	if (!let_in(play, actor))
		return false;
	cJSON *hello = hear(play, actor), *frame = cJSON_CreateObject();
	char name[64];
	snprintf(name, sizeof name, "$client.%s", keys->string);
	bind(play, name, cJSON_Duplicate(member(hello, "client"), true));
	cJSON_Delete(hello);
	cJSON_AddStringToObject(frame, "t", "welcome");
	cJSON_AddItemToObject(frame, "client", named("$client.%s", keys->string));
	cJSON_AddItemToObject(frame, "secret", named("$secret.%s", keys->string));
	cJSON_AddNumberToObject(frame, "heartbeat", 20000);
	deliver(play, actor, frame);
	cJSON_Delete(frame);
	const cJSON *key;
	cJSON_ArrayForEach(key, keys)
	{
		const cJSON *state =
			member(member(play->conversation, "documents"), key->valuestring);
		frame = cJSON_CreateObject();
		cJSON_AddStringToObject(frame, "t", "joined");
		cJSON_AddStringToObject(frame, "doc", key->valuestring);
		deliver(play, actor, frame);
		cJSON_ReplaceItemInObject(frame, "t", cJSON_CreateString("patch"));
		cJSON_AddItemToObject(frame, "epoch", named("$epoch.%s", key->valuestring));
		cJSON_AddNullToObject(frame, "from");
		cJSON_AddItemToObject(frame, "rev", named("#%s", key->valuestring));
		cJSON *ops = cJSON_AddArrayToObject(frame, "ops"), *op = cJSON_CreateObject();
		cJSON_AddItemToArray(ops, op);
		cJSON_AddStringToObject(op, "op", "replace");
		cJSON_AddStringToObject(op, "path", "");
		cJSON *value = state ? cJSON_Duplicate(state, true) : cJSON_CreateObject();
		if (!member(value, "title"))
			cJSON_AddStringToObject(value, "title", "My board");
		if (!member(value, "open"))
			cJSON_AddNumberToObject(value, "open", 0);
		cJSON_AddItemToObject(op, "value", value);
		deliver(play, actor, frame);
		cJSON_Delete(frame);
	}
	return true;
}

static bool is_ours(const cJSON *conversation)
{
	static const char *const later[] = { "update", "call",	"start",   "cancel",
					     "here",   "retry", "discard", "offline",
					     "answer", "task",	"events",  "bytes" };
	const cJSON *side, *step;
	bool client = !member(conversation, "sides");
	cJSON_ArrayForEach(side, member(conversation, "sides")) client =
		client || strcmp(side->valuestring, "client") == 0;
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		for (size_t i = 0; i < sizeof later / sizeof *later; i++)
			client = client && !member(step, later[i]);
		const cJSON *send = member(step, "send");
		const cJSON *t = send ? member(send, "t") : NULL;
		static const char *const ours[] = { "hello", "join", "leave", "ping", "pong" };
		bool said = !t;
		for (size_t i = 0; t && i < sizeof ours / sizeof *ours; i++)
			said = said || strcmp(t->valuestring, ours[i]) == 0;
		client = client && said;
	}
	return client;
}

static void converse(const char *file, const cJSON *conversation)
{
	static struct play play;
	memset(&play, 0, sizeof play);
	const cJSON *step, *keys;
	bool good = true;
	play.conversation = conversation;
	play.now = 1000;
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		const cJSON *t = member(member(step, "send"), "t");
		play.pings = play.pings || (t && strcmp(t->valuestring, "ping") == 0);
	}
	cJSON_ArrayForEach(keys, member(conversation, "joined")) good =
		good && shake_hands(&play, keys);
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		char *text = cJSON_PrintUnformatted(step);
		snprintf(play.name, sizeof play.name, "%s: %s: %.100s", strrchr(file, '/') + 1,
			 member(conversation, "name")->valuestring, text);
		free(text);
		good = good && ROW(play.name, do_step(&play, step));
	}
	for (struct actor *actor = play.actors; *actor->name; actor++) {
		pass(&play, actor, TAIL_MS);
		cJSON *more = hear(&play, actor);
		ROW(play.name, !more);
		cJSON_Delete(more);
		sync_client_free(actor->client);
	}
	for (size_t i = 0; i < play.variable_count; i++)
		cJSON_Delete(play.variables[i].value);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	if (!file || !text || !fread(text, 1, (1 << 20) - 1, file)) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}

static void conversations(void)
{
	glob_t files;
	unsigned played = 0;
	CU_ASSERT_FATAL(glob(TEST_TOP "/tests/wire/native/*.json", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = read_file(files.gl_pathv[i]);
		cJSON *list = text ? cJSON_Parse(text) : NULL, *one;
		ROW(files.gl_pathv[i], list != NULL);
		cJSON_ArrayForEach(one, list)
		{
			if (!is_ours(one))
				continue;
			converse(files.gl_pathv[i], one);
			played++;
		}
		cJSON_Delete(list);
		free(text);
	}
	globfree(&files);
	CU_ASSERT(played >= 12);
}

int test_client_wire(void)
{
	CU_pSuite suite = CU_add_suite("client_wire", NULL, NULL);
	return !suite || !CU_add_test(suite, "conversations", conversations);
}
