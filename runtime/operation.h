/*
 * The operations of a JSON Patch (RFC 6902), read one by one out of their text.
 *
 *	struct operation_reader *ops = ...;
 *	sync_operation_start(ops, text, length, limits, lenient, max);
 *	while ((more = sync_operation_next(ops, &op)) > 0)
 *		...
 *	if (more < 0) ... ops->json.error
 *
 * Members of an operation that come twice are errors, unknown ones are skipped.
 */
#ifndef OPERATION_H
#define OPERATION_H

#include <syncgen/json.h>

#include "pointer.h"

/* At most so many in one patch, where the caller did not say. */
enum { OPERATIONS_MAX = 4096 };

/* In the order of the names in operation.c. */
enum operation_verb { OP_ADD, OP_REMOVE, OP_REPLACE, OP_MOVE, OP_COPY, OP_TEST, OP_INC, OP_TEXT };

struct operation {
	enum operation_verb verb;
	struct pointer path, from; /* from: move and copy */
	const char *value;	   /* its text, grammar checked; NULL: there was none */
	size_t value_length;
	const char *by; /* of OP_INC, and of OP_TEXT its delta, the same way */
	size_t by_length;
};

struct operation_reader {
	sync_reader json;
	bool first;
	bool lenient; /* a missing value passes, so do bad escapes in pointers and paths that are arrays */
	bool extended; /* operations beyond RFC 6902 pass; set it after the start */
	size_t count;  /* of operations read: the last one's number is count - 1 */
	size_t max;
	char path[POINTER_BYTES], from[POINTER_BYTES], scratch[POINTER_BYTES];
	size_t path_length, from_length;
	bool path_steps, from_steps; /* it came as an array */
};

/* The text is borrowed. limits NULL: the defaults. False: json.error says why. */
bool sync_operation_start(struct operation_reader *ops, const char *text, size_t length,
			  const sync_limits *limits, bool lenient, size_t max);

/* 1: *op is the next; valid until the following call. 0: that was all of the text. -1: json.error,
 * which names the operation. */
int sync_operation_next(struct operation_reader *ops, struct operation *op);

/* Puts "operation N: " in front of the error's message. */
void sync_operation_blame(sync_error *error, size_t number);
/* The same for an operation that does not fit: the error's pointer, so far below `path`, becomes
 * one into the document; without a message yet, it gets that of `status`. Returns the status. */
sync_status sync_operation_refuse(sync_error *error, sync_status status, const struct pointer *path,
				  size_t number);

#endif
