#include "share.h"

#include <stddef.h>

enum { MS_PER_S = 1000 };

/* ---- what it had ---- */

static uint32_t counts_now(const sync_share *share, uint32_t second)
{
	uint32_t passed = second - share->at;
	return passed < 32 ? share->used >> passed : 0;
}

void sync_share_spend(sync_share *share, uint64_t now, uint64_t us)
{
	uint32_t second = (uint32_t)(now / MS_PER_S), used = counts_now(share, second);
	share->used = us < UINT32_MAX - used ? used + (uint32_t)us : UINT32_MAX;
	share->at = second;
}

unsigned sync_share_level(const sync_share *share, uint64_t now)
{
	uint32_t used = counts_now(share, (uint32_t)(now / MS_PER_S)) / SYNC_SHARE_LITTLE_US;
	unsigned level = 0;
	for (; used && level < SYNC_SHARE_LEVELS - 1; used >>= 1)
		level++;
	return level;
}

/* ---- who waits ---- */

void sync_turns_init(sync_turns *turns)
{
	for (unsigned i = 0; i < SYNC_SHARE_LEVELS; i++)
		turns->levels[i].next = turns->levels[i].prev = &turns->levels[i];
	turns->served = 0;
}

void sync_turns_put(sync_turns *turns, sync_share *share, uint64_t now)
{
	sync_share *head = &turns->levels[sync_share_level(share, now)];
	share->next = head;
	share->prev = head->prev;
	head->prev->next = share;
	head->prev = share;
}

void sync_share_leave(sync_share *share)
{
	if (!share->next)
		return;
	share->prev->next = share->next;
	share->next->prev = share->prev;
	share->next = share->prev = NULL;
}

sync_share *sync_turns_take(sync_turns *turns)
{
	bool greediest = ++turns->served % SYNC_SHARE_GREEDY_EVERY == 0;
	for (unsigned i = 0; i < SYNC_SHARE_LEVELS; i++) {
		sync_share *head = &turns->levels[greediest ? SYNC_SHARE_LEVELS - 1 - i : i];
		sync_share *first = head->next;
		if (first == head)
			continue;
		sync_share_leave(first);
		return first;
	}
	return NULL;
}

bool sync_turns_each(sync_turns *turns, void (*visit)(sync_share *share))
{
	bool any = false;
	for (unsigned i = 0; i < SYNC_SHARE_LEVELS; i++) {
		sync_share *head = &turns->levels[i];
		for (sync_share *share = head->next; share != head; share = share->next) {
			visit(share);
			any = true;
		}
	}
	return any;
}
