/*
 * Where a client keeps what the server has not answered yet, so that it outlives the client.
 *
 *   sync_queue *queue = sync_queue_sqlite_open("notes.queue", &error);
 *   sync_client *client = sync_client_new(&(sync_client_options){ .queue = queue });
 *   …
 *   sync_client_free(client);
 *   sync_queue_close(queue);
 *
 * Items are bytes under a document's key and a name of the client's making; what belongs to the
 * client itself is under the key "". Writing is done when it returns. One client at a time uses a
 * queue.
 */
#ifndef SYNCGEN_QUEUE_H
#define SYNCGEN_QUEUE_H

#include <syncgen/buf.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sync_queue sync_queue;

typedef struct sync_queue_item {
	const char *name;
	const char *bytes; /* NULL: it is removed */
	size_t length;
} sync_queue_item;

/* What an implementation provides; it begins with this. */
struct sync_queue {
	/* All of `count` items of a document, or none. NOMEM, OVERLOAD (not now), INTERNAL. */
	sync_status (*write)(sync_queue *queue, const char *key, const sync_queue_item *items,
			     size_t count);
	/* Visits the document's items in the order of their names; all borrowed for the call. What
	 * `visit` does not return OK for ends the walk and is returned. */
	sync_status (*read)(sync_queue *queue, const char *key,
			    sync_status (*visit)(void *arg, const sync_queue_item *item),
			    void *arg);
	void (*close)(sync_queue *queue);
};

/* NULL is fine. */
static inline void sync_queue_close(sync_queue *queue)
{
	if (queue)
		queue->close(queue);
}

/* In memory: what a client leaves the next one of this process takes up. NULL: out of memory. */
sync_queue *sync_queue_memory_new(void);

/* In a file of SQLite, made when it is not there; writing waits for the disk. Not in a library that
 * was built with SQLITE=0. NULL: CONFLICT (another client uses it), INVALID (it is another kind of
 * file, or of a later version), INTERNAL, NOMEM; `error` (may be NULL) says which. */
sync_queue *sync_queue_sqlite_open(const char *path, sync_error *error);

#ifdef __cplusplus
}
#endif
#endif
