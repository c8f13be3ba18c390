/*
 * Whatever a server of sync.v1.json says to a client, a line a frame. A line that begins with "<" is a binary
 * message, "~" a connection that closes (with the code behind it), "=" one that opens, "+" time that passes; "*"
 * and a letter is what the program does. "$E", "$R", "$S", "$N" stand for the epoch in quotes, the revision that the
 * client has, the next one, and the last number that it pushed.
 *
 * What must hold: what the client says is JSON; what it shows is what it told of; what was made here and never
 * sent waits, is in the quarantine, or its caller was told; and it does not dial again and again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include <syncgen/queue.h>
#include <syncgen/value.h>

#include "runtime/client_core.h"
#include "sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

enum { DOCS = 2, MADE = 64 };

/* A document: one with the schema, one without. */
struct view {
	sync_replica *replica;
	cJSON *shows; /* by what was told of it */
};

/* Something made here, recognised by its tag. */
struct made {
	unsigned view;
	bool sent, over;
};

struct world {
	sync_queue *queue;
	sync_client *client;
	struct view views[DOCS];
	struct made made[MADE];
	unsigned count, dials;
	uint64_t now, number;
};

static const char *const keys[DOCS] = { "SIM", "ANY" };

/* ---- what the client shows ---- */

static cJSON *shown(const struct view *view)
{
	sync_buf text = { 0 };
	must(sync_replica_write(view->replica, &text) == SYNC_OK);
	cJSON *value = cJSON_ParseWithLength(text.data, text.len);
	must(value || !view->replica->options.model);
	sync_buf_release(&text);
	return value;
}

static void look_anew(struct view *view)
{
	sync_json_free(view->shows);
	view->shows = shown(view);
}

static void compare(struct view *view)
{
	cJSON *now = shown(view);
	must(sync_json_equal(now, view->shows));
	sync_json_free(now);
}

/* ---- what the program is told ---- */

/* Members that the schema does not know are in what a server says, not in what is shown: without one operations
 * tell all. */
static void on_changed(void *arg, sync_replica *replica, const sync_replica_change *change)
{
	struct view *view = arg;
	sync_error error;
	if (!change->whole && !replica->options.model) {
		must(sync_json_patch_extended(&view->shows, change->ops, change->length, &error) ==
		     SYNC_OK);
		compare(view);
	}
	look_anew(view);
}

static void on_event(void *arg, sync_replica *replica, const char *name, const char *args,
		     size_t length, const void *value)
{
	(void)arg;
	(void)replica;
	(void)value;
	must(*name || !*name);
	must(!length || args);
}

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	(void)arg;
	(void)replica;
	must(refusal->action || refusal->ops);
	must(refusal->error.code != SYNC_OK);
}

static void on_here(void *arg, sync_replica *replica, const char *who, const char *state,
		    const void *value)
{
	(void)arg;
	(void)replica;
	must(who && (state || !value));
}

static void on_done(void *arg, sync_replica *replica, const sync_reply *reply)
{
	struct made *made = arg;
	(void)replica;
	must(!made->over); /* told once */
	must(made->sent || reply->status != SYNC_OK);
	made->over = true;
}

static void on_task(void *arg, sync_client_task *task, const sync_reply *reply)
{
	(void)arg;
	(void)task;
	must(reply->status == SYNC_OK || reply->error.code != SYNC_OK);
}

/* ---- what was made here ---- */

static bool has(const char *text, size_t length, const char *tag)
{
	size_t size = strlen(tag);
	for (size_t i = 0; i + size <= length; i++)
		if (memcmp(text + i, tag, size) == 0)
			return true;
	return false;
}

static bool waits(const mutation *list, const char *tag)
{
	for (; list; list = list->next)
		if (has(list->ops.data, list->ops.len, tag) ||
		    (list->args && strstr(list->args, tag)))
			return true;
	return false;
}

static void account(const struct world *world)
{
	for (unsigned i = 0; i < world->count; i++) {
		const struct made *made = &world->made[i];
		char tag[16];
		snprintf(tag, sizeof tag, "<%u>", i);
		const outbox *box = &world->views[made->view].replica->box;
		must(made->sent || made->over || waits(box->pending, tag) ||
		     waits(box->quarantine, tag));
	}
}

/* ---- what the client says ---- */

static void note_push(struct world *world, const char *text)
{
	for (unsigned i = 0; i < world->count; i++) {
		char tag[16];
		snprintf(tag, sizeof tag, "<%u>", i);
		if (strstr(text, tag))
			world->made[i].sent = true;
	}
	for (const char *at = text; (at = strstr(at, "{\"n\":")); at++)
		world->number = strtoull(at + 5, NULL, 10);
}

