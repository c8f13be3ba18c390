#include "session_core.h"

#include <syncgen/alloc.h>

enum { MESSAGE_DEFAULT = 1024 * 1024 };

_Static_assert((int)SYNC_FRAME_ROOM == (int)SYNC_PACKET_ROOM, "what transports are promised");

/* ---- what is to be sent ---- */

static void wake(sync_session *session)
{
	if (session->awake || session->busy || !session->wake)
		return;
	session->awake = true;
	session->wake(session->arg);
}

void sync_join_wake(sync_join *join)
{
	if (!join->pending) {
		join->pending = true;
		join->session->pending++;
	}
	wake(join->session);
}

static void changed(sync_watch *watch)
{
	sync_join_wake((sync_join *)(void *)watch);
}

static void idle(sync_join *join)
{
	if (!join->pending)
		return;
	join->pending = false;
	join->session->pending--;
}

void sync_join_resync(sync_join *join, uint64_t revision)
{
	join->resync = true;
	join->resync_at = revision;
	sync_join_wake(join);
}

void sync_session_queue(sync_session *session, sync_packet *packet)
{
	if (!packet) {
		session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	if (session->queue_count == SYNC_SESSION_QUEUE) {
		session->close_code = SYNC_CLOSE_SLOW;
		sync_packet_drop(packet);
		return;
	}
	unsigned at = (session->queue_first + session->queue_count++) % SYNC_SESSION_QUEUE;
	session->queue[at] = packet;
}

static sync_packet *take_queued(sync_session *session)
{
	if (!session->queue_count)
		return NULL;
	sync_packet *packet = session->queue[session->queue_first];
	session->queue_first = (session->queue_first + 1) % SYNC_SESSION_QUEUE;
	session->queue_count--;
	return packet;
}

/* ---- one document's next frame, borrowed; NULL: none now ---- */

static sync_packet *next_whole(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	uint64_t least = join->epoch == doc->epoch ? join->resync_at : 0;
	uint64_t revision;
	sync_packet *packet = ws_sync_set(doc, least, &revision);
	if (!packet)
		return NULL; /* no memory now: it stays pending */
	if (revision > doc->durable) {
		idle(join); /* until the store is done */
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

static sync_packet *next_event(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	if (join->event < doc->events.begin)
		join->event = doc->events.begin;
	if (join->event >= doc->events.end)
		return NULL;
	sync_event *event = sync_events_at(&doc->events, join->event);
	if (event->revision > doc->durable)
		return NULL;
	sync_packet *packet = ws_sync_event(doc, event);
	if (packet)
		join->event++;
	return packet;
}

static sync_packet *next_of(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	if (!sync_doc_readable(doc)) {
		idle(join);
		return NULL;
	}
	if (join->resync || join->epoch != doc->epoch)
		return next_whole(join);
	if (join->revision < doc->durable)
		return next_patch(join);
	sync_packet *packet = next_event(join);
	if (!packet)
		idle(join);
	return packet;
}

bool sync_session_next(sync_session *session, sync_frame *frame)
{
	sync_packet_drop(session->current);
	session->current = take_queued(session);
	for (size_t i = 0; !session->current && session->pending && i < session->join_count; i++) {
		sync_packet *packet = NULL;
		if (session->joins[i].pending)
			packet = next_of(&session->joins[i]);
		if (packet)
			session->current = sync_packet_hold(packet);
	}
	if (!session->current) {
		session->awake = false;
		return false;
	}
	frame->data = sync_packet_data(session->current);
	frame->length = sync_packet_length(session->current);
	frame->binary = false;
	frame->more = session->queue_count || session->pending > 1;
	return true;
}

void sync_join_catch_up(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	if (!sync_doc_readable(doc) || join->resync || join->epoch != doc->epoch ||
	    join->revision >= doc->durable)
		return;
	sync_packet *packet = next_patch(join);
	if (packet)
		sync_session_queue(join->session, sync_packet_hold(packet));
	else
		sync_join_resync(join, 0);
}

/* ---- what was received ---- */

static void refuse(sync_session *session, sync_status code, const char *text)
{
	sync_error error;
	sync_error_set(&error, code, "%s", text);
	sync_session_queue(session, ws_sync_error(&error, "", NULL));
}

sync_status sync_session_receive(sync_session *session, const char *data, size_t length,
				 bool binary)
{
	session->busy = true;
	if (binary)
		refuse(session, SYNC_UNSUPPORTED, "binary frames are not supported");
	else if (length > session->max_message)
		refuse(session, SYNC_TOO_BIG, "the message is over the limit");
	else
		sync_session_receive_ws_sync(session, data, length);
	session->busy = false;
	return session->close_code ? SYNC_OVERLOAD : SYNC_OK;
}

unsigned sync_session_close_code(const sync_session *session)
{
	return session->close_code;
}

/* ---- life ---- */

sync_join *sync_session_join(sync_session *session, const char *key)
{
	for (size_t i = 0; i < session->join_count; i++)
		if (strcmp(session->joins[i].watch.doc->key, key) == 0)
			return &session->joins[i];
	return NULL;
}

static bool join_doc(sync_session *session, sync_doc *doc)
{
	sync_join *join = &session->joins[session->join_count];
	if (!doc)
		return false;
	join->session = session;
	join->watch.changed = changed;
	join->event = doc->events.end;
	if (sync_doc_watch(doc, &join->watch) != SYNC_OK)
		return false;
	session->join_count++;
	join->pending = true; /* the whole state, to begin with; no wake: whoever made it asks */
	session->pending++;
	return true;
}

static size_t count_keys(const sync_hub *hub, const char *const *keys)
{
	size_t count = 0;
	if (!keys)
		return hub->count;
	while (keys[count])
		count++;
	return count;
}

sync_session *sync_session_new(sync_hub *hub, const sync_session_options *options)
{
	size_t count = count_keys(hub, options->keys);
	if (options->dialect != SYNC_DIALECT_WS_SYNC)
		return NULL;
	sync_session *session = sync_calloc(1, sizeof *session + count * sizeof(sync_join));
	if (!session)
		return NULL;
	session->hub = hub;
	session->max_message = options->max_message ? options->max_message : MESSAGE_DEFAULT;
	session->wake = options->wake;
	session->arg = options->arg;
	session->user = session->name = SYNC_STR_EMPTY;
	for (size_t i = 0; i < count; i++) {
		sync_doc *doc = options->keys ? sync_hub_doc(hub, options->keys[i]) : hub->docs[i];
		if (!join_doc(session, doc)) {
			sync_session_free(session);
			return NULL;
		}
	}
	return session;
}

void sync_session_free(sync_session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < session->join_count; i++)
		sync_doc_unwatch(&session->joins[i].watch);
	while (session->queue_count)
		sync_packet_drop(take_queued(session));
	sync_packet_drop(session->current);
	sync_str_free(session->user);
	sync_str_free(session->name);
	sync_free(session);
}
