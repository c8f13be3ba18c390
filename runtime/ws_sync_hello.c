/* Who a peer of the dialect `ws-sync` is, and what it is given. */
#include "session_ws_sync.h"

/* ---- documents ---- */

static sync_join *join_key(sync_session *session, const char *key, sync_error *error)
{
	sync_doc *doc;
	if (sync_session_open(session, key, &doc, error) != SYNC_OK)
		return NULL;
	sync_join *join = sync_session_add(session, doc);
	if (!join)
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	else if (session->identity)
		ws_sync_adopt_tasks(join);
	return join;
}

sync_join *ws_sync_join(sync_session *session, const char *key, sync_error *error)
{
	if (!sync_session_allows(session, key))
		sync_error_set(error, SYNC_NOT_FOUND, "there is no document with that key");
	else if (session->join_count >= SYNC_SESSION_DOCS)
		sync_error_set(error, SYNC_TOO_BIG, "too many documents on one connection");
	else
		return join_key(session, key, error);
	return NULL;
}

/* One that cannot be had costs an error, not the others. */
static void give(sync_session *session, const char *key)
{
	sync_error error;
	if (!join_key(session, key, &error))
		sync_session_queue(session, ws_sync_error(&error, "", NULL));
}

/* Is that the key of one document, whose it may be? */
static bool is_given(const sync_session *session, const sync_model *model)
{
	return !model->params && (session->identity || !(model->flags & SYNC_MODEL_SESSION));
}

/* What is promised, in order; of all of the hub, one of each model whose key says which. */
static void give_all(sync_session *session)
{
	const sync_hub *hub = session->hub;
	for (char **key = session->keys; key && *key; key++)
		if (!sync_hub_template(hub, *key))
			give(session, *key);
	for (size_t i = 0; !session->keys && i < hub->model_count; i++)
		if (is_given(session, hub->models[i].model))
			give(session, hub->models[i].model->key);
}

static bool needs_identity(const sync_session *session)
{
	const sync_hub *hub = session->hub;
	for (size_t i = 0; i < hub->model_count; i++) {
		const sync_model *model = hub->models[i].model;
		if (!(model->flags & SYNC_MODEL_SESSION))
			continue;
		bool given = !session->keys;
		for (char **key = session->keys; key && *key; key++)
			given |= strcmp(*key, model->key) == 0 || sync_hub_is_of(hub, *key, model);
		if (given)
			return true;
	}
	return false;
}

bool ws_sync_open(sync_session *session, const sync_session_options *options)
{
	if (options->identify || needs_identity(session)) {
		session->asking = true;
		sync_session_queue(session, ws_sync_request());
		return !session->close_code;
	}
	give_all(session);
	if (session->close_code)
		return false;
	sync_session_announce(session);
	return true;
}

/* ---- the peer's identity ---- */

static bool read_names(sync_reader *reader, sync_str *user, sync_str *name)
{
	bool first = true;
	sync_str key = NULL;
	int more;
	if (!sync_read_object(reader))
		return false;
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		sync_str *to = strcmp(key, "user") == 0	     ? user
			       : strcmp(key, "session") == 0 ? name
							     : NULL;
		sync_str_free(key);
		key = NULL;
		bool ok = to && sync_read_peek(reader) == '"'
				  ? sync_read_string(reader, to, 0, WS_SYNC_NAME_MAX)
				  : sync_read_skip(reader, NULL, NULL);
		if (!ok)
			return false;
	}
	return more == 0;
}

/* What it says for the first time, having been asked. */
static void begin(sync_session *session)
{
	session->who = (sync_identity){ session->user, session->name };
	session->identity = &session->who;
	session->asking = false;
	if (!sync_session_claim(session)) {
		session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	give_all(session);
	sync_session_announce(session);
}

/* Takes the names over, or says why not. */
static sync_status take_names(sync_session *session, sync_str *user, sync_str *name,
			      sync_error *error)
{
	bool complete = *user && **user && *name && **name;
	bool same = complete && sync_str_equal(*user, session->user) &&
		    sync_str_equal(*name, session->name);
	if (session->asking && !complete)
		return sync_error_set(error, SYNC_INVALID, "a user and a session have a name");
	if (session->identity && !same)
		return sync_error_set(error, SYNC_CONFLICT, "a connection has one identity");
	sync_str *to[] = { &session->user, &session->name }, *from[] = { user, name };
	for (int i = 0; i < 2 && !session->identity; i++) {
		if (!*from[i])
			continue;
		sync_str_free(*to[i]);
		*to[i] = *from[i];
		*from[i] = NULL;
	}
	return SYNC_OK;
}

void ws_sync_on_identity(sync_session *session, const ws_sync_message *message)
{
	sync_reader reader;
	sync_str user = NULL, name = NULL;
	bool good = sync_reader_init(&reader, message->data, message->length, NULL) &&
		    read_names(&reader, &user, &name) &&
		    take_names(session, &user, &name, &reader.error) == SYNC_OK;
	sync_str_free(user);
	sync_str_free(name);
	if (!good)
		ws_sync_refuse(session, message, &reader.error, NULL);
	else if (session->asking)
		begin(session);
}
