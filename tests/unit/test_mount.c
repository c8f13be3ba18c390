/* Which path leads where. */
#include <CUnit/CUnit.h>

#include <string.h>

#include "../../runtime/mount.h"
#include "fault.h"
#include "row.h"

static const struct {
	const char *mount, *path;
	bool leads;
} paths[] = {
	{ "/ws", "/ws", true },
	{ "/ws", "/w", false },
	{ "/ws", "/wss", false },
	{ "/ws", "/ws/", false },
	{ "/ws/", "/ws", false },
	{ "/ws/", "/ws/", true },
	{ "/ws", "/", false },
	{ "/ws", "", false },
	{ "/", "/", true },
	{ "/room/{id}", "/room/7", true },
	{ "/room/{id}", "/room/{id}", true },
	{ "/room/{id}", "/room/a b", true },
	{ "/room/{id}", "/room/", false },
	{ "/room/{id}", "/room", false },
	{ "/room/{id}", "/room/7/", false },
	{ "/room/{id}", "/room/7/8", false },
	{ "/room/{id}/ws", "/room/7/ws", true },
	{ "/room/{id}/ws", "/room//ws", false },
	{ "/room/{id}/ws", "/room/ws", false },
	{ "/{a}/{b}", "/x/y", true },
	{ "/{a}/{b}", "/x", false },
	{ "/{a}", "/x", true },
	{ "/x{a}", "/xy", false }, /* a whole segment, or none */
	{ "/x{a}", "/x{a}", true },
	{ "/{}", "/x", false },
};

static void which_lead_there(void)
{
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		sync_mount *mount = sync_mount_new(&(sync_mount){ .path = paths[i].mount }, NULL);
		ROW(paths[i].path,
		    mount && sync_mount_leads(mount, paths[i].path) == paths[i].leads);
		sync_mount_free(mount);
	}
}

static const struct {
	const char *mount, *path, *key, *made;
} keys[] = {
	{ "/ws", "/ws", "NOTES", "NOTES" },
	{ "/ws", "/ws", "ROOM/{id}", "ROOM/{id}" },
	{ "/room/{id}", "/room/7", "ROOM/{id}", "ROOM/7" },
	{ "/room/{id}", "/room/7", "{id}/{id}:{other}", "7/7:{other}" },
	{ "/room/{id}", "/room/a b:{id}", "ROOM/{id}", "ROOM/a%20b%3A%7Bid%7D" },
	{ "/room/{id}/{at}", "/room/1/2", "ROOM/{at}/{id}", "ROOM/2/1" },
	{ "/room/{id}", "/room/7", "ROOM/{id", "ROOM/{id" },
	{ "/room/{id}", "/room/7", "ROOM/id}", "ROOM/id}" },
	{ "/room/{id}", "/room/7", "", "" },
};

static void which_keys(void)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const char *const list[] = { keys[i].key, "MORE", NULL };
		char **made;
		sync_mount *mount =
			sync_mount_new(&(sync_mount){ .path = keys[i].mount, .keys = list }, NULL);
		if (!ROW(keys[i].key, mount && sync_mount_keys(mount, keys[i].path, &made)))
			continue;
		ROW(keys[i].key, strcmp(made[0], keys[i].made) == 0);
		ROW(keys[i].key, strcmp(made[1], "MORE") == 0 && !made[2]);
		sync_mount_free_keys(made);
		sync_mount_free(mount);
	}
}

static void all_keys(void)
{
	char **made = NULL;
	sync_mount *mount = sync_mount_new(&(sync_mount){ .path = "/ws" }, NULL);
	CU_ASSERT(sync_mount_keys(mount, "/ws", &made) && made == NULL);
	CU_ASSERT(sync_mount_speaks(mount, SYNC_DIALECT_NATIVE));
	mount->dialects = 1u << SYNC_DIALECT_WS_SYNC;
	CU_ASSERT(!sync_mount_speaks(mount, SYNC_DIALECT_NATIVE));
	CU_ASSERT(sync_mount_speaks(mount, SYNC_DIALECT_WS_SYNC));
	sync_mount_free(mount);
	sync_mount_free(NULL);
}

static void no_paths(void)
{
	static const char *const bad[] = { "", "ws", "/a b", "/a?b", "/a#b", "/a\nb" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		sync_error error;
		sync_mount *mount = sync_mount_new(&(sync_mount){ .path = bad[i] }, &error);
		ROW(bad[i], !mount && error.code == SYNC_INVALID);
	}
}

static void out_of_memory(void)
{
	static const char *const list[] = { "ROOM/{id}", "NOTES", NULL };
	long n = 1;
	for (; fault_next(n); n++) {
		char **made = NULL;
		sync_mount *mount =
			sync_mount_new(&(sync_mount){ .path = "/{id}", .keys = list }, NULL);
		if (mount && sync_mount_keys(mount, "/x", &made))
			CU_ASSERT(made && made[1] && !made[2]);
		sync_mount_free_keys(made);
		sync_mount_free(mount);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	CU_ASSERT(n > 6);
}

int test_mount(void);
int test_mount(void)
{
	CU_pSuite suite = CU_add_suite("mount", NULL, NULL);
	return !suite || !CU_add_test(suite, "which lead there", which_lead_there) ||
	       !CU_add_test(suite, "which keys", which_keys) ||
	       !CU_add_test(suite, "all keys", all_keys) ||
	       !CU_add_test(suite, "no paths", no_paths) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
