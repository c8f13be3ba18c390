#include "board.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include <syncgen/alloc.h>

/* ---- structs by description --------------------------------------------------------------- */

enum presence { ABSENT, NOTHING, VALUE };

static bool *flag(const void *base, uint32_t offset)
{
	return (bool *)(void *)((char *)(uintptr_t)base + offset);
}

static enum presence presence(const sync_field *field, const void *base)
{
	if (field->has != SYNC_NO_OFFSET && !*flag(base, field->has))
		return ABSENT;
	return field->null != SYNC_NO_OFFSET && *flag(base, field->null) ? NOTHING : VALUE;
}

static void set_presence(const sync_field *field, void *base, bool has, bool null)
{
	if (field->has != SYNC_NO_OFFSET)
		*flag(base, field->has) = has;
	if (field->null != SYNC_NO_OFFSET)
		*flag(base, field->null) = null;
}

static void **box(const sync_field *field, void *base)
{
	return (void **)(void *)((char *)base + field->offset);
}

static void hang(const sync_field *field, void *base, uint32_t slot)
{
	if (sync_kind_is_node((sync_kind)field->type->kind) && sync_field_cell(field, base))
		sync_node_hang(sync_field_cell(field, base), base, slot);
}

static void init_field(const sync_field *field, void *base, uint32_t slot)
{
	set_presence(field, base, false, true);
	if (field->flags & SYNC_FIELD_BOXED)
		*box(field, base) = NULL;
	else if (field->init)
		field->init((char *)base + field->offset);
	else
		field->type->ops->init(field->type, (char *)base + field->offset);
	hang(field, base, slot);
}

static void struct_init(const sync_type *type, void *base)
{
	sync_node_init(base, sync_node_marks(base), 1);
	for (uint32_t i = 0; i < type->count; i++)
		init_field(&type->fields[i], base, i);
}

static void release_field(const sync_field *field, void *base)
{
	void *cell = sync_field_cell(field, base);
	if (cell)
		field->type->ops->release(field->type, cell);
	if (field->flags & SYNC_FIELD_BOXED)
		sync_free(cell);
}

static void struct_release(const sync_type *type, void *base)
{
	for (uint32_t i = 0; i < type->count; i++)
		release_field(&type->fields[i], base);
}

static sync_status copy_field(const sync_field *field, void *to, const void *from)
{
	const void *source = sync_field_cell(field, from);
	void *cell = (char *)to + field->offset;
	bool boxed = field->flags & SYNC_FIELD_BOXED;
	if (boxed && !source) {
		*box(field, to) = NULL;
		return SYNC_OK;
	}
	if (boxed) {
		cell = *box(field, to) = sync_alloc(field->type->size);
		if (!cell)
			return SYNC_NOMEM;
	}
	sync_status status = field->type->ops->copy(field->type, cell, source);
	if (status != SYNC_OK && boxed)
		sync_free(cell);
	return status;
}

static sync_status struct_copy(const sync_type *type, void *to, const void *from)
{
	sync_node_init(to, sync_node_marks(to), 1);
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		sync_status status = copy_field(field, to, from);
		if (status != SYNC_OK) {
			while (i-- > 0)
				release_field(&type->fields[i], to);
			return status;
		}
		set_presence(field, to, field->has != SYNC_NO_OFFSET && *flag(from, field->has),
			     field->null != SYNC_NO_OFFSET && *flag(from, field->null));
		hang(field, to, i);
	}
	return SYNC_OK;
}

static bool struct_equal(const sync_type *type, const void *a, const void *b)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		if (presence(field, a) != presence(field, b))
			return false;
		if (presence(field, a) == VALUE &&
		    !field->type->ops->equal(field->type, sync_field_cell(field, a),
					     sync_field_cell(field, b)))
			return false;
	}
	return true;
}

static void write_members(const sync_type *type, sync_writer *w, const void *base)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		if (!(field->readers & w->sees) || presence(field, base) == ABSENT)
			continue;
		sync_buf_byte(&w->out, ',');
		sync_buf_put(&w->out, type->keys->keys[i].literal,
			     type->keys->keys[i].literal_length);
		if (presence(field, base) == NOTHING)
			SYNC_BUF_LITERAL(&w->out, "null");
		else
			field->type->ops->write(field->type, w, sync_field_cell(field, base));
	}
}

