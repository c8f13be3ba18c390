/* What the compiler made of every.sync: values, as a program has them. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "every.h"
#include "every_text.h"
#include "wire/board.h"
#include "row.h"
#include "suite.h"

/* ---- defaults ---- */

#define HEAD_NUMBERS                                                                               \
	"{\"a\":true,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":\"0\",\"j\":"   \
	"\"0\","                                                                                   \
	"\"k\":0,\"l\":0,\"m\":0,\"n\":0,\"o\":0,\"p\":-5,\"q\":1,\"r\":\"-9223372036854775808\"," \
	"\"s\":\"18446744073709551615\",\"t\":0.1,\"u\":0,\"v\":3}"

static const struct {
	const char *name;
	const sync_type *type;
	const char *json;
} defaults[] = {
	{ "numbers", &numbers_type, HEAD_NUMBERS },
	{ "bounds", &bounds_type,
	  "{\"a\":5,\"b\":-3,\"c\":0.5,\"d\":-0.25,\"e\":\"7\",\"f\":\"8\",\"h\":null}" },
	{ "formats", &formats_type,
	  "{\"a\":\"00000000-0000-0000-0000-000000000000\",\"b\":\"a@b.example\","
	  "\"c\":\"https://example.org/\",\"d\":\"2024-02-29\",\"e\":\"2024-02-29T12:00:00Z\","
	  "\"f\":\"127.0.0.1\",\"g\":\"::1\",\"h\":\"example.org\",\"i\":\"a-b\",\"j\":\"AQI=\"}" },
	{ "leaves", &leaves_type,
	  "{\"text\":\"say \\\"hi\\\"\\n?\?/ \\\\\",\"more\":\"\",\"data\":\"\",\"any\":null,"
	  "\"level\":\"high\",\"kind\":\"fancy\",\"odd \\\"name\\\"/~\":\"\",\"counter\":0}" },
	{ "optionals", &optionals_type, "{\"b\":null,\"f\":null}" },
	{ "small", &small_type, "{\"code\":\"ab\",\"rgb\":[]}" },
	{ "shape", &shape_type, "{\"type\":\"circle\",\"r\":0}" },
	{ "tree", &tree_type, "{\"name\":\"\",\"right\":null,\"children\":[],\"named\":{}}" },
	{ "row", &row_type, "{\"id\":\"\",\"text\":\"new\",\"count\":0}" },
	{ "nothing", &nothing_type, "{}" },
	{ "arguments", &all_list_args_type, "{\"most\":1}" },
};

static void test_defaults(void)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		void *value = sync_box_new(defaults[i].type);
		ROW(defaults[i].name,
		    value && every_prints_as(defaults[i].type, value, defaults[i].json));
		sync_box_free(defaults[i].type, value);
	}
}

