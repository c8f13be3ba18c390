/* What a request or a hello shows, and what the application says to it. */
#include <CUnit/CUnit.h>

#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/token.h"
#include "fault.h"
#include "notebook_server.h"
#include "row.h"

/* ---- where it stands in a request ---- */

static const struct {
	const char *name;
	sync_token_from from;
	const char *header, *token; /* NULL: none */
} places[] = {
	{ "bearer", SYNC_TOKEN_HEADER, "Bearer abc", "abc" },
	{ "bearer in any case", SYNC_TOKEN_HEADER, "bearer  abc ", "abc" },
	{ "another scheme", SYNC_TOKEN_HEADER, "Basic abc", NULL },
	{ "bearer of nothing", SYNC_TOKEN_HEADER, "Bearer ", NULL },
	{ "one cookie", SYNC_TOKEN_COOKIE, "sid=abc", "abc" },
	{ "among others", SYNC_TOKEN_COOKIE, "a=1; xsid=2; sid=abc; b=3", "abc" },
	{ "a name that begins so", SYNC_TOKEN_COOKIE, "sidx=1; sid2=2", NULL },
	{ "quoted", SYNC_TOKEN_COOKIE, "sid=\"abc\"", "abc" },
	{ "an empty cookie", SYNC_TOKEN_COOKIE, "sid=; b=3", NULL },
	{ "in the value of another", SYNC_TOKEN_COOKIE, "a=sid=1", NULL },
	{ "no cookie", SYNC_TOKEN_COOKIE, "", NULL },
	{ "a ticket", SYNC_TOKEN_TICKET, "sync.v1.json, ticket.abc", "abc" },
	{ "a ticket in front", SYNC_TOKEN_TICKET, "ticket.abc,sync.v1.json", "abc" },
	{ "no ticket", SYNC_TOKEN_TICKET, "sync.v1.json", NULL },
	{ "an empty ticket", SYNC_TOKEN_TICKET, "ticket., sync.v1.json", NULL },
	{ "sixty bytes", SYNC_TOKEN_TICKET,
	  "ticket.01234567890123456789012345678901234567890123456789012",
	  "01234567890123456789012345678901234567890123456789012" },
	{ "one more", SYNC_TOKEN_TICKET,
	  "ticket.012345678901234567890123456789012345678901234567890123", NULL },
};

static const char *find(size_t row, size_t *length)
{
	const char *text = places[row].header;
	if (places[row].from == SYNC_TOKEN_HEADER)
		return sync_token_bearer(text, length);
	if (places[row].from == SYNC_TOKEN_COOKIE)
		return sync_token_cookie(text, "sid", length);
	return sync_token_ticket(text, length);
}

static void where_a_token_stands(void)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		size_t length = 0;
		const char *token = find(i, &length), *want = places[i].token;
		ROW(places[i].name, !token == !want);
		ROW(places[i].name,
		    !token || !want ||
			    (length == strlen(want) && memcmp(token, want, length) == 0));
	}
}

/* ---- at the hello ---- */

static char shown_text[256];

/* "good" is Ann, an admin, for a minute; "slow" cannot be judged now. */
static sync_status authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const roles[] = { "admin", NULL };
	(void)arg;
	snprintf(shown_text, sizeof shown_text, "%s %d %s %.*s", shown->token, (int)shown->from,
		 shown->user, (int)shown->meta_length, shown->meta_length ? shown->meta : "");
	if (strcmp(shown->token, "slow") == 0)
		return SYNC_OVERLOAD;
	if (strcmp(shown->token, "banned") == 0)
		return SYNC_FORBIDDEN;
	if (strcmp(shown->token, "good") != 0)
		return SYNC_UNAUTHORIZED;
	*grant = (sync_grant){ "Ann", roles, 60000 };
	return SYNC_OK;
}