static void hear_all(struct world *world)
{
	sync_client_frame frame;
	for (unsigned i = 0; sync_client_next(world->client, &frame); i++) {
		must(i < 1000);
		if (frame.binary)
			continue;
		sync_reader reader;
		must(sync_reader_init(&reader, frame.data, frame.length, NULL) &&
		     sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader));
		char *text = strndup(frame.data, frame.length);
		must(text);
		if (strstr(text, "{\"t\":\"push\"") == text)
			note_push(world, text);
		free(text);
	}
}

/* Whatever is to be done now, and what comes of it; then there is something to wait for. */
static void turn(struct world *world)
{
	sync_client_step step;
	for (unsigned i = 0; (step = sync_client_poll(world->client, world->now)); i++) {
		world->dials += step == SYNC_CLIENT_DIAL;
		must(i < 10);
	}
	hear_all(world);
	sync_client_poll(world->client, world->now);
	hear_all(world);
	must(sync_client_deadline(world->client) > world->now);
}

/* ---- what happens ---- */

static void open_all(struct world *world)
{
	world->client = sync_client_new(
		&(sync_client_options){ .seed = 5, .queue = world->queue, .max_parts = 1 << 20 });
	must(world->client != NULL);
	for (unsigned i = 0; i < DOCS; i++) {
		struct view *view = &world->views[i];
		view->replica =
			sync_client_open(world->client, keys[i],
					 &(sync_replica_options){ .model = i ? NULL : &sim_model,
								  .changed = on_changed,
								  .event = on_event,
								  .refused = on_refused,
								  .here = on_here,
								  .arg = view },
					 NULL);
		must(view->replica != NULL);
		look_anew(view);
	}
}

/* As a program that ends; callers are not told. */
static void restart(struct world *world)
{
	sync_client_free(world->client);
	open_all(world);
}

static void make(struct world *world, unsigned which, bool call)
{
	sync_replica *replica = world->views[which].replica;
	char text[128];
	if (world->count == MADE)
		return;
	struct made *made = &world->made[world->count];
	*made = (struct made){ .view = which };
	int length = snprintf(text, sizeof text,
			      call ? "{\"token\":\"<%u>\"}"
				   : "[{\"op\":\"add\",\"path\":\"/log/-\",\"value\":\"<%u>\"}]",
			      world->count);
	sync_request request = { .args = text,
				 .length = (size_t)length,
				 .done = world->count % 3 ? on_done : NULL,
				 .arg = made,
				 .timeout_ms = world->count % 5 ? 0 : 5000 };
	sync_status status = call ? sync_replica_call(replica, "poke", &request, NULL)
				  : sync_replica_patch(replica, text, (size_t)length, NULL);
	/* A caller that was told that it has no answer yet is not told more. */
	if (status == SYNC_OK)
		world->count++;
}

static void edit(struct world *world, unsigned which, const char *ops)
{
	sync_replica_patch(world->views[which].replica, ops, strlen(ops), NULL);
}

/* What is thrown away is over. */
static void give_up(struct world *world, sync_replica *replica)
{
	const sync_refusal *refusal = sync_replica_refusal(replica, 0);
	if (!refusal)
		return;
	const char *text = refusal->action ? refusal->args : refusal->ops;
	for (unsigned i = 0; i < world->count; i++) {
		char tag[16];
		snprintf(tag, sizeof tag, "<%u>", i);
		if (strstr(text, tag))
			world->made[i].over = true;
	}
	must(sync_replica_discard(replica, refusal->id) == SYNC_OK);
}

static void act(struct world *world, char what)
{
	sync_replica *typed = world->views[0].replica;
	const sync_refusal *refusal = sync_replica_refusal(typed, 0);
	switch (what) {
	case 'l':
		make(world, 0, false);
		break;
	case 'u':
		make(world, 1, false);
		break;
	case 'a':
		make(world, 0, true);
		break;
	case 't':
		edit(world, 0, "[{\"op\":\"replace\",\"path\":\"/title\",\"value\":\"ours\"}]");
		break;
	case 'b':
		edit(world, 0, "[{\"op\":\"text\",\"path\":\"/body\",\"delta\":[1,\"+\"]}]");
		break;
	case 'i':
		edit(world, 0,
		     "[{\"op\":\"add\",\"path\":\"/items/"
		     "0\",\"value\":{\"id\":\"i\",\"tag\":\"\"}}]");
		break;
	case 'j':
		edit(world, 0,
		     "[{\"op\":\"replace\",\"path\":\"/items/0/tag\",\"value\":\"ours\"}]");
		break;
	case 'v':
		edit(world, 1, "[{\"op\":\"text\",\"path\":\"/body\",\"delta\":[1,\"+\"]}]");
		break;
	case 'w':
		sync_replica_start(typed, "walk", &(sync_client_task_request){ .done = on_task },
				   NULL);
		break;
	case 'k':
		if (typed->tasks)
			sync_client_task_cancel(typed->tasks);
		break;
	case 'h':
		sync_replica_here(typed, "{\"name\":\"me\"}", 13, NULL);
		break;
	case 'r':
		if (refusal)
			sync_replica_retry(typed, refusal->id, NULL);
		break;
	case 'd':
		give_up(world, typed);
		break;
	case 'q':
		restart(world);
		break;
	default:
		break;
	}
}

