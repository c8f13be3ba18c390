#include "client_plain.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/value.h>

#include "client_move.h"
#include "differ.h"
#include "json_patch.h"
#include "tree.h"

struct carrying {
	struct cJSON *mine, *view; /* as our operations were made, and as they are carried */
	client_moves theirs; /* what leads from the one to the other, as far as positions go */
	struct operation_reader reader;
	struct operation op;
	sync_buf seen; /* of the mutation at hand */
};

sync_status client_plain_apply(struct cJSON **value, const char *text, size_t length,
			       sync_error *error)
{
	struct cJSON *copy = NULL;
	if (!memchr(text, '\0', length))
		return sync_json_patch_extended(value, text, length, error);
	sync_status status = sync_json_copy(&copy, *value);
	if (status != SYNC_OK)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	while (length && status == SYNC_OK) {
		const char *end = memchr(text, '\0', length);
		size_t one = end ? (size_t)(end - text) : length;
		status = sync_json_patch_extended(&copy, text, one, error);
		text += end ? one + 1 : one;
		length -= end ? one + 1 : one;
	}
	if (status == SYNC_OK) {
		struct cJSON *old = *value;
		*value = copy;
		copy = old;
	}
	sync_json_free(copy);
	return status;
}

sync_status client_plain_diff(const struct cJSON *from, const struct cJSON *to, sync_buf *ops)
{
	struct differ d = { 0 };
	sync_writer_init(&d.writer);
	sync_buf_byte(&d.writer.out, '[');
	sync_differ_json(&d, from, to);
	sync_buf_byte(&d.writer.out, ']');
	sync_status status = d.writer.out.status;
	sync_buf_put(ops, d.writer.out.data, d.writer.out.len);
	sync_buf_release(&d.writer.out);
	sync_buf_release(&d.path);
	return status == SYNC_OK ? ops->status : status;
}

/* ---- what came in ---- */

/* What operations move on a copy of `state`. Those that do not fit move nothing. */
static sync_status moves_of(struct carrying *run, const char *ops, size_t length,
			    struct cJSON *state, client_moves *moves)
{
	struct cJSON *copy = NULL;
	struct tree_budget budget = { SIZE_MAX, SIZE_MAX };
	sync_error ignored;
	int more = -1;
	sync_status status = sync_tree_copy(&copy, state);
	if (status == SYNC_OK &&
	    sync_operation_start(&run->reader, ops, length,
				 &(sync_limits){ length, sync_limits_default.depth, length }, false,
				 SIZE_MAX)) {
		run->reader.extended = true;
		while (status == SYNC_OK &&
		       (more = sync_operation_next(&run->reader, &run->op)) > 0) {
			status = client_moves_add(moves, &run->op, copy);
			if (status == SYNC_OK && run->op.verb <= OP_COPY &&
			    sync_tree_apply(&copy, &run->op, 0, TREE_PATCH_DEPTH, &budget,
					    &ignored) == SYNC_NOMEM)
				status = SYNC_NOMEM;
		}
	}
	sync_json_free(copy);
	return status;
}

static sync_status moves_between(struct carrying *run, struct cJSON *from, const struct cJSON *to)
{
	sync_buf ops = { 0 };
	sync_status status = client_plain_diff(from, to, &ops);
	if (status == SYNC_OK)
		status = moves_of(run, ops.data, ops.len, from, &run->theirs);
	sync_buf_release(&ops);
	return status;
}

/* ---- ours ---- */

static void put_member(sync_buf *out, const char *name, const char *json, size_t length)
{
	SYNC_BUF_LITERAL(out, ",\"");
	sync_buf_put(out, name, strlen(name));
	SYNC_BUF_LITERAL(out, "\":");
	sync_buf_put(out, json, length);
}

static sync_status put_pointer(const struct carrying *run, sync_buf *out, const char *text,
			       size_t length, bool gap)
{
	sync_buf pointer = { 0 };
	sync_buf_put(&pointer, text, length);
	sync_status status = client_moves_carry(&run->theirs, &pointer, gap);
	if (status == SYNC_OK)
		sync_put_string(out, pointer.data ? pointer.data : "", pointer.len);
	sync_buf_release(&pointer);
	return status;
}

