/*
 * The conversations of tests/wire/native from a client's side: this plays the server
 * (tests/wire/README.md says how). The board is typed, other documents are not. Conversations with
 * frames `bin` are for clients that send them.
 */
#include <CUnit/CUnit.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/client.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

#include "../../runtime/track.h"
#include "row.h"
#include "wire/board.h"
#include "wire_words.h"

enum { ACTORS = 3, DOCS = 4, CALLS = 8, DIAL_MS = 31000, TAIL_MS = 300 };

/* What an action or a task has come to. */
struct answer {
	char name[16];
	sync_client_task *task; /* NULL: none, or over */
	bool settled;
	const char *state; /* of a task */
	cJSON *progress, *value, *error;
};

struct doc {
	sync_replica *replica;
	char key[64];
	cJSON *events, *here;
};

struct actor {
	char name[8];
	sync_client *client;
	struct doc docs[DOCS];
	bool dialled, open;
	cJSON *kept; /* a frame that came while time passed */
};

struct play {
	char name[200];
	const cJSON *conversation;
	uint64_t now;
	bool pings; /* the conversation speaks of them */
	struct actor actors[ACTORS];
	struct answer answers[CALLS];
	struct words words;
};

/* ---- documents ---- */

static const cJSON *member(const cJSON *of, const char *name)
{
	return words_member(of, name);
}

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

static void open_doc(struct actor *actor, const char *key)
{
	struct doc *doc = actor->docs;
	while (doc->replica)
		doc++;
	snprintf(doc->key, sizeof doc->key, "%s", key);
	doc->events = cJSON_CreateArray();
	doc->here = cJSON_CreateObject();
	doc->replica = sync_client_open(
		actor->client, key,
		&(sync_replica_options){ .model = strcmp(key, "BOARD") == 0 ? &wire_board_model
									    : NULL,
					 .event = on_event,
					 .here = on_here,
					 .arg = doc },
		NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc->replica);
}

static void forget_doc(struct doc *doc)
{
	cJSON_Delete(doc->events);
	cJSON_Delete(doc->here);
	memset(doc, 0, sizeof *doc);
}

static struct doc *doc_of(struct actor *actor, const cJSON *step)
{
	const cJSON *key = member(step, "doc");
	for (struct doc *doc = actor->docs; doc < actor->docs + DOCS; doc++)
		if (strcmp(doc->key, key ? key->valuestring : "BOARD") == 0)
			return doc;
	return NULL;
}

static cJSON *state_of(const sync_replica *replica)
{
	sync_buf text = { 0 };
	sync_replica_write(replica, &text);
	cJSON *state = cJSON_Parse(sync_buf_cstr(&text));
	sync_buf_release(&text);
	return state;
}

/* ---- clients ---- */

static struct actor *find_actor(struct play *play, const char *name, const cJSON *keys)
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

/* Time passes, no further than the client's next deadline at once; until it says something. */
static void pass(struct play *play, struct actor *actor, uint64_t ms)
{
	uint64_t end = play->now + ms;
	poll(play, actor);
	while (play->now < end && !actor->kept) {
		uint64_t at = sync_client_deadline(actor->client);
		play->now = at > play->now && at < end ? at : end;
		poll(play, actor);
		if (!play->pings)
			actor->kept = hear(play, actor);
	}
	play->now = end;
}

/* ---- calls and tasks ---- */

static struct answer *answer_of(struct play *play, const char *name)
{
	struct answer *answer = play->answers;
	while (*answer->name && strcmp(answer->name, name) != 0)
		answer++;
	snprintf(answer->name, sizeof answer->name, "%s", name);
	return answer;
}

static cJSON *error_of(const sync_reply *reply)
{
	cJSON *error = cJSON_CreateObject();
	const char *code = sync_status_name(reply->status);
	if (reply->thrown) {
		cJSON *thrown = cJSON_AddObjectToObject(error, "thrown");
		cJSON_AddStringToObject(thrown, "name", reply->thrown);
		cJSON_AddItemToObject(thrown, "args", cJSON_Parse(reply->args));
	}
	cJSON_AddStringToObject(error, "code", code);
	cJSON_AddStringToObject(error, "message", reply->error.message);
	return error;
}

