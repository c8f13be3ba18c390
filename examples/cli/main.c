/*
 * The things to do on the command line: a client in C of the server of examples/todo. What it
 * changes shows at once; where the server cannot be reached, it is kept in a file and goes out the
 * next time.
 */
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <syncgen/client.h>
#include <syncgen/queue.h>

#include "todo.h"

static const char usage[] = "usage: todo-cli [options] [command]\n"
			    "\n"
			    "  list              what there is to do (the default)\n"
			    "  watch             the same, again whenever it changes\n"
			    "  add TEXT          something more\n"
			    "  done N, undo N    the N-th is done, or is not\n"
			    "  edit N TEXT       the N-th is called otherwise\n"
			    "  move N M          the N-th comes M-th\n"
			    "  clear             clears away what is done\n"
			    "  refused           what the server refused; and forgets it\n"
			    "\n"
			    "  -s, --server URL  ws://localhost:8080/ws, or what TODO_SERVER says\n"
			    "  -q, --queue FILE  keeps there what has not reached the server yet\n"
			    "  -w, --wait SECONDS  so long for the server (3)\n"
			    "  -h, --help\n";

struct app {
	sync_client *client;
	sync_replica *todo;
	sync_client_socket *socket;
	bool watching, asked, failed;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* ---- showing ---- */

static void show(const struct app *app)
{
	const Todo *todo = todo_shown(app->todo);
	bool colours = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	sync_replica_status status;
	sync_replica_status_get(app->todo, &status);
	printf("%s%s%s\n", colours ? "\033[1m" : "", todo->title, colours ? "\033[0m" : "");
	for (size_t i = 0; i < todo->items.len; i++) {
		const Item *item = todo->items.items[i];
		const char *dim = colours && item->done ? "\033[2m" : "";
		printf("%s%3zu [%c] %s%s\n", dim, i + 1, item->done ? 'x' : ' ', item->text,
		       *dim ? "\033[0m" : "");
	}
	if (status.pending)
		printf("%zu waiting for the server\n", status.pending);
	if (status.quarantined)
		printf("%zu refused: todo-cli refused\n", status.quarantined);
	fflush(stdout);
}

static void on_changed(void *arg, sync_replica *replica, const sync_replica_change *change)
{
	const struct app *app = arg;
	(void)replica;
	(void)change;
	if (app->watching)
		show(app);
}

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	struct app *app = arg;
	(void)replica;
	fprintf(stderr, "todo-cli: %s\n", refusal->error.message);
	app->failed = true;
}

/* ---- changing ---- */

static bool new_uuid(char id[37])
{
	unsigned char bytes[16];
	FILE *random = fopen("/dev/urandom", "rb");
	bool read = random && fread(bytes, 1, sizeof bytes, random) == sizeof bytes;
	if (random)
		fclose(random);
	if (!read)
		return false;
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	for (int i = 0, at = 0; i < 16; i++) {
		at += sprintf(id + at, "%02x", bytes[i]);
		if (i == 3 || i == 5 || i == 7 || i == 9)
			id[at++] = '-';
	}
	id[36] = '\0';
	return true;
}

/* What the server is going to do, shown until it has. */
static sync_status guess_add(void *state, void *arg)
{
	const TodoAddArgs *args = arg;
	ItemDoc *item = todo_push_items(state);
	item_set_id(item, args->id);
	return item_set_text(item, args->text);
}

static sync_status add(struct app *app, const char *text, sync_error *error)
{
	char id[37];
	TodoAddArgs args;
	if (!new_uuid(id))
		return sync_error_set(error, SYNC_INTERNAL, "/dev/urandom cannot be read");
	todo_add_args_init(&args);
	todo_add_args_set_id(todo_add_args_edit(&args), id);
	sync_status status = todo_add_args_set_text(todo_add_args_edit(&args), text);
	if (status == SYNC_OK && todo_add_args_validate(&args, error))
		status = todo_call_add_with(
			app->todo, &args, &(sync_request){ .ahead = guess_add, .ahead_arg = &args },
			error);
	else
		status = error->code;
	todo_add_args_release(&args);
	return status;
}

static void on_cleared(void *arg, sync_replica *replica, const sync_reply *reply)
{
	struct app *app = arg;
	(void)replica;
	const uint32_t *count = todo_result_clear(reply);
	if (count)
		printf("%u cleared away\n", *count);
	else
		fprintf(stderr, "todo-cli: %s\n", reply->error.message);
	app->failed = app->failed || !count;
}

/* One of the commands that say which one they mean. */
struct edit {
	const char *verb, *text;
	size_t at, to;
};

static sync_status edit(TodoDoc *todo, void *arg)
{
	const struct edit *edit = arg;
	if (edit->at >= todo_get(todo)->items.len || edit->to >= todo_get(todo)->items.len)
		return SYNC_NOT_FOUND;
	if (strcmp(edit->verb, "move") == 0)
		return todo_move_items(todo, edit->at, edit->to);
	ItemDoc *item = todo_edit_items(todo, edit->at);
	if (strcmp(edit->verb, "edit") == 0)
		return item_set_text(item, edit->text);
	return item_set_done(item, strcmp(edit->verb, "done") == 0);
}

static void show_refused(struct app *app)
{
	const sync_refusal *refusal;
	while ((refusal = sync_replica_refusal(app->todo, 0))) {
		printf("%s: %s\n", refusal->action ? refusal->args : refusal->ops,
		       refusal->error.message);
		sync_replica_discard(app->todo, refusal->id);
	}
}

static int number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);
	return *end || value < 1 || value > 1000000 ? 0 : (int)value;
}

