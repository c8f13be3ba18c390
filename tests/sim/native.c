/* The client of the runtime, typed, with its queue: what it shows, keeps and tells is looked at
 * from inside. */
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>
#include <syncgen/queue.h>
#include <syncgen/text.h>

#include "../../runtime/client_core.h"
#include "world.h"

struct native {
	sync_queue *queue;
	sync_client *client;
	sync_replica *replica;
	struct peer *peer;
	bool wants;	   /* to dial */
	uint64_t seen_rev; /* what it was looked at with last */
	size_t seen_pending;
};

/* Of a call, for its answer, which may come when the change is of an earlier life. */
struct native_call {
	struct native *native;
	struct change *change;
};

static struct native *native_of(const struct peer *peer)
{
	return peer->self;
}

/* ---- what has become of a change ---- */

/* Each change leaves its token in the log; others may name it elsewhere. */
static bool logs(const char *ops, const char *token)
{
	char end[48];
	int length = snprintf(end, sizeof end, "\",\"value\":\"%s\"", token);
	for (const char *at = ops; at && (at = strstr(at, "\"/log/")); at++)
		if (strncmp(at + 6 + strspn(at + 6, "0123456789-"), end, (size_t)length) == 0)
			return true;
	return false;
}

static bool asks(const char *args, const char *token)
{
	char quoted[32];
	snprintf(quoted, sizeof quoted, "\"%s\"", token);
	return args && strstr(args, quoted);
}

static bool is_pending(const struct native *native, const char *token)
{
	for (mutation *at = native->replica->box.pending; at; at = at->next)
		if (asks(at->args, token) || (!at->action && logs(sync_buf_cstr(&at->ops), token)))
			return true;
	return false;
}

/* What is not pending any more and was not refused is done. */
static void look(struct peer *peer)
{
	struct native *native = native_of(peer);
	const sync_replica *replica = native->replica;
	size_t pending = outbox_pending(&replica->box);
	if (replica->rev == native->seen_rev && pending == native->seen_pending)
		return;
	native->seen_rev = replica->rev;
	native->seen_pending = pending;
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		if (change->handle && change->ending == ENDING_WAITING &&
		    !is_pending(native, change->token))
			change->ending = ENDING_DONE;
	}
}

/* The server forgot the client: then nobody can tell. */
static enum ending ending_of(const sync_error *error)
{
	return error->code == SYNC_STALE ? ENDING_UNKNOWN : ENDING_REFUSED;
}

/* Where all that was under way was given up. */
static void count_gone(const struct change *change, const sync_error *error)
{
	if (error->code == SYNC_GONE && change->ending == ENDING_REFUSED)
		tally(TALLY_GONE_PENDING);
}

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	struct peer *peer = arg;
	(void)replica;
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		if (!logs(refusal->ops, change->token) && !asks(refusal->args, change->token))
			continue;
		change->ending = ending_of(&refusal->error);
		count_gone(change, &refusal->error);
		trace(peer->world, "c%u: %s is refused: %s", peer->number, change->token,
		      refusal->error.message);
	}
}

static void on_reply(void *arg, sync_replica *replica, const sync_reply *reply)
{
	struct native_call *call = arg;
	struct change *change = call->change;
	struct peer *peer = call->native->peer;
	(void)replica;
	change->ending = reply->status == SYNC_OK ? ENDING_DONE : ending_of(&reply->error);
	if (reply->status == SYNC_OK && (change->kind == CHANGE_FAIL || !reply->result))
		blame(peer->world, PROPERTY_TOGETHER, "c%u: the result of %s is missing",
		      peer->number, change->token);
	sync_free(call);
}

/* ---- making changes ---- */

static sync_status set_text(struct peer *peer, sync_node *state, const char *name, const char *text)
{
	unsigned index;
	const sync_field *field = field_of(peer->world->model->state, name, &index);
	return field ? sync_set_string(state, field, index, text, strlen(text)) : SYNC_OK;
}

static sync_status write_token(struct peer *peer, sync_node *state, const struct change *change)
{
	const sync_type *type = peer->world->model->state;
	const char *body = sync_text_str(cell_of(type, state, "body"));
	size_t at = change_position(change, body);
	unsigned index;
	char text[32];
	const sync_field *field = field_of(type, "body", &index);
	int length = snprintf(text, sizeof text, "<%s>", change->token);
	return sync_splice_text(state, field, index, at, 0, text, (size_t)length);
}