static void settle(struct answer *answer, const sync_reply *reply)
{
	CU_ASSERT(!answer->settled);
	answer->settled = true;
	CU_ASSERT((reply->value != NULL) == (reply->result != NULL));
	if (reply->status != SYNC_OK)
		answer->error = error_of(reply);
	else if (reply->value)
		answer->value = cJSON_ParseWithLength(reply->value, reply->length);
}

static void on_reply(void *arg, sync_replica *replica, const sync_reply *reply)
{
	(void)replica;
	settle(arg, reply);
}

static void on_progress(void *arg, sync_client_task *task, const char *progress, size_t length,
			const void *value)
{
	struct answer *answer = arg;
	CU_ASSERT_PTR_EQUAL(answer->task, task);
	CU_ASSERT_PTR_NOT_NULL(value);
	cJSON_Delete(answer->progress);
	answer->progress = cJSON_ParseWithLength(progress, length);
}

static void on_outcome(void *arg, sync_client_task *task, const sync_reply *reply)
{
	struct answer *answer = arg;
	CU_ASSERT_PTR_EQUAL(answer->task, task);
	answer->task = NULL;
	answer->state = reply->status == SYNC_OK     ? "done"
			: reply->status == SYNC_GONE ? "cancelled"
						     : "failed";
	settle(answer, reply);
}

/* Arguments as text; {"$zeros": n} is base64 of so many zero bytes. */
static char *args_of(const cJSON *step)
{
	cJSON *args = cJSON_Duplicate(member(step, "args"), true);
	const cJSON *zeros = member(member(args, "data"), "$zeros");
	if (zeros) {
		size_t bytes = (size_t)zeros->valueint, length = (bytes + 2) / 3 * 4;
		char *text = calloc(1, length + 1);
		memset(text, 'A', length);
		memset(text + length - (3 - bytes % 3) % 3, '=', (3 - bytes % 3) % 3);
		cJSON_ReplaceItemInObject(args, "data", cJSON_CreateString(text));
		free(text);
	}
	char *text = cJSON_PrintUnformatted(args);
	cJSON_Delete(args);
	return text;
}

static sync_status guess(void *state, void *ops)
{
	static const sync_apply_options options = { .flags = SYNC_APPLY_EXTENDED };
	sync_node *node = state;
	return sync_track_apply(sync_track_of(node), ops, strlen(ops), &options, NULL);
}

static sync_status call(struct play *play, struct doc *doc, const cJSON *step, sync_error *error)
{
	const cJSON *timeout = member(step, "timeout"), *ahead = member(step, "optimistic");
	char *args = args_of(step), *ops = cJSON_PrintUnformatted(ahead);
	sync_request request = { .args = args,
				 .length = strlen(args),
				 .ahead = ahead ? guess : NULL,
				 .ahead_arg = ops,
				 .timeout_ms = timeout ? (unsigned)timeout->valueint : 0,
				 .done = on_reply,
				 .arg = answer_of(play, member(step, "as")->valuestring) };
	sync_status status =
		sync_replica_call(doc->replica, member(step, "call")->valuestring, &request, error);
	free(args);
	free(ops);
	return status;
}

static sync_status start(struct play *play, struct doc *doc, const cJSON *step, sync_error *error)
{
	struct answer *answer = answer_of(play, member(step, "as")->valuestring);
	char *args = args_of(step);
	answer->task = sync_replica_start(doc->replica, member(step, "start")->valuestring,
					  &(sync_client_task_request){ .args = args,
								       .length = strlen(args),
								       .progress = on_progress,
								       .done = on_outcome,
								       .arg = answer },
					  error);
	answer->state = "running";
	free(args);
	return answer->task ? SYNC_OK : error->code;
}

/* ---- what the application does ---- */

static sync_status patch(struct doc *doc, const cJSON *ops, sync_error *error)
{
	char *text = cJSON_PrintUnformatted(ops);
	sync_status status = sync_replica_patch(doc->replica, text, strlen(text), error);
	free(text);
	return status;
}

static sync_status say_here(struct doc *doc, const cJSON *here, sync_error *error)
{
	char *text = cJSON_PrintUnformatted(here);
	sync_status status = sync_replica_here(doc->replica, text, strlen(text), error);
	free(text);
	return status;
}

static uint64_t refusal(struct doc *doc, const cJSON *which)
{
	const sync_refusal *refused = sync_replica_refusal(doc->replica, (size_t)which->valueint);
	return refused ? refused->id : 0;
}

