#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "../../runtime/session_native.h"
#include "notebook_server.h"
#include "row.h"

/*
 * Conversations in the dialect sync.v1.json, as one text a row: lines that begin with ">" are sent,
 * the others expected, in order, and nothing more. "E" stands for the epoch in quotes, "S" for the
 * secret, "H" for the hash of the model.
 */

static const char hello[] =
	"> {'t':'hello','v':1,'client':'ann','secret':'s','docs':[{'doc':'shelf/1:NOTES'}]}\n"
	"{'t':'welcome','session':*,'client':'ann','secret':'s','life':*,'heartbeat':20000,'limits'"
	":"
	"{'frame':1048576,'mutations':64,'push':262144,'docs':256,'bin':1048576},'models':{}}\n"
	"{'t':'joined','doc':'shelf/1:NOTES','ok':true,'last':0}\n"
	"{'t':'patch','doc':'shelf/"
	"1:NOTES','epoch':E,'from':null,'rev':0,'ops':[{'op':'replace','path':'',"
	"'value':{'title':'My Notes','notes':[],'visits':0,'count':0,'draft':'','owner':''}}]}\n";

static const struct {
	const char *name, *text;
	bool greeted;
} rows[] = {
	{ "hello comes first",
	  "> {'t':'join','doc':'shelf/1:NOTES'}\n"
	  "{'t':'error','code':'unauthorized','message':'hello comes "
	  "first','re':'join','temporary':"
	  "false}\n",
	  false },
	{ "an unknown frame",
	  "> {'t':'what'}\n"
	  "{'t':'error','code':'unsupported','message':'this server knows no such "
	  "frame','re':'what',"
	  "'temporary':false}\n",
	  true },
	{ "a push is answered with its own change and number",
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'ops':"
	  "[{'op':'replace','path':'/title','value':'A'}]}]}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':1,'ops':"
	  "[{'op':'replace','path':'/title','value':'A'}],'done':1}\n",
	  true },
	{ "a push sent twice happens once and is answered twice",
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'action':'visit'}]}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':1,'ops':"
	  "[{'op':'replace','path':'/visits','value':1}],'done':1,'results':[{'n':1,'value':1}]}\n"
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'action':'visit'}]}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':1,'rev':1,'ops':[],'done':1,"
	  "'results':[{'n':1,'value':1}]}\n",
	  true },
	{ "a refused mutation takes its number, its nack comes first",
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'ops':"
	  "[{'op':'replace','path':'/visits','value':9}]},{'n':2,'ops':"
	  "[{'op':'replace','path':'/title','value':'B'}]}]}\n"
	  "{'t':'nack','doc':'shelf/1:NOTES','n':1,'code':'readonly','message':'operation 0: only "
	  "the "
	  "server writes this','path':'/visits'}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':2,'ops':"
	  "[{'op':'replace','path':'/title','value':'B'}],'done':2}\n",
	  true },
	{ "a gap is an error",
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'action':'visit'},"
	  "{'n':3,'action':'visit'}]}\n"
	  "{'t':'error','code':'conflict','message':'numbers are missing in front of this one',"
	  "'doc':'shelf/1:NOTES','re':'push','temporary':false}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':1,'ops':"
	  "[{'op':'replace','path':'/visits','value':1}],'done':1,'results':[{'n':1,'value':1}]}\n",
	  true },
	{ "a client that nobody remembers",
	  "> {'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':7,'action':'visit'}]}\n"
	  "{'t':'error','code':'stale','message':'this client has been forgotten','doc':"
	  "'shelf/1:NOTES','re':'push','temporary':true}\n",
	  true },
	{ "a typed error",
	  "> "
	  "{'t':'push','doc':'shelf/1:NOTES','epoch':E,'base':0,'m':[{'n':1,'action':'fill','args':"
	  "{'to':1000}}]}\n"
	  "{'t':'nack','doc':'shelf/1:NOTES','n':1,'code':'conflict','message':'Crowded','error':"
	  "{'name':'Crowded','args':{'limit':100}}}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':1,'ops':[],'done':1}\n",
	  true },
	{ "joining again where it stands",
	  "> {'t':'join','doc':'shelf/1:NOTES','rev':0,'epoch':E}\n"
	  "{'t':'joined','doc':'shelf/1:NOTES','ok':true,'last':0}\n"
	  "{'t':'patch','doc':'shelf/1:NOTES','epoch':E,'from':0,'rev':0,'ops':[]}\n",
	  true },
	{ "a document that is not there",
	  "> {'t':'join','doc':'OTHER'}\n"
	  "{'t':'joined','doc':'OTHER','error':{'code':'not_found','message':'there is no document "
	  "with "
	  "that key'}}\n",
	  true },
	{ "ping",
	  "> {'t':'ping','id':4,'docs':{}}\n"
	  "{'t':'pong','id':4,'docs':{'shelf/1:NOTES':0}}\n",
	  true },
	{ "after leave nothing more",
	  "> {'t':'leave','doc':'shelf/1:NOTES'}\n"
	  "> {'t':'leave','doc':'shelf/1:NOTES'}\n"
	  "{'t':'error','code':'not_found','message':'the document is not "
	  "joined','doc':'shelf/1:NOTES',"
	  "'re':'leave','temporary':false}\n",
	  true },
};

