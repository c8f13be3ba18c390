/*
 * The server of board.sync and shelf.sync, and some clients in C, in one process and in virtual
 * time, for a simulation whose other clients are elsewhere: tests/ts/peers.ts. Connections to those
 * here are cut at any point, the store delays and fails, by a seed. It reads a command a line and
 * does it at once:
 *
 *	new SEED COUNT			a new world, with so many clients
 *	open NAME, say NAME FRAME, reset NAME	a connection of somebody elsewhere
 *	turn MS				time passes
 *	program TEXT			the program changes the document
 *	patch NUMBER OPERATIONS		a client here changes the shelf (peers_shelf.h says what is
 *	show NUMBER			printed), or shows it
 *	restart kept|lost
 *	calm				no more faults and changes
 *	state, shelf, check
 *
 * and answers with a line each, then ".":
 *
 *	to NAME FRAME, closed NAME CODE
 *	state JSON
 *	member NAME PENDING JSON	what a client here has pending, and shows
 *	mark TEXT CODE			what became of a change here: the code of a refusal, or "done"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/client.h>
#include <syncgen/queue.h>
#include <syncgen/session.h>

#include "../unit/seed.h"
#include "board.h"
#include "peers_shelf.h"

enum { GUESTS = 64, MEMBERS = 3, MARKS = 40, WAY = 16, SLICE_MS = 20, LINE = 1 << 21 };

/* Messages on their way, in order. */
struct way {
	char *data[WAY];
	size_t length[WAY], count;
};

/* A client of this process. */
static struct member {
	unsigned number;
	sync_queue *queue;
	sync_client *client;
	sync_replica *replica, *shelf;
	sync_session *session;
	bool wants, open;
	struct way up, down;
	const char *fates[MARKS];
	unsigned made;
} members[MEMBERS];

/* Somebody elsewhere. */
static struct guest {
	char name[16];
	sync_session *session;
} guests[GUESTS];

static seed dice;
static size_t member_count;
static bool calm, failing, fails;
static sync_store *store;
static sync_hub *hub;
static uint64_t now;

static uint64_t chance(uint64_t bound)
{
	return seed_below(&dice, bound);
}

/* ---- the program ---- */

static sync_status on_mark(sync_call *call, BoardDoc *board, const BoardMarkArgs *args,
			   sync_str *reply)
{
	char text[320];
	(void)call;
	snprintf(text, sizeof text, "marked %s", (const char *)args->mark);
	sync_status status = board_push_log(board, args->mark);
	return status == SYNC_OK ? sync_str_assign(reply, text) : status;
}

static sync_status on_add(sync_call *call, BoardDoc *board, const BoardAddArgs *args, Card *reply)
{
	char entry[256];
	(void)call;
	CardDoc *card = board_push_cards(board);
	card_set_id(card, args->id);
	card_set_text(card, args->text);
	snprintf(entry, sizeof entry, "add-%s", (const char *)args->id);
	board_push_log(board, entry);
	return card_assign(card_edit(reply), card_get(card));
}

static const board_handlers handlers = { .mark = on_mark, .add = on_add };

/* Takes part in every commit, as a computed field would: no entry may say so. */
static sync_status refuse_bad(const void *table, void *context, void *state)
{
	const Board *board = board_get(state);
	(void)table;
	(void)context;
	for (size_t i = 0; i < board->log.len; i++)
		if (strstr(((sync_str *)board->log.items)[i], "!bad"))
			return SYNC_INVALID;
	return SYNC_OK;
}

static void start_server(void)
{
	static sync_model board;
	board = board_model;
	board.compute = refuse_bad;
	hub = sync_hub_new(
		&(sync_hub_options){ .store = store, .epoch_seed = 1 + chance(1 << 30) });
	sync_hub_poll(hub, now);
	sync_error error = { .message = "" };
	if (sync_hub_add(hub, &board, &handlers, NULL, &error) != SYNC_OK)
		printf("no %s\n", error.message);
	peers_shelf_serve(hub);
}

/* ---- messages ---- */

static void way_put(struct way *way, const char *data, size_t length)
{
	way->data[way->count] = memcpy(sync_alloc(length + 1), data, length);
	way->length[way->count++] = length;
}

