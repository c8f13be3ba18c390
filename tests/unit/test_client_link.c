/*
 * When a client dials, waits and hangs up, in virtual time; and where it dials.
 */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include "../../runtime/client_url.h"
#include "client_rig.h"
#include "row.h"
#include "suite.h"

/* ---- connections ---- */

static void waits_are_jittered_and_bounded(void)
{
	struct rig rig;
	uint64_t longest = 0, sum = 0;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	CU_ASSERT_EQUAL(rig_let_in(&rig), 0);
	for (unsigned i = 0; i < 60; i++) {
		sync_client_closed(rig.client, rig.now, 0, "reset");
		uint64_t took = rig_let_in(&rig), most = i < 6 ? (uint64_t)500 << i : 30000;
		CU_ASSERT(took <= most);
		longest = took > longest ? took : longest;
		sum += took;
	}
	CU_ASSERT(longest > 20000);
	CU_ASSERT(sum > 60 * 5000 && sum < 60 * 25000);
	rig.now += 5000; /* up for so long */
	sync_client_closed(rig.client, rig.now, 0, "reset");
	CU_ASSERT(rig_let_in(&rig) <= 500);
	rig_close(&rig);
}

static void close_codes(void)
{
	static const struct {
		unsigned code;
		bool final;
	} codes[] = { { 0, false },    { 1000, false }, { 1001, false },
		      { 1006, false }, { 4000, false }, { 4499, false },
		      { 4500, true },  { 4999, true },	{ 5000, false } };
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		struct rig rig;
		char name[16];
		snprintf(name, sizeof name, "%u", codes[i].code);
		CU_ASSERT_FATAL(rig_open(&rig, NULL));
		rig_load(&rig);
		sync_client_closed(rig.client, rig.now, codes[i].code, NULL);
		ROW(name, (rig_let_in(&rig) == UINT64_MAX) == codes[i].final);
		rig_close(&rig);
	}
}

static void a_silent_server_is_left(void)
{
	struct rig rig;
	unsigned pings = 0;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	uint64_t start = rig.now;
	while (sync_client_poll(rig.client, rig.now) != SYNC_CLIENT_HANG_UP) {
		pings += strstr(rig_said(&rig), "'ping'") != NULL;
		rig.now = sync_client_deadline(rig.client);
	}
	CU_ASSERT_EQUAL(pings, 2);
	CU_ASSERT_EQUAL(rig.now - start, 50000);
	CU_ASSERT(rig_let_in(&rig) <= 500);
	rig_close(&rig);
}

static void a_connection_that_never_opens(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	CU_ASSERT_EQUAL(sync_client_poll(rig.client, rig.now), SYNC_CLIENT_DIAL);
	rig.now = sync_client_deadline(rig.client);
	CU_ASSERT_EQUAL(rig.now, RIG_START + 15000);
	CU_ASSERT_EQUAL(sync_client_poll(rig.client, rig.now), SYNC_CLIENT_HANG_UP);
	rig_close(&rig);
}

static void offline_and_stopped(void)
{
	struct rig rig;
	CU_ASSERT_FATAL(rig_open(&rig, NULL));
	rig_load(&rig);
	sync_client_set_online(rig.client, rig.now, false);
	CU_ASSERT_EQUAL(sync_client_poll(rig.client, rig.now), SYNC_CLIENT_HANG_UP);
	CU_ASSERT_EQUAL(rig_let_in(&rig), UINT64_MAX);
	sync_client_set_online(rig.client, rig.now, true);
	CU_ASSERT_EQUAL(rig_let_in(&rig), 0);
	sync_client_stop(rig.client);
	CU_ASSERT_EQUAL(rig_let_in(&rig), UINT64_MAX);
	sync_client_start(rig.client, rig.now);
	CU_ASSERT_EQUAL(rig_let_in(&rig), 0);
	CU_ASSERT_TRUE(rig_shows(&rig, STATE)); /* it stays readable */
	rig_close(&rig);
}

static void attempts_end(void)
{
	unsigned tries = 0;
	sync_client *client = sync_client_new(&(sync_client_options){ .seed = 1, .attempts = 3 });
	CU_ASSERT_PTR_NOT_NULL_FATAL(client);
	for (uint64_t now = RIG_START; now != UINT64_MAX; now = sync_client_deadline(client))
		while (sync_client_poll(client, now) == SYNC_CLIENT_DIAL) {
			sync_client_closed(client, now, 0, "refused");
			tries++;
		}
	CU_ASSERT_EQUAL(tries, 4);
	sync_client_status status;
	sync_client_status_get(client, &status);
	CU_ASSERT_TRUE(status.final);
	CU_ASSERT_STRING_EQUAL(status.error.message, "refused");
	sync_client_free(client);
}

/* ---- where ---- */

static void addresses(void)
{
	static const struct {
		const char *text, *host, *authority, *path; /* host NULL: refused */
		int port;
	} rows[] = {
		{ "ws://h", "h", "h", "/", 80 },
		{ "wss://h", "h", "h", "/", 443 },
		{ "ws://h:8080/ws", "h", "h:8080", "/ws", 8080 },
		{ "ws://h/a/b?c=d", "h", "h", "/a/b?c=d", 80 },
		{ "ws://h?c", "h", "h", "/?c", 80 },
		{ "ws://[::1]:9/x", "::1", "[::1]:9", "/x", 9 },
		{ "ws://[::1]", "::1", "[::1]", "/", 80 },
		{ "http://h", NULL, NULL, NULL, 0 },
		{ "ws://", NULL, NULL, NULL, 0 },
		{ "ws://:80", NULL, NULL, NULL, 0 },
		{ "ws://h:", NULL, NULL, NULL, 0 },
		{ "ws://h:0", NULL, NULL, NULL, 0 },
		{ "ws://h:65536", NULL, NULL, NULL, 0 },
		{ "ws://h:8x", NULL, NULL, NULL, 0 },
		{ "ws://[::1", NULL, NULL, NULL, 0 },
		{ "ws://[::1]x", NULL, NULL, NULL, 0 },
		{ "ws://u@h", NULL, NULL, NULL, 0 },
		{ "ws://h/\r\nX: y", NULL, NULL, NULL, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		client_url url;
		sync_status status = client_url_parse(&url, rows[i].text, NULL);
		if (!ROW(rows[i].text, (status == SYNC_OK) == (rows[i].host != NULL)) || status)
			continue;
		ROW(rows[i].text, strcmp(url.host, rows[i].host) == 0);
		ROW(rows[i].text, strcmp(url.authority, rows[i].authority) == 0);
		ROW(rows[i].text, strcmp(url.path, rows[i].path) == 0);
		ROW(rows[i].text, url.port == rows[i].port);
	}
}

int test_client_link(void)
{
	static const CU_TestInfo tests[] = {
		{ "waits", waits_are_jittered_and_bounded },
		{ "close codes", close_codes },
		{ "a silent server", a_silent_server_is_left },
		{ "never opens", a_connection_that_never_opens },
		{ "offline, stopped", offline_and_stopped },
		{ "attempts", attempts_end },
		{ "addresses", addresses },
		CU_TEST_INFO_NULL,
	};
	return suite_add("client_link", tests);
}
