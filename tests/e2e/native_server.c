/*
 * A server of native.sync for clients of sync.v1.json. Prints its port. To rename to "delete"
 * deletes the document, to "who" puts the author's name there; SIGTERM drains. "hasty": it is short
 * of patience. "narrow": it takes short messages only. "strict": only who shows the token "good" is let in, under the name of the place
 * where it stood.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <syncgen/server.h>

#include "native.h"

enum { NARROW = 4096, HASTY_MS = 1000, AFTER_MS = 30000, WITHIN_MS = 10000 };

static sync_server *server;

static void delete_it(void *arg)
{
	(void)arg;
	sync_hub_delete(sync_server_hub(server), "FILES", NULL);
}

static sync_status on_rename(sync_call *call, FilesDoc *files, const FilesRenameArgs *args)
{
	if (strcmp(args->title, "who") == 0)
		return files_set_title(files, sync_call_user(call));
	if (strcmp(args->title, "delete") == 0)
		return sync_server_post(server, delete_it, NULL);
	return files_set_title(files, args->title);
}

static sync_status on_fill(sync_call *call, FilesDoc *files, const FilesFillArgs *args)
{
	(void)call;
	sync_status status = files_clear_lines(files);
	for (uint32_t i = 0; i < args->count && status == SYNC_OK; i++)
		status = files_push_lines(files, args->line);
	return status;
}

static sync_status on_echo(sync_call *call, FilesDoc *files, const FilesEchoArgs *args,
			   sync_bytes *reply)
{
	(void)call;
	(void)files;
	return sync_bytes_assign(reply, args->data.data, args->data.len);
}

static const files_handlers handlers = { .rename = on_rename, .fill = on_fill, .echo = on_echo };

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
	bool hasty = argc > 1 && strcmp(argv[1], "hasty") == 0;
	bool narrow = argc > 1 && strcmp(argv[1], "narrow") == 0;
	bool strict = argc > 1 && strcmp(argv[1], "strict") == 0;
	sync_server_options options = { .cookie = "sid" };
	if (hasty)
		options.heartbeat_ms = options.hello_ms = HASTY_MS;
	if (narrow)
		options.max_message = NARROW;
	if (strict)
		options.authenticate = authenticate;
	server = sync_server_new(&options, NULL);
	if (!server || files_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	signal(SIGTERM, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_server_run(server);
	sync_server_free(server);
	return 0;
}
