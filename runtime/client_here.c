/* Presence: what is said of this connection, and what others say of theirs. */
#include "client_core.h"

#include <string.h>

#include <syncgen/alloc.h>

sync_status sync_replica_here(sync_replica *replica, const char *state, size_t length,
			      sync_error *error)
{
	sync_reader reader;
	if (length > CLIENT_HERE_BYTES)
		return sync_error_set(error, SYNC_TOO_BIG,
				      "%zu bytes of presence, over the limit of %d", length,
				      CLIENT_HERE_BYTES);
	if (state && (!sync_reader_init(&reader, state, length, NULL) ||
		      !sync_read_skip(&reader, NULL, NULL) || !sync_read_end(&reader)))
		return sync_error_set(error, SYNC_INVALID, "a presence is JSON");
	char *copy = state ? sync_alloc(length + 1) : NULL;
	if (state && !copy)
		return sync_error_set(error, SYNC_NOMEM, "%s", sync_status_text(SYNC_NOMEM));
	if (copy) {
		memcpy(copy, state, length);
		copy[length] = '\0';
	}
	sync_free(replica->here);
	replica->here = copy;
	replica->here_owed = replica->state == REPLICA_LIVE;
	return SYNC_OK;
}

/* ---- others ---- */

enum { HERE_MOST = 10000 }; /* connections of one document that the application is told of */

struct here_other {
	struct here_other *next;
	char who[CLIENT_NAME_SIZE];
};

static struct here_other **find(sync_replica *replica, const char *who)
{
	struct here_other **at = &replica->others;
	while (*at && strcmp((*at)->who, who) != 0)
		at = &(*at)->next;
	return at;
}

static bool note(sync_replica *replica, const char *who, bool gone)
{
	struct here_other **at = find(replica, who), *one = *at;
	if (!gone && !one && replica->other_count >= HERE_MOST)
		return false;
	if (gone && one) {
		*at = one->next;
		replica->other_count--;
		sync_free(one);
	} else if (!gone && !one) {
		one = sync_calloc(1, sizeof *one);
		if (!one)
			return false;
		memcpy(one->who, who, strlen(who) + 1);
		one->next = replica->others;
		replica->others = one;
		replica->other_count++;
	}
	return true;
}

void here_free(sync_replica *replica)
{
	for (struct here_other *next; replica->others; replica->others = next) {
		next = replica->others->next;
		sync_free(replica->others);
	}
}

void here_lost(sync_replica *replica)
{
	while (replica->others) {
		struct here_other *one = replica->others;
		replica->others = one->next;
		replica->other_count--;
		if (!replica->closing)
			replica->options.here(replica->options.arg, replica, one->who, NULL, NULL);
		sync_free(one);
	}
}

bool here_hear(sync_replica *replica, const client_object *frame, sync_error *error)
{
	const sync_model *model = replica->options.model;
	const sync_type *type = model ? model->presence : NULL;
	char who[CLIENT_NAME_SIZE];
	if (!client_text(frame, CLIENT_WHO, false, who, sizeof who, error))
		return false;
	if (!replica->options.here || replica->closing)
		return true;
	bool gone = !client_has(frame, CLIENT_STATE) || client_is_null(frame, CLIENT_STATE);
	if (gone && !*find(replica, who))
		return true; /* it came and left unseen */
	char *state = gone ? NULL : client_json_copy(frame, CLIENT_STATE);
	if ((!gone && !state) || !note(replica, who, gone)) {
		sync_free(state);
		return true; /* the next one is told, if there are not too many */
	}
	void *value = state ? client_value_read(type, state, strlen(state)) : NULL;
	replica->options.here(replica->options.arg, replica, who, state, value);
	client_value_drop(type, value);
	sync_free(state);
	return true;
}
