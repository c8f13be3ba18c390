/* push: the mutations of a client, each exactly once. */
#include "native_map.h"
#include "broken.h"
#include "session_native.h"
#include "tree.h"

#include <syncgen/alloc.h>

/* A push on its way through its mutations. */
struct push {
	native_frame *frame;
	sync_join *join;
	native_object object; /* the present mutation */
	uint64_t base;
	uint64_t start; /* the document's revision before the push */
	bool begun;	/* the first mutation that is not a duplicate was met */
	bool rejected;	/* one of this push was */
	bool acted;	/* an action of this push ran: it may have changed anything */
	native_map map;
	sync_buf current; /* what stands where the present one does not fit; empty: not known */
	sync_error error; /* of the push as a whole */
	struct tree_budget budget; /* what its operations may still cost */
	bool paid;		   /* those of an earlier mutation did */
	uint64_t wait_ms;	   /* before it comes again; 0: as it likes */
};

static sync_author *client_of(const struct push *push)
{
	return sync_clients_find(&push->join->watch.doc->clients,
				 push->frame->session->native->client);
}

static bool fail(struct push *push, sync_status status, const char *text)
{
	sync_error_set(&push->error, status, "%s", text);
	return false;
}

/* ---- refusing one ---- */

/* What keeps a mutation from being decided at all: its number stays unused, and it may come again.
 */
static bool is_undecided(sync_status status)
{
	return status == SYNC_OVERLOAD || status == SYNC_NOMEM || status == SYNC_RATE;
}

/* Takes the number for a mutation that changes nothing. */
static bool refuse_mutation(struct push *push, const sync_error *error, const sync_call *call)
{
	sync_doc *doc = push->join->watch.doc;
	sync_buf members = { 0 };
	if (SYNC_BROKEN(NUMBER))
		return true;
	native_put_error(&members, error, call);
	size_t bare = members.len;
	if (push->current.len) {
		SYNC_BUF_LITERAL(&members, ",\"current\":");
		sync_buf_put(&members, push->current.data, push->current.len);
	}
	sync_mutation mutation = { .client = client_of(push),
				   .refusal = &members,
				   .bare = bare,
				   .sees = push->join->sees };
	sync_status status = members.status;
	if (status == SYNC_OK)
		status = sync_doc_begin(doc, &push->error);
	if (status == SYNC_OK) {
		doc->mutation = &mutation;
		status = sync_doc_commit(doc, &push->error);
		doc->mutation = NULL;
	}
	sync_buf_release(&members);
	push->rejected = true;
	if (members.status != SYNC_OK)
		return fail(push, status, sync_status_text(status));
	return status == SYNC_OK;
}

static bool settle(struct push *push, sync_status status, const sync_error *error,
		   const sync_call *call)
{
	if (status == SYNC_OK)
		return true;
	if (!is_undecided(status))
		return refuse_mutation(push, error, call);
	push->error = *error;
	return false;
}

/* ---- operations ---- */

/* Is there an array position in a path? Also true for a key of digits only, or one that is "-". */
static bool has_position(const char *ops, size_t length)
{
	for (size_t i = 0; i + 2 < length; i++) {
		size_t end = i + 1;
		if (ops[i] != '/')
			continue;
		while (end < length && ops[end] >= '0' && ops[end] <= '9')
			end++;
		if (end == i + 1 && ops[end] == '-')
			end++;
		if (end > i + 1 && end < length && (ops[end] == '/' || ops[end] == '"'))
			return true;
	}
	return false;
}

/* Does what it means depend on what others did? Texts are edited by "delta"s. */
static bool is_relative(const char *ops, size_t length)
{
	static const char delta[] = "\"delta\"";
	for (size_t i = 0; i + sizeof delta - 1 <= length; i++)
		if (memcmp(ops + i, delta, sizeof delta - 1) == 0)
			return true;
	return has_position(ops, length);
}

