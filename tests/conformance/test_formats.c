#include <CUnit/CUnit.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "suite.h"
#include "tests/unit/row.h"
#include "transcode.h"

static const char folder[] = "json-schema-test-suite/tests/draft2020-12/optional/format";

static const struct {
	sync_format format;
	const char *file; /* its name in JSON Schema */
} formats[] = {
	{ SYNC_FORMAT_UUID, "uuid" },
	{ SYNC_FORMAT_EMAIL, "email" },
	{ SYNC_FORMAT_URI, "uri" },
	{ SYNC_FORMAT_DATE, "date" },
	{ SYNC_FORMAT_DATETIME, "date-time" },
	{ SYNC_FORMAT_IPV4, "ipv4" },
	{ SYNC_FORMAT_IPV6, "ipv6" },
	{ SYNC_FORMAT_HOSTNAME, "hostname" },
};

typedef struct outcomes {
	unsigned cases, not_decoded;
} outcomes;

/* A case of the suite: {"description", "data", "valid"}. */
typedef struct format_case {
	sync_str description, data;
	bool is_string, valid;
} format_case;

static bool read_case(sync_reader *reader, format_case *one)
{
	bool first = true, read = sync_read_object(reader);
	sync_str key;
	while (read && sync_read_entry(reader, &first, &key) > 0) {
		if (strcmp(key, "description") == 0) {
			read = sync_read_string(reader, &one->description, 0, 10000);
		} else if (strcmp(key, "valid") == 0) {
			read = sync_read_bool(reader, &one->valid);
		} else if (strcmp(key, "data") == 0 && sync_read_peek(reader) == '"') {
			read = sync_read_string(reader, &one->data, 0, 10000);
			one->is_string = true;
		} else {
			read = sync_read_skip(reader, NULL, NULL);
		}
		sync_str_free(key);
	}
	return read && reader->error.code == SYNC_OK;
}

/* The language's `hostname` is the DNS's: what an "xn--" label stands for, which IDNA may forbid,
 * is not looked at. */
static bool is_punycode(const format_case *one)
{
	for (const char *at = one->data; *at; at++) {
		if (tolower((unsigned char)at[0]) == 'x' && tolower((unsigned char)at[1]) == 'n' &&
		    strncmp(at + 2, "--", 2) == 0)
			return true;
	}
	return false;
}

static void check_case(sync_format format, const format_case *one, outcomes *counts)
{
	/* Formats say something about strings only. */
	if (!one->is_string)
		return;
	bool valid = sync_format_check(format, one->data, sync_str_len(one->data));
	counts->cases++;
	if (format == SYNC_FORMAT_HOSTNAME && !one->valid && is_punycode(one)) {
		counts->not_decoded++;
		ROW(one->description, valid);
		return;
	}
	ROW(one->description, valid == one->valid);
}

static bool check_cases(sync_reader *reader, sync_format format, outcomes *counts)
{
	bool first = true;
	int more;
	if (!sync_read_array(reader))
		return false;
	while ((more = sync_read_element(reader, &first)) > 0) {
		format_case one = { 0 };
		bool read = read_case(reader, &one);
		if (read)
			check_case(format, &one, counts);
		sync_str_free(one.description);
		sync_str_free(one.data);
		if (!read)
			return false;
	}
	return more == 0;
}

/* A file: an array of groups; a group: an object with "tests" among its members. */
static bool check_groups(sync_reader *reader, sync_format format, outcomes *counts)
{
	bool first_group = true, read = sync_read_array(reader);
	while (read && sync_read_element(reader, &first_group) > 0) {
		bool first = true;
		sync_str key;
		read = sync_read_object(reader);
		while (read && sync_read_entry(reader, &first, &key) > 0) {
			read = strcmp(key, "tests") == 0 ? check_cases(reader, format, counts)
							 : sync_read_skip(reader, NULL, NULL);
			sync_str_free(key);
		}
	}
	return read && sync_read_end(reader);
}

static void json_schema(void)
{
	outcomes counts = { 0 };
	char path[200];
	if (!suite_present(folder))
		return;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t length;
		sync_reader reader;
		snprintf(path, sizeof(path), "%s/%s.json", folder, formats[i].file);
		char *text = suite_file(path, &length);
		if (!ROW(path, text != NULL))
			continue;
		sync_reader_init(&reader, text, length, &transcode_limits);
		ROW(path, check_groups(&reader, formats[i].format, &counts));
		free(text);
	}
	printf("note: %s: %u forbidden by IDNA alone, accepted as names\n", folder,
	       counts.not_decoded);
	suite_ran(folder, counts.cases);
}

int test_formats(void)
{
	CU_pSuite suite = CU_add_suite("formats", NULL, NULL);
	return suite && CU_add_test(suite, "JSON Schema", json_schema) ? 0 : -1;
}
