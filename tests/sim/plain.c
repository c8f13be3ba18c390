/*
 * A client as simple as the protocol allows: the state in JSON, to which patches are applied as any
 * library would; a queue of changes that are spelled anew for each push; numbers. It shows nothing
 * that is not confirmed, and sends pushes twice.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/value.h>

#include "draft.h"

enum { SAID_MAX = 8 };

struct plain {
	char *out[SAID_MAX], *said; /* frames to be sent; the last one given */
	size_t out_count;
	char *last_push;
	char secret[64];
	bool greeted, flying;
	/* away → joining → resuming → live, as in the protocol; none of them: not connected */
	bool away, joining, resuming, live;
	unsigned misfits;
	uint64_t away_until;
	cJSON *state, *parts; /* … and the operations of a patch in parts that has not come whole */
	char epoch[32];
	uint64_t rev, last;
};

static struct plain *plain_of(const struct peer *peer)
{
	return peer->self;
}

/* ---- saying ---- */

static void say(struct peer *peer, const sync_buf *text)
{
	struct plain *plain = plain_of(peer);
	if (plain->out_count == SAID_MAX)
		return;
	char *copy = sync_alloc(text->len + 1);
	memcpy(copy, text->data, text->len);
	copy[text->len] = '\0';
	plain->out[plain->out_count++] = copy;
}

static void put(sync_buf *out, const char *text)
{
	sync_buf_put(out, text, strlen(text));
}

static void put_point(sync_buf *out, const struct peer *peer)
{
	const struct plain *plain = plain_of(peer);
	put(out, "\"doc\":");
	sync_put_string(out, peer->world->model->key, strlen(peer->world->model->key));
	if (!plain->state)
		return;
	put(out, ",\"rev\":");
	sync_put_u64(out, plain->rev);
	put(out, ",\"epoch\":");
	sync_put_string(out, plain->epoch, strlen(plain->epoch));
}

static void forget_parts(struct plain *plain)
{
	cJSON_Delete(plain->parts);
	plain->parts = NULL;
}

static void join(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	sync_buf text = { 0 };
	put(&text, "{\"t\":\"join\",");
	put_point(&text, peer);
	put(&text, "}");
	say(peer, &text);
	sync_buf_release(&text);
	plain->live = plain->flying = plain->away = plain->resuming = false;
	plain->joining = true;
	forget_parts(plain);
}

static void opened(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	sync_buf text = { 0 };
	put(&text, "{\"t\":\"hello\",\"v\":1,\"client\":");
	sync_put_string(&text, peer->id, strlen(peer->id));
	if (*plain->secret) {
		put(&text, ",\"secret\":");
		sync_put_string(&text, plain->secret, strlen(plain->secret));
	}
	put(&text, ",\"token\":");
	sync_put_string(&text, peer->role, strlen(peer->role));
	put(&text, ",\"docs\":[{");
	put_point(&text, peer);
	put(&text, "}]}");
	say(peer, &text);
	sync_buf_release(&text);
	plain->joining = true;
}

static void closed(struct peer *peer, unsigned code)
{
	struct plain *plain = plain_of(peer);
	(void)code;
	while (plain->out_count)
		sync_free(plain->out[--plain->out_count]);
	forget_parts(plain);
	plain->greeted = plain->flying = false;
	plain->live = plain->away = plain->joining = plain->resuming = false;
}

static const char *speak(struct peer *peer, size_t *length)
{
	struct plain *plain = plain_of(peer);
	if (!plain->out_count)
		return NULL;
	sync_free(plain->said);
	plain->said = plain->out[0];
	memmove(plain->out, plain->out + 1, --plain->out_count * sizeof *plain->out);
	*length = strlen(plain->said);
	return plain->said;
}

/* ---- pushing ---- */

static size_t put_mutations(sync_buf *out, struct peer *peer, struct draft *draft)
{
	struct plain *plain = plain_of(peer);
	size_t count = 0, most = 1 + (size_t)chance(peer->world, 4);
	for (size_t i = 0; i < peer->made && count < most; i++) {
		struct change *change = &peer->changes[i];
		if (change->ending != ENDING_WAITING)
			continue;
		change->number = plain->last + ++count;
		if (count > 1)
			put(out, ",");
		draft_put(draft, peer, change, out);
	}
	return count;
}

