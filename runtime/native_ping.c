/* ping, pong, and who says nothing at all. */
#include "session_native.h"

/* ,"docs":{…}: the revisions that the peer was brought to. */
static void put_revisions(const sync_session *session, sync_buf *out)
{
	SYNC_BUF_LITERAL(out, ",\"docs\":");
	size_t start = out->len;
	for (size_t i = 0; i < session->join_count; i++) {
		const sync_join *join = session->joins[i];
		if (join->greet || join->resync || join->owed)
			continue; /* a patch is on its way, and says it */
		SYNC_BUF_LITERAL(out, ",\"");
		sync_buf_put(out, join->watch.doc->key_json.data, join->watch.doc->key_json.len);
		SYNC_BUF_LITERAL(out, "\":");
		sync_put_u64(out, join->revision);
	}
	sync_put_object_end(out, start);
}

void native_on_ping(native_frame *frame)
{
	sync_session *session = frame->session;
	sync_packet *packet = native_begin("pong", NULL);
	if (packet) {
		sync_buf *out = &packet->bytes;
		if (native_has(&frame->object, NATIVE_ID)) {
			SYNC_BUF_LITERAL(out, ",\"id\":");
			sync_buf_put(out, frame->object.raw[NATIVE_ID].at,
				     frame->object.raw[NATIVE_ID].length);
		}
		put_revisions(session, out);
	}
	sync_session_queue(session, native_end(packet));
}

/* Not by a ping of WebSocket: those are answered even where the program behind it has stopped. */
static void ask(sync_session *session)
{
	struct sync_native *native = session->native;
	sync_packet *packet = native_begin("ping", NULL);
	if (packet) {
		native_put_number(&packet->bytes, "id", ++native->pings);
		put_revisions(session, &packet->bytes);
	}
	sync_session_queue(session, native_end(packet));
	native->pinged = true;
}

void native_heard(sync_session *session)
{
	session->native->heard = session->hub->now;
	session->native->pinged = false;
}

void sync_native_tick(sync_session *session)
{
	const struct sync_native *native = session->native;
	uint64_t silence = session->hub->now - native->heard;
	uint64_t patience = (uint64_t)native->heartbeat * 5 / 2;
	if (!native->greeted) {
		if (session->hub->now - session->opened >= session->hello_ms)
			session->close_code = SYNC_CLOSE_NO_HELLO;
	} else if (silence >= patience) {
		session->close_code = SYNC_CLOSE_SILENT;
	} else if (native->expires && session->hub->now >= native->expires) {
		session->close_code = SYNC_CLOSE_EXPIRED;
	} else if (silence >= native->heartbeat && !native->pinged) {
		ask(session);
	}
}
