/*
 * Several authors and the program edit the texts of one document at once.
 *
 * A text is a row of tokens, and everybody edits between tokens: whatever is moved to a wrong place
 * tears one. Those that come as a whole value ("{n}", in signs that no other token begins or ends
 * with) show where they are by what differs; those that come in an edit ("<n>") do not. An author
 * makes a push on what he has last heard, it waits, others are done first, and in the end everybody
 * has what the server has. SEED=n plays one world.
 */
#include <CUnit/CUnit.h>

#include <cjson/cJSON.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/session.h>
#include <syncgen/text.h>
#include <syncgen/value.h>

#include "../../runtime/doc_core.h"
#include "../../runtime/text_unit.h"
#include "studio.h"
#include "row.h"
#include "seed.h"

enum { AUTHORS = 3, STEPS = 120 };

struct author {
	sync_session *session;
	cJSON *state;
	char epoch[32], id[8];
	uint64_t rev, last;
	sync_buf push; /* on its way */
	bool waits;    /* for the answer to one */
};

struct world {
	seed random;
	sync_hub *hub;
	sync_doc *doc;
	struct author authors[AUTHORS];
	bool valued;
	bool plain; /* nothing but edits of texts: then none is refused */
	unsigned tokens, nacks, edits;
	const char *wrong;
};

static uint64_t chance(struct world *world, uint64_t bound)
{
	return seed_below(&world->random, bound);
}

/* ---- texts of tokens ---- */

static void put_point(sync_buf *out, unsigned point)
{
	char bytes[] = { (char)(0xe0 | point >> 12), (char)(0x80 | (point >> 6 & 0x3f)),
			 (char)(0x80 | (point & 0x3f)) };
	sync_buf_put(out, bytes, sizeof bytes);
}

enum { OPENS = 0x4e00, CLOSES = 0x7000, OTHERS = 0x2000 };

static void put_token(struct world *world, bool plain, sync_buf *out)
{
	static const char *const signs[] = { "", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };
	char token[32];
	unsigned number = world->tokens++ % OTHERS;
	int length = snprintf(token, sizeof token, plain ? "<%u%s>" : "%u%s", number,
			      signs[chance(world, 4)]);
	if (!plain)
		put_point(out, OPENS + number);
	sync_buf_put(out, token, (size_t)length);
	if (!plain)
		put_point(out, CLOSES + number);
}

static unsigned point_at(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	return *bytes >> 4 == 0xe
		       ? (bytes[0] & 0xfu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu)
		       : 0;
}

/* NULL: it is torn. */
static const char *token_end(const char *text)
{
	char digits[16];
	if (*text == '<') {
		text += strcspn(text + 1, "<>") + 1;
		return *text == '>' ? text + 1 : NULL;
	}
	unsigned opens = point_at(text), number = opens - OPENS;
	int length = snprintf(digits, sizeof digits, "%u", number);
	if (opens < OPENS || number >= OTHERS || strncmp(text + 3, digits, (size_t)length) != 0)
		return NULL;
	for (text += 3 + length; *text && *text != '<' && *text != '>'; text++)
		if (point_at(text) == CLOSES + number)
			return text + 3;
	return NULL;
}

static bool is_whole(const char *text)
{
	while (text && *text)
		text = token_end(text);
	return text != NULL;
}

/* An edit of one to three places. */
static void put_delta(struct world *world, const char *text, sync_buf *out)
{
	uint64_t tokens = 0, kept = 0, places = 1 + chance(world, 3);
	for (const char *at = text; *at; at = token_end(at))
		tokens++;
	sync_buf_byte(out, '[');
	for (uint64_t i = 0; i < places; i++) {
		const char *from = text;
		for (uint64_t n = chance(world, tokens + 1 - kept); n; n--, kept++)
			text = token_end(text);
		sync_put_u64(out, sync_text_units(from, (size_t)(text - from)));
		from = text;
		if (*text && chance(world, 2)) {
			text = token_end(text);
			kept++;
			SYNC_BUF_LITERAL(out, ",-");
			sync_put_u64(out, sync_text_units(from, (size_t)(text - from)));
		}
		if (chance(world, 3)) {
			sync_buf token = { 0 };
			put_token(world, true, &token);
			sync_buf_byte(out, ',');
			sync_put_string(out, token.data, token.len);
			sync_buf_release(&token);
		}
		sync_buf_byte(out, i + 1 < places ? ',' : ']');
	}
}

/* ---- the program ---- */

