/* RFC 8785: the numbers folder's input, read and printed with sorted members, is its output to the
 * byte. The runtime keeps members in their order; sorting is the test's. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>

#include "suite.h"
#include "tree.h"

int test_json_jcs(void);

/* UTF-16 code units of valid UTF-8, NUL-terminated. */
static void to_utf16(const char *text, uint16_t units[64])
{
	size_t used = 0;
	while (*text && used < 62) {
		unsigned char lead = (unsigned char)*text++;
		uint32_t point = lead < 0x80   ? lead
				 : lead < 0xe0 ? lead & 0x1fu
				 : lead < 0xf0 ? lead & 0xfu
					       : lead & 7u;
		while (((unsigned char)*text & 0xc0) == 0x80)
			point = point << 6 | ((unsigned char)*text++ & 0x3fu);
		if (point >= 0x10000) {
			units[used++] = (uint16_t)(0xd7c0 + (point >> 10));
			point = 0xdc00 + (point & 0x3ff);
		}
		units[used++] = (uint16_t)point;
	}
	units[used] = 0;
}

static bool comes_before(const struct cJSON *a, const struct cJSON *b)
{
	uint16_t left[64], right[64];
	size_t i = 0;
	to_utf16(sync_tree_name(a), left);
	to_utf16(sync_tree_name(b), right);
	while (left[i] && left[i] == right[i])
		i++;
	return left[i] < right[i];
}

static void sort_members(struct cJSON *node)
{
	struct cJSON *child = sync_tree_first(node), *next;
	for (; child; child = sync_tree_next(child))
		sort_members(child);
	if (sync_tree_kind_of(node) != TREE_OBJECT)
		return;
	for (child = sync_tree_first(node); child; child = next) {
		struct cJSON *place = sync_tree_first(node);
		next = sync_tree_next(child);
		while (place != child && comes_before(place, child))
			place = sync_tree_next(place);
		if (place == child)
			continue;
		sync_tree_detach(node, child);
		sync_tree_insert(node, place, child);
	}
}

static bool matches_hex(const sync_buf *printed, const char *hex)
{
	size_t at = 0;
	char *end;
	for (;; hex = end, at++) {
		unsigned long byte = strtoul(hex, &end, 16);
		if (end == hex)
			return at == printed->len;
		if (at == printed->len || (unsigned char)printed->data[at] != byte)
			return false;
	}
}

static bool check(const char *name)
{
	char path[100];
	size_t length, expected_length, hex_length;
	snprintf(path, sizeof(path), "numbers/input/%s.json", name);
	char *input = suite_file(path, &length);
	snprintf(path, sizeof(path), "numbers/output/%s.json", name);
	char *expected = suite_file(path, &expected_length);
	snprintf(path, sizeof(path), "numbers/outhex/%s.txt", name);
	char *hex = suite_file(path, &hex_length);
	struct cJSON *value = NULL;
	sync_buf printed = { 0 };
	sync_reader reader;
	CU_ASSERT_FATAL(input && expected && hex);
	CU_ASSERT(sync_reader_init(&reader, input, length, NULL));
	CU_ASSERT(sync_read_json(&reader, &value) && sync_read_end(&reader));
	sort_members(value);
	sync_put_json(&printed, value);
	bool good = printed.len == expected_length && matches_hex(&printed, hex) &&
		    memcmp(printed.data, expected, expected_length) == 0;
	if (!good)
		printf("FAILED %s: %.*s\n", name, (int)printed.len, printed.data);
	sync_buf_release(&printed);
	sync_json_free(value);
	free(input);
	free(expected);
	free(hex);
	return good;
}

static void documents(void)
{
	static const char *const names[] = { "arrays",	"french", "structures",
					     "unicode", "values", "weird" };
	unsigned ran = 0;
	if (!suite_present("numbers/input"))
		return;
	for (; ran < sizeof(names) / sizeof(*names); ran++)
		CU_ASSERT(check(names[ran]));
	suite_ran("numbers (JCS)", ran);
}

int test_json_jcs(void)
{
	CU_pSuite suite = CU_add_suite("json_jcs", NULL, NULL);
	return !suite || !CU_add_test(suite, "documents", documents);
}
