/* Ours, for load.c: two documents. Prints its port; ends when standard input does. */
#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>
#include <unistd.h>

#include <syncgen/server.h>

#include "live.h"

static sync_status on_say(sync_call *call, LiveDoc *live, const LiveSayArgs *args)
{
	(void)call;
	return live_set_line(live, args->line);
}

static sync_status on_ask(sync_call *call, LiveDoc *live, const LiveAskArgs *args, sync_str *reply)
{
	(void)call;
	(void)live;
	return sync_str_assign(reply, args->line);
}

static void *wait_for_end(void *server)
{
	char byte;
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	sync_server_stop(server);
	return NULL;
}

int main(void)
{
	static const live_handlers handlers = { .say = on_say, .ask = on_ask };
	pthread_t thread;
	sync_error error = { .message = "a model is not served" };
	sync_server *server =
		sync_server_new(&(sync_server_options){ .max_connections = 12000 }, &error);
	if (!server || live_serve(server, &handlers, NULL) != SYNC_OK ||
	    quiet_serve(server, NULL, NULL) != SYNC_OK ||
	    pthread_create(&thread, NULL, wait_for_end, server) != 0) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_status status = sync_server_run(server);
	pthread_join(thread, NULL);
	sync_server_free(server);
	return status != SYNC_OK;
}