static sync_status splice(StudioDoc *studio, sync_str text, seed *dice, const char *token)
{
	sync_buf out = { 0 };
	const char *at = text;
	for (uint64_t n = seed_below(dice, 6); n && *at; n--)
		at = token_end(at);
	const char *on = *at && seed_below(dice, 2) ? token_end(at) : at;
	sync_buf_put(&out, text, (size_t)(at - text));
	sync_buf_put(&out, token, strlen(token));
	sync_buf_put(&out, on, strlen(on));
	sync_status status = studio_set_body(studio, sync_buf_cstr(&out));
	sync_buf_release(&out);
	return status;
}

static sync_status on_stamp(sync_call *call, StudioDoc *studio, const StudioStampArgs *args,
			    uint32_t *reply)
{
	(void)call;
	seed dice = { sync_str_len(args->token) };
	*reply = 1;
	SheetDoc *sheet = studio_insert_sheets(studio, 0);
	sync_status status = sheet_set_note(sheet, args->token);
	if (status == SYNC_OK)
		status = sheet_set_id(sheet, "action");
	return status == SYNC_OK ? splice(studio, sync_text_str(&studio_get(studio)->body), &dice,
					  args->token)
				 : status;
}

static const studio_handlers handlers = { .stamp = on_stamp };

static sync_status program_edits(void *state, void *arg)
{
	struct world *world = arg;
	sync_buf token = { 0 };
	put_token(world, false, &token);
	sync_status status = splice(state, sync_text_str(&studio_get(state)->body), &world->random,
				    sync_buf_cstr(&token));
	sync_buf_release(&token);
	return status;
}

/* ---- what an author does ---- */

static const cJSON *at_path(const cJSON *state, const char *a, const char *b)
{
	const cJSON *there = cJSON_GetObjectItem(state, a);
	return there && b ? cJSON_GetObjectItem(there, b) : there;
}

static void put_edit(struct world *world, const char *path, const cJSON *text, sync_buf *out)
{
	SYNC_BUF_LITERAL(out, "{\"op\":\"text\",\"path\":\"");
	sync_buf_put(out, path, strlen(path));
	SYNC_BUF_LITERAL(out, "\",\"delta\":");
	put_delta(world, text->valuestring, out);
	sync_buf_byte(out, '}');
	world->edits++;
}

/* The last of its mutation: were it edited in there, nobody could tell what the whole of it is. */
static void put_value(struct world *world, const char *op, const char *path, const char *member,
		      sync_buf *out)
{
	world->valued = true;
	char head[128];
	sync_buf token = { 0 };
	put_token(world, false, &token);
	snprintf(head, sizeof head, "{\"op\":\"%s\",\"path\":\"%s\",\"value\":", op, path);
	sync_buf_put(out, head, strlen(head));
	snprintf(head, sizeof head, "%s", member ? member : "");
	sync_buf_put(out, head, strlen(head));
	sync_put_string(out, token.data, token.len);
	sync_buf_put(out, "}}", member ? 2 : 1);
	sync_buf_release(&token);
}

/* In a list: what others do moves it. */
static void put_sheet_op(struct world *world, const cJSON *state, sync_buf *out)
{
	const cJSON *sheets = cJSON_GetObjectItem(state, "sheets");
	int count = cJSON_GetArraySize(sheets);
	int at = (int)chance(world, (uint64_t)count + 1);
	char path[64];
	if (at == count || (count < 6 && chance(world, 3) == 0)) {
		snprintf(path, sizeof path, "/sheets/%d", at);
		put_value(world, "add", path, "{\"id\":\"s\",\"note\":", out);
	} else if (chance(world, 8) == 0) {
		snprintf(path, sizeof path, "{\"op\":\"remove\",\"path\":\"/sheets/%d\"}", at);
		sync_buf_put(out, path, strlen(path));
	} else {
		snprintf(path, sizeof path, "/sheets/%d/note", at);
		put_edit(world, path, cJSON_GetObjectItem(cJSON_GetArrayItem(sheets, at), "note"),
			 out);
	}
}

