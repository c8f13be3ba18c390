/* The server's life: the real core, with handlers that go by the descriptions of a model. */
#include <string.h>

#include <syncgen/alloc.h>
#include <syncgen/call.h>
#include <syncgen/cell.h>

#include "../unit/vary.h"
#include "panel.h"
#include "world.h"

sync_status server_authenticate(void *arg, const sync_credentials *shown, sync_grant *grant)
{
	static const char *const roles[][2] = { { "admin", NULL }, { "staff", NULL } };
	(void)arg;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (strcmp(shown->token, roles[i][0]) == 0)
			grant->roles = roles[i];
	return SYNC_OK;
}

/* ---- handlers of every model ---- */

static sync_str token_of(const sync_type *args_type, const void *args)
{
	return *(const sync_str *)cell_of(args_type, args, "token");
}

static sync_status leave_token(const sync_type *type, void *state, sync_str token)
{
	unsigned index;
	const sync_field *log = field_of(type, "log", &index);
	sync_list *tokens = sync_edit_field(state, log, index);
	if (!tokens)
		return SYNC_NOMEM;
	return sync_list_insert_bytes(tokens, log->type->elem, tokens->len, token,
				      sync_str_len(token));
}

/* The type that an action's arguments have, by its name. */
static const sync_type *params_of(const sync_model *model, const char *action)
{
	return sync_model_call(model, action, strlen(action))->params;
}

sync_status panel_poke(void *run, const void *handlers, void *state, const void *args, void *result)
{
	const sync_model *model = sync_doc_model(sync_call_doc(run));
	const sync_type *type = model->state;
	unsigned index;
	const sync_field *pokes = field_of(type, "pokes", &index);
	uint32_t count = *(const uint32_t *)sync_field_cell(pokes, state) + 1;
	(void)handlers;
	memcpy(result, &count, sizeof count);
	sync_str token = token_of(params_of(model, "poke"), args);
	sync_status status = leave_token(type, state, token);
	if (status == SYNC_OK)
		status = sync_set_leaf(state, pokes, index, &count);
	return status == SYNC_OK ? sync_doc_emit(sync_call_doc(run), &model->events[0], args)
				 : status;
}

sync_status panel_fail(void *run, const void *handlers, void *state, const void *args, void *result)
{
	const sync_model *model = sync_doc_model(sync_call_doc(run));
	const sync_call_info *info = sync_model_call(model, "fail", 4);
	const sync_type *type = info->throws[0]->type;
	(void)handlers;
	(void)result;
	sync_str token = token_of(info->params, args);
	sync_status status = leave_token(model->state, state, token);
	void *thrown = sync_box_new(type);
	if (status == SYNC_OK)
		status = sync_set_string(thrown, &type->fields[0], 0, token, sync_str_len(token));
	if (status == SYNC_OK)
		status = sync_call_throw(run, info->throws[0], thrown);
	sync_box_free(type, thrown);
	return status;
}

sync_status panel_compute(const void *handlers, void *context, void *state)
{
	const struct world *world = context;
	const sync_type *type = world->model->state;
	const sync_list *log = cell_of(type, state, "log");
	uint32_t length = (uint32_t)log->len;
	unsigned index;
	(void)handlers;
	const sync_field *computed = field_of(type, "length", &index);
	return sync_set_leaf(state, computed, index, &length);
}

/* ---- its own changes ---- */

static sync_status touch_any(struct world *world, sync_node *state)
{
	const sync_type *type = world->model->state;
	for (unsigned tries = 0; tries < 8; tries++) {
		unsigned index = (unsigned)chance(world, type->count);
		const sync_field *field = &type->fields[index];
		if (field_is_ours(field) ||
		    field->flags & (SYNC_FIELD_CONST | SYNC_FIELD_COMPUTED | SYNC_FIELD_LOCAL))
			continue;
		return vary_field(state, field, index, &world->random) ? SYNC_OK : SYNC_INVALID;
	}
	return SYNC_OK;
}

static sync_status touch(void *state, void *arg)
{
	struct world *world = arg;
	const sync_type *type = world->model->state;
	char text[32];
	unsigned index;
	if (chance(world, 4))
		return touch_any(world, state);
	const sync_field *secret = field_of(type, "secret", &index);
	if (secret && chance(world, 2)) {
		int length = snprintf(text, sizeof text, "hidden %u", ++world->served);
		return sync_set_string(state, secret, index, text, (size_t)length);
	}
	const sync_field *items = field_of(type, "items", &index);
	sync_list *list = sync_edit_field(state, items, index);
	sync_node *item = list ? sync_list_insert(list, items->type->elem, list->len) : NULL;
	if (!item)
		return SYNC_NOMEM;
	const sync_field *id = field_of(items->type->elem, "id", &index);
	int length = snprintf(text, sizeof text, "s%u", ++world->served);
	return sync_set_string(item, id, index, text, (size_t)length);
}

/* ---- life ---- */

void server_noted(struct world *world)
{
	if (world->doc)
		oracle_note(world->oracle, world->doc);
}

