#include "call_core.h"

#include <syncgen/alloc.h>

/* ---- what a handler asks and says ---- */

void *sync_call_context(const sync_call *call)
{
	return call->doc->context;
}

sync_doc *sync_call_doc(const sync_call *call)
{
	return call->doc;
}

const char *sync_call_user(const sync_call *call)
{
	return call->user;
}

const char *sync_call_session(const sync_call *call)
{
	return call->session;
}

sync_session *sync_call_peer(const sync_call *call)
{
	return call->peer;
}

sync_status sync_call_fail(sync_call *call, sync_status code, const char *format, ...)
{
	if (call->failed)
		return code;
	va_list arguments;
	va_start(arguments, format);
	sync_error_set_v(&call->error, code, format, arguments);
	va_end(arguments);
	call->failed = true;
	return code;
}

sync_status sync_call_throw(sync_call *call, const sync_thrown *thrown, const void *args)
{
	if (call->failed)
		return call->error.code;
	sync_writer writer;
	sync_writer_init(&writer);
	if (thrown->type)
		thrown->type->ops->write(thrown->type, &writer, args);
	else
		SYNC_BUF_LITERAL(&writer.out, "{}");
	if (writer.out.status != SYNC_OK) {
		sync_status status = writer.out.status;
		sync_buf_release(&writer.out);
		return status;
	}
	call->thrown = thrown;
	call->thrown_args = writer.out;
	return sync_call_fail(call, SYNC_CONFLICT, "%s", thrown->name);
}

/* ---- running ---- */

bool sync_call_read_args(sync_call *call, void *args, const char *json, size_t length)
{
	const sync_type *type = call->info->params;
	sync_limits limits = sync_limits_default;
	sync_reader reader;
	limits.bytes = length; /* who gave it has counted them */
	if (!type || (sync_reader_init(&reader, json, length, &limits) &&
		      type->ops->read(type, &reader, args) && sync_read_end(&reader)))
		return true;
	call->error = reader.error;
	return false;
}

sync_status sync_call_write_result(const sync_call_info *info, const void *storage, sync_buf *out)
{
	const sync_result *result = info->result;
	const char *at = storage;
	if (!result)
		return SYNC_OK;
	if (result->null != SYNC_NO_OFFSET && *(const bool *)(at + result->null)) {
		SYNC_BUF_LITERAL(out, "null");
		return out->status;
	}
	sync_writer writer;
	sync_writer_init(&writer);
	writer.out = *out;
	result->type->ops->write(result->type, &writer, at + result->offset);
	*out = writer.out;
	return out->status;
}

/* What the client hears of a handler's failure: what the handler said for it, what a constraint of
 * the schema says, or the bare code. Never the text of anything else. */
void sync_call_explain(sync_call *call, sync_status status)
{
	sync_error why;
	if (call->failed)
		return;
	if (status == SYNC_INVALID && sync_track_check(call->doc->track, &why) == status)
		call->error = why;
	else
		sync_error_set(&call->error, status, "%s", sync_status_text(status));
}

/* A handler cannot be interrupted; what it did for too long is undone. */
static bool took_too_long(const sync_call *call, uint64_t started)
{
	const sync_doc *doc = call->doc;
	return call->info->timeout_ms && doc->clock &&
	       doc->clock(doc->clock_arg) - started > call->info->timeout_ms;
}

static sync_status run_handler(sync_call *call, const void *args, char *storage)
{
	sync_doc *doc = call->doc;
	sync_status status = sync_doc_begin(doc, &call->error);
	if (status != SYNC_OK)
		return status;
	uint64_t started = call->info->timeout_ms && doc->clock ? doc->clock(doc->clock_arg) : 0;
	status = call->info->dispatch(call, doc->handlers, doc->state, args, storage);
	if (status == SYNC_OK && call->failed)
		status = call->error.code; /* it said that it failed, and forgot to return it */
	if (status == SYNC_OK && took_too_long(call, started))
		status = sync_call_fail(call, SYNC_INTERNAL, "it took too long");
	/* Encoded before the commit: a reply that cannot be sent must not leave a change behind. */
	if (status == SYNC_OK)
		status = sync_call_write_result(call->info, storage, &call->result);
	if (status != SYNC_OK) {
		sync_call_explain(call, status);
		sync_doc_abort(doc);
		return status;
	}
	status = sync_doc_commit(doc, &call->error);
	call->revision = doc->revision;
	return status;
}

void sync_call_init(sync_call *call, sync_doc *doc, const sync_call_info *info, const char *user,
		    const char *session)
{
	call->doc = doc;
	call->info = info;
	call->user = user;
	call->session = session;
	call->peer = NULL;
	call->failed = false;
	/* Not all of its bytes: they are many. */
	call->error.code = SYNC_OK;
	call->error.pointer[0] = call->error.message[0] = '\0';
	call->thrown = NULL;
	call->thrown_args = call->result = (sync_buf){ 0 };
	call->revision = 0;
}

/* Arguments and result of a call that has none: never looked at. */
static char nothing[1];

char *sync_call_new_result(const sync_call_info *info)
{
	const sync_result *result = info->result;
	char *storage = result ? sync_calloc(1, result->size) : nothing;
	if (storage && result)
		result->type->ops->init(result->type, storage + result->offset);
	return storage;
}

void sync_call_free_result(const sync_call_info *info, char *storage)
{
	const sync_result *result = info->result;
	if (!result || !storage)
		return;
	result->type->ops->release(result->type, storage + result->offset);
	sync_free_sized(storage, result->size);
}

void *sync_call_new_args(const sync_call_info *info)
{
	const sync_type *type = info->params;
	void *args = type ? sync_alloc(type->size) : nothing;
	if (args && type)
		type->ops->init(type, args);
	return args;
}

void sync_call_free_args(const sync_call_info *info, void *args)
{
	const sync_type *type = info->params;
	if (!type || !args)
		return;
	type->ops->release(type, args);
	sync_free_sized(args, type->size);
}

sync_status sync_call_run_read(sync_call *call, const void *args)
{
	char *storage = sync_call_new_result(call->info);
	sync_status status = storage ? run_handler(call, args, storage)
				     : sync_error_set(&call->error, SYNC_NOMEM, "%s",
						      sync_status_text(SYNC_NOMEM));
	sync_call_free_result(call->info, storage);
	return status;
}

sync_status sync_call_run(sync_call *call, const char *json, size_t length)
{
	void *args = sync_call_new_args(call->info);
	sync_status status = SYNC_OK;
	if (!args)
		status = sync_error_set(&call->error, SYNC_NOMEM, "%s",
					sync_status_text(SYNC_NOMEM));
	else if (!sync_call_read_args(call, args, json, length))
		status = call->error.code;
	else
		status = sync_call_run_read(call, args);
	sync_call_free_args(call->info, args);
	return status;
}

void sync_call_release(sync_call *call)
{
	sync_buf_release(&call->thrown_args);
	sync_buf_release(&call->result);
}
