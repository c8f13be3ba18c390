/* Actions: their arguments, what they are expected to do, their answers; and who waits for
 * those. */
#include "client_core.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

static sync_status fail(sync_error *error, sync_status status, const char *text)
{
	return sync_error_set(error, status, "%s", text ? text : sync_status_text(status));
}

/* ---- actions ---- */

static sync_status check_args(const char *args, size_t length, sync_error *error)
{
	sync_reader reader;
	/* Their bytes may travel apart: they may be longer than a frame. */
	sync_limits limits = { length, sync_limits_default.depth, length };
	if (!args ||
	    (sync_reader_init(&reader, args, length, &limits) && sync_read_peek(&reader) == '{' &&
	     sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader)))
		return SYNC_OK;
	return fail(error, SYNC_INVALID, "arguments are a JSON object");
}

static sync_status find_call(const sync_replica *replica, const char *name, bool task,
			     sync_error *error)
{
	const sync_model *model = replica->options.model;
	const sync_call_info *info = model ? sync_model_call(model, name, strlen(name)) : NULL;
	if (!model || (info && !(info->flags & SYNC_CALL_TASK) == !task))
		return SYNC_OK;
	return sync_error_set(error, SYNC_NOT_FOUND, "%s has no %s of that name", model->name,
			      task ? "task" : "action");
}

sync_status replica_check_call(const sync_replica *replica, const char *name, bool task,
			       const char *args, size_t length, sync_error *error)
{
	sync_status status = find_call(replica, name, task, error);
	return status == SYNC_OK ? check_args(args, length, error) : status;
}

sync_status replica_find_bytes(const sync_replica *replica, const char *name, const char *args,
			       client_spans *spans)
{
	const sync_model *model = replica->options.model;
	const sync_call_info *info = model ? sync_model_call(model, name, strlen(name)) : NULL;
	return client_spans_find(spans, info ? info->params : NULL, args, strlen(args));
}

/* What it is expected to do, pending in the shown state. */
static sync_status guess(sync_replica *replica, const sync_request *request, mutation *one,
			 sync_error *error)
{
	if (!replica->shown.value)
		return fail(error, SYNC_UNSUPPORTED, "an untyped document cannot be changed ahead");
	sync_status status =
		replica_try_out(replica, request->ahead, request->ahead_arg, &one->ops, error);
	if (status != SYNC_OK)
		return status;
	if (one->ops.len <= sizeof "[]" - 1) {
		sync_buf_clear(&one->ops);
		return SYNC_OK;
	}
	if (!replica_part(replica))
		return fail(error, SYNC_NOMEM, NULL);
	/* The handler may write what clients may not. */
	return client_value_apply(&replica->shown, one->ops.data, one->ops.len, error);
}

sync_status sync_replica_call(sync_replica *replica, const char *action,
			      const sync_request *request, sync_error *error)
{
	static const sync_request nothing = { 0 };
	sync_error unused;
	error = error ? error : &unused;
	request = request ? request : &nothing;
	sync_status status =
		replica_check_call(replica, action, false, request->args, request->length, error);
	if (status != SYNC_OK)
		return status;
	mutation *one = mutation_new(action, request->args, request->length);
	if (!one)
		return fail(error, SYNC_NOMEM, NULL);
	one->done = request->done;
	one->arg = request->arg;
	if (request->timeout_ms)
		one->deadline = replica->client->now + request->timeout_ms;
	if (replica_find_bytes(replica, action, one->args, &one->bytes) != SYNC_OK)
		status = fail(error, SYNC_NOMEM, NULL);
	else if (request->ahead)
		status = guess(replica, request, one, error);
	if (status == SYNC_OK)
		return replica_take_in(replica, one, error);
	mutation_free(one);
	replica_join_up(replica);
	return status;
}

/* ---- typed arguments ---- */

sync_status replica_write_args(const sync_replica *replica, const char *name, const void *args,
			       sync_buf *out, sync_error *error)
{
	const sync_model *model = replica->options.model;
	const sync_call_info *info = model ? sync_model_call(model, name, strlen(name)) : NULL;
	if (!model)
		return fail(error, SYNC_UNSUPPORTED, "the document is untyped");
	if (!info)
		return sync_error_set(error, SYNC_NOT_FOUND, "%s has no call %s", model->name,
				      name);
	void *defaults = args ? NULL : sync_box_new(info->params);
	if (!args && !defaults)
		return fail(error, SYNC_NOMEM, NULL);
	sync_writer writer;
	sync_writer_init(&writer);
	info->params->ops->write(info->params, &writer, args ? args : defaults);
	*out = writer.out;
	sync_box_free(info->params, defaults);
	return out->status == SYNC_OK ? SYNC_OK : fail(error, out->status, NULL);
}