/* ---- round trips ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *json, *out; /* out NULL: the same */
} trips[] = {
	{ "defaults come back", &numbers_type, HEAD_NUMBERS, NULL },
	{ "every absent one there", &optionals_type,
	  "{\"a\":1,\"b\":2,\"c\":\"x\",\"d\":{\"x\":1,\"y\":2},\"e\":[\"q\"],\"f\":{\"k\":1},"
	  "\"g\":{\"type\":\"the "
	  "square\",\"side\":2},\"h\":\"low\",\"i\":\"AQI=\",\"j\":{\"z\":[1]},"
	  "\"k\":[\"s\"],\"l\":{\"code\":\"\",\"rgb\":[1,2,3]},\"m\":[{\"id\":\"r\",\"text\":\"\","
	  "\"count\":1,\"at\":{\"x\":0,\"y\":5}}],\"n\":\"inline\"}",
	  NULL },
	{ "every nullable one null", &optionals_type,
	  "{\"b\":null,\"c\":null,\"f\":null,\"l\":null}", NULL },
	{ "any order, unknown ones ignored", &point_type, "{\"z\":[{}],\"y\":1,\"x\":2}",
	  "{\"x\":2,\"y\":1}" },
	{ "a default stays", &point_type, "{\"x\":2}", "{\"x\":2,\"y\":5}" },
	{ "whole numbers in any form", &point_type, "{\"x\":1e2,\"y\":2.0}",
	  "{\"x\":100,\"y\":2}" },
	{ "boxes", &tree_type,
	  "{\"name\":\"a\",\"left\":{\"name\":\"b\",\"right\":null,\"children\":[],\"named\":{}},"
	  "\"right\":{\"name\":\"c\",\"right\":null,\"children\":[{\"name\":\"d\",\"right\":null,"
	  "\"children\":[],\"named\":{}}],\"named\":{\"k\":{\"name\":\"e\",\"right\":null,"
	  "\"children\":[],\"named\":{}}}},\"children\":[],\"named\":{}}",
	  NULL },
	{ "the tag first", &shape_type, "{\"type\":\"circle\",\"r\":1.5}", NULL },
	{ "the tag last", &shape_type, "{\"r\":1.5,\"type\":\"circle\"}",
	  "{\"type\":\"circle\",\"r\":1.5}" },
	{ "an alternative without members", &shape_type, "{\"type\":\"none\"}", NULL },
	{ "containers", &containers_type,
	  "{\"rows\":[{\"id\":\"a\",\"text\":\"t\",\"count\":1}],\"numbers\":[1,2],"
	  "\"strings\":[\"s\",\"\"],\"blobs\":[\"AQI=\",\"\"],\"values\":[1,null,{\"a\":[]}],"
	  "\"kinds\":[\"plain\",\"from the future\"],\"levels\":[\"low\",\"mid-level\"],"
	  "\"shapes\":[{\"type\":\"none\"},{\"type\":\"circle\",\"r\":2}],\"grid\":[[1],[],[2,3]],"
	  "\"lists\":{\"a\":[\"x\"],\"b\":[]},\"counts\":{\"z\":1,\"a\":2},\"names\":{\"n\":\"m\"},"
	  "\"points\":{\"p\":{\"x\":1,\"y\":2}},\"tags\":[\"t\"],\"ids\":[3,1],"
	  "\"table\":{\"k\":{\"id\":\"k\",\"text\":\"\",\"count\":0}},\"by_id\":[{\"id\":7,"
	  "\"text\":\"\"}],\"levelled\":{\"q\":\"high\"},\"times\":[0.5,1e+21]}",
	  NULL },
	{ "zeros inside strings", &leaves_type,
	  "{\"text\":\"a\\u0000b\",\"more\":\"\",\"data\":\"\",\"any\":null,\"level\":\"low\","
	  "\"kind\":\"new kind\",\"odd \\\"name\\\"/~\":\"\",\"counter\":-1}",
	  NULL },
};