/* False: it is no command; *error says what is wrong, or nothing. */
static bool command(struct app *app, int argc, char **argv, sync_error *error)
{
	const char *verb = argc ? argv[0] : "list";
	struct edit what = { .verb = verb, .text = argc > 2 ? argv[2] : "" };
	int first = argc > 1 ? number(argv[1]) : 0, second = argc > 2 ? number(argv[2]) : 0;
	bool marks = strcmp(verb, "done") == 0 || strcmp(verb, "undo") == 0;
	sync_status status = SYNC_OK;
	if (strcmp(verb, "list") == 0 && argc <= 1) {
		return true;
	} else if (strcmp(verb, "watch") == 0 && argc == 1) {
		app->watching = true;
	} else if (strcmp(verb, "refused") == 0 && argc == 1) {
		show_refused(app);
	} else if (strcmp(verb, "add") == 0 && argc == 2) {
		status = add(app, argv[1], error);
	} else if (strcmp(verb, "clear") == 0 && argc == 1) {
		status = todo_call_clear(app->todo, NULL, on_cleared, app, error);
	} else if ((marks && argc == 2 && first) ||
		   (strcmp(verb, "edit") == 0 && argc == 3 && first) ||
		   (strcmp(verb, "move") == 0 && argc == 3 && first && second)) {
		what.at = (size_t)first - 1;
		what.to = second && strcmp(verb, "move") == 0 ? (size_t)second - 1 : what.at;
		status = todo_change(app->todo, edit, &what, error);
	} else {
		sync_error_set(error, SYNC_UNSUPPORTED, "%s", usage);
		return false;
	}
	if (status != SYNC_OK) {
		fprintf(stderr, "todo-cli: %s\n", error->message);
		app->failed = true;
	}
	return true;
}

/* ---- running ---- */

static uint64_t milliseconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Turns until `enough` says so, or the time is up. False: it is. */
static bool turn_until(struct app *app, bool (*enough)(const struct app *app), uint64_t ms)
{
	uint64_t end = milliseconds() + ms;
	while (!interrupted && !enough(app)) {
		uint64_t now = milliseconds();
		if (now >= end)
			return false;
		struct pollfd fd = { .fd = sync_client_socket_fd(app->socket), .events = POLLIN };
		poll(&fd, 1, end - now < 50 ? (int)(end - now) : 50);
		sync_client_socket_turn(app->socket);
	}
	return true;
}

static bool is_live(const struct app *app)
{
	sync_replica_status status;
	sync_client_status client;
	sync_replica_status_get(app->todo, &status);
	sync_client_status_get(app->client, &client);
	return status.connected || client.final || status.error.code == SYNC_SCHEMA;
}

static bool is_told(const struct app *app)
{
	sync_replica_status status;
	sync_replica_status_get(app->todo, &status);
	return !status.pending;
}

static bool never(const struct app *app)
{
	(void)app;
	return false;
}

static void say_problem(const struct app *app)
{
	sync_client_status status;
	sync_client_status_get(app->client, &status);
	fprintf(stderr, "todo-cli: %s\n",
		status.error.code == SYNC_OK ? "the server does not answer" : status.error.message);
}

static int run(struct app *app, int argc, char **argv, unsigned wait_ms, bool kept)
{
	sync_error error = { 0 };
	bool there = turn_until(app, is_live, wait_ms) && !interrupted;
	sync_replica_status status;
	sync_replica_status_get(app->todo, &status);
	there = there && status.connected;
	if (!there)
		say_problem(app);
	if (!there && !status.loaded && !kept)
		return 1;
	if (!command(app, argc, argv, &error)) {
		fputs(error.message, stderr);
		return 2;
	}
	if (there)
		turn_until(app, is_told, wait_ms);
	if (!argc || strcmp(argv[0], "refused") != 0)
		show(app);
	if (app->watching)
		turn_until(app, never, UINT64_MAX / 2);
	return app->failed || (!there && !kept);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "server", required_argument, NULL, 's' },
						 { "queue", required_argument, NULL, 'q' },
						 { "wait", required_argument, NULL, 'w' },
						 { "help", no_argument, NULL, 'h' },
						 { NULL, 0, NULL, 0 } };
	const char *url = getenv("TODO_SERVER"), *file = NULL;
	double wait = 3;
	for (int option; (option = getopt_long(argc, argv, "s:q:w:h", options, NULL)) != -1;)
		switch (option) {
		case 's':
			url = optarg;
			break;
		case 'q':
			file = optarg;
			break;
		case 'w':
			wait = atof(optarg);
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	sync_error error = { 0 };
	struct app app = { 0 };
	sync_queue *queue = file ? sync_queue_sqlite_open(file, &error) : NULL;
	if (!file || queue)
		app.client = sync_client_new(&(sync_client_options){ .queue = queue });
	if (app.client)
		app.todo = todo_open(app.client, NULL,
				     &(sync_replica_options){ .changed = on_changed,
							      .refused = on_refused,
							      .arg = &app },
				     &error);
	if (app.todo)
		app.socket = sync_client_socket_new(
			app.client,
			&(sync_client_socket_options){ .url = url ? url
								  : "ws://localhost:8080/ws" },
			&error);
	int status = 1;
	if (app.socket)
		status = run(&app, argc - optind, argv + optind, (unsigned)(wait * 1000), queue);
	else
		fprintf(stderr, "todo-cli: %s\n", error.message);
	sync_client_socket_free(app.socket);
	sync_client_free(app.client);
	sync_queue_close(queue);
	return status;
}
