#include "client_outbox.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/json.h>

#include "broken.h"

/* ---- failures ---- */

failure *failure_new(const sync_error *error)
{
	failure *told = sync_calloc(1, sizeof *told);
	if (told)
		told->error = *error;
	return told;
}

void failure_free(failure *told)
{
	if (!told)
		return;
	sync_free(told->thrown);
	sync_free(told->args);
	sync_free(told->current);
	sync_free(told);
}

/* ---- one ---- */

static char *copy(const char *bytes, size_t length)
{
	char *text = sync_alloc(length + 1);
	if (!text)
		return NULL;
	if (length)
		memcpy(text, bytes, length);
	text[length] = '\0';
	return text;
}

mutation *mutation_new(const char *action, const char *args, size_t length)
{
	mutation *one = sync_calloc(1, sizeof *one);
	if (!one)
		return NULL;
	one->deadline = UINT64_MAX;
	one->dirty = true;
	if (!action)
		return one;
	one->action = sync_alloc_text(action);
	one->args = args ? copy(args, length) : copy("{}", 2);
	if (one->action && one->args)
		return one;
	mutation_free(one);
	return NULL;
}

void mutation_free(mutation *one)
{
	if (!one)
		return;
	sync_buf_release(&one->ops);
	sync_buf_release(&one->seen);
	sync_free(one->action);
	sync_free(one->args);
	client_spans_release(&one->bytes);
	failure_free(one->told);
	sync_free(one);
}

void mutation_put(const mutation *one, client_apart *apart, sync_buf *out)
{
	SYNC_BUF_LITERAL(out, "{\"n\":");
	sync_put_u64(out, one->n);
	if (one->action) {
		SYNC_BUF_LITERAL(out, ",\"action\":");
		sync_put_string(out, one->action, strlen(one->action));
		SYNC_BUF_LITERAL(out, ",\"args\":");
		client_apart_put(apart, one->args, &one->bytes, out);
	} else {
		SYNC_BUF_LITERAL(out, ",\"ops\":");
		sync_buf_put(out, one->ops.data, one->ops.len);
	}
	sync_buf_byte(out, '}');
}

size_t mutation_weigh(const mutation *one, client_apart *apart)
{
	enum { AROUND = 48 }; /* names, number, brackets */
	if (!one->action)
		return one->ops.len + AROUND;
	return strlen(one->action) + AROUND +
	       client_apart_weigh(apart, &one->bytes, strlen(one->args));
}

static void judge(mutation *one, verdict now, failure *told)
{
	failure_free(one->told);
	one->told = told;
	one->verdict = now;
	one->code = SYNC_INTERNAL;
	one->text = "it was refused";
}

void mutation_error(const mutation *one, sync_error *error)
{
	if (one->told)
		*error = one->told->error;
	else
		sync_error_set(error, one->code, "%s", one->text);
}

const sync_refusal *mutation_refusal(mutation *one)
{
	one->refusal = (sync_refusal){
		.id = one->id,
		.action = one->action,
		.args = one->args,
		.ops = one->action ? NULL : sync_buf_cstr(&one->ops),
		.current = one->told ? one->told->current : NULL,
	};
	mutation_error(one, &one->refusal.error);
	return &one->refusal;
}

/* ---- lists of them ---- */

static void append(mutation **list, mutation *one)
{
	while (*list)
		list = &(*list)->next;
	one->next = NULL;
	*list = one;
}

static void take_out(mutation **list, const mutation *one)
{
	while (*list != one)
		list = &(*list)->next;
	*list = one->next;
}

static void free_list(mutation *list)
{
	for (mutation *next; list; list = next) {
		next = list->next;
		mutation_free(list);
	}
}

static size_t length_of(const mutation *list)
{
	size_t count = 0;
	for (; list; list = list->next)
		count++;
	return count;
}

void outbox_release(outbox *box)
{
	free_list(box->pending);
	free_list(box->quarantine);
	free_list(box->over);
	memset(box, 0, sizeof *box);
}

void outbox_append(outbox *box, mutation *one)
{
	one->id = ++box->ids;
	append(&box->pending, one);
}

void outbox_restore(outbox *box, mutation *one, uint64_t id)
{
	one->id = id;
	if (id > box->ids)
		box->ids = id;
	append(one->verdict == VERDICT_LOST ? &box->quarantine : &box->pending, one);
}

void outbox_drop_last(outbox *box)
{
	mutation **at = &box->pending;
	while ((*at)->next)
		at = &(*at)->next;
	mutation_free(*at);
	*at = NULL;
}

size_t outbox_pending(const outbox *box)
{
	return length_of(box->pending);
}

size_t outbox_quarantined(const outbox *box)
{
	return length_of(box->quarantine);
}

bool outbox_shows(const outbox *box)
{
	for (const mutation *at = box->pending; at; at = at->next)
		if (at->ops.len)
			return true;
	return false;
}

/* ---- pushing ---- */

bool outbox_flies(const outbox *box)
{
	for (const mutation *at = box->pending; at; at = at->next)
		if (at->flying)
			return true;
	return false;
}

bool outbox_ready(const outbox *box)
{
	return box->pending && (!outbox_flies(box) || SYNC_BROKEN(AGAIN));
}