static void test_round_trips(void)
{
	for (size_t i = 0; i < sizeof(trips) / sizeof(*trips); i++) {
		const sync_type *type = trips[i].type;
		const char *out = trips[i].out ? trips[i].out : trips[i].json;
		void *value = sync_box_new(type);
		sync_error error = { .code = SYNC_OK };
		sync_status status = every_read_as(type, value, trips[i].json, &error);
		if (status != SYNC_OK)
			printf("%s: %s\n", error.pointer, error.message);
		ROW(trips[i].name, status == SYNC_OK && every_prints_as(type, value, out));
		void *copy = sync_box_copy(type, value);
		ROW(trips[i].name, copy && type->ops->equal(type, value, copy) &&
					   every_prints_as(type, copy, out));
		ROW(trips[i].name, copy && type->ops->validate(type, copy, &error));
		sync_box_free(type, copy);
		sync_box_free(type, value);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *json;
	sync_status code;
	const char *pointer;
} refused[] = {
	{ "a missing member", &point_type, "{\"y\":1}", SYNC_INVALID, "" },
	{ "twice the same", &point_type, "{\"x\":1,\"x\":1}", SYNC_INVALID, "/x" },
	{ "below the range", &point_type, "{\"x\":-1001}", SYNC_INVALID, "/x" },
	{ "above the range", &point_type, "{\"x\":1001}", SYNC_INVALID, "/x" },
	{ "a fraction", &point_type, "{\"x\":1.5}", SYNC_INVALID, "/x" },
	{ "not an object", &point_type, "[]", SYNC_INVALID, "" },
	{ "not JSON", &point_type, "{\"x\":}", SYNC_PARSE, "/x" },
	{ "more behind it", &point_type, "{\"x\":1} 2", SYNC_PARSE, "" },
	{ "too long a string", &row_type, "{\"id\":\"123456789012345678901\",\"count\":1}",
	  SYNC_INVALID, "/id" },
	{ "no such name", &leaves_type, "{\"level\":\"mid\",\"text\":\"a\"}", SYNC_INVALID,
	  "/level" },
	{ "not a form", &formats_type, "{\"f\":\"1.2.3\"}", SYNC_INVALID, "/f" },
	{ "deep inside", &containers_type, "{\"rows\":[{\"id\":\"a\",\"count\":-1}]}", SYNC_INVALID,
	  "/rows/0/count" },
	{ "in a map", &containers_type, "{\"counts\":{\"a/b\":\"x\"}}", SYNC_INVALID,
	  "/counts/a~1b" },
	{ "too many", &containers_type, "{\"numbers\":[1,2,3,4,5,6]}", SYNC_INVALID, "/numbers" },
	{ "no such alternative", &shape_type, "{\"type\":\"triangle\"}", SYNC_INVALID, "/type" },
	{ "no tag", &shape_type, "{\"r\":1}", SYNC_INVALID, "" },
	{ "unknown in a closed one", &shape_type, "{\"type\":\"circle\",\"r\":1,\"s\":1}",
	  SYNC_INVALID, "/s" },
	{ "the tag alone in a closed one", &circle_type, "{\"type\":\"circle\",\"r\":1}",
	  SYNC_INVALID, "/type" },
	{ "null where there is none", &point_type, "{\"x\":null}", SYNC_INVALID, "/x" },
	{ "too much for an inline string", &small_type, "{\"code\":\"abcde\",\"rgb\":[]}",
	  SYNC_INVALID, "/code" },
	{ "too many for an inline list", &small_type, "{\"rgb\":[1,2,3,4]}", SYNC_INVALID, "/rgb" },
	{ "past 2^53", &numbers_type, "{\"h\":9007199254740992}", SYNC_INVALID, "/h" },
	{ "past 2^64", &numbers_type, "{\"j\":\"18446744073709551616\"}", SYNC_INVALID, "/j" },
	{ "a local member is unknown, not set", &circle_type, "{\"r\":101}", SYNC_INVALID, "/r" },
};

static void test_refused(void)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		const sync_type *type = refused[i].type;
		void *value = sync_box_new(type);
		char *before = every_text_of(type, value);
		sync_error error = { .code = SYNC_OK };
		sync_status status = every_read_as(type, value, refused[i].json, &error);
		bool right = status == refused[i].code && error.code == status &&
			     strcmp(error.pointer, refused[i].pointer) == 0;
		if (!right)
			printf("%s at '%s': %s\n", sync_status_name(status), error.pointer,
			       error.message);
		ROW(refused[i].name, right);
		ROW(refused[i].name, before && every_prints_as(type, value, before));
		free(before);
		sync_box_free(type, value);
	}
}

/* ---- differences ---- */