static void struct_write(const sync_type *type, sync_writer *w, const void *base)
{
	size_t start = w->out.len;
	write_members(type, w, base);
	sync_put_object_end(&w->out, start);
}

static bool read_field(const sync_field *field, sync_reader *r, void *base, uint32_t slot)
{
	if (field->null != SYNC_NO_OFFSET && sync_read_null(r)) {
		release_field(field, base);
		init_field(field, base, slot);
		set_presence(field, base, true, true);
		return true;
	}
	if (field->flags & SYNC_FIELD_BOXED && !*box(field, base)) {
		*box(field, base) = sync_alloc(field->type->size);
		if (!*box(field, base))
			return sync_read_fail(r, SYNC_NOMEM, "memory");
		field->type->ops->init(field->type, *box(field, base));
		hang(field, base, slot);
	}
	set_presence(field, base, true, false);
	return field->type->ops->read(field->type, r, sync_field_cell(field, base));
}

static bool read_members(const sync_type *type, sync_reader *r, void *base, int skip)
{
	uint64_t seen[1] = { 0 };
	int f = -1;
	const sync_keys *keys = type->keys;
	while ((f = sync_read_member(r, keys, f + 1, seen)) >= 0) {
		if (f == skip ? !sync_read_skip(r, NULL, NULL)
			      : !read_field(&type->fields[f], r, base, (uint32_t)f))
			return sync_read_in_n(r, keys->keys[f].name, keys->keys[f].name_length);
	}
	return f == SYNC_MEMBER_END;
}

static bool struct_read(const sync_type *type, sync_reader *r, void *base)
{
	return sync_read_object(r) && read_members(type, r, base, -1);
}

static bool struct_validate(const sync_type *type, const void *base, sync_error *error)
{
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *field = &type->fields[i];
		if (presence(field, base) != VALUE ||
		    field->type->ops->validate(field->type, sync_field_cell(field, base), error))
			continue;
		sync_error_in(error, field->name, field->name_length);
		return false;
	}
	return true;
}

static const sync_ops struct_ops = { struct_init, struct_release, struct_copy,	  struct_equal,
				     struct_read, struct_write,	  struct_validate };

/* ---- the union ---------------------------------------------------------------------------- */

static const sync_field *arm_of(const sync_type *type, const void *cell)
{
	return &type->fields[((const sync_union *)cell)->tag];
}

static void *arm_cell(const sync_type *type, const void *cell)
{
	return (char *)(uintptr_t)cell + arm_of(type, cell)->offset;
}

static void union_set(const sync_type *type, void *cell, int32_t tag)
{
	sync_union *value = cell;
	value->tag = tag;
	const sync_field *arm = arm_of(type, cell);
	arm->type->ops->init(arm->type, arm_cell(type, cell));
	sync_node_hang(arm_cell(type, cell), &value->node, (uint32_t)tag);
}

static void union_init(const sync_type *type, void *cell)
{
	memset(cell, 0, sizeof(sync_union));
	union_set(type, cell, 0);
}

static void union_release(const sync_type *type, void *cell)
{
	arm_of(type, cell)->type->ops->release(arm_of(type, cell)->type, arm_cell(type, cell));
}

static sync_status union_copy(const sync_type *type, void *to, const void *from)
{
	memset(to, 0, sizeof(sync_union));
	((sync_union *)to)->tag = ((const sync_union *)from)->tag;
	const sync_field *arm = arm_of(type, to);
	sync_status status =
		arm->type->ops->copy(arm->type, arm_cell(type, to), arm_cell(type, from));
	if (status == SYNC_OK)
		sync_node_hang(arm_cell(type, to), to, (uint32_t)((sync_union *)to)->tag);
	return status;
}

static bool union_equal(const sync_type *type, const void *a, const void *b)
{
	const sync_field *arm = arm_of(type, a);
	return ((const sync_union *)a)->tag == ((const sync_union *)b)->tag &&
	       arm->type->ops->equal(arm->type, arm_cell(type, a), arm_cell(type, b));
}

/* {"type":"card", …}; read with "type" in front only, which is how it is written. */
static void union_write(const sync_type *type, sync_writer *w, const void *cell)
{
	const sync_field *arm = arm_of(type, cell);
	SYNC_BUF_LITERAL(&w->out, "{\"type\":");
	sync_put_string(&w->out, arm->name, arm->name_length);
	write_members(arm->type, w, arm_cell(type, cell));
	sync_buf_byte(&w->out, '}');
}

