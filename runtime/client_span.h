/*
 * Where long bytes stand in the arguments of a call: what can travel in frames of its own
 * (client_apart.h). Arguments are kept as JSON text, the schema says what in it is bytes.
 */
#ifndef SYNCGEN_CLIENT_SPAN_H
#define SYNCGEN_CLIENT_SPAN_H

#include <syncgen/type.h>

/* Base64 in its quotes, from `at` on, that stands for so many bytes. */
typedef struct client_span {
	size_t at, length, bytes;
} client_span;

typedef struct client_spans {
	client_span *list; /* in order */
	size_t count;
} client_spans;

/* In text of `type`; NULL: of whatever. Text that does not fit it has none: the server says what is
 * wrong. NOMEM: nothing to release. */
sync_status client_spans_find(client_spans *spans, const sync_type *type, const char *json,
			      size_t length);
void client_spans_release(client_spans *spans);

#endif
