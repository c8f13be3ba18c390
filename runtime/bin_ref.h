/*
 * {"$bin": ref}: what stands in JSON for bytes that travel in a frame of their own
 * (docs/protocol.md).
 */
#ifndef SYNC_BIN_REF_H
#define SYNC_BIN_REF_H

#include <stdbool.h>
#include <stddef.h>

enum { BIN_APART_BYTES = 1024 }; /* shorter ones are not worth a frame */

typedef struct bin_ref {
	const char *ref; /* not terminated */
	size_t length;
	const char *behind; /* where the text goes on */
} bin_ref;

/* Does one begin at `at`, of text that is JSON up to `end`? Nothing inside of a string looks so: an
 * object begins with a brace and a quote. */
bool bin_ref_read(bin_ref *to, const char *at, const char *end);

bool bin_ref_is(const bin_ref *one, const char *ref);

#endif
