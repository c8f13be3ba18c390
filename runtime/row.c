#include "track.h"

/* The @key of a table's row and the key of its entry: one value, a cell here and text there. */

static const sync_field *key_field(const sync_type *row)
{
	return row->kind == SYNC_KIND_STRUCT && row->key >= 0 ? &row->fields[row->key] : NULL;
}

static int64_t signed_of(const sync_type *type, const void *cell)
{
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_INT8:
		return *(const int8_t *)cell;
	case SYNC_KIND_INT16:
		return *(const int16_t *)cell;
	case SYNC_KIND_INT32:
		return *(const int32_t *)cell;
	case SYNC_KIND_UINT8:
		return *(const uint8_t *)cell;
	case SYNC_KIND_UINT16:
		return *(const uint16_t *)cell;
	case SYNC_KIND_UINT32:
		return *(const uint32_t *)cell;
	default:
		return *(const int64_t *)cell;
	}
}

static bool is_unsigned64(const sync_type *type)
{
	return type->kind == SYNC_KIND_UINT64 || type->kind == SYNC_KIND_SAFEUINT;
}

static size_t digits(char text[24], uint64_t value, bool negative)
{
	char *end = text + 24, *at = end;
	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	if (negative)
		*--at = '-';
	memmove(text, at, (size_t)(end - at));
	return (size_t)(end - at);
}

/* The key's text: borrowed from the cell, the type, or put into `text`. NULL: no such kind of key.
 */
static const char *text_of(const sync_type *type, const void *cell, char text[24], size_t *length)
{
	int32_t value;
	uint32_t bytes;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRING:
		*length = sync_str_len(*(const sync_str *)cell);
		return *length ? *(const sync_str *)cell : "";
	case SYNC_KIND_INLINE_STRING:
		memcpy(&bytes, cell, sizeof(bytes));
		*length = bytes;
		return (const char *)cell + sizeof(bytes);
	case SYNC_KIND_ENUM:
		memcpy(&value, cell, sizeof(value));
		if (value < 0 || (uint32_t)value >= type->keys->count)
			return NULL;
		*length = type->keys->keys[value].name_length;
		return type->keys->keys[value].name;
	default:
		break;
	}
	if (type->kind < SYNC_KIND_INT8 || type->kind > SYNC_KIND_UINT64)
		return NULL;
	int64_t number = is_unsigned64(type) ? 0 : signed_of(type, cell);
	uint64_t size = is_unsigned64(type) ? *(const uint64_t *)cell
			: number < 0	    ? 0 - (uint64_t)number
					    : (uint64_t)number;
	*length = digits(text, size, number < 0);
	return text;
}

bool sync_row_key_is(const sync_type *row, const void *cell, const char *key, size_t length)
{
	const sync_field *field = key_field(row);
	char text[24];
	size_t has;
	if (!field)
		return false;
	const char *is = text_of(field->type, sync_field_cell(field, cell), text, &has);
	return is && has == length && memcmp(is, key, length) == 0;
}

/* A number or a name is read from the JSON it would be. */
static sync_status read_key(const sync_type *type, void *cell, const char *key, size_t length)
{
	char text[80];
	bool quoted = type->kind == SYNC_KIND_ENUM || type->kind == SYNC_KIND_INT64 ||
		      type->kind == SYNC_KIND_UINT64;
	if (length > sizeof(text) - 2)
		return SYNC_INVALID;
	memset(text, '"', sizeof(text));
	memcpy(text + 1, key, length);
	sync_reader reader;
	if (!sync_reader_init(&reader, quoted ? text : text + 1, length + (quoted ? 2 : 0), NULL) ||
	    !type->ops->read(type, &reader, cell) || !sync_read_end(&reader))
		return reader.error.code == SYNC_NOMEM ? SYNC_NOMEM : SYNC_INVALID;
	return SYNC_OK;
}

static sync_status string_key(const sync_type *type, void *cell, const char *key, size_t length)
{
	if (type->kind == SYNC_KIND_STRING)
		return sync_str_assign_n(cell, key, length);
	if (length >= type->size - 4)
		return SYNC_INVALID;
	uint32_t bytes = (uint32_t)length;
	memcpy(cell, &bytes, sizeof(bytes));
	memcpy((char *)cell + 4, key, length);
	((char *)cell)[4 + length] = '\0';
	return SYNC_OK;
}

sync_status sync_row_key_set(const sync_type *row, void *cell, const char *key, size_t length,
			     sync_error *error)
{
	const sync_field *field = key_field(row);
	if (!field)
		return sync_error_set(error, SYNC_INTERNAL, "rows without a key");
	const sync_type *type = field->type;
	void *at = sync_field_cell(field, cell);
	bool string = type->kind == SYNC_KIND_STRING || type->kind == SYNC_KIND_INLINE_STRING;
	sync_status status =
		string ? string_key(type, at, key, length) : read_key(type, at, key, length);
	if (status == SYNC_NOMEM)
		return sync_error_set(error, status, "%s", sync_status_text(status));
	sync_error why;
	sync_error_set(&why, SYNC_INVALID, "does not fit the type");
	if (status == SYNC_OK && type->ops->validate(type, at, &why) &&
	    sync_row_key_is(row, cell, key, length))
		return SYNC_OK;
	return sync_error_set(error, SYNC_INVALID, "key %s: %s", field->name, why.message);
}