static void way_clear(struct way *way)
{
	while (way->count)
		sync_free(way->data[--way->count]);
}

static void way_drop_first(struct way *way)
{
	sync_free(way->data[0]);
	way->count--;
	memmove(way->data, way->data + 1, way->count * sizeof *way->data);
	memmove(way->length, way->length + 1, way->count * sizeof *way->length);
}

/* ---- clients here ---- */

static void hang_up(struct member *member, unsigned code)
{
	bool open = member->open;
	sync_session_free(member->session);
	member->session = NULL;
	member->open = false;
	way_clear(&member->up);
	way_clear(&member->down);
	if (open)
		sync_client_closed(member->client, now, code, NULL);
}

static bool names(const char *json, const struct member *member, unsigned mark)
{
	char quoted[32];
	snprintf(quoted, sizeof quoted, "\"p%u-%u", member->number, mark);
	size_t length = strlen(quoted);
	for (const char *at = json; at && (at = strstr(at, quoted)); at += length)
		if (at[length] == '"' || at[length] == '!')
			return true;
	return false;
}

static void on_refused(void *arg, sync_replica *replica, const sync_refusal *refusal)
{
	struct member *member = arg;
	(void)replica;
	for (unsigned i = 0; i < member->made; i++)
		if (names(refusal->ops, member, i) || names(refusal->args, member, i))
			member->fates[i] = sync_status_name(refusal->error.code);
}

static void open_member(struct member *member)
{
	member->client =
		sync_client_new(&(sync_client_options){ .seed = seed_next(&dice) | 1,
							.queue = member->queue,
							.batch_ms = (unsigned)chance(3) * 40 });
	member->replica = sync_client_open(member->client, NULL,
					   &(sync_replica_options){ .model = &board_model,
								    .refused = on_refused,
								    .arg = member },
					   NULL);
	member->shelf = peers_shelf_open(member->client, &member->number);
	member->wants = false;
}

struct edit {
	const char *mark;
	unsigned kind, at;
};

static sync_status change(void *state, void *arg)
{
	const struct edit *edit = arg;
	BoardDoc *doc = state;
	const Board *board = board_get(doc);
	sync_status status = board_push_log(doc, edit->mark);
	if (status != SYNC_OK)
		return status;
	switch (edit->kind) {
	case 0:
		return board_set_title(doc, edit->mark);
	case 1:
		return board_insert_notes(doc, edit->at % (board->notes.len + 1), edit->mark);
	case 2:
		return board->notes.len ? board_remove_notes(doc, edit->at % board->notes.len)
					: SYNC_OK;
	case 3:
		return board_add_views(doc, edit->at);
	case 4:
		return board_splice_body(doc, 0, 0, "x");
	default:
		return SYNC_OK;
	}
}

static void make_change(struct member *member)
{
	char mark[32], args[64];
	sync_error error;
	if (member->made == MARKS)
		return;
	member->fates[member->made] = "done";
	snprintf(mark, sizeof mark, "p%u-%u%s", member->number, member->made++,
		 chance(20) ? "" : "!bad");
	struct edit edit = { mark, (unsigned)chance(8), (unsigned)chance(100) };
	int length = snprintf(args, sizeof args, "{\"mark\":\"%s\"}", mark);
	sync_status status =
		chance(6) ? sync_replica_update(member->replica, change, &edit, &error)
			  : sync_replica_call(
				    member->replica, "mark",
				    &(sync_request){ .args = args, .length = (size_t)length },
				    &error);
	if (status != SYNC_OK)
		printf("no %s: %s\n", mark, error.message);
}

static void poll_member(struct member *member)
{
	for (;;) {
		switch (sync_client_poll(member->client, now)) {
		case SYNC_CLIENT_REST:
			return;
		case SYNC_CLIENT_DIAL:
			member->wants = true;
			break;
		case SYNC_CLIENT_HANG_UP:
			member->wants = member->open = false;
			hang_up(member, 0);
		}
	}
}

static void connect_member(struct member *member)
{
	member->wants = false;
	member->session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
	member->open = true;
	sync_client_opened(member->client, now);
}

