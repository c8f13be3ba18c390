/*
 * The server of the conversations in native/: the models of board.sync and what README.md says of
 *their actions, without sockets and without a clock. It reads a command a line and does it at once:
 *
 *	open NAME, reset NAME			a connection, of that name
 *	say NAME FRAME, zeros NAME COUNT	what its client sends: a text, or so many zero bytes
 *	wait MS					time passes, in steps of a second
 *	update KEY OPS				the program changes a document
 *	event KEY AT				it emits `saved`
 *	progress ID JSON, done ID VALUE		a task of it tells how far it is, and ends
 *	delete KEY, withdraw KEY, drain MS
 *	store down|up				its store fails, and works again
 *	frame BYTES				a limit of connections that are opened from now on
 *	restart kept|lost|forgets		all connections are gone; `forgets`: only the
 *clients' numbers state KEY
 *
 * and answers with what comes out of it, a line each, then ".":
 *
 *	to NAME FRAME, zeros NAME COUNT		a frame to that client
 *	closed NAME CODE
 *	state JSON
 *	without WHAT				the runtime does not do that yet
 *	no REASON				the command was not done
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/session.h>

#include "../../runtime/doc_core.h"
#include "../../runtime/hub_core.h"
#include "board.h"

enum { PEERS = 8, LINE = 1 << 21 };

/* A change with this anywhere is refused. */
static const char bad[] = "!bad";
static const char full[] = "!full", crash[] = "!crash";

static struct peer {
	char name[32];
	sync_session *session;
} peers[PEERS];

static sync_store *store;
static sync_hub *hub;
static uint64_t now = 1000;
static size_t frame; /* limit of connections made from now on; 0: as it is by itself */

/* ---- the program ---- */

static sync_status on_mark(sync_call *call, BoardDoc *board, const BoardMarkArgs *args,
			   sync_str *reply)
{
	char text[320];
	const char *mark = args->mark;
	if (strstr(mark, full))
		return full_throw(call, &(Full){ .limit = 3 });
	if (strstr(mark, crash))
		return SYNC_INTERNAL;
	snprintf(text, sizeof text, "marked %s", mark);
	sync_status status = board_push_log(board, mark);
	return status == SYNC_OK ? sync_str_assign(reply, text) : status;
}

static sync_status on_add(sync_call *call, BoardDoc *board, const BoardAddArgs *args, Card *reply)
{
	char text[256];
	size_t length = 0;
	(void)call;
	for (const char *c = args->text; *c && length < sizeof text - 1; c++)
		text[length++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	CardDoc *card = board_push_cards(board);
	card_set_id(card, args->id);
	card_set_text_n(card, text, length);
	return card_assign(card_edit(reply), card_get(card));
}

static sync_status on_upload(sync_call *call, BoardDoc *board, const BoardUploadArgs *args,
			     uint32_t *reply)
{
	(void)call;
	(void)board;
	*reply = (uint32_t)args->data.len;
	return SYNC_OK;
}

static sync_status on_clear(sync_call *call, BoardDoc *board, const BoardClearArgs *args)
{
	(void)call;
	(void)args;
	return board_clear_log(board);
}

static sync_status on_knock(sync_call *call, BoardDoc *board, const BoardKnockArgs *args,
			    uint32_t *reply)
{
	(void)call;
	(void)args;
	*reply = board_get(board)->open + 1;
	return board_set_open(board, *reply);
}

static sync_status on_download(sync_call *call, BoardDoc *board, const BoardDownloadArgs *args,
			       sync_bytes *reply)
{
	(void)call;
	(void)board;
	uint8_t *zero = calloc(1, args->size + 1);
	sync_status status = sync_bytes_assign(reply, zero, args->size);
	free(zero);
	return status;
}

/* It goes on until the conversation says how it ends. */
static sync_status on_load(sync_task *task, BoardDoc *board, const BoardLoadArgs *args,
			   uint32_t *reply)
{
	(void)board;
	(void)args;
	(void)reply;
	return sync_task_keep(task, NULL, NULL);
}

static const board_handlers handlers = { .mark = on_mark,
					 .add = on_add,
					 .upload = on_upload,
					 .clear = on_clear,
					 .knock = on_knock,
					 .download = on_download,
					 .load = on_load };

/* Who shows "bad" is not let in; "admin" is one. */
static sync_status authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const roles[] = { "admin", NULL };
	(void)arg;
	if (strcmp(shown->token, "admin") == 0)
		grant->roles = roles;
	return strcmp(shown->token, "bad") == 0 ? SYNC_UNAUTHORIZED : SYNC_OK;
}

