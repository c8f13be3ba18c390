#include "errand.h"

#include <string.h>

#include <syncgen/cell.h>

#include "../../runtime/client_core.h"
#include "../../runtime/doc_core.h"
#include "../../runtime/task_core.h"
#include "panel.h"
#include "world.h"

static const char *const names[ERRAND_KINDS] = { "work", "lone", "late" };

static struct errand *errand_of(struct world *world, const char *token)
{
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].errand_count; k++)
			if (strcmp(world->peers[i].errands[k].token, token) == 0)
				return &world->peers[i].errands[k];
	return NULL;
}

static uint32_t value_of(const struct errand *errand)
{
	return (uint32_t)strtoul(strchr(errand->token, '+') + 1, NULL, 10) * 7 + 1;
}

/* ---- the server ---- */

static sync_status leave(void *state, const struct world *world, const char *token)
{
	unsigned index;
	const sync_field *ran = field_of(world->model->state, "ran", &index);
	sync_list *list = sync_edit_field(state, ran, index);
	return list ? sync_list_insert_bytes(list, ran->type->elem, list->len, token, strlen(token))
		    : SYNC_NOMEM;
}

static void cleaned(void *data, sync_task_state state)
{
	struct errand *errand = data;
	struct world *world = errand->world;
	sync_status why = errand->job ? errand->job->call.error.code : SYNC_OK;
	if (!errand->job)
		blame(world, PROPERTY_ERRAND, "%s is cleaned up twice", errand->token);
	trace(world, "%s ends: %d", errand->token, (int)state);
	errand->job = NULL;
	errand->ended = world->now;
	errand->ending = state;
	tally(state == SYNC_TASK_DONE	  ? TALLY_TASK_DONE
	      : state == SYNC_TASK_FAILED ? TALLY_TASK_FAILED
					  : TALLY_TASK_CANCELLED);
	if (state == SYNC_TASK_FAILED && (why == SYNC_OVERLOAD || why == SYNC_NOMEM))
		errand->served = 0; /* it was not even begun: it may be asked for again */
}

static void begins(struct errand *errand, sync_task *task)
{
	struct world *world = errand->world;
	if (errand->served)
		blame(world, PROPERTY_ERRAND, "%s begins twice", errand->token);
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].errand_count; k++) {
			const struct errand *other = &world->peers[i].errands[k];
			if (errand->kind == ERRAND_LONE && other->kind == ERRAND_LONE && other->job)
				blame(world, PROPERTY_ALONE, "%s beside %s", errand->token,
				      other->token);
		}
	tally(TALLY_TASK_BEGUN);
	world->begun = true;
	errand->job = task;
	errand->served = world->served_lives;
	errand->began = world->now;
}

sync_status panel_errand(void *run, const void *handlers, void *state, const void *args,
			 void *result)
{
	sync_task *task = run;
	struct world *world = sync_call_doc(sync_task_call(task))->context;
	const sync_type *params = task->call.info->params;
	struct errand *errand = errand_of(world, *(const sync_str *)cell_of(params, args, "token"));
	(void)handlers;
	(void)result;
	if (!errand)
		return SYNC_INVALID;
	begins(errand, task);
	sync_status status = leave(state, world, errand->token);
	sync_status kept = sync_task_keep(task, cleaned, errand);
	return status == SYNC_OK ? kept : status;
}

static sync_status leave_end(void *state, void *arg)
{
	const struct errand *errand = arg;
	char token[32];
	snprintf(token, sizeof token, "%s.", errand->token);
	return leave(state, errand->world, token);
}

static void tell_progress(struct errand *errand)
{
	const sync_type *type = errand->job->call.info->progress;
	void *value = sync_box_new(type);
	uint32_t done = (uint32_t)(errand->world->now - errand->began);
	if (sync_set_leaf(value, &type->fields[0], 0, &done) == SYNC_OK)
		sync_task_progress(errand->job, value);
	sync_box_free(type, value);
}

