/* json values: read, printed, compared, copied, patched. */
#include <CUnit/CUnit.h>
#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>

#include <syncgen/value.h>

#include "fault.h"

int test_value(void);

static sync_status parse(const char *text, cJSON **value, sync_error *error)
{
	sync_reader reader;
	if (sync_reader_init(&reader, text, strlen(text), NULL) && sync_read_json(&reader, value) &&
	    sync_read_end(&reader))
		return SYNC_OK;
	if (error)
		*error = reader.error;
	return reader.error.code;
}

static bool prints(const cJSON *value, const char *text)
{
	sync_buf buf = { 0 };
	bool good;
	sync_put_json(&buf, value);
	good = buf.status == SYNC_OK && buf.len == strlen(text) &&
	       memcmp(buf.data, text, buf.len) == 0;
	if (!good)
		printf("FAILED %.*s is not %s\n", (int)buf.len, buf.data, text);
	sync_buf_release(&buf);
	return good;
}

static void round_trips(void)
{
	static const char *const rows[] = {
		"null", "true", "false", "0", "-1.5", "1e+21", "\"\"", "\"a\\\"\\\\\\n\"", "[]",
		"{}", "[null,[true],{}]", "{\"a\":{\"b\":[1,2,{\"c\":null}]},\"\":\"x\"}",
		/* more members than are compared one with each other */
		("{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,\"i\":8,\"j\":9,"
		 "\"k\":10,\"l\":11,\"m\":12,\"n\":13}")
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cJSON *value = NULL, *copy;
		CU_ASSERT_EQUAL(parse(rows[i], &value, NULL), SYNC_OK);
		CU_ASSERT(prints(value, rows[i]));
		CU_ASSERT_EQUAL(sync_json_copy(&copy, value), SYNC_OK);
		CU_ASSERT(prints(copy, rows[i]));
		CU_ASSERT(sync_json_equal(value, copy));
		CU_ASSERT_EQUAL(value == NULL, i == 0);
		sync_json_free(copy);
		sync_json_free(value);
	}
}

static void refused(void)
{
	static const struct {
		const char *text;
		sync_status status;
		const char *pointer, *message;
	} rows[] = {
		{ "\"a\\u0000b\"", SYNC_INVALID, "", "U+0000 in a json value" },
		{ "{\"x\":[1,\"\\u0000\"]}", SYNC_INVALID, "/x/1", "U+0000 in a json value" },
		{ "{\"a\\u0000\":1}", SYNC_INVALID, "", "U+0000 in a json value" },
		{ "{\"a\":1,\"b\":2,\"a\":3}", SYNC_INVALID, "/a", "the member comes twice" },
		{ "{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,\"i\":8,"
		  "\"j\":9,\"k\":10,\"l\":11,\"m\":12,\"a\":13}",
		  SYNC_INVALID, "/a", "the member comes twice" },
		{ "{\"a\":{\"b\":1,\"b\":1}}", SYNC_INVALID, "/a/b", "the member comes twice" },
		{ "-01", SYNC_PARSE, "", NULL },
		{ "2.", SYNC_PARSE, "", NULL },
		{ "0.e1", SYNC_PARSE, "", NULL },
		{ "nul", SYNC_PARSE, "", NULL },
		{ "[1,]", SYNC_PARSE, NULL, NULL },
		{ "{\"a\"}", SYNC_PARSE, NULL, NULL },
		{ "1e400", SYNC_INVALID, "", NULL },
		{ "", SYNC_PARSE, "", NULL },
		{ "\"\xff\"", SYNC_PARSE, "", NULL },
		{ "1 2", SYNC_PARSE, "", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cJSON *value = NULL;
		sync_error error;
		sync_status status = parse(rows[i].text, &value, &error);
		bool good = status == rows[i].status &&
			    (!rows[i].pointer || strcmp(error.pointer, rows[i].pointer) == 0) &&
			    (!rows[i].message || strcmp(error.message, rows[i].message) == 0);
		if (!good)
			printf("FAILED %s: %s %s %s\n", rows[i].text, sync_status_name(status),
			       error.pointer, error.message);
		CU_ASSERT(good);
		sync_json_free(value);
	}
}

static void too_deep(void)
{
	char text[3001];
	cJSON *value = NULL, *copy, *chain = cJSON_CreateArray();
	sync_limits limits = { SIZE_MAX, 4000, SIZE_MAX };
	sync_reader reader;
	sync_buf buf = { 0 };
	memset(text, '[', 1500);
	memset(text + 1500, ']', 1500);
	text[3000] = 0;
	CU_ASSERT_EQUAL(parse(text, &value, NULL), SYNC_TOO_BIG);
	CU_ASSERT(sync_reader_init(&reader, text, 3000, &limits));
	CU_ASSERT(!sync_read_json(&reader, &value));
	CU_ASSERT_EQUAL(reader.error.code, SYNC_TOO_BIG);
	/* what a program built may be any depth: not copied, not printed, but freed */
	for (int i = 0; i < 200000; i++) {
		cJSON *outer = cJSON_CreateArray();
		cJSON_AddItemToArray(outer, chain);
		chain = outer;
	}
	CU_ASSERT_EQUAL(sync_json_copy(&copy, chain), SYNC_TOO_BIG);
	sync_put_json(&buf, chain);
	CU_ASSERT_EQUAL(buf.status, SYNC_TOO_BIG);
	sync_buf_release(&buf);
	sync_json_free(chain);
}

static void compared(void)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "1", "1.0", true },
		{ "100", "1e2", true },
		{ "0", "-0", true },
		{ "1", "\"1\"", false },
		{ "1", "1.0000000000000002", false },
		{ "null", "false", false },
		{ "true", "false", false },
		{ "[]", "{}", false },
		{ "[1,2]", "[2,1]", false },
		{ "[1]", "[1,2]", false },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true },
		{ "{\"a\":1,\"b\":2}", "{\"b\":2,\"c\":1}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":1}", false },
		{ "{\"a\":[{\"x\":1,\"y\":2}]}", "{\"a\":[{\"y\":2,\"x\":1}]}", true },
		{ "\"\\u00e9\"", "\"e\\u0301\"", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cJSON *a = NULL, *b = NULL;
		CU_ASSERT_EQUAL(parse(rows[i].a, &a, NULL), SYNC_OK);
		CU_ASSERT_EQUAL(parse(rows[i].b, &b, NULL), SYNC_OK);
		if (sync_json_equal(a, b) != rows[i].equal)
			printf("FAILED %s %s\n", rows[i].a, rows[i].b);
		CU_ASSERT_EQUAL(sync_json_equal(a, b), rows[i].equal);
		CU_ASSERT_EQUAL(sync_json_equal(b, a), rows[i].equal);
		sync_json_free(a);
		sync_json_free(b);
	}
}

