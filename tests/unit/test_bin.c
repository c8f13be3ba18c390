/* Bytes in frames of their own, as a session takes them. */
#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

#include "../../runtime/session_native.h"
#include "fault.h"
#include "notebook_server.h"
#include "row.h"

static const char hello[] = "{\"t\":\"hello\",\"v\":1,\"client\":\"ann\",\"secret\":\"s\"}";

enum { LIMIT = 4096 };

static sync_session *begin(sync_hub *hub)
{
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
							       .max_message = LIMIT });
	if (session)
		sync_session_receive(session, hello, sizeof hello - 1, false);
	return session;
}

/* Sends frames of text, and between < and > bytes. */
static void say(sync_session *session, const char *script)
{
	while (*script) {
		char frame[256];
		bool binary = *script == '<';
		size_t length = strcspn(script, "\n");
		size_t used = 0;
		for (size_t i = binary; i < length - binary; i++)
			frame[used++] = script[i] == '\'' ? '"' : script[i];
		sync_session_receive(session, frame, used, binary);
		script += length + (script[length] != '\0');
	}
}

/* The codes of the errors that come, but for the welcome. */
static void read_codes(sync_session *session, char *codes, size_t size)
{
	static const char code[] = "\"code\":\"";
	sync_frame frame;
	codes[0] = '\0';
	while (sync_session_next(session, &frame)) {
		char text[512];
		snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
		const char *at = strstr(text, code);
		if (at)
			snprintf(codes + strlen(codes), size - strlen(codes), "%.*s ",
				 (int)strcspn(at + sizeof code - 1, "\""), at + sizeof code - 1);
	}
}

static const struct {
	const char *name, *script, *codes, *args, *meant;
} rows[] = {
	{ "one", "{'t':'bin','ref':'1','length':3}\n<abc>", "", "{'d':{'$bin':'1'}}",
	  "{'d':'YWJj'}" },
	{ "none at all", "", "", "{'d':{'$bin':'1'}}", "{'d':{'$bin':'1'}}" },
	{ "two, one of them twice",
	  "{'t':'bin','ref':'a','length':3}\n<abc>\n{'t':'bin','ref':'b','length':0}\n<>", "",
	  "[{'$bin':'b'},{ '$bin' : 'a' },{'$bin':'a'}]", "['','YWJj','YWJj']" },
	{ "no reference", "{'t':'bin','ref':'1','length':3}\n<abc>", "",
	  "{'d':{'$bin':'2'},'e':{'$bin':'1','x':0},'f':'{$bin','g':{'$bin':1}}",
	  "{'d':{'$bin':'2'},'e':{'$bin':'1','x':0},'f':'{$bin','g':{'$bin':1}}" },
	{ "not announced", "<abc>", "invalid ", "{'$bin':'1'}", "{'$bin':'1'}" },
	{ "announced once, sent twice", "{'t':'bin','ref':'1','length':3}\n<abc>\n<abc>",
	  "invalid ", "{'$bin':'1'}", "'YWJj'" },
	{ "another length", "{'t':'bin','ref':'1','length':4}\n<abc>", "invalid ", "{'$bin':'1'}",
	  "{'$bin':'1'}" },
	{ "a text between", "{'t':'bin','ref':'1','length':3}\n{'t':'ping'}\n<abc>",
	  "invalid invalid ", "{'$bin':'1'}", "{'$bin':'1'}" },
	{ "no length", "{'t':'bin','ref':'1'}\n<abc>", "invalid ", "{'$bin':'1'}", "{'$bin':'1'}" },
	{ "over the limit, and said once", "{'t':'bin','ref':'1','length':4097}\n<abc>", "too_big ",
	  "{'$bin':'1'}", "{'$bin':'1'}" },
	{ "over the limit together",
	  "{'t':'bin','ref':'1','length':3}\n<abc>\n{'t':'bin','ref':'2','length':4094}\n<abc>",
	  "too_big ", "[{'$bin':'1'},{'$bin':'2'}]", "['YWJj',{'$bin':'2'}]" },
	{ "for the next push, not for a later one",
	  "{'t':'bin','ref':'1','length':3}\n<abc>\n{'t':'push','doc':'x'}", "not_found ",
	  "{'$bin':'1'}", "{'$bin':'1'}" },
	{ "for the next task, not for a later one",
	  "{'t':'bin','ref':'1','length':3}\n<abc>\n{'t':'task','doc':'x'}", "not_found ",
	  "{'$bin':'1'}", "{'$bin':'1'}" },
};

