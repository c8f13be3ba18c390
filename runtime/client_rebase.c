#include "client_rebase.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/patch.h>

#include "native_map.h"

enum { TRAIL_LIMIT = 1 << 20, CURRENT_MAX = 1 << 16 };

/* One that stays. */
struct carried {
	mutation *one;
	sync_buf ops;
	bool dead;
	failure *why; /* a `test` of it fails; NULL: another reason, or none */
};

struct rebase {
	const client_value *before, *after;
	const struct incoming *incoming;
	const outbox *box;
	client_value mine;
	sync_trail *trail;
	uint64_t revision;
	native_map map;
	struct carried *stay;
	size_t count;
	struct operation_reader reader; /* scratch */
	struct operation op;
	sync_buf now;
	bool again; /* one failed half-way: once more without it */
};

/* ---- steps ---- */

static sync_status commit(client_value *value, sync_trail *trail, uint64_t *revision)
{
	sync_error ignored;
	sync_status status = sync_track_check(value->track, &ignored);
	if (status != SYNC_OK) {
		sync_track_rollback(value->track);
		return status;
	}
	sync_trail_commit(trail, value->track, ++*revision, TRAIL_LIMIT);
	sync_track_commit(value->track);
	return SYNC_OK;
}

static sync_status commit_mine(struct rebase *run)
{
	return commit(&run->mine, run->trail, &run->revision);
}

static fate fate_in(const struct rebase *run, const mutation *one)
{
	return outbox_fate(one, run->incoming->done, true);
}

/* Those at the front that are done happen once more as they did. Refused ones do not: where what
 * comes in says only what there is now, what was theirs could be taken for somebody else's. */
static sync_status play_over(struct rebase *run)
{
	sync_error ignored;
	for (const mutation *at = run->box->pending; at; at = at->next) {
		if (fate_in(run, at) != FATE_DONE)
			break;
		if (at->dead || !at->ops.len)
			continue;
		sync_status status =
			client_value_apply(&run->mine, at->ops.data, at->ops.len, &ignored);
		if (status == SYNC_OK)
			status = commit_mine(run);
		if (status == SYNC_NOMEM)
			return status;
	}
	return SYNC_OK;
}

/* What came in, on what was confirmed. */
static sync_status play_theirs(const struct rebase *run, client_value *theirs, sync_trail *trail)
{
	sync_error ignored;
	uint64_t revision = 1;
	sync_status status =
		client_value_apply(theirs, run->incoming->ops, run->incoming->length, &ignored);
	return status == SYNC_OK ? commit(theirs, trail, &revision) : status;
}

/* It holds what we did, which is here already. */
static sync_status join_theirs(struct rebase *run)
{
	client_value theirs = { 0 };
	sync_trail *trail = sync_trail_new(1);
	sync_status status = SYNC_NOMEM;
	if (trail && client_value_copy(&theirs, run->before))
		status = play_theirs(run, &theirs, trail);
	if (status == SYNC_OK)
		status = client_value_join(&run->mine, run->trail, &theirs, trail);
	sync_trail_free(trail);
	client_value_release(&theirs);
	return status;
}

/* Where nothing of ours came to an end, what came in says itself what went where. */
static sync_status go_on(struct rebase *run)
{
	sync_error ignored;
	const struct incoming *in = run->incoming;
	const mutation *first = run->box->pending;
	sync_status status;
	if (in->whole)
		status = client_value_follow(&run->mine, run->after, true, &ignored);
	else if (!first || fate_in(run, first) != FATE_DONE)
		status = client_value_apply(&run->mine, in->ops, in->length, &ignored);
	else
		status = join_theirs(run);
	return status == SYNC_OK ? commit_mine(run) : status;
}

/* Calls `each` for the operations of one. */
static sync_status each_op(struct rebase *run, const mutation *one,
			   sync_status (*each)(struct rebase *run, struct carried *stay),
			   struct carried *stay)
{
	int more = -1;
	if (!one->ops.len)
		return SYNC_OK;
	if (!sync_operation_start(&run->reader, one->ops.data, one->ops.len, NULL, false,
				  OPERATIONS_MAX))
		return run->reader.json.error.code;
	run->reader.extended = true;
	while ((more = sync_operation_next(&run->reader, &run->op)) > 0) {
		sync_status status = each(run, stay);
		if (status != SYNC_OK)
			return status;
	}
	return more < 0 ? run->reader.json.error.code : SYNC_OK;
}

/* Another value stands there than the one it was made for. */
static void note_test(struct carried *stay, const sync_error *error, sync_buf *current)
{
	failure_free(stay->why);
	stay->why = failure_new(error);
	if (stay->why && current->len)
		stay->why->current = sync_alloc_text(sync_buf_cstr(current));
}

static sync_status do_test(struct rebase *run, struct carried *stay)
{
	sync_buf current = { .limit = CURRENT_MAX };
	sync_error error;
	sync_status status = sync_track_apply(run->mine.track, run->now.data, run->now.len,
					      &(sync_apply_options){ .current = &current }, &error);
	if (status == SYNC_CONFLICT)
		note_test(stay, &error, &current);
	sync_buf_release(&current);
	return status;
}

static sync_status move_and_do(struct rebase *run, struct carried *stay)
{
	sync_error ignored;
	sync_buf_clear(&run->now);
	sync_status status = native_map_op(&run->map, &run->op, &run->now);
	if (status == SYNC_OK && run->op.verb == OP_TEST)
		status = do_test(run, stay);
	else if (status == SYNC_OK)
		status = client_value_apply(&run->mine, run->now.data, run->now.len, &ignored);
	if (status != SYNC_OK || run->now.len <= 2)
		return status;
	sync_buf_byte(&stay->ops, stay->ops.len ? ',' : '[');
	sync_buf_put(&stay->ops, run->now.data + 1, run->now.len - 2);
	return stay->ops.status;
}