static bool waits(const struct peer *peer)
{
	for (size_t i = 0; i < peer->made; i++)
		if (peer->changes[i].ending == ENDING_WAITING)
			return true;
	return false;
}

static void push(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	struct draft draft;
	sync_buf text = { 0 };
	if (!waits(peer))
		return;
	if (draft_open(&draft, peer, plain->state)) {
		put(&text, "{\"t\":\"push\",\"doc\":");
		sync_put_string(&text, peer->world->model->key, strlen(peer->world->model->key));
		put(&text, ",\"epoch\":");
		sync_put_string(&text, plain->epoch, strlen(plain->epoch));
		put(&text, ",\"base\":");
		sync_put_u64(&text, plain->rev);
		put(&text, ",\"m\":[");
		put_mutations(&text, peer, &draft);
		put(&text, "]}");
		say(peer, &text);
		sync_free(plain->last_push);
		plain->last_push = sync_alloc(text.len + 1);
		memcpy(plain->last_push, text.data, text.len);
		plain->last_push[text.len] = '\0';
		plain->flying = true;
	}
	sync_buf_release(&text);
	draft_close(&draft);
}

static void push_again(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	sync_buf text = { .data = plain->last_push };
	if (!plain->last_push || !plain->flying || plain->out_count > SAID_MAX / 2)
		return;
	text.len = strlen(plain->last_push);
	tally(TALLY_PUSHED_AGAIN);
	say(peer, &text);
}

/* ---- hearing ---- */

static const char *text_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(frame, name);
	return cJSON_IsString(member) ? member->valuestring : "";
}

static uint64_t number_of(const cJSON *frame, const char *name)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(frame, name);
	return cJSON_IsNumber(member) ? (uint64_t)member->valuedouble : 0;
}

/* An action's result stands in the very frame that tells that it is done. */
static void check_result(const struct peer *peer, const struct change *change, const cJSON *frame)
{
	const cJSON *result;
	if (change->kind < CHANGE_POKE || change->kind == CHANGE_FAIL || change->refused)
		return;
	cJSON_ArrayForEach(result, cJSON_GetObjectItemCaseSensitive(
					   frame, "results")) if (number_of(result, "n") ==
								  change->number) return;
	blame(peer->world, PROPERTY_TOGETHER, "c%u: the result of %s is missing", peer->number,
	      change->token);
}

static void cover(struct peer *peer, uint64_t done, const cJSON *frame)
{
	struct plain *plain = plain_of(peer);
	if (done < plain->last)
		return;
	plain->last = done;
	plain->flying = false;
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		if (change->ending != ENDING_WAITING || !change->number)
			continue;
		if (change->number > done) {
			plain->flying = true;
			continue;
		}
		check_result(peer, change, frame);
		if (!change->refused)
			change->ending = ENDING_DONE;
		else if (!change->stale)
			change->ending = ENDING_REFUSED;
		change->number = 0;
		change->refused = change->stale = false;
	}
}

static void on_joined(struct peer *peer, const cJSON *frame)
{
	struct plain *plain = plain_of(peer);
	uint64_t last = number_of(frame, "last");
	if (!plain->joining)
		return; /* of an earlier join */
	bool deleted = peer->world->deleted;
	if (!peer->world->forgotten && !deleted && last < plain->last)
		blame(peer->world, PROPERTY_ONCE, "c%u: a number was forgotten", peer->number);
	/* What was pushed and is not counted never arrived. The resume patch tells the rest. */
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		change->refused = change->stale = false; /* it is told again */
		if (change->number > last)
			change->number = 0;
	}
	plain->last = last;
	plain->joining = false;
	plain->resuming = true;
}

/* What it shows is what the document was at that revision, in the eyes of such a viewer. */
static void compare(struct peer *peer)
{
	struct world *world = peer->world;
	const struct plain *plain = plain_of(peer);
	uint64_t epoch = strtoull(plain->epoch, NULL, 16);
	struct oracle_moment *moment = oracle_at(world->oracle, epoch, plain->rev);
	if (!moment || oracle_hash(world->oracle, moment, peer->sees) == hash_json(plain->state))
		return;
	const sync_buf *text = oracle_text(world->oracle, moment, peer->sees);
	char *mine = cJSON_PrintUnformatted(plain->state);
	trace(world, "c%u shows %s\n    for %.*s", peer->number, mine, (int)text->len, text->data);
	cJSON_free(mine);
	blame(world, PROPERTY_SHOWN, "c%u at revision %llu", peer->number,
	      (unsigned long long)plain->rev);
}

