/* Who is connected: the program's ears for it, and one connection for each identity that was asked
 * for. */
#include "session_core.h"

#include "wire_ws_sync.h"

/* ---- all of a hub ---- */

void sync_session_link(sync_session *session)
{
	sync_hub *hub = session->hub;
	session->next = hub->first_session;
	if (session->next)
		session->next->prev = session;
	hub->first_session = session;
}

void sync_session_unlink(sync_session *session)
{
	if (session->prev)
		session->prev->next = session->next;
	else
		session->hub->first_session = session->next;
	if (session->next)
		session->next->prev = session->prev;
}

void sync_hub_each_session(sync_hub *hub, void (*visit)(void *arg, sync_session *session),
			   void *arg)
{
	for (sync_session *session = hub->first_session; session; session = session->next)
		if (!session->dismissed)
			visit(arg, session);
}

const char *sync_session_user(const sync_session *session)
{
	return session->user;
}

const char *sync_session_name(const sync_session *session)
{
	return session->name;
}

/* ---- coming and going ---- */

void sync_session_announce(sync_session *session)
{
	const sync_hub *hub = session->hub;
	session->announced = true;
	if (hub->connected)
		hub->connected(hub->connection_arg, session);
}

static uint64_t hash_of(const sync_identity *who)
{
	uint64_t user = sync_hash(who->user, strlen(who->user));
	return user << 1 ^ sync_hash(who->session, strlen(who->session));
}

void sync_session_depart(sync_session *session)
{
	sync_hub *hub = session->hub;
	if (session->claimed) {
		sync_index_remove(hub->by_identity, hash_of(&session->who), (uintptr_t)session);
		hub->identified--;
	}
	session->claimed = false;
	if (session->announced && hub->disconnected)
		hub->disconnected(hub->connection_arg, session);
	session->announced = false;
}

/* ---- one connection for each identity ---- */

sync_session *sync_hub_session(sync_hub *hub, const sync_identity *who)
{
	size_t at = 0;
	uintptr_t ref;
	if (!hub->by_identity)
		return NULL;
	while ((ref = sync_index_next(hub->by_identity, hash_of(who), &at))) {
		sync_session *session = (sync_session *)ref;
		if (strcmp(session->who.user, who->user) == 0 &&
		    strcmp(session->who.session, who->session) == 0)
			return session;
	}
	return NULL;
}

void sync_session_withdraw(sync_session *session, const char *key)
{
	sync_join *join = session->native ? sync_session_join(session, key) : NULL;
	if (!join)
		return;
	join->withdrawn = true; /* later: it may be in the middle of a call */
	sync_join_wake(join);
}

/* What it has joined it keeps until its transport lets go of it: it may be in the middle of a call.
 */
void sync_session_expire(sync_session *session)
{
	if (!session->native || session->close_code)
		return;
	session->close_code = SYNC_CLOSE_EXPIRED;
	sync_session_wake(session);
}

void sync_session_dismiss(sync_session *session, const char *message)
{
	if (session->dismissed)
		return;
	if (!session->native)
		sync_session_queue(session, ws_sync_disconnect(message));
	session->dismissed = true;
	session->close_code = SYNC_CLOSE_DISMISSED;
	sync_session_depart(session);
	sync_session_wake(session);
}

bool sync_session_claim(sync_session *session)
{
	sync_hub *hub = session->hub;
	if (!sync_index_reserve(&hub->by_identity, hub->identified + 1))
		return false;
	sync_session *other = sync_hub_session(hub, &session->who);
	if (other)
		sync_session_dismiss(other, "This session goes on in another window.");
	sync_index_add(hub->by_identity, hash_of(&session->who), (uintptr_t)session);
	hub->identified++;
	session->claimed = true;
	return true;
}
