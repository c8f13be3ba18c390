/*
 * What was put into lists of an untyped document and taken out of them: how positions in operations
 * that were made beside it are to be read behind it. Two sides made theirs from one state; each
 * operation of ours goes past all of theirs, and theirs past it.
 */
#ifndef SYNCGEN_CLIENT_MOVE_H
#define SYNCGEN_CLIENT_MOVE_H

#include "operation.h"

struct cJSON;

typedef struct client_move {
	char *list; /* the pointer of the list */
	size_t index;
	bool insert, gone; /* gone: both sides took it out */
} client_move;

typedef struct client_moves {
	client_move *list;
	size_t count, room;
} client_moves;

void client_moves_release(client_moves *moves);

/* Appends what an operation is going to move in `state`. NOMEM. */
sync_status client_moves_add(client_moves *moves, const struct operation *op, struct cJSON *state);

/* A pointer behind them. `gap`: it says where something is to be put in. NOT_FOUND: what it leads
 * to is gone. */
sync_status client_moves_carry(const client_moves *moves, sync_buf *pointer, bool gap);
/* `theirs` behind what one operation of ours moves, which was beside them. */
sync_status client_moves_pass(client_moves *theirs, const client_moves *ours);

#endif
