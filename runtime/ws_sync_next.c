/* What a peer of the dialect `ws-sync` is told next of one document. */
#include "session_ws_sync.h"

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
	if (join->epoch) /* what is the first it hears crosses nothing */
		ws_sync_tell(join, WS_SYNC_ALL_FIELDS);
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
	if (!packet)
		return NULL;
	join->revision = doc->durable;
	ws_sync_tell(join, packet->fields);
	return packet;
}

/* Commits that changed nothing a peer can see: numbers of clients of other dialects. */
static void pass_silent(sync_join *join)
{
	sync_doc *doc = join->watch.doc;
	sync_delta delta;
	if (!join->resync && join->epoch == doc->epoch && join->revision < doc->durable &&
	    sync_doc_delta(doc, join->revision, SYNC_SEE_PUBLIC, false, &delta) == SYNC_OK &&
	    !delta.length)
		join->revision = delta.to;
}

static sync_packet *next_event(sync_join *join)
{
	sync_event *event = sync_join_event(join);
	sync_packet *packet = event ? ws_sync_event(join->watch.doc, event) : NULL;
	if (!packet)
		return NULL;
	join->event++;
	/* The bytes that belong behind it. Nothing is queued now: next_event() comes after all that
	 * is. */
	if (packet->next)
		sync_session_queue(join->session, sync_packet_hold(packet->next));
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

sync_packet *ws_sync_next(sync_join *join, bool *made)
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
void ws_sync_catch_up(sync_join *join)
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