static sync_status add_key(struct peer *peer, sync_node *state, const struct change *change)
{
	unsigned index, id;
	char text[8];
	const sync_field *keys = field_of(peer->world->model->state, "keys", &index);
	sync_list *list = sync_edit_field(state, keys, index);
	sync_node *made = list ? sync_list_insert(list, keys->type->elem, list->len) : NULL;
	if (!made)
		return SYNC_NOMEM;
	const sync_field *field = field_of(keys->type->elem, "id", &id);
	snprintf(text, sizeof text, "k%u", (unsigned)(change->dice % 8));
	return sync_set_string(made, field, id, text, strlen(text));
}

static sync_status pass_baton(struct peer *peer, sync_node *state, const struct change *change)
{
	const sync_str *seen = cell_of(peer->world->model->state, state, "baton");
	char text[64];
	if (seen)
		change_baton(change, *seen ? *seen : "", text, sizeof text);
	return seen ? set_text(peer, state, "baton", text) : SYNC_OK;
}

struct maker {
	struct peer *peer;
	const struct change *change;
};

static sync_status make(void *state, void *arg)
{
	struct maker *maker = arg;
	struct peer *peer = maker->peer;
	const struct change *change = maker->change;
	const sync_type *type = peer->world->model->state;
	unsigned index;
	char text[48];
	const sync_field *hits = field_of(type, "hits", &index);
	sync_status status = change_apply(change, type, state, peer->sees);
	if (status != SYNC_OK)
		return status;
	switch (change->kind) {
	case CHANGE_HIT:
		return sync_add_counter(state, hits, index, 1);
	case CHANGE_KEY:
		return add_key(peer, state, change);
	case CHANGE_WRITE:
		return write_token(peer, state, change);
	case CHANGE_SECRET:
		snprintf(text, sizeof text, "%s %s", *peer->role ? "hidden" : "mine",
			 change->token);
		return set_text(peer, state, "secret", text);
	case CHANGE_PASS:
		return pass_baton(peer, state, change);
	default:
		return SYNC_OK;
	}
}

static sync_status poke_ahead(void *state, void *arg)
{
	struct maker *maker = arg;
	struct change bare = *maker->change;
	bare.kind = CHANGE_LOG;
	return change_apply(&bare, maker->peer->world->model->state, state, maker->peer->sees);
}

static void call(struct peer *peer, struct change *change)
{
	char args[48];
	struct maker maker = { peer, change };
	struct native_call *context = sync_calloc(1, sizeof *context);
	*context = (struct native_call){ native_of(peer), change };
	int length = snprintf(args, sizeof args, "{\"token\":\"%s\"}", change->token);
	sync_error error;
	if (sync_replica_call(native_of(peer)->replica, change_action(change),
			      &(sync_request){ .args = args,
					       .length = (size_t)length,
					       .ahead = change->dice & 1 ? poke_ahead : NULL,
					       .ahead_arg = &maker,
					       .done = on_reply,
					       .arg = context },
			      &error) == SYNC_OK)
		return;
	sync_free(context);
	blame(peer->world, PROPERTY_UNASKED, "c%u: %s: %s", peer->number, change->token,
	      error.message);
}

static void change(struct peer *peer, struct change *change)
{
	struct native *native = native_of(peer);
	struct maker maker = { peer, change };
	sync_error error;
	change->handle = 1;
	trace(peer->world, "c%u: makes %s, kind %d", peer->number, change->token, change->kind);
	if (change_is_action(change)) {
		call(peer, change);
		return;
	}
	sync_status status = sync_replica_update(native->replica, make, &maker, &error);
	if (status != SYNC_OK) { /* it does not fit in there: then only its token */
		change->kind = CHANGE_LOG;
		status = sync_replica_update(native->replica, make, &maker, &error);
	}
	if (status != SYNC_OK)
		blame(peer->world, PROPERTY_UNASKED, "c%u: %s: %s", peer->number, change->token,
		      error.message);
}

/* ---- what it shows ---- */

/* What its viewer sees of a value. */
static void put_seen(sync_buf *out, const struct peer *peer, const client_value *value)
{
	sync_writer writer = { *out, peer->sees };
	value->type->ops->write(value->type, &writer, value->value);
	*out = writer.out;
}

