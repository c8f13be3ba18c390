#include <CUnit/CUnit.h>

#include <stdlib.h>

#include <syncgen/json.h>

#include "fault.h"
#include "row.h"

/* ---- a table as the compiler writes one ---- */

enum { SLOTS = 256, MANY = 70 };

#define KEY(literal, name)                                                                         \
	{                                                                                          \
		"\"" literal "\":", name, sizeof(literal) + 2, sizeof(name) - 1                    \
	}

static const sync_key few[] = {
	KEY("id", "id"),
	KEY("", ""),
	KEY("quote\\\"d", "quote\"d"),
	KEY("a long name of more than 16", "a long name of more than 16"),
	KEY("last", "last"),
};

static void make_slots(const sync_key *keys, uint32_t count, uint16_t slots[SLOTS])
{
	memset(slots, 0, SLOTS * sizeof(*slots));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = sync_key_hash(keys[i].name, keys[i].name_length) % SLOTS;
		while (slots[slot])
			slot = (slot + 1) % SLOTS;
		slots[slot] = (uint16_t)(i + 1);
	}
}

static sync_keys table(uint16_t slots[SLOTS], const uint64_t *required, bool closed)
{
	make_slots(few, sizeof(few) / sizeof(*few), slots);
	return (sync_keys){ few, slots, SLOTS - 1, sizeof(few) / sizeof(*few), required, closed };
}

/* Reads an object whose values are small numbers: `found` gets "index=value," for each. */
static bool read_members(sync_reader *reader, const sync_keys *keys, sync_buf *found)
{
	uint64_t seen[2] = { 0 };
	int64_t value;
	int index = -1;
	if (!sync_read_object(reader))
		return false;
	while ((index = sync_read_member(reader, keys, index + 1, seen)) >= 0) {
		if (!sync_read_i64(reader, &value, 0, 99))
			return sync_read_in_n(reader, keys->keys[index].name,
					      keys->keys[index].name_length);
		sync_put_i64(found, index);
		sync_buf_byte(found, '=');
		sync_put_i64(found, value);
		sync_buf_byte(found, ',');
	}
	return index == SYNC_MEMBER_END && sync_read_end(reader);
}

/* ---- tests ---- */

