/*
 * The kinds of messages that a page shows to whoever sits in front of it.
 */
#ifndef SYNCGEN_TOAST_H
#define SYNCGEN_TOAST_H

/* X(NAME, wire name) */
#define SYNC_TOAST_TABLE(X)                                                                        \
	X(DEFAULT, "default")                                                                      \
	X(MESSAGE, "message")                                                                      \
	X(INFO, "info")                                                                            \
	X(SUCCESS, "success")                                                                      \
	X(WARNING, "warning")                                                                      \
	X(ERROR, "error")

typedef enum sync_toast {
#define X(name, wire) SYNC_TOAST_##name,
	SYNC_TOAST_TABLE(X)
#undef X
		SYNC_TOAST_COUNT
} sync_toast;

#endif