static uint64_t hash_of(const struct peer *peer, const client_value *value)
{
	sync_buf text = { 0 };
	put_seen(&text, peer, value);
	uint64_t hash = hash_text(text.data, text.len);
	sync_buf_release(&text);
	return hash;
}

static const client_value *confirmed_of(const sync_replica *replica)
{
	return replica->confirmed.value ? &replica->confirmed : &replica->shown;
}

/* What is confirmed is what the document was at that revision, in the eyes of such a viewer. */
static void compare(struct peer *peer)
{
	struct world *world = peer->world;
	const sync_replica *replica = native_of(peer)->replica;
	uint64_t epoch = strtoull(replica->epoch, NULL, 16);
	struct oracle_moment *moment = oracle_at(world->oracle, epoch, replica->rev);
	if (!moment ||
	    oracle_hash(world->oracle, moment, peer->sees) == hash_of(peer, confirmed_of(replica)))
		return;
	const sync_buf *text = oracle_text(world->oracle, moment, peer->sees);
	sync_buf mine = { 0 };
	put_seen(&mine, peer, confirmed_of(replica));
	trace(world, "c%u has %s\n     for %.*s", peer->number, sync_buf_cstr(&mine),
	      (int)text->len, text->data);
	sync_buf_release(&mine);
	blame(world, PROPERTY_SHOWN, "c%u at revision %llu", peer->number,
	      (unsigned long long)replica->rev);
}

/* What is shown is that with what is pending done on it, nothing else. */
static void compare_shown(struct peer *peer)
{
	const sync_replica *replica = native_of(peer)->replica;
	client_value copy;
	sync_error error;
	if (!replica->confirmed.value || !client_value_copy(&copy, &replica->confirmed))
		return;
	for (const mutation *at = replica->box.pending; at; at = at->next)
		if (!at->dead && at->ops.len &&
		    (client_value_apply(&copy, at->ops.data, at->ops.len, &error) != SYNC_OK ||
		     client_value_commit(&copy, &error) != SYNC_OK))
			blame(peer->world, PROPERTY_PENDING,
			      "c%u: a pending change does not fit: %s", peer->number,
			      error.message);
	if (!copy.type->ops->equal(copy.type, copy.value, replica->shown.value))
		blame(peer->world, PROPERTY_PENDING, "c%u at revision %llu", peer->number,
		      (unsigned long long)replica->rev);
	client_value_release(&copy);
}

static void on_changed(void *arg, sync_replica *replica, const sync_replica_change *change)
{
	struct peer *peer = arg;
	(void)replica;
	if (!change->local)
		compare(peer);
}

/* ---- its life ---- */

static void open_replica(struct peer *peer)
{
	struct native *native = native_of(peer);
	native->seen_rev = UINT64_MAX;
	native->replica = sync_client_open(native->client, NULL,
					   &(sync_replica_options){ .model = peer->world->model,
								    .changed = on_changed,
								    .refused = on_refused,
								    .here = present_hear,
								    .arg = peer },
					   NULL);
}

/* `fresh`: it has no name of an earlier life. */
static void open_client(struct peer *peer, bool fresh)
{
	struct native *native = native_of(peer);
	struct world *world = peer->world;
	native->client = sync_client_new(
		&(sync_client_options){ .seed = seed_next(&world->random) | 1,
					.id = fresh ? peer->id : NULL,
					.token = peer->role,
					.queue = native->queue,
					.batch_ms = (unsigned)chance(world, 3) * 40 });
	open_replica(peer);
}

static void start(struct peer *peer)
{
	struct native *native = sync_calloc(1, sizeof *native);
	peer->self = native;
	native->peer = peer;
	native->queue = sync_queue_memory_new();
	open_client(peer, true);
}

/* Those who wait are gone with the process. */
static void forget_callers(struct native *native)
{
	for (mutation *at = native->replica->box.pending; at; at = at->next)
		if (at->done)
			sync_free(at->arg);
}

static void close_client(struct native *native)
{
	forget_callers(native);
	sync_client_free(native->client);
}

static void stop(struct peer *peer)
{
	struct native *native = native_of(peer);
	close_client(native);
	sync_queue_close(native->queue);
	sync_free(native);
}

static sync_status write_nothing(sync_queue *queue, const char *key, const sync_queue_item *items,
				 size_t count)
{
	(void)queue;
	(void)key;
	(void)items;
	(void)count;
	return SYNC_OVERLOAD;
}

