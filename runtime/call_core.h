/*
 * One run of an action or a task: arguments in, changes, reply or error out.
 *
 * sync_call_run() decodes the arguments, runs the handler in a transaction of the document and
 * commits. A handler that fails leaves no trace. The changes and the reply become visible together:
 * the reply stands in `result` when run returns OK, at the revision `revision`, to be sent once
 * that is durable.
 */
#ifndef SYNCGEN_CALL_CORE_H
#define SYNCGEN_CALL_CORE_H

#include <syncgen/call.h>

#include "doc_core.h"

struct sync_call {
	sync_doc *doc;
	const sync_call_info *info;
	const char *user, *session; /* borrowed, not NULL */
	sync_session *peer;	    /* whose it is; NULL: nobody's, or gone */
	bool failed;		    /* the handler said why: error and thrown are for the client */
	sync_error error;	    /* after a failure: fit for the client's eyes */
	const sync_thrown *thrown;  /* the schema's error, or NULL */
	sync_buf thrown_args;	    /* a JSON object */
	sync_buf result;	    /* JSON; empty when the call returns nothing */
	uint64_t revision;	    /* of the document, with the changes */
};

/* What is borrowed lives as long as the call. */
void sync_call_init(sync_call *call, sync_doc *doc, const sync_call_info *info, const char *user,
		    const char *session);
/* `args`: a JSON object. */
sync_status sync_call_run(sync_call *call, const char *args, size_t length);
/* The same with arguments that were read, which stay the caller's. */
sync_status sync_call_run_read(sync_call *call, const void *args);
void sync_call_release(sync_call *call);

/* For tasks, whose handlers are called in the same way. */

/* An initialised value of the parameters, or of the result in its storage; NULL: out of memory. */
void *sync_call_new_args(const sync_call_info *info);
void sync_call_free_args(const sync_call_info *info, void *args);
char *sync_call_new_result(const sync_call_info *info);
void sync_call_free_result(const sync_call_info *info, char *storage);
/* False: call->error says what is wrong with them. */
bool sync_call_read_args(sync_call *call, void *args, const char *json, size_t length);
/* Appends the result as JSON, nothing when there is none. */
sync_status sync_call_write_result(const sync_call_info *info, const void *storage, sync_buf *out);
/* Has call->error say what the client may know of a failure, while the transaction is still
 * open. */
void sync_call_explain(sync_call *call, sync_status status);

#endif