static const struct {
	const char *name, *request, *hello, *shown, *user, *code;
	unsigned close_code;
} hellos[] = {
	{ "a good one", NULL, "'token':'good','meta':{'user':'bob'}", "good 1 bob {'user':'bob'}",
	  "Ann", NULL, 0 },
	{ "none", NULL, "'meta':{'user':'bob'}", " 0 bob {'user':'bob'}", "", "unauthorized",
	  SYNC_CLOSE_UNAUTHORIZED },
	{ "a bad one", NULL, "'token':'bad'", "bad 1  ", "", "unauthorized",
	  SYNC_CLOSE_UNAUTHORIZED },
	{ "one that is known, and not wanted", NULL, "'token':'banned'", "banned 1  ", "",
	  "forbidden", SYNC_CLOSE_UNAUTHORIZED },
	{ "not now", NULL, "'token':'slow'", "slow 1  ", "", "overload", SYNC_CLOSE_LATER },
	{ "of the request", "good", "'docs':[]", "good 2  ", "Ann", NULL, 0 },
	{ "the hello's counts first", "good", "'token':'bad'", "bad 1  ", "", "unauthorized",
	  SYNC_CLOSE_UNAUTHORIZED },
	{ "no text", "good", "'token':7", "", "", "invalid", SYNC_CLOSE_PROTOCOL },
};

static void spell(char *to, const char *from)
{
	while ((*to++ = *from == '\'' ? '"' : *from))
		from++;
}

static sync_session *greet(sync_hub *hub, const char *request, const char *members)
{
	char hello[256] = "{\"t\":\"hello\",\"v\":1,", text[200];
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
							       .authenticate = authenticate,
							       .token = request,
							       .token_from = SYNC_TOKEN_HEADER });
	if (!session)
		return NULL;
	spell(text, members);
	strcat(hello, text);
	strcat(hello, "}");
	shown_text[0] = '\0';
	sync_session_receive(session, hello, strlen(hello), false);
	return session;
}

static void who_is_let_in(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
		const char *name = hellos[i].name;
		char want[256], text[1024];
		sync_frame frame;
		sync_session *session = greet(hub, hellos[i].request, hellos[i].hello);
		spell(want, hellos[i].shown);
		if (!ROW(name, strcmp(shown_text, want) == 0))
			printf("  %s\n", shown_text);
		ROW(name, sync_session_close_code(session) == hellos[i].close_code);
		if (!ROW(name, sync_session_next(session, &frame)))
			continue;
		snprintf(text, sizeof text, "%.*s", (int)frame.length, frame.data);
		snprintf(want, sizeof want, "{\"t\":\"error\",\"code\":\"%s\"",
			 hellos[i].code ? hellos[i].code : "");
		ROW(name, hellos[i].code ? strstr(text, want) == text
					 : strstr(text, "{\"t\":\"welcome\"") == text);
		ROW(name,
		    hellos[i].code || strcmp(sync_session_user(session), hellos[i].user) == 0);
		sync_session_free(session);
	}
	sync_hub_free(hub);
}

static void until_it_expires(void)
{
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_hub_poll(hub, 500000);
	sync_session *session = greet(hub, NULL, "'token':'good'");
	sync_hub_poll(hub, 500000 + 40000);
	sync_session_receive(session, "{\"t\":\"ping\"}", 12, false);
	sync_hub_poll(hub, 500000 + 59999);
	CU_ASSERT_EQUAL(sync_session_tick(session), SYNC_OK);
	sync_hub_poll(hub, 500000 + 60000);
	CU_ASSERT_EQUAL(sync_session_tick(session), SYNC_OVERLOAD);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_EXPIRED);
	sync_session_free(session);
	session = greet(hub, NULL, "'token':'good'");
	sync_session_expire(session);
	CU_ASSERT_EQUAL(sync_session_close_code(session), SYNC_CLOSE_EXPIRED);
	sync_session_free(session);
	sync_hub_free(hub);
}

static void meet(void *arg)
{
	(void)arg;
	sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
	sync_session *session = hub ? greet(hub, "good", "'docs':[]") : NULL;
	sync_session_free(session);
	sync_hub_free(hub);
}

static void out_of_memory(void)
{
	fault_each(meet, NULL);
}

int test_token(void)
{
	CU_pSuite suite = CU_add_suite("token", NULL, NULL);
	return !suite || !CU_add_test(suite, "where a token stands", where_a_token_stands) ||
	       !CU_add_test(suite, "who is let in", who_is_let_in) ||
	       !CU_add_test(suite, "until it expires", until_it_expires) ||
	       !CU_add_test(suite, "out of memory", out_of_memory);
}