static bool union_read(const sync_type *type, sync_reader *r, void *cell)
{
	static const sync_key tag_key[] = { { "\"type\":", "type", 7, 4 } };
	static const uint16_t slots[] = { 1, 0 };
	static const uint64_t required[] = { 1 };
	static const sync_keys keys = { tag_key, slots, 1, 1, required, false };
	uint64_t seen[1] = { 0 };
	char scratch[16];
	const char *name;
	size_t length;
	sync_reader ahead = *r;
	if (!sync_read_object(&ahead) || sync_read_member(&ahead, &keys, 0, seen) != 0 ||
	    !sync_read_slice(&ahead, &name, &length, scratch, sizeof(scratch)))
		return sync_read_fail(r, SYNC_INVALID, "no type");
	for (uint32_t i = 0; i < type->count; i++) {
		const sync_field *arm = &type->fields[i];
		if (arm->name_length != length || memcmp(arm->name, name, length))
			continue;
		union_release(type, cell);
		union_set(type, cell, (int32_t)i);
		return sync_read_object(r) && read_members(arm->type, r, arm_cell(type, cell), -1);
	}
	return sync_read_fail(r, SYNC_INVALID, "no such type");
}

static bool union_validate(const sync_type *type, const void *cell, sync_error *error)
{
	const sync_field *arm = arm_of(type, cell);
	return arm->type->ops->validate(arm->type, arm_cell(type, cell), error);
}

static const sync_ops union_ops = { union_init, union_release, union_copy,    union_equal,
				    union_read, union_write,   union_validate };

/* ---- leaf types --------------------------------------------------------------------------- */

#define SAFE INT64_C(9007199254740991)
#define TYPE(var, kindid, opsname, ctype, low, high)                                               \
	static const sync_type var = {                                                             \
		#opsname, &sync_ops_##opsname, kindid,	 sizeof(ctype), 0,    0,    low,  high,    \
		0,	  UINT64_MAX,	       -DBL_MAX, DBL_MAX,	NULL, NULL, NULL, 0,       \
		-1                                                                                 \
	};

TYPE(bool_type, SYNC_KIND_BOOL, bool, bool, 0, 0)
TYPE(i8_type, SYNC_KIND_INT8, int8, int8_t, INT8_MIN, INT8_MAX)
TYPE(i16_type, SYNC_KIND_INT16, int16, int16_t, INT16_MIN, INT16_MAX)
TYPE(i32_type, SYNC_KIND_INT32, int32, int32_t, INT32_MIN, INT32_MAX)
TYPE(percent_type, SYNC_KIND_INT32, int32, int32_t, -100, 100)
TYPE(u8_type, SYNC_KIND_UINT8, uint8, uint8_t, 0, UINT8_MAX)
TYPE(u16_type, SYNC_KIND_UINT16, uint16, uint16_t, 0, UINT16_MAX)
TYPE(u32_type, SYNC_KIND_UINT32, uint32, uint32_t, 0, UINT32_MAX)
TYPE(i64_type, SYNC_KIND_INT64, int64, int64_t, INT64_MIN, INT64_MAX)
TYPE(u64_type, SYNC_KIND_UINT64, uint64, uint64_t, 0, 0)
TYPE(safe_type, SYNC_KIND_SAFEINT, safeint, int64_t, -SAFE, SAFE)
TYPE(usafe_type, SYNC_KIND_SAFEUINT, safeuint, uint64_t, 0, 0)
TYPE(counter_type, SYNC_KIND_COUNTER, counter, int64_t, -SAFE, SAFE)
TYPE(f32_type, SYNC_KIND_FLOAT32, float32, float, 0, 0)
TYPE(f64_type, SYNC_KIND_FLOAT64, float64, double, 0, 0)
TYPE(string_type, SYNC_KIND_STRING, string, sync_str, 0, 65536)
TYPE(title_type, SYNC_KIND_STRING, string, sync_str, 1, 80)
TYPE(code_type, SYNC_KIND_INLINE_STRING, inline_string, Code, 0, 10)
TYPE(bytes_type, SYNC_KIND_BYTES, bytes, sync_bytes, 0, 64)
TYPE(json_type, SYNC_KIND_JSON, json, struct cJSON *, 0, 0)
TYPE(text_type, SYNC_KIND_TEXT, text, sync_text, 0, 65536)
const sync_type int_type = { "int32",
			     &sync_ops_int32,
			     SYNC_KIND_INT32,
			     4,
			     0,
			     0,
			     INT32_MIN,
			     INT32_MAX,
			     0,
			     0,
			     0,
			     0,
			     NULL,
			     NULL,
			     NULL,
			     0,
			     -1 };
