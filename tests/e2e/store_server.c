/*
 * A server of native.sync that keeps its document in the file named by its argument. To fill
 * appends a line as often as it says. Prints its port.
 */
#include <signal.h>
#include <stdio.h>

#include <syncgen/server.h>

#include "native.h"

static sync_status on_rename(sync_call *call, FilesDoc *files, const FilesRenameArgs *args)
{
	(void)call;
	return files_set_title(files, args->title);
}

static sync_status on_fill(sync_call *call, FilesDoc *files, const FilesFillArgs *args)
{
	sync_status status = SYNC_OK;
	(void)call;
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
static sync_server *server;

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

int main(int argc, char **argv)
{
	sync_error error;
	sync_store *store = argc > 1 ? sync_store_sqlite_open(argv[1], &error) : NULL;
	if (!store) {
		fprintf(stderr, "%s\n", argc > 1 ? error.message : "which file?");
		return 1;
	}
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGTERM, on_signal);
	server = sync_server_new(&(sync_server_options){ .store = store }, NULL);
	if (!server || files_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_server_run(server);
	sync_server_free(server);
	sync_store_free(store);
	return 0;
}
