/* Texts in a trail, by themselves: from every revision that it knows, whatever it has forgotten of
 * their edits. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/patch.h>
#include <syncgen/value.h>

#include "../../runtime/text_unit.h"
#include "../../runtime/trail.h"
#include "fault.h"
#include "row.h"
#include "seed.h"
#include "studio.h"

enum { COMMITS = 30, BODY = 0 /* its number as a field */ };

struct play {
	seed random;
	size_t limit;
	Studio studio;
	sync_track *track;
	sync_trail *trail;
	uint64_t revision;
	char *seen[COMMITS + 1];
};

static char *json_of(const Studio *studio)
{
	sync_writer writer;
	sync_writer_init(&writer);
	studio_type.ops->write(&studio_type, &writer, studio);
	return sync_buf_cstr(&writer.out) ? writer.out.data : NULL;
}

/* A letter put in, or out, at some place; few letters, so that equal ones meet. */
static int any_edit(seed *random, const char *path, sync_str text, char *to, size_t size)
{
	size_t units = sync_text_units(text, sync_str_len(text));
	size_t at = units ? (size_t)seed_below(random, units + 1) : 0;
	if (units > at && seed_below(random, 3) == 0)
		return snprintf(to, size, "[{\"op\":\"text\",\"path\":\"%s\",\"delta\":[%zu,-1]}]",
				path, at);
	return snprintf(to, size, "[{\"op\":\"text\",\"path\":\"%s\",\"delta\":[%zu,\"%c\"]}]",
			path, at, "aab"[seed_below(random, 3)]);
}

static int any_op(struct play *play, char *to, size_t size)
{
	const Studio *studio = &play->studio;
	switch (seed_below(&play->random, 8)) {
	case 0:
		return studio->has_aside && seed_below(&play->random, 2)
			       ? snprintf(to, size, "[{\"op\":\"remove\",\"path\":\"/aside\"}]")
			       : snprintf(
					 to, size,
					 "[{\"op\":\"add\",\"path\":\"/aside\",\"value\":\"aa\"}]");
	case 1:
		return snprintf(
			to, size,
			"[{\"op\":\"replace\",\"path\":\"/box\",\"value\":{\"label\":\"ba\"}}]");
	case 2:
		return snprintf(to, size,
				"[{\"op\":\"replace\",\"path\":\"/body\",\"value\":\"%s\"}]",
				seed_below(&play->random, 2) ? "abab" : "");
	case 3:
		if (studio->has_aside)
			return any_edit(&play->random, "/aside", sync_text_str(&studio->aside), to,
					size);
		/* fall through */
	case 4:
		return any_edit(&play->random, "/box/label", sync_text_str(&studio->box.label), to,
				size);
	default:
		return any_edit(&play->random, "/body", sync_text_str(&studio->body), to, size);
	}
}

static sync_status commit(struct play *play)
{
	static const sync_apply_options extended = { .flags = SYNC_APPLY_EXTENDED };
	char op[128];
	sync_status status = SYNC_OK;
	for (uint64_t n = 1 + seed_below(&play->random, 3); n && status == SYNC_OK; n--) {
		int length = any_op(play, op, sizeof op);
		status = sync_track_apply(play->track, op, (size_t)length, &extended, NULL);
	}
	if (status != SYNC_OK)
		return status;
	sync_trail_commit(play->trail, play->track, ++play->revision, play->limit);
	sync_track_commit(play->track);
	return SYNC_OK;
}

static bool begin(struct play *play)
{
	studio_init(&play->studio);
	play->track = sync_track_new(&studio_type, &play->studio);
	play->trail = sync_trail_new(0);
	return play->track && play->trail;
}

static void end(struct play *play)
{
	sync_trail_free(play->trail);
	sync_track_free(play->track);
	studio_release(&play->studio);
	for (uint64_t r = 0; r <= COMMITS; r++)
		sync_free(play->seen[r]);
}

/* ---- patches ---- */

static struct cJSON *tree_of(const char *json)
{
	struct cJSON *tree = NULL;
	sync_reader reader;
	if (sync_reader_init(&reader, json, strlen(json), NULL))
		sync_read_json(&reader, &tree);
	return tree;
}

static bool leads(struct play *play, uint64_t since, unsigned *edits)
{
	sync_buf ops = { 0 };
	sync_error error = { 0 };
	struct cJSON *tree = tree_of(play->seen[since]), *now = tree_of(play->seen[play->revision]);
	bool ok = sync_trail_ops(play->trail, play->track, since, SYNC_SEE_PUBLIC, true, &ops) ==
			  SYNC_OK &&
		  sync_json_patch_extended(&tree, ops.data, ops.len, &error) == SYNC_OK &&
		  sync_json_equal(tree, now);
	if (!ok)
		printf("from %d: %s\nto %d: %s\nby %.*s: %s\n", (int)since, play->seen[since],
		       (int)play->revision, play->seen[play->revision], (int)ops.len, ops.data,
		       error.message);
	*edits += sync_buf_cstr(&ops) && strstr(ops.data, "\"text\"") != NULL;
	sync_json_free(tree);
	sync_json_free(now);
	sync_buf_release(&ops);
	return ok;
}

