/* What a peer of the dialect `sync.v1.json` is told next of one document. */
#include "session_native.h"

#include "broken.h"

enum {
	KIND_FIRST = 16, /* kinds of shared frames, by sight: behind those of other dialects */
	SILENT_MAX =
		128, /* revisions that a peer is not told of, because nothing in them is for it */
	RETRY_MS = 1000
};

static unsigned kind_of(sync_join *join)
{
	unsigned sight = SYNC_BROKEN(RIGHTS) ? 1 : sync_doc_sight(join->watch.doc, join->sees);
	return sight ? KIND_FIRST + sight : 0;
}

/* Looked up anew only when somebody came or was forgotten: it is asked for each frame to each peer.
 */
static sync_author *client_of(sync_join *join)
{
	const sync_clients *clients = &join->watch.doc->clients;
	if (join->client_at != clients->changes + 1)
		join->client = sync_clients_find(clients, join->session->native->client);
	join->client_at = clients->changes + 1;
	return join->client;
}

/* ---- shared frames: a reference for the caller; NULL: out of memory ---- */

/* `head`: so many bytes stand in front of its operations. */
static sync_packet *share(sync_join *join, sync_cached entry, size_t head)
{
	sync_doc *doc = join->watch.doc;
	size_t limit = join->session->native->max_frame;
	bool split =
		entry.packet->bytes.status == SYNC_OK && sync_packet_length(entry.packet) >= limit;
	entry.packet = split ? native_split(entry.packet, head, limit) : native_end(entry.packet);
	if (entry.packet && entry.kind)
		sync_doc_cache_put(doc, entry);
	return entry.packet;
}

/* The state at *revision, which may not be durable yet. */
static sync_packet *whole(sync_join *join, uint64_t *revision)
{
	sync_doc *doc = join->watch.doc;
	unsigned kind = kind_of(join);
	sync_packet *packet = kind ? sync_doc_cached_whole(doc, kind, revision) : NULL;
	/* While writes are on their way, one that the history leads on from will do; but for who
	 * has changed something since: it was told of the numbers, and would miss the changes. */
	const sync_author *client = client_of(join);
	bool quiet = doc->durable == doc->revision;
	if (packet && client && sync_author_done(client, *revision) < client->last)
		quiet = true;
	if (packet && *revision < join->revision)
		quiet = true; /* it would go back */
	if (packet &&
	    (*revision >= doc->durable || (!quiet && sync_doc_leads_from(doc, *revision))))
		return sync_packet_hold(packet);
	packet = native_patch(doc, true, 0, doc->revision, "", 0);
	if (!packet)
		return NULL;
	sync_buf *out = &packet->bytes;
	out->len--; /* the bracket that closes */
	size_t head = sync_packet_length(packet);
	SYNC_BUF_LITERAL(out, "{\"op\":\"replace\",\"path\":\"\",\"value\":");
	size_t start = out->len;
	sync_doc_write_seen(doc, join->sees, out);
	if (out->status == SYNC_OK)
		doc->state_bytes = out->len - start;
	SYNC_BUF_LITERAL(out, "}]");
	*revision = doc->revision;
	return share(join, (sync_cached){ kind, true, 0, doc->revision, packet }, head);
}

static sync_packet *patch(sync_join *join, const sync_delta *delta)
{
	sync_doc *doc = join->watch.doc;
	unsigned kind = kind_of(join);
	uint64_t from = join->revision;
	sync_packet *packet = kind ? sync_doc_cached(doc, kind, from, delta->to) : NULL;
	if (packet)
		return sync_packet_hold(packet);
	packet = native_patch(doc, false, from, delta->to, delta->ops, delta->length);
	if (!packet)
		return NULL;
	size_t head = sync_packet_length(packet) - delta->length - 1;
	return share(join, (sync_cached){ kind, false, from, delta->to, packet }, head);
}

/* ---- answers ---- */

/* The last number that `revision` covers, if the peer has not been told. */
static uint64_t unanswered(sync_join *join, uint64_t revision)
{
	const sync_author *client = client_of(join);
	uint64_t done = client ? sync_author_done(client, revision) : 0;
	return done > join->answered ? done : 0;
}