static const struct {
	const char *name;
	const sync_type *type;
	const char *before, *after;
} differences[] = {
	{ "nothing", &point_type, "{\"x\":1}", "{\"x\":1}" },
	{ "a number", &point_type, "{\"x\":1}", "{\"x\":2}" },
	{ "absent to there", &optionals_type, "{\"b\":1,\"f\":null}",
	  "{\"a\":1,\"b\":null,\"d\":{\"x\":1},\"e\":[\"z\"],\"f\":{\"q\":1}}" },
	{ "another alternative", &shape_type, "{\"type\":\"circle\",\"r\":1}",
	  "{\"type\":\"the square\",\"side\":1}" },
	{ "boxes", &tree_type, "{\"name\":\"a\",\"right\":null,\"children\":[],\"named\":{}}",
	  "{\"name\":\"a\",\"left\":{\"name\":\"b\",\"right\":null,\"children\":[],\"named\":{}},"
	  "\"right\":{\"name\":\"c\",\"right\":null,\"children\":[],\"named\":{}},\"children\":[],"
	  "\"named\":{}}" },
};

static void test_differences(void)
{
	for (size_t i = 0; i < 2 * sizeof(differences) / sizeof(*differences); i++) {
		const sync_type *type = differences[i / 2].type;
		const char *json[2] = { differences[i / 2].before, differences[i / 2].after };
		void *before = sync_box_new(type), *after = sync_box_new(type);
		sync_error error = { .code = SYNC_OK };
		CU_ASSERT_EQUAL(every_read_as(type, before, json[i % 2], &error), SYNC_OK);
		CU_ASSERT_EQUAL(every_read_as(type, after, json[1 - i % 2], &error), SYNC_OK);
		void *copy = sync_box_copy(type, before);
		sync_buf ops = { 0 };
		CU_ASSERT_EQUAL(sync_diff(type, before, after, &ops), SYNC_OK);
		sync_status status = sync_apply(type, before, ops.data, ops.len, NULL, &error);
		if (status != SYNC_OK)
			printf("%.*s: %s\n", (int)ops.len, ops.data, error.message);
		ROW(differences[i / 2].name,
		    status == SYNC_OK && type->ops->equal(type, before, after));
		ROW(differences[i / 2].name, copy && sync_assign(type, copy, after) == SYNC_OK &&
						     type->ops->equal(type, copy, after));
		sync_buf_release(&ops);
		sync_box_free(type, copy);
		sync_box_free(type, before);
		sync_box_free(type, after);
	}
}

/* Values of Optionals that differ from {"b":1,"f":{}} and from each other in one member. */
static const char *const unequal[] = {
	"{\"b\":1,\"f\":{}}",
	"{\"b\":null,\"f\":{}}",
	"{\"b\":2,\"f\":{}}",
	"{\"b\":1,\"f\":null}",
	"{\"b\":1,\"f\":{\"k\":1}}",
	"{\"a\":0,\"b\":1,\"f\":{}}",
	"{\"b\":1,\"c\":null,\"f\":{}}",
	"{\"b\":1,\"c\":\"\",\"f\":{}}",
	"{\"b\":1,\"d\":{\"x\":0},\"f\":{}}",
	"{\"b\":1,\"e\":[],\"f\":{}}",
	"{\"b\":1,\"f\":{},\"g\":{\"type\":\"none\"}}",
	"{\"b\":1,\"f\":{},\"h\":\"low\"}",
	"{\"b\":1,\"f\":{},\"i\":\"\"}",
	"{\"b\":1,\"f\":{},\"j\":null}",
	"{\"b\":1,\"f\":{},\"k\":[]}",
	"{\"b\":1,\"f\":{},\"l\":null}",
	"{\"b\":1,\"f\":{},\"m\":[]}",
	"{\"b\":1,\"f\":{},\"n\":\"\"}",
	"{\"b\":1,\"f\":{},\"n\":\"x\"}",
};