/* ' for ", and E for the epoch. */
static void spell(char *to, const char *line, size_t length, const sync_doc *doc)
{
	for (size_t i = 0; i < length; i++) {
		if (line[i] == 'E' && i && (line[i - 1] == ':')) {
			sync_buf epoch = { 0 };
			native_put_epoch(&epoch, doc->epoch);
			memcpy(to, epoch.data, epoch.len);
			to += epoch.len;
			sync_buf_release(&epoch);
		} else {
			*to++ = line[i] == '\'' ? '"' : line[i];
		}
	}
	*to = '\0';
}

/* '*' stands for one string. */
static bool matches(const char *frame, size_t length, const char *line)
{
	const char *end = frame + length;
	for (; *line && frame < end; line++, frame++) {
		if (*line != '*') {
			if (*line != *frame)
				return false;
			continue;
		}
		for (frame++; frame < end && *frame != '"';)
			frame++;
	}
	return !*line && frame == end;
}

static void play(const char *name, const char *text, sync_session *session, const sync_doc *doc)
{
	static char line[4096];
	sync_frame frame;
	while (*text) {
		size_t length = strcspn(text, "\n");
		bool send = *text == '>';
		if (send)
			ROW(name, !sync_session_next(session, &frame));
		spell(line, text + (send ? 2 : 0), length - (send ? 2 : 0), doc);
		if (send) {
			sync_session_receive(session, line, strlen(line), false);
		} else if (!ROW(name, sync_session_next(session, &frame))) {
			printf("  expected %s\n", line);
		} else if (!ROW(name, matches(frame.data, frame.length, line))) {
			printf("  expected %s\n  is       %.*s\n", line, (int)frame.length,
			       frame.data);
		}
		text += length + 1;
	}
	ROW(name, !sync_session_next(session, &frame));
}

static void conversations(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL);
		sync_session *session = sync_session_new(
			hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
		const sync_doc *doc = sync_hub_doc(hub, notebook_model.key);
		if (rows[i].greeted)
			play("hello", hello, session, doc);
		play(rows[i].name, rows[i].text, session, doc);
		sync_session_free(session);
		sync_hub_free(hub);
	}
}

/* The client has come again and was told that nothing of it arrived; then the first connection's
 * push does. */
static void what_comes_too_late_is_refused(void)
{
	static const char push[] = "> "
				   "{'t':'push','doc':'shelf/"
				   "1:NOTES','epoch':E,'base':0,'m':[{'n':1,'action':'visit'}]}\n"
				   "{'t':'error','code':'conflict','message':'the client speaks "
				   "through another connection',"
				   "'doc':'shelf/1:NOTES','re':'push','temporary':false}\n";
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session_options options = { .dialect = SYNC_DIALECT_NATIVE };
	sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL);
	const sync_doc *doc = sync_hub_doc(hub, notebook_model.key);
	sync_session *first = sync_session_new(hub, &options);
	sync_session *second = sync_session_new(hub, &options);
	play("first", hello, first, doc);
	play("second", hello, second, doc);
	play("too late", push, first, doc);
	sync_session_free(first);
	sync_session_free(second);
	sync_hub_free(hub);
}

/* ---- time ---- */

/* What is next, as text; "": nothing. */
static const char *next_text(sync_session *session)
{
	static char text[4096];
	sync_frame frame;
	text[0] = '\0';
	if (sync_session_next(session, &frame))
		snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
	return text;
}

static sync_status at(sync_hub *hub, sync_session *session, uint64_t now)
{
	sync_hub_poll(hub, now);
	return sync_session_tick(session);
}

