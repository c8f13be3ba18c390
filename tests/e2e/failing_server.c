/*
 * The notes, where the next calls of send() do what RENAME says: a letter for each, p: EPIPE, a:
 * EAGAIN, s: one byte and no more. This send() takes the place of the C library's for the runtime
 * and libwebsockets. Prints its port; the status is 1 when a connection outlives the server.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "notes.h"
#include "server_lws.h"

static sync_server *server;
static char failures[81];
static const char *next_failure = failures;

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	switch (*next_failure ? *next_failure++ : '\0') {
	case 'p':
		errno = EPIPE;
		return -1;
	case 'a':
		errno = EAGAIN;
		return -1;
	case 's':
		return sendto(fd, bytes, 1, flags, NULL, 0);
	default:
		return sendto(fd, bytes, length, flags, NULL, 0);
	}
}

static sync_status on_rename(sync_call *call, NotesDoc *notes, const NotesRenameArgs *args)
{
	(void)call;
	snprintf(failures, sizeof failures, "%s", args->title);
	next_failure = failures;
	return notes_set_title(notes, args->title);
}

static const notes_handlers handlers = { .rename = on_rename };

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

static void on_log(void *arg, char level, const char *line)
{
	(void)arg;
	if (level != 'i')
		fprintf(stderr, "%s\n", line);
}

int main(void)
{
	server = sync_server_new(&(sync_server_options){ .log = on_log }, NULL);
	if (!server || notes_serve(server, &handlers, NULL) != SYNC_OK)
		return 1;
	signal(SIGTERM, on_signal);
	printf("%d\n", sync_server_port(server));
	fflush(stdout);
	sync_status status = sync_server_run(server);
	unsigned left = server->connections;
	sync_server_free(server);
	return status != SYNC_OK || left;
}
