#include "vary.h"

#include <string.h>

#include <syncgen/cell.h>

static bool change(const sync_type *type, void *node, seed *dice, unsigned depth);

/* ---- leaves ------------------------------------------------------------------------------- */

static const char *const points[] = { "a",
				      "b",
				      "z",
				      "0",
				      "/",
				      "~",
				      "\"",
				      "\\",
				      " ",
				      "\n",
				      "\xc3\xa9",
				      "\xe2\x82\xac",
				      "\xf0\x9f\x98\x80" };

static void put_random_string(seed *dice, sync_buf *out, size_t least, size_t most)
{
	char text[200];
	size_t length = 0, count = least + seed_below(dice, most - least + 1);
	for (size_t i = 0; i < count; i++) {
		const char *point = points[seed_below(dice, sizeof(points) / sizeof(*points))];
		memcpy(text + length, point, strlen(point));
		length += strlen(point);
	}
	sync_put_string(out, text, length);
}

static size_t string_room(const sync_type *type)
{
	size_t most = type->max < 12 ? (size_t)type->max : 12;
	if (type->kind == SYNC_KIND_INLINE_STRING && most > (type->size - 5) / 4)
		most = (type->size - 5) / 4;
	return most < (size_t)type->min ? (size_t)type->min : most;
}

static int64_t random_integer(seed *dice, int64_t min, int64_t max)
{
	uint64_t span = (uint64_t)max - (uint64_t)min;
	switch (seed_below(dice, 6)) {
	case 0:
		return min;
	case 1:
		return max;
	case 2:
	case 3: /* few different ones */
		return min <= 0 && max >= 9 ? (int64_t)seed_below(dice, 10) : min;
	default:
		return (int64_t)((uint64_t)min +
				 (span + 1 ? seed_next(dice) % (span + 1) : seed_next(dice)));
	}
}

static double random_double(seed *dice)
{
	static const double some[] = { 0, 1, -1.5, 1e21, 5e-324, 0.1, 123456.789, -1e300, 50.5 };
	return some[seed_below(dice, sizeof(some) / sizeof(*some))];
}

static void put_random_json(seed *dice, sync_buf *out, unsigned depth)
{
	uint64_t kind = seed_below(dice, depth ? 8 : 5), count = seed_below(dice, 4);
	if (kind == 0)
		SYNC_BUF_LITERAL(out, "null");
	else if (kind == 1)
		sync_put_bool(out, seed_below(dice, 2));
	else if (kind == 2)
		sync_put_f64(out, random_double(dice));
	else if (kind < 5)
		put_random_string(dice, out, 0, 5);
	if (kind < 5)
		return;
	sync_buf_byte(out, kind == 5 ? '[' : '{');
	for (uint64_t i = 0; i < count; i++) {
		char name[] = "~m0";
		name[2] = (char)('0' + i);
		if (i)
			sync_buf_byte(out, ',');
		if (kind > 5) {
			/* names that come again, so that there is something in common */
			sync_put_string(out, name, 3);
			sync_buf_byte(out, ':');
		}
		put_random_json(dice, out, depth - 1);
	}
	sync_buf_byte(out, kind == 5 ? ']' : '}');
}

static void put_random_format(const sync_type *type, seed *dice, sync_buf *out)
{
	static const char *const some[][2] = {
		[SYNC_FORMAT_UUID] = { "0190f3a2-7b1c-7def-8abc-0123456789ab",
				       "00000000-0000-0000-0000-000000000000" },
		[SYNC_FORMAT_EMAIL] = { "a@b.example", "x.y@example.org" },
		[SYNC_FORMAT_URI] = { "https://example.org/", "urn:a:b" },
		[SYNC_FORMAT_DATE] = { "2024-02-29", "1999-12-31" },
		[SYNC_FORMAT_DATETIME] = { "2024-02-29T12:00:00Z", "1999-12-31T23:59:59+01:00" },
		[SYNC_FORMAT_IPV4] = { "127.0.0.1", "10.0.0.255" },
		[SYNC_FORMAT_IPV6] = { "::1", "2001:db8::2" },
		[SYNC_FORMAT_HOSTNAME] = { "example.org", "a-b.example" },
		[SYNC_FORMAT_SLUG] = { "a-b", "c9" },
	};
	const char *text = some[type->format][seed_below(dice, 2)];
	sync_put_string(out, text, strlen(text));
}

