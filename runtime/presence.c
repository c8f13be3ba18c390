#include "presence.h"

#include <string.h>

#include <syncgen/alloc.h>

/* ---- one who is here ---- */

static void free_present(const sync_type *type, sync_present *present)
{
	if (!present)
		return;
	if (present->state)
		type->ops->release(type, present->state);
	sync_free(present->state);
	sync_buf_release(&present->json);
	sync_packet_drop(present->packet);
	sync_free(present->who);
	sync_free(present->user);
	sync_free(present);
}

static sync_present *new_present(const char *who, const char *user)
{
	sync_present *present = sync_calloc(1, sizeof *present);
	if (!present)
		return NULL;
	present->who = sync_alloc_text(who);
	present->user = sync_alloc_text(user);
	if (present->who && present->user)
		return present;
	free_present(NULL, present);
	return NULL;
}

/* ---- the order of changes ---- */

static bool make_room(sync_presence *presence)
{
	if (presence->count < presence->room)
		return true;
	size_t room = presence->room ? presence->room * 2 : 8;
	struct sync_turn *grown = sync_resize(presence->turns, room * sizeof *grown);
	if (!grown)
		return false;
	presence->turns = grown;
	presence->room = room;
	return true;
}

/* Numbers stay: readers go by them. */
static void close_holes(sync_presence *presence)
{
	size_t kept = 0;
	for (size_t i = 0; i < presence->count; i++) {
		struct sync_turn turn = presence->turns[i];
		if (!turn.present)
			continue;
		turn.present->place = kept;
		presence->turns[kept++] = turn;
	}
	presence->count = kept;
	presence->holes = 0;
}

static void take_out(sync_presence *presence, const sync_present *present)
{
	presence->turns[present->place].present = NULL;
	presence->holes++;
}

/* Room was made. */
static void put_last(sync_presence *presence, sync_present *present)
{
	present->place = presence->count;
	presence->turns[presence->count++] = (struct sync_turn){ ++presence->number, present };
	sync_packet_drop(present->packet);
	present->packet = NULL;
	if (presence->holes > 8 && presence->holes > presence->count / 2)
		close_holes(presence);
}

/* ---- coming, changing ---- */

static void *read_state(const sync_type *type, const char *json, size_t length, sync_error *error)
{
	void *state = sync_alloc(type->size);
	sync_reader reader;
	if (!state) {
		sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
		return NULL;
	}
	type->ops->init(type, state);
	if (sync_reader_init(&reader, json, length, NULL) &&
	    type->ops->read(type, &reader, state) && sync_read_end(&reader))
		return state;
	*error = reader.error;
	type->ops->release(type, state);
	sync_free(state);
	return NULL;
}

/* As the schema spells it: without what the schema does not know. */
static sync_status write_state(const sync_type *type, const void *state, sync_buf *json,
			       sync_error *error)
{
	sync_writer writer;
	sync_writer_init(&writer);
	type->ops->write(type, &writer, state);
	*json = writer.out;
	if (json->status != SYNC_OK)
		return sync_error_set(error, json->status, "%s", sync_status_text(json->status));
	if (json->len > SYNC_PRESENCE_BYTES)
		return sync_error_set(error, SYNC_TOO_BIG, "a presence is at most %d bytes",
				      SYNC_PRESENCE_BYTES);
	return SYNC_OK;
}

sync_status sync_presence_set(sync_presence *presence, const sync_type *type,
			      const struct sync_saying *says, sync_present **present,
			      sync_error *error)
{
	void *state = read_state(type, says->json, says->length, error);
	if (!state)
		return error->code;
	sync_buf text = { 0 };
	sync_present *it = *present;
	sync_status status = write_state(type, state, &text, error);
	if (status == SYNC_OK &&
	    (!make_room(presence) || (!it && !(it = new_present(says->who, says->user)))))
		status = sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	if (status != SYNC_OK) {
		sync_buf_release(&text);
		type->ops->release(type, state);
		sync_free(state);
		return status;
	}
	if (*present) {
		take_out(presence, it);
		type->ops->release(type, it->state);
		sync_free(it->state);
		sync_buf_release(&it->json);
	}
	it->here = true;
	it->state = state;
	it->json = text;
	put_last(presence, it);
	*present = it;
	return SYNC_OK;
}

/* ---- leaving ---- */

static void forget_first(sync_presence *presence, const sync_type *type)
{
	sync_present *present = presence->gone;
	presence->floor = presence->turns[present->place].number;
	presence->gone = present->next;
	presence->gone_count--;
	take_out(presence, present);
	free_present(type, present);
}

void sync_presence_leave(sync_presence *presence, const sync_type *type, sync_present *present)
{
	bool room = make_room(presence);
	take_out(presence, present);
	if (!room) {
		/* Nobody can be told of it: readers that come to know are those who start over. */
		presence->floor = ++presence->number;
		free_present(type, present);
		return;
	}
	present->here = false;
	put_last(presence, present);
	present->next = NULL;
	if (presence->gone)
		*presence->gone_end = present;
	else
		presence->gone = present;
	presence->gone_end = &present->next;
	if (++presence->gone_count > SYNC_PRESENCE_GONE)
		forget_first(presence, type);
}

/* ---- reading ---- */

sync_present *sync_presence_next(const sync_presence *presence, uint64_t *after, const char *self)
{
	size_t low = 0, high = presence->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (presence->turns[middle].number <= *after)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < presence->count; low++) {
		struct sync_turn turn = presence->turns[low];
		if (!turn.present || strcmp(turn.present->who, self) == 0)
			continue;
		*after = turn.number;
		return turn.present;
	}
	*after = presence->number;
	return NULL;
}

void sync_presence_release(sync_presence *presence, const sync_type *type)
{
	for (size_t i = 0; i < presence->count; i++)
		free_present(type, presence->turns[i].present);
	sync_free(presence->turns);
	*presence = (sync_presence){ 0 };
}
