/*
 * The notes over TLS: tls_server FOLDER CERTIFICATE KEY CLIENT_CA, where "" stands for NULL. Prints
 * its port.
 */
#include <signal.h>
#include <stdio.h>

#include <syncgen/server.h>

#include "notes.h"

static sync_server *server;

static sync_status on_rename(sync_call *call, NotesDoc *notes, const NotesRenameArgs *args)
{
	(void)call;
	return notes_set_title(notes, args->title);
}

static const notes_handlers handlers = { .rename = on_rename };

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

static const char *given(const char *argument)
{
	return *argument ? argument : NULL;
}

int main(int argc, char **argv)
{
	sync_error error;
	if (argc != 5)
		return 2;
	server = sync_server_new(&(sync_server_options){ .files = given(argv[1]),
							 .certificate = given(argv[2]),
							 .key = given(argv[3]),
							 .client_ca = given(argv[4]) },
				 &error);
	if (!server) {
		fprintf(stderr, "%s: %s\n", sync_status_name(error.code), error.message);
		return 1;
	}
	if (notes_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	signal(SIGTERM, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_status status = sync_server_run(server);
	sync_server_free(server);
	return status != SYNC_OK;
}