static uint64_t random_unsigned(const sync_type *type, seed *dice)
{
	uint64_t span = type->umax - type->umin, drawn = seed_next(dice) >> seed_below(dice, 64);
	if (type->kind == SYNC_KIND_SAFEUINT)
		drawn >>= 11; /* what a double holds */
	return type->umin + (span + 1 ? drawn % (span + 1) : drawn);
}

/* One of a few; what is out of range becomes its lower end. */
static double random_real(const sync_type *type, seed *dice)
{
	double value = random_double(dice);
	return value >= type->fmin && value <= type->fmax ? value : type->fmin;
}

void vary_leaf_text(const sync_type *type, seed *dice, sync_buf *out)
{
	char bytes[8] = "\x00\xff+/==a";
	uint32_t name;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_BOOL:
		sync_put_bool(out, seed_below(dice, 2));
		break;
	case SYNC_KIND_INT64:
		sync_put_i64_quoted(out, random_integer(dice, type->min, type->max));
		break;
	case SYNC_KIND_UINT64:
		sync_put_u64_quoted(out, random_unsigned(type, dice));
		break;
	case SYNC_KIND_SAFEUINT:
		sync_put_u64(out, random_unsigned(type, dice));
		break;
	case SYNC_KIND_FLOAT32:
		sync_put_f32(out, (float)seed_below(dice, 1000) / 8);
		break;
	case SYNC_KIND_FLOAT64:
		sync_put_f64(out, random_real(type, dice));
		break;
	case SYNC_KIND_STRING:
	case SYNC_KIND_TEXT:
	case SYNC_KIND_INLINE_STRING:
		if (type->format)
			put_random_format(type, dice, out);
		else
			put_random_string(dice, out, (size_t)type->min, string_room(type));
		break;
	case SYNC_KIND_BYTES:
		sync_put_base64(out, bytes, seed_below(dice, sizeof(bytes)));
		break;
	case SYNC_KIND_JSON:
		put_random_json(dice, out, 3);
		break;
	case SYNC_KIND_ENUM:
		name = (uint32_t)seed_below(dice, type->keys->count);
		if (type->flags & SYNC_TYPE_OPEN && seed_below(dice, 3) == 0)
			SYNC_BUF_LITERAL(out, "\"unheard of\"");
		else
			sync_put_string(out, type->keys->keys[name].name,
					type->keys->keys[name].name_length);
		break;
	default:
		sync_put_i64(out, random_integer(dice, type->min, type->max));
		break;
	}
}

/* A new cell, to be given to sync_box_free. Takes the text over. */
static void *leaf_of(const sync_type *type, sync_buf *text)
{
	sync_reader reader;
	void *cell = NULL;
	if (text->status == SYNC_OK && sync_reader_init(&reader, text->data, text->len, NULL))
		cell = sync_box_read(type, &reader, NULL);
	sync_buf_release(text);
	return cell;
}

static void *random_leaf(const sync_type *type, seed *dice)
{
	sync_buf text = { 0 };
	vary_leaf_text(type, dice, &text);
	return leaf_of(type, &text);
}

/* One that nothing else has. */
static void *random_key_leaf(const sync_type *type, seed *dice)
{
	sync_buf text = { 0 };
	uint64_t number = seed_next(dice);
	char name[20];
	if (type->kind == SYNC_KIND_STRING)
		sync_put_string(&text, name,
				(size_t)snprintf(name, sizeof(name), "%016llx",
						 (unsigned long long)number));
	else if (type->kind == SYNC_KIND_INT64 || type->kind == SYNC_KIND_UINT64)
		sync_put_u64_quoted(&text, number >> 1);
	else
		sync_put_u64(&text, number >> 33);
	return leaf_of(type, &text);
}

/* ---- structs ------------------------------------------------------------------------------ */

static bool set_leaf(sync_node *node, const sync_field *field, unsigned index, void *cell)
{
	bool ok = cell && sync_set_leaf(node, field, index, cell) == SYNC_OK;
	sync_box_free(field->type, cell);
	return ok;
}

