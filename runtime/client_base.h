/*
 * What a client's queue has of a confirmed state: the item `base`, a snapshot, and behind it items
 * `log…` with the patches since. Before those are longer than it, another snapshot takes the place
 * of them all: so what is written grows with what came in, not with the document.
 *
 * Patches wait in memory until something is written that is meant on top of them. What is not
 * written is as if it had not been heard: the next life is told again.
 */
#ifndef SYNCGEN_CLIENT_BASE_H
#define SYNCGEN_CLIENT_BASE_H

#include <syncgen/buf.h>

struct sync_replica;

typedef struct client_base {
	bool kept;	      /* the queue has a snapshot */
	bool moved;	      /* what is confirmed is not what the queue says */
	bool whole;	      /* … and the patches that wait do not lead there */
	size_t size, logged;  /* bytes in the queue: of the snapshot, and of the patches behind */
	uint64_t first, next; /* numbers of the items with patches: from `first` on, below `next` */
	sync_buf waiting;     /* arrays of operations, a NUL in front of each */
} client_base;

typedef enum base_write {
	BASE_STAYS,
	BASE_WHOLE, /* a snapshot in place of all */
	BASE_MORE,  /* the patches that wait */
	BASE_GONE
} base_write;

void client_base_release(client_base *base);

/* The confirmed state has moved on: by these arrays of operations, separated by NULs; `snapshot`:
 * not from where it was. */
void client_base_move(client_base *base, const char *ops, size_t length, bool snapshot);
/* What is to be written. `loaded`: there is a confirmed state; `due`: something is meant on top of
 * it.
 */
base_write client_base_choose(const client_base *base, bool loaded, bool due);
/* It was, in so many bytes. */
void client_base_wrote(client_base *base, base_write what, size_t length);

/* The bytes of such items. */
void client_base_put(const struct sync_replica *replica, sync_buf *out);
void client_base_put_log(const struct sync_replica *replica, sync_buf *out);

/* Take up what was kept, in the order in which it was written. What does not fit the model any more
 * is none: the server tells anew. OK or NOMEM. */
sync_status client_base_restore(struct sync_replica *replica, const char *bytes, size_t length);
sync_status client_base_restore_log(struct sync_replica *replica, uint64_t number,
				    const char *bytes, size_t length);

#endif
