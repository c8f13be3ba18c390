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
	char *state = gone ? NULL : client_json_copy(frame, CLIENT_STATE);
	if (!gone && !state)
		return true; /* the next one is told */
	void *value = state ? client_value_read(type, state, strlen(state)) : NULL;
	replica->options.here(replica->options.arg, replica, who, state, value);
	client_value_drop(type, value);
	sync_free(state);
	return true;
}
