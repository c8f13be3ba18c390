#include "world.h"

#include <stdarg.h>
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/list.h>
#include <syncgen/text.h>

#include "panel.h"

enum { STEPS = 1200, CALM_STEPS = 60000, TRACE_WIDTH = 400 };

uint64_t chance(struct world *world, uint64_t bound)
{
	return seed_below(&world->random, bound);
}

void trace(struct world *world, const char *format, ...)
{
	va_list arguments;
	if (!world->tracing)
		return;
	printf("%8llu ", (unsigned long long)world->now);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

void blame(struct world *world, enum property property, const char *format, ...)
{
	va_list arguments;
	if (world->wrong)
		return;
	world->wrong = property;
	va_start(arguments, format);
	vsnprintf(world->detail, sizeof world->detail, format, arguments);
	va_end(arguments);
	trace(world, "FAILED %s: %s", property_text(property), world->detail);
}

const char *property_text(enum property property)
{
	static const char *const texts[] = { "",
#define X(name, text, invariant) [PROPERTY_##name] = text,
					     PROPERTY_TABLE(X)
#undef X
	};
	return texts[property];
}

/* ---- clients ---- */

static void name_peer(struct peer *peer)
{
	snprintf(peer->id, sizeof peer->id, "c%u.%u", peer->number, peer->life);
}

static uint64_t bits_of(const sync_model *model, const char *role)
{
	uint64_t bits = SYNC_SEE_PUBLIC;
	for (uint32_t r = 0; r < model->role_count; r++)
		if (strcmp(model->roles[r], role) == 0)
			bits |= (uint64_t)SYNC_SEE_ROLE_0 << r;
	return bits;
}

static void make_peer(struct world *world, unsigned number)
{
	struct peer *peer = &world->peers[number];
	const sync_model *model = world->model;
	uint64_t role = chance(world, model->role_count + 2);
	peer->world = world;
	peer->kind = chance(world, 2) ? &plain_kind : &native_kind;
	peer->number = number;
	peer->life = 1;
	peer->role = role < model->role_count ? model->roles[role] : "";
	peer->sees = bits_of(model, peer->role);
	name_peer(peer);
	peer->kind->start(peer);
}

static void make_change(struct peer *peer)
{
	struct world *world = peer->world;
	if (peer->made == CHANGES_MAX)
		return;
	struct change *change = &peer->changes[peer->made];
	change->kind =
		chance(world, 3) ? (enum change_kind)chance(world, CHANGE_KINDS) : CHANGE_ANY;
	change->dice = seed_next(&world->random);
	snprintf(change->token, sizeof change->token, "c%u-%u", peer->number,
		 (unsigned)peer->made++);
	world->mutations++;
}

static void restart_peer(struct peer *peer)
{
	struct world *world = peer->world;
	bool stored = chance(world, 3);
	if (peer->link)
		link_abandon(peer->link);
	trace(world, "c%u starts again, with%s what it stored", peer->number, stored ? "" : "out");
	tally(stored ? TALLY_CLIENT_KEPT : TALLY_CLIENT_LOST);
	if (!stored)
		peer->life++;
	name_peer(peer);
	peer->not_before = 0;
	peer->kind->restart(peer, stored);
}

static void step_peer(struct peer *peer)
{
	struct world *world = peer->world;
	if (!peer->link && peer->kind->dials(peer) && !link_open(peer))
		peer->kind->closed(peer, 0);
	peer->kind->step(peer);
	if (world->calm)
		return;
	if (chance(world, 8) == 0)
		make_change(peer);
	if (chance(world, 600) == 0)
		restart_peer(peer);
}

/* ---- what must hold in the end ---- */

unsigned times(const sync_list *log, const char *token)
{
	unsigned found = 0;
	for (size_t i = 0; i < log->len; i++)
		found += strcmp(((sync_str *)log->items)[i], token) == 0;
	return found;
}

static void check_once(struct world *world, const struct peer *peer, const sync_list *log)
{
	for (size_t i = 0; i < peer->made; i++) {
		const struct change *change = &peer->changes[i];
		unsigned found = times(log, change->token);
		if (change->ending == ENDING_WAITING)
			blame(world, PROPERTY_REST, "%s is still pending", change->token);
		else if (found > 1)
			blame(world, PROPERTY_ONCE, "%s happened twice", change->token);
		else if (!found && change->ending == ENDING_DONE && !change->buried &&
			 !world->forgotten)
			blame(world, PROPERTY_ONCE, "%s is lost", change->token);
		else if (found && change->ending == ENDING_REFUSED)
			blame(world, PROPERTY_TRACE, "%s was refused, and is there", change->token);
	}
}

/* Who set a tag meant the element of that id. */
static void check_items(struct world *world, const void *state)
{
	const sync_type *type = world->model->state;
	const sync_field *field = field_of(type, "items", NULL);
	const sync_list *items = sync_field_cell(field, state);
	for (size_t i = 0; i < items->len; i++) {
		const void *item = ((void *const *)items->items)[i];
		sync_str id = *(const sync_str *)cell_of(field->type->elem, item, "id");
		sync_str tag = *(const sync_str *)cell_of(field->type->elem, item, "tag");
		if (sync_str_len(tag) && !sync_str_equal(tag, id))
			blame(world, PROPERTY_MEANT, "%s was meant, %s was hit", tag, id);
	}
}

/* Each change was done as a whole: what it did is there exactly if its token is. */
static void check_hits(struct world *world, const void *state)
{
	const sync_list *log = cell_of(world->model->state, state, "log");
	int64_t done = 0;
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].made; k++) {
			const struct change *change = &world->peers[i].changes[k];
			done += change->kind == CHANGE_HIT && times(log, change->token);
		}
	int64_t hits = *(const int64_t *)cell_of(world->model->state, state, "hits");
	if (hits != done)
		blame(world, PROPERTY_COUNTED, "%lld for %lld", (long long)hits, (long long)done);
}

