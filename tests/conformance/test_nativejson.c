#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>

#include "suite.h"
#include "tests/unit/row.h"
#include "transcode.h"

/* The JSON_checker allows 19 levels; where that is all that is wrong, so do we. */
enum { CHECKER_DEPTH = 19 };

static void check_checker(const char *name, const char *text, size_t length, void *context)
{
	sync_limits limits = sync_limits_default;
	sync_reader reader;
	(void)context;
	bool pass = strncmp(name, "pass", 4) == 0;
	if (strcmp(name, "fail18_EXCLUDE.json") == 0) {
		/* "Too deep" is a limit's matter. */
		limits.depth = CHECKER_DEPTH;
	} else if (strstr(name, "EXCLUDE")) {
		/* "Not a string at the top" is what an older RFC said. The suite leaves it out. */
		pass = true;
	}
	bool read = sync_reader_init(&reader, text, length, &limits) &&
		    sync_read_skip(&reader, NULL, NULL) && sync_read_end(&reader);
	ROW(name, read == pass);
}

static void checker(void)
{
	if (!suite_present("nativejson/data/jsonchecker"))
		return;
	suite_ran("nativejson/data/jsonchecker",
		  suite_each("nativejson/data/jsonchecker", ".json", check_checker, NULL));
}

/*
 * Reads, prints, reads again: equal values; what is printed a second time is the same to the byte.
 * Returns whether the first was as well.
 */
static bool round_trip(const char *name, const char *text, size_t length)
{
	sync_buf first = { 0 }, second = { 0 };
	sync_reader reader, printed;
	sync_reader_init(&reader, text, length, &transcode_limits);
	if (!ROW(name, transcode(&reader, &first) && sync_read_end(&reader)))
		printf("	%s %s\n", reader.error.pointer, reader.error.message);
	sync_reader_init(&reader, text, length, &transcode_limits);
	sync_reader_init(&printed, first.data, first.len, &transcode_limits);
	ROW(name, transcode_same(&reader, &printed) && sync_read_end(&printed));
	sync_reader_init(&printed, first.data, first.len, &transcode_limits);
	ROW(name, transcode(&printed, &second) && second.len == first.len &&
			  memcmp(first.data, second.data, first.len) == 0);
	bool exact = first.len == length && memcmp(first.data, text, length) == 0;
	sync_buf_release(&first);
	sync_buf_release(&second);
	return exact;
}

/* All the same values. The text too, but where ECMAScript, which RFC 8785 follows, writes a number
 * in another way than the suite's C++ libraries: 0, not 0.0, and e+308, not e308. */
static void check_round_trip(const char *name, const char *text, size_t length, void *context)
{
	size_t *exact = context;
	bool other_form = strstr(text, "0.0") || strstr(text, "e308");
	while (length && text[length - 1] == '\n')
		length--;
	bool same = round_trip(name, text, length);
	*exact += same;
	ROW(name, same == !other_form);
}

static void round_trips(void)
{
	size_t exact = 0;
	if (!suite_present("nativejson/data/roundtrip"))
		return;
	unsigned files = suite_each("nativejson/data/roundtrip", ".json", check_round_trip, &exact);
	printf("note: nativejson/data/roundtrip: %zu the same to the byte\n", exact);
	suite_ran("nativejson/data/roundtrip", files);
}

static void check_document(const char *name, const char *text, size_t length, void *context)
{
	sync_reader reader;
	const char *raw;
	size_t raw_length;
	(void)context;
	sync_reader_init(&reader, text, length, &transcode_limits);
	ROW(name, sync_read_skip(&reader, &raw, &raw_length) && sync_read_end(&reader));
	round_trip(name, text, length);
	/* A text cut short anywhere is an error. */
	for (size_t cut = 1; cut < raw_length; cut += raw_length / 37) {
		sync_reader_init(&reader, text, cut, &transcode_limits);
		ROW(name, !sync_read_skip(&reader, NULL, NULL));
	}
}

static void documents(void)
{
	if (!suite_present("nativejson/data"))
		return;
	suite_ran("nativejson/data", suite_each("nativejson/data", ".json", check_document, NULL));
}

int test_nativejson(void)
{
	CU_pSuite suite = CU_add_suite("nativejson", NULL, NULL);
	if (!suite || !CU_add_test(suite, "checker", checker) ||
	    !CU_add_test(suite, "round trips", round_trips) ||
	    !CU_add_test(suite, "documents", documents))
		return -1;
	return 0;
}
