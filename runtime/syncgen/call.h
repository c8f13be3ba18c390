/*
 * What the handler of an action or task can ask and say.
 */
#ifndef SYNCGEN_CALL_H
#define SYNCGEN_CALL_H

#include <syncgen/doc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The pointer given to T_serve() beside the handlers. */
void *sync_call_context(const sync_call *call);
/* The document it is about, in its transaction. */
sync_doc *sync_call_doc(const sync_call *call);
/* Whose call it is: names of the connection, "" when it said nothing. Borrowed. */
const char *sync_call_user(const sync_call *call);
const char *sync_call_session(const sync_call *call);

/* The connection it came on, for what session.h can do with one. NULL: there is none, or the client
 * of a task that goes on is away; so ask each time. */
sync_session *sync_call_peer(const sync_call *call);

/* Fails the call with a message that the client is shown. Returns `code`, to be returned. */
sync_status sync_call_fail(sync_call *call, sync_status code, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 3, 4)))
#endif
	;
/* Fails it with a typed error of the schema; what generated T_throw() calls. Arguments are
 * copied. */
sync_status sync_call_throw(sync_call *call, const sync_thrown *thrown, const void *args);

#ifdef __cplusplus
}
#endif
#endif