static void serve(struct errand *errand)
{
	struct world *world = errand->world;
	uint32_t value = value_of(errand);
	unsigned what = (unsigned)chance(world, 4);
	server_noted(world); /* the one before it may have had the document go back */
	if (what == 0 && errand->kind == ERRAND_WORK) {
		tell_progress(errand);
	} else if (what == 1) {
		errand->failed = true;
		sync_task_finish(errand->job, SYNC_CONFLICT, NULL);
	} else if (what == 2 && sync_update(world->doc, leave_end, errand, NULL) == SYNC_OK &&
		   errand->job) {
		errand->finished = true;
		sync_task_finish(errand->job, SYNC_OK, errand->kind == ERRAND_WORK ? &value : NULL);
	}
}

void errands_serve(struct world *world)
{
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].errand_count; k++) {
			struct errand *errand = &world->peers[i].errands[k];
			if (errand->job && chance(world, world->calm ? 8 : 60) == 0)
				serve(errand);
		}
}

void errands_in_time(struct world *world)
{
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].errand_count; k++) {
			const struct errand *errand = &world->peers[i].errands[k];
			if (errand->job && errand->kind == ERRAND_LATE &&
			    world->now - errand->began > ERRAND_LATE_MS)
				blame(world, PROPERTY_IN_TIME, "%s runs on", errand->token);
		}
}

void errand_asked(struct world *world, const char *token, unsigned life)
{
	struct errand *errand = errand_of(world, token);
	if (!errand)
		return;
	if (errand->asked && errand->job)
		tally(TALLY_TASK_AGAIN);
	if (errand->asked++)
		return;
	errand->asked_life = life;
	/* By the clock of the client, which may have slept since it was told the time. */
	errand->asked_at = errand->task ? errand->task->replica->client->now : world->now;
}

/* Of what the server remembers: as it ended there, whoever asks and however often. */
void errand_told(struct world *world, const char *id, const char *state, bool interrupted)
{
	static const char *const states[] = { [SYNC_TASK_RUNNING] = "running",
					      [SYNC_TASK_DONE] = "done",
					      [SYNC_TASK_FAILED] = "failed",
					      [SYNC_TASK_CANCELLED] = "cancelled" };
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].errand_count; k++) {
			const struct errand *errand = &world->peers[i].errands[k];
			if (strcmp(errand->id, id) != 0 || interrupted ||
			    errand->served != world->served_lives)
				continue;
			const char *stands =
				states[errand->job ? SYNC_TASK_RUNNING : errand->ending];
			if (strcmp(state, stands) != 0)
				blame(world, PROPERTY_TOLD, "%s is %s, and told of as %s",
				      errand->token, stands, state);
		}
}

/* ---- the client ---- */

/* What was done before the outcome is there when that is told. */
static void check_shown(const struct errand *errand, sync_replica *replica)
{
	struct world *world = errand->world;
	char token[32];
	snprintf(token, sizeof token, "%s.", errand->token);
	const sync_list *ran = cell_of(world->model->state, sync_replica_state(replica), "ran");
	if (!world->deleted && !world->forgotten && !times(ran, token))
		blame(world, PROPERTY_TOLD, "%s is told of before its changes, at revision %llu",
		      errand->token, (unsigned long long)replica->rev);
}