/* The operation at hand as it is to be done on the view. NOT_FOUND: what it means is gone. */
static sync_status put_carried(const struct carrying *run, sync_buf *out)
{
	static const char *const names[] = { "add",  "remove", "replace", "move",
					     "copy", "test",   "inc",	  "text" };
	const struct operation *op = &run->op;
	bool puts = op->verb == OP_ADD || op->verb == OP_MOVE || op->verb == OP_COPY;
	SYNC_BUF_LITERAL(out, "{\"op\":\"");
	sync_buf_put(out, names[op->verb], strlen(names[op->verb]));
	SYNC_BUF_LITERAL(out, "\",\"path\":");
	sync_status status = put_pointer(run, out, run->reader.path, run->reader.path_length, puts);
	if (status == SYNC_OK && (op->verb == OP_MOVE || op->verb == OP_COPY)) {
		SYNC_BUF_LITERAL(out, ",\"from\":");
		status = put_pointer(run, out, run->reader.from, run->reader.from_length, false);
	}
	if (op->value)
		put_member(out, "value", op->value, op->value_length);
	if (op->by)
		put_member(out, op->verb == OP_TEXT ? "delta" : "by", op->by, op->by_length);
	sync_buf_byte(out, '}');
	return status == SYNC_OK ? out->status : status;
}

/* An edit of a text means the text that it was made in. */
static bool same_text(const struct carrying *run, const char *path, size_t length,
		      const sync_buf *carried)
{
	struct cJSON *ours, *theirs;
	sync_reader reader;
	const char *raw;
	size_t raw_length;
	char pointer[POINTER_BYTES];
	static const char before[] = "{\"op\":\"text\",\"path\":";
	if (!sync_reader_init(&reader, carried->data + sizeof before - 1,
			      carried->len - sizeof before + 1, NULL) ||
	    !sync_read_slice(&reader, &raw, &raw_length, pointer, sizeof pointer))
		return false;
	return sync_json_at(run->mine, path, length, &ours) == SYNC_OK &&
	       sync_json_at(run->view, raw, raw_length, &theirs) == SYNC_OK &&
	       sync_json_equal(ours, theirs);
}

/* The operation at hand on both sides. */
static sync_status do_one(struct carrying *run, const char *text, size_t length)
{
	client_moves ours = { 0 };
	sync_buf now = { 0 }, made = { 0 };
	sync_error ignored;
	sync_status status = put_carried(run, &now);
	if (status == SYNC_OK && run->op.verb == OP_TEXT &&
	    !same_text(run, run->reader.path, run->reader.path_length, &now))
		status = SYNC_CONFLICT;
	if (status == SYNC_OK) {
		sync_buf_byte(&run->seen, run->seen.len ? ',' : '[');
		sync_buf_put(&run->seen, now.data, now.len);
		sync_buf_byte(&made, '[');
		sync_buf_put(&made, text, length);
		sync_buf_byte(&made, ']');
		status = run->seen.status == SYNC_OK ? made.status : run->seen.status;
	}
	if (status == SYNC_OK && run->theirs.count)
		status = client_moves_add(&ours, &run->op, run->mine);
	if (status == SYNC_OK)
		status = client_plain_apply(&run->mine, made.data, made.len, &ignored);
	if (status == SYNC_OK)
		status = client_moves_pass(&run->theirs, &ours);
	client_moves_release(&ours);
	sync_buf_release(&now);
	sync_buf_release(&made);
	return status;
}

/* Each operation of a mutation, `ops` being what it does to `mine`. */
static sync_status do_each(struct carrying *run, const sync_buf *ops)
{
	int more;
	if (!sync_operation_start(&run->reader, ops->data, ops->len, NULL, false, OPERATIONS_MAX))
		return run->reader.json.error.code;
	run->reader.extended = true;
	for (;;) {
		const char *from = run->reader.json.at;
		if ((more = sync_operation_next(&run->reader, &run->op)) <= 0)
			break;
		while (*from != '{')
			from++;
		sync_status status = do_one(run, from, (size_t)(run->reader.json.at - from));
		if (status != SYNC_OK)
			return status;
	}
	sync_buf_byte(&run->seen, run->seen.len ? ']' : '[');
	if (run->seen.len == 1)
		sync_buf_byte(&run->seen, ']');
	return more < 0 ? run->reader.json.error.code : run->seen.status;
}

/* Nothing has moved, and no text is edited: it says what it said. */
static bool is_plain(const struct carrying *run, mutation *one)
{
	return !run->theirs.count && !strstr(sync_buf_cstr(&one->seen), "\"text\"");
}

