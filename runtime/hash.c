#define _DEFAULT_SOURCE /* getrandom */

#include "index.h"
#include "track.h"

#include <stdatomic.h>
#include <sys/random.h>
#include <threads.h>
#include <time.h>

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
	for (size_t i = 0; i < length % 8; i++)
		last |= (uint64_t)at[i] << (8 * i);
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- of cells ----------------------------------------------------------------------------- */

static uint64_t hash_string(sync_str string)
{
	return sync_hash(string, sync_str_len(string));
}

static uint64_t hash_enum(const sync_type *elem, const void *cell)
{
	int32_t value;
	memcpy(&value, cell, sizeof(value));
	if (value < 0 && elem->flags & SYNC_TYPE_OPEN)
		return hash_string(((const sync_open_enum *)cell)->unknown);
	return sync_hash(&value, sizeof(value));
}

static uint64_t hash_double(double value)
{
	value += 0.0; /* -0 is equal to 0 */
	return sync_hash(&value, sizeof(value));
}

uint64_t sync_cell_hash(const sync_type *elem, const void *cell)
{
	const char *bytes = cell;
	uint32_t length;
	float single;
	double real;
	switch ((sync_kind)elem->kind) {
	case SYNC_KIND_STRING:
	case SYNC_KIND_TEXT:
		return hash_string(*(const sync_str *)cell);
	case SYNC_KIND_INLINE_STRING:
		memcpy(&length, cell, sizeof(length));
		return sync_hash(bytes + sizeof(length), length);
	case SYNC_KIND_BYTES:
		return sync_hash(((const sync_bytes *)cell)->data, ((const sync_bytes *)cell)->len);
	case SYNC_KIND_ENUM:
		return hash_enum(elem, cell);
	case SYNC_KIND_FLOAT32:
		memcpy(&single, cell, sizeof(single));
		return hash_double((double)single);
	case SYNC_KIND_FLOAT64:
		memcpy(&real, cell, sizeof(real));
		return hash_double(real);
	default:
		return sync_hash(cell, elem->size);
	}
}