/* One thing of each kind; false: there was nothing to be moved. */
static bool move(struct member *member)
{
	sync_client_frame said;
	sync_frame frame;
	bool moved = false;
	if (!member->open)
		return false;
	if (member->up.count < WAY && sync_client_next(member->client, &said)) {
		way_put(&member->up, said.data, said.length);
		moved = true;
	}
	if (member->up.count && (calm || chance(3))) {
		moved = true;
		sync_session_receive(member->session, member->up.data[0], member->up.length[0],
				     false);
		way_drop_first(&member->up);
	}
	if (member->down.count < WAY && (calm || chance(3)) &&
	    sync_session_next(member->session, &frame)) {
		way_put(&member->down, frame.data, frame.length);
		moved = true;
	}
	if (member->down.count && (calm || chance(3))) {
		moved = true;
		sync_client_receive(member->client, now, member->down.data[0],
				    member->down.length[0], false);
		way_drop_first(&member->down);
	}
	if (sync_session_close_code(member->session))
		hang_up(member, sync_session_close_code(member->session));
	return moved;
}

static void restart_member(struct member *member)
{
	member->open = false;
	hang_up(member, 0);
	sync_client_free(member->client);
	open_member(member);
}

static void step_member(struct member *member)
{
	poll_member(member);
	if (member->wants)
		connect_member(member);
	if (!calm && chance(20) == 0)
		make_change(member);
	while (move(member) && calm)
		;
	if (member->session && sync_session_tick(member->session) != SYNC_OK)
		hang_up(member, sync_session_close_code(member->session));
	if (calm)
		return;
	if (chance(150) == 0)
		hang_up(member, 0);
	if (chance(600) == 0)
		restart_member(member);
}

/* ---- those elsewhere ---- */

static void answer(void)
{
	sync_frame out;
	for (struct guest *guest = guests; guest < guests + GUESTS; guest++) {
		while (guest->session && sync_session_next(guest->session, &out))
			printf("to %s %.*s\n", guest->name, (int)out.length, out.data);
		if (!guest->session || !sync_session_close_code(guest->session))
			continue;
		printf("closed %s %u\n", guest->name, sync_session_close_code(guest->session));
		sync_session_free(guest->session);
		guest->session = NULL;
	}
	puts(".");
	fflush(stdout);
}

static struct guest *find(const char *name)
{
	struct guest *unused = NULL;
	for (struct guest *guest = guests; guest < guests + GUESTS; guest++) {
		if (guest->session && strcmp(guest->name, name) == 0)
			return guest;
		if (!guest->session)
			unused = guest;
	}
	if (!unused)
		exit(1);
	snprintf(unused->name, sizeof unused->name, "%s", name);
	return unused;
}

static void open_guest(struct guest *guest)
{
	guest->session =
		sync_session_new(hub, &(sync_session_options){ .dialect = SYNC_DIALECT_NATIVE });
}

/* ---- a world ---- */

static void hang_up_all(void)
{
	for (size_t i = 0; i < member_count; i++)
		hang_up(&members[i], 0);
	for (struct guest *guest = guests; guest < guests + GUESTS; guest++) {
		if (guest->session)
			printf("closed %s 1006\n", guest->name);
		sync_session_free(guest->session);
		guest->session = NULL;
	}
}

static void end(void)
{
	hang_up_all();
	for (size_t i = 0; i < member_count; i++) {
		sync_client_free(members[i].client);
		sync_queue_close(members[i].queue);
	}
	sync_hub_free(hub);
	sync_store_free(store);
	memset(members, 0, sizeof members);
	member_count = 0;
}

static void begin(uint64_t number, size_t count)
{
	dice.state = number;
	now = 1000;
	calm = failing = false;
	fails = chance(3) == 0;
	store = sync_store_memory_new();
	start_server();
	while (member_count < count && member_count < MEMBERS) {
		struct member *member = &members[member_count];
		member->number = (unsigned)member_count++;
		member->queue = sync_queue_memory_new();
		open_member(member);
	}
}

static void restart(bool kept)
{
	hang_up_all();
	sync_store_memory_complete(store, (size_t)chance(3));
	sync_hub_free(hub);
	failing = false;
	sync_store_memory_fail(store, SYNC_OK);
	sync_store_memory_delay(store, false);
	if (!kept)
		sync_store_memory_forget(store);
	start_server();
}

/* ---- time ---- */

