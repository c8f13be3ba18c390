#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/json.h>

#include "row.h"

static void names(void)
{
	CU_ASSERT_STRING_EQUAL(sync_status_name(SYNC_OK), "ok");
	CU_ASSERT_STRING_EQUAL(sync_status_name(SYNC_TOO_BIG), "too_big");
	CU_ASSERT_STRING_EQUAL(sync_status_name(SYNC_NOMEM), "internal");
	CU_ASSERT_STRING_EQUAL(sync_status_text(SYNC_NOMEM), "out of memory");
	CU_ASSERT_STRING_EQUAL(sync_status_name((sync_status)9999), "internal");
	CU_ASSERT_STRING_EQUAL(sync_status_name((sync_status)-1), "internal");
}

static void set(void)
{
	sync_error error;
	CU_ASSERT_EQUAL(sync_error_set(NULL, SYNC_GONE, "ignored %d", 1), SYNC_GONE);
	CU_ASSERT_EQUAL(sync_error_set(&error, SYNC_INVALID, "%d of %s", 3, "four"), SYNC_INVALID);
	CU_ASSERT_EQUAL(error.code, SYNC_INVALID);
	CU_ASSERT_STRING_EQUAL(error.message, "3 of four");
	CU_ASSERT_STRING_EQUAL(error.pointer, "");
}

/* Whatever byte of a character the end falls on. */
static void long_message_stays_utf8(void)
{
	for (int shift = 0; shift < 4; shift++) {
		char text[4 * SYNC_MESSAGE_MAX + 8];
		sync_error error;
		size_t at = (size_t)shift;
		memset(text, 'x', at);
		while (at < 4 * SYNC_MESSAGE_MAX) {
			memcpy(text + at, "\xf0\x9f\x98\x80", 4);
			at += 4;
		}
		text[at] = '\0';
		sync_error_set(&error, SYNC_INVALID, "%s", text);
		CU_ASSERT(strlen(error.message) > SYNC_MESSAGE_MAX - 6);
		CU_ASSERT(sync_utf8_check(error.message, strlen(error.message), NULL));
	}
}

static void pointer(void)
{
	static const struct {
		const char *name, *segment;
		size_t length;
		const char *pointer;
	} rows[] = {
		{ "plain", "name", 4, "/name/7/end" },
		{ "empty segment", "", 0, "//7/end" },
		{ "slash and tilde", "a/b~c", 5, "/a~1b~0c/7/end" },
		{ "U+0000 does not end the pointer", "a\0b", 3,
		  "/a\xef\xbf\xbd"
		  "b/7/end" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		sync_error error;
		sync_error_set(&error, SYNC_INVALID, "x");
		sync_error_in(&error, "end", 3);
		sync_error_in_index(&error, 7);
		sync_error_in(&error, rows[i].segment, rows[i].length);
		ROW(rows[i].name, strcmp(error.pointer, rows[i].pointer) == 0);
	}
	sync_error_in(NULL, "x", 1);
}

/* The segments nearest to the mistake stay. */
static void long_pointer_loses_its_front(void)
{
	sync_error error;
	char segment[SYNC_POINTER_MAX * 2];
	sync_error_set(&error, SYNC_INVALID, "x");
	sync_error_in(&error, "near", 4);
	for (int i = 0; i < 1000; i++)
		sync_error_in(&error, "\xc3\xa4\xc3\xb6", 4);
	CU_ASSERT(strlen(error.pointer) < SYNC_POINTER_MAX);
	CU_ASSERT(strncmp(error.pointer, "\xe2\x80\xa6/\xc3\xa4", 6) == 0);
	CU_ASSERT(strcmp(error.pointer + strlen(error.pointer) - 5, "/near") == 0);
	CU_ASSERT(sync_utf8_check(error.pointer, strlen(error.pointer), NULL));
	memset(segment, '~', sizeof(segment));
	for (size_t length = 240; length < sizeof(segment); length++) {
		sync_error_set(&error, SYNC_INVALID, "x");
		sync_error_in(&error, segment, length);
		sync_error_in(&error, "front", 5);
		CU_ASSERT(strlen(error.pointer) < SYNC_POINTER_MAX);
		CU_ASSERT(error.pointer[0] == '/' || strcmp(error.pointer, "\xe2\x80\xa6") == 0 ||
			  strncmp(error.pointer, "\xe2\x80\xa6/", 4) == 0);
	}
}

int test_status(void)
{
	CU_pSuite suite = CU_add_suite("status", NULL, NULL);
	if (!suite || !CU_add_test(suite, "names", names) || !CU_add_test(suite, "set", set) ||
	    !CU_add_test(suite, "long message stays UTF-8", long_message_stays_utf8) ||
	    !CU_add_test(suite, "pointer", pointer) ||
	    !CU_add_test(suite, "long pointer loses its front", long_pointer_loses_its_front))
		return -1;
	return 0;
}