/* The scratch of an operation's way: too large for a stack. */
struct mapping {
	struct operation_reader reader;
	struct operation op;
	sync_buf now;
};

static sync_status map_all(struct push *push, struct mapping *m, const sync_apply_options *rights,
			   sync_error *error)
{
	const native_object *object = &push->object;
	sync_doc *doc = push->join->watch.doc;
	int more = -1;
	if (!sync_operation_start(&m->reader, object->raw[NATIVE_OPS].at,
				  object->raw[NATIVE_OPS].length, NULL, false, OPERATIONS_MAX)) {
		*error = m->reader.json.error;
		return error->code;
	}
	m->reader.extended = true;
	while ((more = sync_operation_next(&m->reader, &m->op)) > 0) {
		sync_buf_clear(&m->now);
		sync_status status = native_map_op(&push->map, &m->op, &m->now);
		if (status != SYNC_OK) {
			sync_error_set(error, status, "%s", sync_status_text(status));
			return status;
		}
		status = sync_track_apply(doc->track, m->now.data, m->now.len, rights, error);
		if (status != SYNC_OK)
			return status;
	}
	if (more < 0)
		*error = m->reader.json.error;
	return more < 0 ? error->code : SYNC_OK;
}

/* The operations, whose positions are those of the base. */
static sync_status apply_mapped(struct push *push, const sync_apply_options *rights,
				sync_error *error)
{
	struct mapping *m = sync_calloc(1, sizeof *m);
	if (!m)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	sync_status status = map_all(push, m, rights, error);
	sync_buf_release(&m->now);
	sync_free(m);
	return status;
}

/* Did nobody else write it since the base? What an action of the push wrote, its author has not
 * seen. */
static sync_sight has_seen(void *arg, const sync_node *node, const sync_field *field,
			   unsigned index)
{
	const struct push *push = arg;
	const sync_trail *trail = push->join->watch.doc->trail;
	uint64_t last = sync_trail_written(trail, node, field, index);
	bool known = push->base >= sync_trail_floor(trail);
	return known && (last <= push->base || native_map_owns(&push->map, last))
		       ? SYNC_SIGHT_SEEN
		       : SYNC_SIGHT_MISSED;
}

static bool apply_ops(struct push *push)
{
	sync_doc *doc = push->join->watch.doc;
	const sync_apply_options rights = { .flags = SYNC_APPLY_CLIENT | SYNC_APPLY_EXTENDED,
					    .roles = push->join->sees,
					    .budget = &push->budget,
					    .current = &push->current,
					    .seen = has_seen,
					    .seen_arg = push };
	sync_mutation mutation = { .client = client_of(push) };
	sync_error error;
	const char *ops = push->object.raw[NATIVE_OPS].at;
	size_t length = push->object.raw[NATIVE_OPS].length;
	bool moved = push->base != push->start || push->acted || push->rejected;
	bool mapped = moved && is_relative(ops, length);
	if (mapped && push->rejected) {
		sync_error_set(&error, SYNC_STALE, "it was made behind a change that was refused");
		return settle(push, SYNC_STALE, &error, NULL);
	}
	sync_status status = sync_doc_begin(doc, &error);
	if (status == SYNC_OK) {
		status = mapped ? apply_mapped(push, &rights, &error)
				: sync_track_apply(doc->track, ops, length, &rights, &error);
		doc->mutation = &mutation;
		if (status == SYNC_OK)
			status = sync_doc_commit(doc, &error);
		else
			sync_doc_abort(doc);
		doc->mutation = NULL;
	}
	if (status == SYNC_OK)
		native_map_settle(&push->map, doc->revision);
	bool alone = !push->paid;
	push->paid = true;
	if (status == SYNC_TOO_BIG && !alone && (!push->budget.bytes || !push->budget.steps))
		return fail(push, SYNC_OVERLOAD, "the push makes too much work at once");
	return settle(push, status, &error, NULL);
}

