/* Somebody asks for what takes a role, and comes again without it: what he was to be told then is not told. */
#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "../../runtime/wire_native.h"
#include "row.h"
#include "safe.h"

int test_role_lost(void);

static sync_status on_unlock(sync_call *call, SafeDoc *safe, const SafeUnlockArgs *args,
			     sync_str *reply)
{
	(void)call;
	(void)safe;
	(void)args;
	return sync_str_assign(reply, "gold");
}

static sync_status on_look(sync_call *call, SafeDoc *safe, const SafeLookArgs *args,
			   sync_str *reply)
{
	(void)call;
	(void)safe;
	(void)args;
	return sync_str_assign(reply, "a door");
}

static sync_status on_count(sync_task *task, SafeDoc *safe, const SafeCountArgs *args,
			    uint32_t *reply)
{
	(void)task;
	(void)safe;
	(void)args;
	*reply = 777;
	return SYNC_OK;
}

static const safe_handlers handlers = { .unlock = on_unlock, .look = on_look, .count = on_count };

/* The token is the role. */
static sync_status authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const roles[] = { "keeper", NULL };
	(void)arg;
	if (strcmp(shown->token, "keeper") == 0)
		grant->roles = roles;
	return SYNC_OK;
}

/* All that it hears, one frame behind the other. */
static const char *heard(sync_session *session)
{
	static char all[8192];
	size_t length = 0;
	sync_frame frame;
	all[0] = '\0';
	while (sync_session_next(session, &frame))
		length += (size_t)snprintf(all + length, sizeof all - length, "%.*s\n",
					   (int)frame.length, frame.data);
	return all;
}

static sync_session *come(sync_hub *hub, const char *role)
{
	char hello[256];
	sync_session *session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
							       .authenticate = authenticate });
	int length = snprintf(hello, sizeof hello,
			      "{\"t\":\"hello\",\"v\":1,\"client\":\"c\",\"secret\":\"s\","
			      "\"token\":\"%s\",\"docs\":[{\"doc\":\"SAFE\"}]}",
			      role);
	sync_session_receive(session, hello, (size_t)length, false);
	return session;
}

/* `ask` with "@" for the epoch, said with the role; `told` is what it hears, and what he hears of it
 * who comes again with it. Without it he says it again, and hears `instead`. */
static const struct {
	const char *name, *ask, *told, *instead;
	bool free; /* everybody may ask for it */
} rows[] = {
	{ "a result",
	  "{\"t\":\"push\",\"doc\":\"SAFE\",\"epoch\":\"@\",\"base\":0,\"m\":[{\"n\":1,"
	  "\"action\":\"unlock\"}]}",
	  "gold", "\"done\":1}", false },
	{ "a result that is for all",
	  "{\"t\":\"push\",\"doc\":\"SAFE\",\"epoch\":\"@\",\"base\":0,\"m\":[{\"n\":1,"
	  "\"action\":\"look\"}]}",
	  "a door", "a door", true },
	{ "a task", "{\"t\":\"task\",\"doc\":\"SAFE\",\"id\":\"1\",\"name\":\"count\"}", "777",
	  "\"code\":\"forbidden\"", false },
};

static void say(sync_session *session, const char *text, const sync_doc *doc)
{
	sync_buf said = { 0 };
	const char *at = strchr(text, '@');
	if (at) {
		sync_buf_put(&said, text, (size_t)(at - text) - 1);
		native_put_epoch(&said, doc->epoch);
		text = at + 2;
	}
	sync_buf_put(&said, text, strlen(text));
	sync_session_receive(session, said.data, said.len, false);
	sync_buf_release(&said);
}

static void what_is_told_again(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sync_hub *hub = sync_hub_new(&(sync_hub_options){ .epoch_seed = 7 });
		sync_hub_add(hub, &safe_model, &handlers, NULL, NULL);
		const sync_doc *doc = sync_hub_doc(hub, "SAFE");
		sync_session *keeper = come(hub, "keeper"), *again = NULL, *other = NULL;
		heard(keeper);
		say(keeper, rows[i].ask, doc);
		ROW(rows[i].name, strstr(heard(keeper), rows[i].told) != NULL);
		again = come(hub, "keeper");
		heard(again);
		say(again, rows[i].ask, doc);
		ROW(rows[i].name, strstr(heard(again), rows[i].told) != NULL);
		other = come(hub, "nobody");
		ROW(rows[i].name, rows[i].free || !strstr(heard(other), rows[i].told));
		say(other, rows[i].ask, doc);
		const char *all = heard(other);
		if (!ROW(rows[i].name, strstr(all, rows[i].instead) &&
					       (rows[i].free || !strstr(all, rows[i].told))))
			printf("       %s\n", all);
		sync_session_free(keeper);
		sync_session_free(again);
		sync_session_free(other);
		sync_hub_free(hub);
	}
}

int test_role_lost(void)
{
	CU_pSuite suite = CU_add_suite("role lost", NULL, NULL);
	return !suite || !CU_add_test(suite, "what is told again", what_is_told_again);
}