const sync_type word_type = { "string",
			      &sync_ops_string,
			      SYNC_KIND_STRING,
			      sizeof(sync_str),
			      0,
			      0,
			      0,
			      65536,
			      0,
			      0,
			      0,
			      0,
			      NULL,
			      NULL,
			      NULL,
			      0,
			      -1 };

/* ---- names -------------------------------------------------------------------------------- */

/* What the compiler computes: the literals are given, the slots are filled by board_setup. */
static const uint64_t none_required[1];
#define KEYS(var, n, ...)                                                                          \
	static sync_key var##_key[n] = { __VA_ARGS__ };                                            \
	static uint16_t var##_slot[128];                                                           \
	static const sync_keys var##_keys = { var##_key, var##_slot, 127, n, none_required, false };
#define K(name)                                                                                    \
	{                                                                                          \
		"\"" name "\":", name, sizeof(name) + 2, sizeof(name) - 1                          \
	}

KEYS(level, 3, K("low"), K("normal"), K("high"))
KEYS(mood, 2, K("glad"), K("sad"))
KEYS(point, 2, K("x"), K("y"))
KEYS(card, 6, K("id"), K("text"), K("done"), K("due"), K("at"), K("labels"))
KEYS(person, 3, K("name"), K("age"), K("cards"))
KEYS(shape, 2, K("point"), K("card"))
KEYS(tree, 4, K("name"), K("left"), K("right"), K("children"))
KEYS(board, BOARD_FIELDS, K("title"), K("done"), K("level"), K("count"), K("i8"), K("i16"), K("u8"),
     K("u16"), K("u32"), K("big"), K("safe"), K("views"), K("ubig"), K("usafe"), K("ratio32"),
     K("ratio"), K("note"), K("both"), K("secret"), K("cache"), K("mood"), K("code"), K("data"),
     K("free"), K("body"), K("owner"), K("extra"), K("lead"), K("spot"), K("tree"), K("small"),
     K("shape"), K("cards"), K("grid"), K("words"), K("shapes"), K("tags"), K("numbers"),
     K("people"), K("scores"), K("a/b~c\"d"))

static void fill(const sync_keys *keys, uint16_t *slots)
{
	memset(slots, 0, 128 * sizeof(*slots));
	for (uint32_t i = 0; i < keys->count; i++) {
		uint32_t at = sync_key_hash(keys->keys[i].name, keys->keys[i].name_length) & 127;
		while (slots[at])
			at = (at + 1) & 127;
		slots[at] = (uint16_t)(i + 1);
	}
}

void board_setup(void)
{
	static const char escaped[] = "\"a/b~c\\\"d\":";
	board_key[BOARD_ROWS].literal = escaped;
	board_key[BOARD_ROWS].literal_length = sizeof(escaped) - 1;
	fill(&level_keys, level_slot);
	fill(&mood_keys, mood_slot);
	fill(&point_keys, point_slot);
	fill(&card_keys, card_slot);
	fill(&person_keys, person_slot);
	fill(&shape_keys, shape_slot);
	fill(&tree_keys, tree_slot);
	fill(&board_keys, board_slot);
}

/* ---- types -------------------------------------------------------------------------------- */

#define ENUM(var, names, ctype, flags)                                                             \
	static const sync_type var = {                                                             \
		#names, &sync_ops_enum, SYNC_KIND_ENUM, sizeof(ctype), flags, 0, 0, 0, 0, 0, 0,    \
		0,	NULL,		&names##_keys,	NULL,	       0,     -1                   \
	};
ENUM(level_type, level, int32_t, 0)
ENUM(mood_type, mood, sync_open_enum, SYNC_TYPE_OPEN)

