/*
 * The server of a page that several people write: editor.sync says all about it.
 *
 * `editor FOLDER` serves the page in FOLDER, and the text at /ws, on the port that PORT names.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <syncgen/server.h>

#include "editor.h"

static sync_server *server;

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

int main(int argc, char **argv)
{
	const char *port = getenv("PORT");
	sync_error error;
	server = sync_server_new(
		&(sync_server_options){
			.port = port && *port ? atoi(port) : 8080,
			.files = argc > 1 ? argv[1] : "www",
		},
		&error);
	if (!server || editor_add_to(sync_server_hub(server), NULL, NULL, &error) != SYNC_OK) {
		fprintf(stderr, "editor: %s\n", error.message);
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	printf("http://127.0.0.1:%d/\n", sync_server_port(server));
	fflush(stdout);
	sync_status status = sync_server_run(server);
	sync_server_free(server);
	return status != SYNC_OK;
}
