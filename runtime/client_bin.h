/*
 * Bytes that came in frames of their own, until a frame refers to them.
 *
 * A frame is told how its bytes stand in JSON, base64 in quotes, which lies here until
 * client_bins_sweep(): that is not called while a frame is being read.
 */
#ifndef SYNCGEN_CLIENT_BIN_H
#define SYNCGEN_CLIENT_BIN_H

#include "client_wire.h"

typedef struct client_bin {
	struct client_bin *next;
	char ref[CLIENT_NAME_SIZE];
	bool over; /* nothing is going to refer to it any more */
	size_t length;
	sync_buf text; /* base64 in quotes */
} client_bin;

typedef struct client_bins {
	client_bin *first;
	size_t count, bytes;
	bool due; /* `length` bytes are to come now, under the name `ref` */
	size_t length;
	char ref[CLIENT_NAME_SIZE];
} client_bins;

/* A frame `bin`. False: it is no good, or too much, see *error. */
bool client_bins_announce(client_bins *bins, const client_object *frame, size_t most_of_one,
			  size_t most, sync_error *error);
/* The bytes. False: these are not those that were announced. */
bool client_bins_take(client_bins *bins, const char *bytes, size_t length, sync_error *error);

/* Where the value is a reference to bytes that are here, it becomes their text. */
void client_bins_mean(const client_bins *bins, const char **json, size_t *length);
/* A frame was read, of which this is the part that may refer to bytes: those are over. */
void client_bins_pass(client_bins *bins, const char *json, size_t length);
/* The connection is gone: all are over. */
void client_bins_end(client_bins *bins);
/* Frees what is over. */
void client_bins_sweep(client_bins *bins);
void client_bins_release(client_bins *bins);

#endif
