/* What actions and tasks come to. */
#include "wire_play.h"

#include <syncgen/patch.h>

#include "../../runtime/track.h"

struct answer *answer_of(struct play *play, const char *name)
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

/* {"$zeros": n} is base64 of so many zero bytes; a copy of anything else. */
static cJSON *spelled(const cJSON *value)
{
	const cJSON *zeros = member(value, "$zeros");
	if (!zeros)
		return cJSON_Duplicate(value, true);
	size_t bytes = (size_t)zeros->valueint, length = (bytes + 2) / 3 * 4;
	size_t padding = (3 - bytes % 3) % 3;
	char *text = calloc(1, length + 1);
	memset(text, 'A', length);
	memset(text + length - padding, '=', padding);
	cJSON *string = cJSON_CreateString(text);
	free(text);
	return string;
}

static char *args_of(const cJSON *step)
{
	const cJSON *one;
	cJSON *args = cJSON_CreateObject();
	cJSON_ArrayForEach(one, member(step, "args"))
		cJSON_AddItemToObject(args, one->string, spelled(one));
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

sync_status call(struct play *play, struct doc *doc, const cJSON *step, sync_error *error)
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

sync_status start(struct play *play, struct doc *doc, const cJSON *step, sync_error *error)
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

/* ---- what they have come to ---- */

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

bool look_at_answer(struct play *play, const cJSON *step)
{
	const struct answer *answer = answer_of(play, member(step, "answer")->valuestring);
	if (member(step, "waits"))
		return !answer->settled;
	if (member(step, "error"))
		return is_error(answer, member(step, "error"));
	cJSON *wanted = spelled(member(step, "value"));
	bool good = answer->settled && !answer->error && same(answer->value, wanted);
	cJSON_Delete(wanted);
	return good;
}

bool look_at_task(struct play *play, const cJSON *step)
{
	const struct answer *answer = answer_of(play, member(step, "task")->valuestring);
	const cJSON *progress = member(step, "progress"), *value = member(step, "value");
	if (strcmp(answer->state, member(step, "state")->valuestring) != 0)
		return false;
	return (!progress || same(answer->progress, progress)) &&
	       (!value || same(answer->value, value)) &&
	       (!member(step, "error") || is_error(answer, member(step, "error")));
}

void end_answers(struct play *play)
{
	for (size_t i = 0; i < CALLS; i++) {
		cJSON_Delete(play->answers[i].progress);
		cJSON_Delete(play->answers[i].value);
		cJSON_Delete(play->answers[i].error);
	}
}
