#include <inttypes.h>
#include <math.h>

#include "apart.h"
#include "digits.h"
#include "number.h"
#include "reader.h"

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The common number: at most 18 digits and nothing else. NULL: not so, or not a number. */
static inline const char *short_integer(const char *at, const char *end, uint64_t *value)
{
	const char *last = digits_integer(at, end, value);
	return last && last - at <= 18 ? last : NULL;
}

/* Sign and magnitude of an integer in text..end; behind it, or NULL with the reader's error set. */
static const char *scan_integer(sync_reader *reader, const char *text, const char *end,
				bool *negative, uint64_t *magnitude)
{
	*negative = text < end && *text == '-';
	const char *behind = short_integer(text + *negative, end, magnitude);
	if (behind)
		return behind;
	decimal number;
	behind = sync_number_scan(text, end, &number);
	if (!behind) {
		sync_read_fail(reader, SYNC_PARSE, "not a valid number");
		return NULL;
	}
	integer_kind kind = sync_number_integer(&number, magnitude);
	if (kind == NOT_AN_INTEGER) {
		sync_read_fail(reader, SYNC_INVALID, "expected an integer, found a fraction");
		return NULL;
	}
	if (kind == INTEGER_TOO_LARGE) {
		sync_read_fail(reader, SYNC_INVALID, "out of range: does not fit 64 bits");
		return NULL;
	}
	return behind;
}

static bool i64_value(sync_reader *reader, bool negative, uint64_t magnitude, int64_t *value,
		      int64_t min, int64_t max)
{
	int64_t number = 0;
	bool fits = magnitude <= (uint64_t)INT64_MAX + negative;
	if (fits)
		number = !negative   ? (int64_t)magnitude
			 : magnitude ? -(int64_t)(magnitude - 1) - 1
				     : 0;
	if (!fits || number < min || number > max)
		return sync_read_fail(reader, SYNC_INVALID,
				      "out of range: must be %" PRId64 " to %" PRId64, min, max);
	*value = number;
	return true;
}

static bool u64_value(sync_reader *reader, bool negative, uint64_t magnitude, uint64_t *value,
		      uint64_t min, uint64_t max)
{
	if ((negative && magnitude) || magnitude < min || magnitude > max)
		return sync_read_fail(reader, SYNC_INVALID,
				      "out of range: must be %" PRIu64 " to %" PRIu64, min, max);
	*value = magnitude;
	return true;
}

static bool at_number(sync_reader *reader)
{
	char next = reader_next(reader);
	return next == '-' || is_digit(next) || sync_reader_expected(reader, "a number");
}

static bool read_integer(sync_reader *reader, bool *negative, uint64_t *magnitude)
{
	if (!at_number(reader))
		return false;
	const char *behind = scan_integer(reader, reader->at, reader->end, negative, magnitude);
	if (!behind)
		return false;
	reader->at = behind;
	return true;
}

/* The common number is next, and in range; else nothing happened. */
static inline bool quick_i64(sync_reader *reader, int64_t *value, int64_t min, int64_t max)
{
	const char *at = reader->at, *end = reader->end;
	uint64_t magnitude;
	bool negative = at < end && *at == '-';
	const char *behind = short_integer(at + negative, end, &magnitude);
	if (!behind)
		return false;
	int64_t number = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	if (number < min || number > max)
		return false;
	*value = number;
	reader->at = behind;
	return true;
}

static inline bool quick_u64(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max)
{
	uint64_t magnitude;
	const char *behind = short_integer(reader->at, reader->end, &magnitude);
	if (!behind || magnitude < min || magnitude > max)
		return false;
	*value = magnitude;
	reader->at = behind;
	return true;
}

SYNC_APART static bool any_i64(sync_reader *reader, int64_t *value, int64_t min, int64_t max)
{
	bool negative;
	uint64_t magnitude;
	return read_integer(reader, &negative, &magnitude) &&
	       i64_value(reader, negative, magnitude, value, min, max);
}