static void check_failure(const struct errand *errand, const sync_reply *reply)
{
	struct world *world = errand->world;
	const char *how = reply->thrown ? reply->thrown : reply->error.message;
	bool gone = reply->status == SYNC_GONE;
	/* It may have begun, for all that its client can know. */
	bool doubtful = errand->asked > 1 && (errand->asked_life != world->served_lives ||
					      world->now - errand->asked_at >= ERRAND_KEPT_MS);
	if (strstr(how, "interrupted"))
		tally(errand->task->running ? TALLY_TASK_INTERRUPTED
		      : errand->served	    ? TALLY_TASK_UNHEARD
					    : TALLY_TASK_DOUBTED);
	else if (strstr(how, "timeout"))
		tally(TALLY_TASK_TIMEOUT);
	else if (gone && errand->cancelled && !errand->asked)
		tally(TALLY_TASK_WITHDRAWN);
	else if (reply->status == SYNC_CONFLICT && errand->kind == ERRAND_LONE && !errand->failed)
		tally(TALLY_TASK_REFUSED);
	bool meant = strstr(how, "interrupted")	      ? errand->served || doubtful
		     : strstr(how, "timeout")	      ? errand->kind == ERRAND_LATE
		     : reply->status == SYNC_OVERLOAD ? world->fails || world->deleted
		     : gone			      ? errand->cancelled || world->deleted
			    : errand->failed || errand->kind == ERRAND_LONE;
	if (!meant)
		blame(world, PROPERTY_TOLD, "%s: %s, for no reason", errand->token, how);
}

static void done(void *arg, sync_client_task *task, const sync_reply *reply)
{
	struct errand *errand = arg;
	char value[16];
	if (errand->over)
		blame(errand->world, PROPERTY_ERRAND, "%s ends twice", errand->token);
	trace(errand->world, "%s is over: %d %s %s", errand->token, reply->status,
	      reply->error.message, reply->thrown ? reply->thrown : "");
	errand->over = true;
	if (reply->status != SYNC_OK)
		check_failure(errand, reply);
	errand->task = NULL;
	if (reply->status != SYNC_OK)
		return;
	snprintf(value, sizeof value, "%u", (unsigned)value_of(errand));
	bool right =
		errand->kind != ERRAND_WORK ||
		(reply->length == strlen(value) && memcmp(reply->value, value, reply->length) == 0);
	if (!errand->finished || !right)
		blame(errand->world, PROPERTY_TOLD, "%s is done, with %.*s", errand->token,
		      (int)reply->length, reply->value);
	check_shown(errand, task->replica);
}

static void progress(void *arg, sync_client_task *task, const char *text, size_t length,
		     const void *value)
{
	struct errand *errand = arg;
	(void)task;
	(void)text;
	(void)length;
	tally(TALLY_TASK_PROGRESS);
	if (!value || errand->over)
		blame(errand->world, PROPERTY_ERRAND, "%s: progress of nothing", errand->token);
}

static void start(struct peer *peer, sync_replica *replica)
{
	char args[48];
	struct errand *errand = &peer->errands[peer->errand_count];
	errand->world = peer->world;
	errand->kind = (enum errand_kind)chance(peer->world, ERRAND_KINDS);
	snprintf(errand->token, sizeof errand->token, "c%u+%u", peer->number,
		 (unsigned)peer->errand_count++);
	int length = snprintf(args, sizeof args, "{\"token\":\"%s\"}", errand->token);
	sync_error error;
	errand->task = sync_replica_start(replica, names[errand->kind],
					  &(sync_client_task_request){ .args = args,
								       .length = (size_t)length,
								       .progress = progress,
								       .done = done,
								       .arg = errand },
					  &error);
	if (errand->task)
		snprintf(errand->id, sizeof errand->id, "%s", sync_client_task_id(errand->task));
	else
		blame(peer->world, PROPERTY_UNASKED, "%s: %s", errand->token, error.message);
}

void errands_step(struct peer *peer, sync_replica *replica)
{
	struct world *world = peer->world;
	if (world->calm)
		return;
	if (peer->errand_count < ERRANDS_MAX && chance(world, 40) == 0)
		start(peer, replica);
	struct errand *errand = &peer->errands[chance(world, ERRANDS_MAX)];
	if (!errand->task || chance(world, 60))
		return;
	errand->cancelled = true;
	sync_client_task_cancel(errand->task);
}

void errands_drop(struct peer *peer)
{
	for (size_t i = 0; i < peer->errand_count; i++)
		peer->errands[i].task = NULL;
}

bool errands_wait(const struct peer *peer)
{
	for (size_t i = 0; i < peer->errand_count; i++)
		if (peer->errands[i].task)
			return true;
	return false;
}
