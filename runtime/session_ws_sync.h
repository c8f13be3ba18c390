/*
 * A session of the dialect `ws-sync`, inside.
 *
 *   (_REQUEST_USER_SESSION → _USER_SESSION →) _SET for each document → patches, events, answers
 *
 * Invariants, beside those of session_core.h
 *   1. A peer that is asked who it is hears nothing else, and is not heard, until it has said so.
 *   2. Of two connections that say the same, the later one stays; the earlier one is told to stay
 *      away.
 *   3. An author is not sent its own patch, for adding to an array twice adds two: it is brought up
 *      to date before its change is applied; where the commit is not what it sent, it gets the
 *      whole state.
 *   4. A peer whose change may have crossed one that it was told of gets the whole state, later.
 */
#ifndef SYNCGEN_SESSION_WS_SYNC_H
#define SYNCGEN_SESSION_WS_SYNC_H

#include "session_core.h"
#include "wire_ws_sync.h"

enum { WS_SYNC_NAME_MAX = 255 }; /* code points of a user or a session */

/* A message about a document, which is found by its key. */
void ws_sync_on_document(sync_session *session, const ws_sync_message *message);
/* Answers a message with an error. `call` (may be NULL): what failed. */
void ws_sync_refuse(sync_session *session, const ws_sync_message *message, const sync_error *error,
		    const sync_call *call);

/* ws_sync_hello.c: who the peer is, and what it is given. */
bool ws_sync_open(sync_session *session, const sync_session_options *options);
void ws_sync_on_identity(sync_session *session, const ws_sync_message *message);
/* A document that the peer asks for by name, joined now; NULL: there is none for it. */
sync_join *ws_sync_join(sync_session *session, const char *key, sync_error *error);

/* ws_sync_next.c: sync_speech.next, and the patch that has to come before an author's own change.
 */
sync_packet *ws_sync_next(sync_join *join, bool *made);
void ws_sync_catch_up(sync_join *join);

/* ws_sync_cross.c: the peer is given a frame that says something of those fields; it has changed
 * those, and is looked after if that may have crossed the other. */
void ws_sync_tell(sync_join *join, uint64_t fields);
void ws_sync_judge(sync_join *join, uint64_t fields);

/* ws_sync_change.c: _PATCH and _SET. */
void ws_sync_on_patch(sync_join *join, const ws_sync_message *message);
void ws_sync_on_set(sync_join *join, const ws_sync_message *message);

/* ws_sync_action.c: a text that is an _ACTION in its common form. False: nothing was done, it is to be looked at
 * as any other. */
bool ws_sync_on_action(sync_session *session, const char *text, size_t length);

/* ws_sync_bin.c: _BIN_META and what follows it. */
void ws_sync_on_meta(sync_session *session, const ws_sync_message *message);
void ws_sync_on_bytes(sync_session *session, const char *bytes, size_t length);
/* A text came in their place. */
void ws_sync_miss_bytes(sync_session *session);
void ws_sync_forget_bytes(sync_session *session);

/* ws_sync_call.c: _ACTION, _TASK_START, _TASK_CANCEL. */
void ws_sync_on_call(sync_join *join, const ws_sync_message *message);
/* The hub's scratch buffer, emptied, for the time of a call: a handler may feed another session. */
sync_buf ws_sync_take_scratch(sync_hub *hub);
void ws_sync_give_scratch(sync_hub *hub, sync_buf scratch);
/* Has the peer hear of the tasks that run for who it is, from now on. */
void ws_sync_adopt_tasks(sync_join *join);

#endif
