/*
 * Random changes of a board, by every call there is: what the tests of tracking play.
 */
#ifndef TEST_SCRIPT_H
#define TEST_SCRIPT_H

#include "board.h"
#include "seed.h"

/* One change; it may be refused, and often changes nothing. */
void script_step(seed *random, Board *board);

/* Checks every node of a value that has just been committed or rolled back: watched, unmarked, hung
 * where it should be. Returns what is wrong, or NULL. */
const char *script_audit(const sync_type *type, const void *value);

#endif
