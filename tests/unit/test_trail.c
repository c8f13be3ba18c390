#include <CUnit/CUnit.h>

#include "../../runtime/trail.h"
#include "fault.h"
#include "row.h"
#include "script.h"

#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/cell.h>

enum { COMMITS = 24 };

static const uint64_t everything = ~(uint64_t)SYNC_SEE_LOCAL;

static char *json_for(const Board *board, uint64_t sees)
{
	sync_writer writer;
	sync_writer_init(&writer);
	writer.sees = sees;
	board_type.ops->write(&board_type, &writer, board);
	CU_ASSERT_FATAL(sync_buf_cstr(&writer.out) != NULL);
	return writer.out.data;
}

static struct cJSON *tree_of(const char *json)
{
	struct cJSON *tree = NULL;
	sync_reader reader;
	bool read = sync_reader_init(&reader, json, strlen(json), NULL) &&
		    sync_read_json(&reader, &tree);
	if (!ROW(json, read))
		printf("%s: %s\n", reader.error.pointer, reader.error.message);
	return tree;
}

static bool patch_gives(const char *before, const sync_buf *ops, const char *after)
{
	struct cJSON *tree = tree_of(before), *wanted = tree_of(after);
	sync_error error;
	sync_status status = sync_json_patch_extended(&tree, ops->data, ops->len, &error);
	bool ok = status == SYNC_OK && sync_json_equal(tree, wanted);
	if (!ok)
		printf("before %s\nops %.*s\nafter %s\n%s at %s: %s\n", before, (int)ops->len,
		       ops->data, after, sync_status_name(status), error.pointer, error.message);
	sync_json_free(tree);
	sync_json_free(wanted);
	return ok;
}

static bool one_commit(seed *random, Board *board, sync_track *track, sync_trail *trail,
		       uint64_t revision, size_t limit)
{
	size_t steps = (size_t)seed_below(random, seed_below(random, 4) ? 4 : 30);
	for (size_t i = 0; i <= steps; i++)
		script_step(random, board);
	sync_error error;
	if (sync_track_check(track, &error) != SYNC_OK) {
		sync_track_rollback(track);
		return false;
	}
	sync_trail_commit(trail, track, revision, limit);
	sync_track_commit(track);
	return true;
}

/* From every revision that the trail knows, for a viewer of all and for one of what is public. */
static bool play(uint64_t state, size_t limit)
{
	seed random = { state };
	Board board;
	char *seen[2][COMMITS + 1];
	bool ok = true;
	board_type.ops->init(&board_type, &board);
	sync_track *track = sync_track_new(&board_type, &board);
	sync_trail *trail = sync_trail_new(0);
	for (unsigned v = 0; v < 2; v++)
		seen[v][0] = json_for(&board, v ? SYNC_SEE_PUBLIC : everything);
	uint64_t revision = 0;
	while (ok && revision < COMMITS) {
		if (!one_commit(&random, &board, track, trail, revision + 1, limit))
			continue;
		revision++;
		for (unsigned v = 0; v < 2; v++)
			seen[v][revision] = json_for(&board, v ? SYNC_SEE_PUBLIC : everything);
		CU_ASSERT(sync_trail_length(trail) <= limit);
		uint64_t since = seed_below(&random, revision + 1);
		unsigned v = (unsigned)seed_below(&random, 2);
		bool edits = seed_below(&random, 2);
		sync_buf ops = { 0 };
		sync_status status = sync_trail_ops(trail, track, since,
						    v ? SYNC_SEE_PUBLIC : everything, edits, &ops);
		if (since < sync_trail_floor(trail))
			ok = status == SYNC_STALE;
		else
			ok = status == SYNC_OK &&
			     patch_gives(seen[v][since], &ops, seen[v][revision]);
		if (!ok)
			printf("from %d to %d\n", (int)since, (int)revision);
		sync_buf_release(&ops);
	}
	for (uint64_t r = 0; r <= revision; r++)
		for (unsigned i = 0; i < 2; i++)
			sync_free(seen[i][r]);
	sync_trail_free(trail);
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
	return ok;
}

static void leads_from_any_revision(void)
{
	static const size_t limits[] = { 100000, 100000, 40, 3 };
	seed first = seed_start("trail");
	long rounds = seed_rounds(400);
	for (long i = 0; i < rounds; i++) {
		uint64_t state = first.state + (uint64_t)i;
		if (play(state, limits[state % 4]))
			continue;
		printf("SEED=%llu\n", (unsigned long long)state);
		CU_FAIL("a trail");
		break;
	}
}

/* A trail that runs out of memory knows less, and says so; it never lies. */
static void without_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		seed random = { 5 };
		Board board;
		board_type.ops->init(&board_type, &board);
		sync_track *track = sync_track_new(&board_type, &board);
		sync_trail *trail = sync_trail_new(0);
		for (uint64_t revision = 1; track && trail && revision < 6; revision++)
			one_commit(&random, &board, track, trail, revision, 100);
		sync_buf ops = { 0 };
		if (track && trail)
			sync_trail_ops(trail, track, sync_trail_floor(trail), everything, false,
				       &ops);
		sync_buf_release(&ops);
		sync_trail_free(trail);
		sync_track_free(track);
		board_type.ops->release(&board_type, &board);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
}

/* Positions in a set are not followed: that something came in or went is all that is to be known. A
 * view of them once wrote behind its end. */
static void a_set_has_changed_or_not(void)
{
	static const uint32_t five = 5;
	Board board;
	board_type.ops->init(&board_type, &board);
	sync_track *track = sync_track_new(&board_type, &board);
	sync_trail *trail = sync_trail_new(0);
	const sync_node *set = &board.numbers.list.node;
	CU_ASSERT_EQUAL(sync_set_add_bytes(&board.tags, board_field[BOARD_TAGS].type->elem, "a", 1),
			SYNC_OK);
	sync_trail_commit(trail, track, 1, 100);
	sync_track_commit(track);
	CU_ASSERT_EQUAL(sync_trail_still(trail, set, 0, 1), SYNC_OK);
	CU_ASSERT_EQUAL(sync_set_add(&board.numbers, board_field[BOARD_NUMBERS].type->elem, &five),
			SYNC_OK);
	sync_trail_commit(trail, track, 2, 100);
	sync_track_commit(track);
	CU_ASSERT_EQUAL(sync_trail_still(trail, set, 1, 2), SYNC_STALE);
	CU_ASSERT_EQUAL(sync_trail_still(trail, set, 1, 1), SYNC_OK);
	CU_ASSERT_EQUAL(sync_trail_still(trail, set, 2, 2), SYNC_OK);
	sync_trail_free(trail);
	sync_track_free(track);
	board_type.ops->release(&board_type, &board);
}

int test_trail(void)
{
	board_setup();
	CU_pSuite suite = CU_add_suite("trail", NULL, NULL);
	return !suite || !CU_add_test(suite, "without memory", without_memory) ||
	       !CU_add_test(suite, "a set has changed or not", a_set_has_changed_or_not) ||
	       !CU_add_test(suite, "from any revision", leads_from_any_revision);
}
