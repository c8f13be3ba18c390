/*
 * What `syncgen watch` prints: a line of JSON for machines, or lines for people. Builders append to
 * a buffer; whoever calls writes it out.
 *
 *   {"rev":4,"state":{…}}   {"rev":5,"ops":[…]}   {"event":"saved","args":{…}}
 */
#ifndef GEN_WATCH_PRINT_H
#define GEN_WATCH_PRINT_H

#include <syncgen/client.h>

/* `json`: for machines. */
void watch_print_change(sync_buf *out, bool json, const sync_replica *replica,
			const sync_replica_change *change);
/* `args`: JSON text, or length 0. */
void watch_print_event(sync_buf *out, bool json, const char *name, const char *args, size_t length);

#endif
