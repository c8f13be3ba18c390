/*
 * The server of the things to do: the state and its calls are in todo.sync, everything else is here.
 *
 * `todo FOLDER` serves the page in FOLDER, and the list at /ws, on the port that PORT names.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <syncgen/server.h>

#include "todo.h"

static sync_status on_add(sync_call *call, TodoDoc *todo, const TodoAddArgs *args)
{
	if (todo_get(todo)->items.len == MOST)
		return full_throw(call, &(Full){ .most = MOST });
	ItemDoc *item = todo_push_items(todo);
	item_set_id(item, args->id);
	return item_set_text(item, args->text);
}

static sync_status on_clear(sync_call *call, TodoDoc *todo, const TodoClearArgs *args,
			    uint32_t *reply)
{
	(void)call;
	(void)args;
	for (size_t i = todo_get(todo)->items.len; i-- > 0;) {
		if (!todo_get(todo)->items.items[i]->done)
			continue;
		todo_remove_items(todo, i);
		++*reply;
	}
	return todo_add_cleared(todo, *reply);
}

static const todo_handlers handlers = { .add = on_add, .clear = on_clear };

static sync_server *server;

static void on_signal(int number)
{
	(void)number;
	sync_server_stop(server);
}

int main(int argc, char **argv)
{
	const char *port = getenv("PORT");
	sync_error error;
	server = sync_server_new(
		&(sync_server_options){
			.port = port && *port ? atoi(port) : 8080,
			.files = argc > 1 ? argv[1] : "www",
		},
		&error);
	if (!server || todo_add_to(sync_server_hub(server), &handlers, NULL, &error) != SYNC_OK) {
		fprintf(stderr, "todo: %s\n", error.message);
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
