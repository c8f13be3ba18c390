#include "client_rig.h"

#include <stdio.h>
#include <string.h>

#include <syncgen/queue.h>

#include "fault.h"

static void on_change(void *arg, sync_replica *replica, const sync_replica_change *change)
{
	struct told *told = arg;
	(void)replica;
	told->changes++;
	told->wholes += change->whole;
	told->rev = change->rev;
	snprintf(told->ops, sizeof told->ops, "%.*s", (int)change->length,
		 change->ops ? change->ops : "");
}

static void on_event(void *arg, sync_replica *replica, const char *name, const char *args,
		     size_t length, const void *value)
{
	(void)value;
	struct told *told = arg;
	(void)replica;
	(void)name;
	(void)args;
	(void)length;
	told->events++;
}

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	struct told *told = arg;
	(void)replica;
	(void)refusal;
	told->refusals++;
}

void rig_answered(void *arg, sync_replica *replica, const sync_reply *reply)
{
	struct told *told = arg;
	(void)replica;
	told->answers++;
	told->answer = reply->status;
}

bool rig_open(struct rig *rig, const sync_model *model)
{
	return rig_open_kept(rig, model, NULL);
}

bool rig_open_kept(struct rig *rig, const sync_model *model, sync_queue *queue)
{
	memset(rig, 0, sizeof *rig);
	rig->now = RIG_START;
	rig->client = sync_client_new(
		&(sync_client_options){ .seed = 3, .id = queue ? NULL : "ann", .queue = queue });
	if (!rig->client)
		return false;
	rig->replica = sync_client_open(rig->client, RIG_KEY,
					&(sync_replica_options){ .model = model,
								 .changed = on_change,
								 .event = on_event,
								 .refused = on_refused,
								 .arg = &rig->told },
					NULL);
	return rig->replica != NULL;
}

void rig_close(struct rig *rig)
{
	sync_client_free(rig->client);
}

void rig_hear(struct rig *rig, const char *text)
{
	char quoted[4096];
	size_t length = strlen(text);
	for (size_t i = 0; i < length; i++)
		quoted[i] = text[i] == '\'' ? '"' : text[i];
	sync_client_receive(rig->client, rig->now, quoted, length, false);
}

const char *rig_said(struct rig *rig)
{
	static char text[4096];
	sync_client_frame frame;
	text[0] = '\0';
	while (sync_client_next(rig->client, &frame)) {
		snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
		for (char *at = text; *at; at++)
			*at = *at == '"' ? '\'' : *at;
	}
	return text;
}

uint64_t rig_let_in(struct rig *rig)
{
	uint64_t start = rig->now;
	sync_client_step step;
	while ((step = sync_client_poll(rig->client, rig->now)) != SYNC_CLIENT_DIAL) {
		uint64_t at = sync_client_deadline(rig->client);
		if (step == SYNC_CLIENT_REST && at == UINT64_MAX)
			return UINT64_MAX;
		rig->now = at > rig->now ? at : rig->now;
	}
	uint64_t took = rig->now - start;
	sync_client_opened(rig->client, rig->now);
	return took;
}

void rig_greet(struct rig *rig)
{
	rig_let_in(rig);
	rig_said(rig);
	rig_hear(rig, WELCOME);
	rig_hear(rig, JOINED);
}

void rig_load(struct rig *rig)
{
	rig_greet(rig);
	rig_hear(rig, SNAPSHOT);
}

struct talk {
	const sync_model *model;
	bool kept;
	void (*talk)(struct rig *rig);
};

static void talk_twice(void *arg)
{
	const struct talk *its = arg;
	struct rig rig;
	sync_queue *queue = its->kept ? sync_queue_memory_new() : NULL;
	if (its->kept && !queue)
		return;
	if (rig_open_kept(&rig, its->model, queue))
		its->talk(&rig);
	rig_close(&rig);
	if (!queue)
		return;
	if (rig_open_kept(&rig, its->model, queue))
		rig_load(&rig);
	rig_close(&rig);
	sync_queue_close(queue);
}

void rig_fail_each(const sync_model *model, bool kept, void (*talk)(struct rig *rig))
{
	struct talk its = { model, kept, talk };
	fault_each(talk_twice, &its);
}

bool rig_shows(const struct rig *rig, const char *wanted)
{
	sync_buf out = { 0 };
	sync_replica_write(rig->replica, &out);
	char text[4096];
	size_t length = strlen(wanted);
	for (size_t i = 0; i < length; i++)
		text[i] = wanted[i] == '\'' ? '"' : wanted[i];
	bool same = out.len == length && memcmp(out.data, text, length) == 0;
	if (!same)
		printf("  shows %.*s\n", (int)out.len, out.data ? out.data : "");
	sync_buf_release(&out);
	return same;
}

sync_replica_status rig_status(const struct rig *rig)
{
	sync_replica_status status;
	sync_replica_status_get(rig->replica, &status);
	return status;
}