static void check_body(struct world *world, const void *state)
{
	const sync_list *log = cell_of(world->model->state, state, "log");
	const char *body = sync_text_str(cell_of(world->model->state, state, "body"));
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].made; k++) {
			const struct change *change = &world->peers[i].changes[k];
			char mark[32];
			snprintf(mark, sizeof mark, "<%s>", change->token);
			const char *at = strstr(body, mark);
			bool wanted = change->kind == CHANGE_WRITE && times(log, change->token);
			if (at && strstr(at + 1, mark))
				blame(world, PROPERTY_WRITTEN, "%s is there twice", mark);
			/* What was meant for a text that is no more may come to stand inside of a
			 * mark. */
			bool whole = !world->deleted && !world->forgotten;
			if (at ? !wanted : wanted && whole)
				blame(world, PROPERTY_WRITTEN, "%s is %s", mark,
				      at ? "there" : "lost");
		}
}

static void check_peer(struct world *world, struct peer *peer)
{
	struct oracle_moment *moment =
		oracle_at(world->oracle, world->doc->epoch, world->doc->revision);
	if (!moment || peer->kind->shown(peer) != oracle_hash(world->oracle, moment, peer->sees))
		blame(world, PROPERTY_EQUAL, "c%u shows something else", peer->number);
	peer->kind->check(peer);
}

static void check_all(struct world *world)
{
	const void *state = sync_doc_state(world->doc);
	const sync_list *log = cell_of(world->model->state, state, "log");
	for (size_t i = 0; i < world->peer_count; i++)
		check_once(world, &world->peers[i], log);
	check_items(world, state);
	check_hits(world, state);
	check_body(world, state);
	present_check(world);
	for (size_t i = 0; i < world->peer_count && !world->wrong; i++)
		check_peer(world, &world->peers[i]);
}

/* ---- a world's course ---- */

static bool settled(const struct world *world)
{
	if (!world->doc || world->doc->durable != world->doc->revision ||
	    world->doc->mode != SYNC_DOC_OPEN)
		return false;
	for (size_t i = 0; i < world->peer_count; i++) {
		const struct peer *peer = &world->peers[i];
		const struct link *link = peer->link;
		if (!link || !link->session || link->mute_up || link->mute_down || link->up_count ||
		    link->down_count || !peer->kind->settled(peer))
			return false;
	}
	return true;
}