static sync_status perform(struct play *play, struct actor *actor, const cJSON *step,
			   sync_error *error)
{
	struct doc *doc = doc_of(actor, step);
	if (member(step, "join"))
		open_doc(actor, member(step, "join")->valuestring);
	else if (!doc)
		return SYNC_NOT_FOUND;
	else if (member(step, "update"))
		return patch(doc, member(step, "update"), error);
	else if (member(step, "call"))
		return call(play, doc, step, error);
	else if (member(step, "start"))
		return start(play, doc, step, error);
	else if (member(step, "cancel"))
		sync_client_task_cancel(answer_of(play, member(step, "cancel")->valuestring)->task);
	else if (member(step, "here"))
		return say_here(doc, member(step, "here"), error);
	else if (member(step, "retry"))
		return sync_replica_retry(doc->replica, refusal(doc, member(step, "retry")), error);
	else if (member(step, "discard"))
		return sync_replica_discard(doc->replica, refusal(doc, member(step, "discard")));
	else
		return SYNC_UNSUPPORTED;
	return SYNC_OK;
}

static void leave(struct actor *actor, const char *key)
{
	for (struct doc *doc = actor->docs; doc < actor->docs + DOCS; doc++)
		if (strcmp(doc->key, key) == 0) {
			sync_replica_close(doc->replica);
			forget_doc(doc);
		}
}

static bool act(struct play *play, struct actor *actor, const cJSON *step)
{
	const cJSON *throws = member(step, "throws"), *left = member(step, "leave");
	sync_error error;
	if (left) {
		leave(actor, left->valuestring);
		poll(play, actor);
		return true;
	}
	sync_status status = perform(play, actor, step, &error);
	poll(play, actor);
	const char *wanted = throws ? throws->valuestring : sync_status_name(SYNC_OK);
	if (strcmp(sync_status_name(status), wanted) == 0)
		return true;
	printf("  is       %s\n", sync_status_name(status));
	return false;
}

/* ---- what it sees ---- */

static bool same(const cJSON *is, const cJSON *wanted)
{
	if (cJSON_Compare(is, wanted, true))
		return true;
	char *text = cJSON_PrintUnformatted(is);
	printf("  is       %s\n", text ? text : "nothing");
	free(text);
	return false;
}

static bool members_same(const cJSON *is, const cJSON *wanted)
{
	const cJSON *one;
	bool good = true;
	cJSON_ArrayForEach(one, wanted) good = good && same(member(is, one->string), one);
	return good;
}

static bool is_status(const sync_replica *replica, const cJSON *wanted)
{
	static const char *const names[] = { "idle", "syncing", "error" };
	sync_replica_status status;
	sync_replica_status_get(replica, &status);
	cJSON *is = cJSON_CreateObject();
	cJSON_AddBoolToObject(is, "connected", status.connected);
	cJSON_AddBoolToObject(is, "loaded", status.loaded);
	cJSON_AddStringToObject(is, "syncing", names[status.syncing]);
	cJSON_AddNumberToObject(is, "pending", (double)status.pending);
	cJSON_AddNumberToObject(is, "quarantined", (double)status.quarantined);
	cJSON_AddStringToObject(is, "error", sync_status_name(status.error.code));
	bool good = members_same(is, wanted);
	cJSON_Delete(is);
	return good;
}

static int by_code(const void *a, const void *b)
{
	const sync_refusal *const *one = a, *const *other = b;
	return strcmp(sync_status_name((*one)->error.code), sync_status_name((*other)->error.code));
}

/* A code alone, or with the place and what stands there. */
static cJSON *refusal_like(const sync_refusal *refusal, const cJSON *wanted)
{
	const char *code = sync_status_name(refusal->error.code);
	if (!cJSON_IsObject(wanted))
		return cJSON_CreateString(code);
	cJSON *is = cJSON_CreateObject();
	cJSON_AddStringToObject(is, "code", code);
	cJSON_AddStringToObject(is, "path", refusal->error.pointer);
	if (refusal->current)
		cJSON_AddItemToObject(is, "current", cJSON_Parse(refusal->current));
	return is;
}

static bool is_quarantine(const sync_replica *replica, const cJSON *wanted)
{
	const sync_refusal *refused[8];
	size_t count = 0;
	while (count < 8 && (refused[count] = sync_replica_refusal(replica, count)))
		count++;
	qsort(refused, count, sizeof *refused, by_code);
	cJSON *is = cJSON_CreateArray();
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(is,
				     refusal_like(refused[i], cJSON_GetArrayItem(wanted, (int)i)));
	bool good = same(is, wanted);
	cJSON_Delete(is);
	return good;
}

