/* What a peer of the dialect `ws-sync` may say, and what is done about it. */
#include "session_core.h"

#include <stdio.h>

#include <syncgen/alloc.h>

#include "patch_same.h"
#include "wire_ws_sync.h"

enum { NAME_MAX_POINTS = 255, QUEUE = 32, OWNER_SIZE = 2 * 4 * NAME_MAX_POINTS + 8 };

/* ---- one document's next frame ---- */

static sync_packet *next_whole(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	uint64_t least = join->epoch == doc->epoch ? join->resync_at : 0;
	uint64_t revision;
	sync_packet *packet = ws_sync_set(doc, least, &revision);
	if (!packet)
		return NULL; /* no memory now: it stays pending */
	if (revision > doc->durable) {
		sync_join_idle(join); /* until the store is done */
		return NULL;
	}
	join->epoch = doc->epoch;
	join->revision = revision;
	join->resync = false;
	join->resync_at = 0;
	return packet;
}

static sync_packet *next_patch(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	bool lost;
	sync_packet *packet = ws_sync_patch(doc, join->revision, doc->durable, &lost);
	if (lost)
		return next_whole(join);
	if (packet)
		join->revision = doc->durable;
	return packet;
}

/* Commits that changed nothing a peer can see: numbers of clients of other dialects. */
static void pass_silent(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	const char *ops;
	size_t length;
	uint64_t to;
	if (!join->resync && join->epoch == doc->epoch && join->revision < doc->durable &&
	    sync_doc_delta(doc, join->revision, SYNC_SEE_PUBLIC, false, &to, &ops, &length) == SYNC_OK &&
	    !length)
		join->revision = to;
}

static sync_packet *next_event(sync_join *join)
{
	sync_event *event = sync_join_event(join);
	sync_packet *packet = event ? ws_sync_event(join->watch.doc, event) : NULL;
	if (packet)
		join->event++;
	return packet;
}

/* Of tasks, only failures are told: the rest shows in the state. */
static sync_packet *next_failure(sync_join *join)
{
	sync_task *task;
	while ((task = sync_task_news(&join->ear, join->watch.doc, join->revision)))
		if (task->state == SYNC_TASK_FAILED)
			return ws_sync_failure(task);
	return NULL;
}

static sync_packet *next_of(sync_join *join, bool *made)
{
	sync_doc *doc = join->watch.doc;
	if (!sync_doc_readable(doc)) {
		sync_join_idle(join);
		return NULL;
	}
	pass_silent(join);
	if (join->resync || join->epoch != doc->epoch)
		return next_whole(join);
	if (join->revision < doc->durable)
		return next_patch(join);
	sync_packet *packet = next_event(join);
	if (!packet) {
		packet = next_failure(join);
		*made = packet != NULL;
	}
	if (!packet)
		sync_join_idle(join);
	return packet;
}

/* Queues what leads the peer to the durable revision, if it has not been given that. */
static void catch_up(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	pass_silent(join);
	if (!sync_doc_readable(doc) || join->resync || join->epoch != doc->epoch ||
	    join->revision >= doc->durable)
		return;
	sync_packet *packet = next_patch(join);
	if (packet)
		sync_session_queue(join->session, sync_packet_hold(packet));
	else
		sync_join_resync(join, 0);
}

static void answer_error(sync_session *session, const ws_sync_message *message,
			 const sync_error *error, const sync_call *call)
{
	sync_session_queue(session, ws_sync_error(error, message->type, call));
}

/* ---- _PATCH and _SET: changes that the peer has made already, in its own copy ---- */

/*
 * After a change of the peer's own. `same`: it shows what the document now is, if nobody else's
 * change lay between. (Where another's is on its way to the store, the peer may not be told of it
 * yet: it gets the whole when it may.)
 */
static void settle(sync_join *join, uint64_t before, bool same)
{
	sync_doc *doc = join->watch.doc;
	bool level = !join->resync && join->epoch == doc->epoch && join->revision == before;
	if (level && same)
		join->revision = doc->revision;
	else
		sync_join_resync(join, doc->revision);
}

static sync_status apply(sync_doc *doc, const char *ops, size_t length, sync_error *error)
{
	static const sync_apply_options rights = { .flags = SYNC_APPLY_TOLERANT | SYNC_APPLY_CLIENT,
						   .roles = SYNC_SEE_PUBLIC };
	sync_status status = sync_doc_begin(doc, error);
	if (status != SYNC_OK)
		return status;
	status = sync_track_apply(doc->track, ops, length, &rights, error);
	if (status == SYNC_OK)
		return sync_doc_commit(doc, error);
	sync_doc_abort(doc);
	return status;
}

