/* hello and join: who the peer is, what it may have, and where it goes on. */
#include "session_native.h"

#include <stdio.h>
#include <syncgen/alloc.h>

enum { USER_SIZE = 256, TOKEN_SIZE = 8192, SECRET_BYTES = 16 };

/* ---- identity ---- */

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
static bool read_meta(native_frame *frame, char *user, sync_error *error)
{
	const native_object *hello = &frame->object;
	sync_session *session = frame->session;
	sync_reader reader;
	bool first = true;
	sync_str key = NULL;
	int more = 0;
	user[0] = '\0';
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
		if (is_user ? !sync_read_string(&reader, &session->user, 0, USER_SIZE / 4 - 1)
			    : !sync_read_skip(&reader, NULL, NULL))
			more = -1;
	}
	if (more < 0) {
		*error = reader.error;
		sync_error_in(error, "meta", 4);
		return false;
	}
	snprintf(user, USER_SIZE, "%s", session->user);
	return true;
}

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

static bool ask_roles(native_frame *frame, const char *user, sync_error *error)
{
	sync_session *session = frame->session;
	if (!session->roles)
		return true;
	char *token = sync_alloc(TOKEN_SIZE);
	bool ok = token && native_text(&frame->object, NATIVE_TOKEN, true, token, TOKEN_SIZE, error);
	if (ok && !keep_roles(session, session->roles(session->roles_arg, user, token)))
		ok = false;
	if (!ok && (!token || error->code == SYNC_OK))
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_free(token);
	return ok;
}

static uint64_t sees(const sync_session *session, const sync_model *model)
{
	const struct sync_native *native = session->native;
	uint64_t bits = SYNC_SEE_PUBLIC;
	for (uint32_t r = 0; r < model->role_count; r++)
		for (size_t i = 0; i < native->role_count; i++)
			if (strcmp(model->roles[r], native->roles[i]) == 0)
				bits |= (uint64_t)SYNC_SEE_ROLE_0 << r;
	return bits;
}

/* ---- schemas ---- */

/* The hash that hello gave for a model, or NULL. */
static const char *hash_of(const struct sync_native *native, const char *name)
{
	const char *at = native->models, *end = at ? at + native->models_length : NULL;
	while (at < end) {
		const char *hash = at + strlen(at) + 1;
		if (strcmp(at, name) == 0)
			return hash;
		at = hash + strlen(hash) + 1;
	}
	return NULL;
}

/* One model of hello: kept, and judged into the welcome. */
static bool judge(sync_session *session, sync_reader *reader, sync_str name, sync_buf *kept,
		  sync_buf *verdicts)
{
	sync_str hash = NULL;
	if (!sync_read_string(reader, &hash, 0, 128))
		return false;
	const sync_model *model = sync_hub_model(session->hub, name);
	if (strlen(name) == sync_str_len(name) && strlen(hash) == sync_str_len(hash)) {
		const char *verdict = sync_verdict_name(
			model ? sync_model_verdict(model, hash) : SYNC_VERDICT_UNKNOWN);
		sync_buf_put(kept, name, strlen(name) + 1);
		sync_buf_put(kept, hash, strlen(hash) + 1);
		sync_buf_byte(verdicts, ',');
		sync_put_str(verdicts, name);
		sync_buf_byte(verdicts, ':');
		sync_put_string(verdicts, verdict, strlen(verdict));
	}
	sync_str_free(hash);
	return true;
}

/* Appends to `verdicts` an object without its braces, commas in front. */
static bool read_models(native_frame *frame, sync_buf *verdicts, sync_error *error)
{
	const native_object *hello = &frame->object;
	sync_session *session = frame->session;
	sync_buf kept = { 0 };
	sync_reader reader;
	bool first = true;
	sync_str name = NULL;
	int more = 0;
	if (!native_has(hello, NATIVE_MODELS))
		return true;
	if (!sync_reader_init(&reader, hello->raw[NATIVE_MODELS].at,
			      hello->raw[NATIVE_MODELS].length, NULL) ||
	    !sync_read_object(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_entry(&reader, &first, &name)) > 0) {
		if (!judge(session, &reader, name, &kept, verdicts))
			more = -1;
		sync_str_free(name);
		name = NULL;
	}
	session->native->models = kept.data;
	session->native->models_length = kept.len;
	if (more >= 0 && kept.status == SYNC_OK)
		return true;
	if (more < 0) {
		*error = reader.error;
		sync_error_in(error, "models", 6);
	} else {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	}
	return false;
}

/* ---- limits ---- */

/* What the peer takes. */
static bool read_limits(native_frame *frame, sync_error *error)
{
	const native_object *hello = &frame->object;
	uint64_t bin = 0;
	if (!native_has(hello, NATIVE_LIMITS))
		return true;
	native_object *limits = sync_alloc(sizeof *limits);
	if (!limits) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return false;
	}
	bool ok = native_read(hello->raw[NATIVE_LIMITS].at, hello->raw[NATIVE_LIMITS].length, 0,
			      limits, error) &&
		  native_number(limits, NATIVE_TAKES, true, &bin, error);
	if (!ok)
		sync_error_in(error, "limits", 6);
	sync_free(limits);
	frame->session->native->takes = (size_t)bin;
	return ok;
}

/* ---- welcome ---- */