/* Keeps one part. True: with it, plain->parts are all operations. */
static bool gather(struct peer *peer, const cJSON *frame)
{
	struct plain *plain = plain_of(peer);
	uint64_t part = number_of(frame, "part");
	const cJSON *op;
	if (part <= 1) {
		forget_parts(plain);
		plain->parts = cJSON_CreateArray();
	} else if (!plain->parts) {
		blame(peer->world, PROPERTY_ORDER, "c%u: a part without its first", peer->number);
		return false;
	}
	cJSON_ArrayForEach(op, cJSON_GetObjectItemCaseSensitive(frame, "ops"))
		cJSON_AddItemToArray(plain->parts, cJSON_Duplicate(op, true));
	return part == number_of(frame, "of");
}

static void on_patch(struct peer *peer, const cJSON *frame)
{
	struct plain *plain = plain_of(peer);
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(frame, "from");
	bool whole = cJSON_IsNull(from);
	if (!plain->resuming && !plain->live)
		return; /* of before the join */
	if (!whole && (number_of(frame, "from") != plain->rev ||
		       strcmp(text_of(frame, "epoch"), plain->epoch) != 0)) {
		/* The answer to an earlier join may come when there was a later one. */
		if (++plain->misfits > 3)
			blame(peer->world, PROPERTY_ORDER, "c%u: patches do not follow",
			      peer->number);
		join(peer);
		return;
	}
	plain->misfits = 0;
	if (!gather(peer, frame))
		return;
	sync_buf ops = { 0 };
	sync_error error;
	sync_put_json(&ops, plain->parts);
	forget_parts(plain);
	if (whole) {
		sync_json_free(plain->state);
		plain->state = NULL;
	}
	if (sync_json_patch_extended(&plain->state, ops.data, ops.len, &error) != SYNC_OK)
		blame(peer->world, PROPERTY_SHOWN, "c%u: a patch does not fit: %s", peer->number,
		      error.message);
	sync_buf_release(&ops);
	plain->rev = number_of(frame, "rev");
	snprintf(plain->epoch, sizeof plain->epoch, "%s", text_of(frame, "epoch"));
	uint64_t done = number_of(frame, "done");
	cover(peer, done > plain->last ? done : plain->last, frame);
	plain->live = true;
	plain->resuming = false;
	compare(peer);
}

static void on_nack(struct peer *peer, const cJSON *frame)
{
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		if (!change->number || change->number != number_of(frame, "n"))
			continue;
		change->refused = true;
		change->stale = strcmp(text_of(frame, "code"), "stale") == 0;
		/* Its place moves with what others write, as long as that is known. */
		bool behind = strstr(text_of(frame, "message"), "behind a change") != NULL;
		if (change->stale && change->kind == CHANGE_WRITE && !behind &&
		    !peer->world->remembers)
			blame(peer->world, PROPERTY_WRITTEN, "c%u: an edit of a text was refused",
			      peer->number);
	}
}

static void on_error(struct peer *peer, const cJSON *frame)
{
	struct plain *plain = plain_of(peer);
	const char *re = text_of(frame, "re"), *code = text_of(frame, "code");
	if (strcmp(re, "join") == 0 && strcmp(code, "stale") == 0) {
		plain->live = plain->flying = plain->joining = plain->resuming = false;
		plain->away = true;
		plain->away_until = peer->world->now + number_of(frame, "retry_after");
	} else if (strcmp(re, "push") == 0 &&
		   (strcmp(code, "overload") == 0 || strcmp(code, "not_found") == 0 ||
		    strcmp(code, "stale") == 0 || strcmp(code, "conflict") == 0)) {
		if (plain->live)
			join(peer);
	} else {
		blame(peer->world, PROPERTY_UNASKED, "c%u: %s: %s", peer->number, code,
		      text_of(frame, "message"));
	}
}