sync_status sync_replica_call_typed(sync_replica *replica, const char *action, const void *args,
				    const sync_request *request, sync_error *error)
{
	sync_buf text = { 0 };
	sync_request with = request ? *request : (sync_request){ 0 };
	sync_status status = replica_write_args(replica, action, args, &text, error);
	with.args = text.data;
	with.length = text.len;
	if (status == SYNC_OK)
		status = sync_replica_call(replica, action, &with, error);
	sync_buf_release(&text);
	return status;
}

/* ---- telling ---- */

/* Reads the result as the schema has it. NULL: untyped, or there is none, or it is not as it should
 * be. */
static void *read_result(const sync_result *result, const char *value, size_t length)
{
	char *storage = result && value ? sync_calloc(1, result->size) : NULL;
	sync_reader reader;
	sync_limits limits = { length, sync_limits_default.depth, length };
	if (!storage)
		return NULL;
	void *cell = storage + result->offset;
	result->type->ops->init(result->type, cell);
	bool ok = sync_reader_init(&reader, value, length, &limits);
	if (ok && result->null != SYNC_NO_OFFSET && sync_read_null(&reader))
		*(bool *)(storage + result->null) = true;
	else
		ok = ok && result->type->ops->read(result->type, &reader, cell);
	if (ok)
		return storage;
	result->type->ops->release(result->type, cell);
	sync_free(storage);
	return NULL;
}

void replica_reply(sync_replica *replica, const char *name, sync_reply *reply,
		   void (*tell)(void *arg, const sync_reply *reply), void *arg)
{
	const sync_model *model = replica->options.model;
	const sync_call_info *info = model ? sync_model_call(model, name, strlen(name)) : NULL;
	const sync_result *result = info ? info->result : NULL;
	char *storage = read_result(result, reply->value, reply->length);
	reply->result = storage;
	tell(arg, reply);
	if (storage) {
		result->type->ops->release(result->type, storage + result->offset);
		sync_free(storage);
	}
}

struct caller {
	sync_replica *replica;
	sync_reply_fn done;
	void *arg;
};

static void call_back(void *arg, const sync_reply *reply)
{
	const struct caller *caller = arg;
	caller->done(caller->arg, caller->replica, reply);
}

static void answer(sync_replica *replica, const mutation *one, sync_reply *reply)
{
	struct caller caller = { replica, one->done, one->arg };
	replica_reply(replica, one->action, reply, call_back, &caller);
}

static void tell_one(sync_replica *replica, const mutation *one)
{
	sync_reply reply = { .value = one->value, .length = one->value_length };
	if (!one->done || replica->closing)
		return;
	sync_error_set(&reply.error, SYNC_OK, "%s", "");
	if (one->verdict == VERDICT_LOST) {
		mutation_error(one, &reply.error);
		reply.thrown = one->told ? one->told->thrown : NULL;
		reply.args = one->told ? one->told->args : NULL;
		reply.status = reply.error.code;
	}
	answer(replica, one, &reply);
}

void replica_tell_over(sync_replica *replica)
{
	outbox *box = &replica->box;
	for (mutation *one; (one = box->over);) {
		box->over = one->next;
		tell_one(replica, one);
		mutation_free(one);
	}
	for (mutation *at = box->quarantine; at;) {
		bool untold = at->untold;
		at->untold = false;
		if (untold && replica->options.refused && !replica->closing) {
			replica->options.refused(replica->options.arg, replica,
						 mutation_refusal(at));
			at = box->quarantine; /* it may have changed */
		} else {
			at = at->next;
		}
	}
}

/* ---- waiting ---- */

void replica_look_at_callers(sync_replica *replica)
{
	sync_reply reply = { .status = SYNC_OVERLOAD };
	for (mutation *at = replica->box.pending; at; at = at->next) {
		if (at->deadline > replica->client->now)
			continue;
		struct mutation told = { .action = at->action, .done = at->done, .arg = at->arg };
		at->deadline = UINT64_MAX;
		at->done = NULL;
		sync_error_set(&reply.error, SYNC_OVERLOAD, "no answer to %s yet", at->action);
		if (!told.done || replica->closing)
			continue;
		answer(replica, &told, &reply);
		at = replica->box.pending; /* it may have changed */
		if (!at)
			return;
	}
}

uint64_t replica_deadline(const sync_replica *replica)
{
	uint64_t at = UINT64_MAX;
	for (const mutation *one = replica->box.pending; one; one = one->next)
		if (one->deadline < at)
			at = one->deadline;
	if (replica->rejoin_at && replica->rejoin_at < at)
		at = replica->rejoin_at;
	if (tasks_wait(replica))
		at = replica->client->now;
	if (replica->state != REPLICA_LIVE || !outbox_ready(&replica->box))
		return at;
	uint64_t push = replica->push_at > replica->pause ? replica->push_at : replica->pause;
	return push < at ? push : at;
}
