/* hello and join: what the peer may have, and where it goes on. */
#include "session_native.h"

#include <syncgen/alloc.h>

/* ---- schemas ---- */

/* The hash behind a name, each with its NUL; NULL: it is not among them. */
static const char *find_hash(const char *at, size_t length, const char *name)
{
	const char *end = at ? at + length : NULL;
	while (at < end) {
		const char *hash = at + strlen(at) + 1;
		if (strcmp(at, name) == 0)
			return hash;
		at = hash + strlen(hash) + 1;
	}
	return NULL;
}

/* The hash that hello gave for a model, or NULL. */
static const char *hash_of(const struct sync_native *native, const char *name)
{
	return find_hash(native->models, native->models_length, name);
}

/* One model of hello: kept if there is one, and judged into the welcome. */
static bool judge(sync_session *session, sync_reader *reader, sync_str name, sync_buf *kept,
		  sync_buf *verdicts)
{
	sync_str hash = NULL;
	if (!sync_read_string(reader, &hash, 0, 128))
		return false;
	const sync_model *model = sync_hub_model(session->hub, name);
	if (strlen(name) == sync_str_len(name) && strlen(hash) == sync_str_len(hash)) {
		const char *verdict = sync_verdict_name(model ? sync_model_verdict(model, hash)
							      : SYNC_VERDICT_UNKNOWN);
		if (model && !find_hash(kept->data, kept->len, name)) {
			sync_buf_put(kept, name, strlen(name) + 1);
			sync_buf_put(kept, hash, strlen(hash) + 1);
		}
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
	session->native->models_length = (unsigned)kept.len;
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
		SYNC_BUF_LITERAL(out, ",\"life\":");
		native_put_epoch(out, session->hub->life);
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
	join->sees = native_sees(session, doc->model);
	resume(join, epoch, revision);
}

static bool join_docs(native_frame *frame, sync_error *error)
{
	const native_object *hello = &frame->object;
	native_object *object = sync_alloc(sizeof *object);
	sync_reader reader;
	bool first = true;
	int more = object ? 0 : -1;
	size_t count = 0;
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
				 &reader.error)) {
			sync_error_in_index(&reader.error, count);
			more = -1;
		} else {
			native_join(frame, object);
		}
		count++;
	}
	frame->doc[0] = '\0';
	if (more < 0) {
		*error = reader.error;
		sync_error_in(error, "docs", 4);
	}
	sync_free(object);
	return more >= 0;
}

static uint16_t close_code(sync_status status)
{
	if (status == SYNC_UNAUTHORIZED || status == SYNC_FORBIDDEN)
		return SYNC_CLOSE_UNAUTHORIZED;
	return native_is_temporary(status) ? SYNC_CLOSE_LATER : SYNC_CLOSE_PROTOCOL;
}

void native_on_hello(native_frame *frame)
{
	sync_session *session = frame->session;
	char id[NATIVE_ID_SIZE], secret[NATIVE_ID_SIZE];
	sync_buf verdicts = { 0 };
	sync_error error;
	uint64_t version;
	sync_error_set(&error, SYNC_OK, "%s", "");
	bool ok = native_number(&frame->object, NATIVE_V, false, &version, &error);
	if (ok && version != 1) {
		sync_error_set(&error, SYNC_UNSUPPORTED, "this server speaks version 1");
		ok = false;
	}
	ok = ok && native_who(frame, id, secret, &error) && read_limits(frame, &error) &&
	     read_models(frame, &verdicts, &error);
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
	session->close_code = close_code(error.code);
}