static bool play_one(uint64_t state, size_t limit, unsigned *edits)
{
	struct play play = { .random = { state }, .limit = limit };
	bool ok = begin(&play);
	play.seen[0] = json_of(&play.studio);
	while (ok && play.revision < COMMITS) {
		ok = commit(&play) == SYNC_OK;
		play.seen[play.revision] = json_of(&play.studio);
		for (uint64_t since = sync_trail_floor(play.trail); ok && since <= play.revision;
		     since++)
			ok = leads(&play, since, edits);
	}
	end(&play);
	return ok;
}

static void from_any_revision(void)
{
	static const size_t limits[] = { 1000, 9, 2 };
	seed first = seed_start("trail text");
	unsigned edits = 0;
	for (long i = 0; i < seed_rounds(300); i++) {
		uint64_t state = first.state + (uint64_t)i;
		bool ok = play_one(state, limits[state % 3], &edits);
		CU_ASSERT(ok);
		if (ok)
			continue;
		printf("SEED=%llu\n", (unsigned long long)state);
		break;
	}
	CU_ASSERT(edits > 0);
}

/* ---- what it knows ---- */

static void type(struct play *play, const char *op)
{
	static const sync_apply_options extended = { .flags = SYNC_APPLY_EXTENDED };
	CU_ASSERT_EQUAL(sync_track_apply(play->track, op, strlen(op), &extended, NULL), SYNC_OK);
	sync_trail_commit(play->trail, play->track, ++play->revision, play->limit);
	sync_track_commit(play->track);
}

static bool shift_is(struct play *play, uint64_t since, const char *wanted)
{
	text_shift shift = { 0 };
	sync_status status =
		sync_trail_text(play->trail, &play->studio.node_, BODY, since, UINT64_MAX, &shift);
	char is[64] = "";
	for (size_t i = 0; i < shift.count; i++)
		snprintf(is + strlen(is), sizeof is - strlen(is), "%c%u",
			 "=-+"[shift.parts[i].verb], (unsigned)shift.parts[i].units);
	sync_shift_release(&shift);
	bool ok = status == SYNC_OK ? wanted && strcmp(is, wanted) == 0
				    : status == SYNC_STALE && !wanted;
	if (!ok)
		printf("  is %s %s\n", sync_status_name(status), is);
	return ok;
}

static void how_a_text_was_edited(void)
{
	struct play play = { .limit = 3 };
	CU_ASSERT_FATAL(begin(&play));
	type(&play, "[{\"op\":\"replace\",\"path\":\"/body\",\"value\":\"aaaa\"}]");
	type(&play, "[{\"op\":\"text\",\"path\":\"/body\",\"delta\":[1,\"a\"]}]");
	ROW("where it was put in, not where it differs", shift_is(&play, 1, "=1+1"));
	type(&play, "[{\"op\":\"text\",\"path\":\"/body\",\"delta\":[1,-1,2,\"b\"]}]");
	ROW("two places", shift_is(&play, 2, "=1-1=2+1"));
	ROW("one after the other", shift_is(&play, 1, "=3+1"));
	ROW("more than is kept", shift_is(&play, 0, NULL));
	ROW("since now", shift_is(&play, 3, ""));
	type(&play, "[{\"op\":\"text\",\"path\":\"/body\",\"delta\":[\"x\"]},"
		    "{\"op\":\"replace\",\"path\":\"/body\",\"value\":\"aab\"}]");
	ROW("written as a whole behind an edit", shift_is(&play, 3, "=2+1-3"));
	end(&play);
}

/* It knows less then, and says so. */
static void without_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		struct play play = { .random = { 3 }, .limit = 100 };
		bool ok = begin(&play);
		for (int i = 0; ok && i < 8; i++) {
			sync_status status = commit(&play);
			ok = status == SYNC_OK;
			if (!ok)
				CU_ASSERT_EQUAL(status, SYNC_NOMEM);
		}
		sync_buf ops = { 0 };
		if (ok)
			sync_trail_ops(play.trail, play.track, sync_trail_floor(play.trail),
				       SYNC_SEE_PUBLIC, true, &ops);
		sync_buf_release(&ops);
		end(&play);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

int test_trail_text(void)
{
	CU_pSuite suite = CU_add_suite("trail_text", NULL, NULL);
	return !suite || !CU_add_test(suite, "from any revision", from_any_revision) ||
	       !CU_add_test(suite, "how a text was edited", how_a_text_was_edited) ||
	       !CU_add_test(suite, "without memory", without_memory);
}