static void spell(char *to, const char *from)
{
	while ((*to++ = *from == '\'' ? '"' : *from))
		from++;
}

static void what_is_meant(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char args[256], meant[256], codes[128];
		sync_session *session = begin(hub);
		say(session, rows[i].script);
		read_codes(session, codes, sizeof codes);
		if (!ROW(rows[i].name, strcmp(codes, rows[i].codes) == 0))
			printf("  %s\n", codes);
		spell(args, rows[i].args);
		spell(meant, rows[i].meant);
		const char *json = args;
		size_t length = strlen(args);
		sync_buf scratch = { 0 };
		ROW(rows[i].name, native_bins_put(session, &json, &length, &scratch) == SYNC_OK);
		if (!ROW(rows[i].name, length == strlen(meant) && memcmp(json, meant, length) == 0))
			printf("  %.*s\n", (int)length, json);
		sync_buf_release(&scratch);
		sync_session_free(session);
	}
	sync_hub_free(hub);
}

static void so_many(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session = begin(hub);
	char codes[128];
	for (int i = 0; i < 64; i++)
		say(session, "{'t':'bin','ref':'1','length':1}\n<a>");
	read_codes(session, codes, sizeof codes);
	CU_ASSERT_STRING_EQUAL(codes, "");
	say(session, "{'t':'bin','ref':'1','length':1}\n<a>");
	read_codes(session, codes, sizeof codes);
	CU_ASSERT_STRING_EQUAL(codes, "too_big ");
	sync_session_free(session);
	sync_hub_free(hub);
}

/* ---- what the server says ---- */

static void said_to_who_takes_it(void)
{
	char json[2 + 4 * 700 + 1];
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session = begin(hub);
	sync_buf out = { 0 };
	sync_frame frame;
	memset(json, 'A', sizeof json);
	json[0] = json[sizeof json - 2] = '"';
	json[sizeof json - 1] = '\0';
	while (sync_session_next(session, &frame))
		;
	CU_ASSERT_FALSE(native_say_bytes(session, json, strlen(json), &out));
	session->native->takes = 2099;
	CU_ASSERT_FALSE(native_say_bytes(session, json, strlen(json), &out));
	session->native->takes = 2100;
	CU_ASSERT_FALSE(native_say_bytes(session, "\"AAAA\"", 6, &out)); /* so few */
	CU_ASSERT_TRUE(native_say_bytes(session, json, strlen(json), &out));
	CU_ASSERT_NSTRING_EQUAL(out.data, "{\"$bin\":\"1\"}", 12);
	CU_ASSERT_TRUE_FATAL(sync_session_next(session, &frame));
	CU_ASSERT_NSTRING_EQUAL(frame.data, "{\"t\":\"bin\",\"ref\":\"1\",\"length\":2100}",
				frame.length);
	CU_ASSERT_TRUE_FATAL(sync_session_next(session, &frame));
	CU_ASSERT(frame.binary && frame.length == 2100 && !frame.data[0] && !frame.data[2099]);
	CU_ASSERT_FALSE(sync_session_next(session, &frame));
	sync_buf_release(&out);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void out_of_memory(void)
{
	for (long n = 1; fault_next(n); n++) {
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_session *session = hub ? begin(hub) : NULL;
		if (session && !sync_session_close_code(session)) {
			const char *json = "{\"$bin\":\"1\"}";
			size_t length = strlen(json);
			sync_buf scratch = { 0 };
			say(session, "{'t':'bin','ref':'1','length':3}\n<abc>");
			native_bins_put(session, &json, &length, &scratch);
			sync_buf_release(&scratch);
		}
		sync_session_free(session);
		sync_hub_free(hub);
	}
	CU_ASSERT_EQUAL(fault_alive(), 0);
	fault_end();
}

int test_bin(void)
{
	CU_pSuite suite = CU_add_suite("bin", NULL, NULL);
	return !suite || !CU_add_test(suite, "what is meant", what_is_meant) ||
	       !CU_add_test(suite, "so many", so_many) ||
	       !CU_add_test(suite, "said to who takes it", said_to_who_takes_it) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