static void welcome(const native_frame *frame, const char *id, const char *secret,
		    const sync_buf *verdicts)
{
	sync_session *session = frame->session;
	sync_packet *packet = native_begin("welcome", NULL);
	if (packet) {
		sync_buf *out = &packet->bytes;
		native_put(out, "session", session->native->id);
		native_put(out, "client", id);
		native_put(out, "secret", secret);
		native_put_number(out, "heartbeat", session->native->heartbeat);
		SYNC_BUF_LITERAL(out, ",\"limits\":{\"frame\":");
		sync_put_u64(out, session->max_message);
		native_put_number(out, "mutations", NATIVE_PUSH_MUTATIONS);
		native_put_number(out, "push", NATIVE_PUSH_BYTES);
		native_put_number(out, "docs", NATIVE_DOCS);
		native_put_number(out, "bin", session->max_message);
		SYNC_BUF_LITERAL(out, "},\"models\":");
		size_t start = out->len;
		sync_buf_put(out, verdicts->data, verdicts->len);
		sync_put_object_end(out, start);
	}
	sync_session_queue(session, native_end(packet));
}

/* ---- joining ---- */

static sync_doc *find_doc(const native_frame *frame, sync_error *error)
{
	const sync_session *session = frame->session;
	sync_doc *doc;
	if (!sync_session_allows(session, frame->doc)) {
		sync_error_set(error, SYNC_NOT_FOUND, "there is no document with that key");
		return NULL;
	}
	if (sync_session_open(frame->session, frame->doc, &doc, error) != SYNC_OK)
		return NULL;
	const char *hash = hash_of(session->native, doc->model->name);
	sync_verdict_code verdict = sync_model_verdict(doc->model, hash);
	if (!hash || verdict == SYNC_VERDICT_SAME || verdict == SYNC_VERDICT_COMPATIBLE)
		return doc;
	sync_error_set(error, SYNC_SCHEMA, "the schema of %s is %s here", doc->model->name,
		       verdict == SYNC_VERDICT_UNKNOWN ? "another one" : "incompatible");
	return NULL;
}

/* Where the peer says it stands, if that can be led on from. */
static void resume(sync_join *join, const char *epoch, uint64_t revision)
{
	const sync_doc *doc = join->watch.doc;
	join->epoch = doc->epoch;
	join->greet = join->owed = true;
	join->resync = !native_epoch_is(epoch, doc->epoch) || revision > doc->durable;
	join->revision = join->resync ? 0 : revision;
}

void native_join(native_frame *frame, const native_object *object)
{
	sync_session *session = frame->session;
	char epoch[NATIVE_EPOCH_SIZE];
	uint64_t revision;
	sync_error error;
	sync_join *old = sync_session_join(session, frame->doc);
	if (old)
		sync_session_leave(old);
	sync_doc *doc = find_doc(frame, &error);
	bool ok = doc && native_number(object, NATIVE_REV, true, &revision, &error);
	if (ok && session->join_count >= NATIVE_DOCS) {
		sync_error_set(&error, SYNC_TOO_BIG, "too many documents on one connection");
		ok = false;
	}
	if (!ok) {
		sync_session_queue(session, native_refused(frame->doc, &error));
		return;
	}
	/* An epoch that is too long is not ours. */
	if (!native_text(object, NATIVE_EPOCH, true, epoch, sizeof epoch, &error) ||
	    !native_has(object, NATIVE_REV))
		epoch[0] = '\0';
	sync_join *join = sync_session_add(session, doc);
	if (!join) {
		session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	join->number = ++session->hub->joins;
	join->sees = sees(session, doc->model);
	resume(join, epoch, revision);
}

static bool join_docs(native_frame *frame, sync_error *error)
{
	const native_object *hello = &frame->object;
	native_object *object = sync_alloc(sizeof *object);
	sync_reader reader;
	bool first = true;
	int more = object ? 0 : -1;
	if (!object)
		sync_error_set(&reader.error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	else if (!sync_reader_init(&reader, hello->raw[NATIVE_DOCS_MEMBER].at,
				   hello->raw[NATIVE_DOCS_MEMBER].length, NULL) ||
		 !sync_read_array(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_element(&reader, &first)) > 0) {
		const char *raw;
		size_t length;
		if (!sync_read_skip(&reader, &raw, &length) ||
		    !native_read(raw, length, 0, object, &reader.error) ||
		    !native_text(object, NATIVE_DOC, false, frame->doc, sizeof frame->doc,
				 &reader.error))
			more = -1;
		else
			native_join(frame, object);
	}
	frame->doc[0] = '\0';
	if (more < 0)
		*error = reader.error;
	sync_free(object);
	return more >= 0;
}

void native_on_hello(native_frame *frame)
{
	sync_session *session = frame->session;
	char id[NATIVE_ID_SIZE], secret[NATIVE_ID_SIZE], user[USER_SIZE];
	sync_buf verdicts = { 0 };
	sync_error error;
	uint64_t version;
	sync_error_set(&error, SYNC_OK, "%s", "");
	bool ok = native_number(&frame->object, NATIVE_V, false, &version, &error);
	if (ok && version != 1) {
		sync_error_set(&error, SYNC_UNSUPPORTED, "this server speaks version 1");
		ok = false;
	}
	ok = ok && identify(frame, id, secret, &error) && read_meta(frame, user, &error) &&
	     read_limits(frame, &error) && ask_roles(frame, user, &error) && read_models(frame, &verdicts, &error);
	if (ok) {
		session->native->greeted = true;
		session->who = (sync_identity){ session->user, session->native->client };
		session->identity = &session->who;
		welcome(frame, id, secret, &verdicts);
		sync_session_announce(session);
		ok = !native_has(&frame->object, NATIVE_DOCS_MEMBER) || join_docs(frame, &error);
	}
	sync_buf_release(&verdicts);
	if (ok)
		return;
	native_refuse(frame, &error);
	session->close_code = SYNC_CLOSE_PROTOCOL;
}