static bool values_same(const cJSON *object, const cJSON *wanted)
{
	const cJSON *one;
	int i = 0;
	bool good = cJSON_GetArraySize(object) == cJSON_GetArraySize(wanted);
	cJSON_ArrayForEach(one, object) good = good && same(one, cJSON_GetArrayItem(wanted, i++));
	return good;
}

static bool see(struct actor *actor, const cJSON *step)
{
	struct doc *doc = doc_of(actor, step);
	if (!doc)
		return false;
	cJSON *state = state_of(doc->replica);
	sync_replica_status status;
	sync_replica_status_get(doc->replica, &status);
	bool untyped = !sync_replica_state(doc->replica);
	/* An untyped document has no state before it is loaded. */
	bool good = (untyped && !status.loaded) || members_same(state, member(step, "state"));
	cJSON_Delete(state);
	good = good && is_status(doc->replica, member(step, "status"));
	if (member(step, "quarantine"))
		good = good && is_quarantine(doc->replica, member(step, "quarantine"));
	if (member(step, "here"))
		good = good && values_same(doc->here, member(step, "here"));
	if (member(step, "events")) {
		good = good && same(doc->events, member(step, "events"));
		cJSON_Delete(doc->events);
		doc->events = cJSON_CreateArray();
	}
	return good;
}

static const char *code_here(const char *code, const char *state)
{
	if (strcmp(code, "timeout") == 0)
		return sync_status_name(SYNC_OVERLOAD);
	return strcmp(code, "cancelled") == 0 && state ? sync_status_name(SYNC_GONE) : code;
}

static bool is_error(const struct answer *answer, const cJSON *wanted)
{
	const cJSON *code = member(wanted, "code"), *thrown = member(wanted, "thrown");
	if (!answer->error)
		return false;
	return (!code || strcmp(member(answer->error, "code")->valuestring,
				code_here(code->valuestring, answer->state)) == 0) &&
	       (!thrown || same(member(answer->error, "thrown"), thrown));
}

static bool look_at_answer(struct play *play, const cJSON *step)
{
	const struct answer *answer = answer_of(play, member(step, "answer")->valuestring);
	if (member(step, "waits"))
		return !answer->settled;
	if (member(step, "error"))
		return is_error(answer, member(step, "error"));
	return answer->settled && !answer->error && same(answer->value, member(step, "value"));
}

static bool look_at_task(struct play *play, const cJSON *step)
{
	const struct answer *answer = answer_of(play, member(step, "task")->valuestring);
	const cJSON *progress = member(step, "progress"), *value = member(step, "value");
	if (strcmp(answer->state, member(step, "state")->valuestring) != 0)
		return false;
	return (!progress || same(answer->progress, progress)) &&
	       (!value || same(answer->value, value)) &&
	       (!member(step, "error") || is_error(answer, member(step, "error")));
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
	if (!said) {
		pass(play, actor, 2 * TAIL_MS);
		said = hear(play, actor);
	}
	bool good = said && words_match(&play->words, said, wanted);
	if (!good) {
		char *text = cJSON_PrintUnformatted(said);
		printf("  is       %s\n", text ? text : "nothing");
		free(text);
	}
	cJSON_Delete(said);
	return good;
}

static bool cut(struct play *play, struct actor *actor, unsigned code)
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
		return act(play, actor, step);
	if (member(step, "answer"))
		return look_at_answer(play, step);
	if (member(step, "task"))
		return look_at_task(play, step);
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

/* The document as the server has it: what the conversation says, on the defaults. */
static cJSON *document(struct play *play, struct actor *actor, const char *key)
{
	const cJSON *wanted = member(member(play->conversation, "documents"), key), *one;
	cJSON *step = cJSON_CreateObject();
	cJSON_AddStringToObject(step, "doc", key);
	cJSON *state = state_of(doc_of(actor, step)->replica);
	cJSON_Delete(step);
	if (!cJSON_IsObject(state)) {
		cJSON_Delete(state);
		state = cJSON_CreateObject();
		cJSON_AddStringToObject(state, "title", "");
	}
	cJSON_ArrayForEach(one, wanted)
	{
		cJSON_DeleteItemFromObject(state, one->string);
		cJSON_AddItemToObject(state, one->string, cJSON_Duplicate(one, true));
	}
	return state;
}