static void put_op(struct world *world, const cJSON *state, sync_buf *out)
{
	const cJSON *aside = at_path(state, "aside", NULL);
	const cJSON *shelf = at_path(state, "shelf", "a");
	uint64_t kind = world->plain ? chance(world, 2) : chance(world, 10);
	if (kind < 1)
		put_edit(world, "/body", at_path(state, "body", NULL), out);
	else if (kind < 2)
		put_edit(world, "/box/label", at_path(state, "box", "label"), out);
	else if (kind < 3)
		put_value(world, "replace", chance(world, 2) ? "/body" : "/box/label", NULL, out);
	else if (kind < 4)
		put_value(world, "replace", "/box", "{\"label\":", out);
	else if (kind < 5 && !aside)
		put_value(world, "add", "/aside", NULL, out);
	else if (kind < 5 && chance(world, 4) == 0)
		SYNC_BUF_LITERAL(out, "{\"op\":\"remove\",\"path\":\"/aside\"}");
	else if (kind < 6 && aside)
		put_edit(world, "/aside", aside, out);
	else if (kind < 7 && (!shelf || chance(world, 4) == 0))
		put_value(world, "add", "/shelf/a", "{\"label\":", out);
	else if (kind < 8 && shelf)
		put_edit(world, "/shelf/a/label", cJSON_GetObjectItem(shelf, "label"), out);
	else
		put_sheet_op(world, state, out);
}

static void put_ops(struct world *world, cJSON **draft, sync_buf *out)
{
	sync_error error;
	SYNC_BUF_LITERAL(out, "\"ops\":[");
	world->valued = false;
	for (uint64_t n = 1 + chance(world, 3); n; n--) {
		sync_buf op = { 0 };
		sync_buf_byte(&op, '[');
		put_op(world, *draft, &op);
		sync_buf_byte(&op, ']');
		if (sync_json_patch_extended(draft, op.data, op.len, &error) != SYNC_OK)
			world->wrong = "an author's own operation does not fit";
		n = world->valued ? 1 : n;
		sync_buf_put(out, op.data + 1, op.len - 2);
		sync_buf_byte(out, n > 1 ? ',' : ']');
		sync_buf_release(&op);
	}
}

static void put_mutation(struct world *world, cJSON **draft, uint64_t number, sync_buf *out)
{
	SYNC_BUF_LITERAL(out, "{\"n\":");
	sync_put_u64(out, number);
	sync_buf_byte(out, ',');
	if (chance(world, 5)) {
		put_ops(world, draft, out);
	} else {
		SYNC_BUF_LITERAL(out, "\"action\":\"stamp\",\"args\":{\"token\":\"");
		put_token(world, false, out);
		SYNC_BUF_LITERAL(out, "\"}");
	}
	sync_buf_byte(out, '}');
}

static void make_push(struct world *world, struct author *author)
{
	cJSON *draft = cJSON_Duplicate(author->state, true);
	sync_buf *out = &author->push;
	uint64_t count = 1 + chance(world, 4);
	char head[160];
	snprintf(head, sizeof head,
		 "{\"t\":\"push\",\"doc\":\"STUDIO\",\"epoch\":\"%s\",\"base\":%llu,\"m\":[",
		 author->epoch, (unsigned long long)author->rev);
	sync_buf_put(out, head, strlen(head));
	for (uint64_t i = 1; i <= count; i++) {
		put_mutation(world, &draft, author->last + i, out);
		sync_buf_byte(out, i < count ? ',' : ']');
	}
	sync_buf_byte(out, '}');
	author->last += count;
	author->waits = true;
	cJSON_Delete(draft);
}

/* ---- what an author hears ---- */

static void on_patch(struct world *world, struct author *author, const cJSON *frame)
{
	sync_error error;
	char *ops = cJSON_PrintUnformatted(cJSON_GetObjectItem(frame, "ops"));
	if (sync_json_patch_extended(&author->state, ops, strlen(ops), &error) != SYNC_OK)
		world->wrong = "a patch does not fit";
	cJSON_free(ops);
	author->rev = (uint64_t)cJSON_GetNumberValue(cJSON_GetObjectItem(frame, "rev"));
	snprintf(author->epoch, sizeof author->epoch, "%s",
		 cJSON_GetObjectItem(frame, "epoch")->valuestring);
	const cJSON *done = cJSON_GetObjectItem(frame, "done");
	if (done && (uint64_t)done->valuedouble == author->last)
		author->waits = false;
}

static void on_frame(struct world *world, struct author *author, const sync_frame *frame)
{
	cJSON *read = cJSON_ParseWithLength(frame->data, frame->length);
	const char *t = cJSON_GetObjectItem(read, "t")->valuestring;
	if (strcmp(t, "patch") == 0) {
		on_patch(world, author, read);
	} else if (strcmp(t, "nack") == 0) {
		world->nacks++;
		if (world->plain) {
			printf("%.*s\n", (int)frame->length, frame->data);
			world->wrong = "an edit of a text was refused";
		}
	} else if (strcmp(t, "error") == 0) {
		world->wrong = "an error";
	}
	cJSON_Delete(read);
}

