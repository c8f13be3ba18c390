/*
 * Messages that cross: a peer has changed its copy and said so, and before it could know it was
 * told of a change of the same. Its copy is then something else than the document, and nothing in
 * the dialect shows that. So what was told within a few seconds counts as perhaps not known yet; a
 * peer that changes the same is in doubt, and is given the whole state once it has been quiet for
 * as long. (At once would be no use: what it says meanwhile would cross that too.)
 */
#include "session_ws_sync.h"

#include <syncgen/alloc.h>

enum { CROSS_MS = 2000 };

struct ws_sync_told {
	sync_alarm doubt; /* first: the alarm is this */
	sync_join *join;
	uint64_t fields[2]; /* that it was told of since `since`, and in the CROSS_MS before */
	uint64_t since;
};

static void quiet_at_last(sync_alarm *alarm)
{
	struct ws_sync_told *told = (void *)alarm;
	sync_join_resync(told->join, 0);
}

static struct ws_sync_told *told_of(sync_join *join)
{
	if (join->told || !(join->told = sync_calloc(1, sizeof *join->told)))
		return join->told;
	join->told->join = join;
	join->told->doubt.ring = quiet_at_last;
	join->told->since = join->session->hub->now;
	return join->told;
}

void ws_sync_forget_told(sync_join *join)
{
	if (join->told)
		sync_alarm_clear(&join->told->doubt);
	sync_free(join->told);
	join->told = NULL;
}

static void grow_old(struct ws_sync_told *told, uint64_t now)
{
	uint64_t age = now - told->since;
	if (age < CROSS_MS)
		return;
	told->fields[1] = age < 2 * CROSS_MS ? told->fields[0] : 0;
	told->fields[0] = 0;
	told->since = now;
}

void ws_sync_tell(sync_join *join, uint64_t fields)
{
	struct ws_sync_told *told = told_of(join);
	if (!told) { /* no memory to be careful with */
		sync_join_resync(join, 0);
		return;
	}
	grow_old(told, join->session->hub->now);
	told->fields[0] |= fields;
}

void ws_sync_judge(sync_join *join, uint64_t fields)
{
	struct ws_sync_told *told = join->told;
	if (!told)
		return;
	grow_old(told, join->session->hub->now);
	bool crossed = (told->fields[0] | told->fields[1]) & fields;
	if (crossed || told->doubt.hub)
		sync_alarm_set(&told->doubt, join->session->hub, CROSS_MS);
}
