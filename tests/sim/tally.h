/*
 * What has happened in the worlds that were played: a simulator whose faults do not come about
 * proves nothing, so the panel fails when one of these never did.
 */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(NAME, what is counted) */
#define TALLY_TABLE(X)                                                                             \
	X(CUT_UP, "cut with something on its way to the server")                                   \
	X(CUT_DOWN, "cut with something on its way to the client")                                 \
	X(HANG_UP_CLIENT, "the client hung up")                                                    \
	X(HANG_UP_SERVER, "the server hung up")                                                    \
	X(LOST_UP, "frames to the server lost in silence")                                         \
	X(LOST_DOWN, "frames to the client lost in silence")                                       \
	X(SILENT, "closed for silence")                                                            \
	X(SLOW, "slow readers")                                                                    \
	X(CAUGHT_UP, "patches over several revisions")                                             \
	X(RESTART_KEPT, "server restarts with all it had")                                         \
	X(RESTART_TORN, "server restarts without what was not written")                            \
	X(RESTART_FORGOT, "server restarts with nothing")                                          \
	X(BYE, "connections told that the server goes away")                                       \
	X(SHUTDOWN, "connections that were served to the end then")                                \
	X(DELETED, "documents deleted")                                                            \
	X(GONE, "connections told that a document is gone")                                        \
	X(GONE_PENDING, "clients told so with changes under way")                                  \
	X(UNDELETED, "servers that ended before a deletion was written")                           \
	X(STORE_DELAYED, "commits that waited for the store")                                      \
	X(STORE_FAILED, "commits that the store failed")                                           \
	X(WENT_BACK, "documents that went back to what is durable")                                \
	X(NEW_HISTORY, "joins ended by a new history")                                             \
	X(RESUMED, "resume patches")                                                               \
	X(SNAPSHOT, "snapshots")                                                                   \
	X(OVERFLOW, "snapshots for want of tombstones")                                            \
	X(PARTS, "patches in parts")                                                               \
	X(PUSHED_AGAIN, "pushes sent twice")                                                       \
	X(PUSH_REFUSED, "pushes refused as a whole")                                               \
	X(NACK_INVALID, "nacks: invalid")                                                          \
	X(NACK_CONFLICT, "nacks: conflict")                                                        \
	X(NACK_READONLY, "nacks: readonly")                                                        \
	X(NACK_FORBIDDEN, "nacks: forbidden")                                                      \
	X(NACK_NOT_FOUND, "nacks: not_found")                                                      \
	X(NACK_STALE, "nacks: stale")                                                              \
	X(NACK_GONE, "nacks: gone")                                                                \
	X(TASK_BEGUN, "tasks begun")                                                               \
	X(TASK_AGAIN, "running tasks asked for again")                                             \
	X(TASK_PROGRESS, "progress told")                                                          \
	X(TASK_DONE, "tasks done")                                                                 \
	X(TASK_FAILED, "tasks failed")                                                             \
	X(TASK_CANCELLED, "tasks cancelled")                                                       \
	X(TASK_TIMEOUT, "tasks that took too long")                                                \
	X(TASK_INTERRUPTED, "tasks that a server's end interrupted")                               \
	X(TASK_UNHEARD, "… of which it had not been told that they run")                           \
	X(TASK_DOUBTED, "… of which nobody could know that they never began")                      \
	X(TASK_REFUSED, "tasks that were not to run beside another")                               \
	X(TASK_WITHDRAWN, "tasks cancelled before they were asked for")                            \
	X(HERE, "presence told")                                                                   \
	X(LEFT, "people who left")                                                                 \
	X(CLIENT_KEPT, "client restarts with what was stored")                                     \
	X(CLIENT_LOST, "client restarts with nothing")                                             \
	X(CLIENT_CLOSED, "client is closed")                                                       \
	X(CLIENT_KILLED, "client is killed, and restarts with what was stored")                    \
	X(CLOCK, "jumps of the clock")

enum tally {
#define X(name, text) TALLY_##name,
	TALLY_TABLE(X)
#undef X
		TALLIES
};

void tally(enum tally what);
/* Prints how often each was, in one line a group; how many never were. */
unsigned tally_report(void);

#endif