static void refuse_change(sync_join *join, const ws_sync_message *message, const sync_error *error)
{
	answer_error(join->session, message, error, NULL);
	sync_join_resync(join, 0); /* it shows what was refused */
}

static void on_patch(sync_join *join, const ws_sync_message *message)
{
	sync_doc *doc = join->watch.doc;
	sync_error error;
	catch_up(join);
	uint64_t before = doc->revision;
	if (apply(doc, message->data, message->length, &error) != SYNC_OK) {
		refuse_change(join, message, &error);
		return;
	}
	const char *ops; /* "[]" when it changed nothing */
	size_t length;
	settle(join, before,
	       sync_doc_plain(doc, &ops, &length) == SYNC_OK &&
		       sync_patch_same(message->data, message->length, ops, length));
}

/* The value sent, written as we write it; then the operations that lead from ours to it. */
static sync_status compare_whole(const sync_doc *doc, const ws_sync_message *message,
				 sync_buf *whole, sync_buf *ops, sync_error *error)
{
	const sync_type *type = doc->model->state;
	sync_reader reader;
	sync_writer writer;
	void *sent = sync_alloc(type->size);
	if (!sent)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	type->ops->init(type, sent);
	sync_status status = SYNC_OK;
	if (!sync_reader_init(&reader, message->data, message->length, NULL) ||
	    !type->ops->read(type, &reader, sent)) {
		*error = reader.error;
		status = reader.error.code;
	} else {
		sync_writer_init(&writer);
		type->ops->write(type, &writer, sent);
		*whole = writer.out;
		status = sync_diff(type, doc->state, sent, ops);
		if (status == SYNC_OK)
			status = whole->status;
		if (status != SYNC_OK)
			sync_error_set(error, status, "%s", sync_status_text(status));
	}
	type->ops->release(type, sent);
	sync_free(sent);
	return status;
}

static bool shows(const sync_doc *doc, const sync_buf *whole)
{
	sync_buf now = { 0 };
	bool same = sync_doc_write(doc, &now) == SYNC_OK && now.len == whole->len &&
		    memcmp(now.data, whole->data, now.len) == 0;
	sync_buf_release(&now);
	return same;
}

static void on_set(sync_join *join, const ws_sync_message *message)
{
	sync_doc *doc = join->watch.doc;
	sync_buf whole = { 0 }, ops = { 0 };
	sync_error error;
	uint64_t before = doc->revision;
	bool quiet = doc->durable == before;
	sync_status status = compare_whole(doc, message, &whole, &ops, &error);
	if (status == SYNC_OK)
		status = apply(doc, ops.data, ops.len, &error);
	if (status != SYNC_OK) {
		refuse_change(join, message, &error);
	} else {
		/* A whole state wipes what was on its way to the peer. */
		if (!join->resync && join->epoch == doc->epoch && quiet)
			join->revision = before;
		settle(join, before, shows(doc, &whole));
	}
	sync_buf_release(&whole);
	sync_buf_release(&ops);
}

/* ---- calls ---- */

static void run_action(sync_join *join, const ws_sync_message *message, const sync_call_info *info,
		       const sync_buf *args)
{
	sync_call call;
	sync_call_init(&call, join->watch.doc, info, join->session->user, join->session->name);
	if (sync_call_run(&call, args->data, args->len) != SYNC_OK)
		answer_error(join->session, message, &call.error, &call);
	sync_call_release(&call);
}

/* Who its tasks belong to: what it calls itself, on whichever connection; nameless ones have their
 * own. */
static void owner_of(const sync_session *session, char *owner)
{
	if (*session->user || *session->name)
		snprintf(owner, OWNER_SIZE, "ws:%s\n%s", session->user, session->name);
	else
		snprintf(owner, OWNER_SIZE, "ws#%llu", (unsigned long long)session->number);
}

static void start_task(sync_join *join, const ws_sync_message *message, const sync_call_info *info,
		       const sync_buf *args)
{
	sync_session *session = join->session;
	char owner[OWNER_SIZE];
	sync_error error;
	sync_status status = SYNC_OK;
	owner_of(session, owner);
	if (sync_task_named(join->watch.doc, owner, info))
		status = sync_error_set(&error, SYNC_CONFLICT, "%s is running already", info->name);
	else
		status = sync_task_start(join->watch.doc,
					 &(sync_task_request){ .info = info,
							       .id = "",
							       .owner = owner,
							       .user = session->user,
							       .session = session->name,
							       .args = args->data,
							       .length = args->len,
							       .ear = &join->ear },
					 &error);
	if (status != SYNC_OK)
		answer_error(session, message, &error, NULL);
}