void server_start(struct world *world)
{
	sync_store *memory = oracle_memory(world->oracle);
	world->turn++;
	world->served_lives++;
	world->failing = world->delaying = false;
	sync_store_memory_fail(memory, SYNC_OK);
	sync_store_memory_delay(memory, false);
	world->hub = sync_hub_new(&(sync_hub_options){ .store = oracle_store(world->oracle),
						       .epoch_seed = 1 + chance(world, 1u << 30) });
	sync_hub_poll(world->hub, world->now);
	sync_error error;
	if (sync_hub_add(world->hub, world->model, NULL, world, &error) != SYNC_OK)
		blame(world, PROPERTY_UNASKED, "the server does not start: %s", error.message);
	world->doc = sync_hub_doc(world->hub, world->model->key);
	world->doc->remembers = world->remembers;
	trace(world, "the server starts");
	server_noted(world);
}

void server_stop(struct world *world)
{
	sync_store *memory = oracle_memory(world->oracle);
	if (oracle_is_burying(world->oracle))
		tally(TALLY_UNDELETED);
	for (size_t i = 0; i < LINKS_MAX; i++)
		if (world->links[i].session)
			link_lose_server(&world->links[i]);
	sync_hub_free(world->hub);
	world->hub = NULL;
	world->doc = NULL;
	/* What was on its way to the disk gets there, or does not. */
	bool torn = chance(world, 2);
	sync_store_memory_complete(memory, (size_t)chance(world, 3));
	bool lost = torn && oracle_waits(world->oracle);
	sync_store_memory_fail(memory, torn ? SYNC_OVERLOAD : SYNC_OK);
	sync_store_memory_delay(memory, false);
	sync_store_memory_fail(memory, SYNC_OK);
	world->drains_until = 0;
	trace(world, "the server stops%s", torn ? ", and loses what was not written" : "");
	if (!world->forgets || chance(world, 3)) {
		tally(lost ? TALLY_RESTART_TORN : TALLY_RESTART_KEPT);
		return;
	}
	tally(TALLY_RESTART_FORGOT);
	oracle_forget(world->oracle);
	world->forgotten++;
	trace(world, "the disk forgets everything");
}

static void trouble_store(struct world *world)
{
	sync_store *memory = oracle_memory(world->oracle);
	if (chance(world, 3)) {
		world->delaying = chance(world, 2);
		sync_store_memory_delay(memory, world->delaying);
	} else if (world->fails && chance(world, 3) == 0) {
		world->failing = !world->failing;
		sync_store_memory_fail(memory, world->failing ? SYNC_OVERLOAD : SYNC_OK);
		trace(world, "the store %s", world->failing ? "fails" : "works again");
	}
}

/* What was in it is no loss. */
static void bury(struct world *world)
{
	const sync_list *log = cell_of(world->model->state, sync_doc_state(world->doc), "log");
	for (size_t i = 0; i < world->peer_count; i++)
		for (size_t k = 0; k < world->peers[i].made; k++) {
			struct change *change = &world->peers[i].changes[k];
			change->buried |= times(log, change->token) != 0;
		}
}

static void delete_doc(struct world *world)
{
	if (world->doc->mode != SYNC_DOC_OPEN)
		return;
	tally(TALLY_DELETED);
	world->deleted++;
	trace(world, "the document is deleted");
	bury(world);
	oracle_bury(world->oracle, true);
	if (sync_hub_delete(world->hub, world->model->key, NULL) != SYNC_OK)
		blame(world, PROPERTY_UNASKED, "the document cannot be deleted");
}

static void drain(struct world *world)
{
	unsigned after = (unsigned)chance(world, 3000);
	trace(world, "the server goes away");
	world->drains_until = world->now + 5000;
	for (size_t i = 0; i < LINKS_MAX; i++)
		if (world->links[i].session)
			sync_session_drain(world->links[i].session, after);
}

static void end_of_server(struct world *world)
{
	server_stop(world);
	world->down_until = world->now + chance(world, 3000);
}

void server_took(struct world *world)
{
	bool worst = world->begun && !world->calm && chance(world, 8) == 0;
	world->begun = false;
	if (worst)
		end_of_server(world);
}

/* It has gone when all have been served, or when it cannot wait any longer. */
static bool has_drained(const struct world *world)
{
	bool left = true;
	for (size_t i = 0; i < LINKS_MAX; i++)
		left = left && !world->links[i].session;
	return left || world->now >= world->drains_until;
}

static void trouble_server(struct world *world)
{
	switch (chance(world, 150)) {
	case 0:
	case 1:
	case 2:
		end_of_server(world);
		break;
	case 3:
	case 4:
		if (!world->drains_until)
			drain(world);
		break;
	case 5:
		delete_doc(world);
		break;
	}
}

void server_step(struct world *world)
{
	if (!world->hub) {
		if (world->now >= world->down_until)
			server_start(world);
		return;
	}
	if (world->drains_until && has_drained(world)) {
		end_of_server(world);
		return;
	}
	world->turn++;
	switch (world->calm ? 4 + chance(world, 2) : chance(world, 12)) {
	case 0:
	case 1:
		sync_update(world->doc, touch, world, NULL);
		break;
	case 2:
		trouble_store(world);
		break;
	case 3:
		trouble_server(world);
		break;
	case 4:
		sync_store_memory_complete(oracle_memory(world->oracle),
					   1 + (size_t)chance(world, 3));
		break;
	default:
		sync_hub_poll(world->hub, world->now);
		errands_in_time(world);
	}
	server_noted(world);
	errands_serve(world);
	server_noted(world);
}