static sync_status only_seem(struct rebase *run, struct carried *stay)
{
	(void)stay;
	return native_map_ghost(&run->map, &run->op);
}

/* It fits no longer. Whoever made the next ones counted with it; what it left half done in the map
 * can only be undone by doing all without it. */
static sync_status fall(struct rebase *run, struct carried *stay, bool marked)
{
	sync_track_rollback(run->mine.track);
	stay->dead = true;
	run->again = marked;
	return marked ? SYNC_OK : each_op(run, stay->one, only_seem, NULL);
}

static sync_status replay(struct rebase *run, struct carried *stay)
{
	uint64_t marks = run->map.marks;
	sync_buf_clear(&stay->ops);
	sync_status status = each_op(run, stay->one, move_and_do, stay);
	sync_buf_byte(&stay->ops, stay->ops.len ? ']' : '[');
	if (stay->ops.len == 1)
		sync_buf_byte(&stay->ops, ']');
	if (status == SYNC_OK)
		status = stay->ops.status;
	if (status == SYNC_OK)
		status = commit_mine(run);
	if (status == SYNC_OK)
		native_map_settle(&run->map, run->revision);
	else if (status != SYNC_NOMEM)
		status = fall(run, stay, run->map.marks != marks);
	return status;
}

static sync_status play_rest(struct rebase *run)
{
	size_t next = 0;
	sync_status status = SYNC_OK;
	bool front = true;
	for (mutation *at = run->box->pending; at && status == SYNC_OK && !run->again;
	     at = at->next) {
		bool stays = fate_in(run, at) == FATE_STAYS;
		front = front && fate_in(run, at) == FATE_DONE;
		if (front)
			continue;
		struct carried *stay = stays ? &run->stay[next++] : NULL;
		if (stay && !stay->dead)
			status = replay(run, stay);
		else if (!at->dead)
			status = each_op(run, at, only_seem, NULL);
	}
	return status;
}

/* ---- one attempt ---- */

static void release(struct rebase *run)
{
	native_map_release(&run->map);
	sync_trail_free(run->trail);
	client_value_release(&run->mine);
	run->trail = NULL;
}

static sync_status attempt(struct rebase *run)
{
	run->again = false;
	run->revision = 1;
	run->trail = sync_trail_new(run->revision);
	if (!client_value_copy(&run->mine, run->before) || !run->trail)
		return SYNC_NOMEM;
	sync_status status = play_over(run);
	uint64_t base = run->revision;
	if (status == SYNC_OK)
		status = go_on(run);
	run->map = (native_map){ .trail = run->trail,
				 .type = run->mine.type,
				 .state = run->mine.value,
				 .revision = run->revision,
				 .base = base,
				 .start = run->revision,
				 .sees = UINT64_MAX,
				 .alone = true };
	return status == SYNC_OK ? play_rest(run) : status;
}

static bool list_those_that_stay(struct rebase *run)
{
	run->stay = sync_calloc(outbox_pending(run->box) + 1, sizeof *run->stay);
	if (!run->stay)
		return false;
	for (mutation *at = run->box->pending; at; at = at->next)
		if (fate_in(run, at) == FATE_STAYS)
			run->stay[run->count++] = (struct carried){ .one = at, .dead = at->dead };
	return true;
}

/* Is it what it was, so that it need not be kept anew? */
static bool unmoved(const struct carried *stay)
{
	const mutation *one = stay->one;
	if (one->action && stay->ops.len <= sizeof "[]" - 1)
		return !one->ops.len;
	return !stay->dead && !one->dead && stay->ops.len == one->ops.len &&
	       memcmp(stay->ops.data, one->ops.data, one->ops.len) == 0;
}

/* Each has what it means now. */
static void hand_out(struct rebase *run)
{
	for (size_t i = 0; i < run->count; i++) {
		struct carried *stay = &run->stay[i];
		mutation *one = stay->one;
		if (unmoved(stay))
			continue;
		one->dirty = true;
		one->dead = stay->dead && !one->action; /* a guess that no longer fits is none */
		if (one->dead && stay->why && one->verdict == VERDICT_NONE) {
			failure_free(one->told);
			one->told = stay->why;
			stay->why = NULL;
		}
		bool none = stay->dead || stay->ops.len <= sizeof "[]" - 1;
		if (one->action && none) {
			sync_buf_release(&one->ops);
		} else if (!stay->dead) {
			sync_buf old = one->ops;
			one->ops = stay->ops;
			stay->ops = old;
		}
	}
}

sync_status client_rebase(const client_value *before, const client_value *after,
			  const struct incoming *incoming, outbox *box, client_value *view)
{
	struct rebase *run = sync_calloc(1, sizeof *run);
	if (!run)
		return SYNC_NOMEM;
	run->before = before;
	run->after = after;
	run->incoming = incoming;
	run->box = box;
	sync_status status = list_those_that_stay(run) ? SYNC_OK : SYNC_NOMEM;
	while (status == SYNC_OK) {
		status = attempt(run);
		if (status != SYNC_OK || !run->again)
			break;
		release(run);
	}
	if (status == SYNC_OK) {
		hand_out(run);
		*view = run->mine;
		run->mine = (client_value){ 0 };
	}
	for (size_t i = 0; i < run->count; i++) {
		sync_buf_release(&run->stay[i].ops);
		failure_free(run->stay[i].why);
	}
	release(run);
	sync_buf_release(&run->now);
	sync_free(run->stay);
	sync_free(run);
	return status == SYNC_OK ? SYNC_OK : SYNC_NOMEM;
}