/* One that is over, or never was, is none to be cancelled: it may have ended on the way. */
static void cancel_task(sync_join *join, const sync_call_info *info)
{
	char owner[OWNER_SIZE];
	owner_of(join->session, owner);
	sync_task *task = sync_task_named(join->watch.doc, owner, info);
	if (task)
		sync_task_cancel(task);
}

static void start_call(sync_join *join, const ws_sync_message *message, const char *name,
		       const sync_buf *args)
{
	bool wants_task = message->kind != WS_SYNC_ACTION;
	sync_error error;
	const sync_model *model = join->watch.doc->model;
	const sync_call_info *info = sync_model_call(model, name, strlen(name));
	if (!info || !(info->flags & SYNC_CALL_TASK) == wants_task ||
	    !(info->roles & SYNC_SEE_PUBLIC)) {
		sync_error_set(&error, SYNC_NOT_FOUND, "%s has no %s of that name", model->name,
			       wants_task ? "task" : "action");
		answer_error(join->session, message, &error, NULL);
	} else if (message->kind == WS_SYNC_TASK_CANCEL) {
		cancel_task(join, info);
	} else if (wants_task) {
		start_task(join, message, info, args);
	} else {
		run_action(join, message, info, args);
	}
}

static void on_call(sync_join *join, const ws_sync_message *message)
{
	enum { KEPT = 4096 };
	char name[WS_SYNC_TYPE_MAX + 1];
	sync_error error;
	/* The hub's, for the time of the call: a handler may feed another session. */
	sync_hub *hub = join->session->hub;
	sync_buf args = hub->args;
	hub->args = (sync_buf){ 0 };
	sync_buf_clear(&args);
	if (ws_sync_parse_call(message, name, &args, &error))
		start_call(join, message, name, &args);
	else
		answer_error(join->session, message, &error, NULL);
	if (args.cap > KEPT || args.status != SYNC_OK || hub->args.data)
		sync_buf_release(&args);
	else
		hub->args = args;
}

/* ---- the peer's identity ---- */

static bool read_identity(sync_session *session, sync_reader *reader)
{
	bool first = true;
	sync_str key = NULL;
	int more;
	if (!sync_read_object(reader))
		return false;
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		sync_str *to = strcmp(key, "user") == 0	     ? &session->user
			       : strcmp(key, "session") == 0 ? &session->name
							     : NULL;
		sync_str_free(key);
		key = NULL;
		bool ok = to && sync_read_peek(reader) == '"'
				  ? sync_read_string(reader, to, 0, NAME_MAX_POINTS)
				  : sync_read_skip(reader, NULL, NULL);
		if (!ok)
			return false;
	}
	return more == 0;
}

static void on_identity(sync_session *session, const ws_sync_message *message)
{
	sync_reader reader;
	if (!sync_reader_init(&reader, message->data, message->length, NULL) ||
	    !read_identity(session, &reader))
		answer_error(session, message, &reader.error, NULL);
}

/* ---- dispatch ---- */

static void on_document(sync_session *session, const ws_sync_message *message)
{
	sync_join *join = message->key ? sync_session_join(session, message->key) : NULL;
	sync_error error;
	if (!join) {
		sync_error_set(&error, SYNC_NOT_FOUND, "there is no document with that key");
		answer_error(session, message, &error, NULL);
		return;
	}
	switch (message->kind) {
	case WS_SYNC_GET:
		sync_join_resync(join, 0);
		break;
	case WS_SYNC_PATCH:
		on_patch(join, message);
		break;
	case WS_SYNC_SET:
		on_set(join, message);
		break;
	default:
		on_call(join, message);
	}
}

static void refuse(sync_session *session, const sync_error *error)
{
	sync_session_queue(session, ws_sync_error(error, "", NULL));
}

static void receive(sync_session *session, const char *text, size_t length, bool binary)
{
	ws_sync_message message;
	sync_error error;
	if (binary) {
		sync_error_set(&error, SYNC_UNSUPPORTED, "binary frames are not supported");
		refuse(session, &error);
		return;
	}
	if (!ws_sync_parse(text, length, session->max_message, &message, &error)) {
		answer_error(session, &message, &error, NULL);
		return;
	}
	switch (message.kind) {
	case WS_SYNC_UNKNOWN:
	case WS_SYNC_BIN_META:
		sync_error_set(&error, SYNC_UNSUPPORTED, "this server knows no such message");
		answer_error(session, &message, &error, NULL);
		break;
	case WS_SYNC_USER_SESSION:
		on_identity(session, &message);
		break;
	default:
		on_document(session, &message);
	}
}

const sync_speech sync_speech_ws_sync = { receive, refuse, next_of, QUEUE };