static void chaos(struct world *world)
{
	for (size_t i = 0; i < STEPS * world->peer_count && !world->wrong; i++) {
		world->now += chance(world, 30);
		if (chance(world, 4) == 0)
			server_step(world);
		step_peer(&world->peers[chance(world, world->peer_count)]);
		for (unsigned k = 0; k < 2; k++)
			link_step(&world->links[chance(world, LINKS_MAX)]);
		if (chance(world, 3000) == 0) { /* the machine slept */
			world->now += chance(world, 3600 * 1000);
			trace(world, "the clock jumps");
			tally(TALLY_CLOCK);
		}
	}
}

/* Moves everything that can move; false: all stand still. */
static bool move(struct world *world)
{
	bool moved = false;
	for (size_t i = 0; i < LINKS_MAX && !world->wrong; i++) {
		struct link *link = &world->links[i];
		link_tick(link);
		moved |= link_speak(link);
		moved |= link_deliver_up(link);
		moved |= link_pull(link);
		moved |= link_deliver_down(link);
		if (!link->peer && link->session && !link->up_count)
			link_lose_server(link);
	}
	return moved;
}

static void heal(struct world *world)
{
	world->calm = true;
	trace(world, "calm from here on");
	sync_store_memory_fail(oracle_memory(world->oracle), SYNC_OK);
	sync_store_memory_delay(oracle_memory(world->oracle), false);
	for (size_t i = 0; i < LINKS_MAX; i++)
		world->links[i].slow_until = 0;
}

static void rest(struct world *world)
{
	heal(world);
	for (unsigned i = 0; i < CALM_STEPS && !world->wrong; i++) {
		server_step(world);
		for (size_t k = 0; k < world->peer_count; k++)
			step_peer(&world->peers[k]);
		if (move(world))
			continue;
		if (settled(world))
			return;
		world->now += 50;
	}
	for (size_t i = 0; i < world->peer_count; i++)
		if (!world->peers[i].link || !world->peers[i].kind->settled(&world->peers[i]))
			blame(world, PROPERTY_REST, "c%zu is not content", i);
	blame(world, PROPERTY_REST, "it goes on and on");
}

static void begin(struct world *world, uint64_t number)
{
	uint64_t sights[ORACLE_SIGHTS];
	size_t count = 0;
	world->number = world->random.state = number;
	world->model = panel_model(chance(world, panel_count()));
	sights[count++] = SYNC_SEE_PUBLIC;
	for (uint32_t r = 0; r < world->model->role_count; r++)
		sights[count++] = bits_of(world->model, world->model->roles[r]);
	world->oracle = oracle_new(world, sights, count);
	world->forgets = chance(world, 4) == 0;
	world->fails = chance(world, 3) == 0;
	world->remembers = chance(world, 4) ? 0 : 1 + (size_t)chance(world, 16);
	world->window = 1 + (unsigned)chance(world, 12);
	world->heartbeat = chance(world, 2) ? 2000 : 20000;
	world->max_frame = number % 3 ? 0 : 256 + (size_t)(number % 7) * 64;
	trace(world, "%s", world->model->name);
	server_start(world);
	world->peer_count = 2 + (size_t)chance(world, PEERS_MAX - 1);
	for (unsigned i = 0; i < world->peer_count; i++)
		make_peer(world, i);
}

static void end(struct world *world)
{
	links_release(world);
	for (size_t i = 0; i < world->peer_count; i++)
		world->peers[i].kind->stop(&world->peers[i]);
	sync_hub_free(world->hub);
	oracle_free(world->oracle);
	sync_free(world);
}

enum property world_play(uint64_t number, bool tracing, size_t *mutations, char detail[200])
{
	struct world *world = sync_calloc(1, sizeof *world);
	world->tracing = tracing;
	begin(world, number);
	chaos(world);
	if (!world->wrong)
		rest(world);
	if (!world->wrong)
		check_all(world);
	enum property wrong = world->wrong;
	memcpy(detail, world->detail, sizeof world->detail);
	*mutations += world->mutations;
	end(world);
	return wrong;
}
