/*
 * The document of shelf.sync in board_peers.c: what the program does in it, and what a client there
 * is told to change. Which changes that are, and what must come of them, says tests/ts/shelf.ts.
 */
#ifndef PEERS_SHELF_H
#define PEERS_SHELF_H

#include <syncgen/client.h>
#include <syncgen/hub.h>

#include "../unit/seed.h"

/* Serves it. Tasks of a hub end with it. */
void peers_shelf_serve(sync_hub *hub);
/* Tasks go on, and some end. */
void peers_shelf_turn(sync_hub *hub, seed *dice);
/* Prints `shelf JSON`. */
void peers_shelf_print(sync_hub *hub);

/* What is refused is printed as `refused NUMBER CODE OPERATIONS`. */
sync_replica *peers_shelf_open(sync_client *client, unsigned *number);
/* Operations on what it shows; prints `patched NUMBER CODE`. */
void peers_shelf_patch(sync_replica *replica, unsigned number, const char *ops);
/* Prints `shown NUMBER PENDING JSON`. */
void peers_shelf_show(const sync_replica *replica, unsigned number);

#endif