static void test_unequal(void)
{
	for (size_t i = 0; i < sizeof(unequal) / sizeof(*unequal); i++) {
		for (size_t k = 0; k < sizeof(unequal) / sizeof(*unequal); k++) {
			Optionals a, b;
			optionals_init(&a);
			optionals_init(&b);
			CU_ASSERT_EQUAL(every_read_as(&optionals_type, &a, unequal[i], NULL),
					SYNC_OK);
			CU_ASSERT_EQUAL(every_read_as(&optionals_type, &b, unequal[k], NULL),
					SYNC_OK);
			ROW(unequal[k], optionals_equal(&a, &b) == (i == k));
			optionals_release(&a);
			optionals_release(&b);
		}
	}
}

/* ---- names, roles, the model ---- */

static void test_names_of_values(void)
{
	Level level;
	CU_ASSERT_STRING_EQUAL(level_name(LEVEL_MID), "mid-level");
	CU_ASSERT_PTR_NULL(level_name((Level)3));
	CU_ASSERT_TRUE(level_from_name("high", &level) && level == LEVEL_HIGH);
	CU_ASSERT_FALSE(level_from_name("mid", &level));
	CU_ASSERT_FALSE(level_from_name("", &level));
}

static bool writes_for(uint64_t sees, const char *part)
{
	All all;
	sync_writer writer;
	all_init(&all);
	all_set_secret(all_edit(&all), "hush");
	all_set_cache(all_edit(&all), "mine");
	sync_writer_init(&writer);
	writer.sees = sees;
	all_write(&writer, &all);
	const char *text = sync_buf_cstr(&writer.out);
	bool found = text && strstr(text, part);
	sync_buf_release(&writer.out);
	all_release(&all);
	return found;
}

static void test_who_sees(void)
{
	CU_ASSERT_FALSE(writes_for(SYNC_SEE_PUBLIC, "secret"));
	CU_ASSERT_TRUE(writes_for(SYNC_SEE_PUBLIC | EVERY_ROLE_ADMIN, "\"secret\":\"hush\""));
	CU_ASSERT_FALSE(writes_for(~(uint64_t)SYNC_SEE_LOCAL, "cache"));
	CU_ASSERT_TRUE(writes_for(~(uint64_t)0, "\"cache\":\"mine\""));
}

static sync_status on_find(sync_call *call, AllDoc *doc, const AllFindArgs *args,
			   AllFindResult *reply)
{
	(void)call;
	(void)doc;
	reply->null_value = false;
	return row_set_id(row_edit(&reply->value), args->id);
}