static void trouble_store(void)
{
	if (chance(10) == 0)
		sync_store_memory_delay(store, chance(2));
	if (fails && chance(60) == 0) {
		failing = !failing;
		sync_store_memory_fail(store, failing ? SYNC_OVERLOAD : SYNC_OK);
	}
}

static void turn(uint64_t ms)
{
	for (uint64_t step; ms; ms -= step) {
		step = ms < SLICE_MS ? ms : SLICE_MS;
		now += step;
		if (!calm)
			trouble_store();
		if (!calm && chance(1000) == 0)
			restart(true);
		sync_store_memory_complete(store, 1 + chance(3));
		sync_hub_poll(hub, now);
		peers_shelf_turn(hub, &dice);
		for (size_t i = 0; i < member_count; i++)
			step_member(&members[i]);
		for (struct guest *guest = guests; guest < guests + GUESTS; guest++)
			if (guest->session)
				sync_session_tick(guest->session);
	}
}

/* ---- what the other process asks for ---- */

static sync_status touch(void *state, void *arg)
{
	return board_insert_notes(state, 0, arg);
}

static void heal(void)
{
	calm = true;
	failing = false;
	sync_store_memory_fail(store, SYNC_OK);
	sync_store_memory_delay(store, false);
}

static void print_state(void)
{
	sync_buf json = { 0 };
	sync_doc *doc = sync_hub_doc(hub, board_model.key);
	sync_to_json(board_model.state, sync_doc_state(doc), &json);
	printf("state %.*s\n", (int)json.len, json.data);
	sync_buf_release(&json);
}

static void check(const struct member *member)
{
	sync_buf json = { 0 };
	sync_replica_status status;
	sync_replica_status_get(member->replica, &status);
	sync_replica_write(member->replica, &json);
	printf("member p%u %zu %.*s\n", member->number, status.pending + !status.connected,
	       (int)json.len, json.data);
	sync_buf_release(&json);
	for (unsigned i = 0; i < member->made; i++)
		printf("mark p%u-%u %s\n", member->number, i, member->fates[i]);
}

/* ---- commands ---- */

static void do_command(const char *verb, char *name, const char *rest)
{
	if (strcmp(verb, "new") == 0) {
		end();
		begin(strtoull(name, NULL, 10), strtoul(rest, NULL, 10));
	} else if (strcmp(verb, "open") == 0) {
		open_guest(find(name));
	} else if (strcmp(verb, "reset") == 0) {
		struct guest *guest = find(name);
		sync_session_free(guest->session);
		guest->session = NULL;
	} else if (strcmp(verb, "say") == 0) {
		struct guest *guest = find(name);
		if (guest->session)
			sync_session_receive(guest->session, rest, strlen(rest), false);
	} else if (strcmp(verb, "turn") == 0) {
		turn(strtoull(name, NULL, 10));
	} else if (strcmp(verb, "program") == 0) {
		sync_update(sync_hub_doc(hub, board_model.key), touch, name, NULL);
	} else if (strcmp(verb, "patch") == 0 || strcmp(verb, "show") == 0) {
		struct member *member = &members[strtoul(name, NULL, 10) % MEMBERS];
		if (*verb == 'p')
			peers_shelf_patch(member->shelf, member->number, rest);
		else
			peers_shelf_show(member->shelf, member->number);
	} else if (strcmp(verb, "shelf") == 0) {
		peers_shelf_print(hub);
	} else if (strcmp(verb, "restart") == 0) {
		restart(strcmp(name, "kept") == 0);
	} else if (strcmp(verb, "calm") == 0) {
		heal();
	} else if (strcmp(verb, "state") == 0) {
		print_state();
	} else if (strcmp(verb, "check") == 0) {
		for (size_t i = 0; i < member_count; i++)
			check(&members[i]);
	} else {
		printf("no %s here\n", verb);
	}
}

int main(void)
{
	char *line = malloc(LINE);
	begin(1, 0);
	while (line && fgets(line, LINE, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		char *name = line + strcspn(line, " ");
		name += *name ? (*name = '\0', 1) : 0;
		char *rest = name + strcspn(name, " ");
		rest += *rest ? (*rest = '\0', 1) : 0;
		do_command(line, name, rest);
		answer();
	}
	end();
	free(line);
	return 0;
}