#define HOLDER(var, kindid, opsname, ctype, element, high)                                         \
	const sync_type var = { #opsname, &sync_ops_##opsname,                                     \
				kindid,	  sizeof(ctype),                                           \
				0,	  0,                                                       \
				0,	  high,                                                    \
				0,	  0,                                                       \
				0,	  0,                                                       \
				&element, NULL,                                                    \
				NULL,	  0,                                                       \
				-1 };
#define STRUCT(var, ctype, n, keyed)                                                               \
	const sync_type var##_type = {                                                             \
		#ctype, &struct_ops, SYNC_KIND_STRUCT, sizeof(ctype), 0, 0,    0, 0, 0, 0, 0,      \
		0,	NULL,	     &var##_keys,      var##_field,   n, keyed                     \
	};

static HOLDER(label_list_type, SYNC_KIND_LIST, list, sync_list, title_type,
	      5) HOLDER(card_list_type, SYNC_KIND_LIST, list, sync_set, card_type, 100000)
	HOLDER(grid_row_type, SYNC_KIND_LIST, list, sync_list, i32_type, 50) static HOLDER(grid_type, SYNC_KIND_LIST, list, sync_list, grid_row_type, 50) static HOLDER(
		word_list_type, SYNC_KIND_LIST, list, sync_list, string_type,
		1000) static HOLDER(shape_list_type, SYNC_KIND_LIST, list, sync_list, shape_type,
				    1000) static HOLDER(tree_list_type, SYNC_KIND_LIST, list,
							sync_list, tree_type,
							1000) static HOLDER(tag_set_type,
									    SYNC_KIND_SET, set,
									    sync_set, string_type,
									    1000) static HOLDER(number_set_type,
												SYNC_KIND_SET,
												set,
												sync_set,
												i32_type,
												1000) static HOLDER(people_type,
														    SYNC_KIND_MAP,
														    map,
														    sync_map,
														    person_type,
														    1000) static HOLDER(scores_type,
																	SYNC_KIND_MAP,
																	map,
																	sync_map,
																	percent_type,
																	1000) static HOLDER(rows_type,
																			    SYNC_KIND_TABLE,
																			    table,
																			    sync_map,
																			    card_type,
																			    1000) static HOLDER(small_type,
																						SYNC_KIND_INLINE_LIST,
																						inline_list,
																						Inline8,
																						u8_type,
																						8)

#define NONE SYNC_NO_OFFSET
#define FIELD(ctype, member, typevar, has, null, flags)                                            \
	{                                                                                          \
#member, "/" #member, sizeof(#member) - 1, sizeof(#member), flags, &typevar,       \
			offsetof(ctype, member), has, null, SYNC_MERGE_LAST, SYNC_SEE_PUBLIC, 0,   \
			NULL                                                                       \
	}
#define PLAIN(ctype, member, typevar) FIELD(ctype, member, typevar, NONE, NONE, 0)

		const sync_field point_field[] = { PLAIN(Point, x, i32_type),
						   PLAIN(Point, y, i32_type) };
STRUCT(point, Point, 2, -1)

const sync_field card_field[] = {
	FIELD(Card, id, string_type, NONE, NONE, SYNC_FIELD_KEY),
	PLAIN(Card, text, string_type),
	PLAIN(Card, done, bool_type),
	FIELD(Card, due, safe_type, offsetof(Card, has_due), NONE, 0),
	PLAIN(Card, at, point_type),
	PLAIN(Card, labels, label_list_type),
};
STRUCT(card, Card, 6, CARD_ID)

const sync_field person_field[] = {
	PLAIN(Person, name, string_type),
	PLAIN(Person, age, u8_type),
	PLAIN(Person, cards, card_list_type),
};
STRUCT(person, Person, 3, -1)

static const sync_field shape_field[] = {
	{ "point", "/point", 5, 6, 0, &point_type, offsetof(Shape, as), NONE, NONE, 0,
	  SYNC_SEE_PUBLIC, 0, NULL },
	{ "card", "/card", 4, 5, 0, &card_type, offsetof(Shape, as), NONE, NONE, 0, SYNC_SEE_PUBLIC,
	  0, NULL },
};
const sync_type shape_type = {
	"Shape", &union_ops, SYNC_KIND_UNION, sizeof(Shape), 0, 0, 0, 0, 0, 0, 0,
	0,	 NULL,	     &shape_keys,     shape_field,   2, -1
};