/* Takes part in every commit, as a computed field would. */
static sync_status refuse_bad(const void *table, void *context, void *state)
{
	sync_buf json = { 0 };
	(void)table;
	(void)context;
	sync_status status = sync_to_json(&board_type, state, &json);
	if (status == SYNC_OK && json.len && memmem(json.data, json.len, bad, strlen(bad)))
		status = SYNC_INVALID;
	sync_buf_release(&json);
	return status;
}

/* ---- what comes out ---- */

static bool all_zero(const char *bytes, size_t length)
{
	while (length && !bytes[length - 1])
		length--;
	return !length;
}

static void print_frames(struct peer *peer)
{
	sync_frame out;
	while (peer->session && sync_session_next(peer->session, &out)) {
		if (!out.binary)
			printf("to %s %.*s\n", peer->name, (int)out.length, out.data);
		else if (all_zero(out.data, out.length))
			printf("zeros %s %zu\n", peer->name, out.length);
		else
			printf("no bytes but zeros: %zu of them\n", out.length);
	}
	if (!peer->session || !sync_session_close_code(peer->session))
		return;
	printf("closed %s %u\n", peer->name, sync_session_close_code(peer->session));
	sync_session_free(peer->session);
	peer->session = NULL;
}

static void answer(void)
{
	for (struct peer *peer = peers; peer < peers + PEERS; peer++)
		print_frames(peer);
	puts(".");
	fflush(stdout);
}

static void complain(sync_status status, const sync_error *error)
{
	printf("no %s: %s\n", sync_status_name(status), error->message);
}

/* ---- commands ---- */

/* What the runtime cannot do is left out, and said; the conversations about it fail. */
static void serve(const sync_model *model, const void *table)
{
	static sync_model reduced[4];
	static size_t count;
	sync_error error = { .message = "" };
	if (sync_hub_add(hub, model, table, NULL, &error) == SYNC_OK)
		return;
	printf("without %s\n", error.message);
	sync_model *less = &reduced[count++ % 4];
	*less = *model;
	less->features = 0;
	sync_hub_add(hub, less, table, NULL, NULL);
}

static void start(void)
{
	static sync_model board;
	board = board_model;
	board.compute = refuse_bad;
	hub = sync_hub_new(&(sync_hub_options){ .store = store, .epoch_seed = now });
	sync_hub_poll(hub, now);
	serve(&board, &handlers);
	serve(&meter_model, NULL);
	serve(&room_model, NULL);
}

static struct peer *find(const char *name)
{
	struct peer *free_one = NULL;
	for (struct peer *peer = peers; peer < peers + PEERS; peer++) {
		if (strcmp(peer->name, name) == 0)
			return peer;
		if (!*peer->name && !free_one)
			free_one = peer;
	}
	if (!free_one || strlen(name) >= sizeof free_one->name)
		exit(1);
	strcpy(free_one->name, name);
	return free_one;
}

static void reset(struct peer *peer)
{
	sync_session_free(peer->session);
	peer->session = NULL;
}

static void open(struct peer *peer)
{
	reset(peer);
	peer->session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE,
							       .max_message = frame,
							       .authenticate = authenticate });
}

static void receive(struct peer *peer, const char *data, size_t length, bool binary)
{
	if (peer->session)
		sync_session_receive(peer->session, data, length, binary);
	else
		puts("no connection of that name");
}

static void zeros(struct peer *peer, size_t count)
{
	char *bytes = calloc(1, count ? count : 1);
	receive(peer, bytes, count, true);
	free(bytes);
}

static void restart(const char *how)
{
	for (struct peer *peer = peers; peer < peers + PEERS; peer++)
		reset(peer);
	if (strcmp(how, "forgets") == 0) {
		for (size_t i = 0; i < hub->count; i++)
			sync_clients_release(&hub->docs[i]->clients);
		return;
	}
	sync_hub_free(hub);
	if (strcmp(how, "lost") == 0)
		sync_store_memory_forget(store);
	start();
}

static void drain(unsigned after_ms)
{
	for (struct peer *peer = peers; peer < peers + PEERS; peer++)
		if (peer->session)
			sync_session_drain(peer->session, after_ms);
}

static void withdraw(const char *key)
{
	for (struct peer *peer = peers; peer < peers + PEERS; peer++)
		if (peer->session)
			sync_session_withdraw(peer->session, key);
}

