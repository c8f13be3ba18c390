/* What the application does. */
#include "wire_play.h"

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

bool act(struct play *play, struct actor *actor, const cJSON *step)
{
	const cJSON *throws = member(step, "throws"), *left = member(step, "leave");
	sync_error error;
	if (left) {
		leave_doc(actor, left->valuestring);
		poll_actor(play, actor);
		return true;
	}
	sync_status status = perform(play, actor, step, &error);
	poll_actor(play, actor);
	const char *wanted = throws ? throws->valuestring : sync_status_name(SYNC_OK);
	if (strcmp(sync_status_name(status), wanted) == 0)
		return true;
	printf("  is       %s\n", sync_status_name(status));
	return false;
}
