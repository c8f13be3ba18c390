#include "track.h"

/* Enums by name. An open one keeps a name it does not know: value -1 and the name. */

enum { NAME_MAX_BYTES = 256 }; /* of an unknown name, and of any that is looked up unescaped */

static int32_t value_of(const void *cell)
{
	int32_t value;
	memcpy(&value, cell, sizeof(value));
	return value;
}

static bool is_open(const sync_type *type)
{
	return type->flags & SYNC_TYPE_OPEN;
}

static void init(const sync_type *type, void *cell)
{
	memset(cell, 0, type->size);
}

static void release(const sync_type *type, void *cell)
{
	if (is_open(type))
		sync_str_free(((sync_open_enum *)cell)->unknown);
}

static sync_status copy(const sync_type *type, void *to, const void *from)
{
	memcpy(to, from, type->size);
	if (!is_open(type))
		return SYNC_OK;
	sync_str name = ((const sync_open_enum *)from)->unknown;
	if (!name)
		return SYNC_OK;
	name = sync_str_new(name, sync_str_len(name));
	((sync_open_enum *)to)->unknown = name;
	return name ? SYNC_OK : SYNC_NOMEM;
}

static bool equal(const sync_type *type, const void *a, const void *b)
{
	if (value_of(a) != value_of(b))
		return false;
	return value_of(a) >= 0 || !is_open(type) ||
	       sync_str_equal(((const sync_open_enum *)a)->unknown,
			      ((const sync_open_enum *)b)->unknown);
}

static bool set(const sync_type *type, void *cell, int32_t value, sync_str unknown)
{
	release(type, cell);
	memcpy(cell, &value, sizeof(value));
	if (is_open(type))
		((sync_open_enum *)cell)->unknown = unknown;
	return true;
}

static bool read(const sync_type *type, sync_reader *reader, void *cell)
{
	char scratch[NAME_MAX_BYTES];
	const char *name;
	size_t length;
	if (!sync_read_slice(reader, &name, &length, scratch, sizeof(scratch)))
		return false;
	int value = sync_keys_find(type->keys, name, length);
	if (value >= 0)
		return set(type, cell, value, NULL);
	if (!is_open(type))
		return sync_read_fail(reader, SYNC_INVALID, "'%.*s' is no %s",
				      length > 60 ? 0 : (int)length, name, type->name);
	sync_str unknown = sync_str_new(name, length);
	if (!unknown)
		return sync_read_fail(reader, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	return set(type, cell, -1, unknown);
}

static void write(const sync_type *type, sync_writer *writer, const void *cell)
{
	int32_t value = value_of(cell);
	if (value >= 0 && (uint32_t)value < type->keys->count) {
		/* "\"name\":" without the colon */
		const sync_key *key = &type->keys->keys[value];
		sync_buf_put(&writer->out, key->literal, key->literal_length - 1u);
	} else if (is_open(type)) {
		sync_put_str(&writer->out, ((const sync_open_enum *)cell)->unknown);
	} else {
		SYNC_BUF_LITERAL(&writer->out, "null");
	}
}

static bool validate(const sync_type *type, const void *cell, sync_error *error)
{
	int32_t value = value_of(cell);
	if (value >= 0 ? (uint32_t)value < type->keys->count
		       : is_open(type) && ((const sync_open_enum *)cell)->unknown)
		return true;
	sync_error_set(error, SYNC_INVALID, "%d is no %s", (int)value, type->name);
	return false;
}

const sync_ops sync_ops_enum = { init, release, copy, equal, read, write, validate };
