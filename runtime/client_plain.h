/*
 * What an untyped replica shows: what is confirmed with what is pending on it. The operations that
 * are sent stay as they were made, with the revision that they mean: the server carries them. Here
 * they are carried for the eye alone, by their positions, as nobody knows what an element is.
 */
#ifndef SYNCGEN_CLIENT_PLAIN_H
#define SYNCGEN_CLIENT_PLAIN_H

#include "client_outbox.h"
#include "client_rebase.h"

struct cJSON;

/* All arrays of operations in `text`, which are separated by NULs, on *value; or nothing has
 * happened. */
sync_status client_plain_apply(struct cJSON **value, const char *text, size_t length,
			       sync_error *error);

/*
 * `before` and `after` are what was and is confirmed. *view becomes what is shown, the caller's;
 * each pending mutation has in `seen` what it does to it, or is `dead`: it is not shown, the server
 * has the word. NOMEM: nothing is shown.
 */
sync_status client_plain_carry(struct cJSON *before, struct cJSON *after,
			       const struct incoming *incoming, outbox *box, struct cJSON **view);
/* The pending ones as they are kept, on a confirmed state that is kept too. */
sync_status client_plain_show(struct cJSON *confirmed, uint64_t rev, outbox *box,
			      struct cJSON **view);

/* Appends what leads from one value to the other, as a JSON array. */
sync_status client_plain_diff(const struct cJSON *from, const struct cJSON *to, sync_buf *ops);

#endif
