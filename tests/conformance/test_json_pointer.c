/* The cases of the json-pointer folder (RFC 6901): one JSON object a line. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>

#include <syncgen/value.h>

#include "pointer.h"
#include "suite.h"

int test_json_pointer(void);

/* Raw text of a case's members; NULL: not there. */
struct pointer_case {
	const char *doc, *value;
	size_t doc_length, value_length;
	sync_str id, pointer;
	bool eval, valid, error;
};

static void read_member(struct pointer_case *it, const char *key, const char *raw, size_t length)
{
	sync_reader reader;
	sync_str kind = NULL;
	CU_ASSERT_FATAL(sync_reader_init(&reader, raw, length, NULL));
	if (strcmp(key, "doc") == 0) {
		it->doc = raw;
		it->doc_length = length;
	} else if (strcmp(key, "value") == 0) {
		it->value = raw;
		it->value_length = length;
	} else if (strcmp(key, "error") == 0) {
		it->error = true;
	} else if (strcmp(key, "valid") == 0) {
		CU_ASSERT_FATAL(sync_read_bool(&reader, &it->valid));
	} else if (strcmp(key, "id") == 0) {
		CU_ASSERT_FATAL(sync_read_string(&reader, &it->id, 0, 1000));
	} else if (strcmp(key, "pointer") == 0) {
		CU_ASSERT_FATAL(sync_read_string(&reader, &it->pointer, 0, 1000));
	} else if (strcmp(key, "kind") == 0) {
		CU_ASSERT_FATAL(sync_read_string(&reader, &kind, 0, 1000));
		it->eval = strcmp(kind, "eval") == 0;
		sync_str_free(kind);
	}
}

static void read_case(const char *line, size_t length, struct pointer_case *it)
{
	sync_reader reader;
	bool first = true;
	sync_str key = NULL;
	memset(it, 0, sizeof(*it));
	CU_ASSERT_FATAL(sync_reader_init(&reader, line, length, NULL));
	CU_ASSERT_FATAL(sync_read_object(&reader));
	while (sync_read_entry(&reader, &first, &key) > 0) {
		const char *raw;
		size_t raw_length;
		CU_ASSERT_FATAL(sync_read_skip(&reader, &raw, &raw_length));
		read_member(it, key, raw, raw_length);
		sync_str_free(key);
		key = NULL;
	}
	CU_ASSERT_FATAL(sync_read_end(&reader));
}

static struct cJSON *parse(const char *text, size_t length)
{
	struct cJSON *value = NULL;
	sync_reader reader;
	CU_ASSERT_FATAL(sync_reader_init(&reader, text, length, NULL));
	CU_ASSERT_FATAL(sync_read_json(&reader, &value));
	return value;
}

static bool syntax(const struct pointer_case *it)
{
	struct pointer pointer;
	sync_status status =
		sync_pointer_parse(&pointer, it->pointer, sync_str_len(it->pointer), false);
	return it->valid ? status == SYNC_OK : status == SYNC_PARSE;
}

static bool eval(const struct pointer_case *it)
{
	struct cJSON *doc = parse(it->doc, it->doc_length), *found;
	sync_status status = sync_json_at(doc, it->pointer, sync_str_len(it->pointer), &found);
	bool good;
	if (it->error) {
		good = !found && (status == SYNC_PARSE || status == SYNC_NOT_FOUND);
	} else {
		struct cJSON *value = parse(it->value, it->value_length);
		good = status == SYNC_OK && sync_json_equal(found, value);
		sync_json_free(value);
	}
	sync_json_free(doc);
	return good;
}

static void cases(void)
{
	size_t length;
	char *text, *line, *end;
	unsigned ran = 0;
	if (!suite_present("json-pointer"))
		return;
	text = suite_file("json-pointer/pointer-cases.jsonl", &length);
	CU_ASSERT_FATAL(text != NULL);
	for (line = text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		struct pointer_case it;
		bool good;
		read_case(line, (size_t)(end - line), &it);
		good = it.eval ? eval(&it) : syntax(&it);
		if (!good)
			printf("FAILED %s\n", it.id);
		CU_ASSERT(good);
		sync_str_free(it.id);
		sync_str_free(it.pointer);
		ran++;
	}
	free(text);
	suite_ran("json-pointer", ran);
}

int test_json_pointer(void)
{
	CU_pSuite suite = CU_add_suite("json_pointer", NULL, NULL);
	return !suite || !CU_add_test(suite, "cases", cases);
}