/* The revision in it is the one that all before it led to. */
static void on_ping(struct peer *peer, const cJSON *frame)
{
	const struct plain *plain = plain_of(peer);
	const cJSON *docs = cJSON_GetObjectItemCaseSensitive(frame, "docs");
	const cJSON *rev = cJSON_GetObjectItemCaseSensitive(docs, peer->world->model->key);
	sync_buf text = { 0 };
	if (plain->live && rev && rev->valuedouble != (double)plain->rev)
		blame(peer->world, PROPERTY_ORDER, "c%u: a ping of revision %.0f at %llu",
		      peer->number, rev->valuedouble, (unsigned long long)plain->rev);
	put(&text, "{\"t\":\"pong\"}");
	say(peer, &text);
	sync_buf_release(&text);
}

/* Nothing of it is there any more: neither its numbers. */
static void on_gone(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	if (!plain->resuming && !plain->live)
		return; /* of before the join */
	for (size_t i = 0; i < peer->made; i++) {
		struct change *change = &peer->changes[i];
		if (change->ending != ENDING_WAITING || !change->number)
			continue;
		tally(TALLY_GONE_PENDING);
		change->ending = ENDING_UNKNOWN;
		change->number = 0;
	}
	sync_json_free(plain->state);
	plain->state = NULL;
	plain->epoch[0] = '\0';
	plain->rev = plain->last = 0;
	join(peer);
}

static void hear(struct peer *peer, const char *data, size_t length)
{
	struct plain *plain = plain_of(peer);
	cJSON *frame = cJSON_ParseWithLength(data, length);
	const char *t = text_of(frame, "t");
	if (strcmp(t, "welcome") == 0) {
		snprintf(plain->secret, sizeof plain->secret, "%s", text_of(frame, "secret"));
		plain->greeted = true;
	} else if (strcmp(t, "joined") == 0) {
		on_joined(peer, frame);
	} else if (strcmp(t, "patch") == 0) {
		on_patch(peer, frame);
	} else if (strcmp(t, "nack") == 0) {
		on_nack(peer, frame);
	} else if (strcmp(t, "error") == 0) {
		on_error(peer, frame);
	} else if (strcmp(t, "ping") == 0) {
		on_ping(peer, frame);
	} else if (strcmp(t, "gone") == 0) {
		on_gone(peer);
	} else if (strcmp(t, "event") != 0 && strcmp(t, "bye") != 0 && strcmp(t, "here") != 0) {
		blame(peer->world, PROPERTY_UNASKED, "c%u: a frame %s", peer->number, t);
	}
	cJSON_Delete(frame);
}

/* ---- life ---- */

static void start(struct peer *peer)
{
	peer->self = sync_calloc(1, sizeof(struct plain));
}

static void stop(struct peer *peer)
{
	struct plain *plain = plain_of(peer);
	closed(peer, 0);
	sync_json_free(plain->state);
	sync_free(plain->said);
	sync_free(plain->last_push);
	sync_free(plain);
}

static bool dials(struct peer *peer)
{
	bool may = peer->world->now >= peer->not_before;
	return may && (peer->world->calm || chance(peer->world, 3) == 0);
}

static void step(struct peer *peer)
{
	struct world *world = peer->world;
	struct plain *plain = plain_of(peer);
	if (plain->away && world->now >= plain->away_until)
		join(peer);
	if (plain->live && !plain->flying && chance(world, 2))
		push(peer);
	else if (!world->calm && chance(world, 12) == 0)
		push_again(peer);
	/* It waits for an answer that does not come: nothing but its own patience tells. */
	const struct link *link = peer->link;
	if (link && (link->mute_up || link->mute_down) && chance(world, 40) == 0)
		link_abandon(peer->link);
}

/* The queue of changes is stored; the rest need not be. */
static void restart(struct peer *peer, bool stored)
{
	struct plain *plain = plain_of(peer);
	if (stored) {
		sync_json_free(plain->state);
		plain->state = NULL;
		return;
	}
	for (size_t i = 0; i < peer->made; i++)
		if (peer->changes[i].ending == ENDING_WAITING)
			peer->changes[i].ending = ENDING_UNKNOWN;
	stop(peer);
	start(peer);
}

static bool settled(const struct peer *peer)
{
	const struct plain *plain = plain_of(peer);
	return plain->live && !plain->flying && !plain->out_count && !waits(peer);
}

static uint64_t shown(struct peer *peer)
{
	return hash_json(plain_of(peer)->state);
}

static void check(struct peer *peer)
{
	(void)peer;
}

const struct peer_kind plain_kind = { .start = start,
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