static void test_dispatch(void)
{
	const sync_call_info *find = sync_model_call(&all_model, "find", 4);
	CU_ASSERT_PTR_NOT_NULL_FATAL(find);
	CU_ASSERT_EQUAL(all_model.call_count, 5);
	CU_ASSERT_EQUAL(all_model.event_count, 1);
	CU_ASSERT_STRING_EQUAL(all_model.hash, ALL_SCHEMA_HASH);
	CU_ASSERT_PTR_NOT_NULL_FATAL(all_model.json_schema);
	CU_ASSERT_PTR_NOT_NULL(strstr(every_json_schema(), "\"$schema\""));
	CU_ASSERT_PTR_EQUAL(find->throws[0], &full_thrown);
	CU_ASSERT_STRING_EQUAL(find->throws[1]->name, "not-there");
	CU_ASSERT_PTR_NULL(find->throws[2]);

	All all;
	AllFindArgs args;
	AllFindResult reply;
	all_handlers handlers;
	memset(&handlers, 0, sizeof(handlers));
	all_init(&all);
	all_find_args_init(&args);
	row_init(&reply.value);
	all_find_args_set_id(all_find_args_edit(&args), "q");
	CU_ASSERT_EQUAL(find->dispatch(NULL, &handlers, &all, &args, &reply), SYNC_UNSUPPORTED);
	CU_ASSERT_EQUAL(find->dispatch(NULL, NULL, &all, &args, &reply), SYNC_UNSUPPORTED);
	handlers.find = on_find;
	CU_ASSERT_EQUAL(find->dispatch(NULL, &handlers, &all, &args, &reply), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(reply.value.id, "q");
	CU_ASSERT_EQUAL(find->result->offset, offsetof(AllFindResult, value));
	CU_ASSERT_EQUAL(find->result->null, offsetof(AllFindResult, null_value));
	row_release(&reply.value);
	all_find_args_release(&args);
	all_release(&all);
}

/* ---- memory ---- */

/* Everything that allocates, on one value; true when all of it worked. */
static bool use_all(const sync_type *type, const char *json)
{
	void *value = sync_box_new(type);
	if (!value)
		return false;
	char *before = every_text_of(type, value);
	sync_error error = { .code = SYNC_OK };
	sync_buf ops = { 0 };
	sync_status status = every_read_as(type, value, json, &error);
	void *copy = NULL;
	if (status == SYNC_NOMEM && before)
		CU_ASSERT_TRUE(every_prints_as(type, value, before));
	if (status == SYNC_OK)
		copy = sync_box_copy(type, value);
	void *fresh = copy ? sync_box_new(type) : NULL;
	bool fine = fresh && sync_assign(type, fresh, copy) == SYNC_OK;
	if (fine)
		CU_ASSERT_TRUE(type->ops->equal(type, fresh, copy));
	sync_box_free(type, fresh);
	fresh = fine ? sync_box_new(type) : NULL;
	fine = fresh && sync_diff(type, fresh, copy, &ops) == SYNC_OK &&
	       sync_apply(type, fresh, ops.data, ops.len, NULL, &error) == SYNC_OK;
	if (fine)
		CU_ASSERT_TRUE(type->ops->equal(type, fresh, copy));
	sync_buf_release(&ops);
	sync_box_free(type, fresh);
	sync_box_free(type, copy);
	sync_box_free(type, value);
	free(before);
	return fine;
}

static void test_failing_allocations(void)
{
	for (size_t i = 0; i < sizeof(trips) / sizeof(*trips); i++) {
		bool fine = false;
		for (long n = 1; fault_next(n); n++) {
			fine = use_all(trips[i].type, trips[i].json);
			ROW(trips[i].name, fault_alive() == 0);
		}
		fault_end();
		ROW(trips[i].name, fine);
	}
}

static void test_constants(void)
{
	static const char greeting[] = "he said \"hi\"\0?\?/ \xc3\xbc";
	char room[SAME]; /* an array of that size, and a case */
	CU_ASSERT_EQUAL(sizeof room, 7);
	switch (7) {
	case MOST:
		break;
	default:
		CU_FAIL("another number");
	}
	CU_ASSERT(BELOW == -2147483647 && LEAST == -INT64_C(2147483648));
	CU_ASSERT(WIDE == INT64_C(9007199254740993) && WIDEST == UINT64_MAX);
	CU_ASSERT(HALF * 2 >= 1 && HALF * 2 <= 1);
	CU_ASSERT(WHOLE / 2 > 2 && LARGEST >= 1.7976931348623157e308);
	CU_ASSERT_EQUAL(WIRE_MOST_NOTES, 1000); /* behind the prefix */
	CU_ASSERT(!NO && text_size == 3);
	CU_ASSERT_FATAL(sizeof GREETING == sizeof greeting);
	CU_ASSERT(memcmp(GREETING, greeting, sizeof greeting) == 0);
}

int test_generated(void)
{
	static const CU_TestInfo tests[] = {
		{ "constants", test_constants },
		{ "defaults", test_defaults },
		{ "round trips", test_round_trips },
		{ "refused", test_refused },
		{ "differences", test_differences },
		{ "unequal", test_unequal },
		{ "names of values", test_names_of_values },
		{ "who sees what", test_who_sees },
		{ "dispatch", test_dispatch },
		{ "failing allocations", test_failing_allocations },
		CU_TEST_INFO_NULL,
	};
	return suite_add("generated", tests);
}
