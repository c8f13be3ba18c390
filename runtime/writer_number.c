#include <math.h>

#include <syncgen/json.h>

#include "number.h"

/* Straight into the buffer where there is room for any; else no more than needed, for there may be
 * a limit. */
static bool has_room(const sync_buf *buf)
{
	return buf->cap - buf->len >= NUMBER_TEXT_MAX;
}

void sync_put_u64(sync_buf *buf, uint64_t value)
{
	char text[NUMBER_TEXT_MAX];
	if (has_room(buf))
		buf->len += sync_number_put_u64(buf->data + buf->len, value);
	else
		sync_buf_put(buf, text, sync_number_put_u64(text, value));
}

void sync_put_i64(sync_buf *buf, int64_t value)
{
	char text[NUMBER_TEXT_MAX];
	if (value >= 0)
		sync_put_u64(buf, (uint64_t)value);
	else if (has_room(buf))
		buf->len += sync_number_put_i64(buf->data + buf->len, value);
	else
		sync_buf_put(buf, text, sync_number_put_i64(text, value));
}

static void put_quoted(sync_buf *buf, char *text, size_t length)
{
	text[0] = text[length + 1] = '"';
	sync_buf_put(buf, text, length + 2);
}

void sync_put_i64_quoted(sync_buf *buf, int64_t value)
{
	char text[NUMBER_TEXT_MAX + 2];
	put_quoted(buf, text, sync_number_put_i64(text + 1, value));
}

void sync_put_u64_quoted(sync_buf *buf, uint64_t value)
{
	char text[NUMBER_TEXT_MAX + 2];
	put_quoted(buf, text, sync_number_put_u64(text + 1, value));
}

void sync_put_f64(sync_buf *buf, double value)
{
	char text[NUMBER_TEXT_MAX];
	if (isfinite(value))
		sync_buf_put(buf, text, sync_number_put_f64(text, value));
	else
		SYNC_BUF_LITERAL(buf, "null");
}

void sync_put_f32(sync_buf *buf, float value)
{
	char text[NUMBER_TEXT_MAX];
	if (isfinite(value))
		sync_buf_put(buf, text, sync_number_put_f32(text, value));
	else
		SYNC_BUF_LITERAL(buf, "null");
}