/* ---- actions ---- */

static const sync_call_info *find_action(const struct push *push, const char *name,
					 sync_error *error)
{
	const sync_model *model = push->join->watch.doc->model;
	const sync_call_info *info = sync_model_call(model, name, strlen(name));
	if (!info || info->flags & SYNC_CALL_TASK) {
		sync_error_set(error, SYNC_NOT_FOUND, "%s has no action of that name", model->name);
		return NULL;
	}
	if (!(info->roles & push->join->sees)) {
		sync_error_set(error, SYNC_FORBIDDEN,
			       "%s takes a role that the client does not have", name);
		return NULL;
	}
	return info;
}

static bool call_action(struct push *push)
{
	sync_doc *doc = push->join->watch.doc;
	sync_session *session = push->frame->session;
	const native_object *object = &push->object;
	char name[NATIVE_KEY_SIZE];
	sync_error error;
	const sync_call_info *info = NULL;
	if (native_text(object, NATIVE_ACTION, false, name, sizeof name, &error))
		info = find_action(push, name, &error);
	if (!info || sync_session_may_call(session, info, &push->wait_ms, &error) != SYNC_OK)
		return settle(push, error.code, &error, NULL);
	bool args = native_has(object, NATIVE_ARGS);
	const char *json = args ? object->raw[NATIVE_ARGS].at : "{}";
	size_t length = args ? object->raw[NATIVE_ARGS].length : 2;
	sync_buf scratch = { 0 };
	sync_call call;
	sync_call_init(&call, doc, info, session->user, session->native->id);
	call.peer = session;
	bool bytes = info->result && info->result->type->kind == SYNC_KIND_BYTES;
	sync_mutation mutation = { .client = client_of(push),
				   .result = &call.result,
				   .sees = info->roles,
				   .bytes = bytes };
	doc->mutation = &mutation;
	push->acted = push->map.acted = true;
	sync_status status = native_bins_put(session, &json, &length, &scratch);
	if (status != SYNC_OK)
		sync_error_set(&call.error, status, "%s", sync_status_text(status));
	else
		status = sync_call_run(&call, json, length);
	sync_buf_release(&scratch);
	doc->mutation = NULL;
	bool ok = settle(push, status, &call.error, &call);
	sync_call_release(&call);
	return ok;
}

/* ---- numbers ---- */

/* Has a client that nobody knows yet been told on a later connection that nothing of it has
 * arrived? */
static bool was_told_otherwise(const struct push *push)
{
	const sync_doc *doc = push->join->watch.doc;
	const char *name = push->frame->session->native->client;
	for (size_t i = 0; i < doc->watch_count; i++) {
		const sync_join *other = (const sync_join *)(const void *)doc->watches[i];
		if (other->number > push->join->number && !other->greet && other->session->native &&
		    strcmp(other->session->native->client, name) == 0)
			return true;
	}
	return false;
}

/* 1: it is the client's next; 0: it was done before; -1: push->error. */
static int count_mutation(struct push *push, uint64_t number)
{
	sync_doc *doc = push->join->watch.doc;
	const char *name = push->frame->session->native->client;
	sync_author *client = sync_clients_find(&doc->clients, name);
	uint64_t last = client ? client->last : 0;
	if (client ? client->owner > push->join->number : was_told_otherwise(push)) {
		/* Sent before the new connection was made, and the client does not know that it
		 * arrived. */
		fail(push, SYNC_CONFLICT, "the client speaks through another connection");
		return -1;
	}
	if (number && number <= last) {
		/* Its answer, and those behind it, once more. */
		if (push->join->answered >= number)
			push->join->answered = number - 1;
		push->join->owed = true;
		return 0;
	}
	if (!client && number > 1) {
		fail(push, SYNC_STALE, "this client has been forgotten");
		return -1;
	}
	if (number != last + 1) {
		fail(push, SYNC_CONFLICT, "numbers are missing in front of this one");
		return -1;
	}
	client = sync_clients_get(&doc->clients, name);
	if (!client) {
		fail(push, SYNC_NOMEM, sync_status_text(SYNC_NOMEM));
		return -1;
	}
	if (!push->begun)
		sync_author_begin(&doc->clients, client, push->join->looked);
	push->begun = true;
	client->owner = push->join->number;
	return 1;
}