static bool change_field(sync_node *node, const sync_field *field, unsigned index, seed *dice,
			 unsigned depth)
{
	/* A key that stays mostly: what has it is the same thing. */
	if (field->flags & (SYNC_FIELD_LOCAL | SYNC_FIELD_KEY))
		return true;
	if (field->has != SYNC_NO_OFFSET && seed_below(dice, 3) == 0)
		return sync_set_absent(node, field, index) == SYNC_OK;
	if (field->null != SYNC_NO_OFFSET && seed_below(dice, 3) == 0)
		return sync_set_null(node, field, index) == SYNC_OK;
	if (!sync_kind_is_node((sync_kind)field->type->kind))
		return set_leaf(node, field, index, random_leaf(field->type, dice));
	if (!depth)
		return true;
	return change(field->type, sync_edit_field(node, field, index), dice, depth - 1);
}

static bool give_key(const sync_type *type, void *node, seed *dice)
{
	const sync_field *field = type->key >= 0 ? &type->fields[type->key] : NULL;
	if (!field || type->kind != SYNC_KIND_STRUCT)
		return true;
	return set_leaf(node, field, (unsigned)type->key, random_key_leaf(field->type, dice));
}

static bool change_struct(const sync_type *type, sync_node *node, seed *dice, unsigned depth)
{
	for (unsigned tries = 1 + (unsigned)seed_below(dice, 4); tries && type->count; tries--) {
		unsigned index = (unsigned)seed_below(dice, type->count);
		if (!change_field(node, &type->fields[index], index, dice, depth))
			return false;
	}
	return true;
}

static bool change_union(const sync_type *type, sync_union *node, seed *dice, unsigned depth)
{
	unsigned tag =
		seed_below(dice, 3) ? (unsigned)node->tag : (unsigned)seed_below(dice, type->count);
	void *arm = seed_below(dice, 5) ? sync_edit_union(&node->node, type, tag)
					: sync_reset_union(&node->node, type, tag);
	return arm && change(type->fields[tag].type, arm, dice, depth);
}

/* ---- lists -------------------------------------------------------------------------------- */

static bool insert(const sync_type *type, sync_list *list, seed *dice, unsigned depth)
{
	const sync_type *elem = type->elem;
	size_t at = seed_below(dice, 3) ? list->len : seed_below(dice, list->len + 1);
	bool ok;
	void *cell;
	if ((int64_t)list->len >= type->max)
		return true;
	if (sync_kind_is_node((sync_kind)elem->kind)) {
		cell = sync_list_insert(list, elem, at);
		return cell && give_key(elem, cell, dice) &&
		       change(elem, cell, dice, depth ? depth - 1 : 0);
	}
	cell = random_leaf(elem, dice);
	ok = cell && sync_list_insert_cell(list, elem, at, cell) == SYNC_OK;
	sync_box_free(elem, cell);
	return ok;
}

static bool change_item(const sync_type *type, sync_list *list, seed *dice, unsigned depth)
{
	const sync_type *elem = type->elem;
	size_t at = seed_below(dice, list->len);
	void *cell;
	bool ok;
	if (sync_kind_is_node((sync_kind)elem->kind))
		return change(elem, sync_list_edit(list, elem, at), dice, depth ? depth - 1 : 0);
	cell = random_leaf(elem, dice);
	ok = cell && sync_list_set_cell(list, elem, at, cell) == SYNC_OK;
	sync_box_free(elem, cell);
	return ok;
}

static bool change_list(const sync_type *type, sync_list *list, seed *dice, unsigned depth)
{
	const sync_type *elem = type->elem;
	uint64_t what = list->len ? seed_below(dice, 20) : 0;
	bool ok = true;
	if (what < 8) {
		for (uint64_t n = 1 + seed_below(dice, 3); n && ok; n--)
			ok = insert(type, list, dice, depth);
		return ok;
	}
	if (what < 11)
		return sync_list_remove(list, elem, seed_below(dice, list->len), 1) == SYNC_OK;
	if (what < 14)
		return sync_list_move(list, elem, seed_below(dice, list->len),
				      seed_below(dice, list->len)) == SYNC_OK;
	if (what < 19)
		return change_item(type, list, dice, depth);
	for (size_t i = 0; i < list->len && ok; i++)
		ok = sync_list_move(list, elem, i, seed_below(dice, list->len)) == SYNC_OK;
	return ok;
}

