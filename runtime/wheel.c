#include "wheel.h"

static void ring_init(sync_wheel_entry *head)
{
	head->next = head->prev = head;
}

static void link_before(sync_wheel_entry *at, sync_wheel_entry *entry)
{
	entry->next = at;
	entry->prev = at->prev;
	at->prev->next = entry;
	at->prev = entry;
}

void sync_wheel_init(sync_wheel *wheel)
{
	wheel->now = 0;
	for (size_t i = 0; i < SYNC_WHEEL_SLOTS; i++)
		ring_init(&wheel->slots[i]);
}

void sync_wheel_clear(sync_wheel_entry *entry)
{
	if (!entry->next)
		return;
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	entry->next = entry->prev = NULL;
}

void sync_wheel_set(sync_wheel *wheel, sync_wheel_entry *entry, uint64_t ticks)
{
	if (ticks < 1)
		ticks = 1;
	if (ticks > SYNC_WHEEL_SLOTS - 1)
		ticks = SYNC_WHEEL_SLOTS - 1;
	sync_wheel_clear(entry);
	link_before(&wheel->slots[(wheel->now + ticks) % SYNC_WHEEL_SLOTS], entry);
}

void sync_wheel_tick(sync_wheel *wheel, void (*due)(sync_wheel_entry *entry, void *arg), void *arg)
{
	wheel->now = (wheel->now + 1) % SYNC_WHEEL_SLOTS;
	sync_wheel_entry *head = &wheel->slots[wheel->now];
	/* Nothing lands in the slot of now, so it empties. */
	while (head->next != head) {
		sync_wheel_entry *entry = head->next;
		sync_wheel_clear(entry);
		due(entry, arg);
	}
}

void sync_wheel_each(sync_wheel *wheel, void (*visit)(sync_wheel_entry *entry, void *arg),
		     void *arg)
{
	for (size_t i = 0; i < SYNC_WHEEL_SLOTS; i++) {
		sync_wheel_entry *head = &wheel->slots[i], *next;
		for (sync_wheel_entry *entry = head->next; entry != head; entry = next) {
			next = entry->next;
			visit(entry, arg);
		}
	}
}
