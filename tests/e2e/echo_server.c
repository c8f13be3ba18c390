/* The server in echo mode, for the WebSocket conformance cases. Prints its port. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "server_lws.h"

static sync_server *server;

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

static void show(void *arg, char level, const char *line)
{
	(void)arg;
	fprintf(stderr, "%c: %s\n", level, line);
}

/* With an argument: heartbeats of so many milliseconds. */
int main(int argc, char **argv)
{
	sync_error error;
	unsigned heartbeat = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	server = sync_server_new(&(sync_server_options){ .heartbeat_ms = heartbeat,
							 .log = show,
							 .max_message = 16 << 20 },
				 &error);
	if (!server) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	sync_server_echo(server);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_status status = sync_server_run(server);
	sync_server_free(server);
	return status != SYNC_OK;
}
