/* What the server says at the beginning. */
#include "wire_play.h"

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

bool shake_hands(struct play *play, const cJSON *keys)
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