static void put_results(sync_join *join, sync_buf *out, const sync_author *client, uint64_t from,
			uint64_t to)
{
	sync_session *session = join->session;
	bool first = true;
	for (uint64_t n = from; n <= to; n++) {
		const sync_answer *answer = sync_author_answer(client, n);
		if (!answer || answer->refused || !answer->length)
			continue;
		/* Who comes again without the role that the action takes is not told what it gave. */
		if (answer->sees && !(answer->sees & join->sees))
			continue;
		if (first)
			SYNC_BUF_LITERAL(out, ",\"results\":[{\"n\":");
		else
			SYNC_BUF_LITERAL(out, ",{\"n\":");
		first = false;
		sync_put_u64(out, n);
		SYNC_BUF_LITERAL(out, ",\"value\":");
		if (!answer->bytes || !native_say_bytes(session, answer->text, answer->length, out))
			sync_buf_put(out, answer->text, answer->length);
		sync_buf_byte(out, '}');
	}
	if (!first)
		sync_buf_byte(out, ']');
}

/* Queues what is bytes, the nacks, then the patch with `done` and the results around the same
 * bytes. */
static void answer(sync_join *join, sync_packet *shared, uint64_t done)
{
	sync_session *session = join->session;
	const sync_author *client = client_of(join);
	uint64_t first = join->answered + 1;
	if (client->count && first < client->answers[0].number)
		first = client->answers[0].number;
	sync_packet *own = sync_packet_new();
	if (own) {
		sync_buf *out = &own->bytes;
		sync_buf_put(out, sync_packet_data(shared), sync_packet_length(shared) - 1);
		native_put_number(out, "done", done);
		put_results(join, out, client, first, done);
		own = native_end(own);
	}
	for (uint64_t n = first; n <= done; n++) {
		const sync_answer *refused = sync_author_answer(client, n);
		if (!refused || !refused->refused)
			continue;
		/* Who comes again with fewer rights is not told what the others could read. */
		bool all = (refused->sees & ~join->sees) == 0;
		sync_session_queue(session, native_nack(join->watch.doc, n, refused->text,
							all ? refused->length : refused->bare));
	}
	sync_session_queue(session, own);
	sync_packet_drop(shared);
	join->answered = done;
}

/* A frame, or the first of a chain, that leads to `revision`, for this peer. */
static sync_packet *deliver(sync_join *join, sync_packet *packet, uint64_t revision, bool *made)
{
	if (packet->next) {
		join->part = sync_packet_hold(packet->next);
		join->part_to = revision;
		*made = true;
		return packet;
	}
	uint64_t done = unanswered(join, revision);
	bool apart = SYNC_BROKEN(APART) && done && join->revision != revision;
	join->revision = join->looked = revision;
	join->owed = apart;
	join->resync = false;
	*made = true;
	if (!done || apart)
		return packet;
	answer(join, packet, done);
	return NULL;
}

/* ---- one document ---- */

/* What it was about to be told of is gone, and it knows of nothing that could be: it gets what is
 * there now. */
static void start_over(sync_join *join)
{
	join->epoch = join->watch.doc->epoch;
	join->revision = join->looked = 0;
	join->resync = true;
	join->client_at = 0;
}

static sync_packet *greet(sync_join *join, bool *made)
{
	sync_doc *doc = join->watch.doc;
	sync_author *client = client_of(join);
	uint64_t last = client ? sync_author_done(client, doc->durable) : 0;
	if (doc->anew) {
		/* It was deleted, but if the server ended now it would not be: then numbers of the
		 * new history would be taken for some of the old one. */
		sync_join_idle(join);
		return NULL;
	}
	if (client && last != client->last) {
		/* What it pushed before is on its way to the store. Told of a lower number now, it
		 * would take the rest for lost, and could send it under other numbers. */
		sync_join_idle(join);
		return NULL;
	}
	if (client)
		client->owner = join->number;
	/* What is kept is answered once more: the peer may not have heard it. */
	join->answered = client && client->count ? client->answers[0].number - 1 : last;
	join->greet = false;
	*made = true;
	return native_joined(doc, last, join->session->native->client);
}

/* What the peer was shown is not what the document was when it lost writes: it is to join again. */
static sync_packet *restart(sync_join *join, bool *made)
{
	sync_doc *doc = join->watch.doc;
	uint64_t wait = 1 + sync_random_next(&join->session->hub->random) % RETRY_MS;
	sync_error error;
	sync_error_set(&error, SYNC_STALE, "the document has a new history");
	sync_packet *packet = native_error(&error, "join", doc->key, NULL, wait);
	*made = true;
	sync_session_leave(join);
	return packet;
}

/* It was deleted, or taken from the peer, which has nothing of it any more. */
static sync_packet *part(sync_join *join, bool *made)
{
	bool withdrawn = join->withdrawn;
	if (join->watch.doc->anew && !withdrawn) {
		sync_join_idle(join); /* until the store is done */
		return NULL;
	}
	sync_packet *packet = native_gone(join->watch.doc, withdrawn ? SYNC_FORBIDDEN : SYNC_GONE);
	*made = true;
	if (packet)
		sync_session_leave(join);
	return packet;
}

