#include "index.h"
#include "track.h"

/* Hashes of leaf cells, equal for equal values. */

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