static void put_variable(const struct world *world, char name, sync_buf *out)
{
	const sync_replica *replica = world->views[0].replica;
	uint64_t value = name == 'N' ? world->number : replica->rev + (name == 'S');
	if (name == 'E')
		sync_put_string(out, *replica->epoch ? replica->epoch : "e",
				*replica->epoch ? strlen(replica->epoch) : 1);
	else
		sync_put_u64(out, value);
}

static void say(struct world *world, const char *line, size_t length)
{
	sync_buf text = { 0 };
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '$' && i + 1 < length)
			put_variable(world, line[++i], &text);
		else
			sync_buf_byte(&text, line[i]);
	}
	sync_client_receive(world->client, world->now, text.data ? text.data : "", text.len, false);
	sync_buf_release(&text);
}

static void happen(struct world *world, const char *line, size_t length)
{
	unsigned code = 0;
	switch (length ? *line : 0) {
	case '<':
		sync_client_receive(world->client, world->now, line + 1, length - 1, true);
		break;
	case '~':
		for (size_t i = 1; i < length && line[i] >= '0' && line[i] <= '9' && code < 5000;
		     i++)
			code = code * 10 + (unsigned)(line[i] - '0');
		sync_client_closed(world->client, world->now, code, "");
		break;
	case '=':
		sync_client_opened(world->client, world->now);
		break;
	case '+':
		world->now += 700;
		break;
	case '^':
		world->now += 31000;
		break;
	case '!':
		sync_client_start(world->client, world->now);
		break;
	case '*':
		act(world, length > 1 ? line[1] : 0);
		break;
	default:
		say(world, line, length);
	}
}

static void step(struct world *world, const char *line, size_t length)
{
	happen(world, line, length);
	turn(world);
	for (unsigned i = 0; i < DOCS; i++)
		compare(&world->views[i]);
	account(world);
}

static const char *const beginning[] = {
	"=",
	"{\"t\":\"welcome\",\"client\":\"me\",\"secret\":\"s\",\"heartbeat\":20000}",
	"{\"t\":\"joined\",\"doc\":\"SIM\",\"ok\":true,\"last\":0}",
	"{\"t\":\"patch\",\"doc\":\"SIM\",\"epoch\":\"e\",\"from\":null,\"rev\":4,\"ops\":[{\"op\":"
	"\"replace\",\"path\":\"\","
	"\"value\":{\"title\":\"a\",\"log\":[\"x\"],\"items\":[{\"id\":\"1\",\"tag\":\"\"}],"
	"\"marks\":{},\"pokes\":0,"
	"\"body\":\"body\",\"hits\":0}}]}",
	"{\"t\":\"joined\",\"doc\":\"ANY\",\"ok\":true,\"last\":0}",
	"{\"t\":\"patch\",\"doc\":\"ANY\",\"epoch\":\"e\",\"from\":null,\"rev\":4,\"ops\":[{\"op\":"
	"\"replace\",\"path\":\"\","
	"\"value\":{\"log\":[],\"body\":\"body\"}}]}",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *world = calloc(1, sizeof *world);
	must(world != NULL);
	world->now = 1000;
	world->queue = sync_queue_memory_new();
	must(world->queue != NULL);
	open_all(world);
	world->now += 1000;
	turn(world);
	for (size_t i = 0; i < sizeof beginning / sizeof *beginning; i++)
		step(world, beginning[i], strlen(beginning[i]));
	const char *at = (const char *)data, *end = at + size;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		stop = stop ? stop : end;
		step(world, at, (size_t)(stop - at));
		at = stop + 1;
	}
	must(world->dials <= 20 + world->now / 500);
	sync_client_free(world->client);
	sync_queue_close(world->queue);
	for (unsigned i = 0; i < DOCS; i++)
		sync_json_free(world->views[i].shows);
	free(world);
	return 0;
}