/* Members in another order at every level must not double the work at each. */
static void nested_in_another_order(void)
{
	cJSON *a = NULL, *b = NULL;
	sync_buf left = { 0 }, right = { 0 };
	for (int i = 0; i < 60; i++) {
		SYNC_BUF_LITERAL(&left, "{\"x\":");
		SYNC_BUF_LITERAL(&right, "{\"y\":0,\"x\":");
	}
	SYNC_BUF_LITERAL(&left, "1");
	SYNC_BUF_LITERAL(&right, "1");
	for (int i = 0; i < 60; i++) {
		SYNC_BUF_LITERAL(&left, ",\"y\":0}");
		SYNC_BUF_LITERAL(&right, "}");
	}
	CU_ASSERT_EQUAL(parse(sync_buf_cstr(&left), &a, NULL), SYNC_OK);
	CU_ASSERT_EQUAL(parse(sync_buf_cstr(&right), &b, NULL), SYNC_OK);
	CU_ASSERT(sync_json_equal(a, b));
	sync_json_free(a);
	sync_json_free(b);
	sync_buf_release(&left);
	sync_buf_release(&right);
}

/* What a program made with cJSON itself. */
static void foreign(void)
{
	cJSON *object = cJSON_CreateObject(), *copy;
	cJSON *shared = cJSON_CreateString("twice");
	cJSON_AddItemReferenceToObject(object, "a", shared);
	cJSON_AddItemToObjectCS(object, "b", cJSON_CreateNumber(2));
	CU_ASSERT_EQUAL(sync_json_copy(&copy, object), SYNC_OK);
	CU_ASSERT(prints(copy, "{\"a\":\"twice\",\"b\":2}"));
	sync_json_free(copy);
	cJSON_AddNumberToObject(object, "b", 3);
	CU_ASSERT_EQUAL(sync_json_copy(&copy, object), SYNC_INVALID);
	sync_json_free(object);
	cJSON_Delete(shared);

	object = cJSON_CreateRaw("}{");
	CU_ASSERT_EQUAL(sync_json_copy(&copy, object), SYNC_INVALID);
	CU_ASSERT(prints(object, "null"));
	sync_json_free(object);
	object = cJSON_CreateString("\xff");
	CU_ASSERT_EQUAL(sync_json_copy(&copy, object), SYNC_INVALID);
	sync_json_free(object);
	object = cJSON_CreateNumber(HUGE_VAL);
	CU_ASSERT_EQUAL(sync_json_copy(&copy, object), SYNC_INVALID);
	sync_json_free(object);
}