static void a_silent_peer_is_asked_and_left(void)
{
	static const char asked[] = "{\"t\":\"ping\",\"id\":1,\"docs\":{\"shelf/1:NOTES\":0}}";
	static const char again[] = "{\"t\":\"ping\",\"id\":2,\"docs\":{\"shelf/1:NOTES\":0}}";
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL);
	sync_hub_poll(hub, 500000);
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	play("hello", hello, session, sync_hub_doc(hub, notebook_model.key));
	CU_ASSERT_EQUAL(at(hub, session, 519999), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(next_text(session), "");
	CU_ASSERT_EQUAL(at(hub, session, 520000), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(next_text(session), asked);
	CU_ASSERT_EQUAL(at(hub, session, 549999), SYNC_OK); /* asked once */
	CU_ASSERT_STRING_EQUAL(next_text(session), "");
	sync_session_receive(session, "{\"t\":\"pong\"}", 12, false);
	CU_ASSERT_EQUAL(at(hub, session, 569999), SYNC_OK);
	CU_ASSERT_EQUAL(at(hub, session, 599998), SYNC_OK);
	CU_ASSERT_STRING_EQUAL(next_text(session), again);
	CU_ASSERT_EQUAL(at(hub, session, 599999), SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_SILENT);
	sync_session_free(session);
	sync_hub_free(hub);
}

/* Who asks and does not read. */
static void answers_are_bounded(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	sync_session_receive(session, "{\"t\":\"hello\",\"v\":1}", 19, false);
	for (int i = 0; i < 1023; i++)
		CU_ASSERT_EQUAL(sync_session_receive(session, "{\"t\":\"ping\"}", 12, false),
				SYNC_OK);
	CU_ASSERT_EQUAL(sync_session_receive(session, "{\"t\":\"ping\"}", 12, false),
			SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_SLOW);
	sync_session_free(session);
	sync_hub_free(hub);
}

/* The same with few and long ones. */
static void bytes_of_answers_are_bounded(void)
{
	enum { LONG = 1000000, FIT = SYNC_QUEUE_BYTES / LONG };
	static char ping[LONG];
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	sync_frame frame;
	memset(ping, 'x', sizeof ping);
	memcpy(ping, "{\"t\":\"ping\",\"id\":\"", 18);
	memcpy(ping + LONG - 2, "\"}", 2);
	sync_session_receive(session, "{\"t\":\"hello\",\"v\":1}", 19, false);
	for (int twice = 0; twice < 2; twice++) {
		while (sync_session_next(session, &frame))
			;
		for (int i = 0; i < FIT; i++)
			CU_ASSERT_EQUAL(sync_session_receive(session, ping, LONG, false), SYNC_OK);
	}
	CU_ASSERT_EQUAL(sync_session_receive(session, ping, LONG, false), SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_SLOW);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void models_that_are_none_are_not_kept(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_add(hub, &notebook_model, &notebook_server, NULL, NULL);
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	sync_buf said = { 0 };
	SYNC_BUF_LITERAL(&said, "{\"t\":\"hello\",\"v\":1,\"models\":{");
	for (int i = 0; i < 1000; i++) {
		char member[64];
		int length = snprintf(member, sizeof member, "\"%s\":\"%d\",",
				      i % 2 ? "None" : notebook_model.name, i);
		sync_buf_put(&said, member, (size_t)length);
	}
	SYNC_BUF_LITERAL(&said, "\"Last\":\"1\"}}");
	CU_ASSERT_EQUAL(sync_session_receive(session, said.data, said.len, false), SYNC_OK);
	CU_ASSERT_EQUAL(session->native->models_length, strlen(notebook_model.name) + 1 + 2);
	sync_buf_release(&said);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void hello_has_to_come_in_time(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_poll(hub, 500000);
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	CU_ASSERT_EQUAL(at(hub, session, 509999), SYNC_OK);
	sync_session_receive(session, "{\"t\":\"ping\"}", 12, false); /* no hello */
	CU_ASSERT_EQUAL(at(hub, session, 510000), SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_NO_HELLO);
	sync_session_free(session);
	sync_hub_free(hub);
}

/* The table of names in wire_native.c was made by hand: each must be found. */
static void every_member_is_found(void)
{
	static const char *const names[] = {
#define X(name, member) member,
		NATIVE_MEMBER_TABLE(X)
#undef X
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char text[64];
		native_object object;
		sync_error error;
		/* Behind another one, so that it is not the one to be expected. */
		snprintf(text, sizeof text, "{\"zz\":0,\"%s\":1}", names[i]);
		ROW(names[i], native_read(text, strlen(text), 100, &object, &error));
		ROW(names[i], native_has(&object, (native_member)i));
	}
}

int test_native(void)
{
	CU_pSuite suite = CU_add_suite("native", NULL, NULL);
	return !suite || !CU_add_test(suite, "members", every_member_is_found) ||
	       !CU_add_test(suite, "a silent peer", a_silent_peer_is_asked_and_left) ||
	       !CU_add_test(suite, "answers are bounded", answers_are_bounded) ||
	       !CU_add_test(suite, "bytes of answers are bounded", bytes_of_answers_are_bounded) ||
	       !CU_add_test(suite, "models that are none are not kept",
			    models_that_are_none_are_not_kept) ||
	       !CU_add_test(suite, "no hello", hello_has_to_come_in_time) ||
	       !CU_add_test(suite, "what comes too late is refused",
			    what_comes_too_late_is_refused) ||
	       !CU_add_test(suite, "conversations", conversations);
}
