#include "transcode.h"

#include <float.h>

const sync_limits transcode_limits = { .bytes = 64u << 20, .depth = 100, .elements = 4u << 20 };

typedef struct any_number {
	bool integer;
	int64_t exact;
	double value;
} any_number;

static bool read_number(sync_reader *reader, any_number *number)
{
	const char *raw;
	size_t length;
	sync_reader inner;
	if (!sync_read_skip(reader, &raw, &length))
		return false;
	sync_reader_init(&inner, raw, length, NULL);
	number->integer = !memchr(raw, '.', length) && !memchr(raw, 'e', length) &&
			  !memchr(raw, 'E', length) &&
			  sync_read_i64(&inner, &number->exact, INT64_MIN, INT64_MAX);
	number->value = (double)(number->integer ? number->exact : 0);
	sync_reader_init(&inner, raw, length, NULL);
	if (!sync_read_f64(&inner, &number->value, -DBL_MAX, DBL_MAX))
		return sync_read_fail(reader, inner.error.code, "%s", inner.error.message);
	return true;
}

static bool copy_string(sync_reader *reader, sync_buf *out)
{
	sync_str string = NULL;
	if (!sync_read_string(reader, &string, 0, UINT32_MAX))
		return false;
	sync_put_str(out, string);
	sync_str_free(string);
	return true;
}

static bool copy_object(sync_reader *reader, sync_buf *out)
{
	bool first = true, begin = true;
	sync_str key;
	int more;
	if (!sync_read_object(reader))
		return false;
	sync_buf_byte(out, '{');
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		if (!begin)
			sync_buf_byte(out, ',');
		begin = false;
		sync_put_str(out, key);
		sync_str_free(key);
		sync_buf_byte(out, ':');
		if (!transcode(reader, out))
			return false;
	}
	sync_buf_byte(out, '}');
	return more == 0;
}

static bool copy_array(sync_reader *reader, sync_buf *out)
{
	bool first = true, begin = true;
	int more;
	if (!sync_read_array(reader))
		return false;
	sync_buf_byte(out, '[');
	while ((more = sync_read_element(reader, &first)) > 0) {
		if (!begin)
			sync_buf_byte(out, ',');
		begin = false;
		if (!transcode(reader, out))
			return false;
	}
	sync_buf_byte(out, ']');
	return more == 0;
}

bool transcode(sync_reader *reader, sync_buf *out)
{
	bool truth;
	any_number number;
	switch (sync_read_peek(reader)) {
	case '{':
		return copy_object(reader, out);
	case '[':
		return copy_array(reader, out);
	case '"':
		return copy_string(reader, out);
	case 't':
	case 'f':
		if (!sync_read_bool(reader, &truth))
			return false;
		sync_put_bool(out, truth);
		return true;
	case 'n':
		if (!sync_read_null(reader))
			return sync_read_fail(reader, SYNC_PARSE, "expected null");
		SYNC_BUF_LITERAL(out, "null");
		return true;
	default:
		if (!read_number(reader, &number))
			return false;
		if (number.integer)
			sync_put_i64(out, number.exact);
		else
			sync_put_f64(out, number.value);
		return true;
	}
}

static bool same_strings(sync_reader *a, sync_reader *b)
{
	sync_str left = NULL, right = NULL;
	bool same = sync_read_string(a, &left, 0, UINT32_MAX) &&
		    sync_read_string(b, &right, 0, UINT32_MAX) && sync_str_equal(left, right) &&
		    sync_str_points(left) == sync_str_points(right);
	sync_str_free(left);
	sync_str_free(right);
	return same;
}

static bool same_objects(sync_reader *a, sync_reader *b)
{
	bool first_a = true, first_b = true;
	if (!sync_read_object(a) || !sync_read_object(b))
		return false;
	for (;;) {
		sync_str left = NULL, right = NULL;
		int more_a = sync_read_entry(a, &first_a, &left);
		int more_b = sync_read_entry(b, &first_b, &right);
		bool same = more_a == more_b && sync_str_equal(left, right);
		sync_str_free(left);
		sync_str_free(right);
		if (!same || more_a <= 0)
			return same && more_a == 0;
		if (!transcode_same(a, b))
			return false;
	}
}

static bool same_arrays(sync_reader *a, sync_reader *b)
{
	bool first_a = true, first_b = true;
	if (!sync_read_array(a) || !sync_read_array(b))
		return false;
	for (;;) {
		int more = sync_read_element(a, &first_a);
		if (more != sync_read_element(b, &first_b))
			return false;
		if (more <= 0)
			return more == 0;
		if (!transcode_same(a, b))
			return false;
	}
}

static bool same_numbers(sync_reader *a, sync_reader *b)
{
	any_number left, right;
	if (!read_number(a, &left) || !read_number(b, &right))
		return false;
	if (left.integer && right.integer)
		return left.exact == right.exact;
	return left.value <= right.value && left.value >= right.value;
}

bool transcode_same(sync_reader *a, sync_reader *b)
{
	bool left, right;
	char next = sync_read_peek(a);
	switch (next) {
	case '{':
		return same_objects(a, b);
	case '[':
		return same_arrays(a, b);
	case '"':
		return same_strings(a, b);
	case 't':
	case 'f':
		return sync_read_bool(a, &left) && sync_read_bool(b, &right) && left == right;
	case 'n':
		return sync_read_null(a) && sync_read_null(b);
	default:
		return next && same_numbers(a, b);
	}
}
