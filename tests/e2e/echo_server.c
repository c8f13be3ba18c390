/* The server in echo mode, for the WebSocket conformance cases. Prints its port. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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

static unsigned number(int argc, char **argv, int index)
{
	return argc > index ? (unsigned)strtoul(argv[index], NULL, 10) : 0;
}

/* echo_server [HEARTBEAT_MS [CONNECTIONS [BYTES]]]: 0 is the default. */
int main(int argc, char **argv)
{
	sync_error error;
	unsigned bytes = number(argc, argv, 3);
	server = sync_server_new(&(sync_server_options){ .heartbeat_ms = number(argc, argv, 1),
							 .max_connections = number(argc, argv, 2),
							 .log = show,
							 .max_message = bytes ? bytes : 16 << 20 },
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