/* Its process ends before it could write a last word. */
static void kill_client(struct native *native)
{
	sync_status (*write)(sync_queue * queue, const char *key, const sync_queue_item *items,
			     size_t count) = native->queue->write;
	native->queue->write = write_nothing;
	close_client(native);
	native->queue->write = write;
}

static void restart(struct peer *peer, bool stored)
{
	struct native *native = native_of(peer);
	bool killed = stored && peer->made % 2;
	look(peer);
	if (killed)
		kill_client(native);
	else
		close_client(native);
	tally(killed ? TALLY_CLIENT_KILLED : TALLY_CLIENT_CLOSED);
	errands_drop(peer);
	present_drop(peer);
	native->wants = false;
	if (!stored) {
		sync_queue_close(native->queue);
		native->queue = sync_queue_memory_new();
		for (size_t i = 0; i < peer->made; i++)
			if (peer->changes[i].ending == ENDING_WAITING)
				peer->changes[i].ending = ENDING_UNKNOWN;
	}
	open_client(peer, !stored);
	compare(peer);
	compare_shown(peer);
}

static void poll(struct peer *peer)
{
	struct native *native = native_of(peer);
	for (;;) {
		switch (sync_client_poll(native->client, peer->world->now)) {
		case SYNC_CLIENT_REST:
			return;
		case SYNC_CLIENT_DIAL:
			native->wants = true;
			break;
		case SYNC_CLIENT_HANG_UP:
			native->wants = false;
			if (peer->link)
				link_abandon(peer->link);
		}
	}
}

static bool dials(struct peer *peer)
{
	struct native *native = native_of(peer);
	poll(peer);
	bool wants = native->wants;
	native->wants = false;
	return wants;
}

static void opened(struct peer *peer)
{
	sync_client_opened(native_of(peer)->client, peer->world->now);
}

static void closed(struct peer *peer, unsigned code)
{
	sync_client_closed(native_of(peer)->client, peer->world->now, code, NULL);
}

static void hear(struct peer *peer, const char *data, size_t length)
{
	sync_client_receive(native_of(peer)->client, peer->world->now, data, length, false);
	look(peer);
}

static const char *speak(struct peer *peer, size_t *length)
{
	sync_client_frame frame;
	if (!sync_client_next(native_of(peer)->client, &frame))
		return NULL;
	*length = frame.length;
	return frame.data;
}

/* Who was told that the document is gone may open it anew. */
static void open_again(struct peer *peer)
{
	struct native *native = native_of(peer);
	if (native->replica->state != REPLICA_REFUSED || native->replica->error.code != SYNC_GONE ||
	    chance(peer->world, 4))
		return;
	look(peer);
	trace(peer->world, "c%u: opens it again", peer->number);
	sync_replica_close(native->replica);
	errands_drop(peer);
	present_drop(peer);
	open_replica(peer);
}

static void step(struct peer *peer)
{
	poll(peer);
	open_again(peer);
	errands_step(peer, native_of(peer)->replica);
	present_step(peer, native_of(peer)->replica);
	for (size_t i = 0; i < peer->made; i++)
		if (!peer->changes[i].handle && peer->changes[i].ending == ENDING_WAITING)
			change(peer, &peer->changes[i]);
	look(peer);
	if (chance(peer->world, 32) == 0)
		compare_shown(peer);
}

static bool settled(const struct peer *peer)
{
	const struct native *native = native_of(peer);
	sync_replica_status status;
	sync_replica_status_get(native->replica, &status);
	for (size_t i = 0; i < peer->made; i++)
		if (peer->changes[i].ending == ENDING_WAITING)
			return false;
	return status.connected && !errands_wait(peer) && !status.pending &&
	       !sync_client_speaks(native->client);
}

static uint64_t shown(struct peer *peer)
{
	return hash_of(peer, &native_of(peer)->replica->shown);
}

static void check(struct peer *peer)
{
	compare(peer);
}

const struct peer_kind native_kind = { .start = start,
				       .stop = stop,
				       .dials = dials,
				       .opened = opened,
				       .closed = closed,
				       .hear = hear,
				       .speak = speak,
				       .step = step,
				       .restart = restart,
				       .settled = settled,
				       .shown = shown,
				       .check = check };