void outbox_take(outbox *box, const outbox_limits *limits)
{
	size_t size = 0, count = 0;
	bool guessed = false;
	client_apart apart;
	client_apart_init(&apart, limits->apart, NULL);
	size_t most = box->most && box->most < limits->mutations ? box->most : limits->mutations;
	for (mutation *at = box->pending; at; at = at->next) {
		/* What builds on a guess waits for the truth. */
		if (count >= most || (guessed && !at->action) || at->base != box->pending->base)
			break;
		size += mutation_weigh(at, &apart);
		if (size > limits->bytes && count)
			break;
		guessed = guessed || (at->action && at->ops.len);
		count++;
		at->n = box->last + count;
		at->flying = at->dirty = true;
		judge(at, VERDICT_NONE, NULL); /* said of an earlier number */
	}
}

void outbox_land(outbox *box)
{
	for (mutation *at = box->pending; at; at = at->next)
		at->flying = false;
}

/* ---- answers ---- */

void outbox_refuse(outbox *box, uint64_t n, failure *told)
{
	mutation *at = box->pending;
	while (at && (!n || at->n != n))
		at = at->next;
	if (at)
		judge(at, VERDICT_REFUSED, told);
	else
		failure_free(told);
}

fate outbox_fate(const mutation *one, uint64_t done, bool typed)
{
	if (one->verdict == VERDICT_LOST)
		return FATE_LOST;
	if (!one->n || one->n > done)
		return FATE_STAYS;
	if (one->verdict != VERDICT_REFUSED)
		return FATE_DONE;
	bool anew = one->told && one->told->error.code == SYNC_STALE && one->tries < OUTBOX_TRIES;
	return anew && (typed || one->action) ? FATE_STAYS : FATE_LOST;
}

static void lose(mutation *one, sync_status code, const char *text)
{
	judge(one, VERDICT_LOST, NULL);
	one->code = code;
	one->text = text;
}

void outbox_renumber(outbox *box, bool same_history, uint64_t last, uint64_t done)
{
	bool forgotten = box->strange || (same_history && last < box->last);
	box->last = last;
	box->strange = false;
	for (mutation *at = box->pending; at; at = at->next) {
		if (!at->n || (!forgotten && at->n <= done))
			continue;
		at->n = 0; /* it never arrived, or else: */
		at->dirty = true;
		if (forgotten)
			lose(at, SYNC_STALE,
			     "the server does not remember this client: nobody can tell whether "
			     "it was done");
		else if (at->verdict == VERDICT_BLAMED)
			at->verdict = VERDICT_LOST;
	}
}

static void compute_anew(mutation *one)
{
	one->tries++;
	one->n = 0;
	one->flying = false;
	one->dirty = true;
	judge(one, VERDICT_NONE, NULL);
}

void outbox_cover(outbox *box, uint64_t done, bool typed)
{
	bool blamed = false;
	if (done > box->last)
		box->last = done;
	for (mutation *next, *at = box->pending; at; at = next) {
		next = at->next;
		fate its = outbox_fate(at, done, typed);
		if (its == FATE_DONE)
			outbox_settle(box, at);
		else if (its == FATE_LOST)
			outbox_bury(box, at);
		else if (at->n && at->n <= done)
			compute_anew(at);
		else
			blamed = blamed || at->verdict == VERDICT_BLAMED;
	}
	if (done && !blamed && !outbox_flies(box))
		box->most = 0;
}

void outbox_settle(outbox *box, mutation *one)
{
	take_out(&box->pending, one);
	judge(one, VERDICT_NONE, NULL);
	append(&box->over, one);
}

void outbox_bury(outbox *box, mutation *one)
{
	one->verdict = VERDICT_LOST;
	one->flying = false;
	take_out(&box->pending, one);
	/* A caller is told; a change, or an action that nobody waits for, must not vanish. */
	bool kept = !one->done;
	one->dirty = one->untold = kept;
	append(kept ? &box->quarantine : &box->over, one);
}

void outbox_lose(outbox *box, mutation *one, sync_status code, const char *text)
{
	lose(one, code, text);
	outbox_bury(box, one);
}

void outbox_bounce(outbox *box, failure *told)
{
	mutation *only = NULL;
	size_t flying = 0;
	box->most = 1;
	for (mutation *at = box->pending; at; at = at->next)
		if (at->flying) {
			only = at;
			flying++;
		}
	if (flying == 1)
		judge(only, VERDICT_BLAMED, told);
	else
		failure_free(told);
}

void outbox_give_up(outbox *box, sync_status code, const char *text)
{
	while (box->pending)
		outbox_lose(box, box->pending, code, text);
}

/* ---- quarantine ---- */

mutation *outbox_refused(const outbox *box, uint64_t id)
{
	mutation *at = box->quarantine;
	while (at && at->id != id)
		at = at->next;
	return at;
}

mutation *outbox_newest_refusal(const outbox *box)
{
	mutation *at = box->quarantine;
	while (at && at->next)
		at = at->next;
	return at;
}

void outbox_discard(outbox *box, mutation *one)
{
	take_out(&box->quarantine, one);
	judge(one, VERDICT_NONE, NULL);
	append(&box->over, one);
}
