#include <CUnit/CUnit.h>

#include <stdio.h>

#include "suite.h"
#include "tests/unit/row.h"
#include "transcode.h"

static const char folder[] = "jsontestsuite/test_parsing";

/*
 * What the standard leaves open, and what the reader does. A number is a number however large: its
 * grammar is checked where it is skipped, its range where it is read.
 */
static const struct {
	const char *name;
	bool skipped; /* sync_read_skip accepts it */
	bool read;    /* so does reading its values, numbers as doubles */
	const char *why;
} choices[] = {
	{ "i_number_double_huge_neg_exp.json", true, true, "rounds to 0" },
	{ "i_number_huge_exp.json", true, false, "no finite double" },
	{ "i_number_neg_int_huge_exp.json", true, false, "no finite double" },
	{ "i_number_pos_double_huge_exp.json", true, false, "no finite double" },
	{ "i_number_real_neg_overflow.json", true, false, "no finite double" },
	{ "i_number_real_pos_overflow.json", true, false, "no finite double" },
	{ "i_number_real_underflow.json", true, true, "rounds to 0" },
	{ "i_number_too_big_neg_int.json", true, true, "rounds to a double" },
	{ "i_number_too_big_pos_int.json", true, true, "rounds to a double" },
	{ "i_number_very_big_negative_int.json", true, true, "rounds to a double" },
	{ "i_object_key_lone_2nd_surrogate.json", false, false, "half a character has no UTF-8" },
	{ "i_string_1st_surrogate_but_2nd_missing.json", false, false, "half a character" },
	{ "i_string_1st_valid_surrogate_2nd_invalid.json", false, false, "half a character" },
	{ "i_string_UTF-16LE_with_BOM.json", false, false, "JSON is UTF-8, RFC 8259 section 8.1" },
	{ "i_string_UTF-8_invalid_sequence.json", false, false, "not UTF-8" },
	{ "i_string_UTF8_surrogate_U+D800.json", false, false, "not UTF-8" },
	{ "i_string_incomplete_surrogate_and_escape_valid.json", false, false, "half a character" },
	{ "i_string_incomplete_surrogate_pair.json", false, false, "half a character" },
	{ "i_string_incomplete_surrogates_escape_valid.json", false, false, "half a character" },
	{ "i_string_invalid_lonely_surrogate.json", false, false, "half a character" },
	{ "i_string_invalid_surrogate.json", false, false, "half a character" },
	{ "i_string_invalid_utf-8.json", false, false, "not UTF-8" },
	{ "i_string_inverted_surrogates_U+1D11E.json", false, false, "half a character, twice" },
	{ "i_string_iso_latin_1.json", false, false, "not UTF-8" },
	{ "i_string_lone_second_surrogate.json", false, false, "half a character" },
	{ "i_string_lone_utf8_continuation_byte.json", false, false, "not UTF-8" },
	{ "i_string_not_in_unicode_range.json", false, false, "not UTF-8" },
	{ "i_string_overlong_sequence_2_bytes.json", false, false, "not UTF-8" },
	{ "i_string_overlong_sequence_6_bytes.json", false, false, "not UTF-8" },
	{ "i_string_overlong_sequence_6_bytes_null.json", false, false, "not UTF-8" },
	{ "i_string_truncated-utf-8.json", false, false, "not UTF-8" },
	{ "i_string_utf16BE_no_BOM.json", false, false, "JSON is UTF-8" },
	{ "i_string_utf16LE_no_BOM.json", false, false, "JSON is UTF-8" },
	{ "i_structure_500_nested_arrays.json", false, false, "deeper than the limit of 64" },
	{ "i_structure_UTF-8_BOM_empty_object.json", false, false,
	  "no byte order mark, RFC 8259 section 8.1" },
};

enum { CHOICES = sizeof(choices) / sizeof(*choices) };

typedef struct outcomes {
	size_t accepted, rejected, chosen;
} outcomes;

static bool skips(const char *text, size_t length)
{
	sync_reader reader;
	return sync_reader_init(&reader, text, length, NULL) &&
	       sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader);
}

static bool reads(const char *text, size_t length)
{
	sync_reader reader;
	sync_buf out = { 0 };
	bool read = sync_reader_init(&reader, text, length, NULL) && transcode(&reader, &out) &&
		    sync_read_end(&reader);
	sync_buf_release(&out);
	return read;
}

static bool check_choice(const char *name, bool skipped, bool read)
{
	for (size_t i = 0; i < CHOICES; i++) {
		if (strcmp(choices[i].name, name) == 0) {
			ROW(name, skipped == choices[i].skipped);
			ROW(name, read == choices[i].read);
			return true;
		}
	}
	bool is_chosen = false;
	return ROW(name, is_chosen);
}

static void check_file(const char *name, const char *text, size_t length, void *context)
{
	outcomes *counts = context;
	bool skipped = skips(text, length), read = reads(text, length);
	if (name[0] == 'i') {
		counts->chosen += check_choice(name, skipped, read);
	} else if (name[0] == 'y') {
		ROW(name, skipped);
		ROW(name, read);
		counts->accepted += skipped && read;
	} else {
		ROW(name, !skipped);
		ROW(name, !read);
		counts->rejected += !skipped && !read;
	}
}

static void parsing(void)
{
	outcomes counts = { 0 };
	if (!suite_present(folder))
		return;
	unsigned files = suite_each(folder, ".json", check_file, &counts);
	printf("note: %s: %zu accepted, %zu rejected, %zu as chosen\n", folder, counts.accepted,
	       counts.rejected, counts.chosen);
	suite_ran(folder, files);
}

int test_jsontestsuite(void)
{
	CU_pSuite suite = CU_add_suite("jsontestsuite", NULL, NULL);
	return suite && CU_add_test(suite, "parsing", parsing) ? 0 : -1;
}
