#include "session_core.h"

#include <syncgen/alloc.h>

#include "broken.h"

enum { MESSAGE_DEFAULT = 1024 * 1024 };

_Static_assert((int)SYNC_FRAME_ROOM == (int)SYNC_PACKET_ROOM, "what transports are promised");

/* ---- what is to be sent ---- */

void sync_session_wake(sync_session *session)
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
	sync_session_wake(join->session);
}

static void changed(sync_watch *watch)
{
	sync_join_wake((sync_join *)(void *)watch);
}

static void heard(sync_task_ear *ear)
{
	sync_join_wake((sync_join *)(void *)((char *)ear - offsetof(sync_join, ear)));
}

void sync_join_idle(sync_join *join)
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

static bool grow_queue(sync_session *session)
{
	unsigned room = session->queue_room ? session->queue_room * 2 : 4;
	sync_packet **grown = sync_alloc(room * sizeof(sync_packet *));
	if (!grown)
		return false;
	for (unsigned i = 0; i < session->queue_count; i++)
		grown[i] = session->queue[(session->queue_first + i) % session->queue_room];
	sync_free(session->queue);
	session->queue = grown;
	session->queue_room = (uint16_t)room;
	session->queue_first = 0;
	return true;
}

bool sync_session_has_room(const sync_session *session, const sync_packet *packet)
{
	size_t count = session->queue_count, bytes = sync_packet_length(packet);
	return !count ||
	       (count < session->speech->queue && session->queue_bytes + bytes <= SYNC_QUEUE_BYTES);
}

void sync_session_queue(sync_session *session, sync_packet *packet)
{
	bool full = packet && !sync_session_has_room(session, packet);
	if (packet && !full &&
	    (session->queue_count < session->queue_room || grow_queue(session))) {
		unsigned end = (unsigned)session->queue_first + session->queue_count++;
		session->queue[end % session->queue_room] = packet;
		session->queue_bytes += sync_packet_length(packet);
		return;
	}
	sync_packet_drop(packet);
	session->close_code = full ? SYNC_CLOSE_SLOW : SYNC_CLOSE_INTERNAL;
}

static sync_packet *take_queued(sync_session *session)
{
	if (!session->queue_count)
		return NULL;
	unsigned first = session->queue_first;
	if (SYNC_BROKEN(STREAM))
		first = (first + session->queue_count - 1) % session->queue_room;
	else
		session->queue_first = (uint16_t)((first + 1) % session->queue_room);
	sync_packet *packet = session->queue[first];
	session->queue_bytes -= sync_packet_length(packet);
	if (--session->queue_count)
		return packet;
	sync_free(session->queue); /* thousands of idle peers keep nothing */
	session->queue = NULL;
	session->queue_room = 0;
	return packet;
}

/* ---- frames ---- */

sync_event *sync_join_event(sync_join *join)
{
	sync_events *events = &join->watch.doc->events;
	if (join->event < events->begin)
		join->event = events->begin;
	if (join->event >= events->end)
		return NULL;
	sync_event *event = sync_events_at(events, join->event);
	return event->revision > join->watch.doc->durable ? NULL : event;
}

/* Will nothing more come of what the peer has said? */
static bool is_settled(const sync_session *session)
{
	for (size_t i = 0; i < session->join_count; i++) {
		const sync_doc *doc = session->joins[i]->watch.doc;
		if (doc->durable != doc->revision || doc->anew)
			return false;
	}
	return !session->pending;
}

bool sync_session_next(sync_session *session, sync_frame *frame)
{
	bool own = false; /* is the one whose frame it is still to be looked at? */
	sync_packet_drop(session->current);
	session->current = take_queued(session);
	for (size_t i = 0; !session->dismissed && !session->current && session->pending &&
			   i < session->join_count;
	     i++) {
		sync_join *join = session->joins[i];
		bool made = false;
		size_t pending = session->pending;
		sync_packet *packet = join->pending ? session->speech->next(join, &made) : NULL;
		own = session->pending == pending; /* the join itself may be gone */
		if (packet)
			session->current = made ? packet : sync_packet_hold(packet);
		else if (session->queue_count)
			session->current = take_queued(session);
	}
	if (!session->current) {
		session->awake = false;
		if (session->leaving && !session->close_code &&
		    (is_settled(session) || SYNC_BROKEN(CURT)))
			session->close_code = SYNC_CLOSE_SHUTDOWN;
		return false;
	}
	frame->data = sync_packet_data(session->current);
	frame->length = sync_packet_length(session->current);
	frame->binary = session->current->binary;
	frame->more = session->queue_count || session->pending > own;
	return true;
}

/* ---- what was received ---- */

sync_status sync_session_receive(sync_session *session, const char *data, size_t length,
				 bool binary)
{
	sync_error error;
	if (session->dismissed)
		return SYNC_GONE;
	session->busy = true;
	if (length > session->max_message) {
		sync_error_set(&error, SYNC_TOO_BIG, "the message is over the limit");
		session->speech->refuse(session, &error);
	} else {
		session->speech->receive(session, data, length, binary);
	}
	session->busy = false;
	return session->close_code ? SYNC_OVERLOAD : SYNC_OK;
}

sync_status sync_session_tick(sync_session *session)
{
	session->busy = true;
	if (session->native && !session->close_code)
		sync_native_tick(session);
	if (session->asking && session->hub->now - session->opened >= session->hello_ms)
		session->close_code = SYNC_CLOSE_NO_HELLO;
	session->busy = false;
	return session->close_code ? SYNC_OVERLOAD : SYNC_OK;
}

void sync_session_drain(sync_session *session, unsigned after_ms)
{
	if (session->leaving)
		return;
	session->leaving = true;
	if (session->native)
		sync_native_bye(session, after_ms);
}

