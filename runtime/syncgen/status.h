/*
 * Every error once: its C name, its name on the wire, its text.
 *
 * Functions that can fail return a sync_status; results leave through the last parameter. Where
 * it matters *where* something was wrong, a sync_error carries the JSON Pointer and a message.
 */
#ifndef SYNCGEN_STATUS_H
#define SYNCGEN_STATUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(C name, wire name, text). The wire names are the codes of the protocol. */
#define SYNC_STATUS_TABLE(X)                                                                       \
	X(OK, "ok", "no error")                                                                    \
	X(PARSE, "parse", "not valid JSON")                                                        \
	X(SCHEMA, "schema", "the schemas differ")                                                  \
	X(TOO_BIG, "too_big", "over a limit")                                                      \
	X(RATE, "rate", "too many requests")                                                       \
	X(UNAUTHORIZED, "unauthorized", "no valid identity")                                       \
	X(FORBIDDEN, "forbidden", "not allowed")                                                   \
	X(NOT_FOUND, "not_found", "there is no such thing")                                        \
	X(GONE, "gone", "it was deleted")                                                          \
	X(STALE, "stale", "based on a state that is no longer known")                              \
	X(CONFLICT, "conflict", "it does not fit the present state")                               \
	X(INVALID, "invalid", "a value breaks a constraint")                                       \
	X(READONLY, "readonly", "only the server writes this")                                     \
	X(UNSUPPORTED, "unsupported", "not supported")                                             \
	X(INTERNAL, "internal", "internal error")                                                  \
	X(OVERLOAD, "overload", "the server is too busy")                                          \
	X(NOMEM, "internal", "out of memory")

typedef enum sync_status {
#define X(name, wire, text) SYNC_##name,
	SYNC_STATUS_TABLE(X)
#undef X
} sync_status;

/* The code as it stands on the wire, and a short English text. Static strings, never NULL. */
const char *sync_status_name(sync_status status);
const char *sync_status_text(sync_status status);

enum { SYNC_POINTER_MAX = 512, SYNC_MESSAGE_MAX = 200 };

/*
 * What was wrong and where. Plain storage of the caller's, no ownership. `pointer` is an RFC 6901
 * JSON Pointer into the value being read ("" is the whole); too long a one loses its front
 * segments, replaced by "…". Both strings are valid UTF-8 and NUL-terminated.
 */
typedef struct sync_error {
	sync_status code;
	char pointer[SYNC_POINTER_MAX];
	char message[SYNC_MESSAGE_MAX];
} sync_error;

/* Sets code and message, clears the pointer. `error` may be NULL. Returns `code`. */
sync_status sync_error_set(sync_error *error, sync_status code, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* The same for a va_list; `error` is not NULL. */
void sync_error_set_v(sync_error *error, sync_status code, const char *format, va_list arguments)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 0)))
#endif
	;

/* Puts "/segment" (escaped, RFC 6901 section 3) in front of the pointer: callers add on
 * unwinding. */
void sync_error_in(sync_error *error, const char *segment, size_t length);
void sync_error_in_index(sync_error *error, size_t index);

#ifdef __cplusplus
}
#endif
#endif
