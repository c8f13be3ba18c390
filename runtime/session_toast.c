/* What a program says to one peer of the dialect `ws-sync`, beside the state. */
#include "session_core.h"

#include "wire_ws_sync.h"

/* Can it be said now? */
static sync_status may_say(const sync_session *session)
{
	if (session->dismissed)
		return SYNC_GONE;
	if (session->native)
		return SYNC_UNSUPPORTED;
	if (session->asking)
		return SYNC_UNAUTHORIZED;
	return SYNC_OK;
}

static sync_status say(sync_session *session, sync_packet *packet)
{
	if (!packet)
		return SYNC_NOMEM;
	/* A peer that asks too much is closed; it is not to blame for what it did not ask. */
	if (!sync_session_has_room(session, packet)) {
		sync_packet_drop(packet);
		return SYNC_OVERLOAD;
	}
	sync_session_queue(session, packet);
	sync_session_wake(session);
	return session->close_code ? SYNC_NOMEM : SYNC_OK;
}

sync_status sync_session_toast(sync_session *session, sync_toast kind, const char *message)
{
	sync_status status = may_say(session);
	if (status == SYNC_OK && !sync_utf8_check(message, strlen(message), NULL))
		status = SYNC_INVALID;
	return status == SYNC_OK ? say(session, ws_sync_toast(kind, message)) : status;
}

sync_status sync_session_download(sync_session *session, const char *filename, const void *data,
				  size_t length)
{
	sync_status status = may_say(session);
	if (status == SYNC_OK && !sync_utf8_check(filename, strlen(filename), NULL))
		status = SYNC_INVALID;
	return status == SYNC_OK ? say(session, ws_sync_download(filename, data, length)) : status;
}