unsigned sync_session_close_code(const sync_session *session)
{
	return session->close_code;
}

/* ---- joining and leaving ---- */

sync_join *sync_session_join(sync_session *session, const char *key)
{
	for (size_t i = 0; i < session->join_count; i++)
		if (strcmp(session->joins[i]->watch.doc->key, key) == 0)
			return session->joins[i];
	return NULL;
}

static bool make_room(sync_session *session)
{
	if (session->join_count < session->join_room)
		return true;
	bool first = !session->join_room, own = session->join_room == 1;
	unsigned room = first ? 1 : session->join_room * 2;
	sync_join **grown = first ? &session->first_join
				  : sync_resize(own ? NULL : session->joins, room * sizeof *grown);
	if (!grown)
		return false;
	if (own)
		*grown = session->first_join;
	session->joins = grown;
	session->join_room = (uint16_t)room;
	return true;
}

sync_join *sync_session_add(sync_session *session, sync_doc *doc)
{
	sync_join *join = make_room(session) ? sync_calloc(1, sizeof *join) : NULL;
	if (!join)
		return NULL;
	join->session = session;
	join->watch.changed = changed;
	join->ear.changed = heard;
	join->ear.peer = session;
	join->event = doc->events.end;
	join->here_from = doc->presence.number;
	join->here = SYNC_BROKEN(UNSEEN) ? join->here_from : 0;
	if (sync_doc_watch(doc, &join->watch) != SYNC_OK) {
		sync_free(join);
		return NULL;
	}
	join->index = session->join_count;
	session->joins[session->join_count++] = join;
	join->pending = true; /* the whole state, to begin with; no wake: whoever made it asks */
	session->pending++;
	return join;
}

void sync_session_leave(sync_join *join)
{
	sync_session *session = join->session;
	sync_join *last = session->joins[--session->join_count];
	session->joins[join->index] = last;
	last->index = join->index;
	sync_doc *doc = join->watch.doc;
	sync_join_idle(join);
	sync_doc_unwatch(&join->watch);
	sync_task_deaf(&join->ear, doc);
	if (join->present)
		sync_doc_here(doc,
			      &(struct sync_saying){ .who = join->present->who,
						     .user = join->present->user },
			      &join->present, NULL);
	sync_packet_drop(join->held);
	sync_packet_drop(join->part);
	ws_sync_forget_told(join);
	sync_free(join);
}

/* ---- which documents ---- */

bool sync_session_allows(const sync_session *session, const char *key)
{
	if (!session->keys)
		return true;
	for (char **at = session->keys; *at; at++) {
		const sync_model *model = sync_hub_template(session->hub, *at);
		if (strcmp(*at, key) == 0 || (model && sync_hub_is_of(session->hub, key, model)))
			return true;
	}
	return false;
}

sync_status sync_session_open(sync_session *session, const char *key, sync_doc **doc,
			      sync_error *error)
{
	return sync_hub_open(session->hub, key, session->identity, true, doc, error);
}

/* A copy in one block: the pointers, then the texts. False: out of memory, or a key that nothing
 * can have. */
static bool copy_keys(sync_session *session, const char *const *keys)
{
	size_t count = 0, bytes = 0;
	if (!keys)
		return true;
	for (; keys[count]; count++) {
		if (!sync_hub_has(session->hub, keys[count]) &&
		    !sync_hub_template(session->hub, keys[count]))
			return false;
		bytes += strlen(keys[count]) + 1;
	}
	session->keys = sync_alloc((count + 1) * sizeof(char *) + bytes);
	if (!session->keys)
		return false;
	char *text = (char *)(session->keys + count + 1);
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(keys[i]) + 1;
		session->keys[i] = memcpy(text, keys[i], size);
		text += size;
	}
	session->keys[count] = NULL;
	return true;
}

/* ---- life ---- */

sync_session *sync_session_new(sync_hub *hub, const sync_session_options *options)
{
	bool native = options->dialect == SYNC_DIALECT_NATIVE;
	if (!native && options->dialect != SYNC_DIALECT_WS_SYNC)
		return NULL;
	sync_session *session = sync_calloc(1, sizeof *session);
	if (!session)
		return NULL;
	session->hub = hub;
	session->number = ++hub->sessions;
	session->speech = native ? &sync_speech_native : &sync_speech_ws_sync;
	session->max_message = options->max_message ? options->max_message : MESSAGE_DEFAULT;
	session->wake = options->wake;
	session->authenticate = options->authenticate;
	session->authenticate_arg = options->authenticate_arg;
	session->arg = options->arg;
	session->user = session->name = SYNC_STR_EMPTY;
	session->opened = hub->now;
	session->hello_ms = options->hello_ms ? options->hello_ms : SYNC_HELLO_MS;
	session->busy = true; /* nobody waits to be woken yet */
	sync_session_link(session);
	bool open = copy_keys(session, options->keys) && session->speech->open(session, options);
	session->busy = false;
	if (open)
		return session;
	sync_session_free(session);
	return NULL;
}

void sync_session_free(sync_session *session)
{
	if (!session)
		return;
	session->busy = true;
	sync_session_depart(session);
	while (session->join_count)
		sync_session_leave(session->joins[session->join_count - 1]);
	if (session->join_room > 1)
		sync_free(session->joins);
	sync_native_close(session);
	while (session->queue_count)
		sync_packet_drop(take_queued(session));
	sync_packet_drop(session->current);
	sync_session_unlink(session);
	sync_free(session->keys);
	sync_free(session->rates);
	sync_free(session->due);
	sync_str_free(session->user);
	sync_str_free(session->name);
	sync_free(session);
}