static void welcome(struct play *play, struct actor *actor)
{
	cJSON *frame = cJSON_CreateObject();
	cJSON_AddStringToObject(frame, "t", "welcome");
	cJSON_AddItemToObject(frame, "client", named("$client.%s", actor->name));
	cJSON_AddItemToObject(frame, "secret", named("$secret.%s", actor->name));
	cJSON_AddNumberToObject(frame, "heartbeat", 20000);
	deliver(play, actor, frame);
	cJSON_Delete(frame);
}

static void snapshot(struct play *play, struct actor *actor, const char *key)
{
	cJSON *frame = cJSON_CreateObject(), *op = cJSON_CreateObject();
	cJSON_AddStringToObject(frame, "t", "joined");
	cJSON_AddStringToObject(frame, "doc", key);
	deliver(play, actor, frame);
	cJSON_ReplaceItemInObject(frame, "t", cJSON_CreateString("patch"));
	cJSON_AddItemToObject(frame, "epoch", named("$epoch.%s", key));
	cJSON_AddNullToObject(frame, "from");
	cJSON_AddItemToObject(frame, "rev", named("#%s", key));
	cJSON_AddItemToArray(cJSON_AddArrayToObject(frame, "ops"), op);
	cJSON_AddStringToObject(op, "op", "replace");
	cJSON_AddStringToObject(op, "path", "");
	cJSON_AddItemToObject(op, "value", document(play, actor, key));
	deliver(play, actor, frame);
	cJSON_Delete(frame);
}

/* hello, welcome, and for each document joined and a snapshot. */
static bool shake_hands(struct play *play, const cJSON *keys)
{
	struct actor *actor = find_actor(play, keys->string, keys);
	char name[64];
	if (!let_in(play, actor))
		return false;
	cJSON *hello = hear(play, actor);
	snprintf(name, sizeof name, "$client.%s", keys->string);
	words_bind(&play->words, name, cJSON_Duplicate(member(hello, "client"), true));
	cJSON_Delete(hello);
	welcome(play, actor);
	const cJSON *key;
	cJSON_ArrayForEach(key, keys) snapshot(play, actor, key->valuestring);
	return true;
}

static bool is_ours(const cJSON *conversation)
{
	const cJSON *side, *step;
	bool ours = !member(conversation, "sides");
	cJSON_ArrayForEach(side, member(conversation, "sides")) ours =
		ours || strcmp(side->valuestring, "client") == 0;
	cJSON_ArrayForEach(step, member(conversation, "steps")) ours =
		ours && !member(step, "zeros");
	return ours;
}

static bool speaks_of_pings(const cJSON *conversation)
{
	const cJSON *step;
	bool pings = false;
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		const cJSON *t = member(member(step, "send"), "t");
		pings = pings || (t && strcmp(t->valuestring, "ping") == 0);
	}
	return pings;
}

/* Nothing more is said. */
static void finish(struct play *play)
{
	for (struct actor *actor = play->actors; *actor->name; actor++) {
		pass(play, actor, TAIL_MS);
		cJSON *more = hear(play, actor);
		ROW(play->name, !more);
		cJSON_Delete(more);
		cJSON_Delete(actor->kept);
		sync_client_free(actor->client);
		for (size_t i = 0; i < DOCS; i++)
			forget_doc(&actor->docs[i]);
	}
	for (size_t i = 0; i < CALLS; i++) {
		cJSON_Delete(play->answers[i].progress);
		cJSON_Delete(play->answers[i].value);
		cJSON_Delete(play->answers[i].error);
	}
	words_release(&play->words);
}

static void converse(const char *file, const cJSON *conversation)
{
	static struct play play;
	memset(&play, 0, sizeof play);
	const cJSON *step, *keys;
	bool good = true;
	play.conversation = conversation;
	play.now = 1000;
	play.pings = speaks_of_pings(conversation);
	words_bind(&play.words, "$hash.Board", cJSON_CreateString(wire_board_model.hash));
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
	finish(&play);
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
	CU_ASSERT(played >= 50);
}

int test_client_wire(void)
{
	CU_pSuite suite = CU_add_suite("client_wire", NULL, NULL);
	return !suite || !CU_add_test(suite, "conversations", conversations);
}
