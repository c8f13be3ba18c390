/*
 * Switches that break an invariant, so that the simulator can be seen to notice. In the library
 * they are constants and nothing of them is compiled in; with -DSYNC_BREAKABLE, for tests/sim
 * alone, one is chosen at run time.
 */
#ifndef SYNCGEN_BROKEN_H
#define SYNCGEN_BROKEN_H

/* X(NAME, what goes wrong, invariant of docs/protocol.md) */
#define SYNC_BROKEN_TABLE(X)                                                                       \
	X(STREAM, "what waits on a connection goes out from its end", 1)                           \
	X(APART, "a change comes first, its number in another frame", 2)                           \
	X(UNCHECKED, "a change is committed whatever constraints say", 3)                          \
	X(EARLY, "what the store has not confirmed goes out", 6)                                   \
	X(ANSWERS, "numbers are not stored with the change they count", 6)                         \
	X(EPOCH, "a history that was lost goes on under its epoch", 6)                             \
	X(NUMBER, "a change that is refused does not take its number", 7)                          \
	X(PARTIAL, "who is older than the tombstones gets what is still known", 8)                 \
	X(QUEUE, "a slow reader gets a patch for each revision", 9)                                \
	X(RIGHTS, "frames are shared whatever their readers may see", 10)                          \
	X(AGAIN, "a client pushes while a push is under way", 4)                                   \
	X(HASTY, "a client pushes before the resume patch", 5)                                     \
	X(FROZEN, "what is shown does not follow what is confirmed", 8)                            \
	X(BEHIND, "a revision is kept without what led to it", 8)                                  \
	X(MERGE, "the last write of a client wins, whatever @merge says", 0)                       \
	X(TWICE, "a client does not say that a task may have begun before", 0)                     \
	X(REPLACED, "what is over can still be cancelled", 0)                                      \
	X(SOON, "how a task ended is told before what it changed", 0)                              \
	X(BESIDE, "tasks with @single run side by side", 0)                                        \
	X(TIMELESS, "nobody looks whether a task runs too long", 0)                                \
	X(LINGER, "who has gone is still there", 0)                                                \
	X(UNSEEN, "who comes is not told who is there", 0)                                         \
	X(CURT, "a server that goes away does not wait for what it owes", 0)                       \
	X(PUSHY, "a client that is told to stay away comes back at once", 0)

enum sync_broken_switch {
	SYNC_BROKEN_NONE,
#define X(name, text, invariant) SYNC_BROKEN_##name,
	SYNC_BROKEN_TABLE(X)
#undef X
		SYNC_BROKEN_COUNT
};

#ifdef SYNC_BREAKABLE
extern enum sync_broken_switch sync_broken;
#define SYNC_BROKEN(name) (sync_broken == SYNC_BROKEN_##name)
#else
#define SYNC_BROKEN(name) 0
#endif

#endif