static bool change_inline(const sync_type *type, sync_inline_list *list, seed *dice)
{
	void *cell = random_leaf(type->elem, dice);
	uint64_t what = list->len ? seed_below(dice, 4) : 0;
	size_t at = list->len ? seed_below(dice, list->len) : 0;
	sync_status status = cell ? SYNC_OK : SYNC_NOMEM;
	if (cell && what == 0 && (int64_t)list->len < type->max)
		status = sync_inline_insert(list, type, at, cell);
	else if (cell && what == 1)
		status = sync_inline_remove(list, type, at, 1);
	else if (cell && what == 2)
		status = sync_inline_move(list, type, at, seed_below(dice, list->len));
	else if (cell && list->len)
		status = sync_inline_set(list, type, at, cell);
	sync_box_free(type->elem, cell);
	return status == SYNC_OK;
}

static bool change_set(const sync_type *type, sync_set *set, seed *dice)
{
	const sync_type *elem = type->elem;
	bool ok = true;
	if (set->list.len && seed_below(dice, 3) == 0)
		return sync_set_drop(set, elem,
				     (char *)set->list.items + seed_below(dice, set->list.len) *
								       elem->size) == SYNC_OK;
	for (uint64_t n = 1 + seed_below(dice, 4); n && ok; n--) {
		void *cell = random_leaf(elem, dice);
		ok = cell && ((int64_t)set->list.len >= type->max ||
			      sync_set_add(set, elem, cell) == SYNC_OK);
		sync_box_free(elem, cell);
	}
	return ok;
}

/* ---- maps --------------------------------------------------------------------------------- */

static size_t random_key(const sync_map *map, seed *dice, char key[40])
{
	static const char *const some[] = { "",	 "a", "b/c",  "~",	  "\"q\"", "0",
					    "1", "-", "type", "\xc3\xa9", "a~1b",  "length" };
	if (map->list.len && seed_below(dice, 2)) {
		const sync_entry *entry =
			((const sync_entry *const *)
				 map->list.items)[seed_below(dice, map->list.len)];
		size_t length = sync_str_len(entry->key);
		memcpy(key, entry->key, length);
		return length;
	}
	if (seed_below(dice, 2))
		return (size_t)snprintf(key, 40, "%s",
					some[seed_below(dice, sizeof(some) / sizeof(*some))]);
	return (size_t)snprintf(key, 40, "k%u", (unsigned)seed_below(dice, 50));
}

static bool change_map(const sync_type *type, sync_map *map, seed *dice, unsigned depth)
{
	const sync_type *elem = type->elem;
	char key[40];
	size_t length = random_key(map, dice, key);
	void *cell;
	bool ok;
	if (seed_below(dice, 4) == 0) {
		sync_status status = sync_map_drop(map, elem, key, length);
		return status == SYNC_OK || status == SYNC_NOT_FOUND;
	}
	/* A row's key may have to be longer than nothing. */
	if ((int64_t)map->list.len >= type->max || (type->kind == SYNC_KIND_TABLE && !length))
		return true;
	if (sync_kind_is_node((sync_kind)elem->kind)) {
		cell = sync_map_edit(map, elem, key, length);
		return cell && change(elem, cell, dice, depth ? depth - 1 : 0);
	}
	cell = random_leaf(elem, dice);
	ok = cell && sync_map_put(map, elem, key, length, cell) == SYNC_OK;
	sync_box_free(elem, cell);
	return ok;
}

/* ---- all of them -------------------------------------------------------------------------- */

static bool change(const sync_type *type, void *node, seed *dice, unsigned depth)
{
	if (!node)
		return false;
	switch ((sync_kind)type->kind) {
	case SYNC_KIND_STRUCT:
		return change_struct(type, node, dice, depth);
	case SYNC_KIND_UNION:
		return change_union(type, node, dice, depth);
	case SYNC_KIND_LIST:
		return change_list(type, node, dice, depth);
	case SYNC_KIND_INLINE_LIST:
		return change_inline(type, node, dice);
	case SYNC_KIND_SET:
		return change_set(type, node, dice);
	case SYNC_KIND_MAP:
	case SYNC_KIND_TABLE:
		return change_map(type, node, dice, depth);
	default:
		return true;
	}
}

bool vary(const sync_type *type, void *node, seed *dice, unsigned much)
{
	bool ok = true;
	for (; much && ok; much--)
		ok = change(type, node, dice, 3);
	return ok;
}

bool vary_field(sync_node *node, const sync_field *field, unsigned index, seed *dice)
{
	return change_field(node, field, index, dice, 3);
}
