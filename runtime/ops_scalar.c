#include "track.h"

#include <float.h>
#include <inttypes.h>

/* bool, integers, floats, counters: cells that own nothing. */

static void zero(const sync_type *type, void *cell)
{
	memset(cell, 0, type->size);
}

static void nothing(const sync_type *type, void *cell)
{
	(void)type;
	(void)cell;
}

static sync_status same_bytes(const sync_type *type, void *to, const void *from)
{
	memcpy(to, from, type->size);
	return SYNC_OK;
}

static bool always(const sync_type *type, const void *cell, sync_error *error)
{
	(void)type;
	(void)cell;
	(void)error;
	return true;
}

/* ---- bool --------------------------------------------------------------------------------- */

static bool read_bool(const sync_type *type, sync_reader *reader, void *cell)
{
	(void)type;
	return sync_read_bool(reader, cell);
}

static void write_bool(const sync_type *type, sync_writer *writer, const void *cell)
{
	(void)type;
	sync_put_bool(&writer->out, *(const bool *)cell);
}

static bool equal_bool(const sync_type *type, const void *a, const void *b)
{
	(void)type;
	return *(const bool *)a == *(const bool *)b;
}

const sync_ops sync_ops_bool = { zero,	    nothing,	same_bytes, equal_bool,
				 read_bool, write_bool, always };

/* ---- integers ----------------------------------------------------------------------------- */

static bool signed_in_range(const sync_type *type, int64_t value, sync_error *error)
{
	if (value >= type->min && value <= type->max)
		return true;
	sync_error_set(error, SYNC_INVALID, "must be %" PRId64 " to %" PRId64 ", is %" PRId64,
		       type->min, type->max, value);
	return false;
}

static bool unsigned_in_range(const sync_type *type, uint64_t value, sync_error *error)
{
	if (value >= type->umin && value <= type->umax)
		return true;
	sync_error_set(error, SYNC_INVALID, "must be %" PRIu64 " to %" PRIu64 ", is %" PRIu64,
		       type->umin, type->umax, value);
	return false;
}

/* X(name, C type, wide type, functions' suffix, lower end, upper end, range check) */
#define INTEGERS(X)                                                                                \
	X(int8, int8_t, int64_t, i64, min, max, signed_in_range)                                   \
	X(int16, int16_t, int64_t, i64, min, max, signed_in_range)                                 \
	X(int32, int32_t, int64_t, i64, min, max, signed_in_range)                                 \
	X(uint8, uint8_t, int64_t, i64, min, max, signed_in_range)                                 \
	X(uint16, uint16_t, int64_t, i64, min, max, signed_in_range)                               \
	X(uint32, uint32_t, int64_t, i64, min, max, signed_in_range)                               \
	X(safeint, int64_t, int64_t, i64, min, max, signed_in_range)                               \
	X(counter, int64_t, int64_t, i64, min, max, signed_in_range)                               \
	X(safeuint, uint64_t, uint64_t, u64, umin, umax, unsigned_in_range)                        \
	X(int64, int64_t, int64_t, i64_quoted, min, max, signed_in_range)                          \
	X(uint64, uint64_t, uint64_t, u64_quoted, umin, umax, unsigned_in_range)

#define INTEGER(name, ctype, wide, suffix, low, high, in_range)                                    \
	static bool read_##name(const sync_type *type, sync_reader *reader, void *cell)            \
	{                                                                                          \
		wide value;                                                                        \
		if (!sync_read_##suffix(reader, &value, type->low, type->high))                    \
			return false;                                                              \
		*(ctype *)cell = (ctype)value;                                                     \
		return true;                                                                       \
	}                                                                                          \
	static bool equal_##name(const sync_type *type, const void *a, const void *b)              \
	{                                                                                          \
		(void)type;                                                                        \
		return *(const ctype *)a == *(const ctype *)b;                                     \
	}                                                                                          \
	static void write_##name(const sync_type *type, sync_writer *writer, const void *cell)     \
	{                                                                                          \
		(void)type;                                                                        \
		sync_put_##suffix(&writer->out, *(const ctype *)cell);                             \
	}                                                                                          \
	static bool validate_##name(const sync_type *type, const void *cell, sync_error *error)    \
	{                                                                                          \
		return in_range(type, *(const ctype *)cell, error);                                \
	}                                                                                          \
	const sync_ops                                                                             \
		sync_ops_##name = { zero,	 nothing,      same_bytes,     equal_##name,       \
				    read_##name, write_##name, validate_##name };
INTEGERS(INTEGER)
#undef INTEGER

/* ---- floats ------------------------------------------------------------------------------- */

static bool real_in_range(const sync_type *type, double value, sync_error *error)
{
	if (value >= type->fmin && value <= type->fmax) /* not so for NaN */
		return value - value == 0 ||
		       sync_error_set(error, SYNC_INVALID, "must be finite") == SYNC_OK;
	if (value - value != 0)
		sync_error_set(error, SYNC_INVALID, "must be finite");
	else
		sync_error_set(error, SYNC_INVALID, "must be %.17g to %.17g, is %.17g", type->fmin,
			       type->fmax, value);
	return false;
}

/* -0 is equal to 0, as on the wire. */
#define REAL(name, ctype, suffix)                                                                  \
	static bool equal_##name(const sync_type *type, const void *a, const void *b)              \
	{                                                                                          \
		(void)type;                                                                        \
		return !(*(const ctype *)a < *(const ctype *)b) &&                                 \
		       !(*(const ctype *)a > *(const ctype *)b);                                   \
	}                                                                                          \
	static bool read_##name(const sync_type *type, sync_reader *reader, void *cell)            \
	{                                                                                          \
		return sync_read_##suffix(reader, cell, type->fmin, type->fmax);                   \
	}                                                                                          \
	static void write_##name(const sync_type *type, sync_writer *writer, const void *cell)     \
	{                                                                                          \
		(void)type;                                                                        \
		sync_put_##suffix(&writer->out, *(const ctype *)cell);                             \
	}                                                                                          \
	static bool validate_##name(const sync_type *type, const void *cell, sync_error *error)    \
	{                                                                                          \
		return real_in_range(type, (double)*(const ctype *)cell, error);                   \
	}                                                                                          \
	const sync_ops                                                                             \
		sync_ops_##name = { zero,	 nothing,      same_bytes,     equal_##name,       \
				    read_##name, write_##name, validate_##name };
REAL(float32, float, f32)
REAL(float64, double, f64)
#undef REAL
