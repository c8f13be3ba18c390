/*
 * A server of the notes for clients of sync.v1.json that are short of patience. Prints its port. RENAME to
 * "delete" deletes the document, to "who" puts the author's name there; SIGTERM drains. With an argument only who
 * shows the token "good" is let in, under the name of the place where it stood.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <syncgen/server.h>

#include "notes.h"

enum { HEARTBEAT_MS = 200, HELLO_MS = 300, AFTER_MS = 30000, WITHIN_MS = 10000 };

static sync_server *server;

static void delete_it(void *arg)
{
	(void)arg;
	sync_hub_delete(sync_server_hub(server), "NOTES", NULL);
}

static sync_status on_rename(sync_call *call, NotesDoc *notes, const NotesRenameArgs *args)
{
	if (strcmp(args->title, "who") == 0)
		return notes_set_title(notes, sync_call_user(call));
	if (strcmp(args->title, "delete") == 0)
		return sync_server_post(server, delete_it, NULL);
	return notes_set_title(notes, args->title);
}

static const notes_handlers handlers = { .rename = on_rename };

static sync_status authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const places[] = { "nowhere", "hello", "header", "cookie", "ticket" };
	(void)arg;
	grant->user = places[shown->from];
	return strcmp(shown->token, "good") == 0 ? SYNC_OK : SYNC_UNAUTHORIZED;
}

static void on_signal(int number)
{
	(void)number;
	sync_server_drain(server, AFTER_MS, WITHIN_MS);
}

int main(int argc, char **argv)
{
	(void)argv;
	server = sync_server_new(&(sync_server_options){ .heartbeat_ms = HEARTBEAT_MS,
							 .hello_ms = HELLO_MS,
							 .cookie = "sid",
							 .authenticate =
								 argc > 1 ? authenticate : NULL },
				 NULL);
	if (!server || notes_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	signal(SIGTERM, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_server_run(server);
	sync_server_free(server);
	return 0;
}
