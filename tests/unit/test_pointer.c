/* Pointers: what the conformance cases do not reach. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include "pointer.h"

int test_pointer(void);

static void indexes(void)
{
	static const struct {
		const char *text;
		bool good;
		size_t index;
	} rows[] = { { "0", true, 0 },
		     { "1", true, 1 },
		     { "10", true, 10 },
		     { "4294967296", true, 4294967296 },
		     { "-", true, POINTER_END },
		     { "", false, 0 },
		     { "00", false, 0 },
		     { "01", false, 0 },
		     { "-1", false, 0 },
		     { "+1", false, 0 },
		     { "1e0", false, 0 },
		     { "1.", false, 0 },
		     { " 1", false, 0 },
		     { "1x", false, 0 },
		     { "99999999999999999999x", false, 0 },
		     { "--", false, 0 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct segment segment = { rows[i].text, strlen(rows[i].text), NULL, 0 };
		size_t index = 0;
		bool good = sync_segment_index(&segment, &index) == rows[i].good &&
			    (!rows[i].good || index == rows[i].index);
		if (!good)
			printf("FAILED index %s\n", rows[i].text);
		CU_ASSERT(good);
	}
}

/* An index that wraps around would be a small one. */
static void index_of_18446744073709551616(void)
{
	static const char *const rows[] = { "18446744073709551614", "18446744073709551615",
					    "18446744073709551616", "18446744073709551617",
					    "99999999999999999999999999999999999999999" };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct segment segment = { rows[i], strlen(rows[i]), NULL, 0 };
		size_t index = 0;
		CU_ASSERT(sync_segment_index(&segment, &index));
		CU_ASSERT(index > SIZE_MAX / 20 && index != POINTER_END);
	}
}

static void limits(void)
{
	static char text[POINTER_BYTES + 1];
	static struct pointer pointer;
	for (size_t i = 0; i < POINTER_SEGMENTS; i++)
		text[i] = '/';
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, POINTER_SEGMENTS, false), SYNC_OK);
	CU_ASSERT_EQUAL(pointer.count, POINTER_SEGMENTS);
	text[POINTER_SEGMENTS] = '/';
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, POINTER_SEGMENTS + 1, false),
			SYNC_TOO_BIG);
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, POINTER_BYTES, false), SYNC_OK);
	CU_ASSERT_EQUAL(pointer.segments[0].length, POINTER_BYTES - 1);
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, POINTER_BYTES + 1, false), SYNC_TOO_BIG);
}

static void lenient(void)
{
	static struct pointer pointer;
	const char *text = "/a~b/~/c~1d~";
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, strlen(text), false), SYNC_PARSE);
	CU_ASSERT_EQUAL(sync_pointer_parse(&pointer, text, strlen(text), true), SYNC_OK);
	CU_ASSERT_EQUAL(pointer.count, 3);
	CU_ASSERT(sync_segment_is(&pointer.segments[0], "a~b", 3));
	CU_ASSERT(sync_segment_is(&pointer.segments[1], "~", 1));
	CU_ASSERT(sync_segment_is(&pointer.segments[2], "c/d~", 4));
	CU_ASSERT(pointer.segments[2].raw_length == 5 &&
		  memcmp(pointer.segments[2].raw, "c~1d~", 5) == 0);
}

static void below(void)
{
	static const struct {
		const char *inner, *outer;
		bool below;
	} rows[] = { { "/a", "", true },     { "", "", false },	     { "/a/b", "/a", true },
		     { "/a", "/a", false },  { "/ab", "/a", false }, { "/a~1b", "/a", false },
		     { "/a", "/a/b", false } };
	static struct pointer inner, outer;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_pointer_parse(&inner, rows[i].inner, strlen(rows[i].inner), false);
		sync_pointer_parse(&outer, rows[i].outer, strlen(rows[i].outer), false);
		CU_ASSERT_EQUAL(sync_pointer_below(&inner, &outer), rows[i].below);
		CU_ASSERT_EQUAL(sync_pointer_same(&inner, &outer), i == 1 || i == 3);
	}
}

int test_pointer(void)
{
	CU_pSuite suite = CU_add_suite("pointer", NULL, NULL);
	return !suite || !CU_add_test(suite, "indexes", indexes) ||
	       !CU_add_test(suite, "index_of_18446744073709551616",
			    index_of_18446744073709551616) ||
	       !CU_add_test(suite, "limits", limits) || !CU_add_test(suite, "lenient", lenient) ||
	       !CU_add_test(suite, "below", below);
}
