/*
 * A program with a loop of its own, and threads that hand work over. Prints its port; ends when it
 * got "end" by the action RENAME, with status 0 when all of it happened.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <syncgen/server.h>

#include "notes.h"

enum { THREADS = 4, POSTS = 500 };

static sync_server *server;
static unsigned posted; /* only the server's thread touches it */
static bool ended;

static sync_status on_rename(sync_call *call, NotesDoc *notes, const NotesRenameArgs *args)
{
	(void)call;
	ended = strcmp(args->title, "end") == 0;
	return notes_set_title(notes, args->title);
}

static const notes_handlers handlers = { .rename = on_rename };

static sync_status count(NotesDoc *notes, void *arg)
{
	char title[32];
	(void)arg;
	snprintf(title, sizeof title, "%u", ++posted);
	return notes_set_title(notes, title);
}

static void on_post(void *arg)
{
	notes_update(sync_hub_doc(sync_server_hub(server), "NOTES"), count, arg, NULL);
}

static void *post_many(void *arg)
{
	for (int i = 0; i < POSTS; i++)
		if (sync_server_post(server, on_post, arg) != SYNC_OK)
			i--;
	return NULL;
}

/* "fd": by descriptor and turns. "run": the server's own loop, stopped by a thread. */
int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	server = sync_server_new(&(sync_server_options){ .heartbeat_ms = 1000 }, NULL);
	if (!server || notes_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, post_many, NULL);
	bool by_fd = argc > 1 && strcmp(argv[1], "fd") == 0;
	while (by_fd && !ended) {
		struct pollfd wait = { .fd = sync_server_fd(server), .events = POLLIN };
		sync_server_turn(server);
		poll(&wait, 1, 2000);
	}
	if (!by_fd) {
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		sync_server_post(server, (void (*)(void *))sync_server_stop, server);
		sync_server_run(server);
	} else {
		for (int i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
	}
	sync_server_free(server);
	return posted == THREADS * POSTS ? 0 : 2;
}