static sync_packet *next_whole(sync_join *join, bool *made)
{
	uint64_t revision;
	sync_packet *packet = whole(join, &revision);
	if (!packet)
		return NULL; /* no memory now: it stays pending */
	if (revision > join->watch.doc->durable) {
		sync_packet_drop(packet);
		sync_join_idle(join); /* until the store is done */
		return NULL;
	}
	return deliver(join, packet, revision, made);
}

/* *wait: there is nothing to be said. */
static sync_packet *next_patch(sync_join *join, bool *made, bool *nothing)
{
	sync_delta delta;
	sync_status status =
		sync_doc_delta(join->watch.doc, join->revision, join->sees, true, &delta);
	if (status != SYNC_OK)
		return next_whole(join, made);
	*nothing = !delta.length && !join->owed && !unanswered(join, delta.to) &&
		   delta.to - join->revision < SILENT_MAX;
	if (*nothing) {
		join->looked = delta.to;
		return NULL;
	}
	sync_packet *packet = patch(join, &delta);
	if (!packet)
		return NULL;
	if (delta.to <= join->watch.doc->durable)
		return deliver(join, packet, delta.to, made);
	join->held = packet;
	join->held_to = delta.to;
	return NULL;
}

/* What waited for the store. */
static sync_packet *next_held(sync_join *join, bool *made)
{
	sync_packet *packet = join->held;
	if (join->held_to > join->watch.doc->durable) {
		sync_join_idle(join);
		return NULL;
	}
	join->held = NULL;
	return deliver(join, packet, join->held_to, made);
}

static sync_packet *next_part(sync_join *join, bool *made)
{
	sync_packet *packet = join->part;
	join->part = NULL;
	return deliver(join, packet, join->part_to, made);
}

static sync_packet *next_event(sync_join *join, bool *made)
{
	sync_event *event = sync_join_event(join);
	sync_packet *packet = event ? native_event(join->watch.doc, event) : NULL;
	if (!packet)
		return NULL;
	join->event++;
	*made = true;
	return sync_packet_hold(packet);
}

static sync_packet *next_here(sync_join *join, bool *made)
{
	sync_doc *doc = join->watch.doc;
	uint64_t told = join->here > join->here_from ? join->here : join->here_from;
	if (sync_presence_missed(&doc->presence, told)) {
		join->session->close_code = SYNC_CLOSE_SLOW;
		return NULL;
	}
	for (;;) {
		uint64_t number = join->here;
		sync_present *present =
			sync_presence_next(&doc->presence, &number, join->session->native->id);
		if (present && !present->here && number <= join->here_from) {
			join->here = number; /* it left before this peer came */
			continue;
		}
		sync_packet *packet = present ? native_here(doc, present) : NULL;
		if (present && !packet)
			return NULL;
		join->here = number;
		*made = packet != NULL;
		return packet ? sync_packet_hold(packet) : NULL;
	}
}

/* Behind a patch there mostly is nothing: who is told so now is not asked again. */
static void rest(sync_join *join)
{
	const sync_doc *doc = join->watch.doc;
	if (!join->owed && !join->held && join->looked >= doc->durable &&
	    join->event >= doc->events.end && !join->ear.news && !doc->presence.count)
		sync_join_idle(join);
}

sync_packet *native_next(sync_join *join, bool *made)
{
	const sync_doc *doc = join->watch.doc;
	if (join->withdrawn)
		return part(join, made);
	if (!sync_doc_readable(doc)) {
		sync_join_idle(join);
		return NULL;
	}
	if (join->greet && join->epoch != doc->epoch && join->epoch == doc->gone)
		start_over(join);
	if (join->epoch != doc->epoch)
		return join->epoch == doc->gone ? part(join, made) : restart(join, made);
	if (join->greet)
		return greet(join, made);
	if (join->part)
		return next_part(join, made);
	if (join->held)
		return next_held(join, made);
	if (join->resync)
		return next_whole(join, made);
	if (join->owed || join->looked < doc->durable) {
		bool nothing = false;
		sync_packet *packet = next_patch(join, made, &nothing);
		if (packet)
			rest(join);
		if (!nothing)
			return packet;
	}
	sync_packet *packet = next_event(join, made);
	if (!packet) {
		packet = native_next_task(join);
		*made = packet != NULL;
	}
	if (!packet)
		packet = next_here(join, made);
	if (!packet)
		sync_join_idle(join);
	return packet;
}
