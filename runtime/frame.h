/*
 * A frame of our dialect taken apart: an object whose members are known, as raw JSON; and those of
 * its members that are names and numbers.
 */
#ifndef SYNC_FRAME_H
#define SYNC_FRAME_H

#include <syncgen/json.h>

/* A member as raw JSON, borrowed from the text; length 0: it did not come. */
struct frame_raw {
	const char *at;
	size_t length;
};

/* `raw` of each of the members, of which there are 64 at most, unknown ones are skipped. False:
 * *error says what is wrong. */
bool frame_read(const sync_keys *members, const char *text, size_t length,
		const sync_limits *limits, struct frame_raw *raw, sync_error *error);

/* A string of less than `size` bytes without U+0000. Did not come: "" when it is optional, else
 * INVALID. */
bool frame_text(const sync_key *key, const struct frame_raw *raw, bool optional, char *to,
		size_t size, sync_error *error);
/* A number from 0 to 2^53-1; 0 when it is optional and did not come. */
bool frame_number(const sync_key *key, const struct frame_raw *raw, bool optional, uint64_t *value,
		  sync_error *error);

#endif