/* cJSON's own functions read what we made. */
static void read_by_cjson(void)
{
	cJSON *value = NULL;
	CU_ASSERT_EQUAL(parse("{\"n\":-3e9,\"s\":\"x\",\"a\":[1,2,3]}", &value, NULL), SYNC_OK);
	CU_ASSERT(cJSON_GetNumberValue(cJSON_GetObjectItem(value, "n")) < -2.9e9);
	CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItem(value, "s")), "x");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItem(value, "a")), 3);
	CU_ASSERT_EQUAL(cJSON_GetArrayItem(cJSON_GetObjectItem(value, "a"), 2)->valueint, 3);
	sync_json_free(value);
}

static const char long_patch[] = "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":{\"x\":[1]}},"
				 "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},"
				 "{\"op\":\"move\",\"from\":\"/b/0\",\"path\":\"/c\"},"
				 "{\"op\":\"replace\",\"path\":\"/b/0/x/0\",\"value\":\"two\"},"
				 "{\"op\":\"test\",\"path\":\"/c\",\"value\":0},"
				 "{\"op\":\"remove\",\"path\":\"/a/0\"}]";

static void failing_allocations(void)
{
	cJSON *before = NULL, *after = NULL;
	sync_status status = SYNC_OK;
	parse("{\"a\":[0]}", &before, NULL);
	parse("{\"a\":[{\"x\":[1]}],\"b\":[{\"x\":[\"two\"]}],\"c\":0}", &after, NULL);
	for (long n = 1; fault_next(n); n++) {
		cJSON *value = NULL;
		status = parse("{\"a\":[0]}", &value, NULL);
		if (status == SYNC_OK) {
			status = sync_json_patch(&value, long_patch, strlen(long_patch), NULL);
			CU_ASSERT(sync_json_equal(value, status == SYNC_OK ? after : before));
		}
		CU_ASSERT(status == SYNC_OK || status == SYNC_NOMEM);
		sync_json_free(value);
		CU_ASSERT_EQUAL(fault_alive(), 0);
	}
	fault_end();
	CU_ASSERT_EQUAL(status, SYNC_OK);
	sync_json_free(before);
	sync_json_free(after);
}

static void patch_errors(void)
{
	static const struct {
		const char *ops;
		sync_status status;
		const char *pointer, *message;
	} rows[] = {
		{ "[{\"op\":\"test\",\"path\":\"/a\",\"value\":[0]},"
		  "{\"op\":\"add\",\"path\":\"/a/7\",\"value\":1}]",
		  SYNC_NOT_FOUND, "/a/7", "operation 1: there is no such thing" },
		{ "[{\"op\":\"add\",\"path\":\"/a/0\",\"value\":{\"k\":\"\\u0000\"}}]",
		  SYNC_INVALID, "/a/0/k", "operation 0: U+0000 in a json value" },
		{ "[{\"op\":\"add\",\"path\":\"/b\\u0000\",\"value\":1}]", SYNC_INVALID, NULL,
		  "operation 0: a value breaks a constraint" },
		{ "[{\"op\":\"test\",\"path\":\"/s\",\"value\":\"x\\u0000y\"}]", SYNC_CONFLICT,
		  "/s", "operation 0: the test failed" },
		{ "[{\"op\":\"copy\",\"from\":123,\"path\":\"/b\"}]", SYNC_INVALID, "", NULL },
		{ "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/0\"}]", SYNC_INVALID, "/a/0",
		  "operation 0: moved into itself" },
		{ "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/z\"}]", SYNC_INVALID, "/z", NULL },
		{ "[{\"op\":\"remove\",\"path\":\"\"}]", SYNC_INVALID, "", NULL },
		{ "[{\"op\":\"remove\",\"path\":\"/a/18446744073709551616\"}]", SYNC_NOT_FOUND,
		  NULL, NULL },
		{ "[{\"op\":\"remove\",\"path\":\"/s/0\"}]", SYNC_NOT_FOUND, "/s/0", NULL },
		{ "[{\"op\":\"add\",\"path\":\"/s/0\",\"value\":1}]", SYNC_NOT_FOUND, "/s/0",
		  NULL },
		{ "[{\"op\":\"add\",\"path\":\"a\",\"value\":1}]", SYNC_INVALID, "",
		  "operation 0: 'path' is not a JSON Pointer" },
		{ "[{\"op\":\"add\",\"path\":\"/a\"}]", SYNC_INVALID, "",
		  "operation 0: the member 'value' is missing" },
		{ "[{\"op\":\"spam\",\"path\":\"/a\"}]", SYNC_INVALID, "",
		  "operation 0: there is no operation 'spam'" },
		{ "[{\"op\":\"remove\",\"path\":\"/a\"}", SYNC_PARSE, "", NULL },
		{ "[] x", SYNC_PARSE, "", NULL },
		{ "{}", SYNC_INVALID, "", NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		cJSON *value = NULL;
		sync_error error;
		sync_status status;
		bool good;
		parse("{\"a\":[0],\"s\":\"x\"}", &value, NULL);
		status = sync_json_patch(&value, rows[i].ops, strlen(rows[i].ops), &error);
		good = status == rows[i].status && error.code == status &&
		       (!rows[i].pointer || strcmp(error.pointer, rows[i].pointer) == 0) &&
		       (!rows[i].message || strcmp(error.message, rows[i].message) == 0);
		if (!good)
			printf("FAILED %s: %s '%s' %s\n", rows[i].ops, sync_status_name(status),
			       error.pointer, error.message);
		CU_ASSERT(good);
		CU_ASSERT(prints(value, "{\"a\":[0],\"s\":\"x\"}"));
		sync_json_free(value);
	}
}

/* Forty copies that each double the value would take a terabyte. */
static void copy_bomb(void)
{
	sync_buf ops = { 0 };
	cJSON *value = NULL;
	parse("{\"a\":[\"some text to be copied again and again\"]}", &value, NULL);
	sync_buf_byte(&ops, '[');
	for (int i = 0; i < 40; i++)
		SYNC_BUF_LITERAL(&ops, "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},"
				       "{\"op\":\"move\",\"from\":\"/b\",\"path\":\"/a/-\"},");
	SYNC_BUF_LITERAL(&ops, "{\"op\":\"test\",\"path\":\"/a\",\"value\":0}]");
	CU_ASSERT_EQUAL(sync_json_patch(&value, ops.data, ops.len, NULL), SYNC_TOO_BIG);
	CU_ASSERT(prints(value, "{\"a\":[\"some text to be copied again and again\"]}"));
	sync_buf_release(&ops);
	sync_json_free(value);
}

/* Wrapped again and again, a value would become too deep to be read by anybody. */
static void depth_bomb(void)
{
	sync_buf ops = { 0 };
	cJSON *value = NULL;
	parse("{\"a\":[]}", &value, NULL);
	sync_buf_byte(&ops, '[');
	for (int i = 0; i < 400; i++)
		SYNC_BUF_LITERAL(&ops, "{\"op\":\"add\",\"path\":\"/b\",\"value\":[]},"
				       "{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b/-\"},"
				       "{\"op\":\"move\",\"from\":\"/b\",\"path\":\"/a\"},");
	SYNC_BUF_LITERAL(&ops, "{\"op\":\"remove\",\"path\":\"/a\"}]");
	CU_ASSERT_EQUAL(sync_json_patch(&value, ops.data, ops.len, NULL), SYNC_TOO_BIG);
	CU_ASSERT(prints(value, "{\"a\":[]}"));
	sync_buf_release(&ops);
	sync_json_free(value);
}

static void null_root(void)
{
	const char *to_null = "[{\"op\":\"replace\",\"path\":\"\",\"value\":null}]";
	const char *from_null = "[{\"op\":\"test\",\"path\":\"\",\"value\":null},"
				"{\"op\":\"add\",\"path\":\"\",\"value\":[null]}]";
	cJSON *value = NULL, *found;
	CU_ASSERT_EQUAL(sync_json_patch(&value, from_null, strlen(from_null), NULL), SYNC_OK);
	CU_ASSERT(prints(value, "[null]"));
	CU_ASSERT_EQUAL(sync_json_at(value, "/0", 2, &found), SYNC_OK);
	CU_ASSERT_EQUAL(sync_json_patch(&value, to_null, strlen(to_null), NULL), SYNC_OK);
	CU_ASSERT_PTR_NULL(value);
	CU_ASSERT_EQUAL(sync_json_at(value, "", 0, &found), SYNC_OK);
	CU_ASSERT_EQUAL(sync_json_at(value, "/x", 2, &found), SYNC_NOT_FOUND);
	CU_ASSERT_EQUAL(sync_json_at(value, "x", 1, &found), SYNC_PARSE);
}

int test_value(void)
{
	CU_pSuite suite = CU_add_suite("value", NULL, NULL);
	return !suite || !CU_add_test(suite, "round_trips", round_trips) ||
	       !CU_add_test(suite, "refused", refused) ||
	       !CU_add_test(suite, "too_deep", too_deep) ||
	       !CU_add_test(suite, "compared", compared) ||
	       !CU_add_test(suite, "nested_in_another_order", nested_in_another_order) ||
	       !CU_add_test(suite, "foreign", foreign) ||
	       !CU_add_test(suite, "read_by_cjson", read_by_cjson) ||
	       !CU_add_test(suite, "failing_allocations", failing_allocations) ||
	       !CU_add_test(suite, "patch_errors", patch_errors) ||
	       !CU_add_test(suite, "copy_bomb", copy_bomb) ||
	       !CU_add_test(suite, "depth_bomb", depth_bomb) ||
	       !CU_add_test(suite, "null_root", null_root);
}
