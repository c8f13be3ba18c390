#include "draft.h"

#include <string.h>

#include <syncgen/cell.h>
#include <syncgen/text.h>
#include <syncgen/value.h>

#include "../../runtime/changes_text.h"

static void put(sync_buf *out, const char *text)
{
	sync_buf_put(out, text, strlen(text));
}

bool draft_open(struct draft *draft, const struct peer *peer, const cJSON *state)
{
	sync_buf text = { 0 };
	sync_error error;
	draft->type = peer->world->model->state;
	draft->value = sync_box_new(draft->type);
	sync_put_json(&text, state);
	bool ok = sync_from_json(draft->type, draft->value, text.data, text.len, &error) == SYNC_OK;
	sync_buf_release(&text);
	if (!ok)
		blame(peer->world, PROPERTY_SHOWN, "c%u has what is no state: %s %s", peer->number,
		      error.pointer, error.message);
	draft->track = sync_track_new(draft->type, draft->value);
	return ok;
}

void draft_close(struct draft *draft)
{
	sync_track_free(draft->track);
	sync_box_free(draft->type, draft->value);
}

/* What has an operation of its own. */
static void put_own_op(sync_buf *out, const struct peer *peer, const struct change *change,
		       const struct draft *draft)
{
	if (change->kind == CHANGE_HIT)
		put(out, "{\"op\":\"inc\",\"path\":\"/hits\",\"by\":1}");
	if (change->kind == CHANGE_KEY) {
		put(out, "{\"op\":\"add\",\"path\":\"/keys/-\",\"value\":{\"id\":\"k");
		sync_put_u64(out, change->dice % 8);
		put(out, "\"}}");
	}
	if (change->kind == CHANGE_FIXED)
		put(out, "{\"op\":\"replace\",\"path\":\"/pokes\",\"value\":7}");
	if (change->kind == CHANGE_SECRET && field_of(draft->type, "secret", NULL)) {
		put(out, "{\"op\":\"replace\",\"path\":\"/secret\",\"value\":\"");
		put(out, *peer->role ? "hidden " : "mine ");
		put(out, change->token);
		put(out, "\"}");
	}
	const sync_str *baton = cell_of(draft->type, draft->value, "baton");
	if (change->kind == CHANGE_PASS && baton) {
		char text[64];
		change_baton(change, *baton ? *baton : "", text, sizeof text);
		put(out, "{\"op\":\"replace\",\"path\":\"/baton\",\"value\":\"");
		put(out, text);
		put(out, "\"}");
	}
	if (change->kind == CHANGE_WRITE) {
		const sync_text *body = cell_of(draft->type, draft->value, "body");
		size_t at = change_position(change, sync_text_str(body));
		put(out, "{\"op\":\"text\",\"path\":\"/body\",\"delta\":[");
		sync_put_u64(out, at);
		put(out, ",\"<");
		put(out, change->token);
		put(out, ">\"]}");
	}
}

/* Behind the operations in `out`, an array. */
static void add_own_ops(struct draft *draft, const sync_buf *own, sync_buf *out)
{
	sync_buf alone = { 0 };
	sync_apply_options options = { .flags = SYNC_APPLY_EXTENDED };
	sync_error error;
	out->len--;
	sync_buf_byte(out, ',');
	sync_buf_put(out, own->data, own->len);
	sync_buf_byte(out, ']');
	sync_buf_byte(&alone, '[');
	sync_buf_put(&alone, own->data, own->len);
	sync_buf_byte(&alone, ']');
	if (sync_track_apply(draft->track, alone.data, alone.len, &options, &error) == SYNC_OK)
		sync_track_commit(draft->track);
	sync_buf_release(&alone);
}

/* The operations of one change; the draft then has them too. */
static void put_ops(sync_buf *out, const struct peer *peer, const struct change *change,
		    struct draft *draft)
{
	sync_buf own = { 0 };
	sync_error error;
	bool ok = change_apply(change, draft->type, draft->value, peer->sees) == SYNC_OK &&
		  sync_track_check(draft->track, &error) == SYNC_OK;
	if (!ok) { /* it does not fit in there: then only its token */
		struct change bare = *change;
		bare.kind = CHANGE_LOG;
		sync_track_rollback(draft->track);
		change_apply(&bare, draft->type, draft->value, peer->sees);
	}
	struct sync_text_source texts = { NULL, NULL, false };
	sync_track_edits(draft->track, SYNC_SEE_STORED, &texts, out);
	sync_track_commit(draft->track);
	put_own_op(&own, peer, change, draft);
	if (own.len)
		add_own_ops(draft, &own, out);
	sync_buf_release(&own);
}

void draft_put(struct draft *draft, const struct peer *peer, const struct change *change,
	       sync_buf *out)
{
	put(out, "{\"n\":");
	sync_put_u64(out, change->number);
	if (change_is_action(change)) {
		put(out, ",\"action\":\"");
		put(out, change_action(change));
		put(out, "\",\"args\":{\"token\":\"");
		put(out, change->token);
		put(out, "\"}}");
		return;
	}
	put(out, ",\"ops\":");
	put_ops(out, peer, change, draft);
	put(out, "}");
}