SYNC_APART static bool any_u64(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max)
{
	bool negative;
	uint64_t magnitude;
	return read_integer(reader, &negative, &magnitude) &&
	       u64_value(reader, negative, magnitude, value, min, max);
}

bool sync_read_i64(sync_reader *reader, int64_t *value, int64_t min, int64_t max)
{
	return quick_i64(reader, value, min, max) || any_i64(reader, value, min, max);
}

bool sync_read_u64(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max)
{
	return quick_u64(reader, value, min, max) || any_u64(reader, value, min, max);
}

/* "-?(0|[1-9][0-9]*)" and nothing around it. */
static bool read_quoted(sync_reader *reader, bool *negative, uint64_t *magnitude)
{
	char scratch[24];
	text_span span;
	if (reader_next(reader) != '"')
		return sync_reader_expected(reader, "a string");
	if (!sync_reader_span(reader, &span))
		return false;
	const char *text = span.begin, *end = span.end;
	if (span_has_escapes(&span) && span.length <= sizeof(scratch)) {
		sync_span_copy(scratch, &span);
		text = scratch;
		end = scratch + span.length;
	}
	decimal number;
	if (sync_number_scan(text, end, &number) != end || !number.plain)
		return sync_read_fail(reader, SYNC_INVALID, "not an integer in decimal digits");
	*negative = number.negative;
	if (sync_number_integer(&number, magnitude) != INTEGER_FITS)
		return sync_read_fail(reader, SYNC_INVALID, "out of range: does not fit 64 bits");
	return true;
}

bool sync_read_i64_quoted(sync_reader *reader, int64_t *value, int64_t min, int64_t max)
{
	bool negative;
	uint64_t magnitude;
	return read_quoted(reader, &negative, &magnitude) &&
	       i64_value(reader, negative, magnitude, value, min, max);
}

bool sync_read_u64_quoted(sync_reader *reader, uint64_t *value, uint64_t min, uint64_t max)
{
	bool negative;
	uint64_t magnitude;
	return read_quoted(reader, &negative, &magnitude) &&
	       u64_value(reader, negative, magnitude, value, min, max);
}

static bool scan_number(sync_reader *reader, decimal *number)
{
	if (!at_number(reader))
		return false;
	const char *behind = sync_number_scan(reader->at, reader->end, number);
	if (!behind)
		return sync_read_fail(reader, SYNC_PARSE, "not a valid number");
	reader->at = behind;
	return true;
}

static bool check_range(sync_reader *reader, double value, double min, double max)
{
	char low[NUMBER_TEXT_MAX] = "-", high[NUMBER_TEXT_MAX] = "";
	size_t low_length, high_length;
	if (value >= min && value <= max)
		return true;
	if (!isfinite(min) || !isfinite(max))
		return sync_read_fail(reader, SYNC_INVALID, "out of range");
	low_length = sync_number_put_f64(low, min);
	high_length = sync_number_put_f64(high, max);
	return sync_read_fail(reader, SYNC_INVALID, "out of range: must be %.*s to %.*s",
			      (int)low_length, low, (int)high_length, high);
}

bool sync_read_f64(sync_reader *reader, double *value, double min, double max)
{
	decimal number;
	double read;
	if (!scan_number(reader, &number))
		return false;
	if (!sync_number_f64(&number, &read))
		return sync_read_fail(reader, SYNC_INVALID,
				      "out of range: does not fit a 64-bit float");
	if (!check_range(reader, read, min, max))
		return false;
	*value = read;
	return true;
}

bool sync_read_f32(sync_reader *reader, float *value, double min, double max)
{
	decimal number;
	float read;
	if (!scan_number(reader, &number))
		return false;
	if (!sync_number_f32(&number, &read))
		return sync_read_fail(reader, SYNC_INVALID,
				      "out of range: does not fit a 32-bit float");
	if (!check_range(reader, (double)read, min, max))
		return false;
	*value = read;
	return true;
}
