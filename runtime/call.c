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

sync_call *sync_task_call(sync_task *task)
{
	return &task->call;
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

static bool read_args(sync_call *call, void *args, const char *json, size_t length)
{
	const sync_type *type = call->info->params;
	sync_reader reader;
	if (sync_reader_init(&reader, json, length, NULL) && type->ops->read(type, &reader, args) &&
	    sync_read_end(&reader))
		return true;
	call->error = reader.error;
	return false;
}

/* Encoded before the commit: a reply that cannot be sent must not leave a change behind. */
static sync_status write_result(sync_call *call, const char *storage)
{
	const sync_result *result = call->info->result;
	if (!result)
		return SYNC_OK;
	if (result->null != SYNC_NO_OFFSET && *(const bool *)(storage + result->null)) {
		SYNC_BUF_LITERAL(&call->result, "null");
		return call->result.status;
	}
	sync_writer writer;
	sync_writer_init(&writer);
	result->type->ops->write(result->type, &writer, storage + result->offset);
	call->result = writer.out;
	return call->result.status;
}

/* What the client hears of a handler's failure: what the handler said for it, what a constraint of
 * the schema says, or the bare code. Never the text of anything else. */
static void explain(sync_call *call, sync_status status)
{
	sync_error why;
	if (call->failed)
		return;
	if (status == SYNC_INVALID && sync_track_check(call->doc->track, &why) == status)
		call->error = why;
	else
		sync_error_set(&call->error, status, "%s", sync_status_text(status));
}

static sync_status run_handler(sync_call *call, const void *args, char *storage)
{
	sync_doc *doc = call->doc;
	sync_status status = sync_doc_begin(doc, &call->error);
	if (status != SYNC_OK)
		return status;
	/* For a task, the call is the first member of what the handler gets. */
	status = call->info->dispatch(call, doc->handlers, doc->state, args, storage);
	if (status == SYNC_OK && call->failed)
		status = call->error.code; /* it said that it failed, and forgot to return it */
	if (status == SYNC_OK)
		status = write_result(call, storage);
	if (status != SYNC_OK) {
		explain(call, status);
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

/* The result's storage, a value in it; NULL: out of memory. */
static char *new_result(const sync_result *result)
{
	char *storage = result ? sync_calloc(1, result->size) : nothing;
	if (storage && result)
		result->type->ops->init(result->type, storage + result->offset);
	return storage;
}

static void free_result(const sync_result *result, char *storage)
{
	if (!result || !storage)
		return;
	result->type->ops->release(result->type, storage + result->offset);
	sync_free_sized(storage, result->size);
}

static void *new_args(const sync_type *type)
{
	void *args = type ? sync_alloc(type->size) : nothing;
	if (args && type)
		type->ops->init(type, args);
	return args;
}

static void free_args(const sync_type *type, void *args)
{
	if (!type || !args)
		return;
	type->ops->release(type, args);
	sync_free_sized(args, type->size);
}

sync_status sync_call_run(sync_call *call, const char *json, size_t length)
{
	const sync_type *type = call->info->params;
	char *storage = new_result(call->info->result);
	void *args = new_args(type);
	sync_status status = SYNC_OK;
	if (!storage || !args)
		status = sync_error_set(&call->error, SYNC_NOMEM, "%s",
					sync_status_text(SYNC_NOMEM));
	else if (type && !read_args(call, args, json, length))
		status = call->error.code;
	else
		status = run_handler(call, args, storage);
	free_args(type, args);
	free_result(call->info->result, storage);
	return status;
}

void sync_call_release(sync_call *call)
{
	sync_buf_release(&call->thrown_args);
	sync_buf_release(&call->result);
}
