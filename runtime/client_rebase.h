/*
 * What is pending here, carried over what came in.
 *
 * One value goes the way of what is shown: from what was confirmed, over the first mutations that
 * are done now, to what is confirmed now; a trail knows where everything has gone on that way, and
 * what the server has meanwhile done of ours is recognised, by key or content. Then each mutation
 * that stays is done on it again, its operations moved to where their targets are; those that were
 * refused happen only to the places of the ones behind them.
 */
#ifndef SYNCGEN_CLIENT_REBASE_H
#define SYNCGEN_CLIENT_REBASE_H

#include "client_outbox.h"
#include "client_value.h"

/* What came in: the operations of a patch, as in client_value_apply(), or a snapshot. */
struct incoming {
	bool whole;
	const char *ops;
	size_t length;
	uint64_t done; /* as in outbox_fate() */
};

/*
 * `before` and `after` are what was and is confirmed. *view becomes what is shown, the caller's;
 * mutations that stay have their new operations, `dead` ones none. NOMEM: nothing has happened.
 */
sync_status client_rebase(const client_value *before, const client_value *after,
			  const struct incoming *incoming, outbox *box, client_value *view);

#endif
