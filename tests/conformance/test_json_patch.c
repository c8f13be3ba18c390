/* Every record of json-patch-tests (RFC 6902), on json values. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>

#include <syncgen/value.h>

#include "suite.h"

int test_json_patch(void);

/* Raw text of a record's members; NULL: not there. */
struct record {
	const char *doc, *patch, *expected;
	size_t doc_length, patch_length, expected_length;
	char comment[200];
	bool error, disabled;
};

static bool read_record(sync_reader *reader, struct record *record)
{
	bool first = true;
	sync_str key = NULL, text = NULL;
	int more;
	memset(record, 0, sizeof(*record));
	if (!sync_read_object(reader))
		return false;
	while ((more = sync_read_entry(reader, &first, &key)) > 0) {
		const char *raw;
		size_t length;
		sync_reader value;
		CU_ASSERT_FATAL(sync_read_skip(reader, &raw, &length));
		if (strcmp(key, "doc") == 0) {
			record->doc = raw;
			record->doc_length = length;
		} else if (strcmp(key, "patch") == 0) {
			record->patch = raw;
			record->patch_length = length;
		} else if (strcmp(key, "expected") == 0) {
			record->expected = raw;
			record->expected_length = length;
		} else if (strcmp(key, "error") == 0) {
			record->error = true;
		} else if (strcmp(key, "disabled") == 0) {
			record->disabled = true;
		} else if (strcmp(key, "comment") == 0 &&
			   sync_reader_init(&value, raw, length, NULL) &&
			   sync_read_string(&value, &text, 0, 1000)) {
			snprintf(record->comment, sizeof(record->comment), "%s", text);
		}
		sync_str_free(key);
		key = NULL;
	}
	sync_str_free(text);
	return more == 0;
}

static struct cJSON *parse(const char *text, size_t length)
{
	struct cJSON *value = NULL;
	sync_reader reader;
	CU_ASSERT_FATAL(sync_reader_init(&reader, text, length, NULL));
	CU_ASSERT_FATAL(sync_read_json(&reader, &value));
	return value;
}

static bool prints_as(const struct cJSON *value, const sync_buf *before)
{
	sync_buf now = { 0 };
	bool same;
	sync_put_json(&now, value);
	same = now.len == before->len && memcmp(now.data, before->data, now.len) == 0;
	sync_buf_release(&now);
	return same;
}

static bool check(const struct record *record, struct cJSON *doc, const sync_buf *before)
{
	sync_error error;
	sync_status status = sync_json_patch(&doc, record->patch, record->patch_length, &error);
	bool good;
	if (record->error) {
		good = status != SYNC_OK && error.code == status && error.message[0] &&
		       prints_as(doc, before);
	} else {
		struct cJSON *expected =
			record->expected ? parse(record->expected, record->expected_length) : NULL;
		good = status == SYNC_OK && (!record->expected || sync_json_equal(doc, expected));
		sync_json_free(expected);
	}
	if (!good)
		printf("FAILED %s: %.*s: %s\n", record->comment, (int)record->patch_length,
		       record->patch, error.message);
	sync_json_free(doc);
	return good;
}

static unsigned run_file(const char *name, unsigned *disabled)
{
	size_t length;
	char *text = suite_file(name, &length);
	struct record record;
	sync_reader reader;
	bool first = true;
	unsigned ran = 0;
	CU_ASSERT_FATAL(text != NULL);
	CU_ASSERT_FATAL(sync_reader_init(&reader, text, length, NULL));
	CU_ASSERT_FATAL(sync_read_array(&reader));
	while (sync_read_element(&reader, &first) > 0) {
		sync_buf before = { 0 };
		struct cJSON *doc;
		CU_ASSERT_FATAL(read_record(&reader, &record));
		doc = parse(record.doc, record.doc_length);
		sync_put_json(&before, doc);
		CU_ASSERT(check(&record, doc, &before));
		sync_buf_release(&before);
		*disabled += record.disabled;
		ran++;
	}
	CU_ASSERT(sync_read_end(&reader));
	free(text);
	return ran;
}

/* The disabled ones run too: they are disabled for implementations that cannot see them. */
static void records(void)
{
	unsigned disabled = 0, ran;
	if (!suite_present("json-patch-tests"))
		return;
	ran = run_file("json-patch-tests/tests.json", &disabled);
	ran += run_file("json-patch-tests/spec_tests.json", &disabled);
	printf("note: json-patch-tests: %u enabled, %u disabled\n", ran - disabled, disabled);
	suite_ran("json-patch-tests", ran);
}

int test_json_patch(void)
{
	CU_pSuite suite = CU_add_suite("json_patch", NULL, NULL);
	return !suite || !CU_add_test(suite, "records", records);
}
