#include "track.h"

#include <inttypes.h>

#include <syncgen/text.h>
#include <syncgen/value.h>

/* string, inline string, text, bytes, json. */

bool sync_length_error(sync_error *error, const sync_type *type, size_t is, const char *what)
{
	if (type->min == type->max)
		sync_error_set(error, SYNC_INVALID, "must be exactly %" PRId64 " %s, is %zu",
			       type->min, what, is);
	else if (type->min <= 0)
		sync_error_set(error, SYNC_INVALID, "must be at most %" PRId64 " %s, is %zu",
			       type->max, what, is);
	else if (type->max >= UINT32_MAX)
		sync_error_set(error, SYNC_INVALID, "must be at least %" PRId64 " %s, is %zu",
			       type->min, what, is);
	else
		sync_error_set(error, SYNC_INVALID, "must be %" PRId64 " to %" PRId64 " %s, is %zu",
			       type->min, type->max, what, is);
	return false;
}

static uint32_t limit(int64_t value)
{
	return value < 0 ? 0 : value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

static bool format_of(const sync_type *type, const char *bytes, size_t length)
{
	return !type->format || sync_format_check((sync_format)type->format, bytes, length);
}

static bool read_format(const sync_type *type, sync_reader *reader, const char *bytes,
			size_t length)
{
	if (format_of(type, bytes, length))
		return true;
	return sync_read_fail(reader, SYNC_INVALID, "must be of the form %s",
			      sync_format_name((sync_format)type->format));
}

static bool check_string(const sync_type *type, size_t points, const char *bytes, size_t length,
			 sync_error *error)
{
	if ((int64_t)points < type->min || (int64_t)points > type->max)
		return sync_length_error(error, type, points, "characters");
	if (format_of(type, bytes, length))
		return true;
	sync_error_set(error, SYNC_INVALID, "must be of the form %s",
		       sync_format_name((sync_format)type->format));
	return false;
}

/* ---- string; and text, whose cell begins with one ----------------------------------------- */

static void init_string(const sync_type *type, void *cell)
{
	(void)type;
	*(sync_str *)cell = SYNC_STR_EMPTY;
}

static void release_string(const sync_type *type, void *cell)
{
	(void)type;
	sync_str_free(*(sync_str *)cell);
}

static sync_status copy_string(const sync_type *type, void *to, const void *from)
{
	(void)type;
	sync_str string = *(const sync_str *)from;
	*(sync_str *)to = sync_str_new(string, sync_str_len(string));
	return *(sync_str *)to ? SYNC_OK : SYNC_NOMEM;
}

static bool equal_string(const sync_type *type, const void *a, const void *b)
{
	(void)type;
	return sync_str_equal(*(const sync_str *)a, *(const sync_str *)b);
}

static bool read_string(const sync_type *type, sync_reader *reader, void *cell)
{
	sync_str *string = cell;
	return sync_read_string(reader, string, limit(type->min), limit(type->max)) &&
	       read_format(type, reader, *string, sync_str_len(*string));
}

static void write_string(const sync_type *type, sync_writer *writer, const void *cell)
{
	(void)type;
	sync_put_str(&writer->out, *(const sync_str *)cell);
}

static bool validate_string(const sync_type *type, const void *cell, sync_error *error)
{
	sync_str string = *(const sync_str *)cell;
	size_t length = sync_str_len(string);
	/* There are no more characters than bytes, and none only where there is no byte: mostly
	 * that says enough. */
	bool sure = type->min <= 1 && (int64_t)length <= type->max;
	return check_string(type, sure ? length : sync_str_points(string), string ? string : "",
			    length, error);
}

const sync_ops sync_ops_string = { init_string, release_string, copy_string,	equal_string,
				   read_string, write_string,	validate_string };
const sync_ops sync_ops_text = { init_string, release_string, copy_string,    equal_string,
				 read_string, write_string,   validate_string };

/* ---- inline string ------------------------------------------------------------------------ */

static uint32_t inline_length(const void *cell)
{
	uint32_t length;
	memcpy(&length, cell, sizeof(length));
	return length;
}

static void init_inline(const sync_type *type, void *cell)
{
	memset(cell, 0, type->size);
}

static void release_inline(const sync_type *type, void *cell)
{
	(void)type;
	(void)cell;
}

static sync_status copy_inline(const sync_type *type, void *to, const void *from)
{
	memcpy(to, from, type->size);
	return SYNC_OK;
}

static bool equal_inline(const sync_type *type, const void *a, const void *b)
{
	(void)type;
	uint32_t length = inline_length(a);
	return length == inline_length(b) &&
	       memcmp((const char *)a + 4, (const char *)b + 4, length) == 0;
}

static bool read_inline(const sync_type *type, sync_reader *reader, void *cell)
{
	/* Reading in place: what is there is of no use after a failure. */
	char *to = (char *)cell + 4;
	size_t room = type->size - 5, length, points;
	const char *bytes;
	if (!sync_read_slice(reader, &bytes, &length, to, room))
		return false;
	if (!sync_utf8_check(bytes, length, &points))
		return sync_read_fail(reader, SYNC_PARSE, "not valid UTF-8");
	if (length > room || (int64_t)points > type->max || (int64_t)points < type->min) {
		sync_error error;
		sync_length_error(&error, type, points, "characters");
		memset(cell, 0, type->size);
		return sync_read_fail(reader, SYNC_INVALID, "%s", error.message);
	}
	if (bytes != to)
		memcpy(to, bytes, length);
	uint32_t head = (uint32_t)length;
	memcpy(cell, &head, sizeof(head));
	to[length] = '\0';
	return read_format(type, reader, to, length);
}

static void write_inline(const sync_type *type, sync_writer *writer, const void *cell)
{
	(void)type;
	sync_put_string(&writer->out, (const char *)cell + 4, inline_length(cell));
}

static bool validate_inline(const sync_type *type, const void *cell, sync_error *error)
{
	const char *bytes = (const char *)cell + 4;
	size_t length = inline_length(cell), points;
	if (length < type->size - 4 && sync_utf8_check(bytes, length, &points))
		return check_string(type, points, bytes, length, error);
	sync_error_set(error, SYNC_INVALID, "not a valid string");
	return false;
}

const sync_ops sync_ops_inline_string = { init_inline, release_inline, copy_inline,    equal_inline,
					  read_inline, write_inline,   validate_inline };

/* ---- bytes -------------------------------------------------------------------------------- */

static void init_bytes(const sync_type *type, void *cell)
{
	(void)type;
	*(sync_bytes *)cell = (sync_bytes){ NULL, 0 };
}

static void release_bytes(const sync_type *type, void *cell)
{
	(void)type;
	sync_bytes_free(cell);
}

static sync_status copy_bytes(const sync_type *type, void *to, const void *from)
{
	const sync_bytes *value = from;
	init_bytes(type, to);
	return sync_bytes_assign(to, value->data, value->len);
}

static bool equal_bytes(const sync_type *type, const void *a, const void *b)
{
	(void)type;
	return sync_bytes_equal(a, b);
}

static bool read_bytes(const sync_type *type, sync_reader *reader, void *cell)
{
	return sync_read_bytes(reader, cell, limit(type->min), limit(type->max));
}

static void write_bytes(const sync_type *type, sync_writer *writer, const void *cell)
{
	(void)type;
	const sync_bytes *value = cell;
	sync_put_base64(&writer->out, value->data, value->len);
}

static bool validate_bytes(const sync_type *type, const void *cell, sync_error *error)
{
	size_t length = ((const sync_bytes *)cell)->len;
	if (length <= INT64_MAX && (int64_t)length >= type->min && (int64_t)length <= type->max)
		return true;
	return sync_length_error(error, type, length, "bytes");
}

const sync_ops sync_ops_bytes = { init_bytes, release_bytes, copy_bytes,    equal_bytes,
				  read_bytes, write_bytes,   validate_bytes };

/* ---- json --------------------------------------------------------------------------------- */

static void init_json(const sync_type *type, void *cell)
{
	(void)type;
	*(struct cJSON **)cell = NULL;
}

static void release_json(const sync_type *type, void *cell)
{
	(void)type;
	sync_json_free(*(struct cJSON **)cell);
}

static sync_status copy_json(const sync_type *type, void *to, const void *from)
{
	(void)type;
	*(struct cJSON **)to = NULL;
	return sync_json_copy(to, *(struct cJSON *const *)from);
}

static bool equal_json(const sync_type *type, const void *a, const void *b)
{
	(void)type;
	return sync_json_equal(*(struct cJSON *const *)a, *(struct cJSON *const *)b);
}

static bool read_json(const sync_type *type, sync_reader *reader, void *cell)
{
	(void)type;
	return sync_read_json(reader, cell);
}

static void write_json(const sync_type *type, sync_writer *writer, const void *cell)
{
	(void)type;
	sync_put_json(&writer->out, *(struct cJSON *const *)cell);
}

static bool validate_json(const sync_type *type, const void *cell, sync_error *error)
{
	(void)type;
	(void)cell;
	(void)error;
	return true;
}

const sync_ops sync_ops_json = { init_json, release_json, copy_json,	equal_json,
				 read_json, write_json,	  validate_json };
