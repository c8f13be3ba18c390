#include "fan.h"

#include <syncgen/session.h>

#include <stdio.h>
#include <string.h>

#include "live.h"

enum { SESSIONS = 1000, LINE = 84 };

static sync_session *sessions[SESSIONS], *woken[SESSIONS];
static size_t woken_count;
static sync_doc *doc;
static char line[LINE + 1]; /* what was said last */

static void wake(void *arg)
{
	woken[woken_count++] = *(sync_session **)arg;
}

static sync_status say(LiveDoc *live, void *arg)
{
	static unsigned number;
	(void)arg;
	memset(line, '-', LINE);
	line[number++ % LINE] = '+';
	return live_set_line(live, line);
}

/* As a transport does: once a session says that there is nothing more, it wakes again. */
static void drain(sync_session *session)
{
	sync_frame frame;
	while (sync_session_next(session, &frame))
		bench_kept += frame.length;
}

static sync_status join(sync_hub *hub, sync_session **place)
{
	static const char hello[] = "{\"t\":\"hello\",\"v\":1,\"docs\":[{\"doc\":\"LIVE\"}]}";
	*place = sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
								.wake = wake,
								.arg = place });
	if (!*place || sync_session_receive(*place, hello, sizeof hello - 1, false) != SYNC_OK)
		return SYNC_NOMEM;
	drain(*place);
	return SYNC_OK;
}

bool fan_set_up(const char *folder)
{
	(void)folder;
	sync_hub *hub = sync_hub_new(NULL);
	must(hub ? sync_hub_add(hub, &live_model, NULL, NULL, NULL) : SYNC_NOMEM, "hub");
	doc = sync_hub_doc(hub, live_model.key);
	for (size_t i = 0; i < SESSIONS; i++)
		must(join(hub, &sessions[i]), "session");
	return true;
}

void fan_out(void)
{
	woken_count = 0;
	must(live_update(doc, say, NULL, NULL), "commit");
	for (size_t i = 0; i < woken_count; i++)
		drain(woken[i]);
}

/* Each is woken, and given one frame that ends with the new line. */
void fan_check(void)
{
	sync_frame frame;
	size_t right = 0, bytes = 0;
	char wanted[LINE + 8];
	woken_count = 0;
	must(live_update(doc, say, NULL, NULL), "commit");
	int length = snprintf(wanted, sizeof wanted, "%s\"}]}", line);
	for (size_t i = 0; i < woken_count; i++) {
		bool given = sync_session_next(woken[i], &frame);
		bytes = given ? frame.length : 0;
		right += given && bytes > (size_t)length &&
			 memcmp(frame.data + bytes - (size_t)length, wanted, (size_t)length) == 0 &&
			 !sync_session_next(woken[i], &frame);
	}
	bench_answer(right == SESSIONS, bytes);
}
