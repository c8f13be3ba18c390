/*
 * The notebook's server: the state and its calls are in notes.sync, everything else is here.
 *
 * `notes FOLDER` serves the page in FOLDER, and the notebook at /ws, on the port that PORT names.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <syncgen/server.h>

#include "notes.h"

static sync_status on_rename(sync_call *call, NotesDoc *notes, const NotesRenameArgs *args)
{
	(void)call;
	return notes_set_title(notes, args->title);
}

static sync_status on_add(sync_task *task, NotesDoc *notes, const NotesAddArgs *args)
{
	(void)task;
	return notes_push_notes(notes, args->note);
}

static const notes_handlers handlers = { .rename = on_rename, .add = on_add };

static sync_server *server;

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

static void on_log(void *arg, char level, const char *line)
{
	(void)arg;
	if (level != 'i')
		fprintf(stderr, "notes: %s\n", line);
}

int main(int argc, char **argv)
{
	const char *port = getenv("PORT");
	sync_error error;
	server = sync_server_new(
		&(sync_server_options){
			.port = port && *port ? atoi(port) : 8080,
			.files = argc > 1 ? argv[1] : "www",
			.log = on_log,
		},
		&error);
	if (!server) {
		fprintf(stderr, "notes: %s\n", error.message);
		return 1;
	}
	if (notes_serve(server, &handlers, NULL) != SYNC_OK) {
		fprintf(stderr, "notes: the model is not served\n");
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
