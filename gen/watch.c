#include "watch.h"

#include "report.h"

#ifdef NO_SOCKETS

int watch_run(const options *o)
{
	(void)o;
	report_error("watch", "this syncgen was built without libwebsockets (LWS=0)");
	return STATUS_IO;
}

#else

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "watch_print.h"

typedef struct {
	const options *o;
	sync_client *client;
	bool json;
	bool waits; /* it was said that the connection is away */
	bool done;  /* nothing more is printed; `status` says how it ended */
	int status;
	sync_buf line;
} watch;

static sync_client_socket *running; /* for the signal handler */

static void on_signal(int number)
{
	(void)number;
	if (running)
		sync_client_socket_stop(running);
}

static void finish(watch *w, int status)
{
	if (w->done)
		return;
	w->done = true;
	w->status = status;
	sync_client_stop(w->client);
}

static void print(watch *w)
{
	bool ok = w->line.status == SYNC_OK &&
		  fwrite(w->line.data, 1, w->line.len, stdout) == w->line.len &&
		  fflush(stdout) == 0;
	if (w->line.status != SYNC_OK)
		report_error(NULL, sync_status_text(w->line.status));
	sync_buf_clear(&w->line);
	if (!ok)
		finish(w, STATUS_IO); /* report_finish says why */
}

/* ---- what the client tells ---- */

static void on_change(void *arg, sync_replica *replica, const sync_replica_change *change)
{
	watch *w = arg;
	if (w->done)
		return;
	watch_print_change(&w->line, w->json, replica, change);
	print(w);
	if (w->o->once)
		finish(w, STATUS_FINE);
}

static void on_event(void *arg, sync_replica *replica, const char *name, const char *args,
		     size_t length, const void *value)
{
	(void)value;
	watch *w = arg;
	(void)replica;
	if (w->done)
		return;
	watch_print_event(&w->line, w->json, name, args, length);
	print(w);
}

static bool is_temporary(sync_status code)
{
	return code == SYNC_OVERLOAD || code == SYNC_RATE || code == SYNC_STALE ||
	       code == SYNC_NOMEM;
}

static void on_replica(void *arg, sync_replica *replica)
{
	watch *w = arg;
	sync_replica_status status;
	sync_replica_status_get(replica, &status);
	if (w->done || status.syncing != SYNC_SYNCING_ERROR)
		return;
	report_error(sync_replica_key(replica), status.error.message);
	if (!is_temporary(status.error.code))
		finish(w, STATUS_SCHEMA);
}

static void on_client(void *arg, sync_client *client)
{
	watch *w = arg;
	sync_client_status status;
	sync_client_status_get(client, &status);
	if (w->done)
		return;
	if (status.final && status.syncing == SYNC_SYNCING_ERROR) {
		report_error(w->o->inputs[0], status.error.message);
		w->done = true;
		w->status = status.code >= 4500 ? STATUS_SCHEMA : STATUS_IO;
	} else if (status.waiting && status.error.code != SYNC_OK) {
		fprintf(stderr, "syncgen: %s; trying again in %.1f s\n", status.error.message,
			(double)status.retry_in / 1000);
		w->waits = true;
	} else if (status.connected && w->waits) {
		fputs("syncgen: connected again\n", stderr);
		w->waits = false;
	}
}

/* ---- running ---- */

static int serve(watch *w)
{
	const sync_client_socket_options where = { .url = w->o->inputs[0],
						   .headers = w->o->headers,
						   .ca = w->o->ca };
	sync_error error;
	sync_client_socket *socket = sync_client_socket_new(w->client, &where, &error);
	if (!socket) {
		report_error(w->o->inputs[0], error.message);
		return error.code == SYNC_INVALID ? STATUS_USAGE : STATUS_IO;
	}
	struct sigaction action, before_int, before_term;
	memset(&action, 0, sizeof action);
	action.sa_handler = on_signal;
	running = socket;
	sigaction(SIGINT, &action, &before_int);
	sigaction(SIGTERM, &action, &before_term);
	if (sync_client_socket_run(socket) != SYNC_OK)
		finish(w, STATUS_IO);
	sigaction(SIGINT, &before_int, NULL);
	sigaction(SIGTERM, &before_term, NULL);
	running = NULL;
	sync_client_socket_free(socket);
	return w->status;
}

int watch_run(const options *o)
{
	watch w = { .o = o, .json = o->json || !isatty(STDOUT_FILENO), .status = STATUS_FINE };
	const sync_client_options about = {
		.token = o->token, .attempts = o->once ? 1 : 0, .changed = on_client, .arg = &w
	};
	const sync_replica_options document = {
		.changed = on_change, .event = on_event, .status = on_replica, .arg = &w
	};
	sync_error error;
	w.client = sync_client_new(&about);
	if (!w.client) {
		report_error(NULL, "out of memory");
		return STATUS_IO;
	}
	int status = STATUS_USAGE;
	if (sync_client_open(w.client, o->inputs[1], &document, &error))
		status = serve(&w);
	else
		report_error(o->inputs[1], error.message);
	sync_client_free(w.client);
	sync_buf_release(&w.line);
	return status;
}

#endif
