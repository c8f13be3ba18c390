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
	bool failed;		    /* the handler said why: error and thrown are for the client */
	sync_error error;	    /* after a failure: fit for the client's eyes */
	const sync_thrown *thrown;  /* the schema's error, or NULL */
	sync_buf thrown_args;	    /* a JSON object */
	sync_buf result;	    /* JSON; empty when the call returns nothing */
	uint64_t revision;	    /* of the document, with the changes */
};

struct sync_task {
	sync_call call;
};

/* What is borrowed lives as long as the call. */
void sync_call_init(sync_call *call, sync_doc *doc, const sync_call_info *info, const char *user,
		    const char *session);
/* `args`: a JSON object. */
sync_status sync_call_run(sync_call *call, const char *args, size_t length);
void sync_call_release(sync_call *call);

#endif
