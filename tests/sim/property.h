/*
 * What must hold in every world, by name. X(NAME, text, invariant): the number is that of
 * docs/protocol.md's list, 0: none of them.
 */
#ifndef SIM_PROPERTY_H
#define SIM_PROPERTY_H

#define PROPERTY_TABLE(X)                                                                          \
	X(ORDER, "frames of a connection follow each other", 1)                                    \
	X(TOGETHER, "a change, its number and its result come in one frame", 2)                    \
	X(VALID, "every revision is valid, and its operations lead to it", 3)                      \
	X(ONE_PUSH, "a client has one push under way", 4)                                          \
	X(RESUME, "nothing is pushed before the resume patch", 5)                                  \
	X(DURABLE, "nobody is told what is not durable", 6)                                        \
	X(ONCE, "each mutation happens exactly once", 6)                                           \
	X(EPOCH, "a history that was lost gives way to a new epoch", 6)                            \
	X(REST, "everything comes to rest, nothing is pending", 7)                                 \
	X(SHOWN, "a client shows the state of its revision", 8)                                    \
	X(PENDING, "what is shown is what is confirmed, with what is pending", 8)                  \
	X(SLOW, "a slow reader gets one patch", 9)                                                 \
	X(HIDDEN, "nobody sees what is hidden from him", 10)                                       \
	X(CONTIGUOUS, "revisions follow each other", 0)                                            \
	X(EQUAL, "in the end everybody shows what the server has", 0)                              \
	X(MEANT, "an edit hits the element that was meant", 0)                                     \
	X(COUNTED, "a counter counts each that was done", 0)                                       \
	X(WRITTEN, "a text holds each edit that was done, whole", 0)                               \
	X(DRAINED, "a server that goes away answers first", 0)                                     \
	X(ERRAND, "a task runs once, and has one outcome", 0)                                      \
	X(TOLD, "what is told of a task is how it ended, behind its changes", 0)                   \
	X(ALONE, "one task of a name at a time, where that is asked for", 0)                       \
	X(IN_TIME, "no task runs longer than it may", 0)                                           \
	X(PRESENT, "everybody sees who is there, and nobody else", 0)                              \
	X(STAYS_AWAY, "who is told to stay away does", 0)                                          \
	X(MERGED, "what a field with @merge says of its writes holds", 0)                          \
	X(TRACE, "what failed leaves no trace", 0)                                                 \
	X(UNASKED, "nobody hears what he does not understand", 0)

enum property {
	PROPERTY_NONE, /* all is well */
#define X(name, text, invariant) PROPERTY_##name,
	PROPERTY_TABLE(X)
#undef X
		PROPERTIES
};

const char *property_text(enum property property);

#endif
