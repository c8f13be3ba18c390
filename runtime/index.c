#include "index.h"

#include <string.h>

#include <syncgen/alloc.h>

/* ---- the table ---------------------------------------------------------------------------- */

enum { FIRST_SLOTS = 32 };

static struct sync_index *new_index(size_t slots)
{
	if (slots > (SIZE_MAX - sizeof(struct sync_index)) / sizeof(sync_slot))
		return NULL;
	struct sync_index *index = sync_calloc(1, sizeof(*index) + slots * sizeof(sync_slot));
	if (index)
		index->mask = slots - 1;
	return index;
}

bool sync_index_reserve(struct sync_index **index, size_t count)
{
	size_t slots = *index ? (*index)->mask + 1 : 0;
	if (count <= slots - slots / 4 && slots)
		return true;
	if (count > SIZE_MAX / 64)
		return false;
	size_t wanted = FIRST_SLOTS;
	while (wanted - wanted / 4 < count)
		wanted *= 2;
	struct sync_index *bigger = new_index(wanted);
	if (!bigger)
		return false;
	for (size_t i = 0; i < slots; i++) {
		if ((*index)->slots[i].ref)
			sync_index_add(bigger, (*index)->slots[i].hash, (*index)->slots[i].ref);
	}
	sync_free(*index);
	*index = bigger;
	return true;
}

void sync_index_free(struct sync_index *index)
{
	sync_free(index);
}

void sync_index_clear(struct sync_index *index)
{
	if (!index)
		return;
	memset(index->slots, 0, (index->mask + 1) * sizeof(*index->slots));
	index->used = 0;
}

void sync_index_add(struct sync_index *index, uint64_t hash, uintptr_t ref)
{
	size_t i = (size_t)hash & index->mask;
	while (index->slots[i].ref)
		i = (i + 1) & index->mask;
	index->slots[i] = (sync_slot){ hash, ref };
	index->used++;
}

/* Closes the hole: what comes after it and would be found no more moves up. */
static void close_hole(struct sync_index *index, size_t hole)
{
	size_t i = hole;
	for (;;) {
		i = (i + 1) & index->mask;
		if (!index->slots[i].ref)
			break;
		size_t home = (size_t)index->slots[i].hash & index->mask;
		if (((i - home) & index->mask) < ((i - hole) & index->mask))
			continue;
		index->slots[hole] = index->slots[i];
		hole = i;
	}
	index->slots[hole] = (sync_slot){ 0, 0 };
}

void sync_index_remove(struct sync_index *index, uint64_t hash, uintptr_t ref)
{
	size_t i = (size_t)hash & index->mask;
	while (index->slots[i].ref && index->slots[i].ref != ref)
		i = (i + 1) & index->mask;
	if (!index->slots[i].ref)
		return;
	index->used--;
	close_hole(index, i);
}

uintptr_t sync_index_next(const struct sync_index *index, uint64_t hash, size_t *at)
{
	for (;;) {
		const sync_slot *slot = &index->slots[((size_t)hash + *at) & index->mask];
		++*at;
		if (!slot->ref || slot->hash == hash)
			return slot->ref;
	}
}

void sync_index_shift(struct sync_index *index, uintptr_t from, intptr_t by)
{
	for (size_t i = 0; i <= index->mask; i++) {
		if (index->slots[i].ref >= from)
			index->slots[i].ref += (uintptr_t)by;
	}
}