static bool do_mutation(struct push *push)
{
	const native_object *object = &push->object;
	uint64_t number;
	if (!native_number(object, NATIVE_N, false, &number, &push->error))
		return false;
	if (native_has(object, NATIVE_OPS) == native_has(object, NATIVE_ACTION))
		return fail(push, SYNC_INVALID, "a mutation has either ops or an action");
	int next = count_mutation(push, number);
	if (next <= 0)
		return next == 0;
	sync_buf_clear(&push->current);
	return native_has(object, NATIVE_OPS) ? apply_ops(push) : call_action(push);
}

/* ---- the push ---- */

static bool read_head(struct push *push)
{
	const native_object *object = &push->frame->object;
	const sync_doc *doc = push->join->watch.doc;
	char epoch[NATIVE_EPOCH_SIZE];
	if (!native_text(object, NATIVE_EPOCH, false, epoch, sizeof epoch, &push->error) ||
	    !native_number(object, NATIVE_BASE, false, &push->base, &push->error))
		return false;
	if (!native_epoch_is(epoch, doc->epoch))
		return fail(push, SYNC_STALE, "the document has a new history");
	if (push->base > doc->revision)
		return fail(push, SYNC_INVALID, "the base lies in the future");
	if (object->raw[NATIVE_M].length > NATIVE_PUSH_BYTES)
		return fail(push, SYNC_TOO_BIG, "the push is over the limit");
	return true;
}

static bool read_mutations(struct push *push)
{
	const native_object *object = &push->frame->object;
	sync_reader reader;
	bool first = true;
	int more = 0;
	size_t count = 0;
	if (!native_has(object, NATIVE_M))
		return fail(push, SYNC_INVALID, "\"m\" is missing");
	if (!sync_reader_init(&reader, object->raw[NATIVE_M].at, object->raw[NATIVE_M].length,
			      NULL) ||
	    !sync_read_array(&reader))
		more = -1;
	while (more >= 0 && (more = sync_read_element(&reader, &first)) > 0) {
		const char *raw;
		size_t length;
		if (++count > NATIVE_PUSH_MUTATIONS)
			return fail(push, SYNC_TOO_BIG, "too many mutations in one push");
		if (!sync_read_skip(&reader, &raw, &length) ||
		    !native_read(raw, length, 0, &push->object, &reader.error))
			more = -1;
		else if (!do_mutation(push))
			return false;
	}
	if (more < 0)
		push->error = reader.error;
	return more >= 0;
}

void native_on_push(native_frame *frame, sync_join *join)
{
	struct push *push = sync_calloc(1, sizeof *push);
	if (!push) {
		frame->session->close_code = SYNC_CLOSE_INTERNAL;
		return;
	}
	push->frame = frame;
	push->join = join;
	push->start = join->watch.doc->revision;
	push->budget = (struct tree_budget)TREE_CLIENT_BUDGET;
	push->current.limit = NATIVE_CURRENT_BYTES;
	bool ok = read_head(push);
	push->map = (native_map){ .trail = join->watch.doc->trail,
				  .type = join->watch.doc->model->state,
				  .state = join->watch.doc->state,
				  .revision = push->start,
				  .base = push->base,
				  .start = push->start,
				  .sees = join->sees };
	if (!ok || !read_mutations(push))
		native_refuse_for(frame, &push->error, push->wait_ms);
	native_map_release(&push->map);
	sync_buf_release(&push->current);
	sync_join_wake(join);
	sync_free(push);
}
