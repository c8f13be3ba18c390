#include <CUnit/CUnit.h>

#include <string.h>

#include "../../runtime/text_delta.h"
#include "row.h"

static const struct {
	const char *name, *text, *delta, *result; /* NULL: INVALID */
} rows[] = {
	{ "nothing", "abc", "[]", "abc" },
	{ "in front", "abc", "[\"x\"]", "xabc" },
	{ "in the middle", "abc", "[1,\"x\",-1]", "axc" },
	{ "at the end", "abc", "[3,\"x\"]", "abcx" },
	{ "all gone", "abc", "[-3]", "" },
	{ "two units",
	  "a\xf0\x9f\x98\x80"
	  "b",
	  "[3,\"x\"]", "a\xf0\x9f\x98\x80xb" },
	{ "two bytes, one unit",
	  "\xc3\xa4"
	  "b",
	  "[1,-1]", "\xc3\xa4" },
	{ "inside of a pair", "\xf0\x9f\x98\x80", "[1,\"x\"]", NULL },
	{ "half a pair gone", "a\xf0\x9f\x98\x80", "[1,-1]", NULL },
	{ "beyond the end", "abc", "[4]", NULL },
	{ "too much gone", "abc", "[1,-3]", NULL },
	{ "not a list", "abc", "5", NULL },
	{ "not an edit", "abc", "[true]", NULL },
	{ "half a pair inserted", "abc", "[\"\\ud800\"]", NULL },
};

static void edits(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sync_str text = sync_str_new(rows[i].text, strlen(rows[i].text));
		sync_buf out = { 0 };
		sync_error error;
		sync_status status =
			sync_text_delta(text, rows[i].delta, strlen(rows[i].delta), &out, &error);
		if (!rows[i].result)
			ROW(rows[i].name, status != SYNC_OK);
		else if (ROW(rows[i].name, status == SYNC_OK))
			ROW(rows[i].name,
			    out.len == strlen(rows[i].result) &&
				    memcmp(out.data ? out.data : "", rows[i].result, out.len) == 0);
		sync_buf_release(&out);
		sync_str_free(text);
	}
}

int test_text_delta(void)
{
	CU_pSuite suite = CU_add_suite("text_delta", NULL, NULL);
	return !suite || !CU_add_test(suite, "edits", edits);
}
