/*
 * A server with mounts for the dialect `ws-sync`. Prints its port, then a line for each peer that
 * comes or goes. With an argument it is short of patience; with WWW in its environment it serves that folder.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/server.h>

#include "ws_sync.h"

enum { HASTY_MS = 300 };

static sync_server *server;

static sync_status on_visit(sync_call *call, PlanDoc *plan, const PlanVisitArgs *args)
{
	(void)call;
	(void)args;
	return plan_set_visits(plan, plan_get(plan)->visits + 1);
}

/* To all as an event; to who calls as a file and a word. */
static sync_status on_hang(sync_call *call, PlanDoc *plan, const PlanHangArgs *args)
{
	PlanPicture picture;
	sync_session *peer = sync_call_peer(call);
	(void)plan;
	plan_picture_init(&picture);
	plan_picture_set_name(plan_picture_edit(&picture), args->name);
	plan_picture_set_data(plan_picture_edit(&picture), args->data.data, args->data.len);
	sync_status status = plan_emit_picture(sync_call_doc(call), &picture);
	plan_picture_release(&picture);
	if (status == SYNC_OK)
		status = sync_session_download(peer, args->name, args->data.data, args->data.len);
	return status == SYNC_OK ? sync_session_toast(peer, SYNC_TOAST_SUCCESS, "It hangs.")
				 : status;
}

static const plan_handlers handlers = { .visit = on_visit, .hang = on_hang };

static void say(const char *what, const sync_session *session)
{
	printf("%s %s/%s\n", what, sync_session_user(session), sync_session_name(session));
	fflush(stdout);
}

static void on_connected(void *arg, sync_session *session)
{
	(void)arg;
	say("came", session);
}

static void on_disconnected(void *arg, sync_session *session)
{
	(void)arg;
	say("went", session);
}

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

static bool mount(const char *path, const char *key, bool identify)
{
	const char *const keys[] = { key, NULL };
	sync_error error;
	sync_status status =
		sync_server_mount(server,
				  &(sync_mount){ .path = path,
						 .keys = keys,
						 .identify = identify,
						 .dialects = 1u << SYNC_DIALECT_WS_SYNC },
				  &error);
	if (status != SYNC_OK)
		fprintf(stderr, "%s\n", error.message);
	return status == SYNC_OK;
}

int main(int argc, char **argv)
{
	sync_hub_options hub = { .connected = on_connected, .disconnected = on_disconnected };
	sync_server_options options = { .hello_ms = argc > 1 ? HASTY_MS : 0,
					.hub = &hub,
					.files = getenv("WWW") };
	(void)argv;
	server = sync_server_new(&options, NULL);
	bool served = server && plan_serve(server, &handlers, NULL) == SYNC_OK &&
		      room_serve(server, NULL, NULL) == SYNC_OK &&
		      score_serve(server, NULL, NULL) == SYNC_OK &&
		      desk_serve(server, NULL, NULL) == SYNC_OK && mount("/plan", "PLAN", false) &&
		      mount("/score/{id}", "SCORE/{id}", false) &&
		      mount("/plan/who", "PLAN", true) && mount("/room/{id}", "ROOM/{id}", false);
	if (!served)
		return 1;
	signal(SIGTERM, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_server_run(server);
	sync_server_free(server);
	return 0;
}