const sync_field tree_field[] = {
	PLAIN(Tree, name, string_type),
	FIELD(Tree, left, tree_type, offsetof(Tree, has_left), NONE, SYNC_FIELD_BOXED),
	FIELD(Tree, right, tree_type, NONE, offsetof(Tree, null_right), SYNC_FIELD_BOXED),
	PLAIN(Tree, children, tree_list_type),
};
STRUCT(tree, Tree, 4, -1)

static void init_title(void *cell)
{
	static const struct {
		sync_str_head head;
		char bytes[8];
	} board = { { 5, SYNC_STR_STATIC }, "Board" };
	*(sync_str *)cell = board.bytes;
}

#define AT(member) offsetof(Board, member)
const sync_field board_field[BOARD_FIELDS] = {
	{ "title", "/title", 5, 6, 0, &title_type, AT(title), NONE, NONE, 0, SYNC_SEE_PUBLIC, 0,
	  init_title },
	PLAIN(Board, done, bool_type),
	PLAIN(Board, level, level_type),
	PLAIN(Board, count, percent_type),
	PLAIN(Board, i8, i8_type),
	PLAIN(Board, i16, i16_type),
	PLAIN(Board, u8, u8_type),
	PLAIN(Board, u16, u16_type),
	PLAIN(Board, u32, u32_type),
	PLAIN(Board, big, i64_type),
	PLAIN(Board, safe, safe_type),
	PLAIN(Board, views, counter_type),
	PLAIN(Board, ubig, u64_type),
	PLAIN(Board, usafe, usafe_type),
	PLAIN(Board, ratio32, f32_type),
	PLAIN(Board, ratio, f64_type),
	FIELD(Board, note, title_type, AT(has_note), NONE, 0),
	FIELD(Board, both, string_type, AT(has_both), AT(null_both), 0),
	{ "secret", "/secret", 6, 7, 0, &string_type, AT(secret), NONE, NONE, 0, BOARD_ROLE, 0,
	  NULL },
	{ "cache", "/cache", 5, 6, SYNC_FIELD_LOCAL, &string_type, AT(cache), NONE, NONE, 0,
	  SYNC_SEE_LOCAL, 0, NULL },
	PLAIN(Board, mood, mood_type),
	PLAIN(Board, code, code_type),
	PLAIN(Board, data, bytes_type),
	PLAIN(Board, free, json_type),
	PLAIN(Board, body, text_type),
	FIELD(Board, owner, person_type, NONE, AT(null_owner), 0),
	FIELD(Board, extra, person_type, AT(has_extra), NONE, 0),
	PLAIN(Board, lead, person_type),
	FIELD(Board, spot, point_type, NONE, NONE, SYNC_FIELD_ATOMIC),
	FIELD(Board, tree, tree_type, AT(has_tree), NONE, SYNC_FIELD_BOXED),
	PLAIN(Board, small, small_type),
	PLAIN(Board, shape, shape_type),
	PLAIN(Board, cards, card_list_type),
	PLAIN(Board, grid, grid_type),
	PLAIN(Board, words, word_list_type),
	PLAIN(Board, shapes, shape_list_type),
	PLAIN(Board, tags, tag_set_type),
	PLAIN(Board, numbers, number_set_type),
	PLAIN(Board, people, people_type),
	PLAIN(Board, scores, scores_type),
	{ "a/b~c\"d", "/a~1b~0c\\\"d", 7, 11, 0, &rows_type, AT(rows), NONE, NONE, 0,
	  SYNC_SEE_PUBLIC, 0, NULL },
};
STRUCT(board, Board, BOARD_FIELDS, -1)

/* ---- JSON --------------------------------------------------------------------------------- */

char *board_json(const sync_type *type, const void *value)
{
	sync_writer writer;
	sync_writer_init(&writer);
	type->ops->write(type, &writer, value);
	if (sync_buf_cstr(&writer.out))
		return writer.out.data;
	sync_buf_release(&writer.out);
	return NULL;
}

bool board_parse(const sync_type *type, void *value, const char *json, sync_error *error)
{
	sync_reader reader;
	bool ok = sync_reader_init(&reader, json, strlen(json), NULL) &&
		  type->ops->read(type, &reader, value) && sync_read_end(&reader);
	if (error)
		*error = reader.error;
	return ok;
}
