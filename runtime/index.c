#define _DEFAULT_SOURCE /* getrandom */

#include "index.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>
#include <threads.h>
#include <time.h>

#include <syncgen/alloc.h>
#include <syncgen/map.h>

/* ---- the hash ----------------------------------------------------------------------------- */

static uint64_t key[2];
static atomic_bool seeded;
static once_flag once = ONCE_FLAG_INIT;

static void seed_from_kernel(void)
{
	if (atomic_load(&seeded))
		return;
	if (getrandom(key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key)) {
		/* Very early at boot: what an attacker at least has to guess. */
		struct timespec now = { 0, 0 };
		timespec_get(&now, TIME_UTC);
		key[0] = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)now.tv_sec;
		key[1] = (uint64_t)(uintptr_t)&now * 0xff51afd7ed558ccdu;
	}
	atomic_store_explicit(&seeded, true, memory_order_release);
}

void sync_hash_seed(uint64_t k0, uint64_t k1)
{
	key[0] = k0;
	key[1] = k1;
	atomic_store_explicit(&seeded, true, memory_order_release);
}

static inline uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* The last bytes, fewer than eight, each in a place of its own. */
static inline uint64_t rest_of(const unsigned char *at, size_t length)
{
	uint64_t rest = 0;
	uint32_t four;
	if (length >= 4) {
		memcpy(&four, at, 4);
		rest = four;
		at += 4;
		length -= 4;
		for (size_t i = 0; i < length; i++)
			rest |= (uint64_t)at[i] << (32 + 8 * i);
		return rest;
	}
	for (size_t i = 0; i < length; i++)
		rest |= (uint64_t)at[i] << (8 * i);
	return rest;
}

uint64_t sync_hash(const void *bytes, size_t length)
{
	if (!atomic_load_explicit(&seeded, memory_order_acquire))
		call_once(&once, seed_from_kernel);
	uint64_t v[4] = { key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
			  key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u };
	const unsigned char *at = bytes;
	uint64_t last = (uint64_t)length << 56;
	for (size_t left = length; left >= 8; left -= 8, at += 8) {
		uint64_t word;
		memcpy(&word, at, 8); /* in the machine's order: nobody else sees the hash */
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	last |= rest_of(at, length % 8);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

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
		/* No branch: nobody could guess it, and this is what taking out of a set costs. */
		uintptr_t behind = index->slots[i].ref >= from;
		index->slots[i].ref += (uintptr_t)by & (0 - behind);
	}
}