static void update(sync_doc *doc, const char *ops)
{
	sync_error error = { .message = "" };
	sync_status status = sync_doc_begin(doc, &error);
	if (status == SYNC_OK) {
		status = sync_track_apply(doc->track, ops, strlen(ops), &(sync_apply_options){ 0 },
					  &error);
		if (status == SYNC_OK)
			status = sync_doc_commit(doc, &error);
		else
			sync_doc_abort(doc);
	}
	if (status != SYNC_OK)
		complain(status, &error);
}

static void emit(sync_doc *doc, const char *at)
{
	BoardSaved saved;
	board_saved_init(&saved);
	saved.at = strtoll(at, NULL, 10);
	board_emit_saved(doc, &saved);
	board_saved_release(&saved);
}

static sync_task *task_of(const char *id)
{
	sync_doc *doc = sync_hub_doc(hub, board_model.key);
	sync_task *task = doc ? doc->tasks.last : NULL;
	while (task && strcmp(task->id, id) != 0)
		task = task->prev;
	return task;
}

static void tell_progress(sync_task *task, const char *json)
{
	Progress progress;
	sync_error error;
	progress_init(&progress);
	sync_status status = progress_from_json(&progress, json, strlen(json), &error);
	if (status == SYNC_OK)
		board_progress_load(task, &progress);
	else
		complain(status, &error);
	progress_release(&progress);
}

static void finish(sync_task *task, const char *json)
{
	uint32_t value = (uint32_t)strtoul(json, NULL, 10);
	board_finish_load(task, &value);
}

static void print_state(const sync_doc *doc)
{
	sync_buf json = { 0 };
	sync_to_json(doc->model->state, sync_doc_state(doc), &json);
	printf("state %.*s\n", (int)json.len, json.data);
	sync_buf_release(&json);
}

static void pass(uint64_t ms)
{
	for (uint64_t step; ms; ms -= step) {
		step = ms < 1000 ? ms : 1000;
		now += step;
		sync_hub_poll(hub, now);
		for (struct peer *peer = peers; peer < peers + PEERS; peer++) {
			if (peer->session)
				sync_session_tick(peer->session);
			print_frames(peer);
		}
	}
}

static void do_command(const char *verb, const char *name, const char *rest)
{
	if (strcmp(verb, "open") == 0)
		open(find(name));
	else if (strcmp(verb, "reset") == 0)
		reset(find(name));
	else if (strcmp(verb, "say") == 0)
		receive(find(name), rest, strlen(rest), false);
	else if (strcmp(verb, "zeros") == 0)
		zeros(find(name), strtoul(rest, NULL, 10));
	else if (strcmp(verb, "wait") == 0)
		pass(strtoull(name, NULL, 10));
	else if (strcmp(verb, "restart") == 0)
		restart(name);
	else if (strcmp(verb, "store") == 0)
		sync_store_memory_fail(store, *name == 'd' ? SYNC_OVERLOAD : SYNC_OK);
	else if (strcmp(verb, "frame") == 0)
		frame = strtoul(name, NULL, 10);
	else if (strcmp(verb, "drain") == 0)
		drain((unsigned)strtoul(name, NULL, 10));
	else if (strcmp(verb, "withdraw") == 0)
		withdraw(name);
	else if (strcmp(verb, "delete") == 0 && sync_hub_doc(hub, name))
		sync_hub_delete(hub, name, NULL);
	else if (strcmp(verb, "update") == 0 && sync_hub_doc(hub, name))
		update(sync_hub_doc(hub, name), rest);
	else if (strcmp(verb, "event") == 0 && sync_hub_doc(hub, name))
		emit(sync_hub_doc(hub, name), rest);
	else if (strcmp(verb, "progress") == 0 && task_of(name))
		tell_progress(task_of(name), rest);
	else if (strcmp(verb, "done") == 0 && task_of(name))
		finish(task_of(name), rest);
	else if (strcmp(verb, "state") == 0 && sync_hub_doc(hub, name))
		print_state(sync_hub_doc(hub, name));
	else
		printf("no %s %s here\n", verb, name);
	sync_hub_poll(hub, now);
}

int main(void)
{
	char *line = malloc(LINE);
	store = sync_store_memory_new();
	start();
	answer();
	while (line && fgets(line, LINE, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		char *name = line + strcspn(line, " ");
		name += *name ? (*name = '\0', 1) : 0;
		char *rest = name + strcspn(name, " ");
		rest += *rest ? (*rest = '\0', 1) : 0;
		do_command(line, name, rest);
		answer();
	}
	for (struct peer *peer = peers; peer < peers + PEERS; peer++)
		reset(peer);
	sync_hub_free(hub);
	sync_store_free(store);
	free(line);
	return 0;
}
