#include <CUnit/CUnit.h>

#include <string.h>

#include "../../runtime/patch_same.h"
#include "row.h"

#define TITLE(v)    "{\"op\":\"replace\",\"path\":\"/title\",\"value\":" v "}"
#define DRAFT(v)    "{\"op\":\"replace\",\"path\":\"/draft\",\"value\":" v "}"
#define NOTE(at, v) "{\"op\":\"add\",\"path\":\"/notes/" at "\",\"value\":" v "}"
#define TEST(v)	    "{\"op\":\"test\",\"path\":\"/title\",\"value\":" v "}"

static const struct {
	const char *name, *sent, *made;
	bool same;
} rows[] = {
	{ "nothing", "[]", "[]", true },
	{ "byte for byte", "[" TITLE("1") "]", "[" TITLE("1") "]", true },
	{ "spaces and order of members",
	  "[ {\"value\": 1.0 , \"path\":\"/title\", \"op\":\"replace\"} ]", "[" TITLE("1") "]",
	  true },
	{ "escapes", "[" TITLE("\"\\u0041\"") "]", "[" TITLE("\"A\"") "]", true },
	{ "an object in another order", "[" TITLE("{\"a\":1,\"b\":2}") "]",
	  "[" TITLE("{\"b\":2,\"a\":1}") "]", true },
	{ "another value", "[" TITLE("1") "]", "[" TITLE("2") "]", false },
	{ "a member more", "[" TITLE("{\"a\":1,\"b\":2}") "]", "[" TITLE("{\"a\":1}") "]", false },
	{ "another verb", "[{\"op\":\"add\",\"path\":\"/title\",\"value\":1}]", "[" TITLE("1") "]",
	  false },
	{ "another path", "[" DRAFT("1") "]", "[" TITLE("1") "]", false },
	{ "the end is an index", "[" NOTE("-", "1") "]", "[" NOTE("7", "1") "]", true },
	{ "an index is not the end", "[" NOTE("7", "1") "]", "[" NOTE("-", "1") "]", false },
	{ "the end is no name", "[" TITLE("1") "]",
	  "[{\"op\":\"replace\",\"path\":\"/-\",\"value\":1}]", false },
	{ "one more sent", "[" TITLE("1") "," DRAFT("1") "]", "[" TITLE("1") "]", false },
	{ "one more made", "[" TITLE("1") "]", "[" TITLE("1") "," DRAFT("1") "]", false },
	{ "made nothing", "[" TITLE("1") "]", "[]", false },
	{ "a test besides", "[" TEST("0") "," TITLE("1") "," TEST("1") "]", "[" TITLE("1") "]",
	  true },
	{ "only a test", "[" TEST("0") "]", "[]", true },
	{ "fields in another order", "[" NOTE("0", "1") "," DRAFT("2") "," TITLE("3") "]",
	  "[" TITLE("3") "," DRAFT("2") "," NOTE("0", "1") "]", true },
	{ "one field in another order", "[" NOTE("0", "1") "," NOTE("0", "2") "]",
	  "[" NOTE("0", "2") "," NOTE("0", "1") "]", false },
	{ "fields mixed, each in its order",
	  "[" NOTE("0", "1") "," TITLE("3") "," NOTE("0", "2") "]",
	  "[" TITLE("3") "," NOTE("0", "1") "," NOTE("0", "2") "]", true },
	{ "fields mixed, one not in its order",
	  "[" NOTE("0", "1") "," TITLE("3") "," NOTE("0", "2") "]",
	  "[" TITLE("3") "," NOTE("0", "2") "," NOTE("0", "1") "]", false },
	{ "a replace without value", "[{\"op\":\"replace\",\"path\":\"/title\"}]",
	  "[" TITLE("1") "]", false },
	{ "no patch", "{}", "[]", false },
	{ "not JSON", "[", "[]", false },
};

static void same_or_not(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ROW(rows[i].name, sync_patch_same(rows[i].sent, strlen(rows[i].sent), rows[i].made,
						  strlen(rows[i].made)) == rows[i].same);
}

int test_patch_same(void);
int test_patch_same(void)
{
	CU_pSuite suite = CU_add_suite("patch_same", NULL, NULL);
	return !suite || !CU_add_test(suite, "same or not", same_or_not);
}