static void members(void)
{
	static const struct {
		const char *text, *found, *message, *pointer;
	} rows[] = {
		{ "{\"id\":1,\"\":2,\"quote\\\"d\":3,\"a long name of more than 16\":4,\"last\":5}",
		  "0=1,1=2,2=3,3=4,4=5,", "", "" },
		{ "{\"last\":5,\"id\":1}", "4=5,0=1,", "", "" },
		{ " { \"id\" : 1 , \"last\" : 5 } ", "0=1,4=5,", "", "" },
		{ "{\"id\":1}", "0=1,", "", "" },
		{ "{\"\\u0069d\":1,\"quote\\u0022d\":3}", "0=1,2=3,", "", "" },
		{ "{\"id\":1,\"other\":{\"id\":[2,{}]},\"last\":5}", "0=1,4=5,", "", "" },
		{ "{\"id\":1,\"idd\":2,\"i\":3}", "0=1,", "", "" },
		{ "{\"x\\u0000\":0,\"id\":1}", "0=1,", "", "" },
		{ "{}", "", "the member 'id' is missing", "" },
		{ "{\"last\":5}", "4=5,", "the member 'id' is missing", "" },
		{ "{\"id\":1,\"id\":2}", "0=1,", "the member comes twice", "/id" },
		{ "{\"last\":1,\"id\":2,\"l\\u0061st\":3}", "4=1,0=2,", "the member comes twice",
		  "/last" },
		{ "{\"id\":\"x\"}", "", "expected a number, found a string", "/id" },
		{ "{\"id\":1,\"o/ther\":[tru]}", "0=1,", "expected true at byte 18", "/o~1ther" },
		{ "{\"id\":1,}", "0=1,", "expected the name of a member, found '}' at byte 8", "" },
		{ "{\"id\":1 \"last\":2}", "0=1,", "expected ',' or '}', found '\"' at byte 8",
		  "" },
		{ "{\"id\":1\"last\":2}", "0=1,", "expected ',' or '}', found '\"' at byte 7", "" },
		{ "{,\"id\":1}", "", "expected the name of a member, found ',' at byte 1", "" },
		{ "{\"id\":1,,\"last\":2}", "0=1,",
		  "expected the name of a member, found ',' at byte 8", "" },
		{ "{\"id\"", "", "the text ends, expected ':' at byte 5", "" },
		{ "{\"id\":", "", "the text ends, expected a number at byte 6", "/id" },
		{ "{\"id\":1", "0=1,", "the text ends, expected ',' or '}' at byte 7", "" },
		{ "{\"id\":1,", "0=1,", "the text ends, expected the name of a member at byte 8",
		  "" },
		{ "{", "", "the text ends, expected the name of a member at byte 1", "" },
		{ "[]", "", "expected an object, found an array", "" },
	};
	static const uint64_t required = 1;
	uint16_t slots[SLOTS];
	sync_keys keys = table(slots, &required, false);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_reader reader;
		sync_buf found = { 0 };
		/* Exactly as large as the text, for sanitizers. */
		size_t length = strlen(rows[i].text);
		char *copy = malloc(length);
		CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
		memcpy(copy, rows[i].text, length);
		sync_reader_init(&reader, copy, length, NULL);
		bool read = read_members(&reader, &keys, &found);
		ROW(rows[i].text, read == !rows[i].message[0]);
		ROW(rows[i].text, strcmp(sync_buf_cstr(&found), rows[i].found) == 0);
		if (!ROW(rows[i].text, strcmp(reader.error.message, rows[i].message) == 0))
			printf("	found '%s'\n", reader.error.message);
		ROW(rows[i].text, strcmp(reader.error.pointer, rows[i].pointer) == 0);
		ROW(rows[i].text, !read || reader.depth_left == sync_limits_default.depth);
		sync_buf_release(&found);
		free(copy);
	}
}