static void hear(struct world *world, struct author *author)
{
	sync_frame frame;
	while (sync_session_next(author->session, &frame))
		on_frame(world, author, &frame);
}

static void deliver(struct author *author)
{
	if (author->push.len)
		sync_session_receive(author->session, author->push.data, author->push.len, false);
	sync_buf_clear(&author->push);
}

/* ---- a world ---- */

static void look_at_texts(struct world *world)
{
	const Studio *studio = sync_doc_state(world->doc);
	bool whole = is_whole(sync_text_str(&studio->body)) &&
		     is_whole(sync_text_str(&studio->box.label)) &&
		     (!studio->has_aside || is_whole(sync_text_str(&studio->aside)));
	for (size_t i = 0; i < studio->sheets.len; i++)
		whole = whole && is_whole(sync_text_str(&studio->sheets.items[i]->note));
	if (!whole)
		world->wrong = "a token is torn";
	if (!whole)
		printf("%s\n%s\n", sync_text_str(&studio->body), sync_text_str(&studio->box.label));
}

static void step(struct world *world)
{
	struct author *author = &world->authors[chance(world, AUTHORS)];
	uint64_t what = chance(world, 8);
	if (what == 0)
		sync_update(world->doc, program_edits, world, NULL);
	else if (what < 3)
		hear(world, author);
	else if (what < 5)
		deliver(author);
	else if (!author->waits)
		make_push(world, author);
	look_at_texts(world);
}

static void begin(struct world *world)
{
	static const char hello[] =
		"{\"t\":\"hello\",\"v\":1,\"client\":\"c%u\",\"secret\":\"s%u\","
		"\"docs\":[{\"doc\":\"STUDIO\"}]}";
	world->hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_add(world->hub, &studio_model, &handlers, NULL, NULL);
	world->doc = sync_hub_doc(world->hub, "STUDIO");
	for (unsigned i = 0; i < AUTHORS; i++) {
		struct author *author = &world->authors[i];
		char text[160];
		author->session = sync_session_new(
			world->hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
		snprintf(text, sizeof text, hello, i, i);
		sync_session_receive(author->session, text, strlen(text), false);
		hear(world, author);
	}
}

static void end(struct world *world)
{
	sync_buf text = { 0 };
	for (unsigned i = 0; i < AUTHORS; i++)
		deliver(&world->authors[i]);
	sync_doc_write_seen(world->doc, SYNC_SEE_PUBLIC, &text);
	cJSON *state = cJSON_ParseWithLength(text.data, text.len);
	for (unsigned i = 0; i < AUTHORS; i++) {
		struct author *author = &world->authors[i];
		hear(world, author);
		if (!world->wrong && (author->waits || !cJSON_Compare(author->state, state, true)))
			world->wrong = "an author has something else than the server";
		cJSON_Delete(author->state);
		sync_buf_release(&author->push);
		sync_session_free(author->session);
	}
	cJSON_Delete(state);
	sync_buf_release(&text);
	sync_hub_free(world->hub);
}

static void play(const char *name, bool plain, long rounds)
{
	seed first = seed_start(name);
	unsigned edits = 0, nacks = 0;
	for (long i = 0; i < rounds; i++) {
		struct world world = { .random = { first.state + (uint64_t)i }, .plain = plain };
		begin(&world);
		for (int n = 0; n < STEPS && !world.wrong; n++)
			step(&world);
		end(&world);
		edits += world.edits;
		nacks += world.nacks;
		CU_ASSERT(!world.wrong);
		if (world.wrong) {
			printf("FAILED %s: %s: SEED=%llu\n", name, world.wrong,
			       (unsigned long long)(first.state + (uint64_t)i));
			break;
		}
	}
	printf("note: %s: %u edits, %u mutations refused\n", name, edits, nacks);
}

static void edits_of_texts_are_never_refused(void)
{
	play("texts", true, seed_rounds(300));
}

static void texts_that_are_replaced_and_moved(void)
{
	play("texts among others", false, seed_rounds(300));
}

int test_texts(void)
{
	CU_pSuite suite = CU_add_suite("texts", NULL, NULL);
	return !suite ||
	       !CU_add_test(suite, "edits are never refused", edits_of_texts_are_never_refused) ||
	       !CU_add_test(suite, "replaced and moved", texts_that_are_replaced_and_moved);
}
