#include "peers_shelf.h"

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/doc.h>
#include <syncgen/task.h>

#include "shelf.h"

/* ---- the program ---- */

static struct carry {
	struct carry *next;
	sync_task *task;
	uint32_t steps;
} * carries;

static sync_status on_count(sync_call *call, ShelfDoc *shelf, const ShelfCountArgs *args,
			    uint32_t *reply)
{
	(void)call;
	*reply = (uint32_t)shelf_get(shelf)->log.len;
	sync_status status = shelf_add_hits(shelf, args->by);
	return status == SYNC_OK ? shelf_push_log(shelf, args->mark) : status;
}

static void forget(void *data, sync_task_state state)
{
	(void)state;
	for (struct carry **at = &carries; *at; at = &(*at)->next)
		if (*at == data) {
			*at = (*at)->next;
			break;
		}
	sync_free(data);
}

static sync_status on_carry(sync_task *task, ShelfDoc *shelf, const ShelfCarryArgs *args,
			    uint32_t *reply)
{
	struct carry *carry = sync_calloc(1, sizeof *carry);
	(void)shelf;
	(void)args;
	(void)reply;
	*carry = (struct carry){ .next = carries, .task = task };
	carries = carry;
	return sync_task_keep(task, forget, carry);
}

static const shelf_handlers handlers = { .count = on_count, .carry = on_carry };

static sync_status refuse_bad(const void *table, void *context, void *state)
{
	const Shelf *shelf = shelf_get(state);
	(void)table;
	(void)context;
	for (size_t i = 0; i < shelf->log.len; i++)
		if (strstr(((sync_str *)shelf->log.items)[i], "!bad"))
			return SYNC_INVALID;
	return SYNC_OK;
}

void peers_shelf_serve(sync_hub *hub)
{
	static sync_model shelf;
	sync_error error = { .message = "" };
	shelf = shelf_model;
	shelf.compute = refuse_bad;
	if (sync_hub_add(hub, &shelf, &handlers, NULL, &error) != SYNC_OK)
		printf("no shelf: %s\n", error.message);
}

static sync_status log_mark(void *state, void *arg)
{
	const struct carry *carry = arg;
	const ShelfCarryArgs *args = sync_task_args(carry->task);
	return shelf_push_log(state, args->mark);
}

static void finish(sync_hub *hub, struct carry *carry)
{
	uint32_t steps = carry->steps;
	sync_status status = sync_update(sync_hub_doc(hub, shelf_model.key), log_mark, carry, NULL);
	sync_task_finish(carry->task, status, &steps);
}

void peers_shelf_turn(sync_hub *hub, seed *dice)
{
	for (struct carry *at = carries, *next; at; at = next) {
		next = at->next;
		if (seed_below(dice, 4))
			continue;
		at->steps++;
		if (seed_below(dice, 4))
			sync_task_progress(at->task, &at->steps);
		else
			finish(hub, at);
	}
}

void peers_shelf_print(sync_hub *hub)
{
	sync_buf json = { 0 };
	sync_doc *doc = sync_hub_doc(hub, shelf_model.key);
	if (doc)
		sync_to_json(shelf_model.state, sync_doc_state(doc), &json);
	printf("shelf %.*s\n", (int)json.len, json.len ? json.data : "");
	sync_buf_release(&json);
}

/* ---- a client ---- */

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	const unsigned *number = arg;
	(void)replica;
	printf("refused %u %s %s\n", *number, sync_status_name(refusal->error.code), refusal->ops);
}

sync_replica *peers_shelf_open(sync_client *client, unsigned *number)
{
	return sync_client_open(client, NULL,
				&(sync_replica_options){ .model = &shelf_model,
							 .refused = on_refused,
							 .arg = number },
				NULL);
}

void peers_shelf_patch(sync_replica *replica, unsigned number, const char *ops)
{
	sync_error error = { .message = "" };
	sync_status status = sync_replica_patch(replica, ops, strlen(ops), &error);
	printf("patched %u %s %s\n", number, status == SYNC_OK ? "ok" : sync_status_name(status),
	       error.message);
}

void peers_shelf_show(const sync_replica *replica, unsigned number)
{
	sync_buf json = { 0 };
	sync_replica_status status;
	sync_replica_status_get(replica, &status);
	sync_replica_write(replica, &json);
	printf("shown %u %zu %.*s\n", number, status.pending + !status.connected, (int)json.len,
	       json.data);
	sync_buf_release(&json);
}