static void closed(void)
{
	static const uint64_t required = 0;
	static const char text[] = "{\"id\":1,\"other\":2}";
	uint16_t slots[SLOTS];
	sync_keys keys = table(slots, &required, true);
	sync_reader reader;
	sync_buf found = { 0 };
	sync_reader_init(&reader, text, sizeof(text) - 1, NULL);
	CU_ASSERT(!read_members(&reader, &keys, &found));
	CU_ASSERT_EQUAL(reader.error.code, SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(reader.error.message, "there is no such member");
	CU_ASSERT_STRING_EQUAL(reader.error.pointer, "/other");
	sync_buf_release(&found);
}

static void no_members_at_all(void)
{
	static const uint16_t slots[1] = { 0 };
	static const uint64_t none = 0;
	sync_keys keys = { NULL, slots, 0, 0, &none, false };
	sync_reader reader;
	sync_buf found = { 0 };
	sync_reader_init(&reader, "{\"a\":1}", 7, NULL);
	CU_ASSERT(read_members(&reader, &keys, &found));
	CU_ASSERT_EQUAL(sync_keys_find(&keys, "a", 1), -1);
	sync_buf_release(&found);
}

/* More members than bits in a word; the last is required. */
static void many(void)
{
	static char literals[MANY][12];
	static sync_key keys[MANY];
	uint16_t slots[SLOTS];
	const uint64_t required[2] = { (uint64_t)1 << 63, (uint64_t)1 << (MANY - 1 - 64) };
	sync_buf text = { 0 }, found = { 0 };
	sync_reader reader;
	for (int i = 0; i < MANY; i++) {
		int length = snprintf(literals[i], sizeof(literals[i]), "\"m%d\":", i);
		keys[i] = (sync_key){ literals[i], literals[i] + 1, (uint16_t)length,
				      (uint16_t)(length - 3) };
		sync_buf_byte(&text, i ? ',' : '{');
		sync_buf_put(&text, literals[i], (size_t)length);
		sync_put_i64(&text, i);
	}
	sync_buf_byte(&text, '}');
	make_slots(keys, MANY, slots);
	sync_keys table = { keys, slots, SLOTS - 1, MANY, required, false };
	for (int i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL(sync_keys_find(&table, keys[i].name, keys[i].name_length), i);
	CU_ASSERT_EQUAL(sync_keys_find(&table, "m70", 3), -1);
	sync_reader_init(&reader, text.data, text.len, NULL);
	CU_ASSERT(read_members(&reader, &table, &found));
	sync_reader_init(&reader, "{\"m63\":1}", 9, NULL);
	CU_ASSERT(!read_members(&reader, &table, &found));
	CU_ASSERT_STRING_EQUAL(reader.error.message, "the member 'm69' is missing");
	sync_reader_init(&reader, "{\"m69\":1}", 9, NULL);
	CU_ASSERT(!read_members(&reader, &table, &found));
	CU_ASSERT_STRING_EQUAL(reader.error.message, "the member 'm63' is missing");
	sync_reader_init(&reader, "{\"m69\":1,\"m63\":1,\"m69\":1}", 25, NULL);
	CU_ASSERT(!read_members(&reader, &table, &found));
	CU_ASSERT_STRING_EQUAL(reader.error.pointer, "/m69");
	sync_buf_release(&text);
	sync_buf_release(&found);
}

static void counts_against_the_limit(void)
{
	static const uint64_t required = 0;
	sync_limits small = { .bytes = 1000, .depth = 9, .elements = 3 };
	uint16_t slots[SLOTS];
	sync_keys keys = table(slots, &required, false);
	sync_reader reader;
	sync_buf found = { 0 };
	static const char fits[] = "{\"id\":1,\"other\":2,\"last\":3}";
	static const char over[] = "{\"id\":1,\"other\":[2],\"last\":3}";
	sync_reader_init(&reader, fits, sizeof(fits) - 1, &small);
	CU_ASSERT(read_members(&reader, &keys, &found));
	sync_reader_init(&reader, over, sizeof(over) - 1, &small);
	CU_ASSERT(!read_members(&reader, &keys, &found));
	CU_ASSERT_EQUAL(reader.error.code, SYNC_TOO_BIG);
	sync_buf_release(&found);
}

static void object_end(void)
{
	sync_buf buf = { 0 };
	sync_put_object_end(&buf, 0);
	size_t start = buf.len;
	SYNC_BUF_LITERAL(&buf, ",\"a\":1");
	sync_put_object_end(&buf, start);
	CU_ASSERT_STRING_EQUAL(sync_buf_cstr(&buf), "{}{\"a\":1}");
	sync_buf_release(&buf);
}

/* A long escaped name needs memory to be compared. */
static void without_memory(void)
{
	static const uint64_t required = 0;
	uint16_t slots[SLOTS];
	sync_keys keys = table(slots, &required, false);
	sync_buf text = { 0 };
	SYNC_BUF_LITERAL(&text, "{\"\\n");
	for (int i = 0; i < 300; i++)
		sync_buf_byte(&text, 'x');
	SYNC_BUF_LITERAL(&text, "\":1}");
	char found_space[64];
	for (long n = 1; fault_next(n); n++) {
		sync_reader reader;
		sync_buf found = { .data = found_space, .cap = sizeof(found_space) };
		sync_reader_init(&reader, text.data, text.len, NULL);
		bool read = read_members(&reader, &keys, &found);
		CU_ASSERT(read || reader.error.code == SYNC_NOMEM);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	sync_buf_release(&text);
}

int test_member(void)
{
	CU_pSuite suite = CU_add_suite("member", NULL, NULL);
	if (!suite || !CU_add_test(suite, "members", members) ||
	    !CU_add_test(suite, "closed", closed) ||
	    !CU_add_test(suite, "no members at all", no_members_at_all) ||
	    !CU_add_test(suite, "many", many) ||
	    !CU_add_test(suite, "counts against the limit", counts_against_the_limit) ||
	    !CU_add_test(suite, "object end", object_end) ||
	    !CU_add_test(suite, "without memory", without_memory))
		return -1;
	return 0;
}
