/*
 * The conversations of tests/wire/native from a client's side: this plays the server
 * (tests/wire/README.md says how). The board and the meter are typed, other documents are not.
 */
#include "wire_play.h"

#include <glob.h>

#include "row.h"
#include "wire/board.h"

/* ---- steps ---- */

static bool expect(struct play *play, struct actor *actor, const cJSON *wanted)
{
	cJSON *said = hear(play, actor);
	if (!said) {
		pass(play, actor, 2 * TAIL_MS);
		said = hear(play, actor);
	}
	if (!member(wanted, "limits"))
		cJSON_DeleteItemFromObject(said, "limits"); /* of a hello */
	bool good = said && words_match(&play->words, said, wanted);
	if (!good) {
		char *text = cJSON_PrintUnformatted(said);
		printf("  is       %s\n", text ? text : "nothing");
		free(text);
	}
	cJSON_Delete(said);
	return good;
}

static bool expect_one(struct play *play, struct actor *actor, const cJSON *step)
{
	const cJSON *zeros = member(step, "zeros");
	if (!zeros)
		return expect(play, actor, member(step, "send"));
	cJSON *wanted = cJSON_CreateObject();
	cJSON_AddItemToObject(wanted, "zeros", cJSON_Duplicate(zeros, true));
	bool good = expect(play, actor, wanted);
	cJSON_Delete(wanted);
	return good;
}

static bool tell(struct play *play, struct actor *actor, const cJSON *step)
{
	const cJSON *zeros = member(step, "zeros");
	if (cJSON_IsTrue(member(step, "lost")))
		return true;
	if (zeros)
		deliver_zeros(play, actor, (size_t)zeros->valueint);
	else
		deliver(play, actor, member(step, "frame"));
	return true;
}

static bool do_step(struct play *play, const cJSON *step)
{
	static const char *const who[] = { "open", "from", "to", "reset", "close", "app", "see" };
	const cJSON *name = NULL;
	for (size_t i = 0; i < sizeof who / sizeof *who && !name; i++)
		name = member(step, who[i]);
	struct actor *actor = find_actor(play, name ? name->valuestring : "a", NULL);
	if (member(step, "open"))
		return let_in(play, actor);
	if (member(step, "from"))
		return expect_one(play, actor, step);
	if (member(step, "to"))
		return tell(play, actor, step);
	if (member(step, "reset"))
		return cut(play, actor, 0);
	if (member(step, "close"))
		return cut(play, actor, (unsigned)member(step, "code")->valueint);
	if (member(step, "wait"))
		pass(play, actor, (uint64_t)member(step, "wait")->valueint);
	if (member(step, "app"))
		return act(play, actor, step);
	if (member(step, "answer"))
		return look_at_answer(play, step);
	if (member(step, "task"))
		return look_at_task(play, step);
	return !member(step, "see") || see(actor, step);
}

/* ---- conversations ---- */

static bool is_ours(const cJSON *conversation)
{
	const cJSON *side;
	bool ours = !member(conversation, "sides");
	cJSON_ArrayForEach(side, member(conversation, "sides")) ours =
		ours || strcmp(side->valuestring, "client") == 0;
	return ours;
}

static bool speaks_of_pings(const cJSON *conversation)
{
	const cJSON *step;
	bool pings = false;
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		const cJSON *t = member(member(step, "send"), "t");
		pings = pings || (t && strcmp(t->valuestring, "ping") == 0);
	}
	return pings;
}

/* Nothing more is said. */
static void finish(struct play *play)
{
	for (struct actor *actor = play->actors; *actor->name; actor++) {
		pass(play, actor, TAIL_MS);
		cJSON *more = hear(play, actor);
		ROW(play->name, !more);
		cJSON_Delete(more);
		end_actor(actor);
	}
	end_answers(play);
	words_release(&play->words);
}

static void converse(const char *file, const cJSON *conversation)
{
	static struct play play;
	memset(&play, 0, sizeof play);
	const cJSON *step, *keys;
	bool good = true;
	play.conversation = conversation;
	play.now = 1000;
	play.pings = speaks_of_pings(conversation);
	words_bind(&play.words, "$hash.Board", cJSON_CreateString(wire_board_model.hash));
	words_bind(&play.words, "$hash.Meter", cJSON_CreateString(wire_meter_model.hash));
	cJSON_ArrayForEach(keys, member(conversation, "joined")) good =
		good && shake_hands(&play, keys);
	cJSON_ArrayForEach(step, member(conversation, "steps"))
	{
		char *text = cJSON_PrintUnformatted(step);
		snprintf(play.name, sizeof play.name, "%s: %s: %.100s", strrchr(file, '/') + 1,
			 member(conversation, "name")->valuestring, text);
		free(text);
		good = good && ROW(play.name, do_step(&play, step));
	}
	finish(&play);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	if (!file || !text || !fread(text, 1, (1 << 20) - 1, file)) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}

static void conversations(void)
{
	glob_t files;
	unsigned played = 0;
	CU_ASSERT_FATAL(glob(TEST_TOP "/tests/wire/native/*.json", 0, NULL, &files) == 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *text = read_file(files.gl_pathv[i]);
		cJSON *list = text ? cJSON_Parse(text) : NULL, *one;
		ROW(files.gl_pathv[i], list != NULL);
		cJSON_ArrayForEach(one, list)
		{
			if (!is_ours(one))
				continue;
			converse(files.gl_pathv[i], one);
			played++;
		}
		cJSON_Delete(list);
		free(text);
	}
	globfree(&files);
	CU_ASSERT(played >= 50);
}

int test_client_wire(void)
{
	CU_pSuite suite = CU_add_suite("client_wire", NULL, NULL);
	return !suite || !CU_add_test(suite, "conversations", conversations);
}
