/* Who the peer is: the name it goes by, what it shows for it, what the application says to that. */
#include "session_native.h"

#include <stdio.h>
#include <syncgen/alloc.h>

enum { USER_POINTS = 63, TOKEN_SIZE = 8192, SECRET_BYTES = 16 };

/* ---- its name ---- */

static void put_hex(char *to, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

static bool new_name(sync_session *session, char *to, size_t bytes)
{
	unsigned char random[SECRET_BYTES];
	if (!sync_hub_secret(session->hub, random, bytes))
		return false;
	put_hex(to, random, bytes);
	return true;
}

/* The client's own id and the secret it was given once, or new ones. */
static bool identify(native_frame *frame, char *id, char *secret, sync_error *error)
{
	sync_session *session = frame->session;
	const native_object *hello = &frame->object;
	if (!native_text(hello, NATIVE_CLIENT, true, id, NATIVE_ID_SIZE, error) ||
	    !native_text(hello, NATIVE_SECRET, true, secret, NATIVE_ID_SIZE, error))
		return false;
	bool ok = (*id || new_name(session, id, 8)) &&
		  (*secret || new_name(session, secret, SECRET_BYTES)) &&
		  new_name(session, session->native->id, 8);
	if (!ok) {
		sync_error_set(error, SYNC_OVERLOAD, "no randomness for a secret");
		return false;
	}
	char both[2 * NATIVE_ID_SIZE];
	snprintf(both, sizeof both, "%s %s", id, secret);
	session->native->client = sync_alloc_text(both);
	if (!session->native->client)
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	return session->native->client != NULL;
}

/* `user` and the like of its metadata, for handlers. */
static bool read_meta(native_frame *frame, sync_error *error)
{
	const native_object *hello = &frame->object;
	sync_session *session = frame->session;
	sync_reader reader;
	bool first = true;
	sync_str key = NULL;
	int more = 0;
	if (!native_has(hello, NATIVE_META) || *hello->raw[NATIVE_META].at != '{')
		return true;
	if (!sync_reader_init(&reader, hello->raw[NATIVE_META].at, hello->raw[NATIVE_META].length,
			      NULL) ||
	    !sync_read_object(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_entry(&reader, &first, &key)) > 0) {
		bool is_user = strcmp(key, "user") == 0 && sync_read_peek(&reader) == '"';
		sync_str_free(key);
		key = NULL;
		if (is_user ? !sync_read_string(&reader, &session->user, 0, USER_POINTS)
			    : !sync_read_skip(&reader, NULL, NULL))
			more = -1;
	}
	if (more < 0) {
		*error = reader.error;
		sync_error_in(error, "meta", 4);
		return false;
	}
	return true;
}

/* ---- what it shows, and what that is worth ---- */

/* Copies the names that the application gave. */
static bool keep_roles(sync_session *session, const char *const *names)
{
	struct sync_native *native = session->native;
	size_t count = 0;
	while (names && names[count] && count < NATIVE_ROLES)
		count++;
	if (!count)
		return true;
	native->roles = sync_calloc(count, sizeof *native->roles);
	while (native->roles && native->role_count < count) {
		char *copy = sync_alloc_text(names[native->role_count]);
		if (!copy)
			return false;
		native->roles[native->role_count++] = copy;
	}
	return native->roles != NULL;
}

/* What it shows: the token of its hello, or what came with the request. */
static bool read_token(const native_frame *frame, sync_credentials *shown, char *token,
		       sync_error *error)
{
	const struct sync_native *native = frame->session->native;
	if (!native_text(&frame->object, NATIVE_TOKEN, true, token, TOKEN_SIZE, error))
		return false;
	shown->token = token;
	shown->from = *token ? SYNC_TOKEN_HELLO : SYNC_TOKEN_NONE;
	if (!*token && native->token) {
		shown->token = native->token;
		shown->from = native->token_from;
	}
	return true;
}

static bool keep_grant(sync_session *session, const sync_grant *grant)
{
	if (grant->expires_ms)
		session->native->expires = session->hub->now + grant->expires_ms;
	return keep_roles(session, grant->roles) &&
	       (!grant->user || sync_str_assign(&session->user, grant->user) == SYNC_OK);
}

/* Asks the application. */
static bool judge(native_frame *frame, char *token, sync_error *error)
{
	sync_session *session = frame->session;
	const native_object *hello = &frame->object;
	sync_credentials shown = { .user = session->user,
				   .meta = hello->raw[NATIVE_META].at,
				   .meta_length = hello->raw[NATIVE_META].length };
	sync_grant grant = { 0 };
	if (!read_token(frame, &shown, token, error))
		return false;
	sync_status status = session->authenticate(session->authenticate_arg, &shown, &grant);
	if (status == SYNC_OK && !keep_grant(session, &grant))
		status = SYNC_NOMEM;
	if (status != SYNC_OK)
		sync_error_set(error, status, "%s", sync_status_text(status));
	return status == SYNC_OK;
}

static bool authenticate(native_frame *frame, sync_error *error)
{
	if (!frame->session->authenticate)
		return true;
	char *token = sync_alloc(TOKEN_SIZE);
	bool ok = token && judge(frame, token, error);
	if (!token)
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_free(token);
	return ok;
}

bool native_who(native_frame *frame, char *id, char *secret, sync_error *error)
{
	struct sync_native *native = frame->session->native;
	bool ok = identify(frame, id, secret, error) && read_meta(frame, error) &&
		  authenticate(frame, error);
	sync_free(native->token);
	native->token = NULL;
	return ok;
}

uint64_t native_sees(const sync_session *session, const sync_model *model)
{
	const struct sync_native *native = session->native;
	uint64_t bits = SYNC_SEE_PUBLIC;
	for (uint32_t r = 0; r < model->role_count; r++)
		for (size_t i = 0; i < native->role_count; i++)
			if (strcmp(model->roles[r], native->roles[i]) == 0)
				bits |= (uint64_t)SYNC_SEE_ROLE_0 << r;
	return bits;
}