static sync_status replay(struct carrying *run, mutation *one)
{
	sync_error ignored;
	sync_buf_clear(&run->seen);
	if (is_plain(run, one)) {
		sync_status status =
			client_plain_apply(&run->mine, one->seen.data, one->seen.len, &ignored);
		return status == SYNC_OK ? client_plain_apply(&run->view, one->seen.data,
							      one->seen.len, &ignored)
					 : status;
	}
	sync_status status = do_each(run, &one->seen);
	if (status == SYNC_OK)
		status = client_plain_apply(&run->view, run->seen.data, run->seen.len, &ignored);
	if (status == SYNC_OK) {
		sync_buf old = one->seen;
		one->seen = run->seen;
		run->seen = old;
	}
	return status;
}

/* What was made behind it means a state with it, and there is none. */
static sync_status only_seem(struct carrying *run, const mutation *one)
{
	sync_error ignored;
	if (client_plain_apply(&run->mine, one->seen.data, one->seen.len, &ignored) == SYNC_NOMEM)
		return SYNC_NOMEM;
	client_moves_release(&run->theirs);
	return moves_between(run, run->mine, run->view);
}

static sync_status carry_one(struct carrying *run, mutation *one)
{
	struct cJSON *was = NULL;
	sync_status status = sync_tree_copy(&was, run->mine);
	if (status == SYNC_OK)
		status = replay(run, one);
	if (status != SYNC_OK && status != SYNC_NOMEM) {
		sync_json_free(run->mine);
		run->mine = was;
		one->dead = true;
		return only_seem(run, one);
	}
	sync_json_free(was);
	return status;
}

/* ---- all of them ---- */

/* Those at the front that are done are in what came in. */
static sync_status begin(struct carrying *run, struct cJSON *before,
			 const struct incoming *incoming, mutation **first)
{
	sync_error ignored;
	bool done = false;
	for (; *first && outbox_fate(*first, incoming->done, false) == FATE_DONE;
	     *first = (*first)->next) {
		const mutation *one = *first;
		done = true;
		if (one->seen.len && !one->dead &&
		    client_plain_apply(&run->mine, one->seen.data, one->seen.len, &ignored) ==
			    SYNC_NOMEM)
			return SYNC_NOMEM;
	}
	if (done || incoming->whole || memchr(incoming->ops, '\0', incoming->length))
		return moves_between(run, run->mine, run->view);
	return moves_of(run, incoming->ops, incoming->length, before, &run->theirs);
}

static sync_status carry_all(struct carrying *run, const struct incoming *incoming, mutation *at)
{
	sync_status status = SYNC_OK;
	for (; at && status == SYNC_OK; at = at->next) {
		if (!at->seen.len || at->dead)
			continue;
		status = outbox_fate(at, incoming->done, false) == FATE_STAYS ? carry_one(run, at)
									      : only_seem(run, at);
	}
	return status;
}

static void end(struct carrying *run, sync_status status, struct cJSON **view)
{
	if (status == SYNC_OK)
		*view = run->view;
	else
		sync_json_free(run->view);
	sync_json_free(run->mine);
	client_moves_release(&run->theirs);
	sync_buf_release(&run->seen);
	sync_free(run);
}

sync_status client_plain_carry(struct cJSON *before, struct cJSON *after,
			       const struct incoming *incoming, outbox *box, struct cJSON **view)
{
	struct carrying *run = sync_calloc(1, sizeof *run);
	mutation *first = box->pending;
	if (!run)
		return SYNC_NOMEM;
	sync_status status = sync_tree_copy(&run->mine, before);
	if (status == SYNC_OK)
		status = sync_tree_copy(&run->view, after);
	if (status == SYNC_OK)
		status = begin(run, before, incoming, &first);
	if (status == SYNC_OK)
		status = carry_all(run, incoming, first);
	end(run, status, view);
	return status;
}

sync_status client_plain_show(struct cJSON *confirmed, uint64_t rev, outbox *box,
			      struct cJSON **view)
{
	sync_error ignored;
	sync_status status = sync_tree_copy(view, confirmed);
	for (mutation *at = box->pending; at && status == SYNC_OK; at = at->next) {
		if (!at->ops.len)
			continue;
		sync_buf_clear(&at->seen);
		sync_buf_put(&at->seen, at->ops.data, at->ops.len);
		status = at->seen.status;
		if (status == SYNC_OK && at->base == rev)
			status = client_plain_apply(view, at->seen.data, at->seen.len, &ignored);
		else if (status == SYNC_OK)
			status = SYNC_STALE; /* nobody has kept what came between */
		at->dead = status != SYNC_OK;
		if (status != SYNC_NOMEM)
			status = SYNC_OK;
	}
	if (status != SYNC_OK) {
		sync_json_free(*view);
		*view = NULL;
	}
	return status;
}
